#[test_only]
/// Instances that are started with sound inputs and with others.
module feature_aptos::input_tests {
    use aptos_framework::account;
    use aptos_framework::aptos_coin;
    use aptos_framework::coin;
    use aptos_framework::timestamp;
    use feature_aptos::feature_aptos;
    use wormhole::wormhole;

    /// A chain with the coordinator, wired, and a user.
    fun set_up(): signer {
        let framework = account::create_account_for_test(@aptos_framework);
        timestamp::set_time_has_started_for_testing(&framework);
        let (burn, mint) = aptos_coin::initialize_for_test(&framework);
        coin::destroy_burn_cap(burn);
        coin::destroy_mint_cap(mint);
        wormhole::init_test(22, 1, x"04", x"beFA429d57cD18b7F8A4d91A2da9AB4AF05d0FBe", 0);
        let machine = account::create_account_for_test(@feature_aptos);
        feature_aptos::init_module_for_test(&machine);
        feature_aptos::wire(&machine, vector[30, 1], vector[@0xba, @0x50], x"@FINGERPRINT@");
        account::create_account_for_test(@0xb0b)
    }

    /// So many bytes.
    fun vector_of(count: u64): vector<u8> {
        let bytes = vector[];
        while (bytes.length() < count) {
            bytes.push_back(0x61);
        };
        bytes
    }

@TESTS@}
