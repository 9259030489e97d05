//! From USDC on Ethereum to a supply on Aptos: Solidity in revm, the package in the Aptos virtual machine.

use std::collections::BTreeMap;

use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc::wire::Value;
use xcc_tests::network::step::{cancel, deliver, expire, number, pass, start};
use xcc_tests::network::{AptosChain, By, Call, Chain, Network, Protocol, Step, Target};
use xcc_tests::project::Project;
use xcc_tests::tools::suite_dir;

use crate::targets::{FEE, Targets, USER, guardian};

pub(crate) const AMOUNT: u64 = 1_000;
const BENEFICIARY: [u8; 32] = [0x0b; 32];

/// Compiles the example for chains of the tests, deploys and wires it, and gives everyone what they need.
pub(crate) fn in_network(limit: u64, run: impl FnOnce(&mut Network<'_>, Targets)) {
    let (mut home, targets) = Targets::deploy();
    let folder = suite_dir().join("../examples/lend-on-aptos");
    let project = Project::compile(&folder, &targets.overrides(&home));
    let project = project.unwrap_or_else(|error| panic!("{error}"));
    let protocol = Protocol::new(&project);
    home.deploy_coordinator(protocol).unwrap();
    let peer = home.chain.peer();
    let machine = protocol.participant("aptos");
    let aptos = AptosChain::new(protocol, machine, &guardian(), peer, market()).unwrap();
    home.chain.wire(&[aptos.peer()], protocol.fingerprint());
    targets.fund(&mut home, AMOUNT);
    let chains = [("aptos".to_owned(), Chain::Aptos(aptos))];
    run(
        &mut Network::new(protocol, home, chains, inputs(limit)),
        targets,
    );
}

fn inputs(limit: u64) -> Call {
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    Call {
        from: USER,
        inputs: vec![
            bytes(USER.as_slice()),
            bytes(&BENEFICIARY),
            number(AMOUNT),
            number(limit),
        ],
    }
}

/// The market, and a desk that holds a little more than one supply.
fn market() -> Target {
    let module = include_str!("../../suite/examples/aptos/supply_logic.move");
    Target {
        modules: BTreeMap::from([("market".to_owned(), module.to_owned())]),
        before: "        market::supply_logic::open(&account::create_account_for_test(@market));\n"
            .to_owned(),
        after: "        market::supply_logic::give(lend_on_aptos_aptos::authority(), 1500);\n"
            .to_owned(),
        end: String::new(),
    }
}

/// The desk's inventory on Aptos, and what was supplied for the beneficiary.
#[track_caller]
fn check_market(network: &mut Network<'_>, held: u64, supplied: u64) {
    let aptos = network.aptos("aptos");
    aptos.check(&format!(
        "market::supply_logic::held(lend_on_aptos_aptos::authority()) == {held}"
    ));
    let beneficiary = hex::encode(BENEFICIARY);
    aptos.check(&format!(
        "market::supply_logic::supplied(@0x{beneficiary}) == {supplied}"
    ));
}

pub(crate) fn execute(limit: u64) -> Vec<Value> {
    let beneficiary = Value::Bytes(BENEFICIARY.to_vec());
    vec![number(AMOUNT), beneficiary, number(limit)]
}

pub(crate) fn begin(limit: u64) -> Step {
    start()
        .phase(Phase::Running)
        .step("pay", Status::Executed)
        .step("supply", Status::Sent)
        .says("supply", Execute, execute(limit))
}

/// The refusal arrives at home, and the user is paid back.
pub(crate) fn refused() -> Step {
    deliver("supply", Refused)
        .step("supply", Status::Refused)
        .phase(Phase::Cancelling)
        .step("pay", Status::Cancelled)
        .phase(Phase::Compensated)
}

/// What is left of the fees for `messages` messages is the payer's.
#[track_caller]
fn assert_settled(network: &mut Network<'_>, phase: Phase, messages: u64) {
    let instance = network.instance();
    assert_eq!(network.home.phase(instance), phase as u8);
    let quote: u64 = network.home.quote().to();
    assert_eq!(
        network.home.credit(USER).to::<u64>(),
        quote - messages * FEE
    );
}

#[test]
fn usdc_becomes_a_supply() {
    in_network(AMOUNT, |network, targets| {
        network.run(&[
            begin(AMOUNT),
            deliver("supply", Execute)
                .step("supply", Status::Executed)
                .says("supply", Executed, vec![]),
            deliver("supply", Execute).says("supply", Executed, vec![]),
            deliver("supply", Executed)
                .step("supply", Status::Executed)
                .phase(Phase::Committing)
                .phase(Phase::Completed),
        ]);
        check_market(network, 500, AMOUNT);
        assert_eq!(targets.balances(&mut network.home), (0, AMOUNT));
        assert_settled(network, Phase::Completed, 1);
    });
}

#[test]
fn an_expired_supply_brings_the_usdc_back() {
    in_network(AMOUNT, |network, targets| {
        network.run(&[
            begin(AMOUNT),
            expire("supply").rejected("DeadlineNotPassed"),
            pass("aptos", 3_601),
            deliver("supply", Execute).rejected("DeadlinePassed"),
            expire("supply").step("supply", Status::Refused).says(
                "supply",
                Refused,
                vec![number(Refusal::Late as u64)],
            ),
        ]);
        assert_eq!(targets.balances(&mut network.home), (0, AMOUNT));
        network.run(&[refused(), deliver("supply", Refused)]);
        check_market(network, 1_500, 0);
        assert_eq!(targets.balances(&mut network.home), (AMOUNT, 0));
        assert_settled(network, Phase::Compensated, 1);
    });
}

/// The guard is evaluated on Aptos; a refusal by it needs no deadline.
#[test]
fn a_supply_over_its_limit_is_refused_at_once() {
    in_network(AMOUNT - 1, |network, targets| {
        network.run(&[
            begin(AMOUNT - 1),
            deliver("supply", Execute)
                .step("supply", Status::Refused)
                .says("supply", Refused, vec![number(Refusal::Guard as u64)]),
            refused(),
        ]);
        check_market(network, 1_500, 0);
        assert_eq!(targets.balances(&mut network.home), (AMOUNT, 0));
        assert_settled(network, Phase::Compensated, 1);
    });
}

/// Cancelled by anyone after the deadline; the Execute that nobody delivered bounces for ever.
#[test]
fn an_abandoned_supply_can_be_cancelled_by_anyone() {
    in_network(AMOUNT, |network, targets| {
        network.run(&[
            begin(AMOUNT),
            cancel(By::Stranger).rejected("DeadlineNotPassed"),
            pass("ethereum", 3_601),
            cancel(By::Stranger)
                .phase(Phase::Cancelling)
                .step("supply", Status::Cancelling)
                .says("supply", Cancel, vec![]),
            deliver("supply", Cancel)
                .step("supply", Status::Tombstone)
                .says("supply", Cancelled, vec![]),
            deliver("supply", Execute).says("supply", Cancelled, vec![]),
            deliver("supply", Cancelled)
                .step("supply", Status::Cancelled)
                .step("pay", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        check_market(network, 1_500, 0);
        assert_eq!(targets.balances(&mut network.home), (AMOUNT, 0));
        assert_settled(network, Phase::Compensated, 2);
    });
}

/// The Aptos virtual machine says only passed or failed, so it must be known to fail.
#[test]
#[should_panic(expected = "[ FAIL")]
fn a_wrong_claim_about_aptos_is_caught() {
    in_network(AMOUNT, |network, _| {
        network.run(&[
            begin(AMOUNT),
            deliver("supply", Execute)
                .step("supply", Status::Refused)
                .says("supply", Refused, vec![number(Refusal::Guard as u64)]),
        ]);
    });
}
