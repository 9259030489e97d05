//! Damages real interface files in random places: the importers must answer, whatever is left of the file.

use proptest::prelude::*;
use serde_json::{Value, json};
use xcc::import::{ImportError, import};
use xcc::vm::Vm;

/// Every file of the suite with its machine.
fn suite() -> Vec<(Vm, Value)> {
    let mut files = Vec::new();
    for vm in Vm::ALL {
        let folder = format!("{}/suite/import/{vm}", env!("CARGO_MANIFEST_DIR"));
        let mut paths: Vec<_> = std::fs::read_dir(&folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("readable").path())
            .collect();
        paths.sort();
        for path in paths {
            let text = std::fs::read_to_string(path).expect("readable");
            files.push((vm, serde_json::from_str(&text).expect("JSON")));
        }
    }
    files
}

/// Values that stand where others are expected.
fn intruders() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!([])),
        Just(json!([[[[]]]])),
        Just(json!({})),
        Just(json!({"defined": {"name": "Pool"}})),
        Just(json!({"vec": {"vec": {"coption": "u8"}}})),
        Just(json!("uint257")),
        Just(json!("vector<vector<u8>")),
        Just(json!("0x")),
        Just(json!("é::ü::ö<T0>")),
        ".{0,8}".prop_map(Value::String),
    ]
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Puts `intruder` in the place of the value numbered `target` in document order.
fn damage(value: &mut Value, target: &mut usize, intruder: &Value) -> bool {
    if *target == 0 {
        *value = intruder.clone();
        return true;
    }
    *target -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| damage(item, target, intruder)),
        Value::Object(members) => members
            .values_mut()
            .any(|item| damage(item, target, intruder)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_files_get_an_answer(
        file: prop::sample::Index,
        places in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        intruder in intruders(),
    ) {
        let files = suite();
        let (vm, mut document) = files[file.index(files.len())].clone();
        for place in places {
            let mut target = place.index(count(&document));
            prop_assert!(damage(&mut document, &mut target, &intruder));
        }
        let text = serde_json::to_string_pretty(&document).expect("JSON");
        match import(vm, "contract.json", &text) {
            Ok(interface) => {
                for function in interface.all_functions() {
                    prop_assert!(function.path.locate(&text).is_some(), "{}", function.path);
                    if let Err(unsupported) = &function.signature {
                        prop_assert!(unsupported.path.locate(&text).is_some(), "{}", unsupported);
                        prop_assert!(!unsupported.reason.is_empty());
                    }
                }
            }
            Err(error @ (ImportError::Malformed { .. } | ImportError::DuplicateName { .. })) => {
                prop_assert!(error.position().is_some(), "{}", error);
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn cut_files_are_not_json(file: prop::sample::Index, cut: prop::sample::Index) {
        let files = suite();
        let (vm, document) = &files[file.index(files.len())];
        let text = document.to_string();
        let short = &text[..(0..=cut.index(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)];
        let refused = import(*vm, "contract.json", short);
        prop_assert!(matches!(refused, Err(ImportError::NotJson { .. } | ImportError::Empty { .. })), "{:?}", refused);
    }

    #[test]
    fn any_text_gets_an_answer(vm in prop::sample::select(Vm::ALL.to_vec()), text in ".{0,64}") {
        prop_assert!(import(vm, "contract.json", &text).is_err());
    }
}
