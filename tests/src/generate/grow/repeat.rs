//! Steps that are written once and run several times.

use xcc::entities::Chain;
use xcc::syntax::ast::BinaryOp;
use xcc::types::Type;

use super::Grower;
use super::arithmetic::has_arithmetic;
use super::scope::Scope;
use crate::generate::Style;
use crate::generate::spec::{Call, Expr, If, Item, Named, Repeat, Role, Step};

/// What a repeated step calls the number of the repetition.
const COUNTER: &str = "i";

/// What several repeated together call it.
const OUTER_COUNTER: &str = "j";

/// How the number of a repetition is compared with one that lies within, so that some repetitions are left out.
const SOME: [BinaryOp; 4] = [
    BinaryOp::Less,
    BinaryOp::GreaterEqual,
    BinaryOp::Equal,
    BinaryOp::NotEqual,
];

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

    /// Repeats the last item of a flow as a whole, if it can be, by so many more steps at most.
    pub(super) fn repeat_last(&mut self, scope: &mut Scope, flow: &mut Vec<Item>, most: u32) {
        let wants = self.choices.chance(12);
        let (is_several, is_named) = (self.choices.chance(80), self.choices.chance(30));
        let Some(item) = flow.pop_if(|item| wants && item.written() > 0) else {
            return;
        };
        let can_be_repeated = most >= item.written() && self.is_free(scope, &item);
        let times = match is_several && can_be_repeated {
            true => 2 + self.choices.below((most / item.written()).min(TIMES - 1)),
            false => 1,
        };
        for step in item.steps() {
            scope.rename_last(&step.name, times);
        }
        let constant = is_named.then(|| self.const_number(times));
        let (counter, body) = self.counted(scope, item, times);
        let repeat = Repeat {
            times,
            constant,
            counter,
        };
        flow.push(Item::Repeat(repeat, body));
    }

    /// Whether an item can be there several times: it decides no workflow and moves nothing that is held, and what is emitted decides
    /// nothing by a value that is the same each time.
    fn is_free(&self, scope: &Scope, item: &Item) -> bool {
        let is_once = |step: &Step| matches!(step.role, Role::Pivot) || !step.spends.is_empty();
        let is_simple = |item: &Item| matches!(item, Item::Step(_) | Item::Parallel(_));
        let mut steps = item.steps().into_iter();
        let is_plain = match item {
            Item::Step(_) | Item::Parallel(_) => true,
            Item::If(choice) => {
                let mut arms = choice.then.iter().chain(&choice.otherwise);
                self.style == Style::Checked && arms.all(is_simple)
            }
            Item::Attempt(first, otherwise) => {
                let mut arms = first.iter().chain(otherwise);
                arms.all(is_simple)
            }
            _ => false,
        };
        let goes_every_way =
            |step: &Step| self.can_go_every_way(scope, &step.call, step.require.as_ref());
        let can_follow_itself = scope
            .home
            .is_some_and(|home| self.can_follow_itself(home, item));
        is_plain && can_follow_itself && steps.all(|step| !is_once(step) && goes_every_way(step))
    }

    /// Whether each step of an item that needs a deadline for what comes before it has one if that is the item itself.
    fn can_follow_itself(&self, home: Chain, item: &Item) -> bool {
        let is_home = |step: &Step| self.spec.chain_of(&step.call) == home;
        let is_prompt = |step: &Step| is_home(step) && step.within.is_none();
        let catches = self.spec.vm(home).catches_failures();
        let is_late = !catches && !self.is_in_start(home, item);
        !is_late || !item.steps().into_iter().any(is_prompt)
    }

    /// Whether each repetition of a call can go every way, whichever way the others go. What is emitted is run, and no guard, and nothing
    /// that may have no value, differs from one to the next.
    pub(super) fn can_go_every_way(
        &self,
        scope: &Scope,
        call: &Call,
        guard: Option<&Expr>,
    ) -> bool {
        let mut operands = call.args.iter().chain(&call.value);
        let is_decisive =
            |operand: &Expr| has_arithmetic(scope, operand) || scope.has_amount(operand);
        self.style == Style::Checked || guard.is_none() && !operands.any(is_decisive)
    }

    /// What is repeated, with the number of the repetition in it: as an argument, by a name, or in a condition.
    fn counted(
        &mut self,
        scope: &mut Scope,
        mut item: Item,
        times: u32,
    ) -> (Option<&'static str>, Vec<Item>) {
        let (is_argument, is_named) = (self.choices.chance(60), self.choices.chance(40));
        let (is_skipped, op) = (self.choices.chance(35), self.choices.pick(&SOME));
        let number = Expr::Path(OUTER_COUNTER.to_owned());
        let (mut body, mut counter) = (Vec::new(), None);
        if let Some((argument, ty)) = self.number_in(&mut item).filter(|_| is_argument) {
            counter = Some(OUTER_COUNTER);
            *argument = number.clone();
            if is_named {
                let name = scope.new_name();
                let value = std::mem::replace(argument, Expr::Path(name.clone()));
                body.push(Item::Let(Named { name, ty, value }, true));
            }
        }
        if is_skipped && times > 1 {
            counter = Some(OUTER_COUNTER);
            for step in item.steps() {
                scope.forget_step(&step.name);
            }
            // The counter takes its type of what it is compared with.
            let limit = 1 + self.choices.below(times - 1);
            let limit = Expr::Path(self.const_number(limit));
            item = Item::If(Box::new(If {
                condition: Expr::Binary(op, Box::new(number), Box::new(limit)),
                then: vec![item],
                otherwise: Vec::new(),
            }));
        }
        body.push(item);
        (counter, body)
    }

    /// A number that is an argument, and the type of its parameter.
    fn number_in<'i>(&self, item: &'i mut Item) -> Option<(&'i mut Expr, Type)> {
        let steps = match item {
            Item::Step(step) => std::slice::from_mut(&mut **step),
            Item::Parallel(steps) => steps,
            _ => return None,
        };
        steps.iter_mut().find_map(|step| {
            let params = self.spec.function(&step.call).params.clone();
            let mut args = step.call.args.iter_mut().zip(params);
            let found = args.find(|(arg, _)| matches!(arg, Expr::Number(_)));
            found.map(|(arg, param)| (arg, param.ty))
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
}
