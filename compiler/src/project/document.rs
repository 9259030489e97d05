//! Reads a TOML document as tables whose every key and value knows its place.

use std::fmt::Display;

use toml::de::{DeTable, DeValue};

use super::suggest::suggest;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceId, Span, Spanned};

/// Reports what is wrong with the tables it reads.
pub(crate) struct Reader<'d> {
    source: SourceId,
    kind: &'static Kind,
    diagnostics: &'d mut Diagnostics,
}

/// What a document is, and under which codes its faults are reported.
#[derive(Debug)]
pub(crate) struct Kind {
    /// How messages name the document as a whole.
    pub(crate) name: &'static str,
    /// It is not TOML.
    pub(crate) syntax: Code,
    /// It has a key that means nothing.
    pub(crate) unknown_key: Code,
    /// It lacks a key.
    pub(crate) missing_key: Code,
    /// A value is of the wrong type.
    pub(crate) invalid_value: Code,
}

/// A table of the document.
#[derive(Clone)]
pub(crate) struct Section<'t> {
    /// Its dotted name, such as `profiles.local`; empty for the whole document.
    pub(crate) path: String,
    /// Its header, or the inline table.
    pub(crate) span: Span,
    kind: &'static Kind,
    table: &'t DeTable<'t>,
}

/// A key of a table and what it is bound to.
pub(crate) struct Entry<'t> {
    /// The key.
    pub(crate) key: Spanned<String>,
    /// The value.
    pub(crate) value: &'t toml::Spanned<DeValue<'t>>,
}

impl<'d> Reader<'d> {
    pub(crate) fn new(
        source: SourceId,
        kind: &'static Kind,
        diagnostics: &'d mut Diagnostics,
    ) -> Self {
        Self {
            source,
            kind,
            diagnostics,
        }
    }

