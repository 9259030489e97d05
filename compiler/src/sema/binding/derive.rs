//! Addresses that the IDL says how to derive, and addresses that everyone knows.

use super::accounts::{Accounts, Found};
use crate::hir::{AccountSource, Expr, ExprKind, Seed};
use crate::import::asset::{TOKEN_2022_PROGRAM, TOKEN_PROGRAM};
use crate::import::{Pda, Seed as IdlSeed};
use crate::sema::check::Checker;
use crate::sema::limits::{MAX_SEED_BYTES, MAX_SEEDS};
use crate::sema::names::translated;
use crate::sema::same::is_same_value;
use crate::sema::symbols::Declared;
use crate::types::Type;

/// Addresses of programs and sysvars by the names Anchor programs give them; from the Solana program library.
const WELL_KNOWN: &[(&str, &str)] = &[
    ("system_program", "11111111111111111111111111111111"),
    ("token_program", TOKEN_PROGRAM),
    ("token_program_2022", TOKEN_2022_PROGRAM),
    ("token_2022_program", TOKEN_2022_PROGRAM),
    (
        "associated_token_program",
        "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
    ),
    (
        "memo_program",
        "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr",
    ),
    ("rent", "SysvarRent111111111111111111111111111111111"),
    ("clock", "SysvarC1ock11111111111111111111111111111111"),
];

impl Checker<'_> {
    /// The address that the IDL derives; `None` if it needs what a participant cannot know, such as data of an account.
    pub(super) fn derive_pda(&mut self, accounts: &mut Accounts<'_>, pda: &Pda) -> Found {
        let mut seeds = Vec::new();
        for seed in &pda.seeds {
            match self.derive_seed(accounts, seed)? {
                Some(seed) => seeds.push(seed),
                None => return Ok(None),
            }
        }
        if seeds.is_empty() || seeds.len() > MAX_SEEDS {
            return Ok(None);
        }
        let program = match &pda.program {
            None => None,
            Some(seed) => match self.derive_program(accounts, seed)? {
                Some(program) => Some(Box::new(program)),
                None => return Ok(None),
            },
        };
        Ok(Some(AccountSource::Pda { program, seeds }))
    }

    fn derive_seed(
        &mut self,
        accounts: &mut Accounts<'_>,
        seed: &IdlSeed,
    ) -> Declared<Option<Seed<Expr>>> {
        match seed {
            IdlSeed::Const(bytes) if bytes.len() <= MAX_SEED_BYTES => {
                Ok(Some(Seed::Bytes(bytes.clone())))
            }
            IdlSeed::Account {
                account: Some(place),
                fields,
                ..
            } if fields.is_empty() => Ok(self.find_account(accounts, *place)?.map(Seed::Key)),
            IdlSeed::Param {
                param: Some(param),
                fields,
                ..
            } => {
                let Some(arg) = accounts.args.get(*param) else {
                    return Ok(None);
                };
                let value = self.member(arg.clone()?, fields);
                Ok(value.filter(|value| value.ty.is_seed()).map(Seed::Value))
            }
            IdlSeed::Const(_) | IdlSeed::Account { .. } | IdlSeed::Param { .. } => Ok(None),
        }
    }

    fn derive_program(&mut self, accounts: &mut Accounts<'_>, seed: &IdlSeed) -> Found {
        match seed {
            IdlSeed::Const(bytes) => Ok(<[u8; 32]>::try_from(bytes.as_slice())
                .ok()
                .map(AccountSource::Fixed)),
            IdlSeed::Account {
                account: Some(place),
                fields,
                ..
            } if fields.is_empty() => self.find_account(accounts, *place),
            IdlSeed::Account { .. } | IdlSeed::Param { .. } => Ok(None),
        }
    }

    /// The field at the end of a path, if records lead there.
    fn member(&self, base: Expr, path: &[String]) -> Option<Expr> {
        path.iter().try_fold(base, |base, name| {
            let Type::Record(record) = base.ty else {
                return None;
            };
            let fields = &self.declarations.records[record].fields;
            let index = fields
                .iter()
                .position(|field| translated(&field.name) == translated(name))?;
            let (ty, span) = (fields[index].ty.clone(), base.span);
            Some(Expr {
                kind: ExprKind::Field(Box::new(base), index),
                ty,
                span,
            })
        })
    }
}

/// Whether an address follows from other accounts and from arguments.
pub(super) fn is_derivable(pda: &Pda) -> bool {
    let known = |seed: &IdlSeed| match seed {
        IdlSeed::Const(bytes) => bytes.len() <= MAX_SEED_BYTES,
        IdlSeed::Account {
            account, fields, ..
        } => account.is_some() && fields.is_empty(),
        IdlSeed::Param { param, .. } => param.is_some(),
    };
    pda.seeds.iter().chain(&pda.program).all(known)
}

/// The address of the program or sysvar that programs call by this name.
pub(super) fn well_known(path: &str) -> Option<[u8; 32]> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let (_, address) = WELL_KNOWN.iter().find(|(known, _)| *known == name)?;
    decode(address)
}

/// The associated token program, and the token program it derives with by default.
pub(super) fn token_program() -> AccountSource<Expr> {
    well_known_program("token_program")
}

/// The program that programs call by a name of the table.
pub(in crate::sema) fn well_known_program(name: &str) -> AccountSource<Expr> {
    AccountSource::Fixed(well_known(name).unwrap_or_default())
}

fn decode(address: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let length = bs58::decode(address).onto(&mut bytes).ok()?;
    (length == bytes.len()).then_some(bytes)
}

/// Whether two bindings name the same account, wherever they are written.
pub(super) fn is_same_account(one: &AccountSource<Expr>, other: &AccountSource<Expr>) -> bool {
    use AccountSource::{AssociatedToken, Pda as Derived, Value};
    match (one, other) {
        (Value(one), Value(other)) => is_same_value(one, other),
        (
            Derived {
                program: p1,
                seeds: s1,
            },
            Derived {
                program: p2,
                seeds: s2,
            },
        ) => {
            let programs = match (p1, p2) {
                (None, None) => true,
                (Some(one), Some(other)) => is_same_account(one, other),
                _ => false,
            };
            programs
                && s1.len() == s2.len()
                && s1
                    .iter()
                    .zip(s2)
                    .all(|(one, other)| is_same_seed(one, other))
        }
        (
            AssociatedToken {
                owner: o1,
                mint: m1,
                token_program: t1,
            },
            AssociatedToken {
                owner: o2,
                mint: m2,
                token_program: t2,
            },
        ) => is_same_account(o1, o2) && is_same_account(m1, m2) && is_same_account(t1, t2),
        _ => one == other,
    }
}

fn is_same_seed(one: &Seed<Expr>, other: &Seed<Expr>) -> bool {
    match (one, other) {
        (Seed::Bytes(one), Seed::Bytes(other)) => one == other,
        (Seed::Key(one), Seed::Key(other)) => is_same_account(one, other),
        (Seed::Value(one), Seed::Value(other))
        | (Seed::Key(AccountSource::Value(one)), Seed::Value(other))
        | (Seed::Value(one), Seed::Key(AccountSource::Value(other))) => is_same_value(one, other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_well_known_address_is_one() {
        for (name, _) in WELL_KNOWN {
            assert!(well_known(name).is_some(), "{name}");
        }
        assert_eq!(well_known("swap.system_program"), Some([0; 32]));
        assert_eq!(well_known("pool"), None);
    }
}
