//! Expressions of a type.

use xcc::types::Type;
use xcc::vm::Vm;

use super::Grower;
use super::scope::{Arithmetic, Asks, Leaf, Scope};
use super::types::Records;
use crate::generate::spec::Expr;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Literal,
    Leaf,
    Compound,
    Arithmetic,
    Amount,
    Token,
}

const FORMS: [Form; 6] = [
    Form::Literal,
    Form::Leaf,
    Form::Compound,
    Form::Arithmetic,
    Form::Amount,
    Form::Token,
];

impl Grower {
    /// An expression for a place that wants this type. `depth` is how deep it may nest.
    pub(super) fn expr(&mut self, scope: &mut Scope, ty: &Type, asks: Asks, depth: u32) -> Expr {
        let expr = self.part(|grower| grower.any_expr(scope, ty, asks, depth));
        match asks.has_bounds(ty) {
            true => self.maybe_call(scope, ty, expr),
            // What a function gives has bounds, and what stands here may have other ones.
            false => expr,
        }
    }

    fn any_expr(&mut self, scope: &mut Scope, ty: &Type, asks: Asks, depth: u32) -> Expr {
        let literal = if is_literal(ty) { 3 } else { 0 };
        let compound = match (depth, self.is_compound(scope, ty, asks)) {
            (1.., true) => 2,
            _ => 0,
        };
        let is_number = matches!(ty, Type::Uint(_)) && scope.arithmetic != Arithmetic::None;
        let arithmetic = if is_number { 3 } else { 0 };
        let counts = asks == Asks::Param && self.can_be_amount(scope, ty);
        let amount = if counts { 4 } else { 0 };
        let token = u32::from(self.has_token(ty));
        let weights = [literal, 5, compound, arithmetic, amount, token];
        match FORMS[self.choices.weighed(&weights)] {
            Form::Literal => self.literal_or_const(ty),
            Form::Leaf => self.leaf(scope, ty, asks),
            Form::Compound => self.compound(scope, ty, depth - 1),
            Form::Arithmetic => {
                let arithmetic = self.arithmetic(scope, ty);
                arithmetic.unwrap_or_else(|| self.literal_or_const(ty))
            }
            Form::Amount => {
                let amount = self.amount_for_call(scope);
                amount.unwrap_or_else(|| self.literal_or_const(ty))
            }
            Form::Token => match *ty {
                Type::Address(chain) => self.token(chain).map(Expr::Asset),
                _ => None,
            }
            .unwrap_or_else(|| self.literal_or_const(ty)),
        }
    }

    /// Whether a record can be built of literals and of values that are there.
    pub(super) fn is_buildable(&self, ty: &Type) -> bool {
        let Type::Record(record) = ty else {
            return false;
        };
        let fields = &self.spec.declarations.records[*record].fields;
        fields.iter().all(|field| is_literal(&field.ty))
    }

    /// A record, each field of which is a literal or a value that is there.
    pub(super) fn record_of_values(&mut self, scope: &mut Scope, ty: &Type) -> Expr {
        self.compound(scope, ty, 0)
    }

    /// A value that is there and fits, or a new input. It takes no more room than the type it is for.
    fn leaf(&mut self, scope: &mut Scope, ty: &Type, asks: Asks) -> Expr {
        let most = self.size_of(ty);
        let fits = |leaf: &&Leaf| {
            let has_room = !scope.is_carried(leaf) || self.size_of(&leaf.ty) <= most;
            let may_be_computed = scope.arithmetic != Arithmetic::None && !leaf.is_partial;
            let is_allowed = !leaf.is_computed || may_be_computed;
            asks.takes(&leaf.ty, ty) && has_room && is_allowed
        };
        let known = scope.leaves.iter().filter(fits);
        let known: Vec<_> = known.map(|leaf| (leaf.path.clone(), leaf.of)).collect();
        let results: Vec<_> = known
            .iter()
            .filter(|(_, of)| of.is_some())
            .cloned()
            .collect();
        let (known, new) = match results.is_empty() {
            true => (known, 30),
            // Fewer values are results than are inputs, and more can go wrong with them.
            false if self.choices.chance(60) => (results, 0),
            false => (known, 30),
        };
        let can_be_new = scope.records.allow(ty, &self.spec.declarations);
        if !known.is_empty() && (!self.choices.chance(new) || !can_be_new) {
            return Expr::Path(self.choices.pick(&known).0);
        }
        let ty = self.narrowed(ty);
        self.new_value(scope, ty)
    }

