//! From a vault on one EVM chain to a vault on another and back: both chains in revm, and the treasury has an account on each.

use alloy_sol_types::{SolCall, sol};
use revm::primitives::{Address, U256};
use xcc::ir::MessageKind::{Cancel, Cancelled, Confirm, Confirmed, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc::wire::Value;
use xcc_tests::evm;
use xcc_tests::network::evm::OWNER;
use xcc_tests::network::step::{cancel, claim, deliver, number, pass, redrive, start};
use xcc_tests::network::{By, Call, Chain, EvmChain, EvmHome, Network, Protocol, Step};
use xcc_tests::project::{Override, Project};
use xcc_tests::solc;
use xcc_tests::tools::suite_dir;

use crate::costs::hold;
use crate::targets::{FEE, USER, guardian};

const SHARES: u64 = 700;
const ASSETS: u64 = 500;
/// What the treasury has of assets and of shares on each chain at first.
const HELD: u64 = 1_000;

/// Ethereum and Base: their chain ids, and Wormhole's numbers for them.
const CHAINS: [(&str, u64, u16); 2] = [("ethereum", 31_337, 2), ("base", 31_338, 30)];

sol! {
    function give(address account, uint256 assets, uint256 shares);
    function setOperator(address operator, bool approved);
    function settle(uint256 requestId);
    function assetsOf(address account) returns (uint256);
    function sharesOf(address account) returns (uint256);
}

/// A network in which a workflow begins on one of the chains, and the vaults there and on the other.
struct World<'p> {
    network: Network<'p>,
    vaults: [Address; 2],
    other: &'static str,
}

/// What is run.
#[derive(Clone, Copy)]
struct Case {
    workflow: &'static str,
    /// Where it begins, by position.
    home: usize,
    assets: u64,
    keeper: Address,
}

const TO_BASE: Case = Case {
    workflow: "MoveToBase",
    home: 0,
    assets: ASSETS,
    keeper: USER,
};

const TO_ETHEREUM: Case = Case {
    workflow: "MoveToEthereum",
    home: 1,
    ..TO_BASE
};

