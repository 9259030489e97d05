//! The emitted encoders and decoders against the reference codec: equal bytes, and the same inputs refused.

use std::fmt::Write as _;

use alloy_dyn_abi::{DynSolValue, FunctionExt, JsonAbiExt};
use alloy_json_abi::JsonAbi;
use alloy_sol_types::{SolCall, sol};
use xcc::backend::names::pascal_case;
use xcc::deployment;
use xcc::entities::Chain;
use xcc::ir::{Message, MessageKind, Program};
use xcc::types::{Declarations, Type};
use xcc::vm::Vm;
use xcc::wire::vectors::{Extent, Sampler, sample};
use xcc::wire::{Layout, Value, decode_body, encode_body};
use xcc_tests::evm::primitives::{Address, I256, U256};
use xcc_tests::evm::{Call, Evm, Outcome, Receipt};
use xcc_tests::vaa::Guardian;
use xcc_tests::wormhole_evm::Core;

use crate::build::compile;
use crate::fixture::{Lowered, binding, everything, swap_and_stake};
use crate::world::{ALICE, peer, wire};

const RANDOM_VALUES: usize = 1000;
const DAMAGED_VALUES: usize = 600;

sol! {
    function run(uint256 which, bytes message) external returns (bytes);
}

/// A contract that decodes and encodes again what it is given.
struct Codec {
    evm: Evm,
    address: Address,
    lowered: Lowered,
    messages: Vec<Message>,
}

impl Codec {
    fn new(lowered: Lowered, workflow: &str) -> Self {
        let program = &lowered.program;
        let messages: Vec<_> = program.messages.keys().collect();
        let artifacts = lowered.emit(&lowered.deployment());
        let source = harness(program, &messages, workflow);
        let output = compile(&artifacts, &[("evm/src/Codec.sol", source)]);
        let mut evm = Evm::new(1);
        let address = evm
            .deploy(ALICE, &output.contract("Codec").creation, &[])
            .unwrap();
        Codec {
            evm,
            address,
            lowered,
            messages,
        }
    }

    /// The bytes that come out, or nothing if the input is refused.
    fn run(&mut self, which: usize, body: &[u8]) -> Option<Vec<u8>> {
        let message = [&[0; 52], body].concat().into();
        let call = runCall {
            which: U256::from(which),
            message,
        };
        let receipt = self
            .evm
            .view(Call::new(ALICE, self.address, call.abi_encode()));
        match &receipt.outcome {
            Outcome::Returned(bytes) => Some(runCall::abi_decode_returns(bytes).unwrap().to_vec()),
            Outcome::Reverted(_) => None,
            other => panic!("{other:?}"),
        }
    }

    fn layout(&self, which: usize) -> Layout {
        self.lowered.facts.layout(self.messages[which]).clone()
    }

    fn sample(&self, which: usize, seed: usize, extent: Extent) -> Vec<Value> {
        let mut sampler = Sampler::new(&format!("evm {which} {seed}"), extent);
        sample(&self.lowered.program, self.messages[which], &mut sampler)
    }

    /// Asserts that both codecs make the same of a body.
    #[track_caller]
    fn compare(&mut self, which: usize, body: &[u8]) {
        let reference = decode_body(&self.layout(which), body);
        let expected = reference.is_ok().then(|| body.to_vec());
        let kind = self.lowered.program.messages[self.messages[which]].kind;
        assert_eq!(
            self.run(which, body),
            expected,
            "{kind}: {} {reference:?}",
            hex::encode(body)
        );
    }
}

fn harness(program: &Program, messages: &[Message], workflow: &str) -> String {
    let mut branches = String::new();
    for (which, &message) in messages.iter().enumerate() {
        let data = &program.messages[message];
        let name = format!(
            "{}{}",
            pascal_case(&program.steps[data.step].name),
            data.kind
        );
        let body = match data.fields.is_empty() {
            true => format!("Messages.decode{name}(message); return \"\";"),
            false => format!("return Messages.encode{name}(Messages.decode{name}(message));"),
        };
        let _ = writeln!(branches, "        if (which == {which}) {{ {body} }}");
    }
    format!(
        "// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;
import {{{workflow}Messages as Messages}} from \"./{workflow}Messages.sol\";
contract Codec {{
    function run(uint256 which, bytes memory message) external pure returns (bytes memory) {{
{branches}        revert();
    }}
}}
"
    )
}

fn check_values(mut codec: Codec) {
    for which in 0..codec.messages.len() {
        let layout = codec.layout(which);
        let extents = [Extent::Least, Extent::Greatest]
            .into_iter()
            .chain([Extent::Random; RANDOM_VALUES]);
        for (seed, extent) in extents.enumerate() {
            let body = encode_body(&layout, &codec.sample(which, seed, extent));
            assert_eq!(codec.run(which, &body).as_ref(), Some(&body));
        }
    }
}

