#[test_only]
/// What a step could not spend: who may say so, and whose it is then.
module feature_aptos::hold_tests {
    use aptos_framework::account;
    use aptos_framework::aptos_coin::{Self, AptosCoin};
    use aptos_framework::coin;
    use aptos_framework::fungible_asset::{Self, Metadata};
    use aptos_framework::object;
    use aptos_framework::primary_fungible_store as store;
    use aptos_framework::timestamp;
    use aptos::target;
    use feature_aptos::feature_aptos;
    use std::option;
    use std::string;
    use wormhole::wormhole;

    const FINGERPRINT: vector<u8> = x"@FINGERPRINT@";
    const PEER_CHAINS: vector<u16> = vector[1];
    const PEER_ADDRESSES: vector<address> = vector[@0x50];
    const USER: address = @0xb0b;
    const OTHER: address = @0x07e4;
    const TREASURY: address = @0x74ea;
    /// The first instance of the user, and that its pivot ran: with a receipt by which the fee is spent, and with another.
    const FIRST: vector<u8> = x"@INSTANCE@";
    const CHARGED: vector<u8> = x"@EXECUTED 8@";
    const FREE: vector<u8> = x"@EXECUTED 7@";

    @SET_UP@

    /// An instance whose step that spends is due, beside another instance. The signers of both users.
    fun decided(said: vector<u8>): (signer, signer) {
        let (user, other, _) = set_up();
        start(&user);
        start(&other);
        feature_aptos::on_executed_solana_run(said);
        assert!(feature_aptos::home_run_status(FIRST) == 1);
        (user, other)
    }

    #[test]
    fun what_is_given_up_is_its_owners_whoever_claims() {
        let (user, _) = decided(FREE);
        feature_aptos::park_home_run(&user, FIRST);
        // The workflow went on to its end.
        assert!(feature_aptos::phase(FIRST) == 4);
        feature_aptos::claim_hold_funds(FIRST);
        assert!(balance(USER) == 97 && balance(@aptos) == 0 && held() == 13);
    }

    #[test]
    fun what_is_spent_goes_to_the_target_alone() {
        decided(CHARGED);
        feature_aptos::attempt_home_run(FIRST);
        assert!(balance(@aptos) == 7 && held() == 13);
        // The next one is the treasury's to give up.
        let treasury = account::create_account_for_test(TREASURY);
        feature_aptos::park_home_note(&treasury, FIRST);
        feature_aptos::claim_hold_charge(FIRST);
        assert!(balance(TREASURY) == 3 && held() == 10);
    }

    #[test, expected_failure(abort_code = 1, location = feature_aptos::feature_aptos)]
    fun nobody_else_gives_it_up() {
        let (_, other) = decided(FREE);
        feature_aptos::park_home_run(&other, FIRST);
    }

    #[test, expected_failure(abort_code = 1, location = feature_aptos::feature_aptos)]
    fun who_owns_one_holding_gives_no_other_up() {
        let (user, _) = decided(CHARGED);
        feature_aptos::attempt_home_run(FIRST);
        feature_aptos::park_home_note(&user, FIRST);
    }

    #[test, expected_failure(abort_code = 5, location = feature_aptos::feature_aptos)]
    fun nothing_is_given_up_before_it_is_due() {
        let (user, _, _) = set_up();
        start(&user);
        feature_aptos::park_home_run(&user, FIRST);
    }

    #[test, expected_failure(abort_code = 5, location = feature_aptos::feature_aptos)]
    fun what_was_given_up_is_not_spent() {
        let (user, _) = decided(FREE);
        feature_aptos::park_home_run(&user, FIRST);
        feature_aptos::attempt_home_run(FIRST);
    }

    #[test, expected_failure(abort_code = 5, location = feature_aptos::feature_aptos)]
    fun what_was_spent_is_not_given_up() {
        let (user, _) = decided(CHARGED);
        feature_aptos::attempt_home_run(FIRST);
        feature_aptos::park_home_run(&user, FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun what_was_spent_is_owed_to_nobody() {
        decided(CHARGED);
        feature_aptos::attempt_home_run(FIRST);
        feature_aptos::claim_hold_funds(FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun nothing_is_claimed_before_it_is_given_up() {
        decided(FREE);
        feature_aptos::claim_hold_funds(FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun nothing_is_claimed_twice() {
        let (user, _) = decided(FREE);
        feature_aptos::park_home_run(&user, FIRST);
        feature_aptos::claim_hold_funds(FIRST);
        feature_aptos::claim_hold_funds(FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun what_is_given_up_does_not_go_back_as_well() {
        let (user, _) = decided(FREE);
        feature_aptos::park_home_run(&user, FIRST);
        feature_aptos::claim_funds(FIRST);
    }
}
