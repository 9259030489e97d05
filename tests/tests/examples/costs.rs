//! What each handler of the examples costs, as `compiler/docs/costs.md` shows it.

use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc_tests::network::cost::{Cost, excerpt, table};
use xcc_tests::network::step::{cancel, claim, deliver, expire, number, park, pass, redrive};
use xcc_tests::network::{By, Home, Network, Step};

use crate::lend_on_aptos::{self, AMOUNT};
use crate::swap_and_stake::{self, SHARES, execute_swap, until_stake, unwind};

#[test]
fn the_page_says_what_swap_and_stake_costs() {
    let mut costs = Vec::new();
    for story in [stakes(), expires(), gives_up_early(), misses(), parks()] {
        swap_and_stake::in_network(|network, _| costs.extend(run(network, &story)));
    }
    swap_and_stake::in_network(|network, _| {
        table(network.protocol(), &costs).hold("swap-and-stake");
    });
}

#[test]
fn the_page_says_what_lend_on_aptos_costs() {
    let mut costs = Vec::new();
    for story in [supplies(), misses_the_supply(), gives_up_the_supply()] {
        lend_on_aptos::in_network(AMOUNT, |network, _| costs.extend(run(network, &story)));
    }
    lend_on_aptos::in_network(AMOUNT, |network, _| {
        table(network.protocol(), &costs).hold("lend-on-aptos");
    });
}

/// Demands that the page shows what this run of an example cost.
#[track_caller]
pub(crate) fn hold<H: Home>(name: &str, network: &Network<'_, H>) {
    excerpt(network.protocol(), network.costs()).hold(name);
}

fn run(network: &mut Network<'_>, story: &[Step]) -> Vec<Cost> {
    network.run(story);
    network.costs().to_vec()
}

/// To the good end, with a message that is asked for again and one that is delivered twice.
fn stakes() -> Vec<Step> {
    let [begin, run, next] = until_stake();
    vec![
        begin,
        redrive().says("swap", Execute, execute_swap()),
        run,
        deliver("swap", Execute).says("swap", Executed, vec![]),
        next,
        deliver("swap", Executed),
        deliver("stake", Execute)
            .step("stake", Status::Executed)
            .says("stake", Executed, vec![number(SHARES)]),
        deliver("stake", Executed)
            .step("stake", Status::Executed)
            .phase(Phase::Committing)
            .step("pay_price", Status::Parked)
            .step("receipt", Status::Executed)
            .phase(Phase::Completed),
        claim("pay_price", By::Stranger).step("pay_price", Status::Executed),
    ]
}

/// Nobody stakes in time, and the swap is undone.
fn expires() -> Vec<Step> {
    let mut story = Vec::from(until_stake());
    story.extend([
        pass("sui", 3_601),
        late("stake"),
        deliver("stake", Refused)
            .step("stake", Status::Refused)
            .phase(Phase::Cancelling)
            .step("swap", Status::Cancelling)
            .says("swap", Cancel, vec![]),
    ]);
    story.extend(unwind());
    story
}

/// The user cancels before anybody swaps.
fn gives_up_early() -> Vec<Step> {
    let [begin, ..] = until_stake();
    let [_, end] = unwind();
    let [bury, bounce] = never_runs("swap");
    vec![begin, gives_up("swap"), bury, bounce, end]
}

/// Nobody swaps in time.
fn misses() -> Vec<Step> {
    let [begin, ..] = until_stake();
    let back = deliver("swap", Refused)
        .step("swap", Status::Refused)
        .phase(Phase::Cancelling)
        .step("price", Status::Parked)
        .phase(Phase::Compensated);
    let claimed = claim("price", By::Stranger).step("price", Status::Cancelled);
    vec![begin, pass("solana", 3_601), late("swap"), back, claimed]
}

/// The user cancels before anybody stakes, and the desk's trader takes the swapped position over.
fn parks() -> Vec<Step> {
    let [_, end] = unwind();
    let [bury, bounce] = never_runs("stake");
    let mut story = Vec::from(until_stake());
    story.extend([
        gives_up("stake"),
        bury,
        bounce,
        deliver("stake", Cancelled)
            .step("stake", Status::Cancelled)
            .step("swap", Status::Cancelling)
            .says("swap", Cancel, vec![]),
        park("swap", By::Owner)
            .step("swap", Status::Parked)
            .says("swap", Cancelled, vec![]),
        end,
        claim("swap", By::Owner).step("swap", Status::Cancelled),
    ]);
    story
}

fn supplies() -> Vec<Step> {
    vec![
        lend_on_aptos::begin(AMOUNT),
        redrive().says("supply", Execute, lend_on_aptos::execute(AMOUNT)),
        deliver("supply", Execute)
            .step("supply", Status::Executed)
            .says("supply", Executed, vec![]),
        deliver("supply", Executed)
            .step("supply", Status::Executed)
            .phase(Phase::Committing)
            .phase(Phase::Completed),
    ]
}

fn misses_the_supply() -> Vec<Step> {
    vec![
        lend_on_aptos::begin(AMOUNT),
        pass("aptos", 3_601),
        late("supply"),
        lend_on_aptos::refused(),
    ]
}

fn gives_up_the_supply() -> Vec<Step> {
    let [bury, bounce] = never_runs("supply");
    vec![
        lend_on_aptos::begin(AMOUNT),
        gives_up("supply"),
        bury,
        bounce,
        deliver("supply", Cancelled)
            .step("supply", Status::Cancelled)
            .step("pay", Status::Cancelled)
            .phase(Phase::Compensated),
    ]
}

/// A step is refused because its deadline has passed.
fn late(step: &str) -> Step {
    expire(step)
        .step(step, Status::Refused)
        .says(step, Refused, vec![number(Refusal::Late as u64)])
}

/// The user gives up while a step is under way.
fn gives_up(step: &str) -> Step {
    cancel(By::Initiator)
        .phase(Phase::Cancelling)
        .step(step, Status::Cancelling)
        .says(step, Cancel, vec![])
}

/// The Cancel of a step comes before its Execute, which bounces.
fn never_runs(step: &str) -> [Step; 2] {
    [
        deliver(step, Cancel)
            .step(step, Status::Tombstone)
            .says(step, Cancelled, vec![]),
        deliver(step, Execute).says(step, Cancelled, vec![]),
    ]
}
