//! TLA+, the language of TLC: one action for each rule, one invariant for each promise.

use crate::backend::names::{Namer, pascal_case};
use crate::backend::printer::Printer;
use crate::ir::Program;

use super::{STYLE, Wanted};
use crate::analysis::explore::{Condition, Effect, Invariant, Model, Rule, Update};

/// Words of the language and of its standard modules, and the names that every module here defines.
const KEYWORDS: &[&str] = &[
    "ACTION",
    "ASSERT",
    "ASSUME",
    "ASSUMPTION",
    "AXIOM",
    "Apalache",
    "BOOLEAN",
    "BY",
    "Bags",
    "CASE",
    "CHOOSE",
    "CONSTANT",
    "CONSTANTS",
    "COROLLARY",
    "DEF",
    "DEFINE",
    "DEFS",
    "DOMAIN",
    "ELSE",
    "ENABLED",
    "EXCEPT",
    "EXTENDS",
    "FALSE",
    "FiniteSets",
    "HAVE",
    "HIDE",
    "IF",
    "IN",
    "INSTANCE",
    "Init",
    "Int",
    "Integers",
    "Json",
    "LAMBDA",
    "LEMMA",
    "LET",
    "LOCAL",
    "MODULE",
    "NEW",
    "Nat",
    "Naturals",
    "Next",
    "OBVIOUS",
    "OMITTED",
    "ONLY",
    "OTHER",
    "PICK",
    "PROOF",
    "PROPOSITION",
    "PROVE",
    "QED",
    "RECURSIVE",
    "Randomization",
    "RealTime",
    "Reals",
    "STATE",
    "STRING",
    "SUBSET",
    "SUFFICES",
    "Sequences",
    "Settled",
    "Spec",
    "Stay",
    "TAKE",
    "TEMPORAL",
    "THEN",
    "THEOREM",
    "TLA",
    "TLC",
    "TLCExt",
    "TRUE",
    "Toolbox",
    "TypeOK",
    "UNCHANGED",
    "UNION",
    "USE",
    "VARIABLE",
    "VARIABLES",
    "WITH",
    "WITNESS",
    "variables",
];

/// A specification in TLA+, in two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tla {
    /// The module's name; TLC wants its file to be called `NAME.tla`.
    pub name: String,
    /// The text of the module.
    pub module: String,
    /// The text of `NAME.cfg`, which says what TLC checks.
    pub config: String,
}

/// Writes a model in TLA+.
pub fn tla(program: &Program, model: &Model) -> Tla {
    let writer = Writer::new(program, model);
    let (mut module, mut config) = (Printer::new(STYLE), Printer::new(STYLE));
    writer.write_module(&mut module);
    writer.write_config(&mut config);
    Tla {
        name: writer.name,
        module: module.finish(),
        config: config.finish(),
    }
}

