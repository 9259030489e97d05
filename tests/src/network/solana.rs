//! Solana: the emitted program as a real ELF in litesvm.

use std::rc::Rc;

use solana_signer::Signer;
use xcc::deployment::Endpoint;
use xcc::entities::Machine;
use xcc::transport::Transport;

use super::instructions::Instructions;
use super::{Announced, BEGINNING, By, Claim, Delivery, Observed, Peer, Protocol, signature};
use crate::program_crate::ProgramCrate;
use crate::sbf;
use crate::svm::{AccountMeta, Address, Failure, Instruction, Keypair, Receipt, Svm, anchor_data};
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa};
use crate::wormhole_svm::{self, Addresses, Core};

/// Wormhole's fee for a message, in lamports.
const FEE: u64 = 100;
/// The compute units each delivery asks for: what the source grants the call, and as much again for everything around it.
const COMPUTE_UNITS: u32 = 500_000;
/// The greatest size of a transaction, in bytes.
const TRANSACTION_LIMIT: usize = 1_232;

const SYSTEM: Address = solana_address::address!("11111111111111111111111111111111");
const CLOCK: Address = solana_address::address!("SysvarC1ock11111111111111111111111111111111");
const RENT: Address = solana_address::address!("SysvarRent111111111111111111111111111111111");
const LOADER: Address = solana_address::address!("BPFLoaderUpgradeab1e11111111111111111111111");
const BUDGET: Address = solana_address::address!("ComputeBudget111111111111111111111111111111");

/// A Solana chain with a participant. A clone is a snapshot.
#[derive(Clone)]
pub struct SolanaChain {
    /// The virtual machine, for what a test asks of target accounts.
    pub svm: Svm,
    core: Core,
    program: Address,
    own: Peer,
    /// The instructions, as the emitted program lists them.
    instructions: Rc<Instructions>,
    targets: Targets,
}

/// The keys of the accounts that calls take, by instruction and by the account's name in the emitted program.
pub type Targets = fn(program: &Address, instruction: &str, account: &str) -> Address;

/// Whom the workflows under test hold compensations for.
#[must_use]
pub fn owner() -> Keypair {
    Keypair::new_from_array([0x0e; 32])
}

impl SolanaChain {
    /// Deploys the participant on a chain whose targets stand, and wires it to home.
    ///
    /// # Errors
    /// A missing toolchain, or a cache that cannot be read.
    ///
    /// # Panics
    /// When it does not compile, or refuses its wiring.
    #[track_caller]
    pub fn new(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        home: Peer,
        targets: Targets,
    ) -> Result<Self, ToolError> {
        Self::on(Svm::new(), protocol, machine, guardian, home, targets)
    }

    /// The same on a chain that stands already.
    ///
    /// # Errors
    /// As for [`SolanaChain::new`].
    ///
    /// # Panics
    /// As for [`SolanaChain::new`].
    #[track_caller]
    pub fn on(
        mut svm: Svm,
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        home: Peer,
        targets: Targets,
    ) -> Result<Self, ToolError> {
        svm.set_timestamp(BEGINNING as i64);
        svm.airdrop(&owner().pubkey(), 1_000_000_000);
        let guardians = std::slice::from_ref(guardian);
        let core = Core::deploy_at(core(protocol, machine), &mut svm, guardians, FEE)?;
        let address = protocol.project().compiled.deployment.machines[machine];
        let program = Address::from(address.expect("a program's id is compiled in").to_word());
        let mut programs = protocol.project().programs()?;
        let emitted = programs.pop().expect("a program is emitted");
        assert!(
            programs.is_empty(),
            "one workflow has one program on a chain"
        );
        deploy(&mut svm, program, &emitted)?;
        let emitter = derive(&program, &[b"emitter"]);
        let mut chain = Self {
            svm,
            core,
            program,
            own: protocol.peer(machine, emitter.to_bytes()),
            instructions: Rc::new(Instructions::of(&emitted)),
            targets,
        };
        chain.wire(home, protocol.fingerprint());
        Ok(chain)
    }

