//! Where values stand in messages and in records, so that a client can take their bytes without decoding everything else.

use serde::Serialize;

use super::Target;
use super::types::borsh_size;
use crate::entities::{Machine, Message, Slot, Step};
use crate::ir::{Program, Role};
use crate::types::{Declarations, Type};
use crate::wire::header;

/// What the status comes after in the account of a record: Anchor's mark of the type.
pub(super) const RECORD_STATUS: u32 = 8;

/// What the statuses of steps come after in the account of an instance: Anchor's mark of the type, the identity, and the phase.
const INSTANCE_STATUSES: u32 = 8 + INSTANCE_SIZE as u32 + 1;

/// Bytes of a nonce.
pub(super) const NONCE_SIZE: u32 = 8;

/// Bytes of an instance's identity, with which every header ends.
pub(super) const INSTANCE_SIZE: usize = 32;

/// The bytes of a value, and what has to be done with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    #[serde(rename = "in")]
    container: Container,
    /// The bytes before it that are always there.
    offset: u32,
    /// What stands between those bytes and the value, if that is of variable size.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skip: Vec<Shape>,
    /// How many bytes it takes.
    size: u32,
    /// Whether its bytes are turned round.
    #[serde(skip_serializing_if = "is_false")]
    reverse: bool,
    /// To what it is lengthened then.
    #[serde(skip_serializing_if = "Option::is_none")]
    widen: Option<Widening>,
    #[serde(skip)]
    ty: Type,
}

/// What a value stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Container {
    /// The delivered message, header included.
    Message,
    /// The data of the record's account.
    Record,
    /// The arguments of the instruction, after its discriminator.
    Arguments,
}

/// What has to be read to know how long it is. Counts have two bytes in messages, the greatest first, and four in records, the least
/// first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Shape {
    /// So many bytes.
    Bytes(u32),
    /// A count, and so many times this.
    List(Vec<Shape>),
    /// So many times this.
    Array { count: u32, of: Vec<Shape> },
    /// A byte, and this if it is not zero.
    Option(Vec<Shape>),
}

/// Bytes that are appended: zeros, or ones to a negative number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Widening {
    size: u32,
    signed: bool,
}

/// Where the status of a step stands in what a machine keeps.
pub(super) fn status_offset(program: &Program, machine: Machine, step: Step) -> u32 {
    let data = &program.machines[machine];
    match data.role {
        Role::Participant => RECORD_STATUS,
        Role::Coordinator => {
            let place = data.steps.iter().position(|&other| other == step);
            INSTANCE_STATUSES + place.unwrap_or_default() as u32
        }
    }
}

