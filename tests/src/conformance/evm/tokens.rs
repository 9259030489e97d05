//! The tokens that a contract keeps: real ones, which only fail when they are told to.

use std::collections::BTreeMap;

use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use alloy_json_abi::JsonAbi;
use revm::primitives::{Address, Bytes, U256};
use xcc::entities::{Chain, Contract};
use xcc::interp::{Action, Call as Made, Called, InstanceState};
use xcc::wire::Value;

use super::deploy::address;
use super::{EvmMachine, Fixed};
use crate::conformance::follow::same;
use crate::conformance::held::held;
use crate::conformance::walk::Trial;
use crate::evm::{Call, Evm, Taken};
use crate::network::Protocol;
use crate::solc;
use crate::tools::ToolError;

const TOKEN: &str = include_str!("../../../suite/features/evm/Token.sol");

/// All that there is of a token.
const WEALTH: U256 = U256::MAX;

/// The tokens of a chain, and how they are spoken to.
pub(super) struct Tokens {
    pub(super) contracts: BTreeMap<Address, Contract>,
    abi: JsonAbi,
}

impl Tokens {
    /// Puts a token where the deployment has each asset that is held on a chain.
    pub(super) fn deploy(
        evm: &mut Evm,
        protocol: Protocol<'_>,
        chain: Chain,
    ) -> Result<Self, ToolError> {
        let contracts = tokens(protocol, chain);
        if contracts.is_empty() {
            let abi = JsonAbi::default();
            return Ok(Tokens { contracts, abi });
        }
        let output = solc::compile(&solc::Input::new([("Token.sol", TOKEN)]))?;
        let contract = output.contract("Token");
        for &token in contracts.keys() {
            let deployed = evm.deploy(super::deploy::DEPLOYER, &contract.creation, &[]);
            let deployed = deployed.unwrap_or_else(|receipt| panic!("{receipt:?}"));
            evm.relocate(deployed, token);
        }
        let abi = serde_json::from_value(contract.abi.clone());
        let abi = abi.unwrap_or_else(|error| panic!("the compiler's own interface: {error}"));
        Ok(Tokens { contracts, abi })
    }

    fn encode(&self, name: &str, arguments: &[DynSolValue]) -> Bytes {
        let function = &self.abi.function(name).expect("the token has it")[0];
        let data = function.abi_encode_input(arguments);
        data.unwrap_or_else(|error| panic!("`{name}`: {error}"))
            .into()
    }

    /// How calls begin that move nothing: they ask what an account has, or say who may take how much of it.
    pub(super) fn questions(&self) -> Vec<[u8; 4]> {
        let names = ["balanceOf", "allowance", "approve"].into_iter();
        let functions = names.filter_map(|name| self.abi.function(name)?.first());
        functions.map(|function| function.selector().0).collect()
    }
}

fn tokens(protocol: Protocol<'_>, chain: Chain) -> BTreeMap<Address, Contract> {
    let program = protocol.program();
    let machines = program.machines.iter();
    let machines = machines.filter(|(_, machine)| machine.chain == chain);
    let assets = machines.flat_map(|(machine, _)| program.assets_of(machine));
    let addresses = &protocol.project().compiled.deployment.contracts;
    let tokens = assets.filter(|&id| !program.declarations.is_native(id));
    tokens.map(|id| (address(addresses[id]), id)).collect()
}

impl Fixed<'_> {
    /// The call that moves a token as the interpreter has it, as the token must get it.
    pub(super) fn movement(&self, call: &Made) -> Option<Bytes> {
        let contracts = &self.protocol.program().declarations.contracts;
        contracts[call.function.contract].asset?;
        if self.is_native(call.function.contract) {
            return None;
        }
        let [Value::Bytes(account), Value::Uint(amount)] = call.args.as_slice() else {
            panic!("{call:?} moves no token");
        };
        let account = DynSolValue::Address(Address::from_slice(account));
        let amount = DynSolValue::Uint(U256::from_limbs(amount.0), 256);
        let own = DynSolValue::Address(self.address);
        Some(match call.function.name.as_str() {
            "take" => self.tokens.encode("transferFrom", &[account, own, amount]),
            "give" => self.tokens.encode("transfer", &[account, amount]),
            other => panic!("`{other}` is none of custody's functions"),
        })
    }
}

