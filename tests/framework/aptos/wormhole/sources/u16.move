/// Chain ids, in the form they had before Move knew 16-bit numbers.
module wormhole::u16 {
    const E_OVERFLOW: u64 = 0x0;

    struct U16 has key, store, copy, drop {
        number: u64
    }

    public fun from_u64(number: u64): U16 {
        assert!(number <= 0xffff, E_OVERFLOW);
        U16 { number }
    }

    public fun to_u64(u: U16): u64 {
        u.number
    }
}
