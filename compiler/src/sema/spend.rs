//! What a step spends of what is held: that it is the last use of it, and how it gets to the target.

use super::asset::Way;
use super::call::Site;
use super::check::Checker;
use super::context::Place;
use super::custody::{Holding, Payment, held};
use super::errors::CustodyError;
use super::saga::RoleKind;
use super::symbols::{ContractSymbol, Declared};
use crate::entities::Asset;
use crate::hir::{Call, Spend};
use crate::import::{MoveType, Param, ParamRole, Passing, Signature, TargetType, well_known};
use crate::syntax::ast::{self, Name};
use crate::types::Type;
use crate::vm::Vm;

/// A name in a `spend` clause, the position of the step that took the holding, the holding, and the parameter that takes it by value, if
/// any does.
pub(super) type Spending<'n> = (
    &'n Name,
    Declared<(usize, Holding)>,
    Declared<Option<usize>>,
);

/// The holdings that a step spends.
pub(super) fn spent(step: &ast::Step) -> &[Name] {
    step.spend.as_ref().map_or(&[], |clause| &clause.value)
}

/// Whether a parameter takes an asset itself, by value.
pub(super) fn is_asset(vm: Vm, param: &Param) -> bool {
    let is_given = matches!(
        param.role,
        ParamRole::Object {
            passing: Passing::Value,
            ..
        }
    );
    match &param.ty {
        TargetType::Move(MoveType::Struct(name)) => is_given && well_known::is_asset(vm, name),
        _ => false,
    }
}

impl Checker<'_> {
    /// Nothing brings back what was spent, so the way back has to be closed; and only home holds something.
    pub(super) fn check_spending(
        &mut self,
        step: &ast::Step,
        kind: Declared<RoleKind>,
        is_home: bool,
    ) -> Declared<()> {
        let Some(clause) = &step.spend else {
            return Ok(());
        };
        let (span, step) = (clause.span, step.name.value.clone());
        match kind? {
            _ if !is_home => Err(self.report(CustodyError::SpentElsewhere { span, step })),
            RoleKind::Pivot | RoleKind::Retriable => Ok(()),
            RoleKind::Compensable | RoleKind::NothingToUndo => {
                Err(self.report(CustodyError::SpentEarly { span, step }))
            }
        }
    }

    /// What a call spends, with the calls that make it ready for the target.
    pub(super) fn check_spends(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        signature: &Signature,
    ) -> Declared<Vec<Spend<Call>>> {
        let Place::Step(index) = site.context.place else {
            return Ok(Vec::new());
        };
        let parameters = self.places_of_assets(site, contract, signature);
        let mut spends = Vec::new();
        for (place, name) in site.spend.iter().enumerate() {
            let holding = self.find_holding(site.context.scope, index, (name, Payment::Written));
            let parameter = parameters.as_ref().map(|places| places.get(place).copied());
            spends.push((name, holding, parameter.map_err(|reported| *reported)));
        }
        let apart = self.check_are_apart(&spends);
        let value = self.check_value(site, signature, &spends);
        let spends = spends.into_iter().map(|(name, holding, parameter)| {
            let (taken, Holding { asset, form, .. }) = holding?;
            if form.chain != contract.chain {
                // That the step is elsewhere is said for the step.
                return Ok(None);
            }
            let taken = site.context.scope.steps[taken].id;
            let amount = held(taken, &Type::Amount(form.units(asset)), name.span);
            let parameter = parameter?;
            let way = parameter.map_or(Way::Spent, |_| Way::Withdrawn);
            Ok(Some(Spend {
                taken,
                funding: self.movement(asset, &form, way, amount, name.span),
                parameter,
            }))
        });
        let spends: Vec<Declared<Option<_>>> = spends.collect();
        let spends: Declared<Vec<Option<_>>> = spends.into_iter().collect();
        apart?;
        value?;
        Ok(spends?.into_iter().flatten().collect())
    }

    /// A target takes from the caller one amount of an asset at most: an allowance replaces the one before it, and an account shows only
    /// how much is missing in all.
    fn check_are_apart(&mut self, spends: &[Spending<'_>]) -> Declared<()> {
        let from_caller = spends.iter().filter_map(|(name, holding, parameter)| {
            let (taken, holding) = holding.as_ref().ok()?;
            matches!(parameter, Ok(None)).then_some((*name, *taken, holding.asset))
        });
        let mut seen: Vec<(&Name, usize, Asset)> = Vec::new();
        let mut apart = Ok(());
        for (name, taken, asset) in from_caller {
            let before = seen.iter().find(|(_, _, other)| *other == asset);
            match before {
                Some((first, other, _)) if *other != taken => {
                    let (second, first) = (name.clone(), (*first).clone());
                    apart = Err(self.report(CustodyError::SpentTogether { second, first }));
                }
                // That it is the same holding is said where holdings are followed.
                Some(_) => {}
                None => seen.push((name, taken, asset)),
            }
        }
        apart
    }

    /// The parameters that take assets by value. If there are any, a call spends as many; if there are none, the target takes what is
    /// spent from whoever calls, whom it has to know.
    fn places_of_assets(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        signature: &Signature,
    ) -> Declared<Vec<usize>> {
        let vm = contract.interface.vm;
        let params = signature.params.iter().enumerate();
        let places = params.filter(|(_, param)| is_asset(vm, param));
        let places: Vec<_> = places.map(|(place, _)| place).collect();
        let knows_caller = match vm {
            Vm::Evm | Vm::Svm => true,
            Vm::Sui => false,
            Vm::Aptos => signature
                .params
                .iter()
                .any(|it| it.role == ParamRole::Signer),
        };
        let is_taken_from_caller = places.is_empty() && knows_caller;
        match site.spend {
            [] => Ok(places),
            _ if is_taken_from_caller || site.spend.len() == places.len() => Ok(places),
            [first, .., last] | [first @ last] => Err(self.report(CustodyError::OtherAssets {
                span: first.span.to(last.span),
                function: site.call.function.value.clone(),
                takes: places.len(),
                spent: site.spend.len(),
            })),
        }
    }
}
