//! A decision of governance on Ethereum carried out on five other chains, each in its virtual machine.

use std::collections::BTreeMap;

use alloy_sol_types::{SolCall, SolError, sol};
use revm::primitives::{Address, B256, U256};
use solana_account::Account;
use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc::wire::Value;
use xcc_tests::evm;
use xcc_tests::network::evm::EvmChain;
use xcc_tests::network::solana::{self, SolanaChain};
use xcc_tests::network::step::{cancel, deliver, number, pass, redrive, start};
use xcc_tests::network::sui::{SuiChain, object_id};
use xcc_tests::network::{
    AptosChain, By, Call, Chain, EvmHome, Network, Peer, Protocol, Step, Target,
};
use xcc_tests::program_crate::ProgramCrate;
use xcc_tests::project::{Override, Project};
use xcc_tests::solc;
use xcc_tests::svm::{Address as Key, discriminator};
use xcc_tests::tools::suite_dir;
use xcc_tests::wormhole_svm::CORE;

use crate::costs::hold;
use crate::targets::{FEE, USER, guardian};

/// The new fee, and the one before, in hundredths of a percent.
const NEW: u64 = 25;
const OLD: u64 = 30;
/// Who delivers on Sui.
const DELIVERER: &str = "5757575757575757575757575757575757575757575757575757575757575757";
/// How long the timelock waits, in seconds.
const DELAY: u64 = 86_400;
const STEPS: [&str; 4] = ["on_base", "on_solana", "on_sui", "on_aptos"];

/// The pool on Optimism and on Base, and that on Solana, as the manifest says.
const EVM_POOL: Address = revm::primitives::address!("3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
const SOLANA_POOL: Key = solana_address::address!("AGsS9FhE44crgHufA1wiN97eAyY6CG1pNzyJnBzoGtjK");
const ORCA_CONFIG: Key = solana_address::address!("HS8PWUbTiHiFuYzfrgj4i8zDbZLBQqiqaqXvFvMxDAgc");
const ORCA: Key = solana_address::address!("whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc");

/// Liquidswap's pool, as Move names it.
const POOL: &str = "<aptos_framework::aptos_coin::AptosCoin, asset::asset::USDC, liquidswap::curves::Uncorrelated>";

sol! {
    function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay);
    function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt);
    function setFeeManager(address manager);
    function customFee(address pool) returns (uint256);
    struct Inputs {
        uint8 fee;
    }
    error NotAuthorised();
    error TimelockUnexpectedOperationState(bytes32 operation);
    function start(Inputs inputs) returns (bytes32 instance);
}

/// The chains, and what stands on those of the EVM.
struct World<'p> {
    network: Network<'p>,
    timelock: Address,
    /// The factories of pools on Optimism and on Base.
    factories: [Address; 2],
}

