//! Names of Move: keywords, and the scopes in which a package's names are chosen.

use crate::backend::names::{Namer, snake_case};
use crate::spelling::begun_by;

/// Words that cannot be identifiers, in either dialect: keywords, reserved words, names of built-in types and functions.
pub const KEYWORDS: &[&str] = &[
    "abort",
    "acquires",
    "address",
    "as",
    "assert",
    "bool",
    "borrow_global",
    "borrow_global_mut",
    "break",
    "const",
    "continue",
    "copy",
    "do",
    "else",
    "entry",
    "enum",
    "exists",
    "false",
    "for",
    "freeze",
    "friend",
    "fun",
    "has",
    "i128",
    "i16",
    "i256",
    "i32",
    "i64",
    "i8",
    "if",
    "in",
    "inline",
    "internal",
    "invariant",
    "is",
    "let",
    "loop",
    "macro",
    "match",
    "module",
    "move",
    "move_from",
    "move_to",
    "mut",
    "native",
    "package",
    "phantom",
    "post",
    "pre",
    "public",
    "reference",
    "return",
    "script",
    "self",
    "signer",
    "spec",
    "struct",
    "true",
    "type",
    "u128",
    "u16",
    "u256",
    "u32",
    "u64",
    "u8",
    "use",
    "vector",
    "where",
    "while",
];

/// A scope in which nothing but the keywords and these names is taken.
pub fn scope(reserved: &[&str]) -> Namer {
    let mut namer = Namer::new(KEYWORDS);
    reserved.iter().for_each(|name| namer.reserve(name));
    namer
}

/// A name for a local, a field or a function: snake case, without underscores around it: a leading one marks unused things.
pub fn lower_case(name: &str) -> String {
    match snake_case(name).trim_matches('_') {
        "" => "unnamed".to_owned(),
        trimmed => begun_by('n', trimmed.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_a_keyword_or_unused() {
        let mut scope = scope(&["vaa"]);
        let mut choose = |wanted| scope.choose(&lower_case(wanted));
        assert_eq!(choose("match"), "match_");
        assert_eq!(choose("vaa"), "vaa_");
        assert_eq!(choose("_amountOut"), "amount_out");
        assert_eq!(choose("amount_out"), "amount_out_");
        assert_eq!(choose("__"), "unnamed");
        assert_eq!(choose("_7"), "n7");
    }

    #[test]
    fn keywords_are_sorted_and_without_repetition() {
        assert!(KEYWORDS.is_sorted_by(|a, b| a < b));
    }
}
