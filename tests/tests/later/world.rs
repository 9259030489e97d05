//! A feature's case on all five chains, each with the same small target: it can be made to fail, and says what it was asked for.

use std::collections::BTreeMap;
use std::fs;

use alloy_sol_types::{SolCall, sol};
use solana_account::Account;
use xcc::wire::Value;
use xcc_tests::evm::primitives::Address;
use xcc_tests::evm::{Call as EvmCall, Evm};
use xcc_tests::network::evm::EvmChain;
use xcc_tests::network::step::number;
use xcc_tests::network::{
    AptosChain, Call, Chain, EvmHome, Network, Peer, Protocol, SolanaChain, SuiChain, Target,
    aptos, evm, solana, sui,
};
use xcc_tests::program_crate::ProgramCrate;
use xcc_tests::project::{Override, Project, features_folder};
use xcc_tests::solc;
use xcc_tests::svm::Address as Key;
use xcc_tests::vaa::Guardian;
use xcc_tests::wormhole_svm::CORE;

/// What is run with; the receipts are one more at home and on Base, two more on Solana, three on Sui, four on Aptos.
pub(crate) const AMOUNT: u64 = 500;
/// Wormhole's fee for a message on the EVM, in wei.
pub(crate) const FEE: u64 = 1_000;
/// Who starts instances.
pub(crate) const USER: Address = Address::repeat_byte(0xa1);

/// The target's functions.
pub(crate) const RUN: u8 = 1;
pub(crate) const UNDO: u8 = 2;
pub(crate) const NOTE: u8 = 3;

/// The target's program and its state on Solana, as the cases' manifest says.
pub(crate) const TARGET: Key =
    solana_address::address!("4YRviz3wB9fsTLWQEidMx3VtAz8EJsNoQJyrX6DoPhp7");
pub(crate) const STATE: Key =
    solana_address::address!("66JuqUHifDi78VDrv66V1xmqZ8qwpWxipDN1VH6uQYTP");
/// How long the target's state on Solana is before its calls, and with twenty.
const STATE_SIZE: (usize, usize) = (34, 34 + 20 * 8);

sol! {
    function setBroken(uint8 number);
    function setDemand(uint256 gas);
    function setBomb(uint256 size);
    function aim(address victim, bytes attack);
    function refusal() returns (bytes4 refusal);
    function calls() returns (uint64[] calls);
}

/// The chains, and the targets on those of the EVM.
pub(crate) struct World<'p> {
    pub(crate) network: Network<'p>,
    home: Address,
    base: Address,
}

/// What the target is asked for, as it remembers it.
pub(crate) fn asked(function: u8, argument: u64) -> u64 {
    u64::from(function) * 1_000_000 + argument
}

