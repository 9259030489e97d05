//! Emitted Solidity in step with the interpreter: revm, Wormhole's real core, and signed messages. The other chains' machines are not
//! there; what they would say is signed as if they had.

mod calls;
mod compare;
mod deploy;
mod native;
mod tokens;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use alloy_dyn_abi::{DynSolValue, JsonAbiExt, Specifier};
use alloy_json_abi::JsonAbi;
use revm::primitives::{Address, U256};
use sha2::{Digest, Sha256};
use xcc::backend::names::camel_case;
use xcc::entities::{self, Machine};
use xcc::interp::{Action, Delivery, Instance, Rejected};
use xcc::ir::{Role, Trigger};
use xcc::wire::Value;

use super::follow::Follower;
use super::peers::{Peers, vaa};
use super::walk::{Step, Trial};
use crate::abi::to_abi;
use crate::evm::{Call, Evm, Outcome, Received};
use crate::network::Protocol;
use crate::network::evm::word;
use crate::wormhole_evm::Core;

use self::tokens::Tokens;

pub use self::deploy::deploy;

/// Wormhole's fee for a message, in wei.
const FEE: U256 = U256::from_limbs([1_000, 0, 0, 0]);

/// The wei that everybody has: more than any transaction takes along.
const WEALTH: U256 = U256::from_limbs([0, 0, 1, 0]);

/// What every transaction costs at least, in gas.
const LEAST_GAS: u64 = 21_000;
/// Far more gas than any transaction under test needs.
const AMPLE_GAS: u64 = 2_000_000;

/// An emitted contract in step with the interpreter.
#[derive(Clone)]
pub struct EvmMachine<'p> {
    fixed: Rc<Fixed<'p>>,
    evm: Evm,
    /// The instance, once it is known.
    instance: Instance,
}

/// The emitter of a message, and its bytes.
type Said = ([u8; 32], Vec<u8>);

/// What stays the same.
struct Fixed<'p> {
    protocol: Protocol<'p>,
    machine: Machine,
    address: Address,
    abi: JsonAbi,
    core: Core,
    /// The contracts that it may call.
    targets: Vec<Address>,
    /// What it may keep.
    tokens: Tokens,
    /// Each machine as Wormhole knows it.
    peers: Peers,
    /// What the guardian signed so far.
    signed: RefCell<HashMap<Said, Vec<u8>>>,
    /// The ways through handlers that were tried with less gas.
    tried: RefCell<HashSet<String>>,
}

impl Follower for EvmMachine<'_> {
    /// What the contract keeps and owns. Its own address and the other contracts never change.
    fn digest(&mut self) -> [u8; 32] {
        let address = self.fixed.address;
        let balance = self.evm.balance(address);
        let state = (self.evm.storage_of(address), balance, self.instance);
        Sha256::digest(format!("{state:?}")).into()
    }

    /// A token sends no transaction, and nobody has more of one than there is.
    fn can_be_sent(&self, trial: &Trial<'_>) -> bool {
        let caller = Address::from_slice(&trial.transaction.caller);
        !self.fixed.tokens.contracts.contains_key(&caller) && self.fixed.is_enough_for(trial)
    }

    fn follow(&mut self, trial: &Trial<'_>) -> Result<(), String> {
        if matches!(trial.result, Err(Rejected::NoEntry)) {
            return self.lacks(&trial.transaction.action);
        }
        if self.fixed.is_impossible(trial) {
            return Ok(());
        }
        if let Ok(step) = &trial.result
            && !trial.calls.is_empty()
            && self.fixed.tried.borrow_mut().insert(step.way(&trial.calls))
        {
            self.try_less_gas(trial, step)?;
        }
        self.run(trial)
    }
}

impl<'p> EvmMachine<'p> {
    fn run(&mut self, trial: &Trial<'_>) -> Result<(), String> {
        let call = self.call(trial);
        let before = self.evm.balance(self.fixed.address);
        let value = call.value;
        let mut script = self.fixed.script(trial);
        let receipt = self.evm.send_scripted(call, &mut script);
        let step = match &trial.result {
            Err(rejected) => return self.compare_rejection(rejected, &receipt, trial, &script),
            Ok(step) => step,
        };
        self.instance = step.outcome.instance;
        self.compare_outcome(&step.outcome, &receipt)?;
        self.compare_calls(trial, &script)?;
        let kept = step.bench.network.machines().machine(self.fixed.machine);
        self.compare_state(&kept.instance(&self.instance))?;
        self.compare_custody(&kept.instance(&self.instance))?;
        self.compare_balance(before + value, trial)
    }

    /// With every limit that is not enough the transaction changes nothing, and with every other it does the same.
    fn try_less_gas(&mut self, trial: &Trial<'_>, step: &Step<'_>) -> Result<(), String> {
        let (mut short, mut enough) = (LEAST_GAS, AMPLE_GAS);
        while enough - short > 2_000 {
            let limit = (short + enough) / 2;
            let call = self.call(trial).with_gas_limit(limit);
            let mut script = self.fixed.script(trial);
            let receipt = self.evm.view_scripted(call, &mut script);
            if !matches!(receipt.outcome, Outcome::Returned(_)) {
                short = limit;
                continue;
            }
            enough = limit;
            self.compare_outcome(&step.outcome, &receipt)
                .and_then(|()| self.compare_calls(trial, &script))
                .map_err(|what| format!("with {limit} gas: {what}"))?;
        }
        Ok(())
    }

