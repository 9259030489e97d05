//! Scenario files: TOML that says what is not left to the seed.

mod expect;
mod value;

use toml::de::DeValue;

use super::accounts::STRANGER;
use super::asked::asked_by;
use super::fault::{Fault, Weights};
use super::moves::Move;
use super::notation::Notation;
use super::script::{Behaviour, Fails, Script, Starter};
use super::{Subject, values};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported, did_you_mean};
use crate::ir::Part;
use crate::ir::Step;
use crate::project::document::{Entry, Kind, Reader, Section, list};
use crate::source::SourceId;
use crate::types::Field;
use crate::wire::Value;
use value::Values;

/// How faults of a scenario are reported.
static KIND: Kind = Kind {
    name: "the scenario",
    syntax: Code::ScenarioSyntax,
    unknown_key: Code::ScenarioName,
    missing_key: Code::ScenarioName,
    invalid_value: Code::ScenarioValue,
};

/// The calls of a step, by their keys.
const CALLS: [(&str, Part); 4] = [
    ("guard", Part::Guard),
    ("call", Part::Execution),
    ("compensation", Part::Compensation),
    ("confirmation", Part::Confirmation),
];

/// The greatest number of failures that a call can be told; more would never end.
const MOST_FAILURES: i64 = 1_000;

