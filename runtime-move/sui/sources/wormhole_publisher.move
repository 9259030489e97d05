// SPDX-License-Identifier: MIT OR Apache-2.0

/// Publishes the messages that a coordinator gives to the transaction, each for Wormhole's fee.
///
/// No emitted function calls this, only transactions do: Wormhole lets nobody but its newest version publish, so that a
/// coordinator which called it would be stuck with the next upgrade. After one, publish this module anew; a ticket can be
/// published by whoever has it.
module xcc_runtime::wormhole_publisher;

use sui::{clock::Clock, coin::Coin, sui::SUI};
use wormhole::{publish_message::{Self, MessageTicket}, state::State};

/// Publishes messages in their order, and takes the fees out of a coin.
public fun publish_all(
    mut tickets: vector<MessageTicket>,
    wormhole_state: &mut State,
    fees: &mut Coin<SUI>,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    let fee = wormhole_state.message_fee();
    tickets.reverse();
    while (!tickets.is_empty()) {
        let ticket = tickets.pop_back();
        publish_message::publish_message(wormhole_state, fees.split(fee, ctx), ticket, clock);
    };
    tickets.destroy_empty();
}