    /// The contract has no entry point for this.
    fn lacks(&self, action: &Action) -> Result<(), String> {
        let named = |what: &str, step: entities::Step| {
            let step = &self.fixed.protocol.program().steps[step].name;
            let name = camel_case(&format!("{what}_{step}"));
            self.fixed.abi.function(&name).is_none()
        };
        let lacks = match action {
            // There is one entry for all messages.
            Action::Deliver(_) => false,
            Action::Expire(_) => self.fixed.abi.function("expire").is_none(),
            Action::Park(_) => self.fixed.abi.function("park").is_none(),
            Action::Cancel { .. } => self.fixed.abi.function("cancel").is_none(),
            Action::Redrive { .. } => self.fixed.abi.function("redrive").is_none(),
            Action::Start { .. } => self.fixed.abi.function("start").is_none(),
            Action::Claim { step, .. } => named("claim", *step),
            Action::Attempt { step, .. } => {
                let names = ["attempt", "undo", "finalise"];
                names.iter().all(|name| named(name, *step))
            }
            Action::ExpireStep { step, .. } => named("expire", *step),
            Action::ParkStep { step, .. } => named("park", *step),
        };
        match lacks {
            true => Ok(()),
            false => Err(format!("there is an entry point for {action:?}")),
        }
    }

    /// The transaction as it is sent, at the time it is sent.
    fn call(&mut self, trial: &Trial<'_>) -> Call {
        let transaction = &trial.transaction;
        self.evm.set_timestamp(transaction.now);
        let caller = Address::from_slice(&transaction.caller);
        if matches!(transaction.action, Action::Start { .. }) {
            self.endow(caller);
        }
        let (data, mut value) = self.data(&transaction.action);
        if matches!(transaction.action, Action::Start { .. }) {
            value += self.fixed.brought(trial);
        }
        self.evm.set_balance(caller, WEALTH);
        Call::new(caller, self.fixed.address, data).with_value(value)
    }

    /// The calldata, and the wei that come with it. An instance pays at its start for all that its coordinator sends once; who has it
    /// sent again, or delivers to a participant, pays for what follows.
    fn data(&mut self, action: &Action) -> (Vec<u8>, U256) {
        let is_home =
            self.fixed.protocol.program().machines[self.fixed.machine].role == Role::Coordinator;
        let free = U256::ZERO;
        match action {
            Action::Start { inputs } => (self.fixed.start(inputs), self.number("quote", &[])),
            Action::Deliver(delivery) => {
                let signed = DynSolValue::Bytes(self.fixed.sign(delivery));
                let data = self.fixed.encode("deliver", &[signed]);
                (data, if is_home { free } else { FEE })
            }
            Action::Cancel { instance } => (self.fixed.encode("cancel", &[word(*instance)]), free),
            Action::Redrive { instance } => {
                let data = self.fixed.encode("redrive", &[word(*instance)]);
                (data, self.number("quote", &[]))
            }
            Action::Claim { step, instance } => {
                let handler = self.fixed.claim(*step);
                (self.fixed.encode(&handler, &[word(*instance)]), free)
            }
            Action::Expire(_)
            | Action::Park(_)
            | Action::Attempt { .. }
            | Action::ExpireStep { .. }
            | Action::ParkStep { .. } => unreachable!("the EVM has no such entry"),
        }
    }

    /// What a view of the contract says.
    fn number(&mut self, name: &str, arguments: &[DynSolValue]) -> U256 {
        let data = self.fixed.encode(name, arguments);
        let receipt = self
            .evm
            .view(Call::new(Address::ZERO, self.fixed.address, data));
        U256::from_be_slice(receipt.returned())
    }
}

impl Fixed<'_> {
    fn encode(&self, name: &str, arguments: &[DynSolValue]) -> Vec<u8> {
        let function = self.abi.function(name).and_then(|all| all.first());
        let function = function.unwrap_or_else(|| panic!("the contract has no `{name}`"));
        let data = function.abi_encode_input(arguments);
        data.unwrap_or_else(|error| panic!("`{name}`: {error}"))
    }

    fn start(&self, inputs: &[Value]) -> Vec<u8> {
        let function = &self
            .abi
            .function("start")
            .expect("a coordinator starts instances")[0];
        let types = function.inputs.iter().map(|input| input.resolve());
        let types = types.map(|ty| ty.expect("the compiler's own interface"));
        let inputs = Value::Record(inputs.to_vec());
        let arguments: Vec<_> = types.map(|ty| to_abi(&ty, &inputs)).collect();
        self.encode("start", &arguments)
    }

    /// The name of the entry that takes the claim of a step's compensation.
    fn claim(&self, step: entities::Step) -> String {
        let trigger = Trigger::Claim(step);
        let program = self.protocol.program();
        let handler = program.handler_of(self.machine, trigger);
        let handler = handler.expect("what cannot be claimed has no entry");
        camel_case(&program.handlers[handler].name)
    }

    /// The message as the guardian signs it for whom it is from.
    fn sign(&self, delivery: &Delivery) -> Vec<u8> {
        let mut signed = self.signed.borrow_mut();
        let vaa = vaa(&self.peers, delivery);
        let known = signed.entry((vaa.emitter_address, vaa.payload.clone()));
        known.or_insert_with(|| self.core.sign(&vaa)).clone()
    }
}