/// Compiles the example for chains of the tests, and deploys and wires the workflow of this direction. The treasury is whoever the tests
/// take for the holder of compensations: at home who starts the workflow.
fn in_network(case: Case, run: impl FnOnce(&mut World<'_>)) {
    let home = case.home;
    let names = [CHAINS[home].0, CHAINS[1 - home].0];
    let [mut own, mut other] = [CHAINS[home], CHAINS[1 - home]]
        .map(|(_, id, number)| EvmHome::new(id, number, &guardian(), FEE).unwrap().chain);
    let vaults = [deploy_vault(&mut own), deploy_vault(&mut other)];
    let treasuries = [USER, OWNER];
    let mut overrides = Vec::new();
    for ((chain, name), (vault, treasury)) in [&own, &other]
        .into_iter()
        .zip(names)
        .zip(vaults.into_iter().zip(treasuries))
    {
        let upper = name.to_uppercase();
        let contract = if name == "base" {
            "BaseVault"
        } else {
            "EthereumVault"
        };
        let constant = |what: &str| format!("{upper}_{what}");
        overrides.extend([
            Override::new(
                &["chains", name, "wormhole", "core"],
                chain.core().to_string(),
            ),
            Override::new(&["contracts", contract], vault.to_string()),
            Override::new(&["constants", &constant("TREASURY")], treasury.to_string()),
            Override::new(&["constants", &constant("KEEPER")], case.keeper.to_string()),
        ]);
    }
    let folder = suite_dir().join("../examples/rebalance-vaults");
    let project = Project::compile(&folder, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let protocol = Protocol::of(&project, case.workflow);
    let mut own = EvmHome::from(own);
    own.deploy_coordinator(protocol).unwrap();
    let machine = protocol.participant(names[1]);
    other.deploy_machine(protocol, machine).unwrap();
    own.chain.wire(&[other.peer()], protocol.fingerprint());
    other.wire(&[own.chain.peer()], protocol.fingerprint());
    open(&mut own.chain, vaults[0], USER);
    open(&mut other, vaults[1], OWNER);
    let inputs = vec![number(SHARES), number(case.assets)];
    let call = Call { from: USER, inputs };
    let chains = [(names[1].to_owned(), Chain::Evm(Box::new(other)))];
    run(&mut World {
        network: Network::new(protocol, own, chains, call),
        vaults,
        other: names[1],
    });
}

fn deploy_vault(chain: &mut EvmChain) -> Address {
    let source = include_str!("../../suite/examples/evm/AsyncVault.sol");
    let output = solc::compile(&solc::Input::new([("AsyncVault.sol", source)])).unwrap();
    assert_eq!(output.diagnostics, [], "{}", output.render());
    chain.deploy(output.contract("AsyncVault"))
}

/// Gives the treasury what it has, and lets the machine on the chain act for it.
fn open(chain: &mut EvmChain, vault: Address, treasury: Address) {
    let (held, operator) = (U256::from(HELD), chain.address());
    let give = giveCall {
        account: treasury,
        assets: held,
        shares: held,
    };
    let approve = setOperatorCall {
        operator,
        approved: true,
    };
    tell(chain, treasury, vault, &give);
    tell(chain, treasury, vault, &approve);
}

fn tell(chain: &mut EvmChain, from: Address, vault: Address, call: &impl SolCall) {
    let receipt = chain
        .evm
        .send(evm::Call::new(from, vault, call.abi_encode()));
    receipt.returned();
}

/// The treasury's assets and shares in a vault.
fn balances(chain: &mut EvmChain, vault: Address, account: Address) -> (u64, u64) {
    let mut ask = |data: Vec<u8>| -> u64 {
        let receipt = chain.evm.view(evm::Call::new(account, vault, data));
        U256::from_be_slice(receipt.returned()).to()
    };
    let assets = ask(assetsOfCall { account }.abi_encode());
    (assets, ask(sharesOfCall { account }.abi_encode()))
}

impl World<'_> {
    /// What the treasury has of assets and of shares, at home and on the other chain.
    fn treasury(&mut self) -> [(u64, u64); 2] {
        let vaults = self.vaults;
        let home = balances(&mut self.network.home.chain, vaults[0], USER);
        [
            home,
            balances(self.network.evm(self.other), vaults[1], OWNER),
        ]
    }

    /// The vaults' managers settle the first request.
    fn settle(&mut self, chains: [bool; 2]) {
        let call = settleCall {
            requestId: U256::ONE,
        };
        let vaults = self.vaults;
        if chains[0] {
            tell(&mut self.network.home.chain, USER, vaults[0], &call);
        }
        if chains[1] {
            tell(self.network.evm(self.other), USER, vaults[1], &call);
        }
    }
}

fn execute(assets: u64) -> Vec<Value> {
    vec![number(assets)]
}

fn begin(assets: u64) -> Step {
    start()
        .phase(Phase::Running)
        .step("leave", Status::Executed)
        .step("enter", Status::Sent)
        .says("enter", Execute, execute(assets))
}

/// Both requests stand; what is claimed first waits for its vault.
fn both_stand() -> [Step; 3] {
    [
        begin(ASSETS),
        deliver("enter", Execute)
            .step("enter", Status::Executed)
            .says("enter", Executed, vec![]),
        deliver("enter", Executed)
            .step("enter", Status::Executed)
            .phase(Phase::Committing),
    ]
}

fn completes(case: Case, then: impl FnOnce(&World<'_>)) {
    in_network(case, |world| {
        world.network.run(&both_stand());
        assert_eq!(world.treasury(), [(1_000, 300), (500, 1_000)]);
        world.settle([true, false]);
        world.network.run(&[
            redrive()
                .step("leave", Status::Confirmed)
                .says("enter", Confirm, vec![]),
            deliver("enter", Confirm).rejected("NotClaimable"),
            cancel(By::Initiator).rejected("NotCancellable"),
        ]);
        world.settle([false, true]);
        world.network.run(&[
            deliver("enter", Confirm)
                .step("enter", Status::Confirmed)
                .says("enter", Confirmed, vec![]),
            deliver("enter", Confirmed)
                .step("enter", Status::Confirmed)
                .phase(Phase::Completed),
        ]);
        assert_eq!(world.treasury(), [(1_700, 300), (500, 1_500)]);
        then(world);
    });
}

#[test]
fn the_weight_moves_from_ethereum_to_base() {
    completes(TO_BASE, |world| hold("rebalance-vaults", &world.network));
}

#[test]
fn the_weight_moves_from_base_to_ethereum() {
    completes(TO_ETHEREUM, |_| {});
}

/// The guard is evaluated where the request would be made.
#[test]
fn a_refused_request_takes_the_other_back() {
    let nothing = Case {
        assets: 0,
        ..TO_BASE
    };
    in_network(nothing, |world| {
        world.network.run(&[
            begin(0),
            deliver("enter", Execute)
                .step("enter", Status::Refused)
                .says("enter", Refused, vec![number(Refusal::Guard as u64)]),
            deliver("enter", Refused)
                .step("enter", Status::Refused)
                .phase(Phase::Cancelling)
                .step("leave", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        assert_eq!(world.treasury(), [(1_000, 1_000); 2]);
    });
}

/// The keeper thinks better of it while both requests are under way: the later one is taken back first.
#[test]
fn both_requests_are_taken_back() {
    in_network(TO_ETHEREUM, |world| {
        let [begin, execute, _] = both_stand();
        world.network.run(&[
            begin,
            execute,
            cancel(By::Stranger).rejected("DeadlineNotPassed"),
            cancel(By::Initiator)
                .phase(Phase::Cancelling)
                .step("enter", Status::Cancelling)
                .says("enter", Cancel, vec![]),
            deliver("enter", Executed),
            deliver("enter", Cancel)
                .step("enter", Status::Cancelled)
                .says("enter", Cancelled, vec![]),
            deliver("enter", Cancelled)
                .step("enter", Status::Cancelled)
                .step("leave", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        assert_eq!(world.treasury(), [(1_000, 1_000); 2]);
        hold("rebalance-vaults-undone", &world.network);
    });
}

/// What a vault has settled cannot be taken back: it is left to the treasury, which owns it anyway, and nothing else waits for it.
#[test]
fn a_settled_request_is_left_to_the_treasury() {
    in_network(TO_BASE, |world| {
        let [begin, execute, _] = both_stand();
        world.network.run(&[begin, execute]);
        world.settle([false, true]);
        world.network.run(&[
            pass("ethereum", 7_201),
            cancel(By::Stranger)
                .phase(Phase::Cancelling)
                .step("enter", Status::Cancelling)
                .says("enter", Cancel, vec![]),
            deliver("enter", Cancel)
                .step("enter", Status::Parked)
                .says("enter", Cancelled, vec![]),
            claim("enter", By::Stranger).rejected("NotAuthorised"),
            claim("enter", By::Owner).rejected("NotPending"),
            deliver("enter", Cancelled)
                .step("enter", Status::Cancelled)
                .step("leave", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        assert_eq!(world.treasury(), [(1_000, 1_000), (500, 1_000)]);
    });
}

/// Nobody but the keeper moves the treasury's weight.
#[test]
fn only_the_keeper_begins() {
    let of_another = Case {
        keeper: OWNER,
        ..TO_BASE
    };
    in_network(of_another, |world| {
        world.network.run(&[start().rejected("NotAuthorised")]);
        assert_eq!(world.treasury(), [(1_000, 1_000); 2]);
    });
}
