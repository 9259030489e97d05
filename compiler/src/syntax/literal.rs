//! The values of literals.

use super::MAX_LITERAL_BYTES;
use super::ast::{Duration, U256};
use super::error::{BytesFault, NumberFault, SyntaxError};
use super::errors::Errors;
use crate::source::Span;

/// The greatest number of a literal, as it is named in a message.
const MAX_INTEGER: &str = "2^256 - 1";

/// Reads literals and reports what is wrong with them; a faulty one yields a value of its kind.
pub(super) struct Literals<'a, 'd> {
    pub(super) errors: &'a mut Errors<'d>,
    pub(super) span: Span,
}

impl Literals<'_, '_> {
    /// `90_000` or `0xff`.
    pub(super) fn integer(&mut self, text: &str) -> U256 {
        match parse_integer(text) {
            Ok(value) => value,
            Err(IntegerFault::Malformed(fault)) => {
                let span = self.span;
                self.fail(SyntaxError::MalformedNumber { span, fault })
            }
            Err(IntegerFault::TooLarge) => self.too_large(MAX_INTEGER),
        }
    }

    /// An integer of 64 bits.
    pub(super) fn small(&mut self, text: &str) -> u64 {
        let value = self.integer(text);
        u64::try_from(value).unwrap_or_else(|_| self.too_large("2^64 - 1"))
    }

    /// An integer of 32 bits: the bound of a type.
    pub(super) fn size(&mut self, text: &str) -> u32 {
        let value = self.integer(text);
        u32::try_from(value).unwrap_or_else(|_| self.too_large("2^32 - 1"))
    }

    /// `30m`.
    pub(super) fn duration(&mut self, text: &str) -> Duration {
        let unit = text.char_indices().last();
        let seconds = match unit {
            Some((at, 's')) => Some((at, 1)),
            Some((at, 'm')) => Some((at, 60)),
            Some((at, 'h')) => Some((at, 60 * 60)),
            Some((at, 'd')) => Some((at, 24 * 60 * 60)),
            _ => None,
        };
        let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        let Some((at, seconds)) = seconds.filter(|(at, _)| is_number(&text[..*at])) else {
            let (span, text) = (self.span, text.to_owned());
            self.errors
                .push(SyntaxError::MalformedDuration { span, text });
            return Duration { seconds: 0 };
        };
        let count = self.small(&text[..at]);
        let seconds = count.checked_mul(seconds);
        Duration {
            seconds: seconds.unwrap_or_else(|| self.too_large("2^64 - 1 seconds")),
        }
    }

    /// `hex"00ff"`.
    pub(super) fn bytes(&mut self, text: &str) -> Vec<u8> {
        let digits = text.trim_start_matches("hex\"").trim_end_matches('"');
        if self.is_too_long(digits) {
            return Vec::new();
        }
        let fault = match digits.chars().find(|c| !c.is_ascii_hexdigit()) {
            Some(character) => Some(BytesFault::NotHex(character)),
            None if digits.len() % 2 == 1 => Some(BytesFault::OddLength(digits.len())),
            None => None,
        };
        if let Some(fault) = fault {
            let span = self.span;
            return self.fail(SyntaxError::MalformedBytes { span, fault });
        }
        let nibbles: Vec<u8> = digits
            .chars()
            .filter_map(|c| c.to_digit(16))
            .map(|d| d as u8)
            .collect();
        nibbles
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    }

