//! The accounts whose modules emitted code calls or names, and what of them it needs.

use std::collections::{BTreeMap, BTreeSet};

use super::names::RESERVED;
use super::types::short_address;
use crate::backend::Input;
use crate::backend::move_lang::names::{lower_case, scope};
use crate::backend::move_lang::participant::names::package_names;
use crate::backend::names::Namer;
use crate::deployment::{ConstantValue, MoveType as ConcreteType};
use crate::entities::{Constant, Contract, Handler, Machine};
use crate::hir::{Binding, FunctionRef};
use crate::import::{
    Abilities, Function, FunctionKind, GenericKind, GenericUsage, Home, MoveAddress, MoveFunction,
    MoveStruct, MoveType, Signature, TargetType,
};
use crate::ir::{CallData, InstData, Program};

/// The address of an account or object that modules are published at.
pub(super) type Account = [u8; 32];

/// Every account whose modules are named, but the framework's and those of the emitted packages.
pub(super) struct Packages {
    /// By address.
    pub(super) by_account: BTreeMap<Account, Package>,
}

/// What is needed of an account's modules.
#[derive(Debug, Default)]
pub(super) struct Package {
    /// The name of its address and of its folder.
    pub(super) name: String,
    /// Its modules, by name.
    pub(super) modules: BTreeMap<String, Module>,
    /// The accounts its signatures name.
    pub(super) dependencies: BTreeSet<Account>,
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
    /// Its type parameters, in order.
    pub(super) generics: Vec<TypeParam>,
}

/// A type parameter of a struct.
#[derive(Clone, Debug)]
pub(super) struct TypeParam {
    /// What an argument must have.
    pub(super) constraints: Abilities,
    /// Whether it is known to occur in no field. The chain refuses a package that takes one for it which is not.
    pub(super) usage: GenericUsage,
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
pub(super) fn target<'a>(program: &'a Program, call: &'a FunctionRef) -> Option<Target<'a>> {
    let interface = &program.declarations.contracts[call.contract].interface;
    let function: &Function = interface.lookup(&call.name).nth(call.overload)?;
    let signature = function.signature.as_ref().ok()?;
    match &signature.kind {
        FunctionKind::Aptos(function) => Some(Target {
            contract: call.contract,
            signature,
            function,
        }),
        FunctionKind::Sui(_) | FunctionKind::Evm(_) | FunctionKind::Svm(_) => None,
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

/// The account that an address in a contract's interface stands for. The file may describe another network, so the home of
/// a contract of this chain is where the deployment says it is. `None` for a name, which says nothing.
pub(super) fn resolve(
    input: Input<'_>,
    contract: Contract,
    address: &MoveAddress,
) -> Option<Account> {
    let contracts = &input.program.declarations.contracts;
    let chain = contracts[contract].chain;
    let others = contracts.iter().filter(|(_, decl)| decl.chain == chain);
    let candidates = [contract].into_iter().chain(others.map(|(id, _)| id));
    for candidate in candidates {
        if home(&contracts[candidate].interface.home) == Some(address) {
            return Some(input.deployment.contracts[candidate].to_word());
        }
    }
    match address {
        MoveAddress::Numeric(account) => Some(*account),
        MoveAddress::Named(_) => None,
    }
}

fn home(home: &Home) -> Option<&MoveAddress> {
    match home {
        Home::Module { address, .. } | Home::Package(address) => Some(address),
        Home::Unknown | Home::Program(_) => None,
    }
}

/// Whether an account is the framework's, which is part of every build.
pub(super) fn is_framework(account: &Account) -> bool {
    account[..31] == [0; 31] && account[31] == 1
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
            by_account: BTreeMap::new(),
        };
        for &machine in machines {
            calls_of(input.program, machine).for_each(|call| collector.add_call(call));
        }
        Packages {
            by_account: collector.by_account,
        }
    }

    /// The name by which emitted code knows an account.
    pub(super) fn name(&self, account: &Account) -> String {
        match self.by_account.get(account) {
            Some(package) => package.name.clone(),
            None => short_address(account),
        }
    }

    /// The names of the packages that a machine's code names, in order.
    pub(super) fn used_by(&self, input: Input<'_>, machine: Machine) -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        for call in calls_of(input.program, machine) {
            let target = target(input.program, &call.function);
            used.extend(
                target.and_then(|target| resolve(input, target.contract, &target.function.address)),
            );
            for &constant in type_arguments(call) {
                if let ConstantValue::MoveType(ty) = &input.deployment.constants[constant] {
                    collect_accounts(ty, &mut used);
                }
            }
        }
        let packages = used
            .iter()
            .filter_map(|account| self.by_account.get(account));
        packages.map(|package| package.name.clone()).collect()
    }
}

