//! A Solana chain with Wormhole's core, the program of the swap case and the target it calls.

use std::collections::BTreeMap;

use solana_account::Account;
use solana_address::Address;
use solana_signer::Signer;
use xcc::ir::MessageKind;
use xcc::wire::Header;
use xcc_tests::delivery_plan::{Plan, Prepared, Request};
use xcc_tests::program_crate::ProgramCrate;
use xcc_tests::sbf;
use xcc_tests::svm::{Failure, Receipt, Svm, discriminator};
use xcc_tests::vaa::{Guardian, Vaa};
use xcc_tests::wormhole_svm::{self, CORE, Core};

use crate::package::{self, HOME_CHAIN, Package, emitted_crate};

/// Wormhole's fee in lamports.
pub(crate) const FEE: u64 = 100;

/// The instance of every test that needs only one.
pub(crate) const INSTANCE: [u8; 32] = [0x77; 32];

/// The deadline of every Execute, in seconds since 1970; the chain's clock starts before it.
pub(crate) const DEADLINE: u64 = 20_000;

const LOADER: Address = solana_address::address!("BPFLoaderUpgradeab1e11111111111111111111111");

/// The chain and what is deployed on it.
pub(crate) struct World {
    pub(crate) svm: Svm,
    pub(crate) core: Core,
    /// The emitted program.
    pub(crate) program: Address,
    pub(crate) fingerprint: [u8; 32],
    pub(crate) coordinator: [u8; 32],
    /// How transactions are built.
    pub(crate) plan: Plan,
    amm: Address,
    pool: Address,
    sequence: u64,
    /// Every message, by the account it was posted to.
    posted: BTreeMap<Address, Vaa>,
}

/// What the target counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pool {
    pub(crate) swapped: u64,
    pub(crate) settled: u64,
    pub(crate) calls: u64,
}

/// An answer that the program published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) kind: MessageKind,
    pub(crate) body: Vec<u8>,
}

/// A message on its way to the program, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) kind: MessageKind,
    pub(crate) step: u16,
    pub(crate) instance: [u8; 32],
    pub(crate) fingerprint: [u8; 8],
    pub(crate) deadline: u64,
    pub(crate) body: Vec<u8>,
    pub(crate) chain: u16,
    pub(crate) emitter: [u8; 32],
}

impl World {
    /// Everything deployed and wired.
    pub(crate) fn new() -> Self {
        let mut world = Self::unwired();
        let wire = world.wire(
            &world.svm.payer(),
            &[(HOME_CHAIN, world.coordinator)],
            world.fingerprint,
        );
        let wired = world.svm.send(&wire.instructions(), &[]);
        wired.unwrap_or_else(|failure| panic!("{failure:?}"));
        world
    }

    /// The same, where whoever is named as a signer is believed to have signed.
    pub(crate) fn credulous(mut self) -> Self {
        self.svm = self.svm.credulous();
        self
    }

    /// Everything deployed, before the program is wired.
    pub(crate) fn unwired() -> Self {
        let package = Package::compile("swap");
        let workflow = package.program.workflows.keys().next().expect("a workflow");
        let fingerprint = package.facts.fingerprints[workflow];
        let mut svm = Svm::new();
        let core = Core::deploy(&mut svm, &[Guardian::new(1)], FEE)
            .unwrap_or_else(|error| panic!("{error}"));
        let (program, amm) = (address("Swap on solana"), address("Amm"));
        let artifacts = package.emit();
        let plan = Plan::read(&artifacts.files["svm/swap-solana/delivery.json"]);
        assert_eq!(plan.program, program);
        svm.add_program(
            program,
            &build(&emitted_crate(&artifacts, "svm/swap-solana")),
        );
        svm.add_program(amm, &build(&target()));
        let mut world = World {
            svm,
            core,
            program,
            fingerprint,
            coordinator: [9; 32],
            plan,
            amm,
            pool: address("POOL"),
            sequence: 0,
            posted: BTreeMap::new(),
        };
        world.set_authority();
        world.open_pool(true);
        world
    }

