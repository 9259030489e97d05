//! Transactions that must be refused, and what a stranger can do with those that are not.

use alloy_sol_types::SolCall;
use xcc::ir::{MessageKind, Status};
use xcc_tests::evm::Call;
use xcc_tests::evm::primitives::{B256, FixedBytes, U256};
use xcc_tests::vaa::evm_emitter;

use xcc::deployment::{self, Deployment};
use xcc::entities::Chain;
use xcc::vm::Vm;

use crate::build::compile;
use crate::fixture::{Lowered, binding, swap_and_stake};
use crate::world::*;

fn instance() -> B256 {
    B256::repeat_byte(0x11)
}

#[test]
fn only_the_wired_emitter_of_the_wired_chain_is_heard() {
    let mut world = World::new(0);
    let home = evm_emitter(world.ethereum.machine.into_array());
    let cancel = world.message(SWAP, MessageKind::Cancel, instance(), &[]);
    for (chain, emitter) in [
        (ETHEREUM, [9; 32]),
        (SOLANA, home),
        (BASE, home),
        (0, home),
        (ETHEREUM, [0; 32]),
        (SOLANA, [0; 32]),
    ] {
        let vaa = world.sign(chain, emitter, cancel.clone());
        let receipt = world.base.deliver(&vaa, 0);
        assert_reverted(
            &receipt,
            &abi::UnknownEmitter {
                chain,
                emitter: emitter.into(),
            },
        );
    }
    let vaa = world.sign(ETHEREUM, home, cancel);
    world.base.deliver(&vaa, 0).returned();
    let mut forged = vaa.clone();
    *forged.last_mut().unwrap() ^= 1;
    let receipt = world.base.deliver(&forged, 0);
    let reason = "VM signature invalid".to_owned();
    assert_reverted(&receipt, &abi::InvalidVaa { reason });
}

#[test]
fn a_reply_counts_only_from_the_chain_of_its_step() {
    let mut world = World::new(0);
    let (instance, _) = world.start();
    let executed = world.message(SWAP, MessageKind::Executed, instance, &u64_body(1));
    let sent_by_solana = world.sign(SOLANA, SOLANA_EMITTER, executed);
    let receipt = world.ethereum.deliver(&sent_by_solana, 0);
    assert_reverted(
        &receipt,
        &abi::UnknownMessage {
            step: SWAP,
            kind: MessageKind::Executed as u8,
        },
    );
    // Requests are not replies, and steps of others are not this machine's.
    for (step, kind) in [
        (STAKE, MessageKind::Execute),
        (STAKE, MessageKind::Cancel),
        (99, MessageKind::Executed),
        (LOCK, MessageKind::Executed),
    ] {
        let message = world.message(step, kind, instance, &u64_body(1));
        let vaa = world.sign(SOLANA, SOLANA_EMITTER, message);
        let receipt = world.ethereum.deliver(&vaa, 0);
        assert_reverted(
            &receipt,
            &abi::UnknownMessage {
                step,
                kind: kind as u8,
            },
        );
    }
    let home = evm_emitter(world.ethereum.machine.into_array());
    for (step, kind) in [
        (STAKE, MessageKind::Execute),
        (SWAP, MessageKind::Executed),
        (SWAP, MessageKind::Confirm),
        (NOTIFY, MessageKind::Cancel),
    ] {
        let message = world.message(step, kind, instance, &[]);
        let vaa = world.sign(ETHEREUM, home, message);
        let receipt = world.base.deliver(&vaa, 0);
        assert_reverted(
            &receipt,
            &abi::UnknownMessage {
                step,
                kind: kind as u8,
            },
        );
    }
}

#[test]
fn messages_of_another_source_version_or_shape_are_refused() {
    let mut world = World::new(0);
    let home = evm_emitter(world.ethereum.machine.into_array());
    let good = world.message(SWAP, MessageKind::Cancel, instance(), &[]);
    let changed = |position: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[position] = value;
        bytes
    };
    let deliver = |world: &mut World, payload: Vec<u8>| {
        let vaa = world.sign(ETHEREUM, home, payload);
        world.base.deliver(&vaa, 0)
    };
    for version in [0, 2, 255] {
        assert_reverted(
            &deliver(&mut world, changed(0, version)),
            &abi::InvalidHeader {},
        );
    }
    for kind in [0, 8, 255] {
        assert_reverted(
            &deliver(&mut world, changed(1, kind)),
            &abi::InvalidHeader {},
        );
    }
    for (position, byte) in good.iter().enumerate().take(12).skip(4) {
        let bytes = changed(position, byte ^ 1);
        let prefix = FixedBytes::from_slice(&bytes[4..12]);
        assert_reverted(
            &deliver(&mut world, bytes),
            &abi::WrongFingerprint { prefix },
        );
    }
    assert_reverted(&deliver(&mut world, changed(19, 1)), &abi::InvalidHeader {});
    for length in 0..52 {
        assert_reverted(
            &deliver(&mut world, good[..length].to_vec()),
            &abi::InvalidHeader {},
        );
    }
    let trailing = [good.as_slice(), &[0]].concat();
    assert_reverted(
        &deliver(&mut world, trailing),
        &abi::Trailing {
            offset: U256::from(52),
        },
    );
    deliver(&mut world, good.clone()).returned();
}

