//! Who alone may send a transaction: whom the plan names is whom the interpreter lets through.

use xcc::entities::{Machine, Slot, Step};
use xcc::interp::Action;
use xcc::ir::{Program, Role};
use xcc::wire::Value;

use crate::conformance::record::Run;
use crate::conformance::words::header;
use crate::move_plan::{Holder, Place};

/// Demands that whoever alone may do what a run does is whom the plan names.
pub(in crate::conformance) fn assert_holder(
    program: &Program,
    machine: Machine,
    holder: Option<&Holder>,
    run: &Run,
) {
    let workflow = &program.workflows[program.machines[machine].workflow];
    let (step, inputs): (_, &[Value]) = match &run.transaction.action {
        Action::Start { inputs } => (None, inputs),
        Action::Claim { step, .. } | Action::ParkStep { step, .. } => (Some(*step), &[]),
        // Whoever presents a Cancel again changes nothing.
        Action::Park(delivery) if run.changes => (
            Some(workflow.steps[usize::from(header(delivery).step)]),
            &[],
        ),
        _ => return assert!(holder.is_none() || !run.changes, "{}", run.what),
    };
    let Ok((_, kept)) = &run.result else {
        return;
    };
    // Anyone may send what is owed.
    if step.is_some_and(|step| program.steps[step].custody.is_some()) {
        return assert!(holder.is_none(), "{}", run.what);
    }
    // Without an `authorise` anyone may start an instance.
    let Some(holder) = holder else {
        return assert!(step.is_none(), "somebody holds what is given up or claimed");
    };
    let value = match &holder.address {
        Place::Plan { bytes } => Value::Bytes(bytes.clone()),
        Place::Input { input } => {
            let position = workflow.inputs.iter().position(|it| it.name == *input);
            inputs[position.expect("there is such an input")].clone()
        }
        Place::Record { table, path } => {
            kept.slot(program, held(program, machine, step, (table, path)))
        }
    };
    assert_eq!(
        value,
        Value::Bytes(run.transaction.caller.clone()),
        "{}",
        run.what
    );
}

/// The slot that a place in a record is.
fn held(
    program: &Program,
    machine: Machine,
    step: Option<Step>,
    (table, path): (&str, &[String]),
) -> Slot {
    let [field] = path else {
        panic!("nothing is held for {path:?}");
    };
    let (step, wanted) = match program.machines[machine].role {
        Role::Coordinator => {
            assert_eq!(table, "instances");
            (None, field.clone())
        }
        Role::Participant => {
            let name = &program.steps[step.expect("a record is of a step")].name;
            assert_eq!(table, name);
            (step, format!("{table}_{field}"))
        }
    };
    let mut slots = program.slots_of(machine, step);
    let found = slots.find(|(_, slot)| slot.name == wanted || slot.name == *field);
    found
        .unwrap_or_else(|| panic!("no value `{wanted}` is kept"))
        .0
}
