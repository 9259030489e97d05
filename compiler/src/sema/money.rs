//! Amounts: what they are counted in, how they are converted, and what may be computed of them.

use super::arithmetic::computed;
use super::check::Checker;
use super::context::{Context, Expect};
use super::convert::widen;
use super::errors::{ArithmeticError, FormUse, MoneyError, NoAmount};
use super::operators::is_untyped;
use super::symbols::Declared;
use crate::diagnostic::Reported;
use crate::entities::{Asset, Chain, Step};
use crate::hir::range::{Converted, constant, range_of};
use crate::hir::{ArithmeticOp, Certainty, Conversion, Expr, ExprKind};
use crate::interval::{Interval, Outcome};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Name};
use crate::types::{Type, Units};

/// What an `amount<…>` is counted in at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Amounts {
    /// The smallest unit on this chain.
    On(Declared<Chain>),
    /// Nothing says of which chain it would be.
    Nowhere(NoAmount),
}

impl Default for Amounts {
    fn default() -> Self {
        Self::Nowhere(NoAmount::Function)
    }
}

/// What is known of how much a `take` takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// The numbers that it can be.
    pub(super) values: Interval,
    /// It is whole in units of so many decimal places, and of more.
    pub(super) decimals: u8,
}

impl Checker<'_> {
    /// The type `amount<ASSET>` at a place.
    pub(super) fn amount_type(
        &mut self,
        asset: &Name,
        amounts: Amounts,
        span: Span,
    ) -> Declared<Type> {
        let found = self.find_asset(asset)?;
        match amounts {
            Amounts::On(chain) => self.units_on(found, chain?, span).map(Type::Amount),
            Amounts::Nowhere(place) => Err(self.report(MoneyError::Misplaced { span, place })),
        }
    }

    /// What an asset is counted in on a chain, for what stands at a place.
    pub(super) fn units_on(&mut self, asset: Asset, chain: Chain, span: Span) -> Declared<Units> {
        let name = self.declarations.assets[asset].name.clone();
        let name = Name::new(name, span);
        let form = self.form_at(asset, &name, (chain, FormUse::Counted))?;
        Ok(form.units(asset))
    }

    /// An amount in other units of its asset. What may lose a part has to say `exact`, whose place is given.
    pub(super) fn convert_amount(
        &mut self,
        expr: Expr,
        (from, to): (Units, Units),
        exact: Option<Span>,
    ) -> Declared<Expr> {
        if from.asset != to.asset {
            return Err(self.mixed((&from, expr.span), (&to, expr.span)));
        }
        let divides = to.decimals < from.decimals;
        let loses = divides && constant(&expr).is_none() && !self.is_whole(&expr, to);
        match exact {
            Some(keyword) if !loses => return Err(self.idle_exact(keyword)),
            None if loses => {
                let amount = expr.span;
                let [from, to] = [from, to].map(|units| self.describe_units(&units));
                return Err(self.report(MoneyError::Loses { amount, from, to }));
            }
            _ => {}
        }
        if from == to {
            return Ok(expr);
        }
        let certainty = self.certainty(&expr, (from, to));
        let converted = in_units(expr, (from.decimals, certainty), (to.decimals, to.bits));
        let converted = computed(converted).map_err(|question| {
            let call = None;
            self.report(ArithmeticError::Never { question, call })
        })?;
        Ok(counted(converted, to))
    }

    pub(super) fn idle_exact(&mut self, keyword: Span) -> Reported {
        self.report(MoneyError::IdleExact { keyword })
    }

    /// Whether an amount is whole in some units because it was taken so.
    fn is_whole(&self, expr: &Expr, to: Units) -> bool {
        let kept = self.kept(expr);
        kept.is_some_and(|kept| kept.decimals <= to.decimals)
    }

    /// What is known of an amount because of how it was taken.
    fn certainty(&self, expr: &Expr, (from, to): (Units, Units)) -> Certainty {
        let Some(kept) = self.kept(expr).filter(|_| self.is_whole(expr, to)) else {
            return Certainty::Nothing;
        };
        let conversion = Conversion {
            from: from.decimals,
            to: to.decimals,
            certainty: Certainty::Whole,
        };
        let converted = Converted {
            conversion,
            span: expr.span,
            values: kept.values,
            bits: to.bits,
        };
        match converted.outcome() {
            Outcome::Always(_) => Certainty::Value,
            _ => Certainty::Whole,
        }
    }

    fn kept(&self, expr: &Expr) -> Option<Kept> {
        match expr.kind {
            ExprKind::Result(step, _) => self.kept.get(&step).copied(),
            _ => None,
        }
    }

    /// Both sides of arithmetic, and the type of the result. Literals take the type that the operation needs of them.
    pub(super) fn check_numbers(
        &mut self,
        context: Context<'_>,
        op: Spanned<ArithmeticOp>,
        (left, right): (&ast::Expr, &ast::Expr),
        expect: Expect<'_>,
    ) -> Declared<(Expr, Expr, Type)> {
        let (left, right) = match (is_untyped(left), is_untyped(right)) {
            (true, true) => return self.check_literals(context, (left, right), expect),
            (true, false) => {
                let right = self.check_expr(context, right, Expect::Any)?;
                let ty = beside(op.value, &right.ty, op.value == ArithmeticOp::Mul);
                (self.check_expr(context, left, Expect::Type(&ty))?, right)
            }
            (false, true) => {
                let left = self.check_expr(context, left, Expect::Any)?;
                let ty = beside(op.value, &left.ty, true);
                let right = self.check_expr(context, right, Expect::Type(&ty))?;
                (left, right)
            }
            (false, false) => {
                let left = self.check_expr(context, left, Expect::Any);
                let right = self.check_expr(context, right, Expect::Any);
                (left?, right?)
            }
        };
        match (&left.ty, &right.ty) {
            (Type::Amount(_), _) | (_, Type::Amount(_)) => self.check_money(op, left, right),
            _ => {
                let (left, right) = self.in_one_type(left, right)?;
                let ty = left.ty.clone();
                Ok((left, right, ty))
            }
        }
    }

    /// Two literals, which take the type of the place; they are numbers until they are computed.
    fn check_literals(
        &mut self,
        context: Context<'_>,
        (left, right): (&ast::Expr, &ast::Expr),
        expect: Expect<'_>,
    ) -> Declared<(Expr, Expr, Type)> {
        let number = match expect {
            Expect::Type(Type::Amount(units)) => Some((Type::Uint(units.bits), *units)),
            _ => None,
        };
        let expect = number.as_ref().map_or(expect, |(ty, _)| Expect::Type(ty));
        let left = self.check_expr(context, left, expect);
        let right = self.check_expr(context, right, expect);
        let (left, right) = (left?, right?);
        let ty = match &number {
            Some((_, units)) => Type::Amount(*units),
            None => left.ty.clone(),
        };
        Ok((left, right, ty))
    }

    /// Arithmetic with an amount: sums and differences of amounts, their relation, and what is a multiple or a part of one.
    fn check_money(
        &mut self,
        op: Spanned<ArithmeticOp>,
        left: Expr,
        right: Expr,
    ) -> Declared<(Expr, Expr, Type)> {
        use ArithmeticOp::{Add, Div, Mul, Rem, Sub};
        match (op.value, &left.ty, &right.ty) {
            (Add | Sub | Div, &Type::Amount(one), &Type::Amount(other)) => {
                self.check_same_units((&one, left.span), (&other, right.span))?;
                let ty = match op.value {
                    Div => Type::Uint(one.bits),
                    _ => left.ty.clone(),
                };
                Ok((left, right, ty))
            }
            (Mul | Div | Rem, &Type::Amount(units), Type::Uint(_)) => {
                let right = self.convert(right, Expect::Type(&Type::Uint(units.bits)), None)?;
                let ty = left.ty.clone();
                Ok((left, right, ty))
            }
            (Mul, Type::Uint(_), &Type::Amount(units)) => {
                let left = self.convert(left, Expect::Type(&Type::Uint(units.bits)), None)?;
                let ty = right.ty.clone();
                Ok((left, right, ty))
            }
            _ => {
                let sides = [&left, &right].map(|side| (side.span, self.quote(&side.ty)));
                Err(self.report(MoneyError::Operation {
                    op: op.value,
                    span: op.span,
                    sides,
                }))
            }
        }
    }

    /// Refuses two amounts that are not counted in the same.
    pub(super) fn check_same_units(
        &mut self,
        one: (&Units, Span),
        other: (&Units, Span),
    ) -> Declared<()> {
        match one.0 == other.0 {
            true => Ok(()),
            false => Err(self.mixed(one, other)),
        }
    }

    fn mixed(&mut self, one: (&Units, Span), other: (&Units, Span)) -> Reported {
        let is_one_asset = one.0.asset == other.0.asset;
        let [one, other] = [one, other].map(|(units, span)| (span, self.describe_units(units)));
        self.report(MoneyError::Mixed {
            one,
            other,
            is_one_asset,
        })
    }

    /// `` `USDC` of `solana` ``
    pub(super) fn describe_units(&self, units: &Units) -> String {
        let asset = &self.declarations.assets[units.asset].name;
        format!("`{asset}` of `{}`", self.chain_name(units.chain))
    }

    /// What is known of an amount that is taken, which may be cut so that it is whole in units of so many decimal places.
    pub(super) fn keep(&mut self, step: Step, amount: &Expr, decimals: u8) {
        if let Some(values) = range_of(amount) {
            self.kept.insert(step, Kept { values, decimals });
        }
    }
}

