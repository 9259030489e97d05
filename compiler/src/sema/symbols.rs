//! What the names of a file stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::check::Checker;
use super::errors::{NameError, NameKind};
use super::named::ConstSymbol;
use crate::diagnostic::Reported;
use crate::entities::{Chain, Contract, Enum, Record};
use crate::import::Interface;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A declared thing, or the proof that its declaration is faulty.
pub(super) type Declared<T> = Result<T, Reported>;

/// The names of a file. Chains have a scope of their own: they stand only after `on` and `@`.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    pub(super) chains: IndexMap<String, Declared<Chain>>,
    pub(super) items: IndexMap<String, Item>,
    /// Constants, in source order.
    pub(super) consts: Vec<ConstSymbol>,
    /// Records whose fields are not all known.
    pub(super) faulty: BTreeMap<Record, Reported>,
}

/// What a name of a file stands for, chains apart.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) span: Span,
    pub(super) kind: ItemKind,
}

/// The kinds of [`Item`].
#[derive(Clone, Debug)]
pub(super) enum ItemKind {
    Contract(Declared<ContractSymbol>),
    Record(Record),
    Enum(Enum),
    /// By position in [`Symbols::consts`].
    Const(usize),
    Workflow,
}

/// A contract that can be called.
#[derive(Clone, Debug)]
pub(super) struct ContractSymbol {
    pub(super) id: Contract,
    pub(super) chain: Chain,
    pub(super) interface: Arc<Interface>,
}

impl ItemKind {
    pub(super) const fn what(&self) -> &'static str {
        match self {
            Self::Contract(_) => "a contract",
            Self::Record(_) => "a record",
            Self::Enum(_) => "an enum",
            Self::Const(_) => "a constant",
            Self::Workflow => "a workflow",
        }
    }
}

impl Symbols {
    /// The record, if all its fields are known.
    pub(super) fn sound(&self, record: Record) -> Declared<Record> {
        self.faulty
            .get(&record)
            .map_or(Ok(record), |reported| Err(*reported))
    }

    fn contracts(&self) -> impl Iterator<Item = &String> {
        let contracts = self
            .items
            .iter()
            .filter(|(_, item)| matches!(item.kind, ItemKind::Contract(_)));
        contracts.map(|(name, _)| name)
    }
}

impl Checker<'_> {
    pub(super) fn find_chain(&mut self, name: &Name) -> Declared<Chain> {
        if let Some(chain) = self.symbols.chains.get(&name.value) {
            return *chain;
        }
        let known = self.symbols.chains.keys().cloned().collect();
        Err(self.report(NameError::Unknown {
            kind: NameKind::Chain,
            name: name.clone(),
            known,
        }))
    }

    pub(super) fn find_contract(&mut self, name: &Name) -> Declared<ContractSymbol> {
        match self.symbols.items.get(&name.value) {
            Some(Item {
                kind: ItemKind::Contract(contract),
                ..
            }) => contract.clone(),
            Some(other) => {
                let what = other.kind.what();
                let help = "only contracts have functions".to_owned();
                Err(self.report(NameError::NotAValue {
                    name: name.clone(),
                    wanted: "a contract",
                    what,
                    help,
                }))
            }
            None => {
                let known = self.symbols.contracts().cloned().collect();
                Err(self.report(NameError::Unknown {
                    kind: NameKind::Contract,
                    name: name.clone(),
                    known,
                }))
            }
        }
    }
}
