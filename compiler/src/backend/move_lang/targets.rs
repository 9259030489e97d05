//! The functions that handlers call: where they are declared, and how a call of one is spelled.

use super::body::{Operands, TargetCall};
use super::packages::Packages;
use super::packages::types::Naming;
use super::{Brackets, Doc, Expr};
use crate::entities::{Contract, Handler, Machine};
use crate::hir::{FunctionRef, ObjectBinding};
use crate::import::{
    FunctionKind, MoveFunction, MoveType, Param, ParamRole, Signature, TargetType,
};
use crate::ir::{CallData, Program};

/// The parts of a call's target.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The contract whose interface declares the function.
    pub contract: Contract,
    /// What a call takes and gives.
    pub signature: &'a Signature,
    /// Where it is and what its type parameters demand.
    pub function: &'a MoveFunction,
}

impl<'a> Target<'a> {
    /// The called function, if its signature is supported; the checker lets no other be called.
    pub fn of(program: &'a Program, call: &FunctionRef) -> Option<Self> {
        let interface = &program.declarations.contracts[call.contract].interface;
        let function = interface.functions.get(&call.name)?.get(call.overload)?;
        let signature = function.signature.as_ref().ok()?;
        match &signature.kind {
            FunctionKind::Sui(function) | FunctionKind::Aptos(function) => Some(Target {
                contract: call.contract,
                signature,
                function,
            }),
            FunctionKind::Evm(_) | FunctionKind::Svm(_) => None,
        }
    }

    /// The types in its signature, parameters first.
    pub fn types(self) -> impl Iterator<Item = &'a MoveType> {
        let params = self.signature.params.iter().map(|param| &param.ty);
        let results = self.signature.results.iter().map(|result| &result.ty);
        params.chain(results).map(move_type)
    }
}

/// The type of a parameter or result of a Move function.
pub fn move_type(ty: &TargetType) -> &MoveType {
    match ty {
        TargetType::Move(ty) => ty,
        TargetType::Evm(_) | TargetType::Svm(_) => unreachable!("a Move function has Move types"),
    }
}

/// The calls of a machine's handlers.
pub fn calls_of(program: &Program, machine: Machine) -> impl Iterator<Item = &CallData> {
    let handlers = program.machines[machine].handlers.iter();
    handlers.flat_map(|&handler| calls_of_handler(program, handler))
}

/// The calls of a handler, and before each those that make ready what it spends.
pub fn calls_of_handler(program: &Program, handler: Handler) -> impl Iterator<Item = &CallData> {
    let calls = program.handlers[handler].body.calls();
    calls.flat_map(|(call, _)| call.with_fundings())
}

/// Whether a call needs the signature of the machine's own account: the function takes a signer, or what is spent comes from there.
pub fn is_signed(program: &Program, call: &CallData) -> bool {
    let target = Target::of(program, &call.function);
    let mut params = target.iter().flat_map(|target| &target.signature.params);
    let mut spends = call.spends.iter();
    params.any(|param| param.role == ParamRole::Signer)
        || spends.any(|spend| spend.parameter.is_none())
}

/// The object that a call is given at this place among its parameters.
pub fn object_at(call: &CallData, parameter: usize) -> Option<&ObjectBinding> {
    let mut objects = call.binding.objects().iter();
    objects.find(|object| object.parameter == parameter)
}

/// Spells a call. `supplied` says what is passed for a parameter, by its position, that is neither spent nor a value of the source;
/// the values are passed in order for those that nothing else is.
pub fn spell(
    packages: &Packages<'_>,
    call: &CallData,
    Operands { args, spent }: &Operands,
    supplied: impl Fn(usize, &Param) -> Option<Expr>,
) -> TargetCall {
    let target = Target::of(packages.input.program, &call.function)
        .expect("the checker lets only supported functions be called");
    let mut values = args.iter().cloned();
    let params = target.signature.params.iter().enumerate();
    let args = params.filter_map(|(index, param)| {
        let value = || values.next().map(|value| as_param(&param.ty, value));
        let mut spends = call.spends.iter().zip(spent);
        let spent = spends.find(|(spend, _)| spend.parameter == Some(index));
        let spent = || spent.map(|(_, spent)| Expr::atom(&spent.local));
        supplied(index, param).or_else(spent).or_else(value)
    });
    let args = Expr::call("", args).doc;
    TargetCall::new(
        head(packages, target, call).join(args).into(),
        target.signature.results.len(),
    )
}

/// `pool::pool::stake<usdc::usdc::USDC>`
fn head(packages: &Packages<'_>, target: Target<'_>, call: &CallData) -> Doc {
    let path = packages.function_path(target, &call.function.name, Naming::Name);
    let constants = call.binding.type_arguments().iter();
    let types: Vec<_> = constants
        .map(|&constant| Doc::text(packages.constant_type(constant, Naming::Name)))
        .collect();
    if types.is_empty() {
        Doc::text(path)
    } else {
        Doc::list(path, Brackets::Angle, types)
    }
}

/// A value as the parameter takes it: `&value` where it is a reference.
pub fn as_param(ty: &TargetType, value: Expr) -> Expr {
    match ty {
        TargetType::Move(MoveType::Ref(_)) => value.borrowed(),
        _ => value,
    }
}
