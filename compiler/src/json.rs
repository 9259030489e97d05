//! JSON files that are written piece by piece, so that their values are never in memory all at once.

use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// A list whose elements are made one at a time, when they are written.
pub(crate) struct Sequence<F>(pub(crate) F);

impl<F, I> Serialize for Sequence<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Content that stands in one line of a file for people to read.
pub(crate) fn in_a_line(content: &impl Serialize) -> Box<RawValue> {
    to_raw_value(content).expect("names are strings, and writing to memory cannot fail")
}

/// The text of a JSON file with this content, for people to read. It is expected to have about so many bytes.
pub(crate) fn pretty(content: &impl Serialize, expected: usize) -> String {
    let mut text = Vec::with_capacity(expected);
    serde_json::to_writer_pretty(&mut text, content)
        .expect("names are strings, and writing to memory cannot fail");
    text.push(b'\n');
    String::from_utf8(text).expect("JSON is text")
}
