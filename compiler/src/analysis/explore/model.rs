//! What is explored: variables with few values, and rules that change them.

use crate::entities::{Handler, Message, Slot, Step, Workflow};

use crate::ir::{Part, Phase, Program, Status};

/// A workflow as a system of guarded rules. All variables begin at their first value.
#[derive(Clone, Debug)]
pub struct Model {
    /// The workflow.
    pub workflow: Workflow,
    /// What a state consists of.
    pub variables: Vec<Variable>,
    /// What may happen.
    pub rules: Vec<Rule>,
    /// Whether that is all of it. Home steps that may fail one after another in one transaction double its ways to go each; with
    /// too many the rules are left unfinished, and nothing can be proved of them.
    pub is_whole: bool,
    /// What must never be.
    pub invariants: Vec<Invariant>,
    /// When an instance is settled: one of these conditions holds.
    pub settled: Condition,
    /// Counters that make a difference only while a condition holds; everywhere else they have their first value.
    pub counting: Vec<(Var, Condition)>,
    /// Classes of steps that can be exchanged for each other without a difference: for each step of a class the variables about it,
    /// in the same order. Empty in doubt; it saves a search work and changes nothing that it finds.
    pub interchangeable: Vec<Vec<Vec<Var>>>,
}

/// A variable, by its position in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(pub usize);

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name, unique in the model and an identifier in every language.
    pub name: String,
    /// What its values mean.
    pub meaning: Meaning,
    /// How many values it has, at most 32.
    pub values: u8,
}

/// What the values of a variable mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The phase of the instance, by position in the list.
    Phase(Vec<Phase>),
    /// Where a step stands on the machine that runs it or, for `Home`, at home.
    Status(Step, Side, Vec<Status>),
    /// How often a retried call failed.
    Counter(Slot),
    /// Whether a message was ever published.
    Published(Message),
    /// How often a call of a step took effect; the last value means twice or more.
    Effects(Step, Part),
    /// Whether a call was taken for refused that did not get its gas.
    Starved(Step),
}

/// Which machine's record of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The coordinator's.
    Home,
    /// The participant's.
    Participant,
}

/// That a variable has one of several values: bit `n` allows value `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    /// The variable.
    pub var: Var,
    /// The allowed values.
    pub allowed: u32,
}

/// Something that may happen: one path through a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The handler.
    pub handler: Handler,
    /// When it may; all conditions hold.
    pub guard: Vec<Condition>,
    /// What it changes; each variable at most once.
    pub effects: Vec<Effect>,
    /// What the surroundings decided on the way, in order.
    pub choices: Vec<Choice>,
}

/// A change of one variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Effect {
    /// The variable.
    pub var: Var,
    /// Its new value.
    pub update: Update,
}

/// How a variable changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Update {
    /// To this value.
    Set(u8),
    /// To the next value, unless it has the last one. Only what is a number is counted.
    Next,
}

/// What the surroundings decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A condition on data, a clock or the caller, by the name of its value, in a handler about a step.
    Branch(Option<Step>, String, Taken),
    /// A call of a step took effect.
    Succeeds(Step, Part),
    /// A call of a step failed and was caught.
    Fails(Step, Part),
    /// A call of a step failed for want of gas and was caught.
    Starves(Step, Part),
    /// The block that did all this was undone by a fork, after its messages were heard.
    Forked,
}

/// Which way a branch went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The condition held.
    Yes,
    /// It did not.
    No,
}

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invariant {
    /// What is promised, in words.
    pub name: &'static str,
    /// The step it is about.
    pub step: Step,
    /// What breaks it: all of these at once.
    pub forbidden: Vec<Condition>,
}

impl Invariant {
    /// Whether a state, with a value for each variable, breaks it.
    pub fn is_broken_by(&self, state: &[u8]) -> bool {
        let mut forbidden = self.forbidden.iter();
        forbidden.all(|condition| condition.holds(state[condition.var.0]))
    }
}

impl Model {
    /// Sets the counters of a state back where they make no difference.
    pub fn forget(&self, state: &mut [u8]) {
        for (counter, matters) in &self.counting {
            if !matters.holds(state[matters.var.0]) {
                state[counter.0] = 0;
            }
        }
    }

    /// The same model over a transport that delivers messages before their block is final: the state that sent them may be
    /// undone while they are heard. No transport of the catalogue does; the checker must notice one that did.
    pub fn without_finality(mut self) -> Self {
        let published = |effect: &&Effect| {
            matches!(self.variables[effect.var.0].meaning, Meaning::Published(_))
        };
        let forked = self.rules.iter().filter_map(|rule| {
            let effects: Vec<_> = rule.effects.iter().filter(published).copied().collect();
            let is_partial = !effects.is_empty() && effects.len() < rule.effects.len();
            is_partial.then(|| Rule {
                effects,
                choices: [rule.choices.clone(), vec![Choice::Forked]].concat(),
                ..rule.clone()
            })
        });
        let forked: Vec<_> = forked.collect();
        self.rules.extend(forked);
        self.interchangeable.clear();
        self
    }

    /// The variable with this meaning.
    pub fn find(&self, is_it: impl Fn(&Meaning) -> bool) -> Option<Var> {
        let position = self
            .variables
            .iter()
            .position(|variable| is_it(&variable.meaning));
        position.map(Var)
    }

    /// Where a step stands on one side.
    pub fn status(&self, step: Step, side: Side) -> Option<Var> {
        self.find(
            |meaning| matches!(meaning, Meaning::Status(of, on, _) if (*of, *on) == (step, side)),
        )
    }

    /// How often a call of a step took effect.
    pub fn effects(&self, step: Step, part: Part) -> Option<Var> {
        self.find(|meaning| *meaning == Meaning::Effects(step, part))
    }
}

impl Condition {
    /// That a variable has this value.
    pub const fn is(var: Var, value: u8) -> Self {
        Condition {
            var,
            allowed: 1 << value,
        }
    }

    /// Whether it holds for a value.
    pub const fn holds(self, value: u8) -> bool {
        self.allowed >> value & 1 == 1
    }
}

impl Choice {
    /// What was decided, in words.
    pub fn describe(&self, program: &Program) -> String {
        let call = |step: Step, part: Part| format!("{part} of `{}`", program.steps[step].name);
        match self {
            Choice::Branch(_, name, Taken::Yes) => name.replace('_', " "),
            Choice::Branch(_, name, Taken::No) => format!("not {}", name.replace('_', " ")),
            Choice::Succeeds(step, part) => format!("{} succeeds", call(*step, *part)),
            Choice::Fails(step, part) => format!("{} fails", call(*step, *part)),
            Choice::Starves(step, part) => format!("{} gets too little gas", call(*step, *part)),
            Choice::Forked => "all but its messages is undone by a fork".to_owned(),
        }
    }
}
