//! From USDC on Ethereum to staked SUI: Solidity in revm, the program in litesvm, the package in the Sui virtual machine.

use std::collections::BTreeMap;

use solana_signer::Signer;
use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc::wire::Value;
use xcc_tests::network::solana::{self, SolanaChain};
use xcc_tests::network::step::{cancel, claim, deliver, expire, number, pass, redrive, start};
use xcc_tests::network::sui::{SuiChain, object_id};
use xcc_tests::network::{By, Call, Chain, Network, Protocol, Step, Target};
use xcc_tests::program_crate::ProgramCrate;
use xcc_tests::project::{Override, Project};
use xcc_tests::svm::Address;
use xcc_tests::tools::suite_dir;

use crate::targets::{FEE, Targets, USER, guardian};
use crate::tokens::{self, USDC_MINT, account, associated, mint_account, token_account, tokens};

const USDC: u64 = 1_000_000;
const SOL: u64 = 5_000;
const USDC_BACK: u64 = 750_000;
const SUI: u64 = 400;
/// The desk of the tests gives one share for two SUI.
pub(crate) const SHARES: u64 = 200;
const OWNER: [u8; 32] = [0x0b; 32];

/// What lies on Solana at first: the desk's USDC and SOL, then the pool's.
const HELD: [u64; 4] = [2_000_000, 0, 150_000_000, 1_000_000];

const RAYDIUM: Address = solana_address::address!("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");
const SOL_MINT: Address = solana_address::address!("So11111111111111111111111111111111111111112");
const USDC_VAULT: Address =
    solana_address::address!("3CZpq9nSjYbMxnEYz4yQq7tPLzjRxeqm7kHgQmFVVDu1");
const SOL_VAULT: Address = solana_address::address!("4ct7br2vTPzfdmY3S5HLtTxcGSBfn6pnw98hsS6v359A");
const AMM_CONFIG: Address =
    solana_address::address!("D4FPEruKEHrG5TenZ2mpDGEfu1iUvTiqBxvpU8HLBvC2");
const POOL: Address = solana_address::address!("7JuwJuNU88gurFnyWeiyGKbFmExMWcmRZntn9imEzdny");
const OBSERVATION: Address =
    solana_address::address!("4MYrPgjgFceyhtwhG1ZX8UVb4wn1aQB5wzMimtFqg7U8");

