//! The search: breadth first, so that the first violation has the shortest path, and level by level, so that threads can share it.

use std::iter;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;

use super::model::{Condition, Model};
use super::orbit::Orbits;
use super::pack::{Change, Guards, Packing, State};
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
    /// States that can be reached.
    pub states: u64,
    /// How many of them were visited; each stands for those that differ from it only in which of several interchangeable steps is where.
    pub visited: u64,
    /// Changes from one state to another, each way of making it counted.
    pub transitions: u64,
    /// The most steps that any state is away from the beginning.
    pub depth: u32,
    /// Bytes that each visited state took, with what belongs to it.
    pub bytes_per_state: u32,
    /// For each rule of the model, whether it could happen in a visited state.
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
    /// The model is not whole; nothing is proved.
    TooManyRules,
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
/// When a state takes more than 64 words: a word for each of as many steps as a workflow can have.
pub fn explore(
    model: &Model,
    limits: Limits<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Exploration {
    if !model.is_whole {
        return unexplored(model);
    }
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

/// What is said of a model that is not whole.
fn unexplored(model: &Model) -> Exploration {
    Exploration {
        states: 0,
        visited: 0,
        transitions: 0,
        depth: 0,
        bytes_per_state: 0,
        fired: vec![false; model.rules.len()],
        verdict: Verdict::TooManyRules,
    }
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
        17..=32 => Search::<32>::new(model, packing, limits).run(progress),
        33..=64 => Search::<64>::new(model, packing, limits).run(progress),
        words => panic!("a state of {words} words"),
    }
}

struct Search<'a, const W: usize> {
    model: &'a Model,
    packing: Packing,
    /// Which states stand for others.
    orbits: Orbits,
    limits: Limits<'a>,
    /// What each rule changes.
    changes: Vec<Change<W>>,
    /// When each rule may happen.
    guards: Guards<W>,
    /// When each invariant is broken.
    forbidden: Guards<W>,
    table: Table<W>,
    root: Node,
    transitions: AtomicU64,
    fired: Vec<AtomicBool>,
    /// The least state of the level that breaks an invariant.
    broken: Mutex<Option<(State<W>, Node)>>,
}

/// The states of one level, by shard: from the first position to the one after the last.
type Level = Vec<(u32, u32)>;

