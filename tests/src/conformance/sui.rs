//! Emitted Sui packages in step with the interpreter, as tests in the Sui virtual machine.

use xcc::deployment::ConstantValue;
use xcc::entities::Machine;
use xcc::hir::{Binding, ObjectSource};
use xcc::interp::Action;
use xcc::ir::{InstData, Trigger};
use xcc::vm::Vm;

use super::damage;
use super::follow::{self, Coverage, Difference};
use super::move_vm::{self, Counts, Dialect, Follow, Narrator, Running, announced};
use super::peers::{Peers, peers, vaa, vm};
use super::record::Run;
use super::words::{changes, handler};
use crate::interp::Bench;
use crate::network::story::{Target, Teller};
use crate::network::sui::{PARTICIPANT, SuiTeller, participant};
use crate::network::{By, Delivery, Protocol, signature};
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
    works: |_, parameters| {
        let parameters = parameters.split(',').filter_map(|it| it.split_once(':'));
        let mut objects = parameters.filter(|(_, ty)| {
            ty.contains('&') && !ty.contains("Clock") && !ty.contains("TxContext")
        });
        let object = objects.next();
        object.map_or_else(
            || "true".to_owned(),
            |(name, _)| format!("!{}.broken", name.trim()),
        )
    },
    emit: "sui::event::emit",
    by_object: true,
};

/// Follows every transition that a project's participants on Sui can make.
///
/// # Errors
/// What they do otherwise than the interpreter.
///
/// # Panics
/// When a package does not build, or a tool is missing.
pub fn follow(project: &Project, bench: &Bench<'_>) -> Result<Coverage, Difference> {
    run(project, bench, follow::follow)
}

/// Has a project's participants on Sui take damaged messages.
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
    let protocol = Protocol::new(project);
    let machines = bench.data().participants.iter().copied();
    let machines: Vec<_> = machines
        .filter(|&machine| vm(bench, machine) == Vm::Sui)
        .collect();
    move_vm::follow_tests(bench, &machines, follow, |machine, runs| {
        SuiNarrator::new(protocol, bench, machine, runs)
    })
}

struct SuiNarrator<'p> {
    protocol: Protocol<'p>,
    machine: Machine,
    peers: Peers,
    teller: SuiTeller,
    place: String,
    objects: Vec<Object>,
}

/// An object that calls of a target take.
struct Object {
    /// The variable, called as the participant's parameter.
    name: String,
    /// The module of its type, and the type.
    ty: (String, String),
    id: [u8; 32],
}

impl<'p> SuiNarrator<'p> {
    fn new(protocol: Protocol<'p>, bench: &Bench<'_>, machine: Machine, runs: &[Run]) -> Self {
        let package = participant(protocol).unwrap_or_else(|error| panic!("{error}"));
        let running = Running::of(&package, &DIALECT, bench.program, runs);
        let objects = objects(protocol, machine, &package.files[PARTICIPANT]);
        let before = objects.iter().map(|Object { name, ty, id }| {
            let (module, ty) = ty;
            let id = hex::encode(id);
            format!("    let mut {name} = {module}::open_{ty}(@0x{id});\n")
        });
        let end = objects.iter();
        let end = end.map(|object| format!("    test_utils::destroy({});\n", object.name));
        let target = Target {
            modules: running.modules,
            before: before.collect(),
            after: String::new(),
            end: end.collect(),
        };
        let peers = peers(protocol, bench);
        let home = peers[&bench.coordinator()];
        let told = (package, target);
        SuiNarrator {
            protocol,
            machine,
            teller: SuiTeller::new(protocol, machine, &Guardian::new(1), home, told),
            peers,
            place: running.place,
            objects,
        }
    }
}

