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
    const USER: address = @0xb0b;
    const OTHER: address = @0x07e4;
    const TREASURY: address = @0x74ea;
    /// The first instance of the user, and that its pivot ran: with a receipt by which the fee is spent, and with another.
    const FIRST: vector<u8> = x"@INSTANCE@";
    const CHARGED: vector<u8> = x"@EXECUTED 8@";
    const FREE: vector<u8> = x"@EXECUTED 7@";

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
        feature_aptos::wire(&machine, vector[1], vector[@0x50], FINGERPRINT);
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
