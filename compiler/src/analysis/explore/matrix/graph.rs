//! The states that the matrix comes to, each kept once, and where rules lead from them.

use cranelift_entity::{EntityRef, EntitySet, SecondaryMap, entity_impl};
use foldhash::fast::FixedState;
use indexmap::IndexSet;

use super::alike::Alike;
use crate::analysis::explore::model::{Model, Rule, Update};

/// A state that was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Node(u32);
entity_impl!(Node);

/// All states found so far.
pub(super) struct Graph<'a> {
    model: &'a Model,
    alike: Alike,
    states: IndexSet<Vec<u8>, FixedState>,
}

/// Rules that are followed again and again, and what they led to.
pub(super) struct Moves<'a> {
    rules: Vec<&'a Rule>,
    known: SecondaryMap<Node, Option<Box<[Node]>>>,
}

impl<'a> Moves<'a> {
    pub(super) fn new(rules: Vec<&'a Rule>) -> Self {
        Moves {
            rules,
            known: SecondaryMap::new(),
        }
    }
}

impl<'a> Graph<'a> {
    pub(super) fn new(model: &'a Model, alike: Alike) -> Self {
        Graph {
            model,
            alike,
            states: IndexSet::default(),
        }
    }

    pub(super) fn alike(&self) -> &Alike {
        &self.alike
    }

    /// The state in which nothing has happened.
    pub(super) fn initial(&mut self) -> Node {
        self.node(vec![0; self.model.variables.len()])
    }

    pub(super) fn state(&self, node: Node) -> &[u8] {
        &self.states[node.index()]
    }

    /// Everything that such moves lead to, and where they begin.
    pub(super) fn reach(
        &mut self,
        from: impl IntoIterator<Item = Node>,
        moves: &mut Moves<'_>,
    ) -> Vec<Node> {
        let mut seen = EntitySet::new();
        let mut found: Vec<_> = from.into_iter().filter(|node| seen.insert(*node)).collect();
        let mut next = 0;
        while let Some(&node) = found.get(next) {
            let after = self.follow(node, moves);
            found.extend(after.iter().filter(|node| seen.insert(**node)));
            next += 1;
        }
        found
    }

    fn follow<'m>(&mut self, node: Node, moves: &'m mut Moves<'_>) -> &'m [Node] {
        let Moves { rules, known } = moves;
        known[node].get_or_insert_with(|| self.after(node, rules).into())
    }

    /// Where rules lead from a state, each by itself.
    pub(super) fn after(&mut self, node: Node, rules: &[&Rule]) -> Vec<Node> {
        let mut after = Vec::new();
        for rule in rules {
            let state = self.state(node);
            let mut guard = rule.guard.iter();
            if guard.all(|condition| condition.holds(state[condition.var.0])) {
                let state = self.alike.representative(self.apply(state, rule));
                after.push(self.node(state));
            }
        }
        after
    }

    fn apply(&self, state: &[u8], rule: &Rule) -> Vec<u8> {
        let mut after = state.to_vec();
        for effect in &rule.effects {
            let last = self.model.variables[effect.var.0].values - 1;
            let value = &mut after[effect.var.0];
            *value = match effect.update {
                Update::Set(value) => value,
                Update::Next => last.min(*value + 1),
            };
        }
        after
    }

    fn node(&mut self, state: Vec<u8>) -> Node {
        Node::new(self.states.insert_full(state).0)
    }
}
