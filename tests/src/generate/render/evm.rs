//! Writes Solidity ABIs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use xcc::types::Type;

use crate::generate::spec::{Contract, Extras, Function, Spec};

/// What declarations are called where they stand, by their names in the whole project.
type Names = BTreeMap<String, String>;

/// An ABI, or an artifact with one.
pub(super) fn interface(spec: &Spec, contract: &Contract, names: &Names) -> String {
    let functions = contract.functions.iter();
    let abi: Value = functions.map(|it| function(spec, names, it)).collect();
    match contract.other_format {
        false => abi.to_string(),
        true => json!({ "contractName": contract.name, "abi": abi }).to_string(),
    }
}

fn function(spec: &Spec, names: &Names, function: &Function) -> Value {
    let mutability = match function.extras {
        Extras::Evm { pure: true, .. } if function.reads => "pure",
        _ if function.reads => "view",
        Extras::Evm { payable: true, .. } => "payable",
        _ => "nonpayable",
    };
    let inputs = function.params.iter();
    let inputs = inputs.map(|param| member((spec, names), &param.name, &param.ty, param.odd_bits));
    let outputs = function.results.iter().map(|result| {
        let name = result.name.as_deref().unwrap_or_default();
        member((spec, names), name, &result.ty, result.odd_bits)
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
fn member((spec, names): (&Spec, &Names), name: &str, ty: &Type, odd_bits: Option<u16>) -> Value {
    let mut member = json!({ "name": name, "type": spell(ty, odd_bits) });
    if let Type::Enum(id) = innermost(ty) {
        let name = &names[&spec.declarations.enums[*id].name];
        member["internalType"] = format!("enum Target.{name}").into();
    }
    if let Type::Record(record) = innermost(ty) {
        let declared = &spec.declarations.records[*record];
        let fields = declared.fields.iter();
        let fields = fields.map(|field| self::member((spec, names), &field.name, &field.ty, None));
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
        Type::Enum(_) => "uint8".to_owned(),
        Type::Option(_) | Type::Amount(_) => {
            unreachable!("Solidity has no {ty:?}")
        }
    }
}

/// What a type is a list of, through lists of lists, or itself.
fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::List(inner, _) | Type::Array(inner, _) => innermost(inner),
        other => other,
    }
}
