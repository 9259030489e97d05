//! Changes texts by their words and brackets, so that most of what comes out still looks like what it was made of.
//!
//! It knows no grammar: sources, JSON and TOML all have words, numbers, strings, brackets that pair, and signs that end something. What
//! it moves about is a token, what stands between two brackets, or what ends with a sign, out of the text itself or of another one.

use std::ops::Range;

use xcc::interp::schedule::Draw;

/// What a text is changed with.
#[derive(Clone, Debug, Default)]
pub struct Stock {
    /// Texts that parts are taken from.
    pub donors: Vec<Vec<u8>>,
    /// Words to put somewhere.
    pub words: Vec<String>,
}

/// Numbers at which something changes: widths, bounds of the language, powers of two.
const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "2",
    "7",
    "8",
    "63",
    "64",
    "65",
    "128",
    "255",
    "256",
    "4096",
    "65535",
    "65536",
    "4294967296",
    "115792089237316195423570985008687907853269984665640564039457584007913129639936",
];

/// How many changes are made at most.
const MOST_CHANGES: u64 = 4;

/// How often something is repeated at most.
const MOST_REPEATS: u64 = 12;

impl Stock {
    /// A changed text of at most `most` bytes, the same for the same seed.
    #[must_use]
    pub fn mutate(&self, text: &[u8], seed: u32, most: usize) -> Vec<u8> {
        let mut draw = Draw::new(u64::from(seed));
        let mut text = text.to_vec();
        for _ in 0..=draw.below(MOST_CHANGES) {
            let changed = self.change(&text, &mut draw);
            if changed.len() <= most {
                text = changed;
            }
        }
        text.truncate(most);
        text
    }

    fn change(&self, text: &[u8], draw: &mut Draw) -> Vec<u8> {
        let tokens = tokens(text);
        if tokens.is_empty() {
            return self.borrowed(draw);
        }
        let at = part(text, &tokens, draw);
        let here = text[at.clone()].to_vec();
        match draw.below(9) {
            0 => replace(text, at, b""),
            1 => {
                let times = 2 + draw.below(MOST_REPEATS) as usize;
                replace(text, at, &here.repeat(times))
            }
            2 => self.swap(text, &tokens, at, draw),
            3 => replace(text, at, &self.borrowed(draw)),
            4 => replace(text, at.start..at.start, &self.borrowed(draw)),
            5 => self.word(text, &tokens, draw),
            6 => number(text, &tokens, draw),
            7 => rename(text, &tokens, draw),
            _ => {
                let other = part(text, &tokens, draw);
                replace(text, at, &text[other])
            }
        }
    }

    /// A part of a donor.
    fn borrowed(&self, draw: &mut Draw) -> Vec<u8> {
        let count = self.donors.len() as u64;
        if count == 0 {
            return Vec::new();
        }
        let donor = &self.donors[draw.below(count) as usize];
        let tokens = tokens(donor);
        match tokens.is_empty() {
            true => Vec::new(),
            false => donor[part(donor, &tokens, draw)].to_vec(),
        }
    }

    fn word(&self, text: &[u8], tokens: &[Range<usize>], draw: &mut Draw) -> Vec<u8> {
        let at = pick(tokens, draw);
        let count = self.words.len() as u64;
        match count {
            0 => text.to_vec(),
            _ => replace(text, at, self.words[draw.below(count) as usize].as_bytes()),
        }
    }

    fn swap(
        &self,
        text: &[u8],
        tokens: &[Range<usize>],
        one: Range<usize>,
        draw: &mut Draw,
    ) -> Vec<u8> {
        let other = part(text, tokens, draw);
        let (first, second) = match one.start <= other.start {
            true => (one, other),
            false => (other, one),
        };
        if first.end > second.start {
            return text.to_vec();
        }
        let swapped = replace(text, second.clone(), &text[first.clone()]);
        replace(&swapped, first, &text[second])
    }
}

/// One word that stands in several places becomes another in all of them.
fn rename(text: &[u8], tokens: &[Range<usize>], draw: &mut Draw) -> Vec<u8> {
    let (from, to) = (pick(tokens, draw), pick(tokens, draw));
    let (from, to) = (&text[from], &text[to]);
    let mut renamed = Vec::new();
    let mut end = 0;
    for token in tokens
        .iter()
        .filter(|token| text[(*token).clone()] == *from)
    {
        renamed.extend_from_slice(&text[end..token.start]);
        renamed.extend_from_slice(to);
        end = token.end;
    }
    renamed.extend_from_slice(&text[end..]);
    renamed
}

fn number(text: &[u8], tokens: &[Range<usize>], draw: &mut Draw) -> Vec<u8> {
    let is_number = |token: &&Range<usize>| text[token.start].is_ascii_digit();
    let numbers: Vec<_> = tokens.iter().filter(is_number).cloned().collect();
    if numbers.is_empty() {
        return text.to_vec();
    }
    let to = NUMBERS[draw.below(NUMBERS.len() as u64) as usize];
    replace(text, pick(&numbers, draw), to.as_bytes())
}

