/// A working pool with the signatures of `interfaces/pool.json`.
module pool::pool;

use config::config::Config;
use std::string::String;
use sui::clock::Clock;

const ERefused: u64 = 77;

public struct Pool<phantom T> has key, store {
    id: UID,
    staked: u64,
    reserved: u64,
    calls: u64,
    is_closed: bool,
}

public fun new<T>(ctx: &mut TxContext): Pool<T> {
    Pool { id: object::new(ctx), staked: 0, reserved: 0, calls: 0, is_closed: false }
}

public fun close<T>(pool: &mut Pool<T>) {
    pool.is_closed = true;
}

public fun open<T>(pool: &mut Pool<T>) {
    pool.is_closed = false;
}

public fun staked<T>(pool: &Pool<T>): u64 {
    pool.staked
}

public fun reserved<T>(pool: &Pool<T>): u64 {
    pool.reserved
}

public fun calls<T>(pool: &Pool<T>): u64 {
    pool.calls
}

fun count<T>(pool: &mut Pool<T>) {
    assert!(!pool.is_closed, ERefused);
    pool.calls = pool.calls + 1;
}

public fun stake<T>(
    pool: &mut Pool<T>,
    config: &Config,
    owner: address,
    amount: u64,
    clock: &Clock,
    ctx: &mut TxContext,
): (u64, u128) {
    pool.count();
    assert!(owner != @0x0 && clock.timestamp_ms() > 0 && ctx.sender() != @0x0, ERefused);
    pool.staked = pool.staked + amount;
    (amount * config.factor(), 1)
}

public fun reserve<T>(pool: &mut Pool<T>, amount: u64): u64 {
    pool.count();
    pool.reserved = pool.reserved + amount;
    amount + 1000
}

/// The ticket tells the amount.
public fun unreserve<T>(pool: &mut Pool<T>, ticket: u64) {
    pool.count();
    pool.reserved = pool.reserved - (ticket - 1000);
}

public fun note<T>(
    pool: &mut Pool<T>,
    memo: &String,
    tag: vector<u8>,
    tags: vector<u16>,
    extra: Option<u64>,
) {
    pool.count();
    assert!(*memo.as_bytes() == b"caf\xc3\xa9" && tag == x"cafe", ERefused);
    assert!(tags == vector[7, 65535] && extra == option::some(9), ERefused);
}

public fun carry<T>(
    pool: &mut Pool<T>,
    body: vector<u8>,
    text: &String,
    _texts: vector<String>,
    numbers: vector<u16>,
    _owner: Option<address>,
    _flags: Option<vector<Option<bool>>>,
): (vector<u8>, String, vector<u16>) {
    pool.count();
    (body, *text, numbers)
}
