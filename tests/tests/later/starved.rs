//! Nobody can force a compensation or a confirmation on the EVM to fail by delivering with too little gas.

use xcc::ir::MessageKind::{self, Cancel, Cancelled, Executed};
use xcc::ir::Status;
use xcc_tests::network::Outcome;

use crate::confirmed;
use crate::parked::{begin, ends, gives_up, runs, settles};
use crate::world::{AMOUNT, NOTE, RUN, UNDO, World, asked, in_world};

/// The gas of deliveries in the sweeps: from what fails at once to what is plenty.
const SWEEP: std::ops::Range<u64> = 60_000..1_000_000;
/// The gas between two deliveries of a sweep.
const STRIDE: usize = 250;
/// What the target demands of the 100,000 that a compensation is granted; the rest is for what comes before the target looks.
const DEMAND: u64 = 99_000;
/// The same of the 90,000 that a confirmation is granted.
const DEMAND_TO_CONFIRM: u64 = 89_000;

/// Delivers with more and more gas until it goes through, and gives what came of that. Everything before must change nothing.
pub(crate) fn sweep(world: &mut World<'_>, step: &str, kind: MessageKind) -> Outcome {
    let mut refusals = 0;
    for gas in SWEEP.step_by(STRIDE) {
        match world.network.deliver_with_gas(step, kind, gas) {
            Outcome::Rejected(error) => {
                let is_starved = error == "InsufficientGas" || error.starts_with("Halted(OutOfGas");
                assert!(is_starved, "{error} with {gas}");
                refusals += u32::from(error == "InsufficientGas");
            }
            done => {
                // The budget is what decides, not what comes before it.
                assert!(refusals > 100, "{refusals}");
                return done;
            }
        }
    }
    panic!("no gas is enough");
}

/// The instance is given up while Base's step, which ran, is under way; its Cancel is published.
fn until_base_is_cancelled(world: &mut World<'_>) {
    world
        .network
        .run(&[begin(), runs("base_run"), gives_up("base_run")]);
}

#[test]
fn a_starved_cancel_parks_nothing() {
    in_world("parked", |world| {
        until_base_is_cancelled(world);
        world.demands("base", DEMAND);
        let outcome = sweep(world, "base_run", Cancel);
        assert_eq!(outcome, ends("base_run", Status::Cancelled).outcome);
        world.assert_asked("base", &[asked(RUN, AMOUNT), asked(UNDO, AMOUNT + 1)]);
    });
}

/// As much gas parks what really fails.
#[test]
fn a_cancel_parks_what_fails_with_its_whole_budget() {
    in_world("parked", |world| {
        until_base_is_cancelled(world);
        world.breaks("base", UNDO);
        let outcome = sweep(world, "base_run", Cancel);
        assert_eq!(outcome, ends("base_run", Status::Parked).outcome);
        world.network.assert_status("base_run", Status::Parked);
    });
}

#[test]
fn a_starved_reply_parks_nothing_at_home() {
    in_world("parked", |world| {
        until_base_is_cancelled(world);
        world.network.run(&[ends("base_run", Status::Cancelled)]);
        world.demands("ethereum", DEMAND);
        let outcome = sweep(world, "base_run", Cancelled);
        assert_eq!(outcome, settles(Status::Cancelled).outcome);
        world.assert_asked("ethereum", &[asked(RUN, AMOUNT), asked(UNDO, AMOUNT + 1)]);
    });
}

/// A confirmation at home that fails would only wait; but it does not fail for want of gas.
#[test]
fn a_starved_reply_does_not_hold_up_a_confirmation() {
    in_world("confirmed", |world| {
        world.network.run(&confirmed::until_decided());
        world.demands("ethereum", DEMAND_TO_CONFIRM);
        let outcome = sweep(world, "aptos_run", Executed);
        assert_eq!(outcome, confirmed::decides().outcome);
        world.assert_asked("ethereum", &[asked(RUN, AMOUNT), asked(NOTE, AMOUNT + 1)]);
    });
}
