//! Finds the packages, modules, structs and functions that calls need.

use std::collections::BTreeMap;

use super::{Package, PackageId, Rules, Struct, interfaces};
use crate::backend::Input;
use crate::backend::move_lang::custody::Movement;
use crate::backend::move_lang::names::lower_case;
use crate::backend::move_lang::targets::{Target, calls_of};
use crate::backend::names::Namer;
use crate::deployment::{ConstantValue, MoveType as ConcreteType};
use crate::entities::{Constant, Contract, Machine};
use crate::import::{Abilities, Generic, GenericKind, MoveStruct, MoveType, Signature, TargetType};
use crate::ir::CallData;

/// The packages found so far.
pub(super) struct Collector<'a> {
    input: Input<'a>,
    rules: &'a dyn Rules,
    namer: Namer,
    by_id: BTreeMap<PackageId, Package>,
}

impl<'a> Collector<'a> {
    /// All that the machines call and name. `namer` is the scope of the packages' names.
    pub(super) fn run(
        input: Input<'a>,
        rules: &'a dyn Rules,
        namer: Namer,
        machines: &[Machine],
    ) -> BTreeMap<PackageId, Package> {
        let mut collector = Collector {
            input,
            rules,
            namer,
            by_id: BTreeMap::new(),
        };
        for &machine in machines {
            calls_of(input.program, machine).for_each(|call| collector.add_call(call));
        }
        collector.by_id
    }

    fn add_call(&mut self, call: &CallData) {
        if let Some(Movement { token, .. }) = Movement::of(self.input.program, call) {
            return self.add_constant(token, Abilities::NONE);
        }
        let Some(target) = Target::of(self.input.program, &call.function) else {
            return;
        };
        let address = &target.function.address;
        let Some(id) = self.rules.resolve(self.input, target.contract, address) else {
            return;
        };
        let name = &self.input.program.declarations.contracts[target.contract].name;
        let package = self.package(id, name);
        let module = package.modules.entry(target.function.module.clone());
        let functions = &mut module.or_default().functions;
        functions.insert(call.function.name.clone(), call.function.clone());
        let published_at = self.input.deployment.contracts[target.contract].to_word();
        self.package(id, name).published_at = published_at;
        self.add_types(id, target);
        for (&constant, generic) in call
            .binding
            .type_arguments()
            .iter()
            .zip(&target.function.generics)
        {
            self.add_constant(constant, constraints(generic));
        }
    }

    fn add_types(&mut self, user: PackageId, target: Target<'_>) {
        for (ty, needed) in types_of(self.rules, target.signature) {
            self.add_type(user, target.contract, ty, needed);
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

    /// Adds the structs of a type that a signature of the package `user` names.
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
            self.add_type(user, contract, arg, self.rules.needed_of_argument(name));
        }
        let id = self.rules.resolve(self.input, contract, &name.address);
        let Some(id) = id.filter(|id| !self.rules.is_framework(id)) else {
            return;
        };
        if id != user {
            self.package(user, "").dependencies.insert(id);
        }
        let declared = interfaces::declared(self.input.program, contract, name);
        let stub = declared.unwrap_or_else(|| {
            let parameters = name.args.len();
            self.rules
                .undeclared(&name.module, &name.name, parameters, needed)
        });
        self.insert_struct(id, &name.module, &name.name, stub);
    }

    fn insert_struct(&mut self, id: PackageId, module: &str, name: &str, stub: Struct) {
        let modules = &mut self.package(id, module).modules;
        let structs = &mut modules.entry(module.to_owned()).or_default().structs;
        let known = structs
            .entry(name.to_owned())
            .or_insert_with(|| stub.clone());
        known.abilities = known.abilities.with(stub.abilities);
    }

    /// Adds the type that a deployment constant stands for.
    fn add_constant(&mut self, constant: Constant, needed: Abilities) {
        let deployment = self.input.deployment;
        if let ConstantValue::MoveType(ty) = &deployment.constants[constant] {
            self.add_concrete(ty, needed);
        }
    }

    fn add_concrete(&mut self, ty: &ConcreteType, needed: Abilities) {
        let stored = self.rules.needed_of_stored(ty, needed);
        for argument in &ty.arguments {
            self.add_concrete(argument, stored);
        }
        if self.rules.is_framework(&ty.address) {
            return;
        }
        let parameters = ty.arguments.len();
        let stub = self
            .rules
            .undeclared(&ty.module, &ty.name, parameters, needed);
        self.insert_struct(ty.address, &ty.module, &ty.name, stub);
        let used = self.rules.argument_packages(ty);
        self.package(ty.address, "").dependencies.extend(used);
    }
}

/// What a type parameter demands of its argument.
fn constraints(generic: &Generic) -> Abilities {
    match generic.kind {
        GenericKind::Move { constraints, .. } => constraints,
        GenericKind::Type | GenericKind::Const => Abilities::NONE,
    }
}

/// The types in a signature, with the abilities that the emitted code needs of each.
fn types_of<'s>(
    rules: &dyn Rules,
    signature: &'s Signature,
) -> impl Iterator<Item = (&'s MoveType, Abilities)> {
    let params = signature.params.iter().filter_map(|param| match &param.ty {
        TargetType::Move(ty) => Some((ty, rules.needed_of_param(param.role))),
        TargetType::Evm(_) | TargetType::Svm(_) => None,
    });
    let results = signature.results.iter();
    let results = results.filter_map(|result| match &result.ty {
        TargetType::Move(ty) => Some((ty, result.abilities.unwrap_or(Abilities::DROP))),
        TargetType::Evm(_) | TargetType::Svm(_) => None,
    });
    params.chain(results)
}
