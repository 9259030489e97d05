//! The values that a workflow runs with: a few sets of them, with which its guards go every way that they can be made to go.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use xcc::analysis::explore::Model;
use xcc::entities::{Chain, Machine};
use xcc::interp::Outcome;
use xcc::interp::mapping::{Abstract, Ghost};
use xcc::interp::network::Entry;
use xcc::interp::schedule::StepAsk;
use xcc::types::Type;
use xcc::vm::Vm;
use xcc::wire::Value;

use super::cover::{Reason, given};
use super::follow::reached;
use crate::interp::{Bench, Drawn};

/// How many sets of values are drawn.
const DRAWN: u64 = 1_200;

/// Benches of the same workflow, each with other values: together they make all transitions of some machines that one of many draws makes, and
/// give all reasons that one gives.
///
/// Most draws do the same as another one as long as nothing fails, and those that do not are tried in the interpreter alone; what is left
/// is worth a virtual machine.
#[must_use]
pub fn choose<'p>(bench: &Bench<'p>, machines: &[Machine]) -> Vec<Bench<'p>> {
    let model = Model::of(bench.program, bench.workflow);
    let drawn = Drawn::new(bench.program, &bench.setting);
    let mut ways = HashSet::new();
    let draws = (0..DRAWN).map(|seed| bench.clone().with(drawn.with_seed(seed)));
    let mut draws: Vec<_> = draws.filter(can_start).collect();
    // Of those that do the same one is kept for which there are transactions.
    draws.sort_by_key(|bench| !has_accounts(bench));
    let mut draws: Vec<_> = draws
        .into_iter()
        .filter_map(|bench| {
            let way = straight(&model, &bench);
            ways.insert(way.clone())
                .then_some((way.states.len(), bench))
        })
        .collect();
    // Who comes far makes most transitions.
    draws.sort_by_key(|(length, bench)| (!has_accounts(bench), Reverse(*length)));
    let (mut covered, mut reasons) = (HashSet::new(), BTreeSet::new());
    let mut chosen = Vec::new();
    for (_, bench) in draws {
        let reached = reached(&bench, machines);
        let before = (covered.len(), reasons.len());
        covered.extend(reached.covered);
        reasons.extend(reached.given);
        let after = (covered.len(), reasons.len());
        if after != before {
            chosen.push(bench);
        }
        if after == (reached.reachable.len(), reached.reasons.len()) {
            break;
        }
    }
    chosen
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

/// What becomes of an instance if no call fails, each message is delivered once, in the order they are sent, and every call that home
/// leaves open is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Way {
    /// The states that it comes through.
    states: Vec<Abstract>,
    /// The reasons that were given.
    reasons: BTreeSet<Reason>,
}

fn straight(model: &Model, bench: &Bench<'_>) -> Way {
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
        let state = ghost.values(model, &bench.network, &bench.instance);
        way.states.push(state);
        let Some(machine) = bench.network.mail().get(index).map(|sent| sent.to) else {
            break;
        };
        let outcome = bench.present(index, Entry::Deliver);
        way.reasons
            .extend(given(program, machine, outcome.as_ref()));
        if let Ok(outcome) = outcome {
            ghost.add(&outcome);
        }
        while let Some(outcome) = attempt(&mut bench) {
            ghost.add(&outcome);
        }
    }
    way
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

/// Makes a call that home left open, if there is one.
fn attempt(bench: &mut Bench<'_>) -> Option<Outcome> {
    let (home, instance) = (bench.coordinator(), bench.instance);
    let by = bench.stranger(home);
    let handlers = bench.program.machines[home].handlers.iter();
    let mut asks = handlers.filter_map(|&it| StepAsk::of(bench.program.handlers[it].trigger));
    asks.find_map(|(ask, step)| {
        let is_attempt = matches!(ask, StepAsk::Attempt(_));
        let action = is_attempt.then(|| ask.action(step, instance))?;
        bench.act(home, &by, action).ok()
    })
}
