//! Workflows: who may start them, their steps in order, and what they yield.

use xcc::entities::Chain;
use xcc::types::{ConstantKind, Field, Type};
use xcc::vm::Vm;

use super::Grower;
use super::arithmetic::has_arithmetic;
use super::condition::may_be_decided;
use super::scope::{Arithmetic, Asks, Leaf, Scope};
use super::step::{Around, TRANSPORT};
use super::types::{Place, Records};
use crate::generate::Style;
use crate::generate::spec::{Expr, If, Item, Named, Policy, Role, Step, Workflow};

/// The most steps beside each other, so that the states of nearly all workflows can be visited.
const MAX_BESIDE: usize = 3;

impl Grower {
    /// Another workflow.
    pub(super) fn workflow(&mut self) -> Workflow {
        let home = self.home();
        let docs = self.docs();
        let mut scope = Scope {
            home: Some(home),
            records: self.records_of_inputs(home),
            ..Scope::default()
        };
        let is_restricted = self.choices.chance(60);
        let authorised = is_restricted.then(|| match self.choices.chance(15) {
            true => format!("@{}", self.constant(home, ConstantKind::Address, 0)),
            false => scope.add_input(&self.spec.declarations, Type::Address(home)),
        });
        // Elsewhere than on the EVM nobody starts an instance as an account of the deployment.
        scope.decisive.extend(authorised.clone());
        if self.choices.chance(30) {
            self.asset();
        }
        // What is taken is let go of once the workflow is decided.
        let has_pivot = self.choices.chance(50);
        // A transaction of Solana names the accounts of all that it takes.
        let is_program = self.style == Style::Emitted && self.spec.vm(home) == Vm::Svm;
        let most = if is_program { 1 } else { 2 };
        let takes = match &authorised {
            Some(from) if has_pivot => self.some(most, 50, |grower, number| {
                grower.take(&mut scope, home, (number, from))
            }),
            _ => Vec::new(),
        };
        let has_transport = self.choices.chance(80);
        let mut around = Around {
            home,
            has_transport,
            is_decided: false,
            is_beside: false,
            is_alternative: false,
            is_in_start: true,
            must_leave: false,
            must_decide: false,
            must_spend: false,
            most: 1,
        };
        let mut flow = Vec::new();
        let mut steps = 0;
        let is_open = |around: &Around| has_pivot && !around.is_decided;
        while steps + usize::from(is_open(&around)) < self.sizes.steps {
            scope.step = steps;
            around.most = (self.sizes.steps - steps) as u32 - u32::from(is_open(&around));
            let is_there = self.part(|grower| {
                let is_there =
                    grower.choices.chance(grower.sizes.more_steps) || steps == 0 && !has_pivot;
                if is_there {
                    grower.next_step(&mut scope, around, &mut flow);
                }
                is_there
            });
            if !is_there {
                break;
            }
            if let Some(item) = flow.last() {
                around.is_decided |= is_decision(item);
                around.is_in_start &= self.is_in_start(home, item);
            }
            // One that is repeated is several.
            let all = flow.iter().flat_map(Item::steps);
            steps = all.map(|step| step.times() as usize).sum();
            flow.extend(
                self.maybe(15, |grower| grower.named_value(&mut scope))
                    .flatten(),
            );
        }
        if is_open(&around) {
            scope.step = steps;
            around.must_decide = true;
            around.most = 1;
            self.next_step(&mut scope, around, &mut flow);
            steps += 1;
            around.must_decide = false;
            around.is_decided = true;
            if let Some(item) = flow.last() {
                around.is_in_start &= self.is_in_start(home, item);
            }
        }
        let has_room = steps < self.sizes.steps && around.is_decided;
        let is_left = scope.holdings.iter().any(|it| !it.is_spent);
        if has_room && is_left && self.choices.chance(40) {
            // Few steps of home come after the pivot by chance, and find something to spend.
            scope.step = steps;
            around.must_spend = true;
            around.most = 1;
            self.next_step(&mut scope, around, &mut flow);
            steps += 1;
            around.must_spend = false;
        }
        let stays = self.is_emitted_in_move(home) && !self.leaves(home, &flow);
        if stays || self.gives_nothing_back(around) {
            // What stays on a Move chain needs no workflow.
            scope.step = steps;
            around.must_leave = true;
            around.most = 1;
            self.next_step(&mut scope, around, &mut flow);
            steps += 1;
        }
        let held: Vec<_> = scope.holdings.iter().filter(|it| !it.is_spent).collect();
        let held: Vec<_> = held.iter().map(|it| it.name.clone()).collect();
        for holding in held {
            let payment = self.part(|grower| grower.payment(&mut scope, home, &holding));
            flow.push(payment);
        }
        self.keep_together(home, &mut flow);
        self.release_some(&mut scope, home, &mut flow);
        let results = self.workflow_results(&mut scope, steps);
        self.maybe(10, |grower| grower.unused_input(&mut scope));
        Workflow {
            name: format!("Flow{}", self.spec.workflows.len() + 1),
            docs,
            home,
            inputs: scope.inputs,
            authorised,
            transport: has_transport.then_some(TRANSPORT),
            takes,
            flow,
            results,
        }
    }

    /// A chain where workflows begin.
    fn home(&mut self) -> Chain {
        let other = self.maybe(50, |grower| {
            grower.choices.pick(&[Vm::Aptos, Vm::Sui, Vm::Svm])
        });
        self.chain(other.unwrap_or(Vm::Evm), None)
    }

    /// What emitted packages start with is given in a transaction of a Move chain, which carries no records.
    fn records_of_inputs(&self, home: Chain) -> Records {
        match self.is_emitted_in_move(home) {
            true => Records::Outside,
            false => Records::Anywhere,
        }
    }

