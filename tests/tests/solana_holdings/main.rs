//! What a coordinator on Solana holds, attacked: real mints and token accounts of the real token programs, in litesvm.

#![cfg(all(feature = "evm", feature = "svm"))]

mod accounts;
mod claims;
mod extensions;
mod holds;
mod releases;
mod spending;
mod starts;
mod world;
