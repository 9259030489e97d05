/// Module events.
module aptos_framework::event {
    #[test_only]
    use std::vector;

    public fun emit<T: store + drop>(msg: T) {
        emit_event<T>(&msg)
    }

    native fun emit_event<T: store + drop>(msg: &T);

    #[test_only]
    native public fun emitted_events<T: drop + store>(): vector<T>;

    #[test_only]
    public fun was_event_emitted<T: drop + store>(msg: &T): bool {
        vector::contains(&emitted_events<T>(), msg)
    }
}
