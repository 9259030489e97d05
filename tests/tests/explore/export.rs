//! Other checkers agree: they reach exactly as many states of the exported models, find nothing in what is sound, and every fault.

use xcc::analysis::explore::{Model, Verdict};
use xcc::export::{promela, tla};
use xcc::ir::{Program, Trigger};
use xcc_tests::checkers::{self, Report, distributed};

use crate::subjects::{Subject, faulty, sound};
use crate::{explored, golden};

/// What SPIN says of a model; a tool that is missing fails with what to type.
fn spin(program: &Program, model: &Model) -> Report {
    checkers::spin::verify(&promela(program, model)).unwrap_or_else(|error| panic!("{error}"))
}

/// What TLC says of a model.
fn tlc(program: &Program, model: &Model) -> Report {
    checkers::tlc::check(&tla(program, model)).unwrap_or_else(|error| panic!("{error}"))
}

/// A model whose names are words of either language, in turn.
fn named_like_keywords() -> Subject {
    let words = [
        "do",
        "Next",
        "od",
        "variables",
        "int",
        "Init",
        "d_step",
        "Nat",
        "workflow",
    ];
    let mut subject = sound().swap_remove(0);
    for (variable, word) in subject.model.variables.iter_mut().zip(words) {
        variable.name = word.to_owned();
    }
    subject.program.workflows[subject.model.workflow].name = "Naturals".to_owned();
    subject
}

#[test]
fn spin_reaches_the_same_number_of_states() {
    for subject in sound().into_iter().chain([named_like_keywords()]) {
        let report = spin(&subject.program, &subject.model);
        assert_eq!(report.violation, None, "{}", subject.name);
        let exploration = explored(&subject.model, 1);
        assert_eq!(report.states, exploration.states, "{}", subject.name);
    }
}

#[test]
fn spin_finds_every_fault() {
    for subject in faulty() {
        let report = spin(&subject.program, &subject.model);
        let violation = report.violation.expect(&subject.name);
        assert_eq!(violation.what, "assertion violated 0", "{}", subject.name);
    }
}

#[test]
fn tlc_reaches_the_same_number_of_states() {
    for subject in sound().into_iter().chain([named_like_keywords()]) {
        let report = tlc(&subject.program, &subject.model);
        assert_eq!(report.violation, None, "{}", subject.name);
        let exploration = explored(&subject.model, 1);
        assert_eq!(report.states, exploration.states, "{}", subject.name);
    }
}

/// TLC too searches breadth first, so the way to a fault is as short as the explorer's.
#[test]
fn tlc_finds_every_fault_by_a_way_as_short() {
    for subject in faulty() {
        let report = tlc(&subject.program, &subject.model);
        let violation = report.violation.expect(&subject.name);
        let Verdict::Violated(_, way) = explored(&subject.model, 1).verdict else {
            panic!("{}", subject.name);
        };
        assert_eq!(violation.depth, way.moves.len() as u64, "{}", subject.name);
    }
}

/// A server and a worker share the feature with the most states.
#[test]
fn distributed_tlc_reaches_the_same_number_of_states() {
    let mut subjects = sound().into_iter();
    let subject = subjects.find(|subject| subject.name == "policies").unwrap();
    let states = distributed::count_states(&tla(&subject.program, &subject.model));
    let states = states.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(states, explored(&subject.model, 1).states);
}

/// An instance that begins and never goes on; all three searches say so in their own words.
#[test]
fn a_dead_end_is_found() {
    let Subject {
        program, mut model, ..
    } = sound().swap_remove(0);
    model
        .rules
        .retain(|rule| program.handlers[rule.handler].trigger == Trigger::Start);
    let verdict = explored(&model, 1).verdict;
    assert!(matches!(verdict, Verdict::Stuck(_)), "{verdict:?}");
    let what = |report: Report| report.violation.map(|violation| violation.what);
    let by_spin = what(spin(&program, &model));
    assert_eq!(by_spin.as_deref(), Some("invalid end state"));
    let by_tlc = what(tlc(&program, &model));
    assert_eq!(by_tlc.as_deref(), Some("Deadlock reached."));
}

#[test]
fn exported_models_read_well() {
    let mut subjects = sound().into_iter();
    let subject = subjects.find(|subject| subject.name == "lend-on-aptos");
    let subject = subject.expect("the example is there");
    golden("promela", &promela(&subject.program, &subject.model));
    let tla = tla(&subject.program, &subject.model);
    golden("tla", &tla.module);
    golden("tla_config", &tla.config);
}
