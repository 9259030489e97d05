//! Aptos: the emitted package in the Aptos virtual machine.

mod teller;

use xcc::entities::Machine;

pub use self::teller::AptosTeller;
pub(crate) use self::teller::{address, emitted, sender};
pub use super::move_chain::OWNER;
use super::move_chain::{MoveChain, Spelling};
use super::story::{Heard, Target, Teller as _};
use super::{Expected, Protocol};
use crate::move_plan::Presented;
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// An Aptos chain with a machine of a workflow.
pub type AptosChain = MoveChain<AptosTeller>;

impl Spelling for AptosTeller {
    const INDENT: &'static str = "        ";

    fn unwired(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        target: Target,
    ) -> Result<Self, ToolError> {
        let told = (emitted(protocol)?, target, Vec::new());
        Ok(Self::new(protocol, machine, guardian, Vec::new(), told))
    }

    fn address(&self) -> [u8; 32] {
        address(self.package())
    }

    fn clock(&self) -> String {
        let now = self.told().now;
        format!("timestamp::update_global_time_for_test_secs({now});")
    }

    fn view(&self, function: &str, instance: [u8; 32]) -> String {
        let (package, instance) = (&self.package().name, hex::encode(instance));
        format!("{package}::{function}(x\"{instance}\")")
    }

    fn transaction(
        &self,
        from: [u8; 32],
        (does, step, kind): (&str, Option<u16>, Option<u16>),
        presented: &Presented<'_>,
    ) -> String {
        let instruction = self.plan.find(does, step, kind);
        self.statement(instruction, &sender(&from), presented)
    }

    /// Who has sent nothing before is given coins at the beginning.
    fn step(
        &mut self,
        (from, instance): ([u8; 32], [u8; 32]),
        call: String,
        expected: &Expected,
        heard: Heard,
    ) -> String {
        if !self.senders.contains(&from) {
            self.senders.push(from);
        }
        let mut step = call;
        if let Expected::Done { messages, .. } = expected {
            let (steps, phases) = expected.changes();
            let counts = (heard.published, heard.changed);
            step += &self.assertions(instance, &steps, messages, counts);
            step += &self.phase_assertions(instance, &phases, heard.phases);
            step += &self.conservation(heard.published + messages.len());
        }
        step
    }
}
