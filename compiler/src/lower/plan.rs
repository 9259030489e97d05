//! The plan of a workflow: its machines, and which values are carried by which message and kept in which slot.
//!
//! Expressions are computed on the chain of their step. So an Execute carries each *leaf* (input, earlier result, or field of one)
//! that the step's call, guard or compensation needs; literals and deployment constants are written into the emitted code.
//! An Executed carries the results that are needed at home. A participant keeps what it needs to answer again and to compensate.

mod deadlines;
mod declare;
mod remote;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::entities::{Chain, Event, Machine, Slot, Step, Workflow};
use crate::hir::{self, Choice, Decision, Package, StepDecl, WorkflowDecl};
use crate::ir::{Alternative, MachineData, Program, Role, StepData, StepKind, WorkflowData};
use crate::types::Type;

use super::expr::{Leaf, Root, for_each_leaf};
use super::mutant::Mutant;
use deadlines::Deadlines;
use declare::{declare_event, declare_slot, field};
use remote::plan_remote;
pub(super) use remote::{CancellationMessages, ConfirmationMessages, RemotePlan};

/// What lowering decided about a workflow before it writes any handler.
pub(super) struct Plan<'a> {
    pub(super) decl: &'a WorkflowDecl,
    /// The fault it has, in tests.
    pub(super) mutant: Option<Mutant>,
    pub(super) home: Chain,
    /// Whether a failing call at home can be caught.
    pub(super) home_catches: bool,
    pub(super) coordinator: Machine,
    pub(super) participants: Vec<Machine>,
    /// In source order.
    pub(super) steps: Vec<StepPlan<'a>>,
    /// At home: who started the instance.
    pub(super) initiator: Slot,
    /// At home: the latest deadline of the Executes sent last; `None` if no message carries one.
    pub(super) deadline: Option<Slot>,
    /// At home: inputs and results that handlers after `start` need.
    pub(super) home_slots: BTreeMap<Root, Slot>,
    pub(super) started: Event,
    pub(super) refused: Option<Event>,
    pub(super) completed: Event,
    /// What is announced by `abort`, and the type of its reason; `None` if there is no `abort`.
    pub(super) aborted: Option<(Event, Type)>,
}

/// What lowering decided about a step.
pub(super) struct StepPlan<'a> {
    pub(super) step: Step,
    pub(super) decl: &'a StepDecl,
    pub(super) kind: StepKind,
    pub(super) machine: Machine,
    /// At home: the deadline of its Execute, if that carries one. Steps of one stage with the same time share a slot.
    pub(super) deadline: Option<Slot>,
    /// Results that anything uses, by position in `decl.results`.
    pub(super) used: Vec<usize>,
    /// Those of them that the machine that runs the step keeps.
    pub(super) kept: Vec<usize>,
    /// Results needed at home, by position in `decl.results`.
    pub(super) reported: Vec<usize>,
    /// `None` for a step of the home chain.
    pub(super) remote: Option<RemotePlan>,
}

impl Plan<'_> {
    /// Whether it has this fault.
    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// The steps that begin together, by position.
    pub(super) fn stages(&self) -> &[Range<usize>] {
        &self.decl.stages
    }

    /// The position of the stage of a step.
    pub(super) fn stage_of(&self, index: usize) -> usize {
        let stage = self
            .stages()
            .iter()
            .position(|stage| stage.contains(&index));
        stage.expect("the stages together are all steps")
    }

    /// Whether something decides if a step runs.
    pub(super) fn is_in_choice(&self, index: usize) -> bool {
        let stage = self.stage_of(index);
        let choices = &self.decl.choices;
        choices
            .iter()
            .any(|choice| choice.then.contains(&stage) || choice.otherwise.contains(&stage))
    }

    /// The `attempt`s, by position among the choices.
    pub(super) fn attempts(&self) -> impl Iterator<Item = (usize, &Choice)> {
        let choices = self.decl.choices.iter().enumerate();
        choices.filter(|(_, choice)| matches!(choice.by, Decision::Refusal))
    }

    /// The `attempt` that tries a stage, by position among the choices.
    pub(super) fn attempt_of(&self, stage: usize) -> Option<usize> {
        let mut attempts = self.attempts();
        let found = attempts.find(|(_, choice)| choice.then.contains(&stage));
        found.map(|(index, _)| index)
    }

    /// The first step of some stages.
    pub(super) fn first_of(&self, stages: &Range<usize>) -> Step {
        let mut steps = self.stages()[stages.clone()].iter().cloned().flatten();
        let first = steps.next().expect("an arm of an attempt has a step");
        self.steps[first].step
    }

    /// Whether no earlier step of its stage has its deadline in the same slot.
    pub(super) fn is_first_with_deadline(&self, index: usize) -> bool {
        let first = self.stages()[self.stage_of(index)].start;
        let deadline = self.steps[index].deadline;
        self.steps[first..index]
            .iter()
            .all(|step| step.deadline != deadline)
    }
}

