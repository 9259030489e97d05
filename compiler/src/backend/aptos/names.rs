//! What Aptos's packages write by hand, so that no name of the source may be like it.

use crate::backend::move_lang::machine::names::{Reserved, ReservedInModule};

/// The names that are taken.
pub(super) const RESERVED: Reserved = Reserved {
    foreign: &[
        "account",
        "aptos_framework",
        "aptos_std",
        "custody",
        "event",
        "message_kind",
        "messages",
        "object",
        "option",
        "signer",
        "std",
        "string",
        "table",
        "timestamp",
        "vector",
        "wormhole",
        "wormhole_endpoint",
        "xcc_runtime",
    ],
    participant: ReservedInModule {
        functions: &[
            "init_module",
            "init_module_for_test",
            "wire",
            "emitter",
            "authority",
        ],
        structs: &["Endpoint", "Participant", "SignerCapability", "Table"],
        fields: &["endpoint", "authority"],
        locals: &[
            "participant",
            "claimer",
            "deliverer",
            "vaa",
            "endpoint",
            "record",
            "instance",
            "deadline",
            "reader",
            "body",
        ],
    },
    coordinator: ReservedInModule {
        functions: &[
            "init_module",
            "init_module_for_test",
            "wire",
            "emitter",
            "authority",
            "custody",
            "open",
            "phase",
        ],
        structs: &[
            "Coordinator",
            "Custody",
            "Endpoint",
            "InstanceRecord",
            "SignerCapability",
            "Table",
        ],
        fields: &[],
        locals: &[
            "coordinator",
            "open",
            "caller",
            "payer",
            "initiator",
            "vaa",
            "endpoint",
            "authority",
            "custody",
            "record",
            "instance",
            "reader",
            "body",
        ],
    },
};

/// The module of a package's messages. Modules of one account share one scope, hence the long name; the main module, which is
/// named like the package, knows it as `messages`.
pub(super) fn messages_module(package: &str) -> String {
    format!("{package}_messages")
}
