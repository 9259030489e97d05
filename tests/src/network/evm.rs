//! An EVM chain: an emitted contract in revm, on Wormhole's real core contracts.

mod home;

use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use alloy_json_abi::{Error, Function, JsonAbi};
use revm::primitives::{Address, B256, Log, U256, keccak256};
use xcc::backend::names::camel_case;
use xcc::entities::Machine;

pub use self::home::{EvmHome, Executor};
use super::{Announced, Ask, BEGINNING, By, Delivery, Observed, Peer, Protocol};
use crate::evm::{self, Evm, Outcome, Receipt};
use crate::solc;
use crate::spent::Spent;
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa, evm_emitter};
use crate::wormhole_evm::{Core, Published};

/// Whom the workflows under test hold compensations for, on the chains that are not home.
pub const OWNER: Address = Address::repeat_byte(0x0e);
/// Who deploys everything.
const DEPLOYER: Address = Address::repeat_byte(0xd1);
/// Who delivers, and asks for messages again.
const STRANGER: Address = Address::repeat_byte(0x57);

/// The chain, with an emitted machine once it is deployed.
pub struct EvmChain {
    /// The virtual machine, for what a test asks of target contracts.
    pub evm: Evm,
    core: Core,
    /// Wormhole's fee for a message, in wei.
    fee: U256,
    machine: Option<Deployed>,
    /// The errors that the contracts on this chain declare.
    errors: Vec<Error>,
    /// What the last transaction of the machine used.
    spent: Option<Spent>,
}

#[derive(Clone, Debug)]
struct Deployed {
    address: Address,
    abi: JsonAbi,
}

/// What a delivery brings along.
#[derive(Clone, Copy, Debug)]
struct Means {
    /// Wei for the messages that follow.
    wei: U256,
    /// The gas of the transaction.
    gas: u64,
}

