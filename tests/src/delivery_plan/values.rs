//! Values of an instance: where their bytes are, and what is made of them.

use std::cmp::Ordering;

use serde::Deserialize;
use xcc::wire::header;

use crate::plan_head;

/// What values are taken from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'k> {
    /// The delivered message.
    pub(super) message: &'k [u8],
    /// The data of the record, if there is one.
    pub(super) record: Option<&'k [u8]>,
    /// The data of the instruction behind its discriminator.
    pub(super) arguments: &'k [u8],
}

/// A value.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "in", rename_all = "camelCase")]
pub(super) enum Bytes {
    Plan {
        #[serde(deserialize_with = "plan_head::bytes")]
        bytes: Vec<u8>,
    },
    Message(Place),
    Record(Place),
    Arguments(Place),
    Comparison {
        op: String,
        left: Box<Bytes>,
        right: Box<Bytes>,
        signed: bool,
    },
}

/// Where a value is.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Place {
    offset: usize,
    #[serde(default)]
    skip: Vec<Shape>,
    size: usize,
    #[serde(default)]
    reverse: bool,
    widen: Option<Widening>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Widening {
    size: usize,
    signed: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Shape {
    Bytes(usize),
    List(Vec<Shape>),
    Array { count: usize, of: Vec<Shape> },
    Option(Vec<Shape>),
}

/// How counts are written.
type Count = fn(&[u8]) -> (usize, &[u8]);

impl Bytes {
    /// Whether it is known only while there is a record.
    pub(super) fn needs_record(&self) -> bool {
        match self {
            Bytes::Record(_) => true,
            Bytes::Plan { .. } | Bytes::Message(_) | Bytes::Arguments(_) => false,
            Bytes::Comparison { left, right, .. } => left.needs_record() || right.needs_record(),
        }
    }

    /// Whether it stands behind the header of a message, so that another message has something else there.
    pub(super) fn needs_body(&self) -> bool {
        match self {
            Bytes::Message(place) => place.offset >= header::SIZE || !place.skip.is_empty(),
            Bytes::Plan { .. } | Bytes::Record(_) | Bytes::Arguments(_) => false,
            Bytes::Comparison { left, right, .. } => left.needs_body() || right.needs_body(),
        }
    }

    pub(super) fn resolve(&self, known: &Known<'_>) -> Vec<u8> {
        match self {
            Bytes::Plan { bytes } => bytes.clone(),
            Bytes::Message(place) => place.take(known.message, in_messages),
            Bytes::Record(place) => {
                let record = known.record.expect("the step has a record");
                place.take(record, in_records)
            }
            Bytes::Arguments(place) => place.take(known.arguments, in_records),
            Bytes::Comparison {
                op,
                left,
                right,
                signed,
            } => {
                let [left, right] = [left, right].map(|side| side.resolve(known));
                vec![u8::from(holds(op, &left, &right, *signed))]
            }
        }
    }
}

impl Place {
    fn take(&self, data: &[u8], count: Count) -> Vec<u8> {
        let rest = self
            .skip
            .iter()
            .fold(&data[self.offset..], |rest, shape| shape.pass(rest, count));
        let mut bytes = rest[..self.size].to_vec();
        if self.reverse {
            bytes.reverse();
        }
        if let Some(Widening { size, signed }) = self.widen {
            let is_negative = signed && bytes.last().is_some_and(|last| last & 0x80 != 0);
            bytes.resize(size, if is_negative { 0xff } else { 0 });
        }
        bytes
    }
}

impl Shape {
    fn pass<'d>(&self, data: &'d [u8], count: Count) -> &'d [u8] {
        let all = |shapes: &[Shape], data: &'d [u8]| {
            shapes
                .iter()
                .fold(data, |data, shape| shape.pass(data, count))
        };
        match self {
            Shape::Bytes(size) => &data[*size..],
            Shape::List(of) => {
                let (times, rest) = count(data);
                (0..times).fold(rest, |rest, _| all(of, rest))
            }
            Shape::Array { count: times, of } => (0..*times).fold(data, |rest, _| all(of, rest)),
            Shape::Option(some) => match data.split_first() {
                Some((0, rest)) => rest,
                Some((_, rest)) => all(some, rest),
                None => panic!("an option has a byte that tells"),
            },
        }
    }
}

