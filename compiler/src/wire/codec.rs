//! The reference codec: encodes and decodes by [`Layout`], refusing every encoding but the one.

use thiserror::Error;

use super::header::{self, Header};
use super::layout::{Encoding, Layout};
use super::value::Value;
use crate::literal::U256;

/// Why bytes are not a message. Every variant says at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The bytes end before the value does.
    #[error(
        "the message ends too early: a value begins at byte {0}, and its bytes are not all there"
    )]
    Truncated(usize),
    /// Bytes follow the last field.
    #[error("bytes follow the last field, from byte {0}")]
    Trailing(usize),
    /// A boolean that is neither 0 nor 1.
    #[error("byte {0} is a boolean, and is neither 0 nor 1")]
    Bool(usize),
    /// An option's tag that is neither 0 nor 1.
    #[error("byte {0} is the tag of an option, and is neither 0 nor 1")]
    Tag(usize),
    /// A variant that does not exist.
    #[error("byte {0} is the variant of an enum, and no such variant exists")]
    Variant(usize),
    /// A length or count over its bound.
    #[error("the length at byte {0} is over its bound")]
    Bound(usize),
    /// Ill-formed UTF-8.
    #[error("the string at byte {0} is not well-formed UTF-8")]
    Utf8(usize),
    /// No header of this version, or one whose kind or deadline cannot be.
    #[error(
        "the message does not begin with a header of version {}",
        header::VERSION
    )]
    Header,
}

/// Encodes a body; `values` are in declared order and fit the layout's types.
///
/// # Panics
///
/// When a value is not of its field's type, which is a mistake of the caller.
pub fn encode_body(layout: &Layout, values: &[Value]) -> Vec<u8> {
    let mut out = Vec::with_capacity(layout.min_size as usize);
    for field in &layout.fields {
        write(&field.encoding, &values[field.index], &mut out);
    }
    out
}

/// Encodes a header and a body.
pub fn encode_message(header: &Header, layout: &Layout, values: &[Value]) -> Vec<u8> {
    let mut out = header.encode().to_vec();
    out.extend(encode_body(layout, values));
    out
}

/// Decodes a body into values in declared order.
///
/// # Errors
///
/// When the bytes are not the one encoding of some values.
pub fn decode_body(layout: &Layout, body: &[u8]) -> Result<Vec<Value>, DecodeError> {
    let mut reader = Reader { bytes: body, at: 0 };
    let mut values = vec![None; layout.fields.len()];
    for field in &layout.fields {
        values[field.index] = Some(reader.value(&field.encoding)?);
    }
    if reader.at < body.len() {
        return Err(DecodeError::Trailing(reader.at));
    }
    Ok(values.into_iter().flatten().collect())
}

/// Decodes a header, and the body with the layout that `layout_of` finds for it.
///
/// # Errors
///
/// When the header or the body is not the one encoding of some values.
pub fn decode_message<'a>(
    message: &[u8],
    layout_of: impl FnOnce(&Header) -> Option<&'a Layout>,
) -> Result<(Header, Vec<Value>), DecodeError> {
    let header = Header::decode(message).ok_or(DecodeError::Header)?;
    let layout = layout_of(&header).ok_or(DecodeError::Header)?;
    Ok((header, decode_body(layout, &message[header::SIZE..])?))
}

