//! Gives the parser a text it can keep its footing in.
//!
//! Before parsing, this pass pairs delimiters, ends every statement with `;`, corrects misspelt leading keywords, and takes
//! out constructs that this version does not support. Each repair reports its error. What is left for the parser are faults
//! inside one statement or member, so that no fault hides another one or causes a second message.

mod frame;

use super::MAX_DEPTH;
use super::error::SyntaxError;
use super::errors::Errors;
use super::token::{Keyword, Lexeme, Role, Token};
use crate::diagnostic::did_you_mean;
use crate::source::Span;
use frame::{Frame, FrameKind, Head, Skip, Until};

/// The tokens for the parser.
#[derive(Debug)]
pub(super) struct Repaired<'s> {
    pub(super) lexemes: Vec<Lexeme<'s>>,
    /// Where each declaration and statement begins, in order.
    pub(super) starts: Vec<u32>,
}

/// Repairs the tokens of a file; `None`, with an error reported, if they nest too deep to go on.
pub(super) fn repair<'s>(lexemes: &[Lexeme<'s>], errors: &mut Errors<'_>) -> Option<Repaired<'s>> {
    let mut repair = Repair {
        errors,
        frames: vec![Frame::top()],
        operators: 0,
        previous: None,
        skip: None,
        out: Vec::with_capacity(lexemes.len() + 8),
        starts: Vec::new(),
    };
    for (at, lexeme) in lexemes.iter().enumerate() {
        let rest = &lexemes[at + 1..];
        if repair.errors.exhausted() || repair.step(*lexeme, rest).is_none() {
            return None;
        }
    }
    repair.finish();
    Some(Repaired {
        lexemes: repair.out,
        starts: repair.starts,
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
}

#[derive(Clone, Copy)]
struct Previous<'s> {
    token: Token<'s>,
    end: u32,
    /// Inserted by a repair, whose error says already that something is missing here.
    inserted: bool,
}

impl<'s> Repair<'s, '_, '_> {
    fn step(&mut self, mut lexeme: Lexeme<'s>, rest: &[Lexeme<'s>]) -> Option<()> {
        while self.cannot_hold(&lexeme, rest) {
            self.close_top(&lexeme);
        }
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
        let begins_something = !matches!(
            keyword.role(),
            Role::Clause | Role::LaterClause | Role::Part
        );
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
    fn count(&mut self, lexeme: &Lexeme<'s>) -> Option<()> {
        let is_statement = self.top().kind.holds_statements();
        let top = self.frames.last_mut()?;
        let is_clause = is_statement && lexeme.token.role() == Some(Role::Clause);
        if is_clause || matches!(lexeme.token, Token::Comma | Token::Semicolon) {
            self.operators -= std::mem::take(&mut top.operators);
        } else if lexeme.token.is_operator() {
            top.operators += 1;
            self.operators += 1;
        }
        if self.frames.len() + self.operators > MAX_DEPTH {
            let span = self.span(lexeme);
            self.errors.push(SyntaxError::TooDeep { span });
            return None;
        }
        Some(())
    }

    /// Whether the innermost open delimiter must have been closed before this token.
    fn cannot_hold(&self, lexeme: &Lexeme<'s>, rest: &[Lexeme<'s>]) -> bool {
        let top = self.top();
        let role = lexeme.token.role();
        match top.kind {
            FrameKind::Top => false,
            FrameKind::Body | FrameKind::Block | FrameKind::Members => {
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
            Role::Clause | Role::LaterClause => self.previous_is(Token::ends_operand),
            Role::Part => false,
            Role::Statement if keyword.is_hard() => {
                starts_line || self.previous_is(Token::ends_operand)
            }
            _ => starts_line,
        }
    }

    /// Closes the innermost delimiter, which was left open.
    fn close_top(&mut self, before: &Lexeme<'s>) {
        let expected_at = self.span(before);
        self.close_unclosed(expected_at);
    }

    fn close_unclosed(&mut self, expected_at: Span) {
        self.end_last_statement();
        let top = self.top();
        let (open, close) = (
            self.errors.span(top.start as usize, top.start as usize + 1),
            top.close,
        );
        self.errors.push(SyntaxError::Unclosed {
            open,
            expected_at,
            close,
        });
        self.insert(closing(close));
        self.pop(None);
    }

    /// Ends the statement before this token if it begins a new one, and begins that.
    fn separate(&mut self, lexeme: &mut Lexeme<'s>, rest: &[Lexeme<'s>]) {
        let top = self.top();
        if !top.kind.holds_statements() {
            return;
        }
        let kind = top.kind;
        match top.head {
            None => self.begin(lexeme, rest),
            Some(head) if self.begins_statement(kind, lexeme) => {
                if kind != FrameKind::Top || head.ends_with_semicolon() {
                    self.end_statement();
                }
                self.begin(lexeme, rest);
            }
            Some(head) => self.clause(head, lexeme),
        }
    }

    fn begins_statement(&self, kind: FrameKind, lexeme: &Lexeme<'s>) -> bool {
        let Token::Keyword(keyword) = lexeme.token else {
            return false;
        };
        if self.previous_is(|token| token == Token::Keyword(Keyword::Else)) {
            return false;
        }
        let here = match keyword.role() {
            Role::Item => kind == FrameKind::Top,
            Role::LaterItem => true,
            Role::Statement | Role::LaterStatement | Role::LaterBlock => kind != FrameKind::Top,
            _ => false,
        };
        here && (lexeme.starts_line || keyword.is_hard() && self.previous_is(Token::ends_clause))
    }

    fn begin(&mut self, lexeme: &mut Lexeme<'s>, rest: &[Lexeme<'s>]) {
        if matches!(
            lexeme.token,
            Token::CloseBrace | Token::CloseBracket | Token::CloseParen
        ) {
            return;
        }
        self.starts.push(lexeme.start);
        if lexeme.token == Token::Semicolon {
            return;
        }
        if let Token::Ident(word) = lexeme.token {
            self.correct(word, lexeme, rest);
        }
        let head = match lexeme.token {
            Token::Keyword(keyword) => Head::Keyword(keyword),
            _ => Head::Unknown,
        };
        self.top_mut().head = Some(head);
        self.leave_out_unsupported(lexeme, head);
    }

    /// Turns a misspelt leading word into the keyword that was meant.
    fn correct(&mut self, word: &'s str, lexeme: &mut Lexeme<'s>, rest: &[Lexeme<'s>]) {
        let next = rest.first().map(|lexeme| lexeme.token);
        if next == Some(Token::Assign) {
            return;
        }
        let at_top = self.top().kind == FrameKind::Top;
        let (role, what) = if at_top {
            (Role::Item, "declaration")
        } else {
            (Role::Statement, "statement")
        };
        let words = Keyword::ALL.iter().filter(|keyword| keyword.role() == role);
        let words = words.map(|keyword| keyword.as_str());
        let exact = Keyword::from_text(word).filter(|keyword| keyword.role() == role);
        let near = did_you_mean(word, words).and_then(Keyword::from_text);
        if let Some(keyword) = exact.or(near) {
            if exact.is_none() {
                let (span, keyword) = (self.span(lexeme), keyword.as_str());
                let word = word.to_owned();
                self.errors.push(SyntaxError::Misspelt {
                    span,
                    word,
                    keyword,
                    what,
                });
            }
            lexeme.token = Token::Keyword(keyword);
        }
    }

    fn leave_out_unsupported(&mut self, lexeme: &Lexeme<'s>, head: Head) {
        let Head::Keyword(keyword) = head else {
            return;
        };
        let until = match keyword.role() {
            Role::LaterItem if keyword == Keyword::Fn => Until::Block,
            Role::LaterItem | Role::LaterStatement => Until::Semicolon,
            Role::LaterBlock => Until::Block,
            _ => return,
        };
        self.skip_from(lexeme, keyword, until);
    }

    /// Begins or ends the leaving out of an unsupported clause.
    fn clause(&mut self, head: Head, lexeme: &Lexeme<'s>) {
        let Token::Keyword(keyword) = lexeme.token else {
            return;
        };
        if head != Head::Keyword(Keyword::Step) || !self.previous_is(Token::ends_clause) {
            return;
        }
        match keyword.role() {
            Role::LaterClause => self.skip_from(lexeme, keyword, Until::Clause),
            Role::Clause => self.end_skip(&[Until::Clause]),
            _ => {}
        }
    }

    fn skip_from(&mut self, lexeme: &Lexeme<'s>, keyword: Keyword, until: Until) {
        if self.skip.is_some_and(|skip| skip.level < self.frames.len()) {
            return;
        }
        let span = self.span(lexeme);
        self.errors.push(SyntaxError::Unsupported { span, keyword });
        self.skip = Some(Skip {
            level: self.frames.len(),
            until,
        });
    }

    /// Ends what is being left out at this level, if it ends in one of these ways.
    fn end_skip(&mut self, ways: &[Until]) {
        let level = self.frames.len();
        let ends = |skip: &Skip| skip.level == level && ways.contains(&skip.until);
        if self.skip.as_ref().is_some_and(ends) {
            self.skip = None;
        }
    }

    /// Ends the open statement, which has no `;`.
    fn end_statement(&mut self) {
        let leaves_out_clause = self.skip.is_some_and(|skip| skip.until == Until::Clause);
        if let Some(previous) = self.previous
            && !previous.inserted
            && previous.token.ends_clause()
        {
            let after = self
                .errors
                .span(previous.end as usize, previous.end as usize);
            self.errors.push(SyntaxError::MissingSemicolon { after });
        }
        if leaves_out_clause {
            self.end_skip(&[Until::Clause]);
        }
        self.insert(Token::Semicolon);
        self.end_skip(&[Until::Semicolon, Until::Block]);
        self.top_mut().head = None;
    }

    /// Ends the last statement of a body that is being closed.
    fn end_last_statement(&mut self) {
        let top = self.top();
        if matches!(top.kind, FrameKind::Body | FrameKind::Block) && top.head.is_some() {
            self.end_statement();
        }
    }

    fn open(&mut self, lexeme: Lexeme<'s>) {
        let kind = match lexeme.token {
            Token::OpenBrace => self.top().kind_of_brace(),
            _ => FrameKind::Group,
        };
        let is_strange = kind == FrameKind::Block && self.skip.is_none();
        if is_strange {
            // A block after an unknown word: the parser reports the word, and must not see the block.
            self.insert(Token::Semicolon);
            self.skip = Some(Skip {
                level: self.frames.len(),
                until: Until::Block,
            });
        }
        self.emit(lexeme);
        let close = match lexeme.token {
            Token::OpenParen => ')',
            Token::OpenBracket => ']',
            _ => '}',
        };
        self.frames.push(Frame::new(kind, close, lexeme.start));
    }

    fn close(&mut self, lexeme: Lexeme<'s>, rest: &[Lexeme<'s>]) {
        let close = match lexeme.token {
            Token::CloseParen => ')',
            Token::CloseBracket => ']',
            _ => '}',
        };
        let matching = self.frames.iter().rposition(|frame| frame.close == close);
        match matching {
            Some(at) if !self.is_slip(at, &lexeme) => {
                while self.frames.len() > at + 1 {
                    self.close_top(&lexeme);
                }
                self.end_last_statement();
                self.emit(lexeme);
                self.pop(rest.first());
            }
            _ => self.wrong_close(lexeme, close),
        }
    }

    /// Whether a `}` in the middle of a line was meant to close a list, and not the body around the list.
    fn is_slip(&self, matching: usize, lexeme: &Lexeme<'s>) -> bool {
        matching + 1 < self.frames.len()
            && self.frames[matching].kind != FrameKind::Group
            && !lexeme.starts_line
    }

    fn wrong_close(&mut self, lexeme: Lexeme<'s>, close: char) {
        let span = self.span(&lexeme);
        let top = self.top();
        if top.kind == FrameKind::Group {
            let open = self.errors.span(top.start as usize, top.start as usize + 1);
            let close = top.close;
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

    fn semicolon(&mut self, lexeme: Lexeme<'s>) {
        if !self.top().kind.holds_statements() {
            return self.emit(lexeme);
        }
        self.end_skip(&[Until::Clause]);
        self.emit(lexeme);
        self.end_skip(&[Until::Semicolon, Until::Block]);
        self.top_mut().head = None;
    }

    /// Leaves the innermost frame; `next` is the token after its closing delimiter.
    fn pop(&mut self, next: Option<&Lexeme<'s>>) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        self.operators -= frame.operators;
        let is_else = next.is_some_and(|next| next.token == Token::Keyword(Keyword::Else));
        if frame.kind != FrameKind::Group && !is_else {
            self.end_skip(&[Until::Block]);
        }
        if frame.kind != FrameKind::Group && !is_else {
            self.top_mut().head = None;
        }
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
