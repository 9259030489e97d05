/// The store of an account for each fungible asset, which stands where its owner and the asset say.
module aptos_framework::primary_fungible_store {
    use std::option::Option;
    use std::signer;
    use std::string::String;
    use aptos_framework::dispatchable_fungible_asset;
    use aptos_framework::fungible_asset::{
        Self,
        FungibleAsset,
        FungibleStore,
        Metadata,
        MintRef,
        TransferRef
    };
    use aptos_framework::object::{Self, ConstructorRef, DeriveRef, Object};

    struct DeriveRefPod has key {
        metadata_derive_ref: DeriveRef
    }

    public fun create_primary_store_enabled_fungible_asset(
        constructor_ref: &ConstructorRef,
        maximum_supply: Option<u128>,
        name: String,
        symbol: String,
        decimals: u8,
        icon_uri: String,
        project_uri: String
    ) {
        fungible_asset::add_fungibility(
            constructor_ref, maximum_supply, name, symbol, decimals, icon_uri, project_uri
        );
        let metadata_derive_ref = object::generate_derive_ref(constructor_ref);
        move_to(&object::generate_signer(constructor_ref), DeriveRefPod { metadata_derive_ref });
    }

    public fun ensure_primary_store_exists<T: key>(
        owner: address, metadata: Object<T>
    ): Object<FungibleStore> acquires DeriveRefPod {
        let store = primary_store_address(owner, metadata);
        if (fungible_asset::store_exists(store)) object::address_to_object(store)
        else create_primary_store(owner, metadata)
    }

    public fun create_primary_store<T: key>(
        owner_addr: address, metadata: Object<T>
    ): Object<FungibleStore> acquires DeriveRefPod {
        let metadata_addr = object::object_address(&metadata);
        object::address_to_object<Metadata>(metadata_addr);
        let derive_ref = &borrow_global<DeriveRefPod>(metadata_addr).metadata_derive_ref;
        let constructor_ref = &object::create_user_derived_object(owner_addr, derive_ref);
        fungible_asset::create_store(constructor_ref, metadata)
    }

    #[view]
    public fun primary_store_address<T: key>(owner: address, metadata: Object<T>): address {
        object::create_user_derived_object_address(owner, object::object_address(&metadata))
    }

    #[view]
    public fun primary_store<T: key>(owner: address, metadata: Object<T>): Object<FungibleStore> {
        object::address_to_object(primary_store_address(owner, metadata))
    }

    #[view]
    public fun primary_store_exists<T: key>(account: address, metadata: Object<T>): bool {
        fungible_asset::store_exists(primary_store_address(account, metadata))
    }

    #[view]
    public fun balance<T: key>(account: address, metadata: Object<T>): u64 {
        if (primary_store_exists(account, metadata)) {
            fungible_asset::balance(primary_store(account, metadata))
        } else 0
    }

    public fun withdraw<T: key>(
        owner: &signer, metadata: Object<T>, amount: u64
    ): FungibleAsset acquires DeriveRefPod {
        let store = ensure_primary_store_exists(signer::address_of(owner), metadata);
        dispatchable_fungible_asset::withdraw(owner, store, amount)
    }

    public fun deposit(owner: address, fa: FungibleAsset) acquires DeriveRefPod {
        let metadata = fungible_asset::asset_metadata(&fa);
        let store = ensure_primary_store_exists(owner, metadata);
        dispatchable_fungible_asset::deposit(store, fa);
    }

    public entry fun transfer<T: key>(
        sender: &signer, metadata: Object<T>, recipient: address, amount: u64
    ) acquires DeriveRefPod {
        let sender_store = ensure_primary_store_exists(signer::address_of(sender), metadata);
        let recipient_store = ensure_primary_store_exists(recipient, metadata);
        dispatchable_fungible_asset::transfer(sender, sender_store, recipient_store, amount);
    }

    public fun mint(mint_ref: &MintRef, owner: address, amount: u64) acquires DeriveRefPod {
        let metadata = fungible_asset::mint_ref_metadata(mint_ref);
        let store = ensure_primary_store_exists(owner, metadata);
        fungible_asset::mint_to(mint_ref, store, amount);
    }

    public fun set_frozen_flag(
        transfer_ref: &TransferRef, owner: address, frozen: bool
    ) acquires DeriveRefPod {
        let metadata = fungible_asset::transfer_ref_metadata(transfer_ref);
        let store = ensure_primary_store_exists(owner, metadata);
        fungible_asset::set_frozen_flag(transfer_ref, store, frozen);
    }
}