/// The type of a literal beside a number. Beside an amount it is one itself, unless it says how many or how few of them.
fn beside(op: ArithmeticOp, ty: &Type, is_count: bool) -> Type {
    let counts = matches!(
        op,
        ArithmeticOp::Mul | ArithmeticOp::Div | ArithmeticOp::Rem
    );
    match ty {
        Type::Amount(units) if counts && is_count => Type::Uint(units.bits),
        _ => ty.clone(),
    }
}

/// A number of units of so many decimal places in units of others, in a type of so many bits.
pub(super) fn in_units(
    expr: Expr,
    (from, certainty): (u8, Certainty),
    (to, bits): (u8, u16),
) -> Expr {
    let span = expr.span;
    if from == to && expr.ty.unsigned_bits().is_some_and(|own| own <= bits) {
        return as_number(expr, bits);
    }
    let conversion = Conversion {
        from,
        to,
        certainty,
    };
    Expr {
        kind: ExprKind::Convert(Box::new(expr), conversion),
        ty: Type::Uint(bits),
        span,
    }
}

/// The number that an amount is, or a number itself, in a type of at least its width.
pub(super) fn as_number(expr: Expr, bits: u16) -> Expr {
    let own = expr.ty.unsigned_bits().unwrap_or(bits);
    let ty = Type::Uint(own);
    widen(Expr { ty, ..expr }, Type::Uint(bits))
}

/// A number as an amount.
pub(super) fn counted(number: Expr, units: Units) -> Expr {
    let ty = Type::Amount(units);
    Expr { ty, ..number }
}
