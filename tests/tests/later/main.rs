//! What comes after a step on all chains at once: confirmations, and compensations that are parked and claimed.
//!
//! The cases are those of `suite/features`, compiled for chains of the tests; their target is `suite/features/{evm,svm,sui,aptos}`.

#![cfg(all(feature = "evm", feature = "svm"))]

mod bombs;
mod confirmed;
mod confirmed_after_pivot;
mod costs;
mod parked;
mod reentered;
mod starved;
mod substituted;
mod together;
mod world;
