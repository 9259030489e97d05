//! What runs when: steps after and beside each other, alternatives, and what only some instances run.

use xcc::entities::Chain;

use super::Grower;
use super::condition::may_be_decided;
use super::scope::Scope;
use super::step::Around;
use crate::generate::spec::{Expr, If, Item, Policy, Role, Step};

/// The most steps beside each other, so that the states of nearly all workflows can be visited.
const MAX_BESIDE: usize = 3;

impl Grower {
    /// Whether an item may be tried before an alternative to it: something in it may be refused, and it needs no deadline for that which
    /// it does not have.
    fn can_be_tried(&self, around: Around, item: &Item) -> bool {
        let catches = self.spec.vm(around.home).catches_failures();
        let is_home = |step: &Step| self.spec.contracts[step.call.contract].chain == around.home;
        let goes_on = |step: &Step| matches!(step.on_refused, Some(Policy::Continue));
        let steps = item.steps();
        let is_refused = steps.iter().any(|step| !goes_on(step));
        let can_be_undone = steps.iter().all(|step| !is_pivot(step));
        let has_deadlines = catches || steps.iter().all(|step| !is_home(step));
        let is_one = matches!(item, Item::Step(_) | Item::Parallel(_) | Item::If(_));
        is_one && !around.is_decided && is_refused && can_be_undone && has_deadlines
    }

    /// Another step, perhaps beside the one before, or left out by some instances; none of those knows what another gives.
    ///
    /// Where it stands is a choice of the step itself, so each can be left out, or be put after the others, by itself.
    pub(super) fn next_step(&mut self, scope: &mut Scope, around: Around, flow: &mut Vec<Item>) {
        let wants_alternative = self.choices.chance(12);
        match flow.pop() {
            Some(Item::Attempt(first, mut otherwise))
                if wants_alternative
                    && !around.must_decide
                    && matches!(&otherwise[..], [it] if self.can_be_tried(around, it)) =>
            {
                let tried = otherwise.remove(0);
                self.alternative(scope, around, tried, &mut otherwise);
                return flow.push(Item::Attempt(first, otherwise));
            }
            Some(item)
                if wants_alternative && !around.must_decide && self.can_be_tried(around, &item) =>
            {
                return self.alternative(scope, around, item, flow);
            }
            last => flow.extend(last),
        }
        if !around.is_decided {
            scope.room = u32::MAX;
            flow.extend(self.maybe(8, |grower| grower.abort(scope)).flatten());
        }
        let wants_company = self.choices.chance(20) && !around.must_decide;
        let beside = match flow.pop() {
            Some(item) => self.companions(around.home, item, wants_company, flow),
            None => Vec::new(),
        };
        let steps_beside: u32 = beside.iter().map(Step::times).sum();
        let most = (MAX_BESIDE as u32).saturating_sub(steps_beside);
        let around = Around {
            is_beside: !beside.is_empty(),
            most: match steps_beside {
                0 => around.most,
                _ => around.most.min(most),
            },
            ..around
        };
        let held_back = scope.hold_back(scope.step - steps_beside as usize);
        let step = self.step(scope, around);
        scope.leaves.extend(held_back);
        if !beside.is_empty() {
            return flow.push(Item::Parallel([beside, vec![step]].concat()));
        }
        if !step.spends.is_empty() {
            return self.push_spending(scope, around, (step, flow));
        }
        if is_pivot(&step) {
            return flow.push(Item::Step(Box::new(step)));
        }
        self.choose(scope, Item::Step(Box::new(step)), flow);
    }

    /// Another step that runs if a step of an item is refused. Neither knows what the other gives, nor does what follows.
    fn alternative(
        &mut self,
        scope: &mut Scope,
        around: Around,
        tried: Item,
        flow: &mut Vec<Item>,
    ) {
        scope.room = u32::MAX;
        let abort = self.maybe(25, |grower| grower.abort(scope)).flatten();
        let tried: Vec<_> = [tried].into_iter().chain(abort).collect();
        let steps: u32 = tried.iter().flat_map(Item::steps).map(Step::times).sum();
        scope.hold_back(scope.step - steps as usize);
        let around = Around {
            is_alternative: true,
            is_in_start: false,
            ..around
        };
        let step = self.step(scope, around);
        scope.hold_back(scope.step);
        let otherwise = vec![Item::Step(Box::new(step))];
        flow.push(Item::Attempt(tried, otherwise));
    }

    /// The end of some instances.
    fn abort(&mut self, scope: &mut Scope) -> Option<Item> {
        let condition = self.condition(scope, 2);
        let is_decided = may_be_decided(&condition);
        let abort = Item::If(Box::new(If {
            condition,
            then: vec![Item::Abort("enough")],
            otherwise: Vec::new(),
        }));
        (!is_decided).then_some(abort)
    }

    /// Adds an item, perhaps so that some instances leave it out: then nothing after it knows what it gives.
    ///
    /// That is chosen last of all, so that a step that stands for itself is drawn as if there were no other.
    fn choose(&mut self, scope: &mut Scope, item: Item, flow: &mut Vec<Item>) {
        let own = scope.hold_back(scope.step);
        scope.room = u32::MAX;
        let condition = self.maybe(15, |grower| grower.condition(scope, 2));
        let condition = condition.filter(|condition| !may_be_decided(condition));
        let is_chosen = condition.is_some();
        let item = chosen(condition, item);
        if let Some(Item::If(choice)) = flow.last_mut()
            && choice.otherwise.is_empty()
            && self.choices.chance(40)
        {
            return choice.otherwise.push(item);
        }
        if !is_chosen {
            scope.leaves.extend(own);
        }
        flow.push(item);
    }

    /// The steps of the last item of a flow, if another may run beside them; otherwise the item goes back.
    fn companions(
        &self,
        home: Chain,
        last: Item,
        is_wanted: bool,
        flow: &mut Vec<Item>,
    ) -> Vec<Step> {
        let is_remote = |step: &Step| self.spec.contracts[step.call.contract].chain != home;
        let has_room = |steps: &[&Step]| {
            let times = steps.iter().map(|step| step.times());
            (times.sum::<u32>() as usize) < MAX_BESIDE
        };
        match last {
            Item::Step(step)
                if is_wanted && is_remote(&step) && !is_pivot(&step) && has_room(&[&step]) =>
            {
                vec![*step]
            }
            Item::Parallel(steps) if is_wanted && has_room(&steps.iter().collect::<Vec<_>>()) => {
                steps
            }
            other => {
                flow.push(other);
                Vec::new()
            }
        }
    }
}

/// An item that runs only if a condition holds, if there is one.
fn chosen(condition: Option<Expr>, item: Item) -> Item {
    match condition {
        Some(condition) => Item::If(Box::new(If {
            condition,
            then: vec![item],
            otherwise: Vec::new(),
        })),
        None => item,
    }
}

pub(super) fn is_decision(item: &Item) -> bool {
    matches!(item, Item::Step(step) if is_pivot(step))
}

fn is_pivot(step: &Step) -> bool {
    matches!(step.role, Role::Pivot)
}
