//! From a fee on Solana to an attestation on Ethereum and a register on Sui: the coordinator is the program in litesvm.

use std::collections::BTreeMap;

use alloy_sol_types::{SolCall, sol};
use revm::primitives::{Address as EvmAddress, B256, keccak256};
use solana_signer::Signer;
use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc::wire::Value;
use xcc_tests::evm;
use xcc_tests::network::step::{
    cancel, deliver, expire, finalise, number, pass, redrive, start, undo,
};
use xcc_tests::network::sui::{SuiChain, object_id};
use xcc_tests::network::{By, Call, Chain, EvmChain, Network, Protocol, SolanaChain, Step, Target};
use xcc_tests::project::{Override, Project};
use xcc_tests::solc;
use xcc_tests::svm::{Address, Keypair, Svm};
use xcc_tests::tools::suite_dir;
use xcc_tests::wormhole_svm::CORE;

use crate::costs::hold;
use crate::targets::{FEE, USER, guardian};
use crate::tokens::{
    USDC_MINT, associated, delegating_account, held, mint_account, token_account, tokens,
};

/// What the applicant pays, and what it has.
const PAID: u64 = 5_000_000;
const RICHES: u64 = 8_000_000;
const EPOCHS: u64 = 3;
const HOLDER: EvmAddress = EvmAddress::repeat_byte(0xb0);
const STATEMENT: [u8; 32] = [0x5a; 32];
/// When the attestation expires: long after the tests.
const EXPIRES: u64 = 10_000_000;

sol! {
    function standsFor(bytes32 uid, address recipient, bytes data) returns (bool);
    function deny(address account);
}

/// The chains, and what stands on them.
struct World<'p> {
    network: Network<'p, SolanaChain>,
    eas: EvmAddress,
}

/// What is run.
#[derive(Clone, Copy)]
struct Case {
    /// What the applicant lets the coordinator move.
    delegated: u64,
    /// How much longer the register is to be kept.
    epochs: u64,
}

const CASE: Case = Case {
    delegated: PAID,
    epochs: EPOCHS,
};

fn issuer() -> Keypair {
    Keypair::new_from_array([0x15; 32])
}

fn applicant() -> Address {
    Keypair::new_from_array([0xa9; 32]).pubkey()
}

