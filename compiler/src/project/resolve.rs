//! Binds the names of a program to the networks and addresses of one profile.

mod assets;
mod endpoints;
#[cfg(test)]
mod tests;
mod unique;

use std::collections::BTreeSet;

use cranelift_entity::SecondaryMap;

use super::address::{check_network, parse_address, parse_move_type};
use super::document::list;
use super::manifest::{Bindings, Profile};
use super::suggest::suggest;
use crate::codes::Code;
use crate::deployment::{Address, ConstantValue, Deployment};
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Chain, Contract, Machine};
use crate::ir::{Program, StepData};
use crate::source::{Span, Spanned};
use crate::types::{ConstantKind, Declarations};
use crate::vm::Vm;

/// Binds everything a program uses to what a profile says about it.
///
/// # Errors
///
/// Reports names the profile does not bind, names the source does not declare, identifiers and addresses of a wrong form, zero
/// addresses, and bindings that contradict each other. A binding that nothing uses is a warning.
pub fn resolve(
    profile: &Profile,
    program: &Program,
    diagnostics: &mut Diagnostics,
) -> Result<Deployment, Reported> {
    let before = diagnostics.error_count();
    let used = Used::of(program);
    let mut resolver = Resolver {
        profile,
        program,
        declarations: &program.declarations,
        diagnostics,
        deployment: Deployment {
            profile: profile.name.value.clone(),
            ..Deployment::default()
        },
        machine_spans: SecondaryMap::new(),
    };
    resolver.chains(&used);
    resolver.contracts(&used);
    resolver.assets(&used);
    resolver.constants();
    resolver.programs();
    resolver.check_unique(&used);
    let deployment = resolver.deployment;
    diagnostics.ok_since(before)?;
    Ok(deployment)
}

/// What a program cannot run without.
struct Used {
    chains: BTreeSet<Chain>,
    contracts: BTreeSet<Contract>,
}

struct Resolver<'a> {
    profile: &'a Profile,
    program: &'a Program,
    declarations: &'a Declarations,
    diagnostics: &'a mut Diagnostics,
    deployment: Deployment,
    /// Where the address of each emitted contract is written.
    machine_spans: SecondaryMap<Machine, Option<Span>>,
}

/// One table of the profile, as messages speak of it.
struct Table<'a> {
    /// What its entries are bound to: `a network`.
    value: &'a str,
    /// Its key in the profile: `chains`.
    key: &'a str,
    /// What its names are: `chain`.
    noun: &'a str,
}

impl Used {
    fn of(program: &Program) -> Self {
        let chains = program.machines.values().map(|machine| machine.chain);
        let functions = program.steps.values().flat_map(StepData::functions);
        let contracts = functions.map(|function| function.contract);
        Self {
            chains: chains.collect(),
            contracts: contracts.collect(),
        }
    }
}

