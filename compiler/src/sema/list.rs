//! Lists: the type of their elements, and how many there may be.

use super::check::Checker;
use super::context::{Context, Expect};
use super::convert::can_widen;
use super::errors::{TypeError, count};
use super::shape::Shape;
use super::symbols::Declared;
use crate::hir::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::Type;

/// What the elements of an array of bytes are.
static OCTET: Shape = Shape::Uint(8);

impl Checker<'_> {
    pub(super) fn check_list(
        &mut self,
        context: Context<'_>,
        elements: &[ast::Expr],
        span: Span,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        let (wanted, length) = match list_form(expect) {
            Ok(form) => form,
            Err(other) => return self.literal_mismatch(span, "a list", &other),
        };
        let (common, parts) = self.check_elements(context, elements, wanted)?;
        let element = match common {
            Some(common) => common,
            None => self.element_of_none(span, wanted)?,
        };
        let parts: Vec<_> = parts
            .into_iter()
            .map(|part| self.convert(part, Expect::Type(&element), None))
            .collect();
        let parts = parts.into_iter().collect::<Declared<Vec<_>>>()?;
        let found = elements.len() as u32;
        if let Some(wanted) = length.fault(found) {
            let found = elements_in(found);
            return Err(self.report(TypeError::Mismatch {
                span,
                found,
                wanted,
                note: None,
            }));
        }
        let ty = length.list_of(element, found);
        Ok(Expr {
            kind: ExprKind::List(parts),
            ty,
            span,
        })
    }

    /// Checks elements, and finds the widest type among theirs. Those with nothing in them come last, since only the others tell what could
    /// be in them.
    fn check_elements(
        &mut self,
        context: Context<'_>,
        elements: &[ast::Expr],
        wanted: Expect<'_>,
    ) -> Declared<(Option<Type>, Vec<Expr>)> {
        let mut common: Option<Type> = None;
        let mut parts: Vec<_> = elements.iter().map(|_| None).collect();
        for empty in [false, true] {
            for (element, part) in elements.iter().zip(&mut parts) {
                if has_nothing(element) != empty {
                    continue;
                }
                let wanted = match (wanted, &common) {
                    (Expect::Any, Some(ty)) => Expect::Type(ty),
                    (Expect::Param(..), Some(ty)) if empty => Expect::Type(ty),
                    _ => wanted,
                };
                let checked = self.check_expr(context, element, wanted);
                let checked = checked.and_then(|part| self.as_element(part));
                if let Ok(Expr { ty, .. }) = &checked {
                    let known = common.as_ref().map_or(ty, |known| wider(known, ty));
                    common = Some(known.clone());
                }
                *part = Some(checked);
            }
        }
        let parts = parts.into_iter().flatten().collect::<Declared<_>>()?;
        Ok((common, parts))
    }

    /// The type of the elements of a list that has none.
    fn element_of_none(&mut self, span: Span, wanted: Expect<'_>) -> Declared<Type> {
        let ty = match wanted {
            Expect::Type(ty) => Some(ty.clone()),
            Expect::Param(shape, chain) => self.any_type(shape, chain),
            Expect::Any => None,
        };
        match ty {
            Some(ty) => Ok(ty),
            None => Err(self.report(TypeError::Untyped {
                span,
                what: "the empty list",
            })),
        }
    }
}

/// Whether a value is one of many types, because there is nothing in it.
fn has_nothing(element: &ast::Expr) -> bool {
    match &element.kind {
        ast::ExprKind::None => true,
        ast::ExprKind::List(elements) => elements.is_empty(),
        _ => false,
    }
}

/// The type that holds the values of both; one of them if neither does.
fn wider<'t>(one: &'t Type, other: &'t Type) -> &'t Type {
    match can_widen(one, other) {
        true => other,
        false => one,
    }
}

fn elements_in(length: u32) -> String {
    count(length as usize, "element")
}

/// How the length of a list literal is bound.
#[derive(Clone, Copy)]
enum ListLength {
    Exact(u32),
    Max(u32),
    Own,
}

impl ListLength {
    /// What is wanted in place of so many elements.
    fn fault(self, found: u32) -> Option<String> {
        match self {
            Self::Exact(length) if found != length => {
                Some(format!("exactly {}", elements_in(length)))
            }
            Self::Max(max) if found > max => Some(format!("at most {}", elements_in(max))),
            _ => None,
        }
    }

    fn list_of(self, element: Type, found: u32) -> Type {
        match self {
            Self::Exact(length) => Type::Array(Box::new(element), length),
            Self::Max(max) => Type::List(Box::new(element), max),
            Self::Own => Type::List(Box::new(element), found.max(1)),
        }
    }
}

/// What a place needs of the elements and the length; the type it needs if that is no list.
fn list_form(expect: Expect<'_>) -> Result<(Expect<'_>, ListLength), Type> {
    Ok(match expect {
        Expect::Type(Type::List(element, max)) => (Expect::Type(element), ListLength::Max(*max)),
        Expect::Type(Type::Array(element, length)) => {
            (Expect::Type(element), ListLength::Exact(*length))
        }
        Expect::Param(Shape::List(shape), chain) => (Expect::Param(shape, chain), ListLength::Own),
        Expect::Param(Shape::Array(shape, length), chain) => {
            (Expect::Param(shape, chain), ListLength::Exact(*length))
        }
        Expect::Param(Shape::ByteArray(length), chain) => {
            (Expect::Param(&OCTET, chain), ListLength::Exact(*length))
        }
        Expect::Type(other) => return Err(other.clone()),
        Expect::Any | Expect::Param(..) => (Expect::Any, ListLength::Own),
    })
}