#[test]
fn random_values_of_every_type_come_out_as_they_went_in() {
    check_values(Codec::new(Lowered::new(&everything()), "Everything"));
}

#[test]
fn random_values_of_a_plain_workflow_come_out_as_they_went_in() {
    check_values(Codec::new(Lowered::new(&swap_and_stake()), "SwapAndStake"));
}

#[test]
fn every_truncation_and_every_byte_too_many_is_refused() {
    let mut codec = Codec::new(Lowered::new(&everything()), "Everything");
    for which in 0..codec.messages.len() {
        let layout = codec.layout(which);
        for (seed, extent) in [Extent::Least, Extent::Random, Extent::Greatest]
            .into_iter()
            .enumerate()
        {
            let body = encode_body(&layout, &codec.sample(which, seed, extent));
            for end in 0..body.len() {
                assert_eq!(codec.run(which, &body[..end]), None, "{which} {end}");
            }
            for extra in [0, 1, 0xff] {
                assert_eq!(codec.run(which, &[&body[..], &[extra]].concat()), None);
            }
        }
    }
}

#[test]
fn damaged_bodies_are_refused_exactly_where_the_reference_refuses_them() {
    let mut codec = Codec::new(Lowered::new(&everything()), "Everything");
    for which in 0..codec.messages.len() {
        let layout = codec.layout(which);
        for seed in 0..DAMAGED_VALUES {
            let mut body = encode_body(&layout, &codec.sample(which, seed, Extent::Random));
            if body.is_empty() {
                continue;
            }
            // Neighbours of what stands there hit lengths and tags; high bits hit UTF-8.
            let position = (seed * 7919) % body.len();
            body[position] = match seed % 4 {
                0 => body[position].wrapping_add(1),
                1 => body[position].wrapping_sub(1),
                2 => body[position] ^ 0x80,
                _ => 2 + (seed / 4) as u8,
            };
            codec.compare(which, &body);
        }
    }
}

/// A message whose body is one string, so that its bytes are all that matters.
fn strings() -> Codec {
    use crate::fixture::{AMM, Builder, StepOptions};
    use xcc::hir::{Authority, Role};
    let mut b = Builder::new();
    let solana = b.chain("solana", Vm::Svm);
    let pool = b.contract("Pool", solana, AMM);
    let text = b.input("text", Type::String(8));
    let call = b.call(pool, "swap", vec![text], 1000);
    b.step("say", call, &[], StepOptions::new(Role::Retriable));
    Codec::new(
        Lowered::new(&b.finish("Speech", Authority::Anyone, vec![])),
        "Speech",
    )
}

