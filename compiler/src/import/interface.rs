//! The model of an imported contract: its functions, their types, and the facts a call to them needs.

use std::fmt;

use indexmap::IndexMap;
use thiserror::Error;

use super::evm::{EvmFunction, EvmType, Mutability};
use super::format::Format;
use super::json::JsonPath;
use super::move_model::{Abilities, MoveAddress, MoveFunction, MoveType};
use super::svm::{Pubkey, SvmFunction, SvmType};
use crate::vm::Vm;

/// One imported contract, program, module or package.
#[derive(Clone, Debug, PartialEq)]
pub struct Interface {
    /// The virtual machine it runs on.
    pub vm: Vm,
    /// The format the file has.
    pub format: Format,
    /// The name the file gives it, or the file's own name without extension.
    pub name: String,
    /// Where it is deployed, as far as the file says.
    pub home: Home,
    /// Its functions by name, in the order of the file. More than one under a name are overloads (Solidity) or
    /// functions of several modules (Sui and Aptos packages).
    pub functions: IndexMap<String, Vec<Function>>,
    /// The types it declares: by IDL name on Solana, by `address::module::Name` on Sui and Aptos. Solidity's structs
    /// are part of the types of the parameters and are not listed here.
    pub types: IndexMap<String, TypeDef>,
}

/// Where a contract is deployed, as far as its interface file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// The file does not say.
    Unknown,
    /// The id of a Solana program.
    Program(Pubkey),
    /// One Move module.
    Module {
        /// The package (Sui) or account (Aptos) address.
        address: MoveAddress,
        /// The module's name.
        module: String,
    },
    /// Several Move modules of one package or account.
    Package(MoveAddress),
}

/// As a user of that chain writes it, and `unknown` for none.
impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Program(id) => write!(f, "{id}"),
            Self::Module { address, module } => write!(f, "{address}::{module}"),
            Self::Package(address) => write!(f, "{address}"),
        }
    }
}

/// A function, callable or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name as source files write it: in the target's own spelling, Anchor instructions in snake case.
    pub name: String,
    /// The lines of its documentation.
    pub docs: Vec<String>,
    /// Its place in the interface file.
    pub path: JsonPath,
    /// What a call needs, or why xcc cannot call it.
    pub signature: Result<Signature, Unsupported>,
}

/// Why xcc cannot call a function, or use a type, that its interface declares.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason} (at {path})")]
pub struct Unsupported {
    /// The place of the cause in the interface file.
    pub path: JsonPath,
    /// The reason, naming the parameter and the type.
    pub reason: String,
}

/// What a call of a function takes and gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The parameters in the order in which the target declares them, including those the runtime supplies.
    pub params: Vec<Param>,
    /// The results in order; none for a function that returns nothing.
    pub results: Vec<Returned>,
    /// The facts that only this virtual machine has.
    pub kind: FunctionKind,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name, absent where the format gives none (bytecode of Move modules, unnamed Solidity parameters).
    pub name: Option<String>,
    /// Its type in the target's own terms.
    pub ty: TargetType,
    /// How a call supplies it.
    pub role: ParamRole,
}

/// How a call supplies a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamRole {
    /// As plain data.
    Value,
    /// As a Move value that is not plain data: an object, a coin, a capability, a hot potato.
    Object {
        /// By reference or by value.
        passing: Passing,
        /// The abilities of the type, where its declaration is known. With `key` it is an object on Sui.
        abilities: Option<Abilities>,
    },
    /// `&Clock` of Sui, the shared object at 0x6.
    Clock,
    /// `TxContext` of Sui, which the runtime supplies to entry points.
    Context,
    /// `signer` or `&signer` of Aptos, which the transaction's sender supplies.
    Signer,
}

/// How a Move value that is not plain data is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// `&T`: it is only read.
    Ref,
    /// `&mut T`: it may be changed.
    MutRef,
    /// `T`: it is given away.
    Value,
}

/// One result.
#[derive(Clone, Debug, PartialEq)]
pub struct Returned {
    /// Its name, absent where the format gives none.
    pub name: Option<String>,
    /// Its type in the target's own terms.
    pub ty: TargetType,
    /// The abilities of a Move value where they are known. Without `drop` the caller must use it.
    pub abilities: Option<Abilities>,
}

/// The facts about a function that only one virtual machine has.
#[derive(Clone, Debug, PartialEq)]
pub enum FunctionKind {
    /// A Solidity function.
    Evm(EvmFunction),
    /// An Anchor instruction.
    Svm(SvmFunction),
    /// A function of a Sui module.
    Sui(MoveFunction),
    /// A function of an Aptos module.
    Aptos(MoveFunction),
}

/// A type in the target's own terms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TargetType {
    /// A Solidity ABI type.
    Evm(EvmType),
    /// An IDL type.
    Svm(SvmType),
    /// A Move type.
    Move(MoveType),
}

/// A type that the interface declares.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Its name without address and module.
    pub name: String,
    /// Its type parameters in order.
    pub generics: Vec<Generic>,
    /// The abilities of a Move type; none on Solana.
    pub abilities: Option<Abilities>,
    /// Its shape, or why xcc cannot use it.
    pub body: Result<TypeBody, Unsupported>,
}

/// A type parameter of a declared type or of a Move function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generic {
    /// Its name, absent in bytecode of Move modules.
    pub name: Option<String>,
    /// What it stands for.
    pub kind: GenericKind,
}

