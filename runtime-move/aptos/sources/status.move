// SPDX-License-Identifier: MIT OR Apache-2.0

/// Where a step of an instance stands on a participant, as a byte in storage and events.
module xcc_runtime::status {
    /// Nothing happened yet.
    public fun none(): u8 { 0 }

    /// The call ran.
    public fun executed(): u8 { 2 }

    /// The call did not run and will not.
    public fun refused(): u8 { 3 }

    /// The step was undone.
    public fun cancelled(): u8 { 5 }

    /// The step was cancelled before its Execute arrived, which will bounce.
    public fun tombstone(): u8 { 6 }

    /// A reservation was made final.
    public fun confirmed(): u8 { 7 }

    /// The compensation was given up and its value waits for its owner.
    public fun parked(): u8 { 8 }
}
