//! Targets on the EVM that hand back a megabyte: copying it would take all the gas of whoever asked.

use xcc::ir::MessageKind::{Execute, Refused};
use xcc::ir::{Refusal, Status};
use xcc_tests::network::step::{deliver, number};

use crate::parked::{begin, ends, gives_up, runs};
use crate::world::{AMOUNT, RUN, UNDO, World, asked, in_changed_world, in_world};

const MEGABYTE: u64 = 1 << 20;

/// With a budget in which a target can build a megabyte.
fn in_roomy_world(run: impl FnOnce(&mut World<'_>)) {
    let roomy = |source: &str| {
        let (head, base) = source.split_once("step base_run").expect("the step");
        let base = base.replacen("gas 100_000", "gas 5_000_000", 1);
        let base = base.replacen("gas 100_000", "gas 5_000_000", 1);
        format!("{head}step base_run{base}")
    };
    in_changed_world("parked", roomy, run);
}

#[test]
fn a_target_that_returns_a_megabyte_does_no_harm() {
    in_roomy_world(|world| {
        world.network.run(&[begin()]);
        world.bombs("base", MEGABYTE);
        world.network.run(&[runs("base_run")]);
        world.assert_asked("base", &[asked(RUN, AMOUNT)]);
        world
            .network
            .run(&[gives_up("base_run"), ends("base_run", Status::Cancelled)]);
        world.assert_asked("base", &[asked(RUN, AMOUNT), asked(UNDO, AMOUNT + 1)]);
    });
}

#[test]
fn a_target_that_reverts_with_a_megabyte_is_refused() {
    in_roomy_world(|world| {
        world.network.run(&[begin()]);
        world.bombs("base", MEGABYTE);
        world.breaks("base", RUN);
        let reason = number(Refusal::CallFailed as u64);
        world.network.run(&[deliver("base_run", Execute)
            .step("base_run", Status::Refused)
            .says("base_run", Refused, vec![reason])]);
        world.assert_asked("base", &[]);
    });
}

/// A compensation that reverts with a megabyte is parked like any other that fails.
#[test]
fn a_compensation_that_reverts_with_a_megabyte_is_parked() {
    in_roomy_world(|world| {
        world
            .network
            .run(&[begin(), runs("base_run"), gives_up("base_run")]);
        world.bombs("base", MEGABYTE);
        world.breaks("base", UNDO);
        world.network.run(&[ends("base_run", Status::Parked)]);
    });
}

/// Where the budget does not suffice to build it, the call fails within its budget.
#[test]
fn a_megabyte_over_the_budget_is_a_call_that_fails() {
    in_world("parked", |world| {
        world.network.run(&[begin()]);
        world.bombs("base", MEGABYTE);
        let reason = number(Refusal::CallFailed as u64);
        world.network.run(&[deliver("base_run", Execute)
            .step("base_run", Status::Refused)
            .says("base_run", Refused, vec![reason])]);
    });
}
