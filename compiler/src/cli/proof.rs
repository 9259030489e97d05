//! What a proof says, as text and as JSON: the verdict, the failure matrix, and on a violation the shortest way to it.

use serde_json::{Value, json};

use super::table::{Align, Table, number};
use crate::analysis::explore::{
    Cell, Choice, Counterexample, Exploration, Fault, Matrix, Model, Verdict, summarise,
};
use crate::diagnostic::Color;
use crate::entities::{Chain, Handler, Step};
use crate::hir::Floor;
use crate::ir::{Custody, Program};
use crate::lanes::Lanes;
use crate::source::SourceMap;

/// The report about one workflow.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    workflow: String,
    exploration: Exploration,
    /// For each step and fault, how instances end; empty unless the workflow is proved.
    outcomes: Vec<Outcome>,
    /// What is split off holdings.
    floors: Vec<Floor>,
    /// The way to what is wrong.
    timeline: Option<Timeline>,
}

#[derive(Clone, Debug)]
struct Outcome {
    step: String,
    fault: &'static str,
    /// Each way to end.
    ends: Vec<String>,
    /// All of them together.
    summary: String,
}

/// What happened on each chain, line by line.
#[derive(Clone, Debug)]
struct Timeline {
    chains: Vec<String>,
    events: Vec<Event>,
}

#[derive(Clone, Debug)]
struct Event {
    chain: usize,
    what: String,
    place: String,
}

impl Proof {
    /// The report about an exploration; the matrix is there if the workflow is proved.
    pub(super) fn new(
        sources: &SourceMap,
        program: &Program,
        model: &Model,
        exploration: Exploration,
        matrix: Option<&Matrix>,
    ) -> Self {
        let outcomes = matrix.map(|matrix| outcomes(program, matrix));
        let timeline = match &exploration.verdict {
            Verdict::Violated(_, path) | Verdict::Stuck(path) => {
                Some(Timeline::new(sources, program, model, path))
            }
            _ => None,
        };
        Proof {
            workflow: program.workflows[model.workflow].name.clone(),
            exploration,
            outcomes: outcomes.unwrap_or_default(),
            floors: program.workflows[model.workflow].floors.clone(),
            timeline,
        }
    }

    /// Whether everything promised was proved.
    pub(super) fn is_proved(&self) -> bool {
        self.exploration.verdict == Verdict::Proved
    }

    /// The report for people.
    pub(super) fn to_text(&self, color: Color) -> String {
        let style = |text: &str| match color {
            Color::Always => format!("\x1b[1m{text}\x1b[0m"),
            Color::Never => text.to_owned(),
        };
        let exploration = &self.exploration;
        let mut text = format!(
            "{}\n  {} states, {} transitions, at most {} steps deep\n",
            style(&format!("{}: {}", self.workflow, self.verdict())),
            number(exploration.states),
            number(exploration.transitions),
            exploration.depth,
        );
        if exploration.visited < exploration.states {
            text += &format!(
                "  {} of them visited, for all that differ only in the places of interchangeable steps\n",
                number(exploration.visited),
            );
        }
        if !self.outcomes.is_empty() {
            text += &format!("\n{}", self.matrix_table().print(&style));
        }
        if !self.floors.is_empty() {
            text += &format!("\n{}", self.floors_table().print(&style));
        }
        if let Some(timeline) = &self.timeline {
            text += &format!("\n{}", timeline.lanes());
        }
        text
    }

    fn verdict(&self) -> String {
        match &self.exploration.verdict {
            Verdict::Proved => "proved".to_owned(),
            Verdict::Violated(promise, _) => format!("it does not hold that {promise}"),
            Verdict::Stuck(_) => "an instance can get stuck".to_owned(),
            Verdict::TooManyRules
            | Verdict::TooManyStates
            | Verdict::TooMuchMemory
            | Verdict::Stopped => "not proved".to_owned(),
        }
    }

    fn matrix_table(&self) -> Table {
        let columns = [
            ("step", Align::Left),
            ("fault", Align::Left),
            ("then", Align::Left),
        ];
        let mut table = Table::new("  What may go wrong, and how instances end", &columns);
        let mut previous = "";
        for outcome in &self.outcomes {
            let step = match outcome.step == previous {
                true => String::new(),
                false => outcome.step.clone(),
            };
            previous = &outcome.step;
            table.row([step, outcome.fault.to_owned(), outcome.summary.clone()]);
        }
        table
    }

    fn floors_table(&self) -> Table {
        let columns = [
            ("holding", Align::Left),
            ("without what is too little on", Align::Left),
            ("which", Align::Left),
        ];
        let mut table = Table::new("  What is split off when holdings are taken", &columns);
        for floor in &self.floors {
            let goes = match &floor.held {
                Some(held) => format!(
                    "is held as {held} and paid to {}, or given back if the workflow is undone",
                    floor.to
                ),
                None => format!("stays with {}", floor.to),
            };
            table.row([floor.holding.clone(), floor.chains.join(", "), goes]);
        }
        table
    }

