//! The plan of a workflow: its machines, and which values are carried by which message and kept in which slot.
//!
//! Expressions are computed on the chain of their step. So an Execute carries each *leaf* (input, earlier result, or field of one)
//! that the step's call, guard or compensation needs; literals and deployment constants are written into the emitted code.
//! An Executed carries the results that are needed at home. A participant keeps what it needs to answer again and to compensate.

use std::collections::{BTreeMap, BTreeSet};

use crate::entities::{Chain, Event, Machine, Message, Slot, Step, Workflow};
use crate::hir::{self, Expr, Package, RefusalPolicy, StepDecl, WorkflowDecl};
use crate::ir::{
    EventData, MachineData, MessageData, MessageKind, Program, Role, SlotData, StepData, StepKind,
    WorkflowData,
};
use crate::types::{Field, Type};

use super::expr::{Leaf, Root, for_each_leaf, for_each_leaf_of_call};

/// What lowering decided about a workflow before it writes any handler.
pub(super) struct Plan<'a> {
    pub(super) decl: &'a WorkflowDecl,
    pub(super) home: Chain,
    pub(super) coordinator: Machine,
    pub(super) participants: Vec<Machine>,
    /// In the order they run.
    pub(super) steps: Vec<StepPlan<'a>>,
    /// At home: who started the instance.
    pub(super) initiator: Slot,
    /// At home: the deadline of the Execute sent last; `None` if no message carries one.
    pub(super) deadline: Option<Slot>,
    /// At home: inputs and results that handlers after `start` need.
    pub(super) home_slots: BTreeMap<Root, Slot>,
    pub(super) started: Event,
    pub(super) refused: Option<Event>,
    pub(super) completed: Event,
}

/// What lowering decided about a step.
pub(super) struct StepPlan<'a> {
    pub(super) step: Step,
    pub(super) decl: &'a StepDecl,
    pub(super) kind: StepKind,
    pub(super) machine: Machine,
    /// Results kept by the machine that runs the step, by position in `decl.results`.
    pub(super) kept: Vec<usize>,
    /// Results needed at home, by position in `decl.results`.
    pub(super) reported: Vec<usize>,
    /// `None` for a step of the home chain.
    pub(super) remote: Option<RemotePlan>,
}

/// The messages of a remote step and what its participant keeps.
pub(super) struct RemotePlan {
    /// The leaves that the Execute carries, in the order of its fields.
    pub(super) carried: Vec<Leaf>,
    pub(super) execute: Message,
    pub(super) executed: Message,
    /// Absent for retriable steps, which are neither refused nor cancelled.
    pub(super) cancellation: Option<CancellationMessages>,
    /// Leaves kept for the compensation.
    pub(super) kept_leaves: BTreeMap<Leaf, Slot>,
    /// Results kept, by position in the declaration.
    pub(super) kept_results: BTreeMap<usize, Slot>,
    /// Why the step was refused, to answer again with the same bytes; absent for retriable steps.
    pub(super) refusal: Option<Slot>,
    /// How often the call failed; only where the VM catches and the policy is `retry`.
    pub(super) attempts: Option<Slot>,
}

/// The messages of a step that can be refused and cancelled.
#[derive(Clone, Copy)]
pub(super) struct CancellationMessages {
    pub(super) cancel: Message,
    pub(super) refused: Message,
    pub(super) cancelled: Message,
}

/// Plans a workflow and declares its machines, steps, messages, slots and events.
pub(super) fn plan<'a>(
    package: &'a Package,
    workflow: Workflow,
    program: &mut Program,
) -> Plan<'a> {
    let decl = &package.workflows[workflow];
    let uses = HomeUses::collect(package, decl);
    let machines = declare_machines(package, workflow, program);
    let coordinator = machines[&decl.home];
    for &step in &decl.steps {
        declare_step(package, step, &machines, program);
    }
    declare_workflow(package, workflow, coordinator, &machines, program);

    let initiator = declare_slot(
        program,
        coordinator,
        None,
        "initiator",
        Type::Address(decl.home),
    );
    let carries_deadline = decl
        .steps
        .iter()
        .any(|&step| package.steps[step].within.is_some());
    let deadline = carries_deadline
        .then(|| declare_slot(program, coordinator, None, "deadline", Type::Uint(64)));
    let home_slots = declare_home_slots(package, decl, &uses, coordinator, program);
    let steps: Vec<_> = decl
        .steps
        .iter()
        .map(|&step| plan_step(package, step, &uses, program))
        .collect();

    let has_refusals = steps.iter().any(|step| {
        step.remote
            .as_ref()
            .is_some_and(|remote| remote.cancellation.is_some())
    });
    let initiator_field = field("initiator", Type::Address(decl.home));
    let started = declare_event(program, coordinator, "Started", vec![initiator_field]);
    let refusal_fields = || {
        vec![
            field("step", Type::Uint(16)),
            field("reason", Type::Uint(8)),
        ]
    };
    let refused =
        has_refusals.then(|| declare_event(program, coordinator, "StepRefused", refusal_fields()));
    let result_fields = decl
        .results
        .iter()
        .map(|(field, _)| field.clone())
        .collect();
    let completed = declare_event(program, coordinator, "Completed", result_fields);
    let participants = program.workflows[program.machines[coordinator].workflow]
        .participants
        .clone();
    Plan {
        decl,
        home: decl.home,
        coordinator,
        participants,
        steps,
        initiator,
        deadline,
        home_slots,
        started,
        refused,
        completed,
    }
}

