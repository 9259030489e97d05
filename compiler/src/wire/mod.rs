//! The wire format: what the bytes of every message are, as data that the four back ends and the reference codec follow.
//!
//! A message is the [`header`] followed by its body. A body is its fields, those of fixed size first, each group in declared order, so
//! that fixed fields stand at fixed offsets. All numbers are big-endian. There is exactly one encoding for each value:
//!
//! | type | encoding |
//! |---|---|
//! | `bool` | one byte, 0 or 1 |
//! | `uN`, `iN` | N/8 bytes; two's complement for `iN` |
//! | `bytesN` | N bytes |
//! | `bytes<N>` | length in two bytes, then that many bytes |
//! | `string<N>` | as `bytes<N>`, well-formed UTF-8 |
//! | `list<T, N>` | count in two bytes, then the elements |
//! | `[T; N]` | the elements |
//! | `option<T>` | one byte: 0, or 1 and the value |
//! | record | its fields, in declared order |
//! | enum | one byte, the position of the variant |
//! | `address@chain` | 20 bytes on the EVM, 32 elsewhere |
//! | `amount<ASSET>` | as `u256` |
//!
//! A decoder refuses everything else: a length over its bound, a byte that is no boolean, a tag or variant that does not exist,
//! ill-formed UTF-8, a body that is too short, and bytes after the last field.

pub mod codec;
pub mod header;
pub mod identity;
pub mod layout;
pub mod value;
pub mod vectors;

pub use codec::{DecodeError, decode_body, decode_message, encode_body, encode_message};
pub use header::Header;
pub use layout::{Encoding, FieldLayout, Layout};
pub use value::Value;
