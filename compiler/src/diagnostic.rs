//! Findings about the user's input: what they are made of, how they are collected, and how they are printed.

mod excerpt;
mod render;
mod suggest;

use std::collections::HashSet;

use crate::codes::Code;
use crate::source::Span;

pub use render::{Color, Format, RenderOptions, render};
pub use suggest::did_you_mean;

/// How many findings of each severity are kept. Whoever has more of them is helped by none that comes later.
pub const MAX_FINDINGS: usize = 1_000;

/// The most bytes of a title, a reason or the like. What is longer quotes something that nobody wrote by hand.
const MAX_TEXT: usize = 4_000;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The input cannot be compiled.
    Error,
    /// The input can be compiled, but is probably not what was meant.
    Warning,
}

/// Whether a label marks the place of the finding or one that explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LabelKind {
    /// The place that is wrong. The first primary label decides where the finding is sorted.
    Primary,
    /// A place that helps to understand why.
    Secondary,
}

/// A place in the source and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its role.
    pub kind: LabelKind,
    /// The place.
    pub span: Span,
    /// A few words printed beside the place; may be empty.
    pub text: String,
}

/// One finding: a short title, the places concerned, the reason, and what to type instead.
///
/// Built with [`Diagnostic::new`] and the builder methods, then given to [`Diagnostics::error`] or
/// [`Diagnostics::warning`], which decide its severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, which `xcc explain` takes.
    pub code: Code,
    /// A short title in lower case, without a final stop, that makes sense on its own.
    pub message: String,
    /// The places concerned.
    pub labels: Vec<Label>,
    /// Reasons: why this is refused.
    pub notes: Vec<String>,
    /// What to type instead.
    pub help: Vec<String>,
}

/// A finding as the sink keeps it: with the severity it was reported at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub diagnostic: Diagnostic,
}

/// Proof that an error was reported. Only [`Diagnostics`] can make one, so a function that returns
/// `Err(Reported)` cannot have failed silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported(());

/// Collects the findings of a run.
///
/// A finding with the code and the primary place of an earlier one (and, if it has no place, with its
/// message) is not kept: it says the same thing again. It still counts as an error. Nor is one kept beyond
/// [`MAX_FINDINGS`] of its severity.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    findings: Vec<Finding>,
    seen: HashSet<(Code, Option<Span>, Option<String>)>,
    errors: usize,
    /// How many errors and warnings are kept.
    kept: [usize; 2],
    /// Whether any was not kept because there were too many.
    are_more: bool,
}

impl Diagnostic {
    /// A finding without places, reasons or help yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: shortened(message.into()),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Marks the place that is wrong.
    #[must_use]
    pub fn primary(self, span: Span, text: impl Into<String>) -> Self {
        self.label(LabelKind::Primary, span, text.into())
    }

    /// Marks a place that explains the finding.
    #[must_use]
    pub fn secondary(self, span: Span, text: impl Into<String>) -> Self {
        self.label(LabelKind::Secondary, span, text.into())
    }

    /// Adds a reason.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(shortened(text.into()));
        self
    }

    /// Adds what to type instead.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(shortened(text.into()));
        self
    }

    /// The place that is wrong: the first primary label, if there is one.
    pub fn span(&self) -> Option<Span> {
        let mut primary = self.labels.iter().filter(|l| l.kind == LabelKind::Primary);
        primary.next().map(|label| label.span)
    }

    fn label(mut self, kind: LabelKind, span: Span, text: String) -> Self {
        let text = shortened(text);
        self.labels.push(Label { kind, span, text });
        self
    }
}

impl Diagnostics {
    /// A sink that has received nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reports an error.
    pub fn error(&mut self, diagnostic: Diagnostic) -> Reported {
        self.errors += 1;
        self.insert(Severity::Error, diagnostic);
        Reported(())
    }

    /// Reports a warning.
    pub fn warning(&mut self, diagnostic: Diagnostic) {
        self.insert(Severity::Warning, diagnostic);
    }

    /// How many errors were reported, including those dropped as repetitions: a mark for [`Self::ok_since`].
    pub fn error_count(&self) -> usize {
        self.errors
    }

    /// How many findings of a severity are kept and will be printed.
    pub fn count(&self, severity: Severity) -> usize {
        self.kept[severity as usize]
    }

    /// Whether there are findings that are not kept, because there were more than [`MAX_FINDINGS`] of their severity.
    pub fn are_more(&self) -> bool {
        self.are_more
    }

