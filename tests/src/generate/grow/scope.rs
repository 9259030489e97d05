//! What an expression can name, and how much a step's message has room for.

use std::collections::{BTreeMap, BTreeSet};

use xcc::entities::{Asset, Chain};
use xcc::sema::can_widen;
use xcc::types::{Declarations, Field, Type};

use super::function::FunctionLimits;
use super::types::Records;
use crate::generate::spec::Expr;

/// The values of a workflow so far.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) inputs: Vec<Field>,
    /// The chain of the workflow.
    pub(super) home: Option<Chain>,
    /// Every value and every field of one that can be named here.
    pub(super) leaves: Vec<Leaf>,
    /// Bytes that the message of the step being grown may still take, beside its arguments.
    pub(super) room: u32,
    /// How large the functions are that it calls.
    pub(super) limits: FunctionLimits,
    /// The step being grown, by position.
    pub(super) step: usize,
    /// The chain of that step.
    pub(super) chain: Option<Chain>,
    /// What was taken.
    pub(super) holdings: Vec<Holding>,
    /// How many values were given names.
    pub(super) named: usize,
    /// What arithmetic there may be in the next expression.
    pub(super) arithmetic: Arithmetic,
    /// Whether all that accounts follow from is given: in the transaction that starts an instance nothing was returned yet.
    pub(super) accounts_are_given: bool,
    /// What decides something already, where nothing may decide twice: two conditions on one value may leave each other no room.
    pub(super) decisive: BTreeSet<String>,
    /// The most bytes that each step's message carries beside what its calls take.
    pub(super) carried: BTreeMap<String, u32>,
    /// The function that each step calls.
    pub(super) functions: BTreeMap<String, (usize, usize)>,
    /// Whether the expression is a guard, which may ask contracts.
    pub(super) may_ask: bool,
    /// Where parameters may have records, so that inputs need to have none where whoever starts an instance cannot give any.
    pub(super) records: Records,
}

/// An input, a result, or a field of one.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// As it is written.
    pub(super) path: String,
    /// The input or result that it is, if it is another name for one.
    pub(super) names: Option<String>,
    pub(super) ty: Type,
    /// The step it is a result of, by position.
    pub(super) of: Option<usize>,
    /// Whether it is the name of arithmetic.
    pub(super) is_computed: bool,
    /// Whether that may have no value.
    pub(super) is_partial: bool,
}

/// What was taken into custody.
#[derive(Clone, Debug)]
pub(super) struct Holding {
    pub(super) name: String,
    pub(super) asset: Asset,
    /// The chains on which it was made whole.
    pub(super) floor: Vec<Chain>,
    /// It is whole in units of so many decimal places.
    pub(super) decimals: u8,
    /// Whether it was spent.
    pub(super) is_spent: bool,
}

impl Holding {
    /// How much it is, as it is written.
    pub(super) fn amount(&self) -> String {
        format!("{}.amount", self.name)
    }
}

/// What arithmetic there may be in an expression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Arithmetic {
    /// None: what is derived from it has to be found without.
    #[default]
    None,
    /// What has a value in every instance.
    Total,
    /// Any: a step is refused where it has no value.
    Partial,
}

/// What the place of an expression says about its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// All of it.
    Type,
    /// What the interface says of a parameter, which has no bounds.
    Param,
}

impl Scope {
    /// Adds a value and, if it is a record, its fields.
    pub(super) fn add(&mut self, declarations: &Declarations, leaf: Leaf) {
        if let Type::Record(record) = leaf.ty {
            for field in &declarations.records[record].fields {
                let field = Leaf {
                    path: format!("{}.{}", leaf.path, field.name),
                    names: None,
                    ty: field.ty.clone(),
                    of: leaf.of,
                    is_computed: false,
                    is_partial: false,
                };
                self.add(declarations, field);
            }
        }
        self.leaves.push(leaf);
    }

    /// Adds an input of a type, and says how it is written.
    pub(super) fn add_input(&mut self, declarations: &Declarations, ty: Type) -> String {
        let name = format!("a{}", self.inputs.len() + 1);
        let field = Field {
            name: name.clone(),
            ty: ty.clone(),
        };
        self.inputs.push(field);
        let leaf = Leaf {
            path: name.clone(),
            names: None,
            ty,
            of: None,
            is_computed: false,
            is_partial: false,
        };
        self.add(declarations, leaf);
        name
    }

    /// What is written so.
    pub(super) fn leaf(&self, path: &str) -> Option<&Leaf> {
        self.leaves.iter().find(|leaf| leaf.path == path)
    }

