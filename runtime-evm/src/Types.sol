// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// Only the contract itself may.
error NotSelf();

/// What a message says. The number is its byte on the wire.
enum Kind {
    /// No message has it.
    Invalid,
    /// Home asks for the step to be run.
    Execute,
    /// Home asks for a reserved step to be made final.
    Confirm,
    /// Home asks for the step to be undone, or never to be run.
    Cancel,
    /// The step ran.
    Executed,
    /// The step did not run and will not.
    Refused,
    /// The reservation is final.
    Confirmed,
    /// The step is undone, or will never run.
    Cancelled
}

/// Where an instance stands, at home.
enum Phase {
    /// Never started.
    Idle,
    /// Steps are being run.
    Running,
    /// Steps are being undone.
    Cancelling,
    /// The pivot ran; only retries are left.
    Committing,
    /// Settled: every step ran.
    Completed,
    /// Settled: every step that ran was undone.
    Compensated,
    /// What an attempt tried is being undone, so that its alternative can run.
    Rerouting
}

/// Where a step of an instance stands.
enum Status {
    /// Nothing happened yet.
    None,
    /// At home: its Execute is on its way, the outcome is in doubt.
    Sent,
    /// The call ran.
    Executed,
    /// The call did not run and will not.
    Refused,
    /// At home: its Cancel is on its way.
    Cancelling,
    /// It was undone, or dropped before it ran.
    Cancelled,
    /// On a participant: cancelled before its Execute arrived, which will bounce.
    Tombstone,
    /// A reservation was made final.
    Confirmed,
    /// On a participant: the compensation was given up and its value waits for its owner.
    Parked,
    /// At home: the instance went another way.
    Skipped
}
