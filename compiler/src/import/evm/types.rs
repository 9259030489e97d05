//! Solidity ABI types, read strictly.

use std::fmt;

use ethabi::ParamType;

use crate::import::json::{Fault, Node};

/// A type of the Solidity ABI.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EvmType {
    /// `bool`
    Bool,
    /// `address`, also what contracts are in the ABI.
    Address,
    /// `uint<M>`, with the width in bits: a multiple of 8 up to 256.
    Uint(u16),
    /// An enum, which is `uint8` in the ABI, by its name in Solidity (`Vault.Side`). Its variants are not told.
    Enum(String),
    /// `int<M>`, with the width in bits: a multiple of 8 up to 256.
    Int(u16),
    /// `bytes<M>`, with 1 to 32 bytes.
    FixedBytes(u8),
    /// `bytes`
    Bytes,
    /// `string`
    String,
    /// `T[]`
    Array(Box<EvmType>),
    /// `T[n]`, with at least one element.
    FixedArray(Box<EvmType>, u32),
    /// A struct.
    Tuple(EvmTuple),
}

/// A Solidity struct as the ABI describes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EvmTuple {
    /// The struct's name in Solidity (`Vault.Position`), where the compiler wrote it.
    pub name: Option<String>,
    /// Its components in order.
    pub components: Vec<EvmComponent>,
}

/// One component of a Solidity struct.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EvmComponent {
    /// Its name, absent in hand-written files.
    pub name: Option<String>,
    /// Its type.
    pub ty: EvmType,
}

/// How deep arrays and structs may nest, far above what the Solidity compiler's stack lets a contract use.
const MAX_NESTING: usize = 16;

impl EvmType {
    /// The same type for ethabi, which would accept far more than the ABI knows if it read the text itself.
    #[must_use]
    pub fn to_ethabi(&self) -> ParamType {
        match self {
            Self::Bool => ParamType::Bool,
            Self::Address => ParamType::Address,
            Self::Uint(bits) => ParamType::Uint(usize::from(*bits)),
            Self::Enum(_) => ParamType::Uint(8),
            Self::Int(bits) => ParamType::Int(usize::from(*bits)),
            Self::FixedBytes(bytes) => ParamType::FixedBytes(usize::from(*bytes)),
            Self::Bytes => ParamType::Bytes,
            Self::String => ParamType::String,
            Self::Array(item) => ParamType::Array(Box::new(item.to_ethabi())),
            Self::FixedArray(item, length) => {
                ParamType::FixedArray(Box::new(item.to_ethabi()), *length as usize)
            }
            Self::Tuple(tuple) => {
                ParamType::Tuple(tuple.components.iter().map(|c| c.ty.to_ethabi()).collect())
            }
        }
    }

    /// Reads the type of a parameter or component, which is the object at `node`.
    pub(super) fn read(node: &Node<'_>) -> Result<Self, Fault> {
        Self::read_nested(node, 0)
    }

    fn read_nested(node: &Node<'_>, depth: usize) -> Result<Self, Fault> {
        let text_node = node.need("type")?;
        let text = text_node.text()?;
        let (base, dimensions) =
            split_dimensions(text).map_err(|reason| text_node.unsupported(reason))?;
        if depth + dimensions.len() > MAX_NESTING {
            return Err(text_node.unsupported(format!(
                "type `{text}` nests more than {MAX_NESTING} levels"
            )));
        }
        let element = match (base, declared_name(node, "enum ")) {
            ("tuple", _) => Self::Tuple(read_tuple(node, depth)?),
            ("uint8", Some(name)) => Self::Enum(name),
            _ => read_elementary(base).map_err(|reason| text_node.unsupported(reason))?,
        };
        Ok(dimensions
            .into_iter()
            .fold(element, |item, dimension| match dimension {
                Some(length) => Self::FixedArray(Box::new(item), length),
                None => Self::Array(Box::new(item)),
            }))
    }
}

/// The name in the function's canonical signature, as the selector hashes it.
impl fmt::Display for EvmType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Address => f.write_str("address"),
            Self::Uint(bits) => write!(f, "uint{bits}"),
            Self::Enum(_) => f.write_str("uint8"),
            Self::Int(bits) => write!(f, "int{bits}"),
            Self::FixedBytes(bytes) => write!(f, "bytes{bytes}"),
            Self::Bytes => f.write_str("bytes"),
            Self::String => f.write_str("string"),
            Self::Array(item) => write!(f, "{item}[]"),
            Self::FixedArray(item, length) => write!(f, "{item}[{length}]"),
            Self::Tuple(tuple) => {
                write_list(f, tuple.components.iter().map(|component| &component.ty))
            }
        }
    }
}

/// Writes `(a,b)`, without spaces as canonical signatures demand.
pub(super) fn write_list<'a>(
    f: &mut impl fmt::Write,
    types: impl Iterator<Item = &'a EvmType>,
) -> fmt::Result {
    f.write_char('(')?;
    for (place, ty) in types.enumerate() {
        if place > 0 {
            f.write_char(',')?;
        }
        write!(f, "{ty}")?;
    }
    f.write_char(')')
}

