//! What lowering makes of a sound file keeps the rules of the IR, and what breaks one of them is found.

use xcc::ir::verify::Rule;
use xcc::ir::{HandlerData, Inst, InstData, Phase, Program, Terminator, Trigger};

use crate::{accepted, run};

#[test]
fn a_sound_file_lowers_to_a_verified_program() {
    let program = xcc::lower::lower(&accepted());
    xcc::ir::verify(&program).expect("lowering keeps the IR's rules");
}

/// What is caught without its budget could be made to fail by whoever delivers with too little gas.
#[test]
fn what_is_caught_must_be_given_its_budget() {
    let mut program = xcc::lower::lower(&accepted());
    let mut caught = 0;
    for handler in program.handlers.values_mut() {
        let body = &mut handler.body;
        let insts = &body.insts;
        let is_check = |inst: &Inst| matches!(insts[*inst], InstData::RequireGas { .. });
        for block in body.blocks.values_mut() {
            block.insts.retain(|inst| !is_check(inst));
            let is_caught = matches!(block.terminator, Some(Terminator::Invoke { .. }));
            caught += usize::from(is_caught);
        }
    }
    let errors = xcc::ir::verify(&program).expect_err("nothing is checked");
    let rules: Vec<_> = errors.0.into_iter().map(|error| error.rule).collect();
    assert_eq!(rules, vec![Rule::UncheckedBudget; caught]);
}

const TOGETHER: &str = r#"
chain ethereum: evm;
chain base: evm;
contract Vault on ethereum from "abi/Vault.json";
contract Remote on base from "abi/Vault.json";

workflow Together on ethereum (user: address@ethereum, other: address@base, amount: u64) {
    authorise user;
    transport wormhole;
    step first = Remote.lock(other, amount) within 1h gas 90_000 compensate none;
    atomic {
        step one = Vault.deposit(amount, user) -> (shares) gas 60_000;
        step two = Vault.deposit(one.shares, user) gas 50_000 require one.shares > 0 pivot;
    }
}
"#;

/// The rules that a program with a routine breaks after a change.
fn broken_after(change: impl FnOnce(&mut Program)) -> Vec<Rule> {
    let package = run("together.xcc", TOGETHER).package;
    let mut program = xcc::lower::lower(&package.expect("it is sound"));
    xcc::ir::verify(&program).expect("lowering keeps the IR's rules");
    change(&mut program);
    let errors = xcc::ir::verify(&program).expect_err("a rule is broken");
    errors.0.into_iter().map(|error| error.rule).collect()
}

fn routine_in(program: &mut Program) -> &mut HandlerData {
    let mut handlers = program.handlers.values_mut();
    let routine = handlers.find(|it| matches!(it.trigger, Trigger::Together(..)));
    routine.expect("there is a routine")
}

/// What is made sure of for each run of a routine.
fn budgets_of_routines(program: &mut Program) -> impl Iterator<Item = &mut u64> {
    let bodies = program.handlers.values_mut().map(|it| &mut it.body);
    let blocks = bodies.flat_map(|body| body.blocks.values_mut());
    let terminators = blocks.filter_map(|block| block.terminator.as_mut());
    terminators.filter_map(|it| match it {
        Terminator::Together { gas, .. } => Some(gas),
        _ => None,
    })
}

#[test]
fn what_calls_together_does_nothing_that_stays() {
    let rules = broken_after(|program| {
        let routine = routine_in(program);
        let phase = Phase::Completed;
        let announces = routine.body.insts.push(InstData::SetPhase { phase });
        let entry = routine.body.entry;
        routine.body.blocks[entry].insts.push(announces);
    });
    assert_eq!(rules, [Rule::NotUndoable]);
}

#[test]
fn what_is_called_together_is_given_all_of_its_budgets() {
    let rules = broken_after(|program| {
        budgets_of_routines(program).for_each(|gas| *gas -= 1);
    });
    let name = "run_together_one_two".to_owned();
    assert_eq!(rules, [Rule::NotARoutine(name), Rule::UncheckedBudget]);
}

#[test]
fn only_a_routine_is_run_together() {
    let rules = broken_after(|program| {
        routine_in(program).trigger = Trigger::Internal;
    });
    let name = "run_together_one_two".to_owned();
    assert!(rules.contains(&Rule::NotARoutine(name)), "{rules:?}");
}

/// What runs in the transaction of `start` as a whole is never undone.
#[test]
fn a_routine_that_nothing_runs_is_left_out() {
    let text = r#"
chain ethereum: evm;
contract Vault on ethereum from "abi/Vault.json";

workflow Together on ethereum (user: address@ethereum, amount: u64) {
    authorise user;
    atomic {
        step one = Vault.lock(user, amount) gas 60_000 compensate Vault.release(user, amount) gas 60_000;
        step two = Vault.lock(user, amount)
            gas 50_000
            compensate Vault.release(user, amount) gas 60_000
            else hold for user;
    }
}
"#;
    let package = run("start.xcc", text).package.expect("it is sound");
    let program = xcc::lower::lower(&package);
    xcc::ir::verify(&program).expect("lowering keeps the IR's rules");
    let mut handlers = program.machines.values().flat_map(|it| &it.handlers);
    let trigger_of = |handler| program.handlers[handler].trigger;
    assert!(!handlers.any(|&it| matches!(trigger_of(it), Trigger::Together(..))));
}

#[test]
fn what_the_outside_asks_for_runs_one_handler() {
    let mut program = xcc::lower::lower(&accepted());
    let machine = program.machines.keys().next().expect("a machine");
    let twice = program.machines[machine].handlers[0];
    let mut copy = program.handlers[twice].clone();
    copy.name = format!("{}_again", copy.name);
    let copy = program.handlers.push(copy);
    program.machines[machine].handlers.push(copy);
    let errors = xcc::ir::verify(&program).expect_err("two handlers have one trigger");
    let found: Vec<_> = errors.0.into_iter().map(|error| error.rule).collect();
    assert_eq!(found, [Rule::TriggerTwice]);
}