/// Compiles the example for chains of the tests, deploys and wires it, and has the applicant delegate its fee to the coordinator.
fn in_world(case: Case, run: impl FnOnce(&mut World<'_>)) {
    let mut ethereum = EvmChain::new(31_337, 2, &guardian(), FEE).unwrap();
    let source = include_str!("../../suite/examples/evm/Eas.sol");
    let output = solc::compile(&solc::Input::new([("Eas.sol", source)])).unwrap();
    assert_eq!(output.diagnostics, [], "{}", output.render());
    let eas = ethereum.deploy(output.contract("Eas"));
    let object = |position| format!("0x{}", hex::encode(object_id(0, position)));
    let overrides = [
        Override::new(
            &["chains", "ethereum", "wormhole", "core"],
            ethereum.core().to_string(),
        ),
        Override::new(&["chains", "solana", "wormhole", "core"], CORE.to_string()),
        Override::new(&["contracts", "Eas"], eas.to_string()),
        Override::new(&["constants", "ISSUER"], issuer().pubkey().to_string()),
        // The first objects that the tests on Sui make.
        Override::new(&["constants", "REGISTER"], object(0)),
        Override::new(&["constants", "WALRUS"], object(1)),
    ];
    let folder = suite_dir().join("../examples/issue-credential");
    let project = Project::compile(&folder, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let protocol = Protocol::new(&project);
    let machine = protocol.workflow().coordinator;
    let mut svm = Svm::new();
    svm.airdrop(&issuer().pubkey(), 1_000_000_000);
    let mut solana = SolanaChain::unwired(svm, protocol, machine, &guardian()).unwrap();
    ethereum
        .deploy_machine(protocol, protocol.participant("ethereum"))
        .unwrap();
    ethereum.wire(&[solana.peer()], protocol.fingerprint());
    let participant = protocol.participant("sui");
    let sui = SuiChain::new(protocol, participant, &guardian(), solana.peer(), walrus()).unwrap();
    let peers = [ethereum.peer(), sui.peer()];
    let wired = solana.wire(&solana.svm.payer(), &peers);
    wired.unwrap_or_else(|failure| panic!("{failure:?}"));
    open_accounts(&mut solana, case.delegated);
    let chains = [
        ("ethereum", Chain::Evm(Box::new(ethereum))),
        ("sui", Chain::Sui(sui)),
    ];
    let chains = chains.map(|(name, chain)| (name.to_owned(), chain));
    let call = Call {
        from: issuer(),
        inputs: inputs(case.epochs),
    };
    run(&mut World {
        network: Network::new(protocol, solana, chains, call),
        eas,
    });
}

fn inputs(epochs: u64) -> Vec<Value> {
    vec![
        bytes(applicant().as_ref()),
        bytes(HOLDER.as_slice()),
        bytes(&STATEMENT),
        number(EXPIRES),
        number(epochs),
        number(PAID),
    ]
}

/// The token accounts of the applicant, who lets the coordinator move so much, of the coordinator and of the issuer.
fn open_accounts(solana: &mut SolanaChain, delegated: u64) {
    let coordinator = solana.authority();
    solana.svm.set_account(USDC_MINT, mint_account(6));
    for owner in [coordinator, issuer().pubkey()] {
        let empty = token_account(&USDC_MINT, &owner, 0);
        solana
            .svm
            .set_account(associated(&owner, &USDC_MINT), empty);
    }
    let applicant = applicant();
    let of_applicant =
        delegating_account((&USDC_MINT, &applicant), RICHES, (&coordinator, delegated));
    solana
        .svm
        .set_account(associated(&applicant, &USDC_MINT), of_applicant);
}

/// The register with means for five epochs, and Walrus.
fn walrus() -> Target {
    let module = include_str!("../../suite/examples/sui/walrus.move");
    Target {
        modules: BTreeMap::from([("register".to_owned(), module.to_owned())]),
        before: "    let mut shared_blob = register::shared_blob::open(50, s.ctx());
    let mut system = register::system::open(s.ctx());
"
        .to_owned(),
        after: String::new(),
        end: "    test_utils::destroy(shared_blob);\n    test_utils::destroy(system);\n".to_owned(),
    }
}

impl World<'_> {
    /// Does these steps. After each of them there is as much USDC as at first, whoever has it.
    #[track_caller]
    fn run(&mut self, steps: &[Step]) {
        for step in steps {
            self.network.run(std::slice::from_ref(step));
            let all = tokens(&mut self.network.home.svm);
            assert_eq!(all, BTreeMap::from([(USDC_MINT, RICHES)]));
        }
    }

    /// The USDC of the applicant, the coordinator and the issuer.
    fn usdc(&self) -> [u64; 3] {
        let solana = &self.network.home;
        let owners = [applicant(), solana.authority(), issuer().pubkey()];
        owners.map(|owner| held(&solana.svm, &associated(&owner, &USDC_MINT)))
    }

    /// The number that the service gives the attestation, if it is made now.
    fn uid(&mut self) -> B256 {
        let ethereum = self.network.evm("ethereum");
        let schema = keccak256([b"bytes32 digest", &[0; 20][..], &[1]].concat());
        let (attester, now) = (ethereum.address(), ethereum.timestamp());
        let what = [
            schema.as_slice(),
            HOLDER.as_slice(),
            attester.as_slice(),
            &now.to_be_bytes(),
            &EXPIRES.to_be_bytes(),
            &[1],
            &[0; 32],
            &STATEMENT,
            &[0; 4],
        ];
        keccak256(what.concat())
    }

    /// Whether the attestation stands.
    fn is_attested(&mut self, uid: B256) -> bool {
        let call = standsForCall {
            uid,
            recipient: HOLDER,
            data: STATEMENT.to_vec().into(),
        };
        let call = evm::Call::new(USER, self.eas, call.abi_encode());
        let receipt = self.network.evm("ethereum").evm.view(call);
        receipt.returned().last() == Some(&1)
    }

    /// Has the service refuse an account.
    fn deny(&mut self, account: EvmAddress) {
        let call = evm::Call::new(USER, self.eas, denyCall { account }.abi_encode());
        self.network.evm("ethereum").evm.send(call).returned();
    }
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

fn execute_attest() -> Vec<Value> {
    vec![bytes(HOLDER.as_slice()), number(EXPIRES), bytes(&STATEMENT)]
}

/// The fee is set aside, and both other chains are asked.
fn begin() -> Step {
    begin_with(EPOCHS)
}

fn begin_with(epochs: u64) -> Step {
    start()
        .phase(Phase::Running)
        .step("pay", Status::Executed)
        .step("attest", Status::Sent)
        .says("attest", Execute, execute_attest())
        .step("keep", Status::Sent)
        .says("keep", Execute, vec![number(epochs)])
}

fn attests(uid: B256) -> Step {
    deliver("attest", Execute)
        .step("attest", Status::Executed)
        .says("attest", Executed, vec![bytes(uid.as_slice())])
}

fn keeps() -> Step {
    deliver("keep", Execute)
        .step("keep", Status::Executed)
        .says("keep", Executed, vec![])
}

/// The other step is cancelled before anybody ran it.
fn never_runs(step: &str) -> [Step; 2] {
    [
        deliver(step, Cancel)
            .step(step, Status::Tombstone)
            .says(step, Cancelled, vec![]),
        deliver(step, Execute).says(step, Cancelled, vec![]),
    ]
}

/// A step is refused for a reason.
fn refuses(action: Step, step: &str, reason: Refusal) -> Step {
    action
        .step(step, Status::Refused)
        .says(step, Refused, vec![number(reason as u64)])
}

/// Home hears that a step is refused while the other is under way.
fn gives_up(step: &str, other: &str) -> Step {
    deliver(step, Refused)
        .step(step, Status::Refused)
        .phase(Phase::Cancelling)
        .step(other, Status::Cancelling)
        .says(other, Cancel, vec![])
}

/// Home hears that nothing more comes of a step.
fn heard(step: &str) -> Step {
    deliver(step, Cancelled).step(step, Status::Cancelled)
}

/// Home hears that of the last step, and the fee can go back.
fn heard_last(step: &str) -> Step {
    heard(step).step("pay", Status::Cancelling)
}

/// The fee goes back in a transaction that anyone may send.
fn pays_back() -> Step {
    undo("pay")
        .step("pay", Status::Cancelled)
        .phase(Phase::Compensated)
}

#[test]
fn a_fee_becomes_a_credential() {
    in_world(CASE, |world| {
        world.run(&[begin()]);
        assert_eq!(world.usdc(), [RICHES - PAID, PAID, 0]);
        let uid = world.uid();
        world.run(&[
            keeps(),
            deliver("keep", Executed).step("keep", Status::Executed),
            redrive().says("attest", Execute, execute_attest()),
            attests(uid),
            finalise("pay").rejected("NothingOutstanding"),
            deliver("attest", Executed)
                .step("attest", Status::Executed)
                .phase(Phase::Committing),
            cancel(By::Initiator).rejected("NotCancellable"),
            undo("pay").rejected("NothingOutstanding"),
        ]);
        assert_eq!(world.usdc(), [RICHES - PAID, PAID, 0]);
        world.run(&[
            finalise("pay")
                .step("pay", Status::Confirmed)
                .phase(Phase::Completed),
            finalise("pay").rejected("NothingOutstanding"),
            deliver("attest", Executed),
        ]);
        assert_eq!(world.usdc(), [RICHES - PAID, 0, PAID]);
        assert!(world.is_attested(uid));
        world.network.assert_phase(Phase::Completed);
        let sui = world.network.sui("sui");
        sui.check("shared_blob.end_epoch() == 13 && shared_blob.funds() == 20");
        hold("issue-credential", &world.network);
    });
}

/// Nobody attests in time. The register was kept longer already, which stays; the fee goes back.
#[test]
fn an_expired_attestation_brings_the_fee_back() {
    in_world(CASE, |world| {
        world.run(&[
            begin(),
            keeps(),
            deliver("keep", Executed).step("keep", Status::Executed),
            pass("ethereum", 43_201),
            refuses(deliver("attest", Execute), "attest", Refusal::Late),
            deliver("attest", Execute).says("attest", Refused, vec![number(Refusal::Late as u64)]),
            deliver("attest", Refused)
                .step("attest", Status::Refused)
                .phase(Phase::Cancelling)
                .step("pay", Status::Cancelling),
        ]);
        assert_eq!(world.usdc(), [RICHES - PAID, PAID, 0]);
        world.run(&[pays_back(), undo("pay").rejected("NothingOutstanding")]);
        assert_eq!(world.usdc(), [RICHES, 0, 0]);
        world.network.assert_phase(Phase::Compensated);
        world.network.sui("sui").check("shared_blob.funds() == 20");
        hold("issue-credential-undone", &world.network);
    });
}

/// The register has no means and nobody gives it any: what was attested is revoked.
#[test]
fn a_register_without_means_revokes_the_credential() {
    in_world(CASE, |world| {
        world.network.sui("sui").tell("shared_blob.spend(30);");
        world.run(&[begin()]);
        let uid = world.uid();
        world.run(&[
            attests(uid),
            deliver("keep", Execute).rejected("InsufficientFunds"),
            expire("keep").rejected("DeadlineNotPassed"),
            pass("sui", 43_201),
            deliver("keep", Execute).rejected("DeadlinePassed"),
            refuses(expire("keep"), "keep", Refusal::Late),
            gives_up("keep", "attest"),
        ]);
        assert!(world.is_attested(uid));
        // What the service refuses to revoke waits.
        let participant = world.network.evm("ethereum").address();
        world.deny(participant);
        world.run(&[deliver("attest", Cancel).rejected("AccessDenied")]);
        world.deny(EvmAddress::ZERO);
        world.run(&[
            deliver("attest", Cancel)
                .step("attest", Status::Cancelled)
                .says("attest", Cancelled, vec![]),
            deliver("attest", Executed),
            heard_last("attest"),
            deliver("attest", Cancel).says("attest", Cancelled, vec![]),
            pays_back(),
        ]);
        assert!(!world.is_attested(uid));
        assert_eq!(world.usdc(), [RICHES, 0, 0]);
    });
}

/// The service refuses to attest, which is known at once; the register was not asked yet.
#[test]
fn a_refused_attestation_cancels_what_nobody_ran() {
    in_world(CASE, |world| {
        let participant = world.network.evm("ethereum").address();
        world.deny(participant);
        world.run(&[
            begin(),
            refuses(deliver("attest", Execute), "attest", Refusal::CallFailed),
            gives_up("attest", "keep"),
        ]);
        world.run(&never_runs("keep"));
        world.run(&[heard_last("keep"), pays_back()]);
        assert_eq!(world.usdc(), [RICHES, 0, 0]);
        world.network.sui("sui").check("shared_blob.funds() == 50");
    });
}

/// The issuer thinks better of it, or anyone ends what has waited too long. What the applicant's account refuses to take back waits.
#[test]
fn a_cancelled_credential_never_stands() {
    in_world(CASE, |world| {
        let cancels = |by| {
            cancel(by)
                .phase(Phase::Cancelling)
                .step("keep", Status::Cancelling)
                .says("keep", Cancel, vec![])
                .step("attest", Status::Cancelling)
                .says("attest", Cancel, vec![])
        };
        world.run(&[
            begin(),
            cancel(By::Stranger).rejected("DeadlineNotPassed"),
            pass("solana", 43_201),
            cancels(By::Stranger),
            redrive()
                .step("keep", Status::Cancelling)
                .says("keep", Cancel, vec![])
                .step("attest", Status::Cancelling)
                .says("attest", Cancel, vec![]),
        ]);
        world.run(&never_runs("attest"));
        world.run(&never_runs("keep"));
        world.run(&[
            heard("attest"),
            undo("pay").rejected("NothingOutstanding"),
            heard_last("keep"),
        ]);
        let solana = &mut world.network.home.svm;
        let place = associated(&applicant(), &USDC_MINT);
        let open = solana
            .account(&place)
            .expect("the applicant has an account");
        let mut frozen = open.clone();
        frozen.data[108] = 2;
        solana.set_account(place, frozen);
        // SPL Token's error 17: the account is frozen.
        world.run(&[undo("pay").rejected("InstructionError(1, Custom(17))")]);
        world.network.home.svm.set_account(place, open);
        world.run(&[pays_back()]);
        assert_eq!(world.usdc(), [RICHES, 0, 0]);
        world.network.assert_phase(Phase::Compensated);
    });
}

/// The guard is evaluated on Sui; a refusal by it needs no deadline.
#[test]
fn a_register_that_is_kept_no_longer_is_refused_at_once() {
    let no_longer = Case { epochs: 0, ..CASE };
    in_world(no_longer, |world| {
        world.run(&[
            begin_with(0),
            refuses(deliver("keep", Execute), "keep", Refusal::Guard),
            gives_up("keep", "attest"),
        ]);
        world.run(&never_runs("attest"));
        world.run(&[heard_last("attest"), pays_back()]);
        assert_eq!(world.usdc(), [RICHES, 0, 0]);
    });
}

/// The coordinator can move no more than the applicant has let it.
#[test]
fn a_fee_that_was_not_approved_is_not_paid() {
    let too_little = Case {
        delegated: PAID - 1,
        ..CASE
    };
    in_world(too_little, |world| {
        // SPL Token's error 1: insufficient funds.
        world.run(&[start().rejected("InstructionError(1, Custom(1))")]);
        assert_eq!(world.usdc(), [RICHES, 0, 0]);
    });
}
