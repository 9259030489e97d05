//! Steps: where they run, what is done about refusals, and what may follow.

use xcc::entities::Chain;
use xcc::sema::{MAX_DEADLINE, MAX_RETRIES};
use xcc::transport::catalogue::Entry;
use xcc::types::Type;
use xcc::vm::Vm;
use xcc::wire::header;

use super::Grower;
use super::condition::may_be_decided;
use super::expr::is_literal;
use super::function::FunctionLimits;
use super::money::bits;
use super::scope::{Arithmetic, Asks, Leaf, Scope};
use crate::generate::Style;
use crate::generate::spec::{Call, Expr, Policy, ResultName, Returned, Role, Step};

/// The transport of every generated step: the only one that contracts are emitted for.
pub(super) const TRANSPORT: &str = "wormhole";

/// The workflow around a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) home: Chain,
    /// Whether the workflow names a transport.
    pub(super) has_transport: bool,
    /// Whether the pivot is behind.
    pub(super) is_decided: bool,
    /// Whether the step runs beside others.
    pub(super) is_beside: bool,
    /// Whether the step is an alternative to one before it.
    pub(super) is_alternative: bool,
    /// Whether every step before it runs in the transaction that starts an instance.
    pub(super) is_in_start: bool,
    /// Whether the step must run on another chain.
    pub(super) must_leave: bool,
    /// Whether the step must be the pivot.
    pub(super) must_decide: bool,
    /// Whether the step must be one of home that spends.
    pub(super) must_spend: bool,
    /// How many steps there may be at most, with what is repeated.
    pub(super) most: u32,
}

impl Grower {
    /// A step of a workflow; its results are in the scope afterwards, if later steps can use them.
    ///
    /// What cannot be said of this step, such as a deadline at home, is chosen all the same and dropped: so the step can be moved home,
    /// or the pivot before it be left out, without a change of what the choices after it mean.
    pub(super) fn step(&mut self, scope: &mut Scope, around: Around) -> Step {
        let chain = self.chain_of_step(scope.chain, around);
        let is_remote = chain != around.home;
        let (home, vm) = (self.spec.vm(around.home), self.spec.vm(chain));
        scope.limits = FunctionLimits::between(home, vm);
        let room = match is_remote {
            true => most_in_message(home, vm) - scope.limits.arguments(),
            false => u32::MAX,
        };
        scope.room = room;
        let docs = self.docs();
        scope.arithmetic = match around.is_decided {
            true => Arithmetic::Total,
            false => Arithmetic::Partial,
        };
        scope.accounts_are_given = around.is_in_start && !is_remote && vm == Vm::Svm;
        let spends = self.spends(scope, chain, around);
        let mut call = match spends.is_empty() {
            true => self.call(scope, chain),
            false => self.call_that_spends(scope, chain, &spends),
        };
        let guarded = if around.is_decided { 0 } else { 35 };
        scope.may_ask = true;
        let require = self.maybe(guarded, |grower| grower.condition(scope, 2));
        scope.may_ask = false;
        scope.accounts_are_given = false;
        let require = require.filter(|guard| !may_be_decided(guard));

        let name = format!("s{}", scope.step + 1);
        let called = (call.contract, call.function);
        scope.functions.insert(name.clone(), called);
        let results = self.results(scope, &name, &call);
        scope.arithmetic = Arithmetic::Total;
        let decides = around.must_decide || !spends.is_empty();
        let role = self.part(|grower| grower.role(scope, chain, around));
        let role = match role {
            Role::NothingToUndo | Role::Compensable(..) if decides => Role::Pivot,
            role => role,
        };
        let can_be_undone = matches!(role, Role::NothingToUndo | Role::Compensable(..));
        let often = |percent: u32, is_possible: bool| if is_possible { percent } else { 0 };
        let confirm = self.maybe(often(20, can_be_undone), |grower| grower.call(scope, chain));
        let can_be_refused = !matches!(role, Role::Retriable);
        let on_refused = self.maybe(often(25, can_be_refused), |grower| {
            grower.policy(&role, is_remote)
        });
        if on_refused == Some(Policy::Continue) {
            scope.forget(scope.step);
        }
        scope.carried.insert(name.clone(), room - scope.room);
        let may_be_held = !can_be_refused && !spends.is_empty();
        let held_for = self.maybe(often(50, may_be_held), |grower| {
            scope.forget(scope.step);
            scope.room = u32::MAX;
            grower.expr(scope, &Type::Address(around.home), Asks::Type, 0)
        });
        let (has_via, within) = (self.choices.chance(15), self.within());
        let names_transport = is_remote && (!around.has_transport || has_via);
        let is_in_start = around.is_in_start && !matches!(on_refused, Some(Policy::Continue));
        let is_left_open = !is_in_start && !self.spec.vm(around.home).catches_failures();
        let has_deadline = (is_remote || is_left_open) && can_be_refused;
        // Each repetition of a guard is decided alike.
        let is_free = self.can_go_every_way(scope, &call, require.as_ref());
        let can_be_repeated = !matches!(role, Role::Pivot) && spends.is_empty() && is_free;
        let most = if can_be_repeated { around.most } else { 1 };
        let repeat = self.part(|grower| grower.repeat(&mut call, most));
        if let Some(repeat) = &repeat {
            scope.rename_last(&name, repeat.times);
        }
        Step {
            name,
            docs,
            repeat,
            call,
            results,
            via: names_transport.then_some(TRANSPORT),
            within: has_deadline.then_some(within),
            spends: spends.into_iter().map(|(name, _)| name).collect(),
            require,
            role,
            confirm,
            on_refused,
            held_for,
        }
    }