fn in_messages(data: &[u8]) -> (usize, &[u8]) {
    let (count, rest) = data.split_first_chunk().expect("a count of two bytes");
    (usize::from(u16::from_be_bytes(*count)), rest)
}

fn in_records(data: &[u8]) -> (usize, &[u8]) {
    let (count, rest) = data.split_first_chunk().expect("a count of four bytes");
    let count = u32::from_le_bytes(*count);
    (
        usize::try_from(count).expect("a count of this machine"),
        rest,
    )
}

/// Compares numbers whose least byte comes first.
fn order(left: &[u8], right: &[u8], is_signed: bool) -> Ordering {
    // The sign is turned over so that negative numbers come first.
    let digits = |bytes: &[u8]| {
        let mut digits: Vec<u8> = bytes.iter().rev().copied().collect();
        if is_signed {
            digits[0] ^= 0x80;
        }
        digits
    };
    digits(left).cmp(&digits(right))
}

fn holds(op: &str, left: &[u8], right: &[u8], is_signed: bool) -> bool {
    let is_true = |side: &[u8]| side == [1];
    match op {
        "==" => left == right,
        "!=" => left != right,
        "<" => order(left, right, is_signed).is_lt(),
        "<=" => order(left, right, is_signed).is_le(),
        ">" => order(left, right, is_signed).is_gt(),
        ">=" => order(left, right, is_signed).is_ge(),
        "&&" => is_true(left) && is_true(right),
        "||" => is_true(left) || is_true(right),
        other => panic!("`{other}` compares nothing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(json: &str, message: &[u8]) -> Vec<u8> {
        let value: Bytes = serde_json::from_str(json).expect("a value");
        let record = [message, &[9]].concat();
        value.resolve(&Known {
            message,
            record: Some(&record),
            arguments: &[],
        })
    }

    #[test]
    fn numbers_are_turned_round_and_lengthened() {
        let value = |signed| {
            let widen = format!(r#"{{"size":4,"signed":{signed}}}"#);
            format!(r#"{{"in":"message","offset":1,"size":2,"reverse":true,"widen":{widen}}}"#)
        };
        let message = [7, 0xff, 0xfe];
        assert_eq!(resolve(&value(true), &message), [0xfe, 0xff, 0xff, 0xff]);
        assert_eq!(resolve(&value(false), &message), [0xfe, 0xff, 0, 0]);
        assert_eq!(resolve(&value(true), &[7, 1, 2]), [2, 1, 0, 0]);
    }

    #[test]
    fn what_stands_in_between_is_skipped() {
        let skip = r#"[{"list":[{"bytes":1},{"option":[{"bytes":2}]}]},{"array":{"count":2,"of":[{"option":[{"bytes":1}]}]}}]"#;
        let place = format!(r#""offset":1,"skip":{skip},"size":1}}"#);
        let (entries, array) = ([5, 0, 6, 1, 8, 8], [1, 4, 0]);
        let message = [&[9, 0, 2][..], &entries, &array, &[0xaa, 0xbb]].concat();
        let value = format!(r#"{{"in":"message",{place}"#);
        assert_eq!(resolve(&value, &message), [0xaa]);
        let record = [&[9, 2, 0, 0, 0][..], &entries, &array, &[0xcc]].concat();
        let value = format!(r#"{{"in":"record",{place}"#);
        assert_eq!(resolve(&value, &record), [0xcc]);
    }

    #[test]
    fn comparisons_know_numbers() {
        let compare = |op: &str, left: &str, right: &str, signed: bool| {
            let side = |bytes: &str| format!(r#"{{"in":"plan","bytes":"0x{bytes}"}}"#);
            let (left, right) = (side(left), side(right));
            let sides = format!(r#""left":{left},"right":{right},"signed":{signed}"#);
            resolve(
                &format!(r#"{{"in":"comparison","op":"{op}",{sides}}}"#),
                &[],
            )
        };
        assert_eq!(compare("<", "0001", "ff00", false), [0]);
        assert_eq!(compare(">", "0001", "ff00", false), [1]);
        assert_eq!(compare("<", "ffff", "0100", true), [1]);
        assert_eq!(compare("<=", "0100", "0100", true), [1]);
        assert_eq!(compare(">=", "ffff", "0100", true), [0]);
        assert_eq!(compare("!=", "01", "00", false), [1]);
        assert_eq!(compare("&&", "01", "00", false), [0]);
        assert_eq!(compare("||", "01", "00", false), [1]);
    }
}
