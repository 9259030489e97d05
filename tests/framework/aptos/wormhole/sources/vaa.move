/// Messages the guardians signed. The core does not remember which were used; the receiver must.
module wormhole::vaa {
    use std::option;
    use aptos_std::aptos_hash::keccak256;
    use aptos_std::secp256k1;
    use wormhole::external_address::{Self, ExternalAddress};
    use wormhole::state;
    use wormhole::u16::{Self, U16};
    use wormhole::u32::{Self, U32};

    const E_NO_QUORUM: u64 = 0x0;
    const E_INVALID_SIGNATURE: u64 = 0x2;
    const E_GUARDIAN_SET_EXPIRED: u64 = 0x3;
    const E_WRONG_VERSION: u64 = 0x6;
    const E_NON_INCREASING_SIGNERS: u64 = 0x7;

    struct VAA {
        guardian_set_index: U32,
        timestamp: U32,
        nonce: U32,
        emitter_chain: U16,
        emitter_address: ExternalAddress,
        sequence: u64,
        consistency_level: u8,
        hash: vector<u8>,
        payload: vector<u8>
    }

    public fun get_guardian_set_index(vaa: &VAA): U32 {
        vaa.guardian_set_index
    }

    public fun get_timestamp(vaa: &VAA): U32 {
        vaa.timestamp
    }

    public fun get_nonce(vaa: &VAA): U32 {
        vaa.nonce
    }

    public fun get_payload(vaa: &VAA): vector<u8> {
        vaa.payload
    }

    public fun get_hash(vaa: &VAA): vector<u8> {
        vaa.hash
    }

    public fun get_emitter_chain(vaa: &VAA): U16 {
        vaa.emitter_chain
    }

    public fun get_emitter_address(vaa: &VAA): ExternalAddress {
        vaa.emitter_address
    }

    public fun get_sequence(vaa: &VAA): u64 {
        vaa.sequence
    }

    public fun get_consistency_level(vaa: &VAA): u8 {
        vaa.consistency_level
    }

    public fun destroy(vaa: VAA): vector<u8> {
        let VAA { payload, .. } = vaa;
        payload
    }

    public fun parse_and_verify(bytes: vector<u8>): VAA {
        assert!(bytes[0] == 1, E_WRONG_VERSION);
        let index = take(&bytes, 1, 4);
        let count = (bytes[5] as u64);
        let body = bytes.slice(6 + 66 * count, bytes.length());
        let hash = keccak256(keccak256(body));
        verify(index, &bytes, count, hash);
        parse_body(index, &body, hash)
    }

    public fun quorum(num_guardians: u64): u64 {
        (num_guardians * 2) / 3 + 1
    }

    /// Each signature is `index, r, s, recovery id`.
    fun verify(index: u64, bytes: &vector<u8>, count: u64, hash: vector<u8>) {
        let (guardians, active) = state::guardians(index);
        assert!(active, E_GUARDIAN_SET_EXPIRED);
        assert!(count >= quorum(guardians.length()), E_NO_QUORUM);
        let i = 0;
        let next = 0;
        while (i < count) {
            let at = 6 + 66 * i;
            let guardian = (bytes[at] as u64);
            assert!(guardian >= next, E_NON_INCREASING_SIGNERS);
            let signer_address = recover(bytes.slice(at + 1, at + 65), bytes[at + 65], hash);
            assert!(&signer_address == guardians.borrow(guardian), E_INVALID_SIGNATURE);
            next = guardian + 1;
            i = i + 1;
        };
    }

    /// The Ethereum address of a signature's key; empty when no key fits.
    fun recover(signature: vector<u8>, recovery_id: u8, hash: vector<u8>): vector<u8> {
        let signature = secp256k1::ecdsa_signature_from_bytes(signature);
        let key = secp256k1::ecdsa_recover(hash, recovery_id, &signature);
        if (option::is_none(&key)) return vector[];
        let key = option::destroy_some(key);
        keccak256(secp256k1::ecdsa_raw_public_key_to_bytes(&key)).slice(12, 32)
    }

    fun parse_body(guardian_set_index: u64, body: &vector<u8>, hash: vector<u8>): VAA {
        VAA {
            guardian_set_index: u32::from_u64(guardian_set_index),
            timestamp: u32::from_u64(take(body, 0, 4)),
            nonce: u32::from_u64(take(body, 4, 4)),
            emitter_chain: u16::from_u64(take(body, 8, 2)),
            emitter_address: external_address::from_bytes(body.slice(10, 42)),
            sequence: take(body, 42, 8),
            consistency_level: body[50],
            hash,
            payload: body.slice(51, body.length())
        }
    }

    /// A big-endian number of up to eight bytes.
    fun take(bytes: &vector<u8>, at: u64, size: u64): u64 {
        let n = 0;
        let end = at + size;
        while (at < end) {
            n = (n << 8) | (bytes[at] as u64);
            at = at + 1;
        };
        n
    }
}
