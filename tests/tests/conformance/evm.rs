//! Solidity in revm.

use xcc::lower::Mutant;
use xcc::vm::Vm;
use xcc_tests::conformance::evm::deploy;
use xcc_tests::conformance::follow::{Coverage, Difference, follow};
use xcc_tests::interp::Bench;
use xcc_tests::project::Project;

use crate::{Faults, cover, tell};

const FAULTS: Faults = [
    (Mutant::NoTombstone, Ok("compensable")),
    (Mutant::RefundOnTimer, Ok("compensable")),
    (
        Mutant::ParticipantTimer,
        Err("where failures are caught there is no `expire`, and no timer elsewhere"),
    ),
    (Mutant::ExecuteAfterCancel, Ok("compensable")),
    (Mutant::PivotDeniesItself, Ok("pivot_on_base")),
    (Mutant::UndoBeforePivot, Ok("pivot_on_base")),
    (Mutant::UndoTwice, Ok("compensable")),
    (
        Mutant::ReplyOfAnotherStep,
        Err("contracts look for a reply's handler by its step and chain first"),
    ),
    (Mutant::LowGasRefusal, Ok("compensable")),
    (Mutant::ConfirmBeforeDecision, Ok("confirmed")),
    (Mutant::ClaimTwice, Ok("parked")),
    (Mutant::JoinEarly, Ok("parallel")),
    (Mutant::ForgottenSibling, Ok("parallel")),
    (Mutant::RerouteEarly, Ok("attempt")),
    (Mutant::ClaimEarly, Ok("holdings")),
    (Mutant::ReleasedGivenBack, Ok("releases")),
    (Mutant::SpentAndHeld, Ok("holds")),
];

pub(crate) fn follow_contracts(
    project: &Project,
    bench: &Bench<'_>,
) -> Result<Coverage, Difference> {
    let machines = deploy(project, bench).unwrap_or_else(|error| panic!("{error}"));
    follow(bench, &machines)
}

#[test]
fn contracts_do_what_the_interpreter_does() {
    cover(Vm::Evm, follow_contracts);
}

#[test]
fn contracts_with_a_fault_do_something_else() {
    tell(FAULTS, follow_contracts);
}
