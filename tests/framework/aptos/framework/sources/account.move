/// Accounts, and accounts that a module signs for.
module aptos_framework::account {
    use std::bcs;
    use std::error;
    use std::hash;
    use std::signer;
    use std::vector;
    use aptos_std::from_bcs;

    friend aptos_framework::object;

    const EACCOUNT_ALREADY_EXISTS: u64 = 1;

    const DERIVE_RESOURCE_ACCOUNT_SCHEME: u8 = 255;

    struct Account has key {
        sequence_number: u64
    }

    struct SignerCapability has drop, store {
        account: address
    }

    #[view]
    public fun exists_at(addr: address): bool {
        exists<Account>(addr)
    }

    public fun create_resource_address(source: &address, seed: vector<u8>): address {
        let bytes = bcs::to_bytes(source);
        vector::append(&mut bytes, seed);
        vector::push_back(&mut bytes, DERIVE_RESOURCE_ACCOUNT_SCHEME);
        from_bcs::to_address(hash::sha3_256(bytes))
    }

    public fun create_resource_account(source: &signer, seed: vector<u8>): (signer, SignerCapability) {
        let account = create_resource_address(&signer::address_of(source), seed);
        (create_account(account), SignerCapability { account })
    }

    public fun create_signer_with_capability(capability: &SignerCapability): signer {
        create_signer(capability.account)
    }

    public fun get_signer_capability_address(capability: &SignerCapability): address {
        capability.account
    }

    fun create_account(addr: address): signer {
        assert!(!exists<Account>(addr), error::already_exists(EACCOUNT_ALREADY_EXISTS));
        let account = create_signer(addr);
        move_to(&account, Account { sequence_number: 0 });
        account
    }

    native public(friend) fun create_signer(addr: address): signer;

    #[test_only]
    public fun create_account_for_test(new_address: address): signer {
        if (exists_at(new_address)) create_signer(new_address) else create_account(new_address)
    }

    #[test_only]
    public fun create_signer_for_test(addr: address): signer {
        create_signer(addr)
    }
}
