//! Arithmetic, and the question whether it has a value.

use super::body::{BodyWriter, Owner};
use super::names::rust_snake_case;
use super::values::{literal_text, typed_literal};
use crate::backend::printer::Printer;
use crate::entities::Value;
use crate::ir::{ArithmeticOp, InstData};
use crate::literal::{Literal, U256};

/// `single_line_if_else_max_width` of `rustfmt`.
const LONGEST_CONDITIONAL: usize = 50;

impl BodyWriter<'_, '_> {
    /// Whether the handler computes numbers as the author wrote it, which Rust's lints may find pointless.
    pub(super) fn has_arithmetic(&self) -> bool {
        self.body.insts.values().any(|inst| match inst {
            InstData::Arithmetic { left, .. } | InstData::ArithmeticOrZero { left, .. } => {
                !self.is_of_protocol(*left)
            }
            _ => false,
        })
    }

    /// Arithmetic in the type of its sides.
    pub(super) fn arithmetic(&self, op: ArithmeticOp, left: Value, right: Value) -> String {
        let (left, right) = (self.read(left), self.read(right));
        format!("{left} {} {right}", op.as_str())
    }

    /// Whether arithmetic has a value: `a.checked_add(b).is_some()`, `a >= b`, `b != 0`.
    pub(super) fn fits(&self, op: ArithmeticOp, left: Value, right: Value) -> String {
        let method = match op {
            ArithmeticOp::Add => "checked_add",
            ArithmeticOp::Mul => "checked_mul",
            ArithmeticOp::Sub => return format!("{} >= {}", self.read(left), self.read(right)),
            ArithmeticOp::Div | ArithmeticOp::Rem => {
                return format!("{} != {}", self.read(right), self.zero(right));
            }
        };
        // A method is found by the type of what it is called on.
        let left = match self.literal(left) {
            Some(literal) => typed_literal(self.target, self.ty(left), literal),
            None => self.read(left),
        };
        format!("{left}.{method}({}).is_some()", self.read(right))
    }

    /// `let difference = if fits { a - b } else { 0 };`, which `rustfmt` breaks up where the value is long.
    pub(super) fn value_or_zero(
        &mut self,
        printer: &mut Printer,
        result: Value,
        fits: Value,
        value: &str,
    ) {
        let name = self.scope.choose(&rust_snake_case(self.name(result)));
        let (fits, zero) = (self.read(fits), self.zero(result));
        let flat = format!("if {fits} {{ {value} }} else {{ {zero} }}");
        let line = format!("let {name} = {flat};");
        if flat.len() <= LONGEST_CONDITIONAL && printer.fits(&line) {
            printer.line(line);
        } else {
            let open = format!("let {name} = if {fits} {{");
            printer.wrapped(&open, "} else {", |printer| printer.line(value));
            printer.indented(|printer| printer.line(zero));
            printer.line("};");
        }
        self.bind(result, name, Owner::Local);
    }

    /// Zero of the type of a number.
    fn zero(&self, number: Value) -> String {
        let zero = Literal::Uint(U256::zero());
        literal_text(self.target, self.ty(number), &zero)
    }

    fn literal(&self, value: Value) -> Option<&Literal> {
        self.body.insts.values().find_map(|inst| match inst {
            InstData::Literal { result, literal } if *result == value => Some(literal),
            _ => None,
        })
    }
}
