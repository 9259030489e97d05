#[test_only]
/// What is released: it is owed at once and once, and nothing brings it back.
module feature_aptos::release_tests {
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
    /// The first instance of the user, and what the first participant says of it: that its step is refused, ran for too much, is undone.
    const FIRST: vector<u8> = x"@INSTANCE@";
    const REFUSED: vector<u8> = x"@REFUSED@";
    const TOO_MUCH: vector<u8> = x"@EXECUTED 1001@";
    const CANCELLED: vector<u8> = x"@CANCELLED@";

    @SET_UP@

    /// Has the first instance undone.
    fun undo() {
        feature_aptos::on_refused_base_run(REFUSED);
        feature_aptos::undo_home_run(FIRST);
        assert!(feature_aptos::phase(FIRST) == 5);
    }

    /// Has the bond of the first instance forfeited.
    fun forfeit(user: &signer) {
        feature_aptos::on_executed_base_run(user, TOO_MUCH);
    }

    #[test]
    fun a_fee_is_due_at_once_and_the_bond_goes_back() {
        let (user, _, _) = set_up();
        start(&user);
        feature_aptos::claim_release_charge(FIRST);
        assert!(balance(TREASURY) == 3 && held() == 7);
        undo();
        feature_aptos::claim_bond(FIRST);
        assert!(balance(USER) == 97 && balance(TREASURY) == 3 && held() == 0);
    }

    #[test]
    fun a_bond_that_is_forfeited_is_paid_once() {
        let (user, other, _) = set_up();
        start(&user);
        start(&other);
        forfeit(&user);
        feature_aptos::claim_release_bond(FIRST);
        // What the other instance holds is still there.
        assert!(balance(TREASURY) == 7 && held() == 13);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun a_fee_is_paid_once() {
        let (user, other, _) = set_up();
        start(&user);
        start(&other);
        feature_aptos::claim_release_charge(FIRST);
        undo();
        feature_aptos::claim_release_charge(FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun a_bond_that_is_forfeited_does_not_go_back() {
        let (user, other, _) = set_up();
        start(&user);
        start(&other);
        forfeit(&user);
        feature_aptos::on_cancelled_base_run(CANCELLED);
        feature_aptos::undo_home_run(FIRST);
        assert!(feature_aptos::phase(FIRST) == 5);
        feature_aptos::claim_bond(FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun a_bond_that_is_forfeited_is_not_paid_twice() {
        let (user, other, _) = set_up();
        start(&user);
        start(&other);
        forfeit(&user);
        feature_aptos::claim_release_bond(FIRST);
        feature_aptos::claim_release_bond(FIRST);
    }

    #[test, expected_failure(abort_code = 6, location = feature_aptos::feature_aptos)]
    fun a_bond_that_went_back_is_not_forfeited() {
        let (user, _, _) = set_up();
        start(&user);
        undo();
        feature_aptos::claim_release_bond(FIRST);
    }
}
