//! Calls of targets: which objects they take, and what else their handler's transaction must pass.

use std::collections::BTreeMap;

use crate::backend::move_lang::Expr;
use crate::backend::move_lang::body::TargetCall;
use crate::backend::move_lang::names::lower_case;
use crate::backend::move_lang::packages::Packages;
use crate::backend::move_lang::packages::types::TargetTypes;
use crate::backend::move_lang::targets::{Target, object_at, spell, type_arguments};
use crate::backend::names::Namer;
use crate::entities::{Constant, Handler};
use crate::hir::{ObjectBinding, ObjectSource};
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
pub(super) fn needs(packages: &Packages<'_>, handler: Handler, namer: &mut Namer) -> Needs {
    let mut needs = Needs::default();
    for inst in packages.input.program.handlers[handler].body.insts.values() {
        match inst {
            InstData::Call { call, .. } => needs.add_call(packages, call, namer),
            InstData::Now { .. } => needs.clock = needs.clock.max(Need::Shared),
            InstData::Caller { .. } => needs.context = needs.context.max(Need::Shared),
            _ => {}
        }
    }
    needs
}

impl Needs {
    fn add_call(&mut self, packages: &Packages<'_>, call: &CallData, namer: &mut Namer) {
        let Some(target) = Target::of(packages.input.program, &call.function) else {
            return;
        };
        let arguments = type_arguments(call).iter();
        let arguments: Vec<_> = arguments
            .map(|&constant| packages.constant_type(constant))
            .collect();
        let types = TargetTypes {
            packages,
            contract: target.contract,
        };
        for (index, param) in target.signature.params.iter().enumerate() {
            let TargetType::Move(ty) = &param.ty else {
                continue;
            };
            let need = Need::of(ty);
            match (param.role, object_at(call, index)) {
                (ParamRole::Context, _) => self.context = self.context.max(need),
                (ParamRole::Clock, _) => self.clock = self.clock.max(Need::Shared),
                (_, Some(binding)) => {
                    let ty = || types.name(ty, &arguments);
                    self.add_object(binding, ty, need, namer);
                }
                (_, None) => {}
            }
        }
    }

    fn add_object(
        &mut self,
        binding: &ObjectBinding,
        ty: impl FnOnce() -> String,
        need: Need,
        namer: &mut Namer,
    ) {
        let ObjectSource::Constant(constant) = binding.source else {
            self.clock = self.clock.max(Need::Shared);
            return;
        };
        let ty = ty();
        let object = self.objects.entry(constant).or_insert_with(|| ObjectParam {
            name: namer.choose(&lower_case(&binding.name)),
            ty: ty.clone(),
        });
        if need == Need::Mutable {
            object.ty = ty;
        }
    }
}

impl Need {
    /// How a parameter of this type needs its argument.
    fn of(ty: &MoveType) -> Self {
        match ty {
            MoveType::MutRef(_) => Need::Mutable,
            _ => Need::Shared,
        }
    }
}

/// Spells a call with these value arguments.
pub(super) fn write(
    packages: &Packages<'_>,
    call: &CallData,
    args: Vec<Expr>,
    needs: &Needs,
) -> TargetCall {
    spell(packages, call, args, |index, param| match param.role {
        ParamRole::Context => Some(Expr::atom("ctx")),
        ParamRole::Clock => Some(Expr::atom("clock")),
        _ => object_at(call, index).map(|binding| match binding.source {
            ObjectSource::Clock => Expr::atom("clock"),
            ObjectSource::Constant(constant) => Expr::atom(&needs.objects[&constant].name),
        }),
    })
}
