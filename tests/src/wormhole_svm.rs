//! Wormhole's core on a [`Svm`]: the stand-in of `tests/programs/wormhole`, at the address the real one has on mainnet.

use borsh::{BorshDeserialize, BorshSerialize};
use sha3::{Digest, Keccak256};
use solana_address::address;
use solana_signer::Signer;

use crate::program_crate::ProgramCrate;
use crate::sbf;
use crate::svm::{AccountMeta, Address, Failure, Instruction, Keypair, Receipt, Svm};
use crate::tools::{self, ToolError};
use crate::vaa::{Guardian, Vaa};

/// The core program on mainnet.
pub const CORE: Address = address!("worm2ZoG2kUd4vFXhvjh93UUH596ayRfgQ2MgjNMTth");

const SYSTEM: Address = address!("11111111111111111111111111111111");
const CLOCK: Address = address!("SysvarC1ock11111111111111111111111111111111");
const RENT: Address = address!("SysvarRent111111111111111111111111111111111");
const INSTRUCTIONS: Address = address!("Sysvar1nstructions1111111111111111111111111");

/// The core, deployed and initialized.
#[derive(Clone, Debug)]
pub struct Core {
    /// The program.
    pub address: Address,
    guardians: Vec<Guardian>,
}

/// The accounts a program passes on to post a message, in the order the core wants them after bridge, message and emitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The configuration.
    pub bridge: Address,
    /// Where fees go.
    pub fee_collector: Address,
    /// The emitter's counter.
    pub sequence: Address,
}

/// A posted message or VAA, as its account holds it after three bytes of magic.
#[derive(Clone, Debug, PartialEq, Eq, BorshDeserialize)]
pub struct Posted {
    /// 1 for a VAA, 0 for a message.
    pub vaa_version: u8,
    /// The finality asked for; on Solana 1 is confirmed, 32 is finalized.
    pub consistency_level: u8,
    /// When it was published on its own chain, in seconds since 1970.
    pub vaa_time: u32,
    /// Where the signatures were collected.
    pub vaa_signature_account: [u8; 32],
    /// When it was posted here, in seconds since 1970.
    pub submission_time: u32,
    /// The publisher's own number.
    pub nonce: u32,
    /// Counts the emitter's messages from zero.
    pub sequence: u64,
    /// Wormhole's number of the emitter's chain.
    pub emitter_chain: u16,
    /// The emitter.
    pub emitter_address: [u8; 32],
    /// What was said.
    pub payload: Vec<u8>,
}

impl Core {
    /// Builds the core and deploys it where it is on mainnet, with these guardians as set 0 and a fee in lamports.
    ///
    /// # Errors
    /// A missing toolchain.
    ///
    /// # Panics
    /// When the core does not build, or refuses its own setup.
    pub fn deploy(svm: &mut Svm, guardians: &[Guardian], fee: u64) -> Result<Self, ToolError> {
        Self::deploy_at(CORE, svm, guardians, fee)
    }

    /// The same at another address.
    ///
    /// # Errors
    /// A missing toolchain.
    ///
    /// # Panics
    /// When the core does not build, or refuses its own setup.
    pub fn deploy_at(
        address: Address,
        svm: &mut Svm,
        guardians: &[Guardian],
        fee: u64,
    ) -> Result<Self, ToolError> {
        let program = sbf::build(&ProgramCrate::load(
            &tools::suite_dir().join("programs/wormhole"),
        )?)?;
        assert!(!program.elf.is_empty(), "{:?}", program.diagnostics);
        svm.add_program(address, &program.elf);
        let keys: Vec<[u8; 20]> = guardians.iter().map(Guardian::address).collect();
        let accounts = vec![
            AccountMeta::new(derive(&address, &[b"Bridge"]), false),
            AccountMeta::new(derive(&address, &[b"GuardianSet", &[0; 4]]), false),
            AccountMeta::new(derive(&address, &[b"fee_collector"]), false),
            AccountMeta::new(svm.payer(), true),
            AccountMeta::new_readonly(CLOCK, false),
            AccountMeta::new_readonly(RENT, false),
            AccountMeta::new_readonly(SYSTEM, false),
        ];
        let initialize = instruction(&address, 0, accounts, &(86_400_u32, fee, keys));
        svm.send(&[initialize], &[])
            .unwrap_or_else(|failure| panic!("{failure:?}"));
        Ok(Self {
            address,
            guardians: guardians.to_vec(),
        })
    }

    /// Posts a VAA signed by this core's guardians and returns the account a participant reads.
    ///
    /// # Errors
    /// The core's refusal.
    pub fn post(&self, svm: &mut Svm, vaa: &Vaa) -> Result<Address, Box<Failure>> {
        self.post_signed(svm, vaa, &self.guardians)
    }

    /// Posts a VAA signed by these guardians, in the order of their numbers, whoever they are.
    ///
    /// # Errors
    /// The core's refusal.
    pub fn post_signed(
        &self,
        svm: &mut Svm,
        vaa: &Vaa,
        guardians: &[Guardian],
    ) -> Result<Address, Box<Failure>> {
        let signature_set = Keypair::new();
        let verify = self.verify_signatures(svm, vaa, guardians, &signature_set.pubkey());
        svm.send(&[verify], &[&signature_set])?;
        svm.send(&[self.post_vaa(svm, vaa, &signature_set.pubkey())], &[])?;
        Ok(posted_vaa(&self.address, vaa))
    }

