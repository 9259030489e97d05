//! Deployment constants: each has one kind and one chain, found from how it is used.

use indexmap::IndexMap;

use super::check::Checker;
use super::errors::{ChainError, NameError};
use super::limits::MAX_NAME;
use super::names::translated;
use super::symbols::Declared;
use crate::entities::{Asset, Chain, Constant};
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::types::{ConstantDecl, ConstantKind};

/// The constants met so far, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Constants {
    by_name: IndexMap<String, Constant>,
    /// The same by the spelling that names become in some target language.
    by_spelling: IndexMap<String, Constant>,
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
            return Ok(self.declare_constant(name, span, kind, chain));
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

    fn declare_constant(
        &mut self,
        name: &str,
        span: Span,
        kind: ConstantKind,
        chain: Chain,
    ) -> Constant {
        let written = Name::new(format!("@{name}"), span);
        if name.len() > MAX_NAME {
            let (name, limit) = (written.clone(), MAX_NAME);
            self.report(NameError::TooLong { name, limit });
        }
        if let Some(&first) = self.constants.by_spelling.get(&translated(name)) {
            let first = &self.declarations.constants[first];
            let first = Name::new(format!("@{}", first.name), first.span);
            self.report(NameError::Collision {
                name: written,
                first,
            });
        }
        let id = self.declarations.constants.push(ConstantDecl {
            name: name.to_owned(),
            kind,
            chain,
            asset: None,
            span,
        });
        self.constants.by_name.insert(name.to_owned(), id);
        self.constants
            .by_spelling
            .entry(translated(name))
            .or_insert(id);
        id
    }

    /// The constant that stands for the token of an asset on a chain.
    pub(super) fn token_of(&mut self, asset: Asset, chain: Chain, kind: ConstantKind) -> Constant {
        if let Some(token) = self.declarations.token(asset, chain) {
            return token;
        }
        let decl = &self.declarations.assets[asset];
        let (name, span) = (decl.name.clone(), decl.span);
        let id = self.declarations.constants.push(ConstantDecl {
            name: name.clone(),
            kind,
            chain,
            asset: Some(asset),
            span,
        });
        let spelling = self.constants.by_spelling.entry(translated(&name));
        spelling.or_insert(id);
        id
    }

    fn describe(&self, kind: ConstantKind, chain: Chain) -> String {
        match kind {
            ConstantKind::Address => format!("an address of `{}`", self.chain_name(chain)),
            ConstantKind::MoveType => format!("a Move type of `{}`", self.chain_name(chain)),
        }
    }
}
