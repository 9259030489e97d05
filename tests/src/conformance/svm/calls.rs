//! The calls of targets as Borsh has them, and what targets answer.

use xcc::import::{FunctionKind, Returned, SvmType, TargetType};
use xcc::interp::{Call, Called};
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
        let results = signature(self.protocol.program(), call)
            .results
            .iter()
            .enumerate();
        let mut data = Vec::new();
        for (position, Returned { ty, .. }) in results {
            let mut used = call.results.iter().zip(values);
            let used = used.find(|(used, _)| used.position == position);
            used.into_iter()
                .for_each(|(_, value)| write(&mut data, svm_type(ty), value));
        }
        Some(data)
    }

    /// A call as the target must get it.
    pub(super) fn expected(&self, call: &Call, payer: Address) -> Received {
        let signature = signature(self.protocol.program(), call);
        let FunctionKind::Svm(function) = &signature.kind else {
            unreachable!("a program calls programs");
        };
        let mut data = function.discriminator.clone();
        for (param, value) in signature.params.iter().zip(&call.args) {
            write(&mut data, svm_type(&param.ty), value);
        }
        Received {
            program: self.called(&call.function),
            accounts: self.metas(&call.function, &call.binding, payer),
            data,
        }
    }
}

fn svm_type(ty: &TargetType) -> &SvmType {
    match ty {
        TargetType::Svm(ty) => ty,
        other => unreachable!("{other:?} is no type of an IDL"),
    }
}

/// Borsh, for what the suite hands to targets.
fn write(data: &mut Vec<u8>, ty: &SvmType, value: &Value) {
    let length = |data: &mut Vec<u8>, length: usize| {
        let length = u32::try_from(length).expect("a short list");
        data.extend(length.to_le_bytes());
    };
    match (ty, value) {
        (SvmType::Bool, Value::Bool(value)) => data.push(u8::from(*value)),
        (SvmType::Uint(bits) | SvmType::Int(bits), Value::Uint(value) | Value::Int(value)) => {
            let mut word = [0; 32];
            value.to_little_endian(&mut word);
            data.extend(&word[..usize::from(*bits) / 8]);
        }
        (SvmType::Bytes, Value::Bytes(bytes)) => {
            length(data, bytes.len());
            data.extend(bytes);
        }
        (SvmType::String, Value::String(text)) => {
            length(data, text.len());
            data.extend(text.as_bytes());
        }
        (SvmType::Pubkey | SvmType::Array(..), Value::Bytes(bytes)) => data.extend(bytes),
        (SvmType::Vec(element), Value::List(values)) => {
            length(data, values.len());
            values.iter().for_each(|value| write(data, element, value));
        }
        (SvmType::Array(element, _), Value::List(values)) => {
            values.iter().for_each(|value| write(data, element, value));
        }
        (SvmType::Option(inner), Value::Option(some)) => {
            data.push(u8::from(some.is_some()));
            some.iter().for_each(|value| write(data, inner, value));
        }
        (ty, value) => panic!("{value:?} is not written as {ty:?} yet"),
    }
}
