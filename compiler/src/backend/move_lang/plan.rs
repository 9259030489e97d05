//! What the delivery plans of both Move chains say of a handler: the budgets of its calls, and who alone may send it.

use serde::Serialize;

use super::packages::types::Naming;
use super::participant::Participant;
use super::targets::Target;
use crate::backend::delivery::paths::{self, statuses_with, walk};
use crate::backend::delivery::{Hex, Line, Purpose, lines};
use crate::deployment::{ConstantValue, Endpoint};
use crate::entities::{Handler, Value};
use crate::ir::{Body, InstData};
use crate::json::in_a_line;
use crate::literal::Literal;
use crate::transport::Transport;
use crate::types::Type;

/// What every instruction's entry begins with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::backend) struct Head {
    #[serde(flatten)]
    purpose: Purpose,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Line>,
    calls: Vec<Line>,
    gas_units: u64,
}

/// Who alone may send the transaction, while the step has one of these statuses.
#[derive(Serialize)]
struct Holder {
    address: Place,
    statuses: Vec<u8>,
}

/// Where an address stands.
#[derive(Serialize)]
#[serde(tag = "in", rename_all = "camelCase")]
enum Place {
    /// It is known.
    Plan { bytes: Hex },
    /// It is in the record of the instance, in this table of the participant, behind these fields.
    Record { table: String, path: Vec<String> },
}

/// A call of a target, made while the step has one of these statuses.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    function: String,
    statuses: Vec<u8>,
    gas_units: u64,
}

impl Head {
    /// Of what tells a participant its peers.
    pub(in crate::backend) fn wire() -> Self {
        Self {
            purpose: Purpose::wire(),
            holder: None,
            calls: Vec::new(),
            gas_units: 0,
        }
    }

    /// Of what runs a handler.
    pub(in crate::backend) fn of(participant: Participant<'_>, handler: Handler) -> Self {
        let name = &participant.names.handlers[&handler].function;
        Self {
            purpose: Purpose::of(participant.program(), handler, name),
            holder: holder(participant, handler).as_ref().map(in_a_line),
            calls: lines(calls(participant, handler)),
            gas_units: participant.input.facts.budgets[handler].calls,
        }
    }
}

/// The messaging layer on the participant's chain: the address of its core, and on Sui of its state.
pub(in crate::backend) fn wormhole(participant: Participant<'_>) -> (Hex, Option<Hex>) {
    let chain = participant.program().machines[participant.machine].chain;
    let transports = &participant.input.deployment.chains[chain].transports;
    match transports.get(&Transport::Wormhole) {
        Some(Endpoint::Wormhole { core, state, .. }) => {
            let hex = |address: crate::deployment::Address| Hex(address.to_word().to_vec());
            (hex(*core), state.map(hex))
        }
        None => unreachable!("the profile's resolution demands the endpoint of each transport"),
    }
}

fn calls(participant: Participant<'_>, handler: Handler) -> Vec<Call> {
    let (program, packages) = (participant.program(), participant.packages);
    let is_call = |inst: &InstData| matches!(inst, InstData::Call { .. });
    let statuses = statuses_with(program, handler, is_call);
    let mut calls = Vec::new();
    walk(program, handler, &mut |inst, _| {
        let InstData::Call { call, .. } = inst else {
            return;
        };
        let Some(target) = Target::of(program, &call.function) else {
            return;
        };
        calls.push(Call {
            function: packages.function_path(target, &call.function.name, Naming::Address),
            statuses: statuses.clone(),
            gas_units: call.gas,
        });
    });
    calls
}

/// Whom the sender is compared with, and while the step has which statuses.
fn holder(participant: Participant<'_>, handler: Handler) -> Option<Holder> {
    let program = participant.program();
    let body = &program.handlers[handler].body;
    let holder = paths::holder(body)?;
    let is_caller = |inst: &InstData| matches!(inst, InstData::Caller { .. });
    Some(Holder {
        address: place(participant, body, holder),
        statuses: statuses_with(program, handler, is_caller),
    })
}

fn place(participant: Participant<'_>, body: &Body, value: Value) -> Place {
    let mut insts = body.insts.values();
    match insts.find(|inst| inst.results().contains(&value)) {
        Some(InstData::Constant { constant, .. }) => {
            match &participant.input.deployment.constants[*constant] {
                ConstantValue::Address(address) => Place::Plan {
                    bytes: Hex(address.to_word().to_vec()),
                },
                ConstantValue::MoveType(_) => unreachable!("only addresses are values"),
            }
        }
        Some(InstData::Literal {
            literal: Literal::Bytes(bytes),
            ..
        }) => Place::Plan {
            bytes: Hex(bytes.clone()),
        },
        Some(InstData::Load { slot, .. }) => {
            let step = participant.program().slots[*slot].step;
            let step = step.expect("a participant keeps values in records of steps");
            Place::Record {
                table: participant.names.steps[&step].table.clone(),
                path: vec![participant.names.slots[slot].clone()],
            }
        }
        Some(InstData::Field { value, index, .. }) => {
            let Type::Record(record) = body.values[*value].ty else {
                unreachable!("only records have fields");
            };
            let field = participant.types.records[&record].fields[*index].clone();
            match place(participant, body, *value) {
                Place::Record { table, mut path } => {
                    path.push(field);
                    Place::Record { table, path }
                }
                Place::Plan { .. } => unreachable!("no record is known before it is kept"),
            }
        }
        other => unreachable!("nothing is held for {other:?}"),
    }
}
