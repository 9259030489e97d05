//! What the functions of a coordinator say of themselves.

use super::{CoordinatorHandler, Entrance};
use crate::backend::custody::{claim_purpose, park_purpose};
use crate::backend::move_lang::custody::takes;
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::packages::types::Naming;
use crate::backend::move_lang::targets::calls_of_handler;
use crate::backend::move_lang::write_docs;
use crate::backend::printer::Printer;
use crate::ir::{MessageKind, Part, StepKind, Trigger};

impl CoordinatorHandler<'_> {
    /// Writes the documentation of the handler's function.
    pub(super) fn write_purpose(self, printer: &mut Printer) {
        let program = self.machine.program();
        let mut lines = Vec::new();
        let mut add = |paragraph: Vec<String>| {
            if !lines.is_empty() && !paragraph.is_empty() {
                lines.push(String::new());
            }
            lines.extend(paragraph);
        };
        add(self.purpose());
        let calls = calls_of_handler(program, self.handler);
        let mut has_calls = false;
        for call in calls {
            has_calls = true;
            if let Some(path) = self.machine.packages.callee(call, Naming::Name) {
                add(vec![format!("Calls `{path}`; gas budget {}.", call.gas)]);
            }
        }
        if let Some(step) = self.data().step
            && (has_calls || self.takes(MessageKind::Executed))
        {
            add(program.steps[step].docs.clone());
        }
        write_docs(lines, printer);
    }

    fn takes(self, kind: MessageKind) -> bool {
        match self.entrance() {
            Entrance::Delivery(message) => self.machine.program().messages[message].kind == kind,
            _ => false,
        }
    }

    /// What the handler is for.
    fn purpose(self) -> Vec<String> {
        let program = self.machine.program();
        let step = self.data().step.map(|step| &program.steps[step]);
        let name = step.map_or("", |step| &step.name);
        let is_retriable = step.is_some_and(|step| step.kind == StepKind::Retriable);
        let line = match self.data().trigger {
            Trigger::Attempt(_, Part::Guard) | Trigger::Together(..) | Trigger::Internal => {
                return Vec::new();
            }
            Trigger::Start => self.purpose_of_start(),
            Trigger::Deliver(message) => {
                format!("Takes {} of step `{name}`.", program.messages[message].kind)
            }
            Trigger::Cancel => {
                let who = "its initiator at any time, anyone after the deadline";
                format!("Cancels an instance that has not come to its pivot: {who}.")
            }
            Trigger::Redrive => "Sends again what is outstanding. Anyone may.".to_owned(),
            Trigger::Attempt(_, Part::Execution) if is_retriable => {
                format!("Runs step `{name}` when it is due. Anyone may.")
            }
            Trigger::Attempt(_, Part::Execution) => {
                format!("Runs step `{name}` when it is due, until its deadline. Anyone may.")
            }
            Trigger::Attempt(_, Part::Compensation) => {
                format!("Runs the compensation of step `{name}` when it is due. Anyone may.")
            }
            Trigger::Attempt(_, Part::Confirmation) => {
                format!("Runs the confirmation of step `{name}` when it is due. Anyone may.")
            }
            Trigger::ExpireStep(_) => {
                format!("Refuses step `{name}` once its deadline has passed. Anyone may.")
            }
            Trigger::ParkStep(step) => park_purpose(program, step).unwrap_or_else(|| {
                format!(
                    "Gives up the compensation of step `{name}`, for whom the workflow holds it."
                )
            }),
            Trigger::Claim(step) => claim_purpose(program, step).unwrap_or_else(|| {
                format!("Runs the compensation of step `{name}` that was given up, for whom the workflow holds it.")
            }),
            Trigger::Expire(_) | Trigger::Park(_) => {
                unreachable!("a coordinator hears only replies")
            }
        };
        vec![line]
    }

    fn purpose_of_start(self) -> String {
        let EmittedMachine { id, .. } = self.machine;
        let program = self.machine.program();
        let taken = takes(program, id).map(|step| format!("`{}`", program.steps[step].name));
        let taken: Vec<_> = taken.collect();
        let start = "Starts an instance, of whoever sends the transaction";
        match taken.is_empty() {
            true => format!("{start}."),
            false => format!("{start}. Takes from them: {}.", taken.join(", ")),
        }
    }
}
