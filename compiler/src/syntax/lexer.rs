//! From text to tokens; comments are taken out on the way, documentation is kept aside.

use std::collections::BTreeMap;

use logos::Logos;

use super::error::SyntaxError;
use super::errors::Errors;
use super::token::{Keyword, Lexeme, Token};
use crate::source::Span;

/// The tokens of a file, and its documentation comments.
#[derive(Debug, Default)]
pub(super) struct Lexed<'s> {
    pub(super) lexemes: Vec<Lexeme<'s>>,
    pub(super) docs: DocComments,
}

/// The documentation comments of a file.
#[derive(Debug, Default)]
pub(super) struct DocComments {
    /// The lines of `//!` at the head of the file.
    pub(super) file: Vec<String>,
    /// The lines of `///`, by the start of the token they stand before.
    pub(super) before: BTreeMap<u32, Vec<DocLine>>,
    /// Comments at places where they document nothing.
    pub(super) misplaced: Vec<Span>,
}

/// One line of a `///` comment.
#[derive(Debug)]
pub(super) struct DocLine {
    pub(super) text: String,
    pub(super) span: Span,
}

/// Splits a text into tokens. Whatever is wrong is reported and left out, or replaced by something of its kind.
pub(super) fn lex<'s>(text: &'s str, errors: &mut Errors<'_>) -> Lexed<'s> {
    let mut lexer = Lexer {
        text,
        errors,
        lexed: Lexed::default(),
        pending: Vec::new(),
        last_end: 0,
        junk: false,
    };
    lexer.run();
    lexer.lexed
}

struct Lexer<'s, 'a, 'd> {
    text: &'s str,
    errors: &'a mut Errors<'d>,
    lexed: Lexed<'s>,
    /// Documentation that waits for the token it stands before.
    pending: Vec<DocLine>,
    /// Where the last token ended.
    last_end: usize,
    /// Whether characters were left out since then.
    junk: bool,
}

impl<'s> Lexer<'s, '_, '_> {
    fn run(&mut self) {
        // A byte order mark is not text.
        let mut at = if self.text.starts_with('\u{feff}') {
            3
        } else {
            0
        };
        while let Some(next) = self.run_from(at) {
            at = next;
        }
        let misplaced = self.pending.drain(..).map(|doc| doc.span);
        self.lexed.docs.misplaced.extend(misplaced);
    }

    /// Reads the text from `from` on, up to a place where reading must begin anew, which is returned.
    fn run_from(&mut self, from: usize) -> Option<usize> {
        let mut tokens = Token::lexer(&self.text[from..]);
        while let Some(token) = tokens.next() {
            if self.errors.check_limit().is_err() {
                return None;
            }
            let (start, end) = (tokens.span().start + from, tokens.span().end + from);
            match token {
                Ok(Token::BlockComment) => return Some(self.block_comment(start, end)),
                Ok(Token::OpenString(_)) => return Some(self.open_string(start, end)),
                Ok(Token::OpenHex(_)) => return Some(self.open_string(start, end)),
                Ok(token) => self.token(token, start, end),
                Err(()) => self.unexpected(start, end),
            }
            if self.text[start..].starts_with('#') {
                return Some(self.line_end(start));
            }
        }
        None
    }

    /// Passes over a block comment.
    fn block_comment(&mut self, start: usize, end: usize) -> usize {
        let span = self.errors.span(start, end);
        self.errors.push(SyntaxError::BlockComment { span });
        let close = self.text[end..].find("*/");
        close.map_or(self.text.len(), |at| end + at + 2)
    }

    /// Takes a string that is not closed on its line up to the punctuation at the end of the line, which is less likely to be part
    /// of it.
    fn open_string(&mut self, start: usize, end: usize) -> usize {
        let punctuation = |c: char| ";,)]}".contains(c) || c.is_whitespace();
        let text = self.text[start..end].trim_end_matches(punctuation);
        let end = start + text.len();
        let span = self.errors.span(start, end);
        self.errors.push(SyntaxError::UnterminatedString { span });
        let token = match text.strip_prefix("hex") {
            Some(_) => Token::Hex("hex\"\""),
            None => Token::String("\"\""),
        };
        self.push(token, start, end);
        end
    }

