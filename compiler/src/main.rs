//! The `xcc` command.
fn main() {}
