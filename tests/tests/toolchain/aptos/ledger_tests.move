#[test_only]
module ledger::ledger_tests {
    use std::bcs;
    use aptos_framework::account;
    use aptos_framework::aptos_coin::{Self, AptosCoin};
    use aptos_framework::coin;
    use aptos_framework::event;
    use aptos_framework::timestamp;
    use aptos_std::from_bcs;
    use ledger::ledger;
    use wormhole::state;
    use wormhole::vaa;
    use wormhole::wormhole;

    const ALICE: address = @0xA;

    fun begin(fee: u64): signer {
        let framework = account::create_account_for_test(@aptos_framework);
        timestamp::set_time_has_started_for_testing(&framework);
        timestamp::update_global_time_for_test_secs(5);
        let (burn, mint) = aptos_coin::initialize_for_test(&framework);
        wormhole::init_test(22, 1, x"04", x"{guardian}", fee);
        let alice = account::create_account_for_test(ALICE);
        coin::register<AptosCoin>(&alice);
        coin::deposit(ALICE, coin::mint(100, &mint));
        coin::destroy_burn_cap(burn);
        coin::destroy_mint_cap(mint);
        ledger::create(&account::create_account_for_test(@ledger));
        alice
    }

    #[test]
    fun money_goes_in_and_out() {
        let alice = begin(0);
        ledger::open(&alice, 30);
        assert!(coin::balance<AptosCoin>(ALICE) == 70 && !ledger::is_closed(0), 1);
        coin::deposit(ALICE, ledger::close(0));
        assert!(coin::balance<AptosCoin>(ALICE) == 100 && ledger::is_closed(0), 2);
        assert!(event::emitted_events<ledger::Closed>().length() == 1, 3);
    }

    #[test, expected_failure(abort_code = 1, location = ledger::ledger)]
    fun nothing_is_refused() {
        let alice = begin(0);
        ledger::open(&alice, 0);
    }

    #[test, expected_failure(abort_code = 65542, location = aptos_framework::coin)]
    fun more_than_there_is_is_refused() {
        let alice = begin(0);
        ledger::open(&alice, 101);
    }

    #[test]
    fun what_is_said_is_published() {
        let alice = begin(3);
        ledger::say(&alice, b"hi", 3);
        let messages = state::published_for_test();
        assert!(messages.length() == 1, 1);
        assert!(state::message_payload(&messages[0]) == b"hi" && state::message_nonce(&messages[0]) == 7, 2);
        assert!(state::message_sender(&messages[0]) == 1 && state::message_sequence(&messages[0]) == 0, 3);
        assert!(coin::balance<AptosCoin>(@wormhole) == 3, 4);
    }

    #[test, expected_failure(abort_code = 0, location = wormhole::wormhole)]
    fun the_fee_must_be_paid() {
        let alice = begin(3);
        ledger::say(&alice, b"hi", 2);
    }

    #[test]
    fun a_signed_message_is_heard() {
        begin(0);
        assert!(ledger::hear(x"{signed}") == b"hello", 1);
        let parsed = vaa::parse_and_verify(x"{signed}");
        assert!(wormhole::u16::to_u64(vaa::get_emitter_chain(&parsed)) == 2, 2);
        assert!(vaa::get_sequence(&parsed) == 4 && vaa::get_hash(&parsed) == x"{digest}", 3);
        vaa::destroy(parsed);
    }

    #[test, expected_failure(abort_code = 2, location = ledger::ledger)]
    fun a_message_is_heard_once() {
        begin(0);
        ledger::hear(x"{signed}");
        ledger::hear(x"{signed}");
    }

    #[test, expected_failure(abort_code = 2, location = wormhole::vaa)]
    fun a_forged_message_is_refused() {
        begin(0);
        ledger::hear(x"{forged}");
    }

    #[test, expected_failure(abort_code = 2, location = wormhole::vaa)]
    fun a_strangers_message_is_refused() {
        begin(0);
        ledger::hear(x"{stranger}");
    }

    #[test]
    fun accounts_objects_and_bytes_are_what_they_should_be() {
        begin(0);
        assert!(ledger::vault_address() == account::create_resource_address(&@ledger, b"vault"), 1);
        assert!(ledger::object_address() == aptos_framework::object::create_object_address(&@ledger, b"ledger"), 2);
        assert!(from_bcs::to_u256(bcs::to_bytes(&7u256)) == 7, 3);
        assert!(*std::string::utf8(b"ok").bytes() == b"ok", 4);
        timestamp::fast_forward_seconds(10);
        assert!(timestamp::now_seconds() == 15, 5);
    }
}
