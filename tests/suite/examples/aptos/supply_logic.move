/// The supply side of a lending market, made to run: who supplies pays, the beneficiary holds what was supplied, and can withdraw it.
module market::supply_logic {
    use std::signer;
    use aptos_std::table::{Self, Table};

    /// The caller does not hold what it supplies.
    const EInsufficientBalance: u64 = 800;

    /// The caller has supplied less than it withdraws.
    const ENotEnoughSupplied: u64 = 801;
    /// The market takes no more.
    const ESupplyCapExceeded: u64 = 802;

    struct Market has key {
        held: Table<address, u256>,
        supplied: Table<address, u256>,
        is_full: bool
    }

    public entry fun supply(
        account: &signer,
        _asset: address,
        amount: u256,
        on_behalf_of: address,
        _referral_code: u16
    ) acquires Market {
        let market = borrow_global_mut<Market>(@market);
        assert!(!market.is_full, ESupplyCapExceeded);
        let held = market.held.borrow_mut_with_default(signer::address_of(account), 0);
        assert!(*held >= amount, EInsufficientBalance);
        *held = *held - amount;
        let supplied = market.supplied.borrow_mut_with_default(on_behalf_of, 0);
        *supplied = *supplied + amount;
    }

    public entry fun withdraw(
        account: &signer, _asset: address, amount: u256, to: address
    ) acquires Market {
        let market = borrow_global_mut<Market>(@market);
        let supplied = market.supplied.borrow_mut_with_default(signer::address_of(account), 0);
        assert!(*supplied >= amount, ENotEnoughSupplied);
        *supplied = *supplied - amount;
        let held = market.held.borrow_mut_with_default(to, 0);
        *held = *held + amount;
    }

    public fun held(account: address): u256 acquires Market {
        *borrow_global<Market>(@market).held.borrow_with_default(account, &0)
    }

    public fun supplied(account: address): u256 acquires Market {
        *borrow_global<Market>(@market).supplied.borrow_with_default(account, &0)
    }

    #[test_only]
    public fun open(market: &signer) {
        move_to(market, Market { held: table::new(), supplied: table::new(), is_full: false });
    }

    #[test_only]
    public fun give(account: address, amount: u256) acquires Market {
        borrow_global_mut<Market>(@market).held.upsert(account, amount);
    }

    #[test_only]
    public fun lend(account: address, amount: u256) acquires Market {
        borrow_global_mut<Market>(@market).supplied.upsert(account, amount);
    }

    #[test_only]
    public fun set_full(is_full: bool) acquires Market {
        borrow_global_mut<Market>(@market).is_full = is_full;
    }
}
