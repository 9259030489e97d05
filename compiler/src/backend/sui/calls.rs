//! Calls of targets: which objects they take, and what else their handler's transaction must pass.

use std::collections::BTreeMap;

use super::custody::Coins;
use crate::backend::delivery::Hex;
use crate::backend::move_lang::Expr;
use crate::backend::move_lang::body::{Operands, Statement, TargetCall};
use crate::backend::move_lang::custody::Movement;
use crate::backend::move_lang::entry::{Argument, Param};
use crate::backend::move_lang::names::lower_case;
use crate::backend::move_lang::packages::Packages;
use crate::backend::move_lang::packages::types::{Naming, TargetTypes};
use crate::backend::move_lang::targets::{Target, move_type, object_at, spell};
use crate::backend::names::Namer;
use crate::deployment::ConstantValue;
use crate::entities::{Constant, Handler};
use crate::hir::{ObjectBinding, ObjectSource, Spend};
use crate::import::{MoveType, ParamRole};
use crate::ir::{CallData, InstData, Program};

/// What the calls of a handler need from its transaction.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// The objects that must be passed, by the constant that says which they are.
    pub(super) objects: BTreeMap<Constant, ObjectParam>,
    /// The coins that are taken and given.
    pub(super) coins: Coins,
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
    /// The object's type, as it is written in the module.
    ty: String,
    /// Its type as the chain knows it.
    published_type: String,
    /// How it must be passed.
    need: Need,
}

/// What the calls of a handler need, and of those that it continues in. `namer` is the scope of its function.
pub(super) fn needs(packages: &Packages<'_>, handler: Handler, namer: &mut Namer) -> Needs {
    let mut needs = Needs {
        coins: Coins::given(packages, handler, namer),
        ..Needs::default()
    };
    let program = packages.input.program;
    for handler in program.reached_from(handler) {
        for inst in program.handlers[handler].body.insts.values() {
            needs.add_inst(packages, inst, namer);
        }
    }
    needs
}

impl Needs {
    fn add_inst(&mut self, packages: &Packages<'_>, inst: &InstData, namer: &mut Namer) {
        match inst {
            InstData::Call { call, .. } => match Movement::of(packages.input.program, call) {
                Some(movement) => self.add_movement(packages, movement, namer),
                None => self.add_call(packages, call, namer),
            },
            InstData::Now { .. } => self.clock = self.clock.max(Need::Shared),
            InstData::Caller { .. } => self.context = self.context.max(Need::Shared),
            _ => {}
        }
    }

    fn add_call(&mut self, packages: &Packages<'_>, call: &CallData, namer: &mut Namer) {
        for (movement, spend) in Movement::spent(packages.input.program, call)
            .into_iter()
            .zip(&call.spends)
        {
            self.coins.hold(packages, movement, namer);
            if takes_coin(packages.input.program, call, spend) {
                self.context = self.context.max(Need::Mutable);
            }
        }
        let Some(target) = Target::of(packages.input.program, &call.function) else {
            return;
        };
        for (index, param) in target.signature.params.iter().enumerate() {
            let ty = move_type(&param.ty);
            let need = Need::of(ty);
            match (param.role, object_at(call, index)) {
                (ParamRole::Context, _) => self.context = self.context.max(need),
                (ParamRole::Clock, _) => self.clock = self.clock.max(Need::Shared),
                (_, Some(binding)) => {
                    let spell = |naming| object_type(packages, target, call, ty, naming);
                    self.add_object(binding, spell, need, namer);
                }
                (_, None) => {}
            }
        }
    }

    fn add_object(
        &mut self,
        binding: &ObjectBinding,
        spell: impl Fn(Naming) -> String,
        need: Need,
        namer: &mut Namer,
    ) {
        let ObjectSource::Constant(constant) = binding.source else {
            self.clock = self.clock.max(Need::Shared);
            return;
        };
        let object = self.objects.entry(constant).or_insert_with(|| ObjectParam {
            name: namer.choose(&lower_case(&binding.name)),
            ty: spell(Naming::Name),
            published_type: spell(Naming::Address),
            need,
        });
        object.need = object.need.max(need);
    }

