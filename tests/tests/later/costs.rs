//! What each handler costs that a step can have, as `compiler/docs/costs.md` shows it: `suite/features/confirmed.xcc`.

use xcc::ir::MessageKind::{Cancel, Cancelled, Confirm, Execute, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc_tests::network::Step;
use xcc_tests::network::cost::table;
use xcc_tests::network::step::{deliver, expire, number, pass, redrive};

use crate::confirmed::{STEPS, asks_next, completes, confirms, decides, until, until_decided};
use crate::parked::{ends, gives_up};
use crate::world::in_world;

#[test]
fn the_page_says_what_confirmed_steps_cost() {
    let refused = (0..STEPS.len()).map(is_refused);
    let given_up = (0..STEPS.len()).map(is_given_up);
    let mut costs = Vec::new();
    for story in [completed()].into_iter().chain(refused).chain(given_up) {
        in_world("confirmed", |world| {
            world.network.run(&story);
            costs.extend_from_slice(world.network.costs());
        });
    }
    in_world("confirmed", |world| {
        table(world.network.protocol(), &costs).hold("confirmed");
    });
}

/// Every step runs and is confirmed; once home is asked for what is outstanding.
fn completed() -> Vec<Step> {
    let mut story = until_decided();
    story.extend([decides(), redrive().says("base_run", Confirm, vec![])]);
    for pair in STEPS.windows(2) {
        let (step, next) = (pair[0].0, pair[1].0);
        story.extend([confirms(step), asks_next(step, next)]);
    }
    story.extend([confirms("aptos_run"), completes()]);
    story
}

/// A step is not run in time: it is refused, and those before it are undone.
fn is_refused(index: usize) -> Vec<Step> {
    let (step, chain) = STEPS[index];
    let refuse = match chain {
        // The EVM refuses a late Execute by itself.
        "base" => deliver(step, Execute),
        _ => expire(step),
    };
    let refuse =
        refuse
            .step(step, Status::Refused)
            .says(step, Refused, vec![number(Refusal::Late as u64)]);
    let heard = deliver(step, Refused)
        .step(step, Status::Refused)
        .phase(Phase::Cancelling);
    let mut story = until(index);
    story.extend([pass(chain, 3_601), refuse, goes_back(heard, index)]);
    story.extend(is_undone(index));
    story
}

/// The user gives up before a step is run: its Execute bounces, and the steps before it are undone.
fn is_given_up(index: usize) -> Vec<Step> {
    let (step, _) = STEPS[index];
    let mut story = until(index);
    story.extend([
        gives_up(step),
        ends(step, Status::Tombstone),
        deliver(step, Execute).says(step, Cancelled, vec![]),
        goes_back(heard(step), index),
    ]);
    story.extend(is_undone(index));
    story
}

/// The steps before one are undone, the latest first.
fn is_undone(index: usize) -> Vec<Step> {
    let before = STEPS[..index].iter().enumerate().rev();
    let undone = before.flat_map(|(index, (step, _))| {
        [ends(step, Status::Cancelled), goes_back(heard(step), index)]
    });
    undone.collect()
}

/// Home hears that nothing more comes of a step.
fn heard(step: &str) -> Step {
    deliver(step, Cancelled).step(step, Status::Cancelled)
}

/// What home does then: it cancels the step before, or undoes its own and is done.
fn goes_back(heard: Step, index: usize) -> Step {
    let before = index.checked_sub(1).map(|before| STEPS[before].0);
    match before {
        Some(step) => heard
            .step(step, Status::Cancelling)
            .says(step, Cancel, vec![]),
        None => heard
            .step("home_run", Status::Cancelled)
            .phase(Phase::Compensated),
    }
}
