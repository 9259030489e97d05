//! `floor`: what other chains have no units for is split off an amount when it is taken.

use super::check::Checker;
use super::context::WorkflowScope;
use super::custody::{Holding, Payment, result};
use super::errors::{CustodyError, MoneyError};
use super::money::{as_number, counted, in_units};
use super::names::{Reserved, Scope};
use super::saga::Progress;
use super::statements::Statements;
use super::symbols::Declared;
use super::workflow::Surroundings;
use crate::hir::{ArithmeticOp, Certainty, Expr, ExprKind, Floor, StepDecl};
use crate::interval::Interval;
use crate::literal::{Literal, U256};
use crate::syntax::ast::{self, Giving, Name};
use crate::types::{Type, Units};

/// What becomes of an amount that is taken.
#[derive(Clone, Debug)]
pub(super) struct Split {
    /// What is taken under the name of the holding.
    pub(super) kept: Expr,
    /// It is whole in units of so many decimal places.
    pub(super) decimals: u8,
    /// What is held apart from it, if that is not simply left where it is.
    pub(super) rest: Option<Expr>,
}

impl Checker<'_> {
    /// Splits an amount as the `floor` of its `take` says.
    pub(super) fn split(&mut self, take: &ast::Take, amount: Expr, home: Units) -> Declared<Split> {
        let Some(floor) = &take.floor else {
            return Ok(Split {
                kept: amount,
                decimals: home.decimals,
                rest: None,
            });
        };
        let chains = self.check_chains(floor, home)?;
        let decimals = chains.iter().map(|units| units.decimals);
        let decimals = decimals.fold(home.decimals, u8::min);
        let factor = U256::exp10(usize::from(home.decimals - decimals));
        let rest = match keeps_rest(take) {
            false => None,
            true if decimals == home.decimals => {
                let chains = floor.chains.iter().map(|chain| chain.value.clone());
                return Err(self.report(MoneyError::NothingLeft {
                    to: floor.to.span,
                    chains: chains.collect(),
                }));
            }
            true => Some(rest_of(amount.clone(), factor, home)),
        };
        Ok(Split {
            kept: kept_of(amount, (factor, decimals), &chains, home),
            decimals,
            rest,
        })
    }

    /// What the asset is counted in on the chains of a `floor`.
    fn check_chains(&mut self, floor: &ast::Floor, home: Units) -> Declared<Vec<Units>> {
        let mut scope = Scope::default();
        let mut chains = Vec::new();
        for name in &floor.chains {
            self.add_name(&mut scope, name, "chain", Reserved::Allowed);
            chains.push(self.check_chain(name, home));
        }
        chains.into_iter().collect()
    }

    fn check_chain(&mut self, name: &Name, home: Units) -> Declared<Units> {
        let chain = self.find_chain(name)?;
        if chain == home.chain {
            let chain = name.clone();
            return Err(self.report(MoneyError::FloorAtHome { chain }));
        }
        let units = self.units_on(home.asset, chain, name.span)?;
        let missing = home.decimals.saturating_sub(units.decimals);
        if U256::exp10(usize::from(missing)) > Interval::of_bits(home.bits).most {
            let asset = self.declarations.assets[home.asset].name.clone();
            return Err(self.report(MoneyError::NeverWhole {
                chain: name.clone(),
                asset,
            }));
        }
        Ok(units)
    }

    /// The step that takes what a `floor` holds apart, the `index`-th; the one before takes the amount itself.
    pub(super) fn check_take_of_rest(
        &mut self,
        surroundings: &Surroundings<'_>,
        scope: &mut WorkflowScope,
        (index, take): (usize, &ast::Take),
    ) -> Declared<StepDecl> {
        let id = scope.steps[index].id;
        self.kept.remove(&id);
        let whole = scope.steps[index - 1].holding.clone();
        let whole = whole.expect("the amount is taken right before its rest");
        let taken = whole.map(|whole| {
            let rest = whole.rest.expect("somebody else gets the rest");
            (whole.asset, whole.form, whole.from, rest)
        });
        scope.steps[index].results = Some(match &taken {
            Ok((.., rest)) => Ok(result(rest)),
            Err(reported) => Err(*reported),
        });
        scope.steps[index].holding = Some(taken.clone().map(|(asset, form, from, _)| Holding {
            asset,
            form,
            from,
            rest: None,
            is_rest: true,
        }));
        let (asset, form, from, rest) = taken?;
        let (name, docs) = (scope.steps[index].name.clone(), docs_of(take));
        let named = (&name, &docs, take.span);
        self.taken(surroundings, named, (asset, form, id), (from, rest))
    }

    /// The step that gives what a `floor` held apart to whom it belongs, the `index`-th.
    pub(super) fn check_pay_of_rest(
        &mut self,
        surroundings: &Surroundings<'_>,
        scope: &mut WorkflowScope,
        progress: &mut Progress,
        (index, take): (usize, &ast::Take),
        floor: &ast::Floor,
    ) -> Declared<StepDecl> {
        let pay = ast::Pay {
            docs: docs_of(take),
            giving: Giving::Pay,
            keyword: floor.keyword,
            holding: rest_name(take, floor),
            to: floor.to.clone(),
            span: take.span,
        };
        self.check_pay(
            surroundings,
            scope,
            progress,
            index,
            (&pay, Payment::OfRest),
        )
    }

    /// A rest is paid right after the pivot, so there has to be one.
    pub(super) fn check_rests(&mut self, statements: &Statements<'_>) {
        for (take, floor) in statements.unpaid_rests() {
            self.report(CustodyError::RestNotPaid {
                keyword: floor.keyword,
                holding: take.name.value.clone(),
                from: take.from.to_string(),
            });
        }
    }
}

