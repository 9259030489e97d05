//! Writes Anchor IDLs.

use serde_json::{Value, json};
use xcc::types::Type;

use super::contract_address;
use crate::generate::spec::{Account, AccountRole, Contract, Extras, Function, IdlSeed, Spec};

/// An IDL. It declares all types of the project that Solana programs can have, used or not.
pub(super) fn interface(spec: &Spec, contract: &Contract, position: usize) -> String {
    let functions = contract.functions.iter().enumerate();
    let instructions = functions.map(|(number, it)| instruction(spec, it, number));
    let idl = json!({
        "address": contract_address(spec, position),
        "metadata": {"name": super::module(contract), "version": "0.1.0", "spec": "0.1.0"},
        "instructions": instructions.collect::<Value>(),
        "types": types(spec),
    });
    idl.to_string()
}

fn instruction(spec: &Spec, function: &Function, number: usize) -> Value {
    let Extras::Svm { accounts } = &function.extras else {
        unreachable!("`{}` is no instruction", function.name);
    };
    let args = function.params.iter();
    let args = args.map(|param| json!({"name": param.name, "type": spell(spec, &param.ty)}));
    let mut instruction = json!({
        "name": function.name,
        "discriminator": [number, 0, 0, 0, 0, 0, 0, 1],
        "accounts": accounts.iter().map(account).collect::<Value>(),
        "args": args.collect::<Value>(),
    });
    if let Some(result) = function.results.first() {
        instruction["returns"] = spell(spec, &result.ty);
    }
    instruction
}

fn account(account: &Account) -> Value {
    let mut value = json!({"name": account.name});
    if account.writable {
        value["writable"] = true.into();
    }
    match &account.role {
        AccountRole::Bound => {}
        AccountRole::Signer => value["signer"] = true.into(),
        AccountRole::Optional => value["optional"] = true.into(),
        AccountRole::Fixed(address) => value["address"] = (*address).into(),
        AccountRole::Derived(seeds) => {
            value["pda"] = json!({"seeds": seeds.iter().map(seed).collect::<Value>()});
        }
    }
    value
}

fn seed(seed: &IdlSeed) -> Value {
    match seed {
        IdlSeed::Bytes(bytes) => json!({"kind": "const", "value": bytes}),
        IdlSeed::Account(name) => json!({"kind": "account", "path": name}),
        IdlSeed::Param(name) => json!({"kind": "arg", "path": name}),
    }
}

fn types(spec: &Spec) -> Value {
    let declarations = &spec.declarations;
    let enums = declarations.enums.values().map(|declared| {
        let variants = declared.variants.iter().map(|name| json!({"name": name}));
        let variants = variants.collect::<Value>();
        json!({"name": declared.name, "type": {"kind": "enum", "variants": variants}})
    });
    let records = declarations.records.values().map(|declared| {
        let fields = declared.fields.iter();
        let fields =
            fields.map(|field| json!({"name": field.name, "type": spell(spec, &field.ty)}));
        let fields = fields.collect::<Value>();
        json!({"name": declared.name, "type": {"kind": "struct", "fields": fields}})
    });
    enums.chain(records).collect()
}

fn spell(spec: &Spec, ty: &Type) -> Value {
    match ty {
        Type::Bool => "bool".into(),
        Type::Uint(bits) => format!("u{bits}").into(),
        Type::Int(bits) => format!("i{bits}").into(),
        Type::FixedBytes(length) => json!({"array": ["u8", length]}),
        Type::Bytes(_) => "bytes".into(),
        Type::String(_) => "string".into(),
        Type::List(element, _) => json!({"vec": spell(spec, element)}),
        Type::Array(element, length) => json!({"array": [spell(spec, element), length]}),
        Type::Option(some) => json!({"option": spell(spec, some)}),
        Type::Record(record) => defined(&spec.declarations.records[*record].name),
        Type::Enum(id) => defined(&spec.declarations.enums[*id].name),
        Type::Address(_) => "pubkey".into(),
        Type::Amount(_) => unreachable!("no amounts are generated"),
    }
}

fn defined(name: &str) -> Value {
    json!({"defined": {"name": name}})
}
