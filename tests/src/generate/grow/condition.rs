//! Conditions: comparisons of every type that can be compared, and logic over them.

use xcc::entities::Chain;
use xcc::sema::can_widen;
use xcc::syntax::ast::BinaryOp;
use xcc::types::{INTEGER_WIDTHS, Type};

use super::Grower;
use super::scope::{Arithmetic, Leaf, Scope};
use crate::generate::Style;
use crate::generate::spec::Expr;

const EQUALITY: [BinaryOp; 2] = [BinaryOp::Equal, BinaryOp::NotEqual];
const ORDER: [BinaryOp; 6] = [
    BinaryOp::Equal,
    BinaryOp::NotEqual,
    BinaryOp::Less,
    BinaryOp::LessEqual,
    BinaryOp::Greater,
    BinaryOp::GreaterEqual,
];

impl Grower {
    /// A condition, of values that the message of the step has room for.
    pub(super) fn condition(&mut self, scope: &mut Scope, depth: u32) -> Expr {
        let condition = self.part(|grower| grower.any_condition(scope, depth));
        match condition {
            // A comparison with the value that a call is would be decided.
            Expr::Path(_) | Expr::Bool(_) => condition,
            condition => self.maybe_call(scope, &Type::Bool, condition),
        }
    }

    fn any_condition(&mut self, scope: &mut Scope, depth: u32) -> Expr {
        let nested = if depth > 0 { 3 } else { 0 };
        let asked = if scope.may_ask { 8 } else { 0 };
        match self.choices.weighed(&[1, 8, 2, nested, nested, asked]) {
            0 => Expr::Bool(self.choices.below(2) == 0),
            1 => self.comparison(scope, depth),
            2 => match self.operand(scope, |ty| *ty == Type::Bool, Type::Bool) {
                Some(leaf) => Expr::Path(leaf.path),
                None => Expr::Bool(true),
            },
            3 => Expr::Not(Box::new(self.condition(scope, depth - 1))),
            4 => {
                let op = self.choices.pick(&[BinaryOp::And, BinaryOp::Or]);
                let left = self.condition(scope, depth - 1);
                let right = self.condition(scope, depth - 1);
                Expr::Binary(op, Box::new(left), Box::new(right))
            }
            _ => self.condition_of_answer(scope, depth),
        }
    }

    fn comparison(&mut self, scope: &mut Scope, depth: u32) -> Expr {
        let new = self.comparable();
        let Some(left) = self.operand(scope, is_comparable, new) else {
            return Expr::Bool(true);
        };
        if let Some(comparison) = self.comparison_of_computed(scope, &left) {
            return comparison;
        }
        let side = Expr::Path(left.path.clone());
        self.compared(scope, (&left, side), depth)
    }

    /// A comparison of something that is known as a value with something else.
    pub(super) fn compared(
        &mut self,
        scope: &mut Scope,
        (known, left): (&Leaf, Expr),
        depth: u32,
    ) -> Expr {
        let right = self.other_side(scope, known, depth);
        let ops: &[_] = match known.ty {
            Type::Uint(_) | Type::Int(_) | Type::Amount(_)
                if !may_be_extreme(&right, &known.ty) =>
            {
                &ORDER
            }
            _ => &EQUALITY,
        };
        let op = match (self.style, scope.holding_of(known)) {
            // Few values that are drawn make just so much of a holding.
            (Style::Emitted, Some(_)) if ops.len() > 2 => self.choices.pick(&ORDER[2..]),
            _ => self.choices.pick(ops),
        };
        let (left, right) = match self.choices.chance(30) {
            true => (right, left),
            false => (left, right),
        };
        Expr::Binary(op, Box::new(left), Box::new(right))
    }

    /// A comparison of what is computed from a number with another number of its type: no literal, which could decide it.
    fn comparison_of_computed(&mut self, scope: &mut Scope, left: &Leaf) -> Option<Expr> {
        let is_possible = matches!(left.ty, Type::Uint(_)) && scope.arithmetic != Arithmetic::None;
        if !is_possible || !self.choices.chance(40) {
            return None;
        }
        let right = self.operand(scope, |ty| *ty == left.ty, left.ty.clone())?;
        let left = self.computed(scope.arithmetic, Expr::Path(left.path.clone()))?;
        // Of the values that are drawn few are just what is computed of others.
        let ops = match self.style {
            Style::Checked => &ORDER[..],
            Style::Emitted => &ORDER[2..],
        };
        let (op, right) = (self.choices.pick(ops), Expr::Path(right.path));
        Some(Expr::Binary(op, Box::new(left), Box::new(right)))
    }

    /// What a value is compared with: not itself, which would decide the comparison.
    fn other_side(&mut self, scope: &mut Scope, left: &Leaf, depth: u32) -> Expr {
        let other = self.any_side(scope, left, depth);
        match other {
            Some(Expr::Path(path)) if scope.leaf(&path).is_some_and(|it| it.is_same(left)) => {
                self.literal(&left.ty)
            }
            other => other.unwrap_or_else(|| self.literal(&left.ty)),
        }
    }

