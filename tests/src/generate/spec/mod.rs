//! What is generated: a project as a tree, before it is text.

mod contract;
mod expr;
mod flow;
mod layout;

pub use contract::{Account, AccountRole, Contract, Extras, Function, IdlSeed, Param, Returned};
pub use expr::{AccountExpr, Ask, Call, Expr, SeedExpr};
pub use flow::{If, Item, Policy, Repeat, ResultName, Role, Step, Take, Workflow};
pub use layout::Layout;

use xcc::entities::{Asset, Chain};
use xcc::types::{AssetForm, ConstantKind, Declarations, Field, Type};
use xcc::vm::Vm;

/// A project.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its chains, assets, records and enums. Its contracts and constants are below.
    pub declarations: Declarations,
    /// The contracts that exist already.
    pub contracts: Vec<Contract>,
    /// The deployment constants that are used.
    pub constants: Vec<Constant>,
    /// The values that have a name in the whole project.
    pub consts: Vec<Named>,
    /// The functions of the project.
    pub functions: Vec<PureFunction>,
    /// The workflows, in source order.
    pub workflows: Vec<Workflow>,
    /// How all that is written down.
    pub layout: Layout,
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

/// A function of the project.
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

    /// The form of an asset on a chain.
    #[must_use]
    pub fn form(&self, asset: Asset, chain: Chain) -> Option<&AssetForm> {
        self.declarations.assets[asset].form_on(chain)
    }

    /// Whether an asset is the native currency of a chain, which has no token.
    #[must_use]
    pub fn is_native(&self, asset: Asset, chain: Chain) -> bool {
        let form = self.form(asset, chain);
        form.is_some_and(|form| !form.standard.has_token())
    }

    /// The function that a call means.
    #[must_use]
    pub fn function(&self, call: &Call) -> &Function {
        &self.contracts[call.contract].functions[call.function]
    }

    /// The chain that a call is made on.
    #[must_use]
    pub fn chain_of(&self, call: &Call) -> Chain {
        self.contracts[call.contract].chain
    }
}
