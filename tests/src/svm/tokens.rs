//! Tokens of the real token programs, which litesvm brings along: mints, associated token accounts, and what is in them.
//!
//! Instructions and layouts are those of `spl-token`, `spl-token-2022` and `spl-associated-token-account`.

use solana_address::address;

use super::{AccountMeta, Address, Instruction, Svm};

/// The original token program.
pub const TOKEN: Address = address!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// The Token-2022 program.
pub const TOKEN_2022: Address = address!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
/// The program that creates associated token accounts.
pub const ASSOCIATED_TOKEN: Address = address!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
/// The error of a transfer of more than there is.
pub const INSUFFICIENT_FUNDS: u32 = 1;
/// The error of a transfer between accounts one of which is of another mint.
pub const MINT_MISMATCH: u32 = 3;
/// The error of whoever moves what is not theirs.
pub const OWNER_MISMATCH: u32 = 4;
/// The error of a transfer from or to an account that is frozen.
pub const ACCOUNT_FROZEN: u32 = 17;
/// The error of a transfer that names other decimals than the mint has.
pub const DECIMALS_MISMATCH: u32 = 18;
/// The error of a transfer that names another fee than the mint takes.
pub const FEE_MISMATCH: u32 = 32;

const SYSTEM: Address = address!("11111111111111111111111111111111");

/// The size of a mint without extensions.
const MINT_SIZE: usize = 82;
/// Where extensions begin in a mint: behind a token account's size, and the byte that says what it is.
const EXTENSIONS: usize = 165 + 1;
/// Where the amount stands in a token account: behind its mint and its owner.
const AMOUNT: std::ops::Range<usize> = 64..72;

/// A mint, of which the chain's payer may make tokens, and freeze accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mint {
    /// Its address.
    pub address: Address,
    /// The token program that it is of.
    pub program: Address,
}

/// What a mint of the Token-2022 program may do beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// It takes so many hundredths of a percent of what is moved.
    Fee(u16),
    /// It has this program asked about every transfer.
    Hook(Address),
}

impl Extension {
    /// What has to be asked for before the mint is initialised, and the bytes that are kept of it.
    fn setup(self) -> (Vec<u8>, usize) {
        match self {
            // Nobody may change the fee or collect it; there is no most.
            Extension::Fee(points) => {
                let most = u64::MAX.to_le_bytes();
                let data = [&[26, 0, 0, 0][..], &points.to_le_bytes(), &most].concat();
                (data, 4 + 108)
            }
            // Nobody may change it.
            Extension::Hook(program) => {
                let data = [&[36, 0][..], &[0; 32], program.as_ref()].concat();
                (data, 4 + 64)
            }
        }
    }
}

impl Mint {
    /// Makes a mint, whoever has the key of its address.
    ///
    /// # Panics
    /// When the token program refuses it.
    pub fn create(svm: &mut Svm, mint: Mint, decimals: u8, extension: Option<Extension>) -> Self {
        let authority = svm.payer();
        let setup = extension.map(Extension::setup);
        let size = setup
            .as_ref()
            .map_or(MINT_SIZE, |(_, kept)| EXTENSIONS + kept);
        let own = |data: Vec<u8>| Instruction {
            program_id: mint.program,
            accounts: vec![AccountMeta::new(mint.address, false)],
            data,
        };
        let [lamports, space] = [svm.rent(size), size as u64].map(u64::to_le_bytes);
        let create = Instruction {
            program_id: SYSTEM,
            accounts: [authority, mint.address]
                .map(|key| AccountMeta::new(key, true))
                .to_vec(),
            data: [&[0; 4][..], &lamports, &space, mint.program.as_ref()].concat(),
        };
        let authority = authority.as_ref();
        let initialise = [&[20, decimals][..], authority, &[1], authority].concat();
        let instructions = [create].into_iter();
        let instructions = instructions
            .chain(setup.map(|(data, _)| own(data)))
            .chain([own(initialise)]);
        // Nobody here can sign for the address, so this happens on a copy that believes it.
        let mut copy = svm.clone().credulous();
        let sent = copy.send(&instructions.collect::<Vec<_>>(), &[]);
        sent.unwrap_or_else(|failure| panic!("{failure:?}"));
        let account = copy.account(&mint.address).expect("it was created");
        svm.set_account(mint.address, account);
        mint
    }

