//! What expressions are by the rules of the language: a second opinion on what machines compute, out of the checked source and with
//! numbers that have no limit.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::Zero;
use xcc::entities::Step;
use xcc::hir::{
    ArithmeticOp, BinaryOp, Binding, Call, Choice, Conversion, Custody, Expr, ExprKind, Package,
    StepDecl, View,
};
use xcc::interp::{Call as Made, CallEnd, Event, Outcome, Setting};
use xcc::ir::{MessageKind, Part, Program, Refusal};
use xcc::literal::{Literal, U256};
use xcc::types::Type;
use xcc::wire::Value;

/// What is known of an instance by those who have read the source.
#[derive(Clone, Debug)]
pub struct Oracle<'p> {
    package: &'p Package,
    program: &'p Program,
    setting: Setting,
    inputs: Vec<Value>,
    results: BTreeMap<(Step, usize), Value>,
    /// What the guard of one step was told in this transaction; nothing by a call that failed.
    viewed: (Option<Step>, Vec<Option<Value>>),
    /// The step whose calls are being made, and how many of them were.
    made: (Option<Step>, usize),
    /// What the guard of each step was told last: a refusal is announced again without asking again.
    told: BTreeMap<Step, Vec<Option<Value>>>,
}

/// A call of a step, and what comes before it.
struct Next<'d> {
    call: &'d Call,
    views: &'d [View],
    guard: Option<&'d Expr>,
    /// Which of the step's results are its own.
    results: Range<usize>,
}

/// How often outcomes spoke of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Calls of targets.
    pub calls: usize,
    /// Steps refused because of their guards.
    pub not_met: usize,
    /// Steps refused because something has no value.
    pub no_value: usize,
    /// Results of workflows.
    pub results: usize,
}

impl<'p> Oracle<'p> {
    /// For an instance with these inputs.
    #[must_use]
    pub fn new(
        package: &'p Package,
        program: &'p Program,
        setting: &Setting,
        inputs: &[Value],
    ) -> Self {
        Oracle {
            package,
            program,
            setting: setting.clone(),
            inputs: inputs.to_vec(),
            results: BTreeMap::new(),
            viewed: (None, Vec::new()),
            made: (None, 0),
            told: BTreeMap::new(),
        }
    }

    /// Holds what a transaction did against the source, and learns what its calls returned.
    ///
    /// # Panics
    /// When the source says something else.
    pub fn hear(&mut self, outcome: &Outcome, place: &str, heard: &mut Heard) {
        self.viewed = (None, Vec::new());
        for (index, made) in outcome.calls.iter().enumerate() {
            heard.calls += 1;
            self.hear_call(&made.call, place);
            let part = made.call.part();
            match (&made.end, part) {
                (CallEnd::Returned(values) | CallEnd::Undone(values), Part::Execution) => {
                    self.learn(&made.call, values);
                }
                (CallEnd::Returned(values) | CallEnd::Undone(values), Part::Guard) => {
                    self.learn_answer(&made.call, values.first().cloned());
                }
                (_, Part::Guard) => self.learn_answer(&made.call, None),
                _ => {}
            }
            if part != Part::Guard {
                self.made.1 += 1;
                self.viewed = (None, Vec::new());
            }
            let next = outcome.calls.get(index + 1);
            let is_last = !next.is_some_and(|next| next.call.joins);
            if is_last && matches!(made.end, CallEnd::Undone(_)) {
                self.hear_stopped(made.call.step.0, place);
            }
        }
        for sent in &outcome.sent {
            let message = &self.program.messages[sent.message];
            let reason = sent.bytes.last().copied();
            if message.kind == MessageKind::Refused {
                self.hear_refusal(message.step, reason, place, heard);
            }
        }
        for event in &outcome.events {
            if let Event::Workflow(event, args) = event
                && self.program.events[*event].name == "Completed"
            {
                heard.results += args.len();
                let workflow = self.program.handlers[outcome.handler].machine;
                let workflow = self.program.machines[workflow].workflow;
                let results = &self.package.workflows[workflow].results;
                let values = results.iter().map(|(_, expr)| self.value(expr));
                assert_eq!(
                    values.collect::<Option<Vec<_>>>().as_ref(),
                    Some(args),
                    "{place}"
                );
            }
        }
    }

    fn hear_call(&mut self, made: &Made, place: &str) {
        let step = made.step.0;
        let decl = &self.package.steps[step];
        if self.viewed.0 != Some(step) {
            self.viewed = (Some(step), Vec::new());
        }
        if !made.joins {
            self.made = (Some(step), 0);
        }
        let call = match made.part() {
            Part::Guard => &self.next(decl).views[self.viewed.1.len()].call,
            Part::Execution => {
                let next = self.next(decl);
                let guard = self.guard(next.guard);
                assert_eq!(guard, Some(true), "{place}: guard of {}", decl.name);
                assert!(self.is_chosen(step), "{place}: {} runs", decl.name);
                next.call
            }
            Part::Compensation => &decl.compensation().expect("it is undone").calls[self.made.1],
            Part::Confirmation => &decl.confirmation[self.made.1],
        };
        let (args, value) = self.operands(call).unwrap_or_else(|| {
            panic!("{place}: a call of {} has no value", decl.name);
        });
        assert_eq!(made.args, args, "{place}: arguments of {}", decl.name);
        if let Binding::Evm { value: found } = &made.binding {
            assert_eq!(*found, value, "{place}: value of {}", decl.name);
        }
    }

