//! Writes ABIs of Aptos modules.

use serde_json::{Value, json};
use xcc::types::Type;

use super::{contract_address, module};
use crate::generate::spec::{Contract, Extras, Function, Spec};

/// The ABI of a module, alone or as a node gives it.
pub(super) fn interface(spec: &Spec, contract: &Contract, position: usize) -> String {
    let functions = contract.functions.iter().map(function);
    let abi = json!({
        "address": contract_address(spec, position), "name": module(contract), "friends": [],
        "exposed_functions": functions.collect::<Value>(), "structs": [],
    });
    match contract.other_format {
        false => abi.to_string(),
        true => json!({"bytecode": "0x", "abi": abi}).to_string(),
    }
}

fn function(function: &Function) -> Value {
    let Extras::Aptos {
        signer,
        assets,
        objects,
        generics,
    } = function.extras
    else {
        unreachable!("`{}` is no function of Aptos", function.name);
    };
    let object = match generics {
        0 => "0x1::object::Object<0x1::fungible_asset::Metadata>",
        _ => "0x1::object::Object<T0>",
    };
    // What an object is of is a resource.
    let type_param = |position: u32| match position {
        0 if objects > 0 => json!({"constraints": ["key"]}),
        _ => json!({"constraints": []}),
    };
    let signer = signer.then(|| "&signer".to_owned());
    let objects = (0..objects).map(|_| object.to_owned());
    let assets = (0..assets).map(|_| "0x1::fungible_asset::FungibleAsset".to_owned());
    let values = function.params.iter().map(|param| spell(&param.ty));
    let params = signer
        .into_iter()
        .chain(objects)
        .chain(assets)
        .chain(values);
    let results = function.results.iter().map(|result| spell(&result.ty));
    json!({
        "name": function.name, "visibility": "public", "is_entry": false, "is_view": function.reads,
        "generic_type_params": (0..generics).map(type_param).collect::<Value>(),
        "params": params.collect::<Vec<_>>(), "return": results.collect::<Vec<_>>(),
    })
}

fn spell(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Uint(bits) => format!("u{bits}"),
        Type::Address(_) => "address".to_owned(),
        Type::Bytes(_) => "vector<u8>".to_owned(),
        Type::List(element, _) => format!("vector<{}>", spell(element)),
        Type::String(_) => "0x1::string::String".to_owned(),
        Type::Option(some) => format!("0x1::option::Option<{}>", spell(some)),
        other => unreachable!("Move has no {other:?}"),
    }
}
