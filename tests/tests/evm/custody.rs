//! Tokens in the custody of a coordinator, and tokens that custody must not trust. The other chain is not there: what its participant would
//! say is signed as if it had.

use std::rc::Rc;

use alloy_sol_types::{SolCall, SolError, sol};
use xcc::ir::{MessageKind, Phase, Status};
use xcc::wire::Header;
use xcc_tests::evm::primitives::{Address, B256, U256};
use xcc_tests::evm::{Call, Evm, Outcome, Receipt};
use xcc_tests::project::{Project, declarations, feature};
use xcc_tests::solc::Output;
use xcc_tests::vaa::{Guardian, Vaa};
use xcc_tests::wormhole_evm::Core;

use crate::build::compile;

sol! {
    #![sol(all_derives)]
    struct Peer { uint16 chain; bytes32 emitter; }
    struct Inputs { address user; uint64 amount; uint64 fee; address seller; address treasury; }

    function wire(Peer[] peers, bytes32 fingerprint) external;
    function start(Inputs inputs) external payable returns (bytes32 instance);
    function cancel(bytes32 instance) external payable;
    function deliver(bytes vaa) external payable;
    function claimFunds(bytes32 instance) external;
    function claimCharge(bytes32 instance) external;
    function claimHoldFunds(bytes32 instance) external;
    function claimPayFunds(bytes32 instance) external;
    function claimPayCharge(bytes32 instance) external;
    function quote() external view returns (uint256);
    function phaseOf(bytes32 instance) external view returns (uint8);
    function statusOf(bytes32 instance, uint16 step) external view returns (uint8);

    function setMode(uint8 mode) external;
    function aim(address victim, bytes attack) external;
    function setBalance(address account, uint256 amount) external;
    function approve(address spender, uint256 amount) external returns (bool);
    function balanceOf(address account) external view returns (uint256);
    function refusal() external view returns (bytes4);

    error TransferFailed(address token);
    error NoToken(address token);
    error WrongAmount(address token, uint256 expected, uint256 found);
    error WrongState();
    error NotAuthorised();
    error Reentered();
}

/// What surrounds the statements of the workflow that is tested.
const HEAD: &str = r#"
asset Token on ethereum: erc20 decimals 6, solana: spl decimals 6, sui: coin decimals 6, aptos: fungible decimals 6;
workflow Feature on ethereum (
    user: address@ethereum,
    amount: u64,
    fee: u64,
    seller: address@ethereum,
    treasury: address@ethereum,
) {
    authorise user;
    transport wormhole;
"#;

const WORKFLOW: &str = r#"
    take funds: Token = amount from user;
    take charge: Token = fee from user;
    step sell = Solana.run(amount) within 1h accounts { state: @STATE, authority: self } gas 50_000 pivot;
    pay funds to seller;
    pay charge to treasury;
"#;

const TOKEN: &str = include_str!("../../suite/features/evm/Token.sol");

pub(crate) const USER: Address = Address::repeat_byte(0xa1);
pub(crate) const MALLORY: Address = Address::repeat_byte(0xbb);
pub(crate) const SELLER: Address = Address::repeat_byte(0x5e);
pub(crate) const TREASURY: Address = Address::repeat_byte(0x7e);
/// What the tests call the participant on Solana.
const EMITTER: [u8; 32] = [0x50; 32];
const SOLANA: u16 = 1;
pub(crate) const SELL: u16 = 2;

/// How a token behaves, as `Token.Mode` numbers it.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    Sound = 0,
    Silent = 1,
    Refusing = 2,
    Charging = 3,
    Greedy = 4,
    Calling = 5,
    Blocking = 6,
    Idle = 7,
}

/// The home chain with the coordinator and the token, where the user has a thousand and allows the coordinator to take as much.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) evm: Evm,
    pub(crate) core: Core,
    output: Rc<Output>,
    pub(crate) coordinator: Address,
    pub(crate) token: Address,
    fingerprint: [u8; 32],
    sequence: u64,
}

impl World {
    fn new() -> Self {
        Self::of(WORKFLOW, &[])
    }

    /// A workflow of these statements, compiled beside these contracts.
    pub(crate) fn of(workflow: &str, contracts: &[(&str, &str)]) -> Self {
        Self::with_assets("", workflow, contracts)
    }

