//! The delivery plan: what a client has to know to send each instruction of a program, as data. Its form is described in
//! `compiler/docs/delivery.md`.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Target;
use super::accounts;
use super::bounds::Bounds;
use super::instruction::{Account, Instruction};
use super::keys::{Base58, Bytes, Key, Origins};
use super::types::record_size;
use crate::backend::delivery::paths::{self, statuses_with, walk};
use crate::backend::delivery::{Hex, Line, Plan, Purpose, fingerprint, lines};
use crate::ir::{InstData, Trigger};
use crate::json::in_a_line;
use crate::transport::Transport as Layer;
use crate::wire::header;

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

/// Where a program is.
#[derive(Serialize)]
struct Place {
    program: Base58,
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
struct Planned {
    #[serde(flatten)]
    purpose: Purpose,
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
    let place = Place {
        program: Base58(target.id()),
    };
    let transport = Transport {
        name: Layer::Wormhole.name(),
        core: Base58(target.core().to_word()),
        fee: FEE,
    };
    let instructions = std::iter::once(plan_wire(target)).chain(planned);
    let instructions = instructions.collect();
    Plan::new(
        target.input,
        target.machine,
        place,
        &transport,
        instructions,
    )
    .json()
}

fn plan_wire(target: &Target<'_>) -> Planned {
    let accounts = accounts::WIRE.iter();
    let accounts: Vec<_> = accounts
        .map(|account| Account::standing(account, "", account.key(target, None)))
        .collect();
    let fingerprint = Bytes::Plan {
        bytes: fingerprint(target.input, target.machine),
    };
    // A participant has one peer, the coordinator.
    let data = DISCRIMINATOR_SIZE + 4 + (2 + 32) + 32;
    Planned {
        purpose: Purpose::wire(),
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

fn plan(target: &Target<'_>, instruction: &Instruction) -> Planned {
    let program = target.input.program;
    let data = &program.handlers[instruction.handler];
    let name = &target.names.handlers[&instruction.handler].instruction;
    let accounts = instruction.accounts(target);
    let keys = instruction.fields().map(|field| &field.origin);
    let granted = target.input.facts.budgets[instruction.handler].calls;
    Planned {
        purpose: Purpose::of(program, instruction.handler, name),
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
