//! What a scenario expects of the end of every instance.

use super::Scenario;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::ir::{Phase, Status};
use crate::project::document::{Section, list};
use crate::source::Spanned;

impl Scenario<'_, '_> {
    pub(super) fn expect(&mut self, section: &Section<'_>) {
        self.reader
            .check_keys(section, &["phase", "steps", "returns"]);
        if let Some(word) = self.reader.string(section, "phase") {
            self.script.expect.phase = self.word(&word, &Phase::ALL, Phase::name, "phase");
        }
        if let Some(steps) = self.reader.section(section, "steps") {
            for entry in self.reader.entries(&steps) {
                let step = self.step_of(&entry);
                let key = entry.key.value.as_str();
                let word = self.reader.string_of(key, entry.value);
                let word =
                    word.and_then(|word| self.word(&word, &Status::ALL, Status::name, "status"));
                if let (Some(step), Some(status)) = (step, word) {
                    self.script.expect.steps.insert(step, status);
                }
            }
        }
        if let Some(returns) = self.reader.section(section, "returns") {
            let fields = &self.subject.workflow().results;
            let read = self.named(&returns, fields, "a result");
            self.script.expect.returns.extend(read);
        }
    }

    /// The one of some things that has this name.
    fn word<T: Copy>(
        &mut self,
        word: &Spanned<String>,
        all: &[T],
        name: impl Fn(T) -> &'static str,
        what: &str,
    ) -> Option<T> {
        let found = all.iter().copied().find(|&it| name(it) == word.value);
        if found.is_none() {
            let names: Vec<_> = all.iter().map(|&it| name(it)).collect();
            let title = format!("`{}` is no {what}", word.value);
            let diagnostic = Diagnostic::new(Code::ScenarioValue, title)
                .primary(word.span, format!("not a {what}"));
            self.reader
                .error(diagnostic.help(format!("there is {}", list(&names))));
        }
        found
    }
}
