/// Messages the guardians signed.
module wormhole::vaa;

use sui::clock::Clock;
use sui::ecdsa_k1;
use sui::hash::keccak256;
use wormhole::bytes32::{Self, Bytes32};
use wormhole::consumed_vaas::ConsumedVAAs;
use wormhole::external_address::{Self, ExternalAddress};
use wormhole::guardian_set::GuardianSet;
use wormhole::state::State;

const E_WRONG_VERSION: u64 = 0;
const E_NO_QUORUM: u64 = 1;
const E_INVALID_SIGNATURE: u64 = 2;
const E_GUARDIAN_SET_EXPIRED: u64 = 3;
const E_NON_INCREASING_SIGNERS: u64 = 4;

public struct VAA {
    guardian_set_index: u32,
    timestamp: u32,
    nonce: u32,
    emitter_chain: u16,
    emitter_address: ExternalAddress,
    sequence: u64,
    consistency_level: u8,
    payload: vector<u8>,
    digest: Bytes32,
}

public fun guardian_set_index(self: &VAA): u32 {
    self.guardian_set_index
}

public fun timestamp(self: &VAA): u32 {
    self.timestamp
}

public fun nonce(self: &VAA): u32 {
    self.nonce
}

public fun payload(self: &VAA): vector<u8> {
    self.payload
}

public fun digest(self: &VAA): Bytes32 {
    self.digest
}

public fun emitter_chain(self: &VAA): u16 {
    self.emitter_chain
}

public fun emitter_address(self: &VAA): ExternalAddress {
    self.emitter_address
}

public fun emitter_info(self: &VAA): (u16, ExternalAddress, u64) {
    (self.emitter_chain, self.emitter_address, self.sequence)
}

public fun sequence(self: &VAA): u64 {
    self.sequence
}

public fun consistency_level(self: &VAA): u8 {
    self.consistency_level
}

public fun take_payload(vaa: VAA): vector<u8> {
    let (_, _, payload) = take_emitter_info_and_payload(vaa);
    payload
}

public fun take_emitter_info_and_payload(vaa: VAA): (u16, ExternalAddress, vector<u8>) {
    let VAA { emitter_chain, emitter_address, payload, .. } = vaa;
    (emitter_chain, emitter_address, payload)
}

public fun parse_and_verify(wormhole_state: &State, buf: vector<u8>, the_clock: &Clock): VAA {
    assert!(buf[0] == 1, E_WRONG_VERSION);
    let index = take(&buf, 1, 4) as u32;
    let count = buf[5] as u64;
    let body = slice(&buf, 6 + 66 * count, buf.length());
    verify(wormhole_state.guardian_set_at(index), &buf, count, &keccak256(&body), the_clock);
    parse_body(index, body)
}

public fun consume(consumed: &mut ConsumedVAAs, parsed: &VAA) {
    consumed.consume(parsed.digest)
}

/// Each signature is `index ‖ r ‖ s ‖ recovery id`, over the hash of the hash of the body.
fun verify(
    set: &GuardianSet,
    buf: &vector<u8>,
    count: u64,
    message: &vector<u8>,
    the_clock: &Clock,
) {
    assert!(set.is_active(the_clock), E_GUARDIAN_SET_EXPIRED);
    assert!(count >= set.quorum(), E_NO_QUORUM);
    let mut i = 0;
    let mut next = 0;
    while (i < count) {
        let at = 6 + 66 * i;
        let guardian = buf[at] as u64;
        assert!(guardian >= next, E_NON_INCREASING_SIGNERS);
        let signer = recover(&slice(buf, at + 1, at + 66), message);
        assert!(signer == set.guardian(guardian), E_INVALID_SIGNATURE);
        next = guardian + 1;
        i = i + 1;
    };
}

/// The Ethereum address of a signature's key.
fun recover(signature: &vector<u8>, message: &vector<u8>): vector<u8> {
    let key = ecdsa_k1::secp256k1_ecrecover(signature, message, 0);
    let point = ecdsa_k1::decompress_pubkey(&key);
    slice(&keccak256(&slice(&point, 1, 65)), 12, 32)
}

fun parse_body(guardian_set_index: u32, body: vector<u8>): VAA {
    VAA {
        guardian_set_index,
        timestamp: take(&body, 0, 4) as u32,
        nonce: take(&body, 4, 4) as u32,
        emitter_chain: take(&body, 8, 2) as u16,
        emitter_address: external_address::new(bytes32::new(slice(&body, 10, 42))),
        sequence: take(&body, 42, 8),
        consistency_level: body[50],
        payload: slice(&body, 51, body.length()),
        digest: bytes32::new(keccak256(&keccak256(&body))),
    }
}

/// A big-endian number of up to eight bytes.
fun take(buf: &vector<u8>, at: u64, size: u64): u64 {
    let mut n = 0;
    let mut i = at;
    while (i < at + size) {
        n = (n << 8) | (buf[i] as u64);
        i = i + 1;
    };
    n
}

fun slice(buf: &vector<u8>, from: u64, to: u64): vector<u8> {
    let mut out = vector[];
    let mut i = from;
    while (i < to) {
        out.push_back(buf[i]);
        i = i + 1;
    };
    out
}

#[test_only]
/// An unsigned message, for tests of what comes after verification.
public fun new_test_only(
    guardian_set_index: u32,
    timestamp: u32,
    nonce: u32,
    emitter_chain: u16,
    emitter_address: ExternalAddress,
    sequence: u64,
    consistency_level: u8,
    payload: vector<u8>,
): VAA {
    let mut body = vector[];
    put(&mut body, timestamp as u64, 4);
    put(&mut body, nonce as u64, 4);
    put(&mut body, emitter_chain as u64, 2);
    body.append(emitter_address.to_bytes());
    put(&mut body, sequence, 8);
    body.push_back(consistency_level);
    body.append(payload);
    parse_body(guardian_set_index, body)
}

#[test_only]
public fun destroy(vaa: VAA) {
    take_payload(vaa);
}

#[test_only]
fun put(buf: &mut vector<u8>, n: u64, size: u8) {
    let mut i = size;
    while (i > 0) {
        i = i - 1;
        buf.push_back((n >> (8 * i) & 0xff) as u8);
    };
}
