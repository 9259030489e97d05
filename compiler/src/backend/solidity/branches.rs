//! Branches: a decision tree is written flat, with early exits before its longest arm.

use crate::backend::printer::Printer;
use crate::backend::solidity::expr::{Expr, Precedence, write_if, write_return};
use crate::backend::solidity::handlers::{BodyWriter, Exit, Place};
use crate::entities::{Block, Value};
use crate::ir::{Rejection, Status, Terminator};

impl BodyWriter<'_> {
    pub(super) fn terminator(
        &mut self,
        printer: &mut Printer,
        terminator: &Terminator,
        place: Place,
    ) {
        match terminator {
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => {
                let condition = Condition::Holds(*condition);
                self.choice(printer, vec![(condition, *then)], *otherwise, place);
            }
            Terminator::SwitchStatus {
                step,
                arms,
                otherwise,
            } => {
                let subject = format!("statusOf(instance, {})", self.contract.names.steps[step]);
                let arms = arms.iter().map(|(values, block)| {
                    (
                        names_of("Status", values.iter().map(|status: &Status| status.name())),
                        *block,
                    )
                });
                self.switch(
                    printer,
                    ("Status", &subject),
                    arms.collect(),
                    *otherwise,
                    place,
                );
            }
            Terminator::SwitchPhase { arms, otherwise } => {
                let arms = arms.iter().map(|(values, block)| {
                    (
                        names_of("Phase", values.iter().map(|phase| phase.name())),
                        *block,
                    )
                });
                self.switch(
                    printer,
                    ("Phase", "phaseOf(instance)"),
                    arms.collect(),
                    *otherwise,
                    place,
                );
            }
            Terminator::Invoke { call, ok, refused } => {
                self.invoke(printer, call, *ok, *refused, place)
            }
            Terminator::Together {
                routine,
                ok,
                refused,
                ..
            } => self.together(printer, *routine, (*ok, *refused), place),
            Terminator::Continue(handler) => {
                let function = &self.contract.names.functions[handler];
                let call = Expr::call(function.clone(), vec![Expr::atom("instance")]);
                match (place, self.exit) {
                    (Place::Arm, Exit::Nothing) => write_return(printer, &call),
                    _ => {
                        call.write(printer, "", ";");
                        self.leave(printer, place);
                    }
                }
            }
            Terminator::Finish => self.leave(printer, place),
            Terminator::Reject(rejection) => printer.line(revert(*rejection)),
        }
    }

    pub(super) fn leave(&self, printer: &mut Printer, place: Place) {
        match (place, self.exit) {
            (Place::Tail, _) => {}
            (Place::Arm, Exit::Nothing) => printer.line("return;"),
            (Place::Arm, Exit::Instance) => printer.line("return instance;"),
        }
    }

    fn switch(
        &mut self,
        printer: &mut Printer,
        (ty, subject): (&str, &str),
        arms: Vec<(Vec<String>, Block)>,
        otherwise: Block,
        place: Place,
    ) {
        let comparisons: usize = arms.iter().map(|(values, _)| values.len()).sum();
        let subject = if comparisons > 1 {
            let name = self.locals.choose(&ty.to_lowercase());
            printer.line(format!("{ty} {name} = {subject};"));
            name
        } else {
            subject.to_owned()
        };
        let arms = arms.into_iter().map(|(values, block)| {
            let condition = Condition::Is {
                subject: subject.clone(),
                values,
            };
            (condition, block)
        });
        self.choice(printer, arms.collect(), otherwise, place);
    }

    /// Writes the longest arm last and flat, and before it every other one as an early exit.
    fn choice(
        &mut self,
        printer: &mut Printer,
        arms: Vec<(Condition, Block)>,
        otherwise: Block,
        place: Place,
    ) {
        let weight = |block: Block| self.weight(block);
        let main =
            (0..arms.len()).max_by_key(|&index| (weight(arms[index].1), std::cmp::Reverse(index)));
        let main = main.filter(|&index| weight(arms[index].1) > weight(otherwise));
        let last = main.and_then(|_| self.only_exit(otherwise));
        for (index, (condition, block)) in arms.iter().enumerate() {
            // An arm that leaves as everything else does is covered by the test of the main arm.
            let is_covered = last.is_some() && self.only_exit(*block) == last;
            if Some(index) != main && !is_covered {
                self.early(printer, &self.condition(condition), *block);
            }
        }
        match main {
            Some(index) => {
                self.early(printer, &self.negation(&arms[index].0), otherwise);
                self.block(printer, arms[index].1, place);
            }
            None => self.block(printer, otherwise, place),
        }
    }

    /// `if (condition) { … return; }`, on one line where the block only leaves.
    fn early(&mut self, printer: &mut Printer, condition: &Expr, block: Block) {
        if let Some(exit) = self.only_exit(block) {
            let line = format!("if ({}) {exit}", condition.flat());
            // `forge fmt` gives such a line one column less than others.
            if printer.fits(&format!("{line} ")) {
                return printer.line(line);
            }
        }
        write_if(printer, condition, |printer| {
            self.scoped(printer, block, Place::Arm)
        });
    }

    fn only_exit(&self, block: Block) -> Option<String> {
        let data = &self.body.blocks[block];
        let is_empty = data.insts.iter().all(|&inst| {
            let inst = &self.body.insts[inst];
            !inst.results().is_empty()
                && inst
                    .results()
                    .iter()
                    .all(|&value| !self.uses.contains(value))
        });
        match (&data.terminator, self.exit) {
            _ if !is_empty => None,
            (Some(Terminator::Reject(rejection)), _) => Some(revert(*rejection)),
            (Some(Terminator::Finish), Exit::Nothing) => Some("return;".into()),
            (Some(Terminator::Finish), Exit::Instance) => Some("return instance;".into()),
            (Some(Terminator::Continue(handler)), Exit::Nothing) => Some(format!(
                "return {}(instance);",
                self.contract.names.functions[handler]
            )),
            _ => None,
        }
    }

    /// How much there is to write about a block and what follows it.
    fn weight(&self, block: Block) -> usize {
        let data = &self.body.blocks[block];
        let own = match &data.terminator {
            Some(Terminator::Invoke { .. } | Terminator::Together { .. }) => 8,
            Some(Terminator::Reject(_) | Terminator::Finish) | None => 0,
            Some(_) => 1,
        };
        let next = data
            .terminator
            .iter()
            .flat_map(|terminator| terminator.successors());
        own + data.insts.len() + next.map(|next| self.weight(next)).sum::<usize>()
    }

    fn condition(&self, condition: &Condition) -> Expr {
        match condition {
            Condition::Holds(value) => self.value(*value),
            Condition::Is { subject, values } => {
                one_of(subject, "==", values, ("||", Precedence::Or))
            }
        }
    }

    fn negation(&self, condition: &Condition) -> Expr {
        match condition {
            Condition::Holds(value) => self.negated(*value),
            Condition::Is { subject, values } => {
                one_of(subject, "!=", values, ("&&", Precedence::And))
            }
        }
    }
}

enum Condition {
    /// A boolean value.
    Holds(Value),
    /// One of several values of an enumeration.
    Is {
        subject: String,
        values: Vec<String>,
    },
}

fn one_of(
    subject: &str,
    op: &str,
    values: &[String],
    (joint, precedence): (&str, Precedence),
) -> Expr {
    let tests: Vec<_> = values
        .iter()
        .map(|value| format!("{subject} {op} {value}"))
        .collect();
    let precedence = if tests.len() == 1 {
        Precedence::Equality
    } else {
        precedence
    };
    Expr::Text(tests.join(&format!(" {joint} ")), precedence)
}

fn names_of<'n>(ty: &str, values: impl Iterator<Item = &'n str>) -> Vec<String> {
    values.map(|value| format!("{ty}.{value}")).collect()
}

fn revert(rejection: Rejection) -> String {
    format!("revert {}();", rejection.name())
}
