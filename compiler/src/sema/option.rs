//! Values of an `option`: `none`, and `some` of another value.

use super::check::Checker;
use super::context::{Context, Expect};
use super::errors::{FunctionError, MoneyError, NoAmount};
use super::literal::wanted_type;
use super::shape::{Shape, Surroundings};
use super::symbols::Declared;
use crate::entities::Chain;
use crate::hir::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, Name};
use crate::types::Type;

/// What makes an `option` of a value, in a file without an own function of that name.
const SOME: &str = "some";

impl Checker<'_> {
    /// Whether a call makes an `option` of a value.
    pub(super) fn makes_option(&self, function: &Name) -> bool {
        function.value == SOME && self.symbols.find(SOME).is_none()
    }

    /// The empty option, of the type that its place needs.
    pub(super) fn check_none(&mut self, span: Span, expect: Expect<'_>) -> Declared<Expr> {
        let ty = match expect {
            Expect::Param(Shape::Option(shape), chain) => {
                let some = self.any_type(shape, chain);
                some.map(|some| Type::Option(Box::new(some)))
            }
            _ => wanted_type(expect),
        };
        match ty {
            Some(ty @ Type::Option(_)) => Ok(option(None, ty, span)),
            Some(other) => self.literal_mismatch(span, "`none`", &other),
            None => self.untyped_or_mismatch(span, "`none`", "`none`", expect),
        }
    }

    /// A type for what there is none of: no element of a list, no value in an option.
    pub(super) fn any_type(&self, shape: &Shape, chain: Chain) -> Option<Type> {
        let declarations = &self.declarations;
        shape.any_type(Surroundings {
            declarations,
            chain,
        })
    }

    /// An option with a value in it.
    pub(super) fn check_some(
        &mut self,
        context: Context<'_>,
        args: &[ast::Expr],
        span: Span,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        let [arg] = args else {
            return Err(self.report(FunctionError::ArgumentCount {
                span,
                function: SOME.to_owned(),
                declared: None,
                params: vec!["value".to_owned()],
                found: args.len(),
            }));
        };
        let inner = match expect {
            Expect::Type(Type::Option(some)) => Expect::Type(some),
            Expect::Param(Shape::Option(some), chain) => Expect::Param(some, chain),
            _ => Expect::Any,
        };
        let value = self.check_expr(context, arg, inner)?;
        let value = self.as_element(value)?;
        let ty = Type::Option(Box::new(value.ty.clone()));
        Ok(option(Some(value), ty, span))
    }

    /// Refuses an amount in a list or an option, where nothing says of which chain it would be.
    pub(super) fn as_element(&mut self, value: Expr) -> Declared<Expr> {
        if !matches!(value.ty, Type::Amount(_)) {
            return Ok(value);
        }
        let (span, place) = (value.span, NoAmount::Element);
        Err(self.report(MoneyError::Misplaced { span, place }))
    }
}

fn option(value: Option<Expr>, ty: Type, span: Span) -> Expr {
    Expr {
        kind: ExprKind::List(value.into_iter().collect()),
        ty,
        span,
    }
}
