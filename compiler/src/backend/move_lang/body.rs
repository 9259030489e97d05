//! Handler bodies as Move statements.
//!
//! The IR's tree of blocks becomes nested `if`s and `match`es. Values that are used once are written where they are used, others
//! become locals named as in the source. How storage, transports and targets are reached is the [`Host`]'s business.

mod inline;

use cranelift_entity::SecondaryMap;

use self::inline::Inlining;
use super::types::Types;
use super::{Dialect, Doc, Expr, error_name, status_name};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::{Block, Constant, Message, Slot, Step, Value};
use crate::hir::BinaryOp;
use crate::ir::{Body, CallData, InstData, Rejection, Status, Terminator};
use crate::types::Type;

/// What a back end supplies to the bodies of its handlers.
pub trait Host {
    /// The clock, in seconds since 1970.
    fn now(&self) -> Expr;
    /// The account that sent the transaction.
    fn caller(&self) -> Expr;
    /// The deadline of the delivered message.
    fn deadline(&self) -> Expr;
    /// A deployment constant of kind address.
    fn constant(&self, constant: Constant) -> Expr;
    /// The place where the status of a step is kept.
    fn status_place(&self, step: Step) -> String;
    /// The place where a slot is kept.
    fn slot_place(&self, slot: Slot) -> String;
    /// The statement that announces a step's new status.
    fn announce_status(&self, step: Step, status: Status) -> Doc;
    /// Writes what sends a message with these fields. It is the last thing a handler does, so its value is the handler's.
    fn write_send(&self, message: Message, args: Vec<Expr>, printer: &mut Printer);
    /// A call of a target.
    fn call(&self, call: &CallData, args: Vec<Expr>) -> TargetCall;
}

/// A call of a target.
#[derive(Clone, Debug)]
pub struct TargetCall {
    /// The call.
    pub expr: Expr,
    /// How many results the function has.
    pub results: usize,
}

/// Writes the body of one handler.
pub struct BodyWriter<'a, H: Host> {
    types: &'a Types<'a>,
    body: &'a Body,
    host: &'a H,
    namer: Namer,
    inlining: Inlining,
    values: SecondaryMap<Value, Option<Expr>>,
}

impl<'a, H: Host> BodyWriter<'a, H> {
    /// A writer of this body; `namer` holds the names that are taken in its function.
    pub fn new(types: &'a Types<'a>, body: &'a Body, host: &'a H, namer: Namer) -> Self {
        BodyWriter {
            types,
            body,
            host,
            namer,
            inlining: Inlining::of(body),
            values: SecondaryMap::new(),
        }
    }

    /// Names the parameters of the entry block, for the pattern that binds them; `_` for those that nothing uses.
    pub fn bind_params(&mut self) -> Vec<Doc> {
        let params = &self.body.blocks[self.body.entry].params;
        params.iter().map(|&value| self.bind(value)).collect()
    }

    /// Writes everything from the entry block on.
    pub fn write(mut self, printer: &mut Printer) {
        self.write_block(self.body.entry, printer);
    }

    fn write_block(&mut self, block: Block, printer: &mut Printer) {
        for &inst in &self.body.blocks[block].insts {
            self.write_inst(&self.body.insts[inst], printer);
        }
        if let Some(terminator) = &self.body.blocks[block].terminator {
            self.write_terminator(terminator, printer);
        }
    }

    fn write_inst(&mut self, inst: &InstData, printer: &mut Printer) {
        match inst {
            InstData::Store { slot, value } => {
                let value = self.operand(*value).doc;
                Doc::write_assignment(&self.host.slot_place(*slot), value, printer);
            }
            InstData::SetStatus { step, status } => {
                let value = Doc::text(status_name(*status));
                Doc::write_assignment(&self.host.status_place(*step), value, printer);
                self.host
                    .announce_status(*step, *status)
                    .then(";")
                    .write(printer);
            }
            InstData::Call { call, results } => self.write_call(call, results, printer),
            InstData::Send { message, args, .. } => {
                self.host.write_send(*message, self.operands(args), printer);
            }
            inst => {
                if let Some(expr) = self.pure(inst) {
                    self.define(inst.results()[0], expr, printer);
                }
            }
        }
    }

