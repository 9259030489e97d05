//! Aptos: the emitted package in the Aptos virtual machine.

mod home;
mod teller;

use xcc::entities::Machine;

pub(crate) use self::teller::{AptosTeller, address, emitted, sender};
use super::story::{Story, Target};
use super::{Ask, By, Delivery, Expected, Observed, Peer, Protocol};
use crate::move_plan::Presented;
use crate::plan_head::does;
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// Whom the workflows under test hold compensations for.
pub const OWNER: [u8; 32] = [0x0e; 32];
/// Who delivers, and whoever else has no part in anything.
const STRANGER: [u8; 32] = [0x57; 32];

/// An Aptos chain with a machine of a workflow.
pub struct AptosChain {
    teller: AptosTeller,
    story: Story,
}

impl AptosChain {
    /// Publishes the participant on a chain and wires it to home.
    ///
    /// # Errors
    /// A cache that cannot be read.
    ///
    /// # Panics
    /// When it does not build.
    #[track_caller]
    pub fn new(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        home: Peer,
        target: Target,
    ) -> Result<Self, ToolError> {
        let mut chain = Self::unwired(protocol, machine, guardian, target)?;
        chain.wire(&[home]);
        Ok(chain)
    }

    /// Any machine on a chain, before it is wired.
    ///
    /// # Errors
    /// A cache that cannot be read.
    pub fn unwired(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        target: Target,
    ) -> Result<Self, ToolError> {
        let package = emitted(protocol)?;
        let told = (package, target, Vec::new());
        Ok(Self {
            teller: AptosTeller::new(protocol, machine, guardian, Vec::new(), told),
            story: Story::default(),
        })
    }

    /// Tells the machine its peers, in the order of the workflow.
    ///
    /// # Panics
    /// When the package does not build, or the machine refuses them.
    #[track_caller]
    pub fn wire(&mut self, peers: &[Peer]) {
        self.teller.peers = peers.to_vec();
        self.story.tell(&self.teller, String::new());
    }

    /// The machine as Wormhole knows it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        self.teller.own
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: u64) {
        self.teller.now += seconds;
        let now = self.teller.now;
        let step = format!("        timestamp::update_global_time_for_test_secs({now});\n");
        self.story.tell(&self.teller, step);
    }

    /// Demands what a Move expression says about the targets and the machine as they are now.
    #[track_caller]
    pub fn check(&mut self, expression: &str) {
        self.story.tell(
            &self.teller,
            format!("        assert!({expression}, 90);\n"),
        );
    }

    /// Runs Move statements about the targets.
    #[track_caller]
    pub fn tell(&mut self, statements: &str) {
        self.story
            .tell(&self.teller, format!("        {statements}\n"));
    }

    /// The name of the emitted package and its main module.
    #[must_use]
    pub fn package(&self) -> &str {
        &self.teller.package.name
    }

    #[track_caller]
    pub(super) fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        let plan = &self.teller.plan;
        let instruction = plan.find(does(delivery.entry), delivery.step, Some(delivery.kind()));
        let presented = Presented {
            message: &delivery.vaa.sign(&[Guardian::new(1)]),
            ..Presented::default()
        };
        let from = account(delivery.by);
        let call = self
            .teller
            .transaction(instruction, &sender(&from), &presented);
        self.transact((from, delivery.instance), call, expected)
    }

    #[track_caller]
    pub(super) fn ask(&mut self, ask: &Ask<'_>, expected: &Expected) -> Observed {
        self.ask_as(account(ask.by), ask, expected)
    }

    #[track_caller]
    fn ask_as(&mut self, from: [u8; 32], ask: &Ask<'_>, expected: &Expected) -> Observed {
        let instruction = self.teller.plan.find(ask.does, ask.step, None);
        let presented = Presented {
            instance: &ask.instance,
            ..Presented::default()
        };
        let call = self
            .teller
            .transaction(instruction, &sender(&from), &presented);
        self.transact((from, ask.instance), call, expected)
    }

    #[track_caller]
    pub(super) fn assert_status(&mut self, instance: [u8; 32], (name, _): (&str, u16), status: u8) {
        self.demand(instance, &format!("{name}_status"), status);
    }

    /// Demands what a function of the machine says of an instance.
    #[track_caller]
    fn demand(&mut self, instance: [u8; 32], function: &str, number: u8) {
        let (package, instance) = (self.package(), hex::encode(instance));
        let call = format!("{package}::{function}(x\"{instance}\")");
        self.check(&format!("{call} == {number}"));
    }

    /// Somebody's transaction about an instance, and what must come of it. Who has sent nothing before is given coins at the beginning.
    #[track_caller]
    fn transact(
        &mut self,
        (from, instance): ([u8; 32], [u8; 32]),
        mut step: String,
        expected: &Expected,
    ) -> Observed {
        if !self.teller.senders.contains(&from) {
            self.teller.senders.push(from);
        }
        if let Expected::Done { messages, .. } = expected {
            let (steps, phases) = expected.changes();
            let before = self.story.heard;
            let counts = (before.published, before.changed);
            let teller = &self.teller;
            step += &teller.assertions(instance, &steps, messages, counts);
            step += &teller.phase_assertions(instance, &phases, before.phases);
            step += &teller.conservation(before.published + messages.len());
        }
        self.story.perform(&self.teller, step, expected)
    }
}

fn account(by: By) -> [u8; 32] {
    match by {
        By::Owner => OWNER,
        By::Initiator | By::Stranger => STRANGER,
    }
}
