//! Sui: the emitted package in the Sui virtual machine.

mod teller;

use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};
use xcc::entities::Machine;

pub use self::teller::SuiTeller;
pub(crate) use self::teller::{emitted, machine_id};
pub use super::move_chain::OWNER;
use super::move_chain::{MoveChain, Spelling};
use super::story::{Heard, Target, Teller as _};
use super::{Expected, Protocol};
use crate::move_plan::Presented;
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// A Sui chain with a machine of a workflow.
pub type SuiChain = MoveChain<SuiTeller>;

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

impl Spelling for SuiTeller {
    const INDENT: &'static str = "    ";

    fn unwired(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        target: Target,
    ) -> Result<Self, ToolError> {
        let told = (emitted(protocol)?, target);
        Ok(Self::new(protocol, machine, guardian, Vec::new(), told))
    }

    fn address(&self) -> [u8; 32] {
        machine_id()
    }

    fn clock(&self) -> String {
        format!("clock.set_for_testing({});", self.told().now * 1000)
    }

    fn view(&self, function: &str, instance: [u8; 32]) -> String {
        let (part, instance) = (self.part(), hex::encode(instance));
        format!("{part}::{function}(&{part}, x\"{instance}\")")
    }

    fn transaction(
        &self,
        _: [u8; 32],
        (does, step, kind): (&str, Option<u16>, Option<u16>),
        presented: &Presented<'_>,
    ) -> String {
        self.statements(self.plan.find(does, step, kind), presented)
    }

    fn step(
        &mut self,
        (from, instance): ([u8; 32], [u8; 32]),
        call: String,
        expected: &Expected,
        heard: Heard,
    ) -> String {
        let from = hex::encode(from);
        let mut step = format!("    s.next_tx(@0x{from});\n    {{\n{call}");
        if let Expected::Done { messages, .. } = expected {
            let (steps, phases) = expected.changes();
            step += &self.assertions(instance, &steps, messages, heard.published);
            step += &self.phase_assertions(instance, &phases);
        }
        step += "    };\n";
        step
    }
}
