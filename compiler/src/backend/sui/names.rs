//! What Sui's participants write by hand, so that no name of the source may be like it.

use crate::backend::move_lang::participant::names::Reserved;

/// The names that are taken.
pub(super) const RESERVED: Reserved = Reserved {
    foreign: &[
        "clock",
        "emitter",
        "message_kind",
        "messages",
        "object",
        "option",
        "participant",
        "publish_message",
        "reader",
        "std",
        "string",
        "sui",
        "sui_system",
        "table",
        "transfer",
        "tx_context",
        "vaa",
        "wormhole",
        "wormhole_endpoint",
        "xcc_runtime",
    ],
    functions: &["init", "init_for_testing", "wire"],
    structs: &[
        "Clock",
        "EmitterCap",
        "Endpoint",
        "MessageTicket",
        "Participant",
        "Table",
        "VAA",
    ],
    fields: &["id", "endpoint"],
    locals: &[
        "participant",
        "vaa",
        "endpoint",
        "record",
        "instance",
        "deadline",
        "reader",
        "body",
        "clock",
        "ctx",
    ],
};
