//! Proves of each outside tool that it works here and that it can say no.

mod aptos;
#[cfg(feature = "evm")]
mod evm;
mod format;
mod solc;
mod sui;
