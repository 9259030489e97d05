//! xcc: a cross-VM call translation compiler.

pub mod vm;
