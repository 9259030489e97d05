//! The virtual machines that xcc emits contracts for.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The virtual machine a chain runs, which decides its types, its call encoding and its back end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vm {
    /// The Ethereum virtual machine: Solidity ABI calls, a failing inner call can be caught.
    Evm,
    /// The Solana virtual machine: Anchor programs, accounts are listed by the caller.
    Svm,
    /// Sui's Move virtual machine: owned and shared objects are arguments.
    Sui,
    /// Aptos's Move virtual machine: resources live under account addresses.
    Aptos,
}

impl Vm {
    /// Every virtual machine, in the order in which they are listed to users.
    pub const ALL: [Self; 4] = [Self::Evm, Self::Svm, Self::Sui, Self::Aptos];

    /// The name used in source files, in configuration and in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evm => "evm",
            Self::Svm => "svm",
            Self::Sui => "sui",
            Self::Aptos => "aptos",
        }
    }

    /// Whether a contract can go on after an inner call failed; elsewhere the whole transaction is undone.
    #[must_use]
    pub const fn catches_failures(self) -> bool {
        matches!(self, Self::Evm)
    }

    /// The most that a call may be given, and all calls of one transaction together, in [`gas_unit`](Self::gas_unit)s.
    ///
    /// EVM: what the cap of EIP-7825, 2^24 for a transaction, leaves beside the 64th that the EVM keeps at a call and a million for
    /// the delivery around it; budgets over it could be made sure of in no transaction. Solana: what the compute budget's maximum of
    /// 1,400,000 for a transaction leaves beside what delivery plans ask for around the calls. Of the others what a transaction has.
    /// Sui: the highest computation bucket of the protocol configuration. Aptos: the gas schedule's maximum number of gas units.
    #[must_use]
    pub const fn most_gas(self) -> u64 {
        match self {
            Self::Evm => 15_000_000,
            Self::Svm => 1_000_000,
            Self::Sui => 5_000_000,
            Self::Aptos => 2_000_000,
        }
    }

    /// What budgets are counted in, in words.
    #[must_use]
    pub const fn gas_unit(self) -> &'static str {
        match self {
            Self::Evm => "gas",
            Self::Svm => "compute units",
            Self::Sui | Self::Aptos => "gas units",
        }
    }
}

impl fmt::Display for Vm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that names no virtual machine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no virtual machine; known are evm, svm, sui and aptos")]
pub struct UnknownVm(pub String);

impl FromStr for Vm {
    type Err = UnknownVm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|vm| vm.name() == text)
            .ok_or_else(|| UnknownVm(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for vm in Vm::ALL {
            assert_eq!(vm.to_string().parse(), Ok(vm));
        }
        assert_eq!("EVM".parse::<Vm>(), Err(UnknownVm("EVM".to_owned())));
    }
}
