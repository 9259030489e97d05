//! The calls of targets as Borsh has them, and what targets answer.

use xcc::entities::Handler;
use xcc::import::{FunctionKind, Interface, Returned, SvmType, TargetType, TypeBody};
use xcc::interp::{Call, Called};
use xcc::wire::Value;

use super::Fixed;
use crate::conformance::words::signature;
use crate::svm::Address;
use crate::svm::script::Received;

impl Fixed<'_> {
    /// What the target answers.
    pub(super) fn answer(&self, call: &Call, called: &Called) -> Option<Vec<u8>> {
        let Called::Returned(values) = called else {
            return None;
        };
        let results = signature(self.protocol.program(), call)
            .results
            .iter()
            .enumerate();
        let mut borsh = self.borsh(call, Vec::new());
        for (position, Returned { ty, .. }) in results {
            let mut used = call.results.iter().zip(values);
            let used = used.find(|(used, _)| used.position == position);
            used.into_iter()
                .for_each(|(_, value)| borsh.write(ty, value));
        }
        Some(borsh.data)
    }

    /// A call as the target must get it.
    pub(super) fn expected(&self, handler: Handler, call: &Call, payer: Address) -> Received {
        let signature = signature(self.protocol.program(), call);
        let FunctionKind::Svm(function) = &signature.kind else {
            unreachable!("a program calls programs");
        };
        let mut borsh = self.borsh(call, function.discriminator.clone());
        for (param, value) in signature.params.iter().zip(&call.args) {
            borsh.write(&param.ty, value);
        }
        Received {
            program: self.called(&call.function),
            accounts: self.metas(handler, call, payer),
            data: borsh.data,
        }
    }

    fn borsh(&self, call: &Call, data: Vec<u8>) -> Borsh<'_> {
        let contracts = &self.protocol.program().declarations.contracts;
        let interface = &contracts[call.function.contract].interface;
        Borsh { interface, data }
    }
}

fn svm_type(ty: &TargetType) -> &SvmType {
    match ty {
        TargetType::Svm(ty) => ty,
        other => unreachable!("{other:?} is no type of an IDL"),
    }
}

/// Borsh, for what the suite hands to targets.
struct Borsh<'t> {
    /// What declares the types.
    interface: &'t Interface,
    data: Vec<u8>,
}

impl Borsh<'_> {
    fn write(&mut self, ty: &TargetType, value: &Value) {
        let body = self.interface.resolve(ty);
        match (body.expect("only known types are used"), value) {
            (Some(TypeBody::Struct(fields)), Value::Record(values)) => {
                let fields = fields.iter().zip(values);
                fields.for_each(|(field, value)| self.write(&field.ty, value));
            }
            (Some(TypeBody::Enum(_)), Value::Variant(position)) => self.data.push(*position),
            (Some(TypeBody::Alias(ty)), value) => self.write(&ty, value),
            (None, value) => self.write_plain(svm_type(ty), value),
            (Some(body), value) => panic!("{value:?} is no {body:?}"),
        }
    }

    fn write_plain(&mut self, ty: &SvmType, value: &Value) {
        match (ty, value) {
            (SvmType::Bool, Value::Bool(value)) => self.data.push(u8::from(*value)),
            (SvmType::Uint(bits) | SvmType::Int(bits), Value::Uint(value) | Value::Int(value)) => {
                let mut word = [0; 32];
                value.to_little_endian(&mut word);
                self.data.extend(&word[..usize::from(*bits) / 8]);
            }
            (SvmType::Bytes | SvmType::Vec(_), Value::Bytes(bytes)) => {
                self.length(bytes.len());
                self.data.extend(bytes);
            }
            (SvmType::String, Value::String(text)) => {
                self.length(text.len());
                self.data.extend(text.as_bytes());
            }
            (SvmType::Pubkey | SvmType::Array(..), Value::Bytes(bytes)) => self.data.extend(bytes),
            (SvmType::Vec(element), Value::List(values)) => {
                self.length(values.len());
                self.elements(element, values);
            }
            (SvmType::Array(element, _), Value::List(values)) => self.elements(element, values),
            (SvmType::Option(inner), Value::Option(some)) => {
                self.data.push(u8::from(some.is_some()));
                self.elements(inner, some.as_deref());
            }
            (ty, value) => panic!("{value:?} is no {ty:?}"),
        }
    }

    fn elements<'v>(&mut self, ty: &SvmType, values: impl IntoIterator<Item = &'v Value>) {
        let ty = TargetType::Svm(ty.clone());
        values.into_iter().for_each(|value| self.write(&ty, value));
    }

    fn length(&mut self, length: usize) {
        let length = u32::try_from(length).expect("a short list");
        self.data.extend(length.to_le_bytes());
    }
}