/// What a type parameter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GenericKind {
    /// A type of an IDL.
    Type,
    /// A constant of an IDL, such as the length of an array.
    Const,
    /// A type of Move with at least these abilities.
    Move {
        /// The abilities that an argument must have.
        constraints: Abilities,
        /// Whether it occurs in no field, and so does not bear on the abilities of the whole.
        usage: GenericUsage,
    },
}

/// Whether a Move type parameter bears on the abilities of the type that declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GenericUsage {
    /// It occurs in fields.
    Stored,
    /// It is declared `phantom`.
    Phantom,
}

/// The shape of a declared type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeBody {
    /// A struct with its fields in encoding order; positional fields are named `0`, `1` and so on.
    Struct(Vec<Field>),
    /// An enum with its variants in the order of their discriminants.
    Enum(Vec<Variant>),
    /// Another name for a type.
    Alias(TargetType),
    /// A type whose fields the file does not list.
    Opaque,
}

/// One field of a struct or of a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name, or its number where it is positional.
    pub name: String,
    /// Its type.
    pub ty: TargetType,
}

/// One variant of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Its fields, none for a plain variant.
    pub fields: Vec<Field>,
}

impl Param {
    /// Whether a function of Sui can change nothing of what it is given here.
    fn is_only_read(&self) -> bool {
        match self.role {
            ParamRole::Value | ParamRole::Clock | ParamRole::Signer => true,
            ParamRole::Context => !matches!(self.ty, TargetType::Move(MoveType::MutRef(_))),
            ParamRole::Object { passing, .. } => passing == Passing::Ref,
        }
    }
}

impl Signature {
    /// Whether the interface says of the function that it only reads.
    #[must_use]
    pub fn is_view(&self) -> bool {
        match &self.kind {
            FunctionKind::Evm(function) => {
                matches!(function.mutability, Mutability::View | Mutability::Pure)
            }
            FunctionKind::Sui(function) | FunctionKind::Aptos(function) => function.is_view,
            FunctionKind::Svm(_) => false,
        }
    }

    /// Whether the function gets a context of Sui, which knows who sent the transaction.
    #[must_use]
    pub fn sees_sender(&self) -> bool {
        self.params.iter().any(|it| it.role == ParamRole::Context)
    }

    /// Whether a call can change nothing. The machine sees to it: the EVM by a static call, Solana by what may be written, Sui by
    /// references. On Aptos it is what the function's author says of it.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        let mut roles = self.params.iter().map(|param| param.role);
        match &self.kind {
            FunctionKind::Evm(_) => self.is_view(),
            FunctionKind::Svm(function) => function.accounts.iter().all(|it| !it.writable),
            FunctionKind::Sui(_) => self.params.iter().all(Param::is_only_read),
            FunctionKind::Aptos(_) => self.is_view() && roles.all(|it| it != ParamRole::Signer),
        }
    }
}

impl Interface {
    /// The functions of that name: none, one, or several that a call must tell apart. `module::function` names the
    /// module too.
    pub fn lookup<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Function> {
        let (module, simple) = match name.split_once("::") {
            Some((module, simple)) => (Some(module), simple),
            None => (None, name),
        };
        let functions = self.functions.get(simple).into_iter().flatten();
        functions.filter(move |function| module.is_none() || function.module() == module)
    }

    /// The name of a function that the author of `name` may have meant.
    #[must_use]
    pub fn suggest(&self, name: &str) -> Option<&str> {
        let wanted = name.to_ascii_lowercase().replace('_', "");
        let score = |known: &str| {
            strsim::jaro_winkler(&wanted, &known.to_ascii_lowercase().replace('_', ""))
        };
        let scored = self
            .functions
            .keys()
            .map(|known| (score(known), known.as_str()));
        // 0.8 keeps misspellings and drops names that only share a few letters.
        let best = scored.filter(|(score, _)| *score >= 0.8);
        best.max_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, known)| known)
    }

    /// All functions in the order of the file.
    pub fn all_functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.values().flatten()
    }

    pub(super) fn add(&mut self, function: Function) {
        self.functions
            .entry(function.name.clone())
            .or_default()
            .push(function);
    }
}

impl Function {
    /// The Move module it belongs to.
    #[must_use]
    pub fn module(&self) -> Option<&str> {
        match &self.signature.as_ref().ok()?.kind {
            FunctionKind::Sui(function) | FunctionKind::Aptos(function) => Some(&function.module),
            FunctionKind::Evm(_) | FunctionKind::Svm(_) => None,
        }
    }
}

impl Signature {
    /// The parameters that a call names or encodes: all but the transaction context and the signers.
    pub fn supplied(&self) -> impl Iterator<Item = &Param> {
        self.params
            .iter()
            .filter(|param| !matches!(param.role, ParamRole::Context | ParamRole::Signer))
    }

    /// The parameters that are plain data, in encoding order.
    pub fn data(&self) -> impl Iterator<Item = &Param> {
        self.params
            .iter()
            .filter(|param| param.role == ParamRole::Value)
    }

    /// The fields that follow an Anchor instruction's discriminator, in Borsh order; empty on other machines.
    pub fn borsh_fields(&self) -> impl Iterator<Item = (&str, &SvmType)> {
        self.params.iter().filter_map(|param| match &param.ty {
            TargetType::Svm(ty) => Some((param.name.as_deref().unwrap_or_default(), ty)),
            TargetType::Evm(_) | TargetType::Move(_) => None,
        })
    }
}
