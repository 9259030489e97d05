// SPDX-License-Identifier: MIT OR Apache-2.0

#[test_only]
/// Two's complements keep their order and their values.
module xcc_runtime::signed_tests {
    use xcc_runtime::signed;

    #[test]
    fun the_order_is_that_of_the_values() {
        // -128 < -1 < 0 < 127
        assert!(signed::order_8(0x80) < signed::order_8(0xff));
        assert!(signed::order_8(0xff) < signed::order_8(0));
        assert!(signed::order_8(0) < signed::order_8(0x7f));
        assert!(signed::order_16(0xffff) < signed::order_16(0));
        assert!(signed::order_32(0x80000000) < signed::order_32(0x7fffffff));
        assert!(signed::order_64(0xffffffffffffffff) < signed::order_64(1));
        assert!(signed::order_128(1 << 127) < signed::order_128(0));
        assert!(signed::order_256(1 << 255) < signed::order_256((1 << 255) - 1));
    }

    #[test]
    fun widening_keeps_the_value() {
        let all = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffu256;
        assert!(signed::widen(0xff, 8, 16) == 0xffff);
        assert!(signed::widen(0x80, 8, 64) == 0xffffffffffffff80);
        assert!(signed::widen(0x7f, 8, 256) == 0x7f);
        assert!(signed::widen((1 << 128) - 1, 128, 256) == all);
        assert!(signed::widen((1 << 127) - 1, 128, 256) == (1 << 127) - 1);
        assert!((signed::widen(0xffff, 16, 32) as u32) == 0xffffffff);
    }
}
