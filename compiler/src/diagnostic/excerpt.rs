//! The sources as findings show them: of a line that is too long to be read, only what surrounds the finding.

use std::ops::Range;

use codespan_reporting::files::{Error, Files};

use super::{Finding, LabelKind};
use crate::source::{SourceId, SourceMap, Span};

/// The most bytes of a line that are shown. People write shorter ones.
const MAX_LINE: usize = 400;

/// How much of a long line is shown before the place that a finding is about.
const BEFORE: usize = 80;

/// The sources of one finding, in which no line is longer than [`MAX_LINE`].
pub(super) struct Excerpts<'s> {
    sources: &'s SourceMap,
    windows: Vec<Window>,
}

/// What is shown of a long line.
struct Window {
    source: SourceId,
    line: usize,
    range: Range<usize>,
}

impl<'s> Excerpts<'s> {
    /// The sources as a finding needs them. Where several of its labels are in one long line, the primary one is shown.
    pub(super) fn new(sources: &'s SourceMap, finding: &Finding) -> Self {
        let mut excerpts = Self {
            sources,
            windows: Vec::new(),
        };
        for kind in [LabelKind::Primary, LabelKind::Secondary] {
            let labels = finding.diagnostic.labels.iter();
            for label in labels.filter(|label| label.kind == kind) {
                excerpts.open(label.span.source, label.span.start as usize);
                excerpts.open(label.span.source, label.span.end as usize);
            }
        }
        excerpts
    }

    /// Shows this place, if its line is long and nothing of it is shown yet.
    fn open(&mut self, source: SourceId, offset: usize) {
        let text = self.sources.text(source);
        let offset = offset.min(text.len());
        let line = self.sources.line_of(source, offset);
        let whole = self.sources.line(source, line);
        if whole.len() <= MAX_LINE || self.window(source, line).is_some() {
            return;
        }
        let start = offset.saturating_sub(BEFORE).max(whole.start);
        let end = (start + MAX_LINE).min(whole.end);
        let range = text.floor_char_boundary(start)..text.floor_char_boundary(end);
        self.windows.push(Window {
            source,
            line,
            range,
        });
    }

    fn window(&self, source: SourceId, line: usize) -> Option<&Window> {
        let mut windows = self.windows.iter();
        windows.find(|window| window.source == source && window.line == line)
    }

    /// The part of a span that is shown, or `None` if nothing of it is.
    pub(super) fn shown(&self, span: Span) -> Option<Range<usize>> {
        let text = self.sources.text(span.source);
        let floor = |offset: u32| text.floor_char_boundary(offset as usize);
        let (start, end) = (floor(span.start), floor(span.end).max(floor(span.start)));
        let [first, last] = [start, end].map(|offset| self.sources.line_of(span.source, offset));
        let begins = self.range(span.source, first);
        let ends = self.range(span.source, last);
        let is_cut = first != last && (end < ends.start || end > ends.end);
        // What ends where nothing is shown is shown as far as its first line goes.
        let end = match first == last || is_cut {
            true => end.min(begins.end),
            false => end,
        };
        (begins.start <= start && start <= begins.end).then_some(start..end.max(start))
    }

    /// What is shown of a line.
    fn range(&self, source: SourceId, line: usize) -> Range<usize> {
        if let Some(window) = self.window(source, line) {
            return window.range.clone();
        }
        let whole = self.sources.line(source, line);
        let text = self.sources.text(source);
        match whole.len() <= MAX_LINE {
            true => whole,
            false => whole.start..text.floor_char_boundary(whole.start + MAX_LINE),
        }
    }
}

impl<'a> Files<'a> for Excerpts<'_> {
    type FileId = SourceId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: SourceId) -> Result<&'a str, Error> {
        Ok(self.sources.name(id))
    }

    fn source(&'a self, id: SourceId) -> Result<&'a str, Error> {
        Ok(self.sources.text(id))
    }

    fn line_index(&'a self, id: SourceId, offset: usize) -> Result<usize, Error> {
        Ok(self.sources.line_of(id, offset))
    }

    fn line_range(&'a self, id: SourceId, line: usize) -> Result<Range<usize>, Error> {
        let lines = self.sources.line_count(id);
        match line < lines {
            true => Ok(self.range(id, line)),
            false => Err(Error::LineTooLarge {
                given: line,
                max: lines - 1,
            }),
        }
    }

    /// Counted from where the line begins, whatever is shown of it.
    fn column_number(&'a self, id: SourceId, _: usize, offset: usize) -> Result<usize, Error> {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        Ok(self.sources.position(Span::new(id, offset, offset)).column)
    }
}
