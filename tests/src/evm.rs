//! An Ethereum chain in memory: revm with mainnet's rules (Osaka), free gas, and a clock and balances the test sets.

mod meter;
mod receipt;
mod script;

use std::collections::BTreeMap;

use revm::context::result::{EVMError, ExecutionResult};
use revm::context::{BlockEnv, TxEnv};
use revm::database::{CacheDB, EmptyDB, InMemoryDB};
use revm::handler::MainnetContext;
use revm::interpreter::interpreter::EthInterpreter;
use revm::primitives::{Address, Bytes, TxKind, U256};
use revm::state::{AccountInfo, Bytecode};
use revm::{
    Context, Database, ExecuteCommitEvm, ExecuteEvm, InspectCommitEvm, InspectEvm, Inspector,
    MainBuilder, MainContext,
};

pub use revm::primitives;

pub use self::meter::Meter;
pub use self::receipt::{Outcome, Receipt};
pub use self::script::{Answer, Received, Script, Taken};

/// The gas a [`Call`] carries unless the test says otherwise; mainnet's cap for one transaction is 2²⁴.
pub const DEFAULT_GAS_LIMIT: u64 = 16_000_000;

/// A chain. A clone is a snapshot: the two go separate ways.
#[derive(Clone, Debug)]
pub struct Evm {
    state: InMemoryDB,
    block: BlockEnv,
    chain_id: u64,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Who sends it.
    pub from: Address,
    /// The contract called; `None` deploys the data as creation code.
    pub to: Option<Address>,
    /// The wei sent along.
    pub value: U256,
    /// The calldata.
    pub data: Bytes,
    /// The gas the transaction may use, its intrinsic cost included.
    pub gas_limit: u64,
}

impl Evm {
    /// An empty chain at block 1, ten thousand seconds after 1970.
    #[must_use]
    pub fn new(chain_id: u64) -> Self {
        let block = BlockEnv {
            number: U256::from(1),
            timestamp: U256::from(10_000),
            ..BlockEnv::default()
        };
        Self {
            state: CacheDB::new(EmptyDB::default()),
            block,
            chain_id,
        }
    }

    /// The EIP-155 chain id.
    #[must_use]
    pub fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The time of the block under way, in seconds since 1970.
    #[must_use]
    pub fn timestamp(&self) -> u64 {
        self.block.timestamp.saturating_to()
    }

    /// Sets the time of the block under way, in seconds since 1970.
    pub fn set_timestamp(&mut self, seconds: u64) {
        self.block.timestamp = U256::from(seconds);
    }

    /// Sets the number of the block under way.
    pub fn set_block_number(&mut self, number: u64) {
        self.block.number = U256::from(number);
    }

    /// The wei at an address.
    #[must_use]
    pub fn balance(&mut self, address: Address) -> U256 {
        self.account(address).balance
    }

    /// Sets the wei at an address.
    pub fn set_balance(&mut self, address: Address, wei: U256) {
        let account = AccountInfo {
            balance: wei,
            ..self.account(address)
        };
        self.state.insert_account_info(address, account);
    }

    /// The code at an address.
    #[must_use]
    pub fn code(&mut self, address: Address) -> Bytes {
        let account = self.account(address);
        let Ok(code) = account
            .code
            .map_or_else(|| self.state.code_by_hash(account.code_hash), Ok);
        code.original_bytes()
    }

    /// One word of a contract's storage.
    #[must_use]
    pub fn storage(&mut self, address: Address, slot: U256) -> U256 {
        let Ok(word) = self.state.storage(address, slot);
        word
    }

    /// All words of a contract's storage that are not zero.
    #[must_use]
    pub fn storage_of(&self, address: Address) -> BTreeMap<U256, U256> {
        let account = self.state.cache.accounts.get(&address);
        let words = account.into_iter().flat_map(|account| &account.storage);
        let words = words.filter(|(_, word)| !word.is_zero());
        words.map(|(slot, word)| (*slot, *word)).collect()
    }

    /// Puts code at an address, as if it had been deployed there.
    pub fn set_code(&mut self, address: Address, code: impl Into<Bytes>) {
        let account = self.account(address);
        let account = account.with_code(Bytecode::new_raw(code.into()));
        self.state.insert_account_info(address, account);
    }

    /// Moves a contract, with all that it keeps, to another address.
    pub fn relocate(&mut self, from: Address, to: Address) {
        if let Some(account) = self.state.cache.accounts.remove(&from) {
            self.state.cache.accounts.insert(to, account);
        }
    }

