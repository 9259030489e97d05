//! Handler bodies as Move statements.
//!
//! The IR's tree of blocks becomes assertions, nested `if`s and `match`es. Values that are used once are written where they are used,
//! others become locals named as in the source. How storage, transports and targets are reached is the [`Host`]'s business.

mod arithmetic;
mod branches;
mod inline;

use cranelift_entity::SecondaryMap;

use self::inline::Inlining;
use super::types::Types;
use super::{Doc, Expr, phase_name, status_name};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::{Block, Constant, Event, Handler, Message, Slot, Step, Value};
use crate::hir::BinaryOp;
use crate::ir::{Body, CallData, InstData, Phase, Status};
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
    /// Writes what sends a message with this deadline and these fields. On a participant it is the last thing a handler does, so its
    /// value is the handler's.
    fn write_send(
        &self,
        message: Message,
        deadline: Option<Expr>,
        args: Vec<Expr>,
        printer: &mut Printer,
    );
    /// A call of a target.
    fn call(&self, call: &CallData, operands: Operands) -> TargetCall;
    /// The argument of a call that is not written, since what is around the handler says it.
    fn unwritten(&self, _: &CallData) -> Option<Value> {
        None
    }

    /// The place where the phase of the instance is kept.
    fn phase_place(&self) -> String {
        unreachable!("a participant knows no phase")
    }
    /// The statement that announces the instance's new phase.
    fn announce_phase(&self, _: Phase) -> Doc {
        unreachable!("a participant knows no phase")
    }
    /// The statement that emits an event with these fields after the instance.
    fn emit(&self, _: Event, _: Vec<Expr>) -> Doc {
        unreachable!("a participant has no events of its own")
    }
    /// The call of the function that a handler continues in.
    fn continue_in(&self, _: Handler) -> Doc {
        unreachable!("a participant's handler does not continue in another")
    }
}

/// What a call is spelled with.
#[derive(Clone, Debug)]
pub struct Operands {
    /// The arguments that are values of the source, in order.
    pub args: Vec<Expr>,
    /// What the call spends, in order.
    pub spent: Vec<Spent>,
}

/// An amount that a call spends.
#[derive(Clone, Debug)]
pub struct Spent {
    /// A free name for a local that stands for it.
    pub local: String,
    /// How much it is.
    pub amount: Expr,
}

/// A call of a target.
#[derive(Clone, Debug)]
pub struct TargetCall {
    /// The statements before it.
    pub before: Vec<Statement>,
    /// The call.
    pub expr: Expr,
    /// How many results the function has.
    pub results: usize,
    /// The statements after it.
    pub after: Vec<Doc>,
}

/// `let name = value;`
#[derive(Clone, Debug)]
pub struct Statement {
    /// The local.
    pub name: String,
    /// Its value.
    pub value: Doc,
}

