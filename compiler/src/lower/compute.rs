//! How expressions are computed, and where it shows that one has no value.
//!
//! Where an expression may have no value, a branch asks before each operation whether it fits, and the other side of the branch is what
//! happens instead. The right side of `&&` and `||` counts only if the left side does not decide; so its operations yield zero where
//! they have no value, and one branch asks whether that counts.

use std::collections::HashMap;

use crate::entities::Value;
use crate::hir::range::is_total;
use crate::hir::{
    ArithmeticOp, BinaryOp, Binding, Call, Certainty, Expr, ExprKind, Spend, StepDecl,
};
use crate::ir::{CallData, CallParts, InstData};
use crate::types::Type;

use super::builder::BodyBuilder;
use super::expr::{Leaf, as_leaf, simpler};

/// Only where a branch asks can something wait for one, and after the last branch nothing does.
const READY: &str = "nothing waits for a branch";

/// Supplies the values that an expression is built from.
pub(super) type Leaves<'l> = dyn FnMut(&mut BodyBuilder, &Leaf) -> Value + 'l;

/// Fills a block that is reached where a condition does not hold, or an expression has no value.
pub(super) type Fill<'l> = dyn FnMut(&mut BodyBuilder) + 'l;

/// Computes an expression that always has a value.
pub(super) fn lower_expr(expr: &Expr, builder: &mut BodyBuilder, leaves: &mut Leaves<'_>) -> Value {
    let mut computation = Computation::new(leaves, Otherwise::Zero);
    let value = computation.value(expr, builder);
    value.expect(READY)
}

/// Computes the operands of a call, which always have values; `results` are the positions of the results that are used.
pub(super) fn lower_call(
    call: &Call,
    results: Vec<usize>,
    builder: &mut BodyBuilder,
    leaves: &mut Leaves<'_>,
) -> CallData {
    Computation::new(leaves, Otherwise::Zero).call(call, results, builder)
}

/// Computes the operands of a call if they may have no values, and goes another way where one has none.
pub(super) fn lower_partial_call(
    call: &Call,
    results: Vec<usize>,
    builder: &mut BodyBuilder,
    leaves: &mut Leaves<'_>,
    no_value: &mut Fill<'_>,
) -> Option<CallData> {
    let mut operands = Vec::new();
    call.for_each_expr(&mut |expr| operands.push(expr));
    if operands.iter().all(|expr| is_total(expr)) {
        return None;
    }
    let mut computation = Computation::new(leaves, Otherwise::Branch);
    computation.settle(&operands, builder, no_value);
    Some(computation.call(call, results, builder))
}

/// Whether a step computes something that may have no value.
pub(super) fn step_is_partial(step: &StepDecl) -> bool {
    let mut found = false;
    step.for_each_expr_of_execution(&mut |expr| found |= !is_total(expr));
    found
}

/// Goes on where a condition holds, and other ways where it does not and where it has no value.
pub(super) fn lower_condition(
    condition: &Expr,
    builder: &mut BodyBuilder,
    leaves: &mut Leaves<'_>,
    not_met: &mut Fill<'_>,
    no_value: &mut Fill<'_>,
) {
    if is_total(condition) {
        let holds = lower_expr(condition, builder, leaves);
        return go_on_if(holds, builder, not_met);
    }
    for part in parts_of(condition) {
        let mut computation = Computation::new(leaves, Otherwise::Branch);
        let sides = computation.settle(&part, builder, no_value);
        let holds = all(sides, "holds", builder);
        go_on_if(holds, builder, not_met);
    }
}

/// The parts of a condition that are asked for one after another: what is false decides before what follows it is computed.
fn parts_of(condition: &Expr) -> Vec<Vec<&Expr>> {
    let mut parts: Vec<Vec<&Expr>> = Vec::new();
    for side in sides_of(condition) {
        match parts.last_mut() {
            Some(part) if is_total(side) => part.push(side),
            _ => parts.push(vec![side]),
        }
    }
    parts
}

/// The conditions that `&&` connects.
fn sides_of(condition: &Expr) -> Vec<&Expr> {
    let condition = simpler(condition);
    match &condition.kind {
        ExprKind::Binary(BinaryOp::And, left, right) => [sides_of(left), sides_of(right)].concat(),
        _ => vec![condition],
    }
}

/// Whether all of some conditions hold, of which there is at least one.
fn all(conditions: Vec<Value>, name: &str, builder: &mut BodyBuilder) -> Value {
    let both = |left, right| builder.binary(name, BinaryOp::And, left, right);
    let all = conditions.into_iter().reduce(both);
    all.expect("there is a condition")
}

fn go_on_if(condition: Value, builder: &mut BodyBuilder, otherwise: &mut Fill<'_>) {
    let (then, not) = builder.branch(condition);
    builder.switch_to(not);
    otherwise(builder);
    builder.switch_to(then);
}

