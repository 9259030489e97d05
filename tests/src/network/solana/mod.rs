//! Solana: the emitted program as a real ELF in litesvm, and a client that has its delivery plan.

mod deploy;
mod home;
mod ledger;
mod reply;
mod send;

use std::rc::Rc;

use solana_account::Account;
use solana_signer::Signer;
use xcc::deployment::Endpoint;
use xcc::entities::Machine;
use xcc::ir::Role;
use xcc::transport::Transport;

use super::{BEGINNING, Peer, Protocol};
use crate::delivery_plan::{Plan, Request};
use crate::project::Project;
use crate::svm::{Address, Failure, Keypair, Svm};
use crate::tools::ToolError;
use crate::vaa::Guardian;
use crate::wormhole_svm::Core;

pub use self::deploy::deploy;
pub use self::reply::Reply;

/// Wormhole's fee for a message, in lamports.
const FEE: u64 = 100;

/// Where the phase stands in the account of an instance: behind Anchor's mark of the type, and the identity.
const PHASE_OFFSET: usize = 8 + 32;

/// A Solana chain with a machine of a workflow. A clone is a snapshot.
#[derive(Clone)]
pub struct SolanaChain {
    /// The virtual machine, for what a test asks of target accounts.
    pub svm: Svm,
    /// How its transactions are built.
    pub plan: Rc<Plan>,
    core: Core,
    own: Peer,
    role: Role,
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
        Self::on(Svm::new(), protocol, machine, guardian, &[home])
    }

    /// The same for any machine, which is wired to these peers in the order of the workflow, on a chain that stands already.
    ///
    /// # Errors
    /// As for [`SolanaChain::new`].
    ///
    /// # Panics
    /// As for [`SolanaChain::new`].
    #[track_caller]
    pub fn on(
        svm: Svm,
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        peers: &[Peer],
    ) -> Result<Self, ToolError> {
        let mut chain = Self::unwired(svm, protocol, machine, guardian)?;
        let wired = chain.wire(&chain.svm.payer(), peers);
        wired.unwrap_or_else(|failure| panic!("{failure:?}"));
        Ok(chain)
    }

    /// The same, before the machine is wired.
    ///
    /// # Errors
    /// As for [`SolanaChain::new`].
    ///
    /// # Panics
    /// When it does not compile.
    #[track_caller]
    pub fn unwired(
        mut svm: Svm,
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
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
        Ok(Self {
            svm,
            core,
            own: protocol.peer(machine, emitter.to_bytes()),
            plan: Rc::new(plan),
            role: protocol.program().machines[machine].role,
        })
    }

    /// The machine as Wormhole knows it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        self.own
    }

    /// The address that signs the machine's calls of targets.
    #[must_use]
    pub fn authority(&self) -> Address {
        derive(&self.plan.program, &[b"authority"])
    }

    /// The address that owns what the machine holds, if it is a coordinator that takes anything into custody.
    #[must_use]
    pub fn custody(&self) -> Address {
        derive(&self.plan.program, &[b"custody"])
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: u64) {
        let now = self.svm.timestamp() + i64::try_from(seconds).unwrap_or(i64::MAX);
        self.svm.set_timestamp(now);
    }

    /// The number of the status of a step in what the program keeps; `None` if it keeps nothing.
    #[must_use]
    pub fn status(&self, instance: [u8; 32], step: u16) -> Option<u8> {
        let offset = match self.role {
            Role::Participant => 8,
            Role::Coordinator => PHASE_OFFSET + 1 + usize::from(step),
        };
        Some(self.kept(instance, step)?.data[offset])
    }

    /// The number of the phase of an instance, if the coordinator knows it.
    #[must_use]
    pub fn phase(&self, instance: [u8; 32]) -> Option<u8> {
        Some(self.kept(instance, 0)?.data[PHASE_OFFSET])
    }

    #[track_caller]
    pub(super) fn assert_status(
        &self,
        instance: [u8; 32],
        (name, number): (&str, u16),
        status: u8,
    ) {
        let found = self.status(instance, number).unwrap_or_default();
        assert_eq!(found, status, "{name}");
    }

    fn kept(&self, instance: [u8; 32], step: u16) -> Option<Account> {
        let account = self.svm.account(&self.record(instance, step))?;
        (account.owner == self.plan.program).then_some(account)
    }

    /// The address of the account that says who the machine listens to.
    #[must_use]
    pub fn wiring(&self) -> Address {
        derive(&self.plan.program, &[b"xcc"])
    }

    /// The address of the record of a step, or of the instance if the program is a coordinator.
    #[must_use]
    pub fn record(&self, instance: [u8; 32], step: u16) -> Address {
        match self.role {
            Role::Participant => derive(
                &self.plan.program,
                &[b"step", &instance, &step.to_be_bytes()],
            ),
            Role::Coordinator => derive(&self.plan.program, &[b"instance", &instance]),
        }
    }

    /// Has somebody tell the program these peers, in this order.
    ///
    /// # Errors
    /// When the program refuses that.
    pub fn wire(&mut self, deployer: &Address, peers: &[Peer]) -> Result<(), Box<Failure>> {
        let peers: Vec<_> = peers.iter().map(|it| (it.chain, it.emitter)).collect();
        let wire = self.plan.prepare(
            &self.svm,
            &Request {
                instruction: self.plan.named("wire"),
                payer: *deployer,
                signed: &[],
                message: &[],
                arguments: &[borsh::to_vec(&peers).expect("plain data")],
            },
        );
        let sent = self.svm.send_paid_by(deployer, &wire.instructions(), &[]);
        sent.map(drop)
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
