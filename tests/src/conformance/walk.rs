//! Everything that anyone can do next: each message to each entry, in time and late, each call with either end, with enough gas and
//! with none.

use xcc::entities::{Machine, Message, Step as StepId};
use xcc::interp::network::{BEGINNING, Entry};
use xcc::interp::schedule::StepAsk;
use xcc::interp::{Action, Call, Called, Delivery, Gas, Outcome, Rejected, Transaction, World};
use xcc::ir::{Part, Program, Role, Status, Trigger};
use xcc::sema::MAX_DEADLINE;
use xcc::wire::Header;

use crate::interp::{Bench, Craft, Fields, Targets};
use xcc::interp::mapping::Ghost;

/// Long enough for every deadline to be over, in seconds.
const LATE: u64 = MAX_DEADLINE + 1;

/// A transaction that somebody may send, and what the interpreter says comes of it.
#[derive(Debug)]
pub struct Trial<'p> {
    /// Whose machine it is.
    pub machine: Machine,
    /// What is sent.
    pub transaction: Transaction,
    /// The calls of targets that were made, in order, each with what it was answered; also those of a transaction that was rejected.
    pub calls: Vec<(Call, Called)>,
    /// What came of it.
    pub result: Result<Step<'p>, Rejected>,
    /// The message as its sender sent it, if somebody damaged it.
    pub meant: Option<Delivery>,
}

/// Something that happened.
#[derive(Debug)]
pub struct Step<'p> {
    /// What the transaction did.
    pub outcome: Outcome,
    /// The machines afterwards, at the time of the beginning.
    pub bench: Bench<'p>,
    /// What was counted until then.
    pub ghost: Ghost,
}

/// A transaction whose calls have not been answered yet.
pub(super) struct Attempt {
    pub(super) machine: Machine,
    pub(super) transaction: Transaction,
}

impl Trial<'_> {
    /// What it asks for: what its sender would ask for if nobody had damaged the message.
    #[must_use]
    pub fn asked(&self) -> Action {
        match &self.meant {
            Some(meant) => Action::Deliver(meant.clone()),
            None => self.transaction.action.clone(),
        }
    }

    /// What is sent, in words.
    #[must_use]
    pub fn describe(&self, program: &Program) -> String {
        let chain = program.machines[self.machine].chain;
        let message = |delivery: &Delivery| {
            let header = Header::decode(&delivery.message).expect("a message has a header");
            format!("{} of step {}", header.kind, header.step)
        };
        let action = match &self.asked() {
            Action::Start { .. } => "start".to_owned(),
            Action::Deliver(delivery) => format!("deliver {}", message(delivery)),
            Action::Expire(delivery) => format!("expire {}", message(delivery)),
            Action::Park(delivery) => format!("park {}", message(delivery)),
            Action::Attempt { step, part, .. } => {
                format!("attempt {part} of {}", program.steps[*step].name)
            }
            Action::ExpireStep { step, .. } => format!("expire {}", program.steps[*step].name),
            Action::ParkStep { step, .. } => format!("park {}", program.steps[*step].name),
            Action::Claim { step, .. } => format!("claim {}", program.steps[*step].name),
            Action::Cancel { .. } => "cancel".to_owned(),
            Action::Redrive { .. } => "redrive".to_owned(),
        };
        let answers = self.calls.iter().map(|(call, answer)| {
            let fails = *answer == Called::Failed;
            let end = if fails { "fails" } else { "succeeds" };
            format!(", {} {end}", call.function.name)
        });
        let chain = &program.declarations.chains[chain].name;
        let Transaction { caller, now, .. } = &self.transaction;
        let damaged = match (&self.meant, &self.transaction.action) {
            (Some(_), Action::Deliver(Delivery { from, message })) => {
                format!(", as {} from {from:?}", hex::encode(message))
            }
            _ => String::new(),
        };
        format!(
            "{chain}: {action} at {now} by {}{}{damaged}",
            hex::encode(caller),
            answers.collect::<String>()
        )
    }
}

