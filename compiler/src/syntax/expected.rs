//! Turns the parser's faults into messages: what was expected in words, and what was probably meant.

use lalrpop_util::ParseError;

use super::builder::Recovery;
use super::error::{SyntaxError, Unexpected};
use super::repair::Repaired;
use super::token::{Keyword, Lexeme, Role, Token};
use crate::diagnostic::did_you_mean;
use crate::source::Span;

/// What the messages are made from.
pub(super) struct Explainer<'a, 's> {
    pub(super) text: &'s str,
    pub(super) repaired: &'a Repaired<'s>,
    pub(super) span: &'a dyn Fn(usize, usize) -> Span,
}

/// A token that was not expected, with its surroundings.
struct Fault<'s> {
    span: Span,
    /// `None` at the end of the file.
    found: Option<Token<'s>>,
    previous: Option<Token<'s>>,
    next: Option<Token<'s>>,
    /// Whether characters were left out before it.
    after_junk: bool,
    expected: Expected,
}

/// What the parser would have taken.
struct Expected {
    /// The terminals of the grammar, as they are written in it.
    terminals: Vec<String>,
}

impl<'s> Explainer<'_, 's> {
    /// The errors to report: one for each fault that is not the consequence of an earlier one.
    pub(super) fn explain(&self, recoveries: &[Recovery<'s>]) -> Vec<SyntaxError> {
        let mut errors = Vec::new();
        let mut lost_until = 0;
        let mut last_shaken = None;
        for recovery in recoveries {
            let Some(fault) = self.fault(&recovery.fault.error) else {
                continue;
            };
            let start = fault.span.start;
            let shaken = self.shaken(start);
            let is_doubtful = shaken.is_some() && shaken == last_shaken;
            if start >= lost_until && !fault.after_junk && !is_doubtful {
                errors.push(self.error(&fault));
                last_shaken = shaken;
            }
            if !self.is_balanced(recovery, start) {
                // The parser lost count of the brackets; it is sure of its place at the next statement.
                lost_until = lost_until.max(self.next_start(start));
            }
        }
        errors
    }

    /// The error for one fault, whatever else was reported.
    pub(super) fn explain_one(&self, recovery: &Recovery<'s>) -> Option<SyntaxError> {
        let fault = self.fault(&recovery.fault.error)?;
        Some(self.error(&fault))
    }

    fn fault(&self, error: &ParseError<u32, Token<'s>, ()>) -> Option<Fault<'s>> {
        let (start, end, found, terminals) = match error {
            ParseError::UnrecognizedToken {
                token: (start, token, end),
                expected,
            } => (*start, *end, Some(*token), expected.clone()),
            ParseError::UnrecognizedEof { location, expected } => {
                (*location, *location, None, expected.clone())
            }
            ParseError::ExtraToken {
                token: (start, token, end),
            } => (*start, *end, Some(*token), Vec::new()),
            ParseError::InvalidToken { .. } | ParseError::User { .. } => return None,
        };
        let lexemes = &self.repaired.lexemes;
        let is_before = |lexeme: &Lexeme<'_>| lexeme.end <= start && lexeme.start < start.max(1);
        let at = lexemes.partition_point(is_before);
        let token_at = |at: usize| lexemes.get(at).map(|lexeme| lexeme.token);
        Some(Fault {
            span: (self.span)(start as usize, end as usize),
            found,
            previous: at.checked_sub(1).and_then(token_at),
            next: token_at(at + 1),
            after_junk: lexemes.get(at).is_some_and(|lexeme| lexeme.after_junk),
            expected: Expected { terminals },
        })
    }

    /// Whether the text that yielded nothing opens as many brackets as it closes, in a possible order.
    fn is_balanced(&self, recovery: &Recovery<'s>, found_at: u32) -> bool {
        let dropped = recovery.fault.dropped_tokens.last();
        let end = dropped.map_or(found_at, |(_, _, end)| *end);
        let lexemes = &self.repaired.lexemes;
        let first = lexemes.partition_point(|lexeme| lexeme.start < recovery.start);
        let lost = lexemes[first..]
            .iter()
            .take_while(|lexeme| lexeme.end <= end && lexeme.start < end);
        let mut depth = 0_usize;
        for lexeme in lost {
            match lexeme.token {
                Token::OpenParen | Token::OpenBracket | Token::OpenBrace => depth += 1,
                Token::CloseParen | Token::CloseBracket | Token::CloseBrace => {
                    match depth.checked_sub(1) {
                        Some(less) => depth = less,
                        None => return false,
                    }
                }
                _ => {}
            }
        }
        depth == 0
    }

    /// Where the statement around a place begins, if its delimiters were wrong.
    fn shaken(&self, at: u32) -> Option<u32> {
        let starts = &self.repaired.starts;
        let next = starts.partition_point(|start| *start <= at);
        let start = *starts.get(next.checked_sub(1)?)?;
        self.repaired.shaken.contains(&start).then_some(start)
    }

    fn next_start(&self, after: u32) -> u32 {
        let starts = &self.repaired.starts;
        let next = starts.partition_point(|start| *start <= after);
        starts.get(next).copied().unwrap_or(u32::MAX)
    }

    fn error(&self, fault: &Fault<'s>) -> SyntaxError {
        let span = fault.span;
        if let Some(Token::Keyword(keyword)) = fault.found
            && keyword.is_hard()
            && !(keyword.role() == Role::Statement && fault.expected.begins_value())
            && fault.expected.takes_name()
            && !fault.expected.takes_role(keyword.role())
        {
            return SyntaxError::KeywordAsName { span, keyword };
        }
        if let Some(Token::Ident(word)) = fault.found
            && fault.expected.takes_role(Role::Clause)
            && let Some(keyword) = did_you_mean(word, fault.expected.keywords())
        {
            let (word, what) = (word.to_owned(), "clause");
            return SyntaxError::Misspelt {
                span,
                word,
                keyword,
                what,
            };
        }
        SyntaxError::Unexpected(Box::new(self.unexpected(fault)))
    }

    fn unexpected(&self, fault: &Fault<'s>) -> Unexpected {
        let wanted = fault.wanted();
        let after = fault.previous.and_then(|token| self.context(token));
        let after = after.map_or_else(String::new, |word| format!(" after `{word}`"));
        let found = self.found(fault);
        Unexpected {
            span: fault.span,
            message: format!("expected {wanted}{after}, found {found}"),
            label: format!("expected {wanted}"),
            note: None,
            help: fault.help(),
        }
    }

    /// How the found token is named in a message.
    fn found(&self, fault: &Fault<'s>) -> String {
        let text = &self.text[fault.span.range()];
        match fault.found {
            None => "the end of the file".to_owned(),
            Some(Token::Semicolon) if text.is_empty() => "the end of the statement".to_owned(),
            Some(Token::String(_)) => "a string".to_owned(),
            Some(Token::Hex(_)) => "a byte literal".to_owned(),
            Some(_) if text.is_empty() => "its end".to_owned(),
            Some(_) => format!("`{}`", shorten(text)),
        }
    }

    /// The token before, where it makes the expectation clearer.
    fn context(&self, previous: Token<'s>) -> Option<&'static str> {
        match previous {
            Token::Keyword(keyword) => Some(keyword.as_str()),
            Token::Assign => Some("="),
            Token::Colon => Some(":"),
            Token::Dot => Some("."),
            Token::At => Some("@"),
            Token::Arrow => Some("->"),
            _ => None,
        }
    }
}

impl Fault<'_> {
    /// What was expected, in words.
    fn wanted(&self) -> String {
        let mut wanted = Vec::new();
        let expected = &self.expected;
        for (role, words) in [
            (Role::Item, "a declaration"),
            (Role::Statement, "a statement"),
            (Role::Clause, "a clause"),
        ] {
            if expected.takes_role(role) {
                wanted.push(words.to_owned());
            }
        }
        let is_flow = !wanted.is_empty();
        if expected.takes_name() && !is_flow {
            wanted.push(self.wanted_name().to_owned());
        }
        let terminals = expected.terminals.iter();
        let rest = terminals.filter(|terminal| expected.is_worth_naming(terminal, is_flow));
        let mut rest: Vec<_> = rest.map(|terminal| describe(terminal)).collect();
        rest.sort_by_key(|words| place_in_list(words));
        wanted.extend(rest);
        match wanted.as_slice() {
            [] => "an operator".to_owned(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }

    fn wanted_name(&self) -> &'static str {
        if self.expected.takes("string") {
            return "an expression";
        }
        if self.expected.takes("\"[\"") {
            let sized = self.expected.takes("number");
            return if sized {
                "a type or a number"
            } else {
                "a type"
            };
        }
        match self.previous {
            Some(Token::Keyword(keyword)) => name_after(keyword),
            Some(Token::Dot) => "a function or a field",
            Some(Token::Assign) => "a contract",
            Some(Token::Colon) => "a virtual machine",
            _ => "a name",
        }
    }

    fn help(&self) -> Option<String> {
        let expected = &self.expected;
        match self.found {
            Some(Token::Assign) if expected.takes("\"==\"") => {
                Some("`==` compares; `=` only gives a step its call".to_owned())
            }
            Some(Token::Assign) if expected.takes_role(Role::Statement) => {
                Some("a statement that calls a contract begins with `step`".to_owned())
            }
            Some(Token::Ident(name)) if expected.takes_role(Role::Statement) => match self.next {
                Some(Token::Assign) => Some(format!("write `step {name} = …`")),
                Some(Token::Dot) => Some("a call is a step: begin with `step NAME =`".to_owned()),
                _ => None,
            },
            Some(_) if self.previous == Some(Token::Keyword(Keyword::Import)) => Some(
                "name what is imported, as in `import { Vault } from \"shared.xcc\";`".to_owned(),
            ),
            Some(Token::Ident(word)) => did_you_mean(word, expected.keywords())
                .map(|keyword| format!("did you mean `{keyword}`?")),
            Some(Token::Keyword(Keyword::Return)) if expected.begins_value() => {
                Some("remove `return` and the `;`: the last expression is the value".to_owned())
            }
            Some(Token::Semicolon) if expected.ends_value() => {
                Some("remove the `;`: the last expression is the value".to_owned())
            }
            Some(Token::Keyword(Keyword::Exact)) if expected.takes("string") => {
                Some("write `exact` before the whole expression".to_owned())
            }
            Some(Token::Equal) if expected.takes("\"=\"") => Some("write `=`".to_owned()),
            Some(Token::Semicolon) if expected.takes("\",\"") && !self.span.range().is_empty() => {
                Some("members are separated by `,`".to_owned())
            }
            Some(Token::Semicolon) if expected.takes_role(Role::Item) => {
                Some("remove the `;`".to_owned())
            }
            Some(Token::Keyword(keyword))
                if keyword.role() == Role::Clause && expected.takes_role(Role::Statement) =>
            {
                Some(
                    "a clause belongs to the step before it; remove the `;` between them"
                        .to_owned(),
                )
            }
            Some(Token::Number(number)) if self.previous == Some(Token::At) => Some(format!(
                "addresses are bound in `xcc.toml`; write a name for `{}`, as in `@POOL`",
                shorten(number)
            )),
            _ => None,
        }
    }
}

impl Expected {
    fn takes(&self, terminal: &str) -> bool {
        self.terminals.iter().any(|expected| expected == terminal)
    }

    fn takes_name(&self) -> bool {
        self.takes("ident")
    }

    /// Whether the value of a function may begin here.
    fn begins_value(&self) -> bool {
        self.takes("\"let\"") && self.takes_name()
    }

    /// Whether only the end of a function may follow.
    fn ends_value(&self) -> bool {
        let goes_on = self.takes("\",\"") || self.takes_name() || self.takes_role(Role::Statement);
        self.takes("\"}\"") && !goes_on
    }

    fn takes_role(&self, role: Role) -> bool {
        // `compensate` alone is also a policy, so a role needs a second word.
        let with_role = self
            .keywords_of_terminals()
            .filter(|keyword| keyword.role() == role);
        with_role.take(2).count() == 2
    }

    fn keywords(&self) -> impl Iterator<Item = &'static str> {
        self.keywords_of_terminals().map(Keyword::as_str)
    }

    fn keywords_of_terminals(&self) -> impl Iterator<Item = Keyword> {
        let words = self
            .terminals
            .iter()
            .map(|terminal| terminal.trim_matches('"'));
        words.filter_map(Keyword::from_text)
    }

    /// Whether a terminal is named by itself and not by the words for a group of terminals.
    fn is_worth_naming(&self, terminal: &str, is_flow: bool) -> bool {
        let text = terminal.trim_matches('"');
        if matches!(terminal, "ident" | "other") {
            return false;
        }
        let is_expression = self.takes_name() && self.takes("string");
        let is_type = self.takes_name() && self.takes("\"[\"");
        let continues = self.takes("\"*\"") || self.takes("\"<\"");
        if is_expression && starts_operand(text) || is_type && matches!(text, "[" | "number") {
            return false;
        }
        if continues && continues_operand(text) || text == ">" && self.takes("\"*\"") {
            return false;
        }
        if text == "}" && self.begins_value() {
            return false;
        }
        match Keyword::from_text(text) {
            // It continues a compensation, so it counts as a clause.
            Some(Keyword::Else) => !self.takes_role(Role::Clause),
            Some(keyword) => {
                !matches!(keyword.role(), Role::Item | Role::Statement | Role::Clause)
                    || !is_flow && !self.takes_role(keyword.role())
            }
            None => !(is_flow && matches!(text, "->" | "}")),
        }
    }
}

/// Whether an operand can begin so.
fn starts_operand(text: &str) -> bool {
    let word = matches!(
        text,
        "number" | "string" | "bytes" | "true" | "false" | "none" | "exact"
    );
    word || matches!(text, "!" | "-" | "(" | "[" | "@")
}

/// Whether an operand or a type can go on so.
fn continues_operand(text: &str) -> bool {
    let comparison = matches!(text, "==" | "!=" | "<" | "<=" | ">=");
    comparison
        || matches!(
            text,
            "&&" | "||" | "+" | "-" | "*" | "/" | "%" | "." | "(" | "{" | "@"
        )
}

fn name_after(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::Step => "a step name",
        Keyword::Workflow => "a workflow name",
        Keyword::Record => "a record name",
        Keyword::Fn => "a function name",
        Keyword::Enum => "an enum name",
        Keyword::Chain => "a chain name",
        Keyword::Contract => "a contract name",
        Keyword::On => "a chain",
        Keyword::Repeat => "a constant",
        Keyword::Via | Keyword::Transport => "a transport",
        Keyword::Compensate | Keyword::Confirm => "a contract",
        _ => "a name",
    }
}

/// Separators and closing delimiters are named last.
fn place_in_list(words: &str) -> usize {
    match words {
        "`,`" => 1,
        "`)`" | "`]`" | "`}`" | "`>`" => 2,
        "`;`" => 3,
        _ => 0,
    }
}

fn describe(terminal: &str) -> String {
    match terminal {
        "number" => "a number".to_owned(),
        "string" => "a string".to_owned(),
        "bytes" => "a byte literal".to_owned(),
        other => format!("`{}`", other.trim_matches('"')),
    }
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 24;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
