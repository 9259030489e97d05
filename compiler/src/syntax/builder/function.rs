//! Functions: a head, names for values, and a value at the end.

use super::super::ast::{Docs, Expr, Field, Function, Let, Name, Type};
use super::super::error::{SyntaxError, Unexpected};
use super::Builder;

/// A function without its body.
#[derive(Debug)]
pub(in super::super) struct FunctionHead {
    pub(in super::super) docs: Docs,
    pub(in super::super) start: u32,
    pub(in super::super) name: Name,
    pub(in super::super) params: Vec<Field>,
    pub(in super::super) result: Type,
}

impl Builder<'_, '_, '_> {
    /// A function whose body has its braces at `start` and before `end`; `None`, with an error, if it has no value.
    pub(in super::super) fn function(
        &mut self,
        head: Option<FunctionHead>,
        lets: Vec<Option<Let>>,
        value: Option<Expr>,
        start: u32,
        end: u32,
    ) -> Option<Function> {
        let is_explained =
            self.is_incomplete(start, end) || self.errors.is_faulty(self.span(start, end));
        if value.is_none() && !is_explained {
            self.report_no_value(end);
        }
        let head = head?;
        Some(Function {
            docs: head.docs,
            name: head.name,
            params: head.params,
            result: head.result,
            lets: lets.into_iter().flatten().collect(),
            value: value?,
            span: self.span(head.start, end),
        })
    }

    /// Reports a body that ends where its value should stand.
    fn report_no_value(&mut self, end: u32) {
        let fault = Unexpected {
            span: self.span(end.saturating_sub(1), end),
            message: "expected an expression, found the end of the function".to_owned(),
            label: "expected an expression".to_owned(),
            note: Some("the last expression of a function, without `;`, is its value"),
            help: None,
        };
        self.errors.push(SyntaxError::Unexpected(Box::new(fault)));
    }
}
