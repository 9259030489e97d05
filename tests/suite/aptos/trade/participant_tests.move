#[test_only]
/// The emitted participant, driven by messages that guardians of the tests signed over the bytes of the reference codec.
///
/// `{name}` stands for such a message, or for the bytes that must be answered.
module trade_aptos::participant_tests {
    use aptos_framework::account;
    use aptos_framework::aptos_coin::{Self, AptosCoin};
    use aptos_framework::coin;
    use aptos_framework::event;
    use aptos_framework::object;
    use aptos_framework::timestamp;
    use desk::desk;
    use trade_aptos::trade_aptos as participant;
    use wormhole::state;
    use wormhole::wormhole;
    use xcc_runtime::wormhole_endpoint::{Self, StepChanged, Wired};

    const DELIVERER: address = @0xde1;
    const DEPLOYER: address = @0xd0;
    const HOME: address = @0xa11ce;
    const POOL: address = @{pool};
    const INSTANCE: vector<u8> = x"{instance}";
    const FINGERPRINT: vector<u8> = x"{fingerprint}";
    /// Seconds; the deadline of every Execute that has one.
    const DEADLINE: u64 = {deadline};
    const FEE: u64 = 3;

    /// A chain with a Wormhole, the desk, and somebody with 1,000 to spend.
    fun begin() {
        let framework = account::create_account_for_test(@aptos_framework);
        timestamp::set_time_has_started_for_testing(&framework);
        timestamp::update_global_time_for_test_secs(DEADLINE);
        let (burn, mint) = aptos_coin::initialize_for_test(&framework);
        wormhole::init_test(22, 1, x"04", x"{guardian}", FEE);
        coin::register<AptosCoin>(&account::create_account_for_test(DELIVERER));
        coin::deposit(DELIVERER, coin::mint(1000, &mint));
        coin::destroy_burn_cap(burn);
        coin::destroy_mint_cap(mint);
        desk::publish(&account::create_account_for_test(@desk));
    }

    fun unwired() {
        begin();
        participant::init_module_for_test(&account::create_account_for_test(@trade_aptos));
    }

    fun wire(caller: address, chains: vector<u16>, addresses: vector<address>, fingerprint: vector<u8>) {
        let caller = account::create_signer_for_test(caller);
        participant::wire(&caller, chains, addresses, fingerprint);
    }

    fun wired() {
        unwired();
        wire(@trade_aptos, vector[2], vector[HOME], FINGERPRINT);
    }

    fun deliverer(): signer {
        account::create_signer_for_test(DELIVERER)
    }

    fun pass_deadline() {
        timestamp::fast_forward_seconds(1);
    }

    fun published(): u64 {
        state::published_for_test().length()
    }

    /// Demands that exactly `count` messages were published and that this is the last.
    fun assert_said(payload: vector<u8>, count: u64) {
        let messages = state::published_for_test();
        assert!(messages.length() == count, count);
        let last = &messages[count - 1];
        assert!(state::message_payload(last) == payload, 1000 + count);
        assert!(state::message_nonce(last) == 0 && state::message_sequence(last) == count - 1, 2000);
        assert!(coin::balance<AptosCoin>(DELIVERER) == 1000 - count * FEE, 3000);
    }

    fun assert_changed(step: u16, status: u8, count: u64) {
        let events = event::emitted_events<StepChanged>();
        assert!(events.length() == count, 4000);
        let expected = wormhole_endpoint::step_changed_event(@trade_aptos, INSTANCE, step, status);
        assert!(events.borrow(count - 1) == &expected, 5000);
    }

    // Runs.

