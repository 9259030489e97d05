//! Declarations of functions, broken as the ecosystem's formatter would: parameters first, then results.

use super::doc::{Brackets, Doc};
use crate::backend::printer::Printer;

/// A function's head: `public fun name(params): results`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Function {
    /// Everything before the parameters: `public fun name`.
    pub head: String,
    /// `name: type`, in order.
    pub params: Vec<String>,
    /// The types of the results, in order.
    pub results: Vec<String>,
}

impl Function {
    /// Writes the function with its body.
    pub fn write(&self, printer: &mut Printer, body: impl FnOnce(&mut Printer)) {
        self.write_with("", printer, body);
    }

    /// Writes a function that reads or writes a resource, which Aptos wants to be told: `fun f() acquires Resource {`.
    pub fn write_acquiring(
        &self,
        resource: &str,
        printer: &mut Printer,
        body: impl FnOnce(&mut Printer),
    ) {
        self.write_with(&format!(" acquires {resource}"), printer, body);
    }

    fn write_with(&self, acquires: &str, printer: &mut Printer, body: impl FnOnce(&mut Printer)) {
        let results = match self.results.len() {
            0 => Doc::default(),
            _ => tuple(self.results.iter().map(Doc::text).collect()).after(": "),
        };
        let results = results.then(acquires);
        let params = self.params.join(", ");
        let one_line = format!("{}({params}){} {{", self.head, results.flat());
        if printer.fits(&one_line) || self.params.is_empty() {
            printer.line(one_line);
        } else {
            printer.line(format!("{}(", self.head));
            printer.indented(|printer| {
                let params = self.params.iter();
                params.for_each(|param| printer.line(format!("{param},")));
            });
            results.after(")").then(" {").write(printer);
        }
        printer.indented(body);
        printer.line("}");
    }
}

/// The values as one: nothing, the value itself, or a tuple.
pub fn tuple(mut values: Vec<Doc>) -> Doc {
    match values.len() {
        1 => values.remove(0),
        _ => Doc::list("", Brackets::Round, values),
    }
}
