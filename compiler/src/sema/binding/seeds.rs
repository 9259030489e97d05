//! Accounts and seeds as the author writes them.

use super::accounts::Accounts;
use super::derive::{token_program, well_known};
use crate::hir::{self, AccountSource, Expr, Seed};
use crate::import::SvmAccount;
use crate::sema::check::Checker;
use crate::sema::context::Expect;
use crate::sema::errors::BindingError;
use crate::sema::limits::{MAX_SEED_BYTES, MAX_SEEDS};
use crate::sema::symbols::Declared;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};
use crate::types::{ConstantKind, Type};

type Source = Declared<AccountSource<Expr>>;

impl Checker<'_> {
    /// The account an entry of an `accounts` clause names.
    pub(super) fn check_account(
        &mut self,
        accounts: &mut Accounts<'_>,
        expr: &ast::Expr,
        account: &SvmAccount,
    ) -> Source {
        match &expr.kind {
            ExprKind::None if account.optional => Ok(AccountSource::CalledProgram),
            ExprKind::None => {
                let account = account.path.clone();
                Err(self.report(BindingError::NotOptional {
                    span: expr.span,
                    account,
                }))
            }
            _ => self.check_source(accounts, expr),
        }
    }

    fn check_source(&mut self, accounts: &mut Accounts<'_>, expr: &ast::Expr) -> Source {
        let chain = accounts.contract.chain;
        match &expr.kind {
            ExprKind::Name(name) if name == "self" => Ok(AccountSource::Authority),
            ExprKind::Name(name) if name == "payer" => Ok(AccountSource::Payer),
            ExprKind::Name(name) if name == "program" => Ok(AccountSource::CalledProgram),
            ExprKind::Constant(name) => {
                let constant = self.use_constant(name, expr.span, ConstantKind::Address, chain)?;
                Ok(AccountSource::Constant(constant))
            }
            ExprKind::Call { function, args } if !self.means_own_function(&function.value) => {
                self.check_derivation(accounts, function, args, expr.span)
            }
            ExprKind::Name(_) | ExprKind::Field { .. } | ExprKind::Call { .. } => {
                let wanted = Type::Address(chain);
                let context = accounts.site.context;
                let key = self.check_expr(context, expr, Expect::Type(&wanted))?;
                Ok(match key.kind {
                    // An asset stands for its mint, which the deployment knows.
                    hir::ExprKind::Constant(mint)
                        if self.declarations.constants[mint].asset.is_some() =>
                    {
                        AccountSource::Constant(mint)
                    }
                    _ => AccountSource::Value(key),
                })
            }
            _ => {
                let found = "not the key of an account".to_owned();
                Err(self.report(BindingError::NotAnAccount {
                    span: expr.span,
                    found,
                }))
            }
        }
    }

    fn check_derivation(
        &mut self,
        accounts: &mut Accounts<'_>,
        function: &ast::Name,
        args: &[ast::Expr],
        span: Span,
    ) -> Source {
        match (function.value.as_str(), args) {
            ("pda", seeds) => {
                let seeds = self.check_seeds(accounts, seeds, span)?;
                Ok(AccountSource::Pda {
                    program: None,
                    seeds,
                })
            }
            ("pda_of", [program, seeds @ ..]) => {
                let program = self.check_source(accounts, program);
                let seeds = self.check_seeds(accounts, seeds, span)?;
                Ok(AccountSource::Pda {
                    program: Some(Box::new(program?)),
                    seeds,
                })
            }
            ("ata", [owner, mint]) => {
                let token_program = self.token_program_of(accounts)?;
                self.check_token_account(accounts, owner, mint, token_program)
            }
            ("ata", [owner, mint, token_program]) => {
                let token_program = self.check_source(accounts, token_program)?;
                self.check_token_account(accounts, owner, mint, token_program)
            }
            ("ata" | "pda_of", _) => {
                let found = match function.value.as_str() {
                    "ata" => "takes the owner and the mint, and perhaps the token program",
                    _ => "takes a program and seeds",
                };
                Err(self.report(BindingError::NotAnAccount {
                    span,
                    found: found.to_owned(),
                }))
            }
            (other, _) => {
                let found = format!("`{other}` derives no account");
                Err(self.report(BindingError::NotAnAccount {
                    span: function.span,
                    found,
                }))
            }
        }
    }

    fn check_token_account(
        &mut self,
        accounts: &mut Accounts<'_>,
        owner: &ast::Expr,
        mint: &ast::Expr,
        token_program: AccountSource<Expr>,
    ) -> Source {
        let owner = self.check_source(accounts, owner);
        let mint = self.check_source(accounts, mint);
        Ok(AccountSource::AssociatedToken {
            owner: Box::new(owner?),
            mint: Box::new(mint?),
            token_program: Box::new(token_program),
        })
    }

    /// The token program that the instruction itself is given, or the original one.
    fn token_program_of(&mut self, accounts: &mut Accounts<'_>) -> Source {
        let place = accounts.accounts.iter().position(|account| {
            account.path.rsplit('.').next() == Some("token_program")
                && well_known(&account.path).is_some()
        });
        match place {
            Some(place) => Ok(self
                .find_account(accounts, place)?
                .unwrap_or_else(token_program)),
            None => Ok(token_program()),
        }
    }

    fn check_seeds(
        &mut self,
        accounts: &mut Accounts<'_>,
        seeds: &[ast::Expr],
        span: Span,
    ) -> Declared<Vec<Seed<Expr>>> {
        if seeds.is_empty() || seeds.len() > MAX_SEEDS {
            let fault = format!("{} seeds", seeds.len());
            return Err(self.report(BindingError::Seeds { span, fault }));
        }
        let seeds: Vec<_> = seeds
            .iter()
            .map(|seed| self.check_seed(accounts, seed))
            .collect();
        seeds.into_iter().collect()
    }

    fn check_seed(
        &mut self,
        accounts: &mut Accounts<'_>,
        seed: &ast::Expr,
    ) -> Declared<Seed<Expr>> {
        let names_account = |name: &str| matches!(name, "self" | "payer" | "program");
        match &seed.kind {
            ExprKind::String(text) => self.literal_seed(text.as_bytes(), seed.span),
            ExprKind::Bytes(bytes) => self.literal_seed(bytes, seed.span),
            ExprKind::Constant(_) => self.check_source(accounts, seed).map(Seed::Key),
            ExprKind::Call { function, .. } if !self.means_own_function(&function.value) => {
                self.check_source(accounts, seed).map(Seed::Key)
            }
            ExprKind::Name(name) if names_account(name) => {
                self.check_source(accounts, seed).map(Seed::Key)
            }
            _ => {
                let value = self.check_expr(accounts.site.context, seed, Expect::Any)?;
                if value.ty.is_seed() {
                    return Ok(Seed::Value(value));
                }
                let fault = format!("{} has no fixed encoding in seeds", self.quote(&value.ty));
                Err(self.report(BindingError::Seeds {
                    span: seed.span,
                    fault,
                }))
            }
        }
    }

    fn literal_seed(&mut self, bytes: &[u8], span: Span) -> Declared<Seed<Expr>> {
        if bytes.len() <= MAX_SEED_BYTES {
            return Ok(Seed::Bytes(bytes.to_vec()));
        }
        let fault = format!("a seed of {} bytes", bytes.len());
        Err(self.report(BindingError::Seeds { span, fault }))
    }
}
