//! Looking at values that did not come in a message: whether they could be in one.

use super::super::function::Function;
use super::super::names::{lower_case, scope};
use super::super::{Doc, Expr};
use super::values::{Direction, Helper, ValueWriter};
use crate::backend::printer::Printer;
use crate::types::{Field, Type};

/// Where a value is: a variable with a reference to it, or a place that can be borrowed.
#[derive(Clone, Copy)]
enum Place<'a> {
    Reference(&'a str),
    Borrowable(&'a str),
}

impl ValueWriter<'_, '_> {
    /// Writes the function that refuses inputs that are none of their types; nothing if there is none to look at.
    pub(super) fn write_check(&mut self, inputs: &[&Field], printer: &mut Printer) {
        if inputs.is_empty() {
            return;
        }
        let mut namer = scope(&["writer"]);
        let mut params = Vec::new();
        let mut checks = Vec::new();
        for field in inputs {
            let name = namer.choose(&lower_case(&field.name));
            params.push(format!("{name}: &{}", self.type_name(&field.ty)));
            checks.extend(self.check(&field.ty, Place::Reference(&name)));
        }
        let function = Function {
            head: "public fun check_inputs".to_owned(),
            params,
            results: Vec::new(),
        };
        printer.blank();
        let docs = "Refuses inputs that no message could carry: too long, of another length, or no variant.";
        super::write_docs([docs], printer);
        function.write(printer, |printer| {
            checks
                .into_iter()
                .for_each(|check| check.then(";").write(printer));
        });
    }

    /// The statement that refuses a value that is none of its type; `None` if there is no such value in Move.
    fn check(&mut self, ty: &Type, place: Place<'_>) -> Option<Doc> {
        let call = |function: &str, found: String, limit: String| {
            let args = [found, limit].map(Expr::atom);
            Some(Expr::call(format!("writer::check_{function}"), args).doc)
        };
        let length = place.length();
        match ty {
            Type::Bool | Type::Uint(_) | Type::Int(_) | Type::Amount(_) => None,
            Type::FixedBytes(size) => call("length", length, size.to_string()),
            Type::Address(_) => {
                let size = self.foreign_size(ty)?;
                call("length", length, size.to_string())
            }
            Type::Bytes(max) | Type::String(max) => call("bound", length, max.to_string()),
            Type::Enum(id) => {
                let count = self.types.declarations.enums[*id].variants.len();
                call("variant", place.value(), count.to_string())
            }
            Type::List(element, max) if !self.types.is_checked(element) => {
                call("bound", length, max.to_string())
            }
            Type::Array(element, count) if !self.types.is_checked(element) => {
                call("length", length, count.to_string())
            }
            Type::Option(some) if !self.types.is_checked(some) => None,
            Type::List(..) | Type::Array(..) | Type::Option(_) => {
                let helper = self.helper(Direction::Check, ty);
                Some(Expr::call(helper, [Expr::atom(place.reference())]).doc)
            }
            Type::Record(_) => unreachable!("no transaction carries a record"),
        }
    }

    /// Writes the function that looks at the parts of a value.
    pub(super) fn write_checker(&mut self, helper: &Helper, printer: &mut Printer) {
        let (subject, part) = match &helper.ty {
            Type::Option(_) => ("value", "value.borrow()"),
            _ => ("values", "values[index]"),
        };
        let function = Function {
            head: format!("fun {}", helper.name),
            params: vec![format!("{subject}: &{}", self.type_name(&helper.ty))],
            results: Vec::new(),
        };
        let size = Place::Reference(subject).length();
        match &helper.ty {
            Type::List(element, max) => {
                let check = self.check(element, Place::Borrowable(part));
                let before = format!("writer::check_bound({size}, {max});");
                function.write(printer, |printer| self.write_each(&before, check, printer));
            }
            Type::Array(element, count) => {
                let check = self.check(element, Place::Borrowable(part));
                let before = format!("writer::check_length({size}, {count});");
                function.write(printer, |printer| self.write_each(&before, check, printer));
            }
            Type::Option(some) => {
                let check = self.check(some, Place::Reference(part));
                function.write(printer, |printer| {
                    printer.block("if (value.is_some())", |printer| {
                        check.into_iter().for_each(|it| it.then(";").write(printer));
                    });
                });
            }
            _ => unreachable!("only what has parts has a function"),
        }
    }

    fn write_each(&self, before: &str, check: Option<Doc>, printer: &mut Printer) {
        printer.line(before);
        printer.line(format!("{} index = 0;", self.dialect().let_mut()));
        printer.block("while (index < values.length())", |printer| {
            check.into_iter().for_each(|it| it.then(";").write(printer));
            printer.line("index = index + 1;");
        });
    }
}

impl Place<'_> {
    fn length(self) -> String {
        match self {
            Place::Reference(name) | Place::Borrowable(name) => format!("{name}.length()"),
        }
    }

    fn reference(self) -> String {
        match self {
            Place::Reference(name) => name.to_owned(),
            Place::Borrowable(name) => format!("&{name}"),
        }
    }

    fn value(self) -> String {
        match self {
            Place::Reference(name) => format!("*{name}"),
            Place::Borrowable(name) => name.to_owned(),
        }
    }
}
