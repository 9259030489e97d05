//! Several calls in one transaction: `suite/features/atomic_pivot.xcc`.

use alloy_sol_types::{SolCall, SolError, sol};
use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed};
use xcc::ir::{Phase, Status};
use xcc_tests::evm::Call;
use xcc_tests::evm::Outcome::Reverted;
use xcc_tests::network::step::{deliver, number, redrive, start};
use xcc_tests::network::{Outcome, Step};

use crate::starved::sweep;
use crate::world::{AMOUNT, NOTE, RUN, UNDO, USER, World, asked, in_world};

sol! {
    function runTogetherDecideSettle(bytes32 instance);
    error NotSelf();
}

/// What the target demands of the 100,000 that each call is granted; first of all it remembers who calls, and what that costs is gone when it looks.
const DEMAND: u64 = 75_000;

/// The two calls of one step, the second with what the first gives, which is so much more than it was given.
fn both(given: u64, more: u64) -> [u64; 2] {
    [asked(RUN, given), asked(NOTE, given + more)]
}

fn execute(step: Step, next: &str) -> Step {
    step.step(next, Status::Sent)
        .says(next, Execute, vec![number(AMOUNT)])
}

/// Until home hears of the first step, and with it runs its own.
fn until_decision(world: &mut World<'_>) {
    world.network.run(&[
        execute(start().phase(Phase::Running), "first"),
        deliver("first", Execute)
            .step("first", Status::Executed)
            .says("first", Executed, vec![number(AMOUNT + 1)]),
    ]);
}

fn decides() -> Step {
    let decided = deliver("first", Executed)
        .step("first", Status::Executed)
        .step("decide_settle", Status::Executed)
        .phase(Phase::Committing);
    execute(decided, "solana_run_solana_note")
}

#[test]
fn a_call_that_fails_undoes_those_before_it() {
    in_world("atomic_pivot", |world| {
        until_decision(world);
        world.breaks("ethereum", NOTE);
        world.network.run(&[
            deliver("first", Executed)
                .step("first", Status::Executed)
                .step("decide_settle", Status::Refused)
                .phase(Phase::Cancelling)
                .step("first", Status::Cancelling)
                .says("first", Cancel, vec![]),
            deliver("first", Cancel)
                .step("first", Status::Cancelled)
                .says("first", Cancelled, vec![]),
            deliver("first", Cancelled)
                .step("first", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        world.assert_asked("ethereum", &[]);
        let back = [asked(RUN, AMOUNT), asked(UNDO, AMOUNT + 1)];
        world.assert_asked("base", &back);
    });
}

#[test]
fn where_nothing_is_caught_all_of_it_can_be_tried_again() {
    in_world("atomic_pivot", |world| {
        until_decision(world);
        world.network.run(&[decides()]);
        world.assert_asked("ethereum", &both(AMOUNT + 1, 1));
        let chains = [("solana", 2, "sui"), ("sui", 3, "aptos"), ("aptos", 4, "")];
        for (chain, more, next) in chains {
            let step = format!("{chain}_run_{chain}_note");
            world.breaks(chain, NOTE);
            world
                .network
                .run(&[deliver(&step, Execute).rejected("Broken")]);
            world.assert_asked(chain, &[]);
            world.mends(chain);
            world.network.run(
                &[deliver(&step, Execute).step(&step, Status::Executed).says(
                    &step,
                    Executed,
                    vec![],
                )],
            );
            world.assert_asked(chain, &both(AMOUNT, more));
            let heard = deliver(&step, Executed).step(&step, Status::Executed);
            if !next.is_empty() {
                let next = format!("{next}_run_{next}_note");
                world.network.run(&[execute(heard, &next)]);
                continue;
            }
            // What has to succeed at last waits as a whole.
            world.breaks("ethereum", NOTE);
            world
                .network
                .run(&[heard.step("finish_report", Status::None)]);
            world.network.assert_status("finish_report", Status::None);
            world.assert_asked("ethereum", &both(AMOUNT + 1, 1));
            world.mends("ethereum");
            world.network.run(&[redrive()
                .step("finish_report", Status::Executed)
                .phase(Phase::Completed)]);
        }
        let all = [both(AMOUNT + 1, 1), both(AMOUNT, 1)].concat();
        world.assert_asked("ethereum", &all);
    });
}

/// Each call gets its whole budget, or nothing is refused.
#[test]
fn a_starved_reply_refuses_nothing() {
    in_world("atomic_pivot", |world| {
        until_decision(world);
        world.demands("ethereum", DEMAND);
        let outcome = sweep(world, "first", Executed);
        assert_eq!(outcome, decides().outcome);
        world.assert_asked("ethereum", &both(AMOUNT + 1, 1));
    });
}

/// As much gas refuses what really fails.
#[test]
fn what_fails_with_its_whole_budget_is_refused() {
    in_world("atomic_pivot", |world| {
        until_decision(world);
        world.demands("ethereum", 100_001);
        let outcome = sweep(world, "first", Executed);
        assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
        world
            .network
            .assert_status("decide_settle", Status::Refused);
        world.assert_asked("ethereum", &[]);
    });
}

#[test]
fn nobody_else_calls_together() {
    in_world("atomic_pivot", |world| {
        until_decision(world);
        let instance = world.network.instance().into();
        let attack = runTogetherDecideSettleCall { instance }.abi_encode();
        let chain = &mut world.network.home.chain;
        let receipt = chain.evm.send(Call::new(USER, chain.address(), attack));
        let Reverted(error) = receipt.outcome else {
            panic!("{receipt:?}");
        };
        assert_eq!(error[..], NotSelf::SELECTOR);
        world.assert_asked("ethereum", &[]);
    });
}
