//! The Sui runtime and the emitted Sui packages, built by the real compiler and run by the real virtual machine.

mod runtime;
