//! The body of a handler: the IR's tree as Rust, with a `match` for a switch and `require!` or `if` for a branch.
//!
//! The emitted code has `record` in scope, and either `delivery`, `message` and `body` (the decoded message) or `claim` and `instance`.

use std::collections::BTreeMap;

use super::calls::{CallSite, add_call};
use super::names::{Names, rust_snake_case};
use super::text;
use super::types::{is_copy, rust_type};
use super::{Target, calls};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::{Block, Handler, Inst, Slot, Value};
use crate::hir::BinaryOp;
use crate::ir::{
    ArithmeticOp, Body, CallData, HandlerData, InstData, Rejection, Terminator, Trigger,
};
use crate::literal::{Literal, U256};
use crate::types::Type;
use crate::wire::Value as WireValue;

/// The variables that every handler has.
const LOCALS: &[&str] = &[
    "accounts", "body", "call", "claim", "delivery", "instance", "message", "record", "reply",
];

/// The longest condition that stands in the branch itself.
const CONDITION_WIDTH: usize = 40;

/// How a handler is entered, which decides the accounts that it has beside those of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entrance {
    /// With a message.
    Delivery,
    /// By the one whom something is held for.
    Claim,
}

impl Entrance {
    /// The field of the instruction's accounts that has those of every such instruction; also the variable for it.
    pub(super) fn field(self) -> &'static str {
        match self {
            Entrance::Delivery => "delivery",
            Entrance::Claim => "claim",
        }
    }

    /// The type of that field.
    pub(super) fn accounts(self) -> &'static str {
        match self {
            Entrance::Delivery => "Delivery",
            Entrance::Claim => "Claim",
        }
    }

    /// `accounts.delivery`, as functions that make calls see it.
    pub(super) fn path(self) -> &'static str {
        match self {
            Entrance::Delivery => "accounts.delivery",
            Entrance::Claim => "accounts.claim",
        }
    }
}

/// How the emitted code names a value.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// An expression that has the value.
    pub(super) text: String,
    /// Whether it may be moved out of, or only read.
    owner: Owner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// A variable of the function.
    Local,
    /// The record, which is kept.
    Record,
    /// Nobody: the expression makes a new value.
    Fresh,
}

/// Writes one handler.
pub(super) struct BodyWriter<'w, 'a> {
    pub(super) target: &'w Target<'a>,
    pub(super) handler: Handler,
    body: &'a Body,
    /// The block that is being written.
    current: Block,
    scope: Namer,
    values: BTreeMap<Value, Bound>,
    uses: BTreeMap<Value, usize>,
    /// The functions that make the handler's calls.
    pub(super) calls: Vec<CallSite>,
}

impl<'w, 'a> BodyWriter<'w, 'a> {
    pub(super) fn new(target: &'w Target<'a>, handler: Handler) -> Self {
        let body = &target.input.program.handlers[handler].body;
        let scope = Names::scope(LOCALS);
        let uses = count_uses(body);
        BodyWriter {
            target,
            handler,
            body,
            current: body.entry,
            scope,
            values: BTreeMap::new(),
            uses,
            calls: Vec::new(),
        }
    }

    /// Whether the handler uses a field of its message.
    pub(super) fn uses_body(&self) -> bool {
        let params = &self.body.blocks[self.body.entry].params;
        params.iter().any(|param| self.uses.contains_key(param))
    }

    /// Whether the handler compares values as the author wrote it, which Rust's lints may find pointless.
    pub(super) fn has_guard(&self) -> bool {
        let defining = |value: &Value| {
            let defines = |inst: &&InstData| inst.results().contains(value);
            self.body.insts.values().find(defines)
        };
        let is_own = |value: &Value| {
            use InstData::{Caller, Deadline, Now};
            matches!(
                defining(value),
                Some(Now { .. } | Deadline { .. } | Caller { .. })
            )
        };
        self.body.insts.values().any(|inst| match inst {
            InstData::Binary { left, right, .. } => !(is_own(left) || is_own(right)),
            _ => false,
        })
    }

