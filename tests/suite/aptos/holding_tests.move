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
    const PEER_CHAINS: vector<u16> = vector[30, 1];
    const PEER_ADDRESSES: vector<address> = vector[@0xba, @0x50];
    const USER: address = @0xb0b;
    const OTHER: address = @0x07e4;
    const TREASURY: address = @0x74ea;
    /// The first instance of the user, and the message by which the first participant refuses it.
    const FIRST: vector<u8> = x"@INSTANCE@";
    const REFUSED: vector<u8> = x"@REFUSED@";

    @SET_UP@

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
