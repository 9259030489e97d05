//! Values with names: the constants of a file and what a workflow says with `let`. Both stand for their expressions, so nothing of
//! them is left after the checker.

use std::cell::Cell;

use super::check::Checker;
use super::context::{Context, Expect, Place, WorkflowScope};
use super::errors::{NameError, NoAmount};
use super::money::Amounts;
use super::place::Size;
use super::symbols::{Declared, ItemKind};
use crate::entities::Step;
use crate::hir::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, Name};

/// A constant of the file.
#[derive(Debug)]
pub(super) struct ConstSymbol {
    ast: ast::Const,
    /// The file that declares it, whose names its value uses.
    file: usize,
    value: ConstValue,
    used: Cell<bool>,
}

/// How far a constant is known. They are checked when they are asked for, so that their order does not matter.
#[derive(Clone, Debug)]
enum ConstValue {
    Unknown,
    /// Its own value is being asked for.
    Asked,
    Known(Declared<Expr>),
}

/// A value that a workflow gives a name.
#[derive(Debug)]
pub(super) struct LetSymbol {
    pub(super) name: Name,
    /// `None` until the statement is reached.
    pub(super) value: Option<Declared<Expr>>,
    pub(super) used: Cell<bool>,
}

impl ConstSymbol {
    pub(super) fn new(ast: &ast::Const, file: usize) -> Self {
        ConstSymbol {
            ast: ast.clone(),
            file,
            value: ConstValue::Unknown,
            used: Cell::new(false),
        }
    }
}

impl Checker<'_> {
    /// Checks the constants that nothing asked for.
    pub(super) fn check_consts(&mut self) {
        for index in 0..self.symbols.consts.len() {
            if self.has_enough() {
                return;
            }
            // What is wrong with it is reported, once.
            let _known = self.const_value(index);
        }
    }

    /// Warns of constants that nothing uses.
    pub(super) fn warn_unused_consts(&mut self) {
        let unused = self.symbols.consts.iter().filter(|it| !it.used.get());
        let names: Vec<_> = unused.map(|it| it.ast.name.clone()).collect();
        for name in names {
            let what = "constant";
            self.warn(NameError::Unused { name, what });
        }
    }

    /// The value of a constant, for a use of it.
    pub(super) fn use_const(&mut self, index: usize, span: Span) -> Declared<Expr> {
        self.symbols.consts[index].used.set(true);
        let value = self.const_value(index)?;
        Ok(Expr { span, ..value })
    }

    fn const_value(&mut self, index: usize) -> Declared<Expr> {
        let symbol = &mut self.symbols.consts[index];
        let (ast, file) = (symbol.ast.clone(), symbol.file);
        let before = std::mem::replace(&mut symbol.value, ConstValue::Asked);
        let value = match before {
            ConstValue::Known(value) => value,
            ConstValue::Asked => Err(self.report(NameError::RecursiveConst { name: ast.name })),
            ConstValue::Unknown => self.within(file, |checker| checker.check_const_value(&ast)),
        };
        self.symbols.consts[index].value = ConstValue::Known(value.clone());
        value
    }

    fn check_const_value(&mut self, item: &ast::Const) -> Declared<Expr> {
        let ty = self.check_type(&item.ty, Amounts::Nowhere(NoAmount::Const))?;
        let scope = WorkflowScope::default();
        let context = Context {
            scope: &scope,
            place: Place::End,
        };
        let value = self.check_expr(context, &item.value, Expect::Type(&ty))?;
        self.check_size(Size::of(&value), item.value.span)?;
        Ok(value)
    }

    /// Checks a `let` before a stage; its value is in the scope afterwards.
    pub(super) fn check_let(
        &mut self,
        scope: &mut WorkflowScope,
        stage: usize,
        statement: &ast::Let,
    ) {
        let ty = statement
            .ty
            .as_ref()
            .map(|ty| self.check_type(ty, scope.amounts));
        let context = Context {
            scope,
            place: Place::Let(stage),
        };
        let value = match ty.transpose() {
            Ok(None) => self.check_expr(context, &statement.value, Expect::Any),
            Ok(Some(ty)) => self.check_expr(context, &statement.value, Expect::Type(&ty)),
            Err(reported) => Err(reported),
        };
        let value = value.and_then(|value| {
            self.check_size(Size::of(&value), statement.value.span)?;
            Ok(value)
        });
        let is_it = |symbol: &&mut LetSymbol| symbol.name == statement.name;
        if let Some(symbol) = scope.lets.iter_mut().find(is_it) {
            symbol.value = Some(value);
        }
    }

    /// The value of a `let`, for a use of it. Where it is used, the results in it have to be known.
    pub(super) fn use_let(
        &mut self,
        context: Context<'_>,
        index: usize,
        span: Span,
    ) -> Declared<Expr> {
        let symbol = &context.scope.lets[index];
        symbol.used.set(true);
        let Some(value) = symbol.value.clone() else {
            let (name, declared) = (symbol.name.value.clone(), symbol.name.span);
            return Err(self.report(NameError::LetTooEarly {
                span,
                name,
                declared,
            }));
        };
        let value = value?;
        for (step, _) in results_in(&value) {
            let position = context.scope.steps.iter().position(|it| it.id == step);
            if let Some(position) = position {
                self.check_known(context, position, span)?;
            }
        }
        Ok(Expr { span, ..value })
    }

    /// The constant of that name.
    pub(super) fn find_const(&self, name: &str) -> Option<usize> {
        match self.symbols.find(name)?.kind {
            ItemKind::Const(index) => Some(index),
            _ => None,
        }
    }
}

/// The results of steps that an expression uses.
pub(super) fn results_in(expr: &Expr) -> Vec<(Step, usize)> {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Constant(_) | ExprKind::Input(_) | ExprKind::Viewed(_) => {
            Vec::new()
        }
        ExprKind::Result(step, index) => vec![(*step, *index)],
        ExprKind::Field(inner, _)
        | ExprKind::Widen(inner)
        | ExprKind::Convert(inner, _)
        | ExprKind::Not(inner) => results_in(inner),
        ExprKind::Record(_, parts) | ExprKind::List(parts) => {
            parts.iter().flat_map(results_in).collect()
        }
        ExprKind::Binary(_, left, right) | ExprKind::Arithmetic(_, left, right) => {
            [results_in(left), results_in(right)].concat()
        }
    }
}
