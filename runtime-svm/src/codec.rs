//! Readers and writers of the wire format. Numbers are big-endian, and every value has exactly one encoding.
//!
//! A [`Reader`] refuses everything else: lengths over their bound, bytes that are no boolean, tag or variant, ill-formed UTF-8, and,
//! in [`Reader::finish`], bytes that are left over.

use anchor_lang::prelude::*;

use crate::error::XccError;
use crate::number::{I256, U256};

/// Reads values from the front of a message's body.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

/// Writes values to the end of a message.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

macro_rules! read_integers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// [`XccError::Truncated`].
        pub fn $name(&mut self) -> Result<$name> {
            self.fixed().map($name::from_be_bytes)
        }
    )*};
}

macro_rules! write_integers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, value: $name) {
            self.fixed(&value.to_be_bytes());
        }
    )*};
}

impl<'a> Reader<'a> {
    /// A reader of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    ///
    /// [`XccError::TrailingBytes`].
    pub fn finish(&self) -> Result<()> {
        require!(self.rest.is_empty(), XccError::TrailingBytes);
        Ok(())
    }

    read_integers! {
        /// One byte.
        u8
        /// Two bytes.
        u16
        /// Four bytes.
        u32
        /// Eight bytes.
        u64
        /// Sixteen bytes.
        u128
        /// One byte, two's complement.
        i8
        /// Two bytes, two's complement.
        i16
        /// Four bytes, two's complement.
        i32
        /// Eight bytes, two's complement.
        i64
        /// Sixteen bytes, two's complement.
        i128
    }

    /// Thirty-two bytes.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`].
    pub fn u256(&mut self) -> Result<U256> {
        self.fixed().map(U256::from_be_bytes)
    }

    /// Thirty-two bytes, two's complement.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`].
    pub fn i256(&mut self) -> Result<I256> {
        self.fixed().map(I256::from_be_bytes)
    }

    /// One byte, 0 or 1.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`], [`XccError::NotCanonical`].
    pub fn bool(&mut self) -> Result<bool> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => err!(XccError::NotCanonical),
        }
    }

    /// One byte under the number of variants of an enumeration.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`], [`XccError::NotCanonical`].
    pub fn variant<T: Copy>(&mut self, variants: &[T]) -> Result<T> {
        let index = usize::from(self.u8()?);
        variants
            .get(index)
            .copied()
            .ok_or_else(|| error!(XccError::NotCanonical))
    }

    /// A Solana address.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`].
    pub fn pubkey(&mut self) -> Result<Pubkey> {
        self.fixed().map(Pubkey::new_from_array)
    }

    /// So many bytes as they are.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`].
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (bytes, rest) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| error!(XccError::Truncated))?;
        self.rest = rest;
        Ok(*bytes)
    }

    /// A length, and at most `max` bytes.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`], [`XccError::OverBound`].
    pub fn bytes(&mut self, max: usize) -> Result<Vec<u8>> {
        let length = self.length(max)?;
        let (bytes, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| error!(XccError::Truncated))?;
        self.rest = rest;
        Ok(bytes.to_vec())
    }

    /// A length, and at most `max` bytes of UTF-8.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`], [`XccError::OverBound`], [`XccError::NotUtf8`].
    pub fn string(&mut self, max: usize) -> Result<String> {
        String::from_utf8(self.bytes(max)?).map_err(|_| error!(XccError::NotUtf8))
    }

    /// A count, and at most `max` elements.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`], [`XccError::OverBound`], and those of an element.
    pub fn list<T>(
        &mut self,
        max: usize,
        read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let count = self.length(max)?;
        self.elements(count, read)
    }

    /// Exactly `N` elements.
    ///
    /// # Errors
    ///
    /// Those of an element.
    pub fn array<T, const N: usize>(
        &mut self,
        read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<[T; N]> {
        let elements = self.elements(N, read)?;
        elements.try_into().map_err(|_| error!(XccError::Truncated))
    }

    /// A tag, and perhaps a value.
    ///
    /// # Errors
    ///
    /// [`XccError::Truncated`], [`XccError::NotCanonical`], and those of the value.
    pub fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if self.bool()? {
            read(self).map(Some)
        } else {
            Ok(None)
        }
    }

    fn length(&mut self, max: usize) -> Result<usize> {
        let length = usize::from(self.u16()?);
        require!(length <= max, XccError::OverBound);
        Ok(length)
    }

    /// Grows the list as elements arrive, so that a count alone cannot claim memory.
    fn elements<T>(
        &mut self,
        count: usize,
        mut read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        (0..count).map(|_| read(self)).collect()
    }
}

impl Writer {
    /// An empty message.
    pub fn new() -> Self {
        Writer::default()
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    write_integers! {
        /// One byte.
        u8
        /// Two bytes.
        u16
        /// Four bytes.
        u32
        /// Eight bytes.
        u64
        /// Sixteen bytes.
        u128
        /// One byte, two's complement.
        i8
        /// Two bytes, two's complement.
        i16
        /// Four bytes, two's complement.
        i32
        /// Eight bytes, two's complement.
        i64
        /// Sixteen bytes, two's complement.
        i128
    }

    /// Thirty-two bytes.
    pub fn u256(&mut self, value: U256) {
        self.fixed(&value.to_be_bytes());
    }

    /// Thirty-two bytes, two's complement.
    pub fn i256(&mut self, value: I256) {
        self.fixed(&value.to_be_bytes());
    }

    /// One byte, 0 or 1.
    pub fn bool(&mut self, value: bool) {
        self.u8(u8::from(value));
    }

    /// A Solana address.
    pub fn pubkey(&mut self, value: Pubkey) {
        self.fixed(value.as_ref());
    }

    /// Bytes as they are.
    pub fn fixed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A length and bytes. The length fits: every bound of the language is under 65,536.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.u16(bytes.len() as u16);
        self.fixed(bytes);
    }

    /// A length and UTF-8.
    pub fn string(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// A count and elements. The count fits, as in [`Writer::bytes`].
    pub fn list<T>(&mut self, elements: &[T], write: impl FnMut(&mut Self, &T)) {
        self.u16(elements.len() as u16);
        self.array(elements, write);
    }

    /// Elements, without their count.
    pub fn array<T>(&mut self, elements: &[T], mut write: impl FnMut(&mut Self, &T)) {
        elements.iter().for_each(|element| write(self, element));
    }

    /// A tag, and perhaps a value.
    pub fn option<T>(&mut self, option: &Option<T>, write: impl FnOnce(&mut Self, &T)) {
        self.bool(option.is_some());
        if let Some(value) = option {
            write(self, value);
        }
    }
}