    /// The associated token account of somebody.
    #[must_use]
    pub fn account_of(&self, owner: &Address) -> Address {
        associated(owner, &self.address, &self.program)
    }

    /// Creates the associated token account of somebody, unless it is there, as anybody can.
    ///
    /// # Panics
    /// When that fails.
    pub fn open(&self, svm: &mut Svm, owner: &Address) -> Address {
        let payer = svm.payer();
        send(
            svm,
            create_idempotent(&payer, owner, &self.address, &self.program),
        );
        self.account_of(owner)
    }

    /// Makes tokens in a token account.
    ///
    /// # Panics
    /// When that fails.
    pub fn mint_to(&self, svm: &mut Svm, account: &Address, amount: u64) {
        let accounts = [self.address, *account].map(|key| AccountMeta::new(key, false));
        let data = [&[7][..], &amount.to_le_bytes()].concat();
        self.as_authority(svm, &accounts, data);
    }

    /// The instruction by which the owner of a token account gives it to somebody else.
    #[must_use]
    pub fn giving_away(&self, account: &Address, owner: &Address, to: &Address) -> Instruction {
        Instruction {
            program_id: self.program,
            accounts: vec![
                AccountMeta::new(*account, false),
                AccountMeta::new_readonly(*owner, true),
            ],
            // `SetAuthority` of `AccountOwner`.
            data: [&[6, 2, 1][..], to.as_ref()].concat(),
        }
    }

    /// Freezes a token account.
    ///
    /// # Panics
    /// When that fails.
    pub fn freeze(&self, svm: &mut Svm, account: &Address) {
        self.as_authority(svm, &self.frozen(account), vec![10]);
    }

    /// Ends that.
    ///
    /// # Panics
    /// When that fails.
    pub fn thaw(&self, svm: &mut Svm, account: &Address) {
        self.as_authority(svm, &self.frozen(account), vec![11]);
    }

    fn frozen(&self, account: &Address) -> [AccountMeta; 2] {
        [
            AccountMeta::new(*account, false),
            AccountMeta::new_readonly(self.address, false),
        ]
    }

    fn as_authority(&self, svm: &mut Svm, accounts: &[AccountMeta], data: Vec<u8>) {
        let authority = AccountMeta::new_readonly(svm.payer(), true);
        let instruction = Instruction {
            program_id: self.program,
            accounts: [accounts, &[authority]].concat(),
            data,
        };
        send(svm, instruction);
    }
}

/// The associated token account of an owner.
fn associated(owner: &Address, mint: &Address, program: &Address) -> Address {
    let seeds = [owner, program, mint].map(Address::as_ref);
    Address::find_program_address(&seeds, &ASSOCIATED_TOKEN).0
}

/// The instruction by which anybody creates the associated token account of an owner; if it is there, it does nothing.
#[must_use]
pub fn create_idempotent(
    payer: &Address,
    owner: &Address,
    mint: &Address,
    program: &Address,
) -> Instruction {
    let others = [*owner, *mint, SYSTEM, *program].into_iter();
    let accounts = [
        AccountMeta::new(*payer, true),
        AccountMeta::new(associated(owner, mint, program), false),
    ];
    let others = others.map(|key| AccountMeta::new_readonly(key, false));
    Instruction {
        program_id: ASSOCIATED_TOKEN,
        accounts: accounts.into_iter().chain(others).collect(),
        data: vec![1],
    }
}

fn send(svm: &mut Svm, instruction: Instruction) {
    let sent = svm.send(&[instruction], &[]);
    sent.unwrap_or_else(|failure| panic!("{failure:?}"));
}

/// What is in a token account; nothing if there is none.
///
/// # Panics
/// When something else is there.
#[must_use]
pub fn balance(svm: &Svm, account: &Address) -> u64 {
    let account = svm.account(account);
    account.map_or(0, |account| amount_in(&account.data))
}

/// What is in a token account, by its data.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn amount_in(data: &[u8]) -> u64 {
    let bytes = data.get(AMOUNT).expect("a token account");
    u64::from_le_bytes(bytes.try_into().expect("an amount has eight bytes"))
}

/// Changes what is in a token account, in its data.
///
/// # Panics
/// When it is none.
pub fn set_amount(data: &mut [u8], amount: u64) {
    let bytes = data.get_mut(AMOUNT).expect("a token account");
    bytes.copy_from_slice(&amount.to_le_bytes());
}
