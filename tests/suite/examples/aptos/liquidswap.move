/// The curves of Liquidswap's pools.
module liquidswap::curves {
    struct Uncorrelated {}
}

/// The pools of Liquidswap, as far as their fees are set: by the fee admin.
module liquidswap::liquidity_pool {
    use std::signer;

    const ENotAdmin: u64 = 301;
    const EInvalidFee: u64 = 302;

    struct LiquidityPool<phantom X, phantom Y, phantom Curve> has key {
        fee_admin: address,
        fee: u64
    }

    public entry fun set_fee<X, Y, Curve>(fee_admin: &signer, fee: u64) acquires LiquidityPool {
        let pool = borrow_global_mut<LiquidityPool<X, Y, Curve>>(@liquidswap);
        assert!(pool.fee_admin == signer::address_of(fee_admin), ENotAdmin);
        assert!(1 <= fee && fee <= 100, EInvalidFee);
        pool.fee = fee;
    }

    public fun get_pool_fee<X, Y, Curve>(): u64 acquires LiquidityPool {
        borrow_global<LiquidityPool<X, Y, Curve>>(@liquidswap).fee
    }

    #[test_only]
    public fun open<X, Y, Curve>(liquidswap: &signer, fee_admin: address, fee: u64) {
        move_to(liquidswap, LiquidityPool<X, Y, Curve> { fee_admin, fee });
    }

    #[test_only]
    public fun set_fee_admin<X, Y, Curve>(fee_admin: address) acquires LiquidityPool {
        borrow_global_mut<LiquidityPool<X, Y, Curve>>(@liquidswap).fee_admin = fee_admin;
    }
}
