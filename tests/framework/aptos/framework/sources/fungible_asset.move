/// Fungible assets: amounts that metadata objects stand for, in stores that are objects.
///
/// Issuers may have functions of their own run with transfers, which this virtual machine cannot call. In tests metadata says
/// instead how much those keep to themselves.
module aptos_framework::fungible_asset {
    use std::error;
    use std::option::Option;
    use std::signer;
    use std::string::String;
    use aptos_framework::object::{Self, ConstructorRef, Object};

    friend aptos_framework::dispatchable_fungible_asset;
    friend aptos_framework::primary_fungible_store;

    const ETRANSFER_REF_AND_STORE_MISMATCH: u64 = 9;
    const ESTORE_IS_FROZEN: u64 = 3;
    const EINSUFFICIENT_BALANCE: u64 = 4;
    const EMINT_REF_AND_STORE_MISMATCH: u64 = 7;
    const ENOT_STORE_OWNER: u64 = 8;
    const EFUNGIBLE_ASSET_AND_STORE_MISMATCH: u64 = 11;
    const EFUNGIBLE_STORE_EXISTENCE: u64 = 23;
    const EINVALID_DISPATCHABLE_OPERATIONS: u64 = 28;

    struct Metadata has key {
        name: String,
        symbol: String,
        decimals: u8,
        icon_uri: String,
        project_uri: String
    }

    struct FungibleStore has key {
        metadata: Object<Metadata>,
        balance: u64,
        frozen: bool
    }

    struct FungibleAsset {
        metadata: Object<Metadata>,
        amount: u64
    }

    struct MintRef has drop, store {
        metadata: Object<Metadata>
    }

    struct TransferRef has drop, store {
        metadata: Object<Metadata>
    }

    /// What the issuer's own functions keep of what is withdrawn, take beyond it, and keep of what is deposited.
    struct DispatchForTest has drop, key {
        kept_of_withdrawal: u64,
        taken_besides: u64,
        kept_of_deposit: u64
    }

    public fun add_fungibility(
        constructor_ref: &ConstructorRef,
        _maximum_supply: Option<u128>,
        name: String,
        symbol: String,
        decimals: u8,
        icon_uri: String,
        project_uri: String
    ): Object<Metadata> {
        let metadata = Metadata { name, symbol, decimals, icon_uri, project_uri };
        move_to(&object::generate_signer(constructor_ref), metadata);
        object::object_from_constructor_ref(constructor_ref)
    }

    public fun generate_mint_ref(constructor_ref: &ConstructorRef): MintRef {
        MintRef { metadata: object::object_from_constructor_ref(constructor_ref) }
    }

    public fun generate_transfer_ref(constructor_ref: &ConstructorRef): TransferRef {
        TransferRef { metadata: object::object_from_constructor_ref(constructor_ref) }
    }

    #[view]
    public fun decimals<T: key>(metadata: Object<T>): u8 acquires Metadata {
        borrow_global<Metadata>(object::object_address(&metadata)).decimals
    }

    #[view]
    public fun store_exists(store: address): bool {
        exists<FungibleStore>(store)
    }

    #[view]
    public fun store_metadata<T: key>(store: Object<T>): Object<Metadata> acquires FungibleStore {
        borrow_global<FungibleStore>(object::object_address(&store)).metadata
    }

    public fun metadata_from_asset(fa: &FungibleAsset): Object<Metadata> {
        fa.metadata
    }

    public fun asset_metadata(fa: &FungibleAsset): Object<Metadata> {
        fa.metadata
    }

    public fun mint_ref_metadata(ref: &MintRef): Object<Metadata> {
        ref.metadata
    }

    public fun transfer_ref_metadata(ref: &TransferRef): Object<Metadata> {
        ref.metadata
    }

    public fun amount(fa: &FungibleAsset): u64 {
        fa.amount
    }

    #[view]
    public fun balance<T: key>(store: Object<T>): u64 acquires FungibleStore {
        let store = object::object_address(&store);
        if (store_exists(store)) borrow_global<FungibleStore>(store).balance else 0
    }

    #[view]
    public fun is_frozen<T: key>(store: Object<T>): bool acquires FungibleStore {
        let store = object::object_address(&store);
        store_exists(store) && borrow_global<FungibleStore>(store).frozen
    }

    public fun create_store<T: key>(
        constructor_ref: &ConstructorRef, metadata: Object<T>
    ): Object<FungibleStore> {
        let metadata = object::convert<T, Metadata>(metadata);
        let store = FungibleStore { metadata, balance: 0, frozen: false };
        move_to(&object::generate_signer(constructor_ref), store);
        object::object_from_constructor_ref(constructor_ref)
    }

    public fun withdraw<T: key>(
        owner: &signer, store: Object<T>, amount: u64
    ): FungibleAsset acquires FungibleStore {
        withdraw_sanity_check(owner, store, true);
        unchecked_withdraw(object::object_address(&store), amount)
    }