    /// A new input, or a record of such where inputs are none.
    fn new_value(&self, scope: &mut Scope, ty: Type) -> Expr {
        match ty {
            Type::Record(record) if scope.records != Records::Anywhere => {
                let fields = self.spec.declarations.records[record].fields.iter();
                let parts = fields.map(|field| self.new_value(scope, field.ty.clone()));
                Expr::Record(record, parts.collect())
            }
            ty => Expr::Path(scope.add_input(&self.spec.declarations, ty)),
        }
    }

    /// A type whose values all are of the given one.
    fn narrowed(&mut self, ty: &Type) -> Type {
        if !self.choices.chance(25) {
            return ty.clone();
        }
        let halved = |width: u16| match width {
            8 => 8,
            _ => width / 2,
        };
        match ty {
            Type::Uint(width) => Type::Uint(halved(*width)),
            Type::Int(width) => Type::Int(halved(*width)),
            Type::Bytes(bound) => Type::Bytes(bound.div_ceil(2)),
            Type::String(bound) => Type::String(bound.div_ceil(2)),
            Type::List(element, bound) => Type::List(element.clone(), bound.div_ceil(2)),
            other => other.clone(),
        }
    }

    /// A literal of a type that has some.
    pub(super) fn literal(&mut self, ty: &Type) -> Expr {
        match ty {
            Type::Bool => Expr::Bool(self.choices.below(2) == 1),
            Type::Uint(width) => self.number(*width, false),
            Type::Amount(units) => self.number(units.bits, false),
            Type::Int(width) => self.number(*width, true),
            Type::FixedBytes(length) => Expr::Bytes(self.bytes(u32::from(*length))),
            Type::Bytes(bound) => {
                let length = self.choices.below(bound + 1);
                Expr::Bytes(self.bytes(length))
            }
            Type::String(bound) => Expr::Text(self.text(*bound)),
            Type::Enum(id) => {
                let count = self.spec.declarations.enums[*id].variants.len() as u32;
                Expr::Variant(*id, self.choices.below(count) as usize)
            }
            Type::Address(chain) => Expr::Constant(self.any_key(*chain)),
            other => unreachable!("{other:?} has no literals"),
        }
    }

    /// A small number, or the one at an end of the range.
    fn number(&mut self, width: u16, is_signed: bool) -> Expr {
        let digits = usize::from(width / 4);
        let text = match (self.choices.weighed(&[6, 1, 2, 1]), is_signed) {
            (1, false) => format!("0x{}", "f".repeat(digits)),
            (1, true) => format!("0x7{}", "f".repeat(digits - 1)),
            (2, true) => format!("-{}", self.choices.below(100)),
            (3, true) => format!("-0x8{}", "0".repeat(digits - 1)),
            _ => self.choices.below(128).to_string(),
        };
        Expr::Number(text)
    }

    fn bytes(&mut self, length: u32) -> Vec<u8> {
        let first = self.choices.below(256) as u8;
        (0..length).map(|at| first.wrapping_add(at as u8)).collect()
    }

    /// Text of at most so many bytes.
    fn text(&mut self, most: u32) -> String {
        let texts = ["", "a", "é", "it's", "a \"quoted\" \\ \u{1f600}\n"];
        let fitting = texts
            .iter()
            .take_while(|text| text.len() <= most as usize)
            .count();
        self.choices.pick(&texts[..fitting]).to_owned()
    }

