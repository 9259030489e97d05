//! What can be wrong with an interface file as a whole.

use std::fmt;

use thiserror::Error;

use super::format::Format;
use super::json::{Fault, JsonPath};
use crate::vm::Vm;

/// A place in an interface file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Bytes before the place.
    pub offset: usize,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in bytes, counted from 1.
    pub column: usize,
}

impl Position {
    /// The position of a byte offset in `text`.
    #[must_use]
    pub fn of_offset(text: &str, offset: usize) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |newline| newline + 1);
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Self {
            offset: before.len(),
            line,
            column: before.len() - start + 1,
        }
    }

    /// The position of a line and a column as serde_json counts them: a column of 0 is the end of the line before.
    #[must_use]
    pub(super) fn of_line_and_column(text: &str, line: usize, column: usize) -> Self {
        let start: usize = text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let offset = (start + column.saturating_sub(1)).min(text.len());
        Self {
            offset,
            line: line.max(1),
            column: column.max(1),
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why an interface file cannot be used at all.
///
/// A function that xcc cannot call is not an error of the file: it is kept as
/// [`Unsupported`](super::interface::Unsupported), so that the rest of a large interface stays usable.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The file is no JSON document.
    #[error("the file is not JSON: {reason} ({at})")]
    NotJson {
        /// What the JSON parser says.
        reason: String,
        /// Where it says so.
        at: Position,
    },
    /// The file is JSON, but of no interface format of this virtual machine.
    #[error("this is {found}, but the contract's chain is {vm}, whose interfaces are {expected}", expected = Format::expected(*vm))]
    WrongFormat {
        /// What the file is, with its article.
        found: String,
        /// The virtual machine of the chain the contract is declared on.
        vm: Vm,
    },
    /// The file is of the right format, but a part of it is not as the format demands.
    #[error("malformed interface at {path}: {reason}")]
    Malformed {
        /// The place as a JSON path, such as `instructions[3].accounts[1].pda`.
        path: String,
        /// What the format demands there.
        reason: String,
        /// The place in the file, where it could be found.
        at: Option<Position>,
    },
    /// There is nothing to call.
    #[error("{what} is empty")]
    Empty {
        /// What is empty.
        what: String,
    },
    /// The file is larger than any real interface.
    #[error("the file has {bytes} bytes; the most that is read is {limit}")]
    TooLarge {
        /// The size of the file in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The file has more values than any real interface.
    #[error("the file has more than {limit} values ({at})")]
    TooManyValues {
        /// The most there may be.
        limit: usize,
        /// Where the limit was reached.
        at: Position,
    },
    /// The file nests values deeper than any real interface.
    #[error("the file nests values too deep ({at})")]
    TooDeep {
        /// Where the limit was reached.
        at: Position,
    },
    /// Two things of one kind have the same name, so a call could mean either.
    #[error("`{name}` is there twice in {path}")]
    DuplicateName {
        /// The name.
        name: String,
        /// The JSON path of the second one, or what holds both.
        path: String,
        /// The place of the second one.
        at: Option<Position>,
    },
}

impl ImportError {
    /// The place in the file, where one is known.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::NotJson { at, .. } | Self::TooDeep { at } | Self::TooManyValues { at, .. } => {
                Some(*at)
            }
            Self::Malformed { at, .. } | Self::DuplicateName { at, .. } => *at,
            Self::WrongFormat { .. } | Self::Empty { .. } | Self::TooLarge { .. } => None,
        }
    }

    pub(super) fn malformed(text: &str, fault: Fault) -> Self {
        let at = position(text, &fault.path);
        Self::Malformed {
            path: fault.path.to_string(),
            reason: fault.reason,
            at,
        }
    }

    pub(super) fn duplicate(text: &str, name: &str, path: &JsonPath) -> Self {
        Self::DuplicateName {
            name: name.to_owned(),
            path: path.to_string(),
            at: position(text, path),
        }
    }
}

fn position(text: &str, path: &JsonPath) -> Option<Position> {
    path.locate(text)
        .map(|offset| Position::of_offset(text, offset))
}
