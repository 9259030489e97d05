//! Emitted Sui packages in step with the interpreter, as tests in the Sui virtual machine.

mod custody;

use xcc::entities::Machine;
use xcc::interp::Event;
use xcc::vm::Vm;

use super::damage;
use super::follow::{self, Coverage, Difference};
use super::move_vm::{
    self, Counts, Dialect, Follow, Ledger, Movement, Narrator, Running, announced, assert_holder,
    inputs, opened, presented, workflow_events,
};
use super::peers::{Peers, peers, peers_of, vm};
use super::record::Run;
use super::words::{changes, phases, purpose};
use crate::interp::Bench;
use crate::move_package::MovePackage;
use crate::move_plan::Presented;
use crate::move_plan::sui::Plan;
use crate::network::Protocol;
use crate::network::story::{Target, Teller};
use crate::network::sui::{SuiTeller, emitted, machine_id};
use crate::project::Project;
use crate::vaa::Guardian;

const DIALECT: Dialect = Dialect {
    let_mut: "let mut",
    declarations: |_| {
        "public struct Called has copy, drop { call: vector<u8> }

public fun call(called: &Called): vector<u8> { called.call }

"
        .to_owned()
    },
    works: |place, parameters| {
        let parameters = parameters.split(',').filter_map(|it| it.split_once(':'));
        let own = format!("{place}::");
        let mut objects = parameters.filter(|(_, ty)| ty.contains('&') && ty.contains(&own));
        let object = objects.next();
        object.map_or_else(
            || "true".to_owned(),
            |(name, _)| format!("!{}.broken", name.trim()),
        )
    },
    emit: "sui::event::emit",
    take: custody::take,
    by_object: true,
};

/// Follows every transition that a project's machines on Sui can make.
///
/// # Errors
/// What they do otherwise than the interpreter.
///
/// # Panics
/// When a package does not build, or a tool is missing.
pub fn follow(project: &Project, bench: &Bench<'_>) -> Result<Coverage, Difference> {
    run(project, bench, follow::follow)
}

/// Has a project's machines on Sui take damaged messages.
///
/// # Errors
/// What they do otherwise than the interpreter.
///
/// # Panics
/// When a package does not build, or a tool is missing.
pub fn follow_damaged(project: &Project, bench: &Bench<'_>) -> Result<Coverage, Difference> {
    run(project, bench, damage::follow_damaged)
}

fn run<'p>(
    project: &Project,
    bench: &Bench<'p>,
    follow: Follow<'p>,
) -> Result<Coverage, Difference> {
    let protocol = Protocol::of_workflow(project, bench.workflow);
    let bench = match vm(bench, bench.coordinator()) {
        Vm::Sui => bench.clone().at(machine_id()),
        _ => bench.clone(),
    };
    move_vm::follow_tests(&bench, Vm::Sui, follow, |machine, runs| {
        SuiNarrator::new(protocol, &bench, machine, runs)
    })
}

struct SuiNarrator<'a, 'p> {
    protocol: Protocol<'a>,
    bench: &'a Bench<'p>,
    machine: Machine,
    peers: Peers,
    teller: SuiTeller,
    /// The module of the target, if the machine calls any.
    place: Option<String>,
    objects: Vec<Object>,
    /// The type of the coins that steps take.
    coin: Option<String>,
}

/// An object that calls of a target take.
struct Object {
    variable: String,
    /// The module of its type, by the name of its package.
    module: String,
    ty: String,
    id: Vec<u8>,
}

impl<'a, 'p> SuiNarrator<'a, 'p> {
    fn new(protocol: Protocol<'a>, bench: &'a Bench<'p>, machine: Machine, runs: &[Run]) -> Self {
        let package = emitted(protocol).unwrap_or_else(|error| panic!("{error}"));
        let running = Running::of(&package, &DIALECT, bench.program, runs, None);
        let plan = Plan::of(protocol.project(), "sui");
        let objects = objects(&plan, &package);
        let coin = plan.coin().map(|ty| {
            let (module, ty) = path(&ty, &package);
            format!("{module}::{ty}")
        });
        let before = objects.iter().map(|object| {
            let Object {
                variable,
                module,
                ty,
                id,
            } = object;
            let id = hex::encode(id);
            format!("    let mut {variable} = {module}::open_{ty}(@0x{id});\n")
        });
        let end = objects.iter();
        let end = end.map(|object| format!("    test_utils::destroy({});\n", object.variable));
        let purse = coin.as_deref().map(custody::purse);
        let (after, purse_end) = purse.unwrap_or_default();
        let target = Target {
            modules: running.modules,
            before: before.collect(),
            after,
            end: end.chain([purse_end]).collect(),
        };
        let peers = peers(protocol, bench);
        let heard = peers_of(&peers, bench, machine);
        let told = (package, target);
        SuiNarrator {
            protocol,
            bench,
            machine,
            teller: SuiTeller::new(protocol, machine, &Guardian::new(1), heard, told),
            peers,
            place: running.place,
            objects,
            coin,
        }
    }
}

