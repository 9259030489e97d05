/// The target of the feature cases, made to run: it remembers what it was asked for, and by whom at first; nobody else may ask.
/// One function at a time can be made to fail.
module aptos::target {
    use std::signer;

    /// The function is made to fail.
    const EBroken: u64 = 700;
    /// Somebody else ran it before.
    const ENotCaller: u64 = 701;

    struct State has key {
        /// Which function fails: 1 `run`, 2 `undo`, 3 `note`.
        broken: u64,
        caller: address,
        /// The functions called, by number times a million, and what they were given.
        calls: vector<u64>
    }

    public fun run(account: &signer, amount: u64): u64 acquires State {
        let state = borrow_global_mut<State>(@aptos);
        if (state.caller == @0x0) {
            state.caller = signer::address_of(account);
        };
        act(account, 1, amount);
        amount + 4
    }

    public fun undo(account: &signer, receipt: u64) acquires State {
        act(account, 2, receipt);
    }

    public fun note(account: &signer, value: u64) acquires State {
        act(account, 3, value);
    }

    public fun calls(): vector<u64> acquires State {
        borrow_global<State>(@aptos).calls
    }

    fun act(account: &signer, number: u64, argument: u64) acquires State {
        let state = borrow_global_mut<State>(@aptos);
        assert!(signer::address_of(account) == state.caller, ENotCaller);
        assert!(state.broken != number, EBroken);
        state.calls.push_back(number * 1000000 + argument);
    }

    #[test_only]
    public fun open(account: &signer) {
        move_to(account, State { broken: 0, caller: @0x0, calls: vector[] });
    }

    #[test_only]
    public fun set_broken(number: u64) acquires State {
        borrow_global_mut<State>(@aptos).broken = number;
    }
}
