//! What came of a transaction.

use std::convert::Infallible;

use revm::context::result::{EVMError, ExecutionResult, HaltReason};
use revm::primitives::{Address, Bytes, Log};

/// What a transaction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// How it ended.
    pub outcome: Outcome,
    /// The gas on the receipt: intrinsic cost included, refunds taken off.
    pub gas_used: u64,
    /// The events, in order; none unless it returned.
    pub logs: Vec<Log>,
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned these bytes.
    Returned(Bytes),
    /// The contract stands at this address.
    Created(Address),
    /// It reverted with these bytes.
    Reverted(Bytes),
    /// It used up all gas, or did what no contract may.
    Halted(HaltReason),
    /// It never started, for example because the sender could not pay the value or the gas limit was too small.
    Invalid(String),
}

impl Receipt {
    /// The returned bytes.
    ///
    /// # Panics
    /// When the transaction did anything else than return, saying what.
    #[track_caller]
    pub fn returned(&self) -> &Bytes {
        match &self.outcome {
            Outcome::Returned(bytes) => bytes,
            other => panic!("the call should have returned: {other:?}"),
        }
    }

    /// The bytes it reverted with.
    ///
    /// # Panics
    /// When the transaction did anything else than revert, saying what.
    #[track_caller]
    pub fn reverted(&self) -> &Bytes {
        match &self.outcome {
            Outcome::Reverted(bytes) => bytes,
            other => panic!("the call should have reverted: {other:?}"),
        }
    }

    pub(super) fn new(result: Result<ExecutionResult, EVMError<Infallible>>) -> Self {
        let result = match result {
            Ok(result) => result,
            Err(error) => {
                return Self {
                    outcome: Outcome::Invalid(error.to_string()),
                    gas_used: 0,
                    logs: Vec::new(),
                };
            }
        };
        let gas_used = result.tx_gas_used();
        let created = result.created_address();
        match result {
            ExecutionResult::Success { output, logs, .. } => {
                let outcome =
                    created.map_or_else(|| Outcome::Returned(output.into_data()), Outcome::Created);
                Self {
                    outcome,
                    gas_used,
                    logs,
                }
            }
            ExecutionResult::Revert { output, .. } => Self {
                outcome: Outcome::Reverted(output),
                gas_used,
                logs: Vec::new(),
            },
            ExecutionResult::Halt { reason, .. } => Self {
                outcome: Outcome::Halted(reason),
                gas_used,
                logs: Vec::new(),
            },
        }
    }
}
