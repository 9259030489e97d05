//! Deployment constants: each has one kind and one chain, found from how it is used.

use indexmap::IndexMap;

use super::check::Checker;
use super::errors::ChainError;
use super::symbols::Declared;
use crate::entities::{Chain, Constant};
use crate::source::Span;
use crate::types::{ConstantDecl, ConstantKind};

/// The constants met so far, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Constants {
    by_name: IndexMap<String, Constant>,
}

impl Checker<'_> {
    /// The constant of that name, which must not be used with another kind or on another chain.
    pub(super) fn use_constant(
        &mut self,
        name: &str,
        span: Span,
        kind: ConstantKind,
        chain: Chain,
    ) -> Declared<Constant> {
        let Some(&id) = self.constants.by_name.get(name) else {
            let name = name.to_owned();
            let id = self.declarations.constants.push(ConstantDecl {
                name: name.clone(),
                kind,
                chain,
                span,
            });
            self.constants.by_name.insert(name, id);
            return Ok(id);
        };
        let first = &self.declarations.constants[id];
        if first.kind == kind && first.chain == chain {
            return Ok(id);
        }
        let (before, first) = (self.describe(first.kind, first.chain), first.span);
        let now = self.describe(kind, chain);
        Err(self.report(ChainError::ConstantConflict {
            name: name.to_owned(),
            span,
            first,
            now,
            before,
        }))
    }

    fn describe(&self, kind: ConstantKind, chain: Chain) -> String {
        match kind {
            ConstantKind::Address => format!("an address of `{}`", self.chain_name(chain)),
            ConstantKind::MoveType => format!("a Move type of `{}`", self.chain_name(chain)),
        }
    }
}