/// The roots that expressions computed at home, or sent from there, need.
struct HomeUses(BTreeSet<Root>);

impl HomeUses {
    fn collect(package: &Package, decl: &WorkflowDecl) -> Self {
        let mut uses = BTreeSet::new();
        for &step in &decl.steps {
            let data = &package.steps[step];
            let is_remote = data.chain != decl.home;
            for_each_leaf_of_step(data, &mut |leaf, _| {
                // A remote step's own results stay with its participant unless something else asks for them.
                if !(is_remote && is_result_of(&leaf, step)) {
                    uses.insert(leaf.root);
                }
            });
        }
        let results = decl.results.iter().map(|(_, expr)| expr);
        let mut insert = |leaf: Leaf, _: &Type| {
            uses.insert(leaf.root);
        };
        results.for_each(|expr| for_each_leaf(expr, &mut insert));
        HomeUses(uses)
    }

    fn results_of(&self, step: Step) -> Vec<usize> {
        let index = |root: &Root| match root {
            Root::Result(of, index) if *of == step => Some(*index),
            _ => None,
        };
        self.0.iter().filter_map(index).collect()
    }
}

fn is_result_of(leaf: &Leaf, step: Step) -> bool {
    matches!(leaf.root, Root::Result(of, _) if of == step)
}

fn for_each_leaf_of_step(step: &StepDecl, visit: &mut impl FnMut(Leaf, &Type)) {
    for_each_leaf_of_call(&step.call, visit);
    step.guard
        .iter()
        .for_each(|guard: &Expr| for_each_leaf(guard, visit));
    if let hir::Role::Compensable(compensation) = &step.role {
        for_each_leaf_of_call(compensation, visit);
    }
}

fn declare_machines(
    package: &Package,
    workflow: Workflow,
    program: &mut Program,
) -> BTreeMap<Chain, Machine> {
    let decl = &package.workflows[workflow];
    let mut machines = BTreeMap::new();
    let chains = decl.steps.iter().map(|&step| package.steps[step].chain);
    for chain in std::iter::once(decl.home).chain(chains) {
        machines.entry(chain).or_insert_with(|| {
            let role = if chain == decl.home {
                Role::Coordinator
            } else {
                Role::Participant
            };
            program.machines.push(MachineData {
                workflow,
                chain,
                role,
                steps: Vec::new(),
                slots: Vec::new(),
                events: Vec::new(),
                handlers: Vec::new(),
            })
        });
    }
    machines
}

fn declare_step(
    package: &Package,
    step: Step,
    machines: &BTreeMap<Chain, Machine>,
    program: &mut Program,
) {
    let decl = &package.steps[step];
    let workflow = &package.workflows[decl.workflow];
    let number = workflow
        .steps
        .iter()
        .position(|&other| other == step)
        .unwrap_or_default();
    let machine = machines[&decl.chain];
    let id = program.steps.push(StepData {
        name: decl.name.clone(),
        docs: decl.docs.clone(),
        workflow: decl.workflow,
        number: number as u16,
        machine,
        kind: kind_of(&decl.role),
        transport: decl.transport,
        function: decl.call.function.clone(),
        gas: decl.call.gas,
        compensation: match &decl.role {
            hir::Role::Compensable(call) => Some((call.function.clone(), call.gas)),
            _ => None,
        },
        within: decl.within,
        results: decl
            .results
            .iter()
            .map(|(field, _)| field.clone())
            .collect(),
        span: decl.span,
    });
    assert_eq!(id, step, "steps keep their numbers");
    let coordinator = machines[&workflow.home];
    program.machines[coordinator].steps.push(step);
    if machine != coordinator {
        program.machines[machine].steps.push(step);
    }
}

