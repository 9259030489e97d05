//! The coordinator: who may do what in which phase, and what late and repeated replies do.

use xcc::entities::Step;
use xcc::interp::network::Entry;
use xcc::interp::{Action, Event, Rejected};
use xcc::ir::{MessageKind, Phase, Rejection, Status};
use xcc::wire::Value;
use xcc::wire::identity::{InstanceSeed, keccak256};

use xcc_tests::interp::{Bench, feature, projects};

/// Delivers everything once, the oldest first.
fn complete(bench: &mut Bench<'_>) {
    let mut presented = 0;
    while bench.go_on(&mut presented).is_some() {}
    assert_eq!(bench.phase(), Phase::Completed);
}

fn step(bench: &Bench<'_>, name: &str) -> Step {
    let mut steps = bench.data().steps.iter().copied();
    let found = steps.find(|&step| bench.program.steps[step].name == name);
    found.expect(name)
}

/// Delivers the message of this step and kind.
fn deliver(bench: &mut Bench<'_>, name: &str, kind: MessageKind) -> Result<(), Rejected> {
    let step = step(bench, name);
    let message = bench.program.message(step, kind).expect("such a message");
    let mut mail = bench.network.mail().iter();
    let index = mail.position(|sent| sent.message == message);
    bench.present(index.expect("it was sent"), Entry::Deliver)?;
    Ok(())
}

#[test]
fn an_instance_is_a_hash_of_who_started_it_where_and_when() {
    let project = feature("compensable");
    let mut bench = Bench::new(project);
    let mut initiator = [0; 32];
    initiator[12..].copy_from_slice(&bench.address("user"));
    for nonce in 0..3 {
        let seed = InstanceSeed {
            fingerprint: bench.facts.fingerprints[bench.workflow],
            home: keccak256(b"eip155:31337"),
            coordinator: bench.setting.coordinator,
            initiator,
            nonce,
        };
        assert_eq!(bench.start().unwrap().instance, seed.instance());
        let home = bench.network.machines().machine(bench.coordinator());
        assert_eq!(home.started(), nonce + 1);
        assert_eq!(home.instances().count() as u64, nonce + 1);
    }
}

#[test]
fn only_the_authorised_start_and_with_inputs_of_their_types() {
    let project = feature("dynamic");
    let mut bench = Bench::new(project);
    let (home, inputs) = (bench.coordinator(), bench.inputs.clone());
    let stranger = bench.stranger(home);
    let start = |inputs: &[Value]| Action::Start {
        inputs: inputs.to_vec(),
    };
    let result = bench.act(home, &stranger, start(&inputs));
    assert_eq!(result, Err(Rejection::NotAuthorised.into()));
    let user = bench.initiator();
    let mut wrong = vec![inputs[1..].to_vec()];
    let too_long: [(usize, Value); 4] = [
        (1, Value::Bytes(vec![0; 41])),
        (2, Value::String("é".repeat(11))),
        (3, Value::List(vec![Value::Uint(1.into()); 5])),
        (4, Value::List(vec![Value::Uint(1.into()); 1])),
    ];
    for (index, value) in too_long {
        let mut inputs = inputs.clone();
        inputs[index] = value;
        wrong.push(inputs);
    }
    for inputs in wrong {
        let result = bench.act(home, &user, start(&inputs));
        assert_eq!(result, Err(Rejected::WrongInputs), "{inputs:?}");
    }
    assert_eq!(bench.network.machines().machine(home).started(), 0);
    let solana = Bench::by(vec![1; 32]);
    let result = bench.act(home, &solana, start(&inputs));
    assert_eq!(result, Err(Rejected::WrongCaller));
    bench.act(home, &user, start(&inputs)).unwrap();
}

#[test]
fn the_initiator_cancels_at_once_and_anyone_after_the_deadline() {
    for project in projects() {
        let mut bench = Bench::started(project);
        let (home, instance) = (bench.coordinator(), bench.instance);
        let stranger = bench.stranger(home);
        let cancel = Action::Cancel { instance };
        let result = bench.act(home, &stranger, cancel.clone());
        assert_eq!(result, Err(Rejection::DeadlineNotPassed.into()));
        bench.clone().cancel().unwrap();
        bench.pass_deadlines();
        bench.act(home, &stranger, cancel.clone()).unwrap();
        assert_ne!(bench.phase(), Phase::Running);
        let result = bench.act(home, &stranger, cancel);
        assert_eq!(result, Err(Rejection::NotCancellable.into()));
        assert_eq!(bench.cancel(), Err(Rejection::NotCancellable.into()));
    }
}

#[test]
fn nothing_can_be_done_about_an_instance_that_never_was() {
    for project in projects() {
        let mut bench = Bench::new(project);
        assert_eq!(bench.cancel(), Err(Rejection::NotCancellable.into()));
        assert_eq!(bench.redrive(), Err(Rejection::NothingOutstanding.into()));
    }
}

#[test]
fn a_settled_instance_stays_settled_whatever_arrives() {
    for project in projects() {
        let mut bench = Bench::started(project);
        complete(&mut bench);
        bench.pass_deadlines();
        let before = bench.network.machines().machines().clone();
        for index in 0..bench.network.mail().len() {
            let outcome = bench.present(index, Entry::Deliver).unwrap();
            assert!(outcome.events.is_empty() && outcome.calls.is_empty());
            let is_home = bench.network.mail()[index].to == bench.coordinator();
            assert_eq!(outcome.sent.len(), usize::from(!is_home));
        }
        assert_eq!(bench.cancel(), Err(Rejection::NotCancellable.into()));
        assert_eq!(bench.redrive(), Err(Rejection::NothingOutstanding.into()));
        assert_eq!(before, *bench.network.machines().machines());
    }
}

