#[test_only]
/// A coordinator that is wired, started and asked by whoever may, and by others.
module feature_aptos::coordinator_tests {
    use aptos_framework::account;
    use aptos_framework::aptos_coin::{Self, AptosCoin};
    use aptos_framework::coin;
    use aptos_framework::event;
    use aptos_framework::timestamp;
    use aptos::target;
    use feature_aptos::feature_aptos;
    use wormhole::wormhole;
    use xcc_runtime::wormhole_endpoint::Opened;

    const FINGERPRINT: vector<u8> = x"@FINGERPRINT@";
    const FEE: u64 = 5;
    const USER: address = @0xb0b;

    /// A chain with the coordinator, unwired: who deployed it, and a user who can pay so much.
    fun set_up(riches: u64): (signer, signer) {
        let framework = account::create_account_for_test(@aptos_framework);
        timestamp::set_time_has_started_for_testing(&framework);
        let (burn, mint) = aptos_coin::initialize_for_test(&framework);
        wormhole::init_test(22, 1, x"04", x"beFA429d57cD18b7F8A4d91A2da9AB4AF05d0FBe", FEE);
        let user = account::create_account_for_test(USER);
        coin::register<AptosCoin>(&user);
        coin::deposit(USER, coin::mint(riches, &mint));
        coin::destroy_burn_cap(burn);
        coin::destroy_mint_cap(mint);
        target::open(&account::create_account_for_test(@aptos));
        let machine = account::create_account_for_test(@feature_aptos);
        feature_aptos::init_module_for_test(&machine);
        (machine, user)
    }

    fun wire(deployer: &signer) {
        feature_aptos::wire(deployer, vector[30, 1], vector[@0xba, @0x50], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = 16, location = xcc_runtime::wormhole_endpoint)]
    fun nothing_starts_before_it_is_wired() {
        let (_, user) = set_up(FEE);
        feature_aptos::start(&user, USER, 11);
    }

    #[test, expected_failure(abort_code = 16, location = xcc_runtime::wormhole_endpoint)]
    fun nothing_is_heard_before_it_is_wired() {
        set_up(FEE);
        feature_aptos::on_cancelled_between(x"00");
    }

    #[test, expected_failure(abort_code = 18, location = xcc_runtime::wormhole_endpoint)]
    fun a_stranger_cannot_wire_it() {
        let (_, user) = set_up(FEE);
        wire(&user);
    }

    #[test, expected_failure(abort_code = 17, location = xcc_runtime::wormhole_endpoint)]
    fun nobody_wires_it_again() {
        let (machine, _) = set_up(FEE);
        wire(&machine);
        wire(&machine);
    }

    #[test, expected_failure(abort_code = 19, location = xcc_runtime::wormhole_endpoint)]
    fun it_is_of_no_other_source() {
        let (machine, _) = set_up(FEE);
        let other = x"0000000000000000000000000000000000000000000000000000000000000000";
        feature_aptos::wire(&machine, vector[30, 1], vector[@0xba, @0x50], other);
    }

    #[test, expected_failure(abort_code = 29, location = feature_aptos::feature_aptos)]
    fun peers_come_in_their_order() {
        let (machine, _) = set_up(FEE);
        feature_aptos::wire(&machine, vector[1, 30], vector[@0x50, @0xba], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = 29, location = feature_aptos::feature_aptos)]
    fun no_peer_is_missing() {
        let (machine, _) = set_up(FEE);
        feature_aptos::wire(&machine, vector[30], vector[@0xba], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = 21, location = xcc_runtime::peers)]
    fun no_peer_is_nobody() {
        let (machine, _) = set_up(FEE);
        feature_aptos::wire(&machine, vector[30, 1], vector[@0xba, @0x0], FINGERPRINT);
    }

    #[test, expected_failure(abort_code = 1, location = feature_aptos::feature_aptos)]
    fun nobody_starts_for_somebody_else() {
        let (machine, user) = set_up(FEE);
        wire(&machine);
        feature_aptos::start(&user, @0xa11ce, 11);
    }

    #[test, expected_failure(abort_code = 65542, location = aptos_framework::coin)]
    fun who_starts_pays_for_the_message() {
        let (machine, user) = set_up(FEE - 1);
        wire(&machine);
        feature_aptos::start(&user, USER, 11);
    }

    #[test]
    fun two_starts_are_two_instances() {
        let (machine, user) = set_up(4 * FEE);
        wire(&machine);
        feature_aptos::start(&user, USER, 11);
        feature_aptos::start(&user, USER, 11);
        assert!(coin::balance<AptosCoin>(USER) == 2 * FEE);
        let opened = event::emitted_events<Opened>();
        assert!(opened.length() == 2);
        let first = std::bcs::to_bytes(&opened[0]).slice(33, 65);
        let second = std::bcs::to_bytes(&opened[1]).slice(33, 65);
        assert!(first != second);
        assert!(feature_aptos::phase(first) == 1 && feature_aptos::phase(second) == 1);
        feature_aptos::redrive(&user, second);
        feature_aptos::cancel(&user, first);
        assert!(feature_aptos::phase(first) == 2 && feature_aptos::phase(second) == 1);
        assert!(coin::balance<AptosCoin>(USER) == 0);
    }

    #[test, expected_failure(abort_code = 4, location = feature_aptos::feature_aptos)]
    fun what_was_never_started_is_not_cancelled() {
        let (machine, user) = set_up(FEE);
        wire(&machine);
        feature_aptos::cancel(&user, x"00");
    }

    #[test, expected_failure(abort_code = 5, location = feature_aptos::feature_aptos)]
    fun what_was_never_started_is_not_sent_again() {
        let (machine, user) = set_up(FEE);
        wire(&machine);
        feature_aptos::redrive(&user, x"00");
    }

    #[test, expected_failure(abort_code = 5, location = feature_aptos::feature_aptos)]
    fun what_was_never_started_is_not_undone() {
        let (machine, _) = set_up(FEE);
        wire(&machine);
        feature_aptos::undo_before(x"00");
    }

    #[test]
    fun what_was_never_started_stands_nowhere() {
        set_up(FEE);
        assert!(feature_aptos::phase(x"00") == 0);
        assert!(feature_aptos::before_status(x"00") == 0);
    }
}
