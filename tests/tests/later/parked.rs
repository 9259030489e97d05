//! Compensations that fail, are given up, and claimed later: `suite/features/parked.xcc`.

use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc::wire::Value;
use xcc_tests::network::step::{
    cancel, claim, deliver, expire, number, park, pass, redrive, start,
};
use xcc_tests::network::{By, Step};

use crate::world::{AMOUNT, RUN, UNDO, World, in_world, owners};

/// What the Execute of a step carries.
pub(crate) fn carried(step: &str) -> Vec<Value> {
    let [base, solana, sui] = owners();
    let mut values = vec![number(AMOUNT)];
    match step {
        "base_run" => values.push(base),
        "solana_run" => values.push(solana),
        "sui_run" => values.push(sui),
        _ => {}
    }
    values
}

pub(crate) fn begin() -> Step {
    start()
        .phase(Phase::Running)
        .step("home_run", Status::Executed)
        .step("base_run", Status::Sent)
        .says("base_run", Execute, carried("base_run"))
}

/// A step runs on its chain.
pub(crate) fn runs(step: &str) -> Step {
    deliver(step, Execute)
        .step(step, Status::Executed)
        .says(step, Executed, vec![])
}

/// Home hears that a step ran, and starts the next.
pub(crate) fn goes_on(step: &str, next: &str) -> Step {
    deliver(step, Executed)
        .step(step, Status::Executed)
        .step(next, Status::Sent)
        .says(next, Execute, carried(next))
}

/// Until the last step is under way.
pub(crate) fn until_last() -> [Step; 7] {
    [
        begin(),
        runs("base_run"),
        goes_on("base_run", "solana_run"),
        runs("solana_run"),
        goes_on("solana_run", "sui_run"),
        runs("sui_run"),
        goes_on("sui_run", "aptos_run"),
    ]
}

/// The user gives up while this step is under way.
pub(crate) fn gives_up(step: &str) -> Step {
    cancel(By::Initiator)
        .phase(Phase::Cancelling)
        .step(step, Status::Cancelling)
        .says(step, Cancel, vec![])
}

/// Home hears that nothing more comes of a step, and cancels the one before.
pub(crate) fn goes_back(step: &str, before: &str) -> Step {
    deliver(step, Cancelled)
        .step(step, Status::Cancelled)
        .step(before, Status::Cancelling)
        .says(before, Cancel, vec![])
}

/// The last that home hears; its own step ends so.
pub(crate) fn settles(home: Status) -> Step {
    deliver("base_run", Cancelled)
        .step("base_run", Status::Cancelled)
        .step("home_run", home)
        .phase(Phase::Compensated)
}

/// A step comes to this by a Cancel.
pub(crate) fn ends(step: &str, status: Status) -> Step {
    deliver(step, Cancel)
        .step(step, status)
        .says(step, Cancelled, vec![])
}

/// A settled step answers whatever comes that nothing more comes of it.
fn bounces(step: &str) -> [Step; 2] {
    [
        deliver(step, Cancel).says(step, Cancelled, vec![]),
        deliver(step, Execute).says(step, Cancelled, vec![]),
    ]
}

/// A compensation cannot be run on a chain that cannot catch that: only its owner can give it up.
fn parks_by_owner(world: &mut World<'_>, step: &str) {
    let network = &mut world.network;
    network.run(&[
        deliver(step, Cancel).rejected("Broken"),
        claim(step, By::Owner).rejected("WrongState"),
        park(step, By::Stranger).rejected("NotAuthorised"),
        redrive()
            .step(step, Status::Cancelling)
            .says(step, Cancel, vec![]),
        deliver(step, Cancel).rejected("Broken"),
    ]);
    network.assert_status(step, Status::Executed);
    network.run(&[
        park(step, By::Owner)
            .step(step, Status::Parked)
            .says(step, Cancelled, vec![]),
        park(step, By::Stranger).says(step, Cancelled, vec![]),
        expire(step).says(step, Cancelled, vec![]),
    ]);
    network.run(&bounces(step));
    network.assert_status(step, Status::Parked);
}

