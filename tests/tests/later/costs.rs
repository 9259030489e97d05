//! What each handler costs that a step can have, as `compiler/docs/costs.md` shows it: `suite/features/confirmed.xcc`, and what parks
//! and claims in `parked.xcc`.

use xcc::ir::MessageKind::{Cancel, Cancelled, Confirm, Execute, Refused};
use xcc::ir::{Phase, Refusal, Status, Trigger};
use xcc_tests::network::cost::{excerpt, table};
use xcc_tests::network::step::{claim, deliver, expire, number, park, pass, redrive};
use xcc_tests::network::{By, Step};

use crate::confirmed::{STEPS, asks_next, completes, confirms, decides, until, until_decided};
use crate::parked::{self, ends, gives_up, runs, settles, until_last};
use crate::world::{UNDO, in_world};

/// All chains.
const CHAINS: [&str; 5] = ["ethereum", "base", "solana", "sui", "aptos"];

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

#[test]
fn the_page_says_what_parking_and_claiming_cost() {
    in_world("parked", |world| {
        world.network.run(&until_last());
        world
            .network
            .run(&[runs("aptos_run"), gives_up("aptos_run")]);
        CHAINS
            .into_iter()
            .for_each(|chain| world.breaks(chain, UNDO));
        world.network.run(&are_parked());
        CHAINS.into_iter().for_each(|chain| world.mends(chain));
        world.network.run(&are_claimed());
        let mut costs = world.network.costs().to_vec();
        let protocol = world.network.protocol();
        costs.retain(|cost| {
            let handler = &protocol.program().handlers[cost.handler];
            matches!(handler.trigger, Trigger::Claim(_)) || cost.then.contains("Parked")
        });
        excerpt(protocol, &costs).hold("parked");
    });
}

/// No compensation works: where a failing call can be caught it parks by itself, elsewhere its owner parks it.
fn are_parked() -> Vec<Step> {
    let by_owner = |step: &str| {
        park(step, By::Owner)
            .step(step, Status::Parked)
            .says(step, Cancelled, vec![])
    };
    vec![
        by_owner("aptos_run"),
        parked::goes_back("aptos_run", "sui_run"),
        by_owner("sui_run"),
        parked::goes_back("sui_run", "solana_run"),
        by_owner("solana_run"),
        parked::goes_back("solana_run", "base_run"),
        ends("base_run", Status::Parked),
        settles(Status::Parked),
    ]
}

/// Everybody claims.
fn are_claimed() -> Vec<Step> {
    let steps = ["home_run", "base_run", "solana_run", "sui_run", "aptos_run"];
    let claims = steps.map(|step| claim(step, By::Owner).step(step, Status::Cancelled));
    claims.into()
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
