/// Emitters and publishing.
module wormhole::wormhole {
    use aptos_framework::aptos_coin::AptosCoin;
    use aptos_framework::coin::{Self, Coin};
    use wormhole::emitter::{Self, EmitterCapability};
    use wormhole::state;

    const E_INSUFFICIENT_FEE: u64 = 0;

    public fun register_emitter(): EmitterCapability {
        state::new_emitter()
    }

    /// Keeps the whole coin, also what exceeds the fee, as the real core does.
    public fun publish_message(
        emitter_cap: &mut EmitterCapability,
        nonce: u64,
        payload: vector<u8>,
        message_fee: Coin<AptosCoin>
    ): u64 {
        assert!(state::get_message_fee() <= coin::value(&message_fee), E_INSUFFICIENT_FEE);
        coin::deposit(@wormhole, message_fee);
        let sequence = emitter::use_sequence(emitter_cap);
        state::publish_event(emitter::get_emitter(emitter_cap), sequence, nonce, payload);
        sequence
    }

    #[test_only]
    /// A core with one guardian; the clock must have started.
    public fun init_test(
        chain_id: u64,
        _governance_chain_id: u64,
        _governance_contract: vector<u8>,
        initial_guardian: vector<u8>,
        message_fee: u64
    ): signer {
        let wormhole = aptos_framework::account::create_account_for_test(@wormhole);
        let chain = wormhole::u16::from_u64(chain_id);
        state::init(&wormhole, chain, vector[initial_guardian], message_fee);
        coin::register<AptosCoin>(&wormhole);
        wormhole
    }
}
