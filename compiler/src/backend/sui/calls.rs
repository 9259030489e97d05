//! Calls of targets: which objects they take, and how arguments and results fit their types.

use std::collections::BTreeMap;

use super::packages::{Packages, Target, resolve, target};
use super::types::{TargetTypes, constant_type};
use crate::backend::Input;
use crate::backend::move_lang::body::TargetCall;
use crate::backend::move_lang::names::lower_case;
use crate::backend::move_lang::{Doc, Expr};
use crate::backend::names::Namer;
use crate::entities::{Constant, Handler};
use crate::hir::{Binding, ObjectBinding, ObjectSource};
use crate::import::{MoveType, ParamRole, TargetType};
use crate::ir::{CallData, InstData};

/// What the calls of a handler need from its transaction.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// The objects that must be passed, by the constant that says which they are.
    pub(super) objects: BTreeMap<Constant, ObjectParam>,
    /// Whether a call takes the clock.
    pub(super) clock: Need,
    /// Whether a call takes the context.
    pub(super) context: Need,
}

/// Whether and how something must be passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// It need not.
    #[default]
    None,
    /// By reference.
    Shared,
    /// By reference, to be changed.
    Mutable,
}

/// An object that a handler takes.
#[derive(Clone, Debug)]
pub(super) struct ObjectParam {
    /// The parameter's name.
    pub(super) name: String,
    /// The parameter's type.
    pub(super) ty: String,
}

/// What the calls of a handler need. `namer` is the scope of its function.
pub(super) fn needs(
    input: Input<'_>,
    packages: &Packages,
    handler: Handler,
    namer: &mut Namer,
) -> Needs {
    let mut needs = Needs::default();
    for inst in input.program.handlers[handler].body.insts.values() {
        match inst {
            InstData::Call { call, .. } => needs.add_call(input, packages, call, namer),
            InstData::Now { .. } => needs.clock = needs.clock.max(Need::Shared),
            InstData::Caller { .. } => needs.context = needs.context.max(Need::Shared),
            _ => {}
        }
    }
    needs
}

impl Needs {
    fn add_call(
        &mut self,
        input: Input<'_>,
        packages: &Packages,
        call: &CallData,
        namer: &mut Namer,
    ) {
        let Some(target) = target(input.program, &call.function) else {
            return;
        };
        let arguments = type_arguments(input, packages, call);
        let types = TargetTypes {
            input,
            packages,
            contract: target.contract,
        };
        for (index, param) in target.signature.params.iter().enumerate() {
            let TargetType::Move(ty) = &param.ty else {
                continue;
            };
            let need = if matches!(ty, MoveType::MutRef(_)) {
                Need::Mutable
            } else {
                Need::Shared
            };
            match (param.role, object_at(call, index)) {
                (ParamRole::Context, _) => self.context = self.context.max(need),
                (ParamRole::Clock, _) => self.clock = self.clock.max(Need::Shared),
                (
                    _,
                    Some(ObjectBinding {
                        name,
                        source: ObjectSource::Constant(constant),
                        ..
                    }),
                ) => {
                    let ty = types.name(ty, &arguments);
                    self.add_object(*constant, name, ty, need, namer);
                }
                (
                    _,
                    Some(ObjectBinding {
                        source: ObjectSource::Clock,
                        ..
                    }),
                ) => self.clock = self.clock.max(Need::Shared),
                (_, None) => {}
            }
        }
    }

    fn add_object(
        &mut self,
        constant: Constant,
        name: &str,
        ty: String,
        need: Need,
        namer: &mut Namer,
    ) {
        let object = self.objects.entry(constant).or_insert_with(|| ObjectParam {
            name: namer.choose(&lower_case(name)),
            ty: ty.clone(),
        });
        if need == Need::Mutable {
            object.ty = ty;
        }
    }
}

/// Spells a call with these value arguments.
pub(super) fn write(
    input: Input<'_>,
    packages: &Packages,
    call: &CallData,
    args: Vec<Expr>,
    needs: &Needs,
) -> TargetCall {
    let target = target(input.program, &call.function)
        .expect("the checker lets only supported functions be called");
    let type_args = type_arguments(input, packages, call);
    let mut values = args.into_iter();
    let args: Vec<_> = target
        .signature
        .params
        .iter()
        .enumerate()
        .filter_map(
            |(index, param)| match (param.role, object_at(call, index)) {
                (ParamRole::Context, _) => Some(Expr::atom("ctx")),
                (ParamRole::Clock, _)
                | (
                    _,
                    Some(ObjectBinding {
                        source: ObjectSource::Clock,
                        ..
                    }),
                ) => Some(Expr::atom("clock")),
                (
                    _,
                    Some(ObjectBinding {
                        source: ObjectSource::Constant(constant),
                        ..
                    }),
                ) => Some(Expr::atom(&needs.objects[constant].name)),
                (_, None) => values.next().map(|value| argument(&param.ty, value)),
            },
        )
        .collect();
    let path = path(input, packages, target, call);
    let head = if type_args.is_empty() {
        Doc::text(path)
    } else {
        Doc::list(
            path + "<",
            type_args.into_iter().map(Doc::text).collect(),
            ">",
        )
    };
    TargetCall {
        expr: Doc::concat([head, Expr::call("", args).doc]).into(),
        results: target.signature.results.len(),
    }
}

/// `pool::pool::stake`
pub(super) fn path(
    input: Input<'_>,
    packages: &Packages,
    target: Target<'_>,
    call: &CallData,
) -> String {
    let id = resolve(input, target.contract, &target.function.address);
    let package = id.map_or_else(
        || target.function.address.to_string(),
        |id| packages.name(&id),
    );
    let name = &call.function.name;
    format!("{package}::{}::{name}", target.function.module)
}

fn type_arguments(input: Input<'_>, packages: &Packages, call: &CallData) -> Vec<String> {
    match &call.binding {
        Binding::Sui { type_arguments, .. } => type_arguments
            .iter()
            .map(|&constant| constant_type(input, packages, constant))
            .collect(),
        Binding::Evm { .. } | Binding::Svm { .. } | Binding::Aptos { .. } => Vec::new(),
    }
}

fn object_at(call: &CallData, parameter: usize) -> Option<&ObjectBinding> {
    match &call.binding {
        Binding::Sui { objects, .. } => objects.iter().find(|object| object.parameter == parameter),
        Binding::Evm { .. } | Binding::Svm { .. } | Binding::Aptos { .. } => None,
    }
}

/// A value as the parameter takes it.
fn argument(ty: &TargetType, value: Expr) -> Expr {
    match ty {
        TargetType::Move(MoveType::Ref(_)) => value.borrowed(),
        _ => value,
    }
}
