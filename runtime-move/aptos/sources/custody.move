// SPDX-License-Identifier: MIT OR Apache-2.0

/// What instances of a coordinator hold of fungible assets, in the primary stores of an account of its own.
///
/// The right to sign for that account never leaves this module. The targets that a coordinator calls are given the signer of
/// another account, so whatever they do, they cannot reach what is held. It is a resource account and no object: who owns an
/// object owns the stores of the object, too.
///
/// An issuer may have functions of its own run with every transfer, which may keep something of it. So what moved is read
/// off the store's balance, and not asked of the issuer as `primary_fungible_store::balance` does. Such a function cannot
/// enter the coordinator again, since a module that is being run is not entered by dispatch.
///
/// Checked against `{dispatchable_fungible_asset,fungible_asset,object,primary_fungible_store}.move` of Aptos's framework.
module xcc_runtime::custody {
    use aptos_framework::account::{Self, SignerCapability};
    use aptos_framework::fungible_asset::{Self, FungibleAsset, Metadata};
    use aptos_framework::object::{Self, Object};
    use aptos_framework::primary_fungible_store;

    /// More or less than the amount came or left.
    const EWrongAmount: u64 = 41;

    /// An account that holds assets, and the right to sign for it.
    struct Custody has store {
        account: SignerCapability,
    }

    /// What a call is to take from the account that signs for it. It has no abilities, so that nobody forgets to look whether all of it
    /// was taken.
    struct Spending {
        account: address,
        asset: Object<Metadata>,
        /// What the account had before, and is to have again.
        left: u64,
    }

    /// A new account, of the machine whose `init_module` got this signer.
    public fun new(machine: &signer, seed: vector<u8>): Custody {
        let (_, account) = account::create_resource_account(machine, seed);
        Custody { account }
    }

    /// The account's address.
    public fun account(self: &Custody): address {
        account::get_signer_capability_address(&self.account)
    }

    /// Takes exactly this amount from whoever signs.
    public fun take(self: &Custody, asset: address, from: &signer, amount: u64) {
        let asset = object::address_to_object<Metadata>(asset);
        let account = self.account();
        let before = balance(account, asset);
        primary_fungible_store::transfer(from, asset, account, amount);
        assert!(balance(account, asset) == before + amount, EWrongAmount);
    }

    /// Sends exactly this amount to an account.
    public fun give(self: &Custody, asset: address, to: address, amount: u64) {
        let asset = object::address_to_object<Metadata>(asset);
        let account = self.account();
        let before = balance(account, asset);
        let custodian = account::create_signer_with_capability(&self.account);
        primary_fungible_store::transfer(&custodian, asset, to, amount);
        assert!(balance(account, asset) + amount == before, EWrongAmount);
    }

    /// Sends exactly this amount to the account that signs for the call that follows, which is to take it from there.
    public fun spend(self: &Custody, asset: address, account: address, amount: u64): Spending {
        let metadata = object::address_to_object<Metadata>(asset);
        let left = balance(account, metadata);
        self.give(asset, account, amount);
        assert!(balance(account, metadata) == left + amount, EWrongAmount);
        Spending { account, asset: metadata, left }
    }

    /// Makes sure that the call took exactly the amount.
    public fun settle(self: Spending) {
        let Spending { account, asset, left } = self;
        assert!(balance(account, asset) == left, EWrongAmount);
    }

    /// Hands out exactly this amount, for a target that takes it.
    public fun withdraw(self: &Custody, asset: address, amount: u64): FungibleAsset {
        let metadata = object::address_to_object<Metadata>(asset);
        let account = self.account();
        let before = balance(account, metadata);
        let custodian = account::create_signer_with_capability(&self.account);
        let withdrawn = primary_fungible_store::withdraw(&custodian, metadata, amount);
        assert!(fungible_asset::amount(&withdrawn) == amount, EWrongAmount);
        assert!(balance(account, metadata) + amount == before, EWrongAmount);
        withdrawn
    }

    /// What is in the primary store of an account, whatever the issuer says.
    fun balance(account: address, asset: Object<Metadata>): u64 {
        fungible_asset::balance(primary_fungible_store::ensure_primary_store_exists(account, asset))
    }
}