/// Its owner claims a parked compensation once it works, and nobody else at any time.
fn is_claimed(world: &mut World<'_>, step: &str, chain: &str) {
    world.network.run(&[
        claim(step, By::Stranger).rejected("NotAuthorised"),
        claim(step, By::Owner).rejected("Broken"),
    ]);
    world.network.assert_status(step, Status::Parked);
    world.mends(chain);
    world.network.run(&[
        claim(step, By::Stranger).rejected("NotAuthorised"),
        claim(step, By::Owner).step(step, Status::Cancelled),
        claim(step, By::Owner).rejected("WrongState"),
    ]);
    world.network.assert_status(step, Status::Cancelled);
}

/// Every target ran once and was undone once.
#[track_caller]
fn assert_undone(world: &mut World<'_>) {
    let undone = |more| [(RUN, AMOUNT), (UNDO, AMOUNT + more)];
    let calls = [1, 1, 2, 3, 4].map(undone);
    world.assert_all_asked(std::array::from_fn(|index| calls[index].as_slice()));
}

/// Nothing can be undone at first, anywhere. The instance is settled all the same, and everyone has their own in the end.
#[test]
fn what_cannot_be_undone_is_claimed_by_its_owner() {
    in_world("parked", |world| {
        world.network.run(&until_last());
        world
            .network
            .run(&[runs("aptos_run"), gives_up("aptos_run")]);
        for chain in ["ethereum", "base", "solana", "sui", "aptos"] {
            world.breaks(chain, UNDO);
        }
        parks_by_owner(world, "aptos_run");
        world.network.run(&[goes_back("aptos_run", "sui_run")]);
        parks_by_owner(world, "sui_run");
        world.network.run(&[goes_back("sui_run", "solana_run")]);
        parks_by_owner(world, "solana_run");
        world.network.run(&[
            goes_back("solana_run", "base_run"),
            ends("base_run", Status::Parked),
        ]);
        world.network.run(&bounces("base_run"));
        world.network.run(&[
            settles(Status::Parked),
            deliver("base_run", Cancelled),
            redrive().rejected("NothingOutstanding"),
        ]);
        let ran: &[_] = &[(RUN, AMOUNT)];
        world.assert_all_asked([ran; 5]);

        is_claimed(world, "home_run", "ethereum");
        is_claimed(world, "base_run", "base");
        is_claimed(world, "solana_run", "solana");
        is_claimed(world, "sui_run", "sui");
        is_claimed(world, "aptos_run", "aptos");
        for step in ["base_run", "solana_run", "sui_run", "aptos_run"] {
            world.network.run(&bounces(step));
        }
        assert_undone(world);
    });
}

/// What is undone at once is not held for anyone.
#[test]
fn what_was_undone_cannot_be_claimed() {
    in_world("parked", |world| {
        world.network.run(&until_last());
        world.network.run(&[
            runs("aptos_run"),
            gives_up("aptos_run"),
            ends("aptos_run", Status::Cancelled),
            park("aptos_run", By::Stranger).says("aptos_run", Cancelled, vec![]),
            goes_back("aptos_run", "sui_run"),
            ends("sui_run", Status::Cancelled),
            park("sui_run", By::Stranger).says("sui_run", Cancelled, vec![]),
            goes_back("sui_run", "solana_run"),
            ends("solana_run", Status::Cancelled),
            park("solana_run", By::Stranger).says("solana_run", Cancelled, vec![]),
            goes_back("solana_run", "base_run"),
            ends("base_run", Status::Cancelled),
            settles(Status::Cancelled),
        ]);
        for step in ["home_run", "base_run", "solana_run", "sui_run", "aptos_run"] {
            let again = claim(step, By::Owner).rejected("WrongState");
            world.network.run(&[again]);
        }
        assert_undone(world);
    });
}