#[test]
fn what_is_outstanding_is_sent_again_byte_for_byte() {
    for project in projects() {
        let mut bench = Bench::started(project);
        let mail = bench.network.mail().to_vec();
        bench.pass_deadlines();
        let outcome = bench.redrive().unwrap();
        assert_eq!(outcome.sent, mail);
        assert!(outcome.events.is_empty());
        assert_eq!(bench.network.mail(), mail);
    }
}

/// A pivot that ran before its Cancel came leads forward, and the home steps before it are kept.
#[test]
fn a_pivot_wins_the_race_against_its_cancel() {
    let project = feature("pivot_on_base");
    let mut bench = Bench::started(project);
    deliver(&mut bench, "commit", MessageKind::Execute).unwrap();
    bench.cancel().unwrap();
    assert_eq!(bench.phase(), Phase::Cancelling);
    deliver(&mut bench, "commit", MessageKind::Cancel).unwrap();
    deliver(&mut bench, "commit", MessageKind::Executed).unwrap();
    assert_eq!(bench.phase(), Phase::Committing);
    let commit = step(&bench, "commit");
    assert_eq!(bench.at_home(commit), Status::Executed);
    assert_eq!(bench.cancel(), Err(Rejection::NotCancellable.into()));
    complete(&mut bench);
}

/// A compensation at home that fails is left to its owner, and the instance is compensated.
#[test]
fn a_compensation_at_home_is_parked_and_claimed() {
    let project = feature("parked");
    let mut bench = Bench::started(project);
    let (home, run) = (bench.coordinator(), step(&bench, "home_run"));
    bench.targets.failing.insert((run, Status::Cancelled));
    bench.cancel().unwrap();
    deliver(&mut bench, "base_run", MessageKind::Cancel).unwrap();
    deliver(&mut bench, "base_run", MessageKind::Cancelled).unwrap();
    assert_eq!(bench.phase(), Phase::Compensated);
    assert_eq!(bench.at_home(run), Status::Parked);
    let claim = Action::Claim {
        step: run,
        instance: bench.instance,
    };
    let (stranger, owner) = (bench.stranger(home), bench.initiator());
    let result = bench.act(home, &stranger, claim.clone());
    assert_eq!(result, Err(Rejection::NotAuthorised.into()));
    let result = bench.act(home, &owner, claim.clone());
    assert!(matches!(result, Err(Rejected::CallFailed(_))), "{result:?}");
    bench.targets.failing.clear();
    let outcome = bench.act(home, &owner, claim.clone()).unwrap();
    assert_eq!(outcome.events, [Event::StepChanged(run, Status::Cancelled)]);
    let result = bench.act(home, &owner, claim);
    assert_eq!(result, Err(Rejection::WrongState.into()));
}

/// A retriable step at home that fails leaves the instance committing, and anyone can try again.
#[test]
fn a_retriable_step_at_home_is_redriven() {
    let project = feature("pivot_on_base");
    let mut bench = Bench::started(project);
    let note = step(&bench, "home_note");
    bench.targets.failing.insert((note, Status::Executed));
    let mut index = 0;
    while index < bench.network.mail().len() {
        bench.present(index, Entry::Deliver).unwrap();
        index += 1;
    }
    assert_eq!(bench.phase(), Phase::Committing);
    assert_eq!(bench.at_home(note), Status::None);
    bench.redrive().unwrap();
    assert_eq!(bench.phase(), Phase::Committing);
    bench.targets.failing.clear();
    bench.redrive().unwrap();
    assert_eq!(bench.phase(), Phase::Completed);
}

/// A home step whose compensation is not held for anybody blocks the way back until it succeeds.
#[test]
fn a_failing_compensation_at_home_fails_the_transaction() {
    let project = feature("home_steps");
    let mut bench = Bench::started(project);
    let before = step(&bench, "before");
    bench.targets.failing.insert((before, Status::Cancelled));
    bench.cancel().unwrap();
    deliver(&mut bench, "between", MessageKind::Cancel).unwrap();
    let kept = bench.network.machines().machines().clone();
    let result = deliver(&mut bench, "between", MessageKind::Cancelled);
    assert!(matches!(result, Err(Rejected::CallFailed(_))), "{result:?}");
    assert_eq!(kept, *bench.network.machines().machines());
    bench.targets.failing.clear();
    deliver(&mut bench, "between", MessageKind::Cancelled).unwrap();
    assert_eq!(bench.phase(), Phase::Compensated);
}

/// What a completed instance yields is in its last event.
#[test]
fn a_completed_instance_announces_its_results() {
    let project = feature("home_steps");
    let mut bench = Bench::started(project);
    deliver(&mut bench, "between", MessageKind::Execute).unwrap();
    let index = bench.network.mail().len() - 1;
    let outcome = bench.present(index, Entry::Deliver).unwrap();
    let [.., last] = outcome.calls.as_slice() else {
        panic!("the last step is at home")
    };
    let xcc::interp::CallEnd::Returned(values) = &last.end else {
        panic!("it ran")
    };
    let Some(Event::Workflow(event, args)) = outcome.events.last() else {
        panic!("the last event is the workflow's")
    };
    assert_eq!(bench.program.events[*event].name, "Completed");
    assert_eq!(args, values);
}
