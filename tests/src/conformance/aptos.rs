//! Emitted Aptos packages in step with the interpreter, as tests in the Aptos virtual machine.

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
use crate::move_plan::Presented;
use crate::network::Protocol;
use crate::network::aptos::{AptosTeller, participant};
use crate::network::story::{Target, Teller};
use crate::project::Project;
use crate::vaa::Guardian;

const DIALECT: Dialect = Dialect {
    let_mut: "let",
    declarations: |_| {
        "#[event]
struct Called has drop, store { call: vector<u8> }

struct Broken has key {}

public fun call(called: &Called): vector<u8> { called.call }

#[test_only]
public fun break_it(account: &signer) { move_to(account, Broken {}); }

"
        .to_owned()
    },
    works: |package, _| format!("!exists<Broken>(@{package})"),
    emit: "aptos_framework::event::emit",
    by_object: false,
};

/// Follows every transition that a project's participants on Aptos can make.
///
/// # Errors
/// What they do otherwise than the interpreter.
///
/// # Panics
/// When a package does not build, or a tool is missing.
pub fn follow(project: &Project, bench: &Bench<'_>) -> Result<Coverage, Difference> {
    run(project, bench, follow::follow)
}

/// Has a project's participants on Aptos take damaged messages.
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
    move_vm::follow_tests(bench, Vm::Aptos, follow, |machine, runs| {
        AptosNarrator::new(protocol, bench, machine, runs)
    })
}

struct AptosNarrator<'p> {
    protocol: Protocol<'p>,
    machine: Machine,
    peers: Peers,
    teller: AptosTeller,
    place: String,
}

impl<'p> AptosNarrator<'p> {
    fn new(protocol: Protocol<'p>, bench: &Bench<'_>, machine: Machine, runs: &[Run]) -> Self {
        let package = participant(protocol).unwrap_or_else(|error| panic!("{error}"));
        let running = Running::of(&package, &DIALECT, bench.program, runs);
        let target = Target {
            modules: running.modules,
            ..Target::default()
        };
        let mut senders: Vec<_> = runs.iter().map(|run| &run.transaction.caller).collect();
        senders.sort_unstable();
        senders.dedup();
        let senders = senders.into_iter().map(|caller| {
            let address = *caller
                .first_chunk()
                .expect("an address of Aptos has 32 bytes");
            (sender(caller), address)
        });
        let peers = peers(protocol, bench);
        let home = peers[&bench.coordinator()];
        let told = (package, target, senders.collect());
        AptosNarrator {
            protocol,
            machine,
            teller: AptosTeller::new(protocol, machine, &Guardian::new(1), home, told),
            peers,
            place: running.place,
        }
    }
}

/// The variable with the signer of an account.
fn sender(caller: &[u8]) -> String {
    format!("account_{}", hex::encode(&caller[..4]))
}

impl Narrator for AptosNarrator<'_> {
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
        if let Ok((outcome, _)) = &run.result {
            assert_eq!(
                instruction.pays_fee,
                !outcome.sent.is_empty(),
                "{}",
                run.what
            );
        }
        let bytes = presented(&self.peers, run);
        let presented = Presented {
            message: &bytes,
            instance: &bytes,
            peer: None,
        };
        let sender = sender(&run.transaction.caller);
        self.teller.transaction(instruction, &sender, &presented)
    }

    fn break_target(&self, _: &Run) -> String {
        let (package, _) = self
            .place
            .split_once("::")
            .expect("a module has an address");
        format!(
            "        {}::break_it(&account::create_account_for_test(@{package}));\n",
            self.place
        )
    }

    /// Events of all transactions of a test come in one list.
    fn demand(&self, run: &Run, before: &Counts) -> String {
        let (outcome, kept) = run.result.as_ref().expect("it goes through");
        let changes = changes(self.protocol.program(), outcome);
        let replies: Vec<_> = outcome.sent.iter().map(|sent| sent.bytes.clone()).collect();
        let counts = (before.published, before.changed);
        let mut text = self
            .teller
            .assertions(outcome.instance, &changes, &replies, counts);
        let (place, package) = (&self.place, &self.teller.package().name);
        text += &self.teller.conservation(before.published + replies.len());
        text += &format!(
            "        let called = event::emitted_events<{place}::Called>();
        assert!(called.length() == {}, 7);
",
            before.called + run.calls.len()
        );
        for (index, (call, _)) in (before.called..).zip(&run.calls) {
            let call = hex::encode(announced(self.protocol.program(), call));
            text +=
                &format!("        assert!({place}::call(&called[{index}]) == x\"{call}\", 8);\n");
        }
        let instance = hex::encode(outcome.instance);
        for (step, status) in move_vm::statuses(self.protocol, self.machine, kept) {
            text += &format!(
                "        assert!({package}::{step}_status(x\"{instance}\") == {status}, 9);\n"
            );
        }
        text
    }

    fn transaction(&self, run: &Run, statements: &str) -> String {
        let now = run.transaction.now;
        format!("        timestamp::set_time_for_test_secs({now});\n{statements}")
    }
}
