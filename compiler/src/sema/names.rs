//! Rules that every declared name follows, and the scopes that hold them.

use indexmap::IndexMap;

use super::check::Checker;
use super::errors::NameError;
use super::limits::MAX_NAME;
use super::repeat::Made;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::spelling::begun_by;
use crate::syntax::ast::Name;

/// Words that name accounts in bindings, or the only result of a step.
const RESERVED: [&str; 4] = ["self", "payer", "program", "result"];

/// Names of one scope, by the spelling they all become in some target language.
#[derive(Debug, Default)]
pub(super) struct Scope<'m> {
    names: IndexMap<String, Name>,
    /// Names that only the copies in a `repeat` have.
    made: &'m [Made],
}

/// Whether words with a meaning in bindings may be used as names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reserved {
    Allowed,
    Refused,
}

impl<'m> Scope<'m> {
    /// A scope without names; it knows where those of copies come from.
    pub(super) fn with(made: &'m [Made]) -> Self {
        let names = IndexMap::new();
        Self { names, made }
    }

    /// Says where names come from that nobody wrote.
    fn explain<const N: usize>(&self, error: NameError, names: [&Name; N]) -> Diagnostic {
        let mut diagnostic = Diagnostic::from(error);
        for name in names.map(|name| &name.value) {
            if let Some(made) = self.made.iter().find(|made| made.has(name)) {
                let written = &made.written.value;
                let note = format!("`{name}` is what a `repeat` makes of `{written}`");
                diagnostic = diagnostic.note(note);
            }
        }
        diagnostic
    }
}

impl Checker<'_> {
    /// Adds a name to a scope; `false`, with an error, if the scope has it already.
    pub(super) fn add_name(
        &mut self,
        scope: &mut Scope<'_>,
        name: &Name,
        what: &'static str,
        reserved: Reserved,
    ) -> bool {
        self.check_word(name, reserved);
        match scope.names.get(&translated(&name.value)) {
            Some(first) if first.value == name.value => {
                let error = NameError::Duplicate {
                    name: name.clone(),
                    first: first.span,
                    what,
                };
                self.report(scope.explain(error, [name]));
                false
            }
            Some(first) => {
                let error = NameError::Collision {
                    name: name.clone(),
                    first: first.clone(),
                };
                self.report(scope.explain(error, [name, first]));
                true
            }
            None => {
                scope.names.insert(translated(&name.value), name.clone());
                true
            }
        }
    }

    /// Adds what an `atomic` is called by the names of its steps; nobody wrote that name, so errors speak of those.
    pub(super) fn add_joined_name(&mut self, scope: &mut Scope<'_>, whole: &Name) {
        if whole.value.len() > MAX_NAME {
            self.report(NameError::JoinedTooLong {
                whole: whole.clone(),
                limit: MAX_NAME,
            });
        }
        match scope.names.get(&translated(&whole.value)) {
            Some(other) => {
                let error = NameError::Joined {
                    whole: whole.clone(),
                    other: other.clone(),
                };
                self.report(scope.explain(error, [other]));
            }
            None => {
                scope.names.insert(translated(&whole.value), whole.clone());
            }
        }
    }

    /// Checks a name that stands for an expression. No emitted code spells it, so it only has to differ from the others as it is;
    /// `false`, with an error, if it is taken.
    pub(super) fn check_unspelt_name(
        &mut self,
        name: &Name,
        what: &'static str,
        reserved: Reserved,
        taken: Option<Span>,
    ) -> bool {
        self.check_word(name, reserved);
        if let Some(first) = taken {
            self.report(NameError::Duplicate {
                name: name.clone(),
                first,
                what,
            });
        }
        taken.is_none()
    }

    pub(super) fn check_word(&mut self, name: &Name, reserved: Reserved) {
        if name.value.len() > MAX_NAME {
            self.report(NameError::TooLong {
                name: name.clone(),
                limit: MAX_NAME,
            });
        }
        if reserved == Reserved::Refused && RESERVED.contains(&name.value.as_str()) {
            self.report(NameError::Reserved { name: name.clone() });
        }
    }
}

/// What is left of a name in every spelling: `amount_out`, `amountOut` and `AmountOut` are one.
pub(super) fn translated(name: &str) -> String {
    let letters = name.chars().filter(|c| *c != '_');
    begun_by('n', letters.flat_map(char::to_lowercase).collect())
}
