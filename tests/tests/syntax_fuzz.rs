//! The front end on inputs that nobody writes: it must neither panic nor hang, and report inside the file.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};
use proptest::sample::select;
use xcc::codes::Code;
use xcc::diagnostic::{Diagnostics, Format, RenderOptions, render};
use xcc::source::SourceMap;
use xcc::syntax::{self, Keyword};

/// A file that uses every construct, to be spoilt.
const WHOLE: &str = include_str!("../suite/syntax/whole_language.xcc");

const SIGNS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ":",
    ".",
    "@",
    "->",
    "=",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "&&",
    "||",
    "!",
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    "|",
    "\n",
    "\n",
    "a",
    "u64",
    "list",
    "bytes",
    "address",
    "anyone",
    "self",
    "0",
    "1_000",
    "0xff",
    "30m",
    "1.5",
    "\"s\"",
    "\"",
    "hex\"00\"",
    "hex\"",
    "'q'",
    "// c\n",
    "/// d\n",
    "//! f\n",
    "/*",
    "*/",
    "#",
    "ä",
    "“",
    "\\",
    "?",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn token_soup_is_survived(tokens in vec(token(), 0..120)) {
        survive(&tokens.join(" "));
    }

    #[test]
    fn tokens_without_spaces_are_survived(tokens in vec(token(), 0..60)) {
        survive(&tokens.concat());
    }

    #[test]
    fn soup_inside_a_workflow_is_survived(tokens in vec(token(), 0..60)) {
        survive(&format!("workflow W on e () {{\n    step a = B.c({});\n}}\n", tokens.join(" ")));
    }

    #[test]
    fn soup_inside_an_import_is_survived(tokens in vec(token(), 0..30)) {
        survive(&format!("import {{ A, {} }} from \"a.xcc\";\nchain e: evm;\n", tokens.join(" ")));
    }

    #[test]
    fn soup_inside_a_function_is_survived(tokens in vec(token(), 0..60)) {
        survive(&format!("fn f(a: u64) -> bool {{\n    {}\n}}\nchain e: evm;\n", tokens.join(" ")));
    }

    #[test]
    fn bytes_are_survived(bytes in vec(any::<u8>(), 0..300)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn characters_are_survived(text in ".{0,200}") {
        survive(&text);
    }

    #[test]
    fn a_spoilt_file_is_survived(cuts in vec((0..WHOLE.len(), 0..40_usize), 1..6), inserted in token()) {
        let mut text = WHOLE.to_owned();
        for (start, length) in cuts {
            let start = text.floor_char_boundary(start);
            let end = text.floor_char_boundary(start + length);
            text.replace_range(start..end, &inserted);
        }
        survive(&text);
    }
}

#[test]
fn every_beginning_of_a_file_is_survived() {
    for end in (0..WHOLE.len()).filter(|end| WHOLE.is_char_boundary(*end)) {
        survive(&WHOLE[..end]);
    }
}

/// Whatever word or sign is lost, there are few messages, and they are not far from it.
#[test]
fn a_lost_word_is_one_or_two_errors() {
    let mut worst = Vec::new();
    for (start, end) in words(WHOLE) {
        let text = format!("{}{}", &WHOLE[..start], &WHOLE[end..]);
        let errors = survive(&text);
        if errors > 2 {
            worst.push((errors, &WHOLE[start..end], WHOLE[..start].lines().count()));
        }
    }
    assert!(worst.is_empty(), "{worst:?}");
}

#[test]
fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("!", ""),
        ("-", ""),
        ("f(", ")"),
        ("R { a: ", " }"),
        ("a + (", ")"),
    ] {
        let text = nested(open, close, 100_000);
        assert_eq!(codes(&text), [Code::NestingTooDeep], "{open}");
        assert_eq!(codes(&nested(open, close, 40)), [], "{open}");
    }
    for operator in [" + a", ".a", " && a", " * a"] {
        let text = in_step(&format!("a{}", operator.repeat(100_000)));
        assert_eq!(codes(&text), [Code::NestingTooDeep], "{operator}");
    }
    let types = format!(
        "record R {{ a: {}u8{} }}",
        "option<".repeat(100_000),
        ">".repeat(100_000)
    );
    assert_eq!(codes(&types), [Code::NestingTooDeep]);
}

#[test]
fn many_errors_end_early() {
    for fault in [
        "? ",
        "step ; ",
        ") ",
        "\" \n",
        "if ",
        "chain ;\n",
        "record R { a }\n",
    ] {
        let errors = survive(&fault.repeat(20_000));
        assert!(errors <= syntax::MAX_ERRORS, "{fault}: {errors}");
    }
}

fn token() -> impl Strategy<Value = String> {
    let keywords = Keyword::ALL.iter().map(|keyword| keyword.as_str());
    let all: Vec<_> = keywords.chain(SIGNS.iter().copied()).collect();
    select(all).prop_map(str::to_owned)
}

/// Parses and renders; returns the number of errors.
fn survive(text: &str) -> usize {
    let mut sources = SourceMap::new();
    let source = sources.add("soup.xcc", text);
    let mut diagnostics = Diagnostics::new();
    let file = syntax::parse(source, text, &mut diagnostics);
    assert_eq!(file.is_err(), diagnostics.error_count() > 0);
    if let Ok(file) = file {
        syntax::print::print(&file);
    }
    for finding in diagnostics.sorted() {
        for label in &finding.diagnostic.labels {
            assert!(
                text.get(label.span.range()).is_some(),
                "{:?} in {text:?}",
                label.span
            );
        }
    }
    for format in [Format::Human, Format::Short, Format::Json] {
        let options = RenderOptions {
            format,
            ..RenderOptions::default()
        };
        render(&diagnostics, &sources, options, &mut Vec::new()).expect("renders");
    }
    diagnostics.error_count()
}

fn codes(text: &str) -> Vec<Code> {
    let source = SourceMap::new().add("deep.xcc", text);
    let mut diagnostics = Diagnostics::new();
    let _ = syntax::parse(source, text, &mut diagnostics);
    let findings = diagnostics.sorted();
    findings
        .iter()
        .map(|finding| finding.diagnostic.code)
        .collect()
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    in_step(&format!("{}a{}", open.repeat(depth), close.repeat(depth)))
}

fn in_step(expression: &str) -> String {
    format!("workflow W on e () {{ step s = C.f({expression}); }}")
}

/// The words and signs of a text outside its comments, as byte ranges.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() && !rest.starts_with("//") {
            words.push((at, at + length));
        }
        at += length;
    }
    words
}
