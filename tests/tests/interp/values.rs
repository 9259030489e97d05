//! Values are found that lead a workflow through all of its transitions, wherever in it they decide something.

use xcc_tests::conformance::follow::{Coverage, reached};
use xcc_tests::conformance::values::choose;
use xcc_tests::interp::Bench;
use xcc_tests::project::{declarations, feature};

const LAST: &str = "step last = Solana.run(amount) within 1h accounts { state: @STATE, authority: self } gas 50_000 pivot;";

/// What all machines of a workflow at home on a chain do with the values that are chosen for it.
#[track_caller]
fn demand_all(home: &str, steps: &str) {
    let head = format!("workflow Feature on {home} (user: address@{home}, amount: u64) {{");
    let source = format!(
        "{}{head}\nauthorise user;\ntransport wormhole;\n{steps}\n{LAST}\n}}",
        declarations()
    );
    let project = feature("values", &source);
    let bench = Bench::new(&project);
    let machines: Vec<_> = bench
        .network
        .machines()
        .machines()
        .keys()
        .copied()
        .collect();
    let mut coverage = Coverage::default();
    for bench in choose(&bench, &machines) {
        coverage.add(reached(&bench, &machines));
    }
    assert!(!coverage.reachable.is_empty());
    assert!(coverage.has_all_reasons(), "{coverage}");
}

/// As long as nothing is late, all values do the same.
#[test]
fn what_only_an_alternative_asks_is_answered_both_ways() {
    demand_all(
        "ethereum",
        "attempt {
            step near = Base.run(amount) within 1h gas 90_000 compensate none;
        } else {
            step far = Home.run(amount) gas 90_000 require amount != 3 compensate none;
        }",
    );
}

/// Nothing was sent when it begins.
#[test]
fn what_comes_after_a_first_step_that_is_left_open_is_answered_both_ways() {
    demand_all(
        "aptos",
        "step first = Aptos.run(amount) within 1h gas 90_000 compensate none on refused continue;
        if (amount > 7) {
            step near = Base.run(amount) within 1h gas 90_000 compensate none;
        }",
    );
}
