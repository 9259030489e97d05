//! Spells the types of targets.

use super::packages::{Packages, resolve};
use crate::backend::Input;
use crate::deployment::{ConstantValue, MoveType as ConcreteType};
use crate::entities::{Constant, Contract};
use crate::import::{MoveStruct, MoveType};

/// Spells the types of one contract's interface.
#[derive(Clone, Copy)]
pub(super) struct TargetTypes<'a> {
    pub(super) input: Input<'a>,
    pub(super) packages: &'a Packages,
    pub(super) contract: Contract,
}

impl TargetTypes<'_> {
    /// A type, with its type parameters replaced by these.
    pub(super) fn name(&self, ty: &MoveType, arguments: &[String]) -> String {
        match ty {
            MoveType::Bool => "bool".to_owned(),
            MoveType::Uint(bits) => format!("u{bits}"),
            MoveType::Int(bits) => format!("i{bits}"),
            MoveType::Address => "address".to_owned(),
            MoveType::Signer => "signer".to_owned(),
            MoveType::Vector(inner) => format!("vector<{}>", self.name(inner, arguments)),
            MoveType::Ref(inner) => format!("&{}", self.name(inner, arguments)),
            MoveType::MutRef(inner) => format!("&mut {}", self.name(inner, arguments)),
            MoveType::TypeParam(index) => {
                let argument = arguments.get(usize::from(*index));
                argument.cloned().unwrap_or_else(|| format!("T{index}"))
            }
            MoveType::Struct(name) => {
                let inner: Vec<_> = name
                    .args
                    .iter()
                    .map(|arg| self.name(arg, arguments))
                    .collect();
                self.path(name) + &list(&inner)
            }
        }
    }

    fn path(&self, name: &MoveStruct) -> String {
        let package = resolve(self.input, self.contract, &name.address);
        let package =
            package.map_or_else(|| name.address.to_string(), |id| self.packages.name(&id));
        format!("{package}::{}::{}", name.module, name.name)
    }
}

/// The type that a deployment constant stands for.
pub(super) fn constant_type(input: Input<'_>, packages: &Packages, constant: Constant) -> String {
    match &input.deployment.constants[constant] {
        ConstantValue::MoveType(ty) => concrete(packages, ty),
        // The profile's resolution lets no address stand for a type.
        ConstantValue::Address(address) => crate::wire::value::hex(&address.to_word()),
    }
}

fn concrete(packages: &Packages, ty: &ConcreteType) -> String {
    let arguments: Vec<_> = ty
        .arguments
        .iter()
        .map(|argument| concrete(packages, argument))
        .collect();
    format!("{}::{}::{}", packages.name(&ty.address), ty.module, ty.name) + &list(&arguments)
}

fn list(arguments: &[String]) -> String {
    if arguments.is_empty() {
        String::new()
    } else {
        format!("<{}>", arguments.join(", "))
    }
}
