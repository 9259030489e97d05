//! Separates statements and declarations: corrects how they begin, ends them, and leaves out what is not supported.

use super::super::error::{SyntaxError, Unexpected};
use super::super::token::{Keyword, Lexeme, Role, Token};
use super::Repair;
use super::frame::{FrameKind, Head, Skip, Until};
use crate::diagnostic::did_you_mean;

impl<'s> Repair<'s, '_, '_> {
    /// Ends the statement before this token if it begins a new one, and begins that.
    pub(super) fn separate(&mut self, lexeme: &mut Lexeme<'s>, rest: &[Lexeme<'s>]) {
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
            Some(_) => {}
        }
    }

    fn begins_statement(&self, kind: FrameKind, lexeme: &Lexeme<'s>) -> bool {
        if kind == FrameKind::Function && lexeme.token.is_word() {
            // The value of the function, after a `let`.
            return lexeme.starts_line && self.previous_is(Token::ends_operand);
        }
        let Token::Keyword(keyword) = lexeme.token else {
            return false;
        };
        if self.previous_is(|token| token == Token::Keyword(Keyword::Else)) {
            return false;
        }
        let here = match keyword.role() {
            Role::Item => kind == FrameKind::Top,
            Role::Statement | Role::LaterStatement => kind != FrameKind::Top,
            _ => false,
        };
        here && (lexeme.starts_line || keyword.is_hard() && self.previous_is(Token::ends_clause))
    }

    fn begin(&mut self, lexeme: &mut Lexeme<'s>, rest: &[Lexeme<'s>]) {
        use Token::{CloseBrace, CloseBracket, CloseParen};
        if matches!(lexeme.token, CloseBrace | CloseBracket | CloseParen) {
            return;
        }
        self.starts.push(lexeme.start);
        if lexeme.token == Token::Semicolon {
            return;
        }
        let mut head = Head::Unknown;
        if let Token::Ident(word) = lexeme.token
            && self.top().kind != FrameKind::Function
        {
            let next = rest.first().map(|lexeme| lexeme.token);
            head = self.begin_with_name(word, lexeme, next);
        }
        if let Token::Keyword(keyword) = lexeme.token {
            head = Head::Keyword(keyword);
        }
        self.top_mut().head = Some(head);
        self.leave_out_unsupported(lexeme, head);
        let next = rest.first().map(|lexeme| lexeme.token);
        match head {
            Head::Keyword(keyword @ Keyword::If) if self.top().kind == FrameKind::Function => {
                self.skip_from(lexeme, keyword, Until::Block);
            }
            Head::Keyword(Keyword::If) if next != Some(Token::OpenParen) => {
                self.leave_out_bare_if(lexeme);
            }
            _ => {}
        }
    }

    /// Leaves out an `if` whose condition begins without a parenthesis, since nobody knows where it ends.
    fn leave_out_bare_if(&mut self, lexeme: &Lexeme<'s>) {
        if self.skip.is_some() {
            return;
        }
        self.errors
            .push(SyntaxError::Unexpected(Box::new(Unexpected {
                span: self.span(lexeme),
                message: "expected `(` after `if`".to_owned(),
                label: "its condition stands in parentheses".to_owned(),
                note: None,
                help: Some("write `if (CONDITION) { … }`".to_owned()),
            })));
        self.skip = Some(Skip {
            level: self.frames.len(),
            until: Until::Block,
        });
    }

    /// A statement or declaration that begins with a name: a step without `step`, or a misspelt keyword.
    fn begin_with_name(
        &mut self,
        word: &'s str,
        lexeme: &mut Lexeme<'s>,
        next: Option<Token<'s>>,
    ) -> Head {
        let is_top = self.top().kind == FrameKind::Top;
        match next {
            Some(Token::Assign) if !is_top => {
                self.add_missing_step(word, lexeme);
                Head::Keyword(Keyword::Step)
            }
            Some(Token::Dot) if !is_top => Head::Keyword(Keyword::Step),
            Some(Token::Ident(_) | Token::String(_) | Token::Number(_) | Token::OpenBrace) => {
                self.correct(word, lexeme);
                Head::Unknown
            }
            _ => Head::Unknown,
        }
    }

    fn add_missing_step(&mut self, name: &str, lexeme: &Lexeme<'s>) {
        self.errors
            .push(SyntaxError::Unexpected(Box::new(Unexpected {
                span: self.span(lexeme),
                message: format!("expected a statement, found `{name}`"),
                label: "expected a statement".to_owned(),
                note: None,
                help: Some(format!("write `step {name} = …`")),
            })));
        self.insert(Token::Keyword(Keyword::Step));
    }

    /// Turns a misspelt leading word into the keyword that was meant.
    fn correct(&mut self, word: &'s str, lexeme: &mut Lexeme<'s>) {
        let (role, what) = if self.top().kind == FrameKind::Top {
            (Role::Item, "declaration")
        } else {
            (Role::Statement, "statement")
        };
        let words = Keyword::ALL.iter().filter(|keyword| keyword.role() == role);
        let words = words.map(|keyword| keyword.as_str());
        let Some(keyword) = did_you_mean(word, words) else {
            return;
        };
        self.errors.push(SyntaxError::Misspelt {
            span: self.span(lexeme),
            word: word.to_owned(),
            keyword,
            what,
        });
        lexeme.token = Keyword::from_text(keyword).map_or(lexeme.token, Token::Keyword);
    }

    fn leave_out_unsupported(&mut self, lexeme: &Lexeme<'s>, head: Head) {
        let Head::Keyword(keyword) = head else {
            return;
        };
        if keyword.role() == Role::LaterStatement {
            self.skip_from(lexeme, keyword, Until::Semicolon);
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
    pub(super) fn end_skip(&mut self, ways: &[Until]) {
        let level = self.frames.len();
        let ends = |skip: &Skip| skip.level == level && ways.contains(&skip.until);
        if self.skip.as_ref().is_some_and(ends) {
            self.skip = None;
        }
    }

    /// Ends the open statement, which has no `;`.
    pub(super) fn end_statement(&mut self) {
        let is_inside_skip = self.skip.is_some_and(|skip| skip.level < self.frames.len());
        if let Some(previous) = self.previous
            && !previous.inserted
            && !is_inside_skip
            && previous.token.ends_clause()
        {
            let after = self
                .errors
                .span(previous.end as usize, previous.end as usize);
            self.errors.push(SyntaxError::MissingSemicolon { after });
        }
        self.insert(Token::Semicolon);
        self.end_skip(&[Until::Semicolon, Until::Block]);
        self.top_mut().head = None;
    }

    /// Ends the last statement of a body that is being closed.
    pub(super) fn end_last_statement(&mut self) {
        let top = self.top();
        let is_open = match top.kind {
            FrameKind::Body | FrameKind::Block => top.head.is_some(),
            // Its value ends with the function.
            FrameKind::Function => top.head == Some(Head::Keyword(Keyword::Let)),
            FrameKind::Top | FrameKind::Members | FrameKind::Group => false,
        };
        if is_open {
            self.end_statement();
        }
    }

    pub(super) fn semicolon(&mut self, lexeme: Lexeme<'s>) {
        if !self.top().kind.holds_statements() {
            return self.emit(lexeme);
        }
        self.emit(lexeme);
        self.end_skip(&[Until::Semicolon, Until::Block]);
        self.top_mut().head = None;
    }
}