    /// The participant as Wormhole knows it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        self.own
    }

    /// The address that owns what the participant holds, and signs its calls.
    #[must_use]
    pub fn authority(&self) -> Address {
        derive(&self.program, &[b"authority"])
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: u64) {
        let now = self.svm.timestamp() + i64::try_from(seconds).unwrap_or(i64::MAX);
        self.svm.set_timestamp(now);
    }

    /// The number of the status in the record of a step; `None` if there is no record.
    #[must_use]
    pub fn status(&self, instance: [u8; 32], step: u16) -> Option<u8> {
        let account = self.svm.account(&self.record(instance, step))?;
        (account.owner == self.program).then(|| account.data[8])
    }

    /// The address of the account that says who the participant listens to.
    #[must_use]
    pub fn wiring(&self) -> Address {
        derive(&self.program, &[b"xcc"])
    }

    /// The address of the record of a step.
    #[must_use]
    pub fn record(&self, instance: [u8; 32], step: u16) -> Address {
        derive(&self.program, &[b"step", &instance, &step.to_be_bytes()])
    }

    pub(super) fn deliver(&mut self, delivery: &Delivery<'_>) -> Observed {
        let posted = self.core.post(&mut self.svm, delivery.vaa);
        posted.unwrap_or_else(|failure| panic!("the core: {failure:?}"));
        let signer = self.signer(delivery.by);
        let (targets, program) = (self.targets, self.program);
        let key = |name: &str| targets(&program, delivery.entry, name);
        self.deliver_as(delivery, &signer.pubkey(), &[&signer], &key)
    }

    /// Posts a message, unless it was posted before.
    ///
    /// # Panics
    /// When the core refuses it.
    pub fn post(&mut self, vaa: &Vaa) {
        let core = &self.core.address;
        let account = wormhole_svm::posted_vaa(core, vaa);
        if wormhole_svm::read_posted(&self.svm, core, &account).is_none() {
            let posted = self.core.post(&mut self.svm, vaa);
            posted.unwrap_or_else(|failure| panic!("the core: {failure:?}"));
        }
    }

    /// Delivers a message that was posted: who pays for it, who signs, and the keys of the accounts that calls take, by name.
    pub fn deliver_as(
        &mut self,
        delivery: &Delivery<'_>,
        payer: &Address,
        signers: &[&Keypair],
        targets: &dyn Fn(&str) -> Address,
    ) -> Observed {
        let reply = Keypair::new();
        let posted = wormhole_svm::posted_vaa(&self.core.address, delivery.vaa);
        let known = |name: &str| match name {
            "payer" => Some(*payer),
            "posted" => Some(posted),
            "record" => Some(self.record(delivery.instance, delivery.step)),
            "reply" => Some(reply.pubkey()),
            _ => None,
        };
        let data = anchor_data(self.instructions.name(delivery.entry), &());
        let call = self.instruction(delivery.entry, &known, targets, data);
        let signers = [&[&reply], signers].concat();
        self.send(call, &signers, &reply.pubkey())
    }

    /// The names of the accounts that an instruction takes for its calls, in order.
    ///
    /// # Panics
    /// When the program has no such instruction.
    #[must_use]
    pub fn call_accounts(&self, instruction: &str) -> Vec<&str> {
        self.instructions.call_accounts(instruction)
    }

    pub(super) fn claim(&mut self, claim: &Claim<'_>) -> Observed {
        self.claim_edited(claim, |_| {})
    }

    /// Claims a compensation after a change to the accounts that the claim takes.
    pub fn claim_edited(
        &mut self,
        claim: &Claim<'_>,
        edit: impl FnOnce(&mut [AccountMeta]),
    ) -> Observed {
        let signer = self.signer(claim.by);
        let (targets, program) = (self.targets, self.program);
        let key = |name: &str| targets(&program, claim.entry, name);
        let mut call = self.claim_instruction(claim, &signer.pubkey(), &key);
        edit(&mut call.accounts);
        self.send(call, &[&signer], &Address::default())
    }

    /// Claims a compensation: who does, who signs, and the keys of the accounts that calls take, by name.
    pub fn claim_as(
        &mut self,
        claim: &Claim<'_>,
        payer: &Address,
        signers: &[&Keypair],
        targets: &dyn Fn(&str) -> Address,
    ) -> Observed {
        let call = self.claim_instruction(claim, payer, targets);
        self.send(call, signers, &Address::default())
    }

    fn claim_instruction(
        &self,
        claim: &Claim<'_>,
        payer: &Address,
        targets: &dyn Fn(&str) -> Address,
    ) -> Instruction {
        let known = |name: &str| match name {
            "payer" => Some(*payer),
            "record" => Some(self.record(claim.instance, claim.step)),
            _ => None,
        };
        let data = anchor_data(self.instructions.name(claim.entry), &claim.instance);
        self.instruction(claim.entry, &known, targets, data)
    }

    /// Sends an instruction of the participant that may publish to a new account.
    fn send(&mut self, call: Instruction, signers: &[&Keypair], reply: &Address) -> Observed {
        let size = transaction_size(&call);
        assert!(size <= TRANSACTION_LIMIT, "a transaction of {size} bytes");
        match self.svm.send(&[budget(), call], signers) {
            Ok(receipt) => self.observe(&receipt, reply),
            Err(failure) => Observed::Rejected(error_name(&failure)),
        }
    }

    /// The key of who sends a transaction; strangers are whoever pays for transactions here.
    fn signer(&self, by: By) -> Keypair {
        match by {
            By::Owner => owner(),
            By::Initiator | By::Stranger => self.svm.payer_key(),
        }
    }

    fn wire(&mut self, home: Peer, fingerprint: [u8; 32]) {
        let data = anchor_data("wire", &(vec![(home.chain, home.emitter)], fingerprint));
        let own = |name: &str| self.own_account(name).expect("wiring calls nobody");
        let wire = self.instruction("wire", &|_| None, &own, data);
        let wired = self.svm.send(&[wire], &[]);
        wired.unwrap_or_else(|failure| panic!("{failure:?}"));
    }

    fn instruction(
        &self,
        name: &str,
        known: &dyn Fn(&str) -> Option<Address>,
        targets: &dyn Fn(&str) -> Address,
        data: Vec<u8>,
    ) -> Instruction {
        let fields = self.instructions.fields(name).iter();
        let metas = fields.flat_map(|field| self.metas(field, known, targets));
        Instruction {
            program_id: self.program,
            accounts: metas.collect(),
            data,
        }
    }

    /// The accounts of a field: one, or those of a shared struct.
    fn metas(
        &self,
        field: &signature::Field,
        known: &dyn Fn(&str) -> Option<Address>,
        targets: &dyn Fn(&str) -> Address,
    ) -> Vec<AccountMeta> {
        let Some(fields) = self.instructions.shared(field) else {
            return vec![self.meta(field, |name| Some(targets(name)))];
        };
        let key = |name: &str| known(name).or_else(|| self.own_account(name));
        fields.iter().map(|field| self.meta(field, key)).collect()
    }

    fn meta(&self, field: &signature::Field, key: impl Fn(&str) -> Option<Address>) -> AccountMeta {
        let key = key(&field.name).unwrap_or_else(|| panic!("no key for `{}`", field.name));
        AccountMeta {
            pubkey: key,
            is_signer: field.ty.starts_with("Signer<"),
            is_writable: field.is_writable,
        }
    }

    /// An account that the program or Wormhole's core owns, or that every chain has.
    fn own_account(&self, name: &str) -> Option<Address> {
        let emitter = derive(&self.program, &[b"emitter"]);
        let core = Addresses::of(&self.core.address, &emitter);
        Some(match name {
            "payer" | "deployer" => self.svm.payer(),
            "state" => self.wiring(),
            "authority" => self.authority(),
            "emitter" => emitter,
            "bridge" => core.bridge,
            "sequence" => core.sequence,
            "fee_collector" => core.fee_collector,
            "core" => self.core.address,
            "clock" => CLOCK,
            "rent" => RENT,
            "system_program" => SYSTEM,
            "program" => self.program,
            "program_data" => program_data(&self.program),
            _ => return None,
        })
    }

    fn observe(&self, receipt: &Receipt, reply: &Address) -> Observed {
        let posted = wormhole_svm::read_posted(&self.svm, &self.core.address, reply);
        let published: Vec<Vaa> = posted
            .iter()
            .map(|posted| self.core.observe(posted))
            .collect();
        assert!(
            published
                .iter()
                .all(|vaa| vaa.emitter_address == self.own.emitter)
        );
        let events = receipt.events("StepChanged");
        let changes = events.iter().map(|event| {
            let (step, status) = (&event[32..34], event[34]);
            Announced::Step(u16::from_le_bytes([step[0], step[1]]), status)
        });
        Observed::Done {
            changes: changes.collect(),
            published,
        }
    }
}

