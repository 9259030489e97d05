//! What a call needs beside its arguments: currency, accounts, objects and type arguments.

use crate::entities::Constant;

/// What a call needs beside its arguments, by the target's VM. `V` is an expression in the HIR and a value in the IR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding<V> {
    /// The chain's currency sent along, in its smallest unit.
    Evm {
        /// `None` sends nothing.
        value: Option<V>,
    },
    /// The accounts of the instruction, in the order of the interface, nested groups flattened.
    Svm {
        /// One entry for each account of the interface.
        accounts: Vec<AccountBinding<V>>,
    },
    /// The object parameters of the function, and its type arguments.
    Sui {
        /// One entry for each object parameter, in order; `TxContext` is supplied without being listed.
        objects: Vec<ObjectBinding>,
        /// Constants of kind `MoveType`.
        type_arguments: Vec<Constant>,
    },
    /// The object parameters of the function, and its type arguments; signers are supplied without being listed.
    Aptos {
        /// One entry for each `Object<T>` parameter, in order.
        objects: Vec<ObjectBinding>,
        /// Constants of kind `MoveType`.
        type_arguments: Vec<Constant>,
    },
}

/// One account of a Solana call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountBinding<V> {
    /// Its name in the interface; groups are joined with dots.
    pub name: String,
    /// Whether the call may write it.
    pub writable: bool,
    /// Whether the call needs its signature, which only the participant's authority can give.
    pub signer: bool,
    /// Which account it must be.
    pub source: AccountSource<V>,
}

/// How the key of an account is known; the participant checks it before the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountSource<V> {
    /// A deployment constant.
    Constant(Constant),
    /// A key that the interface itself fixes.
    Fixed([u8; 32]),
    /// The participant's signing authority, a PDA of the participant.
    Authority,
    /// The owner of what a coordinator holds, another PDA of its own. No source can name it, and it signs nothing but what leaves custody.
    Custody,
    /// The called program itself, which also stands for an omitted optional account.
    CalledProgram,
    /// The account that pays for the delivery.
    Payer,
    /// An address computed from values of the instance.
    Value(V),
    /// An address derived from seeds.
    Pda {
        /// The deriving program; `None` is the called program.
        program: Option<Box<AccountSource<V>>>,
        /// Its seeds, in order.
        seeds: Vec<Seed<V>>,
    },
    /// The associated token account of an owner.
    AssociatedToken {
        /// The owner's key.
        owner: Box<AccountSource<V>>,
        /// The mint's key.
        mint: Box<AccountSource<V>>,
        /// The token program's key.
        token_program: Box<AccountSource<V>>,
    },
}

/// One seed of a derived address, at most 32 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seed<V> {
    /// Literal bytes.
    Bytes(Vec<u8>),
    /// The key of an account.
    Key(AccountSource<V>),
    /// The Borsh encoding of a value (little-endian integers, raw keys).
    Value(V),
}

/// One object parameter of a Move call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectBinding {
    /// Position among the function's parameters.
    pub parameter: usize,
    /// Its name in the source.
    pub name: String,
    /// Which object it must be.
    pub source: ObjectSource,
}

/// How the identity of an object is known; the participant checks it before the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectSource {
    /// A deployment constant.
    Constant(Constant),
    /// Sui's shared clock at `0x6`, whose type alone proves its identity.
    Clock,
}

impl<V> Binding<V> {
    /// The accounts of a call on Solana; elsewhere there are none.
    pub fn accounts(&self) -> &[AccountBinding<V>] {
        match self {
            Binding::Svm { accounts } => accounts,
            Binding::Evm { .. } | Binding::Sui { .. } | Binding::Aptos { .. } => &[],
        }
    }

    /// The objects of a call on a chain that runs Move; elsewhere there are none.
    pub fn objects(&self) -> &[ObjectBinding] {
        match self {
            Binding::Sui { objects, .. } | Binding::Aptos { objects, .. } => objects,
            Binding::Evm { .. } | Binding::Svm { .. } => &[],
        }
    }

