// SPDX-License-Identifier: MIT OR Apache-2.0

#[test_only]
/// Peers are accepted once each, and only as the workflow has them.
module xcc_runtime::peers_tests {
    use xcc_runtime::peers;

    #[test]
    fun a_peer_is_known_by_chain_and_address() {
        let peers = peers::new(vector[2, 4], vector[@0xa, @0xb], 2, 22);
        assert!(peers[0].sent(2, @0xa) && peers[1].sent(4, @0xb));
        assert!(!peers[0].sent(4, @0xa) && !peers[0].sent(2, @0xb));
    }

    #[test, expected_failure(abort_code = xcc_runtime::peers::EDuplicatePeer)]
    fun two_peers_on_one_chain_are_refused() {
        peers::new(vector[2, 2], vector[@0xa, @0xb], 2, 22);
    }

    #[test, expected_failure(abort_code = xcc_runtime::peers::EPeerCount)]
    fun a_peer_without_address_is_refused() {
        peers::new(vector[2, 4], vector[@0xa], 2, 22);
    }
}
