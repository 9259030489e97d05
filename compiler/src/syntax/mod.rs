//! The front end: from text to a tree.

pub mod ast;

/// How deep brackets and operators may nest in each other.
///
/// Every later phase walks the tree by recursion; this bound keeps it off the end of the stack.
pub const MAX_DEPTH: usize = 128;
