//! Checks that values that come from outside are no longer than their types allow, which Borsh itself does not know.

use super::types::is_copy;
use super::{Target, text};
use crate::backend::printer::Printer;
use crate::types::Type;

/// Where a value stands whose bounds are checked.
#[derive(Clone)]
struct Place {
    path: String,
    /// How many loops and patterns are around it.
    depth: usize,
    /// Whether one of those has bound it, and so as a reference.
    is_reference: bool,
}

impl Place {
    /// A part that a loop or a pattern binds to a name of this kind.
    fn bound(&self, kind: &str) -> Self {
        let path = match self.depth {
            0 => kind.to_owned(),
            depth => format!("{kind}_{}", depth + 1),
        };
        Place {
            path,
            depth: self.depth + 1,
            is_reference: true,
        }
    }

    fn member(&self, member: &str) -> Self {
        Place {
            path: format!("{}.{member}", self.path),
            is_reference: false,
            ..*self
        }
    }

    fn reference(&self) -> String {
        let sign = if self.is_reference { "" } else { "&" };
        format!("{sign}{}", self.path)
    }
}

/// Refuses a value that is larger than its type allows, wherever in it that is.
pub(super) fn write_bounds(printer: &mut Printer, target: &Target<'_>, ty: &Type, path: &str) {
    let place = Place {
        path: path.to_owned(),
        depth: 0,
        is_reference: false,
    };
    write_bounds_at(printer, target, ty, &place);
}

fn write_bounds_at(printer: &mut Printer, target: &Target<'_>, ty: &Type, place: &Place) {
    let declarations = &target.input.program.declarations;
    match ty {
        _ if is_copy(declarations, ty) => {}
        Type::Bytes(max) | Type::String(max) => write_bound(printer, &place.path, *max),
        Type::List(element, max) => {
            write_bound(printer, &place.path, *max);
            write_element_bounds(printer, target, element, place);
        }
        Type::Array(element, _) => write_element_bounds(printer, target, element, place),
        Type::Option(some) => {
            let part = place.bound("some");
            let head = format!("if let Some({}) = {}", part.path, place.reference());
            printer.block(head, |printer| {
                write_bounds_at(printer, target, some, &part);
            });
        }
        Type::Record(record) => {
            let members = &target.names.records[record].members;
            for (member, field) in members.iter().zip(&declarations.records[*record].fields) {
                write_bounds_at(printer, target, &field.ty, &place.member(member));
            }
        }
        _ => {}
    }
}

fn write_element_bounds(printer: &mut Printer, target: &Target<'_>, element: &Type, place: &Place) {
    if !is_copy(&target.input.program.declarations, element) {
        let part = place.bound("element");
        let head = format!("for {} in {}", part.path, place.reference());
        printer.block(head, |printer| {
            write_bounds_at(printer, target, element, &part);
        });
    }
}

fn write_bound(printer: &mut Printer, place: &str, max: u32) {
    let arguments = [
        format!("{place}.len() <= {max}"),
        "XccError::OverBound".to_owned(),
    ];
    text::call(printer, "require!(", &arguments, ");");
}
