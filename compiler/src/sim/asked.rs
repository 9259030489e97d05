//! What the guards of a program ask, by the names that scenarios give answers to.

use crate::entities::{Step, Value};
use crate::ir::{Body, CallData, InstData, Program, Terminator};
use crate::types::Field;

/// What the guard of a step is told, each value with the name of the function that gives it.
pub(super) fn asked_by(program: &Program, step: Step) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for body in program.handlers.values().map(|handler| &handler.body) {
        for (call, results) in calls(body) {
            if call.asks != Some(step) {
                continue;
            }
            let told = results.iter().map(|&value| &body.values[value]);
            for told in told {
                if fields.iter().all(|field| field.name != told.name) {
                    fields.push(Field {
                        name: told.name.clone(),
                        ty: told.ty.clone(),
                    });
                }
            }
        }
    }
    fields
}

/// The calls of a body, with the values that they give.
fn calls(body: &Body) -> Vec<(&CallData, &[Value])> {
    let plain = body.insts.values().filter_map(|inst| match inst {
        InstData::Call { call, results } => Some((call, results.as_slice())),
        _ => None,
    });
    let caught = body
        .blocks
        .values()
        .filter_map(|block| match &block.terminator {
            Some(Terminator::Invoke { call, ok, .. }) => {
                Some((call, body.blocks[*ok].params.as_slice()))
            }
            _ => None,
        });
    plain.chain(caught).collect()
}
