//! Holdings: what is taken into custody, and what gives it away.

use cranelift_entity::EntityRef;

use super::arithmetic::Necessity;
use super::asset::Way;
use super::check::Checker;
use super::context::{Context, Expect, Place, ResultSymbol, ResultValue, WorkflowScope};
use super::erase::erase_step;
use super::errors::{CustodyError, FormUse, NameError, NameKind};
use super::floor::Split;
use super::money::counted;
use super::operators::is_untyped;
use super::saga::Progress;
use super::statements::PlacedStep;
use super::symbols::Declared;
use super::workflow::Surroundings;
use crate::entities::{Asset, Step, Workflow};
use crate::hir::{
    Authority, Call, Compensation, Custody, Expr, ExprKind, RefusalPolicy, Role, StepDecl,
};
use crate::source::Span;
use crate::syntax::ast::{self, Giving, Name};
use crate::types::{AssetForm, Field, Type, Units};

/// The name of what a holding has of an asset.
const AMOUNT: &str = "amount";

/// What is held after a `take`.
#[derive(Clone, Debug)]
pub(super) struct Holding {
    pub(super) asset: Asset,
    pub(super) form: AssetForm,
    /// Whom it was taken from.
    pub(super) from: Expr,
    /// What is held apart from it, for somebody else.
    pub(super) rest: Option<Expr>,
    /// Whether it is such a rest itself, which no source pays.
    pub(super) is_rest: bool,
}

/// Who says that a holding is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payment {
    /// A `pay`, a `release` or a `spend` of the source.
    Written,
    /// A `floor`, of what it held apart.
    OfRest,
}

