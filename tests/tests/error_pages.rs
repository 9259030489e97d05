//! The pages of `xcc explain`: each has a faulty and a corrected example, and both are what they say.

use xcc::codes::Code;
use xcc::diagnostic::Diagnostics;
use xcc::source::SourceMap;
use xcc::syntax;

/// Codes whose fault is its size, so that an example would not fit the page. They have tests of their own.
const WITHOUT_EXAMPLE: &[Code] = &[Code::FileTooLarge, Code::LiteralTooLong];

/// The last code that the parser gives; the examples of later ones have no syntax error.
const LAST_OF_SYNTAX: &str = "XCC0199";

#[test]
fn every_page_gives_a_reason_and_examples() {
    for code in Code::ALL {
        let page = code.explain();
        let reason = page.lines().nth(2).unwrap_or("");
        assert!(
            reason.len() > 20,
            "{code}: the page must begin with a reason"
        );
        if WITHOUT_EXAMPLE.contains(code) {
            continue;
        }
        if is_about_source(*code) {
            assert_eq!(
                examples(page, "fails").len(),
                1,
                "{code}: one faulty example"
            );
            assert_eq!(
                examples(page, "ok").len(),
                1,
                "{code}: one corrected example"
            );
        } else {
            assert!(page.contains("```"), "{code}: an example");
        }
    }
}

#[test]
fn faulty_examples_of_syntax_give_exactly_their_code() {
    for code in Code::ALL
        .iter()
        .filter(|code| code.as_str() <= LAST_OF_SYNTAX)
    {
        for example in xcc_examples(code.explain(), "fails") {
            let found = codes(&example);
            assert!(
                !found.is_empty() && found.iter().all(|found| found == code || is_flood(*code)),
                "{code}: {found:?}"
            );
            assert!(found.contains(code), "{code}: {found:?}");
        }
    }
}

#[test]
fn other_examples_have_no_syntax_error() {
    for code in Code::ALL {
        let mut sound = xcc_examples(code.explain(), "ok");
        if code.as_str() > LAST_OF_SYNTAX {
            sound.extend(xcc_examples(code.explain(), "fails"));
        }
        for example in sound {
            assert_eq!(codes(&example), [], "{code}:\n{example}");
        }
    }
}

#[test]
fn literals_and_files_over_their_limits_are_refused() {
    let string = "x".repeat(syntax::MAX_LITERAL_BYTES);
    assert_eq!(
        codes(&format!("contract A on b from \"{string}\";")),
        [Code::LiteralTooLong]
    );
    let text = " ".repeat(syntax::MAX_FILE_BYTES + 1);
    assert_eq!(codes(&text), [Code::FileTooLarge]);
    assert_eq!(codes(&text[1..]), []);
}

#[test]
fn examples_of_the_reference_have_no_syntax_error() {
    let reference = include_str!("../../compiler/docs/language.md");
    let blocks = reference.split("```xcc\n").skip(1);
    let examples: Vec<_> = blocks
        .filter_map(|block| block.split("```").next())
        .collect();
    assert_eq!(examples.len(), 17);
    for example in examples {
        assert_eq!(codes(example), [], "{example}");
    }
}

/// Whether the fault lies in a source file, and not in the project, an interface file or the output.
fn is_about_source(code: Code) -> bool {
    !["XCC07", "XCC08", "XCC10"]
        .iter()
        .any(|group| code.as_str().starts_with(group))
}

/// Whether a page is about a number of errors, which then are of another code.
fn is_flood(code: Code) -> bool {
    code == Code::TooManyErrors
}

fn codes(text: &str) -> Vec<Code> {
    let source = SourceMap::new().add("example.xcc", text);
    let mut diagnostics = Diagnostics::new();
    let is_ok = syntax::parse(source, text, &mut diagnostics).is_ok();
    assert_eq!(is_ok, diagnostics.error_count() == 0);
    let findings = diagnostics.sorted();
    findings
        .iter()
        .map(|finding| finding.diagnostic.code)
        .collect()
}

fn xcc_examples(page: &str, kind: &str) -> Vec<String> {
    let examples = examples(page, kind).into_iter();
    examples
        .filter(|(language, _)| language == "xcc")
        .map(|(_, text)| text)
        .collect()
}

/// The fenced blocks of a kind, with their language.
fn examples(page: &str, kind: &str) -> Vec<(String, String)> {
    let blocks = page.split("```").skip(1).step_by(2);
    let with_head = blocks.filter_map(|block| block.split_once('\n'));
    let with_kind = with_head.filter_map(|(head, text)| Some((head.split_once(',')?, text)));
    let wanted = with_kind.filter(|((_, found), _)| *found == kind);
    wanted
        .map(|((language, _), text)| (language.to_owned(), text.to_owned()))
        .collect()
}
