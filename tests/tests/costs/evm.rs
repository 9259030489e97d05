//! The EVM: `baseline/evm/RunByHand.sol` beside the emitted participant, in revm, on Wormhole's real core contracts.

use alloy_sol_types::{SolCall, SolValue, sol};
use xcc::ir::MessageKind::{Execute, Executed};
use xcc_tests::evm::primitives::{Address, B256, FixedBytes, U256};
use xcc_tests::evm::{Call, Outcome, Receipt};
use xcc_tests::format;
use xcc_tests::network::Protocol;
use xcc_tests::network::evm::EvmChain;
use xcc_tests::project::{Override, Project};
use xcc_tests::solc::{self, Output};
use xcc_tests::spent::Spent;
use xcc_tests::vaa::{Guardian, Vaa};
use xcc_tests::wormhole_evm::Published;

use crate::request::{AMOUNT, DEADLINE, FEATURE, HOME, Pair, guardian, request, table};

/// The most that the emitted participant's Execute may cost, in hundredths of what the one written by hand costs.
const BOUND: u64 = 115;
/// The step.
const STEP: &str = "base_run";
/// Who deploys and delivers.
const ANYONE: Address = Address::repeat_byte(0x57);

const TARGET: &str = include_str!("../../suite/features/evm/Target.sol");
const BY_HAND: &str = include_str!("../../baseline/evm/RunByHand.sol");

sol! {
    function deliver(bytes vaa) external payable;
    function setHome(bytes32 coordinator) external;
    function setBroken(uint8 number) external;
    function setDemand(uint256 gas) external;
    function calls() external returns (uint64[] calls);
}

/// A contract and the target that it calls.
#[derive(Clone, Copy)]
struct Side {
    contract: Address,
    target: Address,
}

/// Both contracts on one chain.
struct World<'p> {
    protocol: Protocol<'p>,
    chain: EvmChain,
    fee: u64,
    emitted: Side,
    by_hand: Side,
}

/// Deploys both, each with a target of its own, where a message costs this fee in wei.
fn in_world(fee: u64, run: impl FnOnce(&mut World<'_>)) {
    let mut chain = EvmChain::new(31_338, 30, &guardian(), fee).unwrap();
    let sources = [("Target.sol", TARGET), ("RunByHand.sol", BY_HAND)];
    let output = solc::compile(&solc::Input::new(sources)).unwrap();
    assert_eq!(output.diagnostics, [], "{}", output.render());
    let targets = [(); 2].map(|()| chain.deploy(output.contract("Target")));
    let overrides = [
        Override::new(
            &["chains", "base", "wormhole", "core"],
            chain.core().to_string(),
        ),
        Override::new(&["contracts", "Base"], targets[0].to_string()),
    ];
    let project = Project::compile_feature(FEATURE, &overrides).unwrap();
    let protocol = Protocol::new(&project);
    chain
        .deploy_machine(protocol, protocol.participant("base"))
        .unwrap();
    chain.wire(&[HOME], protocol.fingerprint());
    let emitted = Side {
        contract: chain.address(),
        target: targets[0],
    };
    let by_hand = Side {
        contract: deploy_by_hand(&mut chain, protocol, (&output, targets[1])),
        target: targets[1],
    };
    run(&mut World {
        protocol,
        chain,
        fee,
        emitted,
        by_hand,
    });
}

fn deploy_by_hand(
    chain: &mut EvmChain,
    protocol: Protocol<'_>,
    (output, target): (&Output, Address),
) -> Address {
    let fingerprint = FixedBytes::<8>::from_slice(&protocol.fingerprint()[..8]);
    let arguments = (chain.core(), target, fingerprint).abi_encode_params();
    let creation = &output.contract("RunByHand").creation;
    let address = chain.evm.deploy(ANYONE, creation, &arguments).unwrap();
    let coordinator = B256::from(HOME.emitter);
    let name_home = setHomeCall { coordinator }.abi_encode();
    chain
        .evm
        .send(Call::new(ANYONE, address, name_home))
        .returned();
    address
}

impl World<'_> {
    fn sides(&self) -> [Side; 2] {
        [self.emitted, self.by_hand]
    }

    fn execute(&self, number: u8) -> Vaa {
        request(self.protocol, STEP, Execute, number)
    }

    fn call(&self, side: Side, signed: Vec<u8>) -> Call {
        let data = deliverCall { vaa: signed.into() }.abi_encode();
        Call::new(ANYONE, side.contract, data).with_value(U256::from(self.fee))
    }

    /// Delivers a message to one side; what it used, and what it published.
    fn deliver(&mut self, side: Side, vaa: &Vaa) -> (Spent, Vec<Published>) {
        let call = self.call(side, vaa.sign(&[guardian()]));
        let intrinsic = call.intrinsic_gas();
        let (receipt, meter) = self.chain.evm.send_metered(call);
        receipt.returned();
        let whole = receipt.gas_used;
        let own = whole - intrinsic - meter.total();
        (Spent { whole, own }, self.chain.published(&receipt))
    }

    /// Delivers a message to both sides, which must publish the same.
    fn both(&mut self, case: &str, vaa: &Vaa) -> Pair {
        let (emitted, said) = self.deliver(self.emitted, vaa);
        let (by_hand, also_said) = self.deliver(self.by_hand, vaa);
        let words = |published: Vec<Published>| {
            let words = published.into_iter();
            words
                .map(|said| (said.payload, said.consistency_level, said.nonce))
                .collect::<Vec<_>>()
        };
        assert_eq!(said.len(), 1);
        assert_eq!(words(said), words(also_said), "{case}");
        assert_eq!(self.asked(self.emitted), self.asked(self.by_hand), "{case}");
        Pair {
            case: format!("{case}, {}", if self.fee == 0 { "no fee" } else { "a fee" }),
            emitted,
            by_hand,
        }
    }

    /// What a target was asked for.
    fn asked(&mut self, side: Side) -> Vec<u64> {
        let call = Call::new(ANYONE, side.target, callsCall {}.abi_encode());
        let receipt = self.chain.evm.view(call);
        callsCall::abi_decode_returns(receipt.returned()).unwrap()
    }

    fn tell_targets(&mut self, call: &impl SolCall) {
        for side in self.sides() {
            let call = Call::new(ANYONE, side.target, call.abi_encode());
            self.chain.evm.send(call).returned();
        }
    }

    /// What comes of a message that is signed by these guardians, on both sides, without keeping it.
    fn refusals(&mut self, vaa: &Vaa, guardians: &[Guardian]) -> [Receipt; 2] {
        self.sides().map(|side| {
            let call = self.call(side, vaa.sign(guardians));
            self.chain.evm.view(call)
        })
    }
}