    fn line_end(&self, from: usize) -> usize {
        self.text[from..]
            .find('\n')
            .map_or(self.text.len(), |at| from + at)
    }

    fn token(&mut self, token: Token<'s>, start: usize, end: usize) {
        let span = self.errors.span(start, end);
        match token {
            Token::Comment(text) => self.comment(text, span),
            Token::Ident(word) => self.word(word, start),
            Token::MisquotedString(text) => {
                let inner = text.trim_matches(['\'', '“', '”', '„']).to_owned();
                self.errors
                    .push(SyntaxError::MisquotedString { span, inner });
                self.push(Token::String("\"\""), start, end);
            }
            Token::Ampersand => {
                self.wrong_character(span, '&', Some("did you mean `&&`?"));
                self.push(Token::And, start, end);
            }
            Token::Bar => {
                self.wrong_character(span, '|', Some("did you mean `||`?"));
                self.push(Token::Or, start, end);
            }
            other => self.push(other, start, end),
        }
    }

    fn word(&mut self, word: &'s str, start: usize) {
        let end = start + word.len();
        let strange = |(_, c): &(usize, char)| !c.is_ascii();
        if let Some((at, character)) = word.char_indices().find(strange) {
            let span = self
                .errors
                .span(start + at, start + at + character.len_utf8());
            let help = match character {
                '“' | '”' | '„' => Some("strings are written in plain double quotes"),
                '‘' | '’' => Some("strings are written in plain double quotes"),
                c if c.is_alphanumeric() => {
                    Some("names are written in ASCII letters, digits and `_`")
                }
                _ => None,
            };
            self.wrong_character(span, character, help);
            if !word.chars().any(char::is_alphanumeric) {
                self.junk = true;
                return;
            }
        }
        let token = Keyword::from_text(word).map_or(Token::Ident(word), Token::Keyword);
        self.push(token, start, end);
    }

    fn comment(&mut self, text: &str, span: Span) {
        let is_doc = text.starts_with("///") && !text.starts_with("////");
        if is_doc {
            let text = doc_text(text);
            self.pending.push(DocLine { text, span });
        } else if text.starts_with("//!") {
            if self.lexed.lexemes.is_empty() && self.pending.is_empty() {
                self.lexed.docs.file.push(doc_text(text));
            } else {
                self.lexed.docs.misplaced.push(span);
            }
        }
    }

    fn push(&mut self, token: Token<'s>, start: usize, end: usize) {
        let before = &self.text[self.last_end..start];
        let starts_line = self.lexed.lexemes.is_empty() || before.contains('\n');
        self.last_end = end;
        let (start, end) = (start as u32, end as u32);
        if !self.pending.is_empty() {
            let docs = std::mem::take(&mut self.pending);
            self.lexed.docs.before.insert(start, docs);
        }
        self.lexed.lexemes.push(Lexeme {
            token,
            start,
            end,
            starts_line,
            after_junk: std::mem::take(&mut self.junk),
        });
    }

    fn unexpected(&mut self, start: usize, end: usize) {
        let character = self.text[start..].chars().next().unwrap_or('\u{fffd}');
        let help = match character {
            '"' => Some("close the string on the same line"),
            '#' => Some("a comment begins with `//`"),
            '\'' => Some("strings are written in double quotes"),
            '^' | '~' => Some("there are no operators on bits"),
            _ => None,
        };
        self.junk = true;
        let span = self.errors.span(start, end);
        self.wrong_character(span, character, help);
    }

    fn wrong_character(&mut self, span: Span, character: char, help: Option<&'static str>) {
        self.errors.push(SyntaxError::UnexpectedCharacter {
            span,
            character,
            help,
        });
    }
}

/// The text of a documentation line, without its marker of three bytes and one space.
fn doc_text(comment: &str) -> String {
    let text = comment[3..].trim_end();
    text.strip_prefix(' ').unwrap_or(text).to_owned()
}