    /// The same, beside assets of its own.
    pub(crate) fn with_assets(assets: &str, workflow: &str, contracts: &[(&str, &str)]) -> Self {
        let project = feature(
            "custody",
            &format!("{}{assets}{HEAD}{workflow}}}\n", declarations()),
        );
        let mut evm = Evm::new(31_337);
        let mut core = Core::deploy(&mut evm, 2, &[Guardian::new(1)]).unwrap();
        let last = |byte| Address::with_last_byte(byte);
        evm.relocate(core.address, last(0xc2));
        core.address = last(0xc2);
        for account in [USER, MALLORY] {
            evm.set_balance(account, U256::from(10u64.pow(18)));
        }
        let contracts = contracts.iter().chain([&("Token.sol", TOKEN)]);
        let contracts: Vec<_> = contracts
            .map(|&(name, text)| (name, text.to_owned()))
            .collect();
        let output = compile(&project.compiled.artifacts, &contracts);
        let token = evm
            .deploy(USER, &output.contract("Token").creation, &[])
            .unwrap();
        evm.relocate(token, last(0xd3));
        let creation = &output.contract("FeatureCoordinator").creation;
        let coordinator = evm.deploy(USER, creation, &[]).unwrap();
        let mut world = World {
            evm,
            core,
            output: Rc::new(output),
            coordinator,
            token: last(0xd3),
            fingerprint: fingerprint(&project),
            sequence: 0,
        };
        let peers = vec![Peer {
            chain: SOLANA,
            emitter: EMITTER.into(),
        }];
        let fingerprint = world.fingerprint.into();
        world
            .send(USER, &wireCall { peers, fingerprint })
            .returned();
        world.endow(USER);
        world
    }

    pub(crate) fn endow(&mut self, account: Address) {
        let amount = U256::from(1_000);
        let spender = self.coordinator;
        self.tell(account, &setBalanceCall { account, amount });
        self.tell(account, &approveCall { spender, amount });
    }

    /// What deploys a contract that was compiled along.
    pub(crate) fn creation(&self, contract: &str) -> Vec<u8> {
        self.output.contract(contract).creation.clone()
    }

    /// Calls the coordinator.
    pub(crate) fn send(&mut self, from: Address, call: &impl SolCall) -> Receipt {
        self.evm
            .send(Call::new(from, self.coordinator, call.abi_encode()))
    }

    /// Calls the token.
    fn tell(&mut self, from: Address, call: &impl SolCall) {
        let call = Call::new(from, self.token, call.abi_encode());
        self.evm.send(call).returned();
    }

    pub(crate) fn behave(&mut self, mode: Mode) {
        self.tell(USER, &setModeCall { mode: mode as u8 });
    }

    pub(crate) fn ask<C: SolCall>(&mut self, of: Address, call: &C) -> C::Return {
        let receipt = self.evm.view(Call::new(USER, of, call.abi_encode()));
        C::abi_decode_returns(receipt.returned()).unwrap()
    }

    pub(crate) fn balance(&mut self, account: Address) -> u64 {
        self.ask(self.token, &balanceOfCall { account }).to()
    }

    pub(crate) fn status(&mut self, instance: B256, step: u16) -> Status {
        let number = self.ask(self.coordinator, &statusOfCall { instance, step });
        Status::ALL[usize::from(number)]
    }

    pub(crate) fn phase(&mut self, instance: B256) -> Phase {
        let number = self.ask(self.coordinator, &phaseOfCall { instance });
        Phase::ALL[usize::from(number)]
    }

    fn try_start(&mut self, by: Address, user: Address) -> Receipt {
        let fees = self.quote();
        self.start_with(by, user, fees)
    }

    /// The fees of an instance.
    pub(crate) fn quote(&mut self) -> U256 {
        self.ask(self.coordinator, &quoteCall {})
    }

    /// Starts an instance with so many wei.
    pub(crate) fn start_with(&mut self, by: Address, user: Address, value: U256) -> Receipt {
        let inputs = Inputs {
            user,
            amount: 600,
            fee: 5,
            seller: SELLER,
            treasury: TREASURY,
        };
        let data = startCall { inputs }.abi_encode();
        self.evm
            .send(Call::new(by, self.coordinator, data).with_value(value))
    }

    pub(crate) fn start(&mut self) -> B256 {
        B256::from_slice(self.try_start(USER, USER).returned())
    }

    /// Delivers what the participant would say.
    pub(crate) fn reply(&mut self, instance: B256, kind: MessageKind, body: &[u8]) {
        self.reply_about(SELL, instance, kind, body).returned();
    }

