//! Steps that are interchangeable: beside each other and alike, so that a state in which one of them stands somewhere and another
//! elsewhere leads to the same as the state in which they stand the other way round. Of such states one has to be visited.
//!
//! Nothing is taken on trust. Two steps are interchangeable only if exchanging all variables about them turns the rules, the
//! promises and the condition of being settled into themselves. Rules are compared by what they do and when, not by how their
//! handlers ask: those that do the same together must be possible in the same states, equally often.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::model::{Condition, Effect, Meaning, Model, Side, Var};
use crate::entities::Step;
use crate::ir::{MessageKind, Part, Program, Status};

/// What a variable about a step says. Variables of two steps that say the same are exchanged for each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Aspect {
    Stands(Side, Vec<Status>),
    /// The slot, by its position among those of the step.
    Counter(usize),
    Published(MessageKind),
    Effects(Part),
    Starved,
}

/// The variables about one step, and how many values each has, by what they say.
type Variables = BTreeMap<Aspect, (u8, Var)>;

/// The classes of interchangeable steps that have more than one member: for each member its variables, in the same order.
pub(super) fn interchangeable(program: &Program, model: &Model) -> Vec<Vec<Vec<Var>>> {
    let steps = &program.workflows[model.workflow].steps;
    let variables: Vec<_> = steps
        .iter()
        .map(|&step| variables_about(program, model, step))
        .collect();
    let behaviour = Behaviour::of(model);
    let mut classes: Vec<Vec<&Variables>> = Vec::new();
    for own in &variables {
        let is_like = |class: &&mut Vec<&Variables>| {
            exchange(class[0], own).is_some_and(|exchange| behaviour.is_kept_by(model, &exchange))
        };
        match classes.iter_mut().find(is_like) {
            Some(class) => class.push(own),
            None => classes.push(vec![own]),
        }
    }
    let members = |class: Vec<&Variables>| {
        let vars = |member: &Variables| member.values().map(|&(_, var)| var).collect();
        class.into_iter().map(vars).collect()
    };
    let several = classes.into_iter().filter(|class| class.len() > 1);
    several.map(members).collect()
}

fn variables_about(program: &Program, model: &Model, step: Step) -> Variables {
    let mut counters = 0;
    let mut aspect = |meaning: &Meaning| match meaning {
        Meaning::Status(of, side, statuses) => {
            (*of == step).then(|| Aspect::Stands(*side, statuses.clone()))
        }
        Meaning::Counter(slot) => (program.slots[*slot].step == Some(step)).then(|| {
            counters += 1;
            Aspect::Counter(counters)
        }),
        Meaning::Published(message) => {
            let data = &program.messages[*message];
            (data.step == step).then_some(Aspect::Published(data.kind))
        }
        Meaning::Effects(of, part) => (*of == step).then_some(Aspect::Effects(*part)),
        Meaning::Starved(of) => (*of == step).then_some(Aspect::Starved),
        Meaning::Phase(_) => None,
    };
    let all = model.variables.iter().enumerate();
    all.filter_map(|(position, variable)| {
        Some((aspect(&variable.meaning)?, (variable.values, Var(position))))
    })
    .collect()
}

/// Which variable takes the place of which, if two steps have the same.
fn exchange(one: &Variables, other: &Variables) -> Option<HashMap<Var, Var>> {
    let shape = |variables: &Variables| -> Vec<(Aspect, u8)> {
        let entries = variables.iter();
        entries
            .map(|(aspect, &(values, _))| (aspect.clone(), values))
            .collect()
    };
    let is_alike = shape(one) == shape(other);
    let pairs = one.values().zip(other.values());
    is_alike.then(|| {
        pairs
            .flat_map(|(&(_, left), &(_, right))| [(left, right), (right, left)])
            .collect()
    })
}

/// When something may happen, as conditions in order of their variables.
type Guard = Vec<Condition>;

/// What can happen and when, and what must not, without regard to the handlers that it comes from.
struct Behaviour<'m> {
    /// For each change the guards of the rules that make it.
    rules: HashMap<Vec<Effect>, Vec<&'m [Condition]>>,
    promises: HashSet<(&'static str, Guard)>,
}