    /// At home, where the step before it runs, on another chain that is there, or on a new one.
    fn chain_of_step(&mut self, before: Option<Chain>, around: Around) -> Chain {
        let home = around.home;
        let is_away = around.is_beside || around.must_leave;
        let remote = self.maybe(if is_away { 100 } else { 75 }, |grower| {
            let stays = grower.choices.chance(45);
            match before.filter(|&chain| stays && chain != home) {
                Some(chain) => chain,
                None => {
                    let vm = grower.choices.pick(&[Vm::Evm, Vm::Svm, Vm::Sui, Vm::Aptos]);
                    grower.chain(vm, Some(home))
                }
            }
        });
        match around.must_spend {
            true => home,
            false => remote.unwrap_or(home),
        }
    }

    /// Adds what the step returns to the scope; the names and types that the source gives, if it gives some.
    fn results(&mut self, scope: &mut Scope, step: &str, call: &Call) -> Option<Vec<ResultName>> {
        let returned = self.spec.function(call).results.clone();
        let chain = self.spec.chain_of(call);
        let vm = self.spec.vm(chain);
        let names = self.maybe(60, |grower| {
            let names = returned.iter().enumerate();
            let names = names.map(|(place, result)| grower.result_name(chain, place, result));
            names.collect::<Vec<_>>()
        });
        let names = names.filter(|_| !returned.is_empty());
        let is_only = returned.len() == 1;
        for (place, result) in returned.iter().enumerate() {
            let named = names.as_ref().map(|names| &names[place]);
            let is_typed = is_known(&result.ty) || named.is_some_and(|named| named.ty.is_some());
            let name = match named {
                Some(named) => Some(named.name.clone()).filter(|name| name != "_"),
                None => result.name.clone(),
            };
            let name = name.or_else(|| is_only.then(|| "result".to_owned()));
            // The Solidity back end uses results of one word only.
            let is_possible = vm != Vm::Evm || self.style == Style::Checked || is_word(&result.ty);
            if let (Some(name), true) = (name, is_typed && is_possible) {
                let declared = named.and_then(|named| named.ty.clone());
                let leaf = Leaf {
                    path: format!("{step}.{name}"),
                    names: None,
                    ty: declared.unwrap_or_else(|| result.ty.clone()),
                    of: Some(scope.step),
                    is_computed: false,
                    is_partial: false,
                };
                scope.add(&self.spec.declarations, leaf);
            }
        }
        names
    }

