//! Builds the tree from what the grammar recognised, and checks what a grammar cannot say.

mod function;
mod step;
mod types;

use lalrpop_util::ErrorRecovery;

use super::ast::{
    Authority, BinaryOp, Call, CallClause, Docs, Duration, Expr, ExprKind, Field, FieldValue,
    Import, ImportedName, Item, Name, Statement, U256, UnaryOp, Workflow,
};
use super::error::SyntaxError;
use super::errors::Errors;
use super::lexer::DocComments;
use super::literal::Literals;
use super::token::Token;
use crate::source::{Span, Spanned};

pub(super) use function::FunctionHead;
pub(super) use step::RawClause;
pub(super) use types::GenericArg;

/// A fault the parser recovered from.
#[derive(Debug)]
pub(super) struct Recovery<'s> {
    /// Where the text begins that yielded nothing; it may lie before the token that was not expected.
    pub(super) start: u32,
    pub(super) fault: ErrorRecovery<u32, Token<'s>, ()>,
}

/// A workflow without its body.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) docs: Docs,
    pub(super) start: u32,
    pub(super) name: Name,
    pub(super) home: Name,
    pub(super) inputs: Vec<Field>,
    pub(super) results: Vec<Field>,
}

/// What the actions of the grammar work with.
pub(super) struct Builder<'s, 'a, 'd> {
    pub(super) errors: &'a mut Errors<'d>,
    pub(super) docs: DocComments,
    /// What the file imports, in source order.
    pub(super) imports: Vec<Import>,
    /// Calls of contracts in expressions that no guard allows so far, and how they begin.
    pub(super) calls: Vec<(Span, String)>,
    /// The faults the parser recovered from, in the order it met them.
    pub(super) recoveries: Vec<Recovery<'s>>,
}

