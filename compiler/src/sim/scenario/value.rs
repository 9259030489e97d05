//! Values of the language in TOML.

use toml::de::{DeInteger, DeTable, DeValue};

use crate::codes::Code;
use crate::deployment::Address;
use crate::diagnostic::Diagnostic;
use crate::literal::U256;
use crate::project::document::{Reader, list};
use crate::project::{decode_hex, parse_address};
use crate::types::{Declarations, Field, Type};
use crate::vm::Vm;
use crate::wire::Value;

/// Reads values of declared types.
pub(super) struct Values<'a, 'd> {
    pub(super) declarations: &'a Declarations,
    pub(super) reader: &'a mut Reader<'d>,
}

type Item<'t> = toml::Spanned<DeValue<'t>>;

impl Values<'_, '_> {
    /// The value of a type that stands there; `None` if it is none, which is reported.
    pub(super) fn read(&mut self, key: &str, item: &Item<'_>, ty: &Type) -> Option<Value> {
        let value = match (ty, item.get_ref()) {
            (Type::List(element, _) | Type::Array(element, _), DeValue::Array(items)) => {
                let values = items.iter().map(|item| self.read(key, item, element));
                values.collect::<Option<_>>().map(Value::List)?
            }
            (Type::Record(record), DeValue::Table(table)) => {
                let fields = &self.declarations.records[*record].fields;
                self.record(key, item, table, fields)?
            }
            (Type::Option(some), DeValue::Table(table)) => match sole(table) {
                Some(("some", inner)) => {
                    Value::Option(Some(Box::new(self.read(key, inner, some)?)))
                }
                Some(("none", _)) => Value::Option(None),
                _ => return self.wrong(key, item, ty, None),
            },
            (ty, value) => match self.plain(ty, value) {
                Ok(value) => value,
                Err(reason) => return self.wrong(key, item, ty, reason),
            },
        };
        match value.is_of(ty, self.declarations) {
            true => Some(value),
            false => self.wrong(key, item, ty, Some("out of range for the type".to_owned())),
        }
    }

    fn record(
        &mut self,
        key: &str,
        item: &Item<'_>,
        table: &DeTable<'_>,
        fields: &[Field],
    ) -> Option<Value> {
        let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        let unknown = table
            .keys()
            .find(|key| !names.contains(&key.get_ref().as_ref()));
        let missing = names.iter().find(|name| !table.contains_key(**name));
        let reason = match (unknown, missing) {
            (Some(unknown), _) => format!("it has no field `{}`", unknown.get_ref()),
            (None, Some(missing)) => format!("its field `{missing}` is missing"),
            (None, None) => {
                let values = fields.iter().map(|field| {
                    let item = table.get(field.name.as_str())?;
                    self.read(&field.name, item, &field.ty)
                });
                return values.collect::<Option<_>>().map(Value::Record);
            }
        };
        let title = format!("`{key}` is no such record");
        let diagnostic = Diagnostic::new(Code::ScenarioValue, title);
        let diagnostic = diagnostic.primary(self.reader.span(item.span()), reason);
        self.reader
            .error(diagnostic.help(format!("its fields are {}", list(&names))));
        None
    }

    /// A value without parts, or why it is none if there is more to say than that the type is another.
    fn plain(&self, ty: &Type, value: &DeValue<'_>) -> Result<Value, Option<String>> {
        Ok(match (ty, value) {
            (Type::Bool, DeValue::Boolean(value)) => Value::Bool(*value),
            (Type::Uint(_) | Type::Amount(_), DeValue::Integer(number)) => {
                Value::Uint(unsigned(number.as_str(), number.radix()).ok_or(None)?)
            }
            (Type::Uint(_) | Type::Amount(_), DeValue::String(text)) => {
                Value::Uint(written(text).ok_or(None)?)
            }
            (Type::Int(_), DeValue::Integer(number)) => Value::Int(signed(number).ok_or(None)?),
            (Type::Int(_), DeValue::String(text)) => Value::Int(signed_text(text, 10).ok_or(None)?),
            (Type::FixedBytes(_) | Type::Bytes(_), DeValue::String(text)) => {
                let digits = text.strip_prefix("0x");
                let bytes = digits.and_then(decode_hex);
                let reason = || Some("bytes are written `0x…`, two digits for each".to_owned());
                Value::Bytes(bytes.ok_or_else(reason)?)
            }
            (Type::String(_), DeValue::String(text)) => Value::String(text.to_string()),
            (Type::Address(chain), DeValue::String(text)) => {
                let vm = self.declarations.chains[*chain].vm;
                Value::Bytes(address(vm, text).map_err(Some)?)
            }
            (Type::Enum(id), DeValue::String(text)) => {
                let variants = &self.declarations.enums[*id].variants;
                let position = variants.iter().position(|name| name == text.as_ref());
                let reason = || Some(format!("the variants are {}", list(variants)));
                Value::Variant(position.ok_or_else(reason)? as u8)
            }
            _ => return Err(None),
        })
    }