#[test]
fn an_unwired_machine_refuses_everything() {
    let mut world = World::unwired();
    let start = world.ethereum.send(ALICE, &start(ALICE, ""), 0);
    assert_reverted(&start, &abi::NotWired {});
    let emitter = evm_emitter(world.ethereum.machine.into_array());
    let cancel = world.message(SWAP, MessageKind::Cancel, instance(), &[]);
    let vaa = world.sign(ETHEREUM, emitter, cancel);
    assert_reverted(&world.base.deliver(&vaa, 0), &abi::NotWired {});
    for receipt in [
        world.ethereum.send(
            ALICE,
            &abi::cancelCall {
                instance: instance(),
            },
            0,
        ),
        world.ethereum.send(
            ALICE,
            &abi::redriveCall {
                instance: instance(),
            },
            0,
        ),
        world
            .ethereum
            .send(ALICE, &abi::claimCall { receiver: ALICE }, 0),
    ] {
        assert_reverted(&receipt, &abi::NotWired {});
    }
    assert!(!world.ethereum.ask(&abi::isWiredCall {}));
}

#[test]
fn wiring_is_the_deployers_once_and_complete() {
    let mut world = World::unwired();
    let (good, fingerprint) = (world.home_peers(), world.fingerprint);
    let base = good[0].emitter.0;
    let attempt = |from, peers: Vec<abi::Peer>, fingerprint| {
        world
            .clone()
            .ethereum
            .send(from, &wire(peers, fingerprint), 0)
    };
    let count = |given: u64| abi::WrongPeerCount {
        expected: U256::from(2),
        given: U256::from(given),
    };
    assert_reverted(
        &attempt(MALLORY, good.clone(), fingerprint),
        &abi::NotDeployer { caller: MALLORY },
    );
    assert_reverted(
        &attempt(ALICE, good.clone(), [1; 32]),
        &abi::UnexpectedFingerprint {
            expected: [1; 32].into(),
        },
    );
    assert_reverted(&attempt(ALICE, vec![], fingerprint), &count(0));
    assert_reverted(&attempt(ALICE, good[..1].to_vec(), fingerprint), &count(1));
    assert_reverted(
        &attempt(ALICE, [good.clone(), good.clone()].concat(), fingerprint),
        &count(4),
    );
    let with = |first: abi::Peer| vec![first, good[1].clone()];
    assert_reverted(
        &attempt(ALICE, with(peer(BASE, [0; 32])), fingerprint),
        &abi::ZeroPeer { chain: BASE },
    );
    assert_reverted(
        &attempt(ALICE, with(peer(0, base)), fingerprint),
        &abi::ZeroPeer { chain: 0 },
    );
    assert_reverted(
        &attempt(ALICE, with(peer(ETHEREUM, base)), fingerprint),
        &abi::OwnChainPeer { chain: ETHEREUM },
    );
    assert_reverted(
        &attempt(ALICE, with(peer(9, base)), fingerprint),
        &abi::UnexpectedPeer {
            expected: BASE,
            given: 9,
        },
    );
    let twice = vec![good[0].clone(), good[0].clone()];
    assert_reverted(
        &attempt(ALICE, twice, fingerprint),
        &abi::DuplicatePeer { chain: BASE },
    );

    world
        .ethereum
        .send(ALICE, &wire(good.clone(), fingerprint), 0)
        .returned();
    let again = world.ethereum.send(ALICE, &wire(good, fingerprint), 0);
    assert_reverted(&again, &abi::AlreadyWired {});
}

/// What delivers in the middle of a target's own call meets the target's lock. The call has its whole budget and fails, so it is a refusal
/// like any other; nothing comes of the step later, whoever delivers again.
#[test]
fn who_enters_a_target_first_can_have_its_call_refused() {
    let mut world = World::new(0);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let lend = abi::lendCall {
        borrower: world.base.machine,
        data: delivering(&execute[0]).into(),
    };
    let targets = world.base.targets;
    let lent = Call::new(MALLORY, targets, lend.abi_encode());
    let receipt = world.base.evm.send(lent);
    receipt.returned();
    assert_eq!(called(&receipt), []);
    assert_eq!(world.base.status(instance, SWAP), Status::Refused);
    let receipt = world.base.deliver(&execute[0], 0);
    assert_eq!(called(&receipt), []);
    assert_eq!(world.base.status(instance, SWAP), Status::Refused);
}

