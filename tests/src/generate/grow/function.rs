//! Functions of contracts, with what their VMs have beside parameters.

use xcc::entities::Chain;
use xcc::types::{INTEGER_WIDTHS, Type};
use xcc::vm::Vm;

use super::Grower;
use super::arithmetic::has_arithmetic;
use super::scope::{Arithmetic, Asks, Scope};
use super::types::{Place, Records};
use crate::generate::spec::{Contract, Expr, Function, Param, Returned};

/// How many contracts a chain has at most.
const CONTRACTS: usize = 2;

/// How deep arguments nest.
const DEPTH: u32 = 3;

/// What a function may be like, so that a step's greatest message fits its transport whatever the step calls: its call, its
/// compensation and its confirmation take together at most three times `params * max_size` bytes, and its results `results * max_size`.
#[derive(Clone, Copy, Debug)]
pub(super) struct FunctionLimits {
    pub(super) params: u32,
    pub(super) results: u32,
    /// Of each value.
    pub(super) max_size: u32,
}

impl FunctionLimits {
    /// Of what a step calls whose messages go between these two, or on one alone: transactions of Solana have little room.
    pub(super) fn between(home: Vm, vm: Vm) -> Self {
        match [home, vm].contains(&Vm::Svm) {
            true => Self {
                params: 4,
                results: 1,
                max_size: 40,
            },
            false => Self::default(),
        }
    }

    /// The most bytes that the arguments of a step's calls take in its message.
    pub(super) fn arguments(self) -> u32 {
        3 * self.params * self.max_size
    }
}

impl Default for FunctionLimits {
    fn default() -> Self {
        Self {
            params: 5,
            results: 3,
            max_size: 400,
        }
    }
}

impl Grower {
    /// A function on a chain, by the positions of its contract and of itself, and arguments for it: a new one, or one that is there.
    pub(super) fn function(
        &mut self,
        scope: &mut Scope,
        chain: Chain,
    ) -> (usize, usize, Vec<Expr>) {
        let contracts = self.spec.contracts.iter().enumerate();
        let contracts = contracts.filter(|(_, contract)| contract.chain == chain);
        let known = contracts.flat_map(|(position, contract)| {
            let functions = 0..contract.functions.len();
            functions.map(move |function| (position, function))
        });
        let is_apart = |(contract, function): (usize, usize)| {
            let function = &self.spec.contracts[contract].functions[function];
            function.reads || function.takes_assets()
        };
        let known = known.filter(|&place| !is_apart(place) && self.is_within(scope, place));
        let known: Vec<_> = known.collect();
        if self.choices.chance(40) && !known.is_empty() {
            let (contract, function) = self.choices.pick(&known);
            let args = self.arguments(scope, contract, function);
            return (contract, function, args);
        }
        let contract = self.contract(chain);
        let number = self.spec.contracts[contract].functions.len() + 1;
        let (function, args) = self.part(|grower| grower.new_function(scope, chain, number));
        self.spec.contracts[contract].functions.push(function);
        (contract, number - 1, args)
    }

    /// Whether a function that is there is not too large, and can be given arguments.
    fn is_within(&self, scope: &Scope, (contract, function): (usize, usize)) -> bool {
        let limits = scope.limits;
        let function = &self.spec.contracts[contract].functions[function];
        let params = function.params.iter().map(|param| &param.ty);
        let results = function.results.iter().map(|result| &result.ty);
        let is_small = |ty: &Type| self.size_of(ty) <= limits.max_size;
        let declarations = &self.spec.declarations;
        let mut given = params.clone();
        let can_be_given = given.all(|ty| scope.records.allow(ty, declarations));
        function.params.len() <= limits.params as usize
            && function.results.len() <= limits.results as usize
            && params.chain(results).all(is_small)
            && can_be_given
    }

    /// A contract on a chain, by position: one that is there, or a new one. What is chosen takes as many choices either way, so that
    /// the rest stays what it is when the contract's first use is left out.
    pub(super) fn contract(&mut self, chain: Chain) -> usize {
        let contracts = self.spec.contracts.iter().enumerate();
        let known = contracts.filter(|(_, contract)| contract.chain == chain);
        let known: Vec<_> = known.map(|(position, _)| position).collect();
        let wants_new = self.choices.chance(30);
        let other_format = self.choices.chance(30);
        let chosen = self.choices.below(CONTRACTS as u32) as usize;
        if !known.is_empty() && (!wants_new || known.len() >= CONTRACTS) {
            return known[chosen.min(known.len() - 1)];
        }
        let number = self.spec.contracts.len() + 1;
        self.spec.contracts.push(Contract {
            name: format!("Target{number}"),
            chain,
            other_format,
            functions: Vec::new(),
        });
        number - 1
    }

