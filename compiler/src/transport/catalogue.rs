//! What is known about each messaging layer: whom it reaches, how much it carries, and how long a message may take.
//!
//! The figures are worst cases of normal operation; a message that takes longer is late, not lost.

use super::Transport;
use crate::vm::Vm;

/// What is known about one messaging layer.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The word that names it in a source file.
    pub name: &'static str,
    /// The layer as this version emits it; `None` for one that is only known.
    pub transport: Option<Transport>,
    /// The virtual machines it has endpoints on.
    pub vms: &'static [Vm],
    /// Seconds between the finality of a message's transaction and the moment its proof can be delivered.
    pub carrying_seconds: u64,
}

/// Every messaging layer xcc knows, in the order in which they are listed to users.
pub const ENTRIES: &[Entry] = &[
    // The guardians sign within seconds of finality; two minutes cover a guardian quorum that lags.
    Entry {
        name: "wormhole",
        transport: Some(Transport::Wormhole),
        vms: &Vm::ALL,
        carrying_seconds: 120,
    },
    known("layerzero", &Vm::ALL),
    known("ccip", &Vm::ALL),
    known("axelar", &[Vm::Evm, Vm::Svm, Vm::Sui]),
    known("hyperlane", &[Vm::Evm, Vm::Svm]),
    known("polymer", &[Vm::Evm, Vm::Svm]),
    known("ibc", &[Vm::Evm]),
    known("xcm", &[Vm::Evm]),
];

const fn known(name: &'static str, vms: &'static [Vm]) -> Entry {
    Entry {
        name,
        transport: None,
        vms,
        carrying_seconds: 0,
    }
}

impl Entry {
    /// The layer of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        ENTRIES.iter().find(|entry| entry.name == name)
    }

    /// Whether it carries messages between two virtual machines.
    #[must_use]
    pub fn connects(&self, one: Vm, other: Vm) -> bool {
        self.vms.contains(&one) && self.vms.contains(&other)
    }

    /// Seconds until a message sent from a chain of `source` can be delivered elsewhere.
    #[must_use]
    pub const fn latency_from(&self, source: Vm) -> u64 {
        finality_seconds(source) + self.carrying_seconds
    }

    /// The greatest message between two virtual machines, header included, in bytes.
    #[must_use]
    pub fn max_message(&self, one: Vm, other: Vm) -> u32 {
        message_limit(one).min(message_limit(other))
    }
}

/// Seconds until a transaction cannot be undone any more: on the EVM that of Ethereum, whose finalized block is 13 to 19
/// minutes old; on Solana 32 slots; on Aptos and Sui the commit of the block or checkpoint.
#[must_use]
pub const fn finality_seconds(vm: Vm) -> u64 {
    match vm {
        Vm::Evm => 19 * 60,
        Vm::Svm => 14,
        Vm::Sui => 5,
        Vm::Aptos => 4,
    }
}

/// The greatest message one transaction can hand to a contract, in bytes.
const fn message_limit(vm: Vm) -> u32 {
    match vm {
        // A transaction has 1232 bytes; signatures, account keys and the proof's other fields need the rest.
        Vm::Svm => 700,
        // A pure argument has 16 KiB, and the proof with its signatures needs about one of them.
        Vm::Sui => 15_000,
        // A transaction has 64 KiB on Aptos; on the EVM the gas for calldata ends near this size.
        Vm::Aptos | Vm::Evm => 30_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transport_has_an_entry_of_its_name() {
        for transport in Transport::ALL {
            let entry = Entry::find(transport.name()).expect("an entry");
            assert_eq!(entry.transport, Some(transport));
            assert!(entry.carrying_seconds > 0);
        }
    }

    #[test]
    fn the_slower_and_smaller_end_decides() {
        let wormhole = Entry::find("wormhole").expect("an entry");
        assert_eq!(wormhole.latency_from(Vm::Evm), 1260);
        assert_eq!(wormhole.max_message(Vm::Evm, Vm::Svm), 700);
        assert!(
            !Entry::find("hyperlane")
                .expect("an entry")
                .connects(Vm::Evm, Vm::Sui)
        );
    }
}
