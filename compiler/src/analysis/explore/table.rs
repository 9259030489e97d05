//! The states found so far, in shards that several threads can add to.

use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::pack::State;

/// How many shards; more than threads, so that they rarely wait for each other.
pub(super) const SHARDS: usize = 64;

/// A state, by shard and position in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Node {
    pub(super) shard: u16,
    pub(super) index: u32,
}

/// A state that a rule leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<const W: usize> {
    pub(super) hash: u64,
    pub(super) state: State<W>,
    pub(super) parent: Node,
    pub(super) rule: u16,
}

/// All states found so far.
pub(super) struct Table<const W: usize> {
    shards: Vec<Mutex<Shard<W>>>,
    hasher: FixedState,
}

/// Some of them, in the order they were found.
#[derive(Default)]
pub(super) struct Shard<const W: usize> {
    table: HashTable<u32>,
    pub(super) states: Vec<State<W>>,
    /// How each was reached first.
    pub(super) origins: Vec<(Node, u16)>,
}

impl<const W: usize> Table<W> {
    /// A table with the state in which everything has its first value.
    pub(super) fn new() -> (Self, Node) {
        let empty = || Mutex::new(Shard::default());
        let table = Table {
            shards: std::iter::repeat_with(empty).take(SHARDS).collect(),
            // Without chance, so that a search finds states in the same order each time.
            hasher: FixedState::default(),
        };
        let state = [0; W];
        let hash = table.hash(&state);
        let root = Node {
            shard: shard_of(hash),
            index: 0,
        };
        table.shard(root.shard).insert(
            &table.hasher,
            &Found {
                hash,
                state,
                parent: root,
                rule: u16::MAX,
            },
        );
        (table, root)
    }

    pub(super) fn hash(&self, state: &State<W>) -> u64 {
        hash(&self.hasher, state)
    }

    pub(super) fn shard(&self, shard: u16) -> MutexGuard<'_, Shard<W>> {
        self.shards[usize::from(shard)]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds those that are new.
    pub(super) fn insert_all(&self, shard: u16, found: &mut Vec<Found<W>>) {
        let mut guard = self.shard(shard);
        for found in found.drain(..) {
            guard.insert(&self.hasher, &found);
        }
    }

    /// The position of a state that was found.
    pub(super) fn find(&self, state: &State<W>) -> Option<Node> {
        let hash = self.hash(state);
        let shard = shard_of(hash);
        let guard = self.shard(shard);
        let index = guard
            .table
            .find(hash, |&index| guard.states[index as usize] == *state)?;
        Some(Node {
            shard,
            index: *index,
        })
    }

    /// How many states each shard has.
    pub(super) fn sizes(&self) -> Vec<u32> {
        (0..SHARDS as u16)
            .map(|shard| self.shard(shard).states.len() as u32)
            .collect()
    }

    /// How many bytes the states and what belongs to them take.
    pub(super) fn bytes(&self) -> usize {
        let shards = (0..SHARDS as u16).map(|shard| self.shard(shard).bytes());
        shards.sum()
    }
}

impl<const W: usize> Shard<W> {
    fn insert(&mut self, hasher: &FixedState, found: &Found<W>) {
        let states = &mut self.states;
        let is_it = |&index: &u32| states[index as usize] == found.state;
        if self.table.find(found.hash, is_it).is_some() {
            return;
        }
        let index = u32::try_from(states.len()).expect("a shard has fewer than 2^32 states");
        states.push(found.state);
        self.origins.push((found.parent, found.rule));
        self.table.insert_unique(found.hash, index, |&index| {
            hash(hasher, &states[index as usize])
        });
    }

    fn bytes(&self) -> usize {
        self.table.allocation_size()
            + self.states.capacity() * size_of::<State<W>>()
            + self.origins.capacity() * size_of::<(Node, u16)>()
    }
}

/// The shard of a state. The table inside uses other bits of the hash.
pub(super) fn shard_of(hash: u64) -> u16 {
    (hash >> 32) as u16 % SHARDS as u16
}

fn hash<const W: usize>(hasher: &FixedState, state: &State<W>) -> u64 {
    hasher.hash_one(state)
}
