//! Writes expressions and calls.

use std::fmt::{self, Display, Formatter};

use xcc::interp::schedule::Draw;
use xcc::syntax::ast::BinaryOp;

use crate::generate::spec::{AccountExpr, Ask, Call, Expr, Extras, SeedExpr, Spec};

/// Something with the project that it is part of.
#[derive(Clone, Copy)]
pub(super) struct In<'s, T>(pub(super) &'s Spec, pub(super) &'s T);

/// Things with commas between them.
pub(super) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items = items.into_iter().map(|item| item.to_string());
    items.collect::<Vec<_>>().join(", ")
}

impl Display for In<'_, Expr> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(spec, expr) = *self;
        let declarations = &spec.declarations;
        match expr {
            Expr::Bool(value) => write!(f, "{value}"),
            Expr::Number(text) | Expr::Path(text) => f.write_str(text),
            Expr::Bytes(bytes) => write!(f, "hex\"{}\"", hex::encode(bytes)),
            Expr::Text(text) => write_text(f, text),
            Expr::Variant(id, variant) => {
                let declared = &declarations.enums[*id];
                write!(f, "{}.{}", declared.name, declared.variants[*variant])
            }
            Expr::Constant(name) => write!(f, "@{name}"),
            Expr::Record(record, parts) => {
                let declared = &declarations.records[*record];
                let values = declared.fields.iter().zip(parts);
                let values =
                    values.map(|(field, part)| format!("{}: {}", field.name, In(spec, part)));
                write!(f, "{} {{ {} }}", declared.name, list(values))
            }
            Expr::FieldOf(record, field) => write!(f, "{}.{field}", In(spec, &**record)),
            Expr::List(parts) => {
                write!(f, "[{}]", list(parts.iter().map(|part| In(spec, part))))
            }
            Expr::Optional(None) => f.write_str("none"),
            Expr::Optional(Some(value)) => write!(f, "some({})", In(spec, &**value)),
            Expr::Not(inner) => write!(f, "!{}", operand(spec, inner, UNARY)),
            Expr::Call { function, args, .. } => {
                write!(
                    f,
                    "{function}({})",
                    list(args.iter().map(|arg| In(spec, arg)))
                )
            }
            Expr::Asset(asset) => f.write_str(&declarations.assets[*asset].name),
            Expr::Exact(amount) => write!(f, "exact {}", In(spec, &**amount)),
            Expr::Ask(ask) => write_ask(f, spec, ask),
            Expr::Binary(op, left, right) => {
                let own = strength(*op);
                // Comparisons do not chain; all others are taken from the left.
                let left = operand(spec, left, if own == COMPARISON { own + 1 } else { own });
                let right = operand(spec, right, own + 1);
                write!(f, "{left} {} {right}", op.as_str())
            }
        }
    }
}

/// How tightly operators bind.
const COMPARISON: u32 = 3;
const UNARY: u32 = 6;

const fn strength(op: BinaryOp) -> u32 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => COMPARISON,
        BinaryOp::Add | BinaryOp::Subtract => 4,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => 5,
    }
}

/// An operand beside an operator, with the parentheses that it needs if it binds less tightly than `least`, or with all that can stand.
fn operand(spec: &Spec, expr: &Expr, least: u32) -> String {
    match expr {
        Expr::Binary(op, ..) if !spec.layout.is_bare || strength(*op) < least => {
            format!("({})", In(spec, expr))
        }
        _ => In(spec, expr).to_string(),
    }
}

fn write_text(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            ' '..='~' => write!(f, "{c}")?,
            other => write!(f, "\\u{{{:x}}}", u32::from(other))?,
        }
    }
    f.write_str("\"")
}

impl Display for In<'_, AccountExpr> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(spec, account) = *self;
        match account {
            AccountExpr::Constant(name) => write!(f, "@{name}"),
            AccountExpr::Word(word) => f.write_str(word),
            AccountExpr::Asset(asset) => f.write_str(&spec.declarations.assets[*asset].name),
            AccountExpr::Value(value) => write!(f, "{}", In(spec, value)),
            AccountExpr::Derived(program, seeds) => {
                let program = program.iter().map(|it| In(spec, &**it).to_string());
                let seeds = seeds.iter().map(|seed| In(spec, seed).to_string());
                let name = if program.len() == 0 { "pda" } else { "pda_of" };
                write!(f, "{name}({})", list(program.chain(seeds)))
            }
            AccountExpr::TokenAccount(owner, mint) => {
                write!(f, "ata({}, {})", In(spec, &**owner), In(spec, &**mint))
            }
        }
    }
}

impl Display for In<'_, SeedExpr> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(spec, seed) = *self;
        match seed {
            SeedExpr::Literal(expr) | SeedExpr::Value(expr) => write!(f, "{}", In(spec, expr)),
            SeedExpr::Key(key) => write!(f, "{}", In(spec, key)),
        }
    }
}

/// A call without its clauses.
pub(super) fn call(spec: &Spec, call: &Call) -> String {
    let contract = &spec.contracts[call.contract].name;
    let function = &spec.function(call).name;
    let args = call.args.iter().map(|arg| In(spec, arg));
    format!("{contract}.{function}({})", list(args))
}

/// A call in a guard: its clauses stand behind its arguments.
fn write_ask(f: &mut Formatter<'_>, spec: &Spec, ask: &Ask) -> fmt::Result {
    let contract = &spec.contracts[ask.call.contract].name;
    let function = &spec.function(&ask.call).name;
    let args = ask.call.args.iter().map(|arg| In(spec, arg).to_string());
    let clauses = clauses(spec, &ask.call).into_iter();
    let clauses = clauses.skip(usize::from(!ask.has_gas)).collect();
    let clauses = in_order(spec, clauses);
    write!(f, "{contract}.{function}({})", list(args.chain(clauses)))
}

/// The clauses of a call, its budget first.
pub(super) fn clauses(spec: &Spec, call: &Call) -> Vec<String> {
    let mut clauses = vec![format!("gas {}", call.gas)];
    let value = call.value.iter();
    clauses.extend(value.map(|value| format!("value {}", In(spec, value))));
    let accounts = call.accounts.iter();
    let accounts = accounts.map(|(name, account)| format!("{name}: {}", In(spec, account)));
    let objects = call.objects.iter();
    let objects = objects.map(|(name, constant)| format!("{name}: {constant}"));
    if !call.accounts.is_empty() {
        clauses.push(format!("accounts {{ {} }}", list(accounts)));
    }
    if !call.objects.is_empty() {
        clauses.push(format!("objects {{ {} }}", list(objects)));
    }
    if !call.types.is_empty() {
        clauses.push(format!("types [{}]", list(&call.types)));
    }
    let function = spec.function(call);
    if matches!(function.extras, Extras::Sui { context: true, .. }) && !function.reads {
        clauses.push("sender anyone".to_owned());
    }
    clauses
}

/// Clauses in the order of the layout.
pub(super) fn in_order(spec: &Spec, mut clauses: Vec<String>) -> Vec<String> {
    let order = spec.layout.order;
    if order > 0 {
        clauses.sort_by_key(|clause| Draw::of(&format!("{order} {clause}")).below(1 << 32));
    }
    clauses
}