impl Checker<'_> {
    /// Checks a `take`, the `index`-th step of its workflow.
    pub(super) fn check_take(
        &mut self,
        surroundings: &Surroundings<'_>,
        scope: &mut WorkflowScope,
        progress: &mut Progress,
        (index, placed): (usize, PlacedStep<'_>),
        take: &ast::Take,
    ) -> Declared<StepDecl> {
        self.kept.remove(&scope.steps[index].id);
        let place = self.check_place_of_take(progress, placed, take);
        let asset = self.find_asset(&take.asset);
        let context = Context {
            scope,
            place: Place::Step(index),
        };
        let from = self.check_giver(surroundings, context, take);
        let form = surroundings
            .home
            .and_then(|home| self.form_at(asset?, &take.asset, (home, FormUse::Taken)));
        let units = asset.and_then(|asset| Ok(form.as_ref().map_err(|e| *e)?.units(asset)));
        let split = self.check_amount(context, take, units);
        let amount = split.as_ref().map(|split| split.kept.clone());
        let amount = amount.map_err(|e| *e);
        let id = scope.steps[index].id;
        if let (Ok(Split { kept, decimals, .. }), Ok(_)) = (&split, units) {
            self.keep(id, kept, *decimals);
        }
        scope.steps[index].results = Some(amount.as_ref().map(result).map_err(|e| *e));
        scope.steps[index].holding = Some(asset.and_then(|asset| {
            let rest = split.as_ref().map(|split| split.rest.clone());
            Ok(Holding {
                asset,
                form: form.clone()?,
                from: from.clone()?,
                rest: rest.map_err(|e| *e)?,
                is_rest: false,
            })
        }));
        surroundings.home?;
        let (asset, form, from, amount) = (asset?, form?, from?, amount?);
        place?;
        let named = (&take.name, &take.docs, take.span);
        self.taken(surroundings, named, (asset, form, id), (from, amount))
    }

    /// How much is taken: an amount of the asset, or a number that fits.
    fn check_amount(
        &mut self,
        context: Context<'_>,
        take: &ast::Take,
        units: Declared<Units>,
    ) -> Declared<Split> {
        let units = match units {
            Ok(units) => units,
            Err(reported) => {
                let _poisoned_anyway = self.check_expr(context, &take.amount, Expect::Any);
                return Err(reported);
            }
        };
        let ty = Type::Amount(units);
        let expected = match is_untyped(&take.amount) {
            true => Expect::Type(&ty),
            false => Expect::Any,
        };
        let amount = self.check_expr(context, &take.amount, expected)?;
        let amount = match amount.ty {
            Type::Amount(_) => self.convert(amount, Expect::Type(&ty), None)?,
            _ => self.convert(amount, Expect::Type(&Type::Uint(units.bits)), None)?,
        };
        self.split(take, counted(amount, units), units)
    }

    /// The step that a `take` stands for. What undoes it gives as much back.
    pub(super) fn taken(
        &mut self,
        surroundings: &Surroundings<'_>,
        (name, docs, span): (&Name, &ast::Docs, Span),
        (asset, form, id): (Asset, AssetForm, Step),
        (from, amount): (Expr, Expr),
    ) -> Declared<StepDecl> {
        let ty = amount.ty.clone();
        let held = held(id, &ty, name.span);
        let call = self.movement(asset, &form, Way::In(from.clone()), amount.clone(), span);
        let position = call.args.iter().position(|arg| *arg == amount);
        let custody = Custody::Taken {
            amount: position.unwrap_or_default(),
        };
        let back = self.movement(asset, &form, Way::Out(from), held, span);
        let field = Field {
            name: AMOUNT.to_owned(),
            ty,
        };
        Ok(erase_step(StepDecl {
            results: vec![(field, 0)],
            role: Role::Compensable(Box::new(Compensation {
                calls: vec![back],
                hold_for: None,
            })),
            ..self.step_of(surroundings, (name, docs, span), call, custody)?
        }))
    }

    /// An asset is taken from whoever starts the instance, so in the transaction that does.
    fn check_place_of_take(
        &mut self,
        progress: &Progress,
        placed: PlacedStep<'_>,
        take: &ast::Take,
    ) -> Declared<()> {
        let why = match placed.arm {
            Some(arm) => Some(match arm.word {
                "if" => "in an `if`",
                _ => "in an `attempt`",
            }),
            None => (!progress.is_still_start())
                .then_some("after steps that wait for other transactions"),
        };
        match why {
            Some(why) => Err(self.report(CustodyError::TakenLate {
                keyword: take.keyword,
                why,
            })),
            None => Ok(()),
        }
    }

    /// Whom an asset is taken from: the one account that may start an instance.
    fn check_giver(
        &mut self,
        surroundings: &Surroundings<'_>,
        context: Context<'_>,
        take: &ast::Take,
    ) -> Declared<Expr> {
        let home = Type::Address(surroundings.home?);
        let from = self.check_expr(context, &take.from, Expect::Type(&home))?;
        let (is_starter, authorised) = match context.scope.authority {
            Some(Ok(Authority::Input(input))) => {
                let name = context.scope.inputs[input].name.value.clone();
                (from.kind == ExprKind::Input(input), Some(name))
            }
            Some(Ok(Authority::Constant(constant))) => {
                let name = format!("@{}", self.declarations.constants[constant].name);
                (from.kind == ExprKind::Constant(constant), Some(name))
            }
            Some(Ok(Authority::Anyone)) | None => (false, None),
            Some(Err(reported)) => return Err(reported),
        };
        match is_starter {
            true => Ok(from),
            false => Err(self.report(CustodyError::TakenFromOther {
                from: take.from.span,
                authorised,
            })),
        }
    }

    /// Checks a `pay` or a `release`, the `index`-th step of its workflow.
    pub(super) fn check_pay(
        &mut self,
        surroundings: &Surroundings<'_>,
        scope: &mut WorkflowScope,
        progress: &mut Progress,
        index: usize,
        (pay, payment): (&ast::Pay, Payment),
    ) -> Declared<StepDecl> {
        scope.steps[index].results = Some(Ok(Vec::new()));
        let is_decided = progress.has_pivot();
        let place = match (pay.giving, is_decided) {
            (Giving::Release, _) | (Giving::Pay, true) => Ok(()),
            (Giving::Pay, false) => Err(self.report(CustodyError::PaidEarly {
                keyword: pay.keyword,
                holding: pay.holding.value.clone(),
            })),
        };
        let holding = self.find_holding(scope, index, (&pay.holding, payment));
        let home = surroundings.home?;
        let context = Context {
            scope,
            place: Place::Step(index),
        };
        let to = self.check_expr(context, &pay.to, Expect::Type(&Type::Address(home)))?;
        self.check_is_total(&to, Necessity::Retriable)?;
        let (taken, Holding { asset, form, .. }) = holding?;
        place?;
        let (id, name) = (scope.steps[taken].id, scope.steps[index].name.clone());
        let amount = held(id, &Type::Amount(form.units(asset)), pay.holding.span);
        let call = self.movement(asset, &form, Way::Out(to), amount, pay.span);
        let custody = match pay.giving {
            Giving::Pay => Custody::Paid(id),
            Giving::Release => Custody::Released(id),
        };
        let named = (&name, &pay.docs, pay.span);
        Ok(erase_step(StepDecl {
            role: match is_decided {
                true => Role::Retriable,
                false => Role::NothingToUndo,
            },
            ..self.step_of(surroundings, named, call, custody)?
        }))
    }

    /// The position of the `take` that a `pay`, a `release` or a `spend` speaks of, and what it took.
    pub(super) fn find_holding(
        &mut self,
        scope: &WorkflowScope,
        before: usize,
        (name, payment): (&Name, Payment),
    ) -> Declared<(usize, Holding)> {
        let is_payable = |holding: &Declared<Holding>| {
            let is_rest = |holding: &Holding| holding.is_rest;
            payment == Payment::OfRest || !holding.as_ref().is_ok_and(is_rest)
        };
        let steps = scope.steps[..before].iter().enumerate();
        let mut holdings = steps.filter_map(|(position, step)| {
            let holding = step.holding.as_ref().filter(|it| is_payable(it))?;
            Some((position, &step.name.value, holding))
        });
        if let Some((position, _, holding)) = holdings.find(|(_, it, _)| **it == name.value) {
            return holding.clone().map(|holding| (position, holding));
        }
        if let Some(reported) = self.find_in_repeat(scope, name) {
            return Err(reported);
        }
        let known = scope.steps.iter();
        let known = known.filter(|step| step.holding.as_ref().is_some_and(is_payable));
        Err(self.report(NameError::Unknown {
            kind: NameKind::Holding,
            name: name.clone(),
            known: known.map(|step| step.name.value.clone()).collect(),
        }))
    }

    /// A step of home that moves an asset.
    pub(super) fn step_of(
        &self,
        surroundings: &Surroundings<'_>,
        (name, docs, span): (&Name, &ast::Docs, Span),
        call: Call,
        custody: Custody,
    ) -> Declared<StepDecl> {
        Ok(StepDecl {
            name: name.value.clone(),
            docs: docs.clone(),
            workflow: Workflow::new(self.workflows.len()),
            chain: surroundings.home?,
            transport: None,
            call,
            results: Vec::new(),
            role: Role::NothingToUndo,
            then: Vec::new(),
            confirmation: Vec::new(),
            views: Vec::new(),
            guard: None,
            within: None,
            on_refused: RefusalPolicy::Compensate,
            custody: Some(custody),
            name_span: name.span,
            span,
        })
    }
}

/// What a holding has of its asset.
pub(super) fn held(step: Step, ty: &Type, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Result(step, 0),
        ty: ty.clone(),
        span,
    }
}

/// The result of a `take`: how much it was.
pub(super) fn result(amount: &Expr) -> Vec<ResultSymbol> {
    vec![ResultSymbol {
        name: Some(AMOUNT.to_owned()),
        value: ResultValue::Usable(0, amount.ty.clone()),
    }]
}
