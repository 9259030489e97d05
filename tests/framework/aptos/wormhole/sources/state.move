/// The core's global state. The real core publishes through an event handle; here it is a module event, which tests can read.
module wormhole::state {
    use aptos_framework::event;
    use aptos_framework::timestamp;
    use aptos_std::table::{Self, Table};
    use wormhole::emitter::{Self, EmitterCapability};
    use wormhole::u16::U16;
    use wormhole::u32::{Self, U32};

    friend wormhole::wormhole;
    friend wormhole::vaa;

    #[event]
    struct WormholeMessage has store, drop {
        sender: u64,
        sequence: u64,
        nonce: u64,
        payload: vector<u8>,
        consistency_level: u8,
        timestamp: u64
    }

    struct GuardianSet has store, copy, drop {
        /// Ethereum addresses of 20 bytes.
        guardians: vector<vector<u8>>,
        /// In seconds; the current set does not expire.
        expiration_time: u64
    }

    struct WormholeState has key {
        chain_id: U16,
        guardian_sets: Table<u64, GuardianSet>,
        guardian_set_index: u64,
        guardian_set_expiry: u64,
        message_fee: u64,
        next_emitter: u64
    }

    public fun get_chain_id(): U16 acquires WormholeState {
        borrow_global<WormholeState>(@wormhole).chain_id
    }

    public fun get_message_fee(): u64 acquires WormholeState {
        borrow_global<WormholeState>(@wormhole).message_fee
    }

    public fun get_current_guardian_set_index(): U32 acquires WormholeState {
        u32::from_u64(borrow_global<WormholeState>(@wormhole).guardian_set_index)
    }

    /// The guardians of a set, and whether their signatures still count.
    public(friend) fun guardians(index: u64): (vector<vector<u8>>, bool) acquires WormholeState {
        let state = borrow_global<WormholeState>(@wormhole);
        let set = state.guardian_sets.borrow(index);
        let active = index == state.guardian_set_index || set.expiration_time > timestamp::now_seconds();
        (set.guardians, active)
    }

    public(friend) fun init(
        wormhole: &signer, chain_id: U16, guardians: vector<vector<u8>>, message_fee: u64
    ) {
        let guardian_sets = table::new();
        guardian_sets.add(0, GuardianSet { guardians, expiration_time: 0 });
        move_to(
            wormhole,
            WormholeState {
                chain_id,
                guardian_sets,
                guardian_set_index: 0,
                guardian_set_expiry: 86400,
                message_fee,
                next_emitter: 1
            }
        );
    }

    public(friend) fun new_emitter(): EmitterCapability acquires WormholeState {
        let state = borrow_global_mut<WormholeState>(@wormhole);
        let emitter = state.next_emitter;
        state.next_emitter = emitter + 1;
        emitter::new_emitter(emitter)
    }

    public(friend) fun publish_event(
        sender: u64, sequence: u64, nonce: u64, payload: vector<u8>
    ) {
        event::emit(
            WormholeMessage {
                sender,
                sequence,
                nonce,
                payload,
                consistency_level: 0,
                timestamp: timestamp::now_seconds()
            }
        )
    }

    #[test_only]
    public fun set_message_fee_for_test(message_fee: u64) acquires WormholeState {
        borrow_global_mut<WormholeState>(@wormhole).message_fee = message_fee;
    }

    #[test_only]
    /// Replaces the guardians; the old set stays good for a day.
    public fun replace_guardians_for_test(guardians: vector<vector<u8>>) acquires WormholeState {
        let state = borrow_global_mut<WormholeState>(@wormhole);
        let old = state.guardian_sets.borrow_mut(state.guardian_set_index);
        old.expiration_time = timestamp::now_seconds() + state.guardian_set_expiry;
        state.guardian_set_index = state.guardian_set_index + 1;
        state.guardian_sets.add(
            state.guardian_set_index,
            GuardianSet { guardians, expiration_time: 0 }
        );
    }

    #[test_only]
    /// Everything published in this test, in order.
    public fun published_for_test(): vector<WormholeMessage> {
        event::emitted_events<WormholeMessage>()
    }

    #[test_only]
    public fun message_sender(message: &WormholeMessage): u64 {
        message.sender
    }

    #[test_only]
    public fun message_sequence(message: &WormholeMessage): u64 {
        message.sequence
    }

    #[test_only]
    public fun message_nonce(message: &WormholeMessage): u64 {
        message.nonce
    }

    #[test_only]
    public fun message_payload(message: &WormholeMessage): vector<u8> {
        message.payload
    }
}
