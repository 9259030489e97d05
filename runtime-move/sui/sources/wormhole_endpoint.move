// SPDX-License-Identifier: MIT OR Apache-2.0

/// Connects a machine to its peers through Wormhole: who it is, whom it hears, and what it says.
///
/// An endpoint starts unwired and refuses everything. Its deployer wires it once; from then on nobody has power over it.
/// Emitted packages keep their endpoint in a field that no public function gives out.
///
/// Checked against `sui/wormhole/sources/{emitter,publish_message,vaa}.move` of the Wormhole repository: a `VAA` can only
/// be made by `vaa::parse_and_verify`, which the transaction calls, and a `MessageTicket` can only be consumed by
/// `publish_message::publish_message`, which the transaction calls too, so that an upgrade of Wormhole breaks neither.
module xcc_runtime::wormhole_endpoint;

use sui::event;
use wormhole::{emitter::EmitterCap, publish_message::{Self, MessageTicket}, vaa::VAA};
use xcc_runtime::{header, instance_id, peers::{Self, Peer}, reader::{Self, Reader}};

/// The machine is not wired yet.
const ENotWired: u64 = 16;
/// The machine is wired already.
const EAlreadyWired: u64 = 17;
/// The caller did not deploy the machine.
const ENotDeployer: u64 = 18;
/// The deployer expects another program.
const EWrongFingerprint: u64 = 19;
/// The emitter sent messages before the machine had it.
const EUsedEmitter: u64 = 24;
/// The message comes from somebody else than the peer.
const EWrongSender: u64 = 25;
/// The message comes from another program.
const EWrongProgram: u64 = 26;
/// The message is not of this kind, or about another step.
const EWrongMessage: u64 = 27;

/// A machine's end of the wire.
public struct Endpoint has store {
    /// The shared object that it is part of.
    machine: address,
    /// Who may wire it; nobody once it is wired.
    deployer: Option<address>,
    /// The program's fingerprint, 32 bytes.
    fingerprint: vector<u8>,
    /// What it sends with; nothing until it is wired.
    emitter: Option<EmitterCap>,
    /// Whom it hears, in the workflow's order; empty until it is wired.
    peers: vector<Peer>,
}

/// A machine was wired; from now on it sends as `emitter`.
public struct Wired has copy, drop {
    machine: address,
    emitter: address,
}

/// A step of an instance has a new status: 1 sent, 2 executed, 3 refused, 4 being cancelled, 5 cancelled, 6 cancelled before
/// it ran, 7 confirmed, 8 given up for its owner to claim, 9 skipped.
public struct StepChanged has copy, drop {
    machine: address,
    instance: vector<u8>,
    step: u16,
    status: u8,
}

/// A coordinator opened an instance; it had opened `nonce` others before.
public struct Opened has copy, drop {
    machine: address,
    instance: vector<u8>,
    initiator: address,
    nonce: u64,
}

/// An instance has a new phase: 1 running, 2 cancelling, 3 committing, 4 completed, 5 compensated, 6 undoing what
/// another way is tried for.
public struct InstanceChanged has copy, drop {
    machine: address,
    instance: vector<u8>,
    phase: u8,
}

/// An unwired endpoint of the object with this id; the transaction's sender may wire it.
public fun new(machine: &UID, fingerprint: vector<u8>, ctx: &TxContext): Endpoint {
    Endpoint {
        machine: machine.to_address(),
        deployer: option::some(ctx.sender()),
        fingerprint,
        emitter: option::none(),
        peers: vector[],
    }
}

/// Wires the endpoint: it sends with `emitter`, which must be unused, and hears `peer_count` peers, given by Wormhole's
/// numbers of their chains and their addresses in 32 bytes.
public fun wire(
    self: &mut Endpoint,
    emitter: EmitterCap,
    peer_chains: vector<u16>,
    peer_addresses: vector<address>,
    peer_count: u64,
    fingerprint: vector<u8>,
    ctx: &TxContext,
) {
    assert!(self.deployer.is_some(), EAlreadyWired);
    assert!(self.deployer.extract() == ctx.sender(), ENotDeployer);
    assert!(self.fingerprint == fingerprint, EWrongFingerprint);
    assert!(emitter.sequence() == 0, EUsedEmitter);
    let own_chain = wormhole::state::chain_id();
    self.peers = peers::new(peer_chains, peer_addresses, peer_count, own_chain);
    event::emit(Wired { machine: self.machine, emitter: object::id_address(&emitter) });
    self.emitter.fill(emitter);
}

/// Accepts a message from the peer at this position, of this kind and about this step. Gives the instance, the deadline
/// and the body.
public fun receive(
    self: &Endpoint,
    vaa: VAA,
    peer: u64,
    kind: u8,
    step: u16,
): (vector<u8>, u64, Reader) {
    assert!(self.emitter.is_some(), ENotWired);
    let (chain, sender, payload) = vaa.take_emitter_info_and_payload();
    assert!(self.peers[peer].is(chain, sender.to_address()), EWrongSender);
    let mut reader = reader::new(payload);
    let header = header::read(&mut reader);
    assert!(header.is_of(&self.fingerprint), EWrongProgram);
    assert!(header.kind() == kind && header.step() == step, EWrongMessage);
    (header.instance(), header.deadline(), reader)
}

/// A reply to home, which the transaction must publish.
public fun reply(
    self: &mut Endpoint,
    kind: u8,
    step: u16,
    instance: vector<u8>,
    body: vector<u8>,
): MessageTicket {
    self.send(kind, step, 0, instance, body)
}

/// Opens an instance for its initiator, after `nonce` others, and gives its identity. `home_chain` is the
/// Keccak-256 of this chain's CAIP-2 identifier.
public fun open(
    self: &Endpoint,
    home_chain: vector<u8>,
    initiator: address,
    nonce: u64,
): vector<u8> {
    assert!(self.emitter.is_some(), ENotWired);
    let instance = instance_id::new(
        self.fingerprint,
        home_chain,
        self.machine,
        initiator,
        nonce,
    );
    event::emit(Opened { machine: self.machine, instance, initiator, nonce });
    instance
}

/// A message about an instance, which the transaction must publish. `deadline` is in seconds since 1970, and 0 unless `kind`
/// is Execute.
public fun send(
    self: &mut Endpoint,
    kind: u8,
    step: u16,
    deadline: u64,
    instance: vector<u8>,
    body: vector<u8>,
): MessageTicket {
    assert!(self.emitter.is_some(), ENotWired);
    let mut message = vector[];
    header::new(kind, step, &self.fingerprint, deadline, instance).write(&mut message);
    message.append(body);
    publish_message::prepare_message(self.emitter.borrow_mut(), 0, message)
}

/// Tells the world that a step of an instance has a new status.
public fun step_changed(self: &Endpoint, instance: vector<u8>, step: u16, status: u8) {
    event::emit(StepChanged { machine: self.machine, instance, step, status });
}

/// Tells the world that an instance has a new phase.
public fun instance_changed(self: &Endpoint, instance: vector<u8>, phase: u8) {
    event::emit(InstanceChanged { machine: self.machine, instance, phase });
}
