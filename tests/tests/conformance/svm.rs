//! Solana programs in litesvm.

use xcc::lower::Mutant;
use xcc_tests::conformance::follow::{Coverage, Difference, follow};
use xcc_tests::conformance::svm::deploy;
use xcc_tests::interp::Bench;
use xcc_tests::project::Project;

use crate::{CAUGHT, Faults, HOME, cover, tell};

const FAULTS: Faults = [
    (Mutant::NoTombstone, Ok("compensable")),
    (Mutant::RefundOnTimer, Err(HOME)),
    (Mutant::ParticipantTimer, Ok("compensable")),
    (Mutant::ExecuteAfterCancel, Ok("compensable")),
    (Mutant::PivotDeniesItself, Ok("pivot_on_solana")),
    (Mutant::UndoBeforePivot, Err(HOME)),
    (Mutant::UndoTwice, Ok("compensable")),
    (Mutant::ReplyOfAnotherStep, Err(HOME)),
    (Mutant::LowGasRefusal, Err(CAUGHT)),
    (Mutant::ConfirmBeforeDecision, Err(HOME)),
    (Mutant::ClaimTwice, Ok("parked")),
    (Mutant::JoinEarly, Err(HOME)),
    (Mutant::ForgottenSibling, Err(HOME)),
];

pub(crate) fn follow_programs(
    project: &Project,
    bench: &Bench<'_>,
) -> Result<Coverage, Difference> {
    let machines = deploy(project, bench).unwrap_or_else(|error| panic!("{error}"));
    follow(bench, &machines)
}

#[test]
fn programs_do_what_the_interpreter_does() {
    cover("Solana", follow_programs);
}

#[test]
fn programs_with_a_fault_do_something_else() {
    tell(FAULTS, follow_programs);
}
