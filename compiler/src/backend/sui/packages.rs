//! The Move packages that emitted code calls or names, and what of them it needs.

use std::collections::{BTreeMap, BTreeSet};

use super::names::RESERVED;
use crate::backend::Input;
use crate::backend::move_lang::names::{lower_case, scope};
use crate::backend::move_lang::participant::names::package_names;
use crate::backend::names::Namer;
use crate::deployment::{ConstantValue, MoveType as ConcreteType};
use crate::entities::{Constant, Contract, Handler, Machine};
use crate::hir::{Binding, FunctionRef};
use crate::import::{
    Abilities, FunctionKind, GenericKind, Home, MoveAddress, MoveFunction, MoveStruct, MoveType,
    ParamRole, Signature, TargetType,
};
use crate::ir::{CallData, InstData, Program};

/// The address of a package, as its types carry it.
pub(super) type PackageId = [u8; 32];

/// Every package but the emitted ones and the framework's.
pub(super) struct Packages {
    /// By address.
    pub(super) by_id: BTreeMap<PackageId, Package>,
}

/// What is known and needed of a package.
#[derive(Debug, Default)]
pub(super) struct Package {
    /// The name of its address and of its folder.
    pub(super) name: String,
    /// Where its latest version is published.
    pub(super) published_at: PackageId,
    /// Its modules, by name.
    pub(super) modules: BTreeMap<String, Module>,
    /// The packages its signatures name.
    pub(super) dependencies: BTreeSet<PackageId>,
}

/// What is needed of a module.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Structs, by name.
    pub(super) structs: BTreeMap<String, Struct>,
    /// Functions, by name.
    pub(super) functions: BTreeMap<String, FunctionRef>,
}

/// What is needed of a struct.
#[derive(Clone, Debug, Default)]
pub(super) struct Struct {
    /// The abilities it is known, or needed, to have.
    pub(super) abilities: Abilities,
    /// Its type parameters, as they are declared.
    pub(super) generics: Vec<String>,
}

impl Struct {
    /// A struct that no interface declares, with the abilities it is needed to have. Claiming more than it has would not link;
    /// that its type parameters are phantom is what generic objects and coins have in common.
    fn undeclared(module: &str, name: &str, parameters: usize, needed: Abilities) -> Self {
        let is_object = needed.has(Abilities::KEY);
        // By its name a one-time witness, as coins have; the verifier demands that such a struct can be dropped and no more.
        let is_witness = name == module.to_uppercase() && !is_object;
        Struct {
            abilities: if is_witness { Abilities::DROP } else { needed },
            generics: (0..parameters)
                .map(|index| format!("phantom T{index}"))
                .collect(),
        }
    }
}

/// The parts of a call's target.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    /// The contract whose interface declares the function.
    pub(super) contract: Contract,
    /// What a call takes and gives.
    pub(super) signature: &'a Signature,
    /// Where it is and what its type parameters demand.
    pub(super) function: &'a MoveFunction,
}

/// The called function, if its signature is supported; the checker lets no other be called.
pub(super) fn target<'a>(program: &'a Program, call: &FunctionRef) -> Option<Target<'a>> {
    let interface = &program.declarations.contracts[call.contract].interface;
    let function = interface.functions.get(&call.name)?.get(call.overload)?;
    let signature = function.signature.as_ref().ok()?;
    match &signature.kind {
        FunctionKind::Sui(function) => Some(Target {
            contract: call.contract,
            signature,
            function,
        }),
        FunctionKind::Aptos(_) | FunctionKind::Evm(_) | FunctionKind::Svm(_) => None,
    }
}

/// The calls of a machine's handlers.
pub(super) fn calls_of(program: &Program, machine: Machine) -> impl Iterator<Item = &CallData> {
    let handlers = program.machines[machine].handlers.iter();
    handlers.flat_map(|&handler| calls_of_handler(program, handler))
}