fn kind_of(role: &hir::Role) -> StepKind {
    match role {
        hir::Role::Compensable(_) => StepKind::Compensable,
        hir::Role::NothingToUndo => StepKind::NothingToUndo,
        hir::Role::Pivot => StepKind::Pivot,
        hir::Role::Retriable => StepKind::Retriable,
    }
}

fn declare_workflow(
    package: &Package,
    workflow: Workflow,
    coordinator: Machine,
    machines: &BTreeMap<Chain, Machine>,
    program: &mut Program,
) {
    let decl = &package.workflows[workflow];
    let mut participants: Vec<_> = machines
        .values()
        .copied()
        .filter(|&machine| machine != coordinator)
        .collect();
    participants.sort();
    let id = program.workflows.push(WorkflowData {
        name: decl.name.clone(),
        docs: decl.docs.clone(),
        coordinator,
        participants,
        inputs: decl.inputs.clone(),
        results: decl
            .results
            .iter()
            .map(|(field, _)| field.clone())
            .collect(),
        steps: decl.steps.clone(),
        messages: Vec::new(),
        span: decl.span,
    });
    assert_eq!(id, workflow, "workflows keep their numbers");
}

fn declare_home_slots(
    package: &Package,
    decl: &WorkflowDecl,
    uses: &HomeUses,
    coordinator: Machine,
    program: &mut Program,
) -> BTreeMap<Root, Slot> {
    let mut slots = BTreeMap::new();
    for &root in &uses.0 {
        let (name, ty) = match root {
            Root::Input(index) => (decl.inputs[index].name.clone(), &decl.inputs[index].ty),
            Root::Result(step, index) => {
                let result = &package.steps[step].results[index].0;
                (
                    format!("{}_{}", package.steps[step].name, result.name),
                    &result.ty,
                )
            }
        };
        slots.insert(
            root,
            declare_slot(program, coordinator, None, &name, ty.clone()),
        );
    }
    slots
}

fn plan_step<'a>(
    package: &'a Package,
    step: Step,
    uses: &HomeUses,
    program: &mut Program,
) -> StepPlan<'a> {
    let decl = &package.steps[step];
    let reported = uses.results_of(step);
    let mut kept: BTreeSet<usize> = reported.iter().copied().collect();
    for_each_leaf_of_step(decl, &mut |leaf, _| {
        if let Root::Result(of, index) = leaf.root
            && of == step
        {
            kept.insert(index);
        }
    });
    let kept: Vec<_> = kept.into_iter().collect();
    let machine = program.steps[step].machine;
    let coordinator = program.workflows[decl.workflow].coordinator;
    let remote =
        (machine != coordinator).then(|| plan_remote(package, step, &kept, &reported, program));
    StepPlan {
        step,
        decl,
        kind: kind_of(&decl.role),
        machine,
        kept,
        reported,
        remote,
    }
}

fn plan_remote(
    package: &Package,
    step: Step,
    kept: &[usize],
    reported: &[usize],
    program: &mut Program,
) -> RemotePlan {
    let decl = &package.steps[step];
    let machine = program.steps[step].machine;
    let (carried, fields) = carried_leaves(package, step);
    let results = reported
        .iter()
        .map(|&index| decl.results[index].0.clone())
        .collect();
    let is_retriable = matches!(decl.role, hir::Role::Retriable);
    let execute = declare_message(program, step, MessageKind::Execute, fields);
    let cancel =
        (!is_retriable).then(|| declare_message(program, step, MessageKind::Cancel, Vec::new()));
    let executed = declare_message(program, step, MessageKind::Executed, results);
    let cancellation = cancel.map(|cancel| CancellationMessages {
        cancel,
        refused: declare_message(
            program,
            step,
            MessageKind::Refused,
            vec![field("reason", Type::Uint(8))],
        ),
        cancelled: declare_message(program, step, MessageKind::Cancelled, Vec::new()),
    });

    let mut own_slot = |name: &str, ty: Type| {
        declare_slot(
            program,
            machine,
            Some(step),
            &format!("{}_{name}", decl.name),
            ty,
        )
    };
    let kept_leaves = compensation_leaves(package, step);
    let kept_leaves = kept_leaves
        .into_iter()
        .map(|(leaf, field)| (leaf, own_slot(&field.name, field.ty)))
        .collect();
    let result_slot = |index: &usize| {
        let result = &decl.results[*index].0;
        (
            *index,
            own_slot(&format!("result_{}", result.name), result.ty.clone()),
        )
    };
    let kept_results = kept.iter().map(result_slot).collect();
    let refusal = (!is_retriable).then(|| own_slot("refusal", Type::Uint(8)));
    let catches = package.declarations.chains[decl.chain]
        .vm
        .catches_failures();
    let retries = catches && matches!(decl.on_refused, RefusalPolicy::Retry(_));
    let attempts = retries.then(|| own_slot("attempts", Type::Uint(8)));
    RemotePlan {
        carried,
        execute,
        executed,
        cancellation,
        kept_leaves,
        kept_results,
        refusal,
        attempts,
    }
}

