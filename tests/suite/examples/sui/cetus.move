/// Who may change the pools of Cetus.
module cetus::config {
    public struct GlobalConfig has key {
        id: UID,
        pool_manager: address,
    }

    public(package) fun is_pool_manager(config: &GlobalConfig, account: address): bool {
        config.pool_manager == account
    }

    #[test_only]
    public fun open(pool_manager: address, ctx: &mut TxContext): GlobalConfig {
        GlobalConfig { id: object::new(ctx), pool_manager }
    }

    #[test_only]
    public fun set_pool_manager(config: &mut GlobalConfig, account: address) {
        config.pool_manager = account;
    }
}

/// The pools of Cetus, as far as their fees are set: by a pool manager, who sends the transaction.
module cetus::pool {
    use cetus::config::GlobalConfig;

    const ENotPoolManager: u64 = 710;
    const EInvalidFeeRate: u64 = 711;

    /// The highest fee, in millionths.
    const MAX_FEE_RATE: u64 = 200_000;

    public struct Pool<phantom CoinTypeA, phantom CoinTypeB> has key, store {
        id: UID,
        fee_rate: u64,
    }

    public fun update_fee_rate<CoinTypeA, CoinTypeB>(
        config: &GlobalConfig,
        pool: &mut Pool<CoinTypeA, CoinTypeB>,
        new_fee_rate: u64,
        ctx: &TxContext,
    ) {
        assert!(config.is_pool_manager(ctx.sender()), ENotPoolManager);
        assert!(new_fee_rate <= MAX_FEE_RATE, EInvalidFeeRate);
        pool.fee_rate = new_fee_rate;
    }

    public fun fee_rate<CoinTypeA, CoinTypeB>(pool: &Pool<CoinTypeA, CoinTypeB>): u64 {
        pool.fee_rate
    }

    #[test_only]
    public fun open<CoinTypeA, CoinTypeB>(
        fee_rate: u64,
        ctx: &mut TxContext,
    ): Pool<CoinTypeA, CoinTypeB> {
        Pool { id: object::new(ctx), fee_rate }
    }
}
