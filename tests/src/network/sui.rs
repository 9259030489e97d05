//! Sui: the emitted package in the Sui virtual machine.

mod home;
mod teller;

use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};
use xcc::entities::Machine;

pub(crate) use self::teller::{SuiTeller, emitted, machine_id};
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

/// A Sui chain with a machine of a workflow.
pub struct SuiChain {
    teller: SuiTeller,
    story: Story,
}

/// The id of the object that is made at this position, from 0, of a transaction of a test, from 0: Sui's rule, the BLAKE2b of
/// `f1`, the transaction's digest and the position, over the digests that `test_scenario` makes.
#[must_use]
pub fn object_id(transaction: u64, position: u64) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&transaction.to_le_bytes());
    let mut hash = Blake2b::<U32>::new();
    hash.update([0xf1]);
    hash.update(digest);
    hash.update(position.to_le_bytes());
    hash.finalize().into()
}

impl SuiChain {
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
        let told = (package, target);
        Ok(Self {
            teller: SuiTeller::new(protocol, machine, guardian, Vec::new(), told),
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
        let step = format!("    clock.set_for_testing({});\n", self.teller.now * 1000);
        self.story.tell(&self.teller, step);
    }

    /// Demands what a Move expression says about the targets and the machine as they are now.
    #[track_caller]
    pub fn check(&mut self, expression: &str) {
        self.story
            .tell(&self.teller, format!("    assert!({expression}, 90);\n"));
    }

    /// Runs Move statements about the targets.
    #[track_caller]
    pub fn tell(&mut self, statements: &str) {
        self.story.tell(&self.teller, format!("    {statements}\n"));
    }

    #[track_caller]
    pub(super) fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        let plan = &self.teller.plan;
        let instruction = plan.find(does(delivery.entry), delivery.step, Some(delivery.kind()));
        let presented = Presented {
            message: &delivery.vaa.sign(&[Guardian::new(1)]),
            ..Presented::default()
        };
        let call = self.teller.transaction(instruction, &presented);
        let from = sender(delivery.by);
        self.transact((from, delivery.instance), &call, expected)
    }

    #[track_caller]
    pub(super) fn ask(&mut self, ask: &Ask<'_>, expected: &Expected) -> Observed {
        self.ask_as(sender(ask.by), ask, expected)
    }

    #[track_caller]
    fn ask_as(&mut self, from: [u8; 32], ask: &Ask<'_>, expected: &Expected) -> Observed {
        let instruction = self.teller.plan.find(ask.does, ask.step, None);
        let presented = Presented {
            instance: &ask.instance,
            ..Presented::default()
        };
        let call = self.teller.transaction(instruction, &presented);
        self.transact((from, ask.instance), &call, expected)
    }

    #[track_caller]
    pub(super) fn assert_status(&mut self, instance: [u8; 32], (name, _): (&str, u16), status: u8) {
        self.demand(instance, &format!("{name}_status"), status);
    }

    /// Demands what a function of the machine says of an instance.
    #[track_caller]
    fn demand(&mut self, instance: [u8; 32], function: &str, number: u8) {
        let (part, instance) = (self.teller.part(), hex::encode(instance));
        self.check(&format!(
            "{part}::{function}(&{part}, x\"{instance}\") == {number}"
        ));
    }

    /// Somebody's transaction about an instance, and what must come of it.
    #[track_caller]
    fn transact(
        &mut self,
        (from, instance): ([u8; 32], [u8; 32]),
        call: &str,
        expected: &Expected,
    ) -> Observed {
        let from = hex::encode(from);
        let mut step = format!("    s.next_tx(@0x{from});\n    {{\n{call}");
        if let Expected::Done { messages, .. } = expected {
            let (steps, phases) = expected.changes();
            let before = self.story.heard.published;
            step += &self.teller.assertions(instance, &steps, messages, before);
            step += &self.teller.phase_assertions(instance, &phases);
        }
        step += "    };\n";
        self.story.perform(&self.teller, step, expected)
    }
}

fn sender(by: By) -> [u8; 32] {
    match by {
        By::Owner => OWNER,
        By::Initiator | By::Stranger => STRANGER,
    }
}
