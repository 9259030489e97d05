/// Publishing in two halves: a package prepares a ticket, the transaction pays and publishes.
module wormhole::publish_message;

use sui::clock::Clock;
use sui::coin::Coin;
use sui::sui::SUI;
use wormhole::emitter::EmitterCap;
use wormhole::state::State;

public struct WormholeMessage has copy, drop {
    sender: ID,
    sequence: u64,
    nonce: u32,
    payload: vector<u8>,
    consistency_level: u8,
    timestamp: u64,
}

public struct MessageTicket {
    sender: ID,
    sequence: u64,
    nonce: u32,
    payload: vector<u8>,
}

public fun prepare_message(
    emitter_cap: &mut EmitterCap,
    nonce: u32,
    payload: vector<u8>,
): MessageTicket {
    let sequence = emitter_cap.use_sequence();
    MessageTicket { sender: object::id(emitter_cap), sequence, nonce, payload }
}

public fun publish_message(
    wormhole_state: &mut State,
    message_fee: Coin<SUI>,
    prepared_msg: MessageTicket,
    the_clock: &Clock,
): u64 {
    wormhole_state.deposit_fee(message_fee.into_balance());
    let MessageTicket { sender, sequence, nonce, payload } = prepared_msg;
    let timestamp = the_clock.timestamp_ms() / 1000;
    sui::event::emit(WormholeMessage {
        sender,
        sequence,
        nonce,
        payload,
        consistency_level: 0,
        timestamp,
    });
    sequence
}

#[test_only]
public fun sender(message: &WormholeMessage): ID {
    message.sender
}

#[test_only]
public fun sequence(message: &WormholeMessage): u64 {
    message.sequence
}

#[test_only]
public fun nonce(message: &WormholeMessage): u32 {
    message.nonce
}

#[test_only]
public fun payload(message: &WormholeMessage): vector<u8> {
    message.payload
}

#[test_only]
public fun timestamp(message: &WormholeMessage): u64 {
    message.timestamp
}
