//! Proves of each outside tool that it works here and that it can say no.

mod aptos;
mod checkers;
#[cfg(feature = "evm")]
mod evm;
mod format;
mod linters;
mod samples;
mod sbf;
mod solc;
mod sui;
#[cfg(feature = "svm")]
mod svm;