    /// The next of a step's calls.
    fn next<'d>(&self, decl: &'d StepDecl) -> Next<'d> {
        match self.made.1.checked_sub(1) {
            None => Next {
                call: &decl.call,
                views: &decl.views,
                guard: decl.guard.as_ref(),
                results: 0..decl
                    .then
                    .first()
                    .map_or(decl.results.len(), |it| it.results.start),
            },
            Some(index) => {
                let following = &decl.then[index];
                Next {
                    call: &following.call,
                    views: &following.views,
                    guard: following.guard.as_ref(),
                    results: following.results.clone(),
                }
            }
        }
    }

    /// What was made together was undone although no call failed: something kept the next one from being made.
    fn hear_stopped(&self, step: Step, place: &str) {
        let decl = &self.package.steps[step];
        let next = self.next(decl);
        let is_made = self.guard(next.guard) == Some(true) && self.operands(next.call).is_some();
        assert!(
            !is_made,
            "{place}: the next call of {} is not made",
            decl.name
        );
    }

    fn learn_answer(&mut self, made: &Made, answer: Option<Value>) {
        self.viewed.1.push(answer);
        if !made.joins {
            self.told.insert(made.step.0, self.viewed.1.clone());
        }
    }

    fn hear_refusal(&mut self, step: Step, reason: Option<u8>, place: &str, heard: &mut Heard) {
        let told = self.told.get(&step).cloned();
        self.viewed = (Some(step), told.unwrap_or_default());
        let decl = &self.package.steps[step];
        let says = |refusal: Refusal| reason == Some(refusal as u8);
        let guard = self.guard(decl.guard.as_ref());
        if says(Refusal::Guard) {
            heard.not_met += 1;
            assert_eq!(guard, Some(false), "{place}: {} is refused", decl.name);
        }
        if says(Refusal::NoValue) {
            heard.no_value += 1;
            let has_operands = |call| self.operands(call).is_some();
            // What was not answered was not asked yet, or is what cannot be asked.
            let mut asked = decl.views.iter().take(self.viewed.1.len() + 1);
            let has_value = guard.is_some()
                && asked.all(|view| has_operands(&view.call))
                && (guard == Some(false) || has_operands(&decl.call));
            assert!(!has_value, "{place}: {} is refused", decl.name);
        }
    }

    fn learn(&mut self, made: &Made, values: &[Value]) {
        let step = made.step.0;
        if let Some(Custody::Taken { amount }) = self.package.steps[step].custody {
            self.results.insert((step, 0), made.args[amount].clone());
        }
        let decl = &self.package.steps[step];
        let own = self.next(decl).results;
        for (used, value) in made.results.iter().zip(values) {
            let mut own = own.clone();
            let index = own.find(|&index| decl.results[index].1 == used.position);
            let index = index.expect("only declared results are used");
            self.results.insert((step, index), value.clone());
        }
    }

    fn guard(&self, guard: Option<&Expr>) -> Option<bool> {
        // What asks in vain is false, before it is computed.
        if self.viewed.1.iter().any(Option::is_none) {
            return Some(false);
        }
        let guard = guard.map(|guard| self.value(guard));
        guard.map_or(Some(true), |guard| guard.as_ref().map(truth))
    }

    /// Whether every `if` around a step lets it run.
    fn is_chosen(&self, step: Step) -> bool {
        let workflow = &self.package.workflows[self.package.steps[step].workflow];
        let index = workflow.steps.iter().position(|it| *it == step);
        let index = index.expect("it is a step of its workflow");
        let stage = workflow.stages.iter().position(|it| it.contains(&index));
        let stage = stage.expect("it is in a stage");
        let lets = |choice: &Choice| {
            // Whether an attempt was refused is no matter of values.
            let Some(condition) = choice.condition() else {
                return true;
            };
            let holds = || self.value(condition).as_ref().map(truth);
            let (then, otherwise) = (&choice.then, &choice.otherwise);
            (!then.contains(&stage) || holds() == Some(true))
                && (!otherwise.contains(&stage) || holds() == Some(false))
        };
        workflow.choices.iter().all(lets)
    }

    /// The arguments of a call, and the currency that goes with it.
    fn operands(&self, call: &Call) -> Option<(Vec<Value>, Option<Value>)> {
        let args = call.args.iter().map(|arg| self.value(arg));
        let args = args.collect::<Option<Vec<_>>>()?;
        let value = match &call.binding {
            Binding::Evm { value: Some(value) } => Some(self.value(value)?),
            _ => None,
        };
        Some((args, value))
    }

    /// The value of an expression, if it has one.
    #[must_use]
    pub fn value(&self, expr: &Expr) -> Option<Value> {
        let all = |parts: &[Expr]| {
            let parts = parts.iter().map(|part| self.value(part));
            parts.collect::<Option<Vec<_>>>()
        };
        Some(match &expr.kind {
            ExprKind::Literal(it) => literal(it),
            ExprKind::Constant(constant) => self.setting.constants[constant].clone(),
            ExprKind::Input(index) => self.inputs[*index].clone(),
            ExprKind::Result(step, index) => self.results[&(*step, *index)].clone(),
            ExprKind::Viewed(index) => self.viewed.1.get(*index).cloned().flatten()?,
            ExprKind::Field(base, index) => self.field(base, *index)?,
            ExprKind::Record(_, parts) => Value::Record(all(parts)?),
            ExprKind::List(parts) => match expr.ty {
                Type::Option(_) => Value::Option(all(parts)?.pop().map(Box::new)),
                _ => Value::List(all(parts)?),
            },
            ExprKind::Widen(inner) => self.value(inner)?,
            ExprKind::Convert(inner, conversion) => {
                let amount = number(&self.value(inner)?);
                let amount = converted(&amount, *conversion)?;
                of_width(&amount, &expr.ty)?
            }
            ExprKind::Not(inner) => Value::Bool(!truth(&self.value(inner)?)),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right)?,
            ExprKind::Arithmetic(op, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let result = arithmetic(*op, &number(&left), &number(&right))?;
                of_width(&result, &expr.ty)?
            }
        })
    }

    /// Of a record that stands in place, only the field that is taken counts.
    fn field(&self, base: &Expr, index: usize) -> Option<Value> {
        if let ExprKind::Record(_, parts) = &base.kind {
            return self.value(&parts[index]);
        }
        match self.value(base)? {
            Value::Record(fields) => Some(fields[index].clone()),
            other => panic!("{other:?} has no fields"),
        }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Option<Value> {
        let left = self.value(left)?;
        let decides = |on: bool| truth(&left) == on;
        if op == BinaryOp::And && decides(false) || op == BinaryOp::Or && decides(true) {
            return Some(left);
        }
        let right = self.value(right)?;
        let order = || order(&left, &right);
        Some(Value::Bool(match op {
            BinaryOp::And | BinaryOp::Or => truth(&right),
            BinaryOp::Eq => left == right,
            BinaryOp::Ne => left != right,
            BinaryOp::Lt => order() == Ordering::Less,
            BinaryOp::Le => order() != Ordering::Greater,
            BinaryOp::Gt => order() == Ordering::Greater,
            BinaryOp::Ge => order() != Ordering::Less,
        }))
    }
}

