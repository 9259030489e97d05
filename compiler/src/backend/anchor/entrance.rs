//! How handlers are entered, which decides the accounts that their instructions take beside those of calls.

use super::Target;
use super::accounts::{self, Standing};
use crate::entities::Handler;
use crate::ir::{Role, Trigger};

/// How a handler is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entrance {
    /// A participant, with a message.
    Delivery,
    /// A participant, by the one whom something is held for.
    Claim,
    /// A coordinator, by who starts an instance.
    Opening,
    /// A coordinator, with a reply.
    Reply,
    /// A coordinator, by anyone who asks something of an instance.
    Turn,
}

impl Entrance {
    /// How the instruction of a handler is entered.
    pub(super) fn of(target: &Target<'_>, handler: Handler) -> Self {
        let trigger = target.input.program.handlers[handler].trigger;
        match (target.data().role, trigger) {
            (Role::Participant, Trigger::Claim(_)) => Entrance::Claim,
            (Role::Participant, _) => Entrance::Delivery,
            (Role::Coordinator, Trigger::Start) => Entrance::Opening,
            (Role::Coordinator, Trigger::Deliver(_)) => Entrance::Reply,
            (Role::Coordinator, _) => Entrance::Turn,
        }
    }

    /// The field of the instruction's accounts that has those of every such instruction; also the variable for it.
    pub(super) fn field(self) -> &'static str {
        match self {
            Entrance::Delivery => "delivery",
            Entrance::Claim => "claim",
            Entrance::Opening => "opening",
            Entrance::Reply => "reply",
            Entrance::Turn => "turn",
        }
    }

    /// The type of that field.
    pub(super) fn accounts(self) -> &'static str {
        match self {
            Entrance::Delivery => "Delivery",
            Entrance::Claim => "Claim",
            Entrance::Opening => "Opening",
            Entrance::Reply => "Reply",
            Entrance::Turn => "Turn",
        }
    }

    /// What that field is, in a sentence.
    pub(super) fn docs(self) -> &'static str {
        match self {
            Entrance::Delivery => "The accounts of every delivery.",
            Entrance::Claim => "The accounts of every claim.",
            Entrance::Opening => "The accounts of the instance and its initiator.",
            Entrance::Reply => "The accounts of every reply.",
            Entrance::Turn => "The accounts of the instance and who asks.",
        }
    }

    /// The accounts in it.
    pub(super) fn standing(self) -> &'static [Standing] {
        match self {
            Entrance::Delivery => accounts::DELIVERY,
            Entrance::Claim => accounts::CLAIM,
            Entrance::Opening => accounts::OPENING,
            Entrance::Reply => accounts::REPLY,
            Entrance::Turn => accounts::TURN,
        }
    }

    /// Whether who asks names the instance.
    pub(super) fn takes_instance(self) -> bool {
        matches!(self, Entrance::Claim | Entrance::Turn)
    }
}