/// Compiles the example for chains of the tests, deploys and wires it, and makes its participants those who set fees.
fn in_world(fee: u64, run: impl FnOnce(&mut World<'_>)) {
    let mut home = EvmHome::new(31_337, 2, &guardian(), FEE).unwrap();
    let mut base = EvmChain::new(31_338, 30, &guardian(), FEE).unwrap();
    let timelock = include_str!("../../suite/examples/evm/Timelock.sol");
    let timelock = deploy(&mut home.chain, "Timelock", timelock);
    let mut optimism = EvmChain::new(31_339, 24, &guardian(), FEE).unwrap();
    let source = include_str!("../../suite/examples/evm/PoolFactory.sol");
    let factories = [&mut optimism, &mut base].map(|it| deploy(it, "PoolFactory", source));
    let object = |position| format!("0x{}", hex::encode(object_id(0, position)));
    home.executor = Some(Box::new(move |chain, start| {
        carry_out(chain, timelock, &start)
    }));
    let core =
        |name: &str, core: String| Override::new(&["chains", name, "wormhole", "core"], core);
    let overrides = [
        core("ethereum", home.chain.core().to_string()),
        core("optimism", optimism.core().to_string()),
        core("base", base.core().to_string()),
        core("solana", CORE.to_string()),
        Override::new(&["contracts", "Velodrome"], factories[0].to_string()),
        Override::new(&["contracts", "Aerodrome"], factories[1].to_string()),
        Override::new(&["constants", "TIMELOCK"], timelock.to_string()),
        // The first objects that the tests on Sui make.
        Override::new(&["constants", "CETUS_CONFIG"], object(0)),
        Override::new(&["constants", "SUI_POOL"], object(1)),
    ];
    let folder = suite_dir().join("../examples/set-pool-fees");
    let project = Project::compile(&folder, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let protocol = Protocol::new(&project);
    home.deploy_coordinator(protocol).unwrap();
    let peer = home.chain.peer();
    let machine = |chain| protocol.participant(chain);
    let others = [("optimism", &mut optimism), ("base", &mut base)];
    for ((name, chain), factory) in others.into_iter().zip(factories) {
        chain.deploy_machine(protocol, machine(name)).unwrap();
        chain.wire(&[peer], protocol.fingerprint());
        let manager = chain.address();
        tell(chain, factory, &setFeeManagerCall { manager });
    }
    let (sui, aptos) = (machine("sui"), machine("aptos"));
    let chains = [
        ("optimism", Chain::Evm(Box::new(optimism))),
        ("base", Chain::Evm(Box::new(base))),
        ("solana", Chain::Solana(Box::new(orca(protocol, peer)))),
        (
            "sui",
            Chain::Sui(SuiChain::new(protocol, sui, &guardian(), peer, cetus()).unwrap()),
        ),
        (
            "aptos",
            Chain::Aptos(
                AptosChain::new(protocol, aptos, &guardian(), peer, liquidswap()).unwrap(),
            ),
        ),
    ];
    let peers: Vec<Peer> = chains.iter().map(|(_, chain)| chain.peer()).collect();
    home.chain.wire(&peers, protocol.fingerprint());
    let chains = chains.map(|(name, chain)| (name.to_owned(), chain));
    let call = Call {
        from: timelock,
        inputs: vec![number(fee)],
    };
    run(&mut World {
        network: Network::new(protocol, home, chains, call),
        timelock,
        factories,
    });
}

/// Has the timelock schedule the start of an instance, and execute it once its time has come.
fn carry_out(chain: &mut EvmChain, timelock: Address, start: &evm::Call) -> evm::Receipt {
    let scheduled = chain.timestamp();
    let schedule = scheduleCall {
        target: start.to.expect("it calls the coordinator"),
        value: start.value,
        data: start.data.clone(),
        predecessor: B256::ZERO,
        salt: salt(scheduled),
        delay: U256::from(DELAY),
    };
    tell(chain, timelock, &schedule);
    chain.evm.set_balance(USER, start.value);
    let execute = executed(timelock, start, scheduled);
    let early = chain.evm.send(execute.clone());
    assert!(
        early
            .reverted()
            .starts_with(&TimelockUnexpectedOperationState::SELECTOR)
    );
    chain.pass(DELAY);
    chain.evm.send(execute)
}

/// The transaction by which anybody has the timelock do what was scheduled at this time.
fn executed(timelock: Address, start: &evm::Call, scheduled: u64) -> evm::Call {
    let execute = executeCall {
        target: start.to.expect("it calls the coordinator"),
        value: start.value,
        payload: start.data.clone(),
        predecessor: B256::ZERO,
        salt: salt(scheduled),
    };
    evm::Call::new(USER, timelock, execute.abi_encode()).with_value(start.value)
}

/// What tells decisions that were scheduled at different times from each other.
fn salt(scheduled: u64) -> B256 {
    U256::from(scheduled).into()
}

fn deploy(chain: &mut EvmChain, name: &str, source: &str) -> Address {
    let file = format!("{name}.sol");
    let output = solc::compile(&solc::Input::new([(file.as_str(), source)])).unwrap();
    assert_eq!(output.diagnostics, [], "{}", output.render());
    chain.deploy(output.contract(name))
}

fn tell(chain: &mut EvmChain, contract: Address, call: &impl SolCall) {
    let call = evm::Call::new(USER, contract, call.abi_encode());
    chain.evm.send(call).returned();
}

/// Solana with a pool whose fees the participant's authority sets.
fn orca(protocol: Protocol<'_>, home: Peer) -> SolanaChain {
    let machine = protocol.participant("solana");
    let mut chain = SolanaChain::new(protocol, machine, &guardian(), home).unwrap();
    let program = ProgramCrate::load(&suite_dir().join("suite/examples/svm/whirlpool")).unwrap();
    solana::deploy(&mut chain.svm, ORCA, &program).unwrap();
    let rate = u16::try_from(OLD * 100).expect("a fee of Orca's");
    let pool = [ORCA_CONFIG.as_ref(), &rate.to_le_bytes()].concat();
    put(&mut chain, SOLANA_POOL, "Whirlpool", &pool);
    let authority = chain.authority();
    put(
        &mut chain,
        ORCA_CONFIG,
        "WhirlpoolsConfig",
        authority.as_ref(),
    );
    chain
}

fn put(chain: &mut SolanaChain, key: Key, name: &str, content: &[u8]) {
    let account = Account {
        lamports: 10_000_000,
        data: [&discriminator("account", name)[..], content].concat(),
        owner: ORCA,
        executable: false,
        rent_epoch: u64::MAX,
    };
    chain.svm.set_account(key, account);
}

/// Cetus with a pool; whoever delivers in the tests is its manager.
fn cetus() -> Target {
    let module = include_str!("../../suite/examples/sui/cetus.move");
    Target {
        modules: BTreeMap::from([("cetus".to_owned(), module.to_owned())]),
        before: format!(
            "    let mut global_config = cetus::config::open(@0x{DELIVERER}, s.ctx());
    let mut pool = cetus::pool::open<SUI, usdc::usdc::USDC>({}, s.ctx());
",
            OLD * 100
        ),
        after: String::new(),
        end: "    test_utils::destroy(global_config);\n    test_utils::destroy(pool);\n".to_owned(),
    }
}

/// Liquidswap with a pool whose fees the participant's account sets.
fn liquidswap() -> Target {
    let module = include_str!("../../suite/examples/aptos/liquidswap.move");
    Target {
        modules: BTreeMap::from([("liquidswap".to_owned(), module.to_owned())]),
        after: format!(
            "        liquidswap::liquidity_pool::open{POOL}(&account::create_account_for_test(@liquidswap), set_pool_fees_aptos::authority(), {OLD});\n"
        ),
        ..Target::default()
    }
}

impl World<'_> {
    /// Demands the fees of the five pools, in hundredths of a percent; those on the EVM have none of their own at first.
    #[track_caller]
    fn assert_fees(&mut self, [optimism, base, solana, sui, aptos]: [u64; 5]) {
        let expected = [("optimism", optimism), ("base", base)];
        for ((name, expected), factory) in expected.into_iter().zip(self.factories) {
            assert_eq!(fee(self.network.evm(name), factory), expected, "on {name}");
        }
        let pool = self.network.solana("solana").svm.account(&SOLANA_POOL);
        let data = pool.expect("the pool is there").data;
        assert_eq!(data[40..], (solana as u16 * 100).to_le_bytes(), "on Solana");
        let check = format!("cetus::pool::fee_rate(&pool) == {}", sui * 100);
        self.network.sui("sui").check(&check);
        let check = format!("liquidswap::liquidity_pool::get_pool_fee{POOL}() == {aptos}");
        self.network.aptos("aptos").check(&check);
    }

    /// Makes somebody else set the fees on Aptos, or the participant again.
    fn set_fee_admin(&mut self, admin: &str) {
        let call = format!("liquidswap::liquidity_pool::set_fee_admin{POOL}({admin});");
        self.network.aptos("aptos").tell(&call);
    }
}

/// The fee of the pool of a factory.
fn fee(chain: &mut EvmChain, factory: Address) -> u64 {
    let ask = customFeeCall { pool: EVM_POOL };
    let call = evm::Call::new(USER, factory, ask.abi_encode());
    U256::from_be_slice(chain.evm.view(call).returned()).to()
}

fn execute() -> Vec<Value> {
    vec![number(NEW)]
}

fn begin() -> Step {
    begin_with(NEW)
}

fn begin_with(fee: u64) -> Step {
    start()
        .phase(Phase::Running)
        .step("on_optimism", Status::Sent)
        .says("on_optimism", Execute, vec![number(fee)])
}

/// From the start until the decision stands.
fn decides() -> [Step; 3] {
    let stands = heard("on_optimism").phase(Phase::Committing);
    let all = STEPS.into_iter().fold(stands, |heard, step| {
        heard
            .step(step, Status::Sent)
            .says(step, Execute, execute())
    });
    [begin(), sets("on_optimism"), all]
}

/// Home hears that the decision does not stand.
fn over(action: Step) -> Step {
    action.phase(Phase::Cancelling).phase(Phase::Compensated)
}

fn sets(step: &str) -> Step {
    deliver(step, Execute)
        .step(step, Status::Executed)
        .says(step, Executed, vec![])
}

fn heard(step: &str) -> Step {
    deliver(step, Executed).step(step, Status::Executed)
}

#[test]
fn five_pools_get_the_new_fee() {
    in_world(NEW, |world| {
        world.network.run(&decides());
        world.assert_fees([NEW, 0, OLD, OLD, OLD]);
        world.network.run(&STEPS.map(sets));
        world.assert_fees([NEW; 5]);
        world.network.run(&[
            heard("on_sui"),
            heard("on_base"),
            redrive()
                .says("on_solana", Execute, execute())
                .says("on_aptos", Execute, execute()),
            deliver("on_solana", Execute).says("on_solana", Executed, vec![]),
            heard("on_solana"),
            cancel(By::Stranger).rejected("NotCancellable"),
            heard("on_aptos").phase(Phase::Completed),
            deliver("on_aptos", Executed),
        ]);
        world.assert_fees([NEW; 5]);
        world.network.assert_phase(Phase::Completed);
        hold("set-pool-fees", &world.network);
    });
}

/// Nobody but the timelock begins, and it does so once its time has come, once.
#[test]
fn only_the_timelock_carries_a_decision_out() {
    in_world(NEW, |world| {
        let scheduled = world.network.home.chain.timestamp();
        world.network.run(&[begin()]);
        let (timelock, value) = (world.timelock, world.network.home.quote());
        let home = &mut world.network.home.chain;
        let inputs = Inputs { fee: NEW as u8 };
        let data = startCall { inputs }.abi_encode();
        let start = evm::Call::new(USER, home.address(), data).with_value(value);
        home.evm.set_balance(USER, value);
        let direct = home.evm.send(start.clone());
        assert!(direct.reverted().starts_with(&NotAuthorised::SELECTOR));
        let again = home.evm.send(executed(timelock, &start, scheduled));
        let not_ready = TimelockUnexpectedOperationState::SELECTOR;
        assert!(again.reverted().starts_with(&not_ready));
    });
}

/// A fee that some chain would never take is refused before anything is set.
#[test]
fn too_high_a_fee_is_never_set() {
    for fee in [0, 101] {
        in_world(fee, |world| {
            world.network.run(&[
                begin_with(fee),
                deliver("on_optimism", Execute)
                    .step("on_optimism", Status::Refused)
                    .says("on_optimism", Refused, vec![number(Refusal::Guard as u64)]),
                over(deliver("on_optimism", Refused).step("on_optimism", Status::Refused)),
            ]);
            world.assert_fees([0, 0, OLD, OLD, OLD]);
            world.network.assert_phase(Phase::Compensated);
        });
    }
}

/// Somebody else is the fee manager on Optimism, or nobody delivers in time.
#[test]
fn a_refusal_on_optimism_keeps_all_as_they_were() {
    in_world(NEW, |world| {
        let factory = world.factories[0];
        let manager = Address::ZERO;
        tell(
            world.network.evm("optimism"),
            factory,
            &setFeeManagerCall { manager },
        );
        for (seconds, reason) in [
            (0, Refusal::CallFailed),
            (2 * DELAY + 43_201, Refusal::Late),
        ] {
            world.network.run(&[
                begin(),
                pass("optimism", seconds),
                deliver("on_optimism", Execute)
                    .step("on_optimism", Status::Refused)
                    .says("on_optimism", Refused, vec![number(reason as u64)]),
                over(deliver("on_optimism", Refused).step("on_optimism", Status::Refused)),
            ]);
        }
        world.assert_fees([0, 0, OLD, OLD, OLD]);
    });
}

/// Anyone ends a decision that nobody delivers; the late Execute bounces. One that came before the cancel stands.
#[test]
fn a_late_decision_can_be_cancelled_by_anyone() {
    in_world(NEW, |world| {
        let cancels = || {
            cancel(By::Stranger)
                .phase(Phase::Cancelling)
                .step("on_optimism", Status::Cancelling)
                .says("on_optimism", Cancel, vec![])
        };
        world.network.run(&[
            begin(),
            cancel(By::Stranger).rejected("DeadlineNotPassed"),
            pass("ethereum", 43_201),
            cancels(),
            deliver("on_optimism", Cancel)
                .step("on_optimism", Status::Tombstone)
                .says("on_optimism", Cancelled, vec![]),
            deliver("on_optimism", Execute).says("on_optimism", Cancelled, vec![]),
            deliver("on_optimism", Cancelled)
                .step("on_optimism", Status::Cancelled)
                .phase(Phase::Compensated),
        ]);
        world.assert_fees([0, 0, OLD, OLD, OLD]);
        let [begin, first, stands] = decides();
        world.network.run(&[
            begin,
            first,
            pass("ethereum", 43_201),
            cancels(),
            deliver("on_optimism", Cancel).says("on_optimism", Executed, vec![]),
            stands,
        ]);
        hold("set-pool-fees-undone", &world.network);
    });
}

/// On each chain somebody else sets the fees for now: the delivery fails and is repeated when the right one does again, however late that is.
#[test]
fn a_pool_that_refuses_waits() {
    in_world(NEW, |world| {
        world.network.run(&decides());
        let base = world.network.evm("base");
        let (factory, participant) = (world.factories[1], base.address());
        let manager = Address::ZERO;
        tell(base, factory, &setFeeManagerCall { manager });
        let sui = world.network.sui("sui");
        sui.tell("global_config.set_pool_manager(@0x1);");
        world.set_fee_admin("@0x1");
        let solana = world.network.solana("solana");
        let config = solana.svm.account(&ORCA_CONFIG).expect("it is there");
        put(solana, ORCA_CONFIG, "WhirlpoolsConfig", &[7; 32]);
        world.network.run(&[
            deliver("on_base", Execute).rejected("NotFeeManager"),
            deliver("on_solana", Execute).rejected("WrongFeeAuthority"),
            deliver("on_sui", Execute).rejected("NotPoolManager"),
            deliver("on_aptos", Execute).rejected("NotAdmin"),
        ]);
        world.assert_fees([NEW, 0, OLD, OLD, OLD]);
        for chain in ["base", "solana", "sui", "aptos"] {
            world.network.run(&[pass(chain, 10_000_000)]);
        }
        let manager = participant;
        let base = world.network.evm("base");
        tell(base, factory, &setFeeManagerCall { manager });
        let sui = world.network.sui("sui");
        sui.tell(&format!("global_config.set_pool_manager(@0x{DELIVERER});"));
        world.set_fee_admin("set_pool_fees_aptos::authority()");
        let solana = world.network.solana("solana");
        solana.svm.set_account(ORCA_CONFIG, config);
        world.network.run(&STEPS.map(sets));
        world
            .network
            .run(&["on_base", "on_solana", "on_sui"].map(heard));
        world
            .network
            .run(&[heard("on_aptos").phase(Phase::Completed)]);
        world.assert_fees([NEW; 5]);
    });
}
