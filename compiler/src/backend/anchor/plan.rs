//! The delivery plan: what a client has to know to send each instruction of a program, as data. Its form is described in
//! `compiler/docs/delivery.md`.

use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::Target;
use super::accounts;
use super::bounds::Bounds;
use super::instruction::{Account, Instruction};
use super::keys::{Base58, Bytes, Hex, Key, Origins};
use super::paths::{self, statuses_with, walk};
use super::project;
use super::types::record_size;
use crate::ir::{InstData, Trigger};
use crate::json::{in_a_line, pretty};
use crate::wire::header;

/// Where the plan is written, relative to the folder of its program.
pub(super) const FILE: &str = "delivery.json";

/// Raised by everything that would make a client misread the file.
const VERSION: u32 = 1;

/// Bytes of Anchor's mark of a type or an instruction.
pub(super) const DISCRIMINATOR_SIZE: usize = 8;

/// What `wire` creates: Anchor's mark, the coordinator's chain and address, the fingerprint, the authority, and three bumps.
const STATE_SIZE: u64 = 8 + (2 + 32) + 32 + 32 + 3;

/// What Wormhole's account of a message holds beside it; `solana/bridge/program` of the Wormhole repository, `PostedMessageData`.
const POSTED_OVERHEAD: u64 = 3 + 1 + 1 + 4 + 32 + 4 + 4 + 8 + 2 + 32 + 4;

/// Wormhole's counter of the messages of an emitter.
const SEQUENCE_SIZE: u64 = 8;

/// Where Wormhole's fee stands in the account of the bridge, and its size.
const FEE: Slice = Slice {
    account: "delivery.bridge",
    offset: 16,
    size: 8,
};

/// Content that stands in one line.
type Line = Box<RawValue>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan<'a> {
    format: &'static str,
    version: u32,
    workflow: &'a str,
    chain: &'a str,
    network: &'a str,
    fingerprint: Hex,
    program: Base58,
    transport: Line,
    instructions: Vec<Planned<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Transport {
    name: &'static str,
    core: Base58,
    fee: Slice,
}

/// Bytes of an account's data, the least first.
#[derive(Serialize)]
struct Slice {
    account: &'static str,
    offset: u32,
    size: u32,
}

/// One instruction.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Planned<'a> {
    name: &'a str,
    does: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Line>,
    discriminator: Hex,
    arguments: Vec<Line>,
    accounts: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Line>,
    calls: Vec<Line>,
    creates: Vec<Line>,
    compute_units: u32,
    most: Line,
}

/// What messages and records know by a number.
#[derive(Serialize)]
struct Numbered<'a> {
    name: &'a str,
    number: u16,
}

#[derive(Serialize)]
struct Argument {
    name: &'static str,
    #[serde(rename = "type")]
    ty: &'static str,
    /// What it has to be, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Bytes>,
}

/// Who alone may pay, while the step has one of these statuses.
#[derive(Serialize)]
struct Holder {
    key: Key,
    statuses: Vec<u8>,
}

/// A call of a target, made while the step has one of these statuses.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Call<'a> {
    function: &'a str,
    statuses: Vec<u8>,
    compute_units: u64,
}

/// An account that is created if it does not exist, at the payer's cost, with at most so many bytes.
#[derive(Serialize)]
struct Created {
    account: &'static str,
    space: u64,
}

/// The plan of a program, as JSON.
pub(super) fn plan_json(target: &Target<'_>, instructions: &[Instruction]) -> String {
    let planned = instructions.iter().map(|it| plan(target, it));
    let plan = Plan {
        format: "xcc-delivery-plan",
        version: VERSION,
        workflow: &target.workflow().name,
        chain: target.chain_name(),
        network: &target.input.deployment.chains[target.data().chain].caip2,
        fingerprint: Hex(project::fingerprint(target).to_vec()),
        program: Base58(target.id()),
        transport: in_a_line(&Transport {
            name: "wormhole",
            core: Base58(target.core().to_word()),
            fee: FEE,
        }),
        instructions: std::iter::once(plan_wire(target)).chain(planned).collect(),
    };
    pretty(&plan, 4_000 * plan.instructions.len())
}

fn plan_wire<'a>(target: &Target<'a>) -> Planned<'a> {
    let accounts = accounts::WIRE.iter();
    let accounts: Vec<_> = accounts
        .map(|account| Account::standing(account, "", account.key(target, None)))
        .collect();
    let fingerprint = Bytes::Plan {
        bytes: Hex(project::fingerprint(target).to_vec()),
    };
    // A participant has one peer, the coordinator.
    let data = DISCRIMINATOR_SIZE + 4 + (2 + 32) + 32;
    Planned {
        name: "wire",
        does: "wire",
        step: None,
        message: None,
        discriminator: discriminator("wire"),
        arguments: lines([
            Argument {
                name: "peers",
                ty: "Vec<(u16, [u8; 32])>",
                value: None,
            },
            Argument {
                name: "fingerprint",
                ty: "[u8; 32]",
                value: Some(fingerprint),
            },
        ]),
        holder: None,
        calls: Vec::new(),
        creates: lines([Created {
            account: "state",
            space: STATE_SIZE,
        }]),
        compute_units: Bounds::compute_units(0, std::iter::empty()),
        most: in_a_line(&Bounds::of(target, &accounts, data)),
        accounts: lines(accounts),
    }
}