fn pick(tokens: &[Range<usize>], draw: &mut Draw) -> Range<usize> {
    tokens[draw.below(tokens.len() as u64) as usize].clone()
}

fn replace(text: &[u8], at: Range<usize>, by: &[u8]) -> Vec<u8> {
    [&text[..at.start], by, &text[at.end..]].concat()
}

/// A token, brackets with what is between them, or what ends with a sign.
fn part(text: &[u8], tokens: &[Range<usize>], draw: &mut Draw) -> Range<usize> {
    let first = draw.below(tokens.len() as u64) as usize;
    let last = match draw.below(3) {
        0 => Some(first),
        1 => end_of_group(text, tokens, first),
        _ => end_of_statement(text, tokens, first),
    };
    tokens[first].start..tokens[last.unwrap_or(first)].end
}

/// The bracket that closes the first one from a token on.
fn end_of_group(text: &[u8], tokens: &[Range<usize>], first: usize) -> Option<usize> {
    let mut depth = 0_i32;
    let rest = tokens.iter().enumerate().skip(first);
    for (index, token) in rest {
        depth += depth_of(text[token.start]);
        if depth < 0 {
            return None;
        }
        if depth == 0 && depth_of(text[token.start]) < 0 {
            return Some(index);
        }
    }
    None
}

/// The sign that ends what a token begins: a comma, a semicolon, or a brace that closes.
fn end_of_statement(text: &[u8], tokens: &[Range<usize>], first: usize) -> Option<usize> {
    let mut depth = 0_i32;
    let rest = tokens.iter().enumerate().skip(first);
    for (index, token) in rest {
        let sign = text[token.start];
        depth += depth_of(sign);
        if depth < 0 {
            return index.checked_sub(1).filter(|last| *last >= first);
        }
        if depth == 0 && matches!(sign, b',' | b';' | b'}') {
            return Some(index);
        }
    }
    None
}

fn depth_of(sign: u8) -> i32 {
    match sign {
        b'(' | b'[' | b'{' => 1,
        b')' | b']' | b'}' => -1,
        _ => 0,
    }
}

/// The words, numbers, strings and signs of a text. Space and comments are between them.
fn tokens(text: &[u8]) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = match rest[0] {
            first if first.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'/' if rest.starts_with(b"//") => {
                at += run(rest, |byte| byte != b'\n');
                continue;
            }
            b'"' => (1 + run(&rest[1..], |byte| byte != b'"' && byte != b'\n') + 1).min(rest.len()),
            first if is_word(first) => run(rest, is_word),
            _ => 1,
        };
        tokens.push(at..at + length);
        at += length;
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// How many bytes a text begins with that are so.
fn run(text: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let end = text.iter().position(|byte| !is(*byte));
    end.unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"fn f(a: u64) -> u64 { let b = [a, \"x\"]; b + 1 } // end";

    #[test]
    fn a_text_is_split_where_its_words_and_signs_are() {
        let tokens = tokens(b"a_1 = \"b c\", // d\n\"e");
        assert_eq!(tokens, [0..3, 4..5, 6..11, 11..12, 18..20]);
    }

    #[test]
    fn a_change_is_the_same_for_a_seed_and_keeps_its_bound() {
        let stock = Stock {
            donors: vec![TEXT.to_vec()],
            words: vec!["parallel".to_owned()],
        };
        let mut made = std::collections::BTreeSet::new();
        for seed in 0..2_000 {
            let changed = stock.mutate(TEXT, seed, 80);
            assert_eq!(changed, stock.mutate(TEXT, seed, 80));
            assert!(changed.len() <= 80);
            made.insert(changed);
        }
        assert!(made.len() > 1_000, "{}", made.len());
        assert!(
            made.iter()
                .any(|text| text.windows(8).any(|at| at == b"parallel"))
        );
    }

    #[test]
    fn parts_are_whole() {
        let tokens = tokens(TEXT);
        let of = |first: &[u8]| tokens.iter().position(|at| &TEXT[at.clone()] == first);
        let text = |first: usize, last: Option<usize>| {
            let last = last.expect("it ends");
            std::str::from_utf8(&TEXT[tokens[first].start..tokens[last].end]).expect("ASCII")
        };
        let (brace, name) = (of(b"{").expect("there"), of(b"let").expect("there"));
        let group = end_of_group(TEXT, &tokens, brace);
        assert_eq!(text(brace, group), "{ let b = [a, \"x\"]; b + 1 }");
        let statement = end_of_statement(TEXT, &tokens, name);
        assert_eq!(text(name, statement), "let b = [a, \"x\"];");
    }
}
