/// A small package that uses what emitted code uses.
module ledger::ledger {
    use std::signer;
    use aptos_framework::account::{Self, SignerCapability};
    use aptos_framework::aptos_coin::AptosCoin;
    use aptos_framework::coin::{Self, Coin};
    use aptos_framework::event;
    use aptos_framework::object::{Self, ExtendRef};
    use aptos_framework::timestamp;
    use aptos_std::table::{Self, Table};
    use wormhole::emitter::EmitterCapability;
    use wormhole::vaa;
    use wormhole::wormhole;

    const E_EMPTY: u64 = 1;
    const E_CONSUMED: u64 = 2;

    enum Status has copy, drop, store {
        Open,
        Closed { at: u64 }
    }

    struct Ledger has key {
        entries: Table<u64, Status>,
        next: u64,
        held: Coin<AptosCoin>,
        emitter: EmitterCapability,
        consumed: Table<vector<u8>, bool>,
        vault: SignerCapability,
        extend: ExtendRef
    }

    #[event]
    struct Closed has drop, store {
        entry: u64,
        at: u64
    }

    public entry fun create(owner: &signer) {
        let (_, vault) = account::create_resource_account(owner, b"vault");
        let object = object::create_named_object(owner, b"ledger");
        move_to(
            owner,
            Ledger {
                entries: table::new(),
                next: 0,
                held: coin::zero(),
                emitter: wormhole::register_emitter(),
                consumed: table::new(),
                vault,
                extend: object::generate_extend_ref(&object)
            }
        );
    }

    public entry fun open(from: &signer, amount: u64) acquires Ledger {
        assert!(amount > 0, E_EMPTY);
        let self = borrow_global_mut<Ledger>(@ledger);
        coin::merge(&mut self.held, coin::withdraw<AptosCoin>(from, amount));
        let entry = self.next;
        self.next = entry + 1;
        self.entries.add(entry, Status::Open);
    }

    public fun close(entry: u64): Coin<AptosCoin> acquires Ledger {
        let self = borrow_global_mut<Ledger>(@ledger);
        let at = timestamp::now_seconds();
        *self.entries.borrow_mut(entry) = Status::Closed { at };
        event::emit(Closed { entry, at });
        coin::extract_all(&mut self.held)
    }

    #[view]
    public fun is_closed(entry: u64): bool acquires Ledger {
        match (borrow_global<Ledger>(@ledger).entries.borrow(entry)) {
            Status::Closed { at } => *at > 0,
            Status::Open => false
        }
    }

    public fun vault_address(): address acquires Ledger {
        let self = borrow_global<Ledger>(@ledger);
        signer::address_of(&account::create_signer_with_capability(&self.vault))
    }

    public fun object_address(): address acquires Ledger {
        let self = borrow_global<Ledger>(@ledger);
        signer::address_of(&object::generate_signer_for_extending(&self.extend))
    }

    public entry fun say(from: &signer, payload: vector<u8>, fee: u64) acquires Ledger {
        let self = borrow_global_mut<Ledger>(@ledger);
        wormhole::publish_message(&mut self.emitter, 7, payload, coin::withdraw<AptosCoin>(from, fee));
    }

    public fun hear(signed: vector<u8>): vector<u8> acquires Ledger {
        let self = borrow_global_mut<Ledger>(@ledger);
        let parsed = vaa::parse_and_verify(signed);
        assert!(!self.consumed.contains(vaa::get_hash(&parsed)), E_CONSUMED);
        self.consumed.add(vaa::get_hash(&parsed), true);
        vaa::destroy(parsed)
    }
}
