//! Which handler of which machine an action runs, and how it is asked for.

use xcc::entities::{Handler, Machine};
use xcc::interp::schedule::StepAsk;
use xcc::ir::{MessageKind, Trigger};

use super::step::Action;
use super::{Ask, By, Entry, Protocol};

impl<'p> Protocol<'p> {
    /// The machine and its handler that an action runs; nothing for time that passes, and for what nobody published.
    #[must_use]
    pub fn handler(&self, action: &Action) -> Option<(Machine, Handler)> {
        let home = self.workflow().coordinator;
        let (machine, trigger) = match action {
            Action::Start => (home, Trigger::Start),
            Action::Cancel(_) => (home, Trigger::Cancel),
            Action::Redrive => (home, Trigger::Redrive),
            Action::Attempt { step, part } => (home, Trigger::Attempt(self.step(step), *part)),
            Action::Deliver { step, kind } => self.takes(step, *kind, Entry::Deliver),
            Action::Expire { step } if self.is_home(step) => {
                (home, Trigger::ExpireStep(self.step(step)))
            }
            Action::Expire { step } => self.takes(step, MessageKind::Execute, Entry::Expire),
            Action::Park { step, .. } if self.is_home(step) => {
                (home, Trigger::ParkStep(self.step(step)))
            }
            Action::Park { step, .. } => self.takes(step, MessageKind::Cancel, Entry::Park),
            Action::Claim { step, .. } => {
                let step = self.step(step);
                (self.program().steps[step].machine, Trigger::Claim(step))
            }
            Action::Pass { .. } | Action::Forge { .. } => return None,
        };
        let handler = self.program().handler_of(machine, trigger);
        handler.map(|handler| (machine, handler))
    }

    /// How a machine is asked for what an action says, and which machine it is.
    ///
    /// # Panics
    /// When no machine has a handler for it, or only one that takes a message.
    #[must_use]
    pub fn ask(&self, action: &Action, instance: [u8; 32], by: By) -> (Machine, Ask<'p>) {
        let found = self.handler(action);
        let (machine, handler) = found.unwrap_or_else(|| panic!("nothing does {action:?}"));
        let handler = &self.program().handlers[handler];
        let about = StepAsk::of(handler.trigger);
        let does = match handler.trigger {
            Trigger::Cancel => "cancel",
            Trigger::Redrive => "redrive",
            _ => about.expect("it is asked without a message").0.verb(),
        };
        let ask = Ask {
            does,
            entry: &handler.name,
            step: about.map(|(_, step)| self.program().steps[step].number),
            instance,
            by,
        };
        (machine, ask)
    }

    /// The name of the entry point that a machine runs for a message, or for its expiry.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn entry(&self, step: &str, kind: MessageKind, entry: Entry) -> &'p str {
        let (machine, trigger) = self.takes(step, kind, entry);
        let handler = self.program().handler_of(machine, trigger);
        let handler = handler.unwrap_or_else(|| panic!("nothing takes {kind} of `{step}`"));
        &self.program().handlers[handler].name
    }

    fn takes(&self, step: &str, kind: MessageKind, entry: Entry) -> (Machine, Trigger) {
        let program = self.program();
        let message = program.message(self.step(step), kind);
        let message = message.expect("the message exists");
        let trigger = match entry {
            Entry::Deliver => Trigger::Deliver(message),
            Entry::Expire => Trigger::Expire(message),
            Entry::Park => Trigger::Park(message),
        };
        (program.messages[message].to, trigger)
    }
}