impl SuiNarrator<'_, '_> {
    /// The phases and the events of the workflow that a run announces.
    fn demand_of_coordinator(&self, run: &Run) -> String {
        let (outcome, kept) = run.result.as_ref().expect("it goes through");
        let instance = hex::encode(outcome.instance);
        let mut text = format!(
            "        assert!(coordinator::phase(&coordinator, x\"{instance}\") == {}, 11);\n",
            kept.phase() as u8
        );
        text += &self
            .teller
            .phase_assertions(outcome.instance, &phases(outcome));
        let event = |variable, index, is_own, bytes: &[u8]| {
            self.teller
                .event_assertion((variable, index), is_own, bytes)
        };
        if let Some(opened) = opened(run) {
            text += "        let opened = event::events_by_type<wormhole_endpoint::Opened>();\n";
            text += &event("opened", 0, true, &opened);
        }
        for (id, index, bytes) in workflow_events(self.bench, outcome, &Counts::default()) {
            let name = &self.bench.program.events[id].name;
            let place = format!("event::events_by_type<coordinator::{name}>()");
            text += &format!("        let emitted = {place};\n");
            text += &event("emitted", index, false, &bytes);
        }
        for &id in &self.bench.program.machines[self.machine].events {
            let name = &self.bench.program.events[id].name;
            let is_it = |event: &&Event| matches!(event, Event::Workflow(it, _) if *it == id);
            let count = outcome.events.iter().filter(is_it).count();
            text += &format!(
                "        assert!(event::events_by_type<coordinator::{name}>().length() == {count}, 14);\n"
            );
        }
        text
    }
}

/// The objects that the plan says to pass.
fn objects(plan: &Plan, package: &MovePackage) -> Vec<Object> {
    let objects = plan.objects().into_iter().map(|(id, object)| {
        let (module, ty) = path(&object.ty, package);
        Object {
            variable: object.variable,
            module,
            ty,
            id,
        }
    });
    objects.collect()
}

/// The module of a type, by the name of its package, and its name.
fn path(published: &str, package: &MovePackage) -> (String, String) {
    let (address, path) = published.split_once("::").expect("a type has a package");
    let (module, ty) = path.split_once("::").expect("a type has a module");
    let dependencies = package.all_dependencies().into_values();
    let mut names = dependencies.filter_map(|dependency| {
        let mut own = dependency.addresses.iter();
        own.find(|(_, own)| *own == address)
            .map(|(name, _)| name.clone())
    });
    let name = names
        .next()
        .unwrap_or_else(|| panic!("no package at {address}"));
    (format!("{name}::{module}"), ty.to_owned())
}

impl Narrator for SuiNarrator<'_, '_> {
    fn teller(&self) -> &impl Teller {
        &self.teller
    }

    fn target(&self) -> &str {
        let place = self.place.as_deref();
        place.expect("a call that fails has a target")
    }

    fn act(&self, run: &Run) -> String {
        let program = self.protocol.program();
        let (does, step, kind) = purpose(program, &run.asked);
        let instruction = self.teller.plan.find(does, step, kind);
        assert_holder(program, self.machine, instruction.holder.as_ref(), run);
        let bytes = presented(&self.peers, run);
        let presented = Presented {
            message: &bytes,
            instance: &bytes,
            inputs: &inputs(self.bench, run),
            taken: &self.taken(run),
            ..Presented::default()
        };
        self.teller.statements(instruction, &presented)
    }

    fn break_target(&self, _: &Run) -> String {
        let objects = self.objects.iter();
        let broken = objects.map(|object| {
            let Object {
                variable,
                module,
                ty,
                ..
            } = object;
            format!("        {module}::break_{ty}(&mut {variable});\n")
        });
        broken.collect()
    }

    fn break_movement(&self, _: &Run, movement: &Movement, _: &Ledger) -> (String, (u64, &str)) {
        custody::break_movement(movement)
    }

    fn demand(&self, run: &Run, before: &Counts) -> String {
        let (outcome, kept) = run.result.as_ref().expect("it goes through");
        let changes = changes(self.protocol.program(), outcome);
        let replies: Vec<_> = outcome.sent.iter().map(|sent| sent.bytes.clone()).collect();
        let instance = outcome.instance;
        let mut text = self
            .teller
            .assertions(instance, &changes, &replies, before.published);
        if let Some(place) = &self.place {
            text += &format!(
                "        let called = event::events_by_type<{place}::Called>();
        assert!(called.length() == {}, 7);
",
                run.calls.len()
            );
        }
        for (index, (call, _)) in run.calls.iter().enumerate() {
            let call = hex::encode(announced(self.protocol.program(), call));
            text += &format!("        assert!(called[{index}].call() == x\"{call}\", 8);\n");
        }
        if self.bench.coordinator() == self.machine {
            text += &self.demand_of_coordinator(run);
        }
        text += &self.demand_of_custody(run, before);
        let part = self.teller.part();
        for (step, status) in move_vm::statuses(self.protocol, self.machine, kept) {
            let instance = hex::encode(instance);
            text += &format!(
                "        assert!({part}::{step}_status(&{part}, x\"{instance}\") == {status}, 9);\n"
            );
        }
        text
    }

    /// Every transaction has a clock of its own, since those of a test may not go back.
    fn transaction(&self, run: &Run, statements: &str) -> String {
        format!(
            "    s.next_tx(@0x{caller});
    {{
        let mut clock = clock::create_for_testing(s.ctx());
        clock.set_for_testing({now});
{statements}        clock.destroy_for_testing();
    }};
{given}",
            caller = hex::encode(&run.transaction.caller),
            now = run.transaction.now * 1000,
            given = self.take_given(run),
        )
    }
}
