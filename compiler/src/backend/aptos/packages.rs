//! What Aptos decides about the packages that emitted code names: each is what one account or object has published.

use super::names::RESERVED;
use super::project;
use crate::backend::Input;
use crate::backend::move_lang::Dialect;
use crate::backend::move_lang::machine::names::Reserved;
use crate::backend::move_lang::packages::{
    Package, PackageId, Packages, Rules, Struct, home, unknown_params,
};
use crate::deployment::MoveType as ConcreteType;
use crate::entities::Contract;
use crate::import::{Abilities, GenericUsage, MoveAddress, MoveStruct};
use crate::wire::value::hex;

/// The rules of Aptos.
pub(super) struct AptosRules;

impl Rules for AptosRules {
    fn dialect(&self) -> Dialect {
        Dialect::Aptos
    }

    fn reserved(&self) -> &'static Reserved {
        &RESERVED
    }

    /// The file may describe another network, so the home of a contract of this chain is where the deployment says it is.
    fn resolve(
        &self,
        input: Input<'_>,
        contract: Contract,
        address: &MoveAddress,
    ) -> Option<PackageId> {
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

    fn is_framework(&self, id: &PackageId) -> bool {
        id[..31] == [0; 31] && id[31] == 1
    }

    /// The framework has modules that contracts of the source stand for; its others are known by their address.
    fn name(&self, id: &PackageId, package: Option<&Package>) -> String {
        match package {
            Some(package) => package.name.clone(),
            None if self.is_framework(id) => "0x1".to_owned(),
            None => hex(id),
        }
    }

    fn undeclared(&self, _: &str, _: &str, parameters: usize, needed: Abilities) -> Struct {
        Struct {
            abilities: needed,
            generics: unknown_params(parameters, GenericUsage::Stored),
        }
    }

    /// Each parameter that is not phantom occurs in one.
    fn fields(&self, stub: &Struct) -> Vec<String> {
        let params = stub.generics.iter().enumerate();
        let stored = params.filter(|(_, param)| param.usage == GenericUsage::Stored);
        let stored = stored.map(|(index, _)| format!("field_{index}: T{index}"));
        let dummy = "dummy_field: bool".to_owned();
        [dummy].into_iter().chain(stored).collect()
    }

    fn runtime(&self) -> &'static [(&'static str, &'static str)] {
        project::RUNTIME
    }

    fn interface_manifest(
        &self,
        id: &PackageId,
        package: &Package,
        packages: &Packages<'_>,
    ) -> String {
        project::interface_manifest(id, package, packages)
    }

    /// An object holds a resource.
    fn needed_of_argument(&self, ty: &MoveStruct) -> Abilities {
        if is_object(ty) {
            Abilities::KEY
        } else {
            Abilities::NONE
        }
    }

    fn needed_of_stored(&self, ty: &ConcreteType, needed: Abilities) -> Abilities {
        if self.is_framework(&ty.address) {
            Abilities::NONE
        } else {
            needed
        }
    }

    fn argument_packages(&self, ty: &ConcreteType) -> Vec<PackageId> {
        let packages = ty.arguments.iter().map(|argument| argument.address);
        let others = packages.filter(|id| *id != ty.address && !self.is_framework(id));
        others.collect()
    }
}

/// Whether it is the framework's `Object<T>`.
pub(super) fn is_object(ty: &MoveStruct) -> bool {
    ty.address == MoveAddress::small(1) && ty.module == "object"
}
