//! Takes the syntax errors of one file, up to a limit.

use super::MAX_ERRORS;
use super::error::SyntaxError;
use crate::diagnostic::{Diagnostics, Reported};
use crate::source::{SourceId, Span};

/// Where the phases of the front end report.
pub(super) struct Errors<'d> {
    source: SourceId,
    diagnostics: &'d mut Diagnostics,
    /// The first error, if there is one.
    reported: Option<Reported>,
    /// How many more errors are reported.
    left: usize,
    /// Where the reported errors are.
    places: Vec<Span>,
}

impl<'d> Errors<'d> {
    /// Reports what is found in `source` to `diagnostics`.
    pub(super) fn new(source: SourceId, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            source,
            diagnostics,
            reported: None,
            left: MAX_ERRORS,
            places: Vec::new(),
        }
    }

    /// Bytes of the file.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start as u32, end as u32)
    }

    /// Reports an error; the last one allowed is replaced by a remark that there are too many, and later ones are dropped.
    pub(super) fn push(&mut self, error: SyntaxError) -> Reported {
        if let (Some(reported), 0) = (self.reported, self.left) {
            return reported;
        }
        self.left -= 1;
        let mut diagnostic = error.into_diagnostic();
        if self.left == 0
            && let Some(span) = diagnostic.span()
        {
            diagnostic = SyntaxError::TooManyErrors { span }.into_diagnostic();
        }
        self.places.extend(diagnostic.span());
        let reported = self.diagnostics.error(diagnostic);
        *self.reported.get_or_insert(reported)
    }

    /// Reports something that is not an error.
    pub(super) fn warn(&mut self, error: SyntaxError) {
        self.diagnostics.warning(error.into_diagnostic());
    }

    /// Whether an error was reported inside.
    pub(super) fn is_faulty(&self, span: Span) -> bool {
        let is_inside = |place: &Span| span.start <= place.start && place.end <= span.end;
        self.places.iter().any(is_inside)
    }

    /// `Err` if the limit is reached, so that going on would bring nothing.
    pub(super) fn check_limit(&self) -> Result<(), Reported> {
        match self.left {
            0 => self.check(),
            _ => Ok(()),
        }
    }

    /// `Err` if anything was reported as an error.
    pub(super) fn check(&self) -> Result<(), Reported> {
        match self.reported {
            Some(reported) => Err(reported),
            None => Ok(()),
        }
    }
}