/// Plans a workflow and declares its machines, steps, messages, slots and events.
pub(super) fn plan<'a>(
    package: &'a Package,
    workflow: Workflow,
    mutant: Option<Mutant>,
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
    let deadlines = Deadlines::declare(package, decl, coordinator, program);
    let home_slots = declare_home_slots(package, decl, &uses, coordinator, program);
    let steps: Vec<_> = decl
        .steps
        .iter()
        .zip(&deadlines.of_steps)
        .map(|(&step, &deadline)| plan_step(package, step, deadline, &uses, program))
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
    let longest = decl.aborts.values().map(|reason| reason.len() as u32).max();
    let aborted = longest.map(|most| {
        let fields = vec![field("reason", Type::String(most))];
        let event = declare_event(program, coordinator, "Aborted", fields);
        (event, Type::String(most))
    });
    let participants = program.workflows[program.machines[coordinator].workflow]
        .participants
        .clone();
    Plan {
        decl,
        mutant,
        home: decl.home,
        home_catches: package.declarations.chains[decl.home].vm.catches_failures(),
        coordinator,
        participants,
        steps,
        initiator,
        deadline: deadlines.latest,
        home_slots,
        started,
        refused,
        completed,
        aborted,
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
            // A remote step's own results stay with its participant unless something else asks for them.
            let mut note = |leaf: Leaf, is_own: bool| {
                if !(is_own && is_result_of(&leaf, step)) {
                    uses.insert(leaf.root);
                }
            };
            // What a call gives to one after it in the same transaction is not kept for that.
            data.for_each_expr_of_execution(&mut |expr| {
                for_each_leaf(expr, &mut |leaf, _| note(leaf, true));
            });
            data.for_each_later_expr(&mut |expr| {
                for_each_leaf(expr, &mut |leaf, _| note(leaf, is_remote));
            });
        }
        let results = decl.results.iter().map(|(_, expr)| expr);
        let conditions = decl.choices.iter().filter_map(Choice::condition);
        let mut insert = |leaf: Leaf, _: &Type| {
            uses.insert(leaf.root);
        };
        let home = results.chain(conditions);
        home.for_each(|expr| for_each_leaf(expr, &mut insert));
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
    step.for_each_expr_of_execution(&mut |expr| for_each_leaf(expr, visit));
    step.for_each_later_expr(&mut |expr| for_each_leaf(expr, visit));
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
        then: decl.calls().skip(1).map(function_and_gas).collect(),
        compensation: decl.compensation().map_or_else(Vec::new, |compensation| {
            compensation.calls.iter().map(function_and_gas).collect()
        }),
        confirmation: decl.confirmation.iter().map(function_and_gas).collect(),
        custody: decl.custody,
        spends: decl
            .calls()
            .flat_map(|call| &call.spends)
            .map(|it| it.taken)
            .collect(),
        within: decl.within,
        results: decl
            .results
            .iter()
            .map(|(field, _)| field.clone())
            .collect(),
        name_span: decl.name_span,
        span: decl.span,
    });
    assert_eq!(id, step, "steps keep their numbers");
    let coordinator = machines[&workflow.home];
    program.machines[coordinator].steps.push(step);
    if machine != coordinator {
        program.machines[machine].steps.push(step);
    }
}

fn function_and_gas(call: &hir::Call) -> (hir::FunctionRef, u64) {
    (call.function.clone(), call.gas)
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
        alternatives: alternatives(decl),
        floors: decl.floors.clone(),
        messages: Vec::new(),
        span: decl.span,
    });
    assert_eq!(id, workflow, "workflows keep their numbers");
}

/// What each `attempt` tries, and what runs otherwise.
fn alternatives(decl: &WorkflowDecl) -> Vec<Alternative> {
    let steps = |stages: &Range<usize>| {
        let stages = decl.stages[stages.clone()].iter().cloned();
        stages.flatten().map(|index| decl.steps[index]).collect()
    };
    let attempts = decl.choices.iter();
    let attempts = attempts.filter(|choice| matches!(choice.by, Decision::Refusal));
    let alternative = |choice: &Choice| Alternative {
        to: steps(&choice.then),
        steps: steps(&choice.otherwise),
    };
    attempts.map(alternative).collect()
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
            Root::Viewed(_) => unreachable!("nobody keeps what a guard asks"),
            Root::Input(index) => (decl.inputs[index].name.clone(), &decl.inputs[index].ty),
            Root::Result(step, index) => {
                let step = &package.steps[step];
                (step.result_name(index), &step.results[index].0.ty)
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
    deadline: Option<Slot>,
    uses: &HomeUses,
    program: &mut Program,
) -> StepPlan<'a> {
    let decl = &package.steps[step];
    let reported = uses.results_of(step);
    let mut kept: BTreeSet<usize> = reported.iter().copied().collect();
    let own = |leaf: &Leaf| match leaf.root {
        Root::Result(of, index) if of == step => Some(index),
        _ => None,
    };
    decl.for_each_later_expr(&mut |expr| {
        for_each_leaf(expr, &mut |leaf, _| kept.extend(own(&leaf)));
    });
    let mut used = kept.clone();
    decl.for_each_expr_of_execution(&mut |expr| {
        for_each_leaf(expr, &mut |leaf, _| used.extend(own(&leaf)));
    });
    let [used, kept] = [used, kept].map(|results| results.into_iter().collect::<Vec<_>>());
    let machine = program.steps[step].machine;
    let coordinator = program.workflows[decl.workflow].coordinator;
    let remote =
        (machine != coordinator).then(|| plan_remote(package, step, &kept, &reported, program));
    StepPlan {
        step,
        decl,
        kind: kind_of(&decl.role),
        machine,
        deadline,
        used,
        kept,
        reported,
        remote,
    }
}
