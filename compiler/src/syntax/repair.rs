//! Gives the parser a text it can keep its footing in.
//!
//! Before parsing, this pass pairs delimiters, ends every statement with `;`, corrects misspelt leading keywords, and takes
//! out constructs that this version does not support. Each repair reports its error. What is left for the parser are faults
//! inside one statement or member, so that no fault hides another one or causes a second message.

mod delimiters;
mod frame;
mod statements;

use super::MAX_DEPTH;
use super::error::SyntaxError;
use super::errors::Errors;
use super::token::{Keyword, Lexeme, Role, Token};
use crate::diagnostic::Reported;
use crate::source::Span;
use frame::{Frame, Head, Skip};

/// The tokens for the parser.
#[derive(Debug)]
pub(super) struct Repaired<'s> {
    pub(super) lexemes: Vec<Lexeme<'s>>,
    /// Where each declaration and statement begins, in order.
    pub(super) starts: Vec<u32>,
    /// The beginnings of those whose delimiters were wrong, so that what the parser says of them is not to be trusted much.
    pub(super) shaken: Vec<u32>,
}

/// Repairs the tokens of a file.
///
/// # Errors
/// Fails if they nest too deep, or there are too many errors, to go on. Other errors are reported, and the tokens returned.
pub(super) fn repair<'s>(
    lexemes: &[Lexeme<'s>],
    errors: &mut Errors<'_>,
) -> Result<Repaired<'s>, Reported> {
    let mut repair = Repair {
        errors,
        frames: vec![Frame::top()],
        operators: 0,
        previous: None,
        skip: None,
        out: Vec::with_capacity(lexemes.len() + 8),
        starts: Vec::new(),
        shaken: Vec::new(),
    };
    for (at, lexeme) in lexemes.iter().enumerate() {
        repair.errors.check_limit()?;
        repair.step(*lexeme, &lexemes[at + 1..])?;
    }
    repair.finish();
    Ok(Repaired {
        lexemes: repair.out,
        starts: repair.starts,
        shaken: repair.shaken,
    })
}

struct Repair<'s, 'a, 'd> {
    errors: &'a mut Errors<'d>,
    /// What is open; the first is the file itself and never closed.
    frames: Vec<Frame>,
    /// How many operators the open frames hold together.
    operators: usize,
    /// The last token seen or inserted, whether or not it was left out.
    previous: Option<Previous<'s>>,
    skip: Option<Skip>,
    out: Vec<Lexeme<'s>>,
    starts: Vec<u32>,
    shaken: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Previous<'s> {
    token: Token<'s>,
    end: u32,
    /// Inserted by a repair, whose error says already that something is missing here.
    inserted: bool,
}

impl<'s> Repair<'s, '_, '_> {
    fn step(&mut self, mut lexeme: Lexeme<'s>, rest: &[Lexeme<'s>]) -> Result<(), Reported> {
        while self.cannot_hold(&lexeme, rest) {
            self.close_unclosed(self.span(&lexeme));
        }
        self.add_missing_brace(&lexeme, rest);
        let begun = self.starts.len();
        self.separate(&mut lexeme, rest);
        if self.starts.len() == begun {
            self.reject_keyword(&mut lexeme);
        }
        match lexeme.token {
            Token::OpenParen | Token::OpenBracket | Token::OpenBrace => self.open(lexeme),
            Token::CloseParen | Token::CloseBracket | Token::CloseBrace => self.close(lexeme, rest),
            Token::Semicolon => self.semicolon(lexeme),
            _ => self.emit(lexeme),
        }
        self.count(&lexeme)
    }

    /// Makes a name of a keyword that would begin something but stands in the middle of something else.
    fn reject_keyword(&mut self, lexeme: &mut Lexeme<'s>) {
        let Token::Keyword(keyword) = lexeme.token else {
            return;
        };
        let is_else_if = self.previous_is(|token| token == Token::Keyword(Keyword::Else));
        let begins_something = !matches!(keyword.role(), Role::Clause | Role::Part);
        let is_astray = self
            .frames
            .iter()
            .any(|frame| frame.head == Some(Head::Unknown));
        let is_reported = is_astray || self.skip.is_some();
        if keyword.is_hard() && begins_something && !is_else_if && !is_reported {
            let span = self.span(lexeme);
            self.errors
                .push(SyntaxError::KeywordAsName { span, keyword });
            lexeme.token = Token::Ident(keyword.as_str());
        }
    }

    /// Keeps the depth of the tree below its limit.
    fn count(&mut self, lexeme: &Lexeme<'s>) -> Result<(), Reported> {
        let is_statement = self.top().kind.holds_statements();
        let is_clause = is_statement && lexeme.token.role() == Some(Role::Clause);
        if is_clause || matches!(lexeme.token, Token::Comma | Token::Semicolon) {
            self.operators -= std::mem::take(&mut self.top_mut().operators);
        } else if lexeme.token.is_operator() {
            self.top_mut().operators += 1;
            self.operators += 1;
        }
        if self.frames.len() + self.operators > MAX_DEPTH {
            let span = self.span(lexeme);
            return Err(self.errors.push(SyntaxError::TooDeep { span }));
        }
        Ok(())
    }

    fn finish(&mut self) {
        let end = self.previous.map_or(0, |previous| previous.end as usize);
        let expected_at = self.errors.span(end, end);
        while self.frames.len() > 1 {
            self.close_unclosed(expected_at);
        }
        if self.top().head.is_some_and(Head::ends_with_semicolon) {
            self.end_statement();
        }
    }

    fn insert(&mut self, token: Token<'s>) {
        let end = self.previous.map_or(0, |previous| previous.end);
        self.emit(Lexeme {
            token,
            start: end,
            end,
            starts_line: false,
            after_junk: false,
        });
        self.previous = Some(Previous {
            token,
            end,
            inserted: true,
        });
    }

    fn emit(&mut self, lexeme: Lexeme<'s>) {
        if self.skip.is_none() {
            self.out.push(lexeme);
        }
        self.previous = Some(Previous {
            token: lexeme.token,
            end: lexeme.end,
            inserted: false,
        });
    }

    fn previous_is(&self, test: impl Fn(Token<'s>) -> bool) -> bool {
        self.previous.is_some_and(|previous| test(previous.token))
    }

    fn span(&self, lexeme: &Lexeme<'s>) -> Span {
        self.errors.span(lexeme.start as usize, lexeme.end as usize)
    }

    fn top(&self) -> &Frame {
        self.frames
            .last()
            .expect("the file's own frame is never closed")
    }

    fn top_mut(&mut self) -> &mut Frame {
        self.frames
            .last_mut()
            .expect("the file's own frame is never closed")
    }
}
