//! Solana programs in litesvm.

use std::collections::BTreeSet;

use xcc::lower::Mutant;
use xcc::vm::Vm;
use xcc_tests::conformance::follow::{Coverage, Difference, follow};
use xcc_tests::conformance::svm::{Trials, deploy};
use xcc_tests::delivery_plan::faults::Fault;
use xcc_tests::interp::{Bench, projects};
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
    (Mutant::RerouteEarly, Err(HOME)),
];

pub(crate) fn follow_programs(
    project: &Project,
    bench: &Bench<'_>,
) -> Result<Coverage, Difference> {
    let machines = deploy(project, bench, Trials::Units);
    follow(bench, &machines.unwrap_or_else(|error| panic!("{error}")))
}

/// Wrong accounts that do no harm: the account, or `-` for all those of a call, the fault, and why.
const HARMLESS: &[(&str, Fault, &str)] = &[
    ("delivery.payer", Fault::Copy, ANYONE),
    ("delivery.payer", Fault::Other, ANYONE),
    (
        "claim.payer",
        Fault::Owner,
        "a claim costs its payer nothing",
    ),
    ("delivery.reply", Fault::Stranger, "any new key does"),
    ("delivery.fee_collector", Fault::Owner, KEY),
    ("delivery.clock", Fault::Owner, KEY),
    ("delivery.rent", Fault::Owner, KEY),
    ("-", Fault::Owner, KEY),
];

const ANYONE: &str = "anyone who has signed may pay";
const KEY: &str = "its key is compared; whose it is, is for those to say who call it theirs";

#[test]
fn programs_do_what_the_interpreter_does() {
    cover(Vm::Svm, follow_programs);
}

#[test]
fn programs_with_a_fault_do_something_else() {
    tell(FAULTS, follow_programs);
}

/// The first transaction of each instruction that goes through, with each of its accounts wrong in each way.
#[test]
fn no_account_of_an_instruction_can_be_exchanged() {
    let mut seen = BTreeSet::new();
    for project in projects() {
        let bench = Bench::new(project);
        let machines = deploy(project, &bench, Trials::Accounts);
        let machines = machines.unwrap_or_else(|error| panic!("{error}"));
        follow(&bench, &machines).unwrap_or_else(|it| panic!("{}: {it}", project.name));
        for machine in machines.values() {
            let exchanged = machine.exchanged();
            assert_eq!(exchanged.tried, machine.instructions(), "{}", project.name);
            seen.extend(exchanged.harmless);
        }
    }
    let place = |(name, fault): (String, Fault)| match name.contains('.') {
        true => (name, fault),
        false => ("-".to_owned(), fault),
    };
    let seen: BTreeSet<_> = seen.into_iter().map(place).collect();
    let known = HARMLESS.iter();
    let known = known.map(|(name, fault, _)| ((*name).to_owned(), *fault));
    assert_eq!(seen, known.collect());
}
