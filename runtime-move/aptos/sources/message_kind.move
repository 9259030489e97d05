// SPDX-License-Identifier: MIT OR Apache-2.0

/// What a message says, as the second byte of its header.
module xcc_runtime::message_kind {
    /// Home to participant: run the step.
    public fun execute(): u8 { 1 }

    /// Home to participant: make a reserved step final.
    public fun confirm(): u8 { 2 }

    /// Home to participant: undo the step, or never run it.
    public fun cancel(): u8 { 3 }

    /// Participant to home: the step ran.
    public fun executed(): u8 { 4 }

    /// Participant to home: the step did not and will not run.
    public fun refused(): u8 { 5 }

    /// Participant to home: the reservation is final.
    public fun confirmed(): u8 { 6 }

    /// Participant to home: the step is undone, or will never run.
    public fun cancelled(): u8 { 7 }

    /// Whether a message of this kind exists.
    public fun is_known(kind: u8): bool { kind >= 1 && kind <= 7 }
}
