//! The search: breadth first, so that the first violation has the shortest path, and level by level, so that threads can share it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;

use super::model::{Invariant, Model};
use super::pack::{PackedRule, Packing, State};
use super::table::{Found, Node, SHARDS, Table, shard_of};

/// How many states a thread takes at once.
const CHUNK: u32 = 512;
/// How many found states wait for a shard before they are put into it.
const BATCH: usize = 128;

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// The most states to visit.
    pub states: u64,
    /// The most memory for them, in bytes.
    pub memory: usize,
    /// How many threads to use.
    pub threads: usize,
    /// Set by anyone to stop the search.
    pub stop: &'a AtomicBool,
}

/// How far it went, told after each level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// States found.
    pub states: u64,
    /// Steps from the beginning.
    pub depth: u32,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exploration {
    /// States found.
    pub states: u64,
    /// Changes from one state to another, each way of making it counted.
    pub transitions: u64,
    /// The most steps that any state is away from the beginning.
    pub depth: u32,
    /// Bytes that each state took, with what belongs to it.
    pub bytes_per_state: u32,
    /// For each rule of the model, whether it ever could happen.
    pub fired: Vec<bool>,
    /// What that shows.
    pub verdict: Verdict,
}

/// What a search shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every state was visited, every invariant holds in each, and each leads to a settled one.
    Proved,
    /// An invariant does not hold.
    Violated(&'static str, Counterexample),
    /// A state leads to no settled one.
    Stuck(Counterexample),
    /// There are more states than allowed; nothing is proved.
    TooManyStates,
    /// They need more memory than allowed; nothing is proved.
    TooMuchMemory,
    /// The search was stopped; nothing is proved.
    Stopped,
}

/// The shortest way to a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// What happened, in order.
    pub moves: Vec<Move>,
}

/// One rule that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The rule, by position in the model.
    pub rule: usize,
    /// The values of all variables afterwards.
    pub values: Vec<u8>,
}

/// Visits every reachable state of a model, within limits; `progress` is told how far it is.
///
/// What comes of it does not depend on the number of threads, as far as it is a proof or a counterexample.
///
/// # Panics
///
/// When a state takes more than sixteen words, which no workflow within the language's limits needs.
pub fn explore(
    model: &Model,
    limits: Limits<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Exploration {
    let exploration = search(model, limits, progress);
    let is_found = matches!(
        exploration.verdict,
        Verdict::Violated(..) | Verdict::Stuck(_)
    );
    if !is_found || limits.threads == 1 {
        return exploration;
    }
    // Which of several shortest ways threads find is chance; one thread finds the same each time.
    let limits = Limits {
        threads: 1,
        ..limits
    };
    search(model, limits, progress)
}

fn search(model: &Model, limits: Limits<'_>, progress: &mut dyn FnMut(Progress)) -> Exploration {
    let packing = Packing::of(model);
    match packing.words() {
        1 => Search::<1>::new(model, packing, limits).run(progress),
        2 => Search::<2>::new(model, packing, limits).run(progress),
        3 => Search::<3>::new(model, packing, limits).run(progress),
        4 => Search::<4>::new(model, packing, limits).run(progress),
        5..=8 => Search::<8>::new(model, packing, limits).run(progress),
        9..=16 => Search::<16>::new(model, packing, limits).run(progress),
        words => panic!("a state of {words} words"),
    }
}

struct Search<'a, const W: usize> {
    model: &'a Model,
    packing: Packing,
    limits: Limits<'a>,
    rules: Vec<PackedRule<W>>,
    table: Table<W>,
    root: Node,
    transitions: AtomicU64,
    fired: Vec<AtomicBool>,
    /// The least state of the level that breaks an invariant, with that invariant's position.
    broken: Mutex<Option<(State<W>, usize, Node)>>,
}

/// The states of one level, by shard: from the first position to the one after the last.
type Level = Vec<(u32, u32)>;

impl<'a, const W: usize> Search<'a, W> {
    fn new(model: &'a Model, packing: Packing, limits: Limits<'a>) -> Self {
        let (table, root) = Table::new();
        Search {
            model,
            rules: packing.rules(model),
            packing,
            limits,
            table,
            root,
            transitions: AtomicU64::new(0),
            fired: model.rules.iter().map(|_| AtomicBool::new(false)).collect(),
            broken: Mutex::new(None),
        }
    }