    /// What is passed to a function with these needs, in the order of its parameters.
    pub(super) fn arguments(&self, callee: &Needs) -> Vec<String> {
        let coins = self.coins.arguments(&callee.coins);
        let objects = callee.objects.keys();
        let objects = objects.map(|constant| self.objects[constant].name.clone());
        let clock = (callee.clock > Need::None).then(|| "clock".to_owned());
        let context = (callee.context > Need::None).then(|| "ctx".to_owned());
        (coins.chain(objects).chain(clock).chain(context)).collect()
    }

    /// The parameters that stand for all this, in order.
    pub(super) fn params(&self, packages: &Packages<'_>) -> Vec<Param> {
        let coins = self.coins.params(packages).into_iter();
        let objects = self.objects.iter();
        let objects = objects.map(|(&constant, object)| object.param(packages, constant));
        let clock = (self.clock > Need::None).then(|| clock("clock"));
        let context = (self.context > Need::None).then(|| context(self.context));
        (coins.chain(objects).chain(clock).chain(context)).collect()
    }
}

impl ObjectParam {
    fn param(&self, packages: &Packages<'_>, constant: Constant) -> Param {
        let ConstantValue::Address(id) = packages.input.deployment.constants[constant] else {
            unreachable!("the profile's resolution lets no type stand for an object");
        };
        let argument = Argument::Object {
            id: Hex(id.to_word().to_vec()),
            ty: self.published_type.clone(),
            mutable: self.need == Need::Mutable,
        };
        let ty = format!("{}{}", self.need.reference(), self.ty);
        Param::new(&self.name, ty, argument)
    }
}

/// The clock, behind this name.
pub(super) fn clock(name: &str) -> Param {
    Param::new(name, "&Clock", Argument::Clock)
}

/// The context of the transaction, which comes last.
pub(super) fn context(need: Need) -> Param {
    let ty = format!("{}TxContext", need.reference());
    Param::new("ctx", ty, Argument::Context)
}

/// The type of an object behind a reference.
fn object_type(
    packages: &Packages<'_>,
    target: Target<'_>,
    call: &CallData,
    ty: &MoveType,
    naming: Naming,
) -> String {
    let arguments = call.binding.type_arguments().iter();
    let arguments: Vec<_> = arguments
        .map(|&constant| packages.constant_type(constant, naming))
        .collect();
    let types = TargetTypes {
        packages,
        contract: target.contract,
        naming,
    };
    match ty {
        MoveType::Ref(inner) | MoveType::MutRef(inner) => types.name(inner, &arguments),
        other => unreachable!("the checker lets no object be passed as `{other}`"),
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

    fn reference(self) -> &'static str {
        match self {
            Need::Mutable => "&mut ",
            Need::None | Need::Shared => "&",
        }
    }
}

/// Whether what a call spends is passed as a coin, and not as a balance.
fn takes_coin(program: &Program, call: &CallData, spend: &Spend<CallData>) -> bool {
    let target = Target::of(program, &call.function);
    let param = target.and_then(|target| target.signature.params.get(spend.parameter?));
    let ty = param.map(|param| move_type(&param.ty));
    matches!(ty, Some(MoveType::Struct(ty)) if ty.name == "Coin")
}

/// Spells a call with these operands.
pub(super) fn write(
    packages: &Packages<'_>,
    call: &CallData,
    operands: Operands,
    needs: &Needs,
) -> TargetCall {
    let program = packages.input.program;
    let target = spell(packages, call, &operands, |index, param| match param.role {
        ParamRole::Context => Some(Expr::atom("ctx")),
        ParamRole::Clock => Some(Expr::atom("clock")),
        _ => object_at(call, index).map(|binding| match binding.source {
            ObjectSource::Clock => Expr::atom("clock"),
            ObjectSource::Constant(constant) => Expr::atom(&needs.objects[&constant].name),
        }),
    });
    let movements = Movement::spent(program, call).into_iter();
    let spends = movements.zip(&call.spends).zip(&operands.spent);
    let before = spends.map(|((movement, spend), spent)| {
        let is_coin = takes_coin(program, call, spend);
        Statement {
            name: spent.local.clone(),
            value: needs
                .coins
                .withdraw(movement, spent.amount.clone(), is_coin),
        }
    });
    TargetCall {
        before: before.collect(),
        ..target
    }
}
