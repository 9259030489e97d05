/// The supply side of a lending market, made to run: who calls it pays, the beneficiary holds what was supplied.
module market::supply_logic {
    use std::signer;
    use aptos_std::table::{Self, Table};

    /// The caller does not hold what it supplies.
    const EInsufficientBalance: u64 = 800;

    struct Market has key {
        held: Table<address, u256>,
        supplied: Table<address, u256>
    }

    public entry fun supply(
        account: &signer,
        _asset: address,
        amount: u256,
        on_behalf_of: address,
        _referral_code: u16
    ) acquires Market {
        let market = borrow_global_mut<Market>(@market);
        let held = market.held.borrow_mut_with_default(signer::address_of(account), 0);
        assert!(*held >= amount, EInsufficientBalance);
        *held = *held - amount;
        let supplied = market.supplied.borrow_mut_with_default(on_behalf_of, 0);
        *supplied = *supplied + amount;
    }

    public fun held(account: address): u256 acquires Market {
        *borrow_global<Market>(@market).held.borrow_with_default(account, &0)
    }

    public fun supplied(account: address): u256 acquires Market {
        *borrow_global<Market>(@market).supplied.borrow_with_default(account, &0)
    }

    #[test_only]
    public fun open(market: &signer) {
        move_to(market, Market { held: table::new(), supplied: table::new() });
    }

    #[test_only]
    public fun give(account: address, amount: u256) acquires Market {
        borrow_global_mut<Market>(@market).held.upsert(account, amount);
    }
}
