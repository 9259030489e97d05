//! Spells the types of targets.

use super::Packages;
use crate::deployment::{ConstantValue, MoveType as ConcreteType};
use crate::entities::{Constant, Contract};
use crate::import::{MoveStruct, MoveType};

/// How a package is written in a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// By the name that emitted code knows it by.
    Name,
    /// By its address, as the chain knows it.
    Address,
}

/// Spells the types of one contract's interface.
#[derive(Clone, Copy)]
pub struct TargetTypes<'a> {
    /// The packages that declare them.
    pub packages: &'a Packages<'a>,
    /// The contract.
    pub contract: Contract,
    /// How packages are written.
    pub naming: Naming,
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
        let packages = self.packages;
        let package = packages.spell_of(self.contract, &name.address, self.naming);
        format!("{package}::{}::{}", name.module, name.name)
    }
}

impl Packages<'_> {
    /// The type that a deployment constant stands for.
    pub fn constant_type(&self, constant: Constant, naming: Naming) -> String {
        match &self.input.deployment.constants[constant] {
            ConstantValue::MoveType(ty) => self.concrete_type(ty, naming),
            ConstantValue::Address(_) => {
                unreachable!("the profile's resolution lets no address stand for a type")
            }
        }
    }

    fn concrete_type(&self, ty: &ConcreteType, naming: Naming) -> String {
        let arguments = ty.arguments.iter();
        let arguments = arguments.map(|ty| self.concrete_type(ty, naming));
        let arguments = in_brackets(&arguments.collect::<Vec<_>>());
        let package = self.spell(&ty.address, naming);
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