    /// `Err` if any error was reported so far. A phase that collects errors ends with this.
    pub fn ok(&self) -> Result<(), Reported> {
        self.ok_since(0)
    }

    /// `Err` if more than `errors` errors were reported; `errors` is an earlier [`Self::error_count`].
    pub fn ok_since(&self, errors: usize) -> Result<(), Reported> {
        if self.errors > errors {
            Err(Reported(()))
        } else {
            Ok(())
        }
    }

    /// How many warnings are kept and will be printed.
    pub fn warning_count(&self) -> usize {
        self.count(Severity::Warning)
    }

    /// Whether nothing was reported at all.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Takes over all findings of another sink.
    pub fn append(&mut self, other: Self) {
        self.errors += other.errors;
        self.are_more |= other.are_more;
        for finding in other.findings {
            self.insert(finding.severity, finding.diagnostic);
        }
    }

    /// All findings: those without a place first, then by place in the source; at the same place in
    /// the order they were reported.
    pub fn sorted(&self) -> Vec<&Finding> {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort_by_key(|finding| finding.diagnostic.span());
        findings
    }

    fn insert(&mut self, severity: Severity, diagnostic: Diagnostic) {
        let kept = &mut self.kept[severity as usize];
        if *kept == MAX_FINDINGS {
            self.are_more = true;
            return;
        }
        let span = diagnostic.span();
        let message = span.is_none().then(|| diagnostic.message.clone());
        if self.seen.insert((diagnostic.code, span, message)) {
            *kept += 1;
            self.findings.push(Finding {
                severity,
                diagnostic,
            });
        }
    }
}

/// A text without its middle, if it is long.
fn shortened(text: String) -> String {
    if text.len() <= MAX_TEXT {
        return text;
    }
    let end = text.floor_char_boundary(MAX_TEXT / 2);
    let start = text.ceil_char_boundary(text.len() - MAX_TEXT / 2);
    format!("{} … {}", &text[..end], &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn at(start: u32) -> Diagnostic {
        let source = SourceMap::new().add("a.xcc", "");
        Diagnostic::new(Code::UnexpectedToken, "t").primary(Span::new(source, start, start + 1), "")
    }

    #[test]
    fn findings_come_in_source_order_and_once() {
        let mut sink = Diagnostics::new();
        sink.error(at(7));
        sink.warning(at(3));
        sink.error(at(7));
        let starts: Vec<_> = sink
            .sorted()
            .iter()
            .filter_map(|f| f.diagnostic.span())
            .collect();
        assert_eq!(starts.iter().map(|s| s.start).collect::<Vec<_>>(), [3, 7]);
        assert_eq!(sink.count(Severity::Error), 1);
        assert_eq!(sink.count(Severity::Warning), 1);
        assert!(sink.ok().is_err());
    }

    #[test]
    fn findings_without_a_place_are_told_apart_by_their_message() {
        let mut sink = Diagnostics::new();
        sink.error(Diagnostic::new(Code::UnexpectedToken, "a"));
        sink.error(Diagnostic::new(Code::UnexpectedToken, "b"));
        sink.error(Diagnostic::new(Code::UnexpectedToken, "b"));
        assert_eq!(sink.count(Severity::Error), 2);
    }

    #[test]
    fn of_many_findings_the_first_are_kept_and_all_are_counted() {
        let mut sink = Diagnostics::new();
        for place in 0..MAX_FINDINGS as u32 + 10 {
            sink.error(at(place));
        }
        sink.warning(at(MAX_FINDINGS as u32 + 10));
        assert_eq!(sink.count(Severity::Error), MAX_FINDINGS);
        assert_eq!(sink.error_count(), MAX_FINDINGS + 10);
        assert!(sink.are_more());
        assert_eq!(sink.warning_count(), 1);
    }

    #[test]
    fn a_long_text_keeps_its_beginning_and_its_end() {
        let name = "ä".repeat(100_000);
        let message = at(0).note(format!("no `{name}` is known")).notes.remove(0);
        assert!(message.len() < MAX_TEXT + 10, "{}", message.len());
        assert!(message.starts_with("no `ä") && message.ends_with("ä` is known"));
    }

    #[test]
    fn an_earlier_error_does_not_fail_a_later_phase() {
        let mut sink = Diagnostics::new();
        sink.error(at(1));
        let before = sink.error_count();
        sink.warning(at(2));
        assert!(sink.ok_since(before).is_ok());
        sink.error(at(1));
        assert!(
            sink.ok_since(before).is_err(),
            "a repetition is an error too"
        );
    }
}
