//! Sui: the emitted package in the Sui virtual machine.

mod teller;

use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};
use xcc::entities::Machine;

pub(crate) use self::teller::{SuiTeller, emitted};
use super::story::{Story, Target};
use super::{By, Claim, Delivery, Expected, Observed, Peer, Protocol};
use crate::move_plan::Presented;
use crate::plan_head::does;
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// Whom the workflows under test hold compensations for.
pub const OWNER: [u8; 32] = [0x0e; 32];

/// A Sui chain with a participant.
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
        let package = emitted(protocol)?;
        let teller = SuiTeller::new(protocol, machine, guardian, vec![home], (package, target));
        let mut chain = Self {
            teller,
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
        let step = format!("    clock.set_for_testing({});\n", self.teller.now * 1000);
        self.story.tell(&self.teller, step);
    }

    /// Demands what a Move expression says about the targets and the participant as they are now.
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
        self.transact((delivery.by, delivery.instance), &call, expected)
    }

    #[track_caller]
    pub(super) fn claim(&mut self, claim: &Claim<'_>, expected: &Expected) -> Observed {
        let instruction = self.teller.plan.find(does(claim.entry), claim.step, None);
        let presented = Presented {
            instance: &claim.instance,
            ..Presented::default()
        };
        let call = self.teller.transaction(instruction, &presented);
        self.transact((claim.by, claim.instance), &call, expected)
    }

    /// Somebody's transaction about an instance, and what must come of it.
    #[track_caller]
    fn transact(
        &mut self,
        (by, instance): (By, [u8; 32]),
        call: &str,
        expected: &Expected,
    ) -> Observed {
        let sender = match by {
            By::Owner => "OWNER",
            By::Initiator | By::Stranger => "STRANGER",
        };
        let mut step = format!("    s.next_tx({sender});\n    {{\n{call}");
        if let Expected::Done { changes, replies } = expected {
            step += &self
                .teller
                .assertions(instance, changes, replies, self.story.published);
        }
        step += "    };\n";
        self.story.perform(&self.teller, step, expected)
    }
}
