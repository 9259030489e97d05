//! Solana: the emitted program as a real ELF in litesvm, and a client that has its delivery plan.

mod deploy;
mod ledger;
mod send;

use std::rc::Rc;

use solana_signer::Signer;
use xcc::deployment::Endpoint;
use xcc::entities::Machine;
use xcc::transport::Transport;

use super::{BEGINNING, Peer, Protocol};
use crate::delivery_plan::{Plan, Request};
use crate::project::Project;
use crate::svm::{Address, Keypair, Svm};
use crate::tools::ToolError;
use crate::vaa::Guardian;
use crate::wormhole_svm::Core;

pub use self::deploy::deploy;

/// Wormhole's fee for a message, in lamports.
const FEE: u64 = 100;

/// A Solana chain with a participant. A clone is a snapshot.
#[derive(Clone)]
pub struct SolanaChain {
    /// The virtual machine, for what a test asks of target accounts.
    pub svm: Svm,
    /// How its transactions are built.
    pub plan: Rc<Plan>,
    core: Core,
    own: Peer,
}

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
    ) -> Result<Self, ToolError> {
        Self::on(Svm::new(), protocol, machine, guardian, home)
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
    ) -> Result<Self, ToolError> {
        svm.set_timestamp(BEGINNING as i64);
        svm.airdrop(&owner().pubkey(), 1_000_000_000);
        let guardians = std::slice::from_ref(guardian);
        let core = Core::deploy_at(core(protocol, machine), &mut svm, guardians, FEE)?;
        let mut programs = protocol.project().programs()?;
        let emitted = programs.pop().expect("a program is emitted");
        assert!(
            programs.is_empty(),
            "one workflow has one program on a chain"
        );
        let plan = plan(protocol.project());
        deploy(&mut svm, plan.program, &emitted)?;
        let emitter = derive(&plan.program, &[b"emitter"]);
        let mut chain = Self {
            svm,
            core,
            own: protocol.peer(machine, emitter.to_bytes()),
            plan: Rc::new(plan),
        };
        chain.wire(home);
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
        derive(&self.plan.program, &[b"authority"])
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
        (account.owner == self.plan.program).then(|| account.data[8])
    }

    /// The address of the account that says who the participant listens to.
    #[must_use]
    pub fn wiring(&self) -> Address {
        derive(&self.plan.program, &[b"xcc"])
    }

    /// The address of the record of a step.
    #[must_use]
    pub fn record(&self, instance: [u8; 32], step: u16) -> Address {
        derive(
            &self.plan.program,
            &[b"step", &instance, &step.to_be_bytes()],
        )
    }

    fn wire(&mut self, home: Peer) {
        let peers = borsh::to_vec(&vec![(home.chain, home.emitter)]).expect("plain data");
        let wire = self.plan.prepare(
            &self.svm,
            &Request {
                instruction: self.plan.named("wire"),
                payer: self.svm.payer(),
                signed: &[],
                message: &[],
                arguments: &[peers],
            },
        );
        let wired = self.svm.send(&wire.instructions(), &[]);
        wired.unwrap_or_else(|failure| panic!("{failure:?}"));
    }
}

/// The delivery plan of the only program of a project.
///
/// # Panics
/// When there is no program, or several.
#[must_use]
pub fn plan(project: &Project) -> Plan {
    let files = project.files("svm");
    let mut plans = files.filter(|(path, _)| path.ends_with("/delivery.json"));
    let (_, text) = plans.next().expect("a program has a plan");
    assert!(plans.next().is_none(), "one workflow has one program");
    Plan::read(text)
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

fn derive(program: &Address, seeds: &[&[u8]]) -> Address {
    Address::find_program_address(seeds, program).0
}
