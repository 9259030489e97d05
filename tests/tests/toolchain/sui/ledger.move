/// A small package that uses what emitted code uses.
module ledger::ledger;

use sui::balance::{Self, Balance};
use sui::clock::Clock;
use sui::coin::{Self, Coin};
use sui::sui::SUI;
use sui::table::{Self, Table};
use wormhole::consumed_vaas::{Self, ConsumedVAAs};
use wormhole::emitter::EmitterCap;
use wormhole::publish_message::MessageTicket;
use wormhole::state::State;
use wormhole::vaa;

const EEmpty: u64 = 1;

public enum Status has copy, drop, store {
    Open,
    Closed { at: u64 },
}

public struct Ledger has key {
    id: UID,
    entries: Table<u64, Status>,
    next: u64,
    held: Balance<SUI>,
    emitter: EmitterCap,
    consumed: ConsumedVAAs,
}

public struct Closed has copy, drop {
    entry: u64,
    at: u64,
}

public fun create(core: &State, ctx: &mut TxContext) {
    transfer::share_object(Ledger {
        id: object::new(ctx),
        entries: table::new(ctx),
        next: 0,
        held: balance::zero(),
        emitter: wormhole::emitter::new(core, ctx),
        consumed: consumed_vaas::new(ctx),
    })
}

public fun open(self: &mut Ledger, payment: Coin<SUI>): u64 {
    assert!(payment.value() > 0, EEmpty);
    self.held.join(payment.into_balance());
    let entry = self.next;
    self.next = entry + 1;
    self.entries.add(entry, Status::Open);
    entry
}

public fun close(self: &mut Ledger, entry: u64, clock: &Clock, ctx: &mut TxContext): Coin<SUI> {
    let at = clock.timestamp_ms();
    *&mut self.entries[entry] = Status::Closed { at };
    sui::event::emit(Closed { entry, at });
    let all = self.held.value();
    coin::take(&mut self.held, all, ctx)
}

public fun is_closed(self: &Ledger, entry: u64): bool {
    match (&self.entries[entry]) {
        Status::Closed { at } => *at > 0,
        Status::Open => false,
    }
}

public fun entries(self: &Ledger): u64 {
    self.entries.length()
}

public fun say(self: &mut Ledger, payload: vector<u8>): MessageTicket {
    wormhole::publish_message::prepare_message(&mut self.emitter, 7, payload)
}

public fun hear(self: &mut Ledger, core: &State, signed: vector<u8>, clock: &Clock): vector<u8> {
    let parsed = vaa::parse_and_verify(core, signed, clock);
    vaa::consume(&mut self.consumed, &parsed);
    parsed.take_payload()
}
