//! Where the statuses of steps are kept: beside what else is kept of each step, so that one word of storage holds what is written
//! together.

use crate::backend::printer::Printer;
use crate::backend::solidity::contract::{ContractWriter, function};
use crate::backend::solidity::types::Scope;
use crate::entities::{Slot, Step};

impl ContractWriter<'_> {
    /// The members of the struct of slots, type and name: the status of each step before the step's own slots, then the others.
    pub(super) fn slot_members(&self) -> Vec<(String, &str)> {
        let slots = |step: Option<Step>| {
            let slots = self.data().slots.iter().copied();
            slots.filter(move |&slot| self.input.program.slots[slot].step == step)
        };
        let steps = self.data().steps.iter().flat_map(|&step| {
            let status = ("Status".to_owned(), &*self.names.statuses[&step]);
            std::iter::once(status).chain(slots(Some(step)).map(|slot| self.slot_member(slot)))
        });
        steps
            .chain(slots(None).map(|slot| self.slot_member(slot)))
            .collect()
    }

    fn slot_member(&self, slot: Slot) -> (String, &str) {
        let ty = &self.input.program.slots[slot].ty;
        let ty = self.types(Scope::Contract).in_storage(ty);
        (ty, &self.names.slots[&slot])
    }

    /// `function statusOf(…)`
    pub(super) fn write_status_of(&self, printer: &mut Printer) {
        let params = ["bytes32 instance", "uint16 step"].map(str::to_owned);
        let attributes = ["public", "view", "override", "returns (Status)"];
        printer.blank();
        printer.line("/// @inheritdoc Machine");
        function("statusOf", params.to_vec(), &attributes).block(printer, |printer| {
            printer.line("Slots storage slots = _slots[instance];");
            for (step, status) in self.statuses() {
                printer.line(format!("if (step == {step}) return slots.{status};"));
            }
            printer.line("return Status.None;");
        });
    }

    /// `function _storeStatus(…)`
    pub(super) fn write_store_status(&self, printer: &mut Printer) {
        let params = ["bytes32 instance", "uint16 step", "Status status"].map(str::to_owned);
        printer.blank();
        printer.line("/// @inheritdoc Machine");
        let attributes = ["internal", "override"];
        function("_storeStatus", params.to_vec(), &attributes).block(printer, |printer| {
            printer.line("Slots storage slots = _slots[instance];");
            for (step, status) in self.statuses() {
                printer.line(format!("if (step == {step}) slots.{status} = status;"));
            }
        });
    }

    /// The constant of each step and the member that holds its status.
    fn statuses(&self) -> impl Iterator<Item = (&str, &str)> {
        let steps = self.data().steps.iter();
        steps.map(|step| (&*self.names.steps[step], &*self.names.statuses[step]))
    }
}