/// Compiles the example for chains of the tests, deploys and wires it, and gives everyone what they need.
pub(crate) fn in_network(run: impl FnOnce(&mut Network<'_>, Targets)) {
    let (mut home, targets) = Targets::deploy();
    let mut overrides = targets.asset(&home);
    overrides.extend([
        Override::new(&["contracts", "Receipt"], targets.receipt.to_string()),
        Override::new(
            &["chains", "solana", "wormhole", "core"],
            xcc_tests::wormhole_svm::CORE.to_string(),
        ),
        Override::new(
            &["constants", "TRADER"],
            solana::owner().pubkey().to_string(),
        ),
        // The desk is the first object that the tests on Sui make.
        Override::new(
            &["constants", "STAKE_DESK"],
            format!("0x{}", hex::encode(object_id(0, 0))),
        ),
    ]);
    let folder = suite_dir().join("../examples/swap-and-stake");
    let project = Project::compile(&folder, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let protocol = Protocol::new(&project);
    home.deploy_coordinator(protocol).unwrap();
    let peer = home.chain.peer();
    let solana = solana_chain(protocol, peer);
    let sui = SuiChain::new(
        protocol,
        protocol.participant("sui"),
        &guardian(),
        peer,
        desk(),
    )
    .unwrap();
    home.chain
        .wire(&[solana.peer(), sui.peer()], protocol.fingerprint());
    targets.endow(&mut home, USDC);
    targets.let_mint(&mut home);
    let chains = [
        ("solana", Chain::Solana(Box::new(solana))),
        ("sui", Chain::Sui(sui)),
    ];
    let chains = chains.map(|(name, chain)| (name.to_owned(), chain));
    run(&mut Network::new(protocol, home, chains, inputs()), targets);
}

fn inputs() -> Call {
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    Call {
        from: USER,
        inputs: vec![
            bytes(USER.as_slice()),
            bytes(&OWNER),
            number(USDC),
            number(SOL),
            number(USDC_BACK),
            number(SUI),
        ],
    }
}

fn solana_chain(protocol: Protocol<'_>, home: xcc_tests::network::Peer) -> SolanaChain {
    let machine = protocol.participant("solana");
    let mut chain = SolanaChain::new(protocol, machine, &guardian(), home).unwrap();
    let raydium = ProgramCrate::load(&suite_dir().join("suite/examples/svm/raydium")).unwrap();
    solana::deploy(&mut chain.svm, RAYDIUM, &raydium).unwrap();
    for (mint, decimals) in [(USDC_MINT, 6), (SOL_MINT, 9)] {
        chain.svm.set_account(mint, mint_account(decimals));
    }
    let pool = Address::find_program_address(&[b"vault_and_lp_mint_auth_seed"], &RAYDIUM).0;
    let desk = chain.authority();
    let accounts = places(&desk).into_iter().zip([desk, desk, pool, pool]);
    for (((place, mint), owner), amount) in accounts.zip(HELD) {
        chain
            .svm
            .set_account(place, token_account(&mint, &owner, amount));
    }
    for state in [AMM_CONFIG, POOL, OBSERVATION] {
        chain.svm.set_account(state, account(RAYDIUM, vec![0; 8]));
    }
    chain
}

/// The desk's USDC and SOL, and the pool's, with their mints.
fn places(desk: &Address) -> [(Address, Address); 4] {
    [
        (associated(desk, &USDC_MINT), USDC_MINT),
        (associated(desk, &SOL_MINT), SOL_MINT),
        (USDC_VAULT, USDC_MINT),
        (SOL_VAULT, SOL_MINT),
    ]
}

/// The amounts in the four token accounts.
fn held(network: &mut Network<'_>) -> [u64; 4] {
    let solana = network.solana("solana");
    places(&solana.authority()).map(|(place, _)| tokens::held(&solana.svm, &place))
}

/// Does these steps. After each of them there is as much of each token on Solana as at first, whoever has it.
#[track_caller]
fn run(network: &mut Network<'_>, steps: &[Step]) {
    let there = BTreeMap::from([
        (USDC_MINT, HELD[0] + HELD[2]),
        (SOL_MINT, HELD[1] + HELD[3]),
    ]);
    for step in steps {
        network.run(std::slice::from_ref(step));
        let svm = &mut network.solana("solana").svm;
        assert_eq!(tokens(svm), there, "{:?}", step.action);
    }
}

fn desk() -> Target {
    let module = include_str!("../../suite/examples/sui/stake_desk.move");
    Target {
        modules: BTreeMap::from([("desk".to_owned(), module.to_owned())]),
        before: "    let mut desk = desk::stake_desk::open(500, s.ctx());\n".to_owned(),
        after: String::new(),
        end: "    test_utils::destroy(desk);\n".to_owned(),
    }
}

pub(crate) fn execute_swap() -> Vec<Value> {
    vec![number(USDC), number(SOL), number(USDC_BACK)]
}

pub(crate) fn execute_stake() -> Vec<Value> {
    vec![Value::Bytes(OWNER.to_vec()), number(SUI)]
}

pub(crate) fn refused(reason: Refusal) -> Vec<Value> {
    vec![number(reason as u64)]
}

/// From the start until the stake is on its way.
pub(crate) fn until_stake() -> [Step; 3] {
    [
        start()
            .phase(Phase::Running)
            .step("price", Status::Executed)
            .step("swap", Status::Sent)
            .says("swap", Execute, execute_swap()),
        deliver("swap", Execute)
            .step("swap", Status::Executed)
            .says("swap", Executed, vec![]),
        deliver("swap", Executed)
            .step("swap", Status::Executed)
            .step("stake", Status::Sent)
            .says("stake", Execute, execute_stake()),
    ]
}

/// From the Cancel of the swap to the end.
pub(crate) fn unwind() -> [Step; 2] {
    [
        deliver("swap", Cancel)
            .step("swap", Status::Cancelled)
            .says("swap", Cancelled, vec![]),
        deliver("swap", Cancelled)
            .step("swap", Status::Cancelled)
            .step("price", Status::Parked)
            .phase(Phase::Compensated),
    ]
}

/// The USDC goes back to the user, whoever asks for that.
fn goes_back() -> Step {
    claim("price", By::Stranger).step("price", Status::Cancelled)
}

/// What the instance came to on every chain, and who can claim what is left of the fees.
#[track_caller]
fn assert_settled(network: &mut Network<'_>, phase: Phase, messages: u64) {
    let instance = network.instance();
    assert_eq!(network.home.phase(instance), phase as u8);
    let quote: u64 = network.home.quote().to();
    let credit: u64 = network.home.credit(USER).to();
    assert_eq!(credit, quote - messages * FEE);
    let coordinator = network.home.chain.address();
    let held = network.home.chain.evm.balance(coordinator);
    assert_eq!(held.to::<u64>(), credit);
}

#[test]
fn usdc_becomes_a_stake() {
    in_network(|network, targets| {
        run(network, &until_stake());
        assert_eq!(targets.balances(&mut network.home), (0, 0));
        let [usdc, sol, pool_usdc, pool_sol] = held(network);
        assert_eq!((sol, pool_sol), (SOL, HELD[3] - SOL));
        assert!(usdc >= HELD[0] - USDC && usdc + pool_usdc == HELD[0] + HELD[2]);

        run(
            network,
            &[
                deliver("stake", Execute)
                    .step("stake", Status::Executed)
                    .says("stake", Executed, vec![number(SHARES)]),
                deliver("stake", Executed)
                    .step("stake", Status::Executed)
                    .phase(Phase::Committing)
                    .step("pay_price", Status::Parked)
                    .step("receipt", Status::Executed)
                    .phase(Phase::Completed),
            ],
        );
        network.sui("sui").check("desk.inventory() == 100");
        network.sui("sui").check(&format!(
            "desk.shares(@0x{}) == {SHARES}",
            hex::encode(OWNER)
        ));
        assert_eq!(targets.receipts(&mut network.home), SHARES);
        run(
            network,
            &[
                claim("price", By::Initiator).rejected("WrongState"),
                claim("pay_price", By::Stranger).step("pay_price", Status::Executed),
                claim("pay_price", By::Stranger).rejected("WrongState"),
            ],
        );
        assert_eq!(targets.balances(&mut network.home), (0, USDC));
        assert_settled(network, Phase::Completed, 2);
    });
}

/// Nobody stakes in time, so the stake is refused after its deadline, and everything before it is undone.
#[test]
fn an_expired_stake_brings_the_usdc_back() {
    in_network(|network, targets| {
        run(network, &until_stake());
        run(
            network,
            &[
                expire("stake").rejected("DeadlineNotPassed"),
                pass("sui", 3_601),
                deliver("stake", Execute).rejected("DeadlinePassed"),
                expire("stake").step("stake", Status::Refused).says(
                    "stake",
                    Refused,
                    refused(Refusal::Late),
                ),
                deliver("stake", Refused)
                    .step("stake", Status::Refused)
                    .phase(Phase::Cancelling)
                    .step("swap", Status::Cancelling)
                    .says("swap", Cancel, vec![]),
            ],
        );
        assert_eq!(targets.balances(&mut network.home), (0, 0));
        run(network, &unwind());
        run(network, &[goes_back()]);

        assert_eq!(targets.balances(&mut network.home), (USDC, 0));
        assert_eq!(targets.receipts(&mut network.home), 0);
        let [usdc, sol, pool_usdc, pool_sol] = held(network);
        assert_eq!((sol, pool_sol), (0, HELD[3]));
        assert!(usdc >= HELD[0] - USDC + USDC_BACK && usdc + pool_usdc == HELD[0] + HELD[2]);
        network.sui("sui").check("desk.inventory() == 500");
        assert_settled(network, Phase::Compensated, 3);
    });
}

/// The user cancels before anyone has delivered anything: the late Execute bounces off the tombstone.
#[test]
fn a_cancelled_swap_never_runs() {
    in_network(|network, targets| {
        let [begin, ..] = until_stake();
        let [_, end] = unwind();
        run(
            network,
            &[
                begin,
                cancel(By::Stranger).rejected("DeadlineNotPassed"),
                cancel(By::Initiator)
                    .phase(Phase::Cancelling)
                    .step("swap", Status::Cancelling)
                    .says("swap", Cancel, vec![]),
                deliver("swap", Cancel)
                    .step("swap", Status::Tombstone)
                    .says("swap", Cancelled, vec![]),
                deliver("swap", Execute).says("swap", Cancelled, vec![]),
                end,
                deliver("swap", Cancelled),
            ],
        );
        run(network, &[goes_back()]);
        assert_eq!(targets.balances(&mut network.home), (USDC, 0));
        assert_eq!(held(network), HELD);
        assert_settled(network, Phase::Compensated, 2);
    });
}

/// A stake that won the race against the cancel decides: the instance goes forward.
#[test]
fn a_stake_beats_a_late_cancel() {
    in_network(|network, targets| {
        run(network, &until_stake());
        run(
            network,
            &[
                cancel(By::Initiator)
                    .phase(Phase::Cancelling)
                    .step("stake", Status::Cancelling)
                    .says("stake", Cancel, vec![]),
                deliver("stake", Execute)
                    .step("stake", Status::Executed)
                    .says("stake", Executed, vec![number(SHARES)]),
                deliver("stake", Cancel).says("stake", Executed, vec![number(SHARES)]),
                deliver("stake", Executed)
                    .step("stake", Status::Executed)
                    .phase(Phase::Committing)
                    .step("pay_price", Status::Parked)
                    .step("receipt", Status::Executed)
                    .phase(Phase::Completed),
            ],
        );
        assert_eq!(targets.receipts(&mut network.home), SHARES);
        assert_settled(network, Phase::Completed, 3);
    });
}

/// A message that got lost is sent again at the cost of whoever asks; what is repeated changes nothing.
#[test]
fn lost_and_repeated_messages_do_no_harm() {
    in_network(|network, _| {
        let [begin, first, next] = until_stake();
        run(
            network,
            &[
                begin,
                redrive().says("swap", Execute, execute_swap()),
                first,
                deliver("swap", Execute).says("swap", Executed, vec![]),
                next,
                deliver("swap", Executed),
            ],
        );
        assert_eq!(held(network)[1], SOL);
    });
}

/// The desk on Solana is compensated only once it refuses no more.
#[test]
fn a_swap_that_cannot_be_undone_waits() {
    in_network(|network, targets| {
        run(network, &until_stake());
        run(
            network,
            &[
                pass("sui", 3_601),
                expire("stake").step("stake", Status::Refused).says(
                    "stake",
                    Refused,
                    refused(Refusal::Late),
                ),
                deliver("stake", Refused)
                    .step("stake", Status::Refused)
                    .phase(Phase::Cancelling)
                    .step("swap", Status::Cancelling)
                    .says("swap", Cancel, vec![]),
            ],
        );
        let desk = network.solana("solana").authority();
        let place = associated(&desk, &SOL_MINT);
        let solana = network.solana("solana");
        let full = solana.svm.account(&place).expect("the desk has SOL");
        solana
            .svm
            .set_account(place, token_account(&SOL_MINT, &desk, SOL - 1));
        // SPL Token's error 1: insufficient funds.
        network.run(&[deliver("swap", Cancel).rejected("InstructionError(1, Custom(1))")]);
        network.solana("solana").svm.set_account(place, full);
        run(network, &unwind());
        run(network, &[goes_back()]);
        assert_eq!(targets.balances(&mut network.home), (USDC, 0));
    });
}

/// The Sui virtual machine says only passed or failed, so it must be known to fail.
#[test]
#[should_panic(expected = "[ FAIL")]
fn a_wrong_claim_about_sui_is_caught() {
    in_network(|network, _| {
        run(network, &until_stake());
        run(
            network,
            &[deliver("stake", Execute)
                .step("stake", Status::Executed)
                .says("stake", Executed, vec![number(SHARES + 1)])],
        );
    });
}