/// Wormhole's core program on the chain of a machine.
fn core(protocol: Protocol<'_>, machine: Machine) -> Address {
    let chain = protocol.program().machines[machine].chain;
    let transports = &protocol.project().compiled.deployment.chains[chain].transports;
    let Some(Endpoint::Wormhole { core, .. }) = transports.get(&Transport::Wormhole) else {
        panic!("the chain has no Wormhole");
    };
    Address::from(core.to_word())
}

/// Compiles a program and deploys it at an address, with the payer as its upgrade authority.
///
/// # Errors
/// A missing toolchain.
///
/// # Panics
/// When it does not compile, or the loader refuses it.
pub fn deploy(svm: &mut Svm, address: Address, program: &ProgramCrate) -> Result<(), ToolError> {
    let built = sbf::build(program)?;
    assert_eq!(built.diagnostics, []);
    svm.add_program(address, &built.elf);
    // litesvm leaves the upgrade authority unset: `Option<Pubkey>` behind a u32 tag and the u64 slot.
    let data = program_data(&address);
    let mut account = svm.account(&data).expect("the program has a data account");
    account.data[12] = 1;
    account.data[13..45].copy_from_slice(svm.payer().as_ref());
    svm.set_account(data, account);
    Ok(())
}

fn program_data(program: &Address) -> Address {
    Address::find_program_address(&[program.as_ref()], &LOADER).0
}

