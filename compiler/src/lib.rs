//! xcc: a cross-VM call translation compiler.

pub mod analysis;
pub mod backend;
pub mod cli;
pub mod codes;
pub mod deployment;
pub mod diagnostic;
pub mod entities;
pub mod export;
pub mod hir;
pub mod import;
pub mod interp;
pub mod interval;
pub mod ir;
mod json;
mod lanes;
pub mod literal;
pub mod load;
pub mod lower;
pub mod project;
pub mod sema;
pub mod sim;
pub mod source;
pub mod spelling;
pub mod syntax;
pub mod transport;
pub mod types;
pub mod vm;
pub mod wire;

/// The version of this compiler.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
