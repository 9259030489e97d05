// SPDX-License-Identifier: MIT OR Apache-2.0

/// What identifies an instance: a hash of who started it, where and when.
module xcc_runtime::instance_id;

use std::bcs;
use sui::hash;
use xcc_runtime::writer;

/// Separates these hashes from every other use of the hash function.
const DOMAIN: vector<u8> = b"xcc/instance/v1";

/// The Keccak-256 of the domain, the program's fingerprint, the hash of the home chain's CAIP-2 identifier, the id of the
/// coordinator, the address of the initiator, and how many instances the coordinator had opened before.
public fun new(
    fingerprint: vector<u8>,
    home_chain: vector<u8>,
    coordinator: address,
    initiator: address,
    nonce: u64,
): vector<u8> {
    let mut seed = DOMAIN;
    seed.append(fingerprint);
    seed.append(home_chain);
    seed.append(bcs::to_bytes(&coordinator));
    seed.append(bcs::to_bytes(&initiator));
    writer::write_u64(&mut seed, nonce);
    hash::keccak256(&seed)
}