/// The calls of a handler.
pub(super) fn calls_of_handler(
    program: &Program,
    handler: Handler,
) -> impl Iterator<Item = &CallData> {
    let insts = program.handlers[handler].body.insts.values();
    insts.filter_map(|inst| match inst {
        InstData::Call { call, .. } => Some(call),
        _ => None,
    })
}

/// The package that an address in a contract's interface stands for. `None` if it is a name that says nothing.
pub(super) fn resolve(
    input: Input<'_>,
    contract: Contract,
    address: &MoveAddress,
) -> Option<PackageId> {
    let interface = &input.program.declarations.contracts[contract].interface;
    let own = match &interface.home {
        Home::Module { address, .. } | Home::Package(address) => Some(address),
        Home::Unknown | Home::Program(_) => None,
    };
    let published_at = input.deployment.contracts[contract].to_word();
    match address {
        MoveAddress::Numeric(id) if *id == [0; 32] => Some(published_at),
        MoveAddress::Numeric(id) => Some(*id),
        MoveAddress::Named(_) if own == Some(address) => Some(published_at),
        MoveAddress::Named(name) => framework_id(name),
    }
}

/// The name of a framework package: those are part of every build.
pub(super) fn framework_name(id: &PackageId) -> Option<&'static str> {
    let (last, zeros) = id.split_last()?;
    let is_small = zeros.iter().all(|byte| *byte == 0);
    match last {
        1 if is_small => Some("std"),
        2 if is_small => Some("sui"),
        3 if is_small => Some("sui_system"),
        _ => None,
    }
}

fn framework_id(name: &str) -> Option<PackageId> {
    let mut ids = (1..=3).map(|number| {
        let mut id = [0; 32];
        id[31] = number;
        id
    });
    ids.find(|id| framework_name(id) == Some(name))
}

impl Packages {
    /// Collects what the machines call and name.
    pub(super) fn collect(input: Input<'_>, machines: &[Machine]) -> Self {
        let mut reserved = scope(RESERVED.foreign);
        package_names(input, machines, &RESERVED)
            .iter()
            .for_each(|name| reserved.reserve(name));
        let mut collector = Collector {
            input,
            namer: reserved,
            by_id: BTreeMap::new(),
        };
        for &machine in machines {
            calls_of(input.program, machine).for_each(|call| collector.add_call(call));
        }
        Packages {
            by_id: collector.by_id,
        }
    }

    /// The packages that one machine's code names, directly or in signatures.
    pub(super) fn used_by(&self, input: Input<'_>, machine: Machine) -> Vec<PackageId> {
        Self::collect(input, &[machine]).by_id.into_keys().collect()
    }

    /// The name by which emitted code knows a package.
    pub(super) fn name(&self, id: &PackageId) -> String {
        match framework_name(id) {
            Some(name) => name.to_owned(),
            None => self.by_id[id].name.clone(),
        }
    }
}

struct Collector<'a> {
    input: Input<'a>,
    namer: Namer,
    by_id: BTreeMap<PackageId, Package>,
}

