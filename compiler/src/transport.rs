//! Messaging layers: which exist, and the one word that names each in the source.

pub mod catalogue;

use std::fmt;
use std::str::FromStr;

/// A messaging layer that can carry a step's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Wormhole's core bridge: guardian-signed messages that anyone can deliver, any number of times.
    Wormhole,
}

impl Transport {
    /// Every transport, in the order of their names.
    pub const ALL: [Transport; 1] = [Transport::Wormhole];

    /// The word that selects it in the source.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Wormhole => "wormhole",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Transport {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Transport::ALL
            .into_iter()
            .find(|transport| transport.name() == name)
            .ok_or(())
    }
}
