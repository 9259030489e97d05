//! Two EVM chains with Wormhole's real core on each, and a third chain whose messages the tests sign themselves.

use alloy_sol_types::{SolCall, SolError, SolEvent, SolValue, sol};
use xcc::deployment::{self, Deployment};
use xcc::entities::{Chain, Contract};
use xcc::ir::{MessageKind, Phase, Status};
use xcc::vm::Vm;
use xcc::wire::Header;
use xcc_tests::evm::primitives::{Address, B256, Log, U256};
use xcc_tests::evm::{Call, Evm, Outcome, Receipt};
use xcc_tests::vaa::{Guardian, Vaa, evm_emitter};
use xcc_tests::wormhole_evm::Core;

use crate::build::{TARGETS, compile};
use crate::fixture::{Lowered, binding, swap_and_stake};

pub(crate) mod abi {
    #![allow(
        missing_docs,
        clippy::too_many_arguments,
        reason = "the contracts' own names"
    )]
    alloy_sol_types::sol! {
        #[derive(Debug, PartialEq)]
        struct Peer { uint16 chain; bytes32 emitter; }
        struct Inputs { address user; bytes32 owner; uint64 amount; uint64 minOut; string note; }

        function wire(Peer[] peers, bytes32 fingerprint) external;
        function start(Inputs inputs) external payable returns (bytes32 instance);
        function deliver(bytes vaa) external payable;
        function cancel(bytes32 instance) external payable;
        function redrive(bytes32 instance) external payable;
        function claim(address receiver) external;
        function quote() external view returns (uint256);
        function credits(address account) external view returns (uint256);
        function phaseOf(bytes32 instance) external view returns (uint8);
        function statusOf(bytes32 instance, uint16 step) external view returns (uint8);
        function reserveOf(bytes32 instance) external view returns (uint256);
        function isWired() external view returns (bool);
        function behave(uint8 mood) external;
        function aim(address victim, bytes attack) external;
        function lend(address borrower, bytes data) external;
        function attackWorked() external view returns (bool);
        function attackResult() external view returns (bytes);

        event Called(string what, uint256 amount);
        event StepChanged(bytes32 indexed instance, uint16 indexed step, uint8 status);
        event Completed(bytes32 indexed instance, uint64 shares);

        error NotWired();
        error AlreadyWired();
        error NotDeployer(address caller);
        error UnexpectedFingerprint(bytes32 expected);
        error Reentered();
        error UnknownMessage(uint16 step, uint8 kind);
        error InsufficientGas(uint256 required);
        error NotAuthorised();
        error DeadlineNotPassed();
        error NotCancellable();
        error NothingOutstanding();
        error WrongState();
        error InsufficientFee(uint256 required, uint256 paid);
        error EmptyReserve(bytes32 instance, uint256 required);
        error ResendNotPaid(uint256 required);
        error NothingToClaim();
        error ZeroReceiver();
        error ClaimRefused(address receiver);
        error EmptyFeeBalance(uint256 required, uint256 available);
        error RepeatedReplyNotPaid(uint256 required);
        error WrongPeerCount(uint256 expected, uint256 given);
        error UnexpectedPeer(uint16 expected, uint16 given);
        error ZeroPeer(uint16 chain);
        error OwnChainPeer(uint16 chain);
        error DuplicatePeer(uint16 chain);
        error InvalidVaa(string reason);
        error UnknownEmitter(uint16 chain, bytes32 emitter);
        error InvalidHeader();
        error WrongFingerprint(bytes8 prefix);
        error Trailing(uint256 offset);
        error TooLong(uint256 length, uint256 max);
        error NotUtf8();
        error WrongChain(uint256 expected);
        error NoWormhole(address core);
    }
}

sol! {
    error Nothing();
}

/// Who deploys and starts instances.
pub(crate) const ALICE: Address = Address::repeat_byte(0xa1);
/// Nobody in particular.
pub(crate) const MALLORY: Address = Address::repeat_byte(0xbb);
/// What the tests call Solana's participant.
pub(crate) const SOLANA_EMITTER: [u8; 32] = [0x50; 32];

/// Wormhole's numbers of the three chains, as `binding` gives them in source order.
pub(crate) const ETHEREUM: u16 = 2;
pub(crate) const BASE: u16 = 3;
pub(crate) const SOLANA: u16 = 4;

/// Numbers of the steps of `swap_and_stake`.
pub(crate) const LOCK: u16 = 0;
pub(crate) const SWAP: u16 = 1;
pub(crate) const STAKE: u16 = 2;
pub(crate) const NOTIFY: u16 = 3;

/// What the targets can be told to do, as `Targets.Mood` numbers them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mood {
    Fine = 0,
    Reverting = 1,
    Burning = 2,
    Bomb = 3,
    Greedy = 5,
}

