//! Decides where a keyword is only a name, so that contracts may have a function `release` and an account `value`.

use super::token::{Keyword, Lexeme, Role, Token};

/// Turns keywords into names: after `.` and `@`, before `:` in a list, and, unless the keyword is reserved everywhere,
/// wherever an operand or a name must stand and everywhere in a function.
pub(super) fn settle(lexemes: &mut [Lexeme<'_>]) {
    let mut function = Function::Outside;
    for at in 0..lexemes.len() {
        if let Token::Keyword(keyword) = lexemes[at].token {
            let previous = at.checked_sub(1).map(|at| lexemes[at].token);
            let next = lexemes.get(at + 1).map(|lexeme| lexeme.token);
            let is_name = previous.is_some_and(|previous| is_name(keyword, previous, next));
            if is_name || function.is_inside() && !keyword.is_hard() {
                lexemes[at].token = Token::Ident(keyword.as_str());
            }
        }
        function = function.after(&lexemes[at]);
    }
}

/// Where a token stands, seen from the functions of the file.
#[derive(Clone, Copy)]
enum Function {
    Outside,
    /// After `fn`, before the body.
    Head,
    /// In so many braces.
    Body(usize),
}

impl Function {
    fn is_inside(self) -> bool {
        !matches!(self, Self::Outside)
    }

    fn after(self, lexeme: &Lexeme<'_>) -> Self {
        match (self, lexeme.token) {
            (_, Token::Keyword(Keyword::Fn)) => Self::Head,
            // A declaration begins, so a brace is missing.
            (_, Token::Keyword(keyword)) if keyword.role() == Role::Item && lexeme.starts_line => {
                Self::Outside
            }
            (Self::Head, Token::OpenBrace) => Self::Body(1),
            (Self::Body(braces), Token::OpenBrace) => Self::Body(braces + 1),
            (Self::Body(1), Token::CloseBrace) => Self::Outside,
            (Self::Body(braces), Token::CloseBrace) => Self::Body(braces - 1),
            (other, _) => other,
        }
    }
}

fn is_name(keyword: Keyword, previous: Token<'_>, next: Option<Token<'_>>) -> bool {
    // An operand follows, so it is the word before one.
    let has_operand = next.is_some_and(|next| begins_operand(previous, next));
    if keyword == Keyword::Exact && has_operand {
        return false;
    }
    if is_clause_of_call(keyword, previous, next) {
        return false;
    }
    let in_list = matches!(previous, Token::OpenParen | Token::OpenBrace | Token::Comma);
    if matches!(previous, Token::Dot | Token::At) || in_list && next == Some(Token::Colon) {
        return true;
    }
    let is_clause = match (previous, keyword) {
        (Token::Keyword(Keyword::On), Keyword::Refused) => true,
        // `workflow on ethereum` lacks a name.
        (Token::Keyword(Keyword::Workflow | Keyword::Contract), Keyword::On) => {
            next != Some(Token::Keyword(Keyword::On))
        }
        _ => false,
    };
    let ends_member = |next| {
        use Token::{CloseBrace, Comma};
        matches!(next, Comma | CloseBrace | Token::Keyword(Keyword::As))
    };
    let first_in_braces = previous == Token::OpenBrace && next.is_some_and(ends_member);
    // Only a name stands before `=`.
    let is_named = previous.wants_name() || first_in_braces || next == Some(Token::Assign);
    !keyword.is_hard() && !is_clause && is_named
}

/// Whether a clause of a call in a guard begins, in the call's parentheses.
fn is_clause_of_call(keyword: Keyword, previous: Token<'_>, next: Option<Token<'_>>) -> bool {
    let is_inside = matches!(previous, Token::OpenParen | Token::Comma);
    let has_operand = match keyword {
        Keyword::Gas => matches!(next, Some(Token::Number(_))),
        Keyword::Accounts | Keyword::Objects => next == Some(Token::OpenBrace),
        Keyword::Types => next == Some(Token::OpenBracket),
        _ => false,
    };
    is_inside && has_operand
}

/// Whether an operand of `exact` begins with a token, which is not so where the next clause may begin behind a name.
fn begins_operand(before: Token<'_>, token: Token<'_>) -> bool {
    use Token::{Assign, Colon, Comma, Dot, OpenBracket, OpenParen};
    let is_in_list = matches!(before, OpenParen | OpenBracket | Comma | Colon | Assign);
    match token {
        _ if matches!(before, Dot | Token::At) => false,
        OpenParen | Token::At => true,
        // `take fee: USDC = exact from user` speaks of an amount of that name.
        Token::Keyword(Keyword::From) => false,
        Token::Keyword(keyword) => !keyword.is_hard() && is_in_list,
        other => other.is_word(),
    }
}
