//! Who takes part in an instance: every account that its inputs and the deployment name, and somebody who has no part in anything.

use crate::entities::Chain;
use crate::interp::Setting;
use crate::interp::schedule::Account;
use crate::ir::{Program, Workflow};
use crate::types::Type;
use crate::wire::Value;
use crate::wire::layout::address_size;

/// The name of somebody who has no part in anything.
pub const STRANGER: &str = "stranger";

/// Somebody who has no part in anything.
pub const NOBODY: Account = Account(u8::MAX);

/// The accounts of one instance.
#[derive(Clone, Debug)]
pub struct Accounts<'p> {
    program: &'p Program,
    known: Vec<Known>,
}

#[derive(Clone, Debug)]
struct Known {
    chain: Chain,
    name: String,
    address: Vec<u8>,
}

impl<'p> Accounts<'p> {
    /// The inputs that are addresses, by their names, then the constants that are, as `@NAME`.
    pub fn new(
        program: &'p Program,
        workflow: Workflow,
        setting: &Setting,
        inputs: &[Value],
    ) -> Self {
        let mut accounts = Accounts {
            program,
            known: Vec::new(),
        };
        let fields = program.workflows[workflow].inputs.iter();
        for (field, value) in fields.zip(inputs) {
            if let Type::Address(chain) = field.ty {
                accounts.add(chain, &field.name, value);
            }
        }
        for (constant, value) in &setting.constants {
            let data = &program.declarations.constants[*constant];
            accounts.add(data.chain, &format!("@{}", data.name), value);
        }
        accounts
    }

    fn add(&mut self, chain: Chain, name: &str, value: &Value) {
        if let Value::Bytes(address) = value {
            self.add_address(chain, name, address.clone());
        }
    }

    /// Adds an account that neither the inputs nor the deployment name.
    pub fn add_address(&mut self, chain: Chain, name: &str, address: Vec<u8>) {
        self.known.push(Known {
            chain,
            name: name.to_owned(),
            address,
        });
    }

    fn on(&self, chain: Chain) -> impl Iterator<Item = &Known> {
        self.known.iter().filter(move |known| known.chain == chain)
    }

    /// Every known address on a chain, in order.
    pub fn addresses(&self, chain: Chain) -> Vec<Vec<u8>> {
        self.on(chain).map(|known| known.address.clone()).collect()
    }

    /// How many accounts of a chain are known.
    pub fn count(&self, chain: Chain) -> u8 {
        self.on(chain).count().min(usize::from(NOBODY.0)) as u8
    }

    fn get(&self, chain: Chain, account: Account) -> Option<&Known> {
        self.on(chain).nth(usize::from(account.0))
    }

    /// The address of an account; that of a stranger if it is not known.
    pub fn address(&self, chain: Chain, account: Account) -> Vec<u8> {
        let known = self.get(chain, account);
        known.map_or_else(|| self.stranger(chain), |known| known.address.clone())
    }

    fn stranger(&self, chain: Chain) -> Vec<u8> {
        let size = address_size(self.program.declarations.chains[chain].vm);
        vec![0x5a; size as usize]
    }

    /// The name of an account.
    pub fn name(&self, chain: Chain, account: Account) -> &str {
        self.get(chain, account)
            .map_or(STRANGER, |known| known.name.as_str())
    }

    /// The account of this name on a chain.
    pub fn find(&self, chain: Chain, name: &str) -> Option<Account> {
        if name == STRANGER {
            return Some(NOBODY);
        }
        let position = self.on(chain).position(|known| known.name == name);
        position.map(|position| Account(position as u8))
    }

    /// The name of a known account with this address, on any chain.
    pub fn name_of(&self, address: &[u8]) -> Option<&str> {
        let mut known = self.known.iter();
        let found = known.find(|known| known.address == address);
        found.map(|known| known.name.as_str())
    }
}
