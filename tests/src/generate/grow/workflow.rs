//! Workflows: who may start them, their steps in order, and what they yield.

use xcc::entities::Chain;
use xcc::types::{ConstantKind, Field, Type};
use xcc::vm::Vm;

use super::Grower;
use super::flow::is_decision;
use super::scope::{Asks, Scope};
use super::step::{Around, TRANSPORT};
use super::types::{Place, Records};
use crate::generate::Style;
use crate::generate::spec::{Expr, Item, Step, Workflow};

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
        let authorised = self.maybe(60, |grower| match grower.choices.chance(15) {
            true => format!("@{}", grower.constant(home, ConstantKind::Address, 0)),
            false => scope.add_input(&grower.spec.declarations, Type::Address(home)),
        });
        // Elsewhere than on the EVM nobody starts an instance as an account of the deployment.
        scope.decisive.extend(authorised.clone());
        self.maybe(30, Self::asset);
        // What is taken is let go of once the workflow is decided.
        let has_pivot = self.choices.chance(50);
        // A transaction of Solana names the accounts of all that it takes.
        let is_program = self.style == Style::Emitted && self.spec.vm(home) == Vm::Svm;
        let most = if is_program { 1 } else { 2 };
        let takes = match &authorised {
            Some(from) if has_pivot => self.some(most, 50, |grower, number| {
                grower.take(&mut scope, home, (number, from))
            }),
            _ => {
                // That nothing is taken is a choice, too.
                self.choices.below(1);
                Vec::new()
            }
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
            let must_follow = steps == 0 && !has_pivot;
            let follows = self.part(|grower| {
                let follows = grower.choices.chance(grower.sizes.more_steps) || must_follow;
                if follows {
                    grower.another(&mut scope, (around, has_pivot), &mut flow);
                }
                follows
            });
            if !follows {
                break;
            }
            around.is_decided = flow.iter().any(is_decision);
            around.is_in_start = flow.iter().all(|item| self.is_in_start(home, item));
            steps = flow.iter().map(|item| item.written() as usize).sum();
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
        self.keep_together(&scope, home, &mut flow);
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

    /// Another step, with what is made of it, and perhaps names for values.
    fn another(
        &mut self,
        scope: &mut Scope,
        (around, has_pivot): (Around, bool),
        flow: &mut Vec<Item>,
    ) {
        self.next_step(scope, around, flow);
        let is_open = has_pivot && !flow.iter().any(is_decision);
        let taken = flow.iter().map(Item::written).sum::<u32>() + u32::from(is_open);
        let left = (self.sizes.steps as u32).saturating_sub(taken);
        self.repeat_last(scope, flow, left);
        let named = self.maybe(20, |grower| grower.named_value(scope));
        flow.extend(named.flatten());
        let foreign = self.maybe(60, |grower| grower.amount_from_elsewhere(scope));
        flow.extend(foreign.flatten());
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
        steps.any(|step| self.spec.chain_of(&step.call) != home)
    }

    /// Whether all of an item runs in the transaction that starts an instance, if it is the first.
    pub(super) fn is_in_start(&self, home: Chain, item: &Item) -> bool {
        let is_home = |step: &Step| self.spec.chain_of(&step.call) == home;
        match item {
            Item::Step(step) => is_home(step) && !step.goes_on(),
            Item::Parallel(_) | Item::Attempt(..) => false,
            Item::Atomic(_) => true,
            Item::If(choice) => {
                let mut all = choice.then.iter().chain(&choice.otherwise);
                all.all(|item| self.is_in_start(home, item))
            }
            Item::Repeat(_, body) => body.iter().all(|item| self.is_in_start(home, item)),
            Item::Let(..) | Item::Abort(_) | Item::Pay(..) | Item::Release(..) => true,
        }
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
            if let Type::Amount(units) = ty
                && let Some(leaf) = grower.amount_at_home(scope, units.asset)
                && let Some(home) = scope.home
            {
                let ty = Type::Amount(grower.units(units.asset, home));
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
            enums: true,
        };
        let ty = self.type_for(place, 2);
        scope.add_input(&self.spec.declarations, ty);
    }
}
