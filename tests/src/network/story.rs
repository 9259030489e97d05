//! What happened on a Move chain so far, as a Move test that is run again with every step.
//!
//! The virtual machine says only whether a test passed. So the test asserts what the step must do, and what it has asserted is
//! what the network goes on with.

use std::collections::BTreeMap;

use super::{BEGINNING, Expected, Observed, Peer};
use crate::move_package::{MovePackage, Outcome, TestReport, render};
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa};

/// The contracts that a machine on a Move chain calls, made to run.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The module that stands for each package of signatures, by the package's name.
    pub modules: BTreeMap<String, String>,
    /// Move statements before the machine is published; on Sui they make the objects, in variables that are called as the
    /// parameters of the machine's functions.
    pub before: String,
    /// Move statements after it is wired.
    pub after: String,
    /// Move statements at the end, which take the objects apart.
    pub end: String,
}

/// The steps so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    steps: Vec<String>,
    /// What was heard of the machine.
    pub(super) heard: Heard,
}

/// How much was heard of a machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// Messages that it published.
    pub published: usize,
    /// New statuses of steps that it announced.
    pub changed: usize,
    /// New phases that it announced.
    pub phases: usize,
}

/// One Move test.
pub struct Test<'a> {
    /// The name of its function.
    pub name: &'a str,
    /// The attributes of its function, `test` first.
    pub attributes: &'a str,
    /// The statements of its steps, after the machine is wired.
    pub steps: &'a str,
}

/// A machine on a Move chain, and what is around it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The emitted package, with running targets.
    pub package: MovePackage,
    /// The contracts that the machine calls.
    pub target: Target,
    /// The address of the only guardian.
    pub guardian: [u8; 20],
    /// The machine's peers as Wormhole knows them, in the order of the workflow.
    pub peers: Vec<Peer>,
    /// The machine as Wormhole knows it.
    pub own: Peer,
    /// Seconds since 1970.
    pub now: u64,
}

impl Told {
    /// A machine at the beginning; `own` is the machine itself.
    pub(super) fn new(
        (package, target): (MovePackage, Target),
        guardian: &Guardian,
        own: Peer,
        peers: Vec<Peer>,
    ) -> Self {
        Self {
            package: with_targets(package, &target),
            target,
            guardian: guardian.address(),
            peers,
            own,
            now: BEGINNING,
        }
    }

    /// The peers with which the machine is wired: the number of the chain, and the emitter.
    pub(super) fn emitters(&self) -> Vec<(u16, [u8; 32])> {
        let peers = self.peers.iter();
        peers.map(|peer| (peer.chain, peer.emitter)).collect()
    }
}

/// What a chain needs of its story.
pub trait Teller {
    /// Whose story it is.
    fn told(&self) -> &Told;
    /// Whose story it is.
    fn told_mut(&mut self) -> &mut Told;
    /// The module `story` with these tests.
    fn module(&self, tests: &[Test<'_>]) -> String;
    /// Builds and tests a package.
    ///
    /// # Errors
    /// A tool that is missing or fails.
    fn test(&self, package: &MovePackage) -> Result<TestReport, ToolError>;

    /// The emitted package, with running targets.
    fn package(&self) -> &MovePackage {
        &self.told().package
    }

    /// The message guardians sign for what the machine publishes.
    fn observe(&self, sequence: u64, payload: &[u8]) -> Vaa {
        let Told { own, now, .. } = self.told();
        Vaa {
            guardian_set: 0,
            timestamp: u32::try_from(*now).unwrap_or(u32::MAX),
            nonce: 0,
            emitter_chain: own.chain,
            emitter_address: own.emitter,
            sequence,
            consistency_level: 0,
            payload: payload.to_vec(),
        }
    }
}

impl Story {
    /// Runs everything again and then `step`, which must do what is expected.
    #[track_caller]
    pub(super) fn perform(
        &mut self,
        teller: &impl Teller,
        step: String,
        expected: &Expected,
    ) -> Observed {
        match expected {
            Expected::Done { changes, messages } => {
                self.tell(teller, step);
                let sequences = (self.heard.published as u64)..;
                let published = sequences.zip(messages);
                let published = published.map(|(number, message)| teller.observe(number, message));
                let observed = Observed::Done {
                    published: published.collect(),
                    changes: changes.clone(),
                };
                let (steps, phases) = expected.changes();
                self.heard.published += messages.len();
                self.heard.changed += steps.len();
                self.heard.phases += phases.len();
                observed
            }
            Expected::Rejected(error) => {
                let (code, module) = find_error(teller.package(), error);
                let attributes =
                    format!("test, expected_failure(abort_code = {code}, location = {module})");
                self.run(teller, &attributes, &step);
                Observed::Rejected(error.clone())
            }
        }
    }

    /// Runs everything again and then statements that must pass, and keeps them.
    #[track_caller]
    pub(super) fn tell(&mut self, teller: &impl Teller, step: String) {
        self.run(teller, "test", &step);
        self.steps.push(step);
    }

    #[track_caller]
    fn run(&self, teller: &impl Teller, attributes: &str, step: &str) {
        let steps = self.steps.iter().map(String::as_str).chain([step]);
        let test = Test {
            name: "story",
            attributes,
            steps: &steps.collect::<String>(),
        };
        let text = teller.module(&[test]);
        let mut package = teller.package().clone();
        package
            .files
            .insert("tests/story.move".to_owned(), text.clone());
        let report = teller
            .test(&package)
            .unwrap_or_else(|error| panic!("{error}"));
        let story = report
            .tests
            .iter()
            .find(|(name, _)| name.ends_with("::story::story"));
        assert!(
            story.is_some_and(|(_, outcome)| *outcome == Outcome::Passed),
            "{}{}\n{text}",
            render(&report.diagnostics),
            report.output
        );
    }
}

/// Puts running modules in the place of the packages of signatures.
fn with_targets(mut package: MovePackage, target: &Target) -> MovePackage {
    for dependency in std::mem::take(&mut package.dependencies) {
        let mut dependency = with_targets(dependency, target);
        if let Some(text) = target.modules.get(&dependency.name) {
            dependency.files = [("sources/target.move".to_owned(), text.clone())].into();
        }
        package.dependencies.push(dependency);
    }
    package
}

/// The code and the module of an error, `const EName: u64 = code;`, in a package or what it depends on.
pub(crate) fn find_error(package: &MovePackage, error: &str) -> (u64, String) {
    let all = package.all_dependencies().into_values().chain([package]);
    let files = all.flat_map(|package| package.files.values());
    let mut found = files.filter_map(|text| {
        let (before, rest) = text.split_once(&format!("const E{error}: u64 = "))?;
        let code = rest.split_once(';')?.0.parse().ok()?;
        Some((code, module_name(before)?))
    });
    found
        .next()
        .unwrap_or_else(|| panic!("no module has an error `{error}`"))
}

/// `package::module` of the last module that a text begins.
fn module_name(text: &str) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("module "));
    let name = lines.next_back()?.trim_end_matches([';', '{', ' ']);
    Some(name.to_owned())
}
