//! From a decision on Sui to a loan on Ethereum or Base: the coordinator is the package in the Sui virtual machine, both markets are in revm.

use alloy_sol_types::{SolCall, sol};
use revm::primitives::{Address, U256};
use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc::wire::Value;
use xcc_tests::evm;
use xcc_tests::network::evm::OWNER;
use xcc_tests::network::step::{cancel, claim, deliver, number, pass, redrive, start};
use xcc_tests::network::{By, Call, Chain, EvmChain, Network, Protocol, Step, SuiChain, Target};
use xcc_tests::project::{Override, Project};
use xcc_tests::solc;
use xcc_tests::tools::suite_dir;

use crate::costs::hold;
use crate::targets::{FEE, guardian};

const AMOUNT: u64 = 500_000_000;
/// What the treasury has on each chain at first.
const HELD: u64 = 900_000_000;
/// Who decides on Sui. On the EVM the tests take their owner for the holder of compensations: the treasury.
const KEEPER: [u8; 32] = [0x6b; 32];

sol! {
    function allow(address manager, bool isAllowed);
    function pause(bool supply, bool withdraw);
    function give(address account, uint256 amount);
    function balanceOf(address account) returns (uint256);
    function walletOf(address account) returns (uint256);
}

/// The chains, and the market on each of those of the EVM.
struct World<'p> {
    network: Network<'p, SuiChain>,
    markets: [(&'static str, Address); 2],
}

/// Compiles the example for chains of the tests, deploys and wires it, gives the treasury USDC and has it make the participants its managers.
fn in_world(amount: u64, run: impl FnOnce(&mut World<'_>)) {
    let numbers = [("ethereum", 31_337, 2), ("base", 31_338, 30)];
    let mut chains = numbers.map(|(_, id, number)| {
        EvmChain::new(id, number, &guardian(), FEE).unwrap_or_else(|error| panic!("{error}"))
    });
    let markets = chains.each_mut().map(deploy_market);
    let mut overrides = vec![Override::new(
        &["constants", "KEEPER"],
        format!("0x{}", hex::encode(KEEPER)),
    )];
    for (place, (name, contract)) in [("ethereum", "EthereumMarket"), ("base", "BaseMarket")]
        .into_iter()
        .enumerate()
    {
        let core = chains[place].core().to_string();
        let treasury = format!("{}_TREASURY", name.to_uppercase());
        overrides.extend([
            Override::new(&["chains", name, "wormhole", "core"], core),
            Override::new(&["contracts", contract], markets[place].to_string()),
            Override::new(&["constants", &treasury], OWNER.to_string()),
        ]);
    }
    let folder = suite_dir().join("../examples/lend-treasury");
    let project = Project::compile(&folder, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let protocol = Protocol::new(&project);
    let machine = protocol.workflow().coordinator;
    let mut sui = SuiChain::unwired(protocol, machine, &guardian(), Target::default()).unwrap();
    for ((chain, market), (name, ..)) in chains.iter_mut().zip(markets).zip(numbers) {
        let participant = protocol.participant(name);
        chain.deploy_machine(protocol, participant).unwrap();
        chain.wire(&[sui.peer()], protocol.fingerprint());
        open(chain, market);
    }
    sui.wire(&chains.each_ref().map(EvmChain::peer));
    let call = Call {
        from: KEEPER,
        inputs: vec![number(amount)],
    };
    let named = numbers.map(|(name, ..)| name);
    let chains = named
        .into_iter()
        .zip(chains)
        .map(|(name, chain)| (name.to_owned(), Chain::Evm(Box::new(chain))));
    run(&mut World {
        network: Network::new(protocol, sui, chains, call),
        markets: [(named[0], markets[0]), (named[1], markets[1])],
    });
}

fn deploy_market(chain: &mut EvmChain) -> Address {
    let source = include_str!("../../suite/examples/evm/Comet.sol");
    let output = solc::compile(&solc::Input::new([("Comet.sol", source)])).unwrap();
    assert_eq!(output.diagnostics, [], "{}", output.render());
    chain.deploy(output.contract("Comet"))
}

fn open(chain: &mut EvmChain, market: Address) {
    let give = giveCall {
        account: OWNER,
        amount: U256::from(HELD),
    };
    let allow = allowCall {
        manager: chain.address(),
        isAllowed: true,
    };
    tell(chain, market, &give);
    tell(chain, market, &allow);
}

fn tell(chain: &mut EvmChain, market: Address, call: &impl SolCall) {
    let receipt = chain
        .evm
        .send(evm::Call::new(OWNER, market, call.abi_encode()));
    receipt.returned();
}

impl World<'_> {
    /// What is lent for the treasury on Ethereum and on Base. Whatever is not is in its wallet.
    #[track_caller]
    fn assert_lent(&mut self, lent: [u64; 2]) {
        for ((name, market), lent) in self.markets.into_iter().zip(lent) {
            let chain = self.network.evm(name);
            let mut ask = |data: Vec<u8>| -> u64 {
                let receipt = chain.evm.view(evm::Call::new(OWNER, market, data));
                U256::from_be_slice(receipt.returned()).to()
            };
            let found = ask(balanceOfCall { account: OWNER }.abi_encode());
            assert_eq!(found, lent, "on {name}");
            let wallet = ask(walletOfCall { account: OWNER }.abi_encode());
            assert_eq!(wallet, HELD - lent, "on {name}");
        }
    }

    /// Stops the market on a chain from taking or giving back.
    fn pause(&mut self, name: &str, supply: bool, withdraw: bool) {
        let [ethereum, base] = self.markets;
        let (_, market) = if name == "base" { base } else { ethereum };
        tell(
            self.network.evm(name),
            market,
            &pauseCall { supply, withdraw },
        );
    }
}

fn execute() -> Vec<Value> {
    vec![number(AMOUNT)]
}

fn begin() -> Step {
    begin_with(AMOUNT)
}

fn begin_with(amount: u64) -> Step {
    start()
        .phase(Phase::Running)
        .step("near", Status::Sent)
        .says("near", Execute, vec![number(amount)])
}

fn lends(step: &str) -> Step {
    deliver(step, Execute)
        .step(step, Status::Executed)
        .says(step, Executed, vec![])
}

fn refuses(step: &str, reason: Refusal) -> Step {
    deliver(step, Execute).step(step, Status::Refused).says(
        step,
        Refused,
        vec![number(reason as u64)],
    )
}

/// Home hears that Ethereum has refused, and turns to Base.
fn turns() -> Step {
    turns_with(AMOUNT)
}

fn turns_with(amount: u64) -> Step {
    deliver("near", Refused)
        .step("near", Status::Refused)
        .phase(Phase::Rerouting)
        .phase(Phase::Running)
        .step("far", Status::Sent)
        .says("far", Execute, vec![number(amount)])
}

/// Home hears that the amount is lent on Ethereum, so Base is not asked.
fn lent_near() -> Step {
    deliver("near", Executed)
        .step("near", Status::Executed)
        .step("far", Status::Skipped)
        .phase(Phase::Completed)
}

/// Home hears that it is lent on Base.
fn lent_far() -> Step {
    deliver("far", Executed)
        .step("far", Status::Executed)
        .phase(Phase::Completed)
}

#[test]
fn money_is_lent_on_ethereum() {
    in_world(AMOUNT, |world| {
        world.network.run(&[
            begin(),
            redrive().says("near", Execute, execute()),
            lends("near"),
            deliver("near", Execute).says("near", Executed, vec![]),
            lent_near(),
            deliver("near", Executed),
            cancel(By::Initiator).rejected("NotCancellable"),
        ]);
        world.assert_lent([AMOUNT, 0]);
        world.network.assert_phase(Phase::Completed);
        hold("lend-treasury", &world.network);
    });
}

/// The market on Ethereum is paused, which is known at once.
#[test]
fn money_that_ethereum_refuses_is_lent_on_base() {
    in_world(AMOUNT, |world| {
        world.pause("ethereum", true, false);
        world.network.run(&[
            begin(),
            refuses("near", Refusal::CallFailed),
            turns(),
            redrive().says("far", Execute, execute()),
            lends("far"),
            deliver("far", Execute).says("far", Executed, vec![]),
            lent_far(),
        ]);
        world.assert_lent([0, AMOUNT]);
        world.network.assert_phase(Phase::Completed);
        hold("lend-treasury-elsewhere", &world.network);
    });
}

/// Nobody delivers on Ethereum in time.
#[test]
fn money_that_comes_too_late_is_lent_on_base() {
    in_world(AMOUNT, |world| {
        world.network.run(&[
            begin(),
            pass("ethereum", 7_201),
            refuses("near", Refusal::Late),
            deliver("near", Execute).says("near", Refused, vec![number(Refusal::Late as u64)]),
            turns(),
            lends("far"),
            lent_far(),
        ]);
        world.assert_lent([0, AMOUNT]);
    });
}

/// Home gives Ethereum up once its deadline has passed. It had lent the amount in time, so the market gives that back before Base is asked.
#[test]
fn money_that_was_lent_unheard_is_taken_back_before_base_is_asked() {
    in_world(AMOUNT, |world| {
        world.network.run(&[
            begin(),
            lends("near"),
            cancel(By::Stranger).rejected("DeadlineNotPassed"),
            pass("sui", 7_201),
            cancel(By::Stranger)
                .phase(Phase::Rerouting)
                .step("near", Status::Cancelling)
                .says("near", Cancel, vec![]),
            deliver("near", Executed),
        ]);
        world.assert_lent([AMOUNT, 0]);
        world.network.run(&[
            deliver("near", Cancel)
                .step("near", Status::Cancelled)
                .says("near", Cancelled, vec![]),
            deliver("near", Cancelled)
                .step("near", Status::Cancelled)
                .phase(Phase::Running)
                .step("far", Status::Sent)
                .says("far", Execute, execute()),
            lends("far"),
            lent_far(),
        ]);
        world.assert_lent([0, AMOUNT]);
    });
}

/// The market on Ethereum has nothing to give back, so the treasury is left with the claim and nothing else waits for it.
#[test]
fn money_that_is_not_given_back_is_held_for_the_treasury() {
    in_world(AMOUNT, |world| {
        world.network.run(&[begin(), lends("near")]);
        world.pause("ethereum", false, true);
        world.network.run(&[
            cancel(By::Initiator)
                .phase(Phase::Cancelling)
                .step("near", Status::Cancelling)
                .says("near", Cancel, vec![]),
            deliver("near", Cancel)
                .step("near", Status::Parked)
                .says("near", Cancelled, vec![]),
            claim("near", By::Owner).rejected("Paused"),
            deliver("near", Cancelled)
                .step("near", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        world.network.assert_phase(Phase::Compensated);
        world.pause("ethereum", false, false);
        world.network.run(&[
            claim("near", By::Stranger).rejected("NotAuthorised"),
            claim("near", By::Owner).step("near", Status::Cancelled),
        ]);
        world.assert_lent([0, 0]);
    });
}

/// The keeper cancels before anybody lent; the late Execute bounces, and nothing is lent anywhere.
#[test]
fn a_cancelled_loan_is_never_made() {
    in_world(AMOUNT, |world| {
        world.network.run(&[
            begin(),
            cancel(By::Initiator)
                .phase(Phase::Cancelling)
                .step("near", Status::Cancelling)
                .says("near", Cancel, vec![]),
            deliver("near", Cancel)
                .step("near", Status::Tombstone)
                .says("near", Cancelled, vec![]),
            deliver("near", Execute).says("near", Cancelled, vec![]),
            deliver("near", Cancelled)
                .step("near", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        world.assert_lent([0, 0]);
    });
}

/// Base is cancelled while home does not know that it has lent: that is undone.
#[test]
fn a_loan_on_base_is_taken_back() {
    in_world(AMOUNT, |world| {
        world.pause("ethereum", true, false);
        world.network.run(&[
            begin(),
            refuses("near", Refusal::CallFailed),
            turns(),
            lends("far"),
            pass("sui", 7_201),
            cancel(By::Stranger)
                .phase(Phase::Cancelling)
                .step("far", Status::Cancelling)
                .says("far", Cancel, vec![]),
            deliver("far", Cancel)
                .step("far", Status::Cancelled)
                .says("far", Cancelled, vec![]),
            deliver("far", Cancelled)
                .step("far", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        world.assert_lent([0, 0]);
    });
}

/// More than the treasury lends at once is refused on both chains.
#[test]
fn too_much_is_lent_nowhere() {
    let much = 1_000_000_000_001;
    in_world(much, |world| {
        world.network.run(&[
            begin_with(much),
            refuses("near", Refusal::Guard),
            turns_with(much),
            refuses("far", Refusal::Guard),
            deliver("far", Refused)
                .step("far", Status::Refused)
                .phase(Phase::Cancelling)
                .phase(Phase::Compensated),
        ]);
        world.assert_lent([0, 0]);
    });
}

/// The Sui virtual machine says only passed or failed, so a home there must be known to fail.
#[test]
#[should_panic(expected = "[ FAIL")]
fn a_wrong_claim_about_home_is_caught() {
    in_world(AMOUNT, |world| {
        world.network.run(&[begin().phase(Phase::Completed)]);
    });
}
