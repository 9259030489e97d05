// SPDX-License-Identifier: MIT OR Apache-2.0

/// Connects a machine to its peers through Wormhole: who it is, whom it hears, and what it says.
///
/// An endpoint starts unwired and refuses everything. Its deployer wires it once; from then on nobody has power over it.
/// Emitted modules keep their endpoint in a private resource, and no function of theirs gives it out.
///
/// Checked against `aptos/wormhole/sources/{emitter,state,vaa,wormhole}.move` of the Wormhole repository: a `VAA` can only
/// be made by `vaa::parse_and_verify`, which checks the guardians' signatures and remembers nothing, so that a message can
/// be delivered any number of times. Aptos is final at once, and Wormhole waits for nothing else.
module xcc_runtime::wormhole_endpoint {
    use aptos_framework::aptos_coin::AptosCoin;
    use aptos_framework::coin;
    use aptos_framework::event;
    use aptos_framework::object::{Self, ObjectCore};
    use aptos_std::from_bcs;
    use std::signer;
    use wormhole::emitter::{Self, EmitterCapability};
    use wormhole::external_address;
    use wormhole::state;
    use wormhole::u16;
    use wormhole::vaa;
    use wormhole::wormhole;
    use xcc_runtime::header;
    use xcc_runtime::instance_id;
    use xcc_runtime::peers::{Self, Peer};
    use xcc_runtime::reader::{Self, Reader};

    /// The machine is not wired yet.
    const ENotWired: u64 = 16;
    /// The machine is wired already.
    const EAlreadyWired: u64 = 17;
    /// The caller did not deploy the machine.
    const ENotDeployer: u64 = 18;
    /// The deployer expects another program.
    const EWrongFingerprint: u64 = 19;
    /// The message comes from somebody else than the peer.
    const EWrongSender: u64 = 25;
    /// The message comes from another program.
    const EWrongProgram: u64 = 26;
    /// The message is not of this kind, or about another step.
    const EWrongMessage: u64 = 27;

    /// A machine's end of the wire.
    struct Endpoint has store {
        /// The address that the machine's code is published at.
        machine: address,
        /// The program's fingerprint, 32 bytes.
        fingerprint: vector<u8>,
        /// What it sends with.
        emitter: EmitterCapability,
        /// Whom it hears, in the workflow's order; empty until it is wired.
        peers: vector<Peer>,
    }

    #[event]
    /// A machine was wired; it sends as `emitter`.
    struct Wired has drop, store {
        machine: address,
        emitter: address,
    }

    #[event]
    /// A step of an instance has a new status: 1 sent, 2 executed, 3 refused, 4 being cancelled, 5 cancelled, 6 cancelled
    /// before it ran, 7 confirmed, 8 given up for its owner to claim, 9 skipped.
    struct StepChanged has drop, store {
        machine: address,
        instance: vector<u8>,
        step: u16,
        status: u8,
    }

    #[event]
    /// A coordinator opened an instance; it had opened `nonce` others before.
    struct Opened has drop, store {
        machine: address,
        instance: vector<u8>,
        initiator: address,
        nonce: u64,
    }

    #[event]
    /// An instance has a new phase: 1 running, 2 cancelling, 3 committing, 4 completed, 5 compensated, 6 undoing what
    /// another way is tried for.
    struct InstanceChanged has drop, store {
        machine: address,
        instance: vector<u8>,
        phase: u8,
    }

    /// An unwired endpoint of the machine whose `init_module` got this signer.
    public fun new(machine: &signer, fingerprint: vector<u8>): Endpoint {
        Endpoint {
            machine: signer::address_of(machine),
            fingerprint,
            emitter: wormhole::register_emitter(),
            peers: vector[],
        }
    }

