//! Writes Solidity ABIs.

use serde_json::{Value, json};
use xcc::types::Type;

use crate::generate::spec::{Contract, Extras, Function, Spec};

/// An ABI, or an artifact with one.
pub(super) fn interface(spec: &Spec, contract: &Contract) -> String {
    let functions = contract.functions.iter();
    let abi: Value = functions.map(|it| function(spec, it)).collect();
    match contract.other_format {
        false => abi.to_string(),
        true => json!({ "contractName": contract.name, "abi": abi }).to_string(),
    }
}

fn function(spec: &Spec, function: &Function) -> Value {
    let mutability = match function.extras {
        Extras::Evm { pure: true, .. } if function.reads => "pure",
        _ if function.reads => "view",
        Extras::Evm { payable: true, .. } => "payable",
        _ => "nonpayable",
    };
    let inputs = function.params.iter();
    let inputs = inputs.map(|param| member(spec, &param.name, &param.ty, param.odd_bits));
    let outputs = function.results.iter().map(|result| {
        let name = result.name.as_deref().unwrap_or_default();
        member(spec, name, &result.ty, result.odd_bits)
    });
    json!({
        "type": "function",
        "name": function.name,
        "stateMutability": mutability,
        "inputs": inputs.collect::<Value>(),
        "outputs": outputs.collect::<Value>(),
    })
}

/// A parameter, a result or a member of a struct.
fn member(spec: &Spec, name: &str, ty: &Type, odd_bits: Option<u16>) -> Value {
    let mut member = json!({ "name": name, "type": spell(ty, odd_bits) });
    if let Some(record) = record_in(ty) {
        let declared = &spec.declarations.records[record];
        let fields = declared.fields.iter();
        let fields = fields.map(|field| self::member(spec, &field.name, &field.ty, None));
        member["internalType"] = format!("struct {}", declared.name).into();
        member["components"] = fields.collect();
    }
    member
}

fn spell(ty: &Type, odd_bits: Option<u16>) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Uint(bits) => format!("uint{}", odd_bits.unwrap_or(*bits)),
        Type::Int(bits) => format!("int{}", odd_bits.unwrap_or(*bits)),
        Type::FixedBytes(length) => format!("bytes{length}"),
        Type::Bytes(_) => "bytes".to_owned(),
        Type::String(_) => "string".to_owned(),
        Type::List(element, _) => format!("{}[]", spell(element, None)),
        Type::Array(element, length) => format!("{}[{length}]", spell(element, None)),
        Type::Record(_) => "tuple".to_owned(),
        Type::Address(_) => "address".to_owned(),
        Type::Option(_) | Type::Enum(_) | Type::Amount(_) => {
            unreachable!("Solidity has no {ty:?}")
        }
    }
}

/// The record that a type is made of, through lists.
fn record_in(ty: &Type) -> Option<xcc::entities::Record> {
    match ty {
        Type::Record(record) => Some(*record),
        Type::List(inner, _) | Type::Array(inner, _) => record_in(inner),
        _ => None,
    }
}
