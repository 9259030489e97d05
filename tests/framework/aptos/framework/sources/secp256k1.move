/// Recovering keys from signatures; Aptos's interface over the test virtual machine's native.
module aptos_std::secp256k1 {
    use std::error;
    use std::option::{Self, Option};
    use std::vector;

    const E_DESERIALIZE: u64 = 1;
    const E_BAD_RECOVERY_ID: u64 = 2;

    struct ECDSARawPublicKey has copy, drop, store {
        bytes: vector<u8>
    }

    struct ECDSASignature has copy, drop, store {
        bytes: vector<u8>
    }

    public fun ecdsa_signature_from_bytes(bytes: vector<u8>): ECDSASignature {
        assert!(vector::length(&bytes) == 64, error::invalid_argument(E_DESERIALIZE));
        ECDSASignature { bytes }
    }

    public fun ecdsa_raw_public_key_from_64_bytes(bytes: vector<u8>): ECDSARawPublicKey {
        assert!(vector::length(&bytes) == 64, error::invalid_argument(E_DESERIALIZE));
        ECDSARawPublicKey { bytes }
    }

    public fun ecdsa_raw_public_key_to_bytes(pk: &ECDSARawPublicKey): vector<u8> {
        pk.bytes
    }

    public fun ecdsa_recover(
        message: vector<u8>, recovery_id: u8, signature: &ECDSASignature
    ): Option<ECDSARawPublicKey> {
        assert!(recovery_id < 4, error::invalid_argument(E_BAD_RECOVERY_ID));
        let (point, success) = recover_public_key_internal(recovery_id, message, signature.bytes, false);
        if (success) {
            option::some(ecdsa_raw_public_key_from_64_bytes(point))
        } else {
            option::none()
        }
    }

    native fun recover_public_key_internal(
        recovery_id: u8, message: vector<u8>, signature: vector<u8>, compressed: bool
    ): (vector<u8>, bool);
}
