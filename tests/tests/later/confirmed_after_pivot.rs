//! Reservations that are made final once the pivot ran: `suite/features/confirmed_after_pivot.xcc`.

use xcc::ir::MessageKind::{Cancel, Cancelled, Confirm, Confirmed, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc_tests::network::step::{cancel, deliver, forge, number, redrive, start};
use xcc_tests::network::{By, Step};

use crate::world::{AMOUNT, NOTE, RUN, UNDO, in_world};

fn execute(step: Step, next: &str) -> Step {
    step.step(next, Status::Sent)
        .says(next, Execute, vec![number(AMOUNT)])
}

fn begin() -> Step {
    execute(start().phase(Phase::Running), "base_run")
}

fn runs(step: &str) -> Step {
    deliver(step, Execute)
        .step(step, Status::Executed)
        .says(step, Executed, vec![])
}

fn goes_on(step: &str, next: &str) -> Step {
    execute(deliver(step, Executed).step(step, Status::Executed), next)
}

/// Until the pivot is under way, with every step before it.
fn until_pivot() -> [Step; 5] {
    [
        begin(),
        runs("base_run"),
        goes_on("base_run", "solana_run"),
        runs("solana_run"),
        goes_on("solana_run", "sui_run"),
    ]
}

/// Home hears that the pivot ran, and asks for the first confirmation.
fn decides(first: &str) -> Step {
    deliver("sui_run", Executed)
        .step("sui_run", Status::Executed)
        .phase(Phase::Committing)
        .says(first, Confirm, vec![])
}

/// Solana's confirmation is the last; the retriable step follows.
fn after_solana() -> [Step; 2] {
    [
        deliver("solana_run", Confirm)
            .step("solana_run", Status::Confirmed)
            .says("solana_run", Confirmed, vec![]),
        execute(
            deliver("solana_run", Confirmed).step("solana_run", Status::Confirmed),
            "aptos_run",
        ),
    ]
}

fn completes() -> Step {
    deliver("aptos_run", Executed)
        .step("aptos_run", Status::Executed)
        .phase(Phase::Completed)
}

#[test]
fn the_pivot_is_followed_by_confirmations_and_then_by_retriable_steps() {
    in_world("confirmed_after_pivot", |world| {
        world.network.run(&until_pivot());
        world.network.run(&[
            runs("sui_run"),
            decides("base_run"),
            cancel(By::Initiator).rejected("NotCancellable"),
            redrive().says("base_run", Confirm, vec![]),
            deliver("base_run", Confirm)
                .step("base_run", Status::Confirmed)
                .says("base_run", Confirmed, vec![]),
            deliver("base_run", Confirmed)
                .step("base_run", Status::Confirmed)
                .says("solana_run", Confirm, vec![]),
        ]);
        world.network.run(&after_solana());
        world.network.run(&[runs("aptos_run"), completes()]);
        world.assert_all_asked([
            &[],
            &[(RUN, AMOUNT), (NOTE, AMOUNT)],
            &[(RUN, AMOUNT), (NOTE, AMOUNT + 2)],
            &[(RUN, AMOUNT)],
            &[(RUN, AMOUNT)],
        ]);
    });
}

/// A step that was refused and left out has nothing to confirm; the retriable step is tried until it works.
#[test]
fn a_step_that_was_left_out_is_not_confirmed() {
    in_world("confirmed_after_pivot", |world| {
        world.breaks("base", RUN);
        world.network.run(&[
            begin(),
            deliver("base_run", Execute)
                .step("base_run", Status::Refused)
                .says(
                    "base_run",
                    Refused,
                    vec![number(Refusal::CallFailed as u64)],
                ),
            execute(
                deliver("base_run", Refused).step("base_run", Status::Refused),
                "solana_run",
            ),
            redrive().says("solana_run", Execute, vec![number(AMOUNT)]),
            runs("solana_run"),
            goes_on("solana_run", "sui_run"),
            runs("sui_run"),
            decides("solana_run"),
            redrive().says("solana_run", Confirm, vec![]),
            forge("base_run", Confirm).rejected("WrongState"),
        ]);
        world.network.run(&after_solana());
        world.breaks("aptos", RUN);
        world.network.run(&[
            deliver("aptos_run", Execute).rejected("Broken"),
            redrive().says("aptos_run", Execute, vec![number(AMOUNT)]),
        ]);
        world.network.assert_status("aptos_run", Status::None);
        world.mends("aptos");
        world.network.run(&[runs("aptos_run"), completes()]);
        world
            .network
            .run(&[redrive().rejected("NothingOutstanding")]);
        world.assert_all_asked([
            &[],
            &[],
            &[(RUN, AMOUNT), (NOTE, AMOUNT + 2)],
            &[(RUN, AMOUNT)],
            &[(RUN, AMOUNT)],
        ]);
    });
}

/// A pivot that won the race against its Cancel is followed by the confirmations as any other.
#[test]
fn a_pivot_that_beats_a_cancel_is_followed_by_confirmations() {
    in_world("confirmed_after_pivot", |world| {
        world.network.run(&until_pivot());
        world.network.run(&[
            cancel(By::Initiator)
                .phase(Phase::Cancelling)
                .step("sui_run", Status::Cancelling)
                .says("sui_run", Cancel, vec![]),
            forge("base_run", Confirmed),
            runs("sui_run"),
            deliver("sui_run", Cancel).says("sui_run", Executed, vec![]),
            decides("base_run"),
            deliver("base_run", Confirm)
                .step("base_run", Status::Confirmed)
                .says("base_run", Confirmed, vec![]),
        ]);
        world.assert_all_asked([
            &[],
            &[(RUN, AMOUNT), (NOTE, AMOUNT)],
            &[(RUN, AMOUNT)],
            &[(RUN, AMOUNT)],
            &[],
        ]);
    });
}

/// Cancelled before the pivot ran: what can be undone is, and nothing is confirmed.
#[test]
fn nothing_is_confirmed_when_the_pivot_never_runs() {
    in_world("confirmed_after_pivot", |world| {
        world.network.run(&until_pivot());
        world.network.run(&[
            cancel(By::Initiator)
                .phase(Phase::Cancelling)
                .step("sui_run", Status::Cancelling)
                .says("sui_run", Cancel, vec![]),
            deliver("sui_run", Cancel)
                .step("sui_run", Status::Tombstone)
                .says("sui_run", Cancelled, vec![]),
            deliver("sui_run", Execute).says("sui_run", Cancelled, vec![]),
            deliver("sui_run", Cancelled)
                .step("sui_run", Status::Cancelled)
                .step("solana_run", Status::Cancelling)
                .says("solana_run", Cancel, vec![]),
            deliver("solana_run", Cancel)
                .step("solana_run", Status::Cancelled)
                .says("solana_run", Cancelled, vec![]),
            deliver("solana_run", Cancelled)
                .step("solana_run", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        let undone = [(RUN, AMOUNT), (UNDO, AMOUNT + 2)];
        world.assert_all_asked([&[], &[(RUN, AMOUNT)], &undone, &[], &[]]);
    });
}
