//! The packages that emitted code calls or names, and what of them it needs.

mod collect;
pub mod interfaces;
pub mod types;

use std::collections::{BTreeMap, BTreeSet};

use self::collect::Collector;
use self::types::Naming;
use super::Dialect;
use super::custody::Movement;
use super::machine::names::{Reserved, package_names};
use super::names::scope;
use super::targets::Target;
use crate::backend::Input;
use crate::deployment::MoveType as ConcreteType;
use crate::entities::{Contract, Machine};
use crate::hir::FunctionRef;
use crate::import::{Abilities, GenericUsage, Home, MoveAddress, MoveStruct, ParamRole};
use crate::ir::CallData;
use crate::wire::value::hex;

/// The address of a package, as its types carry it; on Aptos, of the account or object whose modules they are.
pub type PackageId = [u8; 32];

/// Every package but the emitted ones and the framework's.
pub struct Packages<'a> {
    /// The program and its deployment.
    pub input: Input<'a>,
    /// What their chain decides about them.
    pub rules: &'a dyn Rules,
    /// What is needed of them, by address.
    pub by_id: BTreeMap<PackageId, Package>,
}

/// What is known and needed of a package.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The name of its address and of its folder.
    pub name: String,
    /// Where its latest version is published, which on Sui may be elsewhere than its types say.
    pub published_at: PackageId,
    /// Its modules, by name.
    pub modules: BTreeMap<String, Module>,
    /// The packages its signatures name.
    pub dependencies: BTreeSet<PackageId>,
}

/// What is needed of a module.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Structs, by name.
    pub structs: BTreeMap<String, Struct>,
    /// Functions, by name.
    pub functions: BTreeMap<String, FunctionRef>,
}

/// What is needed of a struct.
#[derive(Clone, Debug, Default)]
pub struct Struct {
    /// The abilities it is known, or needed, to have.
    pub abilities: Abilities,
    /// Its type parameters, in order.
    pub generics: Vec<TypeParam>,
}

/// A type parameter of a struct.
#[derive(Clone, Debug)]
pub struct TypeParam {
    /// What an argument must have.
    pub constraints: Abilities,
    /// Whether it is known to occur in no field. A chain refuses a package that takes one for it which is not.
    pub usage: GenericUsage,
}

/// What a chain decides about the packages that emitted code names.
pub trait Rules {
    /// The chain's dialect.
    fn dialect(&self) -> Dialect;

    /// The names that are taken.
    fn reserved(&self) -> &'static Reserved;

    /// The package that an address in a contract's interface stands for. `None` if it is a name that says nothing.
    fn resolve(
        &self,
        input: Input<'_>,
        contract: Contract,
        address: &MoveAddress,
    ) -> Option<PackageId>;

    /// Whether a package is the framework's, which is part of every build.
    fn is_framework(&self, id: &PackageId) -> bool;

    /// The name by which emitted code knows a package, of which this is needed.
    fn name(&self, id: &PackageId, package: Option<&Package>) -> String;

    /// A struct that no interface declares, with the abilities it is needed to have.
    fn undeclared(&self, module: &str, name: &str, parameters: usize, needed: Abilities) -> Struct;

    /// The fields that stand for those of a struct, which do not matter to a caller.
    fn fields(&self, stub: &Struct) -> Vec<String>;

    /// The files of the runtime package, as pairs of path and text.
    fn runtime(&self) -> &'static [(&'static str, &'static str)];

    /// The manifest of an interface package.
    fn interface_manifest(
        &self,
        id: &PackageId,
        package: &Package,
        packages: &Packages<'_>,
    ) -> String;

    /// The abilities that the emitted code needs of a parameter's type.
    fn needed_of_param(&self, _role: ParamRole) -> Abilities {
        Abilities::DATA
    }

    /// The abilities that a generic type demands of its arguments.
    fn needed_of_argument(&self, _ty: &MoveStruct) -> Abilities {
        Abilities::NONE
    }

    /// The abilities that a type of the deployment needs of its arguments to have these itself.
    fn needed_of_stored(&self, _ty: &ConcreteType, _needed: Abilities) -> Abilities {
        Abilities::NONE
    }

    /// The packages that a type's own depends on for its arguments.
    fn argument_packages(&self, _ty: &ConcreteType) -> Vec<PackageId> {
        Vec::new()
    }
}

impl<'a> Packages<'a> {
    /// Collects what the machines call and name.
    pub fn collect(input: Input<'a>, rules: &'a dyn Rules, machines: &[Machine]) -> Self {
        let mut namer = scope(rules.reserved().foreign);
        package_names(input, machines, rules.reserved())
            .iter()
            .for_each(|name| namer.reserve(name));
        Packages {
            input,
            rules,
            by_id: Collector::run(input, rules, namer, machines),
        }
    }

    /// The packages that one machine's code names, directly or in signatures.
    pub fn named_by(&self, machine: Machine) -> impl Iterator<Item = PackageId> {
        // What they would be called were there no other machine does not matter.
        let packages = Collector::run(self.input, self.rules, scope(&[]), &[machine]);
        packages.into_keys()
    }

    /// The name by which emitted code knows a package.
    pub fn name(&self, id: &PackageId) -> String {
        self.rules.name(id, self.by_id.get(id))
    }

    fn spell(&self, id: &PackageId, naming: Naming) -> String {
        match naming {
            Naming::Name => self.name(id),
            Naming::Address => hex(id),
        }
    }

    /// The package that an address in a contract's interface stands for.
    fn spell_of(&self, contract: Contract, address: &MoveAddress, naming: Naming) -> String {
        let id = self.rules.resolve(self.input, contract, address);
        id.map_or_else(|| address.to_string(), |id| self.spell(&id, naming))
    }

    /// What a call runs, `pool::pool::stake`; an asset is moved by the runtime, which has no address of its own.
    pub fn callee(&self, call: &CallData, naming: Naming) -> Option<String> {
        let program = self.input.program;
        if let Some(movement) = Movement::of(program, call) {
            return Some(movement.path());
        }
        let target = Target::of(program, &call.function)?;
        Some(self.function_path(target, &call.function.name, naming))
    }

    /// `pool::pool::stake`
    pub fn function_path(&self, target: Target<'_>, function: &str, naming: Naming) -> String {
        let package = self.spell_of(target.contract, &target.function.address, naming);
        format!("{package}::{}::{function}", target.function.module)
    }
}

/// The address that a contract's interface file gives as its own.
pub fn home(home: &Home) -> Option<&MoveAddress> {
    match home {
        Home::Module { address, .. } | Home::Package(address) => Some(address),
        Home::Unknown | Home::Program(_) => None,
    }
}

/// Type parameters of which nothing is known but how they are used.
pub fn unknown_params(count: usize, usage: GenericUsage) -> Vec<TypeParam> {
    let unknown = TypeParam {
        constraints: Abilities::NONE,
        usage,
    };
    vec![unknown; count]
}
