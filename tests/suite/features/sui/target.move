/// The target of the feature cases, made to run: it remembers what it was asked for. One function at a time can be made to fail.
module sui_::target;

/// The function is made to fail.
const EBroken: u64 = 700;

public struct State has key {
    id: UID,
    /// Which function fails: 1 `run`, 2 `undo`, 3 `note`.
    broken: u64,
    /// The functions called, by number times a million, and what they were given.
    calls: vector<u64>,
}

public fun run(state: &mut State, amount: u64): u64 {
    act(state, 1, amount);
    amount + 3
}

public fun undo(state: &mut State, receipt: u64) {
    act(state, 2, receipt);
}

public fun note(state: &mut State, value: u64) {
    act(state, 3, value);
}

public fun calls(state: &State): vector<u64> {
    state.calls
}

fun act(state: &mut State, number: u64, argument: u64) {
    assert!(state.broken != number, EBroken);
    state.calls.push_back(number * 1_000_000 + argument);
}

#[test_only]
public fun open(ctx: &mut TxContext): State {
    State { id: object::new(ctx), broken: 0, calls: vector[] }
}

#[test_only]
public fun set_broken(state: &mut State, number: u64) {
    state.broken = number;
}
