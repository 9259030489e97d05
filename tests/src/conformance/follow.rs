//! Follows a workflow through all its states, with some of its machines on their real virtual machine in step with the interpreter.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt;

use sha2::{Digest as _, Sha256};
use xcc::analysis::explore::Model;
use xcc::entities::Machine;
use xcc::interp::{Action, Gas, Rejected};
use xcc::ir::Program;
use xcc::types::Type;
use xcc::vm::Vm;
use xcc::wire::Header;
use xcc::wire::header::SIZE;

use super::cover::{Edge, Reason, edges, given, reasons};
use super::walk::{Trial, foreign, trials};
use crate::interp::Bench;
use xcc::interp::mapping::{self, Abstract, Ghost};

/// A machine on its virtual machine. A clone is a snapshot.
pub trait Follower: Clone {
    /// Tells apart all states in which the next transaction could do different things.
    fn digest(&mut self) -> [u8; 32];

    /// Whether the transaction of a trial can be brought about: whether anybody can send it, and its calls can end so.
    fn can_be_sent(&self, _: &Trial<'_>) -> bool {
        true
    }

    /// Runs the transaction of a trial, and keeps what it did if it goes through.
    ///
    /// # Errors
    /// What the machine did otherwise than the interpreter.
    fn follow(&mut self, trial: &Trial<'_>) -> Result<(), String>;
}

/// What was run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The transitions of the model that the machines can make.
    pub reachable: HashSet<Edge>,
    /// Those that they made.
    pub covered: HashSet<Edge>,
    /// The reasons that they can give for what does not run.
    pub reasons: BTreeSet<Reason>,
    /// Those that they gave.
    pub given: BTreeSet<Reason>,
    /// The transactions that were run, no two of them the same in the same state of a machine.
    pub run: usize,
    /// How many of them were rejected.
    pub rejected: usize,
}

/// What a machine did otherwise than the interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The state before, in words.
    pub state: String,
    /// The transaction, in words.
    pub transaction: String,
    /// What was different.
    pub what: String,
}

/// That two things are the same.
pub(super) fn same<T: PartialEq + fmt::Debug>(
    what: &str,
    found: T,
    expected: T,
) -> Result<(), String> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{what}: {found:#?}\n  instead of {expected:#?}")),
    }
}

/// Identifies a state, or what was run in one.
type Digest = [u8; 32];

/// A walk under way.
pub(super) struct Walk<'a, F> {
    model: &'a Model,
    /// A follower of each machine in each state that it came to.
    snapshots: HashMap<(Machine, Digest), F>,
    /// What was run, and where it led to.
    runs: HashMap<Digest, Digest>,
    pub(super) coverage: Coverage,
}

/// A state to go on from.
pub(super) struct State<'p> {
    pub(super) bench: Bench<'p>,
    pub(super) ghost: Ghost,
    followers: BTreeMap<Machine, Digest>,
}

/// Follows every transition, from one concrete state for each state of the model: whatever anyone can do there is done.
///
/// # Errors
/// The first difference, by a shortest way.
pub fn follow<F: Follower>(
    bench: &Bench<'_>,
    followers: &BTreeMap<Machine, F>,
) -> Result<Coverage, Difference> {
    let machines: Vec<Machine> = followers.keys().copied().collect();
    walk(bench, &machines, followers)
}

/// Whether a message says nothing but zeros, and with them a key on Solana. That is the key of a program there, which no transaction can
/// take as an account to change.
fn names_program(program: &Program, trial: &Trial<'_>) -> bool {
    let (Action::Deliver(delivery) | Action::Expire(delivery) | Action::Park(delivery)) =
        &trial.transaction.action
    else {
        return false;
    };
    let body = delivery.message.get(SIZE..).unwrap_or_default();
    let header = Header::decode(&delivery.message);
    let workflow = program.machines[trial.machine].workflow;
    let message = header.and_then(|header| {
        let step = program.workflows[workflow]
            .steps
            .get(usize::from(header.step))?;
        program.message(*step, header.kind)
    });
    let chains = &program.declarations.chains;
    let is_key = |ty: &Type| matches!(ty, Type::Address(chain) if chains[*chain].vm == Vm::Svm);
    let fields = message.map_or(&[][..], |message| &program.messages[message].fields);
    let is_there = chains[program.machines[trial.machine].chain].vm == Vm::Svm;
    is_there && body.iter().all(|&byte| byte == 0) && fields.iter().any(|field| is_key(&field.ty))
}

