//! The accounts of an Anchor instruction: flags, fixed addresses and program-derived addresses.

use std::fmt;
use std::str::FromStr;

use anchor_lang_idl::types as idl;

use crate::import::interface::Param;

/// The address of a Solana account.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pubkey(pub [u8; 32]);

/// One account that an instruction takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SvmAccount {
    /// Its name; one inside a group is written `group.name`.
    pub path: String,
    /// Whether the instruction may change it.
    pub writable: bool,
    /// Whether it must sign.
    pub signer: bool,
    /// Whether the program's own id may stand for its absence.
    pub optional: bool,
    /// The only address it may have, such as a program's.
    pub address: Option<Pubkey>,
    /// How its address is derived, if the IDL says so in a readable way.
    pub pda: Option<Pda>,
    /// The accounts that hold its address in one of their fields (Anchor's `has_one`), by name as the IDL writes it.
    pub relations: Vec<String>,
}

/// A program-derived address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pda {
    /// The seeds in order, without the bump.
    pub seeds: Vec<Seed>,
    /// The program that owns the address; the called program if absent.
    pub program: Option<Seed>,
}

/// One seed of a program-derived address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seed {
    /// These bytes.
    Const(Vec<u8>),
    /// The address of an account of the same instruction, or a field of its data.
    Account {
        /// The account, as an index into the instruction's accounts; absent if the IDL names none of them.
        account: Option<usize>,
        /// The path of the field in the account's data; empty for the address itself.
        fields: Vec<String>,
        /// The IDL type of the account's data, if a field of it is read.
        ty: Option<String>,
        /// The path as the IDL writes it.
        path: String,
    },
    /// A parameter of the instruction, or a field of one, encoded as Borsh does.
    Param {
        /// The parameter, as an index into the signature's parameters; absent if the IDL names none of them.
        param: Option<usize>,
        /// The path of the field in the parameter; empty for the whole.
        fields: Vec<String>,
        /// The path as the IDL writes it.
        path: String,
    },
}

/// Flattens the accounts of an instruction, and resolves the seeds of their addresses.
///
/// # Errors
///
/// The index of the top-level account at fault, and the reason.
pub(super) fn flatten(
    items: &[idl::IdlInstructionAccountItem],
    params: &[Param],
) -> Result<Vec<SvmAccount>, (usize, String)> {
    let mut flat = Vec::new();
    for (place, item) in items.iter().enumerate() {
        flatten_item(item, "", &mut flat).map_err(|reason| (place, reason))?;
    }
    let paths: Vec<String> = flat.iter().map(|(path, _)| path.clone()).collect();
    let account = |(path, account): (String, &idl::IdlInstructionAccount)| {
        let scope = SeedScope {
            paths: &paths,
            params,
            group: path.rsplit_once('.').map_or("", |(group, _)| group),
        };
        let pda = account.pda.as_ref().map(|pda| scope.pda(pda));
        let address = account
            .address
            .as_deref()
            .map(|text| text.parse().map_err(|reason| (0, reason)))
            .transpose()?;
        Ok(SvmAccount {
            writable: account.writable,
            signer: account.signer,
            optional: account.optional,
            relations: account.relations.clone(),
            path,
            address,
            pda,
        })
    };
    flat.into_iter().map(account).collect()
}

type Flat<'a> = Vec<(String, &'a idl::IdlInstructionAccount)>;

fn flatten_item<'a>(
    item: &'a idl::IdlInstructionAccountItem,
    group: &str,
    flat: &mut Flat<'a>,
) -> Result<(), String> {
    let join = |name: &str| {
        if group.is_empty() {
            name.to_owned()
        } else {
            format!("{group}.{name}")
        }
    };
    match item {
        idl::IdlInstructionAccountItem::Single(account) => {
            let path = join(&account.name);
            if flat.iter().any(|(other, _)| *other == path) {
                return Err(format!("account `{path}` is there twice"));
            }
            if let Some(Err(reason)) = account.address.as_deref().map(Pubkey::from_str) {
                return Err(format!("account `{path}`: {reason}"));
            }
            flat.push((path, account));
            Ok(())
        }
        idl::IdlInstructionAccountItem::Composite(accounts) => {
            let group = join(&accounts.name);
            accounts
                .accounts
                .iter()
                .try_for_each(|item| flatten_item(item, &group, flat))
        }
    }
}

/// What the paths of seeds can name.
struct SeedScope<'a> {
    paths: &'a [String],
    params: &'a [Param],
    group: &'a str,
}

impl SeedScope<'_> {
    fn pda(&self, pda: &idl::IdlPda) -> Pda {
        Pda {
            seeds: pda.seeds.iter().map(|seed| self.seed(seed)).collect(),
            program: pda.program.as_ref().map(|seed| self.seed(seed)),
        }
    }

    fn seed(&self, seed: &idl::IdlSeed) -> Seed {
        match seed {
            idl::IdlSeed::Const(constant) => Seed::Const(constant.value.clone()),
            idl::IdlSeed::Arg(arg) => {
                let (first, fields) = split_path(&arg.path);
                let param = self
                    .params
                    .iter()
                    .position(|param| param.name.as_deref() == Some(first));
                Seed::Param {
                    param,
                    fields,
                    path: arg.path.clone(),
                }
            }
            idl::IdlSeed::Account(account) => {
                let (index, fields) = self.find_account(&account.path);
                Seed::Account {
                    account: index,
                    fields,
                    ty: account.account.clone(),
                    path: account.path.clone(),
                }
            }
        }
    }

    /// Finds the account that a path starts with: in the own group first, then in the groups around it.
    fn find_account(&self, path: &str) -> (Option<usize>, Vec<String>) {
        let mut group = self.group;
        loop {
            let full = if group.is_empty() {
                path.to_owned()
            } else {
                format!("{group}.{path}")
            };
            let starts =
                |account: &String| full == *account || full.starts_with(&format!("{account}."));
            if let Some(index) = self.paths.iter().position(starts) {
                let rest = full[self.paths[index].len()..].trim_start_matches('.');
                return (
                    Some(index),
                    rest.split('.')
                        .filter(|part| !part.is_empty())
                        .map(str::to_owned)
                        .collect(),
                );
            }
            if group.is_empty() {
                return (None, split_path(path).1);
            }
            group = group.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }
}

fn split_path(path: &str) -> (&str, Vec<String>) {
    let mut parts = path.split('.');
    let first = parts.next().unwrap_or_default();
    (first, parts.map(str::to_owned).collect())
}

impl FromStr for Pubkey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        match bs58::decode(text).onto(&mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(format!("`{text}` is no Solana address")),
        }
    }
}

/// In base 58.
impl fmt::Display for Pubkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bs58::encode(self.0).into_string())
    }
}

impl fmt::Debug for Pubkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pubkey({self})")
    }
}
