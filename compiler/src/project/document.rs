//! Reads a TOML document as tables whose every key and value knows its place.

use toml::de::{DeTable, DeValue};

use super::suggest::suggest;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceId, Span, Spanned};

/// Reports what is wrong with the tables it reads.
pub(super) struct Reader<'d> {
    source: SourceId,
    diagnostics: &'d mut Diagnostics,
}

/// A table of the document.
#[derive(Clone)]
pub(super) struct Section<'t> {
    /// Its dotted name, such as `profiles.local`; empty for the whole document.
    pub(super) path: String,
    /// Its header, or the inline table.
    pub(super) span: Span,
    table: &'t DeTable<'t>,
}

/// A key of a table and what it is bound to.
pub(super) struct Entry<'t> {
    /// The key.
    pub(super) key: Spanned<String>,
    /// The value.
    pub(super) value: &'t toml::Spanned<DeValue<'t>>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(source: SourceId, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            source,
            diagnostics,
        }
    }

    /// Parses a document, and reports every place that is not TOML.
    pub(super) fn parse<'t>(&mut self, text: &'t str) -> Option<toml::Spanned<DeTable<'t>>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let range = error.span().unwrap_or(0..0);
            let span = self.span(range);
            let reason = error.message().to_owned();
            let title = "this is not TOML";
            self.error(Diagnostic::new(Code::ManifestSyntax, title).primary(span, reason));
        }
        errors.is_empty().then_some(table)
    }

    /// The whole document as a section.
    pub(super) fn root<'t>(&self, document: &'t toml::Spanned<DeTable<'t>>) -> Section<'t> {
        Section {
            path: String::new(),
            span: self.span(0..0),
            table: document.get_ref(),
        }
    }

    pub(super) fn error(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.error(diagnostic);
    }

    /// Reports every key that is not among `known`.
    pub(super) fn check_keys(&mut self, section: &Section<'_>, known: &[&str]) {
        for entry in self.entries(section) {
            let key = &entry.key.value;
            if known.contains(&key.as_str()) {
                continue;
            }
            let title = format!("unknown key `{key}` in {}", section.describe());
            let mut diagnostic = Diagnostic::new(Code::UnknownKey, title);
            diagnostic = diagnostic.primary(entry.key.span, "not a key of this table");
            diagnostic = match suggest(key, known.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("the keys are {}", list(known))),
            };
            self.error(diagnostic);
        }
    }

    /// Reports, at once, every key of `required` that is missing.
    pub(super) fn require(&mut self, section: &Section<'_>, required: &[&str]) {
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
        let diagnostic = Diagnostic::new(Code::MissingKey, title);
        self.error(diagnostic.primary(section.span, "required in this table"));
    }

    /// The entries of a table, in source order.
    pub(super) fn entries<'t>(&self, section: &Section<'t>) -> Vec<Entry<'t>> {
        let entry = |(key, value): (&toml::Spanned<_>, _)| Entry {
            key: Spanned::new(key_text(key), self.span(key.span())),
            value,
        };
        let mut entries: Vec<_> = section.table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.key.span);
        entries
    }

    /// The table under a key, if it is there.
    pub(super) fn section<'t>(&mut self, outer: &Section<'t>, key: &str) -> Option<Section<'t>> {
        let mut entries = self.entries(outer).into_iter();
        let entry = entries.find(|entry| entry.key.value == key)?;
        self.section_of(outer, &entry)
    }

    /// The table an entry holds.
    pub(super) fn section_of<'t>(
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
            table,
        })
    }

    /// The string under a key, if it is there.
    pub(super) fn string(&mut self, section: &Section<'_>, key: &str) -> Option<Spanned<String>> {
        let value = section.table.get(key)?;
        self.string_of(key, value)
    }

    /// A value that must be a string.
    pub(super) fn string_of(
        &mut self,
        key: &str,
        value: &toml::Spanned<DeValue<'_>>,
    ) -> Option<Spanned<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, "a string");
            return None;
        };
        Some(Spanned::new(text.to_owned(), self.span(value.span())))
    }

    /// The 16-bit number under a key, if it is there.
    pub(super) fn number(&mut self, section: &Section<'_>, key: &str) -> Option<Spanned<u16>> {
        let value = section.table.get(key)?;
        let number = value.get_ref().as_integer();
        let number = number.and_then(|int| u16::from_str_radix(int.as_str(), int.radix()).ok());
        let Some(number) = number else {
            self.wrong_type(key, value, "a whole number from 0 to 65535");
            return None;
        };
        Some(Spanned::new(number, self.span(value.span())))
    }

    fn wrong_type(&mut self, key: &str, value: &toml::Spanned<DeValue<'_>>, expected: &str) {
        let found = value.get_ref().type_str();
        let title = format!("`{key}` must be {expected}");
        let diagnostic = Diagnostic::new(Code::InvalidValue, title);
        let label = format!("this is of type {found}");
        self.error(diagnostic.primary(self.span(value.span()), label));
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, range.start as u32, range.end as u32)
    }
}

impl Section<'_> {
    /// How messages name it.
    pub(super) fn describe(&self) -> String {
        if self.path.is_empty() {
            "xcc.toml".to_owned()
        } else {
            format!("`[{}]`", self.path)
        }
    }
}

/// Names in backticks, joined as people write it.
pub(super) fn list<T: AsRef<str>>(names: &[T]) -> String {
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