/// The transitions that some machines make in the interpreter alone.
#[must_use]
pub fn reached(bench: &Bench<'_>, machines: &[Machine]) -> Coverage {
    let nobody = BTreeMap::<Machine, Nobody>::new();
    let reached = walk(bench, machines, &nobody);
    reached.expect("nobody does anything otherwise")
}

/// No machine.
#[derive(Clone)]
enum Nobody {}

impl Follower for Nobody {
    fn digest(&mut self) -> [u8; 32] {
        match *self {}
    }

    fn follow(&mut self, _: &Trial<'_>) -> Result<(), String> {
        match *self {}
    }
}

/// Follows every transition, and counts those of some machines.
fn walk<F: Follower>(
    bench: &Bench<'_>,
    machines: &[Machine],
    followers: &BTreeMap<Machine, F>,
) -> Result<Coverage, Difference> {
    let model = Model::of(bench.program, bench.workflow);
    let mut walk = Walk::new(&model, edges(bench.program, &model, machines));
    walk.coverage.reasons = reasons(bench.program, machines);
    let first = walk.begin(bench, followers);
    walk.run(first)?;
    Ok(walk.coverage)
}

impl State<'_> {
    fn values(&self, model: &Model) -> Abstract {
        (self.ghost).values(model, &self.bench.network, &self.bench.instance)
    }
}

impl<'a, F: Follower> Walk<'a, F> {
    /// A walk on which nothing was run yet, and these transitions count.
    pub(super) fn new(model: &'a Model, reachable: HashSet<Edge>) -> Self {
        Walk {
            model,
            snapshots: HashMap::new(),
            runs: HashMap::new(),
            coverage: Coverage {
                reachable,
                ..Coverage::default()
            },
        }
    }