    /// Something to compare a value with, unless that is a literal.
    fn any_side(&mut self, scope: &mut Scope, left: &Leaf, depth: u32) -> Option<Expr> {
        let ty = left.ty.clone();
        match self.choices.weighed(&[4, 4, 2, 1]) {
            1 => {
                let fits = |other: &Type| can_widen(other, &ty) || can_widen(&ty, other);
                let other = self.operand(scope, fits, ty.clone());
                other.map(|leaf| Expr::Path(leaf.path))
            }
            2 => self.field_in_place(&ty),
            3 if ty == Type::Bool && depth > 0 => Some(self.condition(scope, depth - 1)),
            _ => None,
        }
    }

    /// A value of a type that is fitting, or a new input, if the message has room for one.
    pub(super) fn operand(
        &mut self,
        scope: &mut Scope,
        is_fitting: impl Fn(&Type) -> bool,
        new: Type,
    ) -> Option<Leaf> {
        let cost = |leaf: &Leaf| match scope.is_carried(leaf) {
            true => self.size_of(&leaf.ty),
            false => 0,
        };
        let known = scope.leaves.iter();
        // What is computed may lie in a narrow range.
        let known = known.filter(|leaf| !leaf.is_computed);
        let known = known.filter(|leaf| is_fitting(&leaf.ty) && cost(leaf) <= scope.room);
        let known = known.filter(|leaf| self.may_decide(scope, leaf));
        let known: Vec<_> = known.map(|leaf| (leaf.clone(), cost(leaf))).collect();
        let (leaf, cost) = if !known.is_empty() && !self.choices.chance(30) {
            self.choices.pick(&known)
        } else {
            let cost = self.size_of(&new);
            // Inputs are counted at home.
            let is_foreign = matches!(new, Type::Amount(units) if Some(units.chain) != scope.home);
            if cost > scope.room || is_foreign {
                return None;
            }
            let path = scope.add_input(&self.spec.declarations, new.clone());
            let leaf = Leaf {
                path,
                names: None,
                ty: new,
                of: None,
                is_computed: false,
                is_partial: false,
            };
            (leaf, cost)
        };
        scope.room -= cost;
        scope.decisive.insert(scope.decider(&leaf));
        Some(leaf)
    }

    /// Whether something may be decided by a value. What is emitted is run, and made to go every way that it can go.
    pub(super) fn may_decide(&self, scope: &Scope, leaf: &Leaf) -> bool {
        self.style == Style::Checked || !scope.decisive.contains(&scope.decider(leaf))
    }

    /// A type whose values are compared.
    fn comparable(&mut self) -> Type {
        let chains: Vec<Chain> = self.spec.declarations.chains.keys().collect();
        let enums: Vec<_> = self.spec.declarations.enums.keys().collect();
        let enums_weight = if enums.is_empty() { 0 } else { 5 };
        match self.choices.weighed(&[6, 3, 2, 2, 2, enums_weight]) {
            0 => Type::Uint(self.choices.pick(&INTEGER_WIDTHS)),
            1 => Type::Int(self.choices.pick(&INTEGER_WIDTHS)),
            2 => Type::Bool,
            3 => Type::FixedBytes(1 + self.choices.below(32) as u8),
            4 => Type::Address(self.choices.pick(&chains)),
            _ => Type::Enum(self.choices.pick(&enums)),
        }
    }
}

/// Whether literals alone may decide a condition. A comparison has a value of the workflow on one side at least.
pub(super) fn may_be_decided(condition: &Expr) -> bool {
    match condition {
        Expr::Bool(_) => true,
        Expr::Not(inner) => may_be_decided(inner),
        Expr::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
            may_be_decided(left) || may_be_decided(right)
        }
        Expr::Call { written_out, .. } => may_be_decided(written_out),
        _ => false,
    }
}

/// Whether something may be the least or the greatest number of its type, with which an order may be decided.
fn may_be_extreme(expr: &Expr, ty: &Type) -> bool {
    match expr {
        Expr::Number(text) => text.contains("0x") || text == "0" && !matches!(ty, Type::Int(_)),
        Expr::FieldOf(..) => true,
        _ => false,
    }
}

fn is_comparable(ty: &Type) -> bool {
    match ty {
        Type::Uint(_)
        | Type::Int(_)
        | Type::Bool
        | Type::FixedBytes(_)
        | Type::Enum(_)
        | Type::Address(_)
        | Type::Amount(_) => true,
        Type::Bytes(_)
        | Type::String(_)
        | Type::List(..)
        | Type::Array(..)
        | Type::Option(_)
        | Type::Record(_) => false,
    }
}
