//! xcc: a cross-VM call translation compiler.

pub mod codes;
pub mod diagnostic;
pub mod import;
pub mod source;
pub mod syntax;
pub mod vm;
