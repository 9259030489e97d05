//! What claims of custody do, and what comes before them, in the words of every target.

use crate::entities::Step;
use crate::ir::{Custody, Program, StepKind};

/// What the claim of a step does, if the step moves an asset.
pub(super) fn claim_purpose(program: &Program, step: Step) -> Option<String> {
    let data = &program.steps[step];
    Some(match data.custody? {
        Custody::Taken { .. } => format!(
            "Gives back what `{}` took, once the instance is undone. Anyone may.",
            data.name
        ),
        Custody::Paid(taken) => format!(
            "Pays what `{}` took, once it is owed. Anyone may.",
            program.steps[taken].name
        ),
        Custody::Unspent(taken) => format!(
            "Gives what `{}` took to whom it is held for, once it could not be spent. Anyone may.",
            program.steps[taken].name
        ),
        Custody::Released(taken) => format!(
            "Pays what `{}` took, once it is released. Anyone may.",
            program.steps[taken].name
        ),
    })
}

/// What giving up a step of home does, if it is not its compensation that is given up.
pub(super) fn park_purpose(program: &Program, step: Step) -> Option<String> {
    let data = &program.steps[step];
    let purpose = || {
        format!(
            "Gives `{}` up, for whom the workflow holds what it would spend.",
            data.name
        )
    };
    (data.kind == StepKind::Retriable).then(purpose)
}
