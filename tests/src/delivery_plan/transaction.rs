//! Transactions, built as a plan says.

use solana_message::Message;
use solana_signer::Signer;

use super::keys::Finder;
use super::values::Known;
use super::{Account, Instruction, Plan};
use crate::svm::{self, AccountMeta, Address, Keypair, Svm};

/// The compute budget program.
const COMPUTE_BUDGET: Address =
    solana_address::address!("ComputeBudget111111111111111111111111111111");

/// Its instruction that sets the limit of a transaction.
const SET_LIMIT: u8 = 2;

/// Where the status is in a record.
const STATUS_OFFSET: usize = 8;

/// Bytes of a signature.
const SIGNATURE_SIZE: usize = 64;

/// What somebody wants of a program.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The instruction.
    pub instruction: &'r Instruction,
    /// Who pays.
    pub payer: Address,
    /// What guardians signed, if it takes a message.
    pub signed: &'r [u8],
    /// The message that keys follow from: the one that was signed, or what it was before it was damaged beyond reading.
    pub message: &'r [u8],
    /// The arguments that the plan does not know, in Borsh, in order.
    pub arguments: &'r [Vec<u8>],
}

/// A transaction that can be sent.
#[derive(Debug)]
pub struct Prepared {
    /// The name of the instruction.
    pub name: String,
    /// Who pays.
    pub payer: Address,
    /// Who alone may pay, while the step is as it is now.
    pub holder: Option<Address>,
    /// The compute units that it asks for.
    pub compute_units: u32,
    /// The instruction itself.
    pub call: svm::Instruction,
    /// The owners of new keys, who sign.
    pub new: Vec<Keypair>,
    /// What has to go before it: instructions that create the token accounts which must exist, unless they do.
    pub before: Vec<svm::Instruction>,
}

impl Plan {
    /// Builds the transaction for a request, with what is on the chain now.
    #[must_use]
    pub fn prepare(&self, svm: &Svm, request: &Request<'_>) -> Prepared {
        let Request {
            instruction,
            payer,
            signed,
            ..
        } = *request;
        let arguments = instruction.arguments(request.arguments);
        let mut finder = Finder {
            payer,
            signed,
            known: Known {
                message: request.message,
                record: None,
                arguments: &arguments,
            },
            new: Vec::new(),
        };
        let record = self.record(svm, instruction, &mut finder);
        let offset = instruction.status.unwrap_or(STATUS_OFFSET);
        let status = record.as_ref().map(|record| record[offset]);
        let is_now = |statuses: &[u8]| status.is_some_and(|status| statuses.contains(&status));
        finder.known.record = record.as_deref();
        let holder = instruction.holder.as_ref();
        let holder = holder.filter(|holder| match status {
            Some(_) => is_now(&holder.statuses),
            // An instance that is started has no record yet.
            None => instruction.does == "start",
        });
        let holder = holder.map(|holder| finder.key(&holder.key));
        if !instruction.calls.iter().any(|call| is_now(&call.statuses)) {
            finder.known.record = None;
        }
        let before = instruction.open_token_accounts(&mut finder);
        let accounts = instruction.accounts.iter();
        let accounts = accounts.map(|account| account.meta(&mut finder)).collect();
        Prepared {
            name: instruction.name.clone(),
            payer,
            holder,
            compute_units: instruction.compute_units,
            call: svm::Instruction {
                program_id: self.program,
                accounts,
                data: [&instruction.discriminator[..], &arguments].concat(),
            },
            new: finder.new,
            before,
        }
    }

    /// The key of an account that follows from nothing but the plan.
    ///
    /// # Panics
    /// When a message or a record says which it is.
    #[must_use]
    pub fn fixed(&self, account: &Account) -> Address {
        let nothing = Known {
            message: &[],
            record: None,
            arguments: &[],
        };
        let mut finder = Finder {
            payer: Address::default(),
            signed: &[],
            known: nothing,
            new: Vec::new(),
        };
        finder.key(&account.key)
    }