/// Whether what a `floor` splits off is held for somebody else than whom the amount is taken from.
pub(super) fn keeps_rest(take: &ast::Take) -> bool {
    let floor = take.floor.as_ref();
    floor.is_some_and(|floor| floor.to.kind != take.from.kind)
}

/// What the `floor`s of a workflow split off, and where it goes.
pub(super) fn floors(workflow: &ast::Workflow) -> Vec<Floor> {
    let floor_of = |statement: &ast::Statement| {
        let ast::Statement::Take(take) = statement else {
            return None;
        };
        let floor = take.floor.as_ref()?;
        Some(Floor {
            holding: take.name.value.clone(),
            chains: floor.chains.iter().map(|it| it.value.clone()).collect(),
            to: floor.to.to_string(),
            held: keeps_rest(take).then(|| rest_name(take, floor).value),
        })
    };
    workflow.body.iter().filter_map(floor_of).collect()
}

/// What is held apart is called after the holding: `price_dust`.
pub(super) fn rest_name(take: &ast::Take, floor: &ast::Floor) -> Name {
    Name::new(format!("{}_dust", take.name.value), floor.keyword)
}

fn docs_of(take: &ast::Take) -> ast::Docs {
    let chains = take.floor.iter().flat_map(|floor| &floor.chains);
    let chains: Vec<_> = chains.map(|chain| chain.value.as_str()).collect();
    vec![format!(
        "What `{}` would be too fine for on {}.",
        take.name.value,
        chains.join(" and ")
    )]
}

/// What is too little for the greatest of the units.
fn rest_of(amount: Expr, factor: U256, home: Units) -> Expr {
    let rest = computed_with(ArithmeticOp::Rem, amount, factor, home.bits);
    counted(rest, home)
}

/// The part of an amount that is whole in units of so many decimal places. It has no value if one of the chains has no room for it.
fn kept_of(amount: Expr, (factor, decimals): (U256, u8), chains: &[Units], home: Units) -> Expr {
    let whole = match factor == U256::one() {
        true => as_number(amount, home.bits),
        false => computed_with(ArithmeticOp::Div, amount, factor, home.bits),
    };
    let tightest = chains.iter().min_by_key(|units| most_of(units, home));
    let tightest =
        tightest.filter(|units| most_of(units, home) < Interval::of_bits(home.bits).most);
    let (there, decimals) = match tightest {
        Some(units) => {
            let from = (decimals, Certainty::Whole);
            let there = in_units(whole, from, (units.decimals, units.bits));
            (there, units.decimals)
        }
        None => (whole, decimals),
    };
    // It came from home, so it fits there.
    let from = (decimals, Certainty::Value);
    counted(in_units(there, from, (home.decimals, home.bits)), home)
}

/// The greatest amount that a chain has room for, in units of home, or as many as 256 bits hold.
fn most_of(there: &Units, home: Units) -> U256 {
    let most = Interval::of_bits(there.bits).most;
    let factor = U256::exp10(usize::from(there.decimals.abs_diff(home.decimals)));
    match there.decimals > home.decimals {
        true => most / factor,
        false => most.saturating_mul(factor),
    }
}

fn computed_with(op: ArithmeticOp, amount: Expr, factor: U256, bits: u16) -> Expr {
    let span = amount.span;
    let number = |kind| Expr {
        kind,
        ty: Type::Uint(bits),
        span,
    };
    let factor = number(ExprKind::Literal(Literal::Uint(factor)));
    let sides = (as_number(amount, bits), factor);
    number(ExprKind::Arithmetic(
        op,
        Box::new(sides.0),
        Box::new(sides.1),
    ))
}
