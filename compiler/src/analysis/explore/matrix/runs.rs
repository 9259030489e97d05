//! Runs in which one fault strikes one step and nothing else goes wrong.

use std::collections::BTreeSet;

use super::alike::Alike;
use super::cells::{Cell, End, Fault};
use super::fates::Fates;
use super::faults::{Faults, starves};
use super::graph::{Graph, Moves, Node};
use crate::analysis::explore::model::{Model, Rule, Side};
use crate::entities::Step;
use crate::ir::{Part, Program, Status};

pub(super) struct Runs<'a> {
    program: &'a Program,
    model: &'a Model,
    fates: Fates<'a>,
    faults: Faults<'a>,
    graph: Graph<'a>,
    /// What happens if nothing goes wrong.
    faultless: Moves<'a>,
    /// What happens if nothing goes wrong but that somebody cancels.
    cancelled: Moves<'a>,
    /// Where nothing went wrong so far.
    calm: Vec<Node>,
}

impl<'a> Runs<'a> {
    /// The runs of a model; the step that is struck is like no other in them.
    pub(super) fn new(program: &'a Program, model: &'a Model, struck: Option<Step>) -> Self {
        let faults = Faults(program);
        let rules = model.rules.iter();
        let faultless = rules.clone().filter(|rule| faults.is_faultless(rule));
        let cancelled = rules.filter(|rule| faults.is_faultless(rule) || faults.cancels(rule));
        let mut faultless = Moves::new(faultless.collect());
        let mut graph = Graph::new(model, Alike::of(model, struck));
        let initial = graph.initial();
        let calm = graph.reach([initial], &mut faultless);
        Runs {
            program,
            model,
            fates: Fates::new(program, model),
            faults,
            graph,
            faultless,
            cancelled: Moves::new(cancelled.collect()),
            calm,
        }
    }

    /// Whether a step is like another.
    pub(super) fn has_alike(&self, step: Step) -> bool {
        self.graph.alike().has(step)
    }

    /// A cell for each fault.
    pub(super) fn row(&mut self, step: Step) -> Vec<Cell> {
        let calm = self.calm_instead(step);
        let calm = calm.unwrap_or_else(|| self.calm.clone());
        Fault::ALL
            .map(|fault| self.cell(step, fault, &calm))
            .to_vec()
    }

    /// Where nothing went wrong but that another step was refused, if this one runs only because of that.
    fn calm_instead(&mut self, step: Step) -> Option<Vec<Node>> {
        let alternatives = &self.program.workflows[self.model.workflow].alternatives;
        let tried = alternatives.iter().filter(|it| it.steps.contains(&step));
        let tried: Vec<_> = tried.flat_map(|it| &it.to).copied().collect();
        let has_begun = |node: &Node| self.fates.has_begun(step, self.graph.state(*node));
        if tried.is_empty() || self.calm.iter().any(has_begun) {
            return None;
        }
        let faults = self.faults;
        let refuses = |rule: &&Rule| {
            let mut tried = tried.iter();
            tried.any(|&step| faults.refuses(step, rule) || faults.expires(step, rule))
        };
        let rules = self.rules(|rule| faults.is_faultless(rule) || refuses(&rule));
        let initial = self.graph.initial();
        Some(self.graph.reach([initial], &mut Moves::new(rules)))
    }

    fn cell(&mut self, step: Step, fault: Fault, calm: &[Node]) -> Cell {
        let faults = self.faults;
        let is_remote = self.model.status(step, Side::Participant).is_some();
        match fault {
            Fault::Refused => self.after(calm, |rule| faults.refuses(step, rule), Cell::Nothing),
            Fault::Expired => self.after(calm, |rule| faults.expires(step, rule), Cell::Impossible),
            Fault::Starved => self.after(calm, |rule| starves(step, rule), Cell::Nothing),
            // Whatever was sent stays in the network, where any message may come late, again, or only after it was asked for.
            Fault::Lost | Fault::Repeated | Fault::Fork if is_remote => self.ends(calm),
            Fault::Lost | Fault::Repeated | Fault::Fork => Cell::Impossible,
            Fault::Late if is_remote => {
                let in_doubt = self.where_sent(step, calm);
                self.after(&in_doubt, |rule| faults.cancels(rule), Cell::Impossible)
            }
            Fault::Late => Cell::Impossible,
            Fault::CompensationFails => self.failing_compensation(step, calm),
        }
    }

    /// A compensation that fails leaves everything as it was, unless it is parked.
    fn failing_compensation(&mut self, step: Step, calm: &[Node]) -> Cell {
        let undone = self.model.effects(step, Part::Compensation);
        let undoes = |rule: &Rule| rule.effects.iter().any(|it| Some(it.var) == undone);
        if !self.model.rules.iter().any(undoes) {
            return Cell::Impossible;
        }
        let cancelling = self.graph.reach(calm.iter().copied(), &mut self.cancelled);
        let faults = self.faults;
        match self.after(&cancelling, |rule| faults.parks(step, rule), Cell::Nothing) {
            Cell::Ends(ends) => Cell::Ends(shortest(ends)),
            cell => cell,
        }
    }

    /// How instances end after a fault that strikes in one of these states; `otherwise` if it never does.
    fn after(&mut self, nodes: &[Node], strikes: impl Fn(&Rule) -> bool, otherwise: Cell) -> Cell {
        let rules = self.rules(strikes);
        let each = nodes.iter();
        let struck: Vec<_> = each
            .flat_map(|&node| self.graph.after(node, &rules))
            .collect();
        if struck.is_empty() {
            return otherwise;
        }
        let reached = self.graph.reach(struck, &mut self.faultless);
        self.ends(&reached)
    }

    fn rules(&self, is_it: impl Fn(&Rule) -> bool) -> Vec<&'a Rule> {
        self.model.rules.iter().filter(|rule| is_it(rule)).collect()
    }

    fn ends(&self, nodes: &[Node]) -> Cell {
        let settled = self.model.settled;
        let states = nodes.iter().map(|&node| self.graph.state(node));
        let settled = states.filter(|state| settled.holds(state[settled.var.0]));
        let fates: BTreeSet<_> = settled
            .map(|state| (self.fates.phase(state), self.fates.of(state)))
            .collect();
        let steps = self.fates.steps();
        let ends = fates.into_iter().flat_map(|(phase, fates)| {
            let arranged = self.graph.alike().arrangements(steps, fates).into_iter();
            arranged.map(move |fates| End::new(phase, steps, &fates))
        });
        Cell::Ends(ends.collect())
    }

    /// Those of some states in which home waits for a step.
    fn where_sent(&self, step: Step, nodes: &[Node]) -> Vec<Node> {
        let at_home = |node: &Node| self.fates.at_home(step, self.graph.state(*node));
        let is_sent = |node: &Node| at_home(node) == Some(Status::Sent);
        nodes.iter().copied().filter(is_sent).collect()
    }
}

/// Those after which least was undone: what else had run is a matter of when home began to cancel.
fn shortest(ends: BTreeSet<End>) -> BTreeSet<End> {
    let least = ends.iter().map(|end| end.undone.len()).min();
    let is_short = |end: &End| Some(end.undone.len()) == least;
    ends.into_iter().filter(is_short).collect()
}