fn write(encoding: &Encoding, value: &Value, out: &mut Vec<u8>) {
    match (encoding, value) {
        (Encoding::Bool, Value::Bool(value)) => out.push(u8::from(*value)),
        (Encoding::Uint(size), Value::Uint(value)) | (Encoding::Int(size), Value::Int(value)) => {
            let mut bytes = [0; 32];
            value.to_big_endian(&mut bytes);
            out.extend(&bytes[32 - *size as usize..]);
        }
        (Encoding::Fixed(_), Value::Bytes(bytes)) => out.extend(bytes),
        (Encoding::Bytes(_), Value::Bytes(bytes)) => write_prefixed(bytes, out),
        (Encoding::Utf8(_), Value::String(text)) => write_prefixed(text.as_bytes(), out),
        (Encoding::List(element, _), Value::List(values)) => {
            write_length(values.len(), out);
            values.iter().for_each(|value| write(element, value, out));
        }
        (Encoding::Array(element, _), Value::List(values)) => {
            values.iter().for_each(|value| write(element, value, out))
        }
        (Encoding::Option(_), Value::Option(None)) => out.push(0),
        (Encoding::Option(some), Value::Option(Some(value))) => {
            out.push(1);
            write(some, value, out);
        }
        (Encoding::Record(fields), Value::Record(values)) => {
            fields
                .iter()
                .zip(values)
                .for_each(|(field, value)| write(field, value, out));
        }
        (Encoding::Variant(_), Value::Variant(index)) => out.push(*index),
        (encoding, value) => unreachable!("{value:?} is not encoded as {encoding:?}"),
    }
}

fn write_prefixed(bytes: &[u8], out: &mut Vec<u8>) {
    write_length(bytes.len(), out);
    out.extend(bytes);
}

fn write_length(length: usize, out: &mut Vec<u8>) {
    out.extend((length as u16).to_be_bytes());
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, encoding: &Encoding) -> Result<Value, DecodeError> {
        let start = self.at;
        Ok(match encoding {
            Encoding::Bool => Value::Bool(self.flag(DecodeError::Bool)?),
            Encoding::Uint(size) => Value::Uint(U256::from_big_endian(self.take(*size)?)),
            Encoding::Int(size) => Value::Int(sign_extend(self.take(*size)?)),
            Encoding::Fixed(size) => Value::Bytes(self.take(*size)?.to_vec()),
            Encoding::Bytes(max) => Value::Bytes(self.prefixed(*max)?.to_vec()),
            Encoding::Utf8(max) => {
                let bytes = self.prefixed(*max)?.to_vec();
                Value::String(String::from_utf8(bytes).map_err(|_| DecodeError::Utf8(start))?)
            }
            Encoding::List(element, max) => {
                let count = self.length(*max)?;
                Value::List(self.values(element, count)?)
            }
            Encoding::Array(element, len) => Value::List(self.values(element, *len)?),
            Encoding::Option(some) => match self.flag(DecodeError::Tag)? {
                true => Value::Option(Some(Box::new(self.value(some)?))),
                false => Value::Option(None),
            },
            Encoding::Record(fields) => Value::Record(
                fields
                    .iter()
                    .map(|field| self.value(field))
                    .collect::<Result<_, _>>()?,
            ),
            Encoding::Variant(count) => match self.take(1)?[0] {
                index if u32::from(index) < *count => Value::Variant(index),
                _ => return Err(DecodeError::Variant(start)),
            },
        })
    }

    fn values(&mut self, element: &Encoding, count: u32) -> Result<Vec<Value>, DecodeError> {
        (0..count).map(|_| self.value(element)).collect()
    }

    fn flag(&mut self, error: fn(usize) -> DecodeError) -> Result<bool, DecodeError> {
        let at = self.at;
        match self.take(1)?[0] {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(error(at)),
        }
    }

    fn prefixed(&mut self, max: u32) -> Result<&'a [u8], DecodeError> {
        let length = self.length(max)?;
        self.take(length)
    }

    fn length(&mut self, max: u32) -> Result<u32, DecodeError> {
        let at = self.at;
        let bytes = self.take(2)?;
        let length = u32::from(u16::from_be_bytes([bytes[0], bytes[1]]));
        if length > max {
            Err(DecodeError::Bound(at))
        } else {
            Ok(length)
        }
    }

    fn take(&mut self, size: u32) -> Result<&'a [u8], DecodeError> {
        let rest = &self.bytes[self.at..];
        let taken = rest
            .get(..size as usize)
            .ok_or(DecodeError::Truncated(self.at))?;
        self.at += size as usize;
        Ok(taken)
    }
}

fn sign_extend(bytes: &[u8]) -> U256 {
    let fill = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        0xff
    } else {
        0
    };
    let mut wide = [fill; 32];
    wide[32 - bytes.len()..].copy_from_slice(bytes);
    U256::from_big_endian(&wide)
}
