//! Values: where the emitted code finds each, and the expressions that compute them.

use super::Target;
use super::body::{BodyWriter, Bound, CONDITION_WIDTH, Owner, field};
use super::names::rust_snake_case;
use super::text;
use super::types::{is_copy, rust_type};
use crate::backend::printer::Printer;
use crate::entities::{Block, Inst, Record, Slot, Value};
use crate::hir::BinaryOp;
use crate::ir::{InstData, Terminator};
use crate::literal::{Literal, U256};
use crate::types::{Type, Units};
use crate::wire::Value as WireValue;

impl<'a> BodyWriter<'_, 'a> {
    /// An instruction that defines one value: short expressions stand where the value is used, others get a variable.
    pub(super) fn compute(&mut self, printer: &mut Printer, inst: &'a InstData) {
        let [result] = *inst.results() else { return };
        if !self.uses.contains_key(&result) {
            return;
        }
        if let InstData::Record { record, fields, .. } = inst {
            return self.record(printer, result, *record, fields);
        }
        if let InstData::ArithmeticOrZero {
            op,
            left,
            right,
            fits,
            ..
        } = inst
        {
            let value = self.arithmetic(*op, *left, *right);
            return self.value_or_zero(printer, result, *fits, &value);
        }
        let (text, owner) = self.expression(inst);
        let is_leaf = match inst {
            InstData::Literal { .. } => is_copy(self.declarations(), self.ty(result)),
            InstData::Constant { .. }
            | InstData::Deadline { .. }
            | InstData::Caller { .. }
            | InstData::Field { .. } => true,
            InstData::Load { slot, .. } => !self.stores(self.current, *slot),
            InstData::Binary { .. } | InstData::Fits { .. } => {
                self.decides(result) && text.len() <= CONDITION_WIDTH
            }
            _ => false,
        };
        if is_leaf {
            return self.bind(result, text, owner);
        }
        let name = self
            .scope
            .choose(&rust_snake_case(&self.body.values[result].name));
        let ty = match inst {
            InstData::List { .. } => format!(": {}", rust_type(self.target, self.ty(result))),
            _ => String::new(),
        };
        let text = if owner == Owner::Record && !is_copy(self.declarations(), self.ty(result)) {
            format!("{text}.clone()")
        } else {
            text
        };
        text::assign(printer, &format!("let {name}{ty}"), &text);
        self.bind(result, name, Owner::Local);
    }

    /// A record gets a variable, because how it is laid out depends on its width.
    fn record(&mut self, printer: &mut Printer, result: Value, record: Record, fields: &[Value]) {
        let name = self
            .scope
            .choose(&rust_snake_case(&self.body.values[result].name));
        let names = &self.target.names.records[&record];
        let values = fields.iter().map(|&value| self.take(value));
        let fields: Vec<_> = names.members.iter().zip(values).map(field).collect();
        let open = format!("let {name} = {}", names.ty);
        text::struct_literal(printer, &open, &fields, ";");
        self.bind(result, name, Owner::Local);
    }

    pub(super) fn expression(&self, inst: &InstData) -> (String, Owner) {
        match inst {
            InstData::Literal { result, literal } => (
                literal_text(self.target, self.ty(*result), literal),
                Owner::Fresh,
            ),
            InstData::Constant { constant, .. } => {
                (self.target.names.constants[constant].clone(), Owner::Fresh)
            }
            InstData::Binary {
                op, left, right, ..
            } => (self.binary(*op, *left, *right), Owner::Fresh),
            InstData::Fits {
                op, left, right, ..
            } => (self.fits(*op, *left, *right), Owner::Fresh),
            InstData::Arithmetic {
                op, left, right, ..
            } => (self.arithmetic(*op, *left, *right), Owner::Fresh),
            InstData::Not { value, .. } => (format!("!{}", self.read(*value)), Owner::Fresh),
            InstData::Widen { result, value } => self.widen(*result, *value),
            InstData::Narrow { result, value } => (self.narrow(*result, *value), Owner::Fresh),
            InstData::Field { value, index, .. } => {
                let Type::Record(record) = self.ty(*value) else {
                    unreachable!("only records have fields")
                };
                let member = &self.target.names.records[record].members[*index];
                let base = &self.values[value];
                (format!("{}.{member}", base.text), base.owner)
            }
            InstData::List { result, elements } => {
                let elements: Vec<_> = elements.iter().map(|&value| self.take(value)).collect();
                let text = match (self.ty(*result), &elements[..]) {
                    (Type::Option(_), []) => "None".to_owned(),
                    (Type::Option(_), elements) => format!("Some({})", elements.join(", ")),
                    (Type::Array(..), elements) => format!("[{}]", elements.join(", ")),
                    (_, elements) => format!("vec![{}]", elements.join(", ")),
                };
                (text, Owner::Fresh)
            }
            InstData::Load { slot, .. } => (
                format!("{}.{}", self.kept(), self.target.names.slots[slot]),
                Owner::Record,
            ),
            InstData::Now { .. } => ("seconds()?".into(), Owner::Fresh),
            InstData::Deadline { .. } => ("message.header.deadline".into(), Owner::Fresh),
            InstData::Caller { .. } => (self.caller(), Owner::Fresh),
            _ => unreachable!("the instruction computes no value"),
        }
    }

    /// Who sent the transaction. The decisions of a coordinator do not have the accounts at hand, but those of the whole instruction.
    fn caller(&self) -> String {
        let field = self.entrance().field();
        match self.target.is_coordinator() {
            true => format!("self.{field}.payer.key()"),
            false => format!("{field}.payer.key()"),
        }
    }

    pub(super) fn binary(&self, op: BinaryOp, left: Value, right: Value) -> String {
        let (left, right) = (self.read(left), self.read(right));
        // Rust's lints ask for `a` instead of `a == true`.
        match (op, left.as_str(), right.as_str()) {
            (BinaryOp::Eq, other, "true") | (BinaryOp::Ne, other, "false") => {
                return other.to_owned();
            }
            (BinaryOp::Eq, "true", other) | (BinaryOp::Ne, "false", other) => {
                return other.to_owned();
            }
            (BinaryOp::Eq, other, "false") | (BinaryOp::Ne, other, "true") => {
                return format!("!{other}");
            }
            (BinaryOp::Eq, "false", other) | (BinaryOp::Ne, "true", other) => {
                return format!("!{other}");
            }
            _ => {}
        }
        format!("{left} {} {right}", symbol(op))
    }

    /// Integers convert; greater bounds are no other type in Rust.
    pub(super) fn widen(&self, result: Value, value: Value) -> (String, Owner) {
        let (to, from) = (
            rust_type(self.target, self.ty(result)),
            rust_type(self.target, self.ty(value)),
        );
        let base = &self.values[&value];
        if to == from {
            return (base.text.clone(), base.owner);
        }
        // A literal alone would be of the type that Rust gives numbers without one.
        let literal = self.fixed_text(value);
        let text = literal.as_ref().unwrap_or(&base.text);
        (format!("{to}::from({text})"), Owner::Fresh)
    }

    /// The low bits: `amount.low_u64()`, `amount as u32`.
    fn narrow(&self, result: Value, value: Value) -> String {
        let (to, text) = (rust_type(self.target, self.ty(result)), self.read(value));
        match self.ty(value) {
            Type::Uint(256) => format!("{text}.low_{to}()"),
            _ => format!("{text} as {to}"),
        }
    }

    /// The value as an expression that is only read.
    pub(super) fn read(&self, value: Value) -> String {
        self.values[&value].text.clone()
    }

    /// The value as an expression that is given away.
    pub(super) fn take(&self, value: Value) -> String {
        let bound = &self.values[&value];
        let is_last = self.uses.get(&value).is_none_or(|&uses| uses == 1);
        let may_move = bound.owner == Owner::Fresh || (bound.owner == Owner::Local && is_last);
        if may_move || is_copy(self.declarations(), self.ty(value)) {
            return bound.text.clone();
        }
        format!("{}.clone()", bound.text)
    }

    pub(super) fn bind(&mut self, value: Value, text: String, owner: Owner) {
        self.values.insert(value, Bound { text, owner });
    }

    pub(super) fn ty(&self, value: Value) -> &'a Type {
        &self.body.values[value].ty
    }

    /// The name that the source gives a value.
    pub(super) fn name(&self, value: Value) -> &'a str {
        &self.body.values[value].name
    }

    /// The literal or constant that defines a value, which the functions of calls spell themselves.
    pub(super) fn fixed_text(&self, value: Value) -> Option<String> {
        let inst = self
            .body
            .insts
            .values()
            .find(|inst| inst.results().contains(&value))?;
        match inst {
            InstData::Literal { literal, .. } => {
                Some(typed_literal(self.target, self.ty(value), literal))
            }
            InstData::Constant { constant, .. } => {
                Some(self.target.names.constants[constant].clone())
            }
            _ => None,
        }
    }

    fn declarations(&self) -> &'a crate::types::Declarations {
        &self.target.input.program.declarations
    }

    /// Whether a slot is written in a block or below it, so that reading it later would read something else.
    fn stores(&self, block: Block, slot: Slot) -> bool {
        let data = &self.body.blocks[block];
        let is_store = |inst: &Inst| match &self.body.insts[*inst] {
            InstData::Store { slot: other, .. } => *other == slot,
            _ => false,
        };
        let next = data.terminator.iter().flat_map(Terminator::successors);
        data.insts.iter().any(is_store) || next.into_iter().any(|next| self.stores(next, slot))
    }

    /// Whether a value is nothing but the condition that the current block ends with.
    fn decides(&self, value: Value) -> bool {
        let terminator = &self.body.blocks[self.current].terminator;
        let is_condition =
            matches!(terminator, Some(Terminator::Branch { condition, .. }) if *condition == value);
        is_condition && self.uses.get(&value) == Some(&1)
    }
}