fn derive(program: &Address, seeds: &[&[u8]]) -> Address {
    Address::find_program_address(seeds, program).0
}

/// Compute-budget instruction 2: the limit for the transaction.
fn budget() -> Instruction {
    Instruction {
        program_id: BUDGET,
        accounts: Vec::new(),
        data: [&[2][..], &COMPUTE_UNITS.to_le_bytes()].concat(),
    }
}

/// The bytes of a transaction with the budget and this instruction: two signatures of 64 bytes and their count, the header, every key
/// once, the blockhash, and two instructions.
fn transaction_size(call: &Instruction) -> usize {
    let mut keys: Vec<_> = call.accounts.iter().map(|meta| meta.pubkey).collect();
    keys.extend([call.program_id, BUDGET]);
    keys.sort();
    keys.dedup();
    let signatures = 1 + 2 * 64;
    let budget = 1 + 1 + 1 + 5;
    let instruction = 1 + 1 + call.accounts.len() + 1 + call.data.len();
    signatures + 3 + 1 + 32 * keys.len() + 32 + 1 + budget + instruction
}

/// Anchor logs the name of its error; of other failures only the runtime's own words are known.
fn error_name(failure: &Failure) -> String {
    let mut names = failure.receipt.logs.iter().filter_map(|line| {
        let (_, rest) = line.split_once("Error Code: ")?;
        Some(rest.split_once('.')?.0.to_owned())
    });
    names.next_back().unwrap_or_else(|| failure.error.clone())
}
