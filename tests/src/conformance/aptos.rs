//! Emitted Aptos packages in step with the interpreter, as tests in the Aptos virtual machine.

mod custody;

use xcc::entities::Machine;
use xcc::interp::{Action, Event, Outcome};
use xcc::ir::Role;
use xcc::vm::Vm;

use self::custody::{asset, issue};
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
use crate::move_plan::aptos::Instruction;
use crate::network::Protocol;
use crate::network::aptos::{AptosTeller, address, emitted, sender};
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
    works: |place, _| {
        let (package, _) = place.split_once("::").expect("a module has an address");
        format!("!exists<Broken>(@{package})")
    },
    emit: "aptos_framework::event::emit",
    take: custody::take,
    by_object: false,
};

/// Follows every transition that a project's machines on Aptos can make.
///
/// # Errors
/// What they do otherwise than the interpreter.
///
/// # Panics
/// When a package does not build, or a tool is missing.
pub fn follow(project: &Project, bench: &Bench<'_>) -> Result<Coverage, Difference> {
    run(project, bench, follow::follow)
}

/// Has a project's machines on Aptos take damaged messages.
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
        Vm::Aptos => bench.clone().at(address(&package(protocol))),
        _ => bench.clone(),
    };
    move_vm::follow_tests(&bench, Vm::Aptos, follow, |machine, runs| {
        AptosNarrator::new(protocol, &bench, machine, runs)
    })
}

fn package(protocol: Protocol<'_>) -> MovePackage {
    emitted(protocol).unwrap_or_else(|error| panic!("{error}"))
}

struct AptosNarrator<'a, 'p> {
    protocol: Protocol<'a>,
    bench: &'a Bench<'p>,
    machine: Machine,
    peers: Peers,
    teller: AptosTeller,
    /// The module of the target, if the machine calls any.
    place: Option<String>,
    /// The metadata object of the asset that is held.
    asset: Option<String>,
    /// The accounts that have the asset at first: those that start instances. Whoever is paid besides would have more than there can be.
    rich: Vec<Vec<u8>>,
}

impl<'a, 'p> AptosNarrator<'a, 'p> {
    fn new(protocol: Protocol<'a>, bench: &'a Bench<'p>, machine: Machine, runs: &[Run]) -> Self {
        let package = package(protocol);
        let asset = asset(protocol, bench, machine);
        let running = Running::of(&package, &DIALECT, bench.program, runs, asset.as_deref());
        let is_start = |run: &&Run| {
            run.result.is_ok() && matches!(run.transaction.action, Action::Start { .. })
        };
        let starting = runs.iter().filter(is_start);
        let mut rich: Vec<_> = starting.map(|run| &run.transaction.caller).collect();
        rich.sort_unstable();
        rich.dedup();
        let target = Target {
            modules: running.modules,
            after: asset
                .as_ref()
                .map(|it| issue(it, &rich))
                .unwrap_or_default(),
            ..Target::default()
        };
        let rich = rich.into_iter().map(|sender| sender.to_vec()).collect();
        let mut senders: Vec<_> = runs.iter().map(caller).collect();
        senders.sort_unstable();
        senders.dedup();
        let peers = peers(protocol, bench);
        let heard = peers_of(&peers, bench, machine);
        let told = (package, target, senders);
        AptosNarrator {
            protocol,
            bench,
            machine,
            teller: AptosTeller::new(protocol, machine, &Guardian::new(1), heard, told),
            peers,
            place: running.place,
            asset,
            rich,
        }
    }
}

impl AptosNarrator<'_, '_> {
    /// That the plan says whether messages are paid for: a participant answers whatever it takes, and what a coordinator sends depends on
    /// where the instance stands.
    fn demand_who_pays(&self, instruction: &Instruction, outcome: &Outcome) -> String {
        let sends = !outcome.sent.is_empty();
        let is_right = match self.bench.program.machines[self.machine].role {
            Role::Coordinator => instruction.pays_fee || !sends,
            Role::Participant => instruction.pays_fee == sends,
        };
        format!("        assert!({is_right}, 15);\n")
    }

    /// The phases and the events of the workflow that a run announces.
    fn demand_of_coordinator(&self, run: &Run, before: &Counts) -> String {
        let (outcome, kept) = run.result.as_ref().expect("it goes through");
        let package = &self.teller.package().name;
        let instance = hex::encode(outcome.instance);
        let mut text = format!(
            "        assert!({package}::phase(x\"{instance}\") == {}, 11);\n",
            kept.phase() as u8
        );
        text += &self
            .teller
            .phase_assertions(outcome.instance, &phases(outcome), before.phases);
        let event = |variable, index, is_own, bytes: &[u8]| {
            self.teller
                .event_assertion((variable, index), is_own, bytes)
        };
        if let Some(opened) = opened(run) {
            text += "        let opened = event::emitted_events<wormhole_endpoint::Opened>();\n";
            text += &event("opened", 0, true, &opened);
        }
        for (id, index, bytes) in workflow_events(self.bench, outcome, before) {
            let name = &self.bench.program.events[id].name;
            let place = format!("event::emitted_events<{package}::{name}>()");
            text += &format!("        let emitted = {place};\n");
            text += &event("emitted", index, false, &bytes);
        }
        for &id in &self.bench.program.machines[self.machine].events {
            let name = &self.bench.program.events[id].name;
            let is_it = |event: &&Event| matches!(event, Event::Workflow(it, _) if *it == id);
            let count = before.events.get(&id).copied().unwrap_or_default();
            let count = count + outcome.events.iter().filter(is_it).count();
            text += &format!(
                "        assert!(event::emitted_events<{package}::{name}>().length() == {count}, 14);\n"
            );
        }
        text
    }
}

/// Who sends the transaction of a run.
fn caller(run: &Run) -> [u8; 32] {
    let caller = run.transaction.caller.first_chunk();
    *caller.expect("an address of Aptos has 32 bytes")
}

impl Narrator for AptosNarrator<'_, '_> {
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
            ..Presented::default()
        };
        let sender = sender(&caller(run));
        let call = self.teller.statement(instruction, &sender, &presented);
        match &run.result {
            Ok((outcome, _)) => self.demand_who_pays(instruction, outcome) + &call,
            Err(_) => call,
        }
    }

    fn break_target(&self, _: &Run) -> String {
        let place = self.target();
        let (package, _) = place.split_once("::").expect("a module has an address");
        format!("        {place}::break_it(&account::create_account_for_test(@{package}));\n")
    }

    fn break_movement(
        &self,
        run: &Run,
        movement: &Movement,
        before: &Ledger,
    ) -> (String, (u64, &str)) {
        self.break_custody(run, movement, before)
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
        let package = &self.teller.package().name;
        text += &self.teller.conservation(before.published + replies.len());
        if let Some(place) = &self.place {
            text += &format!(
                "        let called = event::emitted_events<{place}::Called>();
        assert!(called.length() == {}, 7);
",
                before.called + run.calls.len()
            );
        }
        for (index, (call, _)) in (before.called..).zip(&run.calls) {
            let (place, call) = (self.target(), announced(self.protocol.program(), call));
            let call = hex::encode(call);
            text +=
                &format!("        assert!({place}::call(&called[{index}]) == x\"{call}\", 8);\n");
        }
        if self.bench.coordinator() == self.machine {
            text += &self.demand_of_coordinator(run, before);
            text += &self.demand_of_custody(run, before);
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
