/// The desk that the tests publish: it remembers what it was asked, and can be closed.
module desk::desk {
    use std::option::{Self, Option};
    use std::signer;
    use std::string::String;
    use aptos_framework::object::{Self, Object};

    /// The desk is closed.
    const ERefused: u64 = 77;
    /// No such position, or somebody else's.
    const EPosition: u64 = 78;

    struct Pool has key {
        size: u64
    }

    struct Ticket<phantom T0: copy + drop> has copy, drop {}

    struct Position has drop, store {
        owner: address,
        amount: u128
    }

    struct Desk has key {
        open: bool,
        calls: u64,
        caller: address,
        positions: vector<Option<Position>>,
        written: vector<vector<u8>>,
        committed: u32,
        settled: u64
    }

    /// The pool is the object that the deployment's constant names.
    public fun publish(desk: &signer) {
        let pool = object::create_named_object(desk, b"pool");
        move_to(&object::generate_signer(&pool), Pool { size: 0 });
        let positions = vector[];
        let written = vector[];
        move_to(
            desk,
            Desk { open: true, calls: 0, caller: @0x0, positions, written, committed: 0, settled: 0 }
        );
    }

    public fun open<T0: copy + drop>(
        caller: &signer,
        pool: Object<Pool>,
        owner: address,
        amount: u128,
        note: String
    ): (u64, Ticket<T0>, vector<u8>) acquires Desk, Pool {
        let desk = enter(signer::address_of(caller));
        desk.positions.push_back(option::some(Position { owner, amount }));
        let pool = borrow_global_mut<Pool>(object::object_address(&pool));
        pool.size = pool.size + 1;
        (desk.positions.length() + 99, Ticket {}, *note.bytes())
    }

    public fun close<T0>(caller: &signer, position: u64, owner: address) acquires Desk {
        let desk = enter(signer::address_of(caller));
        let position = desk.positions.borrow_mut(position - 100);
        assert!(position.is_some() && position.borrow().owner == owner, EPosition);
        position.extract();
    }

    public fun record(receipt: &vector<u8>): bool acquires Desk {
        enter(@0x0).written.push_back(*receipt);
        true
    }

    public fun commit(caller: signer, position: u64, match: u32) acquires Desk {
        let desk = enter(signer::address_of(&caller));
        assert!(desk.positions[position - 100].is_some(), EPosition);
        desk.committed = match;
    }

    public fun settle(
        caller: &signer,
        tags: vector<u64>,
        memo: vector<u8>,
        rate: Option<u64>,
        pool: address
    ) acquires Desk {
        let desk = enter(signer::address_of(caller));
        assert!(memo == b"memo" && object::is_object(pool), EPosition);
        desk.settled = tags[0] + tags[1] + rate.destroy_some();
    }

    inline fun enter(caller: address): &mut Desk {
        let desk = borrow_global_mut<Desk>(@desk);
        assert!(desk.open, ERefused);
        desk.calls = desk.calls + 1;
        desk.caller = caller;
        desk
    }

    public fun shut() acquires Desk {
        borrow_global_mut<Desk>(@desk).open = false;
    }

    public fun calls(): u64 acquires Desk {
        borrow_global<Desk>(@desk).calls
    }

    public fun caller(): address acquires Desk {
        borrow_global<Desk>(@desk).caller
    }

    public fun is_held(position: u64): bool acquires Desk {
        borrow_global<Desk>(@desk).positions[position - 100].is_some()
    }

    public fun amount(position: u64): u128 acquires Desk {
        borrow_global<Desk>(@desk).positions[position - 100].borrow().amount
    }

    public fun written(): vector<vector<u8>> acquires Desk {
        borrow_global<Desk>(@desk).written
    }

    public fun committed(): u32 acquires Desk {
        borrow_global<Desk>(@desk).committed
    }

    public fun settled(): u64 acquires Desk {
        borrow_global<Desk>(@desk).settled
    }

    public fun pool_size(pool: address): u64 acquires Pool {
        borrow_global<Pool>(pool).size
    }
}
