// SPDX-License-Identifier: MIT OR Apache-2.0

#[test_only]
/// The identity of an instance is the hash that every chain computes.
module xcc_runtime::instance_id_tests;

use xcc_runtime::instance_id;

const FINGERPRINT: vector<u8> = x"1111111111111111111111111111111111111111111111111111111111111111";
const CHAIN: vector<u8> = x"2222222222222222222222222222222222222222222222222222222222222222";

#[test]
fun it_is_the_hash_of_the_wire_format() {
    let expected = x"37df66ced7940c6e2b6be94c04bcbb641669444cd69640e2c33750e3b5df2303";
    assert!(instance_id::new(FINGERPRINT, CHAIN, @0xc0, @0x1b, 7) == expected);
}

#[test]
fun every_part_counts() {
    let first = instance_id::new(FINGERPRINT, CHAIN, @0xc0, @0x1b, 7);
    assert!(instance_id::new(CHAIN, CHAIN, @0xc0, @0x1b, 7) != first);
    assert!(instance_id::new(FINGERPRINT, FINGERPRINT, @0xc0, @0x1b, 7) != first);
    assert!(instance_id::new(FINGERPRINT, CHAIN, @0xc1, @0x1b, 7) != first);
    assert!(instance_id::new(FINGERPRINT, CHAIN, @0xc0, @0x1c, 7) != first);
    assert!(instance_id::new(FINGERPRINT, CHAIN, @0xc0, @0x1b, 8) != first);
}
