//! Contracts that exist already, and what only functions of one VM have.

use xcc::entities::Chain;
use xcc::types::Type;

/// A contract with an interface file of its own.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its name in the source.
    pub name: String,
    /// Where it is deployed.
    pub chain: Chain,
    /// Whether the interface file has the second of the formats that its VM's tools write.
    pub other_format: bool,
    /// What it can be asked for.
    pub functions: Vec<Function>,
}

/// A function of a contract.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The parameters that arguments stand for.
    pub params: Vec<Param>,
    /// What it returns.
    pub results: Vec<Returned>,
    /// Whether the interface says that it only reads.
    pub reads: bool,
    /// What its VM wants to know beside.
    pub extras: Extras,
}

/// A parameter, by the greatest type of the language that its values can have.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// Its width in the interface, where that is one the language lacks.
    pub odd_bits: Option<u16>,
}

/// A result, by the least type of the language that holds its values.
#[derive(Clone, Debug)]
pub struct Returned {
    /// Its name in the interface, if it has one there.
    pub name: Option<String>,
    /// The type; the source bounds what has no bound in the interface.
    pub ty: Type,
    /// Its width in the interface, where that is one the language lacks.
    pub odd_bits: Option<u16>,
}

/// What only functions of one VM have.
#[derive(Clone, Debug)]
pub enum Extras {
    /// A Solidity function.
    Evm {
        /// Whether it takes the chain's currency.
        payable: bool,
        /// Whether one that only reads does not even read the chain's state.
        pure: bool,
    },
    /// An Anchor instruction.
    Svm {
        /// Its accounts.
        accounts: Vec<Account>,
    },
    /// A Move function on Sui.
    Sui {
        /// Its object parameters, before all others: whether each is changed.
        objects: Vec<bool>,
        /// How many assets it takes by value, after its objects: coins in turn with balances.
        assets: u32,
        /// Whether it takes the clock.
        clock: bool,
        /// Whether it takes the transaction's context.
        context: bool,
        /// How many type parameters it has.
        generics: u32,
    },
    /// A Move function on Aptos.
    Aptos {
        /// Whether it takes the caller's signer.
        signer: bool,
        /// How many assets it takes by value, after its objects.
        assets: u32,
        /// How many objects it takes.
        objects: u32,
        /// How many type parameters it has; objects are of the first, if there is one.
        generics: u32,
    },
}

/// An account of an Anchor instruction.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Whether it may be changed.
    pub writable: bool,
    /// How it is known.
    pub role: AccountRole,
}

/// How an account is known.
#[derive(Clone, Debug)]
pub enum AccountRole {
    /// The source binds it.
    Bound,
    /// It signs; the source says who that is.
    Signer,
    /// It may be left out; the source says so or binds it.
    Optional,
    /// The interface fixes it: this address.
    Fixed(&'static str),
    /// The interface derives it.
    Derived(Vec<IdlSeed>),
}

/// A seed in an interface.
#[derive(Clone, Debug)]
pub enum IdlSeed {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The key of another account.
    Account(String),
    /// The value of a parameter.
    Param(String),
}

impl Function {
    /// Whether it takes assets by value.
    #[must_use]
    pub fn takes_assets(&self) -> bool {
        matches!(
            self.extras,
            Extras::Sui { assets: 1.., .. } | Extras::Aptos { assets: 1.., .. }
        )
    }

    /// Whether an account is derived from the argument for a parameter.
    #[must_use]
    pub fn derives_from(&self, param: &str) -> bool {
        let Extras::Svm { accounts } = &self.extras else {
            return false;
        };
        let roles = accounts.iter().map(|account| &account.role);
        let mut seeds = roles.flat_map(|role| match role {
            AccountRole::Derived(seeds) => seeds.as_slice(),
            _ => &[],
        });
        seeds.any(|seed| matches!(seed, IdlSeed::Param(name) if name == param))
    }
}
