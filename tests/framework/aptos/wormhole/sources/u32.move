/// Times and counters, in the form they had before Move knew 32-bit numbers.
module wormhole::u32 {
    const E_OVERFLOW: u64 = 0x0;

    struct U32 has key, store, copy, drop {
        number: u64
    }

    public fun from_u64(number: u64): U32 {
        assert!(number <= 0xffffffff, E_OVERFLOW);
        U32 { number }
    }

    public fun to_u64(u: U32): u64 {
        u.number
    }
}
