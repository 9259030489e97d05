//! Aptos: each machine becomes a Move package with one resource at the address it is published at.
//!
//! Beside the packages stand the runtime and, for each account whose modules are called, an interface package: the signatures
//! of what is called, so that the output compiles as it is. A user who has a package's source points the dependency there
//! instead.

mod calls;
mod check;
mod coordinator;
mod functions;
mod handlers;
mod names;
mod packages;
mod participant;
mod plan;
mod project;

pub use check::check;

use self::packages::AptosRules;
use crate::backend::{Artifacts, Input, move_lang};
use crate::ir::Role;

/// Writes the package of each machine on an Aptos chain, the runtime, and the interface packages.
pub fn emit(input: Input<'_>) -> Artifacts {
    let mut artifacts =
        move_lang::machine::emit(input, &AptosRules, |machine| match machine.role() {
            Role::Coordinator => coordinator::write(machine),
            Role::Participant => participant::write(machine),
        });
    for text in artifacts.files.values_mut() {
        if !text.is_ascii() {
            *text = to_ascii(text);
        }
    }
    artifacts
}

/// The compiler reads ASCII only, even in comments, which is where the source's own words end up.
fn to_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_ascii() {
            ascii.push(char);
        } else {
            ascii.extend(char.escape_unicode());
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::to_ascii;

    #[test]
    fn other_characters_are_escaped() {
        assert_eq!(to_ascii("a\u{e9}b\n"), "a\\u{e9}b\n");
    }
}
