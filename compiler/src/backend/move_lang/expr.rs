//! Expressions with their precedence, so that parentheses stand where they are needed and nowhere else.

use super::doc::{Brackets, Doc};
use crate::hir::BinaryOp;
use crate::ir::ArithmeticOp;

/// How strongly the outermost operator of an expression binds, from weakest to strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    /// `a || b`
    Or,
    /// `a && b`
    And,
    /// `a == b`, `a < b`; two of them do not stand side by side.
    Comparison,
    /// `a + b`, `a - b`
    Sum,
    /// `a * b`, `a / b`, `a % b`
    Product,
    /// `!a`, `&a`
    Prefix,
    /// Names, literals, calls, field accesses, everything in brackets.
    Atom,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// Its text.
    pub doc: Doc,
    /// How strongly its outermost operator binds.
    pub precedence: Precedence,
}

impl Expr {
    /// A name, a literal, or anything else that never needs parentheses.
    pub fn atom(text: impl Into<String>) -> Self {
        Doc::text(text).into()
    }

    /// `head(args)`
    pub fn call(head: impl Into<String>, args: impl IntoIterator<Item = Expr>) -> Self {
        let args = args.into_iter().map(|arg| arg.doc).collect();
        Doc::call(head, args).into()
    }

    /// `vector[elements]`
    pub fn vector(elements: impl IntoIterator<Item = Expr>) -> Self {
        let elements = elements.into_iter().map(|element| element.doc).collect();
        Doc::list("vector", Brackets::Square, elements).into()
    }

    /// `(value as ty)`
    #[must_use]
    pub fn cast(self, ty: &str) -> Self {
        self.at_least(Precedence::Prefix)
            .after("(")
            .then(" as ")
            .then(ty)
            .then(")")
            .into()
    }

    /// `&value`
    #[must_use]
    pub fn borrowed(self) -> Self {
        Expr {
            doc: self.at_least(Precedence::Prefix).after("&"),
            precedence: Precedence::Prefix,
        }
    }

    /// `value.suffix`
    #[must_use]
    pub fn member(self, suffix: &str) -> Self {
        self.at_least(Precedence::Atom)
            .then(".")
            .then(suffix)
            .into()
    }

    /// `!value`
    #[must_use]
    pub fn negated(self) -> Self {
        Expr {
            doc: self.at_least(Precedence::Prefix).after("!"),
            precedence: Precedence::Prefix,
        }
    }

    /// A comparison or a logical connection.
    pub fn binary(op: BinaryOp, left: Expr, right: Expr) -> Self {
        let (symbol, precedence) = match op {
            BinaryOp::Eq => ("==", Precedence::Comparison),
            BinaryOp::Ne => ("!=", Precedence::Comparison),
            BinaryOp::Lt => ("<", Precedence::Comparison),
            BinaryOp::Le => ("<=", Precedence::Comparison),
            BinaryOp::Gt => (">", Precedence::Comparison),
            BinaryOp::Ge => (">=", Precedence::Comparison),
            BinaryOp::And => ("&&", Precedence::And),
            BinaryOp::Or => ("||", Precedence::Or),
        };
        // Comparisons do not associate; the logical operators do either way.
        let is_logical = precedence < Precedence::Comparison;
        let right_least = if is_logical {
            precedence
        } else {
            precedence.next()
        };
        Self::infix(
            symbol,
            precedence,
            [(left, right_least), (right, right_least)],
        )
    }

    /// `(if (condition) value else otherwise)`
    pub fn conditional(condition: Expr, value: Expr, otherwise: Expr) -> Self {
        let rest = value.doc.then(" else ").join(otherwise.doc);
        let head = condition.doc.after("if (").then(")");
        Doc::call("", vec![Doc::hanging(head, rest)]).into()
    }

    /// Checked arithmetic on unsigned integers.
    pub fn arithmetic(op: ArithmeticOp, left: Expr, right: Expr) -> Self {
        let (symbol, precedence) = match op {
            ArithmeticOp::Add => ("+", Precedence::Sum),
            ArithmeticOp::Sub => ("-", Precedence::Sum),
            ArithmeticOp::Mul => ("*", Precedence::Product),
            ArithmeticOp::Div => ("/", Precedence::Product),
            ArithmeticOp::Rem => ("%", Precedence::Product),
        };
        Self::infix(
            symbol,
            precedence,
            [(left, precedence), (right, precedence.next())],
        )
    }

    /// The bits that both sides have. It binds weaker than arithmetic, and stands in parentheses beside anything.
    pub fn masked(value: Expr, mask: Expr) -> Self {
        let least = Precedence::Prefix;
        Self::infix("&", Precedence::Or, [(value, least), (mask, least)])
    }

    fn infix(symbol: &str, precedence: Precedence, sides: [(Expr, Precedence); 2]) -> Self {
        let [left, right] = sides.map(|(side, least)| side.at_least(least));
        Expr {
            doc: left.then(" ").then(symbol).then(" ").join(right),
            precedence,
        }
    }

    /// The text, in parentheses if the expression binds weaker than the place demands.
    fn at_least(self, least: Precedence) -> Doc {
        if self.precedence >= least {
            self.doc
        } else {
            self.doc.after("(").then(")")
        }
    }
}

impl Precedence {
    fn next(self) -> Self {
        match self {
            Precedence::Or => Precedence::And,
            Precedence::And => Precedence::Comparison,
            Precedence::Comparison => Precedence::Sum,
            Precedence::Sum => Precedence::Product,
            Precedence::Product => Precedence::Prefix,
            Precedence::Prefix | Precedence::Atom => Precedence::Atom,
        }
    }
}

impl From<Doc> for Expr {
    /// Text that never needs parentheses.
    fn from(doc: Doc) -> Self {
        Expr {
            doc,
            precedence: Precedence::Atom,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(expr: Expr) -> String {
        expr.doc.flat()
    }

    #[test]
    fn parentheses_stand_where_they_are_needed() {
        let [a, b, c] = ["a", "b", "c"].map(Expr::atom);
        let sum = Expr::arithmetic(ArithmeticOp::Add, a.clone(), b.clone());
        let product = Expr::arithmetic(ArithmeticOp::Mul, sum.clone(), c.clone());
        assert_eq!(flat(product), "(a + b) * c");
        let difference = Expr::arithmetic(ArithmeticOp::Sub, c.clone(), sum.clone());
        assert_eq!(flat(difference), "c - (a + b)");
        let less = Expr::binary(BinaryOp::Lt, sum, c.clone());
        assert_eq!(flat(less.clone()), "a + b < c");
        assert_eq!(flat(less.clone().negated()), "!(a + b < c)");
        let same = Expr::binary(BinaryOp::Eq, less.clone(), b.clone());
        assert_eq!(flat(same), "(a + b < c) == b");
        let both = Expr::binary(BinaryOp::And, less.clone(), b);
        let either = Expr::binary(BinaryOp::Or, both.clone(), less.clone());
        assert_eq!(flat(either.clone()), "a + b < c && b || a + b < c");
        assert_eq!(
            flat(Expr::binary(BinaryOp::And, either, c)),
            "(a + b < c && b || a + b < c) && c"
        );
        assert_eq!(flat(less.cast("u8")), "((a + b < c) as u8)");
        assert_eq!(flat(a.borrowed()), "&a");
    }
}
