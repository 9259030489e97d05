//! The asset that a coordinator holds: who has how much of it, and how its movements fail.

use xcc::deployment::ConstantValue;
use xcc::entities::Machine;
use xcc::vm::Vm;

use super::{AptosNarrator, caller, sender};
use crate::conformance::move_vm::{Counts, Ledger, Movement, TAKER, form};
use crate::conformance::record::Run;
use crate::interp::Bench;
use crate::network::Protocol;
use crate::network::story::Teller as _;

/// What every sender has of the asset that is held at first, in its smallest unit: enough for every instance.
const RICHES: u64 = u64::MAX;

/// What the framework says of more than an account has, and of an account that is frozen.
const INSUFFICIENT_BALANCE: u64 = 0x1_0004;
const STORE_IS_FROZEN: u64 = 0x5_0003;

/// The metadata object of the asset that a coordinator holds.
pub(super) fn asset(protocol: Protocol<'_>, bench: &Bench<'_>, machine: Machine) -> Option<String> {
    let form = form(bench.program, Vm::Aptos).filter(|_| bench.coordinator() == machine)?;
    let constants = &bench.program.declarations.constants;
    let mut tokens = constants.iter().filter(|(_, it)| it.asset.is_some());
    let (token, _) = tokens.find(|(_, it)| it.chain == form.chain)?;
    match protocol.project().compiled.deployment.constants[token] {
        ConstantValue::Address(address) => Some(hex::encode(address.to_word())),
        ConstantValue::MoveType(_) => panic!("an asset of Aptos is an object"),
    }
}

/// The statements that make an asset, of which all senders have the same.
pub(super) fn issue(asset: &str, senders: &[&Vec<u8>]) -> String {
    let minted = senders.iter().map(|sender| {
        let sender = hex::encode(sender);
        format!("        primary_fungible_store::mint(&mint_ref, @0x{sender}, {RICHES});\n")
    });
    format!(
        "        let issued = object::create_object_for_test(@0x155, @0x{asset});
        primary_fungible_store::create_primary_store_enabled_fungible_asset(
            &issued, std::option::none(), string::utf8(b\"\"), string::utf8(b\"\"), 6,
            string::utf8(b\"\"), string::utf8(b\"\")
        );
        let asset = object::object_from_constructor_ref<Metadata>(&issued);
        let mint_ref = fungible_asset::generate_mint_ref(&issued);
        let transfer_ref = fungible_asset::generate_transfer_ref(&issued);
{}",
        minted.collect::<String>()
    )
}

/// A target takes the asset itself, or all that the account of the signer has of it.
pub(super) fn take(name: &str, ty: &str, _parameters: &str, asset: &str) -> Option<String> {
    let taker = hex::encode(TAKER);
    let store = "aptos_framework::primary_fungible_store";
    if ty.ends_with("FungibleAsset") {
        return Some(format!("    {store}::deposit(@0x{taker}, {name});\n"));
    }
    let metadata = "aptos_framework::fungible_asset::Metadata";
    (ty == "&signer").then(|| {
        format!(
            "    let spent = aptos_framework::object::address_to_object<{metadata}>(@0x{asset});
    let amount = {store}::balance(std::signer::address_of({name}), spent);
    {store}::transfer({name}, spent, @0x{taker}, amount);
"
        )
    })
}

impl AptosNarrator<'_, '_> {
    fn is_rich(&self, account: &[u8]) -> bool {
        self.rich.iter().any(|rich| rich == account)
    }

    /// What is held is what was taken and not given yet, and everybody has what the interpreter says that they gave and got.
    pub(super) fn demand_of_custody(&self, run: &Run, before: &Counts) -> String {
        if self.asset.is_none() {
            return String::new();
        }
        let after = before.moved.after(run);
        let balances = after.balances(RICHES, |account| self.is_rich(account));
        let balances = balances.map(|(account, balance)| {
            let account = hex::encode(account);
            format!("        assert!(primary_fungible_store::balance(@0x{account}, asset) == {balance}, 17);\n")
        });
        let (package, held) = (&self.teller.package().name, after.held());
        let held = format!(
            "        assert!(primary_fungible_store::balance({package}::custody(), asset) == {held}, 16);\n"
        );
        balances.chain([held]).collect()
    }

    /// A sender who has no more than what was taken before cannot give it, and nobody can be given what is frozen for them.
    pub(super) fn break_custody(
        &self,
        run: &Run,
        movement: &Movement,
        before: &Ledger,
    ) -> (String, (u64, &str)) {
        let account = hex::encode(&movement.account);
        let (statements, code) = match movement.is_taken {
            true => {
                assert!(movement.amount > 0, "nothing can always be taken");
                let taken = run.moved.iter().filter(|it| !it.fails);
                let left: u64 = taken.map(|it| it.amount).sum();
                let rich = before.balances(RICHES, |account| self.is_rich(account));
                let mut rich = rich.filter(|(it, _)| *it == movement.account);
                let rich = rich.next().map_or(RICHES, |(_, balance)| balance);
                let sender = sender(&caller(run));
                let spent = rich - left;
                let spend = format!("transfer(&{sender}, asset, @0xdead, {spent})");
                (spend, INSUFFICIENT_BALANCE)
            }
            false => {
                let freeze = format!("set_frozen_flag(&transfer_ref, @0x{account}, true)");
                (freeze, STORE_IS_FROZEN)
            }
        };
        let statements = format!("        primary_fungible_store::{statements};\n");
        (statements, (code, "aptos_framework::fungible_asset"))
    }
}