impl TargetCall {
    /// A call of a function with so many results, and nothing around it.
    pub fn new(expr: Expr, results: usize) -> Self {
        TargetCall {
            before: Vec::new(),
            expr,
            results,
            after: Vec::new(),
        }
    }
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
        let unwritten = body.insts.values().filter_map(|inst| match inst {
            InstData::Call { call, .. } => host.unwritten(call),
            _ => None,
        });
        BodyWriter {
            types,
            body,
            host,
            namer,
            inlining: Inlining::of(body, unwritten),
            values: SecondaryMap::new(),
        }
    }

    /// Names the entry block's parameters in this order, whether anything uses them or not.
    pub fn name_params(&mut self, names: &[String]) {
        let params = &self.body.blocks[self.body.entry].params;
        for (&value, name) in params.iter().zip(names) {
            self.values[value] = Some(Expr::atom(name));
        }
    }

    /// Names the parameters of the entry block, for the pattern that binds them; `_` for those that nothing uses.
    pub fn bind_params(&mut self) -> Vec<Doc> {
        let params = &self.body.blocks[self.body.entry].params;
        params.iter().map(|&value| self.bind(value)).collect()
    }

    /// Writes everything from the entry block on.
    pub fn write(mut self, printer: &mut Printer) {
        self.write_block(self.body.entry, "", printer);
    }

    /// Writes everything from the entry block on, before another statement.
    pub fn write_before(mut self, printer: &mut Printer) {
        self.write_block(self.body.entry, ";", printer);
    }

    /// Writes a block and what follows it; `end` ends the last statement.
    fn write_block(&mut self, block: Block, end: &str, printer: &mut Printer) {
        for &inst in &self.body.blocks[block].insts {
            self.write_inst(&self.body.insts[inst], printer);
        }
        if let Some(terminator) = &self.body.blocks[block].terminator {
            self.write_terminator(terminator, end, printer);
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
            InstData::SetPhase { phase } => {
                let value = Doc::text(phase_name(*phase));
                Doc::write_assignment(&self.host.phase_place(), value, printer);
                self.host.announce_phase(*phase).then(";").write(printer);
            }
            InstData::Emit { event, args } => {
                let event = self.host.emit(*event, self.operands(args));
                event.then(";").write(printer);
            }
            InstData::Send {
                message,
                deadline,
                args,
            } => {
                let deadline = deadline.map(|deadline| self.operand(deadline));
                let args = self.operands(args);
                self.host.write_send(*message, deadline, args, printer);
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
                Expr::conditional(self.operand(*fits), value, Expr::atom("0"))
            }
            InstData::Not { value, .. } => self.operand(*value).negated(),
            InstData::Widen { result, value } => self.widen(self.type_of(*result), *value),
            InstData::Narrow { result, value } => self.narrow(self.type_of(*result), *value),
            InstData::Record { record, fields, .. } => {
                self.types.new_record(*record, self.operands(fields))
            }
            InstData::Field { value, index, .. } => {
                let Type::Record(record) = self.type_of(*value) else {
                    unreachable!("the verifier checked that only records have fields")
                };
                self.types.field(*record, self.operand(*value), *index)
            }
            InstData::List { result, elements } => match self.type_of(*result) {
                Type::Option(_) => self.types.option(self.operands(elements).pop()),
                _ => Expr::vector(self.operands(elements)),
            },
            InstData::Load { slot, .. } => Expr::atom(self.host.slot_place(*slot)),
            InstData::Now { .. } => self.host.now(),
            InstData::Caller { .. } => self.host.caller(),
            InstData::Deadline { .. } => self.host.deadline(),
            InstData::Store { .. }
            | InstData::SetStatus { .. }
            | InstData::SetPhase { .. }
            | InstData::Emit { .. }
            | InstData::Send { .. }
            | InstData::Call { .. } => return None,
            InstData::Enter { .. } | InstData::RequireGas { .. } => {
                unreachable!("only a VM that can catch has these")
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
            // A cast gives a literal no type of its own, of which Sui's compiler warns.
            (Type::Uint(_), Type::Uint(to)) if self.is_literal(value) => {
                Expr::atom(format!("{}u{to}", expr.doc.flat()))
            }
            (Type::Uint(from), Type::Uint(to)) if from != to => expr.cast(&format!("u{to}")),
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
        let unwritten = self.host.unwritten(call);
        let args = call.args.iter().filter(|value| Some(**value) != unwritten);
        let args = args.map(|&value| self.operand(value)).collect();
        let spent = self.spent(call);
        let target = self.host.call(call, Operands { args, spent });
        for Statement { name, value } in target.before {
            Doc::write_binding(Doc::text(name), value, printer);
        }
        let pattern: Vec<_> = (0..target.results)
            .map(
                |position| match call.results.iter().position(|&used| used == position) {
                    Some(index) => self.bind(results[index]),
                    None => Doc::text("_"),
                },
            )
            .collect();
        match pattern.is_empty() {
            true => target.expr.doc.then(";").write(printer),
            false => Doc::write_binding(super::function::tuple(pattern), target.expr.doc, printer),
        }
        for statement in target.after {
            statement.then(";").write(printer);
        }
    }

    /// What a call spends: each amount, with a name for what stands for it.
    fn spent(&mut self, call: &CallData) -> Vec<Spent> {
        let amounts = call.spends.iter().map(|spend| spend.funding.args[0]);
        let spent = amounts.map(|amount| Spent {
            local: self.namer.choose("spent"),
            amount: self.operand(amount),
        });
        spent.collect()
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
