//! What Sui decides about the packages that emitted code names.

use super::names::RESERVED;
use super::project;
use crate::backend::Input;
use crate::backend::move_lang::Dialect;
use crate::backend::move_lang::machine::names::Reserved;
use crate::backend::move_lang::packages::{
    Package, PackageId, Packages, Rules, Struct, home, unknown_params,
};
use crate::entities::Contract;
use crate::import::{Abilities, GenericUsage, MoveAddress, ParamRole};

/// The rules of Sui.
pub(super) struct SuiRules;

impl Rules for SuiRules {
    fn dialect(&self) -> Dialect {
        Dialect::Sui
    }

    fn reserved(&self) -> &'static Reserved {
        &RESERVED
    }

    fn resolve(
        &self,
        input: Input<'_>,
        contract: Contract,
        address: &MoveAddress,
    ) -> Option<PackageId> {
        let interface = &input.program.declarations.contracts[contract].interface;
        let published_at = input.deployment.contracts[contract].to_word();
        match address {
            MoveAddress::Numeric(id) if *id == [0; 32] => Some(published_at),
            MoveAddress::Numeric(id) => Some(*id),
            MoveAddress::Named(_) if home(&interface.home) == Some(address) => Some(published_at),
            MoveAddress::Named(name) => framework_id(name),
        }
    }

    fn is_framework(&self, id: &PackageId) -> bool {
        framework_name(id).is_some()
    }

    fn name(&self, id: &PackageId, package: Option<&Package>) -> String {
        let framework = framework_name(id);
        let package = || package.expect("every package that is named was collected");
        framework.map_or_else(|| package().name.clone(), str::to_owned)
    }

    /// Claiming more abilities than the struct has would not link; that its type parameters are phantom is what generic objects
    /// and coins have in common.
    fn undeclared(&self, module: &str, name: &str, parameters: usize, needed: Abilities) -> Struct {
        let is_object = needed.has(Abilities::KEY);
        // By its name a one-time witness, as coins have; the verifier demands that such a struct can be dropped and no more.
        let is_witness = name == module.to_uppercase() && !is_object;
        Struct {
            abilities: if is_witness { Abilities::DROP } else { needed },
            generics: unknown_params(parameters, GenericUsage::Phantom),
        }
    }

    /// An object has an id.
    fn fields(&self, stub: &Struct) -> Vec<String> {
        if stub.abilities.has(Abilities::KEY) {
            vec!["id: UID".to_owned()]
        } else {
            Vec::new()
        }
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

    /// An object has an id, which only `key` guarantees.
    fn needed_of_param(&self, role: ParamRole) -> Abilities {
        match role {
            ParamRole::Object { abilities, .. } => abilities.unwrap_or(Abilities::KEY),
            _ => Abilities::DATA,
        }
    }
}

/// The name of a framework package.
fn framework_name(id: &PackageId) -> Option<&'static str> {
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
