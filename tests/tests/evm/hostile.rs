//! Transactions that must be refused, and what a stranger can do with those that are not.

use alloy_sol_types::SolCall;
use xcc::ir::{MessageKind, Status};
use xcc_tests::evm::Call;
use xcc_tests::evm::primitives::{Address, B256, FixedBytes, U256};
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
    let deliver = abi::deliverCall {
        vaa: execute[0].clone().into(),
    };
    let lend = abi::lendCall {
        borrower: world.base.machine,
        data: deliver.abi_encode().into(),
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
    let attacks = [
        abi::deliverCall {
            vaa: execute[0].clone().into(),
        }
        .abi_encode(),
        wire(vec![], [0; 32]).abi_encode(),
    ];
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
    let deliver = abi::deliverCall {
        vaa: execute[0].clone().into(),
    }
    .abi_encode();
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
    let deliver = abi::deliverCall {
        vaa: execute[0].clone().into(),
    }
    .abi_encode();
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
fn start_takes_what_it_quotes_from_whom_it_authorises() {
    let mut world = World::new(100);
    assert_eq!(world.ethereum.ask(&abi::quoteCall {}), U256::from(500));
    let cheap = world.ethereum.send(ALICE, &start(ALICE, ""), 499);
    assert_reverted(
        &cheap,
        &abi::InsufficientFee {
            required: U256::from(500),
            paid: U256::from(499),
        },
    );
    let stranger = world.ethereum.send(MALLORY, &start(ALICE, ""), 500);
    assert_reverted(&stranger, &abi::NotAuthorised {});
    let long = world
        .ethereum
        .send(ALICE, &start(ALICE, &"x".repeat(41)), 500);
    assert_reverted(
        &long,
        &abi::TooLong {
            length: U256::from(41),
            max: U256::from(40),
        },
    );
    let receipt = world
        .ethereum
        .send(ALICE, &start(ALICE, &"x".repeat(40)), 507);
    let instance = B256::from_slice(receipt.returned());
    assert_eq!(
        world.ethereum.ask(&abi::reserveOfCall { instance }),
        U256::from(400)
    );
    assert_eq!(
        world.ethereum.ask(&abi::creditsCall { account: ALICE }),
        U256::from(7)
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
fn resending_is_paid_by_whoever_asks_for_it() {
    let mut world = World::new(100);
    let (instance, _) = world.start();
    let redrive = abi::redriveCall { instance };
    let free = world.ethereum.send(MALLORY, &redrive, 0);
    assert_reverted(
        &free,
        &abi::ResendNotPaid {
            required: U256::from(100),
        },
    );
    let paid = world.ethereum.send(MALLORY, &redrive, 100);
    assert_eq!(world.ethereum.published(&paid).len(), 1);
    assert_eq!(
        world.ethereum.ask(&abi::reserveOfCall { instance }),
        U256::from(400)
    );
    let unknown = world.ethereum.send(
        MALLORY,
        &abi::redriveCall {
            instance: B256::ZERO,
        },
        0,
    );
    assert_reverted(&unknown, &abi::NothingOutstanding {});
}

#[test]
fn an_empty_fee_balance_delays_a_reply_and_nobody_else_can_empty_it() {
    let mut world = World::new(100);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let empty = world.base.deliver(&execute[0], 99);
    assert_reverted(
        &empty,
        &abi::EmptyFeeBalance {
            required: U256::from(100),
            available: U256::from(99),
        },
    );
    assert_eq!(world.base.status(instance, SWAP), Status::None);
    let top_up = Call::new(ALICE, world.base.machine, Vec::new()).with_value(U256::from(1000));
    world.base.evm.send(top_up).returned();
    world.base.deliver(&execute[0], 0).returned();
    assert_eq!(world.base.evm.balance(world.base.machine), U256::from(900));
    let repeated = world.base.deliver(&execute[0], 0);
    assert_reverted(
        &repeated,
        &abi::RepeatedReplyNotPaid {
            required: U256::from(100),
        },
    );
    world.base.deliver(&execute[0], 100).returned();
    assert_eq!(world.base.evm.balance(world.base.machine), U256::from(900));
}

#[test]
fn a_dearer_fee_can_be_added_by_anyone() {
    let mut world = World::new(100);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let swapped = world.base.deliver(&execute[0], 100);
    let executed = world.base.published(&swapped);
    let side = &mut world.ethereum;
    side.core.set_message_fee(&mut side.evm, U256::from(1000));
    let poor = side.deliver(&executed[0], 0);
    assert_reverted(
        &poor,
        &abi::EmptyReserve {
            instance,
            required: U256::from(1000),
        },
    );
    side.deliver(&executed[0], 600).returned();
    assert_eq!(side.status(instance, STAKE), Status::Sent);
    assert_eq!(side.ask(&abi::reserveOfCall { instance }), U256::ZERO);
}

#[test]
fn wei_for_a_settled_instance_goes_back_to_the_sender() {
    let mut world = World::new(0);
    world.base.behave(Mood::Reverting);
    let (_, started) = world.start();
    let execute = world.ethereum.published(&started);
    let refused = world.base.deliver(&execute[0], 0);
    let reply = world.base.published(&refused);
    world.ethereum.deliver(&reply[0], 0).returned();
    world.ethereum.deliver(&reply[0], 55).returned();
    assert_eq!(
        world.ethereum.ask(&abi::creditsCall { account: MALLORY }),
        U256::from(55)
    );
}

#[test]
fn a_receiver_that_refuses_a_claim_leaves_the_credit() {
    let mut world = World::new(100);
    world
        .ethereum
        .send(ALICE, &start(ALICE, ""), 600)
        .returned();
    let receiver = world.ethereum.core.address;
    let refused = world.ethereum.send(ALICE, &abi::claimCall { receiver }, 0);
    assert_reverted(&refused, &abi::ClaimRefused { receiver });
    assert_eq!(
        world.ethereum.ask(&abi::creditsCall { account: ALICE }),
        U256::from(100)
    );
}

#[test]
fn a_claim_that_names_nobody_leaves_the_credit() {
    let mut world = World::new(100);
    world
        .ethereum
        .send(ALICE, &start(ALICE, ""), 600)
        .returned();
    let receiver = Address::ZERO;
    let refused = world.ethereum.send(ALICE, &abi::claimCall { receiver }, 0);
    assert_reverted(&refused, &abi::ZeroReceiver {});
    assert_eq!(
        world.ethereum.ask(&abi::creditsCall { account: ALICE }),
        U256::from(100)
    );
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