/// Compiles a case for chains of the tests, and deploys and wires it.
pub(crate) fn in_world(feature: &str, run: impl FnOnce(&mut World<'_>)) {
    in_changed_world(feature, str::to_owned, run);
}

/// The same with a change of the case's source.
pub(crate) fn in_changed_world(
    feature: &str,
    change: impl FnOnce(&str) -> String,
    run: impl FnOnce(&mut World<'_>),
) {
    let mut home = EvmHome::new(31_337, 2, &guardian(), FEE).unwrap();
    let mut base = EvmChain::new(31_338, 30, &guardian(), FEE).unwrap();
    let targets = [&mut home.chain, &mut base].map(deploy_target);
    let source = fs::read_to_string(features_folder().join(format!("{feature}.xcc")));
    let source = change(&source.expect("the case is there"));
    let project = Project::compile_source(&source, &overrides([&home.chain, &base], targets));
    let project = project.unwrap_or_else(|error| panic!("{error}"));
    let protocol = Protocol::new(&project);
    home.deploy_coordinator(protocol).unwrap();
    let peer = home.chain.peer();
    let chains = chains(protocol, base, peer);
    let peers: Vec<Peer> = chains.iter().map(|(_, chain)| chain.peer()).collect();
    home.chain.wire(&peers, protocol.fingerprint());
    run(&mut World {
        network: Network::new(protocol, home, chains, inputs(feature)),
        home: targets[0],
        base: targets[1],
    });
}

pub(crate) fn guardian() -> Guardian {
    Guardian::new(1)
}

fn deploy_target(chain: &mut EvmChain) -> Address {
    let source = include_str!("../../suite/features/evm/Target.sol");
    let output = solc::compile(&solc::Input::new([("Target.sol", source)])).unwrap();
    assert_eq!(output.diagnostics, [], "{}", output.render());
    chain.deploy(output.contract("Target"))
}

/// What `xcc.toml` must say for the chains of the tests.
fn overrides(chains: [&EvmChain; 2], targets: [Address; 2]) -> Vec<Override> {
    let core = |name, chain: &EvmChain| {
        Override::new(
            &["chains", name, "wormhole", "core"],
            chain.core().to_string(),
        )
    };
    let hex = |bytes: [u8; 32]| format!("0x{}", hex::encode(bytes));
    vec![
        core("ethereum", chains[0]),
        core("base", chains[1]),
        Override::new(&["chains", "solana", "wormhole", "core"], CORE.to_string()),
        Override::new(&["contracts", "Home"], targets[0].to_string()),
        Override::new(&["contracts", "Base"], targets[1].to_string()),
        // The state is the first object that the tests on Sui make.
        Override::new(&["constants", "OBJECT"], hex(sui::object_id(0, 0))),
        Override::new(&["constants", "DESK"], hex(aptos::OWNER)),
    ]
}

/// The four chains in the order in which home is wired to them.
fn chains(protocol: Protocol<'_>, mut base: EvmChain, home: Peer) -> Vec<(String, Chain)> {
    base.deploy_machine(protocol, protocol.participant("base"))
        .unwrap();
    base.wire(&[home], protocol.fingerprint());
    let machine = |chain| protocol.participant(chain);
    let (sui, aptos) = (machine("sui"), machine("aptos"));
    let sui = SuiChain::new(protocol, sui, &guardian(), home, sui_target()).unwrap();
    let aptos = AptosChain::new(protocol, aptos, &guardian(), home, aptos_target()).unwrap();
    let chains = [
        ("base", Chain::Evm(Box::new(base))),
        ("solana", Chain::Solana(Box::new(solana(protocol, home)))),
        ("sui", Chain::Sui(sui)),
        ("aptos", Chain::Aptos(aptos)),
    ];
    chains.map(|(name, chain)| (name.to_owned(), chain)).into()
}

fn solana(protocol: Protocol<'_>, home: Peer) -> SolanaChain {
    let machine = protocol.participant("solana");
    let mut chain = SolanaChain::new(protocol, machine, &guardian(), home).unwrap();
    let target = ProgramCrate::load(&features_folder().join("svm/program")).unwrap();
    solana::deploy(&mut chain.svm, TARGET, &target).unwrap();
    chain.svm.set_account(STATE, state(vec![0; STATE_SIZE.1]));
    chain
}

/// An account of the target.
pub(crate) fn state(data: Vec<u8>) -> Account {
    Account {
        lamports: 10_000_000,
        data,
        owner: TARGET,
        executable: false,
        rent_epoch: u64::MAX,
    }
}

fn sui_target() -> Target {
    let module = include_str!("../../suite/features/sui/target.move");
    Target {
        modules: BTreeMap::from([("sui_".to_owned(), module.to_owned())]),
        before: "    let mut state = sui_::target::open(s.ctx());\n".to_owned(),
        after: String::new(),
        end: "    test_utils::destroy(state);\n".to_owned(),
    }
}

fn aptos_target() -> Target {
    let module = include_str!("../../suite/features/aptos/target.move");
    Target {
        modules: BTreeMap::from([("aptos".to_owned(), module.to_owned())]),
        before: "        aptos::target::open(&account::create_account_for_test(@aptos));\n"
            .to_owned(),
        ..Target::default()
    }
}

fn inputs(feature: &str) -> Call {
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    let mut inputs = vec![bytes(USER.as_slice())];
    if feature == "parked" {
        let [base, solana, sui] = owners();
        inputs.extend([base, solana, sui]);
    }
    inputs.push(number(AMOUNT));
    Call { from: USER, inputs }
}

/// Whom the parked case holds compensations for on Base, Solana and Sui.
pub(crate) fn owners() -> [Value; 3] {
    use solana_signer::Signer;
    let solana = solana::owner().pubkey();
    let owners = [evm::OWNER.as_slice(), solana.as_ref(), &sui::OWNER];
    owners.map(|owner| Value::Bytes(owner.to_vec()))
}

impl World<'_> {
    /// Makes one function of the target on a chain fail, and no other.
    pub(crate) fn breaks(&mut self, chain: &str, function: u8) {
        let statement = format!("set_broken({function});");
        match chain {
            "ethereum" | "base" => self.tell_evm(chain, setBrokenCall { number: function }),
            "solana" => {
                let svm = &mut self.network.solana(chain).svm;
                let mut account = svm.account(&STATE).expect("the target has a state");
                account.data[0] = function;
                svm.set_account(STATE, account);
            }
            "sui" => self.network.sui(chain).tell(&format!("state.{statement}")),
            "aptos" => {
                let statement = format!("aptos::target::{statement}");
                self.network.aptos(chain).tell(&statement);
            }
            _ => panic!("no chain `{chain}`"),
        }
    }

    /// Makes the target on a chain work again.
    pub(crate) fn mends(&mut self, chain: &str) {
        self.breaks(chain, 0);
    }

    /// Makes the target on an EVM chain fail if it is given less gas.
    pub(crate) fn demands(&mut self, chain: &str, gas: u64) {
        let gas = gas.try_into().expect("it fits");
        self.tell_evm(chain, setDemandCall { gas });
    }

    /// Makes the target on an EVM chain hand back so many bytes whenever it returns a receipt or fails.
    pub(crate) fn bombs(&mut self, chain: &str, size: u64) {
        let size = size.try_into().expect("it fits");
        self.tell_evm(chain, setBombCall { size });
    }

    /// Makes the target on an EVM chain call the machine there whenever it is called itself.
    pub(crate) fn aims(&mut self, chain: &str, attack: &impl SolCall) {
        let victim = match chain {
            "ethereum" => self.network.home.chain.address(),
            _ => self.network.evm(chain).address(),
        };
        let attack = attack.abi_encode().into();
        self.tell_evm(chain, aimCall { victim, attack });
    }

    /// The beginning of what the machine answered.
    pub(crate) fn refusal(&mut self, chain: &str) -> [u8; 4] {
        let answer = self.ask_evm(chain, refusalCall {});
        answer.0
    }

    /// Demands all that the target on a chain was asked for so far.
    #[track_caller]
    pub(crate) fn assert_asked(&mut self, chain: &str, calls: &[u64]) {
        match chain {
            "ethereum" | "base" => {
                let asked = self.ask_evm(chain, callsCall {});
                assert_eq!(asked, calls, "{chain}");
            }
            "solana" => assert_eq!(self.asked_on_solana(), calls),
            "sui" => {
                let expression = format!("state.calls() == vector{calls:?}");
                self.network.sui(chain).check(&expression);
            }
            "aptos" => {
                let expression = format!("aptos::target::calls() == vector{calls:?}");
                self.network.aptos(chain).check(&expression);
            }
            _ => panic!("no chain `{chain}`"),
        }
    }

    /// Demands the same of every chain, in the order home, Base, Solana, Sui, Aptos: the functions, each with its argument.
    #[track_caller]
    pub(crate) fn assert_all_asked(&mut self, calls: [&[(u8, u64)]; 5]) {
        let chains = ["ethereum", "base", "solana", "sui", "aptos"];
        for (chain, calls) in chains.into_iter().zip(calls) {
            let calls: Vec<u64> = calls
                .iter()
                .map(|&(function, argument)| asked(function, argument))
                .collect();
            self.assert_asked(chain, &calls);
        }
    }

    fn tell_evm(&mut self, chain: &str, call: impl SolCall) {
        let (evm, target) = self.target(chain);
        let call = EvmCall::new(USER, target, call.abi_encode());
        evm.send(call).returned();
    }

    fn ask_evm<C: SolCall>(&mut self, chain: &str, call: C) -> C::Return {
        let (evm, target) = self.target(chain);
        let receipt = evm.view(EvmCall::new(USER, target, call.abi_encode()));
        C::abi_decode_returns(receipt.returned()).expect("the target's own interface")
    }

    fn asked_on_solana(&mut self) -> Vec<u64> {
        let account = self.network.solana("solana").svm.account(&STATE);
        let data = account.expect("the target has a state").data;
        let calls = data[STATE_SIZE.0..].chunks_exact(8);
        let calls = calls.map(|call| u64::from_le_bytes(call.try_into().expect("eight bytes")));
        calls.take(usize::from(data[1])).collect()
    }

    fn target(&mut self, chain: &str) -> (&mut Evm, Address) {
        if chain == "ethereum" {
            return (&mut self.network.home.chain.evm, self.home);
        }
        (&mut self.network.evm(chain).evm, self.base)
    }
}
