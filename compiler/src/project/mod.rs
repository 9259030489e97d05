//! Projects on disk: `xcc.toml`, profiles, `xcc.lock` and the output folder.

mod address;
mod compile;
pub(crate) mod document;
mod files;
mod lock;
mod manifest;
pub mod output;
mod plan;
mod resolve;
mod scripts;
mod suggest;

pub use address::{
    AddressError, NetworkError, check_network, format_address, format_move_type, parse_address,
    parse_move_type,
};
pub use compile::{
    Bound, Checked, Compiled, Lowered, VECTORS, bind, check_source, emit, lower_source,
};
pub use files::{Inputs, Project, ReadError};
pub use lock::{Hash, LOCK, Lock, LockError, NotAHash};
pub use manifest::{
    Bindings, ChainEntry, EDITIONS, MANIFEST, Manifest, Profile, WormholeEntry, is_project_name,
};
pub use plan::PLAN;
pub use resolve::resolve;

pub(crate) use address::decode_hex;
