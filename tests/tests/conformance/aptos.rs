//! Aptos packages in the Aptos virtual machine.

use xcc::lower::Mutant;
use xcc::vm::Vm;
use xcc_tests::conformance::aptos::follow;

use crate::{CAUGHT, Faults, cover, tell};

const FAULTS: Faults = [
    (Mutant::NoTombstone, Ok("compensable")),
    (Mutant::RefundOnTimer, Ok("aptos_home_steps")),
    (Mutant::ParticipantTimer, Ok("compensable")),
    (Mutant::ExecuteAfterCancel, Ok("compensable")),
    (Mutant::PivotDeniesItself, Ok("pivot_on_aptos")),
    (Mutant::UndoBeforePivot, Ok("aptos_home_steps")),
    (Mutant::UndoTwice, Ok("compensable")),
    (
        Mutant::ReplyOfAnotherStep,
        Err("each reply has a function of its own, so the fault is one more that no client calls"),
    ),
    (Mutant::LowGasRefusal, Err(CAUGHT)),
    (Mutant::ConfirmBeforeDecision, Ok("aptos_home_confirmed")),
    (Mutant::ClaimTwice, Ok("parked")),
    (Mutant::JoinEarly, Ok("aptos_home_parallel")),
    (Mutant::ForgottenSibling, Ok("aptos_home_parallel")),
    (Mutant::RerouteEarly, Ok("aptos_home_attempt")),
    (Mutant::ClaimEarly, Ok("aptos_home_holdings")),
    (Mutant::ReleasedGivenBack, Ok("aptos_home_releases")),
    (Mutant::SpentAndHeld, Ok("aptos_home_holds")),
];

#[test]
fn packages_do_what_the_interpreter_does() {
    cover(Vm::Aptos, follow);
}

#[test]
fn packages_with_a_fault_do_something_else() {
    tell(FAULTS, follow);
}