    /// The type arguments of a call on a chain that runs Move; elsewhere there are none.
    pub fn type_arguments(&self) -> &[Constant] {
        match self {
            Binding::Sui { type_arguments, .. } | Binding::Aptos { type_arguments, .. } => {
                type_arguments
            }
            Binding::Evm { .. } | Binding::Svm { .. } => &[],
        }
    }

    /// Visits every value of the instance that the binding uses.
    pub fn for_each_value<'a>(&'a self, visit: &mut impl FnMut(&'a V)) {
        match self {
            Binding::Evm { value } => value.iter().for_each(visit),
            Binding::Svm { accounts } => accounts
                .iter()
                .for_each(|account| account.source.for_each_value(visit)),
            Binding::Sui { .. } | Binding::Aptos { .. } => {}
        }
    }

    /// The same binding with every value replaced.
    pub fn map<W>(&self, map: &mut impl FnMut(&V) -> W) -> Binding<W> {
        match self {
            Binding::Evm { value } => Binding::Evm {
                value: value.as_ref().map(map),
            },
            Binding::Svm { accounts } => Binding::Svm {
                accounts: accounts.iter().map(|account| account.map(map)).collect(),
            },
            Binding::Sui {
                objects,
                type_arguments,
            } => Binding::Sui {
                objects: objects.clone(),
                type_arguments: type_arguments.clone(),
            },
            Binding::Aptos {
                objects,
                type_arguments,
            } => Binding::Aptos {
                objects: objects.clone(),
                type_arguments: type_arguments.clone(),
            },
        }
    }
}

impl<V> AccountBinding<V> {
    fn map<W>(&self, map: &mut impl FnMut(&V) -> W) -> AccountBinding<W> {
        AccountBinding {
            name: self.name.clone(),
            writable: self.writable,
            signer: self.signer,
            source: self.source.map(map),
        }
    }
}

impl<V> AccountSource<V> {
    /// Visits every value of the instance that the account follows from.
    pub fn for_each_value<'a>(&'a self, visit: &mut impl FnMut(&'a V)) {
        match self {
            AccountSource::Value(value) => visit(value),
            AccountSource::Pda { program, seeds } => {
                program
                    .iter()
                    .for_each(|program| program.for_each_value(visit));
                for seed in seeds {
                    match seed {
                        Seed::Bytes(_) => {}
                        Seed::Key(key) => key.for_each_value(visit),
                        Seed::Value(value) => visit(value),
                    }
                }
            }
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => {
                [owner, mint, token_program]
                    .into_iter()
                    .for_each(|source| source.for_each_value(visit));
            }
            AccountSource::Constant(_)
            | AccountSource::Fixed(_)
            | AccountSource::Authority
            | AccountSource::Custody
            | AccountSource::CalledProgram
            | AccountSource::Payer => {}
        }
    }

    fn map<W>(&self, map: &mut impl FnMut(&V) -> W) -> AccountSource<W> {
        match self {
            AccountSource::Constant(constant) => AccountSource::Constant(*constant),
            AccountSource::Fixed(key) => AccountSource::Fixed(*key),
            AccountSource::Authority => AccountSource::Authority,
            AccountSource::Custody => AccountSource::Custody,
            AccountSource::CalledProgram => AccountSource::CalledProgram,
            AccountSource::Payer => AccountSource::Payer,
            AccountSource::Value(value) => AccountSource::Value(map(value)),
            AccountSource::Pda { program, seeds } => AccountSource::Pda {
                program: program.as_ref().map(|program| Box::new(program.map(map))),
                seeds: seeds.iter().map(|seed| seed.map(map)).collect(),
            },
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => AccountSource::AssociatedToken {
                owner: Box::new(owner.map(map)),
                mint: Box::new(mint.map(map)),
                token_program: Box::new(token_program.map(map)),
            },
        }
    }
}

impl<V> Seed<V> {
    fn map<W>(&self, map: &mut impl FnMut(&V) -> W) -> Seed<W> {
        match self {
            Seed::Bytes(bytes) => Seed::Bytes(bytes.clone()),
            Seed::Key(key) => Seed::Key(key.map(map)),
            Seed::Value(value) => Seed::Value(map(value)),
        }
    }
}
