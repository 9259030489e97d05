//! xcc: a cross-VM call translation compiler.
