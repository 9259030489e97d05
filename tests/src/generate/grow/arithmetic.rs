//! Arithmetic on unsigned numbers, and such of it as always has a value.

use xcc::sema::can_widen;
use xcc::syntax::ast::BinaryOp;
use xcc::types::Type;

use super::Grower;
use super::scope::{Arithmetic, Scope};
use crate::generate::spec::Expr;

const OPERATIONS: [BinaryOp; 5] = [
    BinaryOp::Add,
    BinaryOp::Subtract,
    BinaryOp::Multiply,
    BinaryOp::Divide,
    BinaryOp::Remainder,
];

/// Those that always have a value if their right side is a literal.
const TOTAL: [BinaryOp; 2] = [BinaryOp::Divide, BinaryOp::Remainder];

impl Grower {
    /// Arithmetic whose result is of a type or a narrower one, if the place may have some and the message has room for its sides.
    pub(super) fn arithmetic(&mut self, scope: &mut Scope, ty: &Type) -> Option<Expr> {
        if self.choices.chance(20)
            && self.has_asset()
            && let Some(relation) = self.relation(scope, ty)
        {
            return Some(relation);
        }
        if scope.arithmetic == Arithmetic::Partial
            && self.choices.chance(40)
            && let Some(named) = self.partial_name(scope, ty)
        {
            return Some(named);
        }
        let side = self.side(scope, ty)?;
        match scope.arithmetic {
            Arithmetic::None => None,
            Arithmetic::Total => Some(self.total(scope, ty, side)),
            Arithmetic::Partial => Some(match self.choices.weighed(&[2, 2, 1, 1]) {
                0 => self.with_literal(&OPERATIONS, side),
                1 => self.with_side(scope, ty, side),
                2 => {
                    let inner = self.with_literal(&OPERATIONS, side);
                    self.with_side(scope, ty, inner)
                }
                _ => self.total(scope, ty, side),
            }),
        }
    }

    /// A value with arithmetic on it, of the same type.
    pub(super) fn computed(&mut self, arithmetic: Arithmetic, side: Expr) -> Option<Expr> {
        match arithmetic {
            Arithmetic::None => None,
            Arithmetic::Total => Some(self.with_literal(&TOTAL, side)),
            Arithmetic::Partial => Some(self.with_literal(&OPERATIONS, side)),
        }
    }

    /// The name of arithmetic that may have no value, if the message has room for what it is computed of.
    fn partial_name(&mut self, scope: &mut Scope, ty: &Type) -> Option<Expr> {
        let known = scope.leaves.iter().filter(|leaf| leaf.is_partial);
        let known = known.filter(|leaf| can_widen(&leaf.ty, ty) && self.may_decide(scope, leaf));
        let known = known.cloned().collect();
        let leaf = self.one_of(known)?;
        let cost = self.size_of(&leaf.ty);
        if cost > scope.room {
            return None;
        }
        scope.room -= cost;
        scope.decisive.insert(scope.decider(&leaf));
        Some(Expr::Path(leaf.path))
    }

    fn total(&mut self, scope: &mut Scope, ty: &Type, side: Expr) -> Expr {
        if self.choices.chance(60) {
            return self.with_literal(&TOTAL, side);
        }
        let remainder = |grower: &mut Self, side| grower.with_literal(&TOTAL[1..], side);
        let left = remainder(self, side);
        match self.side(scope, ty) {
            // Two remainders of literals of seven bits come to less than 2^8.
            Some(side) => binary(BinaryOp::Add, left, remainder(self, side)),
            None => left,
        }
    }

    /// The literal is neither so small nor so great that it decides anything: what is computed has a value in some instances.
    fn with_literal(&mut self, operations: &[BinaryOp], side: Expr) -> Expr {
        let op = self.choices.pick(operations);
        let literal = Expr::Number((2 + self.choices.below(126)).to_string());
        let swaps = operations.len() > TOTAL.len() && self.choices.chance(30);
        match swaps {
            true => binary(op, literal, side),
            false => binary(op, side, literal),
        }
    }

    fn with_side(&mut self, scope: &mut Scope, ty: &Type, side: Expr) -> Expr {
        let op = self.choices.pick(&OPERATIONS);
        match self.side(scope, ty) {
            Some(other) if self.choices.chance(50) => binary(op, other, side),
            Some(other) => binary(op, side, other),
            None => side,
        }
    }

    fn side(&mut self, scope: &mut Scope, ty: &Type) -> Option<Expr> {
        let Type::Uint(most) = *ty else { return None };
        let is_fitting = |ty: &Type| matches!(ty, Type::Uint(width) if *width <= most);
        let leaf = self.operand(scope, is_fitting, ty.clone());
        leaf.map(|leaf| Expr::Path(leaf.path))
    }
}

/// Whether there is arithmetic in an expression, by name or not.
pub(super) fn has_arithmetic(scope: &Scope, expr: &Expr) -> bool {
    expr.any(&|part| match part {
        Expr::Path(path) => scope.leaf(path).is_some_and(|leaf| leaf.is_computed),
        Expr::Binary(op, ..) => OPERATIONS.contains(op),
        _ => false,
    })
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::Binary(op, Box::new(left), Box::new(right))
}
