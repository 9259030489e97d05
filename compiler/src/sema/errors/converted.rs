//! What is said of amounts that are converted and have no value.

use super::arithmetic::number;
use crate::hir::Certainty;
use crate::hir::range::Converted;
use crate::interval::Interval;

/// Why a conversion has no value in any instance.
pub(super) fn fault(converted: &Converted) -> String {
    let (least, factor) = (converted.values.least, converted.conversion.factor());
    let has_room = least / factor <= Interval::of_bits(converted.bits).most;
    match converted.conversion.divides() && has_room {
        true => format!("is no multiple of {}", number(factor)),
        false => format!("is more than {}", limit(converted)),
    }
}

/// Why a conversion may have no value.
pub(super) fn possible_fault(converted: &Converted) -> String {
    let conversion = converted.conversion;
    match conversion.divides() && conversion.certainty == Certainty::Nothing {
        true => format!("may be no multiple of {}", number(conversion.factor())),
        false => format!("may be more than {}", limit(converted)),
    }
}

/// What to type instead.
pub(super) const REMEDY: &str =
    "use what was taken with `floor on` that chain, or a result that is counted there already";

fn limit(converted: &Converted) -> String {
    let bits = converted.bits;
    let most = Interval::of_bits(bits).most;
    format!("{bits} bits hold there, {}", number(most))
}