    fn verify_signatures(
        &self,
        svm: &Svm,
        vaa: &Vaa,
        guardians: &[Guardian],
        signature_set: &Address,
    ) -> Instruction {
        let hash: [u8; 32] = Keccak256::digest(vaa.body()).into();
        let signatures: Vec<(u8, [u8; 65])> = (0..)
            .zip(guardians)
            .map(|(index, guardian)| (index, guardian.sign(&vaa.digest())))
            .collect();
        let accounts = vec![
            AccountMeta::new(svm.payer(), true),
            AccountMeta::new_readonly(
                derive(
                    &self.address,
                    &[b"GuardianSet", &vaa.guardian_set.to_be_bytes()],
                ),
                false,
            ),
            AccountMeta::new(*signature_set, true),
            AccountMeta::new_readonly(INSTRUCTIONS, false),
            AccountMeta::new_readonly(RENT, false),
            AccountMeta::new_readonly(SYSTEM, false),
        ];
        instruction(&self.address, 7, accounts, &(hash, signatures))
    }

    fn post_vaa(&self, svm: &Svm, vaa: &Vaa, signature_set: &Address) -> Instruction {
        let accounts = vec![
            AccountMeta::new_readonly(
                derive(
                    &self.address,
                    &[b"GuardianSet", &vaa.guardian_set.to_be_bytes()],
                ),
                false,
            ),
            AccountMeta::new_readonly(derive(&self.address, &[b"Bridge"]), false),
            AccountMeta::new_readonly(*signature_set, false),
            AccountMeta::new(posted_vaa(&self.address, vaa), false),
            AccountMeta::new(svm.payer(), true),
            AccountMeta::new_readonly(CLOCK, false),
            AccountMeta::new_readonly(RENT, false),
            AccountMeta::new_readonly(SYSTEM, false),
        ];
        let header = (
            1_u8,
            vaa.guardian_set,
            vaa.timestamp,
            vaa.nonce,
            vaa.emitter_chain,
            vaa.emitter_address,
        );
        instruction(
            &self.address,
            2,
            accounts,
            &(header, vaa.sequence, vaa.consistency_level, &vaa.payload),
        )
    }

    /// The message guardians would sign for something posted here.
    #[must_use]
    pub fn observe(&self, posted: &Posted) -> Vaa {
        Vaa {
            guardian_set: 0,
            timestamp: posted.submission_time,
            nonce: posted.nonce,
            emitter_chain: posted.emitter_chain,
            emitter_address: posted.emitter_address,
            sequence: posted.sequence,
            consistency_level: posted.consistency_level,
            payload: posted.payload.clone(),
        }
    }
}

impl Addresses {
    /// The accounts of a core for an emitter.
    #[must_use]
    pub fn of(core: &Address, emitter: &Address) -> Self {
        Self {
            bridge: derive(core, &[b"Bridge"]),
            fee_collector: derive(core, &[b"fee_collector"]),
            sequence: derive(core, &[b"Sequence", emitter.as_ref()]),
        }
    }
}

/// The account a VAA is posted to: derived from the Keccak-256 of its body, which is not the digest guardians sign.
#[must_use]
pub fn posted_vaa(core: &Address, vaa: &Vaa) -> Address {
    derive(core, &[b"PostedVAA", &Keccak256::digest(vaa.body())])
}

/// Reads a message or VAA from its account; `None` unless this core owns it and wrote one there.
#[must_use]
pub fn read_posted(svm: &Svm, core: &Address, address: &Address) -> Option<Posted> {
    let account = svm
        .account(address)
        .filter(|account| account.owner == *core)?;
    let content = account
        .data
        .strip_prefix(b"msg")
        .or_else(|| account.data.strip_prefix(b"vaa"))?;
    Posted::try_from_slice(content).ok()
}

/// The sequence numbers a transaction's messages got, from the log line guardians watch.
#[must_use]
pub fn sequences(receipt: &Receipt) -> Vec<u64> {
    let lines = receipt
        .logs
        .iter()
        .filter_map(|line| line.strip_prefix("Program log: Sequence: "));
    lines.filter_map(|number| number.parse().ok()).collect()
}

/// The data of a post-message instruction, finalized.
///
/// # Panics
/// Never: plain data can be serialized.
#[must_use]
pub fn post_message_data(nonce: u32, payload: &[u8]) -> Vec<u8> {
    encode(1, &(nonce, payload, 1_u8))
}

fn instruction(
    core: &Address,
    number: u8,
    accounts: Vec<AccountMeta>,
    arguments: &impl BorshSerialize,
) -> Instruction {
    Instruction {
        program_id: *core,
        accounts,
        data: encode(number, arguments),
    }
}

fn encode(number: u8, arguments: &impl BorshSerialize) -> Vec<u8> {
    let mut data = vec![number];
    arguments.serialize(&mut data).expect("plain data");
    data
}

fn derive(core: &Address, seeds: &[&[u8]]) -> Address {
    Address::find_program_address(seeds, core).0
}
