//! The reference interpreter: the protocol's tables cell by cell, hostile messages, and agreement with the explorer.

mod agreement;
mod coordinator;
mod hostile;
mod runs;
mod table;
mod values;
mod vectors;
mod world;
