//! Accounts of Solana calls: bound by the author, fixed by the IDL, derived from it, or well known.

use std::collections::HashMap;

use super::derive::{is_derivable, is_same_account, well_known};
use crate::hir::{AccountBinding, AccountSource, Binding, Expr};
use crate::import::{Home, SvmAccount, SvmFunction};
use crate::sema::call::Site;
use crate::sema::check::Checker;
use crate::sema::errors::BindingError;
use crate::sema::symbols::{ContractSymbol, Declared};
use crate::source::Span;
use crate::syntax::ast::{self, FieldValue};

/// The account of a call, if anything tells it.
pub(super) type Found = Declared<Option<AccountSource<Expr>>>;

/// The accounts of one call while they are being found.
pub(super) struct Accounts<'s> {
    pub(super) site: Site<'s>,
    pub(super) contract: &'s ContractSymbol,
    pub(super) accounts: &'s [SvmAccount],
    pub(super) args: &'s [Declared<Expr>],
    /// What the author bound, by the account's place.
    explicit: HashMap<usize, &'s ast::Expr>,
    found: Vec<State>,
}

#[derive(Clone)]
enum State {
    Open,
    /// Being derived: an account that needs itself cannot be.
    Busy,
    Done(Found),
}

impl Checker<'_> {
    pub(super) fn bind_accounts(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        function: &SvmFunction,
        args: &[Declared<Expr>],
    ) -> Declared<Binding<Expr>> {
        let clause = site.options.accounts.as_ref();
        let entries: &[FieldValue] = clause.map_or(&[], |clause| &clause.value);
        let explicit = self.match_accounts(site, function, entries);
        let mut accounts = Accounts {
            site,
            contract,
            accounts: &function.accounts,
            args,
            explicit: explicit?,
            found: vec![State::Open; function.accounts.len()],
        };
        let span = clause.map_or(site.call.span, |clause| clause.span);
        let bound = self.bind_all(&mut accounts, span);
        Ok(Binding::Svm { accounts: bound? })
    }

    /// Finds the place of each account that the author bound. Inside a group `group.name` may be written `group_name`,
    /// or `name` if no other group has one.
    fn match_accounts<'e>(
        &mut self,
        site: Site<'_>,
        function: &SvmFunction,
        entries: &'e [FieldValue],
    ) -> Declared<HashMap<usize, &'e ast::Expr>> {
        let mut places: HashMap<usize, &FieldValue> = HashMap::new();
        let mut fault = None;
        for entry in entries {
            match place_of(&function.accounts, &entry.name.value) {
                Some(place) => {
                    if let Some(first) = places.insert(place, entry) {
                        let (name, first) = (entry.name.clone(), first.name.span);
                        fault = Some(self.report(BindingError::Repeated { name, first }));
                    }
                }
                None => {
                    let known = function
                        .accounts
                        .iter()
                        .map(|account| written(&account.path))
                        .collect();
                    let (name, function) = (entry.name.clone(), site.call.function.value.clone());
                    fault = Some(self.report(BindingError::UnknownAccount {
                        name,
                        function,
                        known,
                    }));
                }
            }
        }
        match fault {
            Some(reported) => Err(reported),
            None => Ok(places
                .into_iter()
                .map(|(place, entry)| (place, &entry.value))
                .collect()),
        }
    }

    fn bind_all(
        &mut self,
        accounts: &mut Accounts<'_>,
        span: Span,
    ) -> Declared<Vec<AccountBinding<Expr>>> {
        let mut bound = Vec::new();
        let mut missing = Vec::new();
        let mut fault = None;
        for (place, account) in accounts.accounts.iter().enumerate() {
            match self.find_account(accounts, place) {
                Ok(Some(source)) => {
                    // The program's own id says that it is left out, and nobody writes to that.
                    let is_left_out =
                        account.optional && matches!(source, AccountSource::CalledProgram);
                    bound.push(AccountBinding {
                        name: account.path.clone(),
                        writable: account.writable && !is_left_out,
                        signer: account.signer,
                        source,
                    });
                }
                Ok(None) => missing.push(account),
                Err(reported) => fault = Some(reported),
            }
        }
        if !missing.is_empty() {
            let function = accounts.site.call.function.value.clone();
            let missing = proposals(&missing);
            fault = Some(self.report(BindingError::UnboundAccounts {
                span,
                function,
                missing,
            }));
        }
        fault.map_or(Ok(bound), Err)
    }

    /// Which account stands at a place; `None` if nothing tells.
    pub(super) fn find_account(&mut self, accounts: &mut Accounts<'_>, place: usize) -> Found {
        match &accounts.found[place] {
            State::Done(found) => return found.clone(),
            State::Busy => return Ok(None),
            State::Open => accounts.found[place] = State::Busy,
        }
        let found = match accounts.explicit.get(&place).copied() {
            Some(expr) => self.bound_account(accounts, place, expr),
            None => self.automatic_account(accounts, place),
        };
        accounts.found[place] = State::Done(found.clone());
        found
    }

    fn bound_account(
        &mut self,
        accounts: &mut Accounts<'_>,
        place: usize,
        expr: &ast::Expr,
    ) -> Found {
        let account = &accounts.accounts[place];
        let source = self.check_account(accounts, expr, account)?;
        if account.optional && matches!(expr.kind, ast::ExprKind::None) {
            return Ok(Some(source));
        }
        if let Some(fixed) = self.fixed_account(accounts, place)?
            && !is_same_account(&source, &fixed)
        {
            let why = match account.address {
                Some(address) => format!("the IDL gives it the address {address}"),
                None => "the IDL says how its address is derived, and this is another".to_owned(),
            };
            let account = account.path.clone();
            return Err(self.report(BindingError::AccountConflict {
                span: expr.span,
                account,
                fixed: why,
            }));
        }
        let signs = matches!(source, AccountSource::Authority | AccountSource::Payer);
        if account.signer && !signs {
            let account = account.path.clone();
            return Err(self.report(BindingError::Signer {
                span: expr.span,
                account,
            }));
        }
        Ok(Some(source))
    }

    fn automatic_account(&mut self, accounts: &mut Accounts<'_>, place: usize) -> Found {
        let account = &accounts.accounts[place];
        // Whose signature is given, and whether an optional account is, are the author's decisions.
        if account.signer || account.optional {
            return Ok(None);
        }
        match self.fixed_account(accounts, place)? {
            Some(source) => Ok(Some(source)),
            None => Ok(well_known(&account.path).map(AccountSource::Fixed)),
        }
    }

    /// The account that the IDL itself demands.
    fn fixed_account(&mut self, accounts: &mut Accounts<'_>, place: usize) -> Found {
        let account = &accounts.accounts[place];
        if let Some(address) = account.address {
            let own = accounts.contract.interface.home == Home::Program(address);
            return Ok(Some(if own {
                AccountSource::CalledProgram
            } else {
                AccountSource::Fixed(address.0)
            }));
        }
        match &account.pda {
            Some(pda) => self.derive_pda(accounts, pda),
            None => Ok(None),
        }
    }
}

