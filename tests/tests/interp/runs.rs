//! Every example and every feature from its start to both of its ends.

use std::collections::BTreeMap;

use xcc::entities::Step;
use xcc::hir::RefusalPolicy;
use xcc::interp::network::Entry;
use xcc::interp::{CallEnd, Event, Made, Outcome};
use xcc::ir::{MessageKind, Part, Phase, Status, StepKind};
use xcc_tests::project::Project;

use xcc_tests::interp::{Bench, projects};

/// The calls that took effect, in order; those of guards have none.
type Effects = Vec<(Step, Status)>;

fn add_effects(effects: &mut Effects, outcome: &Outcome) {
    let took = |made: &&Made| {
        let is_one = !made.call.joins && made.call.part() != Part::Guard;
        is_one && matches!(made.end, CallEnd::Returned(_))
    };
    let calls = outcome.calls.iter().filter(took);
    effects.extend(calls.map(|made| made.call.step));
}

/// Which message is presented next.
#[derive(Clone, Copy)]
enum Order {
    OldestFirst,
    NewestFirst,
}

/// Presents every message once; a rejected Execute whose deadline passed expires. Messages that come of it are presented too.
fn deliver_all(bench: &mut Bench<'_>, order: Order, effects: &mut Effects) {
    let mut done = Vec::new();
    loop {
        let mut pending = (0..bench.network.mail().len()).filter(|index| !done.contains(index));
        let next = match order {
            Order::OldestFirst => pending.next(),
            Order::NewestFirst => pending.next_back(),
        };
        let Some(index) = next else {
            match bench.run_open() {
                Some(outcome) => add_effects(effects, &outcome),
                None => return,
            }
            continue;
        };
        done.push(index);
        let outcome = bench
            .present(index, Entry::Deliver)
            .or_else(|_| bench.present(index, Entry::Expire));
        if let Ok(outcome) = outcome {
            add_effects(effects, &outcome);
        }
    }
}

fn count(effects: &Effects, step: Step, status: Status) -> usize {
    effects.iter().filter(|it| **it == (step, status)).count()
}

#[test]
fn every_workflow_completes() {
    for project in projects() {
        let mut bench = Bench::new(project);
        let (mut effects, outcome) = (Vec::new(), bench.start().unwrap());
        add_effects(&mut effects, &outcome);
        deliver_all(&mut bench, Order::OldestFirst, &mut effects);
        assert_eq!(bench.phase(), Phase::Completed, "{}", project.name);
        // What is paid is owed at first, which is no call.
        let is_owed = |step: &Step| bench.at_home(*step) == Status::Parked;
        let ran = |step: &Step| bench.at_home(*step) != Status::Skipped && !is_owed(step);
        for &step in &bench.data().steps {
            let runs = usize::from(ran(&step));
            let confirms = usize::from(!bench.program.steps[step].confirmation.is_empty());
            let executed = count(&effects, step, Status::Executed);
            assert_eq!(executed, runs, "{}", project.name);
            assert_eq!(count(&effects, step, Status::Confirmed), confirms);
            assert_eq!(count(&effects, step, Status::Cancelled), 0);
        }
        let order: Vec<_> = effects
            .iter()
            .filter(|it| it.1 == Status::Executed)
            .collect();
        let steps = bench.data().steps.iter().filter(|step| ran(step));
        assert!(
            steps.eq(order.iter().map(|(step, _)| step)),
            "{}",
            project.name
        );
    }
}

#[test]
fn every_workflow_that_is_cancelled_at_once_is_compensated() {
    for project in projects() {
        let mut bench = Bench::new(project);
        let (mut effects, outcome) = (Vec::new(), bench.start().unwrap());
        add_effects(&mut effects, &outcome);
        add_effects(&mut effects, &bench.cancel().unwrap());
        deliver_all(&mut bench, Order::NewestFirst, &mut effects);
        assert_eq!(bench.phase(), Phase::Compensated, "{}", project.name);
        for &step in &bench.data().steps {
            let ran = count(&effects, step, Status::Executed);
            let is_home = usize::from(!bench.is_remote(step));
            assert!(ran <= is_home, "{}", project.name);
            let data = &bench.program.steps[step];
            let is_undone = !data.compensation.is_empty() && data.custody.is_none();
            let undone = if is_undone { ran } else { 0 };
            assert_eq!(count(&effects, step, Status::Cancelled), undone);
        }
    }
}

/// Until each step in turn is refused: its call fails where that is caught, and else its Execute expires.
#[test]
fn every_refusal_undoes_what_ran_before_it_the_latest_first() {
    let mut refused = 0;
    for project in projects() {
        let steps = Bench::new(project).data().steps.clone();
        for step in steps {
            refused += usize::from(refuse(project, step));
        }
    }
    assert!(refused > 40, "only {refused} steps were refused");
}