/// Expressions that are being computed.
pub(super) struct Computation<'c> {
    leaves: &'c mut Leaves<'c>,
    otherwise: Otherwise,
    /// What was computed before a branch, by where it stands.
    done: HashMap<*const Expr, Value>,
    /// What is multiplied for a conversion, by where it stands.
    pub(super) factors: HashMap<*const Expr, (Value, Option<Value>)>,
    /// The arithmetic that waits for the next branch.
    waiting: Vec<Operation>,
    /// What the next branch asks.
    asked: Vec<Value>,
}

/// Arithmetic on values.
type Operation = (ArithmeticOp, Value, Value);

/// What happens where an operation may have no value.
enum Otherwise {
    /// It is zero, which nobody has to know of: either it cannot be, or it does not count.
    Zero,
    /// It is zero, and who computes it is told.
    Tell(Told),
    /// Another way is gone.
    Branch,
}

/// What is told of an expression that counts only if something is decided one way.
#[derive(Default)]
struct Told {
    /// The conditions under which it counts, and whether they hold then.
    given: Vec<(Value, bool)>,
    /// Booleans that all hold if it has a value.
    fits: Vec<Value>,
}

impl<'c> Computation<'c> {
    fn new<'l: 'c>(leaves: &'c mut Leaves<'l>, otherwise: Otherwise) -> Self {
        Computation {
            leaves,
            otherwise,
            done: HashMap::new(),
            factors: HashMap::new(),
            waiting: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// The values of some expressions. All that can be asked at once is asked by one branch.
    fn settle(
        &mut self,
        exprs: &[&Expr],
        builder: &mut BodyBuilder,
        no_value: &mut Fill<'_>,
    ) -> Vec<Value> {
        loop {
            let values: Vec<_> = exprs.iter().map(|it| self.value(it, builder)).collect();
            if self.asked.is_empty() {
                let values = values.into_iter().collect::<Option<_>>();
                return values.expect(READY);
            }
            self.waiting.clear();
            let fits = all(std::mem::take(&mut self.asked), "fits", builder);
            go_on_if(fits, builder, no_value);
        }
    }

    fn call(&mut self, call: &Call, results: Vec<usize>, builder: &mut BodyBuilder) -> CallData {
        let spends = call.spends.iter().map(|spend| Spend {
            taken: spend.taken,
            funding: self.call(&spend.funding, Vec::new(), builder),
            parameter: spend.parameter,
        });
        let spends = spends.collect();
        let mut settled = |expr: &Expr| {
            let value = self.value(expr, builder);
            value.expect(READY)
        };
        let args = call.args.iter().map(&mut settled).collect();
        let binding: Binding<Value> = call.binding.map(&mut settled);
        CallData::from(CallParts {
            function: call.function.clone(),
            args,
            binding,
            spends,
            gas: call.gas,
            results,
            asks: None,
            joins: false,
        })
    }

    /// The values of all parts, unless some wait for a branch.
    fn values(&mut self, parts: &[Expr], builder: &mut BodyBuilder) -> Option<Vec<Value>> {
        // What does not wait is computed, so that all questions are asked at once.
        let values: Vec<_> = parts.iter().map(|it| self.value(it, builder)).collect();
        values.into_iter().collect()
    }

    /// The value of an expression, unless it waits for a branch.
    fn value(&mut self, expr: &Expr, builder: &mut BodyBuilder) -> Option<Value> {
        let expr = simpler(expr);
        let place = std::ptr::from_ref(expr);
        if let Some(&value) = self.done.get(&place) {
            return Some(value);
        }
        let value = match as_leaf(expr) {
            Some(found) => (self.leaves)(builder, &found),
            None => self.compute(expr, builder)?,
        };
        if let Otherwise::Branch = self.otherwise {
            self.done.insert(place, value);
        }
        Some(value)
    }

    fn compute(&mut self, expr: &Expr, builder: &mut BodyBuilder) -> Option<Value> {
        let ty = expr.ty.clone();
        Some(match &expr.kind {
            ExprKind::Literal(literal) => {
                let literal = literal.clone();
                builder.compute("literal", ty, |result| InstData::Literal {
                    result,
                    literal,
                })
            }
            ExprKind::Constant(constant) => {
                let constant = *constant;
                builder.compute("constant", ty, |result| InstData::Constant {
                    result,
                    constant,
                })
            }
            ExprKind::Field(base, index) => {
                let (value, index) = (self.value(base, builder)?, *index);
                builder.compute("field", ty, |result| InstData::Field {
                    result,
                    value,
                    index,
                })
            }
            ExprKind::Record(record, parts) => {
                let (record, fields) = (*record, self.values(parts, builder)?);
                builder.compute("record", ty, |result| InstData::Record {
                    result,
                    record,
                    fields,
                })
            }
            ExprKind::List(parts) => {
                let elements = self.values(parts, builder)?;
                let name = match ty {
                    Type::Option(_) => "option",
                    _ => "list",
                };
                builder.compute(name, ty, |result| InstData::List { result, elements })
            }
            ExprKind::Widen(inner) => {
                let value = self.value(inner, builder)?;
                builder.compute("wide", ty, |result| InstData::Widen { result, value })
            }
            ExprKind::Convert(inner, conversion) => {
                let value = self.value(inner, builder)?;
                self.convert(expr, value, *conversion, builder)?
            }
            ExprKind::Not(inner) => {
                let value = self.value(inner, builder)?;
                builder.compute("not", ty, |result| InstData::Not { result, value })
            }
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), left, right) => {
                let left = self.value(left, builder)?;
                let right = self.right_side(*op, left, right, builder);
                builder.binary("holds", *op, left, right)
            }
            ExprKind::Binary(op, left, right) => {
                let sides = [self.value(left, builder), self.value(right, builder)];
                builder.binary("holds", *op, sides[0]?, sides[1]?)
            }
            ExprKind::Arithmetic(op, left, right) => {
                let sides = [self.value(left, builder), self.value(right, builder)];
                self.arithmetic((*op, sides[0]?, sides[1]?), builder)?
            }
            ExprKind::Input(_) | ExprKind::Result(..) | ExprKind::Viewed(_) => {
                unreachable!("inputs and results are leaves")
            }
        })
    }

