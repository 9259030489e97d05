//! Literal values.

pub use ethabi::ethereum_types::U256;

/// A literal, whose type is stated beside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    /// `true` or `false`
    Bool(bool),
    /// An unsigned integer.
    Uint(U256),
    /// A signed integer, as the 256-bit two's complement.
    Int(U256),
    /// Bytes of fixed or bounded length.
    Bytes(Vec<u8>),
    /// A string.
    String(String),
    /// A variant of an enumeration, by position.
    Variant(u8),
}
