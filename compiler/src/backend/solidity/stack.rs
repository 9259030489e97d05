//! Whether the compiler's stack has room for what a handler's function holds at once.

use crate::backend::solidity::unsupported::Unsupported;
use crate::backend::solidity::uses::{list_variables, uses_parameters};
use crate::ir::{Body, CallData, HandlerData, InstData, Terminator, Trigger};

/// How many values deep the stack is.
const DEPTH: usize = 17;
/// The same where lists that are made of other values are among them, as reading one to hand it over takes room itself.
const DEPTH_BESIDE_LISTS: usize = 16;
/// The same while such lists are filled.
const DEPTH_OF_LISTS: usize = 14;
/// The variables of a call that spends: what is spent, what the target is called with, and what it returns.
const SPENDING_VARIABLES: usize = 3;

/// What there is no room for, and in which call, unless it is wherever the handler goes.
type Found<'a> = (Option<&'a CallData>, Unsupported);

/// All that a handler's function has no room for.
pub(super) fn check(handler: &HandlerData) -> Vec<Found<'_>> {
    let body = &handler.body;
    // The gas of a call, or the status that was looked at.
    let more = matches!(handler.trigger, Trigger::Together(..) | Trigger::Deliver(_));
    let stack = Stack {
        // Where to return to, the instance, the storage, and what is given.
        frame: 3 + usize::from(uses_parameters(body)) + usize::from(more),
        lists: list_variables(body),
    };
    if stack.frame + stack.lists > DEPTH_OF_LISTS {
        let (lists, most) = (stack.lists, DEPTH_OF_LISTS - stack.frame);
        return vec![(None, Unsupported::Lists { lists, most })];
    }
    let mut found = stack.check_plain(body);
    found.extend(stack.check_caught(body));
    found
}

/// What lies on the stack beside calls.
struct Stack {
    frame: usize,
    /// The variables of lists that are made of other values.
    lists: usize,
}

impl Stack {
    /// The results of calls that are not caught lie on the stack beside the arguments, and those of calls made together stay there.
    fn check_plain<'a>(&self, body: &'a Body) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        let (mut results_before, mut depth) = (0, self.frame);
        for inst in body.insts.values() {
            let InstData::Call { call, results } = inst else {
                continue;
            };
            if !call.joins {
                (results_before, depth) = (0, self.frame);
            }
            let (arguments, own) = (call.args.len(), results.len());
            let most = match call.spends.is_empty() {
                true => arguments + own,
                false => {
                    depth += SPENDING_VARIABLES;
                    // What the target is called with is encoded before its results have a place.
                    arguments.max(own)
                }
            };
            if depth + most > DEPTH {
                let unsupported = Unsupported::Stack {
                    function: call.function.name.clone(),
                    results: results_before + own,
                    arguments,
                };
                found.push((Some(call), unsupported));
            } else {
                found.extend(self.check_lists(call, depth + most));
            }
            (results_before, depth) = (results_before + own, depth + own);
        }
        found
    }

    /// The results of a call that is caught come when its arguments are gone.
    fn check_caught<'a>(&self, body: &'a Body) -> impl Iterator<Item = Found<'a>> {
        let terminators = body.blocks.values().flat_map(|block| &block.terminator);
        let caught = terminators.filter_map(|terminator| match terminator {
            Terminator::Invoke { call, .. } => Some(call),
            _ => None,
        });
        caught.filter_map(|call| self.check_lists(call, self.frame + call.args.len()))
    }

    fn check_lists<'a>(&self, call: &'a CallData, depth: usize) -> Option<Found<'a>> {
        let is_too_deep = self.lists > 0 && depth + self.lists > DEPTH_BESIDE_LISTS;
        is_too_deep.then(|| {
            let unsupported = Unsupported::ListsForCall {
                function: call.function.name.clone(),
                lists: self.lists,
                arguments: call.args.len(),
            };
            (Some(call), unsupported)
        })
    }
}
