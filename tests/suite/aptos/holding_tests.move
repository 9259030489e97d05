#[test_only]
/// What a coordinator takes into custody, and to whom it goes.
module feature_aptos::holding_tests {
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
    /// The first instance of the user, and the message by which the first participant refuses it.
    const FIRST: vector<u8> = x"@INSTANCE@";
    const REFUSED: vector<u8> = x"@REFUSED@";

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
        feature_aptos::wire(&machine, vector[30, 1], vector[@0xba, @0x50], FINGERPRINT);
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

    /// Has the first instance undone.
    fun undo() {
        feature_aptos::on_refused_base_run(REFUSED);
        feature_aptos::undo_home_run(FIRST);
        assert!(feature_aptos::phase(FIRST) == 5);
    }

    #[test]
    fun what_was_taken_is_given_back_whoever_asks() {
        let (user, other, _) = set_up();
        start(&user);
        start(&other);
        assert!(balance(USER) == 90 && balance(OTHER) == 90 && held() == 20);
        undo();
        assert!(held() == 20);
        // Nobody signs for a claim, so that anybody may send it.
        feature_aptos::claim_funds(FIRST);
        assert!(balance(USER) == 97 && held() == 13);
        feature_aptos::claim_charge(FIRST);
        assert!(balance(USER) == 100 && balance(OTHER) == 90 && held() == 10);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun nothing_is_given_back_twice() {
        let (user, other, _) = set_up();
        start(&user);
        start(&other);
        undo();
        feature_aptos::claim_funds(FIRST);
        feature_aptos::claim_funds(FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun nothing_is_given_back_before_it_is_owed() {
        let (user, _, _) = set_up();
        start(&user);
        feature_aptos::claim_funds(FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun what_is_given_back_is_not_paid() {
        let (user, _, _) = set_up();
        start(&user);
        undo();
        feature_aptos::claim_pay_funds(FIRST);
    }

    #[test, expected_failure(abort_code = 65540, location = aptos_framework::fungible_asset)]
    fun who_has_too_little_starts_nothing() {
        let (user, _, _) = set_up();
        store::transfer(&user, object::address_to_object<Metadata>(@0xb3), OTHER, 91);
        start(&user);
    }

    #[test, expected_failure(abort_code = 41, location = xcc_runtime::custody)]
    fun an_asset_that_keeps_some_of_a_transfer_is_refused() {
        let (user, _, issuer) = set_up();
        fungible_asset::dispatch_for_test(&issuer, 0, 0, 1);
        start(&user);
    }

    #[test, expected_failure(abort_code = 41, location = xcc_runtime::custody)]
    fun nothing_leaves_besides_what_is_owed() {
        let (user, other, issuer) = set_up();
        start(&user);
        start(&other);
        undo();
        fungible_asset::dispatch_for_test(&issuer, 0, 1, 0);
        feature_aptos::claim_funds(FIRST);
    }
}
