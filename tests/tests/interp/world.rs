//! What a world is told and may answer, and that instances have nothing to do with each other.

use xcc::interp::network::Entry;
use xcc::interp::{Action, Call, Called, Fate, Rejected, World};
use xcc::ir::{MessageKind, Phase};
use xcc::literal::U256;
use xcc::wire::Value;

use xcc::sim::values::results;
use xcc_tests::interp::{Bench, Craft, Fields, feature, projects};

/// Remembers what it was told, and answers what it should.
struct Recorder<'a> {
    answer: &'a dyn Fn(&Call) -> Called,
    calls: usize,
    fates: Vec<Fate>,
}

impl World for Recorder<'_> {
    fn call(&mut self, call: &Call) -> Called {
        self.calls += 1;
        (self.answer)(call)
    }

    fn end(&mut self, fate: Fate) {
        self.fates.push(fate);
    }
}

/// Delivers the Execute of the feature's first step on that chain to a world that answers so.
fn execute(
    bench: &mut Bench<'_>,
    name: &str,
    answer: &dyn Fn(&Call) -> Called,
) -> (Result<(), Rejected>, usize, Vec<Fate>) {
    let mut steps = bench.data().steps.iter().copied();
    let step = steps.find(|&step| bench.program.steps[step].name == name);
    let step = step.expect(name);
    let craft = Craft {
        instance: [9; 32],
        deadline: u64::MAX,
        fields: Fields::Good,
    };
    let action = Entry::Deliver.action(&bench.craft(step, MessageKind::Execute, craft));
    let machine = bench.program.steps[step].machine;
    let by = bench.stranger(machine);
    let mut world = Recorder {
        answer,
        calls: 0,
        fates: Vec::new(),
    };
    let result = bench.network.act(&mut world, machine, &by, action);
    (result.map(drop), world.calls, world.fates)
}

#[test]
fn a_world_is_told_what_became_of_each_transaction() {
    let mut bench = Bench::new(feature("compensable"));
    let program = bench.program;
    let fails = |_: &Call| Called::Failed;
    let succeeds = |call: &Call| Called::Returned(results(program, call, ""));
    // The EVM catches the failure, Solana does not.
    let (result, calls, fates) = execute(&mut bench, "base_run", &fails);
    assert_eq!((result, calls, fates), (Ok(()), 1, vec![Fate::Kept]));
    let (result, calls, fates) = execute(&mut bench, "solana_run", &fails);
    assert!(matches!(result, Err(Rejected::CallFailed(_))), "{result:?}");
    assert_eq!((calls, fates), (1, vec![Fate::Undone]));
    let (result, calls, fates) = execute(&mut bench, "solana_run", &succeeds);
    assert_eq!((result, calls, fates), (Ok(()), 1, vec![Fate::Kept]));
    // It ran before, and is only answered again.
    let (result, calls, fates) = execute(&mut bench, "solana_run", &succeeds);
    assert_eq!((result, calls, fates), (Ok(()), 0, vec![Fate::Kept]));
}

/// Not even where failures are caught: decoding what came back is not part of the call.
#[test]
fn results_of_other_types_reject_the_transaction() {
    let wrong: [Vec<Value>; 4] = [
        vec![],
        vec![Value::Bool(true)],
        vec![Value::Uint(U256::from(u64::MAX) + 1)],
        vec![Value::Uint(1.into()), Value::Uint(1.into())],
    ];
    for name in ["base_run", "solana_run", "sui_run", "aptos_run"] {
        for values in &wrong {
            let mut bench = Bench::new(feature("compensable"));
            let before = bench.network.machines().machines().clone();
            let answer = |_: &Call| Called::Returned(values.clone());
            let (result, _, fates) = execute(&mut bench, name, &answer);
            assert!(
                matches!(result, Err(Rejected::WrongResults(_))),
                "{result:?}"
            );
            assert_eq!(fates, [Fate::Undone]);
            assert_eq!(before, *bench.network.machines().machines());
        }
    }
}

/// One instance completes while another, with the same inputs, waits and is then cancelled.
#[test]
fn instances_do_not_touch_each_other() {
    for project in projects() {
        let mut bench = Bench::started(project);
        let first = bench.instance;
        let second = bench.start().expect("it starts").instance;
        assert_ne!(first, second);
        let of_first = |bytes: &[u8]| bytes[20..52] == first;
        let states = |bench: &Bench<'_>, instance| {
            let machines = bench.network.machines().machines().values();
            let states = machines.map(|machine| machine.instance(&instance));
            states.collect::<Vec<_>>()
        };
        let waiting = states(&bench, second);
        bench.instance = first;
        let mut index = 0;
        loop {
            match bench.network.mail().get(index) {
                Some(sent) if !of_first(&sent.bytes) => index += 1,
                _ => {
                    if bench.go_on(&mut index).is_none() {
                        break;
                    }
                }
            }
        }
        assert_eq!(bench.phase(), Phase::Completed, "{}", project.name);
        assert_eq!(states(&bench, second), waiting, "{}", project.name);
        let done = states(&bench, first);
        let (home, by) = (bench.coordinator(), bench.initiator());
        let cancel = Action::Cancel { instance: second };
        bench.act(home, &by, cancel).expect("it is running");
        assert_eq!(states(&bench, first), done, "{}", project.name);
        bench.instance = second;
        assert_eq!(bench.phase(), Phase::Cancelling, "{}", project.name);
    }
}