/// Whether the step is one whose refusal undoes the workflow. Others may stand in for what an attempt tries.
fn refuse(project: &Project, step: Step) -> bool {
    let mut bench = Bench::new(project);
    let is_retriable = bench.program.steps[step].kind == StepKind::Retriable;
    let policy = &project.package.steps[step].on_refused;
    let mut alternatives = bench.data().alternatives.iter();
    let is_tried = alternatives.any(|alternative| alternative.to.contains(&step));
    if is_tried
        || is_retriable
        || !bench.is_remote(step)
        || !matches!(policy, RefusalPolicy::Compensate)
    {
        return false;
    }
    let (mut effects, outcome) = (Vec::new(), bench.start().unwrap());
    add_effects(&mut effects, &outcome);
    bench.targets.failing.insert((step, Status::Executed));
    // What was sent before the step goes through; then it is refused, and everything else arrives.
    let mut presented = 0;
    while bench.at_home(step) != Status::Sent {
        if bench.at_home(step) == Status::Skipped {
            return false;
        }
        assert_eq!(bench.phase(), Phase::Running, "{}", project.name);
        add_effects(&mut effects, &bench.go_on(&mut presented).unwrap());
    }
    bench.pass_deadlines();
    let ran = effects.clone();
    let execute = bench.program.message(step, MessageKind::Execute);
    let mut mail = bench.network.mail().iter();
    let index = mail.position(|sent| Some(sent.message) == execute).unwrap();
    let refused = bench.present(index, Entry::Deliver);
    refused
        .or_else(|_| bench.present(index, Entry::Expire))
        .unwrap();
    let reply = bench.network.mail().len() - 1;
    add_effects(&mut effects, &bench.present(reply, Entry::Deliver).unwrap());
    deliver_all(&mut bench, Order::NewestFirst, &mut effects);
    let name = format!("{} {}", project.name, bench.program.steps[step].name);
    assert_eq!(bench.phase(), Phase::Compensated, "{name}");
    assert_eq!(bench.at_home(step), Status::Refused, "{name}");
    let can_be_undone = |step: &Step| {
        let data = &bench.program.steps[*step];
        !data.compensation.is_empty() && data.custody.is_none()
    };
    let ran = ran.iter().map(|(step, _)| *step).filter(can_be_undone);
    let undone = effects.iter().filter(|it| it.1 == Status::Cancelled);
    let (mut ran, mut undone): (Vec<_>, Vec<_>) = (ran.collect(), undone.map(|it| it.0).collect());
    // Steps beside each other are undone in any order, but all of them before what came before them.
    let stages = &project.package.workflows[bench.workflow].stages;
    let position = |step: &Step| usize::from(bench.program.steps[*step].number);
    let stage = |step: &Step| {
        stages
            .iter()
            .position(|stage| stage.contains(&position(step)))
    };
    assert!(
        undone.is_sorted_by_key(|step| std::cmp::Reverse(stage(step))),
        "{name}: {effects:?}"
    );
    ran.sort();
    undone.sort();
    assert_eq!(ran, undone, "{name}: {effects:?}");
    true
}

/// What the events say of an instance is what is kept of it.
#[test]
fn events_suffice_to_rebuild_the_state() {
    for project in projects() {
        let mut bench = Bench::new(project);
        let (mut phase, mut statuses) = (Phase::Idle, BTreeMap::new());
        let mut outcomes = vec![bench.start().unwrap()];
        let mut index = 0;
        while index < bench.network.mail().len() {
            outcomes.push(bench.present(index, Entry::Deliver).unwrap());
            index += 1;
        }
        for outcome in &outcomes {
            let machine = bench.program.handlers[outcome.handler].machine;
            for event in &outcome.events {
                match event {
                    Event::StepChanged(step, status) => {
                        statuses.insert((machine, *step), *status);
                    }
                    Event::InstanceChanged(now) => phase = *now,
                    Event::Workflow(..) => {}
                }
            }
        }
        assert_eq!(phase, bench.phase());
        for (machine, state) in bench.network.machines().machines() {
            let kept = state.instance(&bench.instance);
            for &step in &bench.program.machines[*machine].steps {
                let told = statuses.get(&(*machine, step)).copied();
                assert_eq!(
                    told.unwrap_or(Status::None),
                    kept.status(step),
                    "{}",
                    project.name
                );
            }
        }
    }
}

/// A message type of an instance is one message, however often it is sent.
#[test]
fn what_is_sent_again_has_the_same_bytes() {
    for project in projects() {
        let mut bench = Bench::started(project);
        let mut index = 0;
        while index < bench.network.mail().len() {
            for _ in 0..3 {
                bench.present(index, Entry::Deliver).unwrap();
                let _ = bench.redrive();
                for chain in bench.program.declarations.chains.keys() {
                    bench.network.pass(chain, 60);
                }
            }
            index += 1;
        }
        let mut messages: Vec<_> = bench.network.mail().iter().map(|it| it.message).collect();
        let count = messages.len();
        messages.sort();
        messages.dedup();
        assert_eq!(messages.len(), count, "{}", project.name);
        let executes = |kind| {
            let of_kind = messages
                .iter()
                .filter(move |it| bench.program.messages[**it].kind == kind);
            of_kind.count()
        };
        assert!(executes(MessageKind::Execute) >= executes(MessageKind::Executed));
    }
}
