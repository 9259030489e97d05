//! Computed values: written where they are used if that is safe and readable, else given a name.

use crate::backend::names::camel_case;
use crate::backend::printer::Printer;
use crate::backend::solidity::expr::{Expr, Precedence, write_assignment};
use crate::backend::solidity::handlers::BodyWriter;
use crate::backend::solidity::types::is_storable;
use crate::backend::solidity::uses::{is_filled_in_place, made_of};
use crate::entities::{Block, Slot, Value};
use crate::hir::BinaryOp;
use crate::ir::InstData;
use crate::types::Type;

impl BodyWriter<'_> {
    /// A computed value: written where it is used if that is once and nothing changes in between, else a variable.
    pub(super) fn define(&mut self, printer: &mut Printer, block: Block, inst: &InstData) {
        let [result] = inst.results() else { return };
        let uses = self.uses.count(*result);
        if uses == 0 {
            return;
        }
        let expr = self.expression(inst);
        let is_free = match inst {
            InstData::Literal { .. }
            | InstData::Constant { .. }
            | InstData::Caller { .. }
            | InstData::Now { .. }
            | InstData::Deadline { .. } => true,
            InstData::Load { slot, .. } => {
                let is_plain = is_storable(&self.ty(*result), self.contract.declarations());
                !self.stores_later(block, *slot) && (is_plain || uses == 1)
            }
            InstData::Field { .. } => true,
            // A long condition is broken up, but not so often that the stack runs out.
            _ => uses == 1 && (expr.flat().len() < 60 || self.variables == 0),
        };
        let expr = if is_free {
            expr
        } else {
            self.variable(printer, *result, &expr)
        };
        self.values[*result] = Some(expr);
    }

    fn variable(&mut self, printer: &mut Printer, value: Value, expr: &Expr) -> Expr {
        let name = self
            .locals
            .choose(&camel_case(&self.body.values[value].name));
        let ty = self.types().in_memory(&self.ty(value));
        write_assignment(printer, &format!("{ty} {name}"), expr);
        Expr::atom(name)
    }

    /// A list, an array or an option made of other values: a variable, filled element by element. One that is only an element of another
    /// is filled in its place there, since each variable takes room on the compiler's stack.
    pub(super) fn list(&mut self, printer: &mut Printer, result: Value, elements: &[Value]) {
        if is_filled_in_place(self.body, &self.uses, result) {
            return;
        }
        let ty = self.ty(result);
        let name = self
            .locals
            .choose(&camel_case(&self.body.values[result].name));
        let declared = format!("{} {name}", self.types().in_memory(&ty));
        printer.line(match self.new_list(&ty, elements) {
            Some(new) => format!("{declared} = {new};"),
            None => format!("{declared};"),
        });
        self.fill(printer, &name, &ty, elements);
        self.values[result] = Some(Expr::atom(name));
    }

    fn fill(&self, printer: &mut Printer, whole: &str, ty: &Type, elements: &[Value]) {
        for (index, &element) in elements.iter().enumerate() {
            let place = match ty {
                Type::Option(_) => {
                    printer.line(format!("{whole}.isSome = true;"));
                    format!("{whole}.value")
                }
                _ => format!("{whole}[{index}]"),
            };
            if !is_filled_in_place(self.body, &self.uses, element) {
                write_assignment(printer, &place, &self.value(element));
                continue;
            }
            let (ty, elements) = (self.ty(element), made_of(self.body, element));
            if let Some(new) = self.new_list(&ty, elements) {
                printer.line(format!("{place} = {new};"));
            }
            self.fill(printer, &place, &ty, elements);
        }
    }

    /// What is filled in first has room for all elements; arrays and options have it from the beginning.
    fn new_list(&self, ty: &Type, elements: &[Value]) -> Option<String> {
        match ty {
            Type::List(element, _) => {
                let length = elements.len().to_string();
                Some(self.types().new_list(element, &length))
            }
            _ => None,
        }
    }

    fn expression(&self, inst: &InstData) -> Expr {
        match inst {
            InstData::Literal { result, literal } => {
                Expr::atom(self.types().literal(literal, &self.ty(*result)))
            }
            InstData::Constant { constant, .. } => {
                Expr::atom(self.contract.names.constants[constant].clone())
            }
            InstData::Binary {
                op, left, right, ..
            } => self.compare(*op, *left, *right),
            InstData::Fits {
                op, left, right, ..
            } => self.fits(*op, *left, *right),
            InstData::Arithmetic {
                op, left, right, ..
            } => self.arithmetic(*op, *left, *right),
            InstData::ArithmeticOrZero {
                op,
                left,
                right,
                fits,
                ..
            } => {
                let value = self.arithmetic(*op, *left, *right);
                Expr::conditional(&self.value(*fits), &value, "0")
            }
            InstData::Not { value, .. } => Expr::not(&self.value(*value)),
            InstData::Widen { result, value } => match self.ty(*result) {
                ty @ (Type::Uint(_) | Type::Int(_)) => {
                    Expr::call(self.types().name(&ty), vec![self.value(*value)])
                }
                _ => self.value(*value),
            },
            InstData::Narrow { result, value } => {
                let name = self.types().name(&self.ty(*result));
                Expr::call(name, vec![self.value(*value)])
            }
            InstData::Record { record, fields, .. } => {
                let named = &self.contract.library.records[record];
                let values = fields.iter().map(|&field| self.value(field));
                Expr::Fields {
                    head: format!("Messages.{}", named.name),
                    fields: named.members.iter().cloned().zip(values).collect(),
                }
            }
            InstData::Field { value, index, .. } => {
                let Type::Record(record) = self.ty(*value) else {
                    unreachable!("only records have fields")
                };
                let member = &self.contract.library.records[&record].members[*index];
                Expr::member(&self.value(*value), member)
            }
            InstData::Load { result, slot } => {
                let slot = Expr::atom(format!("slots.{}", self.contract.names.slots[slot]));
                self.converted("decode", slot, &self.ty(*result))
            }
            InstData::Now { .. } => Expr::call("uint64", vec![Expr::atom("block.timestamp")]),
            InstData::Caller { .. } => Expr::atom("msg.sender"),
            InstData::Deadline { .. } => Expr::atom("deadline"),
            _ => unreachable!("an instruction with effects is a statement"),
        }
    }

    /// A value on its way to or from a slot that is kept as it stands on the wire.
    pub(super) fn converted(&self, verb: &str, value: Expr, ty: &Type) -> Expr {
        if is_storable(ty, self.contract.declarations()) {
            return value;
        }
        let name = self.contract.library.helper(ty);
        Expr::call(format!("Messages.{verb}{name}"), vec![value])
    }

    fn compare(&self, op: BinaryOp, left: Value, right: Value) -> Expr {
        let (symbol, precedence) = comparison(op);
        let hashed = |value: Value| match self.ty(value) {
            Type::Bytes(_) => Some(Expr::call("keccak256", vec![self.value(value)])),
            Type::String(_) => {
                let bytes = Expr::call("bytes", vec![self.value(value)]);
                Some(Expr::call("keccak256", vec![bytes]))
            }
            _ => None,
        };
        if let (Some(left), Some(right)) = (hashed(left), hashed(right)) {
            return Expr::binary(&left, symbol, &right, precedence);
        }
        let (left, right) = self.operands(left, right);
        Expr::binary(&left, symbol, &right, precedence)
    }

    /// Two literals would be computed without a type, so one of them is given its own.
    pub(super) fn operands(&self, left: Value, right: Value) -> (Expr, Expr) {
        let first = self.value(left);
        let first = match self.ty(left) {
            ty @ (Type::Uint(_) | Type::Int(_))
                if self.is_literal(left) && self.is_literal(right) =>
            {
                Expr::call(self.types().name(&ty), vec![first])
            }
            _ => first,
        };
        (first, self.value(right))
    }

    pub(super) fn is_literal(&self, value: Value) -> bool {
        let mut insts = self.body.insts.values();
        insts.any(|inst| matches!(inst, InstData::Literal { result, .. } if *result == value))
    }

    /// The opposite of a boolean; what is written here anyway turns round.
    pub(super) fn negated(&self, value: Value) -> Expr {
        let mut insts = self.body.insts.values();
        let is_variable =
            matches!(self.values[value].as_ref().map(Expr::flat), Some(name) if is_word(&name));
        let defined = insts
            .find(|inst| inst.results() == [value])
            .filter(|_| !is_variable);
        match defined {
            Some(InstData::Binary {
                op, left, right, ..
            }) => match opposite(*op) {
                Some(opposite) => self.compare(opposite, *left, *right),
                None => self.negated_connection(*op, *left, *right),
            },
            Some(InstData::Fits {
                op, left, right, ..
            }) => self.does_not_fit(*op, *left, *right),
            Some(InstData::Not { value, .. }) => self.value(*value),
            _ => Expr::not(&self.value(value)),
        }
    }

    /// De Morgan's laws.
    fn negated_connection(&self, op: BinaryOp, left: Value, right: Value) -> Expr {
        let dual = if op == BinaryOp::And {
            BinaryOp::Or
        } else {
            BinaryOp::And
        };
        let (symbol, precedence) = comparison(dual);
        Expr::binary(
            &self.negated(left),
            symbol,
            &self.negated(right),
            precedence,
        )
    }

    fn stores_later(&self, block: Block, slot: Slot) -> bool {
        let data = &self.body.blocks[block];
        let stores = |inst: &InstData| matches!(inst, InstData::Store { slot: stored, .. } if *stored == slot);
        let here = data
            .insts
            .iter()
            .any(|&inst| stores(&self.body.insts[inst]));
        let mut next = data
            .terminator
            .iter()
            .flat_map(|terminator| terminator.successors());
        here || next.any(|next| self.stores_later(next, slot))
    }

    pub(super) fn ty(&self, value: Value) -> Type {
        self.body.values[value].ty.clone()
    }

    pub(super) fn value(&self, value: Value) -> Expr {
        let known = self.values[value].clone();
        known.expect("the verifier proves that every value is defined before it is used")
    }
}

fn is_word(text: &str) -> bool {
    text.chars()
        .all(|char| char.is_ascii_alphanumeric() || char == '_')
}

fn comparison(op: BinaryOp) -> (&'static str, Precedence) {
    match op {
        BinaryOp::Eq => ("==", Precedence::Equality),
        BinaryOp::Ne => ("!=", Precedence::Equality),
        BinaryOp::Lt => ("<", Precedence::Relation),
        BinaryOp::Le => ("<=", Precedence::Relation),
        BinaryOp::Gt => (">", Precedence::Relation),
        BinaryOp::Ge => (">=", Precedence::Relation),
        BinaryOp::And => ("&&", Precedence::And),
        BinaryOp::Or => ("||", Precedence::Or),
    }
}

fn opposite(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Eq => BinaryOp::Ne,
        BinaryOp::Ne => BinaryOp::Eq,
        BinaryOp::Lt => BinaryOp::Ge,
        BinaryOp::Le => BinaryOp::Gt,
        BinaryOp::Gt => BinaryOp::Le,
        BinaryOp::Ge => BinaryOp::Lt,
        BinaryOp::And | BinaryOp::Or => return None,
    })
}
