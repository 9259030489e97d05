//! Everything that anyone can do next: each message to each entry, in time and late, each call with either end, with enough gas and
//! with none.

use xcc::entities::Machine;
use xcc::interp::mapping::Ghost;
use xcc::interp::network::{By, Entry};
use xcc::interp::{Action, Call, Called, Gas, Outcome, World};
use xcc::ir::{Program, Role, Trigger};

use xcc_tests::interp::{Bench, results};

/// Long enough for every deadline to be over.
const DAY: u64 = 86_400;

/// Something that happened.
pub(crate) struct Step<'p> {
    pub(crate) outcome: Outcome,
    /// The machines afterwards, at the time of the beginning.
    pub(crate) bench: Bench<'p>,
    pub(crate) ghost: Ghost,
}

/// Something that may be tried.
struct Attempt {
    machine: Machine,
    by: By,
    /// Seconds after the time of the beginning.
    later: u64,
    action: Action,
}

/// Targets whose calls fail as told, and succeed after that.
struct Script<'p> {
    program: &'p Program,
    fails: Vec<bool>,
    made: usize,
}

impl World for Script<'_> {
    fn call(&mut self, call: &Call) -> Called {
        let fails = self.fails.get(self.made).copied().unwrap_or(false);
        self.made += 1;
        match fails {
            true => Called::Failed,
            false => Called::Returned(results(self.program, call)),
        }
    }
}

/// Every step that leads on from a state; what is rejected leads nowhere.
pub(crate) fn successors<'p>(bench: &Bench<'p>, ghost: &Ghost) -> Vec<Step<'p>> {
    let attempts = attempts(bench).into_iter();
    attempts
        .flat_map(|attempt| outcomes(bench, ghost, &attempt))
        .collect()
}

fn attempts(bench: &Bench<'_>) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    for (index, sent) in bench.network.mail().iter().enumerate() {
        for entry in [Entry::Deliver, Entry::Expire, Entry::Park] {
            let action = entry.action(&bench.network.mail()[index]);
            add(bench, sent.to, &action, &mut attempts);
        }
    }
    for &machine in bench.network.machines().machines().keys() {
        for action in own_actions(bench, machine) {
            add(bench, machine, &action, &mut attempts);
        }
    }
    attempts
}

/// What needs no message.
fn own_actions(bench: &Bench<'_>, machine: Machine) -> Vec<Action> {
    let instance = bench.instance;
    let handlers = bench.program.machines[machine].handlers.iter();
    let action = |trigger: Trigger| match trigger {
        // An instance is what one start begins.
        Trigger::Start if instance == [0; 32] => Some(Action::Start {
            inputs: bench.inputs.clone(),
        }),
        Trigger::Claim(step) => Some(Action::Claim { step, instance }),
        Trigger::Cancel => Some(Action::Cancel { instance }),
        Trigger::Redrive => Some(Action::Redrive { instance }),
        _ => None,
    };
    handlers
        .filter_map(|&handler| action(bench.program.handlers[handler].trigger))
        .collect()
}

/// By everybody whom the machine may know, in time and late. What home sends has a deadline that counts from its own clock, so only
/// cancelling, which sends none, is tried late there.
fn add(bench: &Bench<'_>, machine: Machine, action: &Action, attempts: &mut Vec<Attempt>) {
    let is_home = bench.program.machines[machine].role == Role::Coordinator;
    let can_be_late = !is_home || matches!(action, Action::Cancel { .. });
    let times: &[u64] = if can_be_late { &[0, DAY] } else { &[0] };
    for caller in callers(bench, machine, action) {
        for (&later, gas) in times
            .iter()
            .flat_map(|later| [Gas::Enough, Gas::Limit(0)].map(|gas| (later, gas)))
        {
            attempts.push(Attempt {
                machine,
                by: By {
                    caller: caller.clone(),
                    gas,
                },
                later,
                action: action.clone(),
            });
        }
    }
}

/// A stranger, and where it matters every account that the machine may know.
fn callers(bench: &Bench<'_>, machine: Machine, action: &Action) -> Vec<Vec<u8>> {
    let mut callers = vec![bench.stranger(machine).caller];
    if matches!(
        action,
        Action::Deliver(_) | Action::Expire(_) | Action::Redrive { .. }
    ) {
        return callers;
    }
    callers.extend(bench.accounts(machine));
    callers
}

/// What an attempt leads to, for each way its calls may end.
fn outcomes<'p>(bench: &Bench<'p>, ghost: &Ghost, attempt: &Attempt) -> Vec<Step<'p>> {
    let mut steps = Vec::new();
    let mut scripts = vec![Vec::new()];
    while let Some(fails) = scripts.pop() {
        let (made, step) = try_once(bench, ghost, attempt, fails.clone());
        for position in fails.len()..made {
            let mut other = fails.clone();
            other.resize(position, false);
            other.push(true);
            scripts.push(other);
        }
        steps.extend(step);
    }
    steps
}

/// How many calls were made, and what came of it if it was not rejected.
fn try_once<'p>(
    bench: &Bench<'p>,
    ghost: &Ghost,
    attempt: &Attempt,
    fails: Vec<bool>,
) -> (usize, Option<Step<'p>>) {
    let mut bench = bench.clone();
    let chain = bench.program.machines[attempt.machine].chain;
    let beginning = bench.network.now(chain);
    bench.network.set_now(chain, beginning + attempt.later);
    let mut script = Script {
        program: bench.program,
        fails,
        made: 0,
    };
    let result = bench.network.act(
        &mut script,
        attempt.machine,
        &attempt.by,
        attempt.action.clone(),
    );
    let step = result.ok().map(|outcome| {
        bench.network.set_now(chain, beginning);
        let mut ghost = ghost.clone();
        ghost.add(&outcome);
        if matches!(attempt.action, Action::Start { .. }) {
            bench.instance = outcome.instance;
        }
        Step {
            outcome,
            bench,
            ghost,
        }
    });
    (script.made, step)
}