    pub(super) fn arguments(
        &mut self,
        scope: &mut Scope,
        contract: usize,
        function: usize,
    ) -> Vec<Expr> {
        let function = self.spec.contracts[contract].functions[function].clone();
        let params = function.params.iter();
        let args = params.map(|param| {
            let before = scope.arithmetic;
            if function.derives_from(&param.name) {
                scope.arithmetic = Arithmetic::None;
            }
            let arg = self.expr(scope, &param.ty, Asks::Param, DEPTH);
            scope.arithmetic = before;
            let must_be_given = scope.accounts_are_given && function.derives_from(&param.name);
            match must_be_given && !scope.is_given(&arg) {
                true => self.literal(&param.ty),
                false => arg,
            }
        });
        args.collect()
    }

    /// Each parameter comes with the first argument for it, so that both go when one is left out.
    pub(super) fn new_function(
        &mut self,
        scope: &mut Scope,
        chain: Chain,
        number: usize,
    ) -> (Function, Vec<Expr>) {
        let vm = self.spec.vm(chain);
        let limits = scope.limits;
        let place = Place {
            vm,
            chain,
            max_size: limits.max_size,
            records: scope.records,
            enums: true,
        };
        let params: Vec<(Param, Expr)> = self.some(limits.params, 60, |grower, number| {
            let param = grower.param(place, number + 1);
            let arg = grower.expr(scope, &param.ty, Asks::Param, DEPTH);
            (param, arg)
        });
        let (params, args): (Vec<_>, Vec<_>) = params.into_iter().unzip();
        let returned = Place {
            records: Records::Anywhere,
            enums: false,
            ..place
        };
        let results = self.some(limits.results, 55, |grower, number| {
            grower.returned(returned, number + 1)
        });
        // No account is derived from what is computed, or not known in time.
        let is_known = |arg: &Expr| !scope.accounts_are_given || scope.is_given(arg);
        let seeds = params.iter().zip(&args);
        // An amount may be converted.
        let is_computed = |arg: &Expr| has_arithmetic(scope, arg) || scope.has_amount(arg);
        let seeds = seeds.filter(|(_, arg)| !is_computed(arg) && is_known(arg));
        let seeds: Vec<_> = seeds.map(|(param, _)| param.clone()).collect();
        let extras = self.part(|grower| grower.extras(vm, &seeds));
        let function = Function {
            name: format!("call{number}"),
            params,
            results,
            reads: false,
            extras,
        };
        (function, args)
    }

    pub(super) fn param(&mut self, place: Place, number: u32) -> Param {
        let ty = self.type_for(place, 2);
        Param {
            name: format!("p{number}"),
            odd_bits: self.odd_bits(place.vm, &ty, Rounded::Down),
            ty,
        }
    }

    pub(super) fn returned(&mut self, place: Place, number: u32) -> Returned {
        let ty = self.type_for(place, 2);
        let is_named = place.vm == Vm::Evm && self.choices.chance(60);
        Returned {
            name: is_named.then(|| format!("out{number}")),
            odd_bits: self.odd_bits(place.vm, &ty, Rounded::Up),
            ty,
        }
    }

    /// A width that the language lacks and that is taken for the type's.
    pub(super) fn odd_bits(&mut self, vm: Vm, ty: &Type, rounded: Rounded) -> Option<u16> {
        let (Vm::Evm, Type::Uint(width) | Type::Int(width)) = (vm, ty) else {
            return None;
        };
        if !self.choices.chance(20) {
            return None;
        }
        let place = INTEGER_WIDTHS.iter().position(|it| it == width)?;
        let (low, high) = match rounded {
            Rounded::Down => (*width, *INTEGER_WIDTHS.get(place + 1)?),
            Rounded::Up => (*INTEGER_WIDTHS.get(place.checked_sub(1)?)?, *width),
        };
        let between: Vec<_> = (low + 8..high).step_by(8).collect();
        (!between.is_empty()).then(|| self.choices.pick(&between))
    }
}

/// Which way a width that the language lacks is rounded.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rounded {
    Down,
    Up,
}
