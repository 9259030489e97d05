//! Aptos: the emitted package in the Aptos virtual machine.

mod teller;

use xcc::entities::Machine;

pub(crate) use self::teller::{AptosTeller, emitted};
use super::story::{Story, Target};
use super::{By, Claim, Delivery, Expected, Observed, Peer, Protocol};
use crate::move_plan::Presented;
use crate::plan_head::does;
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// Whom the workflows under test hold compensations for.
pub const OWNER: [u8; 32] = [0x0e; 32];
/// Who delivers.
const DELIVERER: [u8; 32] = [0x57; 32];

/// An Aptos chain with a participant.
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
        let senders = [("deliverer", DELIVERER), ("owner", OWNER)];
        let senders = senders.map(|(name, address)| (name.to_owned(), address));
        let package = emitted(protocol)?;
        let told = (package, target, senders.to_vec());
        let mut chain = Self {
            teller: AptosTeller::new(protocol, machine, guardian, vec![home], told),
            story: Story::default(),
        };
        chain.story.tell(&chain.teller, String::new());
        Ok(chain)
    }

    /// The participant as Wormhole knows it.
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

    /// Demands what a Move expression says about the targets and the participant as they are now.
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
        let sender = sender(delivery.by);
        let call = self.teller.transaction(instruction, sender, &presented);
        self.transact(call, delivery.instance, expected)
    }

    #[track_caller]
    pub(super) fn claim(&mut self, claim: &Claim<'_>, expected: &Expected) -> Observed {
        let instruction = self.teller.plan.find(does(claim.entry), claim.step, None);
        let presented = Presented {
            instance: &claim.instance,
            ..Presented::default()
        };
        let sender = sender(claim.by);
        let call = self.teller.transaction(instruction, sender, &presented);
        self.transact(call, claim.instance, expected)
    }

    /// Somebody's transaction about an instance, and what must come of it.
    #[track_caller]
    fn transact(&mut self, mut step: String, instance: [u8; 32], expected: &Expected) -> Observed {
        if let Expected::Done { changes, replies } = expected {
            let before = (self.story.published, self.story.changed);
            step += &self.teller.assertions(instance, changes, replies, before);
        }
        self.story.perform(&self.teller, step, expected)
    }
}

/// The variable with the signer of whoever it is.
fn sender(by: By) -> &'static str {
    match by {
        By::Owner => "owner",
        By::Initiator | By::Stranger => "deliverer",
    }
}
