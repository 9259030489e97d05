//! The chain that decides: the emitted Solidity coordinator in revm, on Wormhole's real core contracts.

use alloy_dyn_abi::{DynSolType, DynSolValue, JsonAbiExt, Specifier};
use alloy_json_abi::{Function, JsonAbi};
use revm::primitives::{Address, B256, Log, U256, keccak256};
use xcc::wire::Value;

use super::{Announced, BEGINNING, By, Observed, Peer, Protocol};
use crate::evm::{self, Evm, Outcome, Receipt};
use crate::solc;
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa, evm_emitter};
use crate::wormhole_evm::Core;

/// Who deploys everything.
const DEPLOYER: Address = Address::repeat_byte(0xd1);
/// Who delivers, and asks for messages again.
const STRANGER: Address = Address::repeat_byte(0x57);

/// The chain, with the coordinator once it is deployed.
pub struct Home {
    /// The virtual machine, for what a test asks of target contracts.
    pub evm: Evm,
    core: Core,
    coordinator: Option<Coordinator>,
}

/// How an instance is started.
#[derive(Clone, Debug)]
pub struct Call {
    /// By whom.
    pub from: Address,
    /// With what, in the order of the workflow's inputs.
    pub inputs: Vec<Value>,
}

#[derive(Clone, Debug)]
struct Coordinator {
    address: Address,
    abi: JsonAbi,
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
        let mut evm = Evm::new(chain_id);
        evm.set_timestamp(BEGINNING);
        let guardians = std::slice::from_ref(guardian);
        let mut core = Core::deploy(&mut evm, wormhole, guardians)?;
        core.set_message_fee(&mut evm, U256::from(fee));
        evm.set_balance(STRANGER, U256::from(10).pow(U256::from(18)));
        Ok(Self {
            evm,
            core,
            coordinator: None,
        })
    }

    /// Wormhole's core.
    #[must_use]
    pub fn core(&self) -> Address {
        self.core.address
    }

    /// The coordinator's address.
    ///
    /// # Panics
    /// Before it is deployed.
    #[must_use]
    pub fn coordinator(&self) -> Address {
        self.deployed().address
    }

    /// The address it publishes from.
    #[must_use]
    pub fn emitter(&self) -> [u8; 32] {
        evm_emitter(self.coordinator().into_array())
    }

    /// Deploys a contract without constructor arguments.
    ///
    /// # Panics
    /// When its constructor fails.
    pub fn deploy(&mut self, contract: &solc::Contract) -> Address {
        let deployed = self.evm.deploy(DEPLOYER, &contract.creation, &[]);
        deployed.unwrap_or_else(|receipt| panic!("{receipt:?}"))
    }

    /// Deploys the emitted coordinator.
    ///
    /// # Errors
    /// A missing compiler.
    ///
    /// # Panics
    /// When it does not compile, or its constructor fails.
    pub fn deploy_coordinator(&mut self, protocol: Protocol<'_>) -> Result<(), ToolError> {
        let output = solc::compile(&protocol.project().solidity(&[]))?;
        let name = format!("{}Coordinator", protocol.workflow().name);
        let contract = output.contract(&name);
        let abi = serde_json::from_value(contract.abi.clone())
            .unwrap_or_else(|error| panic!("the interface of {name}: {error}"));
        let address = self.deploy(contract);
        self.coordinator = Some(Coordinator { address, abi });
        Ok(())
    }

    /// Tells the coordinator its peers.
    ///
    /// # Panics
    /// When it refuses them.
    pub fn wire(&mut self, peers: &[Peer], fingerprint: [u8; 32]) {
        let peers = peers.iter().map(|peer| {
            let chain = DynSolValue::Uint(U256::from(peer.chain), 16);
            DynSolValue::Tuple(vec![chain, word(peer.emitter)])
        });
        let arguments = [DynSolValue::Array(peers.collect()), word(fingerprint)];
        let receipt = self.call(DEPLOYER, "wire", &arguments, U256::ZERO);
        receipt.returned();
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

    /// What starting an instance costs, in wei.
    ///
    /// # Panics
    /// When the coordinator does not say.
    pub fn quote(&mut self) -> U256 {
        self.number("quote", &[])
    }

    /// What an account may claim, in wei.
    ///
    /// # Panics
    /// When the coordinator does not say.
    pub fn credit(&mut self, account: Address) -> U256 {
        self.number("credits", &[DynSolValue::Address(account)])
    }

    /// The number of the phase of an instance.
    ///
    /// # Panics
    /// When the coordinator does not say.
    pub fn phase(&mut self, instance: [u8; 32]) -> u8 {
        self.number("phaseOf", &[word(instance)]).to()
    }

    /// The number of the status of a step, by number.
    ///
    /// # Panics
    /// When the coordinator does not say.
    pub fn status(&mut self, instance: [u8; 32], step: u16) -> u8 {
        let step = DynSolValue::Uint(U256::from(step), 16);
        self.number("statusOf", &[word(instance), step]).to()
    }

    /// Starts an instance for exactly what it costs, and gives its identity if it began.
    pub(super) fn start(&mut self, start: &Call) -> (Option<[u8; 32]>, Observed) {
        let function = self.function("start");
        let inputs = function
            .inputs
            .first()
            .and_then(|input| input.resolve().ok());
        let inputs = inputs.map(|ty| coerce(&ty, &Value::Record(start.inputs.clone())));
        let arguments: Vec<_> = inputs.into_iter().collect();
        let fee = self.quote();
        let held = self.evm.balance(start.from);
        self.evm.set_balance(start.from, held + fee);
        let receipt = self.call(start.from, "start", &arguments, fee);
        let instance = match &receipt.outcome {
            Outcome::Returned(bytes) => bytes.first_chunk().copied(),
            _ => None,
        };
        (instance, self.observe(&receipt))
    }

    pub(super) fn cancel(&mut self, by: By, start: &Call, instance: [u8; 32]) -> Observed {
        let from = match by {
            By::Initiator => start.from,
            By::Stranger => STRANGER,
        };
        let receipt = self.call(from, "cancel", &[word(instance)], U256::ZERO);
        self.observe(&receipt)
    }

    pub(super) fn redrive(&mut self, instance: [u8; 32]) -> Observed {
        let fee = self.quote();
        let receipt = self.call(STRANGER, "redrive", &[word(instance)], fee);
        self.observe(&receipt)
    }

    pub(super) fn deliver(&mut self, vaa: &Vaa) -> Observed {
        let signed = DynSolValue::Bytes(self.core.sign(vaa));
        let receipt = self.call(STRANGER, "deliver", &[signed], U256::ZERO);
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
        let call = evm::Call::new(from, self.coordinator(), data);
        self.evm.send(call.with_value(value))
    }

    fn number(&mut self, name: &str, arguments: &[DynSolValue]) -> U256 {
        let data = self.encode(name, arguments);
        let call = evm::Call::new(STRANGER, self.coordinator(), data);
        U256::from_be_slice(self.evm.view(call).returned())
    }

    fn encode(&self, name: &str, arguments: &[DynSolValue]) -> Vec<u8> {
        let data = self.function(name).abi_encode_input(arguments);
        data.unwrap_or_else(|error| panic!("`{name}`: {error}"))
    }

    fn function(&self, name: &str) -> Function {
        let functions = self.deployed().abi.function(name);
        let function = functions.and_then(|overloads| overloads.first());
        function
            .unwrap_or_else(|| panic!("the coordinator has no `{name}`"))
            .clone()
    }

    fn deployed(&self) -> &Coordinator {
        self.coordinator
            .as_ref()
            .expect("the coordinator is deployed first")
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

    fn announced(&self, log: &Log) -> Option<Announced> {
        if log.address != self.coordinator() {
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

    /// The name of the error a revert carries, or its bytes if the coordinator declares none such.
    fn error(&self, bytes: &[u8]) -> String {
        let selector = bytes.get(..4).unwrap_or_default();
        let mut errors = self.deployed().abi.errors();
        let known = errors.find(|error| error.selector().as_slice() == selector);
        known.map_or_else(
            || format!("0x{}", hex::encode(bytes)),
            |error| error.name.clone(),
        )
    }
}

fn word(bytes: [u8; 32]) -> DynSolValue {
    DynSolValue::FixedBytes(B256::from(bytes), 32)
}

/// A value of the language as Solidity takes it.
fn coerce(ty: &DynSolType, value: &Value) -> DynSolValue {
    match (ty, value) {
        (DynSolType::Bool, Value::Bool(value)) => DynSolValue::Bool(*value),
        (DynSolType::Uint(bits), Value::Uint(value)) => {
            let mut bytes = [0; 32];
            value.to_big_endian(&mut bytes);
            DynSolValue::Uint(U256::from_be_bytes(bytes), *bits)
        }
        (DynSolType::Address, Value::Bytes(bytes)) => {
            DynSolValue::Address(Address::from_slice(bytes))
        }
        (DynSolType::FixedBytes(size), Value::Bytes(bytes)) => {
            let mut padded = [0; 32];
            padded[..bytes.len()].copy_from_slice(bytes);
            DynSolValue::FixedBytes(B256::from(padded), *size)
        }
        (DynSolType::Bytes, Value::Bytes(bytes)) => DynSolValue::Bytes(bytes.clone()),
        (DynSolType::String, Value::String(text)) => DynSolValue::String(text.clone()),
        (DynSolType::Array(element), Value::List(values)) => {
            DynSolValue::Array(values.iter().map(|value| coerce(element, value)).collect())
        }
        (DynSolType::Tuple(types), Value::Record(values)) => {
            let fields = types.iter().zip(values);
            DynSolValue::Tuple(fields.map(|(ty, value)| coerce(ty, value)).collect())
        }
        (ty, value) => panic!("{value:?} is no {ty}"),
    }
}
