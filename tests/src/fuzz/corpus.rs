//! What fuzzing found, as it is kept: a file for each target with an input in each line, so that a change of it can be read.
//!
//! A line is a JSON string, or for bytes that are no text an object with their hexadecimal digits.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Target;
use crate::tools::suite_dir;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Text(String),
    Bytes { hex: String },
}

impl Target {
    /// The file that its corpus is kept in.
    #[must_use]
    pub fn corpus_file(self) -> PathBuf {
        let name = format!("fuzz/corpus/{}.jsonl", self.name());
        suite_dir().join(name)
    }

    /// The most bytes that the file may have: below a megabyte in all, most of it for the target with the most code behind it.
    #[must_use]
    pub fn most_bytes(self) -> usize {
        match self {
            Self::Check => 400 << 10,
            _ => 120 << 10,
        }
    }

    /// What fuzzing found, or nothing if it was never fuzzed.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged.
    pub fn corpus(self) -> io::Result<Vec<Vec<u8>>> {
        match fs::read_to_string(self.corpus_file()) {
            Ok(text) => text.lines().map(read_line).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Keeps the files of a folder, the smallest first, until the corpus is full. Says how many.
    ///
    /// # Errors
    /// When the folder cannot be read, or the corpus not written.
    pub fn keep(self, folder: &Path) -> io::Result<usize> {
        let mut inputs = fs::read_dir(folder)?
            .map(|entry| fs::read(entry?.path()))
            .collect::<io::Result<Vec<_>>>()?;
        inputs.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
        let mut text = String::new();
        let mut kept = 0;
        for line in inputs.iter().map(|input| line_of(input)) {
            if text.len() + line.len() >= self.most_bytes() {
                break;
            }
            text += &line;
            text.push('\n');
            kept += 1;
        }
        let file = self.corpus_file();
        file.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(file, text)?;
        Ok(kept)
    }
}

fn line_of(input: &[u8]) -> String {
    let line = match std::str::from_utf8(input) {
        Ok(text) => Line::Text(text.to_owned()),
        Err(_) => Line::Bytes {
            hex: hex::encode(input),
        },
    };
    serde_json::to_string(&line).expect("a string can be written as JSON")
}

fn read_line(line: &str) -> io::Result<Vec<u8>> {
    match serde_json::from_str(line)? {
        Line::Text(text) => Ok(text.into_bytes()),
        Line::Bytes { hex } => hex::decode(hex).map_err(io::Error::other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_is_read_as_it_was() {
        for input in [
            b"".as_slice(),
            b"a\n\"b\"",
            "ä\u{2028}".as_bytes(),
            &[0xff, 0],
        ] {
            let line = line_of(input);
            assert!(!line.contains('\n'));
            assert_eq!(read_line(&line).expect("it was written"), input);
        }
    }
}
