//! What shows something is made as small as it can be, and stays readable.

use xcc::lower::Mutant;
use xcc_tests::generate::Sample;
use xcc_tests::generate::spec::{Expr, Item, Role, Step};

use crate::mutants::shows;
use crate::sample;

/// Among how many projects one is looked for that shows something.
const PROJECTS: u64 = 1_000;

/// The first project that shows something, made smaller.
fn least(from: u64, shows: impl Fn(&Sample) -> bool) -> Sample {
    let found = (from..from + PROJECTS)
        .map(sample)
        .find(|sample| shows(sample));
    found.expect("one of them shows it").shrink(shows)
}

fn steps(sample: &Sample) -> Vec<&Step> {
    let workflows = sample.spec.workflows.iter();
    workflows.flat_map(|workflow| workflow.steps()).collect()
}

const PIVOT_AND_CONFIRMATION: &str = r#"//! Generated.

chain evm_1: evm;
contract Target1 on evm_1 from "Target1.json";

workflow Flow1 on evm_1 () {
    authorise anyone;
    step s1 = Target1.call()
        gas 15000000
        compensate none
        confirm Target1.call() gas 15000000;
    step s2 = Target1.call()
        gas 15000000
        pivot;
}
"#;

#[test]
fn what_does_not_matter_is_left_out() {
    let has_both = |sample: &Sample| {
        let workflows = sample.spec.workflows.iter();
        let mut workflows = workflows.map(|workflow| workflow.steps().collect::<Vec<_>>());
        workflows.any(|steps| {
            let is_confirmed = steps.iter().any(|step| step.confirm.is_some());
            is_confirmed && steps.iter().any(|step| matches!(step.role, Role::Pivot))
        })
    };
    for from in [2_000, 3_000, 7_000] {
        let least = least(from, has_both);
        // Several calls of one function are as simple as calls of several.
        let source = least.source().replace(char::is_numeric, "#");
        let expected = PIVOT_AND_CONFIRMATION.replace(char::is_numeric, "#");
        assert_eq!(source.replace("call#", "call"), expected, "from {from}");
    }
}

/// What refers to something that is gone refers to something else.
#[test]
fn what_is_left_is_well_typed() {
    let uses = |part: &Expr| matches!(part, Expr::Path(path) if path.starts_with("s1."));
    let is_used = |sample: &Sample| {
        let guards = steps(sample)
            .into_iter()
            .filter_map(|step| step.require.as_ref());
        guards.into_iter().any(|guard| guard.any(&uses))
    };
    for from in [4_000, 7_000] {
        let least = least(from, is_used);
        least
            .front()
            .unwrap_or_else(|refused| panic!("{}\n{refused}", least.listing()));
        assert_eq!(steps(&least).len(), 2, "{}", least.source());
    }
}

/// A fault, in how many steps it shows, and whether it needs anything else than calls without arguments.
const FAULTS: [(Mutant, u32); 4] = [
    (Mutant::NoTombstone, 1),
    (Mutant::UndoTwice, 1),
    (Mutant::ClaimTwice, 1),
    (Mutant::ReplyOfAnotherStep, 2),
];

#[test]
fn a_fault_of_the_protocol_is_shown_by_as_few_steps_as_it_takes() {
    for (mutant, expected) in FAULTS {
        let least = least(200, |sample| shows(sample, mutant));
        let listing = least.listing();
        assert_eq!(least.spec.workflows.len(), 1, "{mutant:?} {listing}");
        let flow = least.spec.workflows[0].flow.iter();
        let written: u32 = flow.map(Item::written).sum();
        assert_eq!(written, expected, "{mutant:?} {listing}");
        assert_eq!(
            least.spec.declarations.chains.len(),
            2,
            "{mutant:?} {listing}"
        );
        for step in steps(&least) {
            assert!(step.call.args.is_empty(), "{mutant:?} {listing}");
            assert!(
                step.require.is_none() && step.confirm.is_none(),
                "{mutant:?} {listing}"
            );
        }
    }
}
