//! What can be wrong with the text of a file, and how it is said.

use super::token::Keyword;
use super::{MAX_DEPTH, MAX_ERRORS, MAX_FILE_BYTES, MAX_LITERAL_BYTES};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A fault in the text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SyntaxError {
    /// A character the language does not use.
    UnexpectedCharacter {
        span: Span,
        character: char,
        help: Option<&'static str>,
    },
    /// A string or byte literal without its closing quote.
    UnterminatedString { span: Span },
    /// A string in single or typographic quotes.
    MisquotedString { span: Span, inner: String },
    /// An escape that does not exist or does not name a character.
    InvalidEscape { span: Span, escape: String },
    /// A number that cannot be read.
    MalformedNumber { span: Span, fault: NumberFault },
    /// A number that is over its limit; `limit` says which.
    NumberTooLarge { span: Span, limit: &'static str },
    /// A byte literal that is not pairs of hexadecimal digits.
    MalformedBytes { span: Span, fault: BytesFault },
    /// A token that the grammar does not allow.
    Unexpected(Box<Unexpected>),
    /// A statement or declaration without its `;`.
    MissingSemicolon { after: Span },
    /// An opening delimiter without its closing one.
    Unclosed {
        open: Span,
        expected_at: Span,
        close: char,
    },
    /// A closing delimiter without its opening one.
    Unmatched { span: Span, close: char },
    /// A closing delimiter of the wrong kind.
    Mismatched { open: Span, span: Span, close: char },
    /// A word close to the keyword that must stand here.
    Misspelt {
        span: Span,
        word: String,
        keyword: &'static str,
        what: &'static str,
    },
    /// A keyword where a name must stand.
    KeywordAsName { span: Span, keyword: Keyword },
    /// A part of the language that this version does not support.
    Unsupported { span: Span, keyword: Keyword },
    /// A clause that the step or the compensation has already.
    RepeatedClause {
        span: Span,
        first: Span,
        clause: &'static str,
    },
    /// `a < b < c`
    ChainedComparison { span: Span, second: Span },
    /// Brackets and operators nested too deep.
    TooDeep { span: Span },
    /// More text than a file may have.
    FileTooLarge { span: Span, bytes: usize },
    /// A string, number or byte literal of too many bytes.
    LiteralTooLong { span: Span, bytes: usize },
    /// A documentation comment that documents nothing; a warning.
    MisplacedDocComment { span: Span },
    /// A type with missing or wrong arguments.
    MalformedType {
        span: Span,
        name: String,
        fault: TypeFault,
    },
    /// `/*`
    BlockComment { span: Span },
    /// A duration that cannot be read.
    MalformedDuration { span: Span, text: String },
    /// A contract called inside an expression.
    CallInExpression { span: Span, call: String },
    /// So many errors that the rest of the file is not looked at.
    TooManyErrors { span: Span },
}

/// Why a number cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NumberFault {
    Fraction,
    Duration,
    Suffix { digits: String, suffix: String },
    NoDigits,
    HexDigit(char),
}

/// Why a byte literal cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BytesFault {
    OddLength(usize),
    NotHex(char),
}

/// What is wrong with a type's arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeFault {
    /// `list` without `<…>`, or with too few or the wrong kind of arguments.
    Form(&'static str),
    /// `u64<8>`
    NoArguments,
    /// `bool@sui`
    NotOnAChain,
}

/// A token that the grammar does not allow, and what it allows instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unexpected {
    pub(super) span: Span,
    /// The title, complete.
    pub(super) message: String,
    /// A few words for the place.
    pub(super) label: String,
    pub(super) note: Option<&'static str>,
    pub(super) help: Option<String>,
}

impl SyntaxError {
    /// The finding to report.
    pub(super) fn into_diagnostic(self) -> Diagnostic {
        match self {
            Self::UnexpectedCharacter { .. }
            | Self::UnterminatedString { .. }
            | Self::MisquotedString { .. }
            | Self::InvalidEscape { .. }
            | Self::MalformedNumber { .. }
            | Self::NumberTooLarge { .. }
            | Self::MalformedBytes { .. }
            | Self::MalformedDuration { .. }
            | Self::BlockComment { .. } => self.lexical(),
            Self::MissingSemicolon { .. }
            | Self::Unclosed { .. }
            | Self::Unmatched { .. }
            | Self::Mismatched { .. } => self.delimiter(),
            Self::TooDeep { .. }
            | Self::FileTooLarge { .. }
            | Self::LiteralTooLong { .. }
            | Self::TooManyErrors { .. } => self.limit(),
            other => other.structural(),
        }
    }

