//! The chain that decides: what only the emitted Solidity coordinator does.

use alloy_dyn_abi::{DynSolValue, Specifier};
use revm::primitives::{Address, U256};
use xcc::wire::Value;

use super::evm::{EvmChain, Means, STRANGER, word};
use super::{By, Claim, Observed, Protocol};
use crate::abi::to_abi;
use crate::evm::Outcome;
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa};

/// The chain, with the coordinator once it is deployed.
pub struct Home {
    /// What it has in common with every EVM chain.
    pub chain: EvmChain,
}

/// How an instance is started.
#[derive(Clone, Debug)]
pub struct Call {
    /// By whom.
    pub from: Address,
    /// With what, in the order of the workflow's inputs.
    pub inputs: Vec<Value>,
}

impl Home {
    /// A chain with Wormhole's number `wormhole`, this guardian, and a fee for each message in wei.
    ///
    /// # Errors
    /// [`ToolError::Missing`] until `tests/install packs` has run.
    pub fn new(
        chain_id: u64,
        wormhole: u16,
        guardian: &Guardian,
        fee: u64,
    ) -> Result<Self, ToolError> {
        let chain = EvmChain::new(chain_id, wormhole, guardian, fee)?;
        Ok(Self { chain })
    }

    /// Deploys the emitted coordinator.
    ///
    /// # Errors
    /// A missing compiler.
    ///
    /// # Panics
    /// When it does not compile, or its constructor fails.
    pub fn deploy_coordinator(&mut self, protocol: Protocol<'_>) -> Result<(), ToolError> {
        self.chain
            .deploy_machine(protocol, protocol.workflow().coordinator)
    }

    /// What starting an instance costs, in wei.
    ///
    /// # Panics
    /// When the coordinator does not say.
    pub fn quote(&mut self) -> U256 {
        self.chain.number("quote", &[])
    }

    /// What an account may claim, in wei.
    ///
    /// # Panics
    /// When the coordinator does not say.
    pub fn credit(&mut self, account: Address) -> U256 {
        let account = DynSolValue::Address(account);
        self.chain.number("credits", &[account])
    }

    /// The number of the phase of an instance.
    ///
    /// # Panics
    /// When the coordinator does not say.
    pub fn phase(&mut self, instance: [u8; 32]) -> u8 {
        self.chain.number("phaseOf", &[word(instance)]).to()
    }

    /// Starts an instance for exactly what it costs, and gives its identity if it began.
    pub(super) fn start(&mut self, start: &Call) -> (Option<[u8; 32]>, Observed) {
        let function = self.chain.function("start");
        let inputs = function
            .inputs
            .first()
            .and_then(|input| input.resolve().ok());
        let inputs = inputs.map(|ty| to_abi(&ty, &Value::Record(start.inputs.clone())));
        let arguments: Vec<_> = inputs.into_iter().collect();
        let fee = self.quote();
        let held = self.chain.evm.balance(start.from);
        self.chain.evm.set_balance(start.from, held + fee);
        let receipt = self.chain.call(start.from, "start", &arguments, fee);
        let instance = match &receipt.outcome {
            Outcome::Returned(bytes) => bytes.first_chunk().copied(),
            _ => None,
        };
        (instance, self.chain.observe(&receipt))
    }

    pub(super) fn cancel(&mut self, by: By, start: &Call, instance: [u8; 32]) -> Observed {
        let from = account(by, start);
        let receipt = self
            .chain
            .call(from, "cancel", &[word(instance)], U256::ZERO);
        self.chain.observe(&receipt)
    }

    pub(super) fn redrive(&mut self, instance: [u8; 32]) -> Observed {
        let fee = self.quote();
        let receipt = self.chain.call(STRANGER, "redrive", &[word(instance)], fee);
        self.chain.observe(&receipt)
    }

    pub(super) fn claim(&mut self, claim: &Claim<'_>, start: &Call) -> Observed {
        self.chain.claim_from(account(claim.by, start), claim)
    }

    /// What follows from a reply was paid for at the start.
    pub(super) fn deliver(&mut self, vaa: &Vaa, gas: u64) -> Observed {
        let wei = U256::ZERO;
        self.chain.deliver(vaa, Means { wei, gas })
    }
}

/// At home the workflows under test hold compensations for who started the instance.
fn account(by: By, start: &Call) -> Address {
    match by {
        By::Initiator | By::Owner => start.from,
        By::Stranger => STRANGER,
    }
}
