//! Solana programs in litesvm.

use std::collections::BTreeSet;

use xcc::lower::Mutant;
use xcc::vm::Vm;
use xcc_tests::conformance::follow::{Coverage, Difference, follow};
use xcc_tests::conformance::svm::{Trials, deploy};
use xcc_tests::conformance::values::choose;
use xcc_tests::delivery_plan::faults::Fault;
use xcc_tests::interp::{Bench, projects};
use xcc_tests::project::Project;

use crate::{CAUGHT, Faults, cover, machines, tell};

const FAULTS: Faults = [
    (Mutant::NoTombstone, Ok("compensable")),
    (Mutant::RefundOnTimer, Ok("solana_home")),
    (Mutant::ParticipantTimer, Ok("compensable")),
    (Mutant::ExecuteAfterCancel, Ok("compensable")),
    (Mutant::PivotDeniesItself, Ok("pivot_on_solana")),
    (Mutant::UndoBeforePivot, Ok("solana_home")),
    (Mutant::UndoTwice, Ok("compensable")),
    (Mutant::ReplyOfAnotherStep, Ok("solana_home")),
    (Mutant::LowGasRefusal, Err(CAUGHT)),
    (Mutant::ConfirmBeforeDecision, Ok("solana_home_confirmed")),
    (Mutant::ClaimTwice, Ok("parked")),
    (Mutant::JoinEarly, Ok("solana_home_parallel")),
    (Mutant::ForgottenSibling, Ok("solana_home_parallel")),
    (Mutant::RerouteEarly, Ok("solana_home_attempt")),
    (Mutant::ClaimEarly, Ok("solana_home_holdings")),
    (Mutant::ReleasedGivenBack, Ok("solana_home_releases")),
    (Mutant::SpentAndHeld, Ok("solana_home_holds")),
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
    ("reply.payer", Fault::Copy, ANYONE),
    ("reply.payer", Fault::Other, ANYONE),
    ("reply.payer", Fault::Stranger, NOTHING),
    ("reply.payer", Fault::Owner, NOTHING),
    ("turn.payer", Fault::Copy, ANYONE),
    ("turn.payer", Fault::Other, ANYONE),
    ("turn.payer", Fault::Stranger, NOTHING),
    ("turn.payer", Fault::Owner, NOTHING),
    ("message", Fault::Stranger, "any new key does"),
    ("sending.fee_collector", Fault::Owner, KEY),
    ("sending.clock", Fault::Owner, KEY),
    ("sending.rent", Fault::Owner, KEY),
    ("-", Fault::Owner, KEY),
];

const ANYONE: &str = "anyone who has signed may pay";
const KEY: &str = "its key is compared; whose it is, is for those to say who call it theirs";
const NOTHING: &str = "nothing is sent, so it costs its payer nothing, who may be anyone";

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
        seen.extend(exchange(project));
    }
    let place = |(name, fault): (String, Fault)| match name.split_once('.') {
        None if name.starts_with("message") => ("message".to_owned(), fault),
        None => ("-".to_owned(), fault),
        Some(_) => (name, fault),
    };
    let seen: BTreeSet<_> = seen.into_iter().map(place).collect();
    let known = HARMLESS.iter();
    let known = known.map(|(name, fault, _)| ((*name).to_owned(), *fault));
    assert_eq!(seen, known.collect());
}

/// Tries every instruction of a project, with other values where a guard keeps some of them from being reached; and gives what did no harm.
fn exchange(project: &Project) -> BTreeSet<(String, Fault)> {
    let first = Bench::new(project);
    let (mut tried, mut all) = (BTreeSet::new(), BTreeSet::new());
    let mut harmless = BTreeSet::new();
    let mut run = |bench: &Bench<'_>| {
        let machines = deploy(project, bench, Trials::Accounts);
        let machines = machines.unwrap_or_else(|error| panic!("{error}"));
        follow(bench, &machines).unwrap_or_else(|it| panic!("{}: {it}", project.name));
        for machine in machines.values() {
            let exchanged = machine.exchanged();
            tried.extend(exchanged.tried.into_keys());
            all.extend(machine.instructions());
            harmless.extend(exchanged.harmless);
        }
        tried == all
    };
    if !run(&first) {
        let others = choose(&first, &machines(&first, Vm::Svm));
        let is_whole = others.iter().any(run);
        assert!(is_whole, "{}", project.name);
    }
    harmless
}