impl Resolver<'_> {
    fn chains(&mut self, used: &Used) {
        let profile = self.profile;
        let table = Table {
            value: "a network",
            key: "chains",
            noun: "chain",
        };
        let declared = &self.declarations.chains;
        let names = declared
            .iter()
            .map(|(id, chain)| (chain.name.as_str(), used.chains.contains(&id), chain.span));
        self.check_names(&table, &profile.chains, &names.collect::<Vec<_>>());
        for (chain, declaration) in declared {
            let Some((span, entry)) = profile.chains.entries.get(&declaration.name) else {
                continue;
            };
            if let Some(id) = &entry.id {
                match check_network(declaration.vm, &id.value) {
                    Ok(()) => self.deployment.chains[chain].caip2.clone_from(&id.value),
                    Err(error) => self.error(
                        Diagnostic::new(Code::InvalidNetwork, invalid_network(&declaration.name))
                            .primary(id.span, error.to_string()),
                    ),
                }
            }
            self.endpoints(chain, *span, entry);
        }
    }

    fn contracts(&mut self, used: &Used) {
        let profile = self.profile;
        let table = Table {
            value: "an address",
            key: "contracts",
            noun: "contract",
        };
        let declared = &self.declarations.contracts;
        let is_used = |id| used.contracts.contains(&id);
        let imported = || {
            let all = declared.iter();
            all.filter(|(_, contract)| contract.asset.is_none())
        };
        let names =
            imported().map(|(id, contract)| (contract.name.as_str(), is_used(id), contract.span));
        self.check_names(&table, &profile.contracts, &names.collect::<Vec<_>>());
        for (contract, declaration) in imported() {
            if let Some((_, text)) = profile.contracts.entries.get(&declaration.name) {
                let vm = self.declarations.chains[declaration.chain].vm;
                let what = format!("contract `{}`", declaration.name);
                if let Some(address) = self.nonzero_address(vm, &what, text) {
                    self.deployment.contracts[contract] = address;
                }
            }
        }
    }

    fn constants(&mut self) {
        let profile = self.profile;
        let table = Table {
            value: "a value",
            key: "constants",
            noun: "constant",
        };
        let declared = &self.declarations.constants;
        let written = || {
            let all = declared.iter();
            all.filter(|(_, constant)| constant.asset.is_none())
        };
        let names = written().map(|(_, constant)| (constant.name.as_str(), true, constant.span));
        self.check_names(&table, &profile.constants, &names.collect::<Vec<_>>());
        for (constant, declaration) in written() {
            let Some((_, text)) = profile.constants.entries.get(&declaration.name) else {
                continue;
            };
            let vm = self.declarations.chains[declaration.chain].vm;
            let value = match declaration.kind {
                ConstantKind::Address => self.constant_address(vm, &declaration.name, text),
                ConstantKind::MoveType => {
                    let what = format!("constant `@{}`", declaration.name);
                    self.move_type(&what, text)
                }
            };
            if let Some(value) = value {
                self.deployment.constants[constant] = value;
            }
        }
    }

    /// On Solana the zero key is a program, the System Program; elsewhere a zero address is always a mistake.
    fn constant_address(
        &mut self,
        vm: Vm,
        name: &str,
        text: &Spanned<String>,
    ) -> Option<ConstantValue> {
        let what = format!("constant `@{name}`");
        let address = match vm {
            Vm::Svm => self.address(vm, &what, text),
            _ => self.nonzero_address(vm, &what, text),
        };
        address.map(ConstantValue::Address)
    }

    fn move_type(&mut self, what: &str, text: &Spanned<String>) -> Option<ConstantValue> {
        let ty = parse_move_type(&text.value);
        if ty.is_none() {
            let title = format!("{what} must be a Move type");
            let diagnostic = Diagnostic::new(Code::InvalidAddress, title)
                .primary(text.span, "this is none")
                .help("write it with its package and module, as in `0x2::sui::SUI`");
            self.error(diagnostic);
        }
        ty.map(ConstantValue::MoveType)
    }

    fn programs(&mut self) {
        let (profile, program) = (self.profile, self.program);
        let workflows = &program.workflows;
        let table = Table {
            value: "addresses",
            key: "programs",
            noun: "workflow",
        };
        let names = workflows
            .values()
            .map(|workflow| (workflow.name.as_str(), false, workflow.span));
        self.check_names(&table, &profile.programs, &names.collect::<Vec<_>>());
        for workflow in workflows.values() {
            let bound = profile.programs.entries.get(&workflow.name);
            let machines = [workflow.coordinator]
                .into_iter()
                .chain(workflow.participants.clone());
            let machines: Vec<_> = machines.collect();
            if let Some((_, bound)) = bound {
                self.check_program_names(&workflow.name, bound, &machines);
            }
            for machine in machines {
                self.program(&workflow.name, machine, bound.map(|(_, bound)| bound));
            }
        }
    }

    fn check_program_names(
        &mut self,
        workflow: &str,
        bound: &Bindings<Spanned<String>>,
        machines: &[Machine],
    ) {
        let key = format!("programs.{workflow}");
        let noun = format!("chain of workflow `{workflow}`");
        let table = Table {
            value: "an address",
            key: &key,
            noun: &noun,
        };
        let names = machines.iter().map(|machine| {
            let chain = &self.declarations.chains[self.program.machines[*machine].chain];
            (chain.name.as_str(), false, chain.span)
        });
        self.check_names(&table, bound, &names.collect::<Vec<_>>());
    }

    /// The address of one emitted contract. A Solana program's id is compiled into it, so it must be known before.
    fn program(
        &mut self,
        workflow: &str,
        machine: Machine,
        bound: Option<&Bindings<Spanned<String>>>,
    ) {
        let chain = &self.declarations.chains[self.program.machines[machine].chain];
        let text = bound.and_then(|bound| bound.entries.get(&chain.name));
        let Some((span, text)) = text else {
            if chain.vm == Vm::Svm {
                self.no_program_id(workflow, &chain.name, bound.map(|bound| bound.span));
            }
            return;
        };
        let what = format!("the contract of `{workflow}` on `{}`", chain.name);
        self.machine_spans[machine] = Some(*span);
        self.deployment.machines[machine] = self.nonzero_address(chain.vm, &what, text);
    }

    fn no_program_id(&mut self, workflow: &str, chain: &str, section: Option<Span>) {
        let profile = &self.profile.name.value;
        let title = format!("profile `{profile}` gives no id to the program of `{workflow}`");
        let span = section.unwrap_or(self.profile.programs.span);
        let help = format!(
            "make a key pair with `solana-keygen new -o {}-{chain}.json`, and write its address under \
             `[profiles.{profile}.programs.{workflow}]` as `{chain} = \"…\"`",
            workflow.to_lowercase()
        );
        self.error(
            Diagnostic::new(Code::UnboundName, title)
                .primary(span, format!("`{chain}` is missing here"))
                .note("the id of a Solana program is compiled into it")
                .help(help),
        );
    }

    /// Reports names that must be bound and are not, and bound names that mean nothing. `names` are the declared ones, whether each
    /// must be bound, and where it is declared.
    fn check_names<T>(
        &mut self,
        table: &Table<'_>,
        bindings: &Bindings<T>,
        names: &[(&str, bool, Span)],
    ) {
        for (name, (span, _)) in &bindings.entries {
            match names.iter().find(|(known, ..)| known == name) {
                Some(_) => {}
                None if table.noun == "constant" => self.unused(table, name, *span, names),
                None => self.unknown(table, name, *span, names),
            }
        }
        let is_bound = |name: &str| bindings.entries.contains_key(name);
        let unbound: Vec<_> = names
            .iter()
            .filter(|(name, required, _)| *required && !is_bound(name))
            .collect();
        if !unbound.is_empty() {
            self.unbound(table, bindings.span, &unbound);
        }
    }

    fn unknown(&mut self, table: &Table<'_>, name: &str, span: Span, names: &[(&str, bool, Span)]) {
        let title = format!("`{name}` names no {}", table.noun);
        let mut diagnostic = Diagnostic::new(Code::UndeclaredBinding, title);
        diagnostic = diagnostic.primary(span, "the source declares none of this name");
        if let Some(near) = suggest(name, names.iter().map(|(name, ..)| *name)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        self.error(diagnostic);
    }

    fn unused(&mut self, table: &Table<'_>, name: &str, span: Span, names: &[(&str, bool, Span)]) {
        let title = format!("{} `{name}` is bound and never used", table.noun);
        let mut diagnostic = Diagnostic::new(Code::UnusedBinding, title);
        diagnostic = diagnostic.primary(span, format!("the source does not use `@{name}`"));
        if let Some(near) = suggest(name, names.iter().map(|(name, ..)| *name)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        self.diagnostics.warning(diagnostic);
    }

    fn unbound(&mut self, table: &Table<'_>, span: Span, unbound: &[&(&str, bool, Span)]) {
        let profile = &self.profile.name.value;
        let names: Vec<_> = unbound.iter().map(|(name, ..)| *name).collect();
        let plural = if names.len() == 1 { "" } else { "s" };
        let title = format!(
            "profile `{profile}` binds {} to no {}",
            list(&names),
            table
                .value
                .trim_start_matches("an ")
                .trim_start_matches("a ")
        );
        let place = format!("[profiles.{profile}.{}]", table.key);
        let mut diagnostic = Diagnostic::new(Code::UnboundName, title)
            .primary(
                span,
                format!("the {}{plural} must be bound here", table.noun),
            )
            .help(format!("give {} under `{place}`", table.value));
        for (name, _, span) in unbound {
            diagnostic = diagnostic.secondary(*span, format!("`{name}` is needed here"));
        }
        self.error(diagnostic);
    }

    fn nonzero_address(&mut self, vm: Vm, what: &str, text: &Spanned<String>) -> Option<Address> {
        let address = self.address(vm, what, text)?;
        if address.is_zero() {
            let title = format!("{what} is bound to the zero address");
            let diagnostic = Diagnostic::new(Code::ZeroAddress, title)
                .primary(text.span, "nothing lives here")
                .note(
                    "a message to the zero address, or from it, must never be taken for a real one",
                );
            self.error(diagnostic);
            return None;
        }
        Some(address)
    }

    fn address(&mut self, vm: Vm, what: &str, text: &Spanned<String>) -> Option<Address> {
        match parse_address(vm, &text.value) {
            Ok(address) => Some(address),
            Err(error) => {
                let title = format!("{what} is bound to no address of {}", vm_name(vm));
                let diagnostic = Diagnostic::new(Code::InvalidAddress, title);
                self.error(diagnostic.primary(text.span, error.to_string()));
                None
            }
        }
    }

    fn error(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.error(diagnostic);
    }
}

fn invalid_network(chain: &str) -> String {
    format!("chain `{chain}` is bound to no network of its virtual machine")
}

fn vm_name(vm: Vm) -> &'static str {
    match vm {
        Vm::Evm => "the EVM",
        Vm::Svm => "Solana",
        Vm::Sui => "Sui",
        Vm::Aptos => "Aptos",
    }
}
