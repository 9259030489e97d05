/// The right to publish under one address, which is a number counted from 1.
module wormhole::emitter {
    use wormhole::external_address::{Self, ExternalAddress};

    friend wormhole::state;
    friend wormhole::wormhole;

    struct EmitterCapability has store {
        emitter: u64,
        sequence: u64
    }

    public fun destroy_emitter_cap(emitter_cap: EmitterCapability) {
        let EmitterCapability { emitter: _, sequence: _ } = emitter_cap;
    }

    public fun get_emitter(emitter_cap: &EmitterCapability): u64 {
        emitter_cap.emitter
    }

    public fun get_external_address(emitter_cap: &EmitterCapability): ExternalAddress {
        let bytes = std::bcs::to_bytes(&emitter_cap.emitter);
        bytes.reverse();
        external_address::from_bytes(bytes)
    }

    public(friend) fun new_emitter(emitter: u64): EmitterCapability {
        EmitterCapability { emitter, sequence: 0 }
    }

    public(friend) fun use_sequence(emitter_cap: &mut EmitterCapability): u64 {
        let sequence = emitter_cap.sequence;
        emitter_cap.sequence = sequence + 1;
        sequence
    }
}
