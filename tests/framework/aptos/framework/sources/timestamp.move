/// The chain's clock.
module aptos_framework::timestamp {
    use std::error;

    const ENOT_OPERATING: u64 = 1;
    const EINVALID_TIMESTAMP: u64 = 2;

    const MICRO_CONVERSION_FACTOR: u64 = 1000000;

    struct CurrentTimeMicroseconds has key {
        microseconds: u64
    }

    #[view]
    public fun now_microseconds(): u64 acquires CurrentTimeMicroseconds {
        assert!(exists<CurrentTimeMicroseconds>(@aptos_framework), error::invalid_state(ENOT_OPERATING));
        borrow_global<CurrentTimeMicroseconds>(@aptos_framework).microseconds
    }

    #[view]
    public fun now_seconds(): u64 acquires CurrentTimeMicroseconds {
        now_microseconds() / MICRO_CONVERSION_FACTOR
    }

    #[test_only]
    public fun set_time_has_started_for_testing(account: &signer) {
        if (!exists<CurrentTimeMicroseconds>(@aptos_framework)) {
            move_to(account, CurrentTimeMicroseconds { microseconds: 0 });
        }
    }

    #[test_only]
    public fun update_global_time_for_test(timestamp_microsecs: u64) acquires CurrentTimeMicroseconds {
        let time = borrow_global_mut<CurrentTimeMicroseconds>(@aptos_framework);
        assert!(time.microseconds < timestamp_microsecs, error::invalid_argument(EINVALID_TIMESTAMP));
        time.microseconds = timestamp_microsecs;
    }

    #[test_only]
    public fun update_global_time_for_test_secs(timestamp_seconds: u64) acquires CurrentTimeMicroseconds {
        update_global_time_for_test(timestamp_seconds * MICRO_CONVERSION_FACTOR);
    }

    #[test_only]
    /// Sets the time to any, also to one that has passed.
    public fun set_time_for_test_secs(timestamp_seconds: u64) acquires CurrentTimeMicroseconds {
        borrow_global_mut<CurrentTimeMicroseconds>(@aptos_framework).microseconds =
            timestamp_seconds * MICRO_CONVERSION_FACTOR;
    }

    #[test_only]
    public fun fast_forward_seconds(timestamp_seconds: u64) acquires CurrentTimeMicroseconds {
        update_global_time_for_test_secs(now_seconds() + timestamp_seconds);
    }
}