/// The last step is refused; of the steps before it only those on the EVM cannot be undone, and they park by themselves.
#[test]
fn a_refusal_is_settled_around_what_is_parked() {
    in_world("parked", |world| {
        world.network.run(&until_last());
        for chain in ["ethereum", "base"] {
            world.breaks(chain, UNDO);
        }
        world.network.run(&[
            pass("aptos", 3_601),
            expire("aptos_run").step("aptos_run", Status::Refused).says(
                "aptos_run",
                Refused,
                vec![number(Refusal::Late as u64)],
            ),
            deliver("aptos_run", Refused)
                .step("aptos_run", Status::Refused)
                .phase(Phase::Cancelling)
                .step("sui_run", Status::Cancelling)
                .says("sui_run", Cancel, vec![]),
            ends("sui_run", Status::Cancelled),
            goes_back("sui_run", "solana_run"),
            ends("solana_run", Status::Cancelled),
            goes_back("solana_run", "base_run"),
            ends("base_run", Status::Parked),
            settles(Status::Parked),
            claim("aptos_run", By::Owner).rejected("WrongState"),
        ]);
        let (ran, undone): (&[_], _) = (&[(RUN, AMOUNT)], |more| {
            [(RUN, AMOUNT), (UNDO, AMOUNT + more)]
        });
        world.assert_all_asked([ran, ran, &undone(2), &undone(3), &[]]);
        is_claimed(world, "home_run", "ethereum");
        is_claimed(world, "base_run", "base");
        world.assert_all_asked([&undone(1), &undone(1), &undone(2), &undone(3), &[]]);
    });
}

/// Before a step ran there is nothing to give up or to claim, for its owner neither.
#[test]
fn what_never_ran_can_be_neither_parked_nor_claimed() {
    in_world("parked", |world| {
        world.network.run(&[
            begin(),
            claim("home_run", By::Owner).rejected("WrongState"),
            claim("base_run", By::Owner).rejected("WrongState"),
            // Of an unknown instance there is no record.
            claim("solana_run", By::Owner).rejected("WrongRecord"),
            claim("sui_run", By::Owner).rejected("WrongState"),
            claim("aptos_run", By::Owner).rejected("WrongState"),
        ]);
        world.network.run(&until_last()[1..]);
        world.network.run(&[
            claim("base_run", By::Owner).rejected("WrongState"),
            claim("solana_run", By::Owner).rejected("WrongState"),
            claim("sui_run", By::Owner).rejected("WrongState"),
            gives_up("aptos_run"),
        ]);
        never_runs(world, "aptos_run");
        let ran: &[_] = &[(RUN, AMOUNT)];
        world.assert_all_asked([ran, ran, ran, ran, &[]]);
    });
}

/// The same where the instance is given up before Solana and Sui ran.
#[test]
fn what_was_given_up_early_can_be_neither_parked_nor_claimed() {
    in_world("parked", |world| {
        let [begin, base, solana, run_solana, sui, ..] = until_last();
        world
            .network
            .run(&[begin, base, solana, gives_up("solana_run")]);
        never_runs(world, "solana_run");
        world.network.run(&[
            goes_back("solana_run", "base_run"),
            ends("base_run", Status::Cancelled),
            settles(Status::Cancelled),
        ]);
        let [begin, base, solana, ..] = until_last();
        world.network.run(&[begin, base, solana, run_solana, sui]);
        world.network.run(&[gives_up("sui_run")]);
        never_runs(world, "sui_run");
    });
}

/// The Cancel of a step comes before its Execute.
fn never_runs(world: &mut World<'_>, step: &str) {
    world.network.run(&[
        park(step, By::Owner).rejected("WrongState"),
        ends(step, Status::Tombstone),
        park(step, By::Owner).says(step, Cancelled, vec![]),
        deliver(step, Execute).says(step, Cancelled, vec![]),
        claim(step, By::Owner).rejected("WrongState"),
    ]);
    world.network.assert_status(step, Status::Tombstone);
}

/// The virtual machines of the Move chains say only passed or failed, so they must be known to fail.
#[test]
#[should_panic(expected = "[ FAIL")]
fn a_wrong_claim_about_a_claim_is_caught() {
    in_world("parked", |world| {
        world.network.run(&[begin()]);
        let claimed = claim("aptos_run", By::Owner).step("aptos_run", Status::Cancelled);
        world.network.run(&[claimed]);
    });
}