    /// Parses a document, and reports every place that is not TOML.
    pub(crate) fn parse<'t>(&mut self, text: &'t str) -> Option<toml::Spanned<DeTable<'t>>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let range = error.span().unwrap_or(0..0);
            let span = self.span(range);
            let reason = error.message().to_owned();
            let title = "this is not TOML";
            self.error(Diagnostic::new(self.kind.syntax, title).primary(span, reason));
        }
        errors.is_empty().then_some(table)
    }

    /// The whole document as a section.
    pub(crate) fn root<'t>(&self, document: &'t toml::Spanned<DeTable<'t>>) -> Section<'t> {
        Section {
            path: String::new(),
            span: self.span(0..0),
            kind: self.kind,
            table: document.get_ref(),
        }
    }

    pub(crate) fn error(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.error(diagnostic);
    }

    /// Reports every key that is not among `known`.
    pub(crate) fn check_keys(&mut self, section: &Section<'_>, known: &[&str]) {
        for entry in self.entries(section) {
            let key = &entry.key.value;
            if known.contains(&key.as_str()) {
                continue;
            }
            let title = format!("unknown key `{key}` in {}", section.describe());
            let mut diagnostic = Diagnostic::new(self.kind.unknown_key, title);
            diagnostic = diagnostic.primary(entry.key.span, "not a key of this table");
            diagnostic = match suggest(key, known.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("the keys are {}", list(known))),
            };
            self.error(diagnostic);
        }
    }

    /// Reports, at once, every key of `required` that is missing.
    pub(crate) fn require(&mut self, section: &Section<'_>, required: &[&str]) {
        let missing: Vec<_> = required
            .iter()
            .copied()
            .filter(|key| !section.table.contains_key(*key))
            .collect();
        if missing.is_empty() {
            return;
        }
        let noun = if missing.len() == 1 { "key" } else { "keys" };
        let title = format!("{} lacks the {noun} {}", section.describe(), list(&missing));
        let diagnostic = Diagnostic::new(self.kind.missing_key, title);
        self.error(diagnostic.primary(section.span, "required in this table"));
    }

    /// The entries of a table, in source order.
    pub(crate) fn entries<'t>(&self, section: &Section<'t>) -> Vec<Entry<'t>> {
        let entry = |(key, value): (&toml::Spanned<_>, _)| Entry {
            key: Spanned::new(key_text(key), self.span(key.span())),
            value,
        };
        let mut entries: Vec<_> = section.table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.key.span);
        entries
    }

    /// The table under a key, if it is there.
    pub(crate) fn section<'t>(&mut self, outer: &Section<'t>, key: &str) -> Option<Section<'t>> {
        let mut entries = self.entries(outer).into_iter();
        let entry = entries.find(|entry| entry.key.value == key)?;
        self.section_of(outer, &entry)
    }

    /// The table an entry holds.
    pub(crate) fn section_of<'t>(
        &mut self,
        outer: &Section<'t>,
        entry: &Entry<'t>,
    ) -> Option<Section<'t>> {
        let Some(table) = entry.value.get_ref().as_table() else {
            self.wrong_type(&entry.key.value, entry.value, "a table");
            return None;
        };
        let dot = if outer.path.is_empty() { "" } else { "." };
        Some(Section {
            path: format!("{}{dot}{}", outer.path, entry.key.value),
            span: entry.key.span,
            kind: self.kind,
            table,
        })
    }

    /// The string under a key, if it is there.
    pub(crate) fn string(&mut self, section: &Section<'_>, key: &str) -> Option<Spanned<String>> {
        let value = section.table.get(key)?;
        self.string_of(key, value)
    }

    /// The strings under a key, if it is there: one, or a list of at least one, all different.
    pub(crate) fn strings(
        &mut self,
        section: &Section<'_>,
        key: &str,
    ) -> Option<Vec<Spanned<String>>> {
        let value = section.table.get(key)?;
        let Some(values) = value.get_ref().as_array() else {
            let expected = "a string or a list of strings";
            let text = self.text_of(key, value, expected)?;
            return Some(vec![text]);
        };
        if values.is_empty() {
            self.wrong_type(key, value, "a string or a list of at least one");
            return None;
        }
        let mut texts: Vec<Spanned<String>> = Vec::new();
        for value in values {
            let text = self.string_of(key, value)?;
            if texts.iter().any(|known| known.value == text.value) {
                let title = format!("`{}` is listed twice", text.value);
                let diagnostic = Diagnostic::new(self.kind.invalid_value, title);
                self.error(diagnostic.primary(text.span, "listed again here"));
            }
            texts.push(text);
        }
        Some(texts)
    }

    /// A value that must be a string.
    pub(crate) fn string_of(
        &mut self,
        key: &str,
        value: &toml::Spanned<DeValue<'_>>,
    ) -> Option<Spanned<String>> {
        self.text_of(key, value, "a string")
    }

    /// A value that is a string; `expected` says what it may be.
    fn text_of(
        &mut self,
        key: &str,
        value: &toml::Spanned<DeValue<'_>>,
        expected: &str,
    ) -> Option<Spanned<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, expected);
            return None;
        };
        Some(Spanned::new(text.to_owned(), self.span(value.span())))
    }

    /// The number under a key, if it is there: a whole one that is not negative and at most `most`.
    pub(crate) fn number<T: Copy + Display + Into<u64> + TryFrom<u64>>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        most: T,
    ) -> Option<Spanned<T>> {
        let value = section.table.get(key)?;
        let number = value.get_ref().as_integer();
        let number = number.and_then(|int| u64::from_str_radix(int.as_str(), int.radix()).ok());
        let number = number.filter(|number| *number <= most.into());
        let Some(number) = number.and_then(|number| T::try_from(number).ok()) else {
            self.wrong_type(key, value, &format!("a whole number from 0 to {most}"));
            return None;
        };
        Some(Spanned::new(number, self.span(value.span())))
    }

    /// Reports a value that is not what its place needs.
    pub(crate) fn wrong_type(
        &mut self,
        key: &str,
        value: &toml::Spanned<DeValue<'_>>,
        expected: &str,
    ) {
        let found = value.get_ref().type_str();
        let title = format!("`{key}` must be {expected}");
        let diagnostic = Diagnostic::new(self.kind.invalid_value, title);
        let label = format!("this is of type {found}");
        self.error(diagnostic.primary(self.span(value.span()), label));
    }

    /// A place of the document.
    pub(crate) fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, range.start as u32, range.end as u32)
    }
}

impl Section<'_> {
    /// How messages name it.
    pub(crate) fn describe(&self) -> String {
        if self.path.is_empty() {
            self.kind.name.to_owned()
        } else {
            format!("`[{}]`", self.path)
        }
    }
}

/// Names in backticks, joined as people write it.
pub(crate) fn list<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<_> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn key_text(key: &toml::Spanned<toml::de::DeString<'_>>) -> String {
    key.get_ref().to_string()
}
