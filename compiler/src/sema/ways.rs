//! Whether a holding leaves custody exactly once, whichever way an instance goes.

use super::check::Checker;
use super::errors::CustodyError;
use super::spend::spent;
use crate::source::Span;
use crate::syntax::ast::{self, Name, Statement};

/// How the ways through some statements use a holding.
#[derive(Clone, Copy, Debug, Default)]
struct Ways {
    /// Where each way that goes on uses it.
    used: Option<Span>,
    /// What decides between one that does and one that does not.
    sometimes: Option<(Span, &'static str)>,
    /// Where a way that ends in an `abort` uses it. One that does not gives back what is held.
    aborted: Option<Span>,
    /// Whether no way goes on.
    ends: bool,
}

impl Checker<'_> {
    /// Checks that every holding of a workflow leaves custody once, whichever way an instance goes.
    pub(super) fn check_holdings(&mut self, workflow: &ast::Workflow) {
        let taken = workflow.body.iter();
        let taken = taken.filter_map(|statement| match statement {
            Statement::Take(take) => Some(&take.name),
            _ => None,
        });
        for holding in taken.collect::<Vec<_>>() {
            let ways = self.follow(holding, &workflow.body);
            let is_paid = ways.used.is_some() || is_misplaced(holding, &workflow.body);
            if !is_paid && !ways.ends {
                self.report(CustodyError::NotPaid {
                    holding: holding.clone(),
                    sometimes: ways.sometimes,
                });
            }
        }
    }

    /// How some statements use a holding. A use that comes after another is reported.
    fn follow(&mut self, holding: &Name, body: &[Statement]) -> Ways {
        let mut ways = Ways::default();
        for statement in body {
            let now = self.follow_statement(holding, statement);
            if let (Some(first), Some(second)) = (ways.first(), now.first().or(now.aborted)) {
                let second = Name::new(holding.value.clone(), second);
                self.report(CustodyError::PaidTwice { second, first });
            }
            ways.used = ways.used.or(now.used);
            ways.sometimes = ways.sometimes.or(now.sometimes);
            ways.aborted = ways.aborted.or(now.aborted);
            ways.ends |= now.ends;
        }
        ways
    }

    fn follow_statement(&mut self, holding: &Name, statement: &Statement) -> Ways {
        match statement {
            Statement::Pay(pay) if pay.holding.value == holding.value => {
                Ways::all(Some(pay.holding.span))
            }
            Statement::Step(step) => Ways::all(self.follow_spending(holding, step)),
            Statement::Atomic(it) => {
                let inside = self.follow(holding, &it.body);
                Ways::all(inside.used.map(|_| it.keyword))
            }
            Statement::If(it) => {
                let arms = [&it.then, &it.otherwise].map(|arm| self.follow(holding, arm));
                Ways::either(arms, (it.keyword, "if"))
            }
            Statement::Attempt(it) => {
                let arms = [&it.first, &it.otherwise].map(|arm| self.follow(holding, arm));
                Ways::either(arms, (it.keyword, "attempt"))
            }
            Statement::Abort(_) => Ways {
                ends: true,
                ..Ways::default()
            },
            _ => Ways::default(),
        }
    }

    /// Where a step spends a holding. One that it names again is reported.
    fn follow_spending(&mut self, holding: &Name, step: &ast::Step) -> Option<Span> {
        let mut of_it = spent(step).iter().filter(|it| it.value == holding.value);
        let first = of_it.next()?.span;
        for second in of_it {
            let second = second.clone();
            self.report(CustodyError::PaidTwice { second, first });
        }
        Some(first)
    }
}

/// Whether a holding is paid between the braces of a `parallel`, which is an error of its own.
fn is_misplaced(holding: &Name, body: &[Statement]) -> bool {
    let is_paid = |statement: &Statement| matches!(statement, Statement::Pay(pay) if pay.holding.value == holding.value);
    body.iter().any(|statement| match statement {
        Statement::Parallel(parallel) => parallel.body.iter().any(is_paid),
        _ => statement.blocks().any(|block| is_misplaced(holding, block)),
    })
}

impl Ways {
    fn all(used: Option<Span>) -> Self {
        Ways {
            used,
            ..Ways::default()
        }
    }

    /// The ways through two arms of which one is taken, by this word.
    fn either(arms: [Ways; 2], word: (Span, &'static str)) -> Self {
        let aborted = |arm: &Ways| match arm.ends {
            true => arm.first().or(arm.aborted),
            false => arm.aborted,
        };
        let [one, other] = arms;
        let (used, sometimes) = match (one.ends, other.ends) {
            (true, true) => (None, None),
            (true, false) => (other.used, other.sometimes),
            (false, true) => (one.used, one.sometimes),
            (false, false) if one.used.is_some() && other.used.is_some() => (one.used, None),
            (false, false) if one.first().or(other.first()).is_none() => (None, None),
            (false, false) => {
                let inside = one.sometimes.or(other.sometimes);
                (None, Some(inside.unwrap_or(word)))
            }
        };
        Ways {
            used: used.map(|_| word.0),
            sometimes,
            aborted: aborted(&one).or(aborted(&other)),
            ends: one.ends && other.ends,
        }
    }

    /// Where a way that goes on uses the holding, or what decides whether it does.
    fn first(&self) -> Option<Span> {
        self.used.or(self.sometimes.map(|(span, _)| span))
    }
}
