//! A Solana chain in memory: litesvm with the real virtual machine, metered, and a clock and balances the test sets.

pub mod script;
pub mod tokens;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use litesvm::LiteSVM;
use litesvm::types::{FailedTransactionMetadata, TransactionMetadata};
use sha2::{Digest, Sha256};
use solana_account::Account;
use solana_clock::Clock;
use solana_message::Message;
use solana_signer::Signer;
use solana_transaction::Transaction;

use crate::spent::Spent;

pub use solana_address::Address;
pub use solana_instruction::{AccountMeta, Instruction};
pub use solana_keypair::Keypair;

/// The compute units a transaction may use unless it asks for more by an instruction of its own: 200,000 an instruction.
pub const DEFAULT_COMPUTE_UNITS: u64 = 200_000;

/// A chain. A clone is a snapshot.
pub struct Svm {
    machine: LiteSVM,
    payer: Keypair,
    /// That of the last transaction that went through.
    receipt: Option<Receipt>,
}

/// What a transaction did.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Every line of log, in order.
    pub logs: Vec<String>,
    /// What the virtual machine counted.
    pub compute_units: u64,
    /// What the last program returned.
    pub return_data: Vec<u8>,
}

/// A transaction that changed nothing but its payer's balance.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The runtime's error, as it prints it: `InstructionError(0, Custom(6000))`.
    pub error: String,
    /// What happened until then.
    pub receipt: Receipt,
}

impl Clone for Svm {
    fn clone(&self) -> Self {
        Self {
            machine: self.machine.clone(),
            payer: self.payer_key(),
            receipt: self.receipt.clone(),
        }
    }
}

impl Default for Svm {
    fn default() -> Self {
        Self::new()
    }
}

impl Svm {
    /// A chain with a rich payer and the usual programs, ten thousand seconds after 1970.
    #[must_use]
    pub fn new() -> Self {
        let mut svm = Self {
            machine: LiteSVM::new(),
            payer: Keypair::new_from_array([0xfe; 32]),
            receipt: None,
        };
        svm.airdrop(&svm.payer.pubkey(), 1_000_000_000_000);
        svm.set_timestamp(10_000);
        svm
    }

    /// The same chain, which believes every transaction that the keys it names signed it.
    #[must_use]
    pub fn credulous(self) -> Self {
        Self {
            machine: self.machine.with_sigverify(false),
            ..self
        }
    }

    /// The virtual machine itself, for what this wrapper does not offer.
    pub fn machine(&mut self) -> &mut LiteSVM {
        &mut self.machine
    }

    /// Who pays for transactions, and signs them besides the given signers.
    #[must_use]
    pub fn payer(&self) -> Address {
        self.payer.pubkey()
    }

    /// The key of who pays for transactions.
    #[must_use]
    pub fn payer_key(&self) -> Keypair {
        self.payer.insecure_clone()
    }

    /// Deploys a program.
    ///
    /// # Panics
    /// When the loader refuses the ELF, saying why.
    pub fn add_program(&mut self, id: Address, elf: &[u8]) {
        self.machine
            .add_program(id, elf)
            .unwrap_or_else(|error| panic!("the loader refuses the program: {error:?}"));
    }

    /// Gives an address lamports out of nothing.
    ///
    /// # Panics
    /// When the amount is less than an empty account must hold.
    pub fn airdrop(&mut self, address: &Address, lamports: u64) {
        self.machine
            .airdrop(address, lamports)
            .unwrap_or_else(|failed| panic!("airdrop: {:?}", failed.err));
    }

    /// The lamports at an address.
    #[must_use]
    pub fn balance(&self, address: &Address) -> u64 {
        self.machine.get_balance(address).unwrap_or_default()
    }

    /// The lamports that an account with so many bytes of data must have to last.
    #[must_use]
    pub fn rent(&self, space: usize) -> u64 {
        self.machine.minimum_balance_for_rent_exemption(space)
    }

    /// The account at an address, unless there is none.
    #[must_use]
    pub fn account(&self, address: &Address) -> Option<Account> {
        self.machine
            .get_account(address)
            .filter(|account| account.lamports > 0)
    }

    /// Every account of a program, by address.
    #[must_use]
    pub fn owned_by(&self, program: &Address) -> BTreeMap<Address, Account> {
        let accounts = self.machine.get_program_accounts(program);
        accounts.into_iter().collect()
    }

    /// Sets an account to anything, as no transaction could: for forged and substituted accounts.
    ///
    /// # Panics
    /// When the virtual machine cannot hold such an account.
    pub fn set_account(&mut self, address: Address, account: Account) {
        self.machine
            .set_account(address, account)
            .unwrap_or_else(|error| panic!("{error:?}"));
    }