    /// Deploys creation code with its encoded constructor arguments.
    ///
    /// # Errors
    /// The receipt of a deployment that failed.
    pub fn deploy(
        &mut self,
        from: Address,
        creation: &[u8],
        arguments: &[u8],
    ) -> Result<Address, Receipt> {
        let data = Bytes::from([creation, arguments].concat());
        let receipt = self.send(Call {
            to: None,
            ..Call::new(from, Address::ZERO, data)
        });
        match receipt.outcome {
            Outcome::Created(address) => Ok(address),
            _ => Err(receipt),
        }
    }

    /// Runs a transaction and keeps what it did.
    pub fn send(&mut self, call: Call) -> Receipt {
        let tx = self.transaction(call);
        Receipt::new(self.machine().transact_commit(tx))
    }

    /// Runs a transaction and forgets what it did, as `eth_call` does.
    #[must_use]
    pub fn view(&mut self, call: Call) -> Receipt {
        let tx = self.transaction(call);
        Receipt::new(self.machine().transact(tx).map(|done| done.result))
    }

    /// Runs a transaction in which some contracts answer by a script, and keeps what it did.
    pub fn send_scripted(&mut self, call: Call, script: &mut Script) -> Receipt {
        let tx = self.transaction(call);
        Receipt::new(self.inspected(script).inspect_tx_commit(tx))
    }

    /// The same, and forgets what it did.
    #[must_use]
    pub fn view_scripted(&mut self, call: Call, script: &mut Script) -> Receipt {
        let tx = self.transaction(call);
        let result = self.inspected(script).inspect_tx(tx);
        Receipt::new(result.map(|done| done.result))
    }

    /// Runs a transaction, keeps what it did, and tells the gas of each contract that its own contract called.
    pub fn send_metered(&mut self, call: Call) -> (Receipt, Meter) {
        let (tx, mut meter) = (self.transaction(call), Meter::default());
        let receipt = Receipt::new(self.inspected(&mut meter).inspect_tx_commit(tx));
        (receipt, meter)
    }

    fn account(&mut self, address: Address) -> AccountInfo {
        let Ok(account) = self.state.basic(address);
        account.unwrap_or_default()
    }

    fn machine(
        &mut self,
    ) -> impl ExecuteCommitEvm<
        ExecutionResult = ExecutionResult,
        Tx = TxEnv,
        Error = EVMError<std::convert::Infallible>,
    > + '_ {
        Context::mainnet()
            .with_db(&mut self.state)
            .with_block(self.block.clone())
            .modify_cfg_chained(|config| config.chain_id = self.chain_id)
            .build_mainnet()
    }

    fn inspected<'a, I>(
        &'a mut self,
        inspector: &'a mut I,
    ) -> impl InspectCommitEvm<
        ExecutionResult = ExecutionResult,
        Tx = TxEnv,
        Error = EVMError<std::convert::Infallible>,
    > + 'a
    where
        I: Inspector<MainnetContext<&'a mut InMemoryDB>, EthInterpreter>,
    {
        Context::mainnet()
            .with_db(&mut self.state)
            .with_block(self.block.clone())
            .modify_cfg_chained(|config| config.chain_id = self.chain_id)
            .build_mainnet_with_inspector(inspector)
    }

    /// The sender's nonce is filled in, since revm checks it as a node would.
    fn transaction(&mut self, call: Call) -> TxEnv {
        TxEnv {
            caller: call.from,
            nonce: self.account(call.from).nonce,
            kind: call.to.map_or(TxKind::Create, TxKind::Call),
            value: call.value,
            data: call.data,
            gas_limit: call.gas_limit,
            chain_id: Some(self.chain_id),
            ..TxEnv::default()
        }
    }
}

impl Call {
    /// A call without value, with [`DEFAULT_GAS_LIMIT`].
    pub fn new(from: Address, to: Address, data: impl Into<Bytes>) -> Self {
        Self {
            from,
            to: Some(to),
            value: U256::ZERO,
            data: data.into(),
            gas_limit: DEFAULT_GAS_LIMIT,
        }
    }

    /// The gas that the chain charges before the contract runs: for the transaction and its calldata (EIP-2028).
    #[must_use]
    pub fn intrinsic_gas(&self) -> u64 {
        let bytes = self.data.iter();
        let calldata = bytes.map(|&byte| if byte == 0 { 4 } else { 16 });
        21_000 + calldata.sum::<u64>()
    }

    /// The same call with wei sent along.
    #[must_use]
    pub fn with_value(self, value: U256) -> Self {
        Self { value, ..self }
    }

    /// The same call with another gas limit.
    #[must_use]
    pub fn with_gas_limit(self, gas_limit: u64) -> Self {
        Self { gas_limit, ..self }
    }
}
