//! Who may take a parked compensation.

use crate::entities::Value;
use crate::hir::BinaryOp;
use crate::ir::{InstData, Rejection};

use super::builder::BodyBuilder;

/// Goes on only if the transaction was sent by this account.
pub(super) fn only_the_owner(owner: Value, builder: &mut BodyBuilder) {
    let ty = builder.type_of(owner);
    let caller = builder.compute("caller", ty, |result| InstData::Caller { result });
    let is_owner = builder.binary("is_owner", BinaryOp::Eq, caller, owner);
    let (then, otherwise) = builder.branch(is_owner);
    builder.switch_to(otherwise);
    builder.reject(Rejection::NotAuthorised);
    builder.switch_to(then);
}