    fn wrong(
        &mut self,
        key: &str,
        item: &Item<'_>,
        ty: &Type,
        reason: Option<String>,
    ) -> Option<Value> {
        let ty = ty.display(self.declarations).to_string();
        let title = format!("`{key}` must be of type `{ty}`");
        let found = item.get_ref().type_str();
        let label = reason.unwrap_or_else(|| format!("this {found} is none"));
        let diagnostic = Diagnostic::new(Code::ScenarioValue, title);
        let diagnostic = diagnostic.primary(self.reader.span(item.span()), label);
        self.reader.error(diagnostic);
        None
    }
}

/// An address as its chain writes it.
pub(super) fn address(vm: Vm, text: &str) -> Result<Vec<u8>, String> {
    let address = parse_address(vm, text).map_err(|error| error.to_string())?;
    Ok(match address {
        Address::Evm(bytes) => bytes.to_vec(),
        Address::Svm(bytes) | Address::Move(bytes) => bytes.to_vec(),
    })
}

/// The only entry of a table.
fn sole<'t>(table: &'t DeTable<'t>) -> Option<(&'t str, &'t Item<'t>)> {
    let mut entries = table.iter();
    let (key, item) = entries.next()?;
    entries
        .next()
        .is_none()
        .then(|| (key.get_ref().as_ref(), item))
}

/// Digits of a base; none but digits.
fn unsigned(digits: &str, radix: u32) -> Option<U256> {
    let mut number = U256::zero();
    for digit in digits.chars().filter(|digit| *digit != '_') {
        let digit = digit.to_digit(radix)?;
        number = number
            .checked_mul(radix.into())?
            .checked_add(digit.into())?;
    }
    (!digits.is_empty()).then_some(number)
}

/// A number too great for TOML, as a string: decimal, or hexadecimal with `0x`.
fn written(text: &str) -> Option<U256> {
    match text.strip_prefix("0x") {
        Some(digits) => unsigned(digits, 16),
        None => unsigned(text, 10),
    }
}

fn signed(number: &DeInteger<'_>) -> Option<U256> {
    signed_text(number.as_str(), number.radix())
}

/// The two's complement of a number with a sign; `None` if it needs more than 256 bits.
fn signed_text(text: &str, radix: u32) -> Option<U256> {
    let (is_minus, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let magnitude = unsigned(digits, radix)?;
    let most = U256::one() << 255;
    match is_minus {
        true => (magnitude <= most).then(|| (!magnitude).overflowing_add(U256::one()).0),
        false => (magnitude < most).then_some(magnitude),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_whole_or_not_at_all() {
        assert_eq!(written("1_000"), Some(1_000.into()));
        assert_eq!(written("0xff"), Some(255.into()));
        assert_eq!(written(&U256::MAX.to_string()), Some(U256::MAX));
        assert_eq!(written(&format!("{}0", U256::MAX)), None);
        for text in ["", "0x", "-1", "1.0", "ten"] {
            assert_eq!(written(text), None, "{text}");
        }
        assert_eq!(signed_text("-1", 10), Some(U256::MAX));
        assert_eq!(signed_text("+7", 10), Some(7.into()));
        let least = U256::one() << 255;
        assert_eq!(signed_text(&format!("-{least}"), 10), Some(least));
        assert_eq!(signed_text(&least.to_string(), 10), None);
    }
}
