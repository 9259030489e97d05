/// Transfers of fungible assets whose issuers may have functions of their own run with each.
module aptos_framework::dispatchable_fungible_asset {
    use aptos_framework::fungible_asset::{Self, FungibleAsset};
    use aptos_framework::object::{Self, Object};

    public fun withdraw<T: key>(owner: &signer, store: Object<T>, amount: u64): FungibleAsset {
        fungible_asset::withdraw_sanity_check(owner, store, false);
        fungible_asset::dispatched_withdraw(object::object_address(&store), amount)
    }

    public fun deposit<T: key>(store: Object<T>, fa: FungibleAsset) {
        fungible_asset::deposit_sanity_check(store, false);
        fungible_asset::dispatched_deposit(object::object_address(&store), fa)
    }

    public entry fun transfer<T: key>(
        sender: &signer, from: Object<T>, to: Object<T>, amount: u64
    ) {
        let fa = withdraw(sender, from, amount);
        deposit(to, fa);
    }
}