fn plan<'a>(target: &'a Target<'_>, instruction: &'a Instruction) -> Planned<'a> {
    let program = target.input.program;
    let data = &program.handlers[instruction.handler];
    let step = data.step.map(|step| &program.steps[step]);
    let message = target.message_of(instruction.handler);
    let kind = message.map(|message| program.messages[message].kind);
    let name = &target.names.handlers[&instruction.handler].instruction;
    let accounts = instruction.accounts(target);
    let keys = instruction.fields().map(|field| &field.origin);
    let granted = target.input.facts.budgets[instruction.handler].calls;
    Planned {
        name,
        does: match data.trigger {
            Trigger::Expire(_) => "expire",
            Trigger::Park(_) => "park",
            Trigger::Claim(_) => "claim",
            _ => "deliver",
        },
        step: step.map(|step| numbered(&step.name, step.number)),
        message: kind.map(|kind| numbered(kind.name(), kind as u16)),
        discriminator: discriminator(name),
        arguments: lines(arguments(data.trigger)),
        holder: holder(target, instruction).as_ref().map(in_a_line),
        calls: lines(calls(target, instruction)),
        creates: lines(created(target, instruction)),
        compute_units: Bounds::compute_units(granted, keys),
        most: in_a_line(&instruction.bounds(target)),
        accounts: lines(accounts),
    }
}

fn lines(items: impl IntoIterator<Item: Serialize>) -> Vec<Line> {
    items.into_iter().map(|item| in_a_line(&item)).collect()
}

fn numbered(name: &str, number: u16) -> Line {
    in_a_line(&Numbered { name, number })
}

/// What a handler's instruction takes beside its accounts.
fn arguments(trigger: Trigger) -> Vec<Argument> {
    let instance = Argument {
        name: "instance",
        ty: "[u8; 32]",
        value: None,
    };
    match trigger {
        Trigger::Claim(_) => vec![instance],
        _ => Vec::new(),
    }
}

/// By which Anchor knows an instruction: the first bytes of the SHA-256 of its name behind `global:`.
fn discriminator(name: &str) -> Hex {
    let hash = Sha256::digest(format!("global:{name}"));
    Hex(hash[..DISCRIMINATOR_SIZE].to_vec())
}

/// Whom the caller is compared with, and while the step has which statuses.
fn holder(target: &Target<'_>, instruction: &Instruction) -> Option<Holder> {
    let program = target.input.program;
    let handler = instruction.handler;
    let body = &program.handlers[handler].body;
    let holder = paths::holder(body)?;
    let is_caller = |inst: &InstData| matches!(inst, InstData::Caller { .. });
    let origins = Origins {
        target,
        handler,
        body,
    };
    Some(Holder {
        key: origins.bytes(holder).into(),
        statuses: statuses_with(program, handler, is_caller),
    })
}

fn calls<'a>(target: &Target<'_>, instruction: &'a Instruction) -> Vec<Call<'a>> {
    let program = target.input.program;
    let is_call = |inst: &InstData| matches!(inst, InstData::Call { .. });
    let statuses = statuses_with(program, instruction.handler, is_call);
    let calls = instruction.calls.iter().map(|site| Call {
        function: &site.label,
        statuses: statuses.clone(),
        compute_units: site.gas,
    });
    calls.collect()
}

fn created(target: &Target<'_>, instruction: &Instruction) -> Vec<Created> {
    let program = target.input.program;
    let data = &program.handlers[instruction.handler];
    let (Some(step), Some(_)) = (data.step, target.message_of(instruction.handler)) else {
        return Vec::new();
    };
    let mut reply = 0;
    walk(program, instruction.handler, &mut |inst, _| {
        if let InstData::Send { message, .. } = inst {
            reply = reply.max(target.input.facts.layout(*message).max_size);
        }
    });
    let record = Created {
        account: "delivery.record",
        space: record_size(program, target.machine, step),
    };
    let reply = Created {
        account: "delivery.reply",
        space: POSTED_OVERHEAD + header::SIZE as u64 + u64::from(reply),
    };
    let sequence = Created {
        account: "delivery.sequence",
        space: SEQUENCE_SIZE,
    };
    vec![record, reply, sequence]
}
