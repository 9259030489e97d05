// SPDX-License-Identifier: MIT OR Apache-2.0

/// Peers are told apart by chain and sender.
#[test_only]
module xcc_runtime::peers_tests;

use xcc_runtime::peers;

const OWN_CHAIN: u16 = 21;

#[test]
fun a_peer_is_its_chain_and_its_sender() {
    let peers = peers::new(vector[2, 1], vector[@0xa, @0xb], 2, OWN_CHAIN);
    assert!(peers[0].is(2, @0xa) && peers[1].is(1, @0xb));
    assert!(!peers[0].is(1, @0xa) && !peers[0].is(2, @0xb) && !peers[1].is(2, @0xa));
}

#[test, expected_failure(abort_code = peers::EDuplicatePeer)]
fun two_peers_on_one_chain_are_refused() {
    peers::new(vector[2, 2], vector[@0xa, @0xb], 2, OWN_CHAIN);
}

#[test, expected_failure(abort_code = peers::EPeerCount)]
fun every_peer_has_an_address() {
    peers::new(vector[2, 1], vector[@0xa], 2, OWN_CHAIN);
}
