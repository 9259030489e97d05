//! Takes the syntax errors of one file, up to a limit.

use super::MAX_ERRORS;
use super::error::SyntaxError;
use crate::diagnostic::Diagnostics;
use crate::source::{SourceId, Span};

/// Where the phases of the front end report.
pub(super) struct Errors<'d> {
    source: SourceId,
    diagnostics: &'d mut Diagnostics,
    /// How many more errors are reported.
    left: usize,
}

impl<'d> Errors<'d> {
    /// Reports what is found in `source` to `diagnostics`.
    pub(super) fn new(source: SourceId, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            source,
            diagnostics,
            left: MAX_ERRORS,
        }
    }

    /// Bytes of the file.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start as u32, end as u32)
    }

    /// Reports an error; the one after the last allowed is replaced by a remark that there are too many.
    pub(super) fn push(&mut self, error: SyntaxError) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let diagnostic = error.into_diagnostic();
        if self.left == 0
            && let Some(span) = diagnostic.span()
        {
            let error = SyntaxError::TooManyErrors { span };
            self.diagnostics.error(error.into_diagnostic());
        } else {
            self.diagnostics.error(diagnostic);
        }
    }

    /// Reports something that is not an error.
    pub(super) fn warn(&mut self, error: SyntaxError) {
        self.diagnostics.warning(error.into_diagnostic());
    }

    /// Whether the limit is reached.
    pub(super) fn exhausted(&self) -> bool {
        self.left == 0
    }

    /// Whether nothing was reported as an error.
    pub(super) fn is_empty(&self) -> bool {
        self.left == MAX_ERRORS
    }
}
