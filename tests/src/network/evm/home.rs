//! Home on an EVM chain: what only the emitted Solidity coordinator does.

use alloy_dyn_abi::{DynSolValue, Specifier};
use revm::primitives::{Address, U256};
use xcc::backend::names::camel_case;
use xcc::wire::Value;

use super::{EvmChain, Means, STRANGER, word};
use crate::abi::to_abi;
use crate::evm::{self, DEFAULT_GAS_LIMIT, Outcome, Receipt};
use crate::network::home::Start;
use crate::network::{Ask, Call, Delivery, Expected, Home, Observed, Peer, Protocol};
use crate::spent::Spent;
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa, evm_emitter};

/// The chain, with the coordinator once it is deployed.
pub struct EvmHome {
    /// What it has in common with every EVM chain.
    pub chain: EvmChain,
    /// What makes the initiator start instances if it is a contract.
    pub executor: Option<Executor>,
}

/// Sends whatever transactions make a contract send a call, and gives the receipt of the one in which it does.
pub type Executor = Box<dyn Fn(&mut EvmChain, evm::Call) -> Receipt>;

impl EvmHome {
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
        Ok(chain.into())
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

    /// What follows from a reply was paid for at the start.
    pub(in crate::network) fn deliver_with_gas(&mut self, vaa: &Vaa, gas: u64) -> Observed {
        let wei = U256::ZERO;
        self.chain.deliver(vaa, Means { wei, gas })
    }
}

impl From<EvmChain> for EvmHome {
    fn from(chain: EvmChain) -> Self {
        let executor = None;
        Self { chain, executor }
    }
}

impl Home for EvmHome {
    type Account = Address;

    fn peer(&self) -> Peer {
        self.chain.peer()
    }

    fn coordinator(&self) -> [u8; 32] {
        Self::address(&self.chain.address())
    }

    fn address(account: &Address) -> [u8; 32] {
        evm_emitter(account.into_array())
    }

    fn timestamp(&self) -> u64 {
        self.chain.timestamp()
    }

    fn pass(&mut self, seconds: u64) {
        self.chain.pass(seconds);
    }

    fn spent(&self) -> Option<Spent> {
        self.chain.spent()
    }

    /// For exactly what it costs.
    #[track_caller]
    fn start(&mut self, start: &Start<'_, Address>, _: &Expected) -> Observed {
        let call = start.call;
        let function = self.chain.function("start");
        let inputs = function
            .inputs
            .first()
            .and_then(|input| input.resolve().ok());
        let inputs = inputs.map(|ty| to_abi(&ty, &Value::Record(call.inputs.clone())));
        let arguments: Vec<_> = inputs.into_iter().collect();
        let fee = self.quote();
        let held = self.chain.evm.balance(call.from);
        self.chain.evm.set_balance(call.from, held + fee);
        let data = self.chain.encode("start", &arguments);
        let started = evm::Call::new(call.from, self.chain.address(), data).with_value(fee);
        let receipt = match &self.executor {
            Some(execute) => execute(&mut self.chain, started),
            None => self.chain.send(started),
        };
        // A contract that starts it keeps the identity to itself; whatever is published has it.
        if let (Outcome::Returned(bytes), None) = (&receipt.outcome, &self.executor) {
            assert_eq!(bytes.first_chunk(), Some(&start.instance), "the identity");
        }
        self.chain.observe(&receipt)
    }

    fn ask(&mut self, ask: &Ask<'_>, call: &Call<Address>, _: &Expected) -> Observed {
        let from = *call.account(ask.by, &STRANGER);
        let fee = match ask.does {
            "redrive" => self.quote(),
            _ => U256::ZERO,
        };
        let arguments = [word(ask.instance)];
        let receipt = self
            .chain
            .call(from, &camel_case(ask.entry), &arguments, fee);
        self.chain.observe(&receipt)
    }

    fn deliver(&mut self, delivery: &Delivery<'_>, _: &Expected) -> Observed {
        self.deliver_with_gas(delivery.vaa, DEFAULT_GAS_LIMIT)
    }

    #[track_caller]
    fn assert_status(&mut self, instance: [u8; 32], step: (&str, u16), status: u8) {
        self.chain.assert_status(instance, step, status);
    }

    #[track_caller]
    fn assert_phase(&mut self, instance: [u8; 32], phase: u8) {
        assert_eq!(self.phase(instance), phase);
    }
}
