//! `--emit`: the product of a phase as text.

use std::fmt::Write;

use super::args::Emit;
use crate::ir::Workflow;
use crate::ir::print::program_to_string;
use crate::project::{Checked, Lowered, lower_source};
use crate::wire::header;
use crate::wire::value::hex;

/// The text of a phase's product.
pub(super) fn phase(phase: Emit, checked: &Checked) -> String {
    match phase {
        Emit::Ast => {
            let files = checked.tree.files.iter();
            files.map(|file| format!("{:#?}\n", file.ast)).collect()
        }
        Emit::Hir => format!("{:#?}\n", checked.package),
        Emit::Ir => program_to_string(&lower_source(&checked.package).program),
        Emit::Facts => facts(&lower_source(&checked.package)),
    }
}

fn facts(lowered: &Lowered) -> String {
    let workflows = lowered.program.workflows.keys();
    let texts = workflows.map(|workflow| {
        let mut text = String::new();
        write_facts(lowered, workflow, &mut text).expect("writing to a string cannot fail");
        text
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn write_facts(lowered: &Lowered, workflow: Workflow, out: &mut String) -> std::fmt::Result {
    let Lowered { program, facts } = lowered;
    let data = &program.workflows[workflow];
    writeln!(out, "workflow {} {{", data.name)?;
    writeln!(out, "  fingerprint {}", hex(&facts.fingerprints[workflow]))?;
    writeln!(out, "  requests {}", facts.requests[workflow])?;
    for (id, message) in program.messages_of(workflow) {
        let layout = facts.layout(id);
        let (min, max) = (layout.min_size, layout.max_size);
        let step = &program.steps[message.step].name;
        let head = header::SIZE;
        writeln!(
            out,
            "  message {step} {} {head} + {min}..{max} {{",
            message.kind
        )?;
        for field in &layout.fields {
            let offset = field.offset.map_or("?".to_owned(), |at| at.to_string());
            let ty = field.ty.display(&program.declarations);
            writeln!(out, "    {offset}: {} {ty}", field.name)?;
        }
        writeln!(out, "  }}")?;
    }
    write_budgets(lowered, workflow, out)?;
    writeln!(out, "}}")
}

fn write_budgets(lowered: &Lowered, workflow: Workflow, out: &mut String) -> std::fmt::Result {
    let Lowered { program, facts } = lowered;
    for machine in program.machines_of(workflow) {
        let data = &program.machines[machine];
        let chain = &program.declarations.chains[data.chain].name;
        for &handler in &data.handlers {
            let name = &program.handlers[handler].name;
            writeln!(
                out,
                "  budget {chain} {name} {}",
                facts.budgets[handler].calls
            )?;
        }
    }
    Ok(())
}
