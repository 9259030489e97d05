//! Messages that somebody damaged, or that somebody else sent, presented to every machine in the place of sound ones.
//!
//! A guardian signs them all the same, so what refuses them is the machine alone: not a byte of a message may be read otherwise than the
//! interpreter reads it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use xcc::analysis::explore::Model;
use xcc::entities::Machine;
use xcc::interp::{Action, Delivery, Gas, Rejected, Sender, Sent, Transaction};
use xcc::vm::Vm;
use xcc::wire::Header;

use super::follow::{Coverage, Difference, Follower, State, Walk};
use super::peers::vm;
use super::walk::{Attempt, Trial, once};
use crate::interp::Bench;

/// What a byte is changed by.
const CHANGES: [u8; 2] = [0x01, 0x80];

/// Has machines take damaged messages: each kind that a completed and a cancelled instance send, with every byte changed, cut at every
/// length, prolonged, and from everybody who did not send it.
///
/// # Errors
/// The first difference.
pub fn follow_damaged<F: Follower>(
    bench: &Bench<'_>,
    followers: &BTreeMap<Machine, F>,
) -> Result<Coverage, Difference> {
    let model = Model::of(bench.program, bench.workflow);
    let mut walk = Walk::new(&model, HashSet::new());
    let mut tried = BTreeSet::new();
    for is_cancelled in [false, true] {
        let mut state = walk.begin(bench, followers);
        let starts = start(&state);
        state = walk.advance(state, starts)?;
        if is_cancelled {
            let cancels = cancel(&state);
            state = walk.advance(state, cancels)?;
        }
        let mut index = 0;
        while let Some(sent) = state.bench.network.mail().get(index).cloned() {
            let is_followed = followers.contains_key(&sent.to);
            if is_followed && tried.insert(sent.message) {
                for delivery in damaged(&state.bench, &sent) {
                    walk.try_in(&state, &presented(&state, &sent, delivery))?;
                }
            }
            let sound = Delivery {
                from: Sender::Machine(sent.from),
                message: sent.bytes.clone(),
            };
            let stranger = state.bench.stranger(sent.to).caller;
            let presents = run(&state, sent.to, stranger, Action::Deliver(sound));
            state = walk.advance(state, presents)?;
            index += 1;
        }
    }
    Ok(walk.coverage)
}

/// A transaction at the beginning of time, all of whose calls succeed.
fn run<'p>(state: &State<'p>, machine: Machine, caller: Vec<u8>, action: Action) -> Trial<'p> {
    let chain = state.bench.program.machines[machine].chain;
    let attempt = Attempt {
        machine,
        transaction: Transaction {
            caller,
            now: state.bench.network.now(chain),
            gas: Gas::Enough,
            action,
        },
    };
    once(&state.bench, &state.ghost, &attempt, Vec::new())
}

fn start<'p>(state: &State<'p>) -> Trial<'p> {
    let bench = &state.bench;
    let inputs = bench.inputs.clone();
    let caller = bench.initiator().caller;
    run(state, bench.coordinator(), caller, Action::Start { inputs })
}

fn cancel<'p>(state: &State<'p>) -> Trial<'p> {
    let bench = &state.bench;
    let instance = bench.instance;
    let caller = bench.initiator().caller;
    run(
        state,
        bench.coordinator(),
        caller,
        Action::Cancel { instance },
    )
}

/// A message in the place of another. Where each kind of message has an entry of its own, that of another kind is none for it; on Sui and
/// Aptos an entry knows nobody but whoever is to send its message.
fn presented<'p>(state: &State<'p>, sent: &Sent, delivery: Delivery) -> Trial<'p> {
    let stranger = state.bench.stranger(sent.to).caller;
    let about = |bytes: &[u8]| Header::decode(bytes).map(|header| (header.step, header.kind));
    let meant = about(&sent.bytes);
    let found = about(&delivery.message);
    let vm = vm(&state.bench, sent.to);
    let is_from_another = delivery.from != Sender::Machine(sent.from);
    let mut trial = run(state, sent.to, stranger, Action::Deliver(delivery));
    if is_from_another && matches!(vm, Vm::Sui | Vm::Aptos) {
        trial.result = Err(Rejected::UnknownSender);
        trial.calls.clear();
    } else if let (Some((step, kind)), true) = (found, vm != Vm::Evm)
        && found != meant
        && !matches!(
            trial.result,
            Err(Rejected::UnknownSender | Rejected::WrongFingerprint)
        )
    {
        trial.result = Err(Rejected::UnknownMessage { step, kind });
        trial.calls.clear();
    }
    trial.meant = Some(Delivery {
        from: Sender::Machine(sent.from),
        message: sent.bytes.clone(),
    });
    trial
}

/// Everything that is done to a message.
fn damaged(bench: &Bench<'_>, sent: &Sent) -> Vec<Delivery> {
    let bytes = &sent.bytes;
    let changed = (0..bytes.len()).flat_map(|at| {
        CHANGES.map(|change| {
            let mut bytes = bytes.clone();
            bytes[at] ^= change;
            bytes
        })
    });
    let cut = (0..bytes.len()).map(|length| bytes[..length].to_vec());
    let longer = [vec![0], vec![0xff; 32]];
    let longer = longer.map(|more| [bytes.clone(), more].concat());
    let tampered = changed.chain(cut).chain(longer);
    let from_sender = tampered.map(|message| (Sender::Machine(sent.from), message));
    let machines = bench.network.machines().machines().keys();
    let others = machines.filter(|&&machine| machine != sent.from);
    let others = others.map(|&machine| Sender::Machine(machine));
    let others = others.chain([Sender::Stranger]);
    let from_others = others.map(|sender| (sender, bytes.clone()));
    let all = from_sender.chain(from_others);
    all.map(|(from, message)| Delivery { from, message })
        .collect()
}