impl<'m> Behaviour<'m> {
    fn of(model: &'m Model) -> Self {
        let mut rules: HashMap<_, Vec<_>> = HashMap::new();
        for rule in &model.rules {
            let guards = rules.entry(rule.effects.clone()).or_default();
            guards.push(&rule.guard[..]);
        }
        let promises = model.invariants.iter();
        let promises = promises.map(|promise| (promise.name, in_order(&promise.forbidden)));
        Behaviour {
            rules,
            promises: promises.collect(),
        }
    }

    /// Whether it is the same after variables were exchanged.
    fn is_kept_by(&self, model: &Model, exchange: &HashMap<Var, Var>) -> bool {
        let image = |var: Var| exchange.get(&var).copied().unwrap_or(var);
        let moved = |conditions: &[Condition]| {
            let moved = conditions.iter().map(|condition| Condition {
                var: image(condition.var),
                ..*condition
            });
            in_order(&moved.collect::<Vec<_>>())
        };
        let mut promises = self.promises.iter();
        if !promises.all(|(name, forbidden)| self.promises.contains(&(*name, moved(forbidden)))) {
            return false;
        }
        self.rules.iter().all(|(effects, guards)| {
            let mut effects: Vec<_> = effects
                .iter()
                .map(|effect| Effect {
                    var: image(effect.var),
                    ..*effect
                })
                .collect();
            effects.sort_by_key(|effect| effect.var);
            let Some(others) = self.rules.get(&effects) else {
                return false;
            };
            let moved: Vec<_> = guards.iter().map(|guard| moved(guard)).collect();
            let others: Vec<_> = others.iter().map(|guard| guard.to_vec()).collect();
            are_same(model, &moved, &others)
        })
    }
}

fn in_order(conditions: &[Condition]) -> Guard {
    let mut conditions = conditions.to_vec();
    conditions.sort_by_key(|condition| condition.var);
    conditions
}

/// Whether in every state as many guards of one list hold as of the other.
///
/// With `f` and `g` for these numbers, that is so if and only if the sum of `(f - g)²` over all states is zero. That is
/// `⟨f, f⟩ + ⟨g, g⟩ - 2⟨f, g⟩`, where each product is a sum, over pairs of guards, of the number of states in which both hold.
fn are_same(model: &Model, left: &[Guard], right: &[Guard]) -> bool {
    if left.len() == right.len() && left.iter().all(|guard| right.contains(guard)) {
        let distinct: HashSet<_> = left.iter().collect();
        if distinct.len() == left.len() {
            return true;
        }
    }
    let space = Space::of(model, left.iter().chain(right));
    let product = |one: &[Guard], other: &[Guard]| -> Option<u128> {
        let mut pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
        pairs.try_fold(0_u128, |sum, (a, b)| sum.checked_add(space.states(a, b)?))
    };
    let sides = || {
        let own = product(left, left)?.checked_add(product(right, right)?)?;
        Some(own == product(left, right)?.checked_mul(2)?)
    };
    // More states than can be counted are not known to be the same.
    sides().unwrap_or(false)
}

/// The variables that some guards ask about, and the values of each.
struct Space(BTreeMap<Var, u32>);

impl Space {
    fn of<'g>(model: &Model, guards: impl Iterator<Item = &'g Guard>) -> Self {
        let vars = guards.flatten().map(|condition| condition.var);
        let all = |var: Var| u32::MAX >> (u32::BITS - u32::from(model.variables[var.0].values));
        Space(vars.map(|var| (var, all(var))).collect())
    }

    /// In how many ways its variables can have values such that both guards hold; `None` if that is not to be counted.
    fn states(&self, one: &Guard, other: &Guard) -> Option<u128> {
        let mut allowed = self.0.clone();
        for condition in one.iter().chain(other) {
            *allowed.get_mut(&condition.var)? &= condition.allowed;
        }
        let values = allowed.into_values();
        values
            .map(u32::count_ones)
            .try_fold(1_u128, |product, count| product.checked_mul(count.into()))
    }
}
