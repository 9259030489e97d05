//! Explores a generated project, and says what is wrong with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;

use xcc::analysis::explore::{Exploration, Limits, Model, Verdict, explore};
use xcc::ir::Program;

use super::{Front, Sample};

/// A project that was accepted and explored.
#[derive(Debug)]
pub struct Judged {
    /// As the front end understood it.
    pub front: Front,
    /// What was found of each of its workflows, in source order.
    pub explorations: Vec<Exploration>,
}

/// What is wrong with a project, or with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The compiler panicked.
    #[error("the compiler panicked: {0}")]
    Panicked(String),
    /// The compiler refused it.
    #[error("it was refused:\n{0}")]
    Refused(String),
    /// A promise of the protocol is not kept.
    #[error("it breaks a promise: {0}")]
    Broken(String),
}

impl Sample {
    /// Takes it through the front end and explores each of its workflows, in at most so many states.
    ///
    /// A workflow with more states, or more ways to go, is no fault: its verdict says that nothing was proved.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn judge(&self, states: u64) -> Result<Judged, Fault> {
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let front = self
                .front()
                .map_err(|refused| Fault::Refused(refused.to_string()))?;
            let explorations = explorations(&front.lowered.program, states);
            Ok(Judged {
                front,
                explorations,
            })
        }));
        let judged = judged.unwrap_or_else(|panic| Err(Fault::Panicked(message(&*panic))))?;
        let verdicts = judged.explorations.iter().map(|it| &it.verdict);
        match verdicts.clone().find_map(broken) {
            Some(promise) => Err(Fault::Broken(promise.to_owned())),
            None => Ok(judged),
        }
    }

    /// The smallest project that has a fault of the same kind as this one, and its fault, for people to read.
    #[must_use]
    pub fn report(&self, fault: &Fault, states: u64) -> String {
        let kind = std::mem::discriminant(fault);
        let fault_of = |sample: &Self| sample.judge(states).err();
        let shows =
            |sample: &Self| fault_of(sample).as_ref().map(std::mem::discriminant) == Some(kind);
        let least = self.shrink(shows);
        let fault = fault_of(&least).unwrap_or_else(|| fault.clone());
        format!("{}\n{fault}", least.listing())
    }
}

/// Explores every workflow of a program on one thread, in at most so many states each.
#[must_use]
pub fn explorations(program: &Program, states: u64) -> Vec<Exploration> {
    let limits = Limits {
        states,
        memory: 1 << 30,
        threads: 1,
        stop: &AtomicBool::new(false),
    };
    let workflows = program.workflows.keys();
    let models = workflows.map(|workflow| Model::of(program, workflow));
    models
        .map(|model| explore(&model, limits, &mut |_| {}))
        .collect()
}

/// The promise that is broken, if one is.
#[must_use]
pub fn broken(verdict: &Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Violated(promise, _) => Some(promise),
        Verdict::Stuck(_) => Some("from every state a settled one can be reached"),
        Verdict::Proved
        | Verdict::TooManyRules
        | Verdict::TooManyStates
        | Verdict::TooMuchMemory
        | Verdict::Stopped => None,
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it does not say why".to_owned())
}
