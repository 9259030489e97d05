//! The contract of one machine: what it imports, declares and wires, and how messages find their handlers.

use crate::backend::Input;
use crate::backend::custody::claim_purpose;
use crate::backend::printer::Printer;
use crate::backend::solidity::calls::{self, Targets};
use crate::backend::solidity::expr::Head;
use crate::backend::solidity::handlers::{BodyWriter, Exit, Parameters};
use crate::backend::solidity::names::{ContractNames, LibraryNames};
use crate::backend::solidity::project::{printer, write_docs, write_file_head};
use crate::backend::solidity::types::{Scope, Types, checksummed, constant, grouped, needs_check};
use crate::backend::solidity::uses::{has_deadline, only_rejects, uses_parameters};
use crate::deployment::{Address, ConstantValue, Endpoint};
use crate::entities::{Chain, Contract, Handler, Machine, Step};
use crate::ir::{CallData, HandlerData, MachineData, Role, Trigger, WorkflowData};
use crate::transport::Transport;
use crate::types::Declarations;

/// Writes the file of one machine.
pub(super) struct ContractWriter<'a> {
    pub(super) input: Input<'a>,
    pub(super) library: &'a LibraryNames,
    pub(super) names: ContractNames,
    pub(super) targets: Targets,
    machine: Machine,
}

impl<'a> ContractWriter<'a> {
    pub(super) fn new(input: Input<'a>, machine: Machine, library: &'a LibraryNames) -> Self {
        let targets = calls::collect(input, machine);
        let contracts: Vec<_> = targets.keys().copied().collect();
        ContractWriter {
            input,
            library,
            names: ContractNames::new(input, machine, &contracts),
            targets,
            machine,
        }
    }

