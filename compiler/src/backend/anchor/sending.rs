//! The messages that a handler of a coordinator sends: its instruction takes a new account for each.

use super::Target;
use crate::entities::Handler;

/// The accounts that the instruction of a handler takes for messages, by the names of their fields.
pub(super) fn messages_of(target: &Target<'_>, handler: Handler) -> Vec<String> {
    let count = match target.is_coordinator() {
        true => target.input.facts.budgets[handler].messages,
        false => 0,
    };
    let name = |number: u32| match number {
        1 => "message".to_owned(),
        _ => format!("message_{number}"),
    };
    (1..=count).map(name).collect()
}
