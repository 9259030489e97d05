//! The front end: from text to a tree.
//!
//! [`parse`] runs four passes. The lexer splits the text and keeps documentation comments aside; the repair pass pairs
//! delimiters and ends statements; the generated parser builds the tree and recovers at the next list element, clause,
//! statement or declaration; and its faults are put into words. So one run reports every independent error.

pub mod ast;
mod builder;
mod error;
mod errors;
mod expected;
mod lexer;
mod literal;
mod names;
pub mod print;
mod repair;
mod token;

use crate::diagnostic::{Diagnostics, Reported};
use crate::source::SourceId;
use builder::Builder;
use error::SyntaxError;
use errors::Errors;
use expected::Explainer;
use repair::Repaired;

pub use token::Keyword;

lalrpop_util::lalrpop_mod!(
    #[allow(
        clippy::all,
        clippy::pedantic,
        unused,
        missing_docs,
        unreachable_pub,
        private_interfaces
    )]
    grammar,
    "/syntax/grammar.rs"
);

/// How deep brackets and operators may nest in each other.
///
/// Every later phase walks the tree by recursion; this bound keeps it off the end of the stack.
pub const MAX_DEPTH: usize = 128;

/// The greatest length of a source file, in bytes: four times that of a thousand workflows. What a file is kept as takes up to a hundred
/// times as much.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// The greatest length of a string or byte literal as written, in bytes.
pub const MAX_LITERAL_BYTES: usize = 8 << 10;

/// How many syntax errors are reported for one file.
pub const MAX_ERRORS: usize = 100;

/// Reads a file.
///
/// # Errors
/// Reports every independent syntax error, up to [`MAX_ERRORS`], to `diagnostics`, and returns no tree if there is any.
/// Documentation comments that document nothing are warnings.
pub fn parse(
    source: SourceId,
    text: &str,
    diagnostics: &mut Diagnostics,
) -> Result<ast::File, Reported> {
    let mut errors = Errors::new(source, diagnostics);
    if text.len() > MAX_FILE_BYTES {
        let (span, bytes) = (errors.span(0, 0), text.len());
        return Err(errors.push(SyntaxError::FileTooLarge { span, bytes }));
    }
    let mut lexed = lexer::lex(text, &mut errors);
    names::settle(&mut lexed.lexemes);
    let repaired = repair::repair(&lexed.lexemes, &mut errors)?;
    let mut builder = Builder {
        errors: &mut errors,
        docs: lexed.docs,
        imports: Vec::new(),
        calls: Vec::new(),
        recoveries: Vec::new(),
    };
    let items = parse_items(&repaired, &mut builder);
    builder.report_calls();
    builder.warn_of_lost_docs();
    let (docs, imports, recoveries) = (builder.docs.file, builder.imports, builder.recoveries);
    explain(text, &repaired, &recoveries, &mut errors);
    errors.check()?;
    let span = errors.span(0, text.len());
    Ok(ast::File {
        docs,
        imports,
        items,
        span,
    })
}

fn parse_items<'s>(repaired: &Repaired<'s>, builder: &mut Builder<'s, '_, '_>) -> Vec<ast::Item> {
    let lexemes = repaired.lexemes.iter();
    let tokens = lexemes.map(|lexeme| Ok((lexeme.start, lexeme.token, lexeme.end)));
    match grammar::ItemsParser::new().parse(builder, tokens) {
        Ok(items) => items,
        Err(error) => {
            let dropped_tokens = Vec::new();
            let fault = lalrpop_util::ErrorRecovery {
                error,
                dropped_tokens,
            };
            builder.recover(0, fault);
            Vec::new()
        }
    }
}

fn explain<'s>(
    text: &'s str,
    repaired: &Repaired<'s>,
    recoveries: &[builder::Recovery<'s>],
    errors: &mut Errors<'_>,
) {
    let span = |start, end| errors.span(start, end);
    let span = &span;
    let explainer = Explainer {
        text,
        repaired,
        span,
    };
    let explained = explainer.explain(recoveries);
    // What is left out of the tree must never go unreported.
    let first = recoveries
        .first()
        .filter(|_| explained.is_empty() && errors.check().is_ok());
    let forced = first.and_then(|first| explainer.explain_one(first));
    for error in explained.into_iter().chain(forced) {
        errors.push(error);
    }
}