    /// Delivers what the participant would say of a step.
    pub(crate) fn reply_about(
        &mut self,
        step: u16,
        instance: B256,
        kind: MessageKind,
        body: &[u8],
    ) -> Receipt {
        let vaa = self.said(step, instance, kind, body).into();
        self.send(MALLORY, &deliverCall { vaa })
    }

    /// What the participant would say of a step, signed.
    pub(crate) fn said(
        &mut self,
        step: u16,
        instance: B256,
        kind: MessageKind,
        body: &[u8],
    ) -> Vec<u8> {
        let header = Header {
            kind,
            step,
            fingerprint: *self.fingerprint.first_chunk().unwrap(),
            deadline: 0,
            instance: instance.0,
        };
        self.sequence += 1;
        self.core.sign(&Vaa {
            guardian_set: 0,
            timestamp: 1,
            nonce: 0,
            emitter_chain: SOLANA,
            emitter_address: EMITTER,
            sequence: self.sequence,
            consistency_level: 1,
            payload: [&header.encode()[..], body].concat(),
        })
    }

    fn sold(&mut self) -> B256 {
        let instance = self.start();
        self.reply(instance, MessageKind::Executed, &[]);
        assert_eq!(self.phase(instance), Phase::Completed);
        instance
    }

    fn refused(&mut self) -> B256 {
        let instance = self.start();
        self.reply(instance, MessageKind::Refused, &[3]);
        assert_eq!(self.phase(instance), Phase::Compensated);
        instance
    }
}

fn fingerprint(project: &Project) -> [u8; 32] {
    let lowered = &project.compiled.lowered;
    let workflow = lowered.program.workflows.keys().next().unwrap();
    lowered.facts.fingerprints[workflow]
}

#[track_caller]
pub(crate) fn assert_reverted(receipt: &Receipt, error: &impl SolError) {
    let expected = Outcome::Reverted(error.abi_encode().into());
    assert_eq!(receipt.outcome, expected);
}

#[test]
fn a_holding_is_kept_until_it_is_paid_and_then_once() {
    let mut world = World::new();
    let instance = world.start();
    assert_eq!(
        (world.balance(USER), world.balance(world.coordinator)),
        (395, 605)
    );
    let early = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(&early, &WrongState {});
    let back = world.send(USER, &claimFundsCall { instance });
    assert_reverted(&back, &WrongState {});
    world.reply(instance, MessageKind::Executed, &[]);
    assert_eq!(world.status(instance, 3), Status::Parked);
    world
        .send(SELLER, &claimPayFundsCall { instance })
        .returned();
    assert_eq!(world.status(instance, 3), Status::Executed);
    let again = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(&again, &WrongState {});
    let back = world.send(USER, &claimFundsCall { instance });
    assert_reverted(&back, &WrongState {});
    world
        .send(MALLORY, &claimPayChargeCall { instance })
        .returned();
    assert_eq!((world.balance(SELLER), world.balance(TREASURY)), (600, 5));
    assert_eq!(world.balance(world.coordinator), 0);
}

#[test]
fn what_was_taken_goes_back_if_the_instance_is_undone() {
    let mut world = World::new();
    let instance = world.refused();
    assert_eq!(world.balance(USER), 395);
    let paid = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(&paid, &WrongState {});
    world.send(USER, &claimFundsCall { instance }).returned();
    world.send(USER, &claimChargeCall { instance }).returned();
    let again = world.send(USER, &claimFundsCall { instance });
    assert_reverted(&again, &WrongState {});
    assert_eq!(
        (world.balance(USER), world.balance(world.coordinator)),
        (1_000, 0)
    );
}

#[test]
fn whoever_claims_the_right_account_is_paid() {
    let mut world = World::new();
    let instance = world.sold();
    world
        .send(MALLORY, &claimPayFundsCall { instance })
        .returned();
    assert_eq!((world.balance(SELLER), world.balance(MALLORY)), (600, 0));
    world.endow(USER);
    let instance = world.refused();
    world.send(MALLORY, &claimFundsCall { instance }).returned();
    assert_eq!((world.balance(USER), world.balance(MALLORY)), (995, 0));
}

#[test]
fn nobody_takes_what_another_allowed() {
    let mut world = World::new();
    let receipt = world.try_start(MALLORY, USER);
    assert_reverted(&receipt, &NotAuthorised {});
    let receipt = world.try_start(MALLORY, MALLORY);
    let token = world.token;
    assert_reverted(&receipt, &TransferFailed { token });
    assert_eq!(world.balance(USER), 1_000);
}

