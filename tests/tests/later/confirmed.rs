//! Steps that are made final once the last of them ran: `suite/features/confirmed.xcc`.

use xcc::ir::MessageKind::{Cancel, Cancelled, Confirm, Confirmed, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc_tests::network::step::{cancel, deliver, expire, forge, number, pass, redrive, start};
use xcc_tests::network::{By, Network, Step};

use crate::world::{AMOUNT, FEE, NOTE, RUN, UNDO, USER, World, in_world};

/// The remote steps, in order, and their chains.
pub(crate) const STEPS: [(&str, &str); 4] = [
    ("base_run", "base"),
    ("solana_run", "solana"),
    ("sui_run", "sui"),
    ("aptos_run", "aptos"),
];

fn begin() -> Step {
    start()
        .phase(Phase::Running)
        .step("home_run", Status::Executed)
        .step("base_run", Status::Sent)
        .says("base_run", Execute, vec![number(AMOUNT)])
}

/// A step runs on its chain.
fn runs(step: &str) -> Step {
    deliver(step, Execute)
        .step(step, Status::Executed)
        .says(step, Executed, vec![])
}

/// Home hears that a step ran, and starts the next.
fn goes_on(step: &str, next: &str) -> Step {
    deliver(step, Executed)
        .step(step, Status::Executed)
        .step(next, Status::Sent)
        .says(next, Execute, vec![number(AMOUNT)])
}

/// From the start until this many of the remote steps have run and the next is under way.
pub(crate) fn until(count: usize) -> Vec<Step> {
    let mut steps = vec![begin()];
    for index in 0..count {
        steps.extend([
            runs(STEPS[index].0),
            goes_on(STEPS[index].0, STEPS[index + 1].0),
        ]);
    }
    steps
}

/// From the start until home is asked to confirm.
pub(crate) fn until_decided() -> Vec<Step> {
    let mut steps = until(3);
    steps.push(runs("aptos_run"));
    steps
}

/// Home hears that the last step ran; its own confirmation works.
pub(crate) fn decides() -> Step {
    deliver("aptos_run", Executed)
        .step("aptos_run", Status::Executed)
        .phase(Phase::Committing)
        .step("home_run", Status::Confirmed)
        .says("base_run", Confirm, vec![])
}

/// A step is confirmed on its chain.
pub(crate) fn confirms(step: &str) -> Step {
    deliver(step, Confirm)
        .step(step, Status::Confirmed)
        .says(step, Confirmed, vec![])
}

/// Home hears that a step is confirmed, and asks the next.
pub(crate) fn asks_next(step: &str, next: &str) -> Step {
    deliver(step, Confirmed)
        .step(step, Status::Confirmed)
        .says(next, Confirm, vec![])
}

/// Home hears of the last confirmation.
pub(crate) fn completes() -> Step {
    deliver("aptos_run", Confirmed)
        .step("aptos_run", Status::Confirmed)
        .phase(Phase::Completed)
}

/// Each target ran once, and was told once that it is final.
#[track_caller]
fn assert_confirmed(world: &mut World<'_>) {
    world.assert_all_asked([
        &[(RUN, AMOUNT), (NOTE, AMOUNT + 1)],
        &[(RUN, AMOUNT), (NOTE, AMOUNT)],
        &[(RUN, AMOUNT), (NOTE, AMOUNT + 2)],
        &[(RUN, AMOUNT), (NOTE, AMOUNT + 3)],
        &[(RUN, AMOUNT), (NOTE, 7)],
    ]);
}

/// The instance is settled, and what is left of the fees for these many messages is the payer's.
#[track_caller]
fn assert_settled(network: &mut Network<'_>, phase: Phase, messages: u64) {
    let instance = network.instance();
    assert_eq!(network.home.phase(instance), phase as u8);
    let quote: u64 = network.home.quote().to();
    let credit: u64 = network.home.credit(USER).to();
    assert_eq!(credit, quote - messages * FEE);
}

#[test]
fn what_ran_is_confirmed_once() {
    in_world("confirmed", |world| {
        world.network.run(&until_decided());
        world.network.run(&[decides()]);
        for pair in STEPS.windows(2) {
            let (step, next) = (pair[0].0, pair[1].0);
            world.network.run(&[confirms(step), asks_next(step, next)]);
        }
        world.network.run(&[confirms("aptos_run"), completes()]);
        assert_confirmed(world);
        assert_settled(&mut world.network, Phase::Completed, 8);
    });
}

/// Nothing that comes late or again changes what is final, and nothing undoes it.
#[test]
fn what_is_final_stays_final() {
    in_world("confirmed", |world| {
        let network = &mut world.network;
        network.run(&until_decided());
        network.run(&[decides(), decides_again()]);
        for (index, (step, _)) in STEPS.into_iter().enumerate() {
            network.run(&[
                confirms(step),
                deliver(step, Confirm).says(step, Confirmed, vec![]),
                forge(step, Cancel).rejected("WrongState"),
                deliver(step, Execute).says(step, Executed, vec![]),
            ]);
            if step != "base_run" {
                network.run(&[expire(step).says(step, Executed, vec![])]);
            }
            let next = STEPS.get(index + 1);
            network.run(&[next.map_or_else(completes, |next| asks_next(step, next.0))]);
            network.run(&[deliver(step, Confirmed)]);
            network.assert_status(step, Status::Confirmed);
        }
        network.run(&[
            redrive().rejected("NothingOutstanding"),
            cancel(By::Initiator).rejected("NotCancellable"),
        ]);
        network.assert_status("home_run", Status::Confirmed);
        assert_confirmed(world);
    });
}

/// The reply that decided comes again.
fn decides_again() -> Step {
    deliver("aptos_run", Executed)
}

/// Only what ran can be confirmed; and home believes in no confirmation that it has not asked for.
#[test]
fn nothing_is_confirmed_before_it_ran() {
    in_world("confirmed", |world| {
        let network = &mut world.network;
        network.run(&[begin()]);
        for (index, (step, _)) in STEPS.into_iter().enumerate() {
            network.run(&[forge(step, Confirm).rejected("WrongState"), runs(step)]);
            network.run(&[forge(step, Confirmed)]);
            if let Some(next) = STEPS.get(index + 1) {
                network.run(&[
                    goes_on(step, next.0),
                    forge(step, Confirmed),
                    redrive().says(next.0, Execute, vec![number(AMOUNT)]),
                ]);
            }
        }
        network.run(&[decides()]);
        assert_eq!(
            network.home.phase(network.instance()),
            Phase::Committing as u8
        );
    });
}

/// A confirmation that a target refuses changes nothing, and works once the target does.
#[test]
fn a_confirmation_that_fails_is_tried_again() {
    in_world("confirmed", |world| {
        world.network.run(&until_decided());
        world.network.run(&[decides()]);
        for (index, (step, chain)) in STEPS.into_iter().enumerate() {
            world.breaks(chain, NOTE);
            world.network.run(&[
                deliver(step, Confirm).rejected("Broken"),
                cancel(By::Initiator).rejected("NotCancellable"),
                redrive().says(step, Confirm, vec![]),
                deliver(step, Confirm).rejected("Broken"),
            ]);
            world.network.assert_status(step, Status::Executed);
            world.mends(chain);
            let next = STEPS.get(index + 1);
            world.network.run(&[
                confirms(step),
                redrive().says(step, Confirm, vec![]),
                next.map_or_else(completes, |next| asks_next(step, next.0)),
            ]);
        }
        assert_confirmed(world);
    });
}

/// Home's own confirmation fails: what decided is kept, and anyone can have it tried again.
#[test]
fn a_confirmation_at_home_that_fails_is_redriven() {
    in_world("confirmed", |world| {
        world.network.run(&until_decided());
        world.breaks("ethereum", NOTE);
        world.network.run(&[
            deliver("aptos_run", Executed)
                .step("aptos_run", Status::Executed)
                .phase(Phase::Committing),
            deliver("aptos_run", Executed),
            redrive(),
            cancel(By::Initiator).rejected("NotCancellable"),
        ]);
        world.network.assert_status("home_run", Status::Executed);
        world.mends("ethereum");
        world.network.run(&[
            redrive()
                .step("home_run", Status::Confirmed)
                .says("base_run", Confirm, vec![]),
            redrive().says("base_run", Confirm, vec![]),
            confirms("base_run"),
        ]);
        world.network.assert_status("home_run", Status::Confirmed);
        let noted = [(RUN, AMOUNT), (NOTE, AMOUNT + 1)];
        let ran: &[_] = &[(RUN, AMOUNT)];
        world.assert_all_asked([&noted, &[ran[0], (NOTE, AMOUNT)], ran, ran, ran]);
    });
}

/// A step in the middle is refused: everything before it is undone, and nobody was ever asked to confirm.
#[test]
fn nothing_is_confirmed_after_a_refusal() {
    in_world("confirmed", |world| {
        world.network.run(&until(2));
        world.network.run(&[
            pass("sui", 3_601),
            expire("sui_run").step("sui_run", Status::Refused).says(
                "sui_run",
                Refused,
                vec![number(Refusal::Late as u64)],
            ),
            deliver("sui_run", Refused)
                .step("sui_run", Status::Refused)
                .phase(Phase::Cancelling)
                .step("solana_run", Status::Cancelling)
                .says("solana_run", Cancel, vec![]),
            undoes("solana_run"),
            deliver("solana_run", Cancelled)
                .step("solana_run", Status::Cancelled)
                .step("base_run", Status::Cancelling)
                .says("base_run", Cancel, vec![]),
            undoes("base_run"),
            deliver("base_run", Cancelled)
                .step("base_run", Status::Cancelled)
                .step("home_run", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        for step in ["base_run", "solana_run", "sui_run"] {
            world.network.run(&[
                forge(step, Confirm).rejected("WrongState"),
                forge(step, Confirmed),
            ]);
        }
        let undone = |receipt| [(RUN, AMOUNT), (UNDO, receipt)];
        let (evm, solana) = (undone(AMOUNT + 1), undone(AMOUNT + 2));
        world.assert_all_asked([&evm, &evm, &solana, &[], &[]]);
        assert_settled(&mut world.network, Phase::Compensated, 5);
    });
}

/// A Cancel that comes first leaves nothing that could be confirmed.
#[test]
fn what_was_cancelled_first_cannot_be_confirmed() {
    in_world("confirmed", |world| {
        world.network.run(&[begin()]);
        for (step, _) in STEPS {
            world.network.run(&[
                forge(step, Cancel)
                    .step(step, Status::Tombstone)
                    .says(step, Cancelled, vec![]),
                forge(step, Confirm).rejected("WrongState"),
            ]);
            world.network.assert_status(step, Status::Tombstone);
        }
        world.assert_all_asked([&[(RUN, AMOUNT)], &[], &[], &[], &[]]);
    });
}

/// A step is undone on its chain.
fn undoes(step: &str) -> Step {
    deliver(step, Cancel)
        .step(step, Status::Cancelled)
        .says(step, Cancelled, vec![])
}

/// The virtual machines of the Move chains say only passed or failed, so they must be known to fail.
#[test]
#[should_panic(expected = "[ FAIL")]
fn a_wrong_claim_about_a_confirmation_is_caught() {
    in_world("confirmed", |world| {
        world.network.run(&until_decided());
        world
            .network
            .run(&[forge("sui_run", Confirm).says("sui_run", Confirmed, vec![])]);
    });
}
