//! Counters that nobody asks any more: how often a call failed makes no difference once it went through or was given up. States that
//! differ in nothing else are one, in which the counter is back at its first value; otherwise every such step would multiply the states
//! of all that comes after it.
//!
//! Nothing is taken on trust. A counter matters where the rules that ask for it or count it up demand that its step stands. It is set
//! back where the step leaves there, and only if no rule leads back and no promise is about the counter. Then of two states that differ
//! only in it both allow the same rules, and these lead to states that differ in no more.

use super::model::{Condition, Effect, Meaning, Model, Rule, Side, Update, Var};
use crate::ir::Program;

/// Sets every counter back from where it makes no difference any more.
pub(super) fn set_back(program: &Program, model: &mut Model) {
    for counter in (0..model.variables.len()).map(Var) {
        if let Some(status) = status_beside(program, model, counter) {
            set_one_back(model, counter, status);
        }
    }
}

/// Where the step stands whose calls a variable counts, on the machine that makes them.
fn status_beside(program: &Program, model: &Model, counter: Var) -> Option<Var> {
    let Meaning::Counter(slot) = model.variables[counter.0].meaning else {
        return None;
    };
    let slot = &program.slots[slot];
    let home = program.workflows[model.workflow].coordinator;
    let side = match slot.machine == home {
        true => Side::Home,
        false => Side::Participant,
    };
    model.status(slot.step?, side)
}

fn set_one_back(model: &mut Model, counter: Var, status: Var) {
    let Some(matters) = where_it_matters(model, counter, status) else {
        return;
    };
    let leaves = |rule: &Rule| match change_of(rule, status) {
        Some(Update::Set(to)) => !matters.holds(to) && before(rule, status) & matters.allowed != 0,
        _ => false,
    };
    let mut is_left = false;
    for rule in model.rules.iter_mut().filter(|rule| leaves(rule)) {
        is_left = true;
        rule.effects.retain(|effect| effect.var != counter);
        rule.effects.push(Effect {
            var: counter,
            update: Update::Set(0),
        });
        rule.effects.sort_by_key(|effect| effect.var);
    }
    if is_left {
        model.counting.push((counter, matters));
    }
}

/// Where a step has to stand for its counter to be asked for, if a step that left there does not come back.
fn where_it_matters(model: &Model, counter: Var, status: Var) -> Option<Condition> {
    let is_asked = |conditions: &[Condition]| conditions.iter().any(|it| it.var == counter);
    let uses = |rule: &&Rule| is_asked(&rule.guard) || change_of(rule, counter).is_some();
    let users = model.rules.iter().filter(uses);
    let matters = Condition {
        var: status,
        allowed: users.fold(0, |all, rule| all | before(rule, status)),
    };
    let leads_back = |rule: &Rule| match change_of(rule, status) {
        Some(Update::Set(to)) => matters.holds(to) && before(rule, status) & !matters.allowed != 0,
        Some(Update::Next) => true,
        None => false,
    };
    let mut promises = model.invariants.iter();
    let is_promised = promises.any(|promise| is_asked(&promise.forbidden));
    let is_kept = is_promised || is_asked(&[model.settled]) || model.rules.iter().any(leads_back);
    (!is_kept).then_some(matters)
}

/// The values that a variable may have before a rule.
fn before(rule: &Rule, var: Var) -> u32 {
    let mut guard = rule.guard.iter();
    let condition = guard.find(|condition| condition.var == var);
    condition.map_or(u32::MAX, |condition| condition.allowed)
}

/// What a rule makes of a variable, if anything else.
fn change_of(rule: &Rule, var: Var) -> Option<Update> {
    let mut effects = rule.effects.iter();
    let effect = effects.find(|effect| effect.var == var);
    effect.map(|effect| effect.update)
}

#[cfg(test)]
mod tests {
    use cranelift_entity::EntityRef;

