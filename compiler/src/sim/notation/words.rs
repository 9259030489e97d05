//! The words that a move is written with.

use std::fmt::Write;

use super::{MOST_FAILING, NotAMove};
use crate::interp::Gas;

/// The words of a move that are not read yet.
pub(super) struct Words<'t> {
    left: Vec<&'t str>,
}

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut left: Vec<_> = text.split_whitespace().collect();
        left.reverse();
        Words { left }
    }

    pub(super) fn next(&mut self, what: &str) -> Result<&'t str, NotAMove> {
        let word = self.left.pop();
        word.ok_or_else(|| wrong(format!("{what} is missing")))
    }

    pub(super) fn number<T: std::str::FromStr>(&mut self, what: &str) -> Result<T, NotAMove> {
        number(self.next(what)?)
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let is_it = self.left.last() == Some(&word);
        if is_it {
            self.left.pop();
        }
        is_it
    }

    /// The next word, which stays.
    pub(super) fn peek(&self) -> Option<&'t str> {
        self.left.last().copied()
    }

    pub(super) fn end(&self) -> Result<(), NotAMove> {
        match self.left.last() {
            Some(word) => Err(wrong(format!("`{word}` does not belong here"))),
            None => Ok(()),
        }
    }

    /// What stands at the end of any move: the instance, the gas, and the calls that fail.
    pub(super) fn take_endings(&mut self) -> Result<(usize, Gas, u8), NotAMove> {
        let mut instance = 0;
        if let Some(digits) = self.left.first().and_then(|word| word.strip_prefix('#')) {
            let count: usize = number(digits)?;
            let none = || wrong("instances are counted from 1");
            instance = count.checked_sub(1).ok_or_else(none)?;
            self.left.remove(0);
        }
        let gas = match self.take_pair("gas") {
            Some(limit) => Gas::Limit(number(limit)?),
            None => Gas::Enough,
        };
        let failing = match self.take_pair("failing") {
            Some(list) => mask(&positions(list)?)?,
            None => 0,
        };
        Ok((instance, gas, failing))
    }

    /// The last word, if this one stands before it.
    fn take_pair(&mut self, word: &str) -> Option<&'t str> {
        let is_it = self.left.len() > 2 && self.left[1] == word;
        is_it.then(|| {
            self.left.remove(1);
            self.left.remove(0)
        })
    }
}

/// Why a text is no move.
pub(super) fn wrong(reason: impl Into<String>) -> NotAMove {
    NotAMove(reason.into())
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, NotAMove> {
    let number = text.parse();
    number.map_err(|_| wrong(format!("`{text}` is no such number")))
}

/// Positions from 0, written from 1 with commas between them.
pub(super) fn positions(text: &str) -> Result<Vec<usize>, NotAMove> {
    let position = |text: &str| {
        let position: usize = number(text)?;
        let none = || wrong("positions are counted from 1");
        position.checked_sub(1).ok_or_else(none)
    };
    text.split(',').map(position).collect()
}

fn mask(calls: &[usize]) -> Result<u8, NotAMove> {
    let mut mask = 0u8;
    for &call in calls {
        let bit = u32::try_from(call)
            .ok()
            .and_then(|call| 1u8.checked_shl(call));
        let most = || {
            wrong(format!(
                "only the first {MOST_FAILING} calls can be told to fail"
            ))
        };
        mask |= bit.ok_or_else(most)?;
    }
    Ok(mask)
}

/// Numbers with commas between them.
pub(super) fn list(numbers: impl Iterator<Item = usize>) -> String {
    let mut text = String::new();
    for (index, number) in numbers.enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{number}");
    }
    text
}