    /// Whether nothing of an emitted program's workflow could be undone, since all of it runs in the transaction of `start`. Each
    /// would take the place of one that does more.
    fn gives_nothing_back(&self, around: Around) -> bool {
        let is_program = self.style == Style::Emitted && self.spec.vm(around.home) == Vm::Svm;
        is_program && around.is_in_start
    }

    /// Whether a step runs on another chain.
    fn leaves(&self, home: Chain, flow: &[Item]) -> bool {
        let mut steps = flow.iter().flat_map(Item::steps);
        steps.any(|step| self.spec.contracts[step.call.contract].chain != home)
    }

    /// Whether all of an item runs in the transaction that starts an instance, if it is the first.
    fn is_in_start(&self, home: Chain, item: &Item) -> bool {
        let is_home = |step: &Step| self.spec.contracts[step.call.contract].chain == home;
        match item {
            Item::Step(step) => is_home(step) && !step.goes_on(),
            Item::Parallel(_) | Item::Attempt(..) => false,
            Item::Atomic(_) => true,
            Item::If(choice) => {
                let mut all = choice.then.iter().chain(&choice.otherwise);
                all.all(|item| self.is_in_start(home, item))
            }
            Item::Let(..) | Item::Abort(_) | Item::Pay(..) | Item::Release(..) => true,
        }
    }

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
    fn next_step(&mut self, scope: &mut Scope, around: Around, flow: &mut Vec<Item>) {
        let wants_alternative = self.choices.chance(10);
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
        let wants_company = self.choices.chance(20) && !around.must_decide && !around.must_spend;
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

    /// A name for a value that is there, or for a record of such values. It takes as much room as what it stands for.
    fn named_value(&mut self, scope: &mut Scope) -> Option<Item> {
        let records: Vec<_> = self.spec.declarations.records.keys().collect();
        if !records.is_empty() && self.choices.chance(40) {
            let ty = Type::Record(self.choices.pick(&records));
            if self.is_buildable(&ty) {
                let value = self.record_of_values(scope, &ty);
                return Some(self.named(scope, ty, value, None));
            }
        }
        let known = scope.leaves.clone();
        if known.is_empty() {
            return None;
        }
        let mut leaf = self.choices.pick(&known);
        let mut is_typed = None;
        if let (Type::Amount(units), Some(home)) = (&leaf.ty, scope.home) {
            // A type says that it is counted at home.
            is_typed = Some(units.chain == home);
            if let Some(found) = self
                .maybe(30, |grower| grower.amount_at_home(scope))
                .flatten()
            {
                let ty = Type::Amount(self.units(home));
                leaf = Leaf { ty, ..found };
                is_typed = Some(true);
            }
        }
        let is_number = matches!(leaf.ty, Type::Uint(_)) && !leaf.is_computed;
        let value = Expr::Path(leaf.path);
        let value = match self.choices.chance(40) {
            true if is_number => {
                let computed = self.computed(Arithmetic::Total, value.clone());
                computed.unwrap_or(value)
            }
            _ => value,
        };
        let named = self.named(scope, leaf.ty, value, leaf.of);
        Some(match (named, is_typed) {
            (Item::Let(named, _), Some(is_typed)) => Item::Let(named, is_typed),
            (named, _) => named,
        })
    }

    fn named(&mut self, scope: &mut Scope, ty: Type, value: Expr, of: Option<usize>) -> Item {
        scope.named += 1;
        let name = format!("v{}", scope.named);
        let known = match &value {
            Expr::Path(path) => scope.leaf(path),
            _ => None,
        };
        let names = known.map(|leaf| leaf.names.clone().unwrap_or_else(|| leaf.path.clone()));
        let leaf = Leaf {
            path: name.clone(),
            names,
            ty: ty.clone(),
            of,
            is_computed: has_arithmetic(scope, &value),
        };
        let value = self.maybe_call(scope, &ty, value);
        // The fields of a record may be literals, and a comparison of literals is none.
        scope.leaves.push(leaf);
        Item::Let(Named { name, ty, value }, self.choices.chance(30))
    }

    fn workflow_results(&mut self, scope: &mut Scope, steps: usize) -> Vec<(Field, Expr)> {
        scope.step = steps;
        scope.room = u32::MAX;
        if scope.leaves.is_empty() {
            return Vec::new();
        }
        self.some(3, 45, |grower, number| {
            let ty = grower.choices.pick(&scope.leaves).ty;
            let name = format!("end{}", number + 1);
            if let Type::Amount(_) = ty
                && let Some(leaf) = grower.amount_at_home(scope)
                && let Some(home) = scope.home
            {
                let ty = Type::Amount(grower.units(home));
                return (Field { name, ty }, Expr::Path(leaf.path));
            }
            let ty = match ty {
                Type::Amount(units) => Type::Uint(units.bits),
                ty => ty,
            };
            let expr = grower.expr(scope, &ty, Asks::Type, 2);
            (Field { name, ty }, expr)
        })
    }

    /// An input that nothing uses, of any type of any chain.
    fn unused_input(&mut self, scope: &mut Scope) {
        let chains: Vec<_> = self.spec.declarations.chains.keys().collect();
        let chain = self.choices.pick(&chains);
        let place = Place {
            vm: self.spec.vm(chain),
            chain,
            max_size: 100,
            records: scope.records.inside(),
        };
        let ty = self.type_for(place, 2);
        scope.add_input(&self.spec.declarations, ty);
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

fn is_decision(item: &Item) -> bool {
    matches!(item, Item::Step(step) if is_pivot(step))
}

fn is_pivot(step: &Step) -> bool {
    matches!(step.role, Role::Pivot)
}
