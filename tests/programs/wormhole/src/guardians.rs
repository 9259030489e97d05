//! Checking guardians' signatures.

use anchor_lang::prelude::{AccountInfo, AnchorDeserialize, ProgramError, Pubkey};
use anchor_lang::solana_program::entrypoint::ProgramResult;
use solana_keccak_hasher::hash;
use solana_secp256k1_recover::secp256k1_recover;

use crate::account::{bytes, create, derived, read};
use crate::state::{GuardianSet, SignatureSet, GUARDIAN_SET_SEED};
use crate::Error;

/// The instruction's data.
#[derive(AnchorDeserialize)]
pub struct VerifySignatures {
    /// The Keccak-256 of the message's body; guardians sign the hash of this.
    hash: [u8; 32],
    signatures: Vec<Signature>,
}

#[derive(AnchorDeserialize)]
struct Signature {
    guardian: u8,
    /// `r`, `s` and the recovery id.
    bytes: [u8; 65],
}

/// Creates a signature set that says which guardians signed; refuses any signature that is not its guardian's.
pub fn verify_signatures(
    program: &Pubkey,
    accounts: &[AccountInfo<'_>],
    data: VerifySignatures,
) -> ProgramResult {
    let [payer, guardian_set, signature_set, ..] = accounts else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    let set: GuardianSet = read(guardian_set, program)?;
    derived(
        guardian_set,
        &[GUARDIAN_SET_SEED, &set.index.to_be_bytes()],
        program,
    )?;
    let signed = hash(&data.hash).to_bytes();
    let mut signatures = vec![false; set.keys.len()];
    for signature in &data.signatures {
        let guardian = usize::from(signature.guardian);
        let key = set.keys.get(guardian).ok_or(Error::InvalidSignature)?;
        if signer(&signed, &signature.bytes)? != *key {
            return Err(Error::InvalidSignature.into());
        }
        signatures[guardian] = true;
    }
    let found = SignatureSet {
        signatures,
        hash: data.hash,
        guardian_set_index: set.index,
    };
    create(signature_set, payer, program, &bytes(&[], &found)?, &[])
}

/// The Ethereum address of a signature's key.
fn signer(signed: &[u8; 32], signature: &[u8; 65]) -> Result<[u8; 20], ProgramError> {
    let key = secp256k1_recover(signed, signature[64], &signature[..64])
        .map_err(|_| Error::InvalidSignature)?;
    let mut address = [0; 20];
    address.copy_from_slice(&hash(&key.to_bytes()).to_bytes()[12..]);
    Ok(address)
}
