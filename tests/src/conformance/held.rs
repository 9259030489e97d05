//! What an instance has in custody, by the statuses of its steps alone, whatever was called.

use xcc::entities::{Contract, Machine, Step};
use xcc::interp::InstanceState;
use xcc::ir::{Custody, Program, Status};
use xcc::wire::Value;

/// Each amount that was taken and has not left, with what stands for its asset.
///
/// # Panics
/// When a machine does not keep what it took.
pub(super) fn held(
    program: &Program,
    machine: Machine,
    kept: &InstanceState,
) -> Vec<(Contract, Value)> {
    let steps = &program.machines[machine].steps;
    let is_gone = |taken: Step| {
        let mut leaving = steps
            .iter()
            .filter(|&&step| lets_go_of(program, step, taken));
        leaving.any(|&step| kept.status(step) == Status::Executed)
    };
    let taken = steps.iter().copied().filter(|&step| {
        let is_taken = matches!(program.steps[step].custody, Some(Custody::Taken { .. }));
        is_taken && matches!(kept.status(step), Status::Executed | Status::Parked) && !is_gone(step)
    });
    let amounts = taken.map(|step| {
        let name = format!("{}_amount", program.steps[step].name);
        let mut slots = program.slots_of(machine, None);
        let slot = slots.find(|(_, slot)| slot.name == name);
        let (slot, _) = slot.expect("what was taken is kept");
        (
            program.steps[step].function.contract,
            kept.slot(program, slot),
        )
    });
    amounts.collect()
}

/// Whether a step gives away or spends what another took.
fn lets_go_of(program: &Program, step: Step, taken: Step) -> bool {
    let data = &program.steps[step];
    data.custody.and_then(Custody::given) == Some(taken) || data.spends.contains(&taken)
}