/// Where the values begin in what a machine keeps: behind all statuses.
pub(super) fn slots_offset(program: &Program, machine: Machine) -> u32 {
    let data = &program.machines[machine];
    match data.role {
        Role::Participant => RECORD_STATUS + 1,
        Role::Coordinator => INSTANCE_STATUSES + data.steps.len() as u32,
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Place {
    /// The instance that the delivered message is about.
    pub(super) fn instance_of_message() -> Self {
        let offset = header::SIZE - INSTANCE_SIZE;
        Self::begin(Container::Message, offset as u32).instance()
    }

    /// The instance that the arguments name.
    pub(super) fn instance_of_arguments() -> Self {
        Self::begin(Container::Arguments, 0).instance()
    }

    /// The nonce of an instance that is started, with the greatest byte first, as its identity has it.
    pub(super) fn nonce() -> Self {
        Self {
            size: NONCE_SIZE,
            reverse: true,
            ..Self::begin(Container::Arguments, 0)
        }
    }

    /// An input of an instance that is started, by its position.
    pub(super) fn of_input(target: &Target<'_>, index: usize) -> Self {
        let declarations = &target.input.program.declarations;
        let inputs = &target.workflow().inputs;
        let mut place = Self::begin(Container::Arguments, NONCE_SIZE);
        inputs[..index]
            .iter()
            .for_each(|input| place.pass(&input.ty, declarations));
        place.end(&inputs[index].ty, declarations)
    }

    /// A field of a message, by its position among the declared ones.
    pub(super) fn of_message(target: &Target<'_>, message: Message, index: usize) -> Self {
        let mut place = Self::begin(Container::Message, header::SIZE as u32);
        let declarations = &target.input.program.declarations;
        for field in &target.input.facts.layout(message).fields {
            if field.index == index {
                return place.end(&field.ty, declarations);
            }
            place.pass(&field.ty, declarations);
        }
        unreachable!("the layout has every field")
    }

    /// A slot of the record of its step, or of the instance on a coordinator.
    pub(super) fn of_slot(target: &Target<'_>, slot: Slot) -> Self {
        let program = target.input.program;
        let mut place = Self::begin(Container::Record, slots_offset(program, target.machine));
        for (other, data) in program.slots_of(target.machine, program.slots[slot].step) {
            if other == slot {
                return place.end(&data.ty, &program.declarations);
            }
            place.pass(&data.ty, &program.declarations);
        }
        unreachable!("the step has the slot")
    }

    /// A field of the record that stands here.
    pub(super) fn field(self, index: usize, declarations: &Declarations) -> Self {
        let Type::Record(record) = self.ty else {
            unreachable!("only records have fields")
        };
        let fields = &declarations.records[record].fields;
        let mut place = self;
        fields[..index]
            .iter()
            .for_each(|field| place.pass(&field.ty, declarations));
        place.end(&fields[index].ty, declarations)
    }

    /// The same value in a wider type.
    pub(super) fn widened(self, ty: &Type) -> Self {
        let (Type::Uint(bits) | Type::Int(bits)) = ty else {
            // Greater bounds are no other bytes.
            return self;
        };
        let widening = Widening {
            size: u32::from(*bits) / 8,
            signed: matches!(ty, Type::Int(_)),
        };
        Self {
            widen: Some(widening),
            ..self
        }
    }

    fn begin(container: Container, offset: u32) -> Self {
        Self {
            container,
            offset,
            skip: Vec::new(),
            size: 0,
            reverse: false,
            widen: None,
            ty: Type::Bool,
        }
    }

    /// Messages have the greatest byte of a number first; seeds, like records, the least.
    fn end(self, ty: &Type, declarations: &Declarations) -> Self {
        let is_number = matches!(ty, Type::Uint(_) | Type::Int(_) | Type::Amount(_));
        Self {
            reverse: is_number && self.container == Container::Message,
            size: size(ty, declarations),
            ty: ty.clone(),
            ..self
        }
    }

    fn instance(self) -> Self {
        Self {
            size: INSTANCE_SIZE as u32,
            ..self
        }
    }

    /// Goes on behind a value.
    fn pass(&mut self, ty: &Type, declarations: &Declarations) {
        let mut shapes = std::mem::take(&mut self.skip);
        append(&mut shapes, ty, declarations);
        if let [Shape::Bytes(size), rest @ ..] = &shapes[..] {
            self.offset += size;
            shapes = rest.to_vec();
        }
        self.skip = shapes;
    }
}

/// The greatest size of a value, which messages and records have in common if it is the only one.
fn size(ty: &Type, declarations: &Declarations) -> u32 {
    u32::try_from(borsh_size(declarations, ty)).unwrap_or(u32::MAX)
}

/// Adds the shape of a value; bytes of known number that follow each other become one.
fn append(shapes: &mut Vec<Shape>, ty: &Type, declarations: &Declarations) {
    let shape = |ty: &Type| {
        let mut shapes = Vec::new();
        append(&mut shapes, ty, declarations);
        shapes
    };
    let next = match ty {
        ty if ty.is_fixed_size(declarations) => Shape::Bytes(size(ty, declarations)),
        Type::Bytes(_) | Type::String(_) => Shape::List(vec![Shape::Bytes(1)]),
        Type::List(element, _) => Shape::List(shape(element)),
        Type::Array(element, count) => Shape::Array {
            count: *count,
            of: shape(element),
        },
        Type::Option(some) => Shape::Option(shape(some)),
        Type::Record(record) => {
            let fields = declarations.records[*record].fields.iter();
            return fields.for_each(|field| append(shapes, &field.ty, declarations));
        }
        _ => unreachable!("all other types have one size"),
    };
    match (shapes.last_mut(), &next) {
        (Some(Shape::Bytes(before)), Shape::Bytes(more)) => *before += more,
        _ => shapes.push(next),
    }
}
