//! What can be wrong with a program that follows the grammar, and how it is said: one enum for each group of codes.

mod arithmetic;
mod binding;
mod budget;
mod chain;
mod converted;
mod custody;
mod flow;
mod function;
mod import;
mod liveness;
mod money;
mod name;
mod native;
mod repeat;
mod saga;
mod types;
mod view;

pub(super) use arithmetic::ArithmeticError;
pub(super) use binding::BindingError;
pub(super) use budget::BudgetError;
pub(super) use chain::ChainError;
pub(super) use custody::{CustodyError, FormUse};
pub(super) use flow::FlowError;
pub(super) use function::FunctionError;
pub(super) use import::ImportError;
pub(super) use liveness::LivenessError;
pub(super) use money::{MoneyError, NoAmount};
pub(super) use name::{NameError, NameKind, Relation};
pub(super) use native::NativeError;
pub(super) use repeat::RepeatError;
pub(super) use saga::{Remedy, SagaError};
pub(super) use types::TypeError;
pub(super) use view::ViewError;

use crate::diagnostic::{Diagnostic, did_you_mean};

/// Adds the name that was probably meant, or the names there are if they are few.
fn suggest(diagnostic: Diagnostic, name: &str, known: &[String]) -> Diagnostic {
    const FEW: usize = 8;
    if let Some(near) = did_you_mean(name, known.iter().map(String::as_str)) {
        return diagnostic.help(format!("did you mean `{near}`?"));
    }
    match known.len() {
        0 => diagnostic,
        1..=FEW => diagnostic.help(format!("known here: {}", quoted(known))),
        _ => diagnostic,
    }
}

/// `` `a`, `b` and `c` ``
fn quoted(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// `1 argument`, `2 arguments`
pub(super) fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