    /// The right side of `&&` or `||`. That it has no value does not count where the left side decides.
    fn right_side(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: &Expr,
        builder: &mut BodyBuilder,
    ) -> Value {
        let counts = (left, op == BinaryOp::And);
        let given = match &self.otherwise {
            Otherwise::Tell(told) => [told.given.as_slice(), &[counts]].concat(),
            Otherwise::Branch => vec![counts],
            Otherwise::Zero => return self.value(right, builder).expect(READY),
        };
        let fits = Vec::new();
        let inner = Otherwise::Tell(Told { given, fits });
        let outer = std::mem::replace(&mut self.otherwise, inner);
        let right = self.value(right, builder);
        let inner = std::mem::replace(&mut self.otherwise, outer);
        if let Otherwise::Tell(Told { fits, .. }) = inner
            && !fits.is_empty()
        {
            let fits = all(fits, "fits", builder);
            let is_decided = match op {
                BinaryOp::And => builder.not("is_decided", left),
                _ => left,
            };
            let fits = builder.binary("fits", BinaryOp::Or, is_decided, fits);
            self.ask(fits);
        }
        right.expect(READY)
    }

    /// The value of arithmetic, unless it waits for a branch.
    fn arithmetic(&mut self, operation: Operation, builder: &mut BodyBuilder) -> Option<Value> {
        let (op, left, right) = operation;
        if builder.always_fits(operation, &[]) {
            return Some(builder.arithmetic(op, left, right));
        }
        if self.waiting.contains(&operation) {
            return None;
        }
        let fits = builder.fits(op, left, right);
        match &self.otherwise {
            Otherwise::Branch => {
                self.waiting.push(operation);
                self.ask(fits);
                return None;
            }
            Otherwise::Tell(told) if builder.always_fits(operation, &told.given) => {}
            Otherwise::Tell(_) | Otherwise::Zero => self.ask(fits),
        }
        Some(builder.arithmetic_or_zero(op, left, right, fits))
    }

    /// A product, unless it waits for a branch. It is known to have a value if that is certain.
    pub(super) fn product(
        &mut self,
        left: Value,
        right: Value,
        certainty: Certainty,
        builder: &mut BodyBuilder,
    ) -> Option<Value> {
        let operation = (ArithmeticOp::Mul, left, right);
        if certainty < Certainty::Value || builder.always_fits(operation, &[]) {
            return self.arithmetic(operation, builder);
        }
        let fits = builder.fits(ArithmeticOp::Mul, left, right);
        Some(builder.arithmetic_or_zero(ArithmeticOp::Mul, left, right, fits))
    }

    /// Asks what is not known to be so.
    pub(super) fn ask_unless(
        &mut self,
        enough: Certainty,
        certainty: Certainty,
        builder: &mut BodyBuilder,
        question: impl FnOnce(&mut BodyBuilder) -> Value,
    ) {
        if certainty < enough {
            let holds = question(builder);
            self.ask(holds);
        }
    }

    /// Whether something has a value, for those who have to know.
    fn ask(&mut self, fits: Value) {
        match &mut self.otherwise {
            Otherwise::Zero => {}
            Otherwise::Tell(told) => told.fits.push(fits),
            Otherwise::Branch => self.asked.push(fits),
        }
    }
}