#[test]
fn a_token_that_returns_nothing_is_taken() {
    let mut world = World::new();
    world.behave(Mode::Silent);
    let instance = world.sold();
    world
        .send(SELLER, &claimPayFundsCall { instance })
        .returned();
    assert_eq!(world.balance(SELLER), 600);
}

#[test]
fn a_token_that_does_nothing_is_found_out() {
    let mut world = World::new();
    world.behave(Mode::Refusing);
    let token = world.token;
    let receipt = world.try_start(USER, USER);
    assert_reverted(&receipt, &TransferFailed { token });
    world.behave(Mode::Sound);
    let instance = world.sold();
    world.behave(Mode::Refusing);
    let receipt = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(&receipt, &TransferFailed { token });
    assert_paid_at_last(&mut world, instance);
}

/// What could not be paid waits, and is paid by a later claim once the token works.
fn assert_paid_at_last(world: &mut World, instance: B256) {
    assert_eq!(world.status(instance, 3), Status::Parked);
    world.behave(Mode::Sound);
    world
        .send(SELLER, &claimPayFundsCall { instance })
        .returned();
    assert_eq!(world.balance(SELLER), 600);
}

/// A debt is not paid by a transfer that says it worked and moves nothing.
#[test]
fn a_token_that_only_says_it_moved_something_is_found_out() {
    let mut world = World::new();
    world.behave(Mode::Idle);
    let (token, expected, found) = (world.token, U256::from(600), U256::ZERO);
    let idle = WrongAmount {
        token,
        expected,
        found,
    };
    let receipt = world.try_start(USER, USER);
    assert_reverted(&receipt, &idle);
    world.behave(Mode::Sound);
    let instance = world.sold();
    world.behave(Mode::Idle);
    let receipt = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(&receipt, &idle);
    assert_paid_at_last(&mut world, instance);
}

#[test]
fn an_address_without_code_is_no_token() {
    let mut world = World::new();
    world.evm.set_code(world.token, Vec::new());
    let receipt = world.try_start(USER, USER);
    assert!(matches!(receipt.outcome, Outcome::Reverted(_)));
}

#[test]
fn a_token_that_keeps_a_part_is_refused() {
    let mut world = World::new();
    world.behave(Mode::Charging);
    let (token, expected, found) = (world.token, U256::from(600), U256::from(599));
    let receipt = world.try_start(USER, USER);
    assert_reverted(
        &receipt,
        &WrongAmount {
            token,
            expected,
            found,
        },
    );
    assert_eq!(world.balance(USER), 1_000);
}

/// What others have in custody pays for nobody else.
#[test]
fn a_token_that_takes_too_much_is_stopped() {
    let mut world = World::new();
    let instance = world.sold();
    world.endow(USER);
    world.sold();
    world.behave(Mode::Greedy);
    let (token, expected, found) = (world.token, U256::from(600), U256::from(1_200));
    let receipt = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(
        &receipt,
        &WrongAmount {
            token,
            expected,
            found,
        },
    );
}

#[test]
fn a_receiver_that_is_blocked_keeps_nobody_else_waiting() {
    let mut world = World::new();
    let instance = world.start();
    let (victim, attack) = (SELLER, Vec::new().into());
    world.tell(USER, &aimCall { victim, attack });
    world.behave(Mode::Blocking);
    world.reply(instance, MessageKind::Executed, &[]);
    assert_eq!(world.phase(instance), Phase::Completed);
    let token = world.token;
    let receipt = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(&receipt, &TransferFailed { token });
    world
        .send(TREASURY, &claimPayChargeCall { instance })
        .returned();
    assert_eq!(world.balance(TREASURY), 5);
    assert_paid_at_last(&mut world, instance);
}

#[test]
fn a_token_that_calls_back_changes_nothing() {
    let mut world = World::new();
    let other = world.sold();
    world.endow(USER);
    let instance = world.sold();
    let attacks = [
        claimPayFundsCall { instance }.abi_encode(),
        claimPayFundsCall { instance: other }.abi_encode(),
        deliverCall {
            vaa: Vec::new().into(),
        }
        .abi_encode(),
    ];
    for attack in attacks {
        let mut world = world.clone();
        let (victim, attack) = (world.coordinator, attack.into());
        world.tell(USER, &aimCall { victim, attack });
        world.behave(Mode::Calling);
        world
            .send(SELLER, &claimPayFundsCall { instance })
            .returned();
        assert_eq!(world.balance(SELLER), 600);
        let refusal = world.ask(world.token, &refusalCall {});
        assert_eq!(refusal.0, Reentered::SELECTOR);
    }
}
