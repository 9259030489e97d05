//! Grows a project out of choices, well-typed by construction.
//!
//! Nothing is declared before it is needed: chains, contracts, functions, types, inputs and constants come into being where a step or an
//! expression asks for one. So a project holds little that it does not use, and what is left of it after shrinking holds nothing.

mod arithmetic;
mod ask;
mod asset;
mod atomic;
mod call;
mod condition;
mod constants;
mod custody;
mod expr;
mod extras;
mod flow;
mod function;
mod layout;
mod money;
mod named;
mod pure;
mod release;
mod repeat;
mod scope;
mod step;
mod types;
mod workflow;

use xcc::entities::Chain;
use xcc::source::{SourceMap, Span};
use xcc::types::{ChainDecl, ConstantKind, Declarations};
use xcc::vm::Vm;

use super::choices::{Choices, Record};
use super::spec::{Constant, Layout, Spec};
use super::{Sizes, Style};

/// A project on its way.
pub(super) struct Grower {
    choices: Choices,
    style: Style,
    sizes: Sizes,
    spec: Spec,
    /// Where everything is declared, since there is no text yet.
    nowhere: Span,
}

/// The most chains of a project.
const MAX_CHAINS: usize = 6;

/// How many constants of each kind a chain has at most.
const CONSTANTS: u32 = 3;

/// Grows a project, and tells what was chosen on the way.
pub(super) fn grow(choices: Choices, style: Style, sizes: Sizes) -> (Spec, Record) {
    let mut sources = SourceMap::new();
    let nowhere = Span::new(sources.add("", ""), 0, 0);
    let mut grower = Grower {
        choices,
        style,
        sizes,
        spec: Spec {
            declarations: Declarations::default(),
            contracts: Vec::new(),
            constants: Vec::new(),
            consts: Vec::new(),
            functions: Vec::new(),
            workflows: Vec::new(),
            layout: Layout::default(),
        },
        nowhere,
    };
    for _ in 0..sizes.workflows {
        grower.part(|grower| {
            let is_there = grower.choices.chance(40);
            if is_there || grower.spec.workflows.is_empty() {
                let workflow = grower.workflow();
                grower.spec.workflows.push(workflow);
            }
        });
    }
    grower.spec.layout = grower.part(Grower::layout);
    (grower.spec, grower.choices.into_record())
}

impl Grower {
    /// Grows something that can be left out, or made simpler, by itself.
    fn part<T>(&mut self, grow: impl FnOnce(&mut Self) -> T) -> T {
        let group = self.choices.open();
        let grown = grow(self);
        self.choices.close(group);
        grown
    }

    /// Grows something so often in a hundred.
    fn maybe<T>(&mut self, percent: u32, grow: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.part(|grower| grower.choices.chance(percent).then(|| grow(grower)))
    }

    /// Grows at most so many of something; after each, another one so often in a hundred. The first is the zeroth.
    fn some<T>(
        &mut self,
        most: u32,
        percent: u32,
        mut grow: impl FnMut(&mut Self, u32) -> T,
    ) -> Vec<T> {
        let mut grown = Vec::new();
        for number in 0..most {
            let Some(another) = self.maybe(percent, |grower| grow(grower, number)) else {
                break;
            };
            grown.push(another);
        }
        grown
    }

    /// A chain of a VM, but not this one: one that is there, or a new one.
    fn chain(&mut self, vm: Vm, but: Option<Chain>) -> Chain {
        let chains = &self.spec.declarations.chains;
        let of_vm = chains.values().filter(|chain| chain.vm == vm).count();
        let known = chains.keys().filter(|&chain| chains[chain].vm == vm);
        let known: Vec<_> = known.filter(|&chain| Some(chain) != but).collect();
        let is_full = chains.len() >= MAX_CHAINS;
        let (wants_new, chosen) = (
            self.choices.chance(25),
            self.choices.below(MAX_CHAINS as u32),
        );
        if !known.is_empty() && (is_full || !wants_new) {
            return known[known.len().min(chosen as usize + 1) - 1];
        }
        let name = format!("{vm}_{}", of_vm + 1);
        self.spec.declarations.chains.push(ChainDecl {
            name,
            vm,
            docs: Vec::new(),
            span: self.nowhere,
        })
    }

    /// The name of a deployment constant of a chain. Constants of different `number`s are different.
    fn constant(&mut self, chain: Chain, kind: ConstantKind, number: u32) -> String {
        let chain_name = self.spec.declarations.chains[chain].name.to_uppercase();
        let what = match kind {
            ConstantKind::Address => "KEY",
            ConstantKind::MoveType => "TYPE",
        };
        let name = format!("{chain_name}_{what}_{}", number + 1);
        let constant = Constant {
            name: name.clone(),
            chain,
            kind,
        };
        if !self.spec.constants.contains(&constant) {
            self.spec.constants.push(constant);
        }
        name
    }

    /// Any constant address of a chain.
    fn any_key(&mut self, chain: Chain) -> String {
        let number = self.choices.below(CONSTANTS);
        self.constant(chain, ConstantKind::Address, number)
    }

    /// Documentation, sometimes.
    fn docs(&mut self) -> Vec<String> {
        let lines = [
            "What it is for.",
            "On two lines,",
            "with `code` and */ signs.",
        ];
        let count = self.choices.weighed(&[8, 1, 0, 1]);
        lines[..count].iter().map(|&line| line.to_owned()).collect()
    }
}