    /// `"text"`, with its escapes resolved.
    pub(super) fn string(&mut self, text: &str) -> String {
        if self.is_too_long(text) {
            return String::new();
        }
        // A string without its closing quote was reported before and comes without it.
        let inner = text.strip_prefix('"').unwrap_or(text);
        let mut value = String::with_capacity(inner.len());
        let mut rest = inner;
        while let Some(character) = rest.chars().next() {
            if character == '"' {
                break;
            }
            let length = match character {
                '\\' => self.escape(rest, text.len() - rest.len(), &mut value),
                other => {
                    value.push(other);
                    other.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        value
    }

    /// Resolves the escape `rest` begins with, which stands `offset` bytes into the literal; returns its length.
    fn escape(&mut self, rest: &str, offset: usize, value: &mut String) -> usize {
        let (character, length) = match rest[1..].chars().next() {
            Some('n') => (Some('\n'), 2),
            Some(plain @ ('"' | '\\')) => (Some(plain), 2),
            Some('u') => unicode_escape(rest),
            Some(other) => (None, 1 + other.len_utf8()),
            None => (None, 1),
        };
        if let Some(character) = character {
            value.push(character);
        } else {
            let start = self.span.start as usize + offset;
            let span = self.errors.span(start, start + length);
            let escape = rest[..length].to_owned();
            self.errors
                .push(SyntaxError::InvalidEscape { span, escape });
        }
        length
    }

    fn is_too_long(&mut self, text: &str) -> bool {
        let bytes = text.len();
        let is_too_long = bytes > MAX_LITERAL_BYTES;
        if is_too_long {
            let span = self.span;
            self.errors
                .push(SyntaxError::LiteralTooLong { span, bytes });
        }
        is_too_long
    }

    fn too_large<T: Default>(&mut self, limit: &'static str) -> T {
        let span = self.span;
        self.fail(SyntaxError::NumberTooLarge { span, limit })
    }

    fn fail<T: Default>(&mut self, error: SyntaxError) -> T {
        self.errors.push(error);
        T::default()
    }
}

/// The character of `\u{…}` and the length of the escape.
fn unicode_escape(rest: &str) -> (Option<char>, usize) {
    let digits = rest
        .strip_prefix("\\u{")
        .and_then(|rest| rest.split_once('}'));
    match digits {
        Some((digits, _)) if digits.len() <= 6 => {
            let number = u32::from_str_radix(digits, 16).ok();
            (
                number.and_then(char::from_u32),
                "\\u{}".len() + digits.len(),
            )
        }
        _ => (None, 2),
    }
}

enum IntegerFault {
    Malformed(NumberFault),
    TooLarge,
}

fn parse_integer(text: &str) -> Result<U256, IntegerFault> {
    if text.contains('.') {
        return Err(IntegerFault::Malformed(NumberFault::Fraction));
    }
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let digits = hex.unwrap_or(text).replace('_', "");
    let (form, radix) = match hex {
        Some(_) => (check_hex(&digits), 16),
        None => (check_decimal(text), 10),
    };
    form.map_err(IntegerFault::Malformed)?;
    value_of(&digits, radix).ok_or(IntegerFault::TooLarge)
}

/// `None` if the number does not fit 256 bits.
fn value_of(digits: &str, radix: u32) -> Option<U256> {
    let digits = digits.trim_start_matches('0');
    // A number of so many digits is over 2^256, whatever they are.
    if digits.len() > 78 {
        return None;
    }
    let mut digits = digits.chars().filter_map(|digit| digit.to_digit(radix));
    digits.try_fold(U256::zero(), |value, digit| {
        value
            .checked_mul(U256::from(radix))?
            .checked_add(U256::from(digit))
    })
}

fn check_hex(digits: &str) -> Result<(), NumberFault> {
    if digits.is_empty() {
        return Err(NumberFault::NoDigits);
    }
    match digits.chars().find(|c| !c.is_ascii_hexdigit()) {
        Some(character) => Err(NumberFault::HexDigit(character)),
        None => Ok(()),
    }
}

fn check_decimal(text: &str) -> Result<(), NumberFault> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '_');
    let Some(end) = end else {
        return Ok(());
    };
    let (digits, suffix) = text.split_at(end);
    if matches!(suffix, "s" | "m" | "h" | "d") {
        return Err(NumberFault::Duration);
    }
    Err(NumberFault::Suffix {
        digits: digits.to_owned(),
        suffix: suffix.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::source::SourceMap;

    fn read<T>(read: impl FnOnce(&mut Literals<'_, '_>) -> T) -> (T, Vec<String>) {
        let source = SourceMap::new().add("a.xcc", "");
        let mut diagnostics = Diagnostics::new();
        let mut errors = Errors::new(source, &mut diagnostics);
        let span = errors.span(0, 0);
        let errors = &mut errors;
        let value = read(&mut Literals { errors, span });
        let findings = diagnostics.sorted();
        let codes = findings.iter().map(|f| f.diagnostic.code.to_string());
        (value, codes.collect())
    }

    #[test]
    fn integers_reach_2_to_the_256_less_one() {
        let greatest =
            "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        for text in [
            greatest,
            &format!("0x{}", "f".repeat(64)),
            &format!("000{greatest}"),
        ] {
            assert_eq!(read(|l| l.integer(text)), (U256::MAX, vec![]), "{text}");
        }
        let over = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        for text in [over, &format!("0x1{}", "0".repeat(64)), &"9".repeat(5000)] {
            assert_eq!(read(|l| l.integer(text)).1, ["XCC0105"], "{text}");
        }
    }

    #[test]
    fn malformed_numbers_are_refused() {
        for text in ["0x", "0xg", "12u64", "1.5", "30m", "0b1"] {
            assert_eq!(read(|l| l.integer(text)).1, ["XCC0104"], "{text}");
        }
        assert_eq!(read(|l| l.integer("90_000")), (U256::from(90_000), vec![]));
    }

    #[test]
    fn durations_are_seconds() {
        for (text, seconds) in [
            ("30s", 30),
            ("30m", 1800),
            ("2h", 7200),
            ("1d", 86_400),
            ("1_0s", 10),
        ] {
            assert_eq!(read(|l| l.duration(text)), (Duration { seconds }, vec![]));
        }
        for text in ["30", "30min", "m30", "30w", "1.5h"] {
            assert_eq!(read(|l| l.duration(text)).1, ["XCC0122"], "{text}");
        }
        assert_eq!(read(|l| l.duration("18446744073709551615d")).1, ["XCC0105"]);
    }

    #[test]
    fn strings_resolve_their_escapes() {
        let text = r#""a\"b\\c\nd\u{e9}\u{1F600}""#;
        assert_eq!(
            read(|l| l.string(text)),
            ("a\"b\\c\ndé😀".to_owned(), vec![])
        );
        for text in [
            r#""\q""#,
            r#""\u{110000}""#,
            r#""\u{}""#,
            r#""\u1""#,
            r#""\é""#,
            r#""\"#,
        ] {
            assert_eq!(read(|l| l.string(text)).1, ["XCC0103"], "{text}");
        }
    }

    #[test]
    fn byte_literals_are_pairs_of_digits() {
        assert_eq!(read(|l| l.bytes("hex\"00fF\"")), (vec![0, 255], vec![]));
        for text in ["hex\"0\"", "hex\"0g\"", "hex\"é\""] {
            assert_eq!(read(|l| l.bytes(text)).1, ["XCC0106"], "{text}");
        }
    }

    #[test]
    fn literals_are_bounded() {
        let long = "0".repeat(MAX_LITERAL_BYTES + 1);
        assert_eq!(read(|l| l.string(&format!("\"{long}\""))).1, ["XCC0118"]);
        assert_eq!(read(|l| l.bytes(&format!("hex\"{long}\""))).1, ["XCC0118"]);
    }
}
