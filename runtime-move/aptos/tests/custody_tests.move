// SPDX-License-Identifier: MIT OR Apache-2.0

#[test_only]
/// Exactly the amount comes and exactly the amount leaves, whatever the issuer of an asset does.
module xcc_runtime::custody_tests {
    use aptos_framework::account;
    use aptos_framework::fungible_asset::{Self, Metadata, TransferRef};
    use aptos_framework::object;
    use aptos_framework::primary_fungible_store as store;
    use std::option;
    use std::string;
    use xcc_runtime::custody::{Self, Custody};

    const ASSET: address = @0xa55e7;
    const PAYER: address = @0xa;
    const RECEIVER: address = @0xb;
    const CALLER: address = @0xc;

    /// A custody is a part of something that is published.
    struct Kept has key {
        custody: Custody,
    }

    /// An asset of which the payer has 100, and a machine at an address of its own; its signer, the payer's and the issuer's.
    fun set_up(): (signer, signer, signer, TransferRef) {
        let issuer = object::create_object_for_test(@0x155, ASSET);
        store::create_primary_store_enabled_fungible_asset(
            &issuer,
            option::none(),
            string::utf8(b"Token"),
            string::utf8(b"T"),
            6,
            string::utf8(b""),
            string::utf8(b""),
        );
        store::mint(&fungible_asset::generate_mint_ref(&issuer), PAYER, 100);
        let machine = account::create_account_for_test(@0x3ac);
        move_to(&machine, Kept { custody: custody::new(&machine, b"custody") });
        let transfer = fungible_asset::generate_transfer_ref(&issuer);
        let payer = account::create_account_for_test(PAYER);
        (machine, payer, object::generate_signer(&issuer), transfer)
    }

    fun balance(account: address): u64 {
        store::balance(account, object::address_to_object<Metadata>(ASSET))
    }

    fun take(payer: &signer, amount: u64) acquires Kept {
        borrow_global<Kept>(@0x3ac).custody.take(ASSET, payer, amount);
    }

    fun give(to: address, amount: u64) acquires Kept {
        borrow_global<Kept>(@0x3ac).custody.give(ASSET, to, amount);
    }

    fun account(): address acquires Kept {
        borrow_global<Kept>(@0x3ac).custody.account()
    }

    #[test]
    fun what_was_taken_is_given() acquires Kept {
        let (_, payer, _, _) = set_up();
        take(&payer, 7);
        take(&payer, 5);
        assert!(balance(PAYER) == 88 && balance(account()) == 12);
        give(RECEIVER, 7);
        assert!(balance(RECEIVER) == 7 && balance(account()) == 5);
    }

    #[test]
    fun nothing_can_be_taken_and_given() acquires Kept {
        let (_, payer, _, _) = set_up();
        take(&payer, 0);
        give(RECEIVER, 0);
        assert!(balance(PAYER) == 100 && balance(account()) == 0);
    }

    #[test, expected_failure(abort_code = 65540, location = aptos_framework::fungible_asset)]
    fun no_more_is_taken_than_there_is() acquires Kept {
        let (_, payer, _, _) = set_up();
        take(&payer, 101);
    }

    #[test, expected_failure(abort_code = xcc_runtime::custody::EWrongAmount)]
    fun an_asset_that_keeps_some_of_a_withdrawal_is_not_taken() acquires Kept {
        let (_, payer, issuer, _) = set_up();
        fungible_asset::dispatch_for_test(&issuer, 1, 0, 0);
        take(&payer, 7);
    }

    #[test, expected_failure(abort_code = xcc_runtime::custody::EWrongAmount)]
    fun an_asset_that_keeps_some_of_a_deposit_is_not_taken() acquires Kept {
        let (_, payer, issuer, _) = set_up();
        fungible_asset::dispatch_for_test(&issuer, 0, 0, 1);
        take(&payer, 7);
    }

    #[test]
    fun an_asset_that_keeps_nothing_is_taken_and_given() acquires Kept {
        let (_, payer, issuer, _) = set_up();
        fungible_asset::dispatch_for_test(&issuer, 0, 0, 0);
        take(&payer, 7);
        give(RECEIVER, 7);
        assert!(balance(RECEIVER) == 7 && balance(account()) == 0);
    }

