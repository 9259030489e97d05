//! Spells the types of targets.

use super::packages::{Packages, is_framework, resolve};
use crate::backend::Input;
use crate::deployment::{ConstantValue, MoveType as ConcreteType};
use crate::entities::{Constant, Contract};
use crate::import::{MoveStruct, MoveType};
use crate::wire::value::hex;

/// Spells the types of one contract's interface.
#[derive(Clone, Copy)]
pub(super) struct TargetTypes<'a> {
    pub(super) input: Input<'a>,
    pub(super) packages: &'a Packages,
    pub(super) contract: Contract,
}

impl TargetTypes<'_> {
    /// A type, its type parameters written `T0`, `T1` and so on.
    pub(super) fn name(&self, ty: &MoveType) -> String {
        match ty {
            MoveType::Bool => "bool".to_owned(),
            MoveType::Uint(bits) => format!("u{bits}"),
            MoveType::Int(bits) => format!("i{bits}"),
            MoveType::Address => "address".to_owned(),
            MoveType::Signer => "signer".to_owned(),
            MoveType::Vector(inner) => format!("vector<{}>", self.name(inner)),
            MoveType::Ref(inner) => format!("&{}", self.name(inner)),
            MoveType::MutRef(inner) => format!("&mut {}", self.name(inner)),
            MoveType::TypeParam(index) => format!("T{index}"),
            MoveType::Struct(name) => {
                let inner: Vec<_> = name.args.iter().map(|arg| self.name(arg)).collect();
                self.path(name) + &list(&inner)
            }
        }
    }

    fn path(&self, name: &MoveStruct) -> String {
        let account = resolve(self.input, self.contract, &name.address);
        let account = account.map_or_else(
            || name.address.to_string(),
            |account| self.packages.name(&account),
        );
        format!("{account}::{}::{}", name.module, name.name)
    }
}

/// The type that a deployment constant stands for.
pub(super) fn constant_type(input: Input<'_>, packages: &Packages, constant: Constant) -> String {
    match &input.deployment.constants[constant] {
        ConstantValue::MoveType(ty) => concrete(packages, ty),
        ConstantValue::Address(_) => {
            unreachable!("the profile's resolution lets no address stand for a type")
        }
    }
}

fn concrete(packages: &Packages, ty: &ConcreteType) -> String {
    let arguments: Vec<_> = ty
        .arguments
        .iter()
        .map(|argument| concrete(packages, argument))
        .collect();
    let account = packages.name(&ty.address);
    format!("{account}::{}::{}", ty.module, ty.name) + &list(&arguments)
}

fn list(arguments: &[String]) -> String {
    if arguments.is_empty() {
        String::new()
    } else {
        format!("<{}>", arguments.join(", "))
    }
}

/// An account's address as its users write it: `0x1`, and otherwise all digits.
pub(super) fn short_address(account: &[u8; 32]) -> String {
    if is_framework(account) {
        "0x1".to_owned()
    } else {
        hex(account)
    }
}
