//! Emitted Sui packages in step with the interpreter, as tests in the Sui virtual machine.

use xcc::entities::Machine;
use xcc::vm::Vm;

use super::damage;
use super::follow::{self, Coverage, Difference};
use super::move_vm::{
    self, Counts, Dialect, Follow, Narrator, Running, announced, assert_holder, presented,
};
use super::peers::{Peers, peers};
use super::record::Run;
use super::words::{changes, purpose};
use crate::interp::Bench;
use crate::move_package::MovePackage;
use crate::move_plan::Presented;
use crate::move_plan::sui::Plan;
use crate::network::Protocol;
use crate::network::story::{Target, Teller};
use crate::network::sui::{SuiTeller, participant};
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
    move_vm::follow_tests(bench, Vm::Sui, follow, |machine, runs| {
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
    variable: String,
    /// The module of its type, by the name of its package.
    module: String,
    ty: String,
    id: Vec<u8>,
}

impl<'p> SuiNarrator<'p> {
    fn new(protocol: Protocol<'p>, bench: &Bench<'_>, machine: Machine, runs: &[Run]) -> Self {
        let package = participant(protocol).unwrap_or_else(|error| panic!("{error}"));
        let running = Running::of(&package, &DIALECT, bench.program, runs);
        let objects = objects(&Plan::of(protocol.project(), "sui"), &package);
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

/// The objects that the plan says to pass.
fn objects(plan: &Plan, package: &MovePackage) -> Vec<Object> {
    let objects = plan.objects().into_iter().map(|(id, object)| {
        let (address, path) = object.ty.split_once("::").expect("a type has a package");
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
        Object {
            variable: object.variable,
            module: format!("{name}::{module}"),
            ty: ty.to_owned(),
            id,
        }
    });
    objects.collect()
}

impl Narrator for SuiNarrator<'_> {
    fn teller(&self) -> &impl Teller {
        &self.teller
    }

    fn target(&self) -> &str {
        &self.place
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
            peer: None,
        };
        self.teller.transaction(instruction, &presented)
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
