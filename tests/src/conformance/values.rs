//! The values that a workflow runs with: a few sets of them, with which its guards go every way that they can be made to go.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use xcc::analysis::explore::Model;
use xcc::entities::{Chain, Machine};
use xcc::interp::mapping::{Abstract, Ghost};
use xcc::interp::network::Entry;
use xcc::interp::{Outcome, Rejected};
use xcc::sema::MAX_DEADLINE;
use xcc::types::Type;
use xcc::vm::Vm;
use xcc::wire::Value;

use super::cover::{Edge, Reason, given};
use super::follow::reached;
use crate::interp::{Bench, Drawn};

/// How many sets of values are drawn.
const DRAWN: u64 = 1_200;

/// How often those that come far are drawn from again, how many of them, and how many times each.
const ROUNDS: usize = 4;
const FARTHEST: usize = 24;
const AGAIN: u64 = 12;

/// How many of the first messages may be late.
const LATE: usize = 4;

/// Benches of the same workflow, each with other values: together they make all transitions of some machines that one of many draws makes, and
/// give all reasons that one gives.
///
/// Most draws do the same as another one as long as nothing fails, and those that do not are tried in the interpreter alone; what is left
/// is worth a virtual machine. As long as something is missing, draws are also told apart by what they do when a message is late, since
/// the conditions of an alternative are asked only then. Where several conditions have to be met one after another, hardly any draw meets
/// them all: so some values of those that came far are drawn again.
#[must_use]
pub fn choose<'p>(bench: &Bench<'p>, machines: &[Machine]) -> Vec<Bench<'p>> {
    let mut chooser = Chooser {
        bench,
        machines,
        model: Model::of(bench.program, bench.workflow),
        late: vec![None],
        ways: HashSet::new(),
        covered: HashSet::new(),
        reasons: BTreeSet::new(),
        chosen: Vec::new(),
    };
    let drawn = Drawn::new(bench.program, &bench.setting);
    let draws = || (0..DRAWN).map(|seed| drawn.with_seed(seed)).collect();
    let mut known = chooser.new_ways(draws());
    let mut is_whole = chooser.try_all(&known);
    if !is_whole {
        chooser.late.extend((0..LATE).map(Some));
        known = chooser.new_ways(draws());
        is_whole = chooser.try_all(&known);
    }
    for round in 0..ROUNDS {
        if is_whole {
            break;
        }
        let farthest: Vec<_> = known.iter().take(FARTHEST).collect();
        let again = farthest.iter().enumerate().flat_map(|(place, known)| {
            let first = (round * FARTHEST + place) as u64 * AGAIN;
            (first..first + AGAIN).map(|seed| known.drawn.again(seed))
        });
        let new = chooser.new_ways(again.collect());
        is_whole = chooser.try_all(&new);
        known.extend(new);
        known.sort_by_key(Known::order);
    }
    chooser.chosen
}

/// Values that do something else than those before them.
struct Known<'p> {
    drawn: Drawn<'p>,
    bench: Bench<'p>,
    /// Through how many states an instance comes.
    length: usize,
    has_accounts: bool,
}

impl Known<'_> {
    /// Those first for which there are transactions, and of those who comes far, since that makes most transitions.
    fn order(&self) -> (bool, Reverse<usize>) {
        (!self.has_accounts, Reverse(self.length))
    }
}

/// A choice that is being made.
struct Chooser<'a, 'p> {
    bench: &'a Bench<'p>,
    machines: &'a [Machine],
    model: Model,
    /// Which message is late, in each of the ways that tell values apart.
    late: Vec<Option<usize>>,
    ways: HashSet<Vec<Way>>,
    covered: HashSet<Edge>,
    reasons: BTreeSet<Reason>,
    chosen: Vec<Bench<'p>>,
}

