//! What the function of each handler must be given, for itself and for the handlers that it continues in.

use std::collections::BTreeMap;

use crate::backend::move_lang::custody::{Movement, Way};
use crate::backend::move_lang::targets::is_signed;
use crate::entities::{Handler, Machine};
use crate::ir::{CallData, InstData, Program, Terminator};

/// What a function needs of what is around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// How it uses the endpoint: to announce something, or to send, which changes it.
    pub endpoint: Access,
    /// How it uses the record of the instance.
    pub record: Access,
    /// Whether it names the instance.
    pub instance: bool,
    /// Whether it may send a message.
    pub sends: bool,
    /// Whether it signs a call of a target.
    pub signs: bool,
    /// Whether it moves an asset into custody or out of it.
    pub custody: bool,
    /// Whether it takes an asset from whoever sent the transaction.
    pub takes: bool,
    /// Whether it asks who sent the transaction.
    pub caller: bool,
}

/// How something is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Not at all.
    #[default]
    None,
    /// It is read.
    Read,
    /// It is changed.
    Write,
}

impl Access {
    /// The words before the type of a parameter that is used so.
    pub fn reference(self) -> &'static str {
        match self {
            Access::Write => "&mut ",
            Access::None | Access::Read => "&",
        }
    }
}

/// What each function of a machine needs.
pub fn needs_of(program: &Program, machine: Machine) -> BTreeMap<Handler, Needs> {
    let mut needs = BTreeMap::new();
    for &handler in &program.machines[machine].handlers {
        add(program, handler, &mut needs);
    }
    needs
}

/// Handlers continue in one another without cycles, which the verifier checks.
fn add(program: &Program, handler: Handler, known: &mut BTreeMap<Handler, Needs>) -> Needs {
    if let Some(&needs) = known.get(&handler) {
        return needs;
    }
    let body = &program.handlers[handler].body;
    let mut needs = Needs::default();
    (body.insts.values()).for_each(|inst| needs.add_inst(program, inst));
    let terminators = body.blocks.values().flat_map(|block| &block.terminator);
    terminators.for_each(|terminator| needs.add_terminator(terminator));
    for next in body.continued() {
        needs.add(add(program, next, known));
    }
    known.insert(handler, needs);
    needs
}

impl Needs {
    fn add(&mut self, other: Needs) {
        self.endpoint = self.endpoint.max(other.endpoint);
        self.record = self.record.max(other.record);
        self.instance |= other.instance;
        self.sends |= other.sends;
        self.signs |= other.signs;
        self.custody |= other.custody;
        self.takes |= other.takes;
        self.caller |= other.caller;
    }

    fn add_inst(&mut self, program: &Program, inst: &InstData) {
        match inst {
            InstData::Load { .. } => self.record = self.record.max(Access::Read),
            InstData::Store { .. } => self.record = Access::Write,
            InstData::SetStatus { .. } | InstData::SetPhase { .. } => {
                self.record = Access::Write;
                self.endpoint = self.endpoint.max(Access::Read);
                self.instance = true;
            }
            InstData::Emit { .. } => self.instance = true,
            InstData::Send { .. } => {
                self.endpoint = Access::Write;
                self.instance = true;
                self.sends = true;
            }
            InstData::Call { call, .. } => {
                (call.with_fundings()).for_each(|call| self.add_call(program, call));
            }
            InstData::Caller { .. } => self.caller = true,
            _ => {}
        }
    }

    fn add_call(&mut self, program: &Program, call: &CallData) {
        match Movement::of(program, call) {
            Some(movement) => {
                self.custody = true;
                self.takes |= movement.way == Way::In;
            }
            None => self.signs |= is_signed(program, call),
        }
    }

    fn add_terminator(&mut self, terminator: &Terminator) {
        if let Terminator::SwitchStatus { .. } | Terminator::SwitchPhase { .. } = terminator {
            self.record = self.record.max(Access::Read);
        }
    }
}
