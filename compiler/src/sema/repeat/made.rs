//! Names that the copies of a body have.

use crate::diagnostic::Reported;
use crate::syntax::ast::{Name, Statement};

/// A name as it is written, and the names that its copies have.
#[derive(Clone, Debug)]
pub(in crate::sema) struct Made {
    pub(in crate::sema) written: Name,
    /// What it names.
    pub(in crate::sema) what: &'static str,
    /// What is added to it in each copy; the empty text, alone, outside of every `repeat`.
    suffixes: Vec<String>,
    /// Nobody knows how many copies there should be.
    poisoned: Option<Reported>,
}

impl Made {
    /// The name that a statement declares, apart from those of the statements in it.
    pub(super) fn declared_by(statement: &Statement) -> Option<Self> {
        let (name, what) = match statement {
            Statement::Step(step) => (&step.name, "step"),
            Statement::Take(take) => (&take.name, "holding"),
            Statement::Let(statement) => (&statement.name, "value"),
            _ => return None,
        };
        Some(Self {
            written: name.clone(),
            what,
            suffixes: vec![String::new()],
            poisoned: None,
        })
    }

    /// The same with so many copies of all that there are.
    pub(super) fn copied(self, times: Result<usize, Reported>) -> Self {
        let copies = (0..times.unwrap_or(1)).flat_map(|copy| {
            let suffixes = self.suffixes.iter();
            suffixes.map(move |inner| suffix(copy, inner))
        });
        Self {
            suffixes: copies.collect(),
            poisoned: self.poisoned.or(times.err()),
            ..self
        }
    }

    /// Whether it stands in a `repeat`.
    pub(super) fn is_copy(&self) -> bool {
        self.suffixes.iter().any(|suffix| !suffix.is_empty())
    }

    /// Every name of its copies so far, and what becomes of it in another copy of all.
    pub(super) fn in_copy(&self, copy: usize) -> impl Iterator<Item = (String, String)> {
        let written = &self.written.value;
        self.suffixes.iter().map(move |inner| {
            let now = format!("{written}{}", suffix(copy, inner));
            (format!("{written}{inner}"), now)
        })
    }

    /// The names of its copies.
    pub(in crate::sema) fn names(&self) -> impl Iterator<Item = String> {
        let written = &self.written.value;
        self.suffixes.iter().map(move |it| format!("{written}{it}"))
    }

    /// Whether a copy is called so.
    pub(in crate::sema) fn has(&self, name: &str) -> bool {
        let suffix = name.strip_prefix(self.written.value.as_str());
        suffix.is_some_and(|suffix| self.suffixes.iter().any(|it| it == suffix))
    }

    /// The error about the number of copies, if a name looks like that of one.
    pub(in crate::sema) fn poisons(&self, name: &str) -> Option<Reported> {
        let suffix = name.strip_prefix(self.written.value.as_str())?;
        let is_number = |c: char| c == '_' || c.is_ascii_digit();
        self.poisoned.filter(|_| suffix.chars().all(is_number))
    }
}

/// What a copy adds to a name, before what the copies in it add.
fn suffix(copy: usize, inner: &str) -> String {
    format!("_{}{inner}", copy + 1)
}