impl Collector<'_> {
    fn add_call(&mut self, call: &CallData) {
        let Some(target) = target(self.input.program, &call.function) else {
            return;
        };
        let Some(id) = resolve(self.input, target.contract, &target.function.address) else {
            return;
        };
        let module = &target.function.module;
        let name = &self.input.program.declarations.contracts[target.contract].name;
        let published_at = self.input.deployment.contracts[target.contract].to_word();
        self.package(id, name).published_at = published_at;
        let package = self.package(id, name);
        let functions = &mut package.modules.entry(module.clone()).or_default().functions;
        functions.insert(call.function.name.clone(), call.function.clone());
        for (ty, needed) in types_of(target.signature) {
            self.add_type(id, target.contract, ty, needed);
        }
        if let Binding::Sui { type_arguments, .. } = &call.binding {
            for (constant, generic) in type_arguments.iter().zip(&target.function.generics) {
                let needed = match generic.kind {
                    GenericKind::Move { constraints, .. } => constraints,
                    GenericKind::Type | GenericKind::Const => Abilities::NONE,
                };
                self.add_constant(*constant, needed);
            }
        }
    }

    /// The package at an address; `wanted` names it if it is new.
    fn package(&mut self, id: PackageId, wanted: &str) -> &mut Package {
        let namer = &mut self.namer;
        self.by_id.entry(id).or_insert_with(|| Package {
            name: namer.choose(&lower_case(wanted)),
            published_at: id,
            ..Package::default()
        })
    }

    /// Adds the structs of a type that the package `user` names.
    fn add_type(&mut self, user: PackageId, contract: Contract, ty: &MoveType, needed: Abilities) {
        match ty {
            MoveType::Vector(inner) | MoveType::Ref(inner) | MoveType::MutRef(inner) => {
                self.add_type(user, contract, inner, needed);
            }
            MoveType::Struct(name) => self.add_struct(user, contract, name, needed),
            MoveType::Bool
            | MoveType::Uint(_)
            | MoveType::Int(_)
            | MoveType::Address
            | MoveType::Signer
            | MoveType::TypeParam(_) => {}
        }
    }

    fn add_struct(
        &mut self,
        user: PackageId,
        contract: Contract,
        name: &MoveStruct,
        needed: Abilities,
    ) {
        for arg in &name.args {
            self.add_type(user, contract, arg, Abilities::NONE);
        }
        let Some(id) = resolve(self.input, contract, &name.address) else {
            return;
        };
        if framework_name(&id).is_some() {
            return;
        }
        if id != user {
            self.package(user, "").dependencies.insert(id);
        }
        let declared = super::interfaces::declared(self.input.program, contract, name);
        let stub = declared.unwrap_or_else(|| {
            Struct::undeclared(&name.module, &name.name, name.args.len(), needed)
        });
        self.insert_struct(id, &name.module, &name.name, stub);
    }

    fn insert_struct(&mut self, id: PackageId, module: &str, name: &str, stub: Struct) {
        let package = self.package(id, module);
        let structs = &mut package
            .modules
            .entry(module.to_owned())
            .or_default()
            .structs;
        let known = structs
            .entry(name.to_owned())
            .or_insert_with(|| stub.clone());
        known.abilities = known.abilities.with(stub.abilities);
    }

    /// Adds the type that a deployment constant stands for.
    fn add_constant(&mut self, constant: Constant, needed: Abilities) {
        if let ConstantValue::MoveType(ty) = &self.input.deployment.constants[constant] {
            self.add_concrete(&ty.clone(), needed);
        }
    }

    fn add_concrete(&mut self, ty: &ConcreteType, needed: Abilities) {
        ty.arguments
            .iter()
            .for_each(|argument| self.add_concrete(argument, Abilities::NONE));
        if framework_name(&ty.address).is_none() {
            let stub = Struct::undeclared(&ty.module, &ty.name, ty.arguments.len(), needed);
            self.insert_struct(ty.address, &ty.module, &ty.name, stub);
        }
    }
}

/// The types in a signature, with the abilities that the emitted code needs of each.
fn types_of(signature: &Signature) -> impl Iterator<Item = (&MoveType, Abilities)> {
    let params = signature.params.iter().filter_map(|param| match &param.ty {
        TargetType::Move(ty) => Some((ty, needed_of(param.role))),
        TargetType::Evm(_) | TargetType::Svm(_) => None,
    });
    let results = signature
        .results
        .iter()
        .filter_map(|result| match &result.ty {
            TargetType::Move(ty) => Some((ty, result.abilities.unwrap_or(Abilities::DROP))),
            TargetType::Evm(_) | TargetType::Svm(_) => None,
        });
    params.chain(results)
}

/// An object has an id, which only `key` guarantees.
fn needed_of(role: ParamRole) -> Abilities {
    match role {
        ParamRole::Object { abilities, .. } => abilities.unwrap_or(Abilities::KEY),
        _ => Abilities::DATA,
    }
}
