//! Sui packages in the Sui virtual machine.

use xcc::lower::Mutant;
use xcc::vm::Vm;
use xcc_tests::conformance::sui::follow;

use crate::{CAUGHT, Faults, cover, tell};

const FAULTS: Faults = [
    (Mutant::NoTombstone, Ok("compensable")),
    (Mutant::RefundOnTimer, Ok("sui_home_steps")),
    (Mutant::ParticipantTimer, Ok("compensable")),
    (Mutant::ExecuteAfterCancel, Ok("compensable")),
    (Mutant::PivotDeniesItself, Ok("pivot_on_sui")),
    (Mutant::UndoBeforePivot, Ok("sui_home_steps")),
    (Mutant::UndoTwice, Ok("compensable")),
    (
        Mutant::ReplyOfAnotherStep,
        Err("each reply has a function of its own, so the fault is one more that no client calls"),
    ),
    (Mutant::LowGasRefusal, Err(CAUGHT)),
    (Mutant::ConfirmBeforeDecision, Ok("sui_home_confirmed")),
    (Mutant::ClaimTwice, Ok("parked")),
    (Mutant::JoinEarly, Ok("sui_home_parallel")),
    (Mutant::ForgottenSibling, Ok("sui_home_parallel")),
    (Mutant::RerouteEarly, Ok("sui_home_attempt")),
    (Mutant::ClaimEarly, Ok("sui_home_holdings")),
    (Mutant::ReleasedGivenBack, Ok("sui_home_releases")),
    (Mutant::SpentAndHeld, Ok("sui_home_holds")),
];

#[test]
fn packages_do_what_the_interpreter_does() {
    cover(Vm::Sui, follow);
}

#[test]
fn packages_with_a_fault_do_something_else() {
    tell(FAULTS, follow);
}
