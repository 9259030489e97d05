//! The values that a workflow runs with: a few sets of them, with which its guards go every way that they can be made to go.

use std::collections::HashSet;

use xcc::analysis::explore::Model;
use xcc::entities::Machine;
use xcc::interp::Outcome;
use xcc::interp::mapping::{Abstract, Ghost};
use xcc::interp::network::Entry;
use xcc::interp::schedule::StepAsk;
use xcc::vm::Vm;
use xcc::wire::Value;

use super::follow::reached;
use crate::interp::{Bench, Drawn};

/// How many sets of values are drawn.
const DRAWN: u64 = 400;

/// Benches of the same workflow, each with other values: together they make all transitions of some machines that one of many draws makes.
///
/// Most draws do the same as another one as long as nothing fails, and those that do not are tried in the interpreter alone; what is left
/// is worth a virtual machine.
#[must_use]
pub fn choose<'p>(bench: &Bench<'p>, machines: &[Machine]) -> Vec<Bench<'p>> {
    let model = Model::of(bench.program, bench.workflow);
    let drawn = Drawn::new(bench.program, &bench.setting);
    let mut ways = HashSet::new();
    let draws = (0..DRAWN).map(|seed| bench.clone().with(drawn.with_seed(seed)));
    let draws = draws.filter(can_start);
    let mut draws: Vec<_> = draws
        .filter_map(|bench| {
            let way = straight(&model, &bench);
            ways.insert(way.clone()).then_some((way.len(), bench))
        })
        .collect();
    // Who comes far makes most transitions.
    draws.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    let (mut covered, mut chosen) = (HashSet::new(), Vec::new());
    for (_, bench) in draws {
        let reached = reached(&bench, machines);
        let before = covered.len();
        covered.extend(reached.covered);
        if covered.len() > before {
            chosen.push(bench);
        }
        if covered.len() == reached.reachable.len() {
            break;
        }
    }
    chosen
}

/// Whether somebody can start an instance: elsewhere than on the EVM, accounts of the deployment are programs and objects.
fn can_start(bench: &Bench<'_>) -> bool {
    let initiator = Value::Bytes(bench.initiator().caller);
    let mut constants = bench.setting.constants.values();
    home_vm(bench) == Vm::Evm || constants.all(|constant| *constant != initiator)
}

/// The states that an instance comes through if no call fails, each message is delivered once, in the order they are sent, and every
/// call that home leaves open is made.
fn straight(model: &Model, bench: &Bench<'_>) -> Vec<Abstract> {
    let (mut bench, mut ghost) = (bench.clone(), Ghost::default());
    let mut states = Vec::new();
    let Ok(started) = bench.start() else {
        return states;
    };
    ghost.add(&started);
    for index in 0.. {
        states.push(ghost.values(model, &bench.network, &bench.instance));
        if index == bench.network.mail().len() {
            break;
        }
        if let Ok(outcome) = bench.present(index, Entry::Deliver) {
            ghost.add(&outcome);
        }
        while let Some(outcome) = attempt(&mut bench) {
            ghost.add(&outcome);
        }
    }
    states
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