    fn run(self, progress: &mut dyn FnMut(Progress)) -> Exploration {
        let mut depth = 0;
        let mut done = vec![0; SHARDS];
        let verdict = loop {
            let sizes = self.table.sizes();
            let states = sizes.iter().map(|&size| u64::from(size)).sum();
            progress(Progress { states, depth });
            // First of all: a level that was left in the middle looks as if nothing came of it.
            if self.limits.stop.load(Ordering::Relaxed) {
                break Verdict::Stopped;
            }
            if sizes == done {
                break self.liveness();
            }
            if let Some(verdict) = self.over_limits(states) {
                break verdict;
            }
            let level: Level = done.iter().copied().zip(sizes.iter().copied()).collect();
            self.visit(&level);
            if let Some((_, invariant, node)) = self.violation() {
                let name = self.model.invariants[invariant].name;
                break Verdict::Violated(name, self.path_to(node));
            }
            done = sizes;
            depth += 1;
        };
        self.report(depth.saturating_sub(1), verdict)
    }

    fn over_limits(&self, states: u64) -> Option<Verdict> {
        if states > self.limits.states {
            return Some(Verdict::TooManyStates);
        }
        (self.table.bytes() > self.limits.memory).then_some(Verdict::TooMuchMemory)
    }

    fn report(&self, depth: u32, verdict: Verdict) -> Exploration {
        let states = self.table.sizes().into_iter().map(u64::from).sum();
        Exploration {
            states,
            transitions: self.transitions.load(Ordering::Relaxed),
            depth,
            bytes_per_state: (self.table.bytes() as u64 / states) as u32,
            fired: self
                .fired
                .iter()
                .map(|fired| fired.load(Ordering::Relaxed))
                .collect(),
            verdict,
        }
    }

    /// Expands every state of a level.
    fn visit(&self, level: &Level) {
        let chunks: Vec<_> = chunks(level).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut worker = Worker::new(self);
            while let Some(&chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
                worker.expand(chunk);
                if self.limits.stop.load(Ordering::Relaxed) {
                    break;
                }
            }
            worker.finish();
        };
        let helpers = self.limits.threads.min(chunks.len()).saturating_sub(1);
        thread::scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(work);
            }
            work();
        });
    }

    fn violation(&self) -> Option<(State<W>, usize, Node)> {
        *self.broken.lock().expect("no thread fails")
    }

    fn is_broken(invariant: &Invariant, values: &[u8]) -> bool {
        let mut conditions = invariant.forbidden.iter();
        conditions.all(|condition| condition.holds(values[condition.var.0]))
    }

    /// Whether every state leads to a settled one. States are marked as good from the last found to the first, until none is added.
    fn liveness(&self) -> Verdict {
        let sizes = self.table.sizes();
        let mut good: Vec<Vec<bool>> = sizes
            .iter()
            .map(|&size| vec![false; size as usize])
            .collect();
        let order: Vec<Node> = all_nodes(&sizes).collect();
        loop {
            let mut added = false;
            for &node in order.iter().rev() {
                let (shard, index) = (usize::from(node.shard), node.index as usize);
                if !good[shard][index] && self.leads_to(node, &good) {
                    good[shard][index] = true;
                    added = true;
                }
            }
            if !added {
                break;
            }
        }
        let is_stuck = |node: &Node| !good[usize::from(node.shard)][node.index as usize];
        let stuck = order.into_iter().filter(is_stuck);
        let paths = stuck.map(|node| self.path_to(node));
        let shortest = paths.min_by_key(|path| path.moves.len());
        shortest.map_or(Verdict::Proved, Verdict::Stuck)
    }

    /// Whether a state is settled, or a rule leads from it to a good one.
    fn leads_to(&self, node: Node, good: &[Vec<bool>]) -> bool {
        let state = self.state(node);
        let mut values = Vec::new();
        self.packing.unpack(&state, &mut values);
        let settled = self.model.settled;
        if settled.holds(values[settled.var.0]) {
            return true;
        }
        let mut enabled = self.rules.iter().filter(|rule| rule.is_enabled(&values));
        enabled.any(|rule| {
            let after = rule.apply(&self.packing, &state, &values);
            let node = self.table.find(&after);
            node.is_some_and(|node| good[usize::from(node.shard)][node.index as usize])
        })
    }

    fn state(&self, node: Node) -> State<W> {
        self.table.shard(node.shard).states[node.index as usize]
    }

    fn path_to(&self, node: Node) -> Counterexample {
        let mut moves = Vec::new();
        let mut node = node;
        while node != self.root {
            let mut values = Vec::new();
            self.packing.unpack(&self.state(node), &mut values);
            let (parent, rule) = self.table.shard(node.shard).origins[node.index as usize];
            moves.push(Move {
                rule: usize::from(rule),
                values,
            });
            node = parent;
        }
        moves.reverse();
        Counterexample { moves }
    }
}