impl EvmChain {
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
        let mut evm = Evm::new(chain_id);
        evm.set_timestamp(BEGINNING);
        let guardians = std::slice::from_ref(guardian);
        let mut core = Core::deploy(&mut evm, wormhole, guardians)?;
        let fee = U256::from(fee);
        core.set_message_fee(&mut evm, fee);
        evm.set_balance(STRANGER, U256::from(10).pow(U256::from(18)));
        Ok(Self {
            evm,
            core,
            fee,
            machine: None,
            errors: Vec::new(),
            spent: None,
        })
    }

    /// Wormhole's core.
    #[must_use]
    pub fn core(&self) -> Address {
        self.core.address
    }

    /// The machine's address.
    ///
    /// # Panics
    /// Before it is deployed.
    #[must_use]
    pub fn address(&self) -> Address {
        self.deployed().address
    }

    /// The machine as Wormhole knows it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        Peer {
            chain: self.core.chain,
            emitter: evm_emitter(self.address().into_array()),
        }
    }

    /// Deploys a contract without constructor arguments.
    ///
    /// # Panics
    /// When its constructor fails.
    pub fn deploy(&mut self, contract: &solc::Contract) -> Address {
        let abi: JsonAbi = serde_json::from_value(contract.abi.clone())
            .unwrap_or_else(|error| panic!("the contract's interface: {error}"));
        self.errors.extend(abi.errors().cloned());
        let deployed = self.evm.deploy(DEPLOYER, &contract.creation, &[]);
        deployed.unwrap_or_else(|receipt| panic!("{receipt:?}"))
    }

    /// Deploys an emitted machine.
    ///
    /// # Errors
    /// A missing compiler.
    ///
    /// # Panics
    /// When it does not compile, or its constructor fails.
    pub fn deploy_machine(
        &mut self,
        protocol: Protocol<'_>,
        machine: Machine,
    ) -> Result<(), ToolError> {
        let output = solc::compile(&protocol.project().solidity(&[]))?;
        let name = protocol.contract(machine);
        let contract = output.contract(&name);
        let abi = serde_json::from_value(contract.abi.clone())
            .unwrap_or_else(|error| panic!("the interface of {name}: {error}"));
        let address = self.deploy(contract);
        self.machine = Some(Deployed { address, abi });
        Ok(())
    }

    /// Tells the machine its peers.
    ///
    /// # Panics
    /// When it refuses them.
    pub fn wire(&mut self, peers: &[Peer], fingerprint: [u8; 32]) {
        let arguments = wiring(peers, fingerprint);
        let receipt = self.call(DEPLOYER, "wire", &arguments, U256::ZERO);
        receipt.returned();
    }

    /// The messages a transaction published through the core, in order.
    #[must_use]
    pub fn published(&self, receipt: &Receipt) -> Vec<Published> {
        self.core.published(receipt)
    }

    /// The time, in seconds since 1970.
    #[must_use]
    pub fn timestamp(&self) -> u64 {
        self.evm.timestamp()
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: u64) {
        self.evm.set_timestamp(self.evm.timestamp() + seconds);
    }

    /// The number of the status of a step, by number.
    ///
    /// # Panics
    /// When the machine does not say.
    #[must_use]
    pub fn status(&mut self, instance: [u8; 32], step: u16) -> u8 {
        let step = DynSolValue::Uint(U256::from(step), 16);
        self.number("statusOf", &[word(instance), step]).to()
    }

    #[track_caller]
    pub(super) fn assert_status(
        &mut self,
        instance: [u8; 32],
        (name, number): (&str, u16),
        status: u8,
    ) {
        assert_eq!(self.status(instance, number), status, "{name}");
    }

    /// Whoever delivers to a participant pays for its answer.
    pub(super) fn deliver_paid(&mut self, vaa: &Vaa, gas: u64) -> Observed {
        self.deliver(vaa, Means { wei: self.fee, gas })
    }

    fn deliver(&mut self, vaa: &Vaa, means: Means) -> Observed {
        let signed = DynSolValue::Bytes(self.core.sign(vaa));
        let data = self.encode("deliver", &[signed]);
        let call = evm::Call::new(STRANGER, self.address(), data);
        let call = call.with_value(means.wei).with_gas_limit(means.gas);
        let receipt = self.send(call);
        self.observe(&receipt)
    }

    /// A participant has one entry for every message.
    pub(super) fn take(&mut self, delivery: &Delivery<'_>) -> Observed {
        self.deliver_paid(delivery.vaa, evm::DEFAULT_GAS_LIMIT)
    }

    pub(super) fn ask(&mut self, ask: &Ask<'_>) -> Observed {
        let from = match ask.by {
            By::Owner => OWNER,
            By::Initiator | By::Stranger => STRANGER,
        };
        let name = camel_case(ask.entry);
        let receipt = self.call(from, &name, &[word(ask.instance)], U256::ZERO);
        self.observe(&receipt)
    }

    fn call(
        &mut self,
        from: Address,
        name: &str,
        arguments: &[DynSolValue],
        value: U256,
    ) -> Receipt {
        let data = self.encode(name, arguments);
        let call = evm::Call::new(from, self.address(), data);
        self.send(call.with_value(value))
    }

    /// What the last transaction used that was sent to the machine.
    pub(super) fn spent(&self) -> Option<Spent> {
        self.spent
    }

    /// Sends a transaction to the machine, and measures it.
    fn send(&mut self, call: evm::Call) -> Receipt {
        let intrinsic = call.intrinsic_gas();
        let (receipt, meter) = self.evm.send_metered(call);
        let whole = receipt.gas_used;
        let own = whole.saturating_sub(intrinsic + meter.total());
        self.spent = Some(Spent { whole, own });
        receipt
    }

    fn number(&mut self, name: &str, arguments: &[DynSolValue]) -> U256 {
        let data = self.encode(name, arguments);
        let call = evm::Call::new(STRANGER, self.address(), data);
        U256::from_be_slice(self.evm.view(call).returned())
    }

    fn function(&self, name: &str) -> Function {
        let functions = self.deployed().abi.function(name);
        let function = functions.and_then(|overloads| overloads.first());
        function
            .unwrap_or_else(|| panic!("the machine has no `{name}`"))
            .clone()
    }

    fn observe(&self, receipt: &Receipt) -> Observed {
        match &receipt.outcome {
            Outcome::Returned(_) => Observed::Done {
                changes: receipt
                    .logs
                    .iter()
                    .filter_map(|log| self.announced(log))
                    .collect(),
                published: self
                    .core
                    .published(receipt)
                    .iter()
                    .map(|published| self.core.observe(&self.evm, published))
                    .collect(),
            },
            Outcome::Reverted(bytes) => Observed::Rejected(self.error(bytes)),
            other => Observed::Rejected(format!("{other:?}")),
        }
    }

    fn encode(&self, name: &str, arguments: &[DynSolValue]) -> Vec<u8> {
        let data = self.function(name).abi_encode_input(arguments);
        data.unwrap_or_else(|error| panic!("`{name}`: {error}"))
    }

    fn deployed(&self) -> &Deployed {
        self.machine
            .as_ref()
            .expect("the machine is deployed first")
    }

    fn announced(&self, log: &Log) -> Option<Announced> {
        if log.address != self.address() {
            return None;
        }
        let number = || *log.data.data.last().expect("a status or phase is a word");
        match log.topics() {
            [topic, _, step] if *topic == keccak256("StepChanged(bytes32,uint16,uint8)") => {
                Some(Announced::Step(U256::from_be_bytes(step.0).to(), number()))
            }
            [topic, _] if *topic == keccak256("InstanceChanged(bytes32,uint8)") => {
                Some(Announced::Phase(number()))
            }
            _ => None,
        }
    }

    /// The name of the error a revert carries, or its bytes if no contract here declares it.
    fn error(&self, bytes: &[u8]) -> String {
        let selector = bytes.get(..4).unwrap_or_default();
        let mut errors = self.errors.iter();
        let known = errors.find(|error| error.selector().as_slice() == selector);
        known.map_or_else(
            || format!("0x{}", hex::encode(bytes)),
            |error| error.name.clone(),
        )
    }
}

/// What `wire` takes. A machine that is alone has no peers to be told of.
pub(crate) fn wiring(peers: &[Peer], fingerprint: [u8; 32]) -> Vec<DynSolValue> {
    if peers.is_empty() {
        return vec![word(fingerprint)];
    }
    let peers = peers.iter().map(|peer| {
        let chain = DynSolValue::Uint(U256::from(peer.chain), 16);
        DynSolValue::Tuple(vec![chain, word(peer.emitter)])
    });
    vec![DynSolValue::Array(peers.collect()), word(fingerprint)]
}

/// 32 bytes as the ABI has them.
pub(crate) fn word(bytes: [u8; 32]) -> DynSolValue {
    DynSolValue::FixedBytes(B256::from(bytes), 32)
}