impl Step<'_> {
    /// The way through a handler that led here, if these calls were made: what a machine does on it, and what that takes of gas or compute
    /// units, does not depend on what led to it.
    #[must_use]
    pub fn way(&self, calls: &[(Call, Called)]) -> String {
        let ends = calls.iter().map(|(_, called)| *called == Called::Failed);
        let ends: Vec<_> = ends.collect();
        format!("{:?}", (self.outcome.handler, ends, &self.outcome.events))
    }
}

/// Targets whose calls fail as told, and succeed after that.
struct Script<'p> {
    targets: Targets<'p>,
    fails: Vec<bool>,
    calls: Vec<(Call, Called)>,
}

impl World for Script<'_> {
    fn call(&mut self, call: &Call) -> Called {
        let fails = self.fails.get(self.calls.len()).copied().unwrap_or(false);
        let answer = match fails {
            true => Called::Failed,
            false => Called::Returned(self.targets.results(call)),
        };
        self.calls.push((call.clone(), answer.clone()));
        answer
    }
}

/// Every step that leads on from a state; what is rejected leads nowhere.
#[must_use]
pub fn successors<'p>(bench: &Bench<'p>, ghost: &Ghost) -> Vec<Step<'p>> {
    let trials = [Gas::Enough, Gas::Limit(0)].map(|gas| trials(bench, ghost, gas));
    let trials = trials.into_iter().flatten();
    trials.filter_map(|trial| trial.result.ok()).collect()
}

/// Everything that can be tried in a state, with so much gas.
#[must_use]
pub fn trials<'p>(bench: &Bench<'p>, ghost: &Ghost, gas: Gas) -> Vec<Trial<'p>> {
    let attempts = attempts(bench, gas).into_iter();
    attempts
        .flat_map(|attempt| answered(bench, ghost, &attempt))
        .collect()
}

/// Messages that nobody has sent, presented as if somebody had, with gas enough: of types that were not sent yet, and of all types with
/// zeros for what they say. Home may send those of a type it has sent in an instance that was started with other inputs.
#[must_use]
pub fn foreign<'p>(bench: &Bench<'p>, ghost: &Ghost) -> Vec<Trial<'p>> {
    let is_sent = |message| bench.network.mail().iter().any(|it| it.message == message);
    let has_fields = |message: Message| !bench.program.messages[message].fields.is_empty();
    let messages = || bench.data().messages.iter().copied();
    let new = messages().filter(|&message| !is_sent(message));
    let zero = messages().filter(|&message| has_fields(message));
    let all = new.map(|message| (message, Fields::Good));
    let all = all.chain(zero.map(|message| (message, Fields::Zero)));
    let attempts = all.flat_map(|(message, fields)| {
        let data = &bench.program.messages[message];
        let craft = Craft {
            instance: bench.instance,
            deadline: BEGINNING,
            fields,
        };
        let action = Entry::Deliver.action(&bench.craft(data.step, data.kind, craft));
        ways(bench, data.to, &action, Gas::Enough)
    });
    attempts
        .flat_map(|attempt| answered(bench, ghost, &attempt))
        .collect()
}

fn attempts(bench: &Bench<'_>, gas: Gas) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    for (index, sent) in bench.network.mail().iter().enumerate() {
        for entry in [Entry::Deliver, Entry::Expire, Entry::Park] {
            let action = entry.action(&bench.network.mail()[index]);
            attempts.extend(ways(bench, sent.to, &action, gas));
        }
    }
    for &machine in bench.network.machines().machines().keys() {
        for action in own_actions(bench, machine) {
            attempts.extend(ways(bench, machine, &action, gas));
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
        Trigger::Cancel => Some(Action::Cancel { instance }),
        Trigger::Redrive => Some(Action::Redrive { instance }),
        trigger => StepAsk::of(trigger).map(|(ask, step)| ask.action(step, instance)),
    };
    handlers
        .filter_map(|&handler| action(bench.program.handlers[handler].trigger))
        .collect()
}

