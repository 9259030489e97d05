//! What the guards of a program ask, by the names that scenarios give answers to.

use crate::entities::Step;
use crate::ir::Program;
use crate::types::Field;

/// What the guard of a step is told, each value with the name of the function that gives it.
pub(super) fn asked_by(program: &Program, step: Step) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for body in program.handlers.values().map(|handler| &handler.body) {
        for (call, results) in body.calls() {
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