impl Fixed<'_> {
    /// Whether there is enough of each token, and of the native currency, for all that the calls of a trial take.
    pub(super) fn is_enough_for(&self, trial: &Trial<'_>) -> bool {
        let mut left: BTreeMap<Contract, U256> = BTreeMap::new();
        let is_start = matches!(trial.transaction.action, Action::Start { .. });
        if is_start && !self.can_be_brought(trial) {
            return false;
        }
        let contracts: Vec<_> = self.tokens.contracts.values().copied().collect();
        let takes = trial.calls.iter().filter(|(call, called)| {
            let is_token = contracts.contains(&call.function.contract);
            is_start && is_token && *called != Called::Failed
        });
        let mut takes = takes.flat_map(|(call, _)| {
            let amounts = call.args.iter().filter_map(|arg| match arg {
                Value::Uint(_) => Some(number(arg)),
                _ => None,
            });
            amounts.map(|amount| (call.function.contract, amount))
        });
        takes.all(|(contract, amount)| {
            let left = left.entry(contract).or_insert(WEALTH);
            let rest = left.checked_sub(amount);
            *left = rest.unwrap_or_default();
            rest.is_some()
        })
    }

    /// What a target takes in a call that spends something.
    pub(super) fn taken(&self, call: &Made) -> Vec<Taken> {
        let contracts = &self.protocol.project().compiled.deployment.contracts;
        let tokens = call.spends.iter();
        let tokens = tokens.filter(|funding| !self.is_native(funding.function.contract));
        let taken = tokens.map(|funding| Taken {
            token: address(contracts[funding.function.contract]),
            from: self.address,
            amount: number(&funding.args[0]),
        });
        taken.collect()
    }
}

/// An amount.
pub(super) fn number(value: &Value) -> U256 {
    match value {
        Value::Uint(amount) => U256::from_limbs(amount.0),
        other => panic!("{other:?} is no amount"),
    }
}

impl EvmMachine<'_> {
    /// Whoever starts an instance has enough of every token, and allows the contract to take it.
    pub(super) fn endow(&mut self, owner: Address) {
        let fixed = &self.fixed;
        for &token in fixed.tokens.contracts.keys() {
            let arguments = [DynSolValue::Address(owner), DynSolValue::Uint(WEALTH, 256)];
            let data = fixed.tokens.encode("setBalance", &arguments);
            self.evm.send(Call::new(owner, token, data)).returned();
            let spender = DynSolValue::Address(fixed.address);
            let arguments = [spender, DynSolValue::Uint(U256::MAX, 256)];
            let data = fixed.tokens.encode("approve", &arguments);
            self.evm.send(Call::new(owner, token, data)).returned();
        }
    }

    /// That the contract has what it took and did not send on, and nothing else.
    pub(super) fn compare_custody(&mut self, kept: &InstanceState) -> Result<(), String> {
        for (token, contract) in self.fixed.tokens.contracts.clone() {
            let own = DynSolValue::Address(self.fixed.address);
            let data = self.fixed.tokens.encode("balanceOf", &[own]);
            let receipt = self.evm.view(Call::new(Address::ZERO, token, data));
            let found = U256::from_be_slice(receipt.returned());
            let held = held(self.fixed.protocol.program(), self.fixed.machine, kept);
            let amounts = held.iter().filter(|(of, _)| *of == contract);
            same(
                "custody",
                found,
                amounts.map(|(_, amount)| number(amount)).sum(),
            )?;
        }
        Ok(())
    }
}