    /// The clock's time, in seconds since 1970.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.machine.get_sysvar::<Clock>().unix_timestamp
    }

    /// Sets the clock's time, in seconds since 1970.
    pub fn set_timestamp(&mut self, seconds: i64) {
        let clock = Clock {
            unix_timestamp: seconds,
            ..self.machine.get_sysvar()
        };
        self.machine.set_sysvar(&clock);
    }

    /// What the last transaction did that went through.
    #[must_use]
    pub fn receipt(&self) -> Option<&Receipt> {
        self.receipt.as_ref()
    }

    /// What the last transaction used that went through.
    #[must_use]
    pub fn spent(&self) -> Option<Spent> {
        self.receipt.as_ref().map(Receipt::spent)
    }

    /// Sends one transaction, paid by the payer and signed by these signers. Where the chain is credulous, others need not sign.
    ///
    /// # Errors
    /// The failure, when any instruction fails: then none has happened.
    pub fn send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Receipt, Box<Failure>> {
        let payer = self.payer();
        self.send_paid_by(&payer, instructions, signers)
    }

    /// The same, paid by somebody else.
    ///
    /// # Errors
    /// The failure, when any instruction fails: then none has happened.
    pub fn send_paid_by(
        &mut self,
        payer: &Address,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Receipt, Box<Failure>> {
        // The same transaction twice would be refused as a repetition.
        self.machine.expire_blockhash();
        let mut message = Message::new(instructions, Some(payer));
        message.recent_blockhash = self.machine.latest_blockhash();
        let transaction = self.signed(message, signers);
        match self.machine.send_transaction(transaction) {
            Ok(done) => {
                let receipt = Receipt::new(done);
                self.receipt = Some(receipt.clone());
                Ok(receipt)
            }
            Err(FailedTransactionMetadata { err, meta }) => Err(Box::new(Failure {
                error: format!("{err:?}"),
                receipt: Receipt::new(meta),
            })),
        }
    }
}

impl Svm {
    /// Signs for everyone whose key is known. In the place of the others somebody else signs, which only a credulous chain believes; a
    /// transaction is known by its first signature.
    fn signed(&self, message: Message, signers: &[&Keypair]) -> Transaction {
        let data = message.serialize();
        let stranger = Keypair::new();
        let known = || signers.iter().copied().chain([&self.payer]);
        let places = usize::from(message.header.num_required_signatures);
        let keys = message.account_keys[..places].iter();
        let signatures = keys.map(|key| {
            let signer = known().find(|signer| signer.pubkey() == *key);
            signer.unwrap_or(&stranger).sign_message(&data)
        });
        Transaction {
            signatures: signatures.collect(),
            message,
        }
    }
}

impl Receipt {
    /// The Anchor events, in order: the discriminator of each, and its fields in Borsh.
    #[must_use]
    pub fn events(&self) -> Vec<Vec<u8>> {
        let data = self
            .logs
            .iter()
            .filter_map(|line| line.strip_prefix("Program data: "));
        data.filter_map(|text| STANDARD.decode(text).ok()).collect()
    }

    /// Those of that name, without their discriminators.
    #[must_use]
    pub fn events_named(&self, name: &str) -> Vec<Vec<u8>> {
        let discriminator = discriminator("event", name);
        let events = self.events().into_iter();
        events
            .filter_map(|bytes| bytes.strip_prefix(&discriminator).map(<[u8]>::to_vec))
            .collect()
    }

    /// The compute units: all, and those of the programs that the transaction itself calls, without the programs that these call.
    /// The virtual machine writes down what each program used that is not built in; built-in ones count with their caller.
    ///
    /// # Panics
    /// When the log was cut, so that not all of that is there.
    #[must_use]
    pub fn spent(&self) -> Spent {
        assert!(!self.logs.iter().any(|line| line == "Log truncated"));
        let mut depth = 0_usize;
        let (mut outer, mut inner) = (0, 0);
        for line in &self.logs {
            if let Some(level) = invoked(line) {
                depth = level;
            } else if let Some(units) = consumed(line) {
                match depth {
                    1 => outer += units,
                    2 => inner += units,
                    _ => {}
                }
            } else if is_end(line) {
                depth = depth.saturating_sub(1);
            }
        }
        Spent {
            whole: self.compute_units,
            own: outer - inner,
        }
    }

    fn new(meta: TransactionMetadata) -> Self {
        Self {
            logs: meta.logs,
            compute_units: meta.compute_units_consumed,
            return_data: meta.return_data.data,
        }
    }
}

/// The depth of a program that begins: `Program … invoke [2]`.
fn invoked(line: &str) -> Option<usize> {
    let (_, depth) = line.strip_prefix("Program ")?.split_once(" invoke [")?;
    depth.strip_suffix(']')?.parse().ok()
}

/// What a program used that is about to end: `Program … consumed 1200 of 500000 compute units`.
fn consumed(line: &str) -> Option<u64> {
    let (_, rest) = line.strip_prefix("Program ")?.split_once(" consumed ")?;
    let (units, _) = rest.split_once(" of ")?;
    units.parse().ok()
}

/// Whether a program ends: `Program … success`.
fn is_end(line: &str) -> bool {
    line.starts_with("Program ") && line.ends_with(" success")
}

/// Anchor's eight bytes for a name in a namespace: `global` for instructions, `account`, `event`.
#[must_use]
pub fn discriminator(namespace: &str, name: &str) -> [u8; 8] {
    let hash = Sha256::digest(format!("{namespace}:{name}"));
    std::array::from_fn(|index| hash[index])
}

/// The data of an Anchor instruction: its discriminator and its arguments in Borsh.
///
/// # Panics
/// When the arguments cannot be serialized, which no plain data type does.
#[must_use]
pub fn anchor_data(name: &str, arguments: &impl borsh::BorshSerialize) -> Vec<u8> {
    let mut data = discriminator("global", name).to_vec();
    arguments.serialize(&mut data).expect("plain data");
    data
}
