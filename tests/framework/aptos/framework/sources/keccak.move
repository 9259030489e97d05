/// Keccak-256 under the name the test virtual machine gives it; not part of Aptos.
module aptos_std::keccak {
    friend aptos_std::aptos_hash;

    native public(friend) fun keccak256(bytes: vector<u8>): vector<u8>;
}