/// Reads the text of a scenario.
///
/// # Errors
///
/// Reports everything that is not TOML, names that the workflow does not have, values of a wrong type, and texts that are no moves.
pub fn read(
    source: SourceId,
    text: &str,
    subject: &Subject<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<Script, Reported> {
    let before = diagnostics.error_count();
    let mut reader = Reader::new(source, &KIND, diagnostics);
    let mut script = Script::default();
    if let Some(document) = reader.parse(text) {
        let root = reader.root(&document);
        Scenario {
            subject,
            reader: &mut reader,
            script: &mut script,
        }
        .read(&root);
    }
    diagnostics.ok_since(before)?;
    Ok(script)
}

/// A scenario that is read into a script.
struct Scenario<'a, 'd> {
    subject: &'a Subject<'a>,
    reader: &'a mut Reader<'d>,
    script: &'a mut Script,
}

impl<'d> Scenario<'_, 'd> {
    fn read(&mut self, root: &Section<'_>) {
        let keys = [
            "by", "begins", "inputs", "steps", "faults", "moves", "expect",
        ];
        self.reader.check_keys(root, &keys);
        if let Some(begins) = self.reader.number(root, "begins", u64::from(u32::MAX)) {
            self.script.begins = begins.value;
        }
        if let Some(inputs) = self.reader.section(root, "inputs") {
            let fields = &self.subject.workflow().inputs;
            let read = self.named(&inputs, fields, "an input");
            self.script.inputs.extend(read);
        }
        self.starter(root);
        if let Some(steps) = self.reader.section(root, "steps") {
            self.steps(&steps);
        }
        if let Some(faults) = self.reader.section(root, "faults") {
            self.faults(&faults);
        }
        self.moves(root);
        if let Some(expect) = self.reader.section(root, "expect") {
            self.expect(&expect);
        }
    }

    /// Values by the names of fields, with the position of each.
    fn named(
        &mut self,
        section: &Section<'_>,
        fields: &[Field],
        what: &str,
    ) -> Vec<(usize, Value)> {
        let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        let mut read = Vec::new();
        for entry in self.reader.entries(section) {
            let key = &entry.key.value;
            match names.iter().position(|name| name == key) {
                Some(position) => {
                    let value = self.values().read(key, entry.value, &fields[position].ty);
                    read.extend(value.map(|value| (position, value)));
                }
                None => self.unknown(&entry, what, &names),
            }
        }
        read
    }

    fn values(&mut self) -> Values<'_, 'd> {
        Values {
            declarations: &self.subject.program.declarations,
            reader: &mut *self.reader,
        }
    }

    /// Reports a name that means nothing.
    fn unknown(&mut self, entry: &Entry<'_>, what: &str, known: &[&str]) {
        let name = &entry.key.value;
        let workflow = &self.subject.workflow().name;
        let title = format!("`{name}` is not {what} of workflow `{workflow}`");
        let diagnostic = Diagnostic::new(Code::ScenarioName, title)
            .primary(entry.key.span, "nothing has this name");
        self.reader.error(with_help(diagnostic, name, known));
    }

    /// The starter is the name of an account, or an address.
    fn starter(&mut self, root: &Section<'_>) {
        let Some(by) = self.reader.string(root, "by") else {
            return;
        };
        let home = self.subject.program.machines[self.subject.home()].chain;
        let fields = self.subject.workflow().inputs.iter();
        let declarations = &self.subject.program.declarations;
        let inputs: Vec<_> = fields
            .map(|field| values::made_up(&field.ty, "", declarations))
            .collect();
        let accounts = self.subject.accounts(&Script::default(), &inputs);
        if by.value == STRANGER || accounts.find(home, &by.value).is_some() {
            self.script.by = Some(Starter::Named(by.value));
            return;
        }
        let vm = declarations.chains[home].vm;
        match value::address(vm, &by.value) {
            Ok(address) => self.script.by = Some(Starter::Address(address)),
            Err(reason) => {
                let title = format!("`{}` is no account of the home chain", by.value);
                let help = "name an input or a constant that is an address there, `stranger`, or write an address";
                let diagnostic = Diagnostic::new(Code::ScenarioValue, title);
                self.reader
                    .error(diagnostic.primary(by.span, reason).help(help));
            }
        }
    }

    fn steps(&mut self, section: &Section<'_>) {
        for entry in self.reader.entries(section) {
            let Some(step) = self.step_of(&entry) else {
                continue;
            };
            let Some(calls) = self.reader.section_of(section, &entry) else {
                continue;
            };
            self.reader.check_keys(&calls, &CALLS.map(|(key, _)| key));
            for (key, part) in CALLS {
                if let Some(call) = self.reader.section(&calls, key) {
                    self.call(&call, step, part);
                }
            }
        }
    }

    /// The step that a key names.
    fn step_of(&mut self, entry: &Entry<'_>) -> Option<Step> {
        let steps = self.subject.steps();
        let name = |step: &Step| self.subject.program.steps[*step].name.as_str();
        let names: Vec<_> = steps.iter().map(name).collect();
        let position = names.iter().position(|name| *name == entry.key.value);
        if position.is_none() {
            self.unknown(entry, "a step", &names);
        }
        position.map(|position| steps[position])
    }

    fn call(&mut self, section: &Section<'_>, step: Step, part: Part) {
        let program = self.subject.program;
        let data = &program.steps[step];
        let asked = asked_by(program, step);
        let exists = match part {
            Part::Execution => true,
            Part::Guard => !asked.is_empty(),
            Part::Compensation => !data.compensation.is_empty(),
            Part::Confirmation => !data.confirmation.is_empty(),
        };
        if !exists {
            let title = format!("step `{}` has no {part}", data.name);
            let diagnostic = Diagnostic::new(Code::ScenarioName, title);
            let label = "the source does not give it one";
            return self.reader.error(diagnostic.primary(section.span, label));
        }
        let keys: &[&str] = match part {
            Part::Execution | Part::Guard => &["fails", "returns"],
            // Nothing is done with what they return.
            Part::Compensation | Part::Confirmation => &["fails"],
        };
        self.reader.check_keys(section, keys);
        let mut behaviour = Behaviour::default();
        for entry in self.reader.entries(section) {
            if entry.key.value == "fails" {
                behaviour.fails = self.fails(&entry);
            }
        }
        if keys.contains(&"returns")
            && let Some(returns) = self.reader.section(section, "returns")
        {
            let (fields, what) = match part {
                Part::Guard => (&asked, "what is asked by the guard of"),
                _ => (&data.results, "a result of"),
            };
            let read = self.named(&returns, fields, &format!("{what} `{}`", data.name));
            let named = read.into_iter();
            let named = named.map(|(position, value)| (fields[position].name.clone(), value));
            behaviour.returns.extend(named);
        }
        self.script.behaviours.insert((step, part), behaviour);
    }

    fn fails(&mut self, entry: &Entry<'_>) -> Fails {
        let expected = "`\"always\"`, `\"never\"`, a number of times up to 1000, or a probability from 0.0 to 1.0";
        let read = match entry.value.get_ref() {
            DeValue::String(text) if text == "always" => Some(Fails::Always),
            DeValue::String(text) if text == "never" => Some(Fails::Never),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .filter(|count| (0..=MOST_FAILURES).contains(count))
                .map(|count| Fails::First(count as u32)),
            DeValue::Float(number) => {
                let number = number.as_str().parse::<f64>().ok();
                let number = number.filter(|it| (0.0..=1.0).contains(it));
                number.map(Fails::Sometimes)
            }
            _ => None,
        };
        read.unwrap_or_else(|| {
            self.reader.wrong_type("fails", entry.value, expected);
            Fails::Never
        })
    }

    fn faults(&mut self, section: &Section<'_>) {
        let mut weights = Weights::NONE;
        let names = Fault::ALL.map(Fault::name);
        for entry in self.reader.entries(section) {
            let key = &entry.key.value;
            match key.parse::<Fault>() {
                Ok(fault) => {
                    let weight = self.reader.number(section, key, Weights::GREATEST);
                    weights.set(fault, weight.map_or(0, |weight| weight.value));
                }
                Err(_) => {
                    let title = format!("`{key}` is no fault");
                    let diagnostic = Diagnostic::new(Code::ScenarioName, title)
                        .primary(entry.key.span, "nothing has this name");
                    self.reader.error(with_help(diagnostic, key, &names));
                }
            }
        }
        self.script.faults = Some(weights);
    }

    fn moves(&mut self, root: &Section<'_>) {
        let mut entries = self.reader.entries(root).into_iter();
        let Some(entry) = entries.find(|entry| entry.key.value == "moves") else {
            return;
        };
        let DeValue::Array(array) = entry.value.get_ref() else {
            let expected = "an array of moves";
            return self.reader.wrong_type("moves", entry.value, expected);
        };
        let notation = Notation::new(self.subject, self.script);
        let mut moves: Vec<Move> = Vec::new();
        for item in array.iter() {
            let Some(text) = self.reader.string_of("moves", item) else {
                continue;
            };
            match notation.parse(&text.value) {
                Ok(step) => moves.push(step),
                Err(reason) => {
                    let title = format!("`{}` is no move", text.value);
                    let diagnostic = Diagnostic::new(Code::NotAMove, title);
                    let diagnostic = diagnostic.primary(text.span, reason.to_string());
                    self.reader.error(diagnostic);
                }
            }
        }
        self.script.moves = Some(moves);
    }
}

fn with_help(diagnostic: Diagnostic, name: &str, known: &[&str]) -> Diagnostic {
    match did_you_mean(name, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.help("there is none"),
        None => diagnostic.help(format!("there is {}", list(known))),
    }
}