impl<'p> Chooser<'_, 'p> {
    /// Those of some values that do something new, the best first.
    fn new_ways(&mut self, drawn: Vec<Drawn<'p>>) -> Vec<Known<'p>> {
        let drawn = drawn.into_iter();
        let benches = drawn.map(|drawn| (self.bench.clone().with(drawn.clone()), drawn));
        let benches = benches.filter(|(bench, _)| can_start(bench));
        let mut benches: Vec<_> = benches
            .map(|(bench, drawn)| (has_accounts(&bench), bench, drawn))
            .collect();
        // Of those that do the same one is kept for which there are transactions.
        benches.sort_by_key(|(has_accounts, ..)| !has_accounts);
        let known = benches
            .into_iter()
            .filter_map(|(has_accounts, bench, drawn)| {
                let late = self.late.iter();
                let ways: Vec<_> = late
                    .map(|&late| straight(&self.model, &bench, late))
                    .collect();
                let length = ways[0].states.len();
                self.ways.insert(ways).then_some(Known {
                    drawn,
                    bench,
                    length,
                    has_accounts,
                })
            });
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(Known::order);
        known
    }

    /// Chooses those that make other transitions or give other reasons, until none is missing. Whether none is.
    fn try_all(&mut self, known: &[Known<'p>]) -> bool {
        for known in known {
            let reached = reached(&known.bench, self.machines);
            let before = (self.covered.len(), self.reasons.len());
            self.covered.extend(reached.covered);
            self.reasons.extend(reached.given);
            let after = (self.covered.len(), self.reasons.len());
            if after != before {
                self.chosen.push(known.bench.clone());
            }
            if after == (reached.reachable.len(), reached.reasons.len()) {
                return true;
            }
        }
        false
    }
}

/// Whether somebody can start an instance: tokens cannot and, elsewhere than on the EVM, no other accounts of the deployment, which are
/// programs and objects, but for the one that it lets start.
fn can_start(bench: &Bench<'_>) -> bool {
    let initiator = Value::Bytes(bench.initiator().caller);
    let declared = &bench.program.declarations.constants;
    let is_account = home_vm(bench) == Vm::Evm;
    let mut constants = bench.setting.constants.iter();
    bench.keeper().is_some()
        || constants.all(|(constant, value)| {
            let can_send = is_account && declared[*constant].asset.is_none();
            can_send || *value != initiator
        })
}

/// What becomes of an instance if no call fails, each message is delivered once, in the order they are sent, one of them perhaps late, and
/// every call that home leaves open is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Way {
    /// The states that it comes through.
    states: Vec<Abstract>,
    /// The reasons that were given.
    reasons: BTreeSet<Reason>,
}

fn straight(model: &Model, bench: &Bench<'_>, late: Option<usize>) -> Way {
    let (mut bench, mut ghost) = (bench.clone(), Ghost::default());
    let (program, home) = (bench.program, bench.coordinator());
    let mut way = Way::default();
    let started = bench.start();
    way.reasons.extend(given(program, home, started.as_ref()));
    let Ok(started) = started else {
        return way;
    };
    ghost.add(&started);
    for index in 0.. {
        while let Some(outcome) = bench.run_open() {
            ghost.add(&outcome);
        }
        let state = ghost.values(model, &bench.network, &bench.instance);
        way.states.push(state);
        let Some(machine) = bench.network.mail().get(index).map(|sent| sent.to) else {
            break;
        };
        let outcome = present(&mut bench, index, late == Some(index));
        way.reasons
            .extend(given(program, machine, outcome.as_ref()));
        if let Ok(outcome) = outcome {
            ghost.add(&outcome);
        }
    }
    way
}

/// Delivers a message; a late one is given up where it can be.
fn present(bench: &mut Bench<'_>, index: usize, is_late: bool) -> Result<Outcome, Rejected> {
    if is_late {
        for chain in bench.program.declarations.chains.keys() {
            bench.network.pass(chain, MAX_DEADLINE + 1);
        }
        if let Ok(outcome) = bench.present(index, Entry::Expire) {
            return Ok(outcome);
        }
    }
    bench.present(index, Entry::Deliver)
}

/// Whether the keys on Solana that an instance is started with are those of different accounts, and of none that the deployment names: a
/// transaction that takes an account twice may be refused.
fn has_accounts(bench: &Bench<'_>) -> bool {
    let declarations = &bench.program.declarations;
    let is_solana = |chain: Chain| declarations.chains[chain].vm == Vm::Svm;
    let constants = bench.setting.constants.iter();
    let constants = constants
        .filter(|(constant, _)| is_solana(declarations.constants[**constant].chain))
        .map(|(_, value)| format!("{value:?}"));
    let mut known: HashSet<_> = constants.collect();
    let mut inputs = bench.data().inputs.iter().zip(&bench.inputs);
    inputs.all(|(field, input)| match field.ty {
        Type::Address(chain) if is_solana(chain) => known.insert(format!("{input:?}")),
        _ => true,
    })
}

fn home_vm(bench: &Bench<'_>) -> Vm {
    let home = bench.program.machines[bench.coordinator()].chain;
    bench.program.declarations.chains[home].vm
}
