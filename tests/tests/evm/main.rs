//! The Solidity back end: what it emits is what `forge fmt` would print, compiles without a warning, speaks the wire format byte for
//! byte, and runs in revm with Wormhole's real core.

mod build;
#[cfg(feature = "evm")]
mod codec;
#[cfg(feature = "evm")]
mod custody;
#[cfg(feature = "evm")]
mod fees;
mod fixture;
mod golden;
#[cfg(feature = "evm")]
mod holding;
#[cfg(feature = "evm")]
mod hostile;
mod limits;
#[cfg(feature = "evm")]
mod native;
#[cfg(feature = "evm")]
mod paths;
#[cfg(feature = "evm")]
mod releasing;
#[cfg(feature = "evm")]
mod spending;
#[cfg(feature = "evm")]
mod world;