    /// Makes the payer the program's upgrade authority, which litesvm leaves unset.
    fn set_authority(&mut self) {
        let data = self.program_data();
        let mut account = self
            .svm
            .account(&data)
            .expect("the program has a data account");
        account.data[12] = 1;
        account.data[13..45].copy_from_slice(self.svm.payer().as_ref());
        self.svm.set_account(data, account);
    }

    fn program_data(&self) -> Address {
        Address::find_program_address(&[self.program.as_ref()], &LOADER).0
    }

    /// Sets the target's pool up, open or closed; what it counted before stays.
    pub(crate) fn open_pool(&mut self, is_open: bool) {
        let found = self.svm.account(&self.pool);
        let mut data = found.map_or_else(
            || [&discriminator("account", "Pool")[..], &[0; 57]].concat(),
            |pool| pool.data,
        );
        data[64] = u8::from(!is_open);
        let account = Account {
            lamports: 10_000_000,
            data,
            owner: self.amm,
            executable: false,
            rent_epoch: u64::MAX,
        };
        self.svm.set_account(self.pool, account);
    }

    pub(crate) fn pool(&self) -> Pool {
        let data = self
            .svm
            .account(&self.pool)
            .expect("the pool is there")
            .data;
        let number =
            |at: usize| u64::from_le_bytes(data[at..at + 8].try_into().expect("eight bytes"));
        Pool {
            swapped: number(8),
            settled: number(16),
            calls: number(24),
        }
    }

    /// An address derived by the program.
    pub(crate) fn derive(&self, seeds: &[&[u8]]) -> Address {
        Address::find_program_address(seeds, &self.program).0
    }

    pub(crate) fn record(&self, instance: [u8; 32], step: u16) -> Address {
        self.derive(&[b"step", &instance, &step.to_be_bytes()])
    }

    /// The status in a step's record; `None` if there is none.
    pub(crate) fn status(&self, step: u16) -> Option<u8> {
        self.svm
            .account(&self.record(INSTANCE, step))
            .filter(|account| account.owner == self.program)
            .map(|record| record.data[8])
    }

    /// The transaction that wires the program, also with what no client would tell it.
    pub(crate) fn wire(
        &self,
        deployer: &Address,
        peers: &[(u16, [u8; 32])],
        fingerprint: [u8; 32],
    ) -> Prepared {
        let peers = borsh::to_vec(peers).expect("plain data");
        let mut prepared = self.plan.prepare(
            &self.svm,
            &Request {
                instruction: self.plan.named("wire"),
                payer: *deployer,
                signed: &[],
                message: &[],
                arguments: &[peers],
            },
        );
        let data = &mut prepared.call.data;
        let begin = data.len() - fingerprint.len();
        data[begin..].copy_from_slice(&fingerprint);
        prepared
    }

    /// A message from the coordinator.
    pub(crate) fn message(&self, kind: MessageKind, step: u16, body: &[u8]) -> Message {
        let deadline = if kind == MessageKind::Execute {
            DEADLINE
        } else {
            0
        };
        Message {
            kind,
            step,
            instance: INSTANCE,
            fingerprint: *self.fingerprint.first_chunk().expect("32 bytes"),
            deadline,
            body: body.to_vec(),
            chain: HOME_CHAIN,
            emitter: self.coordinator,
        }
    }

    /// Signs and posts a message.
    pub(crate) fn post(&mut self, message: &Message) -> Address {
        let header = Header {
            kind: message.kind,
            step: message.step,
            fingerprint: message.fingerprint,
            deadline: message.deadline,
            instance: message.instance,
        };
        self.post_payload(
            message.chain,
            message.emitter,
            [&header.encode()[..], &message.body].concat(),
        )
    }