    fn result_name(&mut self, chain: Chain, place: usize, result: &Returned) -> ResultName {
        let needs_type = !is_known(&result.ty);
        match self.choices.weighed(&[4, 1]) {
            0 => ResultName {
                name: format!("r{}", place + 1),
                ty: match self.amount_of(chain, &result.ty) {
                    Some(amount) => Some(amount),
                    None => (needs_type || self.choices.chance(20)).then(|| result.ty.clone()),
                },
            },
            _ => ResultName {
                name: "_".to_owned(),
                ty: None,
            },
        }
    }

    /// The amount that a result is declared as, if it is.
    fn amount_of(&mut self, chain: Chain, ty: &Type) -> Option<Type> {
        let is_wanted = self.choices.chance(80) && self.has_asset();
        let is_possible = is_wanted && *ty == Type::Uint(bits(self.spec.vm(chain)));
        is_possible.then(|| {
            let asset = self.asset();
            Type::Amount(self.units(asset, chain))
        })
    }

    fn role(&mut self, scope: &mut Scope, chain: Chain, around: Around) -> Role {
        match self.choices.weighed(&[3, 4, 2]) {
            _ if around.is_decided => Role::Retriable,
            0 => Role::NothingToUndo,
            1 => {
                let call = self.call(scope, chain);
                let holder = self.maybe(35, |grower| grower.holder(scope, chain));
                Role::Compensable(Box::new(call), holder)
            }
            // The pivot stands alone.
            _ if around.is_beside || around.is_alternative => Role::NothingToUndo,
            _ => Role::Pivot,
        }
    }

    /// Who may claim a compensation.
    fn holder(&mut self, scope: &mut Scope, chain: Chain) -> Expr {
        let ty = Type::Address(chain);
        let size = self.size_of(&ty);
        if size > scope.room {
            return self.literal(&ty);
        }
        scope.room -= size;
        self.expr(scope, &ty, Asks::Type, 0)
    }

    fn policy(&mut self, role: &Role, is_remote: bool) -> Policy {
        let retry = if is_remote { 2 } else { 0 };
        let go_on = if matches!(role, Role::Pivot) { 0 } else { 2 };
        match self.choices.weighed(&[1, retry, go_on]) {
            0 => Policy::Compensate,
            1 => Policy::Retry(1 + self.choices.below(MAX_RETRIES as u32)),
            _ => Policy::Continue,
        }
    }

    /// A deadline that the transport can keep, in one of the units.
    fn within(&mut self) -> String {
        let entry = Entry::find(TRANSPORT).expect("it is in the catalogue");
        let least = entry.latency_from(Vm::Evm) as u32;
        let span = |unit: u32| (least.div_ceil(unit), MAX_DEADLINE as u32 / unit);
        let (letter, seconds) =
            self.choices
                .pick(&[('h', 3600), ('m', 60), ('s', 1), ('d', 86_400)]);
        let (low, high) = span(seconds);
        format!("{}{letter}", low + self.choices.below(high - low + 1))
    }
}

/// The bytes that there may be in a message's body.
pub(super) fn most_in_message(home: Vm, vm: Vm) -> u32 {
    let entry = Entry::find(TRANSPORT).expect("it is in the catalogue");
    entry.max_message(home, vm) - header::SIZE as u32
}

/// Whether the type of a result follows from the interface.
fn is_known(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Uint(_) | Type::Int(_) | Type::FixedBytes(_) | Type::Address(_) => true,
        // Few bytes are a `bytesN`.
        Type::Array(element, length) if **element == Type::Uint(8) => *length > 32,
        Type::Array(inner, _) | Type::Option(inner) => is_known(inner),
        _ => false,
    }
}

/// Whether a value takes one word on the EVM.
fn is_word(ty: &Type) -> bool {
    is_literal(ty) && !matches!(ty, Type::Bytes(_) | Type::String(_))
}