fn arithmetic(op: ArithmeticOp, left: &BigUint, right: &BigUint) -> Option<BigUint> {
    match op {
        ArithmeticOp::Add => Some(left + right),
        ArithmeticOp::Sub => (left >= right).then(|| left - right),
        ArithmeticOp::Mul => Some(left * right),
        ArithmeticOp::Div => (!right.is_zero()).then(|| left / right),
        ArithmeticOp::Rem => (!right.is_zero()).then(|| left % right),
    }
}

/// An amount in units with other decimal places, if it is a whole number of them.
fn converted(amount: &BigUint, conversion: Conversion) -> Option<BigUint> {
    let scaled = amount * BigUint::from(10_u8).pow(conversion.to.into());
    let unit = BigUint::from(10_u8).pow(conversion.from.into());
    (&scaled % &unit).is_zero().then(|| scaled / unit)
}

/// A number as a value of an unsigned type, if that can hold it.
fn of_width(number: &BigUint, ty: &Type) -> Option<Value> {
    let Type::Uint(bits) = ty else {
        panic!("a number has an unsigned type")
    };
    let fits = number.bits() <= u64::from(*bits);
    fits.then(|| Value::Uint(U256::from_little_endian(&number.to_bytes_le())))
}

fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Uint(number) => Value::Uint(*number),
        Literal::Int(number) => Value::Int(*number),
        Literal::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Variant(index) => Value::Variant(*index),
    }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        other => panic!("{other:?} is no boolean"),
    }
}

fn number(value: &Value) -> BigUint {
    match value {
        Value::Uint(number) => BigUint::from_bytes_le(&little_endian(*number)),
        other => panic!("{other:?} is no unsigned number"),
    }
}

fn order(left: &Value, right: &Value) -> Ordering {
    let signed = |value: &Value| match value {
        Value::Int(bits) => BigInt::from_signed_bytes_le(&little_endian(*bits)),
        other => BigInt::from_biguint(Sign::Plus, number(other)),
    };
    signed(left).cmp(&signed(right))
}

fn little_endian(number: U256) -> [u8; 32] {
    let mut bytes = [0; 32];
    number.to_little_endian(&mut bytes);
    bytes
}
