//! The one table of diagnostic codes, each with a title and a page that `xcc explain` prints.
//!
//! To add a code, add a line to its group in the table and write `docs/errors/XCCnnnn.md`. The page gives the reason, a
//! faulty example in a block fenced as `xcc,fails` and a corrected one in a block fenced as `xcc,ok`; both are tests. A
//! number is never used again for something else.

use std::fmt;

macro_rules! codes {
    ($($(#[doc = $group:literal])* $variant:ident = $number:literal: $title:literal,)+) => {
        /// A stable code for one kind of finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(
                #[doc = concat!($number, ": ", $title)]
                $variant,
            )+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as users see it, as in `XCC0107`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $number,)+
                }
            }

            /// A title of one line.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }

            /// The page that explains the code, in Markdown.
            pub fn explain(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../docs/errors/", $number, ".md")),)+
                }
            }
        }
    };
}

codes! {
    // 01xx: lexing and parsing
    UnexpectedCharacter = "XCC0101": "unexpected character",
    UnterminatedString = "XCC0102": "unterminated string",
    InvalidEscape = "XCC0103": "unknown escape in a string",
    MalformedNumber = "XCC0104": "malformed number",
    NumberTooLarge = "XCC0105": "number is too large",
    MalformedBytes = "XCC0106": "malformed byte literal",
    UnexpectedToken = "XCC0107": "unexpected token",
    MissingSemicolon = "XCC0108": "missing `;`",
    UnclosedDelimiter = "XCC0109": "unclosed delimiter",
    UnmatchedDelimiter = "XCC0110": "wrong or superfluous closing delimiter",
    MisspeltKeyword = "XCC0111": "misspelt keyword",
    KeywordAsName = "XCC0112": "keyword used as a name",
    UnsupportedSyntax = "XCC0113": "not supported by this version",
    RepeatedClause = "XCC0114": "clause given twice",
    ChainedComparison = "XCC0115": "chained comparison",
    NestingTooDeep = "XCC0116": "nested too deep",
    FileTooLarge = "XCC0117": "file is too large",
    LiteralTooLong = "XCC0118": "literal is too long",
    MisplacedDocComment = "XCC0119": "comment documents nothing",
    MalformedType = "XCC0120": "malformed type",
    BlockComment = "XCC0121": "block comment",
    MalformedDuration = "XCC0122": "malformed duration",
    CallInExpression = "XCC0123": "contract called outside a step",
    TooManyErrors = "XCC0124": "too many syntax errors",
    // 02xx: names and imports
    // 03xx: types
    // 04xx: chains and transports
    // 05xx: the shape of the saga
    // 06xx: budgets and sizes
    // 07xx: the project and xcc.toml
    NoProject = "XCC0701": "no project",
    FileNotFound = "XCC0702": "file not found",
    UnreadableFile = "XCC0703": "unreadable file",
    NotUtf8 = "XCC0704": "not text",
    ManifestSyntax = "XCC0705": "xcc.toml is not TOML",
    UnknownKey = "XCC0706": "unknown key in xcc.toml",
    MissingKey = "XCC0707": "missing key in xcc.toml",
    InvalidValue = "XCC0708": "invalid value in xcc.toml",
    UnknownEdition = "XCC0709": "unknown edition",
    NoProfile = "XCC0710": "no such profile",
    UnboundName = "XCC0711": "a name the profile does not bind",
    UnknownName = "XCC0712": "a bound name the source does not declare",
    UnusedBinding = "XCC0713": "unused binding",
    InvalidNetwork = "XCC0714": "invalid network identifier",
    InvalidAddress = "XCC0715": "invalid address",
    ZeroAddress = "XCC0716": "zero address",
    InvalidEndpoint = "XCC0717": "invalid endpoint of a transport",
    DuplicateBinding = "XCC0718": "bound twice",
    ProjectExists = "XCC0719": "a file is already there",
    // 08xx: interface files
    // 09xx: targets and back ends
    // 10xx: output
    OutputStale = "XCC1001": "output is out of date",
    OutputEdited = "XCC1002": "output was edited by hand",
    OutputOtherVersion = "XCC1003": "output was made by another xcc",
    OutputMissing = "XCC1004": "output is missing",
    OutputForeign = "XCC1005": "a foreign file is in the way",
    OutputUnwritable = "XCC1006": "output cannot be written",
    OutputPath = "XCC1007": "unsafe output path",
    InvalidLock = "XCC1008": "xcc.lock cannot be read",
    NotAMessage = "XCC1009": "not a message",
    ForeignMessage = "XCC1010": "not a message of this project",
}

impl Code {
    /// Finds a code by what a user types: `XCC0107`, `xcc0107`, `0107` or `107`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = match text.get(..3) {
            Some(prefix) if prefix.eq_ignore_ascii_case("xcc") => &text[3..],
            _ => text,
        };
        let number: u16 = digits.parse().ok()?;
        let wanted = format!("XCC{number:04}");
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == wanted)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_without_repetition() {
        let numbers: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }

    #[test]
    fn every_code_is_well_formed_and_its_page_names_it() {
        for code in Code::ALL {
            let number = code.as_str();
            assert_eq!(Code::parse(number), Some(*code));
            assert_eq!(number.len(), 7, "{number}");
            let head = format!("# {number}: {}\n", code.title());
            assert!(
                code.explain().starts_with(&head),
                "{number}: page must start with {head:?}"
            );
            assert!(!code.title().ends_with('.'), "{number}");
        }
    }

    #[test]
    fn codes_are_found_however_they_are_typed() {
        for text in ["XCC0107", "xcc0107", "0107", "107", " xcc107 "] {
            assert_eq!(Code::parse(text), Some(Code::UnexpectedToken), "{text}");
        }
        for text in ["", "XCC", "XCC9999", "é107", "-107", "x0107"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
    }
}