    /// The expression of an instruction that has no effect.
    fn pure(&self, inst: &InstData) -> Option<Expr> {
        Some(match inst {
            InstData::Literal { result, literal } => {
                self.types.literal(self.type_of(*result), literal)
            }
            InstData::Constant { constant, .. } => self.host.constant(*constant),
            InstData::Binary {
                op, left, right, ..
            } => self.binary(*op, *left, *right),
            InstData::Arithmetic {
                op, left, right, ..
            } => Expr::arithmetic(*op, self.operand(*left), self.operand(*right)),
            InstData::Not { value, .. } => self.operand(*value).negated(),
            InstData::Widen { result, value } => self.widen(self.type_of(*result), *value),
            InstData::Record { record, fields, .. } => {
                self.types.new_record(*record, self.operands(fields))
            }
            InstData::Field { value, index, .. } => {
                let Type::Record(record) = self.type_of(*value) else {
                    unreachable!("the verifier checked that only records have fields")
                };
                self.types.field(*record, self.operand(*value), *index)
            }
            InstData::List { elements, .. } => Expr::vector(self.operands(elements)),
            InstData::Load { slot, .. } => Expr::atom(self.host.slot_place(*slot)),
            InstData::Now { .. } => self.host.now(),
            InstData::Caller { .. } => self.host.caller(),
            InstData::Deadline { .. } => self.host.deadline(),
            InstData::Store { .. }
            | InstData::SetStatus { .. }
            | InstData::Send { .. }
            | InstData::Call { .. } => return None,
            InstData::Enter { .. } | InstData::RequireGas { .. } => {
                unreachable!("only a VM that can catch has these")
            }
            InstData::SetPhase { .. } | InstData::Emit { .. } => {
                unreachable!("the check refuses coordinators on Move chains")
            }
        })
    }

    /// Signed integers are two's complements, so their order is that of their images under `order_N`.
    fn binary(&self, op: BinaryOp, left: Value, right: Value) -> Expr {
        let is_order = matches!(
            op,
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge
        );
        let side = |value: Value| match self.type_of(value) {
            Type::Int(bits) if is_order => Expr::call(
                format!("xcc_runtime::signed::order_{bits}"),
                [self.operand(value)],
            ),
            _ => self.operand(value),
        };
        Expr::binary(op, side(left), side(right))
    }

    fn widen(&self, ty: &Type, value: Value) -> Expr {
        let expr = self.operand(value);
        match (self.type_of(value), ty) {
            (Type::Uint(from), Type::Uint(to)) if from != to => expr.cast(&format!("u{to}")),
            (Type::Uint(from), Type::Amount(_)) if *from != 256 => expr.cast("u256"),
            (Type::Int(from), Type::Int(to)) if from != to => {
                let [from, bits] = [from, to].map(|bits| Expr::atom(bits.to_string()));
                let wide = Expr::call(
                    "xcc_runtime::signed::widen",
                    [expr.cast("u256"), from, bits],
                );
                if *to == 256 {
                    wide
                } else {
                    wide.cast(&format!("u{to}"))
                }
            }
            _ => expr,
        }
    }

    fn write_call(&mut self, call: &CallData, results: &[Value], printer: &mut Printer) {
        let args = self.operands(&call.args);
        let target = self.host.call(call, args);
        let pattern: Vec<_> = (0..target.results)
            .map(
                |position| match call.results.iter().position(|&used| used == position) {
                    Some(index) => self.bind(results[index]),
                    None => Doc::text("_"),
                },
            )
            .collect();
        if pattern.is_empty() {
            return target.expr.doc.then(";").write(printer);
        }
        Doc::write_binding(super::function::tuple(pattern), target.expr.doc, printer);
    }

    fn write_terminator(&mut self, terminator: &Terminator, printer: &mut Printer) {
        match terminator {
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => {
                self.write_branch(*condition, *then, *otherwise, printer);
            }
            Terminator::SwitchStatus {
                step,
                arms,
                otherwise,
            } => match self.types.dialect {
                Dialect::Sui => self.write_match(*step, arms, *otherwise, printer),
                Dialect::Aptos => self.write_chain(*step, arms, *otherwise, printer),
            },
            Terminator::Reject(rejection) => {
                printer.line(format!("abort {}", error_name(*rejection)))
            }
            Terminator::Finish => {}
            Terminator::Invoke { .. } => unreachable!("only a VM that can catch has invokes"),
            Terminator::SwitchPhase { .. } | Terminator::Continue(_) => {
                unreachable!("the check refuses coordinators on Move chains")
            }
        }
    }

