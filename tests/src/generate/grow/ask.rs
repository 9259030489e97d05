//! What guards ask: functions that only read, and comparisons of what they answer.

use xcc::entities::Chain;
use xcc::types::{INTEGER_WIDTHS, Type};
use xcc::vm::Vm;

use super::Grower;
use super::function::Rounded;
use super::scope::{Asks, Leaf, Scope, decider_of};
use super::types::{Place, Records};
use crate::generate::Style;
use crate::generate::spec::{Ask, Expr, Extras, Function, Param, Returned};

/// The most parameters of a function that only reads, so that the message has room for their values.
const PARAMS: u32 = 2;

/// The most bytes of each.
const MAX_SIZE: u32 = 40;

/// The least room of a message in which a parameter makes sense.
const ROOM: u32 = 12;

/// The most accounts on Solana, where the transaction has to name them all.
const ACCOUNTS: usize = 2;

impl Grower {
    /// A condition on what a contract of the step's chain answers.
    pub(super) fn condition_of_answer(&mut self, scope: &mut Scope, depth: u32) -> Expr {
        let Some(chain) = scope.chain else {
            return Expr::Bool(true);
        };
        let ask = self.part(|grower| grower.ask(scope, chain));
        let ty = ask.ty.clone();
        let ask = Expr::Ask(Box::new(ask));
        if ty == Type::Bool && self.choices.chance(60) {
            return ask;
        }
        // An answer is no other value.
        self.compared(scope, (&Leaf::unnamed(ty), ask), depth)
    }

    fn ask(&mut self, scope: &mut Scope, chain: Chain) -> Ask {
        let (contract, function, args) = self.reading_function(scope, chain);
        let vm = self.spec.vm(chain);
        // One transaction has room for what all its calls are granted.
        let limit = match self.style {
            Style::Emitted => vm.most_gas() as u32 / 32,
            Style::Checked => vm.most_gas() as u32,
        };
        scope.decisive.insert(decider_of(contract, function));
        let gas = u64::from(limit - self.choices.below(limit));
        let has_gas = self.choices.chance(50);
        let call = self.bound_call(scope, chain, (contract, function, args), gas);
        let ty = self.spec.function(&call).results[0].ty.clone();
        Ask { call, has_gas, ty }
    }

    /// A function that only reads, by the positions of its contract and of itself, and arguments for it.
    fn reading_function(&mut self, scope: &mut Scope, chain: Chain) -> (usize, usize, Vec<Expr>) {
        let contracts = self.spec.contracts.iter().enumerate();
        let contracts = contracts.filter(|(_, contract)| contract.chain == chain);
        let (decisive, is_checked) = (&scope.decisive, self.style == Style::Checked);
        let known = contracts.flat_map(|(position, contract)| {
            let functions = contract.functions.iter().enumerate();
            let functions = functions.filter(move |(number, function)| {
                let is_free = is_checked || !decisive.contains(&decider_of(position, *number));
                function.reads && is_free
            });
            functions.map(move |(number, function)| (position, number, function))
        });
        let known = known.filter(|(.., function)| self.can_be_asked(scope, function));
        let known: Vec<_> = known
            .map(|(position, number, _)| (position, number))
            .collect();
        if self.choices.chance(40) && !known.is_empty() {
            let (contract, number) = self.choices.pick(&known);
            let function = &self.spec.contracts[contract].functions[number];
            scope.room -= self.size_of_params(function);
            let args = self.arguments(scope, contract, number);
            return (contract, number, args);
        }
        let contract = self.contract(chain);
        let (mut function, args) = self.new_reading_function(scope, chain);
        // Its arguments may have asked others.
        let functions = &mut self.spec.contracts[contract].functions;
        function.name = format!("read{}", functions.len() + 1);
        functions.push(function);
        (contract, functions.len() - 1, args)
    }

    fn can_be_asked(&self, scope: &Scope, function: &Function) -> bool {
        let mut params = function.params.iter().map(|param| &param.ty);
        let declarations = &self.spec.declarations;
        self.size_of_params(function) <= scope.room
            && params.all(|ty| scope.records.allow(ty, declarations))
    }

    fn size_of_params(&self, function: &Function) -> u32 {
        let params = function.params.iter();
        params.map(|param| self.size_of(&param.ty)).sum()
    }

    fn new_reading_function(&mut self, scope: &mut Scope, chain: Chain) -> (Function, Vec<Expr>) {
        let vm = self.spec.vm(chain);
        let params = self.some(PARAMS, 70, |grower, number| {
            let place = Place {
                vm,
                chain,
                max_size: scope.room.min(MAX_SIZE),
                records: scope.records,
                enums: true,
            };
            (place.max_size >= ROOM).then(|| {
                let param = grower.param(place, number + 1);
                scope.room -= grower.size_of(&param.ty);
                let arg = grower.expr(scope, &param.ty, Asks::Param, 1);
                (param, arg)
            })
        });
        let (params, args): (Vec<Param>, Vec<Expr>) = params.into_iter().flatten().unzip();
        let place = Place {
            vm,
            chain,
            max_size: MAX_SIZE,
            records: Records::Nowhere,
            enums: false,
        };
        let function = Function {
            name: String::new(),
            params,
            results: vec![self.answer(place)],
            reads: true,
            extras: self.part(|grower| grower.extras_of_reading(vm)),
        };
        (function, args)
    }

    /// The one result of a function that only reads, which is compared.
    fn answer(&mut self, place: Place) -> Returned {
        let has_more = if matches!(place.vm, Vm::Evm | Vm::Svm) {
            2
        } else {
            0
        };
        let ty = match self.choices.weighed(&[6, 3, 1, has_more, has_more]) {
            0 => Type::Uint(self.choices.pick(&INTEGER_WIDTHS)),
            1 => Type::Bool,
            2 => Type::Address(place.chain),
            3 => Type::Int(self.choices.pick(&INTEGER_WIDTHS)),
            _ => Type::FixedBytes(1 + self.choices.below(32) as u8),
        };
        Returned {
            name: None,
            odd_bits: self.odd_bits(place.vm, &ty, Rounded::Up),
            ty,
        }
    }

    /// What a VM wants to know beside parameters, none of which may be changed.
    fn extras_of_reading(&mut self, vm: Vm) -> Extras {
        let mut extras = self.extras(vm, &[]);
        match &mut extras {
            Extras::Evm { payable, .. } => *payable = false,
            Extras::Svm { accounts } => {
                accounts.truncate(ACCOUNTS);
                accounts.iter_mut().for_each(|it| it.writable = false);
            }
            Extras::Sui { objects, .. } => objects.iter_mut().for_each(|changes| *changes = false),
            Extras::Aptos { signer, .. } => *signer = false,
        }
        extras
    }
}
