//! What claims of custody do, in the words of every target.

use crate::entities::Step;
use crate::ir::{Custody, Program};

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
        Custody::Released(taken) => format!(
            "Pays what `{}` took, once it is released. Anyone may.",
            program.steps[taken].name
        ),
    })
}
