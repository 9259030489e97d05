//! Emitted Solana programs: goldens, the real compilers, the codec against the reference, and runs in the real virtual machine.

mod codec;
mod emitted;
mod package;
#[cfg(feature = "svm")]
mod participant;
#[cfg(feature = "svm")]
mod world;
