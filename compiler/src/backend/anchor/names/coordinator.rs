//! The names that only a coordinator has.

use super::{Chooser, Names, TypeNames, members, rust_snake_case};
use crate::backend::names::screaming_case;
use crate::entities::Machine;

/// What is decided without being asked for from outside.
#[derive(Clone, Debug)]
pub(in crate::backend::anchor) struct DecisionNames {
    /// The function that decides it.
    pub(in crate::backend::anchor) function: String,
    /// The variant of `Decision`.
    pub(in crate::backend::anchor) variant: String,
}

/// A machine that a coordinator speaks to.
#[derive(Clone, Debug)]
pub(in crate::backend::anchor) struct PeerNames {
    /// The field of the program's state.
    pub(in crate::backend::anchor) field: String,
    /// The constant that holds the number of its chain.
    pub(in crate::backend::anchor) chain: String,
}

impl Chooser<'_> {
    /// Chooses them.
    pub(super) fn coordinator(&mut self, machine: Machine) {
        let program = self.input.program;
        let data = &program.machines[machine];
        let workflow = &program.workflows[data.workflow];
        let mut kept = Names::scope(&["id", "phase"]);
        for &step in &data.steps {
            let name = rust_snake_case(&program.steps[step].name);
            let name = kept.choose(&format!("{name}_status"));
            self.names.statuses.insert(step, name);
        }
        for &slot in &data.slots {
            let name = kept.choose(&rust_snake_case(&program.slots[slot].name));
            self.names.slots.insert(slot, name);
        }
        for &event in &data.events {
            let data = &program.events[event];
            let ty = self.ty(&data.name);
            let mut scope = Names::scope(&["instance"]);
            let fields = data.fields.iter();
            let members = fields.map(|field| scope.choose(&rust_snake_case(&field.name)));
            let members = members.collect();
            self.names.events.insert(event, TypeNames { ty, members });
        }
        let mut state = Names::scope(&[
            "authority",
            "authority_bump",
            "bump",
            "custody",
            "custody_bump",
            "emitter",
            "emitter_bump",
            "fingerprint",
        ]);
        for &peer in &workflow.participants {
            let chain = &program.declarations.chains[program.machines[peer].chain].name;
            let names = PeerNames {
                field: state.choose(&rust_snake_case(chain)),
                chain: self
                    .constants
                    .choose(&format!("{}_CHAIN", screaming_case(chain))),
            };
            self.names.peers.insert(peer, names);
        }
        self.names.inputs = members(workflow.inputs.iter().map(|input| input.name.as_str()));
    }
}
