//! The calls of targets as Borsh has them, and what targets answer.

use xcc::import::{FunctionKind, Interface, Returned, SvmType, TargetType, TypeBody};
use xcc::interp::{Call, Called};
use xcc::ir::Program;
use xcc::wire::Value;

use super::Fixed;
use crate::conformance::words::signature;
use crate::svm::Address;
use crate::svm::script::{Answer, Received};

impl Fixed<'_> {
    /// What the target answers.
    pub(super) fn answer(&self, call: &Call, called: &Called) -> Answer {
        let Called::Returned(values) = called else {
            return None;
        };
        let target = Target::of(self.protocol.program(), call);
        let results = signature(self.protocol.program(), call)
            .results
            .iter()
            .enumerate();
        let mut data = Vec::new();
        for (position, Returned { ty, .. }) in results {
            let mut used = call.results.iter().zip(values);
            let used = used.find(|(used, _)| used.position == position);
            used.into_iter()
                .for_each(|(_, value)| target.write(&mut data, ty, value));
        }
        Some(data)
    }

    /// A call as the target must get it.
    pub(super) fn expected(&self, call: &Call, payer: Address) -> Received {
        let signature = signature(self.protocol.program(), call);
        let FunctionKind::Svm(function) = &signature.kind else {
            unreachable!("a program calls programs");
        };
        let target = Target::of(self.protocol.program(), call);
        let mut data = function.discriminator.clone();
        for (param, value) in signature.params.iter().zip(&call.args) {
            target.write(&mut data, &param.ty, value);
        }
        Received {
            program: self.called(&call.function),
            accounts: self.metas(&call.function, &call.binding, payer),
            data,
        }
    }
}

/// A target as its IDL describes it.
struct Target<'p>(&'p Interface);

impl<'p> Target<'p> {
    fn of(program: &'p Program, call: &Call) -> Self {
        Target(&program.declarations.contracts[call.function.contract].interface)
    }

    /// Borsh, for what the suite hands to the target.
    fn write(&self, data: &mut Vec<u8>, ty: &TargetType, value: &Value) {
        match self
            .0
            .resolve(ty)
            .expect("only types that are understood are used")
        {
            Some(TypeBody::Struct(fields)) => {
                let Value::Record(values) = value else {
                    panic!("{value:?} is no record");
                };
                let fields = fields.iter().zip(values);
                fields.for_each(|(field, value)| self.write(data, &field.ty, value));
            }
            Some(TypeBody::Enum(_)) => {
                let Value::Variant(position) = value else {
                    panic!("{value:?} is no variant");
                };
                data.push(*position);
            }
            Some(TypeBody::Alias(ty)) => self.write(data, &ty, value),
            Some(TypeBody::Opaque) => panic!("{ty:?} is opaque"),
            None => self.write_plain(data, svm_type(ty), value),
        }
    }

    fn write_plain(&self, data: &mut Vec<u8>, ty: &SvmType, value: &Value) {
        let inner = |data: &mut Vec<u8>, ty: &SvmType, value: &Value| {
            self.write(data, &TargetType::Svm(ty.clone()), value);
        };
        match (ty, value) {
            (SvmType::Bool, Value::Bool(value)) => data.push(u8::from(*value)),
            (SvmType::Uint(bits) | SvmType::Int(bits), Value::Uint(value) | Value::Int(value)) => {
                let mut word = [0; 32];
                value.to_little_endian(&mut word);
                data.extend(&word[..usize::from(*bits) / 8]);
            }
            (SvmType::Bytes | SvmType::Vec(_), Value::Bytes(bytes)) => {
                write_length(data, bytes.len());
                data.extend(bytes);
            }
            (SvmType::String, Value::String(text)) => {
                write_length(data, text.len());
                data.extend(text.as_bytes());
            }
            (SvmType::Pubkey | SvmType::Array(..), Value::Bytes(bytes)) => data.extend(bytes),
            (SvmType::Vec(element), Value::List(values)) => {
                write_length(data, values.len());
                values.iter().for_each(|value| inner(data, element, value));
            }
            (SvmType::Array(element, _), Value::List(values)) => {
                values.iter().for_each(|value| inner(data, element, value));
            }
            (SvmType::Option(some), Value::Option(value)) => {
                data.push(u8::from(value.is_some()));
                value.iter().for_each(|value| inner(data, some, value));
            }
            (ty, value) => panic!("{value:?} is no {ty:?}"),
        }
    }
}

fn write_length(data: &mut Vec<u8>, length: usize) {
    let length = u32::try_from(length).expect("a short list");
    data.extend(length.to_le_bytes());
}

fn svm_type(ty: &TargetType) -> &SvmType {
    match ty {
        TargetType::Svm(ty) => ty,
        other => unreachable!("{other:?} is no type of an IDL"),
    }
}