    /// Where everything begins.
    pub(super) fn begin<'p>(
        &mut self,
        bench: &Bench<'p>,
        followers: &BTreeMap<Machine, F>,
    ) -> State<'p> {
        let followers = followers.iter();
        State {
            bench: bench.clone(),
            ghost: Ghost::default(),
            followers: followers
                .map(|(&machine, follower)| (machine, self.keep(machine, follower.clone())))
                .collect(),
        }
    }

    fn run(&mut self, first: State<'_>) -> Result<(), Difference> {
        let mut known = HashSet::from([first.values(self.model)]);
        let mut queue = VecDeque::from([first]);
        while let Some(state) = queue.pop_front() {
            let before = state.values(self.model);
            // They are as good as others to make a transition of the model, but nobody goes on from there.
            for trial in foreign(&state.bench, &state.ghost) {
                if self.can_be_sent(&state, &trial) && !names_program(state.bench.program, &trial) {
                    let followers = self.try_in(&state, &trial)?;
                    self.count(state.bench.program, &before, trial, followers);
                }
            }
            for trial in trials(&state.bench, &state.ghost, Gas::Enough) {
                if !self.can_be_sent(&state, &trial) {
                    continue;
                }
                let followers = self.try_in(&state, &trial)?;
                let program = state.bench.program;
                let Some(next) = self.count(program, &before, trial, followers) else {
                    continue;
                };
                if known.insert(next.values(self.model)) {
                    queue.push_back(next);
                }
            }
        }
        Ok(())
    }

    /// The state that a trial leads to, which is the same if it is rejected.
    #[cfg(all(feature = "evm", feature = "svm"))]
    pub(super) fn advance<'p>(
        &mut self,
        state: State<'p>,
        trial: Trial<'p>,
    ) -> Result<State<'p>, Difference> {
        let followers = self.try_in(&state, &trial)?;
        let before = state.values(self.model);
        let next = self.count(state.bench.program, &before, trial, followers);
        Ok(next.unwrap_or(state))
    }

    fn can_be_sent(&self, state: &State<'_>, trial: &Trial<'_>) -> bool {
        let digest = state.followers.get(&trial.machine);
        digest.is_none_or(|&digest| self.snapshots[&(trial.machine, digest)].can_be_sent(trial))
    }

    /// Runs a trial on its machine, if that is one of the followers, and says where they all are afterwards.
    pub(super) fn try_in(
        &mut self,
        state: &State<'_>,
        trial: &Trial<'_>,
    ) -> Result<BTreeMap<Machine, Digest>, Difference> {
        let mut followers = state.followers.clone();
        if let Some(digest) = followers.get_mut(&trial.machine) {
            *digest = self.follow(*digest, trial).map_err(|what| Difference {
                state: mapping::describe(self.model, &state.values(self.model)),
                transaction: trial.describe(state.bench.program),
                what,
            })?;
        }
        Ok(followers)
    }

    fn follow(&mut self, before: Digest, trial: &Trial<'_>) -> Result<Digest, String> {
        let run = key(before, trial);
        if let Some(&after) = self.runs.get(&run) {
            return Ok(after);
        }
        let mut follower = self.snapshots[&(trial.machine, before)].clone();
        follower.follow(trial)?;
        let after = self.keep(trial.machine, follower);
        if trial.result.is_err() {
            same("state after a rejection", after, before)?;
        }
        self.runs.insert(run, after);
        if matches!(trial.result, Err(Rejected::NoEntry)) {
            return Ok(after);
        }
        self.coverage.run += 1;
        self.coverage.rejected += usize::from(trial.result.is_err());
        Ok(after)
    }

    fn keep(&mut self, machine: Machine, mut follower: F) -> Digest {
        let digest = follower.digest();
        let snapshot = self.snapshots.entry((machine, digest));
        snapshot.or_insert(follower);
        digest
    }

    /// Counts a trial, and gives the state that it leads to.
    fn count<'p>(
        &mut self,
        program: &Program,
        before: &Abstract,
        trial: Trial<'p>,
        followers: BTreeMap<Machine, Digest>,
    ) -> Option<State<'p>> {
        let outcome = trial.result.as_ref().map(|step| &step.outcome);
        let given = given(program, trial.machine, outcome).into_iter();
        let can_be_given = |reason: &Reason| self.coverage.reasons.contains(reason);
        let given: Vec<_> = given.filter(can_be_given).collect();
        self.coverage.given.extend(given);
        let step = trial.result.ok()?;
        let edge = Edge {
            before: before.clone(),
            handler: step.outcome.handler,
            calls: mapping::calls(&step.outcome),
            after: (step.ghost).values(self.model, &step.bench.network, &step.bench.instance),
        };
        if self.coverage.reachable.contains(&edge) {
            self.coverage.covered.insert(edge);
        }
        Some(State {
            bench: step.bench,
            ghost: step.ghost,
            followers,
        })
    }
}

/// What is run, where, and what must come of it: nothing is run twice that is the same in all of it.
fn key(before: Digest, trial: &Trial<'_>) -> Digest {
    let answers = trial.calls.iter().map(|(_, answer)| answer);
    let outcome = trial.result.as_ref().map(|step| &step.outcome);
    let run = (
        trial.machine,
        before,
        &trial.transaction,
        answers.collect::<Vec<_>>(),
        outcome,
    );
    Sha256::digest(format!("{run:?}")).into()
}

impl Coverage {
    /// Adds what was run with other inputs.
    pub fn add(&mut self, other: Coverage) {
        self.reachable.extend(other.reachable);
        self.covered.extend(other.covered);
        self.reasons.extend(other.reasons);
        self.given.extend(other.given);
        self.run += other.run;
        self.rejected += other.rejected;
    }

    /// Whether every transition was made.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.covered == self.reachable
    }

    /// Whether also every reason was given.
    #[must_use]
    pub fn has_all_reasons(&self) -> bool {
        self.is_whole() && self.given == self.reasons
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (covered, reachable) = (self.covered.len(), self.reachable.len());
        let Coverage { run, rejected, .. } = self;
        let (given, reasons) = (self.given.len(), self.reasons.len());
        write!(
            f,
            "{covered} of {reachable} transitions and {given} of {reasons} reasons by {run} transactions, {rejected} of them rejected"
        )
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n  in: {}\n  {}",
            self.transaction, self.state, self.what
        )
    }
}