    /// What decides where a value does: the value itself, or the function that returned it and returns the same to others.
    pub(super) fn decider(&self, leaf: &Leaf) -> String {
        let value = leaf.names.as_ref().unwrap_or(&leaf.path);
        let step = value.split(['.', '_']).next().unwrap_or_default();
        match self.functions.get(step) {
            Some(&(contract, function)) if leaf.of.is_some() => decider_of(contract, function),
            _ => value.clone(),
        }
    }

    /// The holding whose amount something is, by that name or another.
    pub(super) fn holding_of(&self, leaf: &Leaf) -> Option<&Holding> {
        let name = leaf.names.as_ref().unwrap_or(&leaf.path);
        self.holdings.iter().find(|it| it.amount() == *name)
    }

    /// Whether there is an amount in an expression, which no function of the project can have.
    pub(super) fn has_amount(&self, expr: &Expr) -> bool {
        let is_amount = |path: &str| {
            let leaf = self.leaf(path);
            leaf.is_some_and(|leaf| matches!(leaf.ty, Type::Amount(_)))
        };
        expr.any(&|part| matches!(part, Expr::Path(path) if is_amount(path)))
    }

    /// The type of the value that is written so, if it is one of the workflow.
    pub(super) fn value_at(&self, path: &str) -> Option<Type> {
        self.leaf(path).map(|leaf| leaf.ty.clone())
    }

    /// Whether an expression is made of nothing that a step returns.
    pub(super) fn is_given(&self, expr: &Expr) -> bool {
        let is_returned = |path: &str| self.leaf(path).is_some_and(|leaf| leaf.of.is_some());
        !expr.any(&|part| matches!(part, Expr::Path(path) if is_returned(path)))
    }

    /// Whether a message carries the value: the step's own results are there already.
    pub(super) fn is_carried(&self, leaf: &Leaf) -> bool {
        leaf.of != Some(self.step)
    }

    /// Takes away what the steps from this one on gave; it is known to no step beside them.
    pub(super) fn hold_back(&mut self, first: usize) -> Vec<Leaf> {
        let is_own = |leaf: &mut Leaf| leaf.of >= Some(first);
        self.leaves.extract_if(.., is_own).collect()
    }

    /// Outside of a `repeat` the results of its step are known by the number of the repetition: here those of the last.
    pub(super) fn rename_last(&mut self, step: &str, times: u32) {
        for leaf in &mut self.leaves {
            // Inside of another one they have a number already, which comes behind.
            if let Some(result) = result_of(&leaf.path, step) {
                leaf.path = format!("{step}_{times}{result}");
            }
        }
    }

    /// What is not known where nobody knows whether a step ran.
    pub(super) fn forget_step(&mut self, step: &str) {
        self.leaves
            .retain(|leaf| result_of(&leaf.path, step).is_none());
    }

    /// A name that no other value has.
    pub(super) fn new_name(&mut self) -> String {
        self.named += 1;
        format!("v{}", self.named)
    }

    /// What is not known after a step that may be passed over.
    pub(super) fn forget(&mut self, step: usize) {
        self.leaves.retain(|leaf| leaf.of != Some(step));
    }
}

/// What comes behind the name of a step, if a path leads to a result of it or of one of its copies.
fn result_of<'p>(path: &'p str, step: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(step)?;
    rest.starts_with(['.', '_']).then_some(rest)
}

/// What decides where a function answers.
pub(super) fn decider_of(contract: usize, function: usize) -> String {
    format!("{contract}.{function}")
}

impl Leaf {
    /// A value of a type that nothing is known of.
    pub(super) fn unnamed(ty: Type) -> Self {
        Self {
            path: String::new(),
            names: None,
            ty,
            of: None,
            is_computed: false,
            is_partial: false,
        }
    }

    /// Whether it is the same value as another one, whatever they are.
    pub(super) fn is_same(&self, other: &Leaf) -> bool {
        let value = |leaf: &Leaf| leaf.names.as_ref().unwrap_or(&leaf.path).clone();
        value(self) == value(other)
    }
}

impl Asks {
    /// Whether the bounds of a type, and so all of it, are asked for.
    pub(super) fn has_bounds(self, ty: &Type) -> bool {
        match ty {
            Type::Bytes(_) | Type::String(_) | Type::List(..) => self == Self::Type,
            _ => true,
        }
    }

    /// Whether a value of one type can stand where this asks for another.
    pub(super) fn takes(self, found: &Type, wanted: &Type) -> bool {
        can_widen(found, wanted)
            || self == Asks::Param
                && match (found, wanted) {
                    (Type::Bytes(_), Type::Bytes(_)) | (Type::String(_), Type::String(_)) => true,
                    (Type::List(one, _), Type::List(other, _)) => one == other,
                    _ => false,
                }
    }
}
