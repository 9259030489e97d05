//! Where an instance stands, at home.

use anchor_lang::prelude::*;

/// Where an instance stands. The numbers are those of its account and of events, equal on every chain.
#[derive(
    AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq,
)]
pub enum Phase {
    /// Never started.
    #[default]
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
    Rerouting,
}
