//! Pairs delimiters: adds what is missing, and takes out or corrects what is wrong.

use std::ops::Range;

use super::super::error::{SyntaxError, Unexpected};
use super::super::token::{Keyword, Lexeme, Role, Token};
use super::Repair;
use super::frame::{Frame, FrameKind, Head, Skip, Until};
use crate::source::Span;

impl<'s> Repair<'s, '_, '_> {
    /// Whether the innermost open delimiter must have been closed before this token.
    pub(super) fn cannot_hold(&self, lexeme: &Lexeme<'s>, rest: &[Lexeme<'s>]) -> bool {
        let top = self.top();
        let role = lexeme.token.role();
        match top.kind {
            FrameKind::Top => false,
            FrameKind::Body | FrameKind::Block | FrameKind::Function | FrameKind::Members => {
                role == Some(Role::Item) && lexeme.starts_line
            }
            FrameKind::Group => match lexeme.token {
                Token::Semicolon => !(top.close == ']' && is_array_length(rest)),
                Token::OpenBrace | Token::Arrow => top.close == ')' && self.frames.len() == 2,
                Token::Keyword(keyword) => self.begins_something(keyword, lexeme.starts_line),
                _ => false,
            },
        }
    }

    /// Whether a keyword inside a list can only begin a new clause, statement or declaration.
    fn begins_something(&self, keyword: Keyword, starts_line: bool) -> bool {
        match keyword.role() {
            Role::Clause => self.previous_is(Token::ends_operand),
            Role::Part => false,
            Role::Statement if keyword.is_hard() => {
                starts_line || self.previous_is(Token::ends_operand)
            }
            _ => starts_line,
        }
    }

    /// Closes the innermost delimiter, which was left open.
    pub(super) fn close_unclosed(&mut self, expected_at: Span) {
        self.end_last_statement();
        self.shake();
        let (open, close) = (self.opening(), self.top().close);
        self.errors.push(SyntaxError::Unclosed {
            open,
            expected_at,
            close,
        });
        self.insert(closing(close));
        self.pop(None);
    }

    /// Adds the `{` of the body of a workflow or a function, of a `parallel`, an `attempt` or a `repeat`, of accounts, of objects or of results if it is missing before this token.
    pub(super) fn add_missing_brace(&mut self, lexeme: &Lexeme<'s>, rest: &[Lexeme<'s>]) {
        let Some(previous) = self.previous else {
            return;
        };
        let next = rest.first().map(|lexeme| lexeme.token);
        let is_member = matches!(lexeme.token, Token::Ident(_)) && next == Some(Token::Colon);
        let top = self.top();
        let (kind, place) = match previous.token {
            Token::Keyword(keyword @ (Keyword::Accounts | Keyword::Objects | Keyword::Return))
                if is_member && self.skip.is_none() =>
            {
                (FrameKind::Group, format!(" after `{}`", keyword.as_str()))
            }
            Token::Keyword(keyword @ (Keyword::Parallel | Keyword::Attempt | Keyword::Atomic))
                if top.head == Some(Head::Keyword(keyword))
                    && !matches!(lexeme.token, Token::OpenBrace | Token::OpenParen) =>
            {
                (FrameKind::Block, format!(" after `{}`", keyword.as_str()))
            }
            Token::Number(_) | Token::Ident(_)
                if top.head == Some(Head::Keyword(Keyword::Repeat))
                    && matches!(lexeme.token, Token::Keyword(keyword)
                        if keyword.role() == Role::Statement
                            && self.begins_something(keyword, lexeme.starts_line)) =>
            {
                (
                    FrameKind::Block,
                    " before the body of the `repeat`".to_owned(),
                )
            }
            _ if self.lacks_body_of_function(lexeme) => (
                FrameKind::Function,
                " before the body of the function".to_owned(),
            ),
            _ if top.head == Some(Head::Keyword(Keyword::Workflow))
                && lexeme.starts_line
                && matches!(
                    lexeme.token.role(),
                    Some(Role::Statement | Role::LaterStatement)
                ) =>
            {
                (
                    FrameKind::Body,
                    " before the body of the workflow".to_owned(),
                )
            }
            _ => return,
        };
        let label = "expected `{`".to_owned();
        self.errors
            .push(SyntaxError::Unexpected(Box::new(Unexpected {
                span: self.span(lexeme),
                message: format!("{label}{place}"),
                label,
                note: None,
                help: None,
            })));
        self.insert(Token::OpenBrace);
        let opening = previous.end..previous.end;
        self.frames.push(Frame::new(kind, '}', opening));
    }

    /// Whether a function has had its type and goes on with its value, or a name for one.
    fn lacks_body_of_function(&self, lexeme: &Lexeme<'s>) -> bool {
        if self.top().head != Some(Head::Keyword(Keyword::Fn)) {
            return false;
        }
        let begins_body = lexeme.token.is_word() || lexeme.token == Token::Keyword(Keyword::Let);
        let ends_type = |token| {
            matches!(
                token,
                Token::Ident(_) | Token::Greater | Token::CloseBracket
            )
        };
        let head = self.out.iter().rev();
        let mut head = head.take_while(|before| Some(&before.start) >= self.starts.last());
        begins_body
            && self.previous_is(ends_type)
            && head.any(|before| before.token == Token::Arrow)
    }

    pub(super) fn open(&mut self, lexeme: Lexeme<'s>) {
        let kind = match lexeme.token {
            Token::OpenBrace => {
                let after_list = self.previous_is(|token| token == Token::CloseParen);
                self.top().kind_of_brace(after_list)
            }
            _ => FrameKind::Group,
        };
        let has_blocks =
            matches!(self.top().head, Some(Head::Keyword(keyword)) if keyword.has_blocks());
        if kind == FrameKind::Block && !has_blocks && self.skip.is_none() {
            self.skip_strange_block(lexeme);
        }
        self.emit(lexeme);
        let close = match lexeme.token {
            Token::OpenParen => ')',
            Token::OpenBracket => ']',
            _ => '}',
        };
        self.frames
            .push(Frame::new(kind, close, lexeme.start..lexeme.end));
    }

    /// Leaves out a block that no statement has. The parser reports the word before it, or the brace if there is none.
    fn skip_strange_block(&mut self, brace: Lexeme<'s>) {
        if self.starts.last() == Some(&brace.start) {
            self.emit(brace);
        }
        self.insert(Token::Semicolon);
        self.skip = Some(Skip {
            level: self.frames.len(),
            until: Until::Block,
        });
    }

    pub(super) fn close(&mut self, lexeme: Lexeme<'s>, rest: &[Lexeme<'s>]) {
        let close = match lexeme.token {
            Token::CloseParen => ')',
            Token::CloseBracket => ']',
            _ => '}',
        };
        let next = rest.first();
        let matching = self.frames.iter().rposition(|frame| frame.close == close);
        match matching {
            Some(at) if !self.is_slip(at, &lexeme, next) => {
                while self.frames.len() > at + 1 {
                    self.close_unclosed(self.span(&lexeme));
                }
                self.end_last_statement();
                self.emit(lexeme);
                self.pop(next);
            }
            _ => self.wrong_close(lexeme, close, next),
        }
    }

    /// Whether a `}` in the middle of a line was meant to close a list, and not the body around the list.
    fn is_slip(&self, matching: usize, lexeme: &Lexeme<'s>, next: Option<&Lexeme<'s>>) -> bool {
        let frame = &self.frames[matching];
        if frame.kind == FrameKind::Group {
            return false;
        }
        let is_inside_list = matching + 1 < self.frames.len() && !lexeme.starts_line;
        // After a body comes a declaration, and declarations begin lines.
        let goes_on = next.is_some_and(|next| {
            let is_item = next.token.role() == Some(Role::Item);
            !next.starts_line && !is_item && next.token != Token::CloseBrace
        });
        match frame.kind {
            // It often stands on one line, with nothing after it.
            FrameKind::Function => goes_on,
            FrameKind::Body => is_inside_list || frame.head.is_some() && goes_on,
            _ => is_inside_list,
        }
    }

    fn wrong_close(&mut self, lexeme: Lexeme<'s>, close: char, next: Option<&Lexeme<'s>>) {
        self.shake();
        let span = self.span(&lexeme);
        if self.top().kind == FrameKind::Group && self.can_follow_list(next) {
            let (open, close) = (self.opening(), self.top().close);
            self.errors
                .push(SyntaxError::Mismatched { open, span, close });
            self.emit(Lexeme {
                token: closing(close),
                ..lexeme
            });
            self.pop(None);
        } else {
            self.errors.push(SyntaxError::Unmatched { span, close });
        }
    }

    /// Whether a token can stand after the innermost list.
    fn can_follow_list(&self, next: Option<&Lexeme<'s>>) -> bool {
        let parent = self.frames.iter().rev().nth(1);
        let in_list = parent.is_some_and(|parent| parent.kind == FrameKind::Group);
        let ends_list = |next: &Lexeme<'s>| {
            use Token::{Arrow, CloseBrace, Keyword, Semicolon};
            matches!(next.token, Semicolon | CloseBrace | Arrow | Keyword(_))
        };
        in_list || next.is_none_or(ends_list)
    }

    /// Leaves the innermost frame; `next` is the token after its closing delimiter.
    fn pop(&mut self, next: Option<&Lexeme<'s>>) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        self.operators -= frame.operators;
        let goes_on = next.is_some_and(|next| {
            matches!(next.token, Token::Semicolon | Token::Keyword(Keyword::Else))
        });
        if frame.kind == FrameKind::Group || frame.kind == FrameKind::Block && goes_on {
            return;
        }
        self.end_skip(&[Until::Block]);
        self.top_mut().head = None;
    }

    /// Remembers that the delimiters of the open statement were wrong.
    fn shake(&mut self) {
        self.shaken.extend(self.starts.last());
    }

    /// The delimiter that opened the innermost frame, or where it is missing.
    fn opening(&self) -> Span {
        let Range { start, end } = self.top().opening;
        self.errors.span(start as usize, end as usize)
    }
}

/// Whether what follows a `;` inside `[…]` is the length of an array type.
fn is_array_length(rest: &[Lexeme<'_>]) -> bool {
    let mut tokens = rest.iter().map(|lexeme| lexeme.token);
    let length = matches!(tokens.next(), Some(Token::Number(_) | Token::Ident(_)));
    length && tokens.next() == Some(Token::CloseBracket)
}

fn closing(close: char) -> Token<'static> {
    match close {
        ')' => Token::CloseParen,
        ']' => Token::CloseBracket,
        _ => Token::CloseBrace,
    }
}
