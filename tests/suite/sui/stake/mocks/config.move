/// An object of another package, which the pool reads.
module config::config;

public struct Config has key {
    id: UID,
    factor: u64,
}

public fun new(factor: u64, ctx: &mut TxContext): Config {
    Config { id: object::new(ctx), factor }
}

public fun factor(config: &Config): u64 {
    config.factor
}
