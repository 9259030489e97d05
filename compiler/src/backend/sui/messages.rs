//! The module `messages` of a participant's package.

use crate::backend::Input;
use crate::backend::move_lang::codec::Messages;
use crate::backend::move_lang::participant::names::MachineNames;
use crate::backend::move_lang::types::Types;
use crate::entities::Machine;

/// Writes the module.
pub(super) fn write(
    input: Input<'_>,
    machine: Machine,
    names: &MachineNames,
    types: &Types<'_>,
) -> String {
    let messages = Messages {
        package: &names.package,
        module: "messages",
        program: input.program,
        facts: input.facts,
        machine,
        types,
        names: &names.codec,
    };
    messages.write()
}
