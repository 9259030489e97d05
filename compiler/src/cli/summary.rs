//! What a build tells the user: chains, contracts, messages, budgets and files, as tables or as JSON.

use serde::Serialize;

use super::build::action;
use super::table::{Align, Table, number};
use crate::deployment::Endpoint;
use crate::diagnostic::Color;
use crate::ir::{Program, Role, StepData};
use crate::project::output::Compared;
use crate::project::{Bound, Project, format_address};
use crate::wire::header;
use crate::wire::value::hex;

use Align::{Left, Right};

/// The summary of a build. Its JSON form is stable: fields may be added, none changes its meaning.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    project: String,
    profile: String,
    output: String,
    chains: Vec<ChainRow>,
    workflows: Vec<WorkflowRow>,
    contracts: Vec<ContractRow>,
    messages: Vec<MessageRow>,
    budgets: Vec<BudgetRow>,
    files: Vec<FileRow>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainRow {
    name: String,
    vm: &'static str,
    network: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wormhole: Option<u16>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkflowRow {
    name: String,
    home: String,
    fingerprint: String,
    steps: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContractRow {
    /// The workflow of an emitted contract, the name of a target.
    name: String,
    chain: String,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageRow {
    workflow: String,
    step: String,
    kind: &'static str,
    from: String,
    to: String,
    transport: &'static str,
    /// Bytes with the header.
    min_size: u64,
    max_size: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BudgetRow {
    workflow: String,
    step: String,
    chain: String,
    unit: &'static str,
    call: String,
    budget: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    compensation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compensation_budget: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FileRow {
    path: String,
    bytes: u64,
    action: &'static str,
}

impl Summary {
    pub(super) fn new(project: &Project, bound: &Bound, compared: &Compared<'_>) -> Self {
        Self {
            project: project.manifest.name.value.clone(),
            profile: bound.deployment.profile.clone(),
            output: project.manifest.output.value.clone(),
            chains: chains(bound),
            workflows: workflows(bound),
            contracts: contracts(bound),
            messages: messages(bound),
            budgets: budgets(&bound.lowered.program),
            files: files(compared),
        }
    }

    /// The summary as tables.
    pub(super) fn to_text(&self, color: Color) -> String {
        let style = |text: &str| match color {
            Color::Always => format!("\x1b[1m{text}\x1b[0m"),
            Color::Never => text.to_owned(),
        };
        let tables = [
            self.chain_table(),
            self.contract_table(),
            self.message_table(),
            self.budget_table(),
            self.file_table(),
        ];
        let printed = tables.iter().map(|table| table.print(&style));
        let printed: Vec<_> = printed.filter(|text| !text.is_empty()).collect();
        format!("{}\n{}\n", printed.join("\n"), self.last_line())
    }

    fn chain_table(&self) -> Table {
        let columns = [
            ("chain", Left),
            ("vm", Left),
            ("network", Left),
            ("wormhole", Right),
        ];
        let mut table = Table::new(format!("Chains of profile {}", self.profile), &columns);
        for row in &self.chains {
            let wormhole = row.wormhole.map_or(String::new(), |id| id.to_string());
            table.row([
                row.name.clone(),
                row.vm.to_owned(),
                row.network.clone(),
                wormhole,
            ]);
        }
        table
    }

    fn contract_table(&self) -> Table {
        let columns = [
            ("contract", Left),
            ("chain", Left),
            ("role", Left),
            ("address", Left),
        ];
        let mut table = Table::new("Contracts", &columns);
        for row in &self.contracts {
            let address = row
                .address
                .clone()
                .unwrap_or_else(|| "after deployment".to_owned());
            table.row([
                row.name.clone(),
                row.chain.clone(),
                row.role.to_owned(),
                address,
            ]);
        }
        table
    }

    fn message_table(&self) -> Table {
        let columns = [
            ("workflow", Left),
            ("step", Left),
            ("message", Left),
            ("from", Left),
            ("to", Left),
            ("via", Left),
            ("bytes", Right),
        ];
        let mut table = Table::new("Messages", &columns);
        for row in &self.messages {
            let size = match row.min_size == row.max_size {
                true => number(row.max_size),
                false => format!("{}–{}", number(row.min_size), number(row.max_size)),
            };
            table.row([
                row.workflow.clone(),
                row.step.clone(),
                row.kind.to_owned(),
                row.from.clone(),
                row.to.clone(),
                row.transport.to_owned(),
                size,
            ]);
        }
        table
    }

    fn budget_table(&self) -> Table {
        let columns = [
            ("workflow", Left),
            ("step", Left),
            ("call", Left),
            ("budget", Right),
            ("undone by", Left),
            ("budget", Right),
            ("unit", Left),
            ("within", Right),
        ];
        let mut table = Table::new("Budgets", &columns);
        for row in &self.budgets {
            table.row([
                row.workflow.clone(),
                row.step.clone(),
                row.call.clone(),
                number(row.budget),
                row.compensation.clone().unwrap_or_default(),
                row.compensation_budget.map_or(String::new(), number),
                row.unit.to_owned(),
                row.deadline.map_or(String::new(), duration),
            ]);
        }
        table
    }

    fn file_table(&self) -> Table {
        let columns = [("file", Left), ("bytes", Right), ("", Left)];
        let mut table = Table::new(format!("Files in {}", self.output), &columns);
        for row in self.files.iter().filter(|row| row.action != "unchanged") {
            let bytes = match row.action {
                "removed" => String::new(),
                _ => number(row.bytes),
            };
            let note = match row.action {
                "written" => String::new(),
                other => other.to_owned(),
            };
            table.row([row.path.clone(), bytes, note]);
        }
        table
    }

    fn last_line(&self) -> String {
        let count = |action| self.files.iter().filter(|row| row.action == action).count();
        let written = count("written") + count("replaced");
        let bytes: u64 = self.files.iter().map(|row| row.bytes).sum();
        let mut parts = vec![format!("{written} files written")];
        for action in ["removed", "unchanged"] {
            match count(action) {
                0 => {}
                number => parts.push(format!("{number} {action}")),
            }
        }
        format!(
            "{}: {}; {} bytes in all",
            self.output,
            parts.join(", "),
            number(bytes)
        )
    }
}

fn chains(bound: &Bound) -> Vec<ChainRow> {
    let chains = &bound.lowered.program.declarations.chains;
    let rows = chains.iter().map(|(id, chain)| {
        let binding = &bound.deployment.chains[id];
        let mut endpoints = binding.transports.values();
        ChainRow {
            name: chain.name.clone(),
            vm: chain.vm.name(),
            network: binding.caip2.clone(),
            wormhole: endpoints
                .next()
                .map(|Endpoint::Wormhole { chain_id, .. }| *chain_id),
        }
    });
    rows.collect()
}

fn workflows(bound: &Bound) -> Vec<WorkflowRow> {
    let program = &bound.lowered.program;
    let rows = program.workflows.iter().map(|(id, workflow)| WorkflowRow {
        name: workflow.name.clone(),
        home: chain_of(program, workflow.coordinator),
        fingerprint: hex(&bound.lowered.facts.fingerprints[id]),
        steps: workflow.steps.len(),
    });
    rows.collect()
}

/// The emitted contracts, then those they call.
fn contracts(bound: &Bound) -> Vec<ContractRow> {
    let program = &bound.lowered.program;
    let deployment = &bound.deployment;
    let workflows = program.workflows.iter();
    let emitted = workflows.flat_map(|(id, workflow)| {
        program.machines_of(id).map(|machine| ContractRow {
            name: workflow.name.clone(),
            chain: chain_of(program, machine),
            role: match program.machines[machine].role {
                Role::Coordinator => "coordinator",
                Role::Participant => "participant",
            },
            address: deployment.machines[machine].map(format_address),
        })
    });
    let declared = program.declarations.contracts.iter();
    let declared = declared.filter(|(id, _)| !program.declarations.is_native(*id));
    let targets = declared.map(|(id, contract)| ContractRow {
        name: contract.name.clone(),
        chain: program.declarations.chains[contract.chain].name.clone(),
        role: "called",
        address: Some(format_address(deployment.contracts[id])),
    });
    emitted.chain(targets).collect()
}

fn messages(bound: &Bound) -> Vec<MessageRow> {
    let program = &bound.lowered.program;
    let workflows = program.workflows.iter();
    let rows = workflows.flat_map(|(id, workflow)| {
        program.messages_of(id).map(|(message, data)| {
            let layout = bound.lowered.facts.layout(message);
            MessageRow {
                workflow: workflow.name.clone(),
                step: program.steps[data.step].name.clone(),
                kind: data.kind.name(),
                from: chain_of(program, data.from),
                to: chain_of(program, data.to),
                transport: data.transport.name(),
                min_size: header::SIZE as u64 + u64::from(layout.min_size),
                max_size: header::SIZE as u64 + u64::from(layout.max_size),
            }
        })
    });
    rows.collect()
}

fn budgets(program: &Program) -> Vec<BudgetRow> {
    let call = |function: &crate::hir::FunctionRef| {
        let contract = &program.declarations.contracts[function.contract].name;
        format!("{contract}.{}", function.name)
    };
    let calls = |calls: &mut dyn Iterator<Item = (&crate::hir::FunctionRef, u64)>| {
        let calls: Vec<_> = calls.map(|(function, _)| call(function)).collect();
        (!calls.is_empty()).then(|| calls.join(", "))
    };
    let rows = program.steps.values().map(|step| BudgetRow {
        workflow: program.workflows[step.workflow].name.clone(),
        step: step.name.clone(),
        chain: chain_of(program, step.machine),
        unit: program.vm(step.machine).gas_unit(),
        call: calls(&mut step.calls()).unwrap_or_default(),
        budget: step.calls().map(|(_, gas)| gas).sum(),
        compensation: calls(&mut back(step)),
        compensation_budget: (!step.compensation.is_empty())
            .then(|| back(step).map(|(_, gas)| gas).sum()),
        deadline: step.within,
    });
    rows.collect()
}

/// What undoes a step, each call with its budget.
fn back(step: &StepData) -> impl Iterator<Item = (&crate::hir::FunctionRef, u64)> {
    let calls = step.compensation.iter();
    calls.map(|(function, gas)| (function, *gas))
}

fn files(compared: &Compared<'_>) -> Vec<FileRow> {
    let rows = compared.files.iter().map(|(path, entry)| FileRow {
        path: path.clone(),
        bytes: entry.wanted.as_ref().map_or(0, |wanted| wanted.size),
        action: action(entry.state),
    });
    rows.collect()
}

fn chain_of(program: &Program, machine: crate::ir::Machine) -> String {
    let chain = program.machines[machine].chain;
    program.declarations.chains[chain].name.clone()
}

/// Seconds in the largest unit that divides them.
fn duration(seconds: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
    let fitting = units
        .into_iter()
        .find(|(length, _)| seconds > 0 && seconds.is_multiple_of(*length));
    let (length, unit) = fitting.unwrap_or((1, "s"));
    format!("{} {unit}", seconds / length)
}
