//! What the names of each file stand for.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::check::Checker;
use super::errors::{NameError, NameKind};
use super::named::ConstSymbol;
use super::pure::FunctionSymbol;
use crate::diagnostic::Reported;
use crate::entities::{Asset, Chain, Contract, Enum, Record};
use crate::import::Interface;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A declared thing, or the proof that its declaration is faulty.
pub(super) type Declared<T> = Result<T, Reported>;

/// The names of all files, of which one is being looked at.
#[derive(Debug)]
pub(super) struct Symbols {
    files: Vec<Names>,
    current: usize,
    /// Constants of all files, in source order.
    pub(super) consts: Vec<ConstSymbol>,
    /// Functions, in source order.
    pub(super) functions: Vec<FunctionSymbol>,
    /// The functions being checked, each for a call in the one before.
    pub(super) asked: Vec<usize>,
    /// Records whose fields are not all known.
    pub(super) faulty: BTreeMap<Record, Reported>,
}

/// The names of a file. Chains have a scope of their own: they stand only after `on` and `@`.
#[derive(Debug, Default)]
pub(super) struct Names {
    chains: IndexMap<String, ChainItem>,
    items: IndexMap<String, Item>,
    /// The imports that something in the file uses, by where their names stand.
    used: RefCell<HashSet<Span>>,
}

/// A chain that a file has a name for.
#[derive(Clone, Debug)]
pub(super) struct ChainItem {
    /// Where the file gives it the name.
    pub(super) span: Span,
    pub(super) chain: Declared<Chain>,
}

/// What a name of a file stands for, chains apart.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Where the file gives it the name.
    pub(super) span: Span,
    pub(super) kind: ItemKind,
}

/// The kinds of [`Item`].
#[derive(Clone, Debug)]
pub(super) enum ItemKind {
    Contract(Declared<ContractSymbol>),
    Asset(Declared<Asset>),
    Record(Record),
    Enum(Enum),
    /// By position in [`Symbols::consts`].
    Const(usize),
    /// By position in [`Symbols::functions`].
    Function(usize),
    Workflow,
    /// An import that names nothing.
    Faulty(Reported),
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
            Self::Asset(_) => "an asset",
            Self::Record(_) => "a record",
            Self::Enum(_) => "an enum",
            Self::Const(_) => "a constant",
            Self::Function(_) => "a function",
            Self::Workflow => "a workflow",
            Self::Faulty(_) => "unknown",
        }
    }
}

impl Symbols {
    /// No names yet in so many files, of which the first is looked at.
    pub(super) fn new(files: usize) -> Self {
        Self {
            files: (0..files).map(|_| Names::default()).collect(),
            current: 0,
            consts: Vec::new(),
            functions: Vec::new(),
            asked: Vec::new(),
            faulty: BTreeMap::new(),
        }
    }

    /// The file whose names are found.
    pub(super) fn current(&self) -> usize {
        self.current
    }

    /// Looks at another file, and returns which one it was before.
    pub(super) fn enter(&mut self, file: usize) -> usize {
        std::mem::replace(&mut self.current, file)
    }

    /// What a name stands for, for a use of it.
    pub(super) fn find(&self, name: &str) -> Option<&Item> {
        let names = self.names();
        let item = names.items.get(name)?;
        names.used.borrow_mut().insert(item.span);
        Some(item)
    }

    /// The chain that a name stands for, for a use of it.
    pub(super) fn chain(&self, name: &str) -> Option<Declared<Chain>> {
        let names = self.names();
        let found = names.chains.get(name)?;
        names.used.borrow_mut().insert(found.span);
        Some(found.chain)
    }

    /// Where a name of an item is given; this is no use of it.
    pub(super) fn place(&self, name: &str) -> Option<Span> {
        self.names().items.get(name).map(|item| item.span)
    }

    /// Where the name of a chain is given; this is no use of it.
    pub(super) fn chain_place(&self, name: &str) -> Option<Span> {
        self.names().chains.get(name).map(|chain| chain.span)
    }

    /// Gives an item a name.
    pub(super) fn add(&mut self, name: &str, item: Item) {
        self.files[self.current].items.insert(name.to_owned(), item);
    }

    /// Gives a chain a name.
    pub(super) fn add_chain(&mut self, name: &str, chain: ChainItem) {
        self.files[self.current]
            .chains
            .insert(name.to_owned(), chain);
    }

    /// Every name for an item, in source order, and what it stands for.
    pub(super) fn items(&self) -> impl Iterator<Item = (&String, &Item)> {
        self.names().items.iter()
    }

    /// Every name for a chain, in source order.
    pub(super) fn chain_names(&self) -> impl Iterator<Item = &String> {
        self.names().chains.keys()
    }

    /// Whether something uses the name that is given here.
    pub(super) fn is_used(&self, span: Span) -> bool {
        self.names().used.borrow().contains(&span)
    }

    /// The chain that a name stands for in another file; this is no use of it.
    pub(super) fn chain_of(&self, file: usize, name: &str) -> Option<&ChainItem> {
        self.files[file].chains.get(name)
    }

    /// What a name stands for in another file; this is no use of it.
    pub(super) fn item_of(&self, file: usize, name: &str) -> Option<&Item> {
        self.files[file].items.get(name)
    }

    fn names(&self) -> &Names {
        &self.files[self.current]
    }

    /// The record, if all its fields are known.
    pub(super) fn sound(&self, record: Record) -> Declared<Record> {
        self.faulty
            .get(&record)
            .map_or(Ok(record), |reported| Err(*reported))
    }

    pub(super) fn assets(&self) -> impl Iterator<Item = &String> {
        let assets = self
            .items()
            .filter(|(_, item)| matches!(item.kind, ItemKind::Asset(_)));
        assets.map(|(name, _)| name)
    }

    fn contracts(&self) -> impl Iterator<Item = &String> {
        let contracts = self
            .items()
            .filter(|(_, item)| matches!(item.kind, ItemKind::Contract(_)));
        contracts.map(|(name, _)| name)
    }
}

impl Checker<'_> {
    pub(super) fn find_chain(&mut self, name: &Name) -> Declared<Chain> {
        if let Some(chain) = self.symbols.chain(&name.value) {
            return chain;
        }
        let known = self.symbols.chain_names().cloned().collect();
        Err(self.report(NameError::Unknown {
            kind: NameKind::Chain,
            name: name.clone(),
            known,
        }))
    }

    pub(super) fn find_contract(&mut self, name: &Name) -> Declared<ContractSymbol> {
        match self.symbols.find(&name.value) {
            Some(Item {
                kind: ItemKind::Faulty(reported),
                ..
            }) => Err(*reported),
            Some(Item {
                kind: ItemKind::Contract(contract),
                ..
            }) => contract.clone(),
            Some(other) => {
                let what = other.kind.what();
                let help = "only contracts have functions that a step can call".to_owned();
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