    #[test, expected_failure(abort_code = xcc_runtime::custody::EWrongAmount)]
    fun nothing_of_what_others_hold_leaves_besides() acquires Kept {
        let (_, payer, issuer, _) = set_up();
        take(&payer, 7);
        fungible_asset::dispatch_for_test(&issuer, 0, 1, 0);
        give(RECEIVER, 5);
    }

    #[test, expected_failure(abort_code = xcc_runtime::custody::EWrongAmount)]
    fun custody_pays_nothing_to_itself() acquires Kept {
        let (_, payer, _, _) = set_up();
        take(&payer, 7);
        give(account(), 7);
    }

    /// The account that signs for a call has nothing but what is spent, and the target takes so much of it.
    fun spend(payer: &signer, amount: u64, taken: u64) acquires Kept {
        take(payer, 12);
        let caller = account::create_account_for_test(CALLER);
        let spending = borrow_global<Kept>(@0x3ac).custody.spend(ASSET, CALLER, amount);
        let asset = object::address_to_object<Metadata>(ASSET);
        store::transfer(&caller, asset, RECEIVER, taken);
        spending.settle();
    }

    #[test]
    fun what_is_spent_is_taken() acquires Kept {
        let (_, payer, _, _) = set_up();
        spend(&payer, 7, 7);
        assert!(balance(RECEIVER) == 7 && balance(CALLER) == 0 && balance(account()) == 5);
    }

    #[test, expected_failure(abort_code = xcc_runtime::custody::EWrongAmount)]
    fun no_less_is_taken_than_is_spent() acquires Kept {
        let (_, payer, _, _) = set_up();
        spend(&payer, 7, 6);
    }

    #[test, expected_failure(abort_code = 65540, location = aptos_framework::fungible_asset)]
    fun no_more_is_taken_than_is_spent() acquires Kept {
        let (_, payer, _, _) = set_up();
        spend(&payer, 7, 8);
    }

    #[test, expected_failure(abort_code = xcc_runtime::custody::EWrongAmount)]
    fun what_the_caller_had_before_is_not_spent() acquires Kept {
        let (_, payer, _, _) = set_up();
        store::transfer(&payer, object::address_to_object<Metadata>(ASSET), CALLER, 1);
        spend(&payer, 7, 8);
    }

    #[test, expected_failure(abort_code = xcc_runtime::custody::EWrongAmount)]
    fun an_asset_that_keeps_some_on_the_way_is_not_spent() acquires Kept {
        let (_, payer, issuer, _) = set_up();
        take(&payer, 12);
        fungible_asset::dispatch_for_test(&issuer, 0, 0, 1);
        let spending = borrow_global<Kept>(@0x3ac).custody.spend(ASSET, CALLER, 7);
        spending.settle();
    }

    #[test]
    fun exactly_the_amount_is_withdrawn() acquires Kept {
        let (_, payer, _, _) = set_up();
        take(&payer, 12);
        let spent = borrow_global<Kept>(@0x3ac).custody.withdraw(ASSET, 7);
        assert!(fungible_asset::amount(&spent) == 7 && balance(account()) == 5);
        store::deposit(RECEIVER, spent);
    }

    #[test, expected_failure(abort_code = xcc_runtime::custody::EWrongAmount)]
    fun an_asset_that_keeps_some_of_it_is_not_withdrawn() acquires Kept {
        let (_, payer, issuer, _) = set_up();
        take(&payer, 12);
        fungible_asset::dispatch_for_test(&issuer, 1, 0, 0);
        let spent = borrow_global<Kept>(@0x3ac).custody.withdraw(ASSET, 7);
        store::deposit(RECEIVER, spent);
    }

    #[test, expected_failure(abort_code = 327683, location = aptos_framework::fungible_asset)]
    fun who_is_frozen_is_given_nothing() acquires Kept {
        let (_, payer, _, transfer) = set_up();
        take(&payer, 7);
        store::set_frozen_flag(&transfer, RECEIVER, true);
        give(RECEIVER, 7);
    }

    #[test, expected_failure(abort_code = 327688, location = aptos_framework::fungible_asset)]
    /// Not even the machine that it belongs to reaches what it holds.
    fun the_machine_cannot_withdraw_it() acquires Kept {
        let (machine, payer, _, _) = set_up();
        take(&payer, 7);
        let asset = object::address_to_object<Metadata>(ASSET);
        let held = store::primary_store(account(), asset);
        let taken = aptos_framework::dispatchable_fungible_asset::withdraw(&machine, held, 7);
        store::deposit(RECEIVER, taken);
    }
}
