//! The delivery plan: what a client has to know to send each instruction of a program, as data. Its form is described in
//! `compiler/docs/delivery.md`.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::bounds::Bounds;
use super::entrance::Entrance;
use super::instruction::{Account, Instruction};
use super::keys::{Base58, Bytes, Key, Origins};
use super::places::{RECORD_STATUS, status_offset};
use super::types::{record_size, rust_type};
use super::wiring::{PEER_SIZE, peer_count, state_size};
use super::{Target, accounts, project};
use crate::backend::delivery::paths::{self, statuses_with, walk};
use crate::backend::delivery::{Hex, Line, Plan, Purpose, fingerprint, lines};
use crate::entities::Handler;
use crate::ir::InstData;
use crate::json::in_a_line;
use crate::transport::Transport as Layer;
use crate::wire::header;

/// Bytes of Anchor's mark of a type or an instruction.
pub(super) const DISCRIMINATOR_SIZE: usize = 8;

/// What Wormhole's account of a message holds beside it; `solana/bridge/program` of the Wormhole repository, `PostedMessageData`.
const POSTED_OVERHEAD: u64 = 3 + 1 + 1 + 4 + 32 + 4 + 4 + 8 + 2 + 32 + 4;

/// Wormhole's counter of the messages of an emitter.
const SEQUENCE_SIZE: u64 = 8;

/// Where Wormhole's fee stands in the account of the bridge, and its size.
const FEE: (u32, u32) = (16, 8);

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
    /// Where the status of the step stands in the record, if that is not where every record of a participant has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Line>,
    calls: Vec<Line>,
    creates: Vec<Line>,
    /// The token accounts that must exist already.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_accounts: Option<Line>,
    compute_units: u32,
    most: Line,
}

#[derive(Serialize)]
struct Argument {
    name: String,
    #[serde(rename = "type")]
    ty: String,
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
    account: String,
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
        fee: Slice {
            account: match target.is_coordinator() {
                true => "sending.bridge",
                false => "delivery.bridge",
            },
            offset: FEE.0,
            size: FEE.1,
        },
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
    let accounts = accounts::wire(target);
    let accounts = accounts.iter();
    let accounts: Vec<_> = accounts
        .map(|account| Account::standing(account, "", account.key(target, None)))
        .collect();
    let fingerprint = Bytes::Plan {
        bytes: fingerprint(target.input, target.machine),
    };
    let data = DISCRIMINATOR_SIZE + 4 + PEER_SIZE as usize * peer_count(target) + 32;
    Planned {
        purpose: Purpose::wire(),
        discriminator: discriminator("wire"),
        arguments: lines([
            Argument::new("peers", "Vec<(u16, [u8; 32])>"),
            Argument {
                value: Some(fingerprint),
                ..Argument::new("fingerprint", "[u8; 32]")
            },
        ]),
        status: None,
        holder: None,
        calls: Vec::new(),
        creates: lines([Created {
            account: "state".to_owned(),
            space: state_size(target),
        }]),
        token_accounts: None,
        compute_units: Bounds::compute_units(0, 0, std::iter::empty()),
        most: in_a_line(&Bounds::of(target, &accounts, data)),
        accounts: lines(accounts),
    }
}

fn plan(target: &Target<'_>, instruction: &Instruction) -> Planned {
    let program = target.input.program;
    let data = &program.handlers[instruction.handler];
    let name = &target.names.handlers[&instruction.handler].instruction;
    let accounts = instruction.accounts(target);
    let fields = instruction.fields();
    let keys = fields.iter().map(|field| &field.origin);
    let token_accounts = instruction.token_accounts();
    let budget = target.input.facts.budgets[instruction.handler];
    let status = data
        .step
        .map(|step| status_offset(program, target.machine, step));
    Planned {
        purpose: Purpose::of(program, instruction.handler, name),
        discriminator: discriminator(name),
        arguments: lines(arguments(target, instruction)),
        status: status.filter(|&offset| offset != RECORD_STATUS),
        holder: holder(target, instruction).as_ref().map(in_a_line),
        calls: lines(calls(target, instruction)),
        creates: lines(created(target, instruction)),
        token_accounts: (!token_accounts.is_empty()).then(|| in_a_line(&token_accounts)),
        compute_units: Bounds::compute_units(budget.calls, budget.messages, keys),
        most: in_a_line(&instruction.bounds(target)),
        accounts: lines(accounts),
    }
}

/// What an instruction takes beside its accounts. The members of a struct of inputs follow each other as they are.
fn arguments(target: &Target<'_>, instruction: &Instruction) -> Vec<Argument> {
    let params = project::params(target, instruction.handler);
    let params = params.into_iter().filter(|(name, _)| *name != "inputs");
    let params = params.map(|(name, ty)| Argument::new(name, ty));
    let inputs = match instruction.entrance {
        Entrance::Opening => target.workflow().inputs.as_slice(),
        _ => &[],
    };
    let inputs = target.names.inputs.iter().zip(inputs);
    let inputs = inputs.map(|(name, input)| Argument::new(name, &rust_type(target, &input.ty)));
    params.chain(inputs).collect()
}

impl Argument {
    fn new(name: &str, ty: &str) -> Self {
        Self {
            name: name.to_owned(),
            ty: ty.to_owned(),
            value: None,
        }
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
    let origins = Origins::of(target, handler, handler);
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
    let message = Created {
        account: String::new(),
        space: largest_message(target, instruction.handler),
    };
    if target.is_coordinator() {
        return created_at_home(target, instruction, &message);
    }
    let data = &target.input.program.handlers[instruction.handler];
    let (Some(step), Some(_)) = (data.step, target.message_of(instruction.handler)) else {
        return Vec::new();
    };
    let record = Created {
        account: "delivery.record".to_owned(),
        space: record_size(target.input.program, target.machine, Some(step)),
    };
    vec![
        record,
        message.at("delivery.reply"),
        sequence("delivery.sequence"),
    ]
}

fn created_at_home(
    target: &Target<'_>,
    instruction: &Instruction,
    message: &Created,
) -> Vec<Created> {
    let opened = (instruction.entrance == Entrance::Opening).then(|| Created {
        account: "opening.record".to_owned(),
        space: record_size(target.input.program, target.machine, None),
    });
    let messages = instruction.messages.iter().map(|name| message.at(name));
    let is_sending = !instruction.messages.is_empty();
    let sequence = is_sending.then(|| sequence("sending.sequence"));
    opened.into_iter().chain(messages).chain(sequence).collect()
}

fn sequence(account: &str) -> Created {
    Created {
        account: account.to_owned(),
        space: SEQUENCE_SIZE,
    }
}

/// The size of the account of the largest message that a handler may send.
fn largest_message(target: &Target<'_>, handler: Handler) -> u64 {
    let mut largest = 0;
    walk(target.input.program, handler, &mut |inst, _| {
        if let InstData::Send { message, .. } = inst {
            largest = largest.max(target.input.facts.layout(*message).max_size);
        }
    });
    POSTED_OVERHEAD + header::SIZE as u64 + u64::from(largest)
}

impl Created {
    fn at(&self, account: &str) -> Self {
        Self {
            account: account.to_owned(),
            space: self.space,
        }
    }
}
