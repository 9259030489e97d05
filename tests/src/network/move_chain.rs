//! A chain that runs Move, with a machine of a workflow: what such chains have in common.

mod home;

use xcc::entities::Machine;

use super::story::{Heard, Story, Target, Teller};
use super::{Ask, By, Delivery, Expected, Observed, Peer, Protocol};
use crate::move_plan::Presented;
use crate::plan_head::does;
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// Whom the workflows under test hold compensations for.
pub const OWNER: [u8; 32] = [0x0e; 32];
/// Who delivers, and whoever else has no part in anything.
const STRANGER: [u8; 32] = [0x57; 32];

/// A chain that runs Move, with a machine of a workflow; `T` is the one that tells its story.
pub struct MoveChain<T> {
    teller: T,
    story: Story,
}

/// How the steps of a story are spelled on a chain.
pub trait Spelling: Teller + Sized {
    /// What a statement of a test is indented by.
    const INDENT: &'static str;

    /// A machine that is not wired, in the emitted package with running targets.
    ///
    /// # Errors
    /// A cache that cannot be read.
    fn unwired(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        target: Target,
    ) -> Result<Self, ToolError>;
    /// Where the machine is: its package, or its object.
    fn address(&self) -> [u8; 32];
    /// The statement that sets the clock to what the machine says that it is.
    fn clock(&self) -> String;
    /// The call of a function that says something of an instance.
    fn view(&self, function: &str, instance: [u8; 32]) -> String;
    /// The statements of a transaction: of whom, and what it does, about which step, with a message of which kind.
    fn transaction(
        &self,
        from: [u8; 32],
        asked: (&str, Option<u16>, Option<u16>),
        presented: &Presented<'_>,
    ) -> String;
    /// Somebody's transaction about an instance, with what must come of it after so much was heard.
    fn step(
        &mut self,
        about: ([u8; 32], [u8; 32]),
        call: String,
        expected: &Expected,
        heard: Heard,
    ) -> String;
}

impl<T: Spelling> MoveChain<T> {
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
        Ok(Self {
            teller: T::unwired(protocol, machine, guardian, target)?,
            story: Story::default(),
        })
    }

    /// Tells the machine its peers, in the order of the workflow.
    ///
    /// # Panics
    /// When the package does not build, or the machine refuses them.
    #[track_caller]
    pub fn wire(&mut self, peers: &[Peer]) {
        self.teller.told_mut().peers = peers.to_vec();
        self.story.tell(&self.teller, String::new());
    }

    /// The machine as Wormhole knows it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        self.teller.told().own
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: u64) {
        self.teller.told_mut().now += seconds;
        let step = self.teller.clock();
        self.tell(&step);
    }

    /// Demands what a Move expression says about the targets and the machine as they are now.
    #[track_caller]
    pub fn check(&mut self, expression: &str) {
        self.tell(&format!("assert!({expression}, 90);"));
    }

    /// Runs Move statements about the targets.
    #[track_caller]
    pub fn tell(&mut self, statements: &str) {
        let step = format!("{}{statements}\n", T::INDENT);
        self.story.tell(&self.teller, step);
    }

    #[track_caller]
    pub(super) fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        let kind = Some(delivery.kind());
        let asked = (does(delivery.entry), Some(delivery.step), kind);
        let presented = Presented {
            message: &delivery.vaa.sign(&[Guardian::new(1)]),
            ..Presented::default()
        };
        let about = (account(delivery.by), delivery.instance);
        self.transact(about, asked, &presented, expected)
    }

    #[track_caller]
    pub(super) fn ask(&mut self, ask: &Ask<'_>, expected: &Expected) -> Observed {
        self.ask_as(account(ask.by), ask, expected)
    }

    #[track_caller]
    fn ask_as(&mut self, from: [u8; 32], ask: &Ask<'_>, expected: &Expected) -> Observed {
        let presented = Presented {
            instance: &ask.instance,
            ..Presented::default()
        };
        let asked = (ask.does, ask.step, None);
        self.transact((from, ask.instance), asked, &presented, expected)
    }

    #[track_caller]
    pub(super) fn assert_status(&mut self, instance: [u8; 32], (name, _): (&str, u16), status: u8) {
        self.demand(instance, &format!("{name}_status"), status);
    }

    /// Demands what a function of the machine says of an instance.
    #[track_caller]
    fn demand(&mut self, instance: [u8; 32], function: &str, number: u8) {
        let said = self.teller.view(function, instance);
        self.check(&format!("{said} == {number}"));
    }

    /// Somebody's transaction about an instance, and what must come of it.
    #[track_caller]
    fn transact(
        &mut self,
        about: ([u8; 32], [u8; 32]),
        asked: (&str, Option<u16>, Option<u16>),
        presented: &Presented<'_>,
        expected: &Expected,
    ) -> Observed {
        let call = self.teller.transaction(about.0, asked, presented);
        let step = self.teller.step(about, call, expected, self.story.heard);
        self.story.perform(&self.teller, step, expected)
    }
}

fn account(by: By) -> [u8; 32] {
    match by {
        By::Owner => OWNER,
        By::Initiator | By::Stranger => STRANGER,
    }
}
