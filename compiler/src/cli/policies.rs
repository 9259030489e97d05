//! What the author of a workflow decided and `xcc check` found ways to: steps that stay done when the rest is undone, and steps that a
//! workflow completes without.

use crate::analysis::explore::{Cell, End, Fault, Matrix};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::entities::Step;
use crate::ir::Program;

/// A fault that strikes a step, and how its instance then ends.
type Way<'m> = (Step, Fault, &'m End);

/// A warning for each step with a policy that leaves something as it is.
pub(super) fn warnings(program: &Program, matrix: &Matrix) -> Vec<Diagnostic> {
    let steps = program.workflows[matrix.workflow].steps.iter();
    let each = steps.flat_map(|&step| {
        let kept = first(matrix, |end| end.kept.contains(&step));
        let skipped = first(matrix, |end| end.skipped.contains(&step));
        // What it would have spent is held for somebody then, which is what the source asks for.
        let skipped = skipped.filter(|_| program.steps[step].spends.is_empty());
        let kept = kept.map(|way| stays_done(program, step, way));
        let skipped = skipped.map(|(.., end)| passed_over(program, matrix, step, end));
        kept.into_iter().chain(skipped)
    });
    each.collect()
}

fn first(matrix: &Matrix, is_it: impl Fn(&End) -> bool) -> Option<Way<'_>> {
    let cells = matrix.rows.iter().flat_map(|(step, cells)| {
        let cells = Fault::ALL.iter().zip(cells);
        cells.map(move |(fault, cell)| (*step, *fault, cell))
    });
    let mut ways = cells.filter_map(|(step, fault, cell)| match cell {
        Cell::Ends(ends) => Some((step, fault, ends.iter().find(|end| is_it(end))?)),
        Cell::Impossible | Cell::Nothing => None,
    });
    ways.next()
}

fn stays_done(program: &Program, step: Step, (struck, fault, end): Way<'_>) -> Diagnostic {
    let data = &program.steps[step];
    let title = format!(
        "step `{}` stays done when the workflow is undone",
        data.name
    );
    let when = format!("{} of `{}`", happening(fault), program.steps[struck].name);
    let undone = match end.undone.as_slice() {
        [] => "nothing".to_owned(),
        steps => names(program, steps),
    };
    Diagnostic::new(Code::StaysDone, title)
        .primary(data.name_span, "nothing undoes it")
        .note(format!("after the {when}, {undone} is undone and this is not"))
        .help("if it moves anything of value, say what undoes it, or move it after the steps that may be refused")
}

fn passed_over(program: &Program, matrix: &Matrix, step: Step, end: &End) -> Diagnostic {
    let data = &program.steps[step];
    let workflow = &program.workflows[matrix.workflow];
    let title = format!(
        "workflow `{}` completes without step `{}`",
        workflow.name, data.name
    );
    let is_done = |other: &&Step| !end.skipped.contains(other);
    let done: Vec<_> = workflow.steps.iter().filter(is_done).copied().collect();
    let note = match done.as_slice() {
        [] => "nothing is done then, and the workflow counts as completed".to_owned(),
        steps => format!("{} is done then, and stays so", names(program, steps)),
    };
    Diagnostic::new(Code::PassedOver, title)
        .primary(data.name_span, "passed over when it is refused")
        .note(note)
        .help("if the others make no sense without it, leave out `on refused continue`")
}

/// A fault, as something that happens to a step.
const fn happening(fault: Fault) -> &'static str {
    match fault {
        Fault::Refused => "refusal",
        Fault::Expired => "expiry",
        Fault::Lost => "loss",
        Fault::Late => "late delivery",
        Fault::Repeated => "repetition",
        Fault::Starved => "starved delivery",
        Fault::Fork => "undone request",
        Fault::CompensationFails => "failing compensation",
    }
}

/// `` `lock`, `swap` ``
fn names(program: &Program, steps: &[Step]) -> String {
    let names = steps
        .iter()
        .map(|&step| format!("`{}`", program.steps[step].name));
    names.collect::<Vec<_>>().join(", ")
}