    /// A branch with a rejecting side is an assertion.
    fn write_branch(
        &mut self,
        condition: Value,
        then: Block,
        otherwise: Block,
        printer: &mut Printer,
    ) {
        let condition = self.operand(condition);
        if let Some(rejection) = self.rejection_of(otherwise) {
            write_assert(condition, rejection, printer);
            return self.write_block(then, printer);
        }
        if let Some(rejection) = self.rejection_of(then) {
            write_assert(condition.negated(), rejection, printer);
            return self.write_block(otherwise, printer);
        }
        Doc::condition("if ", condition.doc)
            .then(" {")
            .write(printer);
        printer.indented(|printer| self.write_block(then, printer));
        printer.wrapped("} else {", "}", |printer| {
            self.write_block(otherwise, printer)
        });
    }

    /// `match` on the status; only Sui matches on integers.
    fn write_match(
        &mut self,
        step: Step,
        arms: &[(Vec<Status>, Block)],
        otherwise: Block,
        printer: &mut Printer,
    ) {
        let head = format!("match ({})", self.host.status_place(step));
        printer.block(head, |printer| {
            for (statuses, block) in arms {
                write_arm_head(statuses, printer);
                printer.indented(|printer| self.write_block(*block, printer));
                printer.line("},");
            }
            match self.rejection_of(otherwise) {
                Some(rejection) => printer.line(format!("_ => abort {},", error_name(rejection))),
                None => printer.wrapped("_ => {", "},", |printer| {
                    self.write_block(otherwise, printer)
                }),
            }
        });
    }

    /// The same as a chain of `if`s.
    fn write_chain(
        &mut self,
        step: Step,
        arms: &[(Vec<Status>, Block)],
        otherwise: Block,
        printer: &mut Printer,
    ) {
        let place = self.host.status_place(step);
        for (index, (statuses, block)) in arms.iter().enumerate() {
            let is_one = statuses.iter().map(|status| {
                Expr::binary(
                    BinaryOp::Eq,
                    Expr::atom(&place),
                    Expr::atom(status_name(*status)),
                )
            });
            let condition = is_one.reduce(|left, right| Expr::binary(BinaryOp::Or, left, right));
            let head = if index == 0 { "if " } else { "} else if " };
            let condition = condition.unwrap_or_else(|| Expr::atom("false"));
            Doc::condition(head, condition.doc)
                .then(" {")
                .write(printer);
            printer.indented(|printer| self.write_block(*block, printer));
        }
        printer.wrapped("} else {", "}", |printer| {
            self.write_block(otherwise, printer)
        });
    }

    fn rejection_of(&self, block: Block) -> Option<Rejection> {
        let data = &self.body.blocks[block];
        match data.terminator {
            Some(Terminator::Reject(rejection)) if data.insts.is_empty() => Some(rejection),
            _ => None,
        }
    }

    /// Gives a value its place: where it is used, or a local.
    fn define(&mut self, value: Value, expr: Expr, printer: &mut Printer) {
        if self.inlining.is_unused(value) {
            return;
        }
        if self.inlining.is_inline(value) {
            self.values[value] = Some(expr);
            return;
        }
        let pattern = self.bind(value);
        Doc::write_binding(pattern, expr.doc, printer);
    }

    fn bind(&mut self, value: Value) -> Doc {
        if self.inlining.is_unused(value) {
            return Doc::text("_");
        }
        let wanted = super::names::lower_case(&self.body.values[value].name);
        let name = self.namer.choose(&wanted);
        self.values[value] = Some(Expr::atom(&name));
        Doc::text(name)
    }

    fn operand(&self, value: Value) -> Expr {
        self.values[value]
            .clone()
            .expect("the verifier checked that values are known where they are used")
    }

    fn operands(&self, values: &[Value]) -> Vec<Expr> {
        values.iter().map(|&value| self.operand(value)).collect()
    }

    fn type_of(&self, value: Value) -> &'a Type {
        &self.body.values[value].ty
    }
}

fn write_assert(condition: Expr, rejection: Rejection, printer: &mut Printer) {
    let args = [condition, Expr::atom(error_name(rejection))];
    Expr::call("assert!", args).doc.then(";").write(printer);
}

fn write_arm_head(statuses: &[Status], printer: &mut Printer) {
    let names: Vec<_> = statuses.iter().map(|status| status_name(*status)).collect();
    let one_line = format!("{} => {{", names.join(" | "));
    if printer.fits(&one_line) {
        return printer.line(one_line);
    }
    let (last, first) = names.split_last().expect("an arm names a status");
    first
        .iter()
        .for_each(|name| printer.line(format!("{name} |")));
    printer.line(format!("{last} => {{"));
}