/// What one thread needs.
struct Worker<'s, 'a, const W: usize> {
    search: &'s Search<'a, W>,
    values: Vec<u8>,
    states: Vec<State<W>>,
    found: Vec<Vec<Found<W>>>,
    fired: Vec<bool>,
    transitions: u64,
}

impl<'s, 'a, const W: usize> Worker<'s, 'a, W> {
    fn new(search: &'s Search<'a, W>) -> Self {
        Worker {
            search,
            values: Vec::new(),
            states: Vec::new(),
            found: vec![Vec::new(); SHARDS],
            fired: vec![false; search.rules.len()],
            transitions: 0,
        }
    }

    fn expand(&mut self, (shard, from, to): (u16, u32, u32)) {
        let mut states = std::mem::take(&mut self.states);
        let range = from as usize..to as usize;
        states.clear();
        states.extend_from_slice(&self.search.table.shard(shard).states[range]);
        for (index, state) in (from..).zip(&states) {
            self.successors(Node { shard, index }, state);
        }
        self.states = states;
    }

    fn successors(&mut self, node: Node, state: &State<W>) {
        let search = self.search;
        search.packing.unpack(state, &mut self.values);
        self.check(node, state);
        for rule in &search.rules {
            if !rule.is_enabled(&self.values) {
                continue;
            }
            self.fired[usize::from(rule.rule)] = true;
            let after = rule.apply(&search.packing, state, &self.values);
            if after != *state {
                self.transitions += 1;
                self.add(after, node, rule.rule);
            }
        }
    }

    fn check(&self, node: Node, state: &State<W>) {
        let invariants = &self.search.model.invariants;
        let is_broken = |invariant| Search::<W>::is_broken(invariant, &self.values);
        if let Some(position) = invariants.iter().position(is_broken) {
            let mut broken = self.search.broken.lock().expect("no thread fails");
            if broken.is_none_or(|(least, ..)| *state < least) {
                *broken = Some((*state, position, node));
            }
        }
    }

    fn add(&mut self, state: State<W>, parent: Node, rule: u16) {
        let hash = self.search.table.hash(&state);
        let shard = shard_of(hash);
        let found = &mut self.found[usize::from(shard)];
        found.push(Found {
            hash,
            state,
            parent,
            rule,
        });
        if found.len() >= BATCH {
            self.search.table.insert_all(shard, found);
        }
    }

    fn finish(mut self) {
        for shard in 0..SHARDS as u16 {
            let found = &mut self.found[usize::from(shard)];
            if !found.is_empty() {
                self.search.table.insert_all(shard, found);
            }
        }
        let search = self.search;
        search
            .transitions
            .fetch_add(self.transitions, Ordering::Relaxed);
        for (fired, shared) in self.fired.iter().zip(&search.fired) {
            if *fired {
                shared.store(true, Ordering::Relaxed);
            }
        }
    }
}

fn chunks(level: &Level) -> impl Iterator<Item = (u16, u32, u32)> {
    let shards = (0u16..).zip(level);
    shards.flat_map(|(shard, &(from, to))| {
        let starts = (from..to).step_by(CHUNK as usize);
        starts.map(move |start| (shard, start, to.min(start + CHUNK)))
    })
}

fn all_nodes(sizes: &[u32]) -> impl Iterator<Item = Node> {
    let shards = (0u16..).zip(sizes);
    shards.flat_map(|(shard, &size)| (0..size).map(move |index| Node { shard, index }))
}