/// How the source writes the name of an account.
fn written(path: &str) -> String {
    path.replace('.', "_")
}

fn place_of(accounts: &[SvmAccount], name: &str) -> Option<usize> {
    let exact = accounts
        .iter()
        .position(|account| account.path == name || written(&account.path) == name);
    exact.or_else(|| {
        let last = |account: &SvmAccount| account.path.rsplit('.').next() == Some(name);
        let mut places = accounts
            .iter()
            .enumerate()
            .filter(|(_, account)| last(account));
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Some(place),
            _ => None,
        }
    })
}

/// The accounts to bind, each with what to bind it to as a start. Those that follow from others are left out.
fn proposals(missing: &[&SvmAccount]) -> Vec<(String, String)> {
    let follows = |account: &SvmAccount| account.pda.as_ref().is_some_and(is_derivable);
    let independent: Vec<_> = missing.iter().filter(|account| !follows(account)).collect();
    let wanted = if independent.is_empty() {
        missing.iter().collect()
    } else {
        independent
    };
    let entry = |account: &&&SvmAccount| (written(&account.path), proposal(account));
    wanted.iter().map(entry).collect()
}

fn proposal(account: &SvmAccount) -> String {
    match account {
        SvmAccount { optional: true, .. } => "none".to_owned(),
        SvmAccount { signer: true, .. } => "self".to_owned(),
        _ => format!("@{}", written(&account.path).to_uppercase()),
    }
}
