//! Promela, the language of SPIN: one process with one loop, in which each rule is one indivisible alternative.

use std::collections::BTreeSet;

use crate::backend::names::{Namer, screaming_case};
use crate::backend::printer::Printer;
use crate::ir::Program;

use super::{STYLE, Wanted};
use crate::analysis::explore::{Condition, Effect, Invariant, Meaning, Model, Rule, Update};

/// Words that mean something to SPIN, or to the C compiler that its verifiers are made with.
const KEYWORDS: &[&str] = &[
    "active",
    "assert",
    "atomic",
    "auto",
    "bit",
    "bool",
    "break",
    "byte",
    "c_code",
    "c_decl",
    "c_expr",
    "c_state",
    "c_track",
    "case",
    "chan",
    "char",
    "const",
    "continue",
    "d_step",
    "default",
    "do",
    "double",
    "else",
    "empty",
    "enabled",
    "enum",
    "eval",
    "extern",
    "false",
    "fi",
    "float",
    "for",
    "full",
    "get_priority",
    "goto",
    "hidden",
    "if",
    "in",
    "init",
    "inline",
    "int",
    "len",
    "local",
    "long",
    "ltl",
    "mtype",
    "nempty",
    "never",
    "nfull",
    "notrace",
    "np_",
    "od",
    "of",
    "pc_value",
    "pid",
    "print",
    "printf",
    "printm",
    "priority",
    "proctype",
    "provided",
    "register",
    "return",
    "run",
    "select",
    "set_priority",
    "short",
    "show",
    "signed",
    "sizeof",
    "skip",
    "static",
    "struct",
    "switch",
    "timeout",
    "trace",
    "true",
    "typedef",
    "union",
    "unless",
    "unsigned",
    "void",
    "volatile",
    "while",
    "workflow",
    "xr",
    "xs",
];

/// Writes a model in Promela.
///
/// Safety is all there is to verify, so a verifier is best compiled with `-DSAFETY`, and with `-DNOREDUCE` to count every state.
pub fn promela(program: &Program, model: &Model) -> String {
    let writer = Writer {
        program,
        model,
        variables: super::variables(model, &mut Namer::new(KEYWORDS)),
    };
    let mut printer = Printer::new(STYLE);
    writer.write(&mut printer);
    printer.finish()
}

struct Writer<'a> {
    program: &'a Program,
    model: &'a Model,
    variables: Vec<String>,
}