#[test]
fn a_reentrant_target_changes_nothing() {
    let mut world = World::new(0);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let attacks = [delivering(&execute[0]), wire(vec![], [0; 32]).abi_encode()];
    for attack in attacks {
        let mut world = world.clone();
        let victim = world.base.machine;
        let aim = abi::aimCall {
            victim,
            attack: attack.into(),
        }
        .abi_encode();
        world
            .base
            .evm
            .send(Call::new(ALICE, world.base.targets, aim))
            .returned();
        let receipt = world.base.deliver(&execute[0], 0);
        assert_eq!(called(&receipt), [("swap".to_owned(), 1000)]);
        let question = abi::attackWorkedCall {}.abi_encode();
        let worked = world
            .base
            .evm
            .view(Call::new(ALICE, world.base.targets, question));
        assert_eq!(worked.returned()[..], word(0));
        assert_eq!(world.base.status(instance, SWAP), Status::Executed);
    }
    // At home too: through start, claim, cancel and redrive.
    let attacks = [
        start(world.ethereum.targets, "").abi_encode(),
        abi::claimCall { receiver: ALICE }.abi_encode(),
        abi::cancelCall { instance }.abi_encode(),
        abi::redriveCall { instance }.abi_encode(),
    ];
    for attack in attacks {
        let mut world = world.clone();
        let victim = world.ethereum.machine;
        let aim = abi::aimCall {
            victim,
            attack: attack.into(),
        }
        .abi_encode();
        world
            .ethereum
            .evm
            .send(Call::new(ALICE, world.ethereum.targets, aim))
            .returned();
        world.start();
        let result = abi::attackResultCall {}.abi_encode();
        let result = world
            .ethereum
            .evm
            .view(Call::new(ALICE, world.ethereum.targets, result));
        let result = abi::attackResultCall::abi_decode_returns(result.returned()).unwrap();
        assert_eq!(
            hex::encode(result),
            hex::encode(alloy_sol_types::SolError::abi_encode(&abi::Reentered {}))
        );
    }
}

#[test]
fn no_amount_of_gas_fakes_a_refusal() {
    let mut world = World::new(0);
    world.base.behave(Mood::Greedy);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let deliver = delivering(&execute[0]);
    let mut starved = 0;
    let mut ran = 0;
    for gas in (60_000..700_000).step_by(2_000) {
        let mut world = world.clone();
        let call = Call::new(MALLORY, world.base.machine, deliver.clone()).with_gas_limit(gas);
        let receipt = world.base.evm.send(call);
        let status = world.base.status(instance, SWAP);
        if failed(&receipt) {
            assert_eq!(status, Status::None, "{gas}");
            starved += 1;
        } else {
            assert_eq!(status, Status::Executed, "{gas}");
            ran += 1;
        }
    }
    assert!(starved > 50 && ran > 50, "{starved} {ran}");
}

#[test]
fn starved_deliveries_are_told_what_is_missing() {
    let mut world = World::new(0);
    let (_, started) = world.start();
    let execute = world.ethereum.published(&started);
    let deliver = delivering(&execute[0]);
    let call = Call::new(MALLORY, world.base.machine, deliver).with_gas_limit(250_000);
    let required: u64 = reverted_with::<abi::InsufficientGas>(&world.base.evm.send(call))
        .required
        .to();
    assert!(
        (180_000 * 64 / 63..230_000).contains(&required),
        "{required}"
    );
}

#[test]
fn text_that_is_not_utf8_cannot_start_an_instance() {
    let mut world = World::new(0);
    let mut data = start(ALICE, "é").abi_encode();
    let at = data
        .windows(2)
        .position(|pair| pair == "é".as_bytes())
        .unwrap();
    data[at] = 0xff;
    let receipt = world
        .ethereum
        .evm
        .send(Call::new(ALICE, world.ethereum.machine, data));
    assert_reverted(&receipt, &abi::NotUtf8 {});
}

#[test]
fn a_contract_is_not_deployed_where_it_does_not_belong() {
    let lowered = Lowered::new(&swap_and_stake());
    let world = World::unwired();
    let mut profile = deployment(&world.ethereum, &world.base);
    let creation = |deployment: &Deployment| {
        let output = compile(&lowered.emit(deployment), &[]);
        output.contract("SwapAndStakeCoordinator").creation.clone()
    };
    let code = creation(&profile);
    let refused = world
        .base
        .clone()
        .evm
        .deploy(ALICE, &code, &[])
        .unwrap_err();
    assert_reverted(
        &refused,
        &abi::WrongChain {
            expected: U256::from(2),
        },
    );
    let home = Chain::from_u32(0);
    profile.chains[home] = binding(Vm::Evm, 2, deployment::Address::Evm([0xee; 20]));
    let refused = world
        .ethereum
        .clone()
        .evm
        .deploy(ALICE, &creation(&profile), &[])
        .unwrap_err();
    assert_reverted(
        &refused,
        &abi::NoWormhole {
            core: [0xee; 20].into(),
        },
    );
}