struct Writer<'a> {
    program: &'a Program,
    model: &'a Model,
    name: String,
    variables: Vec<String>,
    invariants: Vec<String>,
    actions: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(program: &'a Program, model: &'a Model) -> Self {
        let mut namer = Namer::new(KEYWORDS);
        let invariants = model.invariants.iter();
        Writer {
            program,
            model,
            name: namer.choose(&program.workflows[model.workflow].name),
            variables: super::variables(model, &mut namer),
            invariants: invariants
                .map(|invariant| namer.choose(&invariant_name(program, invariant)))
                .collect(),
            actions: (0..model.rules.len())
                .map(|rule| namer.choose(&action_name(program, model, rule)))
                .collect(),
        }
    }

    fn write_module(&self, printer: &mut Printer) {
        self.write_head(printer);
        printer.line(format!("---- MODULE {} ----", self.name));
        printer.line("EXTENDS Naturals");
        printer.blank();
        self.write_variables(printer);
        self.write_init(printer);
        for (name, rule) in self.actions.iter().zip(&self.model.rules) {
            self.write_action(printer, name, rule);
        }
        self.write_next(printer);
        for (name, invariant) in self.invariants.iter().zip(&self.model.invariants) {
            self.write_invariant(printer, name, invariant);
        }
        printer.line("====");
    }

    /// Text before a module is no part of it.
    fn write_head(&self, printer: &mut Printer) {
        for line in super::head(self.program, self.model) {
            printer.line(format!("\\* {line}").trim_end());
        }
        printer.blank();
    }

    fn write_variables(&self, printer: &mut Printer) {
        printer.line("VARIABLES");
        printer.indented(|printer| {
            for (position, name) in self.variables.iter().enumerate() {
                let is_last = position + 1 == self.variables.len();
                let comma = if is_last { "" } else { "," };
                let meaning = super::meaning(self.program, &self.model.variables[position]);
                printer.line(format!("{name}{comma} \\* {meaning}"));
            }
        });
        printer.blank();
        write_tuple(printer, "variables == ", &self.variables);
        printer.blank();
        self.write_types(printer);
    }

    fn write_types(&self, printer: &mut Printer) {
        let types = self.variables.iter().enumerate().map(|(var, name)| {
            let all: Vec<_> = (0..self.model.variables[var].values).collect();
            format!("{name} \\in {}", self.set(var, &all))
        });
        write_all(printer, "TypeOK", &types.collect::<Vec<_>>());
    }

    fn write_init(&self, printer: &mut Printer) {
        let first = self.variables.iter().enumerate();
        let first = first.map(|(var, name)| format!("{name} = {}", self.value(var, 0)));
        write_all(printer, "Init", &first.collect::<Vec<_>>());
    }

    fn write_action(&self, printer: &mut Printer, name: &str, rule: &Rule) {
        printer.line(format!("\\* {}", super::origin(self.program, rule)));
        printer.line(format!("{name} =="));
        printer.indented(|printer| {
            for condition in super::needed(self.model, &rule.guard) {
                printer.line(format!("/\\ {}", self.condition(condition)));
            }
            for effect in &rule.effects {
                printer.line(format!("/\\ {}", self.effect(effect)));
            }
            let is_kept = |var: &usize| rule.effects.iter().all(|effect| effect.var.0 != *var);
            let kept = (0..self.variables.len()).filter(is_kept);
            let kept: Vec<_> = kept.map(|var| self.variables[var].clone()).collect();
            if !kept.is_empty() {
                write_tuple(printer, "/\\ UNCHANGED ", &kept);
            }
        });
        printer.blank();
    }

    fn write_next(&self, printer: &mut Printer) {
        let settled = self.condition(&self.model.settled);
        write_all(printer, "Settled", &[settled]);
        printer.line("\\* A settled instance may stay as it is; TLC takes a state without a next one for a deadlock.");
        write_all(
            printer,
            "Stay",
            &["Settled", "UNCHANGED variables"].map(str::to_owned),
        );
        printer.line("Next ==");
        printer.indented(|printer| {
            for name in self.actions.iter().map(String::as_str).chain(["Stay"]) {
                printer.line(format!("\\/ {name}"));
            }
        });
        printer.blank();
        printer.line("Spec == Init /\\ [][Next]_variables");
        printer.blank();
    }

    fn write_invariant(&self, printer: &mut Printer, name: &str, invariant: &Invariant) {
        printer.line(format!("\\* {}", super::promise(self.program, invariant)));
        printer.line(format!("{name} =="));
        printer.indented(|printer| {
            let forbidden = super::needed(self.model, &invariant.forbidden);
            for (position, condition) in forbidden.enumerate() {
                let not = if position == 0 { "~" } else { " " };
                printer.line(format!("{not} /\\ {}", self.condition(condition)));
            }
        });
        printer.blank();
    }

    fn write_config(&self, printer: &mut Printer) {
        self.write_head(printer);
        printer.line("SPECIFICATION Spec");
        printer.line("INVARIANTS");
        printer.indented(|printer| {
            printer.line("TypeOK");
            for name in &self.invariants {
                printer.line(name);
            }
        });
    }

    fn value(&self, var: usize, value: u8) -> String {
        let name = super::value_name(&self.model.variables[var], value);
        name.map_or_else(|| value.to_string(), |name| format!("\"{name}\""))
    }

    fn set(&self, var: usize, values: &[u8]) -> String {
        let values = values.iter().map(|&value| self.value(var, value));
        format!("{{{}}}", values.collect::<Vec<_>>().join(", "))
    }

    fn condition(&self, condition: &Condition) -> String {
        let var = condition.var.0;
        let name = &self.variables[var];
        match Wanted::of(self.model, condition) {
            Wanted::Is(value) => format!("{name} = {}", self.value(var, value)),
            Wanted::IsNot(value) => format!("{name} # {}", self.value(var, value)),
            Wanted::OneOf(values) => format!("{name} \\in {}", self.set(var, &values)),
        }
    }

    fn effect(&self, effect: &Effect) -> String {
        let var = effect.var.0;
        let name = &self.variables[var];
        match effect.update {
            Update::Set(value) => format!("{name}' = {}", self.value(var, value)),
            Update::Next => {
                let last = self.model.variables[var].values - 1;
                format!("{name}' = IF {name} < {last} THEN {name} + 1 ELSE {name}")
            }
        }
    }
}

/// The chain and the handler of a rule, with a number if it is not the handler's only one.
fn action_name(program: &Program, model: &Model, rule: usize) -> String {
    let of = model.rules[rule].handler;
    let handler = &program.handlers[of];
    let chain = &program.declarations.chains[program.machines[handler.machine].chain].name;
    let is_same = |other: &&Rule| other.handler == of;
    let name = format!("{chain}_{}", handler.name);
    match model.rules.iter().filter(is_same).count() {
        1 => name,
        _ => {
            let before = model.rules[..rule].iter().filter(is_same).count();
            format!("{name}_{}", before + 1)
        }
    }
}

/// `lock` and "a step is undone at most once" → `AStepIsUndoneAtMostOnce_lock`
fn invariant_name(program: &Program, invariant: &Invariant) -> String {
    let is_word = |char: &char| char.is_ascii_alphanumeric() || *char == ' ';
    let words: String = invariant.name.chars().filter(is_word).collect();
    let step = &program.steps[invariant.step].name;
    format!("{}_{step}", pascal_case(&words.replace(' ', "_")))
}

/// `NAME ==` and a conjunction, one condition a line.
fn write_all(printer: &mut Printer, name: &str, conditions: &[String]) {
    printer.line(format!("{name} =="));
    printer.indented(|printer| {
        for condition in conditions {
            printer.line(format!("/\\ {condition}"));
        }
    });
    printer.blank();
}

/// A tuple, in as many lines as it needs.
fn write_tuple(printer: &mut Printer, before: &str, items: &[String]) {
    let mut line = format!("{before}<<");
    for (position, item) in items.iter().enumerate() {
        let is_last = position + 1 == items.len();
        let item = format!("{item}{}", if is_last { ">>" } else { "," });
        if !printer.fits(&format!("{line}{item}")) {
            printer.line(line.trim_end());
            line = " ".repeat(before.len() + 2);
        }
        line += &item;
        line.push(' ');
    }
    printer.line(line.trim_end());
}
