//! What a contract declares: inputs, slots, events and constants.

use std::collections::BTreeSet;

use crate::backend::printer::Printer;
use crate::backend::solidity::contract::{ContractWriter, evm_address};
use crate::backend::solidity::expr::{Expr, Head, write_assignment};
use crate::backend::solidity::types::{Scope, constant, grouped};
use crate::entities::{Constant, Step};
use crate::ir::{InstData, Terminator, Trigger};
use crate::wire::value::hex;

impl ContractWriter<'_> {
    pub(super) fn write_declarations(&self, printer: &mut Printer) {
        if self.is_coordinator() && !self.workflow().inputs.is_empty() {
            printer.line("/// @notice What an instance is started with.");
            let types = self.workflow().inputs.iter().map(|field| &field.ty);
            let types = types.map(|ty| self.types(Scope::Contract).name(ty));
            let names = self.names.inputs.iter().map(String::as_str);
            write_struct(printer, "Inputs", types.zip(names));
        }
        printer.blank();
        printer.line(match self.is_coordinator() {
            true => "/// What is kept of each instance beside its phase.",
            false => "/// What is kept of each instance.",
        });
        write_struct(printer, "Slots", self.slot_members());
        self.write_events(printer);
        printer.blank();
        self.write_constants(printer);
        printer.blank();
        printer.line("mapping(bytes32 instance => Slots) private _slots;");
    }

    fn write_events(&self, printer: &mut Printer) {
        printer.blank();
        for &event in &self.data().events {
            let data = &self.input.program.events[event];
            let named = &self.names.events[&event];
            let types = data
                .fields
                .iter()
                .map(|field| self.types(Scope::Contract).name(&field.ty));
            let fields = types
                .zip(&named.members)
                .map(|(ty, member)| format!("{ty} {member}"));
            let head = Head {
                start: format!("event {}", named.name),
                params: ["bytes32 indexed instance".to_owned()]
                    .into_iter()
                    .chain(fields)
                    .collect(),
                attributes: Vec::new(),
            };
            head.declaration(printer);
        }
    }

    fn write_constants(&self, printer: &mut Printer) {
        let fingerprint = hex(&self.input.facts.fingerprints[self.data().workflow]);
        write_constant(printer, "bytes32", "PROGRAM_FINGERPRINT", &fingerprint);
        if self.has_peers() {
            self.write_chains(printer);
        }
        for &step in &self.data().steps {
            let number = self.input.program.steps[step].number.to_string();
            write_constant(printer, "uint16", &self.names.steps[&step], &number);
        }
        for step in self.invoked_steps() {
            let gas = grouped(&self.input.program.steps[step].gas.to_string());
            write_constant(printer, "uint256", &self.names.budgets[&step], &gas);
        }
        for (id, names) in &self.names.targets {
            let address = evm_address(self.input.deployment.contracts[*id]);
            let value = format!("{}({address})", names.interface);
            write_constant(printer, &names.interface, &names.constant, &value);
        }
        for id in self.used_constants() {
            let (ty, value) = constant(&self.input.deployment.constants[id]);
            write_constant(printer, ty, &self.names.constants[&id], &value);
        }
    }

    fn write_chains(&self, printer: &mut Printer) {
        let core = format!("IWormhole({})", self.endpoint(self.data().chain).1);
        write_constant(printer, "IWormhole", "WORMHOLE_CORE", &core);
        for chain in [self.data().chain].into_iter().chain(self.peers()) {
            let number = self.endpoint(chain).0.to_string();
            write_constant(printer, "uint16", &self.names.chains[&chain], &number);
        }
    }

    fn invoked_steps(&self) -> BTreeSet<Step> {
        let bodies = self
            .data()
            .handlers
            .iter()
            .map(|&handler| &self.input.program.handlers[handler].body);
        let terminators = bodies.flat_map(|body| {
            body.blocks
                .values()
                .filter_map(|block| block.terminator.as_ref())
        });
        let calls = terminators.filter_map(|terminator| match terminator {
            Terminator::Invoke { call, .. } => self.step_of(call),
            _ => None,
        });
        let handlers = self.handlers();
        let routines = handlers.filter(|(_, data)| matches!(data.trigger, Trigger::Together(..)));
        let together = routines.flat_map(|(_, data)| data.body.calls());
        let together = together.filter_map(|(call, _)| self.step_of(call));
        calls.chain(together).collect()
    }

    fn used_constants(&self) -> BTreeSet<Constant> {
        let bodies = self
            .data()
            .handlers
            .iter()
            .map(|&handler| &self.input.program.handlers[handler].body);
        let insts = bodies.flat_map(|body| body.insts.values());
        let constants = insts.filter_map(|inst| match inst {
            InstData::Constant { constant, .. } => Some(*constant),
            _ => None,
        });
        constants.collect()
    }
}

fn write_struct<'s>(
    printer: &mut Printer,
    name: &str,
    members: impl IntoIterator<Item = (String, &'s str)>,
) {
    printer.block(format!("struct {name}"), |printer| {
        for (ty, member) in members {
            printer.line(format!("{ty} {member};"));
        }
    });
}

fn write_constant(printer: &mut Printer, ty: &str, name: &str, value: &str) {
    let target = format!("{ty} private constant {name}");
    write_assignment(printer, &target, &Expr::atom(value));
}
