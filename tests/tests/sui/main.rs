//! The Sui runtime and the emitted Sui packages, built by the real compiler and run by the real virtual machine.

mod codec;
mod coordinator;
mod emitted;
mod holdings;
mod participant;
mod project;
mod runtime;
