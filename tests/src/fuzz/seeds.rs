//! What each target begins with, and the words that its inputs are made of.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use xcc::project::Lock;
use xcc::syntax::Keyword;

use super::{Target, input, targets};

/// Larger seeds are left out: whatever is made of them is slow, and shows nothing that a small one does not.
pub const MOST_BYTES: usize = 16 << 10;

/// How many elements of a list, or members of an object, a large interface file keeps.
const KEPT: usize = 4;

impl Target {
    /// The inputs that fuzzing begins with, each once.
    #[must_use]
    pub fn seeds(self) -> Vec<Vec<u8>> {
        let seeds: BTreeSet<Vec<u8>> = match self {
            Self::Parse | Self::Check => texts(input::sources()),
            Self::Import => texts(interfaces()),
            Self::Manifest => texts(input::manifests().into_values().chain([lock()])),
            Self::Decode => messages(),
        };
        let seeds = seeds.into_iter();
        seeds.filter(|seed| seed.len() <= MOST_BYTES).collect()
    }

    /// Words that its inputs are made of, for a fuzzer that would not come upon them.
    #[must_use]
    pub fn words(self) -> Vec<String> {
        match self {
            Self::Parse | Self::Check => {
                let keywords = Keyword::ALL
                    .iter()
                    .map(|keyword| keyword.as_str().to_owned());
                keywords.chain(names(input::sources())).collect()
            }
            Self::Import => names(interfaces()).into_iter().collect(),
            Self::Manifest => names(input::manifests().into_values())
                .into_iter()
                .collect(),
            Self::Decode => Vec::new(),
        }
    }
}

fn texts(texts: impl IntoIterator<Item = String>) -> BTreeSet<Vec<u8>> {
    texts.into_iter().map(String::into_bytes).collect()
}

/// The words of some texts that several of them have: what they are called themselves says nothing.
fn names(texts: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let (mut once, mut often) = (BTreeSet::new(), BTreeSet::new());
    for text in texts {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let words: BTreeSet<_> = words.filter(|word| word.len() > 1).collect();
        for word in words {
            if !once.insert(word.to_owned()) {
                often.insert(word.to_owned());
            }
        }
    }
    often
}

/// The interface files, and large ones with fewer functions, types and variants.
fn interfaces() -> Vec<String> {
    let files = input::interfaces().iter();
    let texts = files.flat_map(|file| {
        let mut json: Json = serde_json::from_str(&file.text).expect("the suite's files are JSON");
        thin(&mut json);
        [file.text.clone(), json.to_string()]
    });
    texts.collect()
}

fn thin(json: &mut Json) {
    match json {
        Json::Array(items) => {
            items.truncate(KEPT);
            items.iter_mut().for_each(thin);
        }
        Json::Object(members) => {
            // Those of a file's root and of a function are few, those that are named by the author are many.
            let named = members.keys().skip(3 * KEPT).cloned();
            let named: Vec<_> = named.collect();
            for name in named {
                members.remove(&name);
            }
            members.values_mut().for_each(thin);
        }
        _ => {}
    }
}

fn lock() -> String {
    Lock::new("2026", "local", "generated").to_string()
}

/// For each message one that says zero, and one of ones.
fn messages() -> BTreeSet<Vec<u8>> {
    let layouts = targets::layouts().iter().enumerate();
    let messages = layouts.flat_map(|(index, layout)| {
        let choice = (index as u16).to_be_bytes();
        let ones = vec![1; layout.min_size as usize];
        let zeros = vec![0; layout.min_size as usize];
        [zeros, ones].map(|body| [choice.to_vec(), body].concat())
    });
    messages.collect()
}
