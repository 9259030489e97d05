//! One copy of a body: its names become those of the copy, its counter the number of the copy.

use std::cell::Cell;
use std::collections::HashMap;

use super::Made;
use crate::syntax::ast::{
    CallClause, CallOptions, Compensation, Expr, ExprKind, FieldValue, Name, Policy, Statement,
    Step, U256,
};

/// What becomes of names in one copy.
pub(super) struct Copied<'r> {
    number: usize,
    counter: Option<&'r Name>,
    names: HashMap<String, String>,
    uses_counter: Cell<bool>,
}

impl<'r> Copied<'r> {
    /// The copy of that number, counted from zero, of a body that declares these names.
    pub(super) fn new(number: usize, counter: Option<&'r Name>, names: &[Made]) -> Self {
        let names = names.iter().flat_map(|made| made.in_copy(number));
        Self {
            number,
            counter,
            names: names.collect(),
            uses_counter: Cell::new(false),
        }
    }

    /// Whether the counter was met.
    pub(super) fn uses_counter(&self) -> bool {
        self.uses_counter.get()
    }

    /// Makes a statement one of the copy.
    pub(super) fn statement(&self, statement: &mut Statement) {
        match statement {
            Statement::Step(step) => self.step(step),
            Statement::Let(statement) => {
                self.name(&mut statement.name);
                self.expr(&mut statement.value);
            }
            Statement::If(statement) => self.expr(&mut statement.condition),
            Statement::Take(take) => {
                self.name(&mut take.name);
                self.expr(&mut take.amount);
                self.expr(&mut take.from);
                if let Some(floor) = &mut take.floor {
                    self.expr(&mut floor.to);
                }
            }
            Statement::Pay(pay) => {
                self.name(&mut pay.holding);
                self.expr(&mut pay.to);
            }
            // Without names, or refused in a body.
            Statement::Authorise(_)
            | Statement::Transport(_)
            | Statement::Return(_)
            | Statement::Parallel(_)
            | Statement::Attempt(_)
            | Statement::Atomic(_)
            | Statement::Abort(_)
            | Statement::Repeat(_) => {}
        }
        for block in statement.blocks_mut() {
            block.iter_mut().for_each(|it| self.statement(it));
        }
    }

    fn step(&self, step: &mut Step) {
        self.name(&mut step.name);
        self.exprs(&mut step.call.args);
        self.options(&mut step.options);
        if let Some(spend) = &mut step.spend {
            spend.value.iter_mut().for_each(|it| self.name(it));
        }
        let clauses = [&mut step.require, &mut step.hold_for];
        for clause in clauses.into_iter().flatten() {
            self.expr(&mut clause.value);
        }
        if let Some(clause) = &mut step.compensate
            && let Compensation::Call(call) = &mut clause.value
        {
            self.call(call);
        }
        if let Some(clause) = &mut step.confirm {
            self.call(&mut clause.value);
        }
        if let Some(clause) = &mut step.on_refused
            && let Policy::HoldFor(owner) = &mut clause.value
        {
            self.expr(owner);
        }
    }

    fn call(&self, clause: &mut CallClause) {
        self.exprs(&mut clause.call.args);
        self.options(&mut clause.options);
    }

    fn options(&self, options: &mut CallOptions) {
        if let Some(value) = &mut options.value {
            self.expr(&mut value.value);
        }
        let lists = [&mut options.accounts, &mut options.objects];
        for list in lists.into_iter().flatten() {
            self.fields(&mut list.value);
        }
        if let Some(types) = &mut options.types {
            self.exprs(&mut types.value);
        }
    }

    fn name(&self, name: &mut Name) {
        if let Some(now) = self.names.get(&name.value) {
            name.value.clone_from(now);
        }
    }

    fn expr(&self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Name(name) if self.counter.is_some_and(|it| it.value == *name) => {
                self.uses_counter.set(true);
                expr.kind = ExprKind::Int(U256::from(self.number));
            }
            ExprKind::Name(name) => {
                if let Some(now) = self.names.get(name) {
                    name.clone_from(now);
                }
            }
            ExprKind::Field { base, .. } => self.expr(base),
            ExprKind::Record { fields, .. } => self.fields(fields),
            ExprKind::View(view) => self.call(view),
            ExprKind::List(parts) | ExprKind::Call { args: parts, .. } => self.exprs(parts),
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Exact { amount, .. } => self.expr(amount),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Bytes(_)
            | ExprKind::String(_)
            | ExprKind::None
            | ExprKind::Constant(_) => {}
        }
    }

    fn exprs(&self, exprs: &mut [Expr]) {
        exprs.iter_mut().for_each(|it| self.expr(it));
    }

    fn fields(&self, fields: &mut [FieldValue]) {
        fields.iter_mut().for_each(|it| self.expr(&mut it.value));
    }
}
