//! Steps that are written once and run several times, and those that share a transaction for good.

use xcc::entities::Chain;
use xcc::types::Type;

use super::Grower;
use crate::generate::spec::{Call, Expr, Item, Named, Repeat, Step};

/// What a repeated step calls the number of the repetition.
const COUNTER: &str = "i";

/// How often a step is repeated at most.
const TIMES: u32 = 3;

impl Grower {
    /// How a step is repeated, if it is; an argument may become the number of the repetition.
    pub(super) fn repeat(&mut self, call: &mut Call, most: u32) -> Option<Repeat> {
        let wants = self.choices.chance(12);
        let (times, is_named, counts) = (
            2 + u32::from(self.choices.chance(25)),
            self.choices.chance(30),
            self.choices.chance(60),
        );
        let times = times.min(TIMES).min(most);
        if !wants || most < 2 {
            return None;
        }
        let constant = is_named.then(|| self.const_number(times));
        let is_number = |arg: &&mut Expr| matches!(arg, Expr::Number(_));
        let arg = call.args.iter_mut().find(is_number).filter(|_| counts);
        let counter = arg.map(|arg| {
            *arg = Expr::Path(COUNTER.to_owned());
            COUNTER
        });
        Some(Repeat {
            times,
            constant,
            counter,
        })
    }

    /// The name of a constant that is this number.
    fn const_number(&mut self, number: u32) -> String {
        let text = number.to_string();
        let is_it = |it: &&Named| {
            let is_number = matches!(&it.value, Expr::Number(value) if *value == text);
            is_number && matches!(it.ty, Type::Uint(_))
        };
        let known = self.spec.consts.iter().find(is_it);
        if let Some(known) = known {
            return known.name.clone();
        }
        let name = format!("C{}", self.spec.consts.len() + 1);
        self.spec.consts.push(Named {
            name: name.clone(),
            ty: Type::Uint(8),
            value: Expr::Number(text),
        });
        name
    }

    /// Puts the first steps of a workflow, which run in the transaction that starts an instance, between braces that keep them together.
    pub(super) fn keep_together(&mut self, home: Chain, flow: &mut Vec<Item>) {
        let is_kept = |item: &Item| match item {
            Item::Step(step) => self.is_in_transaction_of_start(home, step),
            _ => false,
        };
        let count = flow.iter().take_while(|item| is_kept(item)).count();
        let wants = self.choices.chance(30);
        let count = count - self.choices.weighed(&[3, 1]).min(count);
        if !wants || count == 0 {
            return;
        }
        let kept = flow.drain(..count).filter_map(|item| match item {
            Item::Step(step) => Some(*step),
            _ => None,
        });
        let kept = kept.collect();
        flow.insert(0, Item::Atomic(kept));
    }

    fn is_in_transaction_of_start(&self, home: Chain, step: &Step) -> bool {
        let is_home = self.spec.contracts[step.call.contract].chain == home;
        is_home && step.repeat.is_none() && !step.goes_on()
    }
}