    use super::*;
    use crate::analysis::explore::{Invariant, Variable};
    use crate::entities::{Handler, Slot, Step, Workflow};
    use crate::ir::{Phase, Status};

    const PHASE: Var = Var(0);
    const STATUS: Var = Var(1);
    const COUNTER: Var = Var(2);

    fn rule(guard: &[Condition], effects: &[(Var, Update)]) -> Rule {
        let effects = effects.iter().map(|&(var, update)| Effect { var, update });
        Rule {
            handler: Handler::new(0),
            guard: guard.to_vec(),
            effects: effects.collect(),
            choices: Vec::new(),
        }
    }

    /// A call that fails and is counted, or goes through; then only the instance ends.
    fn model() -> Model {
        let variable = |name: &str, meaning, values| Variable {
            name: name.to_owned(),
            meaning,
            values,
        };
        let step = Step::new(0);
        let statuses = vec![Status::None, Status::Executed];
        let standing = Meaning::Status(step, Side::Participant, statuses);
        let phases = vec![Phase::Idle, Phase::Completed];
        let open = Condition::is(STATUS, 0);
        let below = Condition {
            var: COUNTER,
            allowed: 0b011,
        };
        Model {
            workflow: Workflow::new(0),
            variables: vec![
                variable("phase", Meaning::Phase(phases), 2),
                variable("status", standing, 2),
                variable("counter", Meaning::Counter(Slot::new(0)), 3),
            ],
            rules: vec![
                rule(&[open, below], &[(COUNTER, Update::Next)]),
                rule(&[open], &[(STATUS, Update::Set(1))]),
                rule(&[Condition::is(STATUS, 1)], &[(PHASE, Update::Set(1))]),
            ],
            is_whole: true,
            invariants: Vec::new(),
            settled: Condition::is(PHASE, 1),
            counting: Vec::new(),
            interchangeable: Vec::new(),
        }
    }

    fn is_set_back(mut model: Model) -> bool {
        let before = model.rules.clone();
        set_one_back(&mut model, COUNTER, STATUS);
        assert_eq!(model.counting.is_empty(), model.rules == before);
        !model.counting.is_empty()
    }

    #[test]
    fn a_counter_is_set_back_where_its_step_is_decided() {
        let mut model = model();
        set_one_back(&mut model, COUNTER, STATUS);
        let reset = (COUNTER, Update::Set(0));
        let decided = rule(
            &[Condition::is(STATUS, 0)],
            &[(STATUS, Update::Set(1)), reset],
        );
        assert_eq!(model.rules[1], decided);
        assert_eq!(model.counting, [(COUNTER, Condition::is(STATUS, 0))]);
        let [counts, _, ends] = &model.rules[..] else {
            panic!("{:?}", model.rules)
        };
        let [others_count, _, others_end] = &self::model().rules[..] else {
            unreachable!("it has three rules")
        };
        assert_eq!([counts, ends], [others_count, others_end]);
    }

    #[test]
    fn a_counter_to_which_a_rule_leads_back_is_kept() {
        let mut model = model();
        let decided = Condition::is(STATUS, 1);
        model
            .rules
            .push(rule(&[decided], &[(STATUS, Update::Set(0))]));
        assert!(!is_set_back(model));
    }

    #[test]
    fn a_counter_that_is_asked_for_everywhere_is_kept() {
        let mut model = model();
        let most = Condition::is(COUNTER, 2);
        model.rules.push(rule(&[most], &[(PHASE, Update::Set(1))]));
        assert!(!is_set_back(model));
    }

    #[test]
    fn a_counter_that_a_promise_is_about_is_kept() {
        let mut promised = model();
        promised.invariants.push(Invariant {
            name: "a call fails less than twice",
            step: Step::new(0),
            forbidden: vec![Condition::is(COUNTER, 2)],
        });
        assert!(!is_set_back(promised));
        let mut settled = model();
        settled.settled = Condition::is(COUNTER, 2);
        assert!(!is_set_back(settled));
        assert!(is_set_back(model()));
    }
}