/// What every way through the step costs, once both have answered before: counters and the target's list have begun.
fn measure(world: &mut World<'_>) -> Vec<Pair> {
    let first = world.execute(1);
    world.both("first", &first);
    let runs = world.execute(2);
    let runs = world.both("it runs", &runs);
    world.tell_targets(&setBrokenCall { number: 1 });
    let fails = world.execute(3);
    let fails = world.both("the call fails", &fails);
    world.chain.pass(DEADLINE);
    let late = world.execute(4);
    let late = world.both("it is late", &late);
    assert_eq!(world.asked(world.emitted), [1_000_000 + AMOUNT; 2]);
    vec![runs, fails, late]
}

#[test]
fn the_page_says_what_execute_costs_on_the_evm() {
    let mut pairs = Vec::new();
    for fee in [0, 1_000] {
        in_world(fee, |world| pairs.extend(measure(world)));
    }
    table(&pairs, 0).hold("baseline-evm");
    for pair in pairs {
        assert!(pair.ratio() <= BOUND, "{}: {}", pair.case, pair.ratio());
    }
}

#[test]
fn what_is_written_by_hand_is_laid_out_as_forge_would() {
    assert_eq!(format::solidity(BY_HAND).unwrap(), BY_HAND);
}

/// What is written by hand is no straw man: what the emitted contract rejects, it rejects.
#[test]
fn both_reject_what_is_forged() {
    in_world(0, |world| {
        let sound = world.execute(1);
        let changed = |change: fn(&mut Vaa)| {
            let mut vaa = sound.clone();
            change(&mut vaa);
            vaa
        };
        let forged = [
            changed(|vaa| vaa.emitter_chain = 1),
            changed(|vaa| vaa.emitter_address[31] ^= 1),
            changed(|vaa| vaa.payload[0] ^= 1),
            changed(|vaa| vaa.payload[1] = Executed as u8),
            changed(|vaa| vaa.payload[3] ^= 1),
            changed(|vaa| vaa.payload[4] ^= 1),
            changed(|vaa| vaa.payload.push(0)),
            changed(|vaa| vaa.payload.truncate(59)),
        ];
        for vaa in forged {
            for receipt in world.refusals(&vaa, &[guardian()]) {
                receipt.reverted();
            }
        }
        for receipt in world.refusals(&sound, &[Guardian::new(2)]) {
            receipt.reverted();
        }
        for receipt in world.refusals(&sound, &[guardian()]) {
            receipt.returned();
        }
    });
}

/// Nothing runs twice: the emitted contract answers again, the one written by hand rejects.
#[test]
fn neither_runs_a_step_twice() {
    in_world(0, |world| {
        let vaa = world.execute(1);
        world.both("once", &vaa);
        let [emitted, by_hand] = world.refusals(&vaa, &[guardian()]);
        emitted.returned();
        by_hand.reverted();
        let (_, said) = world.deliver(world.emitted, &vaa);
        assert_eq!(said.len(), 1);
        assert_eq!(world.asked(world.emitted), [1_000_000 + AMOUNT]);
    });
}

/// A call that would succeed with its budget is never answered with a refusal, whatever gas the delivery brings.
#[test]
fn neither_fakes_a_refusal_for_want_of_gas() {
    in_world(0, |world| {
        let first = world.execute(1);
        world.both("first", &first);
        world.tell_targets(&setDemandCall {
            gas: U256::from(90_000),
        });
        let vaa = world.execute(2);
        for side in world.sides() {
            let mut ran = 0;
            for gas in (60_000..400_000).step_by(4_000) {
                let call = world
                    .call(side, vaa.sign(&[guardian()]))
                    .with_gas_limit(gas);
                let receipt = world.chain.evm.view(call);
                if let Outcome::Returned(_) = receipt.outcome {
                    let said = world.chain.published(&receipt);
                    assert_eq!(said[0].payload[1], Executed as u8, "{gas}");
                    ran += 1;
                }
            }
            assert!(ran > 10 && ran < 80, "{ran}");
        }
    });
}
