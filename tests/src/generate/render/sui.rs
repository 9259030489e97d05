//! Writes descriptions of Sui modules: as a node gives them, or as the compiler's summaries.

use serde_json::{Map, Value, json};
use xcc::types::Type;

use super::{contract_address, module};
use crate::generate::spec::{Contract, Extras, Function, Spec};

/// The names of types in one of the two formats.
struct Writer {
    address: String,
    module: String,
    is_summary: bool,
}

/// A parameter that is a reference, or a type parameter's place.
#[derive(Clone, Copy)]
struct Struct<'s> {
    address: &'s str,
    module: &'s str,
    name: &'s str,
}

/// A normalized module, or a module summary.
pub(super) fn interface(spec: &Spec, contract: &Contract, position: usize) -> String {
    let writer = Writer {
        address: contract_address(spec, position),
        module: module(contract),
        is_summary: contract.other_format,
    };
    let functions = contract.functions.iter().enumerate();
    let functions = functions.map(|(number, it)| (it.name.clone(), writer.function(it, number)));
    let functions: Map<String, Value> = functions.collect();
    let (address, module) = (&writer.address, &writer.module);
    let interface = match writer.is_summary {
        false => json!({
            "fileFormatVersion": 6, "address": address, "name": module, "friends": [],
            "structs": {"State": {
                "abilities": {"abilities": ["Key"]}, "typeParameters": [],
                "fields": [{"name": "id", "type": writer.structure(UID, &[])}],
            }},
            "exposedFunctions": functions,
        }),
        true => json!({
            "id": {"address": address, "name": module}, "immediate_dependencies": [],
            "functions": functions,
            "structs": {"State": {
                "index": 0, "abilities": ["Key"], "type_parameters": [],
                "fields": {"positional_fields": false, "fields": {"id": {"type_": writer.structure(UID, &[])}}},
            }},
            "enums": {},
        }),
    };
    interface.to_string()
}

const UID: Struct<'_> = Struct {
    address: "0x2",
    module: "object",
    name: "UID",
};

/// What functions take by value of an asset.
const ASSETS: [(&str, &str); 2] = [("coin", "Coin"), ("balance", "Balance")];

impl Writer {
    fn function(&self, function: &Function, number: usize) -> Value {
        let Extras::Sui { generics, .. } = &function.extras else {
            unreachable!("`{}` is no function of Sui", function.name);
        };
        let params = self.params(function);
        let results = function.results.iter().map(|result| self.spell(&result.ty));
        let results: Value = results.collect();
        let types = params.iter().map(|(_, ty)| ty.clone()).collect::<Value>();
        let named = params
            .iter()
            .map(|(name, ty)| json!({"name": name, "type_": ty}));
        match self.is_summary {
            false => json!({
                "visibility": "Public", "isEntry": false,
                "typeParameters": (0..*generics).map(|_| json!({"abilities": []})).collect::<Value>(),
                "parameters": types, "return": results,
            }),
            true => json!({
                "index": number, "visibility": "Public", "entry": false,
                "type_parameters": (0..*generics)
                    .map(|it| json!({"name": format!("T{it}"), "constraints": []}))
                    .collect::<Value>(),
                "parameters": named.collect::<Value>(), "return_": results,
            }),
        }
    }

    /// Objects, values, and what the runtime supplies.
    fn params(&self, function: &Function) -> Vec<(String, Value)> {
        let Extras::Sui {
            objects,
            assets,
            clock,
            context: has_context,
            ..
        } = &function.extras
        else {
            unreachable!("`{}` is no function of Sui", function.name);
        };
        let state = Struct {
            address: &self.address,
            module: &self.module,
            name: "State",
        };
        let of_framework = |module, name| Struct {
            address: "0x2",
            module,
            name,
        };
        let objects = objects.iter().enumerate().map(|(number, &is_changed)| {
            let ty = self.reference(is_changed, self.structure(state, &[]));
            (format!("object{}", number + 1), ty)
        });
        let of = json!({"TypeParameter": 0});
        let assets = (0..*assets).map(|number| {
            let (module, name) = ASSETS[number as usize % ASSETS.len()];
            let ty = self.structure(of_framework(module, name), std::slice::from_ref(&of));
            (format!("asset{}", number + 1), ty)
        });
        let values = function.params.iter();
        let values = values.map(|param| (param.name.clone(), self.spell(&param.ty)));
        let supplied = |name: &str, is_there: bool, is_changed, ty: Struct<'_>| {
            let ty = self.reference(is_changed, self.structure(ty, &[]));
            is_there.then(|| (name.to_owned(), ty))
        };
        let clock = supplied("clock", *clock, false, of_framework("clock", "Clock"));
        let context = of_framework("tx_context", "TxContext");
        let context = supplied("ctx", *has_context && !function.reads, true, context);
        objects
            .chain(assets)
            .chain(values)
            .chain(clock)
            .chain(context)
            .collect()
    }

    fn reference(&self, is_changed: bool, ty: Value) -> Value {
        match (self.is_summary, is_changed) {
            (true, _) => json!({"Reference": [is_changed, ty]}),
            (false, true) => json!({"MutableReference": ty}),
            (false, false) => json!({"Reference": ty}),
        }
    }

    fn structure(&self, ty: Struct<'_>, args: &[Value]) -> Value {
        let Struct {
            address,
            module,
            name,
        } = ty;
        match self.is_summary {
            false => json!({"Struct": {
                "address": address, "module": module, "name": name, "typeArguments": args,
            }}),
            true => {
                let args = args.iter();
                let args = args.map(|arg| json!({"phantom": false, "argument": arg}));
                json!({"Datatype": {
                    "module": {"address": address, "name": module}, "name": name,
                    "type_arguments": args.collect::<Value>(),
                }})
            }
        }
    }

    fn spell(&self, ty: &Type) -> Value {
        let word = |word: &str| match self.is_summary {
            true => Value::from(word.to_lowercase()),
            false => Value::from(word),
        };
        let vector = |element: Value| match self.is_summary {
            true => json!({"vector": element}),
            false => json!({"Vector": element}),
        };
        let standard = |module, name, args: &[Value]| {
            let address = "0x1";
            let ty = Struct {
                address,
                module,
                name,
            };
            self.structure(ty, args)
        };
        match ty {
            Type::Bool => word("Bool"),
            Type::Uint(bits) => word(&format!("U{bits}")),
            Type::Address(_) => word("Address"),
            Type::Bytes(_) => vector(word("U8")),
            Type::List(element, _) => vector(self.spell(element)),
            Type::String(_) => standard("string", "String", &[]),
            Type::Option(some) => standard("option", "Option", &[self.spell(some)]),
            other => unreachable!("Move has no {other:?}"),
        }
    }
}
