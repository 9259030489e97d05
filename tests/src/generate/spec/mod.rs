//! What is generated: a project as a tree, before it is text.

mod contract;
mod expr;
mod flow;

pub use contract::{Account, AccountRole, Contract, Extras, Function, IdlSeed, Param, Returned};
pub use expr::{AccountExpr, Ask, Call, Expr, SeedExpr};
pub use flow::{If, Item, Policy, Repeat, ResultName, Role, Step, Take, Workflow};

use xcc::entities::Chain;
use xcc::types::{ConstantKind, Declarations, Field, Type};
use xcc::vm::Vm;

/// A project.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its chains, records and enums. Its contracts and constants are below.
    pub declarations: Declarations,
    /// How many decimal places the asset has on each chain, by the chain's position.
    pub decimals: Vec<u8>,
    /// Whether the newer of Solana's token programs has the asset there, likewise.
    pub is_token_2022: Vec<bool>,
    /// The contracts that exist already.
    pub contracts: Vec<Contract>,
    /// The deployment constants that are used.
    pub constants: Vec<Constant>,
    /// The values that have a name in the whole file.
    pub consts: Vec<Named>,
    /// The functions of the file.
    pub functions: Vec<PureFunction>,
    /// The workflows, in source order.
    pub workflows: Vec<Workflow>,
}

/// A deployment constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Without the `@`.
    pub name: String,
    /// The chain it belongs to.
    pub chain: Chain,
    /// What it stands for.
    pub kind: ConstantKind,
}

/// A value with a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Its type; whether it is written is for the place to say.
    pub ty: Type,
    /// The value.
    pub value: Expr,
}

/// A function of the file.
#[derive(Clone, Debug)]
pub struct PureFunction {
    /// Its name.
    pub name: String,
    /// The parameters.
    pub params: Vec<Field>,
    /// The type of its value.
    pub result: Type,
    /// The values that it names, and whether their types are written.
    pub lets: Vec<(Named, bool)>,
    /// Its value.
    pub value: Expr,
}

impl Spec {
    /// The VM of a chain.
    #[must_use]
    pub fn vm(&self, chain: Chain) -> Vm {
        self.declarations.chains[chain].vm
    }

    /// The function that a call means.
    #[must_use]
    pub fn function(&self, call: &Call) -> &Function {
        &self.contracts[call.contract].functions[call.function]
    }
}
