//! Declarations of all files: chains, contracts, records, enums, constants and functions.

use std::sync::Arc;

use super::check::Checker;
use super::errors::{ChainError, NameError, NameKind, NoAmount, TypeError};
use super::limits::MAX_VARIANTS;
use super::money::Amounts;
use super::named::ConstSymbol;
use super::names::{Reserved, Scope};
use super::pure::{DERIVATIONS, FunctionSymbol};
use super::symbols::{ChainItem, ContractSymbol, Declared, Item, ItemKind};
use crate::diagnostic::Reported;
use crate::entities::{Enum, Record};
use crate::import::Interface;
use crate::load::{SourceFile, SourceTree, beside};
use crate::source::Spanned;
use crate::syntax::ast;
use crate::types::{ChainDecl, ContractDecl, EnumDecl, Field, RecordDecl, Type};
use crate::vm::Vm;

impl Checker<'_> {
    /// Declares everything outside workflows. Names come first, so that the order of declarations does not matter.
    ///
    /// # Errors
    ///
    /// If a name stands for different things in different files that can only be one in the whole project; what uses it could mean either.
    pub(super) fn declare(&mut self, tree: &SourceTree) -> Result<(), Reported> {
        // Everything is declared in any case, so that other errors are found in the same run.
        let across = self.check_names_across(tree);
        let files = tree.files.iter().enumerate();
        for (index, file) in files.clone() {
            self.within(index, |checker| checker.declare_chains(&file.ast));
        }
        for (index, file) in files.clone() {
            self.within(index, |checker| checker.import_chains(tree, file));
        }
        for (index, file) in files.clone() {
            self.within(index, |checker| checker.declare_items(file));
        }
        for (index, file) in files.clone() {
            self.within(index, |checker| checker.import_items(tree, file));
        }
        across?;
        self.name_types(tree);
        self.fill_records(tree);
        self.check_consts();
        self.check_functions();
        Ok(())
    }

    fn declare_chains(&mut self, file: &ast::File) {
        let mut chains = Scope::default();
        for item in &file.items {
            if let ast::Item::Chain(chain) = item {
                self.declare_chain(&mut chains, chain);
            }
        }
    }

    fn declare_items(&mut self, file: &SourceFile) {
        let mut items = Scope::default();
        let (unspelt, spelt): (Vec<_>, Vec<_>) = file.ast.items.iter().partition(is_unspelt);
        for item in spelt.into_iter().chain(unspelt) {
            if !matches!(item, ast::Item::Chain(_)) {
                self.declare_item(&mut items, item, &file.path);
            }
        }
    }

    fn declare_chain(&mut self, scope: &mut Scope<'_>, chain: &ast::Chain) {
        let vm = self.find_vm(&chain.vm);
        if !self.add_name(scope, &chain.name, "chain", Reserved::Allowed) {
            return;
        }
        let declared = vm.map(|vm| {
            self.declarations.chains.push(ChainDecl {
                name: chain.name.value.clone(),
                vm,
                docs: chain.docs.clone(),
                span: chain.span,
            })
        });
        let (span, chain, name) = (chain.name.span, declared, &chain.name.value);
        self.symbols.add_chain(name, ChainItem { span, chain });
    }

    fn find_vm(&mut self, name: &ast::Name) -> Declared<Vm> {
        name.value.parse().map_err(|_| {
            let known = Vm::ALL.iter().map(ToString::to_string).collect();
            self.report(NameError::Unknown {
                kind: NameKind::Vm,
                name: name.clone(),
                known,
            })
        })
    }

    fn declare_item(&mut self, scope: &mut Scope<'_>, item: &ast::Item, path: &str) {
        let (what, kind) = match item {
            ast::Item::Contract(contract) => (
                "contract",
                ItemKind::Contract(self.declare_contract(contract, path)),
            ),
            ast::Item::Asset(asset) => ("asset", ItemKind::Asset(self.declare_asset(asset))),
            ast::Item::Record(record) => ("record", ItemKind::Record(self.declare_record(record))),
            ast::Item::Enum(declared) => ("enum", ItemKind::Enum(self.declare_enum(declared))),
            ast::Item::Const(declared) => return self.declare_const(declared),
            ast::Item::Function(declared) => return self.declare_function(declared),
            ast::Item::Workflow(_) | ast::Item::Chain(_) => ("workflow", ItemKind::Workflow),
        };
        let name = item.name();
        if self.add_name(scope, name, what, Reserved::Allowed) {
            let span = name.span;
            self.symbols.add(&name.value, Item { span, kind });
        }
    }

    fn declare_const(&mut self, declared: &ast::Const) {
        let name = &declared.name;
        let taken = self.symbols.place(&name.value);
        if !self.check_unspelt_name(name, "constant", Reserved::Allowed, taken) {
            return;
        }
        let kind = ItemKind::Const(self.symbols.consts.len());
        let file = self.symbols.current();
        self.symbols.consts.push(ConstSymbol::new(declared, file));
        let span = name.span;
        self.symbols.add(&name.value, Item { span, kind });
    }

    fn declare_function(&mut self, declared: &ast::Function) {
        let name = &declared.name;
        let taken = self.symbols.place(&name.value);
        if !self.check_unspelt_name(name, "function", Reserved::Allowed, taken) {
            return;
        }
        if DERIVATIONS.contains(&name.value.as_str()) {
            self.report(NameError::Reserved { name: name.clone() });
            return;
        }
        let kind = ItemKind::Function(self.symbols.functions.len());
        let file = self.symbols.current();
        self.symbols
            .functions
            .push(FunctionSymbol::new(declared, file));
        let span = name.span;
        self.symbols.add(&name.value, Item { span, kind });
    }

    fn declare_record(&mut self, record: &ast::Record) -> Record {
        if record.fields.is_empty() {
            let name = record.name.clone();
            self.report(NameError::Empty {
                name,
                what: "record",
                member: "field",
            });
        }
        self.declarations.records.push(RecordDecl {
            name: record.name.value.clone(),
            fields: Vec::new(),
            docs: record.docs.clone(),
            span: record.span,
        })
    }

    fn declare_enum(&mut self, declared: &ast::Enum) -> Enum {
        let mut scope = Scope::default();
        for variant in &declared.variants {
            self.add_name(&mut scope, &variant.name, "variant", Reserved::Allowed);
        }
        if declared.variants.is_empty() {
            let name = declared.name.clone();
            self.report(NameError::Empty {
                name,
                what: "enum",
                member: "variant",
            });
        }
        if declared.variants.len() > MAX_VARIANTS {
            self.report(TypeError::Variants {
                span: declared.name.span,
                count: declared.variants.len(),
                most: MAX_VARIANTS,
            });
        }
        self.declarations.enums.push(EnumDecl {
            name: declared.name.value.clone(),
            written: declared.name.value.clone(),
            variants: declared
                .variants
                .iter()
                .map(|variant| variant.name.value.clone())
                .collect(),
            docs: declared.docs.clone(),
            span: declared.span,
        })
    }

    fn declare_contract(
        &mut self,
        contract: &ast::Contract,
        path: &str,
    ) -> Declared<ContractSymbol> {
        let chain = self.find_chain(&contract.chain);
        let interface = self.find_interface(&contract.interface, path);
        let (chain, interface) = (chain?, interface?);
        let vm = self.vm(chain);
        if interface.vm != vm {
            let (span, chain) = (contract.interface.span, contract.chain.value.clone());
            return Err(self.report(ChainError::OtherVm {
                span,
                chain,
                vm,
                found: interface.vm,
            }));
        }
        let id = self.declarations.contracts.push(ContractDecl {
            name: contract.name.value.clone(),
            chain,
            interface: Arc::clone(&interface),
            asset: None,
            docs: contract.docs.clone(),
            span: contract.span,
        });
        Ok(ContractSymbol {
            id,
            chain,
            interface,
        })
    }

    /// The interface that the file at `file` names.
    fn find_interface(
        &mut self,
        written: &Spanned<String>,
        file: &str,
    ) -> Result<Arc<Interface>, Reported> {
        let path = beside(file, &written.value);
        match self.interfaces.get(&path) {
            Some(interface) => interface.clone(),
            None => Err(self.report(NameError::NoInterface {
                span: written.span,
                path,
            })),
        }
    }

    fn fill_records(&mut self, tree: &SourceTree) {
        let ids: Vec<_> = self.declarations.records.keys().collect();
        let records = tree.files.iter().enumerate().flat_map(|(file, source)| {
            let records = source.ast.items.iter().filter_map(|item| match item {
                ast::Item::Record(record) => Some(record),
                _ => None,
            });
            records.map(move |record| (file, record))
        });
        let records: Vec<_> = ids.into_iter().zip(records).collect();
        for (id, (file, record)) in &records {
            match self.within(*file, |checker| checker.check_fields(&record.fields)) {
                Ok(fields) => self.declarations.records[*id].fields = fields,
                Err(reported) => drop(self.symbols.faulty.insert(*id, reported)),
            }
        }
        for (id, (_, record)) in &records {
            self.check_recursion(*id, &record.name);
        }
    }

    fn check_fields(&mut self, fields: &[ast::Field]) -> Declared<Vec<Field>> {
        let mut scope = Scope::default();
        let mut checked = Vec::new();
        for field in fields {
            let ty = self.check_type(&field.ty, Amounts::Nowhere(NoAmount::Member));
            if self.add_name(&mut scope, &field.name, "field", Reserved::Allowed) {
                let name = field.name.value.clone();
                checked.push(ty.map(|ty| Field { name, ty }));
            }
        }
        checked.into_iter().collect()
    }

    /// Reports a record that contains itself, and takes its fields away so that nothing walks round the circle.
    fn check_recursion(&mut self, record: Record, name: &ast::Name) {
        let mut path = Vec::new();
        if !self.find_circle(record, record, &mut path) {
            return;
        }
        path.insert(0, format!("`{}`", name.value));
        let reported = self.report(TypeError::RecursiveRecord {
            name: name.clone(),
            path,
        });
        self.symbols.faulty.insert(record, reported);
        self.declarations.records[record].fields.clear();
    }

    fn find_circle(&self, from: Record, wanted: Record, path: &mut Vec<String>) -> bool {
        for field in &self.declarations.records[from].fields {
            let Some(next) = record_in(&field.ty) else {
                continue;
            };
            path.push(format!("`{}`", field.name));
            // A path longer than there are records has met another record's circle, which is reported there.
            let too_long = path.len() > self.declarations.records.len();
            if next == wanted || (!too_long && self.find_circle(next, wanted, path)) {
                return true;
            }
            path.pop();
        }
        false
    }
}

/// Whether no emitted code spells the name of a declaration.
fn is_unspelt(item: &&ast::Item) -> bool {
    matches!(item, ast::Item::Const(_) | ast::Item::Function(_))
}

/// The record a type is made of, through lists, arrays and options.
fn record_in(ty: &Type) -> Option<Record> {
    match ty {
        Type::Record(record) => Some(*record),
        Type::List(inner, _) | Type::Array(inner, _) | Type::Option(inner) => record_in(inner),
        _ => None,
    }
}