/// The leaves an Execute carries, each once, in order of first use, and the fields that carry them.
fn carried_leaves(package: &Package, step: Step) -> (Vec<Leaf>, Vec<Field>) {
    let mut carried: Vec<(Leaf, Field)> = Vec::new();
    for_each_leaf_of_step(&package.steps[step], &mut |leaf, ty| {
        if !is_result_of(&leaf, step) && carried.iter().all(|(other, _)| *other != leaf) {
            let is_taken = |name: &str| carried.iter().any(|(_, field)| field.name == name);
            let name = unique(&leaf_name(package, step, &leaf), is_taken);
            carried.push((leaf, field(&name, ty.clone())));
        }
    });
    carried.into_iter().unzip()
}

/// The carried leaves that the compensation uses.
fn compensation_leaves(package: &Package, step: Step) -> BTreeMap<Leaf, Field> {
    let mut leaves = BTreeMap::new();
    if let hir::Role::Compensable(compensation) = &package.steps[step].role {
        for_each_leaf_of_call(compensation, &mut |leaf, ty| {
            if !is_result_of(&leaf, step) {
                let field = field(&leaf_name(package, step, &leaf), ty.clone());
                leaves.insert(leaf, field);
            }
        });
    }
    leaves
}

/// A name for a leaf: `amount`, `swap_amount_out`, `order_note`.
fn leaf_name(package: &Package, step: Step, leaf: &Leaf) -> String {
    let workflow = &package.workflows[package.steps[step].workflow];
    let (mut name, mut ty) = match leaf.root {
        Root::Input(index) => (
            workflow.inputs[index].name.clone(),
            &workflow.inputs[index].ty,
        ),
        Root::Result(of, index) => {
            let result = &package.steps[of].results[index].0;
            (
                format!("{}_{}", package.steps[of].name, result.name),
                &result.ty,
            )
        }
    };
    for &index in &leaf.path {
        let Type::Record(record) = ty else { break };
        let member = &package.declarations.records[*record].fields[index];
        name = format!("{name}_{}", member.name);
        ty = &member.ty;
    }
    name
}

fn declare_message(
    program: &mut Program,
    step: Step,
    kind: MessageKind,
    fields: Vec<Field>,
) -> Message {
    let data = &program.steps[step];
    let coordinator = program.workflows[data.workflow].coordinator;
    let (from, to) = if kind.is_request() {
        (coordinator, data.machine)
    } else {
        (data.machine, coordinator)
    };
    let transport = data
        .transport
        .expect("the checker gives every remote step a transport");
    let workflow = data.workflow;
    let message = program.messages.push(MessageData {
        step,
        kind,
        from,
        to,
        transport,
        fields,
    });
    program.workflows[workflow].messages.push(message);
    message
}

fn declare_slot(
    program: &mut Program,
    machine: Machine,
    step: Option<Step>,
    name: &str,
    ty: Type,
) -> Slot {
    let is_taken = |name: &str| {
        program.machines[machine]
            .slots
            .iter()
            .any(|&slot| program.slots[slot].name == name)
    };
    let name = unique(name, is_taken);
    let slot = program.slots.push(SlotData {
        machine,
        name,
        ty,
        step,
    });
    program.machines[machine].slots.push(slot);
    slot
}

fn declare_event(program: &mut Program, machine: Machine, name: &str, fields: Vec<Field>) -> Event {
    let event = program.events.push(EventData {
        machine,
        name: name.to_owned(),
        fields,
    });
    program.machines[machine].events.push(event);
    event
}

/// `name`, or `name` with the least number that makes it free.
fn unique(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2u32..).map(|number| format!("{name}_{number}"));
    let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
    candidates
        .find(|candidate| !is_taken(candidate))
        .expect("some number is free")
}

pub(super) fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        ty,
    }
}