    pub(super) fn types(&self, scope: Scope) -> Types<'a> {
        Types {
            declarations: self.declarations(),
            names: self.library,
            scope,
        }
    }

    pub(super) fn declarations(&self) -> &'a Declarations {
        &self.input.program.declarations
    }

    /// The budget of a call: the constant that holds that of its step's, where it is the same.
    pub(super) fn budget_name(&self, call: &CallData) -> String {
        let step = self.step_of(call);
        let step = step.filter(|&step| self.input.program.steps[step].gas == call.gas);
        step.map_or_else(
            || grouped(&call.gas.to_string()),
            |step| self.names.budgets[&step].clone(),
        )
    }

    pub(super) fn step_of(&self, call: &CallData) -> Option<Step> {
        if call.asks.is_some() {
            return call.asks;
        }
        let mut steps = self.data().steps.iter().copied();
        steps.find(|&step| {
            let step = &self.input.program.steps[step];
            step.machine == self.machine && step.function == call.function && step.gas == call.gas
        })
    }

    pub(super) fn data(&self) -> &'a MachineData {
        &self.input.program.machines[self.machine]
    }

    pub(super) fn workflow(&self) -> &'a WorkflowData {
        &self.input.program.workflows[self.data().workflow]
    }

    pub(super) fn is_coordinator(&self) -> bool {
        self.data().role == Role::Coordinator
    }

    /// The text of the contract's file.
    pub(super) fn write(&self) -> String {
        let mut printer = printer();
        write_file_head(&mut printer, self.input, self.data().workflow);
        self.write_imports(&mut printer);
        let imported = self.targets.iter().filter(|(id, _)| !self.is_asset(**id));
        for (id, target) in imported {
            let decl = &self.declarations().contracts[*id];
            let interface = &self.names.targets[id].interface;
            let types = self.types(Scope::Contract);
            target.write_interface(&mut printer, self.input, types, (interface, &decl.name));
        }
        printer.blank();
        self.write_docs(&mut printer);
        self.write_contract_head(&mut printer);
        printer.indented(|printer| {
            self.write_declarations(printer);
            self.write_constructor(printer);
            self.write_wire(printer);
            self.write_external(printer);
            if self.is_coordinator() {
                self.write_quote(printer);
            }
            self.write_status_of(printer);
            self.write_store_status(printer);
            self.write_dispatch(printer);
            self.write_private(printer);
        });
        printer.line("}");
        printer.finish()
    }

    fn write_contract_head(&self, printer: &mut Printer) {
        let role = match self.data().role {
            Role::Coordinator if self.holds_native() => "NativeCustody",
            Role::Coordinator => "Coordinator",
            Role::Participant => "Participant",
        };
        let bases = [
            Some(role),
            self.spends().then_some("Custodian"),
            self.calls_together().then_some("Together"),
            self.has_peers().then_some("Wormhole"),
        ];
        let bases: Vec<_> = bases.into_iter().flatten().collect();
        let head = format!("contract {} is", self.names.contract);
        let line = format!("{head} {} {{", bases.join(", "));
        if printer.fits(&line) {
            return printer.line(line);
        }
        printer.line(head);
        printer.indented(|printer| {
            for (index, base) in bases.iter().enumerate() {
                let comma = if index + 1 == bases.len() { "" } else { "," };
                printer.line(format!("{base}{comma}"));
            }
        });
        printer.line("{");
    }

    /// Whether a target is a token, which the runtime knows how to move.
    pub(super) fn is_asset(&self, contract: Contract) -> bool {
        self.declarations().contracts[contract].asset.is_some()
    }

    /// Whether a target is the native currency, which moves with a call.
    pub(super) fn is_native(&self, contract: Contract) -> bool {
        self.declarations().is_native(contract)
    }

    /// Whether it keeps tokens.
    pub(super) fn holds_tokens(&self) -> bool {
        let mut held = self.input.program.assets_of(self.machine).into_iter();
        held.any(|asset| !self.is_native(asset))
    }

    /// Whether it keeps native currency.
    pub(super) fn holds_native(&self) -> bool {
        let mut held = self.input.program.assets_of(self.machine).into_iter();
        held.any(|asset| self.is_native(asset))
    }

    /// Whether it lets targets take what it keeps.
    pub(super) fn spends(&self) -> bool {
        !self.input.program.spent_by(self.machine).is_empty()
    }

    /// Whether it makes several calls that take effect together.
    pub(super) fn calls_together(&self) -> bool {
        let mut handlers = self.handlers();
        handlers.any(|(_, data)| matches!(data.trigger, Trigger::Together(..)))
    }

    /// A workflow that stays on its home chain speaks to nobody.
    pub(super) fn has_peers(&self) -> bool {
        !self.workflow().participants.is_empty()
    }

    fn write_imports(&self, printer: &mut Printer) {
        let library = &self.names.library;
        let import = format!("import {{{library} as Messages}} from \"./{library}.sol\";");
        if printer.fits(&import) {
            printer.line(import);
        } else {
            let close = format!("}} from \"./{library}.sol\";");
            printer.wrapped("import {", &close, |printer| {
                printer.line(format!("{library} as Messages"))
            });
        }
        let (role, types) = match self.data().role {
            Role::Coordinator => ("Coordinator", "Kind, Phase, Status"),
            Role::Participant => ("Participant", "Kind, Status"),
        };
        let mut files = vec![("Machine", "Machine"), (role, role), (types, "Types")];
        if self.holds_tokens() {
            files.push(("Custody, IERC20", "Custody"));
        }
        if self.spends() {
            files.push(("Custodian, Spending", "Custodian"));
        }
        if self.calls_together() {
            files.push(("Together", "Together"));
        }
        if self.holds_native() {
            files.push(("NativeCustody", "NativeCustody"));
        }
        files.sort_by_key(|(_, file)| *file);
        for (imported, file) in files {
            printer.line(format!("import {{{imported}}} from \"./xcc/{file}.sol\";"));
        }
        if self.has_peers() {
            printer.line("import {IWormhole} from \"./xcc/transport/IWormhole.sol\";");
            printer.line("import {Wormhole} from \"./xcc/transport/Wormhole.sol\";");
        }
        printer.line("import {Header} from \"./xcc/wire/Header.sol\";");
    }

    fn write_docs(&self, printer: &mut Printer) {
        let chain = &self.declarations().chains[self.data().chain].name;
        let name = &self.workflow().name;
        match self.data().role {
            Role::Coordinator => {
                printer.line(format!("/// @title {name}: the coordinator, on {chain}"))
            }
            Role::Participant => {
                printer.line(format!("/// @title {name}: the participant on {chain}"))
            }
        }
        write_docs(printer, "@notice", &self.workflow().docs);
    }

    /// The chains of the machines this one talks to, in the order they are wired in.
    pub(super) fn peers(&self) -> Vec<Chain> {
        let machines = match self.data().role {
            Role::Coordinator => self.workflow().participants.as_slice(),
            Role::Participant => std::slice::from_ref(&self.workflow().coordinator),
        };
        machines
            .iter()
            .map(|&machine| self.input.program.machines[machine].chain)
            .collect()
    }

    /// Wormhole's number for a chain, and its core there.
    pub(super) fn endpoint(&self, chain: Chain) -> (u16, String) {
        match self.input.deployment.chains[chain]
            .transports
            .get(&Transport::Wormhole)
        {
            Some(Endpoint::Wormhole { chain_id, core, .. }) => (*chain_id, evm_address(*core)),
            None => (0, checksummed([0; 20])),
        }
    }

    fn write_constructor(&self, printer: &mut Printer) {
        let caip2 = &self.input.deployment.chains[self.data().chain].caip2;
        let id = caip2.strip_prefix("eip155:").unwrap_or("0");
        let home = format!("Coordinator(keccak256(\"{caip2}\"))");
        let own = &self.names.chains[&self.data().chain];
        let attributes = [
            Some(format!("Machine(PROGRAM_FINGERPRINT, {})", grouped(id))),
            self.is_coordinator().then_some(home),
            self.has_peers()
                .then(|| format!("Wormhole(WORMHOLE_CORE, {own})")),
        ];
        let head = Head {
            start: "constructor".to_owned(),
            params: Vec::new(),
            attributes: attributes.into_iter().flatten().collect(),
        };
        printer.blank();
        head.empty_block(printer);
    }

    fn write_wire(&self, printer: &mut Printer) {
        let peers = self.peers();
        let names = peers.iter();
        let names = names.map(|&chain| self.declarations().chains[chain].name.clone());
        let names = names.collect::<Vec<_>>().join(", ");
        printer.blank();
        if !self.has_peers() {
            printer.line("/// @notice Opens the contract, once. Only its deployer can.");
            let params = vec!["bytes32 fingerprint".to_owned()];
            return function("wire", params, &["external"])
                .block(printer, |printer| printer.line("_seal(fingerprint);"));
        }
        let notice = "Tells the contract its peers, once, and only by its deployer. In this order:";
        printer.line(format!("/// @notice {notice} {names}."));
        let params = ["WormholePeer[] calldata peers", "bytes32 fingerprint"];
        let params = params.map(str::to_owned).to_vec();
        function("wire", params, &["external"]).block(printer, |printer| {
            printer.line("_seal(fingerprint);");
            printer.line(format!("_expectWormholePeers(peers, {});", peers.len()));
            for (index, chain) in peers.iter().enumerate() {
                let chain = &self.names.chains[chain];
                printer.line(format!("_addWormholePeer(peers[{index}], {chain});"));
            }
        });
    }

    fn write_quote(&self, printer: &mut Printer) {
        let requests = self.input.facts.requests[self.data().workflow];
        let (mutability, fees) = match self.has_peers() {
            true => ("view", format!("{requests} * _wormholeFee()")),
            false => ("pure", "0".to_owned()),
        };
        printer.blank();
        printer.line("/// @inheritdoc Coordinator");
        let attributes = ["public", mutability, "override", "returns (uint256)"];
        function("quote", Vec::new(), &attributes)
            .block(printer, |printer| printer.line(format!("return {fees};")));
    }

    pub(super) fn handlers(&self) -> impl Iterator<Item = (Handler, &'a HandlerData)> {
        let handlers = self.data().handlers.iter();
        handlers.map(|&handler| (handler, &self.input.program.handlers[handler]))
    }

    fn write_external(&self, printer: &mut Printer) {
        for (handler, data) in self.handlers() {
            match data.trigger {
                Trigger::Start => self.write_start(printer, handler, data),
                Trigger::Cancel => {
                    let notice = "Cancels an instance that has not come to its pivot: its initiator at any time, anyone after the deadline.";
                    self.write_asked(
                        printer,
                        handler,
                        data,
                        ("cancel", "funding(instance)", notice),
                    );
                }
                Trigger::Redrive => {
                    let notice = "Sends again what is outstanding of an instance. Anyone may, and pays for it.";
                    self.write_asked(
                        printer,
                        handler,
                        data,
                        ("redrive", "paidByCaller(instance)", notice),
                    );
                }
                Trigger::Claim(step) => self.write_claim(printer, handler, step),
                Trigger::Together(step, part) => {
                    self.write_together(printer, handler, (step, part));
                }
                _ => {}
            }
        }
    }

    fn write_start(&self, printer: &mut Printer, handler: Handler, data: &HandlerData) {
        let workflow = self.workflow();
        let checked = workflow.inputs.iter().zip(&self.names.inputs);
        let checked = checked.filter(|(field, _)| needs_check(&field.ty, self.declarations()));
        let checked: Vec<_> = checked.map(|(field, name)| (&field.ty, name)).collect();
        let params = match (
            workflow.inputs.is_empty(),
            uses_parameters(&data.body) || !checked.is_empty(),
        ) {
            (true, _) => Vec::new(),
            (false, true) => vec!["Inputs memory inputs".to_owned()],
            (false, false) => vec!["Inputs memory".to_owned()],
        };
        printer.blank();
        let (price, modifiers) = match self.holds_native() {
            true => (
                "`quote()` wei and what it takes",
                "nonReentrant creditingRest",
            ),
            false => ("`quote()` wei", "nonReentrant"),
        };
        printer.line(format!("/// @notice Starts an instance, for at least {price}; what is more becomes the caller's credit."));
        self.write_budget(printer, handler);
        let attributes = [
            "external",
            "payable",
            modifiers,
            "returns (bytes32 instance)",
        ];
        function("start", params, &attributes).block(printer, |printer| {
            for (ty, name) in checked {
                printer.line(format!(
                    "Messages.check{}(inputs.{name});",
                    self.library.helper(ty)
                ));
            }
            printer.line("instance = _open();");
            let parameters = Parameters {
                base: "inputs",
                members: &self.names.inputs,
            };
            BodyWriter::new(self, &data.body, &parameters, Exit::Instance).write(printer);
        });
    }

    fn write_asked(
        &self,
        printer: &mut Printer,
        handler: Handler,
        data: &HandlerData,
        (name, modifier, notice): (&str, &str, &str),
    ) {
        printer.blank();
        printer.line(format!("/// @notice {notice}"));
        self.write_budget(printer, handler);
        let params = vec!["bytes32 instance".to_owned()];
        let attributes = ["external", "payable", "nonReentrant", modifier];
        function(name, params, &attributes)
            .block(printer, |printer| self.write_body(printer, data, &[]));
    }

    fn write_claim(&self, printer: &mut Printer, handler: Handler, step: Step) {
        let name = &self.input.program.steps[step].name;
        let notice = claim_purpose(self.input.program, step).unwrap_or_else(|| {
            format!("Runs the compensation of `{name}` that failed before. Only whom the workflow holds it for may.")
        });
        printer.blank();
        printer.line(format!("/// @notice {notice}"));
        self.write_budget(printer, handler);
        let params = vec!["bytes32 instance".to_owned()];
        let data = &self.input.program.handlers[handler];
        function(
            &self.names.functions[&handler],
            params,
            &["external", "nonReentrant"],
        )
        .block(printer, |printer| self.write_body(printer, data, &[]));
    }

    fn write_body(&self, printer: &mut Printer, data: &HandlerData, members: &[String]) {
        let parameters = Parameters {
            base: "message",
            members,
        };
        BodyWriter::new(self, &data.body, &parameters, Exit::Nothing).write(printer);
    }

    fn write_budget(&self, printer: &mut Printer, handler: Handler) {
        let budget = self.input.facts.budgets[handler].calls;
        if budget > 0 {
            printer.line(format!("/// @custom:gas-budget {budget}"));
        }
    }

    fn write_private(&self, printer: &mut Printer) {
        for (handler, data) in self.handlers() {
            let (instance, attributes) = match only_rejects(&data.body) {
                true => ("bytes32", vec!["private", "pure"]),
                false => ("bytes32 instance", vec!["private"]),
            };
            let mut params = vec![instance.to_owned()];
            let members = match data.trigger {
                Trigger::Deliver(message) => {
                    let named = &self.library.messages[&message];
                    let kind = self.input.program.messages[message].kind;
                    params.extend(
                        has_deadline(kind, &data.body).then(|| "uint64 deadline".to_owned()),
                    );
                    let body = format!("Messages.{} memory message", named.name);
                    params.extend(uses_parameters(&data.body).then_some(body));
                    named.members.as_slice()
                }
                Trigger::Internal => &[],
                _ => continue,
            };
            printer.blank();
            if let (Some(step), Trigger::Deliver(_)) = (data.step, data.trigger) {
                write_docs(printer, "@dev", &self.input.program.steps[step].docs);
            }
            self.write_budget(printer, handler);
            let name = &self.names.functions[&handler];
            function(name, params, &attributes)
                .block(printer, |printer| self.write_body(printer, data, members));
        }
    }
}

pub(super) fn function(name: &str, params: Vec<String>, attributes: &[&str]) -> Head {
    Head {
        start: format!("function {name}"),
        params,
        attributes: attributes
            .iter()
            .map(|&attribute| attribute.to_owned())
            .collect(),
    }
}

pub(super) fn evm_address(address: Address) -> String {
    constant(&ConstantValue::Address(address)).1
}
