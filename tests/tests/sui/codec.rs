//! Codec vectors in the virtual machine of Sui.

use xcc_tests::move_suite::codec::Case;

use crate::project::CHAIN;

fn case() -> Case {
    Case::new(CHAIN, "carry_sui", "messages")
}

#[test]
fn bodies_are_read_and_written_again() {
    case().assert_read_and_written_again();
}

#[test]
fn what_the_reference_refuses_is_refused() {
    case().assert_refused();
}
