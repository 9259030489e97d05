//! What the delivery plans of both Move chains say of a handler: the budgets of its calls, and who alone may send it.

use serde::Serialize;

use super::machine::EmittedMachine;
use super::packages::types::Naming;
use crate::backend::delivery::paths::{self, statuses_with, walk};
use crate::backend::delivery::{Hex, Line, Purpose, lines};
use crate::deployment::{ConstantValue, Endpoint};
use crate::entities::{Handler, Slot, Value};
use crate::ir::{Body, InstData, Trigger};
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
    /// It is in the record of the instance, in this table of the machine, behind these fields.
    Record { table: String, path: Vec<String> },
    /// It is this input of the workflow.
    Input { input: String },
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
    /// Of what tells a machine its peers.
    pub(in crate::backend) fn wire() -> Self {
        Self {
            purpose: Purpose::wire(),
            holder: None,
            calls: Vec::new(),
            gas_units: 0,
        }
    }

    /// Of what runs a handler.
    pub(in crate::backend) fn of(machine: EmittedMachine<'_>, handler: Handler) -> Self {
        let name = &machine.names.handlers[&handler].function;
        Self {
            purpose: Purpose::of(machine.program(), handler, name),
            holder: holder(machine, handler).as_ref().map(in_a_line),
            calls: lines(calls(machine, handler)),
            gas_units: machine.input.facts.budgets[handler].calls,
        }
    }
}

/// The messaging layer on the machine's chain: the address of its core, and on Sui of its state.
pub(in crate::backend) fn wormhole(machine: EmittedMachine<'_>) -> (Hex, Option<Hex>) {
    let chain = machine.program().machines[machine.id].chain;
    let transports = &machine.input.deployment.chains[chain].transports;
    match transports.get(&Transport::Wormhole) {
        Some(Endpoint::Wormhole { core, state, .. }) => {
            let hex = |address: crate::deployment::Address| Hex(address.to_word().to_vec());
            (hex(*core), state.map(hex))
        }
        None => unreachable!("the profile's resolution demands the endpoint of each transport"),
    }
}

fn calls(machine: EmittedMachine<'_>, handler: Handler) -> Vec<Call> {
    let (program, packages) = (machine.program(), machine.packages);
    let is_call = |inst: &InstData| matches!(inst, InstData::Call { .. });
    let statuses = statuses_with(program, handler, is_call);
    let mut calls = Vec::new();
    walk(program, handler, &mut |inst, _| {
        let InstData::Call { call, .. } = inst else {
            return;
        };
        for call in call.with_fundings() {
            let function = packages.callee(call, Naming::Address);
            calls.extend(function.map(|function| Call {
                function,
                statuses: statuses.clone(),
                gas_units: call.gas,
            }));
        }
    });
    calls
}

/// Whom the sender is compared with, and while the step has which statuses. Whoever else may cancel is not only told apart by that.
fn holder(machine: EmittedMachine<'_>, handler: Handler) -> Option<Holder> {
    let program = machine.program();
    let data = &program.handlers[handler];
    if data.trigger == Trigger::Cancel {
        return None;
    }
    let holder = paths::holder(&data.body)?;
    let is_caller = |inst: &InstData| matches!(inst, InstData::Caller { .. });
    Some(Holder {
        address: place(machine, &data.body, holder),
        statuses: statuses_with(program, handler, is_caller),
    })
}

fn place(machine: EmittedMachine<'_>, body: &Body, value: Value) -> Place {
    let params = &body.blocks[body.entry].params;
    if let Some(position) = params.iter().position(|&param| param == value) {
        let input = machine.workflow().inputs[position].name.clone();
        return Place::Input { input };
    }
    let mut insts = body.insts.values();
    match insts.find(|inst| inst.results().contains(&value)) {
        Some(InstData::Constant { constant, .. }) => {
            match &machine.input.deployment.constants[*constant] {
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
        Some(InstData::Load { slot, .. }) => Place::Record {
            table: table_of(machine, *slot),
            path: vec![machine.names.slots[slot].clone()],
        },
        Some(InstData::Field { value, index, .. }) => {
            let Type::Record(record) = body.values[*value].ty else {
                unreachable!("only records have fields");
            };
            let field = machine.types.records[&record].fields[*index].clone();
            match place(machine, body, *value) {
                Place::Record { table, mut path } => {
                    path.push(field);
                    Place::Record { table, path }
                }
                Place::Plan { .. } | Place::Input { .. } => {
                    unreachable!("no record is known before it is kept")
                }
            }
        }
        other => unreachable!("nothing is held for {other:?}"),
    }
}

/// The table with the records that hold a slot.
fn table_of(machine: EmittedMachine<'_>, slot: Slot) -> String {
    match machine.program().slots[slot].step {
        Some(step) => machine.names.records[&step].table.clone(),
        None => "instances".to_owned(),
    }
}
