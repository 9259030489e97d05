//! Writes workflows.

use super::declarations::{docs, documented_list, line, write_let, written_fields};
use super::expr::{In, call, clauses, in_order, list};
use crate::generate::spec::{Call, If, Item, Policy, Repeat, Role, Spec, Step, Take, Workflow};

pub(super) fn write_workflow(text: &mut String, spec: &Spec, workflow: &Workflow) {
    let declarations = &spec.declarations;
    docs(text, spec, 0, &workflow.docs);
    let home = &declarations.chains[workflow.home].name;
    let inputs = written_list(spec, written_fields(spec, workflow.inputs.iter()));
    let results = workflow.results.iter().map(|(field, _)| field);
    let results = match workflow.results.is_empty() {
        true => String::new(),
        false => format!(
            " -> ({})",
            written_list(spec, written_fields(spec, results))
        ),
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

/// What stands between parentheses.
fn written_list(spec: &Spec, parts: impl Iterator<Item = String>) -> String {
    documented_list(spec, 0, parts).trim_matches(' ').to_owned()
}

fn written_take(spec: &Spec, take: &Take, from: &str) -> String {
    let floor = take.floor.iter().map(|(chains, to)| {
        let chains = chains
            .iter()
            .map(|&chain| &spec.declarations.chains[chain].name);
        format!(" floor on {} to {}", list(chains), In(spec, to))
    });
    let (name, amount) = (&take.name, In(spec, &take.amount));
    let asset = &spec.declarations.assets[take.asset].name;
    let floor: String = floor.collect();
    format!("take {name}: {asset} = {amount} from {from}{floor};")
}

fn write_flow(text: &mut String, spec: &Spec, indent: usize, flow: &[Item]) {
    for item in flow {
        match item {
            Item::Step(step) => write_step(text, spec, indent, step),
            Item::Atomic(steps) => write_block(text, spec, indent, ("atomic", steps)),
            Item::Parallel(steps) => write_block(text, spec, indent, ("parallel", steps)),
            Item::If(choice) => {
                let condition = In(spec, &choice.condition);
                line(text, indent, &format!("if ({condition}) {{"));
                write_arms(text, spec, indent, choice);
            }
            Item::Repeat(repeat, body) => {
                line(text, indent, &written_repeat(repeat));
                write_flow(text, spec, indent + 1, body);
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

/// Steps between braces.
fn write_block(text: &mut String, spec: &Spec, indent: usize, (word, steps): (&str, &[Step])) {
    line(text, indent, &format!("{word} {{"));
    for step in steps {
        write_step(text, spec, indent + 1, step);
    }
    line(text, indent, "}");
}

/// The arms of an `if`, and those of one that is all of its `else` if that is chained.
fn write_arms(text: &mut String, spec: &Spec, indent: usize, choice: &If) {
    write_flow(text, spec, indent + 1, &choice.then);
    match choice.otherwise.as_slice() {
        [] => {}
        [Item::If(second)] if spec.layout.is_chained => {
            let condition = In(spec, &second.condition);
            line(text, indent, &format!("}} else if ({condition}) {{"));
            return write_arms(text, spec, indent, second);
        }
        otherwise => {
            line(text, indent, "} else {");
            write_flow(text, spec, indent + 1, otherwise);
        }
    }
    line(text, indent, "}");
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
    line(text, indent, &written_repeat(repeat));
    write_one_step(text, spec, indent + 1, step);
    line(text, indent, "}");
}

/// How a `repeat` begins.
fn written_repeat(repeat: &Repeat) -> String {
    let times = repeat.constant.clone();
    let times = times.unwrap_or_else(|| repeat.times.to_string());
    let counter = repeat.counter.iter();
    let counter: String = counter.map(|counter| format!(" as {counter}")).collect();
    format!("repeat {times}{counter} {{")
}

fn write_one_step(text: &mut String, spec: &Spec, indent: usize, step: &Step) {
    docs(text, spec, indent, &step.docs);
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
    let own = clauses(spec, &step.call);
    let mut all = Vec::new();
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
        let clauses = in_order(spec, clauses(spec, later)).join(" ");
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
        Role::Unsaid => {}
    }
    all.extend(step.confirm.iter().map(|call| later("confirm", call)));
    all.extend(step.on_refused.map(|policy| match policy {
        Policy::Compensate => "on refused compensate".to_owned(),
        Policy::Retry(count) => format!("on refused retry {count}"),
        Policy::Continue => "on refused continue".to_owned(),
    }));
    let held_for = step.held_for.iter();
    all.extend(held_for.map(|owner| format!("on refused hold for {}", In(spec, owner))));
    ordered_clauses(spec, own, all)
}

/// Clauses of the step's call and others, in the order of the layout. Those of the call do not follow another call, or they would be that
/// call's.
fn ordered_clauses(spec: &Spec, own: Vec<String>, others: Vec<String>) -> Vec<String> {
    let is_call = |clause: &String| {
        let mut words = clause.split(' ');
        matches!(words.next(), Some("compensate" | "confirm")) && words.next() != Some("none")
    };
    let all = own.iter().chain(&others).cloned().collect();
    let all = in_order(spec, all);
    let mut is_after_call = false;
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for clause in all {
        let is_own = own.contains(&clause);
        // Who may claim a compensation is said of its call.
        if !is_own && !clause.starts_with("else") {
            is_after_call = is_call(&clause);
        }
        match is_own && is_after_call {
            true => first.push(clause),
            false => rest.push(clause),
        }
    }
    [first, rest].concat()
}
