/// Keccak-256 under the name Aptos gives it.
module aptos_std::aptos_hash {
    public fun keccak256(bytes: vector<u8>): vector<u8> {
        aptos_std::keccak::keccak256(bytes)
    }
}