/// One EVM chain with a machine on it.
#[derive(Clone)]
pub(crate) struct Side {
    pub(crate) evm: Evm,
    pub(crate) core: Core,
    pub(crate) targets: Address,
    pub(crate) machine: Address,
}

/// The chains of `swap_and_stake`. A clone is a snapshot.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) ethereum: Side,
    pub(crate) base: Side,
    pub(crate) fingerprint: [u8; 32],
    sequence: u64,
}

impl Side {
    fn new(chain: u16, targets: &[u8]) -> Self {
        let mut evm = Evm::new(u64::from(chain));
        let core = Core::deploy(&mut evm, chain, &[Guardian::new(1)]).unwrap();
        let targets = evm.deploy(ALICE, targets, &[]).unwrap();
        for account in [ALICE, MALLORY] {
            evm.set_balance(account, U256::from(10u64.pow(18)));
        }
        Side {
            evm,
            core,
            targets,
            machine: Address::ZERO,
        }
    }

    /// Calls the machine.
    pub(crate) fn send(&mut self, from: Address, call: &impl SolCall, wei: u64) -> Receipt {
        let call = Call::new(from, self.machine, call.abi_encode()).with_value(U256::from(wei));
        self.evm.send(call)
    }

    /// Asks the machine.
    pub(crate) fn ask<C: SolCall>(&mut self, call: &C) -> C::Return {
        let receipt = self
            .evm
            .view(Call::new(ALICE, self.machine, call.abi_encode()));
        C::abi_decode_returns(receipt.returned()).unwrap()
    }

    /// Tells the targets what to do.
    pub(crate) fn behave(&mut self, mood: Mood) {
        let data = abi::behaveCall { mood: mood as u8 }.abi_encode();
        self.evm
            .send(Call::new(ALICE, self.targets, data))
            .returned();
    }

    /// The messages a transaction published, signed.
    pub(crate) fn published(&self, receipt: &Receipt) -> Vec<Vec<u8>> {
        let published = self.core.published(receipt);
        published
            .iter()
            .map(|message| self.core.sign(&self.core.observe(&self.evm, message)))
            .collect()
    }

    /// Delivers a signed message to the machine.
    pub(crate) fn deliver(&mut self, vaa: &[u8], wei: u64) -> Receipt {
        self.send(MALLORY, &deliver_call(vaa), wei)
    }

    pub(crate) fn status(&mut self, instance: B256, step: u16) -> Status {
        let number = self.ask(&abi::statusOfCall { instance, step });
        Status::ALL[usize::from(number)]
    }

    pub(crate) fn phase(&mut self, instance: B256) -> Phase {
        let number = self.ask(&abi::phaseOfCall { instance });
        Phase::ALL[usize::from(number)]
    }
}

impl World {
    /// Deployed, wired, and with this message fee on both chains.
    pub(crate) fn new(fee: u64) -> Self {
        let mut world = Self::unwired();
        if fee > 0 {
            for side in [&mut world.ethereum, &mut world.base] {
                side.core.set_message_fee(&mut side.evm, U256::from(fee));
            }
        }
        let (peers, fingerprint) = (world.home_peers(), world.fingerprint);
        world
            .ethereum
            .send(ALICE, &wire(peers, fingerprint), 0)
            .returned();
        let peers = vec![peer(
            ETHEREUM,
            evm_emitter(world.ethereum.machine.into_array()),
        )];
        world
            .base
            .send(ALICE, &wire(peers, fingerprint), 0)
            .returned();
        world
    }

    /// Deployed only.
    pub(crate) fn unwired() -> Self {
        let targets = compile(&Default::default(), &[("Targets.sol", TARGETS.to_owned())]);
        let targets = &targets.contract("Targets").creation;
        let (mut ethereum, mut base) = (Side::new(ETHEREUM, targets), Side::new(BASE, targets));
        let lowered = Lowered::new(&swap_and_stake());
        let artifacts = lowered.emit(&deployment(&ethereum, &base));
        let output = compile(&artifacts, &[]);
        let coordinator = &output.contract("SwapAndStakeCoordinator").creation;
        ethereum.machine = ethereum.evm.deploy(ALICE, coordinator, &[]).unwrap();
        let participant = &output.contract("SwapAndStakeBaseParticipant").creation;
        base.machine = base.evm.deploy(ALICE, participant, &[]).unwrap();
        let workflow = lowered.program.workflows.keys().next().unwrap();
        let fingerprint = lowered.facts.fingerprints[workflow];
        World {
            ethereum,
            base,
            fingerprint,
            sequence: 0,
        }
    }

    /// What the coordinator is wired to.
    pub(crate) fn home_peers(&self) -> Vec<abi::Peer> {
        vec![
            peer(BASE, evm_emitter(self.base.machine.into_array())),
            peer(SOLANA, SOLANA_EMITTER),
        ]
    }

