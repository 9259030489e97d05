//! What a transaction used.

/// Gas on the EVM, compute units on Solana.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// All of it, as the chain counts it.
    pub whole: u64,
    /// What the called contract itself used: without what the chain charges for any transaction, and without the contracts that it
    /// called in turn.
    pub own: u64,
}
