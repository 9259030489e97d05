//! What is said of the runs of a simulation.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::SimArgs;
use crate::cli::table::{Align, Table, number};
use crate::diagnostic::Color;
use crate::sim::text::Teller;
use crate::sim::{Fault, Options, Run, Struck, Subject};

/// Counts of all runs, and the run that is shown.
pub(super) struct Report<'a> {
    subject: &'a Subject<'a>,
    arguments: &'a SimArgs,
    runs: u64,
    failed: u64,
    transactions: u64,
    messages: u64,
    instances: u64,
    /// How many instances ended so.
    ends: BTreeMap<String, u64>,
    struck: Struck,
    started: bool,
    /// The first that failed, or else the first.
    shown: Option<(Options, Run)>,
}

impl<'a> Report<'a> {
    pub(super) fn new(subject: &'a Subject<'a>, arguments: &'a SimArgs) -> Self {
        Report {
            subject,
            arguments,
            runs: 0,
            failed: 0,
            transactions: 0,
            messages: 0,
            instances: 0,
            ends: BTreeMap::new(),
            struck: Struck::default(),
            started: false,
            shown: None,
        }
    }

    /// Counts a run as it was drawn.
    pub(super) fn count(&mut self, run: &Run) {
        self.runs += 1;
        self.failed += u64::from(run.failure.is_some());
        self.transactions += run.transactions;
        self.messages += run.messages;
        self.struck.add(&run.struck);
        self.started |= run.has_started();
        for end in &run.ends {
            self.instances += 1;
            *self.ends.entry(end.words.clone()).or_default() += 1;
        }
    }

    /// Keeps a run if it is to be shown: the first that failed, or else the first.
    pub(super) fn keep(&mut self, options: Options, run: Run) {
        let is_better = match &self.shown {
            None => true,
            Some((_, shown)) => shown.failure.is_none() && run.failure.is_some(),
        };
        if is_better {
            self.shown = Some((options, run));
        }
    }

    /// Whether a failing run is kept.
    pub(super) fn has_failed(&self) -> bool {
        let shown = self.shown.as_ref();
        shown.is_some_and(|(_, run)| run.failure.is_some())
    }

    /// The run that is shown, with the options that it was made with.
    pub(super) fn shown(&self) -> Option<(&Options, &Run)> {
        self.shown.as_ref().map(|(options, run)| (options, run))
    }

    /// Why no run started any instance, if none did.
    pub(super) fn nothing_started(&self) -> Option<String> {
        let end = self.shown()?.1.ends.first()?;
        (!self.started).then(|| end.words.clone())
    }

    pub(super) fn to_text(&self, color: Color) -> String {
        let style = |text: &str| match color {
            Color::Always => format!("\x1b[1m{text}\x1b[0m"),
            Color::Never => text.to_owned(),
        };
        let mut text = String::new();
        if let Some((options, run)) = self.shown()
            && (self.arguments.runs == 1 || run.failure.is_some())
        {
            let teller = Teller::new(self.subject, options, run);
            text += &format!("{}\n", teller.timeline(run));
        }
        text += &format!("{}\n", style(&self.headline()));
        text += &format!(
            "  {}, {}, {}\n",
            counted(self.instances, "instance"),
            counted(self.transactions, "transaction"),
            counted(self.messages, "message")
        );
        for table in [self.ends_table(), self.faults_table()] {
            let table = table.print(&style);
            if !table.is_empty() {
                text += &format!("\n{table}");
            }
        }
        text + &format!("\n{}\n", self.repetition())
    }

    fn headline(&self) -> String {
        let name = &self.subject.workflow().name;
        let runs = match self.runs == self.arguments.runs {
            true => counted(self.runs, "run"),
            false => format!(
                "stopped after {} of {}",
                number(self.runs),
                counted(self.arguments.runs, "run")
            ),
        };
        let shown = self.shown().and_then(|(_, run)| run.failure.as_ref());
        match shown {
            None => format!("{name}: {runs}, every promise kept"),
            Some(failure) => {
                let what = failure.describe(self.subject.program);
                format!("{name}: {runs}, {} failed: {what}", number(self.failed))
            }
        }
    }

    fn ends_table(&self) -> Table {
        let columns = [("instances", Align::Right), ("end", Align::Left)];
        let mut table = Table::new("  How instances ended", &columns);
        for (end, count) in &self.ends {
            table.row([number(*count), end.clone()]);
        }
        table
    }

    fn faults_table(&self) -> Table {
        let columns = [
            ("fault", Align::Left),
            ("times", Align::Right),
            ("what it does", Align::Left),
        ];
        let mut table = Table::new("  What went wrong", &columns);
        for fault in Fault::ALL {
            let count = self.struck.get(fault);
            if count > 0 {
                let words = fault.describe().to_owned();
                table.row([fault.name().to_owned(), number(count), words]);
            }
        }
        table
    }

    pub(super) fn to_json(&self) -> Json {
        let ends = self.ends.iter();
        let ends = ends.map(|(end, count)| json!({ "end": end, "instances": count }));
        let faults =
            Fault::ALL.map(|fault| (fault.name().to_owned(), self.struck.get(fault).into()));
        let shown = self.shown().map(|(options, run)| {
            let teller = Teller::new(self.subject, options, run);
            teller.json(options, run)
        });
        json!({
            "workflow": self.subject.workflow().name,
            "runs": self.runs,
            "failed": self.failed,
            "instances": self.instances,
            "transactions": self.transactions,
            "messages": self.messages,
            "ends": ends.collect::<Json>(),
            "faults": Json::Object(faults.into_iter().collect()),
            "run": shown,
            "repeat": self.repetition(),
        })
    }

    /// The command that does the same again: the failing run exactly, or else all runs.
    fn repetition(&self) -> String {
        let arguments = self.arguments;
        let mut words = vec!["xcc".to_owned(), "sim".to_owned()];
        let mut add = |option: &str, value: &str| {
            words.extend([option.to_owned(), quoted(value)]);
        };
        let path = arguments.project.path.as_ref();
        let path = path.map(|path| path.display().to_string());
        if let Some(name) = &arguments.project.profile {
            add("--profile", name);
        }
        if let Some(name) = &arguments.workflow {
            add("--workflow", name);
        }
        if let Some(path) = &arguments.scenario {
            add("--scenario", &path.display().to_string());
        }
        if arguments.instances != 1 {
            add("--instances", &arguments.instances.to_string());
        }
        match self.shown() {
            Some((options, run)) if run.failure.is_some() || arguments.replay.is_some() => {
                let teller = Teller::new(self.subject, options, run);
                add("--seed", &options.seed.to_string());
                add("--replay", &teller.moves(&options.script, run));
            }
            _ => {
                add("--seed", &arguments.seed.to_string());
                if arguments.runs != 1 {
                    add("--runs", &arguments.runs.to_string());
                }
                if arguments.moves != SimArgs::MOVES {
                    add("--moves", &arguments.moves.to_string());
                }
                if let Some(faults) = &arguments.faults {
                    add("--faults", &faults.to_string());
                }
            }
        }
        words.extend(path.map(|path| quoted(&path)));
        words.join(" ")
    }
}

fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", number(count)),
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./,=".contains(sign);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("a/b-c.toml"), "a/b-c.toml");
        assert_eq!(quoted("start; cancel"), "'start; cancel'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
