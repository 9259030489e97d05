//! Counts amounts, what becomes of them, and what is held.

use std::collections::BTreeSet;

use xcc::hir::{Package, Role};
use xcc::syntax::ast::{
    CallOptions, Compensation, Expr, ExprKind, File, Item, Statement, Step, Take, Type, TypeKind,
};

use super::Census;
use super::calls::{for_each_expr, for_each_part, names_of};

impl Census {
    /// What only the text says: a checked project has numbers in the place of amounts.
    pub(super) fn count_money(&mut self, file: &File, files: &[File]) {
        let assets = names_of(file, files, |item| matches!(item, Item::Asset(_)));
        self.count_if(!assets.is_empty(), "asset");
        self.count_if(assets.len() > 1, "several assets");
        for item in &file.items {
            let Item::Asset(asset) = item else { continue };
            for form in &asset.forms {
                self.count(format!("asset of {}", form.standard.value));
            }
        }
        let is_asset = |expr: &Expr| match &expr.kind {
            ExprKind::Name(name) => assets.contains(name.as_str()),
            _ => false,
        };
        for item in &file.items {
            let Item::Workflow(workflow) = item else {
                continue;
            };
            for input in &workflow.inputs {
                self.count_if(is_amount(&input.ty), "amount in an input");
            }
            for result in &workflow.results {
                self.count_if(is_amount(&result.ty), "amount in a result of a workflow");
            }
            for_each_expr(&workflow.body, &mut |_, expr| {
                for_each_part(expr, &mut |part| self.count_money_in(part, &is_asset));
            });
            self.count_held(&workflow.body, &is_asset);
            self.count_taken(&workflow.body);
        }
    }

    fn count_money_in(&mut self, part: &Expr, is_asset: &dyn Fn(&Expr) -> bool) {
        self.count_if(is_asset(part), "asset for its token");
        match &part.kind {
            ExprKind::Exact { amount, .. } => {
                self.count("exact");
                let is_computed = matches!(amount.kind, ExprKind::Binary { .. });
                self.count_if(is_computed, "exact of arithmetic");
            }
            ExprKind::Field { base, field } if field.value == "amount" => {
                let is_rest = matches!(&base.kind, ExprKind::Name(name) if name.ends_with("_dust"));
                self.count(match is_rest {
                    true => "use of what a floor splits off",
                    false => "use of what is held",
                });
            }
            _ => {}
        }
    }

    fn count_held(&mut self, statements: &[Statement], is_asset: &dyn Fn(&Expr) -> bool) {
        for statement in statements {
            match statement {
                Statement::Take(take) => self.count_take(take),
                Statement::Step(step) => self.count_step_for_money(step, is_asset),
                Statement::Let(it) => {
                    let is_amount = it.ty.as_ref().is_some_and(is_amount);
                    self.count_if(is_amount, "amount in a let");
                }
                Statement::Parallel(it) => self.count_held(&it.body, is_asset),
                Statement::Atomic(it) => self.count_held(&it.body, is_asset),
                Statement::Repeat(it) => self.count_held(&it.body, is_asset),
                Statement::If(it) => {
                    self.count_held(&it.then, is_asset);
                    self.count_held(&it.otherwise, is_asset);
                }
                Statement::Attempt(it) => {
                    self.count_held(&it.first, is_asset);
                    self.count_held(&it.otherwise, is_asset);
                }
                _ => {}
            }
        }
    }

    /// What a workflow takes altogether.
    fn count_taken(&mut self, statements: &[Statement]) {
        let taken = statements.iter().filter_map(|statement| match statement {
            Statement::Take(take) => Some(take.asset.value.as_str()),
            _ => None,
        });
        let taken: BTreeSet<_> = taken.collect();
        self.count_if(taken.len() > 1, "take of several assets");
    }

    fn count_take(&mut self, take: &Take) {
        let Some(floor) = &take.floor else { return };
        self.count(match floor.chains.len() {
            1 => "floor on one chain",
            _ => "floor on several chains",
        });
        self.count(match floor.to.kind == take.from.kind {
            true => "floor to the giver",
            false => "floor to somebody else",
        });
    }

    fn count_step_for_money(&mut self, step: &Step, is_asset: &dyn Fn(&Expr) -> bool) {
        for result in step.results.iter().flat_map(|results| &results.value) {
            let is_amount = result.ty.as_ref().is_some_and(is_amount);
            self.count_if(is_amount, "amount in a result of a step");
        }
        self.count_tokens(&step.options, is_asset);
        let compensation = step.compensate.as_ref().map(|it| &it.value);
        if let Some(Compensation::Call(call)) = compensation {
            self.count_tokens(&call.options, is_asset);
        }
    }

    fn count_tokens(&mut self, options: &CallOptions, is_asset: &dyn Fn(&Expr) -> bool) {
        let mut types = options.types.iter().flat_map(|types| &types.value);
        self.count_if(types.any(is_asset), "asset in types");
        let mut objects = options.objects.iter().flat_map(|objects| &objects.value);
        let is_there = objects.any(|object| is_asset(&object.value));
        self.count_if(is_there, "asset in objects");
    }

    /// What is held and goes with calls.
    pub(super) fn count_spending(&mut self, package: &Package) {
        for step in package.steps.values() {
            let spends = &step.call.spends;
            if spends.is_empty() {
                continue;
            }
            let vm = package.declarations.chains[step.chain].vm;
            self.count(format!("spend on {vm}"));
            self.count(match step.role {
                Role::Pivot => "spend by a pivot",
                _ => "spend by a retriable step",
            });
            self.count_if(spends.len() > 1, "spend of several");
            let contracts = spends.iter().map(|spend| spend.funding.function.contract);
            let contracts: BTreeSet<_> = contracts.collect();
            let declarations = &package.declarations;
            let has_native = contracts.iter().any(|&it| declarations.is_native(it));
            self.count_if(has_native, "spend of native currency");
            self.count_if(contracts.len() > 1, "spend of several assets");
            let is_given = spends.iter().any(|spend| spend.parameter.is_some());
            self.count(match is_given {
                true => "spend as an argument",
                false => "spend taken from the caller",
            });
        }
    }
}

fn is_amount(ty: &Type) -> bool {
    matches!(ty.kind, TypeKind::Amount { .. })
}
