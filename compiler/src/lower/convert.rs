//! How amounts are converted: by a power of ten, and into another width.

use crate::entities::Value;
use crate::hir::{ArithmeticOp, BinaryOp, Certainty, Conversion, Expr};
use crate::interval::Interval;
use crate::literal::U256;
use crate::types::Type;

use super::builder::BodyBuilder;
use super::compute::Computation;

impl Computation<'_> {
    /// An amount in other units, unless it waits for a branch. Amounts are multiplied in the width that they get, and divided in the one
    /// that they have.
    pub(super) fn convert(
        &mut self,
        expr: &Expr,
        amount: Value,
        conversion: Conversion,
        builder: &mut BodyBuilder,
    ) -> Option<Value> {
        let bits = bits_of(&expr.ty);
        let factor = conversion.factor();
        if conversion.divides() {
            let whole = self.divide(amount, (factor, conversion.certainty), builder);
            return Some(self.resize(whole, (bits, conversion.certainty), builder));
        }
        if factor == U256::one() {
            return Some(self.resize(amount, (bits, conversion.certainty), builder));
        }
        let sides = self.factors(expr, amount, conversion, builder);
        let (number, Some(factor)) = sides else {
            return Some(sides.0);
        };
        self.product(number, factor, conversion.certainty, builder)
    }

    /// What is multiplied for a conversion: the amount in its new width, and how many of the new units the old one is. Without the latter the
    /// former is the result already. They are the same again after a branch.
    fn factors(
        &mut self,
        expr: &Expr,
        amount: Value,
        conversion: Conversion,
        builder: &mut BodyBuilder,
    ) -> (Value, Option<Value>) {
        let place = std::ptr::from_ref(expr);
        if let Some(&sides) = self.factors.get(&place) {
            return sides;
        }
        let (bits, factor) = (bits_of(&expr.ty), conversion.factor());
        let certainty = conversion.certainty;
        let sides = match factor > Interval::of_bits(bits).most {
            // There is room only for nothing.
            true => (self.nothing((amount, bits), certainty, builder), None),
            false => {
                let number = self.resize(amount, (bits, certainty), builder);
                (number, Some(builder.number("factor", bits, factor)))
            }
        };
        self.factors.insert(place, sides);
        sides
    }

    /// Zero in a type of so many bits, for an amount that has to be nothing.
    fn nothing(
        &mut self,
        (amount, bits): (Value, u16),
        certainty: Certainty,
        builder: &mut BodyBuilder,
    ) -> Value {
        let zero = builder.number("zero", bits_of(&builder.type_of(amount)), U256::zero());
        self.ask_unless(Certainty::Value, certainty, builder, |builder| {
            builder.binary("is_nothing", BinaryOp::Eq, amount, zero)
        });
        builder.number("zero", bits, U256::zero())
    }

    /// The quotient, which leaves no remainder if the amount is whole in the other units.
    fn divide(
        &mut self,
        amount: Value,
        (factor, certainty): (U256, Certainty),
        builder: &mut BodyBuilder,
    ) -> Value {
        let bits = bits_of(&builder.type_of(amount));
        if factor > Interval::of_bits(bits).most {
            // Only nothing is a whole number of so many, and it is known to be that if it is known to be whole.
            let certainty = match certainty {
                Certainty::Nothing => Certainty::Nothing,
                _ => Certainty::Value,
            };
            return self.nothing((amount, bits), certainty, builder);
        }
        let factor = builder.number("factor", bits, factor);
        self.ask_unless(Certainty::Whole, certainty, builder, |builder| {
            let rest = builder.arithmetic(ArithmeticOp::Rem, amount, factor);
            let zero = builder.number("zero", bits, U256::zero());
            builder.binary("is_whole", BinaryOp::Eq, rest, zero)
        });
        builder.arithmetic(ArithmeticOp::Div, amount, factor)
    }

    /// The number in a type of so many bits.
    fn resize(
        &mut self,
        number: Value,
        (bits, certainty): (u16, Certainty),
        builder: &mut BodyBuilder,
    ) -> Value {
        let own = bits_of(&builder.type_of(number));
        if own < bits {
            return builder.widen(number, bits);
        }
        if own == bits {
            return number;
        }
        let most = Interval::of_bits(bits).most;
        if !builder.is_at_most(number, most) {
            self.ask_unless(Certainty::Value, certainty, builder, |builder| {
                let most = builder.number("most", own, most);
                builder.binary("has_room", BinaryOp::Le, number, most)
            });
        }
        builder.narrow(number, bits)
    }
}

fn bits_of(ty: &Type) -> u16 {
    ty.unsigned_bits().expect("amounts are unsigned numbers")
}