    /// Writes everything from the entry on.
    pub(super) fn write(&mut self, printer: &mut Printer) {
        let trigger = self.data().trigger;
        if let Trigger::Deliver(message) = trigger {
            let members = &self.target.names.messages[&message].members;
            for (&param, member) in self.body.blocks[self.body.entry].params.iter().zip(members) {
                self.bind(param, format!("body.{member}"), Owner::Local);
            }
        }
        self.block(printer, self.body.entry);
    }

    /// How the handler is entered.
    pub(super) fn entrance(&self) -> Entrance {
        match self.data().trigger {
            Trigger::Claim(_) => Entrance::Claim,
            _ => Entrance::Delivery,
        }
    }

    /// Tells the world where the step of the record stands now.
    fn announcement(&self) -> String {
        match self.data().trigger {
            Trigger::Claim(step) => {
                let number = &self.target.names.steps[&step].number;
                format!("claim.changed(instance, {number}, record.status);")
            }
            _ => "delivery.changed(&message, record.status);".to_owned(),
        }
    }

    fn data(&self) -> &'a HandlerData {
        &self.target.input.program.handlers[self.handler]
    }

    fn block(&mut self, printer: &mut Printer, block: Block) {
        self.current = block;
        let data = &self.body.blocks[block];
        for &inst in &data.insts {
            self.inst(printer, &self.body.insts[inst]);
        }
        if let Some(terminator) = &data.terminator {
            self.terminator(printer, terminator);
        }
    }

    fn terminator(&mut self, printer: &mut Printer, terminator: &'a Terminator) {
        match terminator {
            Terminator::Finish => {}
            Terminator::Reject(rejection) => printer.line(format!("return {};", error(*rejection))),
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => self.branch(printer, *condition, *then, *otherwise),
            Terminator::SwitchStatus {
                arms, otherwise, ..
            } => {
                printer.block("match record.status", |printer| {
                    for (statuses, block) in arms {
                        let patterns: Vec<_> = statuses
                            .iter()
                            .map(|status| format!("Status::{status}"))
                            .collect();
                        self.arm(printer, &patterns.join(" | "), *block);
                    }
                    self.arm(printer, "_", *otherwise);
                });
            }
            Terminator::Continue(next) => self.continue_in(printer, *next),
            Terminator::SwitchPhase { .. } | Terminator::Invoke { .. } => {
                unreachable!("a participant has no phase, and Solana catches no failing call")
            }
        }
    }

    fn arm(&mut self, printer: &mut Printer, pattern: &str, block: Block) {
        match self.rejection(block) {
            Some(rejection) => printer.line(format!("{pattern} => return {},", error(rejection))),
            None => printer.block(format!("{pattern} =>"), |printer| {
                self.block(printer, block)
            }),
        }
    }

    /// The rejection that a block consists of, if it does nothing else.
    fn rejection(&self, block: Block) -> Option<Rejection> {
        let data = &self.body.blocks[block];
        match data.terminator {
            Some(Terminator::Reject(rejection)) if data.insts.is_empty() => Some(rejection),
            _ => None,
        }
    }

    /// `require!` if the other side only rejects, `if` otherwise.
    fn branch(&mut self, printer: &mut Printer, condition: Value, then: Block, otherwise: Block) {
        let condition = self.read(condition);
        if let Some(rejection) = self.rejection(otherwise) {
            let arguments = [condition, format!("XccError::{}", rejection.name())];
            text::call(printer, "require!(", &arguments, ");");
            return self.block(printer, then);
        }
        printer.wrapped(&format!("if {condition} {{"), "} else {", |printer| {
            self.block(printer, then)
        });
        printer.indented(|printer| self.block(printer, otherwise));
        printer.line("}");
    }

    /// A tail call becomes the body itself, so that nothing of the caller lives on the stack beside it.
    fn continue_in(&mut self, printer: &mut Printer, next: Handler) {
        let body = &self.target.input.program.handlers[next].body;
        let outer = (
            std::mem::replace(&mut self.body, body),
            std::mem::take(&mut self.values),
        );
        let uses = std::mem::replace(&mut self.uses, count_uses(body));
        self.block(printer, body.entry);
        (self.body, self.values) = outer;
        self.uses = uses;
    }

    fn inst(&mut self, printer: &mut Printer, inst: &'a InstData) {
        match inst {
            InstData::Store { slot, value } => {
                let value = self.take(*value);
                text::assign(
                    printer,
                    &format!("record.{}", self.target.names.slots[slot]),
                    &value,
                );
            }
            InstData::SetStatus { status, .. } => {
                printer.line(format!("record.status = Status::{status};"));
                printer.line(self.announcement());
            }
            InstData::Enter { .. } | InstData::RequireGas { .. } => {}
            InstData::Send { message, args, .. } => {
                let fields: Vec<_> = args.iter().map(|&arg| self.take(arg)).collect();
                let data = &self.target.input.program.messages[*message];
                let names = &self.target.names.messages[message];
                if fields.is_empty() {
                    printer.line(format!("let reply = {};", names.ty));
                } else {
                    let fields: Vec<_> = names.members.iter().zip(fields).map(field).collect();
                    text::struct_literal(
                        printer,
                        &format!("let reply = {}", names.ty),
                        &fields,
                        ";",
                    );
                }
                let arguments = [
                    "&message".into(),
                    format!("MessageKind::{}", data.kind),
                    "&reply.encode()".into(),
                ];
                text::call(printer, "delivery.reply(", &arguments, ")?;");
            }
            InstData::Call { call, results } => self.call(printer, call, results),
            InstData::SetPhase { .. } | InstData::Emit { .. } => {
                unreachable!("a participant has neither phases nor events of its own")
            }
            _ => self.compute(printer, inst),
        }
    }

    fn call(&mut self, printer: &mut Printer, call: &'a CallData, results: &[Value]) {
        let site = calls::plan(self, call, results);
        let mut arguments = vec!["self".to_owned()];
        arguments.extend(site.params.iter().map(|param| self.take(param.value)));
        let open = match results {
            [result, ..] => {
                let name = self
                    .scope
                    .choose(&rust_snake_case(&self.body.values[*result].name));
                self.bind(*result, name.clone(), Owner::Local);
                format!("let {name} = {}(", site.name)
            }
            [] => format!("{}(", site.name),
        };
        text::call(printer, &open, &arguments, ")?;");
        add_call(&mut self.calls, site);
    }

    /// An instruction that defines one value: short expressions stand where the value is used, others get a variable.
    fn compute(&mut self, printer: &mut Printer, inst: &'a InstData) {
        let [result] = *inst.results() else { return };
        if !self.uses.contains_key(&result) {
            return;
        }
        let (text, owner) = self.expression(inst);
        let is_leaf = match inst {
            InstData::Literal { .. } => is_copy(self.declarations(), self.ty(result)),
            InstData::Constant { .. }
            | InstData::Deadline { .. }
            | InstData::Caller { .. }
            | InstData::Field { .. } => true,
            InstData::Load { slot, .. } => !self.stores(self.current, *slot),
            InstData::Binary { .. } => self.decides(result) && text.len() <= CONDITION_WIDTH,
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

    fn expression(&self, inst: &InstData) -> (String, Owner) {
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
            InstData::Arithmetic {
                op, left, right, ..
            } => (self.arithmetic(*op, *left, *right), Owner::Fresh),
            InstData::Not { value, .. } => (format!("!{}", self.read(*value)), Owner::Fresh),
            InstData::Widen { result, value } => self.widen(*result, *value),
            InstData::Record { record, fields, .. } => {
                let names = &self.target.names.records[record];
                let values = fields.iter().map(|&value| self.take(value));
                let fields: Vec<_> = names.members.iter().zip(values).map(field).collect();
                (
                    format!("{} {{ {} }}", names.ty, fields.join(", ")),
                    Owner::Fresh,
                )
            }
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
                let bracket = if matches!(self.ty(*result), Type::Array(..)) {
                    "["
                } else {
                    "vec!["
                };
                (format!("{bracket}{}]", elements.join(", ")), Owner::Fresh)
            }
            InstData::Load { slot, .. } => (
                format!("record.{}", self.target.names.slots[slot]),
                Owner::Record,
            ),
            InstData::Now { .. } => ("seconds()?".into(), Owner::Fresh),
            InstData::Deadline { .. } => ("message.header.deadline".into(), Owner::Fresh),
            InstData::Caller { .. } => (
                format!("{}.payer.key()", self.entrance().field()),
                Owner::Fresh,
            ),
            _ => unreachable!("the instruction computes no value"),
        }
    }

    fn binary(&self, op: BinaryOp, left: Value, right: Value) -> String {
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
        let op = match op {
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::And => "&&",
            BinaryOp::Or => "||",
        };
        format!("{left} {op} {right}")
    }

    fn arithmetic(&self, op: ArithmeticOp, left: Value, right: Value) -> String {
        let method = match op {
            ArithmeticOp::Add => "checked_add",
            ArithmeticOp::Sub => "checked_sub",
            ArithmeticOp::Mul => "checked_mul",
            ArithmeticOp::Div => "checked_div",
            ArithmeticOp::Rem => "checked_rem",
        };
        let call = format!("{}.{method}({})", self.read(left), self.read(right));
        format!("{call}.ok_or(error!(XccError::OutOfRange))?")
    }

    /// Integers convert; greater bounds are no other type in Rust.
    fn widen(&self, result: Value, value: Value) -> (String, Owner) {
        let (to, from) = (
            rust_type(self.target, self.ty(result)),
            rust_type(self.target, self.ty(value)),
        );
        let base = &self.values[&value];
        if to == from {
            return (base.text.clone(), base.owner);
        }
        (format!("{to}::from({})", base.text), Owner::Fresh)
    }

    /// The value as an expression that is only read.
    pub(super) fn read(&self, value: Value) -> String {
        self.values[&value].text.clone()
    }

    /// The value as an expression that is given away.
    fn take(&self, value: Value) -> String {
        let bound = &self.values[&value];
        let is_last = self.uses.get(&value).is_none_or(|&uses| uses == 1);
        let may_move = bound.owner == Owner::Fresh || (bound.owner == Owner::Local && is_last);
        if may_move || is_copy(self.declarations(), self.ty(value)) {
            return bound.text.clone();
        }
        format!("{}.clone()", bound.text)
    }

    fn bind(&mut self, value: Value, text: String, owner: Owner) {
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

/// `name: value`, or `name` alone if both are the same.
fn field((name, value): (&String, String)) -> String {
    if *name == value {
        value
    } else {
        format!("{name}: {value}")
    }
}

fn error(rejection: Rejection) -> String {
    format!("err!(XccError::{})", rejection.name())
}

/// How often each value is read. What is fixed is not read for a call: the function that makes the call writes it out.
fn count_uses(body: &Body) -> BTreeMap<Value, usize> {
    let mut uses = BTreeMap::new();
    let is_fixed = |value: &Value| {
        let defines = |inst: &&InstData| inst.results().contains(value);
        let inst = body.insts.values().find(defines);
        matches!(
            inst,
            Some(InstData::Literal { .. } | InstData::Constant { .. })
        )
    };
    let operands = body.insts.values().flat_map(|inst| {
        let mut operands = inst.operands();
        if matches!(inst, InstData::Call { .. }) {
            operands.retain(|value| !is_fixed(value));
        }
        operands
    });
    let ends = body
        .blocks
        .values()
        .filter_map(|block| block.terminator.as_ref())
        .flat_map(Terminator::operands);
    operands
        .chain(ends)
        .for_each(|value| *uses.entry(value).or_default() += 1);
    uses
}

/// A literal where its type is clear from the place.
pub(super) fn literal_text(target: &Target<'_>, ty: &Type, literal: &Literal) -> String {
    match (literal, ty) {
        (Literal::Uint(_), Type::Uint(256) | Type::Amount(_))
        | (Literal::Int(_), Type::Int(256)) => typed_literal(target, ty, literal),
        (Literal::Uint(value), _) => grouped(&value.to_string()),
        (Literal::Int(value), _) => grouped(&signed(*value)),
        _ => typed_literal(target, ty, literal),
    }
}

/// A literal that states its type.
fn typed_literal(target: &Target<'_>, ty: &Type, literal: &Literal) -> String {
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