    fn lexical(self) -> Diagnostic {
        match self {
            Self::UnexpectedCharacter { span, character, help } => {
                let title = format!("unexpected character {}", quote(character));
                let label = "not used in xcc".to_owned();
                let diagnostic = Diagnostic::new(Code::UnexpectedCharacter, title).primary(span, label);
                with_help(diagnostic, help)
            }
            Self::UnterminatedString { span } => {
                Diagnostic::new(Code::UnterminatedString, "unterminated string")
                    .primary(span, "no closing `\"` on this line")
                    .note("a string ends on the line it begins on")
                    .help("close it with `\"`, and write a line break as `\\n`")
            }
            Self::MisquotedString { span, inner } => {
                Diagnostic::new(Code::UnexpectedCharacter, "string in the wrong quotes")
                    .primary(span, "strings are written in plain double quotes")
                    .help(format!("write `\"{inner}\"`"))
            }
            Self::InvalidEscape { span, escape } => {
                Diagnostic::new(Code::InvalidEscape, format!("unknown escape `{escape}`"))
                    .primary(span, "does not stand for a character")
                    .help("the escapes are `\\\"`, `\\\\`, `\\n` and `\\u{…}` with the hexadecimal number of a character")
            }
            Self::MalformedNumber { span, fault } => malformed_number(span, &fault),
            Self::NumberTooLarge { span, limit } => {
                Diagnostic::new(Code::NumberTooLarge, "number is too large")
                    .primary(span, format!("the greatest is {limit}"))
            }
            Self::MalformedBytes { span, fault } => malformed_bytes(span, fault),
            Self::MalformedDuration { span, text } => {
                Diagnostic::new(Code::MalformedDuration, format!("malformed duration `{text}`"))
                    .primary(span, "not a duration")
                    .help("write a number followed at once by `s`, `m`, `h` or `d`, as in `30m`")
            }
            Self::BlockComment { span } => {
                Diagnostic::new(Code::BlockComment, "block comments are not part of the language")
                    .primary(span, "begins a block comment")
                    .help("begin each line with `//`")
            }
            other => other.structural(),
        }
    }

    fn delimiter(self) -> Diagnostic {
        match self {
            Self::MissingSemicolon { after } => {
                Diagnostic::new(Code::MissingSemicolon, "missing `;`")
                    .primary(after, "expected `;` here")
                    .help("add `;`")
            }
            Self::Unclosed {
                open,
                expected_at,
                close,
            } => Diagnostic::new(
                Code::UnclosedDelimiter,
                format!("`{}` is never closed", opening(close)),
            )
            .primary(open, "opened here")
            .secondary(expected_at, format!("expected `{close}` before this")),
            Self::Unmatched { span, close } => {
                let title = format!("`{close}` closes nothing");
                Diagnostic::new(Code::UnmatchedDelimiter, title)
                    .primary(span, format!("no `{}` is open here", opening(close)))
                    .help(format!(
                        "remove it, or add the missing `{}`",
                        opening(close)
                    ))
            }
            Self::Mismatched { open, span, close } => {
                let title = format!("`{}` is closed by the wrong delimiter", opening(close));
                Diagnostic::new(Code::UnmatchedDelimiter, title)
                    .primary(span, format!("expected `{close}`"))
                    .secondary(open, "opened here")
                    .help(format!("write `{close}`"))
            }
            other => other.structural(),
        }
    }

    fn limit(self) -> Diagnostic {
        match self {
            Self::TooDeep { span } => {
                Diagnostic::new(Code::NestingTooDeep, "nested too deep")
                    .primary(span, format!("more than {MAX_DEPTH} brackets and operators inside each other"))
                    .help("split the expression")
            }
            Self::FileTooLarge { span, bytes } => {
                Diagnostic::new(Code::FileTooLarge, "file is too large")
                    .primary(span, format!("{bytes} bytes"))
                    .note(format!("a source file has at most {MAX_FILE_BYTES} bytes"))
                    .help("split the workflows over several projects")
            }
            Self::LiteralTooLong { span, bytes } => {
                Diagnostic::new(Code::LiteralTooLong, "literal is too long")
                    .primary(span, format!("{bytes} bytes"))
                    .note(format!("a literal has at most {MAX_LITERAL_BYTES} bytes; no message could carry a longer one"))
            }
            Self::TooManyErrors { span } => {
                Diagnostic::new(Code::TooManyErrors, "too many syntax errors")
                    .primary(span, "the file is not read further than this")
                    .note(format!("{MAX_ERRORS} errors were found before this place"))
                    .help("correct those first; is this an xcc file?")
            }
            other => other.structural(),
        }
    }

    fn structural(self) -> Diagnostic {
        match self {
            Self::Unexpected(unexpected) => unexpected.into_diagnostic(),
            Self::Misspelt { span, word, keyword, what } => {
                Diagnostic::new(Code::MisspeltKeyword, format!("unknown {what} `{word}`"))
                    .primary(span, format!("not a {what}"))
                    .help(format!("did you mean `{keyword}`?"))
            }
            Self::KeywordAsName { span, keyword } => {
                let word = keyword.as_str();
                Diagnostic::new(Code::KeywordAsName, format!("`{word}` is a keyword"))
                    .primary(span, "cannot be a name")
                    .help(format!("choose another name, such as `{word}_`"))
            }
            Self::Unsupported { span, keyword } => unsupported(span, keyword),
            Self::RepeatedClause { span, first, clause } => repeated_clause(span, first, clause),
            Self::ChainedComparison { span, second } => {
                Diagnostic::new(Code::ChainedComparison, "comparisons cannot be chained")
                    .primary(second, "second comparison")
                    .secondary(span, "the result of the first is a `bool`")
                    .help("join two comparisons, as in `a < b && b < c`")
            }
            Self::MisplacedDocComment { span } => {
                Diagnostic::new(Code::MisplacedDocComment, "this comment documents nothing")
                    .primary(span, "not before something that can be documented")
                    .note("`//!` stands at the head of the file; `///` before a declaration, a field, a variant, an input, a result or a step")
                    .help("write `//` for a comment that is not documentation")
            }
            Self::MalformedType { span, name, fault } => malformed_type(span, &name, fault),
            Self::CallInExpression { span, call } => {
                Diagnostic::new(Code::CallInExpression, "contract called outside a step")
                    .primary(span, "a call of a contract is a step of its own")
                    .note("every call of a contract can be refused, so the source says where it happens and what undoes it")
                    .help(format!("write `step NAME = {call};` before this statement and use `NAME` here"))
            }
            other => unreachable!("{other:?} is not structural"),
        }
    }
}