    /// Wires the endpoint: it hears `peer_count` peers, given by Wormhole's numbers of their chains and their addresses in
    /// 32 bytes. The deployer is the account the code is published at, or the owner of the object it is published at.
    public fun wire(
        self: &mut Endpoint,
        deployer: &signer,
        peer_chains: vector<u16>,
        peer_addresses: vector<address>,
        peer_count: u64,
        fingerprint: vector<u8>,
    ) {
        assert!(self.peers.is_empty(), EAlreadyWired);
        assert!(is_deployer(self.machine, signer::address_of(deployer)), ENotDeployer);
        assert!(self.fingerprint == fingerprint, EWrongFingerprint);
        let own_chain = (u16::to_u64(state::get_chain_id()) as u16);
        self.peers = peers::new(peer_chains, peer_addresses, peer_count, own_chain);
        event::emit(Wired { machine: self.machine, emitter: self.emitter() });
    }

    /// What peers know the machine by.
    public fun emitter(self: &Endpoint): address {
        to_address(emitter::get_external_address(&self.emitter))
    }

    /// Accepts a message from the peer at this position, of this kind and about this step. Gives the instance, the deadline
    /// and the body.
    public fun receive(
        self: &Endpoint,
        vaa: vector<u8>,
        peer: u64,
        kind: u8,
        step: u16,
    ): (vector<u8>, u64, Reader) {
        assert!(!self.peers.is_empty(), ENotWired);
        let vaa = vaa::parse_and_verify(vaa);
        let chain = (u16::to_u64(vaa::get_emitter_chain(&vaa)) as u16);
        let sender = to_address(vaa::get_emitter_address(&vaa));
        assert!(self.peers[peer].sent(chain, sender), EWrongSender);
        let reader = reader::new(vaa::destroy(vaa));
        let header = header::read(&mut reader);
        assert!(header.is_of(&self.fingerprint), EWrongProgram);
        assert!(header.kind() == kind && header.step() == step, EWrongMessage);
        (header.instance(), header.deadline(), reader)
    }

    /// Sends a reply home; `payer` pays Wormhole's fee in APT.
    public fun reply(
        self: &mut Endpoint,
        payer: &signer,
        kind: u8,
        step: u16,
        instance: vector<u8>,
        body: vector<u8>,
    ) {
        self.send(payer, kind, step, 0, instance, body);
    }

    /// Opens an instance for its initiator, after `nonce` others, and gives its identity. `home_chain` is the
    /// Keccak-256 of this chain's CAIP-2 identifier.
    public fun open(
        self: &Endpoint,
        home_chain: vector<u8>,
        initiator: address,
        nonce: u64,
    ): vector<u8> {
        assert!(!self.peers.is_empty(), ENotWired);
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

    /// Sends a message about an instance; `payer` pays Wormhole's fee in APT. `deadline` is in seconds since 1970, and 0
    /// unless `kind` is Execute.
    public fun send(
        self: &mut Endpoint,
        payer: &signer,
        kind: u8,
        step: u16,
        deadline: u64,
        instance: vector<u8>,
        body: vector<u8>,
    ) {
        assert!(!self.peers.is_empty(), ENotWired);
        let message = vector[];
        header::new(kind, step, &self.fingerprint, deadline, instance).write(&mut message);
        message.append(body);
        let fee = coin::withdraw<AptosCoin>(payer, state::get_message_fee());
        wormhole::publish_message(&mut self.emitter, 0, message, fee);
    }

    /// Tells the world that a step of an instance has a new status.
    public fun step_changed(self: &Endpoint, instance: vector<u8>, step: u16, status: u8) {
        event::emit(StepChanged { machine: self.machine, instance, step, status });
    }

    /// Tells the world that an instance has a new phase.
    public fun instance_changed(self: &Endpoint, instance: vector<u8>, phase: u8) {
        event::emit(InstanceChanged { machine: self.machine, instance, phase });
    }

    fun is_deployer(machine: address, caller: address): bool {
        if (!object::is_object(machine)) return caller == machine;
        object::is_owner(object::address_to_object<ObjectCore>(machine), caller)
    }

    fun to_address(external: external_address::ExternalAddress): address {
        from_bcs::to_address(external_address::get_bytes(&external))
    }

    #[test_only]
    /// What `step_changed` emits, for tests of emitted modules.
    public fun step_changed_event(
        machine: address,
        instance: vector<u8>,
        step: u16,
        status: u8,
    ): StepChanged {
        StepChanged { machine, instance, step, status }
    }
}