impl<'s, 'd> Builder<'s, '_, 'd> {
    /// Bytes of the file.
    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        self.errors.span(start as usize, end as usize)
    }

    /// Takes the documentation before the token that starts here.
    pub(super) fn docs(&mut self, start: u32) -> Docs {
        let lines = self.docs.before.remove(&start).unwrap_or_default();
        lines.into_iter().map(|line| line.text).collect()
    }

    /// Keeps a fault for later.
    pub(super) fn recover(&mut self, start: u32, fault: ErrorRecovery<u32, Token<'s>, ()>) {
        self.recoveries.push(Recovery { start, fault });
    }

    /// Whether the parser left something out of the text from `start` to `end`, so that what was built from it may lack a part.
    pub(super) fn is_incomplete(&self, start: u32, end: u32) -> bool {
        let mut starts = self.recoveries.iter().map(|recovery| recovery.start);
        starts.any(|at| start <= at && at <= end)
    }

    /// Keeps an import apart from what the file declares.
    pub(super) fn import(
        &mut self,
        names: Vec<ImportedName>,
        path: Spanned<String>,
        start: u32,
        end: u32,
    ) -> Option<Item> {
        let span = self.span(start, end);
        self.imports.push(Import { names, path, span });
        None
    }

    pub(super) fn workflow(&self, head: Head, body: Vec<Statement>, end: u32) -> Workflow {
        Workflow {
            docs: head.docs,
            name: head.name,
            home: head.home,
            inputs: head.inputs,
            results: head.results,
            body,
            span: self.span(head.start, end),
        }
    }

    pub(super) fn integer(&mut self, text: &str, start: u32, end: u32) -> U256 {
        self.literals(start, end).integer(text)
    }

    pub(super) fn small(&mut self, text: &str, start: u32, end: u32) -> u64 {
        self.literals(start, end).small(text)
    }

    pub(super) fn size(&mut self, text: &str, start: u32, end: u32) -> u32 {
        self.literals(start, end).size(text)
    }

    pub(super) fn duration(&mut self, text: &str, start: u32, end: u32) -> Duration {
        self.literals(start, end).duration(text)
    }

    pub(super) fn bytes(&mut self, text: &str, start: u32, end: u32) -> Vec<u8> {
        self.literals(start, end).bytes(text)
    }

    pub(super) fn string(&mut self, text: &str, start: u32, end: u32) -> String {
        self.literals(start, end).string(text)
    }

    /// `anyone`, or an expression that names an address.
    pub(super) fn authority(&self, who: Expr) -> Authority {
        match who.kind {
            ExprKind::Name(name) if name == "anyone" => Authority::Anyone(who.span),
            _ => Authority::Address(who),
        }
    }

    pub(super) fn expr(&self, kind: ExprKind, start: u32, end: u32) -> Expr {
        let span = self.span(start, end);
        Expr { kind, span }
    }

    pub(super) fn unary(&self, op: Spanned<UnaryOp>, operand: Expr) -> Expr {
        let span = op.span.to(operand.span);
        let operand = Box::new(operand);
        let kind = ExprKind::Unary { op, operand };
        Expr { kind, span }
    }

    /// `exact amount`
    pub(super) fn exact(&self, start: u32, end: u32, amount: Expr) -> Expr {
        let keyword = self.span(start, end);
        let span = keyword.to(amount.span);
        let amount = Box::new(amount);
        let kind = ExprKind::Exact { keyword, amount };
        Expr { kind, span }
    }

    pub(super) fn binary(&self, left: Expr, op: Spanned<BinaryOp>, right: Expr) -> Expr {
        let span = left.span.to(right.span);
        let (left, right) = (Box::new(left), Box::new(right));
        let kind = ExprKind::Binary { op, left, right };
        Expr { kind, span }
    }

    /// `first`, or a comparison of two operands; `a < b < c` is refused.
    pub(super) fn comparison(&mut self, first: Expr, rest: Vec<(Spanned<BinaryOp>, Expr)>) -> Expr {
        if let [(_, second), (op, _), ..] = rest.as_slice() {
            let span = first.span.to(second.span);
            self.errors.push(SyntaxError::ChainedComparison {
                span,
                second: op.span,
            });
        }
        match rest.into_iter().next() {
            Some((op, right)) => self.binary(first, op, right),
            None => first,
        }
    }

    pub(super) fn field(&self, base: Expr, field: Name) -> Expr {
        let span = base.span.to(field.span);
        let base = Box::new(base);
        let kind = ExprKind::Field { base, field };
        Expr { kind, span }
    }

    /// `Vault.balanceOf(user)`. It may stand in a guard, which is known only when the guard is whole.
    pub(super) fn call_in_expression(
        &mut self,
        base: Expr,
        function: Name,
        (args, options): (Vec<Expr>, Vec<Spanned<RawClause>>),
        end: u32,
    ) -> Expr {
        let span = self.span(base.span.start, end);
        let options = self.call_options(options);
        let (contract, call) = match base.kind {
            ExprKind::Name(name) => {
                let call = format!("{name}.{}(…)", function.value);
                (Some(Name::new(name, base.span)), call)
            }
            _ => (None, format!("CONTRACT.{}(…)", function.value)),
        };
        let Some(contract) = contract else {
            self.errors
                .push(SyntaxError::CallInExpression { span, call });
            return self.expr(ExprKind::None, span.start, span.end);
        };
        self.calls.push((span, call));
        let call = Call {
            contract,
            function,
            args,
            span,
        };
        let kind = ExprKind::View(Box::new(CallClause { call, options }));
        Expr { kind, span }
    }

    /// Lets the calls in a guard be.
    pub(super) fn allow_calls(&mut self, guard: &Expr) {
        let is_inside = |span: Span| guard.span.to(span) == guard.span;
        self.calls.retain(|(span, _)| !is_inside(*span));
    }

    /// Reports the calls that stand where only a value may.
    pub(super) fn report_calls(&mut self) {
        for (span, call) in std::mem::take(&mut self.calls) {
            self.errors
                .push(SyntaxError::CallInExpression { span, call });
        }
    }

    pub(super) fn call(&self, function: Name, args: Vec<Expr>, end: u32) -> Expr {
        let start = function.span.start;
        self.expr(ExprKind::Call { function, args }, start, end)
    }

    pub(super) fn record(&self, name: Name, fields: Vec<FieldValue>, end: u32) -> Expr {
        let start = name.span.start;
        self.expr(ExprKind::Record { name, fields }, start, end)
    }

    /// Warns of documentation that nothing took, unless what would have taken it was lost to an error.
    pub(super) fn warn_of_lost_docs(&mut self) {
        if !self.recoveries.is_empty() || self.errors.check().is_err() {
            return;
        }
        let misplaced = std::mem::take(&mut self.docs.misplaced);
        let lost = std::mem::take(&mut self.docs.before);
        let first_lines = lost
            .into_values()
            .filter_map(|lines| lines.into_iter().next());
        for span in first_lines.map(|line| line.span).chain(misplaced) {
            self.errors.warn(SyntaxError::MisplacedDocComment { span });
        }
    }

    fn literals(&mut self, start: u32, end: u32) -> Literals<'_, 'd> {
        let span = self.span(start, end);
        let errors = &mut *self.errors;
        Literals { errors, span }
    }
}