    /// The report for programs.
    pub(super) fn to_json(&self) -> Value {
        let exploration = &self.exploration;
        let outcomes = self.outcomes.iter().map(
            |outcome| json!({ "step": outcome.step, "fault": outcome.fault, "ends": outcome.ends }),
        );
        let floors = self.floors.iter().map(|floor| {
            json!({ "holding": floor.holding, "chains": floor.chains, "to": floor.to, "held": floor.held })
        });
        let timeline = self.timeline.iter().flat_map(|timeline| {
            let event = |event: &Event| json!({ "chain": timeline.chains[event.chain], "what": event.what, "source": event.place });
            timeline.events.iter().map(event)
        });
        json!({
            "workflow": self.workflow,
            "verdict": self.verdict(),
            "proved": self.is_proved(),
            "states": exploration.states,
            "visited": exploration.visited,
            "transitions": exploration.transitions,
            "depth": exploration.depth,
            "matrix": outcomes.collect::<Value>(),
            "floors": floors.collect::<Value>(),
            "counterexample": timeline.collect::<Value>(),
        })
    }
}

fn outcomes(program: &Program, matrix: &Matrix) -> Vec<Outcome> {
    let rows = matrix.rows.iter().flat_map(|(step, cells)| {
        let cells = Fault::ALL.iter().zip(cells);
        cells.map(move |(fault, cell)| (*step, *fault, cell))
    });
    rows.filter_map(|(step, fault, cell)| {
        let (ends, summary) = ends(program, step, fault, cell)?;
        Some(Outcome {
            step: program.steps[step].name.clone(),
            fault: fault.name(),
            ends,
            summary,
        })
    })
    .collect()
}

/// What a claim that fails leaves behind.
const OWED: &str = "it stays owed until it can be claimed, and nothing waits for it";

/// What a program reads of an outcome, and what a person does; `None` if the fault cannot strike.
fn ends(program: &Program, step: Step, fault: Fault, cell: &Cell) -> Option<(Vec<String>, String)> {
    let data = &program.steps[step];
    let is_paid = data.custody.and_then(Custody::given).is_some();
    let nothing = match (fault, data.transport) {
        (Fault::CompensationFails, _) if data.custody.is_some() => OWED,
        _ if is_paid => OWED,
        (Fault::CompensationFails, _) => "it waits until undoing succeeds",
        (_, Some(_)) => "the delivery fails and can be repeated",
        (_, None) => "the transaction fails and nothing happened",
    };
    match cell {
        Cell::Impossible => None,
        Cell::Nothing => Some((vec![nothing.to_owned()], nothing.to_owned())),
        Cell::Ends(ends) => {
            let ends: Vec<_> = ends.iter().cloned().collect();
            let each = ends.iter().map(|end| end.describe(program));
            Some((each.collect(), summarise(program, &ends)))
        }
    }
}

impl Timeline {
    fn new(sources: &SourceMap, program: &Program, model: &Model, path: &Counterexample) -> Self {
        let workflow = &program.workflows[model.workflow];
        let machines = [vec![workflow.coordinator], workflow.participants.clone()].concat();
        let chains: Vec<Chain> = machines
            .iter()
            .map(|&machine| program.machines[machine].chain)
            .collect();
        let events = path.moves.iter().map(|step| {
            let rule = &model.rules[step.rule];
            let chain = program.machines[program.handlers[rule.handler].machine].chain;
            Event {
                chain: chains.iter().position(|&other| other == chain).unwrap_or(0),
                what: what_happened(program, rule.handler, &rule.choices),
                place: place(sources, program, rule.handler),
            }
        });
        Timeline {
            events: events.collect(),
            chains: chains
                .iter()
                .map(|&chain| program.declarations.chains[chain].name.clone())
                .collect(),
        }
    }

    /// One lane for each chain.
    fn lanes(&self) -> String {
        let mut lanes = Lanes::new("", &self.chains, "source");
        for event in &self.events {
            lanes.row("", event.chain, &event.what, &event.place);
        }
        lanes.print()
    }
}

fn what_happened(program: &Program, handler: Handler, choices: &[Choice]) -> String {
    let name = &program.handlers[handler].name;
    let choices = choices.iter().map(|choice| choice.describe(program));
    let choices: Vec<_> = choices.collect();
    match choices.is_empty() {
        true => name.clone(),
        false => format!("{name}: {}", choices.join(", ")),
    }
}

/// Where the source speaks of what a handler is about.
fn place(sources: &SourceMap, program: &Program, handler: Handler) -> String {
    let data = &program.handlers[handler];
    let span = match data.step {
        Some(step) => program.steps[step].span,
        None => program.workflows[program.machines[data.machine].workflow].span,
    };
    let position = sources.position(span);
    format!("{}:{}", sources.name(span.source), position.line)
}
