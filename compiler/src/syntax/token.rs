//! The words and signs of the language.

use logos::Logos;

/// A token as the parser sees it. Literals are kept as written and decoded when the tree is built.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n\x0c]+")]
pub(super) enum Token<'s> {
    /// A keyword where it acts as one.
    Keyword(Keyword),
    /// A name. Characters outside ASCII are reported by the lexer.
    #[regex(r"[A-Za-z_\u{80}-\u{10FFFF}][A-Za-z0-9_\u{80}-\u{10FFFF}]*", |lex| lex.slice())]
    Ident(&'s str),
    /// A number with whatever letters follow it: `90_000`, `0xff`, `30m`.
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9A-Za-z_]*", |lex| lex.slice())]
    #[regex(r"[0-9][0-9A-Za-z_]*", |lex| lex.slice())]
    Number(&'s str),
    /// A string with its quotes and escapes.
    #[regex(r#""([^"\\\n]|\\[^\n])*""#, |lex| lex.slice())]
    String(&'s str),
    /// A string that is not closed on its line.
    #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#, |lex| lex.slice())]
    OpenString(&'s str),
    /// A string in single or typographic quotes, which the language does not have.
    #[regex(r"'[^'\n]*'", |lex| lex.slice())]
    #[regex(r"[“„][^”“\n]*[”“]", |lex| lex.slice(), priority = 30)]
    MisquotedString(&'s str),
    /// A byte literal with its prefix and quotes: `hex"00ff"`.
    #[regex(r#"hex"[^"\n]*""#, |lex| lex.slice(), priority = 20)]
    Hex(&'s str),
    /// A byte literal that is not closed on its line.
    #[regex(r#"hex"[^"\n]*"#, |lex| lex.slice(), priority = 19)]
    OpenHex(&'s str),
    /// A comment up to the end of its line, documentation or not.
    #[regex(r"//[^\n]*", |lex| lex.slice(), allow_greedy = true)]
    Comment(&'s str),
    /// The start of a block comment, which the language does not have.
    #[token("/*")]
    BlockComment,
    /// `(`
    #[token("(")]
    OpenParen,
    /// `)`
    #[token(")")]
    CloseParen,
    /// `[`
    #[token("[")]
    OpenBracket,
    /// `]`
    #[token("]")]
    CloseBracket,
    /// `{`
    #[token("{")]
    OpenBrace,
    /// `}`
    #[token("}")]
    CloseBrace,
    /// `,`
    #[token(",")]
    Comma,
    /// `;`
    #[token(";")]
    Semicolon,
    /// `:`
    #[token(":")]
    Colon,
    /// `.`
    #[token(".")]
    Dot,
    /// `@`
    #[token("@")]
    At,
    /// `->`
    #[token("->")]
    Arrow,
    /// `=`
    #[token("=")]
    Assign,
    /// `==`
    #[token("==")]
    Equal,
    /// `!=`
    #[token("!=")]
    NotEqual,
    /// `<`
    #[token("<")]
    Less,
    /// `<=`
    #[token("<=")]
    LessEqual,
    /// `>`
    #[token(">")]
    Greater,
    /// `>=`
    #[token(">=")]
    GreaterEqual,
    /// `&&`
    #[token("&&")]
    And,
    /// `||`
    #[token("||")]
    Or,
    /// `&`, which the language does not have
    #[token("&")]
    Ampersand,
    /// `|`, which the language does not have
    #[token("|")]
    Bar,
    /// `!`
    #[token("!")]
    Not,
    /// `+`
    #[token("+")]
    Plus,
    /// `-`
    #[token("-")]
    Minus,
    /// `*`
    #[token("*")]
    Star,
    /// `/`
    #[token("/")]
    Slash,
    /// `%`
    #[token("%")]
    Percent,
}

/// A token and its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lexeme<'s> {
    pub(super) token: Token<'s>,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The first token of its line. A keyword there is taken as one even where a name could stand.
    pub(super) starts_line: bool,
    /// Characters before it were reported and left out, so what the parser says here would be about them.
    pub(super) after_junk: bool,
}

/// What a keyword begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A declaration.
    Item,
    /// A statement. It ends in `;`, or it is a block.
    Statement,
    /// A statement, ending in `;`, that this version does not support.
    LaterStatement,
    /// A clause of a step.
    Clause,
    /// Nothing by itself.
    Part,
}

macro_rules! keywords {
    ($($variant:ident $text:literal $role:ident $strength:ident,)+) => {
        /// A word with a meaning of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Keyword {
            $(
                #[doc = concat!("`", $text, "`")]
                $variant,
            )+
        }

        impl Keyword {
            /// All keywords.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The keyword that is written like this.
            pub fn from_text(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// How it is written.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            pub(super) fn role(self) -> Role {
                match self {
                    $(Self::$variant => Role::$role,)+
                }
            }

            /// Whether the word is reserved everywhere but after `.` and `@` and before `:`. The others are names
            /// wherever an operand or a name must stand.
            pub(super) fn is_hard(self) -> bool {
                match self {
                    $(Self::$variant => keywords!(@$strength),)+
                }
            }
        }
    };
    (@hard) => { true };
    (@soft) => { false };
}

keywords! {
    Chain "chain" Item hard,
    Contract "contract" Item hard,
    Record "record" Item hard,
    Enum "enum" Item hard,
    Const "const" Item hard,
    Fn "fn" Item hard,
    Workflow "workflow" Item hard,
    Asset "asset" Item soft,
    Import "import" Item hard,
    Authorise "authorise" Statement hard,
    Transport "transport" Statement soft,
    Step "step" Statement hard,
    Return "return" Statement hard,
    Let "let" Statement hard,
    Parallel "parallel" Statement soft,
    If "if" Statement hard,
    Attempt "attempt" Statement soft,
    Abort "abort" Statement soft,
    Atomic "atomic" Statement soft,
    Take "take" Statement soft,
    Pay "pay" Statement soft,
    Release "release" Statement soft,
    Repeat "repeat" Statement soft,
    Move "move" LaterStatement soft,
    Via "via" Clause soft,
    Within "within" Clause soft,
    Gas "gas" Clause soft,
    Value "value" Clause soft,
    Accounts "accounts" Clause soft,
    Objects "objects" Clause soft,
    Types "types" Clause soft,
    Sender "sender" Clause soft,
    Require "require" Clause soft,
    Compensate "compensate" Clause soft,
    Confirm "confirm" Clause soft,
    On "on" Clause soft,
    Pivot "pivot" Clause soft,
    Retriable "retriable" Clause soft,
    Spend "spend" Clause soft,
    Else "else" Part hard,
    From "from" Part soft,
    To "to" Part soft,
    Decimals "decimals" Part soft,
    Exact "exact" Part soft,
    Floor "floor" Part soft,
    As "as" Part soft,
    Refused "refused" Part soft,
    Retry "retry" Part soft,
    Hold "hold" Part soft,
    For "for" Part soft,
    Continue "continue" Part soft,
    None "none" Part hard,
    True "true" Part hard,
    False "false" Part hard,
}

impl Keyword {
    /// Whether the statement that it begins has other statements between braces.
    pub(super) fn has_blocks(self) -> bool {
        matches!(
            self,
            Self::Parallel | Self::If | Self::Attempt | Self::Atomic | Self::Repeat
        )
    }
}

impl Token<'_> {
    /// The role of a keyword; `None` for anything else.
    pub(super) fn role(self) -> Option<Role> {
        match self {
            Self::Keyword(keyword) => Some(keyword.role()),
            _ => None,
        }
    }

    /// Whether the token is an operand by itself.
    pub(super) fn is_word(self) -> bool {
        match self {
            Self::Ident(_) | Self::Number(_) | Self::String(_) | Self::Hex(_) => true,
            Self::Keyword(keyword) => {
                matches!(keyword, Keyword::None | Keyword::True | Keyword::False)
            }
            _ => false,
        }
    }

    /// Whether an operand, a list or a block can end with this token.
    pub(super) fn ends_operand(self) -> bool {
        self.is_word()
            || matches!(
                self,
                Self::CloseParen | Self::CloseBracket | Self::CloseBrace
            )
    }

    /// Whether a statement or a clause can end with this token.
    pub(super) fn ends_clause(self) -> bool {
        use Keyword::{Compensate, Continue, Pivot, Retriable};
        let word = matches!(
            self,
            Self::Keyword(Pivot | Retriable | Continue | Compensate)
        );
        word || self.ends_operand()
    }

    /// Whether the token after this one begins an operand or is a name.
    pub(super) fn wants_name(self) -> bool {
        use Keyword::{Exact, For, Require, Return, Value};
        match self {
            Self::OpenParen | Self::OpenBracket | Self::Comma | Self::Assign | Self::Colon => true,
            Self::Keyword(Exact | For | Require | Return | Value) => true,
            Self::Keyword(keyword) => introduces_name(keyword),
            other => other.is_operator(),
        }
    }

    /// Whether the token nests expressions or types: operators, `.`, and the signs of comparison, which also enclose types.
    pub(super) fn is_operator(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessEqual
                | Self::Greater
                | Self::GreaterEqual
                | Self::And
                | Self::Or
                | Self::Not
                | Self::Plus
                | Self::Minus
                | Self::Star
                | Self::Slash
                | Self::Percent
                | Self::Dot
        )
    }
}

pub(super) fn introduces_name(keyword: Keyword) -> bool {
    use Keyword::{
        As, Authorise, Chain, Const, Contract, Enum, Fn, Let, On, Record, Repeat, Step, Transport,
        Via, Workflow,
    };
    matches!(
        keyword,
        As | Authorise
            | Chain
            | Const
            | Contract
            | Enum
            | Fn
            | Let
            | On
            | Record
            | Repeat
            | Step
            | Transport
            | Via
            | Workflow
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_by_its_text() {
        for keyword in Keyword::ALL {
            assert_eq!(Keyword::from_text(keyword.as_str()), Some(*keyword));
        }
        assert_eq!(Keyword::from_text("Step"), None);
    }
}
