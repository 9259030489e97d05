//! How blocks end: assertions, conditions on values, and choices by a status or a phase.

use super::{BodyWriter, Host};
use crate::backend::move_lang::{Dialect, Doc, Expr, error_name, phase_name, status_name};
use crate::backend::printer::Printer;
use crate::entities::{Block, Value};
use crate::hir::BinaryOp;
use crate::ir::{Rejection, Terminator};

/// Values of a status or a phase, by the names of their constants, and what happens then.
type Arm = (Vec<&'static str>, Block);

impl<H: Host> BodyWriter<'_, H> {
    /// Writes the end of a block; `end` ends the last statement.
    pub(super) fn write_terminator(
        &mut self,
        terminator: &Terminator,
        end: &str,
        printer: &mut Printer,
    ) {
        match terminator {
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => self.write_branch(*condition, (*then, *otherwise), end, printer),
            Terminator::SwitchStatus {
                step,
                arms,
                otherwise,
            } => {
                let arms = arms.iter().map(|(statuses, block)| {
                    let names = statuses.iter().map(|&status| status_name(status));
                    (names.collect(), *block)
                });
                let place = self.host.status_place(*step);
                self.write_switch(&place, arms.collect(), (*otherwise, end), printer);
            }
            Terminator::SwitchPhase { arms, otherwise } => {
                let arms = arms.iter().map(|(phases, block)| {
                    let names = phases.iter().map(|&phase| phase_name(phase));
                    (names.collect(), *block)
                });
                let place = self.host.phase_place();
                self.write_switch(&place, arms.collect(), (*otherwise, end), printer);
            }
            Terminator::Continue(handler) => {
                self.host.continue_in(*handler).then(";").write(printer);
            }
            Terminator::Reject(rejection) => {
                printer.line(format!("abort {}", error_name(*rejection)));
            }
            Terminator::Finish => {}
            Terminator::Invoke { .. } | Terminator::Together { .. } => {
                unreachable!("only a VM that can catch has these")
            }
        }
    }

    /// A branch with a rejecting side is an assertion.
    fn write_branch(
        &mut self,
        condition: Value,
        (then, otherwise): (Block, Block),
        end: &str,
        printer: &mut Printer,
    ) {
        let condition = self.operand(condition);
        if let Some(rejection) = self.rejection_of(otherwise) {
            write_assert(condition, rejection, printer);
            return self.write_block(then, end, printer);
        }
        if let Some(rejection) = self.rejection_of(then) {
            write_assert(condition.negated(), rejection, printer);
            return self.write_block(otherwise, end, printer);
        }
        self.write_if(condition, then, (otherwise, end), printer);
    }

    /// Writes a choice. With one arm it is a condition.
    fn write_switch(
        &mut self,
        place: &str,
        mut arms: Vec<Arm>,
        (otherwise, end): (Block, &str),
        printer: &mut Printer,
    ) {
        arms.retain(|(_, block)| !self.are_alike(*block, otherwise));
        let [(names, block)] = &arms[..] else {
            return match self.types.dialect {
                _ if arms.is_empty() => self.write_block(otherwise, end, printer),
                Dialect::Sui => self.write_match(place, &arms, (otherwise, end), printer),
                Dialect::Aptos => self.write_chain(place, &arms, (otherwise, end), printer),
            };
        };
        if let Some(rejection) = self.rejection_of(otherwise) {
            write_assert(is_one_of(place, names), rejection, printer);
            return self.write_block(*block, end, printer);
        }
        if let Some(rejection) = self.rejection_of(*block) {
            write_assert(is_none_of(place, names), rejection, printer);
            return self.write_block(otherwise, end, printer);
        }
        if self.does_nothing(*block) {
            let condition = is_none_of(place, names);
            return self.write_if(condition, otherwise, (*block, end), printer);
        }
        if !self.does_nothing(otherwise) {
            return self.write_if(is_one_of(place, names), *block, (otherwise, end), printer);
        }
        let (inner, block) = self.inner_condition(*block);
        let conditions = [is_one_of(place, names)].into_iter().chain(inner);
        let condition = conditions.reduce(|left, right| Expr::binary(BinaryOp::And, left, right));
        let condition = condition.expect("there is one condition at least");
        self.write_if(condition, block, (otherwise, end), printer);
    }

    /// The condition of a block that does something only under one, and what it does then.
    fn inner_condition(&self, block: Block) -> (Option<Expr>, Block) {
        let data = &self.body.blocks[block];
        let Some(Terminator::SwitchStatus {
            step,
            arms,
            otherwise,
        }) = &data.terminator
        else {
            return (None, block);
        };
        match &arms[..] {
            [(statuses, inner)] if data.insts.is_empty() && self.does_nothing(*otherwise) => {
                let names = statuses.iter().map(|&status| status_name(status));
                let place = self.host.status_place(*step);
                let condition = is_one_of(&place, &names.collect::<Vec<_>>());
                (Some(condition), *inner)
            }
            _ => (None, block),
        }
    }

    fn write_if(
        &mut self,
        condition: Expr,
        then: Block,
        (otherwise, end): (Block, &str),
        printer: &mut Printer,
    ) {
        Doc::condition("if ", condition.doc)
            .then(" {")
            .write(printer);
        printer.indented(|printer| self.write_block(then, "", printer));
        let close = format!("}}{end}");
        if self.does_nothing(otherwise) {
            return printer.line(close);
        }
        printer.wrapped("} else {", &close, |printer| {
            self.write_block(otherwise, "", printer)
        });
    }

    /// `match`; only Sui matches on integers.
    fn write_match(
        &mut self,
        place: &str,
        arms: &[Arm],
        (otherwise, end): (Block, &str),
        printer: &mut Printer,
    ) {
        let close = format!("}}{end}");
        printer.wrapped(&format!("match ({place}) {{"), &close, |printer| {
            for (names, block) in arms {
                write_arm_head(names, printer);
                printer.indented(|printer| self.write_block(*block, "", printer));
                printer.line("},");
            }
            match self.rejection_of(otherwise) {
                Some(rejection) => printer.line(format!("_ => abort {},", error_name(rejection))),
                None if self.does_nothing(otherwise) => printer.line("_ => (),"),
                None => printer.wrapped("_ => {", "},", |printer| {
                    self.write_block(otherwise, "", printer)
                }),
            }
        });
    }

    /// The same as a chain of `if`s.
    fn write_chain(
        &mut self,
        place: &str,
        arms: &[Arm],
        (otherwise, end): (Block, &str),
        printer: &mut Printer,
    ) {
        for (index, (names, block)) in arms.iter().enumerate() {
            let head = if index == 0 { "if " } else { "} else if " };
            Doc::condition(head, is_one_of(place, names).doc)
                .then(" {")
                .write(printer);
            printer.indented(|printer| self.write_block(*block, "", printer));
        }
        let close = format!("}}{end}");
        if self.does_nothing(otherwise) {
            return printer.line(close);
        }
        printer.wrapped("} else {", &close, |printer| {
            self.write_block(otherwise, "", printer)
        });
    }

    fn rejection_of(&self, block: Block) -> Option<Rejection> {
        let data = &self.body.blocks[block];
        match data.terminator {
            Some(Terminator::Reject(rejection)) if data.insts.is_empty() => Some(rejection),
            _ => None,
        }
    }

    /// Whether two blocks end at once, and in the same way.
    fn are_alike(&self, one: Block, other: Block) -> bool {
        match (self.rejection_of(one), self.rejection_of(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.does_nothing(one) && self.does_nothing(other),
            _ => false,
        }
    }

    fn does_nothing(&self, block: Block) -> bool {
        let data = &self.body.blocks[block];
        data.insts.is_empty() && matches!(data.terminator, Some(Terminator::Finish))
    }
}

fn is_one_of(place: &str, names: &[&str]) -> Expr {
    compared(place, names, BinaryOp::Eq, BinaryOp::Or)
}

fn is_none_of(place: &str, names: &[&str]) -> Expr {
    compared(place, names, BinaryOp::Ne, BinaryOp::And)
}

fn compared(place: &str, names: &[&str], each: BinaryOp, all: BinaryOp) -> Expr {
    let each = |name: &&str| Expr::binary(each, Expr::atom(place), Expr::atom(*name));
    let compared = names.iter().map(each);
    let joined = compared.reduce(|left, right| Expr::binary(all, left, right));
    joined.expect("an arm names a status or a phase")
}

fn write_assert(condition: Expr, rejection: Rejection, printer: &mut Printer) {
    let args = [condition, Expr::atom(error_name(rejection))];
    Expr::call("assert!", args).doc.then(";").write(printer);
}

fn write_arm_head(names: &[&str], printer: &mut Printer) {
    let one_line = format!("{} => {{", names.join(" | "));
    if printer.fits(&one_line) {
        return printer.line(one_line);
    }
    let (last, first) = names
        .split_last()
        .expect("an arm names a status or a phase");
    first
        .iter()
        .for_each(|name| printer.line(format!("{name} |")));
    printer.line(format!("{last} => {{"));
}
