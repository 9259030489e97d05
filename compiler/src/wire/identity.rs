//! Identities that are hashes: the program's fingerprint and an instance's identity. The hash is Keccak-256, which every target has.

use sha3::{Digest, Keccak256};

use crate::ir::{Program, Workflow};
use crate::wire::Layout;

/// Separates instance identities from every other use of the hash.
pub const INSTANCE_DOMAIN: &[u8; 15] = b"xcc/instance/v1";

/// Keccak-256.
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// The fingerprint of a workflow: a hash of its IR in text form and of its message layouts. Contracts built from different
/// sources refuse each other's messages by it. Deployment constants are in it by name only, documentation not at all.
pub fn fingerprint(program: &Program, workflow: Workflow) -> [u8; 32] {
    let mut text = crate::ir::print::workflow_to_string(program, workflow);
    for (_, message) in program.messages_of(workflow) {
        let layout = Layout::new(&message.fields, &program.declarations);
        let encodings: Vec<_> = layout
            .fields
            .iter()
            .map(|field| (field.index, &field.encoding))
            .collect();
        text += &format!(
            "\nlayout {} {} {encodings:?}",
            program.steps[message.step].number, message.kind
        );
    }
    keccak256(text.as_bytes())
}

/// What an instance's identity is a hash of, in the order it is hashed, after [`INSTANCE_DOMAIN`].
#[derive(Clone, Copy, Debug)]
pub struct InstanceSeed {
    /// The workflow's fingerprint.
    pub fingerprint: [u8; 32],
    /// Keccak-256 of the home chain's CAIP-2 identifier, such as `eip155:1`.
    pub home: [u8; 32],
    /// The coordinator's address, zeros to its left if it is shorter.
    pub coordinator: [u8; 32],
    /// The account that started the instance, zeros to its left if it is shorter.
    pub initiator: [u8; 32],
    /// How many instances this coordinator had started before.
    pub nonce: u64,
}

impl InstanceSeed {
    /// The identity of the instance.
    pub fn instance(&self) -> [u8; 32] {
        let nonce = self.nonce.to_be_bytes();
        let parts: [&[u8]; 6] = [
            INSTANCE_DOMAIN,
            &self.fingerprint,
            &self.home,
            &self.coordinator,
            &self.initiator,
            &nonce,
        ];
        keccak256(&parts.concat())
    }
}
