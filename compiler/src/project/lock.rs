//! `xcc.lock`: what the last build read and wrote, by hash, so that a later run can tell its own files from everyone else's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::address::decode_hex;
use crate::wire::value::hex;

/// The file's name.
pub const LOCK: &str = "xcc.lock";

/// The version of the file's form.
const VERSION: u32 = 1;

const HEAD: &str = "# Written by xcc, which tells by it what it made. Keep it under version control, do not edit it.\n";

/// What a build read and wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    /// The version of xcc.
    pub xcc: String,
    /// The language edition.
    pub edition: String,
    /// The profile.
    pub profile: String,
    /// The output folder, relative to the project.
    pub output: String,
    /// Every file read, by path relative to the project.
    pub inputs: BTreeMap<String, Hash>,
    /// Every file written, by path relative to the output folder.
    pub outputs: BTreeMap<String, Hash>,
    /// What builds that have not ended were about to write. Interrupted builds leave it behind, and the next one knows those files for
    /// xcc's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: BTreeMap<String, BTreeSet<Hash>>,
}

/// The SHA-256 hash of a file, which most processors compute in hardware.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hash([u8; 32]);

/// Why a text is no lock file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LockError {
    /// Not the form a lock file has.
    #[error("{0}")]
    Syntax(String),
    /// Written in a form that this xcc does not know.
    #[error("it has version {0}, this xcc reads version {VERSION}")]
    Version(u32),
    /// A path that leads out of the output folder.
    #[error("it lists the output `{0}`, which is outside the output folder")]
    Path(String),
}

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a hash has 64 hexadecimal digits")]
pub struct NotAHash;

impl Lock {
    /// A lock of nothing read and written yet, by this version of xcc.
    pub fn new(edition: &str, profile: &str, output: &str) -> Self {
        Self {
            version: VERSION,
            xcc: crate::VERSION.to_owned(),
            edition: edition.to_owned(),
            profile: profile.to_owned(),
            output: output.to_owned(),
            inputs: BTreeMap::new(),
            outputs: BTreeMap::new(),
            pending: BTreeMap::new(),
        }
    }

    /// Whether a build recorded or announced a file with this content at a path.
    pub fn made(&self, path: &str, hash: Hash) -> bool {
        let is_pending = |hashes: &BTreeSet<Hash>| hashes.contains(&hash);
        self.outputs.get(path) == Some(&hash) || self.pending.get(path).is_some_and(is_pending)
    }

    /// Whether a build recorded or announced a file at a path.
    pub fn knows(&self, path: &str) -> bool {
        self.outputs.contains_key(path) || self.pending.contains_key(path)
    }

    /// Every path a build recorded or announced.
    pub fn paths(&self) -> impl Iterator<Item = &String> {
        self.outputs.keys().chain(self.pending.keys())
    }
}

impl FromStr for Lock {
    type Err = LockError;

    fn from_str(text: &str) -> Result<Self, LockError> {
        let lock: Self =
            toml::from_str(text).map_err(|error| LockError::Syntax(error.message().to_owned()))?;
        if lock.version != VERSION {
            return Err(LockError::Version(lock.version));
        }
        let outside = lock.paths().find(|path| !super::output::is_inside(path));
        match outside.cloned() {
            Some(path) => Err(LockError::Path(path)),
            None => Ok(lock),
        }
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = toml::to_string(self).map_err(|_| fmt::Error)?;
        write!(f, "{HEAD}{body}")
    }
}

impl Hash {
    /// The hash of a content.
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> String {
        hex(&hash.0)[2..].to_owned()
    }
}

impl TryFrom<String> for Hash {
    type Error = NotAHash;

    fn try_from(text: String) -> Result<Self, NotAHash> {
        let bytes = decode_hex(&text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(NotAHash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_reads_back_as_it_was_written() {
        let mut lock = Lock::new("2026", "local", "generated");
        let hash = Hash::of(b"content");
        lock.inputs.insert("a \"b\".xcc".to_owned(), hash);
        lock.outputs.insert("evm/src/A.sol".to_owned(), hash);
        let text = lock.to_string();
        assert_eq!(text.parse(), Ok(lock.clone()));
        assert!(lock.made("evm/src/A.sol", hash));
        assert!(!lock.made("evm/src/A.sol", Hash::of(b"other")));
        assert!(!text.contains("pending"), "{text}");
    }

    #[test]
    fn damaged_and_hostile_locks_are_refused() {
        let text = Lock::new("2026", "local", "generated").to_string();
        assert!(matches!(
            "<<<<<<< HEAD".parse::<Lock>(),
            Err(LockError::Syntax(_))
        ));
        let later = text.replace("version = 1", "version = 2");
        assert_eq!(later.parse::<Lock>(), Err(LockError::Version(2)));
        let hash = String::from(Hash::of(b""));
        let hostile = text.replace("[outputs]", &format!("[outputs]\n\"../a\" = \"{hash}\""));
        assert_eq!(
            hostile.parse::<Lock>(),
            Err(LockError::Path("../a".to_owned()))
        );
    }
}