    pub(crate) fn post_payload(
        &mut self,
        chain: u16,
        emitter: [u8; 32],
        payload: Vec<u8>,
    ) -> Address {
        self.sequence += 1;
        let vaa = Vaa {
            guardian_set: 0,
            timestamp: 5_000,
            nonce: 0,
            emitter_chain: chain,
            emitter_address: emitter,
            sequence: self.sequence,
            consistency_level: 1,
            payload,
        };
        let posted = self.core.post(&mut self.svm, &vaa);
        let posted = posted.unwrap_or_else(|failure| panic!("{failure:?}"));
        self.posted.insert(posted, vaa);
        posted
    }

    /// The transaction that presents a posted message to an instruction.
    pub(crate) fn prepare(&self, name: &str, posted: Address) -> Prepared {
        let vaa = &self.posted[&posted];
        let request = Request {
            instruction: self.plan.named(name),
            payer: self.svm.payer(),
            signed: &vaa.body(),
            message: &vaa.payload,
            arguments: &[],
        };
        self.plan.prepare(&self.svm, &request)
    }

    /// Sends a transaction, signed by the payer and the owners of new keys.
    pub(crate) fn send(&mut self, prepared: &Prepared) -> Result<Receipt, Box<Failure>> {
        let new: Vec<_> = prepared.new.iter().collect();
        self.svm
            .send_paid_by(&prepared.payer, &prepared.instructions(), &new)
    }

    /// Delivers a posted message and returns the program's answer.
    pub(crate) fn deliver(
        &mut self,
        name: &str,
        posted: Address,
        step: u16,
    ) -> Result<(Reply, Receipt), Box<Failure>> {
        let prepared = self.prepare(name, posted);
        let receipt = self.send(&prepared)?;
        Ok((self.reply(&prepared.new[0].pubkey(), step), receipt))
    }

    /// Delivers a posted message that the program takes.
    pub(crate) fn take(&mut self, name: &str, posted: Address, step: u16) -> Reply {
        self.deliver(name, posted, step)
            .unwrap_or_else(|failure| panic!("{name}: {failure:?}"))
            .0
    }

    /// Delivers a posted message that the program refuses, with the number of its error, and changes nothing.
    pub(crate) fn refuse(&mut self, name: &str, posted: Address, error: u32) {
        let prepared = self.prepare(name, posted);
        self.refuse_prepared(&prepared, error);
    }

    /// Sends a transaction that the program refuses, with the number of its error.
    pub(crate) fn refuse_prepared(&mut self, prepared: &Prepared, error: u32) {
        let failure = self.send(prepared).expect_err("the program refuses");
        assert_eq!(
            failure.error,
            format!("InstructionError(1, Custom({}))", 6_000 + error),
            "{:#?}",
            failure.receipt.logs
        );
    }

    fn reply(&self, account: &Address, step: u16) -> Reply {
        let posted =
            wormhole_svm::read_posted(&self.svm, &CORE, account).expect("the program answers");
        assert_eq!(
            posted.emitter_address,
            self.derive(&[b"emitter"]).to_bytes()
        );
        assert_eq!(posted.consistency_level, 32, "final before guardians sign");
        let header = Header::decode(&posted.payload).expect("a header");
        assert_eq!(
            (header.step, header.instance, header.deadline),
            (step, INSTANCE, 0)
        );
        assert_eq!(header.fingerprint, self.fingerprint[..8]);
        Reply {
            kind: header.kind,
            body: posted.payload[xcc::wire::header::SIZE..].to_vec(),
        }
    }
}

/// The address that stands for a name.
pub(crate) fn address(name: &str) -> Address {
    Address::from(package::key(name))
}

fn target() -> ProgramCrate {
    ProgramCrate::load(&package::suite().join("amm")).expect("the target is there")
}

/// Builds a program for the chain; no warning, and so no frame over the limit of the stack.
pub(crate) fn build(program: &ProgramCrate) -> Vec<u8> {
    let built = sbf::build(program).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(built.diagnostics, []);
    built.elf
}