/// The constants that stand for a call's type arguments.
pub(super) fn type_arguments(call: &CallData) -> &[Constant] {
    match &call.binding {
        Binding::Aptos { type_arguments, .. } => type_arguments,
        Binding::Evm { .. } | Binding::Svm { .. } | Binding::Sui { .. } => &[],
    }
}

fn collect_accounts(ty: &ConcreteType, accounts: &mut BTreeSet<Account>) {
    accounts.insert(ty.address);
    ty.arguments
        .iter()
        .for_each(|argument| collect_accounts(argument, accounts));
}

struct Collector<'a> {
    input: Input<'a>,
    namer: Namer,
    by_account: BTreeMap<Account, Package>,
}

impl Collector<'_> {
    fn add_call(&mut self, call: &CallData) {
        let Some(target) = target(self.input.program, &call.function) else {
            return;
        };
        let Some(account) = resolve(self.input, target.contract, &target.function.address) else {
            return;
        };
        let name = &self.input.program.declarations.contracts[target.contract].name;
        let modules = &mut self.package(account, name).modules;
        let functions = &mut modules
            .entry(target.function.module.clone())
            .or_default()
            .functions;
        functions.insert(call.function.name.clone(), call.function.clone());
        for (ty, needed) in types_of(target.signature) {
            self.add_type(account, target.contract, ty, needed);
        }
        for (constant, generic) in type_arguments(call).iter().zip(&target.function.generics) {
            let needed = match generic.kind {
                GenericKind::Move { constraints, .. } => constraints,
                GenericKind::Type | GenericKind::Const => Abilities::NONE,
            };
            if let ConstantValue::MoveType(ty) = &self.input.deployment.constants[*constant] {
                self.add_concrete(ty, needed);
            }
        }
    }

    /// What is published at an account; `wanted` names it if it is new.
    fn package(&mut self, account: Account, wanted: &str) -> &mut Package {
        let namer = &mut self.namer;
        self.by_account.entry(account).or_insert_with(|| Package {
            name: namer.choose(&lower_case(wanted)),
            ..Package::default()
        })
    }

    /// Adds the structs of a type that a signature of `user` names.
    fn add_type(&mut self, user: Account, contract: Contract, ty: &MoveType, needed: Abilities) {
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
        user: Account,
        contract: Contract,
        name: &MoveStruct,
        needed: Abilities,
    ) {
        for arg in &name.args {
            self.add_type(user, contract, arg, needed_of_argument(name));
        }
        let account = resolve(self.input, contract, &name.address);
        let Some(account) = account.filter(|account| !is_framework(account)) else {
            return;
        };
        if account != user {
            self.package(user, "").dependencies.insert(account);
        }
        let declared = super::interfaces::declared(self.input.program, contract, name);
        let stub = declared.unwrap_or_else(|| Struct {
            abilities: needed,
            generics: unknown_params(name.args.len()),
        });
        self.insert_struct(account, &name.module, &name.name, stub);
    }

    fn insert_struct(&mut self, account: Account, module: &str, name: &str, stub: Struct) {
        let modules = &mut self.package(account, module).modules;
        let structs = &mut modules.entry(module.to_owned()).or_default().structs;
        let known = structs
            .entry(name.to_owned())
            .or_insert_with(|| stub.clone());
        known.abilities = known.abilities.with(stub.abilities);
    }

    /// Adds the type that a deployment constant stands for.
    fn add_concrete(&mut self, ty: &ConcreteType, needed: Abilities) {
        for argument in &ty.arguments {
            let stored = if is_framework(&ty.address) {
                Abilities::NONE
            } else {
                needed
            };
            self.add_concrete(argument, stored);
        }
        if is_framework(&ty.address) {
            return;
        }
        let stub = Struct {
            abilities: needed,
            generics: unknown_params(ty.arguments.len()),
        };
        self.insert_struct(ty.address, &ty.module, &ty.name, stub);
        for argument in &ty.arguments {
            if argument.address != ty.address && !is_framework(&argument.address) {
                self.package(ty.address, "")
                    .dependencies
                    .insert(argument.address);
            }
        }
    }
}

fn unknown_params(count: usize) -> Vec<TypeParam> {
    let unknown = TypeParam {
        constraints: Abilities::NONE,
        usage: GenericUsage::Stored,
    };
    vec![unknown; count]
}

/// The types in a signature, with the abilities that the emitted code needs of each.
fn types_of(signature: &Signature) -> impl Iterator<Item = (&MoveType, Abilities)> {
    let params = signature.params.iter().filter_map(|param| match &param.ty {
        TargetType::Move(ty) => Some((ty, Abilities::DATA)),
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

/// What the framework's generic types demand: an object holds a resource.
fn needed_of_argument(name: &MoveStruct) -> Abilities {
    if name.address == MoveAddress::small(1) && name.module == "object" {
        Abilities::KEY
    } else {
        Abilities::NONE
    }
}
