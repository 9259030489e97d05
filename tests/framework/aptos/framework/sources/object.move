/// Objects: addresses that hold resources and have an owner.
module aptos_framework::object {
    use std::bcs;
    use std::error;
    use std::hash;
    use std::signer;
    use std::vector;
    use aptos_framework::account;
    use aptos_std::from_bcs;

    friend aptos_framework::primary_fungible_store;

    const EOBJECT_EXISTS: u64 = 1;
    const EOBJECT_DOES_NOT_EXIST: u64 = 2;
    const ENOT_OBJECT_OWNER: u64 = 4;

    const OBJECT_DERIVED_SCHEME: u8 = 0xFC;
    const OBJECT_FROM_SEED_ADDRESS_SCHEME: u8 = 0xFE;

    struct ObjectCore has key {
        owner: address
    }

    struct Object<phantom T> has copy, drop, store {
        inner: address
    }

    struct ConstructorRef has drop {
        self: address
    }

    struct ExtendRef has drop, store {
        self: address
    }

    struct DeriveRef has drop, store {
        self: address
    }

    public fun create_object_address(source: &address, seed: vector<u8>): address {
        let bytes = bcs::to_bytes(source);
        vector::append(&mut bytes, seed);
        vector::push_back(&mut bytes, OBJECT_FROM_SEED_ADDRESS_SCHEME);
        from_bcs::to_address(hash::sha3_256(bytes))
    }

    public fun create_named_object(creator: &signer, seed: vector<u8>): ConstructorRef {
        let owner = signer::address_of(creator);
        create_object_at(owner, create_object_address(&owner, seed))
    }

    public fun create_user_derived_object_address(
        source: address, derive_from: address
    ): address {
        let bytes = bcs::to_bytes(&source);
        vector::append(&mut bytes, bcs::to_bytes(&derive_from));
        vector::push_back(&mut bytes, OBJECT_DERIVED_SCHEME);
        from_bcs::to_address(hash::sha3_256(bytes))
    }

    public(friend) fun create_user_derived_object(
        creator_address: address, derive_ref: &DeriveRef
    ): ConstructorRef {
        let object = create_user_derived_object_address(creator_address, derive_ref.self);
        create_object_at(creator_address, object)
    }

    fun create_object_at(owner: address, object: address): ConstructorRef {
        assert!(!exists<ObjectCore>(object), error::already_exists(EOBJECT_EXISTS));
        move_to(&account::create_signer(object), ObjectCore { owner });
        ConstructorRef { self: object }
    }

    public fun generate_derive_ref(ref: &ConstructorRef): DeriveRef {
        DeriveRef { self: ref.self }
    }

    public fun generate_signer(ref: &ConstructorRef): signer {
        account::create_signer(ref.self)
    }

    public fun generate_extend_ref(ref: &ConstructorRef): ExtendRef {
        ExtendRef { self: ref.self }
    }

    public fun generate_signer_for_extending(ref: &ExtendRef): signer {
        account::create_signer(ref.self)
    }

    public fun address_from_constructor_ref(ref: &ConstructorRef): address {
        ref.self
    }

    public fun address_from_extend_ref(ref: &ExtendRef): address {
        ref.self
    }

    public fun object_from_constructor_ref<T: key>(ref: &ConstructorRef): Object<T> {
        address_to_object(ref.self)
    }

    public fun address_to_object<T: key>(object: address): Object<T> {
        assert!(exists<ObjectCore>(object), error::not_found(EOBJECT_DOES_NOT_EXIST));
        Object { inner: object }
    }

    public fun convert<X: key, Y: key>(object: Object<X>): Object<Y> {
        address_to_object(object.inner)
    }

    public fun object_address<T: key>(object: &Object<T>): address {
        object.inner
    }

    #[view]
    public fun is_object(object: address): bool {
        exists<ObjectCore>(object)
    }

    #[view]
    public fun owner<T: key>(object: Object<T>): address acquires ObjectCore {
        borrow_global<ObjectCore>(object.inner).owner
    }

    #[view]
    public fun is_owner<T: key>(object: Object<T>, owner: address): bool acquires ObjectCore {
        owner(object) == owner
    }

    #[view]
    /// Whoever owns an object owns what the object owns, too.
    public fun owns<T: key>(object: Object<T>, owner: address): bool acquires ObjectCore {
        let current = object.inner;
        while (current != owner && exists<ObjectCore>(current)) {
            current = borrow_global<ObjectCore>(current).owner;
        };
        current == owner
    }

    public entry fun transfer<T: key>(
        owner: &signer, object: Object<T>, to: address
    ) acquires ObjectCore {
        let core = borrow_global_mut<ObjectCore>(object.inner);
        assert!(
            core.owner == signer::address_of(owner),
            error::permission_denied(ENOT_OBJECT_OWNER)
        );
        core.owner = to;
    }

    #[test_only]
    /// An object at an address that a test chooses.
    public fun create_object_for_test(owner: address, object: address): ConstructorRef {
        create_object_at(owner, object)
    }
}