impl<'a, const W: usize> Search<'a, W> {
    fn new(model: &'a Model, packing: Packing, limits: Limits<'a>) -> Self {
        let (table, root) = Table::new();
        let (rules, invariants) = (model.rules.iter(), model.invariants.iter());
        let changes = rules.clone().map(|rule| packing.change(model, rule));
        Search {
            model,
            changes: changes.collect(),
            guards: packing.guards(model, rules.clone().map(|rule| &rule.guard[..])),
            forbidden: packing.guards(model, invariants.map(|invariant| &invariant.forbidden[..])),
            orbits: Orbits::of(model, &packing),
            packing,
            limits,
            table,
            root,
            transitions: AtomicU64::new(0),
            fired: rules.map(|_| AtomicBool::new(false)).collect(),
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
            if let Some((_, node)) = self.violation() {
                let path = self.path_to(node);
                break Verdict::Violated(self.broken_after(&path), path);
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
        let sizes = self.table.sizes();
        let visited = sizes.iter().copied().map(u64::from).sum();
        let each = all_nodes(&sizes).map(|node| self.orbits.size(&self.state(node)));
        let states = match self.orbits.are_single() {
            true => visited,
            false => each.sum(),
        };
        Exploration {
            states,
            visited,
            transitions: self.transitions.load(Ordering::Relaxed),
            depth,
            bytes_per_state: (self.table.bytes() as u64 / visited) as u32,
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

    fn violation(&self) -> Option<(State<W>, Node)> {
        *self.broken.lock().expect("no thread fails")
    }

    /// Whether every state leads to a settled one.
    ///
    /// A settled state is good, and so are all on the way by which it was found first. What is left is tried rule by rule, from the
    /// last found to the first, until nothing more turns out to be good.
    fn liveness(&self) -> Verdict {
        let sizes = self.table.sizes();
        let mut good = Good::new(&sizes);
        let settled = |node: &Node| self.packing.holds(self.model.settled, &self.state(*node));
        for node in all_nodes(&sizes).filter(settled) {
            self.mark_way_to(node, &mut good);
        }
        let mut rest: Vec<_> = all_nodes(&sizes).filter(|&node| !good.has(node)).collect();
        loop {
            let before = rest.len();
            for &node in rest.iter().rev() {
                if !good.has(node) && self.leads_to(node, &good) {
                    self.mark_way_to(node, &mut good);
                }
            }
            rest.retain(|&node| !good.has(node));
            if rest.len() == before {
                break;
            }
        }
        let nearest = rest
            .into_iter()
            .min_by_key(|&node| self.way_to(node).count());
        nearest.map_or(Verdict::Proved, |node| Verdict::Stuck(self.path_to(node)))
    }

    fn mark_way_to(&self, node: Node, good: &mut Good) {
        for node in [node]
            .into_iter()
            .chain(self.way_to(node).map(|(parent, _)| parent))
        {
            if !good.add(node) {
                break;
            }
        }
    }

    /// Whether a rule leads from a state to a good one.
    fn leads_to(&self, node: Node, good: &Good) -> bool {
        let state = self.state(node);
        self.guards.holding(&state).any(|rule| {
            let after = self.changes[usize::from(rule)].apply(&state);
            let after = self.orbits.representative(after);
            self.table.find(&after).is_some_and(|node| good.has(node))
        })
    }

    /// Back to the beginning: each state's parent, and the rule that led from it to the state or to one that it stands for.
    fn way_to(&self, node: Node) -> impl Iterator<Item = (Node, u16)> {
        let origin = |node: Node| {
            let is_root = node == self.root;
            (!is_root).then(|| self.table.shard(node.shard).origins[node.index as usize])
        };
        iter::successors(origin(node), move |&(parent, _)| origin(parent))
    }

    fn state(&self, node: Node) -> State<W> {
        self.table.shard(node.shard).states[node.index as usize]
    }

    /// A way to a state, or to one that it stands for. Where steps are interchangeable, the rule that was found first may be about
    /// another of them, so the way is gone again from the beginning.
    fn path_to(&self, node: Node) -> Counterexample {
        let mut way: Vec<_> = self.way_to(node).collect();
        way.reverse();
        let targets = way.iter().skip(1).map(|&(node, _)| node).chain([node]);
        let mut state = [0; W];
        let moves = targets.zip(&way).map(|(target, &(_, first))| {
            let (rule, after) = self.rule_to(&state, first, self.state(target));
            state = after;
            Move {
                rule: usize::from(rule),
                values: self.packing.unpack(&after),
            }
        });
        Counterexample {
            moves: moves.collect(),
        }
    }

    /// A rule that leads from a state to one that `target` stands for, and that state; `first` is tried first.
    fn rule_to(&self, from: &State<W>, first: u16, target: State<W>) -> (u16, State<W>) {
        let mut enabled: Vec<_> = self.guards.holding(from).collect();
        enabled.sort_unstable_by_key(|&rule| (rule != first, rule));
        let afters = enabled.into_iter().map(|rule| {
            let after = self.changes[usize::from(rule)].apply(from);
            (rule, after)
        });
        let mut fitting = afters.filter(|(_, after)| self.orbits.representative(*after) == target);
        fitting
            .next()
            .expect("what leads on from a state leads on from all that it stands for")
    }

    /// The promise that the last state of a path breaks.
    fn broken_after(&self, path: &Counterexample) -> &'static str {
        let beginning = vec![0; self.model.variables.len()];
        let last = path.moves.last().map_or(&beginning, |step| &step.values);
        let holds = |condition: &Condition| condition.holds(last[condition.var.0]);
        let mut invariants = self.model.invariants.iter();
        let broken = invariants.find(|invariant| invariant.forbidden.iter().all(holds));
        broken.expect("the path leads to a broken promise").name
    }
}

/// States that lead to a settled one, by shard and position.
struct Good(Vec<Vec<bool>>);

impl Good {
    fn new(sizes: &[u32]) -> Self {
        let none = sizes.iter().map(|&size| vec![false; size as usize]);
        Good(none.collect())
    }

    fn has(&self, node: Node) -> bool {
        self.0[usize::from(node.shard)][node.index as usize]
    }

    /// Whether it is new.
    fn add(&mut self, node: Node) -> bool {
        let good = &mut self.0[usize::from(node.shard)][node.index as usize];
        !std::mem::replace(good, true)
    }
}

/// What one thread needs.
struct Worker<'s, 'a, const W: usize> {
    search: &'s Search<'a, W>,
    states: Vec<State<W>>,
    enabled: Vec<u16>,
    found: Vec<Vec<Found<W>>>,
    fired: Vec<bool>,
    transitions: u64,
}

impl<'s, 'a, const W: usize> Worker<'s, 'a, W> {
    fn new(search: &'s Search<'a, W>) -> Self {
        Worker {
            search,
            states: Vec::new(),
            enabled: Vec::new(),
            found: vec![Vec::new(); SHARDS],
            fired: vec![false; search.changes.len()],
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
        self.check(node, state);
        let mut enabled = std::mem::take(&mut self.enabled);
        enabled.clear();
        enabled.extend(search.guards.holding(state));
        // In the order of the model, so that what is found first does not depend on how guards are looked up.
        enabled.sort_unstable();
        let alike = search.orbits.size(state);
        for &rule in &enabled {
            self.fired[usize::from(rule)] = true;
            let after = search.changes[usize::from(rule)].apply(state);
            if after != *state {
                self.transitions += alike;
                self.add(search.orbits.representative(after), node, rule);
            }
        }
        self.enabled = enabled;
    }

    fn check(&self, node: Node, state: &State<W>) {
        if self.search.forbidden.holding(state).next().is_some() {
            let mut broken = self.search.broken.lock().expect("no thread fails");
            if broken.is_none_or(|(least, _)| *state < least) {
                *broken = Some((*state, node));
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
