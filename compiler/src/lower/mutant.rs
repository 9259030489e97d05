//! Deliberate faults of the protocol. Nothing but tests asks for one: whatever claims to find faults must find each of these.

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mutant {
    /// A Cancel that comes before its Execute leaves no trace.
    NoTombstone,
    /// Home undoes what it knows of when it cancels, and does not wait for what is in doubt.
    RefundOnTimer,
    /// A participant undoes an executed step by itself once its deadline has passed.
    ParticipantTimer,
    /// A cancelled step can still be executed.
    ExecuteAfterCancel,
    /// A pivot that ran answers a Cancel as if it had not.
    PivotDeniesItself,
    /// Home undoes the steps before the pivot while the pivot is in doubt.
    UndoBeforePivot,
    /// A repeated Cancel undoes again.
    UndoTwice,
    /// Home takes the reply about another step for one about this step.
    ReplyOfAnotherStep,
    /// A caught call is not sure of its gas.
    LowGasRefusal,
    /// A step is confirmed as soon as it ran.
    ConfirmBeforeDecision,
    /// A claim leaves the compensation parked.
    ClaimTwice,
    /// What follows steps beside each other begins when the first of them ran.
    JoinEarly,
    /// The refusal of a step undoes those before it and forgets those beside it.
    ForgottenSibling,
    /// The alternative of an attempt begins before what was tried is undone.
    RerouteEarly,
    /// What was taken can be claimed back while the workflow goes on.
    ClaimEarly,
    /// What was released is given back as well if the instance is undone.
    ReleasedGivenBack,
    /// What was spent is owed to whom it would be held for as well.
    SpentAndHeld,
}

impl Mutant {
    /// Every fault.
    pub const ALL: [Mutant; 17] = [
        Mutant::NoTombstone,
        Mutant::RefundOnTimer,
        Mutant::ParticipantTimer,
        Mutant::ExecuteAfterCancel,
        Mutant::PivotDeniesItself,
        Mutant::UndoBeforePivot,
        Mutant::UndoTwice,
        Mutant::ReplyOfAnotherStep,
        Mutant::LowGasRefusal,
        Mutant::ConfirmBeforeDecision,
        Mutant::ClaimTwice,
        Mutant::JoinEarly,
        Mutant::ForgottenSibling,
        Mutant::RerouteEarly,
        Mutant::ClaimEarly,
        Mutant::ReleasedGivenBack,
        Mutant::SpentAndHeld,
    ];
}