/// The operator as Rust, like the source, has it.
pub(super) fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
    }
}

/// A literal where its type is clear from the place.
pub(super) fn literal_text(target: &Target<'_>, ty: &Type, literal: &Literal) -> String {
    match (literal, ty) {
        (Literal::Uint(_), Type::Uint(256) | Type::Amount(Units { bits: 256, .. }))
        | (Literal::Int(_), Type::Int(256)) => typed_literal(target, ty, literal),
        (Literal::Uint(value), _) => grouped(&value.to_string()),
        (Literal::Int(value), _) => grouped(&signed(*value)),
        _ => typed_literal(target, ty, literal),
    }
}

/// A literal that states its type.
pub(super) fn typed_literal(target: &Target<'_>, ty: &Type, literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Uint(value) => match ty {
            Type::Uint(bits @ ..=128) => format!("{}_u{bits}", grouped(&value.to_string())),
            _ if value.bits() <= 128 => format!("U256::from({}_u128)", grouped(&value.to_string())),
            _ => format!(
                "U256::from_be_bytes(*{})",
                text::byte_string(&big_endian(*value))
            ),
        },
        Literal::Int(value) => match ty {
            Type::Int(bits @ ..=128) => format!("{}_i{bits}", grouped(&signed(*value))),
            _ => match signed(*value).parse::<i128>() {
                Ok(_) => format!("I256::from({}_i128)", grouped(&signed(*value))),
                Err(_) => format!(
                    "I256::from_be_bytes(*{})",
                    text::byte_string(&big_endian(*value))
                ),
            },
        },
        Literal::Bytes(bytes) => match ty {
            Type::Bytes(_) => format!("{}.to_vec()", text::byte_string(bytes)),
            Type::Address(_) if rust_type(target, ty) == "Pubkey" => {
                format!("Pubkey::new_from_array(*{})", text::byte_string(bytes))
            }
            _ => format!("*{}", text::byte_string(bytes)),
        },
        Literal::String(string) => format!("String::from({string:?})"),
        Literal::Variant(index) => {
            let Type::Enum(id) = ty else {
                unreachable!("only enumerations have variants")
            };
            let names = &target.names.enums[id];
            format!("{}::{}", names.ty, names.members[usize::from(*index)])
        }
    }
}

fn signed(value: U256) -> String {
    WireValue::Int(value)
        .to_json()
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn big_endian(value: U256) -> [u8; 32] {
    let mut bytes = [0; 32];
    value.to_big_endian(&mut bytes);
    bytes
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or(("", digits), |digits| ("-", digits));
    if digits.len() <= 4 {
        return format!("{sign}{digits}");
    }
    let groups: Vec<_> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(String::from_utf8_lossy)
        .collect();
    format!("{sign}{}", groups.join("_"))
}
