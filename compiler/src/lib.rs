//! xcc: a cross-VM call translation compiler.

pub mod codes;
pub mod diagnostic;
pub mod source;
pub mod syntax;
pub mod vm;
