//! Custody: which address owns what is held, what the accounts of a movement are called, and what its steps do.

use std::collections::BTreeMap;

use super::Target;
use super::names::rust_snake_case;
use crate::entities::{Contract, Step};
use crate::hir::{AccountBinding, AccountSource};
use crate::ir::{Custody, Value};
use crate::types::{AssetStandard, Declarations};

/// How an account of a movement is called, and what it is.
pub(super) struct Described {
    pub(super) name: String,
    pub(super) docs: String,
}

/// A program that moves assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenProgram {
    Original,
    Token2022,
}

impl TokenProgram {
    /// That of the asset which a contract stands for.
    pub(super) fn of(declarations: &Declarations, contract: Contract) -> Self {
        match declarations.form_of(contract).map(|form| form.standard) {
            Some(AssetStandard::Token2022) => TokenProgram::Token2022,
            _ => TokenProgram::Original,
        }
    }

    /// What the constant with its address is called.
    pub(super) fn constant(self) -> &'static str {
        match self {
            TokenProgram::Original => "TOKEN_PROGRAM",
            TokenProgram::Token2022 => "TOKEN_2022_PROGRAM",
        }
    }

    fn docs(self) -> &'static str {
        match self {
            TokenProgram::Original => "The token program.",
            TokenProgram::Token2022 => "The Token-2022 program.",
        }
    }
}

impl Target<'_> {
    /// Whether the program holds assets.
    pub(super) fn has_custody(&self) -> bool {
        !self.input.program.assets_of(self.machine).is_empty()
    }

    /// The asset that a contract moves, if it stands for one.
    pub(super) fn asset_of(&self, contract: Contract) -> Option<&str> {
        let data = &self.input.program.declarations.contracts[contract];
        data.asset.map(|_| data.name.as_str())
    }

    /// The program that moves an asset on Solana.
    fn token_program(&self, contract: Contract) -> TokenProgram {
        TokenProgram::of(&self.input.program.declarations, contract)
    }

    /// What the programs are that move assets, by their addresses.
    pub(super) fn token_programs(&self) -> BTreeMap<[u8; 32], &'static str> {
        let contracts = self.input.program.declarations.contracts.iter();
        let assets = contracts.filter(|(_, data)| data.asset.is_some());
        let programs = assets.map(|(id, _)| {
            let address = self.input.deployment.contracts[id].to_word();
            (address, self.token_program(id).docs())
        });
        programs.collect()
    }

    /// The account of the program that a contract is, if that moves an asset: assets have it in common.
    pub(super) fn describe_program(&self, contract: Contract) -> Option<Described> {
        self.asset_of(contract)?;
        let program = self.token_program(contract);
        Some(Described {
            name: program.constant().to_ascii_lowercase(),
            docs: program.docs().to_owned(),
        })
    }

    /// The constant with the address of the program that a contract is.
    pub(super) fn program_of(&self, contract: Contract) -> &str {
        let key = self.input.deployment.contracts[contract].to_word();
        match self.asset_of(contract) {
            Some(_) => &self.names.keys[&key],
            None => &self.names.contracts[&contract],
        }
    }
}

/// An account of a movement of an asset.
pub(super) fn describe_account(asset: &str, account: &AccountBinding<Value>) -> Described {
    let (what, docs) = match (&account.source, account.name.as_str()) {
        (AccountSource::Custody, _) => {
            return Described {
                name: "custody".to_owned(),
                docs: "The address that owns what is held.".to_owned(),
            };
        }
        (AccountSource::AssociatedToken { owner, .. }, _) if **owner == AccountSource::Custody => (
            "vault",
            format!("The token account that holds `{asset}` in custody."),
        ),
        (AccountSource::AssociatedToken { owner, .. }, _)
            if **owner == AccountSource::Authority =>
        {
            (
                "purse",
                format!("The token account that has `{asset}` while a call spends it."),
            )
        }
        (_, "source") => (
            "source",
            format!("The token account that `{asset}` is taken from."),
        ),
        (_, "destination") => (
            "destination",
            format!("The token account that `{asset}` is sent to."),
        ),
        (_, other) => (other, format!("The {other} of `{asset}`.")),
    };
    Described {
        name: format!("{}_{what}", rust_snake_case(asset)),
        docs,
    }
}

/// What a step does to custody, if it moves an asset.
pub(super) fn describe_step(target: &Target<'_>, step: Step) -> Option<String> {
    let program = target.input.program;
    let data = &program.steps[step];
    let asset = &program.declarations.contracts[data.function.contract].name;
    Some(match data.custody? {
        Custody::Taken { .. } => {
            format!("takes `{asset}` into custody, and owes it back if the instance is undone")
        }
        Custody::Paid(taken) => {
            let taken = &program.steps[taken].name;
            format!("owes the `{asset}` of `{taken}` to whom it is paid")
        }
        Custody::Unspent(taken) => {
            let taken = &program.steps[taken].name;
            format!("owes the `{asset}` of `{taken}` to whom it is held for, if it was not spent")
        }
        Custody::Released(taken) => {
            let taken = &program.steps[taken].name;
            format!("owes the `{asset}` of `{taken}` to whom it is released, for good")
        }
    })
}