    /// Starts an instance that is paid for exactly.
    pub(crate) fn start(&mut self) -> (B256, Receipt) {
        let fee: u64 = self.ethereum.ask(&abi::quoteCall {}).to();
        let receipt = self.ethereum.send(ALICE, &start(ALICE, "for you"), fee);
        (B256::from_slice(receipt.returned()), receipt)
    }

    /// A message that Solana's participant would send, signed.
    pub(crate) fn sent_by_solana(
        &mut self,
        kind: MessageKind,
        instance: B256,
        body: &[u8],
    ) -> Vec<u8> {
        let message = self.message(STAKE, kind, instance, body);
        self.sign(SOLANA, SOLANA_EMITTER, message)
    }

    /// A message with this workflow's fingerprint.
    pub(crate) fn message(
        &self,
        step: u16,
        kind: MessageKind,
        instance: B256,
        body: &[u8],
    ) -> Vec<u8> {
        let deadline = if kind == MessageKind::Execute {
            20_000
        } else {
            0
        };
        let fingerprint = *self.fingerprint.first_chunk().unwrap();
        let header = Header {
            kind,
            step,
            fingerprint,
            deadline,
            instance: instance.0,
        };
        [&header.encode()[..], body].concat()
    }

    /// Has the guardians sign anything.
    pub(crate) fn sign(&mut self, chain: u16, emitter: [u8; 32], payload: Vec<u8>) -> Vec<u8> {
        self.sequence += 1;
        let vaa = Vaa {
            guardian_set: 0,
            timestamp: 1,
            nonce: 0,
            emitter_chain: chain,
            emitter_address: emitter,
            sequence: self.sequence,
            consistency_level: 1,
            payload,
        };
        self.ethereum.core.sign(&vaa)
    }
}

/// The profile of a deployment on two live chains.
pub(crate) fn deployment(ethereum: &Side, base: &Side) -> Deployment {
    let address = |address: Address| deployment::Address::Evm(address.into_array());
    let mut deployment = Deployment::default();
    let core = [
        address(ethereum.core.address),
        address(base.core.address),
        deployment::Address::Svm([9; 32]),
    ];
    for (index, (vm, core)) in [Vm::Evm, Vm::Evm, Vm::Svm]
        .into_iter()
        .zip(core)
        .enumerate()
    {
        deployment.chains[Chain::from_u32(index as u32)] = binding(vm, index as u16 + 2, core);
    }
    deployment.contracts[Contract::from_u32(0)] = address(ethereum.targets);
    deployment.contracts[Contract::from_u32(1)] = address(base.targets);
    deployment
}

pub(crate) fn peer(chain: u16, emitter: [u8; 32]) -> abi::Peer {
    abi::Peer {
        chain,
        emitter: emitter.into(),
    }
}

pub(crate) fn wire(peers: Vec<abi::Peer>, fingerprint: [u8; 32]) -> abi::wireCall {
    abi::wireCall {
        peers,
        fingerprint: fingerprint.into(),
    }
}

pub(crate) fn start(user: Address, note: &str) -> abi::startCall {
    let inputs = abi::Inputs {
        user,
        owner: B256::repeat_byte(7),
        amount: 1000,
        minOut: 10,
        note: note.into(),
    };
    abi::startCall { inputs }
}

/// The calls that targets saw, in order.
pub(crate) fn called(receipt: &Receipt) -> Vec<(String, u64)> {
    let events = receipt
        .logs
        .iter()
        .filter_map(|log: &Log| abi::Called::decode_log(log).ok());
    events
        .map(|event| (event.data.what, event.data.amount.to()))
        .collect()
}

/// Asserts that a transaction reverted with exactly this error.
#[track_caller]
pub(crate) fn assert_reverted(receipt: &Receipt, error: &impl SolError) {
    assert_eq!(
        hex::encode(receipt.reverted()),
        hex::encode(error.abi_encode())
    );
}

/// Asserts that a transaction reverted with an error of this type, and returns it.
#[track_caller]
pub(crate) fn reverted_with<E: SolError>(receipt: &Receipt) -> E {
    let bytes = receipt.reverted();
    E::abi_decode(bytes).unwrap_or_else(|_| panic!("reverted with {}", hex::encode(bytes)))
}

/// Whether a transaction ran out of gas or was refused before it could do anything.
pub(crate) fn failed(receipt: &Receipt) -> bool {
    !matches!(receipt.outcome, Outcome::Returned(_))
}

fn deliver_call(vaa: &[u8]) -> abi::deliverCall {
    abi::deliverCall {
        vaa: vaa.to_vec().into(),
    }
}

/// What is sent to have a machine hear a message.
pub(crate) fn delivering(vaa: &[u8]) -> Vec<u8> {
    deliver_call(vaa).abi_encode()
}

/// The body of a message with one `u64`.
pub(crate) fn u64_body(value: u64) -> Vec<u8> {
    value.to_be_bytes().to_vec()
}

/// One ABI word.
pub(crate) fn word(value: u64) -> Vec<u8> {
    U256::from(value).abi_encode()
}
