//! Writes the source file.

use std::fmt::Write;

use xcc::types::{Declarations, Field};
use xcc::vm::Vm;

use super::expr::{In, call, clauses, list};
use super::{ASSET, interface_path};
use crate::generate::spec::{
    Call, Item, Named, Policy, PureFunction, Role, Spec, Step, Take, Workflow,
};

/// The text of the source file.
pub(super) fn source(spec: &Spec) -> String {
    let mut text = String::from("//! Generated.\n\n");
    let declarations = &spec.declarations;
    for chain in declarations.chains.values() {
        line(
            &mut text,
            0,
            &format!("chain {}: {};", chain.name, chain.vm),
        );
    }
    if has_asset(spec) {
        let chains = declarations.chains.values().zip(&spec.decimals);
        let chains = chains.zip(&spec.is_token_2022);
        let forms = chains.map(|((chain, decimals), &is_token_2022)| {
            let standard = standard(chain.vm, is_token_2022);
            format!("{}: {standard} decimals {decimals}", chain.name)
        });
        line(&mut text, 0, &format!("asset {ASSET} on {};", list(forms)));
    }
    for contract in &spec.contracts {
        let chain = &declarations.chains[contract.chain].name;
        let path = interface_path(contract);
        line(
            &mut text,
            0,
            &format!("contract {} on {chain} from \"{path}\";", contract.name),
        );
    }
    for declared in declarations.enums.values() {
        docs(&mut text, 0, &declared.docs);
        let variants = list(&declared.variants);
        line(
            &mut text,
            0,
            &format!("enum {} {{ {variants} }}", declared.name),
        );
    }
    for record in declarations.records.values() {
        docs(&mut text, 0, &record.docs);
        let fields = fields(declarations, record.fields.iter());
        line(
            &mut text,
            0,
            &format!("record {} {{ {fields} }}", record.name),
        );
    }
    for named in &spec.consts {
        let (name, value) = (&named.name, In(spec, &named.value));
        let ty = named.ty.display(declarations);
        line(&mut text, 0, &format!("const {name}: {ty} = {value};"));
    }
    for function in &spec.functions {
        write_function(&mut text, spec, function);
    }
    for workflow in &spec.workflows {
        text.push('\n');
        write_workflow(&mut text, spec, workflow);
    }
    text
}

/// Whether anything is said of the asset.
pub(super) fn has_asset(spec: &Spec) -> bool {
    !spec.declarations.assets.is_empty()
}

const fn standard(vm: Vm, is_token_2022: bool) -> &'static str {
    match vm {
        Vm::Evm => "erc20",
        Vm::Svm if is_token_2022 => "token2022",
        Vm::Svm => "spl",
        Vm::Sui => "coin",
        Vm::Aptos => "fungible",
    }
}

fn line(text: &mut String, indent: usize, content: &str) {
    let _ = writeln!(text, "{:1$}{content}", "", 4 * indent);
}

fn docs(text: &mut String, indent: usize, docs: &[String]) {
    for doc in docs {
        line(text, indent, &format!("/// {doc}"));
    }
}

fn fields<'f>(declarations: &Declarations, fields: impl Iterator<Item = &'f Field>) -> String {
    list(fields.map(|field| format!("{}: {}", field.name, field.ty.display(declarations))))
}

fn write_function(text: &mut String, spec: &Spec, function: &PureFunction) {
    let declarations = &spec.declarations;
    let params = fields(declarations, function.params.iter());
    let result = function.result.display(declarations);
    line(
        text,
        0,
        &format!("fn {}({params}) -> {result} {{", function.name),
    );
    for (named, is_typed) in &function.lets {
        write_let(text, spec, 1, named, *is_typed);
    }
    line(text, 1, &In(spec, &function.value).to_string());
    line(text, 0, "}");
}

fn write_let(text: &mut String, spec: &Spec, indent: usize, named: &Named, is_typed: bool) {
    let ty = is_typed.then(|| format!(": {}", named.ty.display(&spec.declarations)));
    let (name, ty) = (&named.name, ty.unwrap_or_default());
    let value = In(spec, &named.value);
    line(text, indent, &format!("let {name}{ty} = {value};"));
}

fn write_workflow(text: &mut String, spec: &Spec, workflow: &Workflow) {
    let declarations = &spec.declarations;
    docs(text, 0, &workflow.docs);
    let home = &declarations.chains[workflow.home].name;
    let inputs = fields(declarations, workflow.inputs.iter());
    let results = fields(
        declarations,
        workflow.results.iter().map(|(field, _)| field),
    );
    let results = match results.is_empty() {
        true => String::new(),
        false => format!(" -> ({results})"),
    };
    line(
        text,
        0,
        &format!(
            "workflow {} on {home} ({inputs}){results} {{",
            workflow.name
        ),
    );
    let authorised = workflow.authorised.as_deref();
    line(
        text,
        1,
        &format!("authorise {};", authorised.unwrap_or("anyone")),
    );
    if let Some(transport) = workflow.transport {
        line(text, 1, &format!("transport {transport};"));
    }
    for take in &workflow.takes {
        let from = authorised.unwrap_or_default();
        line(text, 1, &written_take(spec, take, from));
    }
    write_flow(text, spec, 1, &workflow.flow);
    write_return(text, spec, workflow);
    line(text, 0, "}");
}

fn written_take(spec: &Spec, take: &Take, from: &str) -> String {
    let floor = take.floor.iter().map(|(chains, to)| {
        let chains = chains
            .iter()
            .map(|&chain| &spec.declarations.chains[chain].name);
        format!(" floor on {} to {}", list(chains), In(spec, to))
    });
    let (name, amount) = (&take.name, In(spec, &take.amount));
    let floor: String = floor.collect();
    format!("take {name}: {ASSET} = {amount} from {from}{floor};")
}