    #[test]
    fun a_step_is_executed_once_however_often_it_is_delivered() {
        wired();
        assert!(event::emitted_events<Wired>().length() == 1, 1);
        assert!(participant::open_status(INSTANCE) == 0, 2);
        participant::execute_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.executed}", 1);
        assert_changed(1, 2, 1);
        participant::execute_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.executed}", 2);
        assert_changed(1, 2, 1);
        assert!(participant::open_status(INSTANCE) == 2, 3);
        assert!(desk::calls() == 1 && desk::amount(100) == 50 && desk::pool_size(POOL) == 1, 4);
    }

    #[test]
    fun the_caller_is_the_participants_own_account() {
        wired();
        participant::execute_open(&deliverer(), x"{open.execute}");
        assert!(desk::caller() == participant::authority(), 1);
        let expected = account::create_resource_address(&@trade_aptos, b"trade_aptos");
        assert!(participant::authority() == expected, 2);
    }

    #[test]
    fun a_step_is_undone_once() {
        wired();
        participant::execute_open(&deliverer(), x"{open.execute}");
        participant::cancel_open(&deliverer(), x"{open.cancel}");
        assert_said(x"{open.cancelled}", 2);
        assert_changed(1, 5, 2);
        assert!(!desk::is_held(100), 1);
        participant::cancel_open(&deliverer(), x"{open.cancel}");
        assert_said(x"{open.cancelled}", 3);
        participant::execute_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.cancelled}", 4);
        assert_changed(1, 5, 2);
        assert!(desk::calls() == 2 && participant::open_status(INSTANCE) == 5, 2);
    }

    #[test]
    fun a_late_execute_bounces_off_the_tombstone() {
        wired();
        participant::cancel_open(&deliverer(), x"{open.cancel}");
        assert_said(x"{open.cancelled}", 1);
        assert_changed(1, 6, 1);
        participant::execute_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.cancelled}", 2);
        pass_deadline();
        participant::execute_open(&deliverer(), x"{open.execute}");
        participant::expire_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.cancelled}", 4);
        assert!(desk::calls() == 0 && participant::open_status(INSTANCE) == 6, 1);
    }

    #[test]
    fun an_execute_expires() {
        wired();
        pass_deadline();
        participant::expire_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.late}", 1);
        assert_changed(1, 3, 1);
        participant::expire_open(&deliverer(), x"{open.execute}");
        participant::execute_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.late}", 3);
        participant::cancel_open(&deliverer(), x"{open.cancel}");
        assert_said(x"{open.cancelled}", 4);
        assert!(desk::calls() == 0 && participant::open_status(INSTANCE) == 3, 1);
    }

    #[test]
    fun an_executed_step_does_not_expire() {
        wired();
        participant::execute_open(&deliverer(), x"{open.execute}");
        pass_deadline();
        participant::expire_open(&deliverer(), x"{open.execute}");
        participant::execute_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.executed}", 3);
    }

    #[test]
    fun an_executed_pivot_answers_cancel_with_executed() {
        wired();
        participant::execute_open(&deliverer(), x"{open.execute}");
        participant::execute_commit(&deliverer(), x"{commit.execute}");
        assert_said(x"{commit.executed}", 2);
        participant::cancel_commit(&deliverer(), x"{commit.cancel}");
        assert_said(x"{commit.executed}", 3);
        assert!(desk::committed() == 7 && participant::commit_status(INSTANCE) == 2, 1);
        assert!(desk::caller() == participant::authority(), 2);
    }

    #[test]
    fun a_guard_that_does_not_hold_refuses() {
        wired();
        participant::execute_open(&deliverer(), x"{open.unguarded}");
        assert_said(x"{open.refused}", 1);
        participant::execute_open(&deliverer(), x"{open.unguarded}");
        assert_said(x"{open.refused}", 2);
        participant::expire_open(&deliverer(), x"{open.unguarded}");
        assert_said(x"{open.refused}", 3);
        assert!(desk::calls() == 0 && participant::open_status(INSTANCE) == 3, 1);
    }

    #[test]
    fun a_step_without_compensation_is_only_marked() {
        wired();
        participant::execute_instance(&deliverer(), x"{instance.execute}");
        assert_said(x"{instance.executed}", 1);
        assert!(desk::written() == vector[b"receipt"], 1);
        participant::cancel_instance(&deliverer(), x"{instance.cancel}");
        assert_said(x"{instance.cancelled}", 2);
        assert!(desk::calls() == 1 && participant::instance_status(INSTANCE) == 5, 2);
    }

    #[test]
    fun an_address_of_another_chain_is_compared() {
        wired();
        participant::execute_instance(&deliverer(), x"{instance.unguarded}");
        assert_said(x"{instance.refused}", 1);
    }

    #[test]
    fun a_retriable_step_has_no_deadline() {
        wired();
        pass_deadline();
        participant::execute_settle(&deliverer(), x"{settle.execute}");
        participant::execute_settle(&deliverer(), x"{settle.execute}");
        assert_said(x"{settle.executed}", 2);
        assert!(desk::calls() == 1 && desk::settled() == 42, 1);
        assert!(participant::settle_status(INSTANCE) == 2, 2);
    }

    #[test]
    fun instances_do_not_touch_each_other() {
        wired();
        participant::execute_open(&deliverer(), x"{open.execute}");
        participant::cancel_open(&deliverer(), x"{open.cancel_other}");
        assert_said(x"{open.cancelled_other}", 2);
        assert!(desk::is_held(100) && participant::open_status(INSTANCE) == 2, 1);
    }

    // What must be refused, each changing nothing.

    #[test, expected_failure(abort_code = participant::EDeadlinePassed)]
    fun a_late_execute_is_not_run() {
        wired();
        pass_deadline();
        participant::execute_open(&deliverer(), x"{open.execute}");
    }

    #[test, expected_failure(abort_code = participant::EDeadlineNotPassed)]
    fun an_execute_does_not_expire_in_time() {
        wired();
        participant::expire_open(&deliverer(), x"{open.execute}");
    }

    #[test, expected_failure(abort_code = desk::desk::ERefused)]
    fun a_failing_call_leaves_no_trace() {
        wired();
        desk::shut();
        participant::execute_open(&deliverer(), x"{open.execute}");
    }

    #[test, expected_failure(abort_code = desk::desk::ERefused)]
    fun a_failing_compensation_leaves_no_trace() {
        wired();
        participant::execute_open(&deliverer(), x"{open.execute}");
        desk::shut();
        participant::cancel_open(&deliverer(), x"{open.cancel}");
    }

    #[test, expected_failure(abort_code = 65542, location = aptos_framework::coin)]
    fun a_deliverer_without_the_fee_is_refused() {
        wired();
        state::set_message_fee_for_test(1001);
        participant::execute_open(&deliverer(), x"{open.execute}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::ENotWired)]
    fun an_unwired_participant_hears_nobody() {
        unwired();
        participant::execute_open(&deliverer(), x"{open.execute}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::EWrongSender)]
    fun another_emitter_is_not_home() {
        wired();
        participant::execute_open(&deliverer(), x"{open.other_emitter}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::EWrongSender)]
    fun home_is_on_its_chain() {
        wired();
        participant::execute_open(&deliverer(), x"{open.other_chain}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::EWrongProgram)]
    fun another_program_is_refused() {
        wired();
        participant::execute_open(&deliverer(), x"{open.other_program}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::EWrongMessage)]
    fun a_cancel_does_not_execute() {
        wired();
        participant::execute_open(&deliverer(), x"{open.cancel}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::EWrongMessage)]
    fun another_step_is_refused() {
        wired();
        participant::execute_open(&deliverer(), x"{commit.execute}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::EWrongMessage)]
    fun a_reply_is_not_a_request() {
        wired();
        participant::cancel_open(&deliverer(), x"{open.reply}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::header::EHeader)]
    fun a_cancel_with_a_deadline_is_refused() {
        wired();
        participant::cancel_open(&deliverer(), x"{open.cancel_with_deadline}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::reader::ETrailing)]
    fun trailing_bytes_are_refused() {
        wired();
        participant::execute_open(&deliverer(), x"{open.trailing}");
    }

    #[test, expected_failure(abort_code = xcc_runtime::reader::ETrailing)]
    fun trailing_bytes_do_not_expire() {
        wired();
        pass_deadline();
        participant::expire_open(&deliverer(), x"{open.trailing}");
    }

    #[test, expected_failure(abort_code = 2, location = wormhole::vaa)]
    fun a_forged_message_is_refused() {
        wired();
        participant::execute_open(&deliverer(), x"{open.forged}");
    }

    #[test, expected_failure(abort_code = 3, location = wormhole::vaa)]
    fun guardians_of_the_past_are_refused() {
        wired();
        state::replace_guardians_for_test(vector[x"{guardian}"]);
        timestamp::fast_forward_seconds(86401);
        participant::execute_settle(&deliverer(), x"{settle.execute}");
    }

    // Wiring.

    #[test]
    fun the_owner_of_the_codes_object_wires() {
        begin();
        let deployer = account::create_account_for_test(DEPLOYER);
        let code = object::create_named_object(&deployer, b"code");
        participant::init_module_for_test(&object::generate_signer(&code));
        assert!(object::address_from_constructor_ref(&code) == @trade_aptos, 1);
        wire(DEPLOYER, vector[2], vector[HOME], FINGERPRINT);
        participant::execute_open(&deliverer(), x"{open.execute}");
        assert_said(x"{open.executed}", 1);
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::ENotDeployer)]
    fun nobody_but_the_owner_of_the_codes_object_wires() {
        begin();
        let deployer = account::create_account_for_test(DEPLOYER);
        let code = object::create_named_object(&deployer, b"code");
        participant::init_module_for_test(&object::generate_signer(&code));
        wire(DELIVERER, vector[2], vector[HOME], FINGERPRINT);
    }

    #[test]
    fun the_emitter_is_known_before_it_is_wired() {
        unwired();
        assert!(participant::emitter() == @0x1, 1);
        wire(@trade_aptos, vector[2], vector[HOME], FINGERPRINT);
        participant::cancel_open(&deliverer(), x"{open.cancel}");
        assert!(published() == 1 && state::message_sender(&state::published_for_test()[0]) == 1, 2);
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::ENotDeployer)]
    fun only_the_deployer_wires() {
        unwired();
        wire(DELIVERER, vector[2], vector[HOME], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::EAlreadyWired)]
    fun wiring_is_final() {
        wired();
        wire(@trade_aptos, vector[2], vector[HOME], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = xcc_runtime::wormhole_endpoint::EWrongFingerprint)]
    fun the_deployer_must_expect_this_program() {
        unwired();
        wire(@trade_aptos, vector[2], vector[HOME], x"00");
    }

    #[test, expected_failure(abort_code = xcc_runtime::peers::EZeroPeer)]
    fun home_has_an_address() {
        unwired();
        wire(@trade_aptos, vector[2], vector[@0x0], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = xcc_runtime::peers::EZeroPeer)]
    fun home_has_a_chain() {
        unwired();
        wire(@trade_aptos, vector[0], vector[HOME], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = xcc_runtime::peers::EOwnChain)]
    fun home_is_elsewhere() {
        unwired();
        wire(@trade_aptos, vector[22], vector[HOME], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = xcc_runtime::peers::EPeerCount)]
    fun home_is_one() {
        unwired();
        wire(@trade_aptos, vector[2, 4], vector[HOME, HOME], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = xcc_runtime::peers::EPeerCount)]
    fun home_is_given() {
        unwired();
        wire(@trade_aptos, vector[], vector[], FINGERPRINT);
    }
}
