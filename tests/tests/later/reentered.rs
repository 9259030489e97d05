//! A target on the EVM that calls back while it is asked to undo or to confirm.

use alloy_sol_types::{SolError, sol};
use xcc::ir::MessageKind::{Cancelled, Executed};
use xcc::ir::{Phase, Status};
use xcc_tests::network::By;
use xcc_tests::network::step::{claim, deliver};

use crate::confirmed;
use crate::parked::{begin, ends, gives_up, runs, settles};
use crate::world::{AMOUNT, NOTE, RUN, UNDO, World, asked, in_world};

sol! {
    function claimBaseRun(bytes32 instance);
    function claimHomeRun(bytes32 instance);
    function redrive(bytes32 instance);
    error Reentered();
}

/// Both steps on the EVM are parked.
fn until_parked(world: &mut World<'_>) {
    world.network.run(&[begin(), runs("base_run")]);
    world.breaks("base", UNDO);
    world.breaks("ethereum", UNDO);
    world.network.run(&[
        gives_up("base_run"),
        ends("base_run", Status::Parked),
        settles(Status::Parked),
    ]);
    world.mends("base");
    world.mends("ethereum");
}

#[test]
fn a_claim_cannot_be_entered_again() {
    in_world("parked", |world| {
        until_parked(world);
        let instance = world.network.instance().into();
        world.aims("base", &claimBaseRunCall { instance });
        world.aims("ethereum", &claimHomeRunCall { instance });
        for (step, chain) in [("base_run", "base"), ("home_run", "ethereum")] {
            let claimed = claim(step, By::Owner).step(step, Status::Cancelled);
            world.network.run(&[claimed]);
            assert_eq!(world.refusal(chain), Reentered::SELECTOR);
            world.assert_asked(chain, &[asked(RUN, AMOUNT), asked(UNDO, AMOUNT + 1)]);
        }
    });
}

/// What calls back while its compensation is caught is neither undone twice nor parked.
#[test]
fn a_caught_compensation_cannot_be_entered_again() {
    in_world("parked", |world| {
        world
            .network
            .run(&[begin(), runs("base_run"), gives_up("base_run")]);
        let instance = world.network.instance().into();
        world.aims("base", &claimBaseRunCall { instance });
        world.aims("ethereum", &redriveCall { instance });
        world.network.run(&[
            ends("base_run", Status::Cancelled),
            deliver("base_run", Cancelled)
                .step("base_run", Status::Cancelled)
                .step("home_run", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        for chain in ["base", "ethereum"] {
            assert_eq!(world.refusal(chain), Reentered::SELECTOR);
            world.assert_asked(chain, &[asked(RUN, AMOUNT), asked(UNDO, AMOUNT + 1)]);
        }
    });
}

#[test]
fn a_confirmation_at_home_cannot_be_entered_again() {
    in_world("confirmed", |world| {
        world.network.run(&confirmed::until_decided());
        let instance = world.network.instance().into();
        world.aims("ethereum", &redriveCall { instance });
        world.network.run(&[confirmed::decides()]);
        assert_eq!(world.refusal("ethereum"), Reentered::SELECTOR);
        world.assert_asked("ethereum", &[asked(RUN, AMOUNT), asked(NOTE, AMOUNT + 1)]);
        world.network.run(&[deliver("aptos_run", Executed)]);
    });
}
