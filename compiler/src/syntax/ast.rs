//! The syntax tree: what the user wrote, with the place of everything, and nothing decided yet.
//!
//! Names are not resolved, types are not checked, and numbers are only known to fit 256 bits. What the tree does guarantee:
//! each clause of a step stands at most once, a type has the right number of arguments, and nesting is bounded by
//! [`MAX_DEPTH`](super::MAX_DEPTH), so recursion over it is safe.

mod expr;
mod statement;

pub use ethabi::ethereum_types::U256;
pub use expr::*;
pub use statement::*;

use crate::source::{Span, Spanned};

/// A name where it was written.
pub type Name = Spanned<String>;

/// The lines of the `///` or `//!` comments of something, without the marker and one space after it.
pub type Docs = Vec<String>;

/// One source file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// The `//!` comments at its head.
    pub docs: Docs,
    /// What it imports from other files, in source order.
    pub imports: Vec<Import>,
    /// What it declares, in source order.
    pub items: Vec<Item>,
    /// The whole file.
    pub span: Span,
}

/// Names that another file declares: `import { Vault, Order as VaultOrder } from "shared/chains.xcc";`.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The names, in source order.
    pub names: Vec<ImportedName>,
    /// The file, relative to the folder of the one that imports it.
    pub path: Spanned<String>,
    /// The whole statement.
    pub span: Span,
}

/// One name of an [`Import`]: `Order as VaultOrder`.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedName {
    /// The name in the file that declares it.
    pub name: Name,
    /// The name in the file that imports it, if it is another one.
    pub alias: Option<Name>,
}

/// A declaration at the top level of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `chain ethereum: evm;`
    Chain(Chain),
    /// `contract Vault on ethereum from "abi/Vault.json";`
    Contract(Contract),
    /// `asset USDC on ethereum: erc20 decimals 6;`
    Asset(Asset),
    /// `record Order { id: u64 }`
    Record(Record),
    /// `enum Side { Buy, Sell }`
    Enum(Enum),
    /// `const LIMIT: u64 = 1_000;`
    Const(Const),
    /// `fn is_large(amount: u64) -> bool { amount >= LIMIT }`
    Function(Function),
    /// `workflow Swap on ethereum (…) -> (…) { … }`
    Workflow(Workflow),
}

/// A chain and the virtual machine it runs: `chain ethereum: evm;`.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Its documentation.
    pub docs: Docs,
    /// What the source calls the chain.
    pub name: Name,
    /// The virtual machine, as written.
    pub vm: Name,
    /// The whole declaration.
    pub span: Span,
}

/// A contract, program or module that exists already: `contract Vault on ethereum from "abi/Vault.json";`.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Its documentation.
    pub docs: Docs,
    /// What the source calls it.
    pub name: Name,
    /// The chain it lives on.
    pub chain: Name,
    /// The interface file, relative to the folder of the file that declares the contract.
    pub interface: Spanned<String>,
    /// The whole declaration.
    pub span: Span,
}

/// Something of value, in the form it has on each of its chains: `asset USDC on ethereum: erc20 decimals 6, sui: coin decimals 6;`.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// Its documentation.
    pub docs: Docs,
    /// What the source calls it.
    pub name: Name,
    /// Its forms, in source order.
    pub forms: Vec<AssetForm>,
    /// The whole declaration.
    pub span: Span,
}

/// One chain's form of an [`Asset`]: `ethereum: erc20 decimals 6`.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetForm {
    /// The chain.
    pub chain: Name,
    /// The token standard, as written.
    pub standard: Name,
    /// The decimal places of its smallest unit.
    pub decimals: Spanned<u64>,
    /// The whole form.
    pub span: Span,
}

/// A structured value: `record Order { id: u64, note: bytes<64> }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// Its fields, in source order.
    pub fields: Vec<Field>,
    /// The whole declaration.
    pub span: Span,
}

/// A choice between names: `enum Side { Buy, Sell }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// Its variants, in source order.
    pub variants: Vec<Variant>,
    /// The whole declaration.
    pub span: Span,
}

/// A value with a name, the same wherever it is used: `const LIMIT: u64 = 1_000;`.
#[derive(Clone, Debug, PartialEq)]
pub struct Const {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Its value.
    pub value: Expr,
    /// The whole declaration.
    pub span: Span,
}

/// An expression with a name and parameters: `fn is_large(amount: u64) -> bool { amount >= LIMIT }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// The parameters, in source order.
    pub params: Vec<Field>,
    /// The type of its value.
    pub result: Type,
    /// The names it gives to values, in source order.
    pub lets: Vec<Let>,
    /// Its value.
    pub value: Expr,
    /// The whole declaration.
    pub span: Span,
}

/// One variant of an [`Enum`].
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
}

/// A named place with a type: a field of a record, an input or a result of a workflow, a parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Name and type.
    pub span: Span,
}

/// A workflow: `workflow Swap on ethereum (user: address@ethereum) -> (shares: u64) { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// The home chain.
    pub home: Name,
    /// The inputs, in source order.
    pub inputs: Vec<Field>,
    /// The results, in source order; empty if the workflow has none.
    pub results: Vec<Field>,
    /// The body, in source order.
    pub body: Vec<Statement>,
    /// The whole declaration.
    pub span: Span,
}

impl ImportedName {
    /// The name in the file that imports it.
    pub fn local(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

impl Item {
    /// The name it declares.
    pub fn name(&self) -> &Name {
        match self {
            Self::Chain(item) => &item.name,
            Self::Contract(item) => &item.name,
            Self::Asset(item) => &item.name,
            Self::Record(item) => &item.name,
            Self::Enum(item) => &item.name,
            Self::Const(item) => &item.name,
            Self::Function(item) => &item.name,
            Self::Workflow(item) => &item.name,
        }
    }

    /// The whole declaration.
    pub fn span(&self) -> Span {
        match self {
            Self::Chain(item) => item.span,
            Self::Contract(item) => item.span,
            Self::Asset(item) => item.span,
            Self::Record(item) => item.span,
            Self::Enum(item) => item.span,
            Self::Const(item) => item.span,
            Self::Function(item) => item.span,
            Self::Workflow(item) => item.span,
        }
    }
}