fn read_tuple(node: &Node<'_>, depth: usize) -> Result<EvmTuple, Fault> {
    let components = node.need("components")?.items()?;
    if components.is_empty() {
        return Err(node.unsupported("a struct without members has no encoding in Solidity"));
    }
    let component = |node: &Node<'_>| -> Result<EvmComponent, Fault> {
        Ok(EvmComponent {
            name: read_name(node)?,
            ty: EvmType::read_nested(node, depth + 1)?,
        })
    };
    let components = components.iter().map(component).collect::<Result<_, _>>()?;
    Ok(EvmTuple {
        name: declared_name(node, "struct "),
        components,
    })
}

/// The name of a struct or an enum out of `"internalType": "struct Vault.Position[2]"`.
fn declared_name(node: &Node<'_>, word: &str) -> Option<String> {
    let internal = node.value.get("internalType")?.as_str()?;
    let name = internal.strip_prefix(word)?;
    Some(name.split('[').next().unwrap_or(name).to_owned())
}

/// The name of a parameter or component; an empty one is none.
pub(super) fn read_name(node: &Node<'_>) -> Result<Option<String>, Fault> {
    let Some(name) = node.get("name") else {
        return Ok(None);
    };
    Ok(Some(name.text()?)
        .filter(|name| !name.is_empty())
        .map(str::to_owned))
}

type Dimensions = Vec<Option<u32>>;

/// Splits `uint8[2][]` into `uint8` and `[Some(2), None]`, innermost first.
fn split_dimensions(text: &str) -> Result<(&str, Dimensions), String> {
    let Some(start) = text.find('[') else {
        return Ok((text, Vec::new()));
    };
    let (base, mut rest) = text.split_at(start);
    let mut dimensions = Vec::new();
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (length, after) =
            inner.ok_or_else(|| format!("`{text}` is no Solidity type: brackets do not match"))?;
        dimensions.push(
            read_length(length)
                .map_err(|reason| format!("`{text}` is no Solidity type: {reason}"))?,
        );
        rest = after;
    }
    Ok((base, dimensions))
}

fn read_length(text: &str) -> Result<Option<u32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match canonical_number(text).and_then(|number| u32::try_from(number).ok()) {
        Some(0) => Err("an array cannot have length 0".to_owned()),
        Some(length) => Ok(Some(length)),
        None => Err(format!("`{text}` is no array length")),
    }
}

/// A decimal number without sign or leading zero, the only form the ABI writes.
fn canonical_number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = digits && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

fn read_elementary(text: &str) -> Result<EvmType, String> {
    match text {
        "bool" => return Ok(EvmType::Bool),
        "address" => return Ok(EvmType::Address),
        "bytes" => return Ok(EvmType::Bytes),
        "string" => return Ok(EvmType::String),
        // The ABI specification makes these synonyms, though compilers write the full names.
        "uint" => return Ok(EvmType::Uint(256)),
        "int" => return Ok(EvmType::Int(256)),
        "function" => {
            return Err(
                "type `function`: a call cannot carry a function of another chain".to_owned(),
            );
        }
        _ => {}
    }
    if text.starts_with("fixed") || text.starts_with("ufixed") {
        return Err(format!(
            "type `{text}`: Solidity has no arithmetic or encoding for fixed-point numbers yet"
        ));
    }
    read_sized(text).unwrap_or_else(|| Err(unknown_type(text)))
}

/// Reads `uint<M>`, `int<M>` or `bytes<M>`; `None` if the text has not that form.
fn read_sized(text: &str) -> Option<Result<EvmType, String>> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (word, size) = text.split_at(digits);
    if !size.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = canonical_number(size);
    let bits = number
        .filter(|bits| (8..=256).contains(bits) && bits % 8 == 0)
        .and_then(|bits| u16::try_from(bits).ok());
    let bytes = number
        .filter(|bytes| (1..=32).contains(bytes))
        .and_then(|bytes| u8::try_from(bytes).ok());
    let wrong_bits =
        || format!("`{text}` is no Solidity type: integers have 8, 16, 24, … or 256 bits");
    let wrong_bytes =
        || format!("`{text}` is no Solidity type: fixed byte strings have 1 to 32 bytes");
    match word {
        "uint" => Some(bits.map(EvmType::Uint).ok_or_else(wrong_bits)),
        "int" => Some(bits.map(EvmType::Int).ok_or_else(wrong_bits)),
        "bytes" => Some(bytes.map(EvmType::FixedBytes).ok_or_else(wrong_bytes)),
        _ => None,
    }
}

/// Solidity writes a type's own name only into the ABI of a library, where it also changes the selector.
fn unknown_type(text: &str) -> String {
    let word = text.strip_suffix(" storage").unwrap_or(text);
    let identifier = !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.$".contains(&byte));
    if identifier && !word.starts_with(|c: char| c.is_ascii_digit()) {
        return format!(
            "type `{text}` is no ABI type; only libraries have such parameters, and contracts cannot call them"
        );
    }
    format!("`{text}` is no Solidity type")
}