impl Writer<'_> {
    fn write(&self, printer: &mut Printer) {
        for line in super::head(self.program, self.model) {
            write_comment(printer, &line);
        }
        printer.blank();
        self.write_constants(printer);
        printer.blank();
        self.write_variables(printer);
        printer.blank();
        printer.block("active proctype workflow()", |printer| {
            printer.line("do");
            for invariant in &self.model.invariants {
                self.write_invariant(printer, invariant);
            }
            self.write_settled(printer);
            for rule in &self.model.rules {
                self.write_rule(printer, rule);
            }
            printer.line("od");
        });
    }

    fn write_constants(&self, printer: &mut Printer) {
        let named = self.model.variables.iter().enumerate();
        let constants: BTreeSet<_> = named
            .flat_map(|(var, variable)| {
                (0..variable.values).filter_map(move |value| self.constant(var, value))
            })
            .collect();
        for (kind, number, name) in constants {
            printer.line(format!("#define {kind}_{name} {number}"));
        }
    }

    /// The kind, the number and the name of a value that has a meaning; the numbers are those of the contracts' storage.
    fn constant(&self, var: usize, value: u8) -> Option<(&'static str, u8, String)> {
        let variable = &self.model.variables[var];
        let (kind, number) = match &variable.meaning {
            Meaning::Phase(phases) => ("PHASE", phases[usize::from(value)] as u8),
            Meaning::Status(_, _, statuses) => ("STATUS", statuses[usize::from(value)] as u8),
            _ => return None,
        };
        let name = super::value_name(variable, value)?;
        Some((kind, number, screaming_case(name)))
    }

    fn number(&self, var: usize, value: u8) -> u8 {
        let constant = self.constant(var, value);
        constant.map_or(value, |(_, number, _)| number)
    }

    fn value(&self, var: usize, value: u8) -> String {
        let constant = self.constant(var, value);
        constant.map_or_else(
            || value.to_string(),
            |(kind, _, name)| format!("{kind}_{name}"),
        )
    }

    /// SPIN sets them to 0. Few bits make small states, which it searches faster.
    fn write_variables(&self, printer: &mut Printer) {
        for (var, variable) in self.model.variables.iter().enumerate() {
            let name = &self.variables[var];
            let numbers = (0..variable.values).map(|value| self.number(var, value));
            let greatest = numbers.max().unwrap_or_default();
            let declaration = match u8::BITS - greatest.leading_zeros() {
                0 | 1 => format!("bit {name}"),
                bits => format!("unsigned {name} : {bits}"),
            };
            let meaning = super::meaning(self.program, variable);
            printer.line(format!("{declaration}; /* {meaning} */"));
        }
    }

    /// An alternative that can only be taken where the promise is broken, so it adds no state to a model that keeps it.
    fn write_invariant(&self, printer: &mut Printer, invariant: &Invariant) {
        write_comment(printer, &super::promise(self.program, invariant));
        let guard = &invariant.forbidden;
        self.write_alternative(printer, guard, &["assert(false)".to_owned()]);
    }

    fn write_settled(&self, printer: &mut Printer) {
        write_comment(printer, "A settled instance may stay as it is.");
        self.write_alternative(printer, &[self.model.settled], &["skip".to_owned()]);
    }

    fn write_rule(&self, printer: &mut Printer, rule: &Rule) {
        write_comment(printer, &super::origin(self.program, rule));
        let effects: Vec<_> = rule.effects.iter().map(|one| self.effect(one)).collect();
        self.write_alternative(printer, &rule.guard, &effects);
    }

    fn write_alternative(&self, printer: &mut Printer, guard: &[Condition], then: &[String]) {
        printer.wrapped(":: d_step {", "}", |printer| {
            self.write_guard(printer, guard);
            printer.indented(|printer| {
                for (position, statement) in then.iter().enumerate() {
                    let is_last = position + 1 == then.len();
                    printer.line(format!("{statement}{}", if is_last { "" } else { ";" }));
                }
            });
        });
    }

    fn write_guard(&self, printer: &mut Printer, guard: &[Condition]) {
        let conditions = super::needed(self.model, guard).map(|one| self.condition(one));
        let conditions: Vec<_> = conditions.collect();
        let one_line = match conditions.is_empty() {
            true => "true ->".to_owned(),
            false => format!("{} ->", conditions.join(" && ")),
        };
        if printer.fits(&one_line) {
            return printer.line(one_line);
        }
        // SPIN ends a statement where a line ends, unless the line ends in an operator.
        for (position, condition) in conditions.iter().enumerate() {
            let is_last = position + 1 == conditions.len();
            printer.line(format!("{condition} {}", if is_last { "->" } else { "&&" }));
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        let var = condition.var.0;
        let name = &self.variables[var];
        match Wanted::of(self.model, condition) {
            Wanted::Is(value) => format!("{name} == {}", self.value(var, value)),
            Wanted::IsNot(value) => format!("{name} != {}", self.value(var, value)),
            Wanted::OneOf(values) => {
                let is = |&value: &u8| format!("{name} == {}", self.value(var, value));
                let any: Vec<_> = values.iter().map(is).collect();
                format!("({})", any.join(" || "))
            }
        }
    }

    /// One after another is as good as all at once, because an effect reads no variable but its own.
    fn effect(&self, effect: &Effect) -> String {
        let var = effect.var.0;
        let name = &self.variables[var];
        match effect.update {
            Update::Set(value) => format!("{name} = {}", self.value(var, value)),
            Update::Next => {
                let last = self.model.variables[var].values - 1;
                format!("{name} = ({name} < {last} -> {name} + 1 : {name})")
            }
        }
    }
}

fn write_comment(printer: &mut Printer, text: &str) {
    match text.is_empty() {
        true => printer.blank(),
        false => printer.line(format!("/* {text} */")),
    }
}
