//! What runs when: steps after and beside each other, alternatives, and what only some instances run.

use xcc::entities::Chain;

use super::Grower;
use super::condition::may_be_decided;
use super::scope::Scope;
use super::step::Around;
use crate::generate::spec::{Expr, If, Item, Role, Step};

/// The most steps beside each other, so that the states of nearly all workflows can be visited.
const MAX_BESIDE: usize = 3;

impl Grower {
    /// Whether an item may be tried before an alternative to it: something in it may be refused, and it needs no deadline for that which
    /// it does not have.
    fn can_be_tried(&self, around: Around, item: &Item) -> bool {
        let catches = self.spec.vm(around.home).catches_failures();
        let is_home = |step: &Step| self.spec.chain_of(&step.call) == around.home;
        let steps = item.steps();
        let is_refused = steps.iter().any(|step| !step.goes_on());
        let can_be_undone = steps.iter().all(|step| !is_pivot(step));
        let has_deadlines = catches || steps.iter().all(|step| !is_home(step));
        // Between the braces values get no names, and there are no other alternatives.
        let is_one = match item {
            Item::Step(_) | Item::Parallel(_) => true,
            Item::If(_) | Item::Repeat(..) => {
                !has(item, |it| matches!(it, Item::Let(..) | Item::Attempt(..)))
            }
            _ => false,
        };
        is_one && !around.is_decided && is_refused && can_be_undone && has_deadlines
    }

    /// Another step, perhaps beside the one before, or left out by some instances; none of those knows what another gives.
    ///
    /// Where it stands is a choice of the step itself, so each can be left out, or be put after the others, by itself.
    pub(super) fn next_step(&mut self, scope: &mut Scope, around: Around, flow: &mut Vec<Item>) {
        let often = match flow.last() {
            Some(Item::Attempt(..)) => 30,
            Some(Item::Parallel(_)) => 15,
            _ => 10,
        };
        // What is held can be in many states itself.
        let holds_little = scope.holdings.len() < 2;
        let wants_alternative = self.choices.chance(often) && holds_little;
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
            self.maybe(8, |grower| grower.end(scope, flow));
        }
        let must_be_alone = around.must_decide || around.must_spend;
        let wants_company = self.choices.chance(24) && !must_be_alone && holds_little;
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
            let first = scope.step - steps_beside as usize;
            let all = Item::Parallel([beside, vec![step]].concat());
            return self.choose_all(scope, (first, all), flow);
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
        let wants_more = self.choices.chance(50);
        let is_fitting = |item: &mut Item| wants_more && self.can_be_tried(around, item);
        let before = flow.pop_if(is_fitting);
        let abort = self.maybe(25, |grower| grower.abort(scope)).flatten();
        let tried: Vec<_> = before.into_iter().chain([tried]).chain(abort).collect();
        let steps: u32 = tried.iter().map(Item::written).sum();
        scope.hold_back(scope.step - steps as usize);
        let mut around = Around {
            is_alternative: true,
            is_in_start: false,
            ..around
        };
        let first = scope.step;
        let mut otherwise = Vec::new();
        let count = if self.choices.chance(20) { 2 } else { 1 };
        for _ in 0..count {
            if around.most == 0 {
                break;
            }
            let step = self.step(scope, around);
            scope.step += step.times() as usize;
            around.most = around.most.saturating_sub(step.times());
            otherwise.push(Item::Step(Box::new(step)));
        }
        otherwise.extend(self.maybe(10, |_| Item::Abort("no other way")));
        scope.hold_back(first);
        scope.step = first;
        self.choose_all(scope, (first, Item::Attempt(tried, otherwise)), flow);
    }

    /// Adds an item with several steps, of which this is the first, perhaps so that some instances leave all of it out.
    fn choose_all(
        &mut self,
        scope: &mut Scope,
        (first, item): (usize, Item),
        flow: &mut Vec<Item>,
    ) {
        let own = scope.hold_back(first);
        scope.room = u32::MAX;
        let condition = self.maybe(8, |grower| grower.condition(scope, 2));
        let condition = condition.filter(|condition| !may_be_decided(condition));
        if condition.is_none() {
            scope.leaves.extend(own);
        }
        flow.push(chosen(condition, item));
    }

    /// Lets some instances end here: those that ran what stands in the last arm, or others.
    fn end(&mut self, scope: &mut Scope, flow: &mut Vec<Item>) {
        let in_arm = self.choices.chance(60);
        match flow.last_mut() {
            Some(Item::If(choice)) if in_arm && !ends(&choice.then) => {
                choice.then.push(Item::Abort("not so"));
            }
            _ => flow.extend(self.abort(scope)),
        }
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
        let (wants_first, wants_other) = (self.choices.chance(25), self.choices.chance(40));
        if let Some(Item::If(choice)) = flow.last_mut()
            && choice.otherwise.is_empty()
        {
            if wants_first && !ends(&choice.then) {
                return choice.then.push(item);
            }
            if wants_other {
                return choice.otherwise.push(item);
            }
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
        let is_remote = |step: &Step| self.spec.chain_of(&step.call) != home;
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
    item.steps().into_iter().any(is_pivot)
}

/// Whether something like this stands in an item.
fn has(item: &Item, is_it: fn(&Item) -> bool) -> bool {
    let any = |items: &[Item]| items.iter().any(|item| has(item, is_it));
    let is_inside = match item {
        Item::If(choice) => any(&choice.then) || any(&choice.otherwise),
        Item::Repeat(_, body) => any(body),
        Item::Attempt(first, otherwise) => any(first) || any(otherwise),
        _ => false,
    };
    is_inside || is_it(item)
}

/// Whether an arm ends the instance.
pub(super) fn ends(arm: &[Item]) -> bool {
    matches!(arm.last(), Some(Item::Abort(_)))
}

fn is_pivot(step: &Step) -> bool {
    matches!(step.role, Role::Pivot)
}