/// The objects that the entry points of a participant take.
fn objects(protocol: Protocol<'_>, machine: Machine, source: &str) -> Vec<Object> {
    let program = protocol.program();
    let handlers = program.machines[machine].handlers.iter();
    let handlers = handlers.map(|&handler| &program.handlers[handler]);
    let outside = handlers.filter(|handler| handler.trigger != Trigger::Internal);
    let parameters = outside.flat_map(|handler| signature::parameters(source, &handler.name));
    let mut objects: Vec<Object> = Vec::new();
    for (name, ty) in parameters {
        let ty = ty.trim_start_matches('&').trim_start_matches("mut ");
        let Some((module, ty)) = ty.rsplit_once("::") else {
            continue;
        };
        if objects.iter().all(|object| object.name != name) {
            objects.push(Object {
                id: object_id(protocol, machine, &name),
                name,
                ty: (module.to_owned(), ty.to_owned()),
            });
        }
    }
    objects
}

/// The id of an object by its name in the source.
fn object_id(protocol: Protocol<'_>, machine: Machine, name: &str) -> [u8; 32] {
    let program = protocol.program();
    let handlers = program.machines[machine].handlers.iter();
    let insts = handlers.flat_map(|&handler| program.handlers[handler].body.insts.values());
    let bindings = insts.filter_map(|inst| match inst {
        InstData::Call { call, .. } => Some(&call.binding),
        _ => None,
    });
    let objects = bindings.flat_map(|binding| match binding {
        Binding::Sui { objects, .. } => objects.as_slice(),
        _ => &[],
    });
    let mut sources = objects.filter(|object| object.name == name);
    let source = sources.next().map(|object| object.source);
    let Some(ObjectSource::Constant(constant)) = source else {
        panic!("nobody says which object `{name}` is");
    };
    match &protocol.project().compiled.deployment.constants[constant] {
        ConstantValue::Address(address) => address.to_word(),
        other => panic!("{other:?} is no object"),
    }
}

impl Narrator for SuiNarrator<'_> {
    fn teller(&self) -> &impl Teller {
        &self.teller
    }

    fn target(&self) -> &str {
        &self.place
    }

    fn act(&self, run: &Run) -> String {
        let action = &run.transaction.action;
        let program = self.protocol.program();
        let handler = handler(program, self.machine, &run.asked);
        let entry = &program.handlers[handler].name;
        match action {
            Action::Deliver(delivery) | Action::Expire(delivery) | Action::Park(delivery) => {
                let header = run.header();
                let vaa = vaa(&self.peers, delivery);
                let delivery = Delivery {
                    entry,
                    step: header.step,
                    instance: header.instance,
                    vaa: &vaa,
                    by: By::Stranger,
                };
                self.teller.call(&delivery, &vaa.sign(&[Guardian::new(1)]))
            }
            Action::Claim { instance, .. } => {
                let arguments = self.teller.arguments(entry, *instance);
                format!("        participant.{entry}({arguments});\n")
            }
            other => unreachable!("a participant has no entry for {other:?}"),
        }
    }

    fn break_target(&self, _: &Run) -> String {
        let objects = self.objects.iter();
        let broken = objects.map(|Object { name, ty, .. }| {
            let (module, ty) = ty;
            format!("        {module}::break_{ty}(&mut {name});\n")
        });
        broken.collect()
    }

    fn demand(&self, run: &Run, before: &Counts) -> String {
        let (outcome, kept) = run.result.as_ref().expect("it goes through");
        let changes = changes(self.protocol.program(), outcome);
        let replies: Vec<_> = outcome.sent.iter().map(|sent| sent.bytes.clone()).collect();
        let instance = outcome.instance;
        let mut text = self
            .teller
            .assertions(instance, &changes, &replies, before.published);
        text += &format!(
            "        let called = event::events_by_type<{}::Called>();
        assert!(called.length() == {}, 7);
",
            self.place,
            run.calls.len()
        );
        for (index, (call, _)) in run.calls.iter().enumerate() {
            let call = hex::encode(announced(self.protocol.program(), call));
            text += &format!("        assert!(called[{index}].call() == x\"{call}\", 8);\n");
        }
        for (step, status) in move_vm::statuses(self.protocol, self.machine, kept) {
            let instance = hex::encode(instance);
            text += &format!(
                "        assert!(participant::{step}_status(&participant, x\"{instance}\") == {status}, 9);\n"
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
",
            caller = hex::encode(&run.transaction.caller),
            now = run.transaction.now * 1000,
        )
    }
}