    /// The data of the record of the step, if the program keeps one.
    fn record(
        &self,
        svm: &Svm,
        instruction: &Instruction,
        finder: &mut Finder<'_>,
    ) -> Option<Vec<u8>> {
        let place = instruction.standing("record")?;
        let key = finder.key(&instruction.accounts[place].key);
        let account = svm.account(&key)?;
        (account.owner == self.program).then_some(account.data)
    }
}

impl Instruction {
    /// What creates the token accounts that it needs, as far as anybody knows which they are.
    fn open_token_accounts(&self, finder: &mut Finder<'_>) -> Vec<svm::Instruction> {
        let is_needed = |account: &&Account| self.token_accounts.contains(&account.name);
        let needed: Vec<_> = self.accounts.iter().filter(is_needed).collect();
        assert_eq!(needed.len(), self.token_accounts.len(), "{}", self.name);
        let known = needed
            .into_iter()
            .filter(|account| !account.is_unknown(finder));
        let known: Vec<_> = known.collect();
        let open = known.into_iter().map(|account| finder.open(&account.key));
        open.collect()
    }

    /// The arguments in Borsh: those that the plan knows, and for the others what is given.
    fn arguments(&self, given: &[Vec<u8>]) -> Vec<u8> {
        let nothing = Known {
            message: &[],
            record: None,
            arguments: &[],
        };
        let mut given = given.iter();
        let mut data = Vec::new();
        for argument in &self.arguments {
            match &argument.value {
                Some(value) => data.extend(value.resolve(&nothing)),
                None => {
                    let given = given.next();
                    let missing = || panic!("`{}`, {}, is missing", argument.name, argument.ty);
                    data.extend(given.unwrap_or_else(missing));
                }
            }
        }
        assert!(
            given.next().is_none(),
            "too many arguments of {}",
            self.name
        );
        data
    }
}

impl Account {
    /// Whether its key follows from a record that says nothing of it now.
    fn is_unknown(&self, finder: &Finder<'_>) -> bool {
        self.key.needs_record() && finder.known.record.is_none()
    }

    /// Nobody looks at an account whose key follows from a record while that says nothing of it.
    fn meta(&self, finder: &mut Finder<'_>) -> AccountMeta {
        AccountMeta {
            pubkey: match self.is_unknown(finder) {
                true => Keypair::new().pubkey(),
                false => finder.key(&self.key),
            },
            is_signer: self.signer,
            is_writable: self.writable,
        }
    }
}

impl Prepared {
    /// The instructions of the transaction.
    #[must_use]
    pub fn instructions(&self) -> [svm::Instruction; 2] {
        let budget = svm::Instruction {
            program_id: COMPUTE_BUDGET,
            accounts: Vec::new(),
            data: [&[SET_LIMIT][..], &self.compute_units.to_le_bytes()].concat(),
        };
        [budget, self.call.clone()]
    }

    /// The same transaction, asking for so many compute units.
    #[must_use]
    pub fn with_units(&self, compute_units: u32) -> Self {
        Self {
            name: self.name.clone(),
            call: self.call.clone(),
            new: self.new.iter().map(Keypair::insecure_clone).collect(),
            before: self.before.clone(),
            compute_units,
            ..*self
        }
    }

    /// What is said of its instruction.
    #[must_use]
    pub fn instruction<'p>(&self, plan: &'p Plan) -> &'p Instruction {
        plan.named(&self.name)
    }

    /// How many signatures it has.
    #[must_use]
    pub fn signatures(&self) -> u64 {
        let message = Message::new(&self.instructions(), Some(&self.payer));
        u64::from(message.header.num_required_signatures)
    }

    /// The accounts of the transaction, and its size in bytes.
    #[must_use]
    pub fn extent(&self) -> (Vec<Address>, usize) {
        let message = Message::new(&self.instructions(), Some(&self.payer));
        let signatures = 1 + SIGNATURE_SIZE * usize::from(message.header.num_required_signatures);
        let size = signatures + message.serialize().len();
        (message.account_keys, size)
    }
}
