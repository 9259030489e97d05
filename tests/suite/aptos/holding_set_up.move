    /// A chain with the coordinator, wired, and two users who have so much of the asset. The signers of both and of the issuer.
    fun set_up(): (signer, signer, signer) {
        let framework = account::create_account_for_test(@aptos_framework);
        timestamp::set_time_has_started_for_testing(&framework);
        let (burn, mint) = aptos_coin::initialize_for_test(&framework);
        wormhole::init_test(22, 1, x"04", x"@GUARDIAN@", 0);
        let issued = object::create_object_for_test(@0x155, @0xb3);
        store::create_primary_store_enabled_fungible_asset(
            &issued,
            option::none(),
            string::utf8(b"Token"),
            string::utf8(b"T"),
            6,
            string::utf8(b""),
            string::utf8(b"")
        );
        let mint_ref = fungible_asset::generate_mint_ref(&issued);
        let user = account::create_account_for_test(USER);
        let other = account::create_account_for_test(OTHER);
        coin::register<AptosCoin>(&user);
        coin::register<AptosCoin>(&other);
        store::mint(&mint_ref, USER, 100);
        store::mint(&mint_ref, OTHER, 100);
        coin::destroy_burn_cap(burn);
        coin::destroy_mint_cap(mint);
        target::open(&account::create_account_for_test(@aptos));
        let machine = account::create_account_for_test(@feature_aptos);
        feature_aptos::init_module_for_test(&machine);
        feature_aptos::wire(&machine, PEER_CHAINS, PEER_ADDRESSES, FINGERPRINT);
        (user, other, object::generate_signer(&issued))
    }

    fun balance(account: address): u64 {
        store::balance(account, object::address_to_object<Metadata>(@0xb3))
    }

    fun held(): u64 {
        balance(feature_aptos::custody())
    }

    /// Starts an instance of 10, of which 3 are a fee.
    fun start(user: &signer) {
        feature_aptos::start(user, std::signer::address_of(user), 10, 3, TREASURY);
    }
