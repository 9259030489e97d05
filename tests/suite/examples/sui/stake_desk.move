/// The desk of the example, made to run: it stakes from an inventory of its own and keeps the shares for their owners.
module desk::stake_desk;

use sui::table::{Self, Table};

/// The inventory does not cover the stake.
const EOutOfStock: u64 = 700;

public struct Desk has key {
    id: UID,
    inventory: u64,
    shares: Table<address, u64>,
}

/// Stakes `amount` for `owner` and gives the shares: one for two.
public fun stake(desk: &mut Desk, owner: address, amount: u64, _ctx: &mut TxContext): u64 {
    assert!(amount <= desk.inventory, EOutOfStock);
    desk.inventory = desk.inventory - amount;
    let shares = amount / 2;
    if (desk.shares.contains(owner)) {
        let held = &mut desk.shares[owner];
        *held = *held + shares;
    } else {
        desk.shares.add(owner, shares);
    };
    shares
}

public fun inventory(desk: &Desk): u64 {
    desk.inventory
}

public fun shares(desk: &Desk, owner: address): u64 {
    if (desk.shares.contains(owner)) desk.shares[owner] else 0
}

#[test_only]
public fun open(inventory: u64, ctx: &mut TxContext): Desk {
    // The deployment's constant is the id of the first object.
    Desk { id: object::new(ctx), inventory, shares: table::new(ctx) }
}
