//! Sui: the commands of a programmable transaction block as statements of a Move test.
//!
//! In these the machine is the variable `coordinator` or `participant`, Wormhole's state `core`, the clock `clock`, the coin that pays `gas`, that of
//! which steps take `purse`, and the scenario `s`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Argument, Call, EntryCall, Holder, Presented, assert_granted, purpose};
use crate::plan_head::{self, Asked, Numbered};

/// The plan of a participant on Sui.
pub type Plan = super::Plan<Instruction, Transport>;

/// A messaging layer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transport {
    /// Its name.
    pub name: String,
    /// Its package.
    #[serde(deserialize_with = "plan_head::bytes")]
    pub core: Vec<u8>,
    /// Its shared object.
    #[serde(deserialize_with = "plan_head::bytes")]
    pub state: Vec<u8>,
}

/// One thing that a participant can be asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instruction {
    /// Its name.
    pub name: String,
    does: String,
    step: Option<Numbered>,
    message: Option<Numbered>,
    /// Who alone may send it.
    pub holder: Option<Holder>,
    /// The calls that it makes.
    pub calls: Vec<Call>,
    /// What they are granted together.
    pub gas_units: u64,
    commands: Vec<Command>,
}

/// A command of a programmable transaction block.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "command", rename_all = "camelCase")]
enum Command {
    MoveCall(EntryCall),
    SplitCoins {
        coin: Argument,
        amounts: Vec<Argument>,
    },
}

/// An object that commands take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The variable that holds it.
    pub variable: String,
    /// Its type, by the address of its package.
    pub ty: String,
}

impl Asked for Instruction {
    fn purpose(&self) -> (&str, Option<&Numbered>, Option<&Numbered>) {
        purpose(&self.does, &self.step, &self.message)
    }
}

impl Plan {
    /// The objects that a client passes, by id. A variable is called as the first parameter that takes its object, with a number if
    /// another object is called so.
    #[must_use]
    pub fn objects(&self) -> BTreeMap<Vec<u8>, Object> {
        let commands = self.instructions.iter().flat_map(|it| &it.commands);
        let calls = commands.filter_map(|command| match command {
            Command::MoveCall(call) => Some(call),
            Command::SplitCoins { .. } => None,
        });
        let arguments = calls.flat_map(EntryCall::arguments);
        let mut objects: BTreeMap<Vec<u8>, Object> = BTreeMap::new();
        for argument in arguments.filter(|argument| argument.from == "object") {
            let id = argument.id.clone().expect("an object has an id");
            let is_taken = |name: &String| objects.values().any(|it| it.variable == *name);
            let numbered = (2..).map(|number| format!("{}_{number}", argument.name));
            let mut names = std::iter::once(argument.name.clone()).chain(numbered);
            let variable = names.find(|name| !is_taken(name));
            let variable = variable.expect("there is always another number");
            let ty = argument.ty.clone().expect("an object has a type");
            objects.entry(id).or_insert(Object { variable, ty });
        }
        objects
    }

    /// The type of the coins that steps take, by the address of its package.
    ///
    /// # Panics
    /// When it takes coins of several types.
    #[must_use]
    pub fn coin(&self) -> Option<String> {
        let commands = self.instructions.iter().flat_map(|it| &it.commands);
        let coins = commands.filter_map(|command| match command {
            Command::SplitCoins { coin, .. } if coin.from == "coin" => coin.ty.clone(),
            _ => None,
        });
        let types: BTreeSet<_> = coins.collect();
        assert!(types.len() < 2, "a test has coins of one type");
        types.into_iter().next()
    }

    /// The statements of the transaction that asks the participant, whose package has this name, for something.
    ///
    /// # Panics
    /// When the plan says of an argument what nobody can find.
    #[must_use]
    pub fn statements(
        &self,
        instruction: &Instruction,
        package: &str,
        presented: &Presented<'_>,
    ) -> String {
        assert_granted(&instruction.calls, instruction.gas_units);
        let objects = self.objects();
        let commands = instruction.commands.iter().enumerate();
        let statements = commands.map(|(position, command)| {
            let spelled = command.spell(&objects, package, presented);
            let is_used = instruction.commands.iter().any(|it| it.uses(position));
            if is_used {
                format!("        let result_{position} = {spelled};\n")
            } else {
                format!("        {spelled};\n")
            }
        });
        statements.collect()
    }
}

impl Command {
    fn spell(
        &self,
        objects: &BTreeMap<Vec<u8>, Object>,
        package: &str,
        presented: &Presented<'_>,
    ) -> String {
        match self {
            Command::MoveCall(call) => call.spell(package, presented, |argument| {
                Some(spell(argument, objects))
            }),
            Command::SplitCoins { coin, amounts } => {
                let [amount] = &amounts[..] else {
                    panic!("a test splits one coin off: {amounts:?}");
                };
                let amount = presented.spell(amount);
                let amount = amount.unwrap_or_else(|| spell(&amounts[0], objects));
                let coin = spell(coin, objects);
                format!("sui::coin::split({coin}, {amount}, s.ctx())")
            }
        }
    }

    /// Whether it takes what the command at this position gives.
    fn uses(&self, position: usize) -> bool {
        let arguments = match self {
            Command::MoveCall(call) => call.arguments(),
            Command::SplitCoins { amounts, .. } => amounts,
        };
        arguments.iter().any(|it| it.command == Some(position))
    }
}

/// What is on the chain, as a test has it.
fn spell(argument: &Argument, objects: &BTreeMap<Vec<u8>, Object>) -> String {
    let borrowed = |variable: &str| match argument.mutable {
        Some(true) => format!("&mut {variable}"),
        Some(false) => format!("&{variable}"),
        None => panic!("nobody says whether {argument:?} is changed"),
    };
    match argument.from.as_str() {
        "coordinator" => borrowed("coordinator"),
        "participant" => borrowed("participant"),
        "transportState" => borrowed("core"),
        "object" => borrowed(&objects[argument.id.as_ref().expect("it has an id")].variable),
        "clock" => "&clock".to_owned(),
        "gas" => "&mut gas".to_owned(),
        "coin" => "&mut purse".to_owned(),
        "context" => "s.ctx()".to_owned(),
        "result" => format!("result_{}", argument.command.expect("it has a position")),
        other => panic!("a client on Sui has no `{other}`"),
    }
}
