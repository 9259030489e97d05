//! The instructions of an emitted Anchor program and the accounts of each, read from its text.

use std::collections::BTreeMap;

use xcc::backend::names::pascal_case;

use super::signature;
use crate::program_crate::ProgramCrate;

/// The structs of accounts that instructions have in common.
const SHARED: [&str; 2] = ["Delivery", "Claim"];

/// The instructions of a program.
#[derive(Clone, Debug)]
pub(super) struct Instructions {
    /// The name of each, by that of the struct of its accounts.
    names: BTreeMap<String, String>,
    /// Every struct of accounts, by name.
    accounts: BTreeMap<String, Vec<signature::Field>>,
}

impl Instructions {
    pub(super) fn of(program: &ProgramCrate) -> Self {
        Self {
            names: names(program),
            accounts: structs(program),
        }
    }

    /// The name of the instruction that a handler became, in which words of the language are avoided.
    pub(super) fn name(&self, handler: &str) -> &str {
        let name = self.names.get(&pascal_case(handler));
        name.unwrap_or_else(|| panic!("no instruction for `{handler}`"))
    }

    /// The fields of the struct of an instruction's accounts.
    pub(super) fn fields(&self, handler: &str) -> &[signature::Field] {
        let fields = self.accounts.get(&pascal_case(handler));
        fields.unwrap_or_else(|| panic!("no instruction for `{handler}`"))
    }

    /// The fields that a field stands for, if its type is a struct of accounts.
    pub(super) fn shared(&self, field: &signature::Field) -> Option<&[signature::Field]> {
        let mut shared = SHARED.into_iter();
        let name = shared.find(|name| field.ty.contains(&format!("{name}<")))?;
        Some(&self.accounts[name])
    }

    /// The names of the accounts that an instruction takes for its calls, in order.
    pub(super) fn call_accounts(&self, handler: &str) -> Vec<&str> {
        let fields = self.fields(handler).iter();
        let own = fields.filter(|field| self.shared(field).is_none());
        own.map(|field| field.name.as_str()).collect()
    }
}

/// The instructions of a program, by the struct of their accounts.
fn names(program: &ProgramCrate) -> BTreeMap<String, String> {
    let texts = program.files.values();
    let names = texts.flat_map(|text| {
        let heads = text.split("pub fn ").skip(1);
        heads.filter_map(|rest| {
            let (name, rest) = rest.split_once("(ctx: Context<")?;
            let (accounts, _) = rest.split_once('>')?;
            (!name.contains('(')).then(|| (accounts.to_owned(), name.to_owned()))
        })
    });
    names.collect()
}

/// Every struct of accounts in a program, by name.
fn structs(program: &ProgramCrate) -> BTreeMap<String, Vec<signature::Field>> {
    let texts = program.files.values();
    let structs = texts.flat_map(|text| {
        let heads = text.split("pub struct ").skip(1);
        heads.filter_map(move |rest| {
            let (name, _) = rest.split_once("<'info> {")?;
            Some((name.to_owned(), signature::accounts(text, name)?))
        })
    });
    structs.collect()
}