fn write_flow(text: &mut String, spec: &Spec, indent: usize, flow: &[Item]) {
    for item in flow {
        match item {
            Item::Step(step) => write_step(text, spec, indent, step),
            Item::Atomic(steps) => {
                line(text, indent, "atomic {");
                for step in steps {
                    write_step(text, spec, indent + 1, step);
                }
                line(text, indent, "}");
            }
            Item::Parallel(steps) => {
                line(text, indent, "parallel {");
                for step in steps {
                    write_step(text, spec, indent + 1, step);
                }
                line(text, indent, "}");
            }
            Item::If(choice) => {
                let condition = In(spec, &choice.condition);
                line(text, indent, &format!("if ({condition}) {{"));
                write_flow(text, spec, indent + 1, &choice.then);
                if !choice.otherwise.is_empty() {
                    line(text, indent, "} else {");
                    write_flow(text, spec, indent + 1, &choice.otherwise);
                }
                line(text, indent, "}");
            }
            Item::Attempt(first, otherwise) => {
                line(text, indent, "attempt {");
                write_attempt(text, spec, indent, (first, otherwise));
            }
            Item::Abort(reason) => line(text, indent, &format!("abort {reason:?};")),
            Item::Let(named, is_typed) => write_let(text, spec, indent, named, *is_typed),
            Item::Pay(holding, to) => {
                line(text, indent, &format!("pay {holding} to {};", In(spec, to)));
            }
            Item::Release(holding, to) => {
                let to = In(spec, to);
                line(text, indent, &format!("release {holding} to {to};"));
            }
        }
    }
}

/// What is tried, and its alternatives one after another.
fn write_attempt(
    text: &mut String,
    spec: &Spec,
    indent: usize,
    (first, otherwise): (&[Item], &[Item]),
) {
    write_flow(text, spec, indent + 1, first);
    if let [Item::Attempt(second, third)] = otherwise {
        line(text, indent, "} else attempt {");
        return write_attempt(text, spec, indent, (second, third));
    }
    line(text, indent, "} else {");
    write_flow(text, spec, indent + 1, otherwise);
    line(text, indent, "}");
}

/// One result is returned as it is, several by name.
fn write_return(text: &mut String, spec: &Spec, workflow: &Workflow) {
    match workflow.results.as_slice() {
        [] => {}
        [(_, only)] => line(text, 1, &format!("return {};", In(spec, only))),
        several => {
            let values = several.iter();
            let values =
                values.map(|(field, value)| format!("{}: {}", field.name, In(spec, value)));
            line(text, 1, &format!("return {{ {} }};", list(values)));
        }
    }
}

fn write_step(text: &mut String, spec: &Spec, indent: usize, step: &Step) {
    let Some(repeat) = &step.repeat else {
        return write_one_step(text, spec, indent, step);
    };
    let times = repeat.constant.clone();
    let times = times.unwrap_or_else(|| repeat.times.to_string());
    let counter = repeat
        .counter
        .iter()
        .map(|counter| format!(" as {counter}"));
    let counter: String = counter.collect();
    line(text, indent, &format!("repeat {times}{counter} {{"));
    write_one_step(text, spec, indent + 1, step);
    line(text, indent, "}");
}

fn write_one_step(text: &mut String, spec: &Spec, indent: usize, step: &Step) {
    docs(text, indent, &step.docs);
    let results = step.results.iter().map(|results| {
        let results = results.iter().map(|result| match &result.ty {
            Some(ty) => format!("{}: {}", result.name, ty.display(&spec.declarations)),
            None => result.name.clone(),
        });
        format!(" -> ({})", list(results))
    });
    let results: String = results.collect();
    let head = format!("step {} = {}{results}", step.name, call(spec, &step.call));
    line(text, indent, &head);
    let mut clauses = step_clauses(spec, step);
    if let Some(last) = clauses.last_mut() {
        last.push(';');
    }
    for clause in clauses {
        line(text, indent + 1, &clause);
    }
}

/// Clauses of calls stand behind the call that they belong to.
fn step_clauses(spec: &Spec, step: &Step) -> Vec<String> {
    let mut all = clauses(spec, &step.call);
    all.extend(step.via.map(|transport| format!("via {transport}")));
    all.extend(step.within.iter().map(|within| format!("within {within}")));
    if !step.spends.is_empty() {
        all.push(format!("spend {}", list(&step.spends)));
    }
    all.extend(
        step.require
            .iter()
            .map(|guard| format!("require {}", In(spec, guard))),
    );
    let later = |word: &str, later: &Call| {
        let clauses = clauses(spec, later).join(" ");
        format!("{word} {} {clauses}", call(spec, later))
    };
    match &step.role {
        Role::NothingToUndo => all.push("compensate none".to_owned()),
        Role::Compensable(compensation, holder) => {
            all.push(later("compensate", compensation));
            let holder = holder.iter();
            all.extend(holder.map(|holder| format!("else hold for {}", In(spec, holder))));
        }
        Role::Pivot => all.push("pivot".to_owned()),
        Role::Retriable => all.push("retriable".to_owned()),
    }
    all.extend(step.confirm.iter().map(|call| later("confirm", call)));
    all.extend(step.on_refused.map(|policy| match policy {
        Policy::Compensate => "on refused compensate".to_owned(),
        Policy::Retry(count) => format!("on refused retry {count}"),
        Policy::Continue => "on refused continue".to_owned(),
    }));
    let held_for = step.held_for.iter();
    all.extend(held_for.map(|owner| format!("on refused hold for {}", In(spec, owner))));
    all
}