#[test]
fn utf8_is_what_the_standard_says() {
    let mut codec = strings();
    let mut compare = |bytes: &[u8]| {
        let body = [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
        codec.compare(0, &body);
    };
    for first in 0..=0xff {
        compare(&[first]);
        for second in [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff] {
            compare(&[first, second]);
            for third in [0x7f, 0x80, 0xbf, 0xc0] {
                compare(&[first, second, third]);
                if first >= 0xe0 {
                    compare(&[first, second, third, 0x80]);
                    compare(&[first, second, third, 0xc0]);
                    compare(&[first, second, 0x80, third]);
                }
            }
        }
    }
    compare(b"12345678");
    compare(b"123456789");
}

/// A value as the ABI has it.
fn to_abi(value: &Value, ty: &Type, declarations: &Declarations) -> DynSolValue {
    let word = |value: xcc::literal::U256| {
        let mut bytes = [0; 32];
        value.to_big_endian(&mut bytes);
        U256::from_be_bytes(bytes)
    };
    let all = |values: &[Value], element: &Type| {
        values
            .iter()
            .map(|value| to_abi(value, element, declarations))
            .collect::<Vec<_>>()
    };
    match (value, ty) {
        (Value::Bool(value), _) => DynSolValue::Bool(*value),
        (Value::Uint(value), Type::Uint(bits)) => {
            DynSolValue::Uint(word(*value), usize::from(*bits))
        }
        (Value::Int(value), Type::Int(bits)) => {
            DynSolValue::Int(I256::from_raw(word(*value)), usize::from(*bits))
        }
        (Value::Variant(index), _) => DynSolValue::Uint(U256::from(*index), 8),
        (Value::Bytes(bytes), Type::Address(_)) if bytes.len() == 20 => {
            DynSolValue::Address(Address::from_slice(bytes))
        }
        (Value::Bytes(bytes), Type::Bytes(_)) => DynSolValue::Bytes(bytes.clone()),
        (Value::Bytes(bytes), _) => {
            let mut word = [0; 32];
            word[..bytes.len()].copy_from_slice(bytes);
            DynSolValue::FixedBytes(word.into(), bytes.len())
        }
        (Value::String(text), _) => DynSolValue::String(text.clone()),
        (Value::List(values), Type::List(element, _)) => DynSolValue::Array(all(values, element)),
        (Value::List(values), Type::Array(element, _)) => {
            DynSolValue::FixedArray(all(values, element))
        }
        (Value::Option(some), Type::Option(inner)) => {
            let zero = Value::zero(inner, declarations);
            let inner = to_abi(some.as_deref().unwrap_or(&zero), inner, declarations);
            DynSolValue::Tuple(vec![DynSolValue::Bool(some.is_some()), inner])
        }
        (Value::Record(values), Type::Record(record)) => {
            let fields = declarations.records[*record].fields.iter().zip(values);
            DynSolValue::Tuple(
                fields
                    .map(|(field, value)| to_abi(value, &field.ty, declarations))
                    .collect(),
            )
        }
        (value, ty) => panic!("{value:?} is no {ty:?}"),
    }
}

fn call(evm: &mut Evm, machine: Address, data: Vec<u8>) -> Receipt {
    evm.send(Call::new(ALICE, machine, data))
}

#[test]
fn every_type_survives_start_storage_message_and_event() {
    let lowered = Lowered::new(&everything());
    let mut evm = Evm::new(2);
    let core = Core::deploy(&mut evm, 2, &[Guardian::new(1)]).unwrap();
    let mut deployment = lowered.deployment();
    let address = deployment::Address::Evm(core.address.into_array());
    deployment.chains[Chain::from_u32(0)] = binding(Vm::Evm, 2, address);
    let output = compile(&lowered.emit(&deployment), &[]);
    let contract = output.contract("EverythingCoordinator");
    let machine = evm.deploy(ALICE, &contract.creation, &[]).unwrap();
    let workflow = lowered.program.workflows.keys().next().unwrap();
    let wiring = wire(vec![peer(3, [5; 32])], lowered.facts.fingerprints[workflow]);
    call(&mut evm, machine, wiring.abi_encode()).returned();

    let abi: JsonAbi = serde_json::from_value(contract.abi.clone()).unwrap();
    let start = &abi.functions["start"][0];
    let execute = lowered.program.messages.keys().next().unwrap();
    let executed = lowered
        .program
        .messages
        .keys()
        .find(|&id| lowered.program.messages[id].kind == MessageKind::Executed);
    let fields = &lowered.program.messages[execute].fields;
    let declarations = &lowered.program.declarations;
    for seed in 0..40 {
        let extent = [Extent::Least, Extent::Greatest]
            .get(seed)
            .copied()
            .unwrap_or(Extent::Random);
        let values = sample(
            &lowered.program,
            execute,
            &mut Sampler::new(&format!("start {seed}"), extent),
        );
        let inputs = fields
            .iter()
            .zip(&values)
            .map(|(field, value)| to_abi(value, &field.ty, declarations));
        let data = start
            .abi_encode_input(&[DynSolValue::Tuple(inputs.collect())])
            .unwrap();
        let receipt = call(&mut evm, machine, data);
        let instance = start.abi_decode_output(receipt.returned()).unwrap();
        let published = core.published(&receipt);
        let body = encode_body(lowered.facts.layout(execute), &values);
        assert_eq!(
            hex::encode(&published[0].payload[52..]),
            hex::encode(body),
            "{seed}"
        );

        // What comes back is kept, and announced at the end.
        let result = sample(
            &lowered.program,
            executed.unwrap(),
            &mut Sampler::new(&format!("reply {seed}"), extent),
        );
        let reply = encode_body(lowered.facts.layout(executed.unwrap()), &result);
        let mut header = published[0].payload[..52].to_vec();
        header[1] = MessageKind::Executed as u8;
        header[12..20].fill(0);
        let vaa = xcc_tests::vaa::Vaa {
            guardian_set: 0,
            timestamp: 0,
            nonce: 0,
            emitter_chain: 3,
            emitter_address: [5; 32],
            sequence: seed as u64,
            consistency_level: 1,
            payload: [header, reply].concat(),
        };
        let deliver = crate::world::abi::deliverCall {
            vaa: core.sign(&vaa).into(),
        };
        let receipt = call(&mut evm, machine, deliver.abi_encode());
        receipt.returned();
        let completed = receipt
            .logs
            .iter()
            .find(|log| log.topics()[0] == abi.events["Completed"][0].selector())
            .unwrap();
        let record = &lowered.program.messages[executed.unwrap()].fields[0].ty;
        let expected = to_abi(&result[0], record, declarations);
        assert_eq!(
            hex::encode(&completed.data.data),
            hex::encode(DynSolValue::Tuple(vec![expected]).abi_encode_params())
        );
        assert_eq!(instance.len(), 1);
    }
}
