//! Sui packages in the Sui virtual machine.

use xcc::lower::Mutant;
use xcc::vm::Vm;
use xcc_tests::conformance::sui::follow;

use crate::{CAUGHT, Faults, HOME, cover, tell};

const FAULTS: Faults = [
    (Mutant::NoTombstone, Ok("compensable")),
    (Mutant::RefundOnTimer, Err(HOME)),
    (Mutant::ParticipantTimer, Ok("compensable")),
    (Mutant::ExecuteAfterCancel, Ok("compensable")),
    (Mutant::PivotDeniesItself, Ok("pivot_on_sui")),
    (Mutant::UndoBeforePivot, Err(HOME)),
    (Mutant::UndoTwice, Ok("compensable")),
    (Mutant::ReplyOfAnotherStep, Err(HOME)),
    (Mutant::LowGasRefusal, Err(CAUGHT)),
    (Mutant::ConfirmBeforeDecision, Err(HOME)),
    (Mutant::ClaimTwice, Ok("parked")),
    (Mutant::JoinEarly, Err(HOME)),
    (Mutant::ForgottenSibling, Err(HOME)),
    (Mutant::RerouteEarly, Err(HOME)),
];

#[test]
fn packages_do_what_the_interpreter_does() {
    cover(Vm::Sui, follow);
}

#[test]
fn packages_with_a_fault_do_something_else() {
    tell(FAULTS, follow);
}
