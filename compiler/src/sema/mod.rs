//! Checks what the files of a program mean: names, types, chains, accounts and objects, budgets, and the shape of every saga.
//!
//! [`check`] turns the syntax tree into a [`hir::Package`] or reports every independent error. What could not be
//! understood is *poisoned*: it carries the proof that its error was reported, and whatever depends on it stays silent.
//!
//! The order is: declarations of all files, what the files import, then each workflow's inputs, steps and `return`, then rules about the
//! whole. Names are found in the file that is being checked, whose names `symbols::Symbols` shows.

mod across;
mod arithmetic;
mod arms;
mod asset;
mod atomic;
mod binding;
mod call;
mod check;
mod constants;
mod context;
mod convert;
mod custody;
mod decided;
mod declare;
mod duty;
mod erase;
mod errors;
mod expr;
mod flatten;
mod floor;
mod function;
mod hold;
mod imports;
mod interfaces;
mod later;
mod limits;
mod list;
mod literal;
mod money;
mod named;
mod names;
mod native;
mod operators;
mod option;
mod place;
mod pure;
mod repeat;
mod results;
mod saga;
mod same;
mod shape;
mod shape_of;
mod sizes;
mod spend;
mod statements;
mod step;
mod symbols;
mod types;
mod unread;
mod view;
mod ways;
mod workflow;

pub use convert::can_widen;
pub use interfaces::{Interfaces, Needed};
pub use limits::{MAX_DEADLINE, MAX_NAME, MAX_PARALLEL, MAX_REASON, MAX_RETRIES, MAX_STEPS};

use crate::diagnostic::{Diagnostics, Reported};
use crate::hir;
use crate::load::SourceTree;

/// Checks a program against the interfaces of its contracts.
///
/// # Errors
///
/// If anything is wrong; `diagnostics` has every finding. Warnings alone are no error.
pub fn check(
    tree: &SourceTree,
    interfaces: &Interfaces,
    diagnostics: &mut Diagnostics,
) -> Result<hir::Package, Reported> {
    check::check(tree, interfaces, diagnostics)
}
