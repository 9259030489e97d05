//! The sizes of messages, checked against what their transport carries.

use super::check::Checker;
use super::errors::BudgetError;
use super::same::is_same_value;
use super::symbols::Declared;
use super::workflow::Surroundings;
use crate::entities::Step;
use crate::hir::{Expr, ExprKind, StepDecl};
use crate::transport::catalogue::Entry;
use crate::types::Field;
use crate::wire::header;
use crate::wire::layout::Layout;

impl Checker<'_> {
    /// Reports a step whose Execute or Executed message may be larger than its transport carries.
    ///
    /// The Executed is taken with every result; the real one leaves out those that nothing uses.
    pub(super) fn check_sizes(
        &mut self,
        surroundings: &Surroundings<'_>,
        decl: &StepDecl,
        own: Step,
    ) -> Declared<()> {
        let Some(entry) = decl
            .transport
            .and_then(|transport| Entry::find(transport.name()))
        else {
            return Ok(());
        };
        let limit = entry.max_message(self.vm(surroundings.home?), self.vm(decl.chain));
        let results = decl
            .results
            .iter()
            .map(|(field, _)| field.clone())
            .collect();
        for (kind, fields) in [("Execute", carried(decl, own)), ("Executed", results)] {
            let body = Layout::new(&fields, &self.declarations).max_size;
            let bytes = body.saturating_add(header::SIZE as u32);
            if bytes > limit {
                let (span, transport) = (decl.name_span, entry.name);
                return Err(self.report(BudgetError::MessageTooLarge {
                    span,
                    bytes,
                    limit,
                    transport,
                    kind,
                }));
            }
        }
        Ok(())
    }
}

/// What an Execute carries: each input and earlier result, or field of one, that the step needs.
fn carried(decl: &StepDecl, own: Step) -> Vec<Field> {
    let mut leaves = Leaves {
        own,
        found: Vec::new(),
    };
    decl.for_each_expr_of_execution(&mut |expr| leaves.collect(expr));
    decl.for_each_later_expr(&mut |expr| leaves.collect(expr));
    leaves
        .found
        .into_iter()
        .map(|leaf| Field {
            name: String::new(),
            ty: leaf.ty,
        })
        .collect()
}

/// The values that expressions are made of, each once, without the results of the step itself.
struct Leaves {
    own: Step,
    found: Vec<Expr>,
}

impl Leaves {
    fn collect(&mut self, expr: &Expr) {
        match &expr.kind {
            _ if is_leaf(expr) => {
                let known = self.found.iter().any(|known| is_same_value(known, expr));
                if !known && !is_result_of(expr, self.own) {
                    self.found.push(expr.clone());
                }
            }
            ExprKind::Field(inner, _)
            | ExprKind::Widen(inner)
            | ExprKind::Convert(inner, _)
            | ExprKind::Not(inner) => self.collect(inner),
            ExprKind::Record(_, parts) | ExprKind::List(parts) => {
                parts.iter().for_each(|part| self.collect(part))
            }
            ExprKind::Binary(_, left, right) | ExprKind::Arithmetic(_, left, right) => {
                self.collect(left);
                self.collect(right);
            }
            ExprKind::Literal(_)
            | ExprKind::Constant(_)
            | ExprKind::Input(_)
            | ExprKind::Result(..)
            | ExprKind::Viewed(_) => {}
        }
    }
}

fn is_leaf(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Input(_) | ExprKind::Result(..) => true,
        ExprKind::Field(base, _) => is_leaf(base),
        _ => false,
    }
}

fn is_result_of(expr: &Expr, own: Step) -> bool {
    match &expr.kind {
        ExprKind::Result(step, _) => *step == own,
        ExprKind::Field(base, _) => is_result_of(base, own),
        _ => false,
    }
}
