/// The right to publish under one address, which is the object's id.
module wormhole::emitter;

use wormhole::state::State;

public struct EmitterCreated has copy, drop {
    emitter_cap: ID,
}

public struct EmitterDestroyed has copy, drop {
    emitter_cap: ID,
}

public struct EmitterCap has key, store {
    id: UID,
    sequence: u64,
}

public fun new(_wormhole_state: &State, ctx: &mut TxContext): EmitterCap {
    let cap = EmitterCap { id: object::new(ctx), sequence: 0 };
    sui::event::emit(EmitterCreated { emitter_cap: object::id(&cap) });
    cap
}

public fun sequence(self: &EmitterCap): u64 {
    self.sequence
}

public fun destroy(_wormhole_state: &State, cap: EmitterCap) {
    sui::event::emit(EmitterDestroyed { emitter_cap: object::id(&cap) });
    let EmitterCap { id, sequence: _ } = cap;
    id.delete()
}

public(package) fun use_sequence(self: &mut EmitterCap): u64 {
    let sequence = self.sequence;
    self.sequence = sequence + 1;
    sequence
}
