//! Source files, the positions inside them, and values that remember where they stood.

use std::fmt;
use std::ops::Range;

use codespan_reporting::files;

/// One file of a [`SourceMap`]: an `.xcc` file, `xcc.toml`, or an interface file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A half-open range of bytes of one source file.
///
/// Spans order by file, then by start, then by end, which is the order in which a reader meets them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte; equal to `start` for a position between two bytes.
    pub end: u32,
}

/// A value together with the place in the source it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, counted from one.
    pub line: usize,
    /// Column in characters, counted from one.
    pub column: usize,
}

/// All source files of one run.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

#[derive(Clone, Debug)]
struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    pub fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end }
    }

    /// The smallest span that covers both. Both must be of the same file; if not, `self` is returned.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.source != other.source {
            return self;
        }
        Self::new(
            self.source,
            self.start.min(other.start),
            self.end.max(other.end),
        )
    }

    /// The empty span at the end of this one: where something that is missing would be written.
    #[must_use]
    pub fn after(self) -> Self {
        Self::new(self.source, self.end, self.end)
    }

    /// The span as a range of byte offsets.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.source.0, self.start, self.end)
    }
}

impl<T> Spanned<T> {
    /// `value`, written at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl SourceMap {
    /// A map without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. `name` is what diagnostics print: a path relative to the project.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let text = text.into();
        let id = SourceId(u32::try_from(self.files.len()).expect("fewer than 2^32 files"));
        self.files.push(SourceFile {
            name: name.into(),
            line_starts: files::line_starts(&text).collect(),
            text,
        });
        id
    }

    /// The name the file was added under.
    pub fn name(&self, id: SourceId) -> &str {
        &self.file(id).name
    }

    /// The whole text of the file.
    pub fn text(&self, id: SourceId) -> &str {
        &self.file(id).text
    }

    /// The text a span covers; empty if the span does not fit the file.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.range()).unwrap_or("")
    }

    /// Line and column of the start of a span.
    pub fn position(&self, span: Span) -> Position {
        let text = self.text(span.source);
        let offset = text.floor_char_boundary(span.start as usize);
        let line = self.line_of(span.source, offset);
        let before = self.line(span.source, line).start..offset;
        Position {
            line: line + 1,
            column: text[before].chars().count() + 1,
        }
    }

    /// The line that a byte is in, counted from zero.
    pub(crate) fn line_of(&self, id: SourceId, offset: usize) -> usize {
        let starts = &self.file(id).line_starts;
        starts.partition_point(|start| *start <= offset) - 1
    }

    /// The bytes of a line, with what ends it.
    ///
    /// # Panics
    ///
    /// When there is no such line.
    pub(crate) fn line(&self, id: SourceId, line: usize) -> Range<usize> {
        let file = self.file(id);
        let end = file.line_starts.get(line + 1);
        file.line_starts[line]..end.copied().unwrap_or(file.text.len())
    }

    /// How many lines a file has, at least one.
    pub(crate) fn line_count(&self, id: SourceId) -> usize {
        self.file(id).line_starts.len()
    }

    /// All files, in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..self.files.len() as u32).map(SourceId)
    }

    fn file(&self, id: SourceId) -> &SourceFile {
        &self.files[id.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let mut map = SourceMap::new();
        let id = map.add("a.xcc", "ab\nä b\n");
        let at = |start| map.position(Span::new(id, start, start));
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(6), Position { line: 2, column: 3 });
        assert_eq!(at(8), Position { line: 3, column: 1 });
        assert_eq!(at(99), Position { line: 3, column: 1 });
    }

    #[test]
    fn spans_join_and_slice() {
        let mut map = SourceMap::new();
        let id = map.add("a.xcc", "step lock");
        let joined = Span::new(id, 5, 9).to(Span::new(id, 0, 4));
        assert_eq!(map.slice(joined), "step lock");
        assert_eq!(map.slice(joined.after()), "");
        assert_eq!(map.slice(Span::new(id, 5, 99)), "");
    }
}