    public fun deposit<T: key>(store: Object<T>, fa: FungibleAsset) acquires FungibleStore {
        deposit_sanity_check(store, true);
        unchecked_deposit(object::object_address(&store), fa)
    }

    public fun mint(ref: &MintRef, amount: u64): FungibleAsset {
        FungibleAsset { metadata: ref.metadata, amount }
    }

    public fun mint_to<T: key>(ref: &MintRef, store: Object<T>, amount: u64) acquires FungibleStore {
        assert!(
            ref.metadata == store_metadata(store),
            error::invalid_argument(EMINT_REF_AND_STORE_MISMATCH)
        );
        unchecked_deposit(object::object_address(&store), mint(ref, amount));
    }

    public fun set_frozen_flag<T: key>(
        ref: &TransferRef, store: Object<T>, frozen: bool
    ) acquires FungibleStore {
        assert!(
            ref.metadata == store_metadata(store),
            error::invalid_argument(ETRANSFER_REF_AND_STORE_MISMATCH)
        );
        borrow_global_mut<FungibleStore>(object::object_address(&store)).frozen = frozen;
    }

    public(friend) fun withdraw_sanity_check<T: key>(
        owner: &signer, store: Object<T>, abort_on_dispatch: bool
    ) acquires FungibleStore {
        assert!(
            object::owns(store, signer::address_of(owner)),
            error::permission_denied(ENOT_STORE_OWNER)
        );
        deposit_sanity_check(store, abort_on_dispatch);
    }

    public fun deposit_sanity_check<T: key>(
        store: Object<T>, abort_on_dispatch: bool
    ) acquires FungibleStore {
        let metadata = object::object_address(&store_metadata(store));
        assert!(
            !abort_on_dispatch || !exists<DispatchForTest>(metadata),
            error::invalid_argument(EINVALID_DISPATCHABLE_OPERATIONS)
        );
        assert!(!is_frozen(store), error::permission_denied(ESTORE_IS_FROZEN));
    }

    public(friend) fun unchecked_withdraw(store: address, amount: u64): FungibleAsset acquires FungibleStore {
        assert!(store_exists(store), error::not_found(EFUNGIBLE_STORE_EXISTENCE));
        let store = borrow_global_mut<FungibleStore>(store);
        assert!(store.balance >= amount, error::invalid_argument(EINSUFFICIENT_BALANCE));
        store.balance = store.balance - amount;
        FungibleAsset { metadata: store.metadata, amount }
    }

    public(friend) fun unchecked_deposit(store: address, fa: FungibleAsset) acquires FungibleStore {
        let FungibleAsset { metadata, amount } = fa;
        assert!(store_exists(store), error::not_found(EFUNGIBLE_STORE_EXISTENCE));
        let store = borrow_global_mut<FungibleStore>(store);
        assert!(
            metadata == store.metadata,
            error::invalid_argument(EFUNGIBLE_ASSET_AND_STORE_MISMATCH)
        );
        store.balance = store.balance + amount;
    }

    /// What the issuer's function for withdrawals does: it takes more out of the store, or gives less of what it took.
    public(friend) fun dispatched_withdraw(
        store: address, amount: u64
    ): FungibleAsset acquires DispatchForTest, FungibleStore {
        let metadata = borrow_global<FungibleStore>(store).metadata;
        let metadata = object::object_address(&metadata);
        let fa = unchecked_withdraw(store, amount);
        if (exists<DispatchForTest>(metadata)) {
            let dispatch = borrow_global<DispatchForTest>(metadata);
            fa.amount = amount - dispatch.kept_of_withdrawal;
            let FungibleAsset { metadata: _, amount: _ } =
                unchecked_withdraw(store, dispatch.taken_besides);
        };
        fa
    }

    /// What the issuer's function for deposits does: it puts less into the store.
    public(friend) fun dispatched_deposit(
        store: address, fa: FungibleAsset
    ) acquires DispatchForTest, FungibleStore {
        let metadata = object::object_address(&fa.metadata);
        if (exists<DispatchForTest>(metadata)) {
            fa.amount = fa.amount - borrow_global<DispatchForTest>(metadata).kept_of_deposit;
        };
        unchecked_deposit(store, fa)
    }

    #[test_only]
    /// Has the issuer's functions keep so much of each movement, in place of those that keep anything now.
    public fun dispatch_for_test(
        issuer: &signer, kept_of_withdrawal: u64, taken_besides: u64, kept_of_deposit: u64
    ) acquires DispatchForTest {
        let metadata = signer::address_of(issuer);
        if (exists<DispatchForTest>(metadata)) {
            move_from<DispatchForTest>(metadata);
        };
        let dispatch = DispatchForTest { kept_of_withdrawal, taken_besides, kept_of_deposit };
        move_to(issuer, dispatch)
    }
}