/// By everybody whom the machine may know, in time and late. What home sends has a deadline that counts from its own clock, so only
/// what asks whether a deadline has passed is tried late there.
fn ways(bench: &Bench<'_>, machine: Machine, action: &Action, gas: Gas) -> Vec<Attempt> {
    let data = &bench.program.machines[machine];
    let asks_for_time = matches!(
        action,
        Action::Cancel { .. }
            | Action::ExpireStep { .. }
            | Action::Attempt {
                part: Part::Execution,
                ..
            }
    );
    let can_be_late = data.role == Role::Participant || asks_for_time;
    let late = late(bench);
    let times: &[u64] = if can_be_late { &[0, late] } else { &[0] };
    let callers = callers(bench, machine, action).into_iter();
    callers
        .flat_map(|caller| times.iter().map(move |later| (caller.clone(), later)))
        .map(|(caller, later)| Attempt {
            machine,
            transaction: Transaction {
                caller,
                now: bench.network.now(data.chain) + later,
                gas,
                action: action.clone(),
            },
        })
        .collect()
}

/// Long enough for every deadline to be over. That of a step may count from when one of home before it was late.
fn late(bench: &Bench<'_>) -> u64 {
    let home = bench.coordinator();
    let kept = bench.kept(home);
    let own = |step: &&StepId| bench.program.steps[**step].machine == home;
    let steps = bench.data().steps.iter().filter(own);
    let refused = steps.filter(|&&step| kept.status(step) == Status::Refused);
    LATE * (1 + refused.count() as u64)
}

/// A stranger, and where it matters every account that the machine may know.
fn callers(bench: &Bench<'_>, machine: Machine, action: &Action) -> Vec<Vec<u8>> {
    let mut callers = vec![bench.stranger(machine).caller];
    if matches!(
        action,
        Action::Deliver(_)
            | Action::Expire(_)
            | Action::Redrive { .. }
            | Action::Attempt { .. }
            | Action::ExpireStep { .. }
    ) {
        return callers;
    }
    if matches!(action, Action::Cancel { .. }) {
        // Whoever started it cancels all of it, and others only what is late.
        callers.push(bench.other_stranger(machine).caller);
    }
    callers.extend(bench.accounts(machine));
    callers.sort_unstable();
    callers.dedup();
    callers
}

/// What an attempt leads to, for each way its calls may end.
fn answered<'p>(bench: &Bench<'p>, ghost: &Ghost, attempt: &Attempt) -> Vec<Trial<'p>> {
    let mut trials = Vec::new();
    let mut scripts = vec![Vec::new()];
    while let Some(fails) = scripts.pop() {
        let trial = once(bench, ghost, attempt, fails.clone());
        for position in fails.len()..trial.calls.len() {
            let mut other = fails.clone();
            other.resize(position, false);
            other.push(true);
            scripts.push(other);
        }
        trials.push(trial);
    }
    trials
}

/// What an attempt leads to if those of its calls fail.
pub(super) fn once<'p>(
    bench: &Bench<'p>,
    ghost: &Ghost,
    attempt: &Attempt,
    fails: Vec<bool>,
) -> Trial<'p> {
    let mut bench = bench.clone();
    let mut script = Script {
        targets: bench.targets.clone(),
        fails,
        calls: Vec::new(),
    };
    let Attempt {
        machine,
        transaction,
    } = attempt;
    let outcome = bench.network.run(&mut script, *machine, transaction);
    let result = outcome.map(|outcome| {
        let mut ghost = ghost.clone();
        ghost.add(&outcome);
        if matches!(transaction.action, Action::Start { .. }) {
            bench.instance = outcome.instance;
        }
        Step {
            outcome,
            bench,
            ghost,
        }
    });
    Trial {
        machine: *machine,
        transaction: transaction.clone(),
        calls: script.calls,
        result,
        meant: None,
    }
}
