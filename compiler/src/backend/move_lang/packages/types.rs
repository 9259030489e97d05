//! Spells the types of targets.

use super::Packages;
use crate::deployment::{ConstantValue, MoveType as ConcreteType};
use crate::entities::{Constant, Contract};
use crate::import::{MoveStruct, MoveType};

/// Spells the types of one contract's interface.
#[derive(Clone, Copy)]
pub struct TargetTypes<'a> {
    /// The packages that declare them.
    pub packages: &'a Packages<'a>,
    /// The contract.
    pub contract: Contract,
}

impl TargetTypes<'_> {
    /// A type, with its type parameters replaced by these; any further ones are written `T0`, `T1` and so on.
    pub fn name(&self, ty: &MoveType, arguments: &[String]) -> String {
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
            MoveType::Struct(name) => self.path(name) + &self.list(name, arguments),
        }
    }

    fn list(&self, name: &MoveStruct, arguments: &[String]) -> String {
        let args = name.args.iter().map(|arg| self.name(arg, arguments));
        in_brackets(&args.collect::<Vec<_>>())
    }

    fn path(&self, name: &MoveStruct) -> String {
        let package = self.packages.name_of(self.contract, &name.address);
        format!("{package}::{}::{}", name.module, name.name)
    }
}

impl Packages<'_> {
    /// The type that a deployment constant stands for.
    pub fn constant_type(&self, constant: Constant) -> String {
        match &self.input.deployment.constants[constant] {
            ConstantValue::MoveType(ty) => self.concrete_type(ty),
            ConstantValue::Address(_) => {
                unreachable!("the profile's resolution lets no address stand for a type")
            }
        }
    }

    fn concrete_type(&self, ty: &ConcreteType) -> String {
        let arguments = ty.arguments.iter().map(|ty| self.concrete_type(ty));
        let arguments = in_brackets(&arguments.collect::<Vec<_>>());
        let package = self.name(&ty.address);
        format!("{package}::{}::{}{arguments}", ty.module, ty.name)
    }
}

/// `<a, b>`, or nothing around nothing.
pub(super) fn in_brackets(items: &[String]) -> String {
    if items.is_empty() {
        String::new()
    } else {
        format!("<{}>", items.join(", "))
    }
}
