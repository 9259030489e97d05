// SPDX-License-Identifier: MIT OR Apache-2.0

/// The machines of the same workflow on other chains, fixed once for all when a machine is wired.
module xcc_runtime::peers {
    /// A number of peers other than the workflow has.
    const EPeerCount: u64 = 20;
    /// A peer without chain or address.
    const EZeroPeer: u64 = 21;
    /// A peer on this very chain.
    const EOwnChain: u64 = 22;
    /// Two peers on one chain.
    const EDuplicatePeer: u64 = 23;

    /// A machine on another chain.
    struct Peer has copy, drop, store {
        /// The transport's number for the chain.
        chain: u16,
        /// What the transport calls the sender; shorter addresses have zeros to their left.
        sender: address,
    }

    /// Checks the peers: `count` of them, in the workflow's order, none zero, none on `own_chain`, no chain twice.
    public fun new(
        chains: vector<u16>,
        senders: vector<address>,
        count: u64,
        own_chain: u16,
    ): vector<Peer> {
        assert!(chains.length() == count && senders.length() == count, EPeerCount);
        let peers = vector[];
        while (peers.length() < count) {
            let index = peers.length();
            let peer = Peer { chain: chains[index], sender: senders[index] };
            assert!(peer.chain != 0 && peer.sender != @0x0, EZeroPeer);
            assert!(peer.chain != own_chain, EOwnChain);
            assert!(!has_chain(&peers, peer.chain), EDuplicatePeer);
            peers.push_back(peer);
        };
        peers
    }

    /// Whether the peer sends messages with this origin.
    public fun sent(self: &Peer, chain: u16, sender: address): bool {
        self.chain == chain && self.sender == sender
    }

    fun has_chain(peers: &vector<Peer>, chain: u16): bool {
        let index = 0;
        while (index < peers.length()) {
            if (peers[index].chain == chain) return true;
            index = index + 1;
        };
        false
    }
}