    /// Whether values of the type can be built of others where a place asks like this.
    fn is_compound(&self, scope: &Scope, ty: &Type, asks: Asks) -> bool {
        let vm = scope.chain.map(|chain| self.spec.vm(chain));
        match ty {
            Type::Bool | Type::Record(_) => true,
            Type::Option(some) => {
                let is_list = matches!(**some, Type::List(..) | Type::Array(..) | Type::Option(_));
                asks == Asks::Type || !is_list || is_natural(some, vm)
            }
            Type::Array(element, _) if **element == Type::Uint(8) => true,
            Type::List(element, _) | Type::Array(element, _) => {
                asks == Asks::Type || is_natural(element, vm)
            }
            _ => false,
        }
    }

    fn compound(&mut self, scope: &mut Scope, ty: &Type, depth: u32) -> Expr {
        match ty {
            Type::Bool => self.condition(scope, depth),
            Type::Record(record) => {
                let fields = self.spec.declarations.records[*record].fields.clone();
                let fields = fields.iter();
                let parts = fields.map(|field| self.expr(scope, &field.ty, Asks::Type, depth));
                Expr::Record(*record, parts.collect())
            }
            Type::Array(element, length) => self.list(scope, element, *length, depth),
            Type::List(element, bound) => {
                let length = self.choices.below(bound.min(&3) + 1);
                self.list(scope, element, length, depth)
            }
            Type::Option(some) => {
                let value = self.maybe(60, |grower| grower.expr(scope, some, Asks::Type, depth));
                Expr::Optional(value.map(Box::new))
            }
            other => unreachable!("{other:?} has no parts"),
        }
    }

    fn list(&mut self, scope: &mut Scope, element: &Type, length: u32, depth: u32) -> Expr {
        let parts = (0..length).map(|_| self.expr(scope, element, Asks::Type, depth));
        Expr::List(parts.collect())
    }

    /// A field of a record that is built in place, if some record has one of exactly this type and literals for the others.
    pub(super) fn field_in_place(&mut self, ty: &Type) -> Option<Expr> {
        let records = self.spec.declarations.records.iter();
        let fitting = records.filter(|(_, record)| {
            let mut types = record.fields.iter().map(|field| &field.ty);
            types.clone().all(is_literal) && types.any(|other| other == ty)
        });
        let fitting: Vec<_> = fitting.map(|(id, _)| id).collect();
        if fitting.is_empty() {
            return None;
        }
        let record = self.choices.pick(&fitting);
        let fields = self.spec.declarations.records[record].fields.clone();
        let field = fields.iter().find(|field| field.ty == *ty)?;
        let parts = fields.iter().map(|field| self.literal(&field.ty));
        let record = Expr::Record(record, parts.collect());
        Some(Expr::FieldOf(Box::new(record), field.name.clone()))
    }
}

/// Whether literals stand for values of the type.
pub(super) fn is_literal(ty: &Type) -> bool {
    match ty {
        Type::Bool
        | Type::Uint(_)
        | Type::Int(_)
        | Type::FixedBytes(_)
        | Type::Bytes(_)
        | Type::String(_)
        | Type::Enum(_)
        | Type::Address(_) => true,
        Type::List(..) | Type::Array(..) | Type::Option(_) | Type::Record(_) | Type::Amount(_) => {
            false
        }
    }
}

/// Whether the type of a parameter follows from the interface, so that elements of a list literal for it need none of their own.
/// An array of so few bytes is a `bytesN` in the interface.
fn is_natural(ty: &Type, vm: Option<Vm>) -> bool {
    match ty {
        Type::Bool | Type::Uint(_) | Type::Int(_) | Type::FixedBytes(_) | Type::Address(_) => true,
        Type::Array(element, length) if **element == Type::Uint(8) && vm == Some(Vm::Svm) => {
            *length > 32
        }
        Type::Array(inner, _) | Type::Option(inner) => is_natural(inner, vm),
        _ => false,
    }
}
