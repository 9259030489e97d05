//! The machines of a workflow as Wormhole knows them, wherever they are, and what they say.

use std::collections::BTreeMap;

use xcc::entities::Machine;
use xcc::interp::{Delivery, Sender};
use xcc::ir::Role;
use xcc::vm::Vm;

use crate::interp::Bench;
use crate::network::{Peer, Protocol};
use crate::vaa::{Vaa, evm_emitter};

/// The machines of a workflow.
pub(super) type Peers = BTreeMap<Machine, Peer>;

/// The coordinator where the interpreter has it, everyone else at an address of their own.
pub(super) fn peers(protocol: Protocol<'_>, bench: &Bench<'_>) -> Peers {
    let machines = bench.network.machines().machines().keys();
    let peer = |&machine: &Machine| {
        let number = u8::try_from(machine.as_u32()).expect("few machines");
        let emitter = match vm(bench, machine) {
            _ if machine == bench.coordinator() => bench.setting.coordinator,
            Vm::Evm => evm_emitter([0x70 + number; 20]),
            _ => [0x70 + number; 32],
        };
        (machine, protocol.peer(machine, emitter))
    };
    machines.map(peer).collect()
}

/// Whom a machine hears, in the order in which it is told.
pub(super) fn peers_of(peers: &Peers, bench: &Bench<'_>, machine: Machine) -> Vec<Peer> {
    let others = match bench.program.machines[machine].role {
        Role::Coordinator => bench.data().participants.clone(),
        Role::Participant => vec![bench.coordinator()],
    };
    others.iter().map(|other| peers[other]).collect()
}

/// The VM that a machine runs on.
pub(super) fn vm(bench: &Bench<'_>, machine: Machine) -> Vm {
    let chain = bench.program.machines[machine].chain;
    bench.program.declarations.chains[chain].vm
}

/// A message as guardians see it when its sender publishes it. A stranger is one on the chain of some machine.
pub(super) fn vaa(peers: &Peers, delivery: &Delivery) -> Vaa {
    let (emitter_chain, emitter_address) = match delivery.from {
        Sender::Machine(from) => (peers[&from].chain, peers[&from].emitter),
        Sender::Stranger => (peers[&Machine::from_u32(0)].chain, [0x6f; 32]),
    };
    Vaa {
        guardian_set: 0,
        timestamp: 1,
        nonce: 0,
        emitter_chain,
        emitter_address,
        sequence: 1,
        consistency_level: 1,
        payload: delivery.message.clone(),
    }
}
