//! Steps that share a transaction, between the braces of an `atomic`.

use xcc::entities::Chain;
use xcc::vm::Vm;

use super::Grower;
use super::scope::Scope;
use super::step::most_in_message;
use crate::generate::spec::{Item, Role, Step};

/// The most values that a Solidity function is sure to have room for: what calls return, and what another takes.
const ROOM: usize = 8;

impl Grower {
    /// Puts some steps of one chain that follow each other between braces that keep them together.
    pub(super) fn keep_together(&mut self, scope: &Scope, home: Chain, flow: &mut Vec<Item>) {
        let wants = self.choices.chance(60);
        let (skipped, most) = (
            self.choices.weighed(&[3, 2, 1]),
            1 + self.choices.weighed(&[1, 5, 2]),
        );
        let places = self.beginnings(scope, home, flow);
        let place = places.get(skipped).or(places.last()).copied();
        let Some(place) = place.filter(|_| wants) else {
            return;
        };
        let mut kept: Vec<Step> = Vec::new();
        while kept.len() < most
            && let Some(step) = flow.get(place).and_then(single)
            && self.fits(scope, home, &kept, step)
        {
            kept.push(step.clone());
            flow.remove(place);
        }
        say_once(&mut kept);
        flow.insert(place, Item::Atomic(kept));
    }

    /// Where the steps are that can be kept together: those with another that follows, or any if there is none of them.
    fn beginnings(&self, scope: &Scope, home: Chain, flow: &[Item]) -> Vec<usize> {
        let of = |place: usize| flow.get(place).and_then(single);
        let any: Vec<_> = (0..flow.len()).filter(|&it| of(it).is_some()).collect();
        let is_followed = |&place: &usize| match (of(place), of(place + 1)) {
            (Some(step), Some(next)) => self.fits(scope, home, std::slice::from_ref(step), next),
            _ => false,
        };
        let followed: Vec<_> = any.iter().copied().filter(is_followed).collect();
        if followed.is_empty() { any } else { followed }
    }

    /// Whether a step may share the transaction of others: on their chain, with their part in the saga, and in one message with them.
    fn fits(&self, scope: &Scope, home: Chain, others: &[Step], step: &Step) -> bool {
        let chain_of = |step: &Step| self.spec.chain_of(&step.call);
        let Some(last) = others.last() else {
            return true;
        };
        let chain = chain_of(step);
        let vms = [self.spec.vm(home), self.spec.vm(chain)];
        let messages = others
            .iter()
            .chain([step])
            .map(|it| self.in_message(scope, it));
        let fits_message =
            chain == home || messages.sum::<u32>() <= most_in_message(vms[0], vms[1]);
        let given = others
            .iter()
            .map(|it| self.spec.function(&it.call).results.len());
        let function = self.spec.function(&step.call);
        let taken = function.params.len().max(function.results.len());
        let fits_stack = vms[1] != Vm::Evm || given.sum::<usize>() + taken <= ROOM;
        let is_retriable = |step: &Step| matches!(step.role, Role::Retriable);
        let fits_role =
            is_retriable(last) == is_retriable(step) && !matches!(last.role, Role::Pivot);
        chain == chain_of(last) && fits_message && fits_stack && fits_role
    }

    /// The most bytes that a step's message takes.
    fn in_message(&self, scope: &Scope, step: &Step) -> u32 {
        let params = step.calls().flat_map(|it| &self.spec.function(it).params);
        let arguments: u32 = params.map(|param| self.size_of(&param.ty)).sum();
        scope.carried[&step.name] + arguments
    }
}

/// A step that can be between braces.
fn single(item: &Item) -> Option<&Step> {
    match item {
        Item::Step(step) if step.repeat.is_none() && !step.goes_on() => Some(step),
        _ => None,
    }
}

/// What is said of all of them is said by one.
fn say_once(steps: &mut [Step]) {
    for step in steps.iter_mut().skip(1) {
        (step.via, step.within, step.on_refused) = (None, None, None);
    }
    let is_pivot = |step: &Step| matches!(step.role, Role::Pivot);
    if steps.iter().any(is_pivot) {
        for step in steps.iter_mut().filter(|step| !is_pivot(step)) {
            (step.role, step.confirm) = (Role::Unsaid, None);
        }
    }
    let owners = steps.iter_mut().filter_map(|step| match &mut step.role {
        Role::Compensable(_, owner) => owner.is_some().then_some(owner),
        _ => None,
    });
    for owner in owners.skip(1) {
        *owner = None;
    }
}
