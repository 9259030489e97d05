//! Workflows: who may start them, their steps in order, and what they yield.

use xcc::types::{Field, Type};
use xcc::vm::Vm;

use super::Grower;
use super::scope::{Asks, Scope};
use super::step::{Around, TRANSPORT};
use super::types::Place;
use crate::generate::spec::{Expr, Item, Role, Step, Workflow};

impl Grower {
    /// Another workflow.
    pub(super) fn workflow(&mut self) -> Workflow {
        let home = self.chain(Vm::Evm, None);
        let docs = self.docs();
        let mut scope = Scope::default();
        let is_restricted = self.choices.chance(60);
        let authorised = is_restricted.then(|| {
            scope.add_input(&self.spec.declarations, Type::Address(home));
            0
        });
        let has_transport = self.choices.chance(80);
        let mut around = Around {
            home,
            has_transport,
            is_decided: false,
        };
        let mut flow = Vec::new();
        while flow.len() < self.sizes.steps {
            scope.step = flow.len();
            let step = self.part(|grower| {
                let is_there = grower.choices.chance(grower.sizes.more_steps);
                (is_there || scope.step == 0).then(|| grower.step(&mut scope, around))
            });
            let Some(step) = step else { break };
            around.is_decided |= is_pivot(&step);
            flow.push(Item::Step(Box::new(step)));
        }
        let results = self.workflow_results(&mut scope, flow.len());
        self.maybe(10, |grower| grower.unused_input(&mut scope));
        Workflow {
            name: format!("Flow{}", self.spec.workflows.len() + 1),
            docs,
            home,
            inputs: scope.inputs,
            authorised,
            transport: has_transport.then_some(TRANSPORT),
            flow,
            results,
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
            let expr = grower.expr(scope, &ty, Asks::Type, 2);
            let name = format!("end{}", number + 1);
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
        };
        let ty = self.type_for(place, 2);
        scope.add_input(&self.spec.declarations, ty);
    }
}

fn is_pivot(step: &Step) -> bool {
    matches!(step.role, Role::Pivot)
}