impl Unexpected {
    fn into_diagnostic(self) -> Diagnostic {
        let diagnostic =
            Diagnostic::new(Code::UnexpectedToken, self.message).primary(self.span, self.label);
        let diagnostic = match self.note {
            Some(note) => diagnostic.note(note),
            None => diagnostic,
        };
        with_help(diagnostic, self.help)
    }
}

fn malformed_number(span: Span, fault: &NumberFault) -> Diagnostic {
    let title = "malformed number";
    let diagnostic =
        |label: String| Diagnostic::new(Code::MalformedNumber, title).primary(span, label);
    match fault {
        NumberFault::Fraction => diagnostic("a number has no fraction".to_owned())
            .help("amounts are whole numbers of the smallest unit"),
        NumberFault::Duration => {
            diagnostic("a duration, where a plain number is needed".to_owned())
                .help("remove the unit")
        }
        NumberFault::Suffix { digits, suffix } => {
            diagnostic(format!("`{suffix}` does not belong to a number"))
                .help(format!("write `{digits}`"))
        }
        NumberFault::NoDigits => diagnostic("no digits after `0x`".to_owned()),
        NumberFault::HexDigit(character) => {
            diagnostic(format!("{} is not a hexadecimal digit", quote(*character)))
        }
    }
}

fn malformed_bytes(span: Span, fault: BytesFault) -> Diagnostic {
    let label = match fault {
        BytesFault::OddLength(digits) => format!("an odd number of digits, {digits}"),
        BytesFault::NotHex(character) => {
            format!("{} is not a hexadecimal digit", quote(character))
        }
    };
    Diagnostic::new(Code::MalformedBytes, "malformed byte literal")
        .primary(span, label)
        .help("write two hexadecimal digits for each byte, as in `hex\"00ff\"`")
}

fn malformed_type(span: Span, name: &str, fault: TypeFault) -> Diagnostic {
    let title = format!("malformed type `{name}`");
    let diagnostic =
        |label: String| Diagnostic::new(Code::MalformedType, title).primary(span, label);
    match fault {
        TypeFault::Form(form) => {
            let diagnostic = diagnostic(format!("expected `{form}`"));
            if form.contains('N') && !form.contains("CHAIN") {
                diagnostic
                    .note("every type has a bound, so that every message has a known greatest size")
            } else {
                diagnostic
            }
        }
        TypeFault::NoArguments => {
            diagnostic(format!("`{name}` takes no arguments")).help(format!("write `{name}`"))
        }
        TypeFault::NotOnAChain => diagnostic("only an address belongs to a chain".to_owned())
            .help("write `address@CHAIN`"),
    }
}

fn repeated_clause(span: Span, first: Span, clause: &str) -> Diagnostic {
    let title = format!("`{clause}` is given twice");
    let diagnostic = Diagnostic::new(Code::RepeatedClause, title)
        .primary(span, "given again here")
        .secondary(first, "first given here")
        .help("remove one of them");
    match clause {
        "gas" | "value" | "accounts" | "objects" | "types" | "sender" => diagnostic.note(format!(
            "after `compensate CALL` or `confirm CALL`, `{clause}` belongs to that call; before, to the step"
        )),
        _ => diagnostic,
    }
}

fn unsupported(span: Span, keyword: Keyword) -> Diagnostic {
    let word = keyword.as_str();
    let title = format!("`{word}` is part of xcc's language but not supported by this version");
    let diagnostic =
        Diagnostic::new(Code::UnsupportedSyntax, title).primary(span, "not supported yet");
    let help = match keyword {
        Keyword::If => Some("a function is one expression; decide around the steps that it is for"),
        _ => None,
    };
    with_help(diagnostic, help)
}

fn with_help(diagnostic: Diagnostic, help: Option<impl Into<String>>) -> Diagnostic {
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// The character in backquotes, or its number if it cannot be seen.
fn quote(character: char) -> String {
    if character.is_control() || character.is_whitespace() || character == '\u{feff}' {
        format!("U+{:04X}", u32::from(character))
    } else {
        format!("`{character}`")
    }
}

fn opening(close: char) -> char {
    match close {
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}
