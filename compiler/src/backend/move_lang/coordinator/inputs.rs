//! What an instance is started with: values that a transaction carries, some of which have to be looked at.

use super::CoordinatorHandler;
use crate::backend::move_lang::entry::{Argument, Param};
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::names::lower_case;
use crate::backend::move_lang::types::{Place, Types};
use crate::backend::names::Namer;
use crate::entities::Value;
use crate::ir::{Body, InstData, Role, Terminator};
use crate::types::{Field, Type};

impl<'a> EmittedMachine<'a> {
    /// The inputs that a transaction could give a value which is none of their type: too long, of another length, or no variant.
    /// There are none where no instance starts.
    pub fn checked_inputs(&self) -> Vec<&'a Field> {
        let inputs = match self.role() {
            Role::Coordinator => self.workflow().inputs.as_slice(),
            Role::Participant => &[],
        };
        let inputs = inputs.iter();
        inputs
            .filter(|field| self.types.is_checked(&field.ty))
            .collect()
    }
}

impl CoordinatorHandler<'_> {
    /// The parameters of the function that starts an instance. What nobody looks at begins with an underscore, as Move wants it.
    pub fn input_params(self, locals: &mut Namer) -> Vec<Param> {
        let EmittedMachine { types, .. } = self.machine;
        let body = &self.machine.program().handlers[self.handler].body;
        let values = &body.blocks[body.entry].params;
        let inputs = self.machine.workflow().inputs.iter().zip(values);
        let params = inputs.map(|(field, &value)| {
            let name = locals.choose(&lower_case(&field.name));
            let name = match is_used(body, value) || types.is_checked(&field.ty) {
                true => name,
                false => format!("_{name}"),
            };
            let ty = types.name(&field.ty, Place::Elsewhere);
            let input = field.name.clone();
            Param::new(name, ty, Argument::Input { input })
        });
        params.collect()
    }
}

fn is_used(body: &Body, value: Value) -> bool {
    let insts = body.insts.values().flat_map(InstData::operands);
    let terminators = body.blocks.values().flat_map(|block| &block.terminator);
    let operands = insts.chain(terminators.flat_map(Terminator::operands));
    operands.into_iter().any(|operand| operand == value)
}

impl Types<'_> {
    /// Whether Move has values for the type which are none of it.
    pub fn is_checked(&self, ty: &Type) -> bool {
        match ty {
            Type::Bool | Type::Uint(_) | Type::Int(_) | Type::Amount(_) => false,
            Type::Address(chain) => *chain != self.chain,
            Type::Option(some) => self.is_checked(some),
            Type::FixedBytes(_)
            | Type::Bytes(_)
            | Type::String(_)
            | Type::Enum(_)
            | Type::List(..)
            | Type::Array(..)
            | Type::Record(_) => true,
        }
    }
}

/// Whether a transaction can carry a value of this type: it can carry no record.
pub fn is_carried(ty: &Type) -> bool {
    match ty {
        Type::Record(_) => false,
        Type::List(element, _) | Type::Array(element, _) | Type::Option(element) => {
            is_carried(element)
        }
        _ => true,
    }
}
