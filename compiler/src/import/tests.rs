//! What every importer refuses, and what it keeps as unsupported, in small files.

use super::{
    Abilities, FunctionKind, Home, ImportError, Interface, Mutability, ParamRole, Passing, Seed,
    SvmType, TargetType, TypeBody, import,
};
use crate::vm::Vm;

fn load(vm: Vm, text: &str) -> Interface {
    import(vm, "dir/contract.json", text).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(vm: Vm, text: &str) -> ImportError {
    import(vm, "contract.json", text).expect_err("the file should be refused")
}

/// The reason why the only function of that name cannot be called.
fn reason(interface: &Interface, name: &str) -> String {
    let function = interface.lookup(name).next().expect("the function is kept");
    let unsupported = function
        .signature
        .as_ref()
        .expect_err("the function should be unsupported");
    unsupported.to_string()
}

fn abi_with(ty: &str) -> String {
    format!(
        r#"[{{"type":"function","name":"f","inputs":[{{"name":"x","type":"{ty}"}}],"outputs":[],"stateMutability":"view"}},
            {{"type":"function","name":"g","inputs":[],"outputs":[]}}]"#
    )
}

#[test]
fn solidity_types_that_ethabi_would_mangle_are_refused() {
    for ty in [
        "uint257",
        "uint7",
        "uint0",
        "uint08",
        "int512",
        "bytes0",
        "bytes33",
        "function",
        "fixed128x18",
        "ufixed",
        "uint256[",
        "uint256]",
        "uint256[0]",
        "uint256[-1]",
        "uint256[01]",
        "uint256[99999999999]",
        "uint 256",
        "",
        "(uint256,bool)",
        "Lib.Kind",
        "Data storage",
        "uint256[][][][][][][][][][][][][][][][][]",
    ] {
        let interface = load(Vm::Evm, &abi_with(ty));
        let reason = reason(&interface, "f");
        assert!(
            reason.starts_with("function `f`, parameter `x`: "),
            "{ty}: {reason}"
        );
        assert!(
            reason.ends_with("(at [0].inputs[0].type)"),
            "{ty}: {reason}"
        );
        assert!(
            interface
                .lookup("g")
                .next()
                .is_some_and(|g| g.signature.is_ok()),
            "{ty}"
        );
    }
}

#[test]
fn solidity_reasons_say_what_is_wrong() {
    let why = |ty: &str| reason(&load(Vm::Evm, &abi_with(ty)), "f");
    assert!(why("uint7").contains("integers have 8, 16, 24, … or 256 bits"));
    assert!(why("bytes33").contains("fixed byte strings have 1 to 32 bytes"));
    assert!(why("function").contains("cannot carry a function"));
    assert!(why("Lib.Kind").contains("only libraries have such parameters"));
    assert!(why("uint256[0]").contains("an array cannot have length 0"));
    let missing = r#"[{"type":"function","name":"f","inputs":[{"name":"p","type":"tuple"}]}]"#;
    assert!(
        matches!(refusal(Vm::Evm, missing), ImportError::Malformed { path, .. } if path == "[0].inputs[0]")
    );
}

#[test]
fn solidity_functions_that_a_selector_cannot_tell_apart_are_barred() {
    let text = r#"[
        {"type":"function","name":"f","inputs":[],"outputs":[{"name":"","type":"bool"}],"stateMutability":"view"},
        {"type":"function","name":"f","inputs":[],"outputs":[{"name":"","type":"uint8"}],"stateMutability":"view"},
        {"type":"function","name":"same","inputs":[],"outputs":[]},
        {"type":"function","name":"same","inputs":[],"outputs":[]}]"#;
    let interface = load(Vm::Evm, text);
    assert!(reason(&interface, "f").contains("share one selector"));
    assert_eq!(interface.lookup("same").count(), 1);
}

#[test]
fn old_solidity_files_state_mutability_with_flags() {
    let text = r#"[
        {"name":"a","inputs":[],"outputs":[],"constant":true,"payable":false},
        {"name":"b","inputs":[],"outputs":[],"payable":true},
        {"name":"c","inputs":[]}]"#;
    let interface = load(Vm::Evm, text);
    let mutability = |name| match &interface.lookup(name).next()?.signature.as_ref().ok()?.kind {
        FunctionKind::Evm(evm) => Some(evm.mutability),
        _ => None,
    };
    assert_eq!(mutability("a"), Some(Mutability::View));
    assert_eq!(mutability("b"), Some(Mutability::Payable));
    assert_eq!(mutability("c"), Some(Mutability::NonPayable));
}

#[test]
fn a_file_for_another_machine_is_named() {
    let idl = r#"{"version":"0.1.0","name":"a","instructions":[]}"#;
    assert_eq!(
        refusal(Vm::Evm, idl).to_string(),
        "this is a legacy Anchor IDL, but the contract's chain is evm, whose interfaces are Solidity ABI JSON or a \
         Foundry or Hardhat artifact"
    );
    assert!(matches!(refusal(Vm::Svm, "{}"), ImportError::Empty { .. }));
    assert!(matches!(refusal(Vm::Svm, idl), ImportError::Empty { .. }));
    assert!(matches!(
        refusal(Vm::Sui, "[1]"),
        ImportError::WrongFormat { .. }
    ));
    let error = r#"{"jsonrpc":"2.0","error":{"code":-32602,"message":"no such module"},"id":1}"#;
    assert!(
        refusal(Vm::Sui, error)
            .to_string()
            .contains("no such module")
    );
}

#[test]
fn malformed_files_say_where() {
    let text = "[\n  {\"type\": \"function\", \"name\": \"f\",\n   \"inputs\": 3}\n]";
    let ImportError::Malformed {
        path, at: Some(at), ..
    } = refusal(Vm::Evm, text)
    else {
        panic!()
    };
    assert_eq!(
        (path.as_str(), at.line, &text[at.offset..=at.offset]),
        ("[0].inputs", 3, "3")
    );
}

fn idl(instructions: &str, types: &str) -> String {
    format!(
        r#"{{"address":"11111111111111111111111111111111",
            "metadata":{{"name":"p","version":"0.1.0","spec":"0.1.0"}},
            "instructions":[{instructions}],"types":[{types}]}}"#
    )
}

#[test]
fn an_instruction_of_an_unknown_type_keeps_its_reason() {
    let instructions = r#"
        {"name":"f","discriminator":[1],"accounts":[],"args":[{"name":"m","type":{"hashMap":["u8","u8"]}}]},
        {"name":"g","discriminator":[2],"accounts":[],"args":[{"name":"a","type":{"defined":{"name":"Gone"}}}]},
        {"name":"h","discriminator":[3],"accounts":[],"args":[{"name":"a","type":{"defined":{"name":"List"}}}]},
        {"name":"i","discriminator":[4],"accounts":[],"args":[{"name":"a","type":{"coption":"pubkey"}}],"returns":"u64"}"#;
    let types = r#"{"name":"List","type":{"kind":"struct","fields":[{"name":"next","type":{"option":{"defined":{"name":"List"}}}}]}}"#;
    let interface = load(Vm::Svm, &idl(instructions, types));
    assert!(
        reason(&interface, "f").ends_with("(at instructions[0].args[0])"),
        "{}",
        reason(&interface, "f")
    );
    assert!(reason(&interface, "g").contains("parameter `a`: type `Gone` is not declared"));
    assert!(reason(&interface, "h").contains("type `List` contains itself"));
    let i = interface
        .lookup("i")
        .next()
        .and_then(|i| i.signature.as_ref().ok())
        .expect("callable");
    let fields: Vec<_> = i
        .borsh_fields()
        .map(|(name, ty)| format!("{name}: {ty}"))
        .collect();
    assert_eq!(fields, ["a: COption<Pubkey>"]);
    assert_eq!(i.results.len(), 1);
}

#[test]
fn instructions_must_be_well_formed_and_unlike() {
    let twice = r#"{"name":"f","discriminator":[1],"accounts":[],"args":[]},{"name":"f","discriminator":[2],"accounts":[],"args":[]}"#;
    assert!(
        matches!(refusal(Vm::Svm, &idl(twice, "")), ImportError::DuplicateName { name, .. } if name == "f")
    );
    for (instruction, place) in [
        (
            r#"{"name":"f","discriminator":[],"accounts":[],"args":[]}"#,
            "instructions[0].discriminator",
        ),
        (
            r#"{"name":"f","discriminator":[256],"accounts":[],"args":[]}"#,
            "instructions[0].discriminator[0]",
        ),
        (
            r#"{"name":"f","discriminator":[1],"args":[]}"#,
            "instructions[0]",
        ),
    ] {
        let error = refusal(Vm::Svm, &idl(instruction, ""));
        assert!(
            matches!(&error, ImportError::Malformed { path, .. } if path == place),
            "{error}"
        );
    }
    let future = idl("", "").replace("\"spec\":\"0.1.0\"", "\"spec\":\"0.2.0\"");
    assert!(
        refusal(Vm::Svm, &future)
            .to_string()
            .contains("\"0.2.0\" is not known")
    );
}

#[test]
fn seeds_are_resolved_within_groups() {
    let instructions = r#"{"name":"f","discriminator":[1],"args":[{"name":"id","type":"u64"}],"accounts":[
        {"name":"pool"},
        {"name":"side","accounts":[
            {"name":"mint"},
            {"name":"vault","writable":true,"pda":{"seeds":[
                {"kind":"const","value":[1,2]},
                {"kind":"account","path":"mint"},
                {"kind":"account","path":"pool.config","account":"Pool"},
                {"kind":"arg","path":"id"},
                {"kind":"account","path":"missing"}]}}]}]}"#;
    let interface = load(Vm::Svm, &idl(instructions, ""));
    let f = interface
        .lookup("f")
        .next()
        .and_then(|f| f.signature.as_ref().ok())
        .expect("callable");
    let FunctionKind::Svm(svm) = &f.kind else {
        panic!("{:?}", f.kind)
    };
    let paths: Vec<_> = svm
        .accounts
        .iter()
        .map(|account| account.path.as_str())
        .collect();
    assert_eq!(paths, ["pool", "side.mint", "side.vault"]);
    let seeds = &svm.accounts[2].pda.as_ref().expect("a PDA").seeds;
    assert_eq!(seeds[0], Seed::Const(vec![1, 2]));
    assert!(
        matches!(&seeds[1], Seed::Account { account: Some(1), fields, .. } if fields.is_empty())
    );
    assert!(
        matches!(&seeds[2], Seed::Account { account: Some(0), fields, ty: Some(_), .. } if fields == &["config"])
    );
    assert!(matches!(&seeds[3], Seed::Param { param: Some(0), fields, .. } if fields.is_empty()));
    assert!(matches!(&seeds[4], Seed::Account { account: None, .. }));
}

#[test]
fn legacy_seeds_are_not_quoted() {
    let text = r#"{"version":"0.1.0","name":"p","instructions":[{"name":"openVault","args":[],"accounts":[
        {"name":"vault","isMut":true,"isSigner":false,"pda":{"seeds":[
            {"kind":"const","type":"string","value":"vault"},{"kind":"account","type":"publicKey","path":"ownerKey"}]}},
        {"name":"ownerKey","isMut":false,"isSigner":true}]}]}"#;
    let interface = load(Vm::Svm, text);
    assert_eq!(interface.home, Home::Unknown);
    let f = interface
        .lookup("open_vault")
        .next()
        .and_then(|f| f.signature.as_ref().ok())
        .expect("callable");
    let FunctionKind::Svm(svm) = &f.kind else {
        panic!("{:?}", f.kind)
    };
    let seeds = &svm.accounts[0].pda.as_ref().expect("a PDA").seeds;
    assert_eq!(seeds[0], Seed::Const(b"vault".to_vec()));
    assert!(matches!(
        &seeds[1],
        Seed::Account {
            account: Some(1),
            ..
        }
    ));
}

const SUI_MODULE: &str = r#"{"fileFormatVersion":6,"address":"0xabc","name":"pool","friends":[],
    "structs":{
        "Pool":{"abilities":{"abilities":["Key"]},"typeParameters":[{"constraints":{"abilities":[]},"isPhantom":true}],"fields":[]},
        "Receipt":{"abilities":{"abilities":[]},"typeParameters":[],"fields":[]},
        "Box":{"abilities":{"abilities":["Copy","Drop","Store"]},"typeParameters":[{"constraints":{"abilities":[]},"isPhantom":false}],"fields":[]}},
    "exposedFunctions":{"f":{"visibility":"Public","isEntry":false,"typeParameters":[{"abilities":["Drop"]}],
        "parameters":[
            {"MutableReference":{"Struct":{"address":"0xabc","module":"pool","name":"Pool","typeArguments":[{"TypeParameter":0}]}}},
            {"Struct":{"address":"0x2","module":"coin","name":"Coin","typeArguments":[{"TypeParameter":0}]}},
            "U64",
            {"Vector":{"Struct":{"address":"0x1","module":"option","name":"Option","typeArguments":["Address"]}}},
            {"Reference":{"Struct":{"address":"0x2","module":"clock","name":"Clock","typeArguments":[]}}},
            {"Struct":{"address":"0xdef","module":"other","name":"Thing","typeArguments":[]}},
            {"MutableReference":{"Struct":{"address":"0x2","module":"tx_context","name":"TxContext","typeArguments":[]}}}],
        "return":[
            {"Struct":{"address":"0xabc","module":"pool","name":"Receipt","typeArguments":[]}},
            {"Struct":{"address":"0xabc","module":"pool","name":"Box","typeArguments":[{"TypeParameter":0}]}},
            "U64"]}}}"#;

#[test]
fn sui_parameters_are_classified() {
    let interface = load(Vm::Sui, SUI_MODULE);
    let f = interface
        .lookup("pool::f")
        .next()
        .and_then(|f| f.signature.as_ref().ok())
        .expect("callable");
    let object = |passing, abilities| ParamRole::Object { passing, abilities };
    let roles: Vec<_> = f.params.iter().map(|param| param.role).collect();
    let coin = Abilities::KEY.with(Abilities::STORE);
    assert_eq!(
        roles,
        [
            object(Passing::MutRef, Some(Abilities::KEY)),
            object(Passing::Value, Some(coin)),
            ParamRole::Value,
            ParamRole::Value,
            ParamRole::Clock,
            object(Passing::Value, None),
            ParamRole::Context,
        ]
    );
    assert_eq!((f.supplied().count(), f.data().count()), (6, 2));
    let abilities: Vec<_> = f.results.iter().map(|result| result.abilities).collect();
    assert_eq!(
        abilities,
        [
            Some(Abilities::NONE),
            Some(Abilities::DROP),
            Some(Abilities::DATA)
        ]
    );
    assert_eq!(interface.lookup("other::f").count(), 0);
}

#[test]
fn sui_types_must_be_bound() {
    let unbound = SUI_MODULE.replace(r#"[{"abilities":["Drop"]}]"#, "[]");
    assert!(
        refusal(Vm::Sui, &unbound)
            .to_string()
            .contains("type parameter 0 is not declared")
    );
    let unknown = SUI_MODULE.replace(r#""U64","#, r#""U7","#);
    assert!(reason(&load(Vm::Sui, &unknown), "f").contains("type `U7` is not known"));
    let wrapped = format!(r#"{{"jsonrpc":"2.0","result":{SUI_MODULE},"id":1}}"#);
    let path = load(Vm::Sui, &wrapped)
        .all_functions()
        .next()
        .map(|f| f.path.to_string());
    assert_eq!(path.as_deref(), Some("result.exposedFunctions.f"));
}

fn aptos_function(params: &str) -> String {
    format!(
        r#"{{"address":"0xabc","name":"pool","friends":[],"structs":[],"exposed_functions":[
            {{"name":"f","visibility":"public","is_entry":true,"is_view":false,
              "generic_type_params":[{{"constraints":[]}}],"params":[{params}],"return":["u64"]}}]}}"#
    )
}

#[test]
fn aptos_parameters_are_classified() {
    let text = aptos_function(
        r#""&signer","u64","0x1::string::String","0x1::object::Object<0x1::fungible_asset::Metadata>",
           "0x1::coin::Coin<T0>","0x1::fungible_asset::FungibleAsset","vector<0xabc::other::Thing>""#,
    );
    let interface = load(Vm::Aptos, &text);
    let f = interface
        .lookup("f")
        .next()
        .and_then(|f| f.signature.as_ref().ok())
        .expect("callable");
    let object = |abilities| ParamRole::Object {
        passing: Passing::Value,
        abilities,
    };
    let roles: Vec<_> = f.params.iter().map(|param| param.role).collect();
    assert_eq!(
        roles[..4],
        [
            ParamRole::Signer,
            ParamRole::Value,
            ParamRole::Value,
            ParamRole::Value
        ]
    );
    assert_eq!(
        roles[4..],
        [
            object(Some(Abilities::STORE)),
            object(Some(Abilities::NONE)),
            object(None)
        ]
    );
    assert_eq!(f.supplied().count(), 6);
    let TargetType::Move(ty) = &f.params[3].ty else {
        panic!()
    };
    assert_eq!(
        ty.to_string(),
        "0x1::object::Object<0x1::fungible_asset::Metadata>"
    );
}

#[test]
fn aptos_types_without_a_counterpart_keep_their_reason() {
    let interface = load(Vm::Aptos, &aptos_function(r#""|u64|bool""#));
    assert!(
        reason(&interface, "f")
            .contains("type `|u64|bool`: function values cannot be carried by a call")
    );
    let unbound = refusal(Vm::Aptos, &aptos_function(r#""T1""#));
    assert!(
        matches!(&unbound, ImportError::Malformed { path, .. } if path == "exposed_functions[0].params[0]")
    );
}

#[test]
fn misspelled_functions_are_suggested() {
    let text = r#"[{"type":"function","name":"exactInputSingle","inputs":[]},{"type":"function","name":"refundETH","inputs":[]}]"#;
    let interface = load(Vm::Evm, text);
    assert_eq!(
        interface.suggest("exact_input_single"),
        Some("exactInputSingle")
    );
    assert_eq!(interface.suggest("refundEth"), Some("refundETH"));
    assert_eq!(interface.suggest("stake"), None);
    assert_eq!(interface.name, "contract");
}

#[test]
fn declared_types_are_resolved_with_their_arguments() {
    let instruction = r#"{"name":"f","discriminator":[1],"accounts":[],"args":[
        {"name":"a","type":{"defined":{"name":"Slots","generics":[
            {"kind":"type","type":"u64"},{"kind":"const","value":"4"}]}}}]}"#;
    let types = r#"
        {"name":"Slots","generics":[{"kind":"type","name":"T"},{"kind":"const","name":"N","type":"usize"}],
         "type":{"kind":"type","alias":{"defined":{"name":"Inner","generics":[
            {"kind":"type","type":{"generic":"T"}},{"kind":"const","value":"N"}]}}}},
        {"name":"Inner","generics":[{"kind":"type","name":"U"},{"kind":"const","name":"M","type":"usize"}],
         "type":{"kind":"struct","fields":[{"name":"items","type":{"array":[{"generic":"U"},{"generic":"M"}]}}]}}"#;
    let interface = load(Vm::Svm, &idl(instruction, types));
    let f = interface
        .lookup("f")
        .next()
        .and_then(|f| f.signature.as_ref().ok())
        .expect("callable");
    let Ok(Some(TypeBody::Struct(fields))) = interface.resolve(&f.params[0].ty) else {
        panic!()
    };
    let TargetType::Svm(ty) = &fields[0].ty else {
        panic!()
    };
    assert_eq!(
        (fields[0].name.as_str(), ty.to_string().as_str()),
        ("items", "[u64; 4]")
    );
    assert!(matches!(
        interface.resolve(&TargetType::Svm(SvmType::Bool)),
        Ok(None)
    ));
}

#[test]
fn move_structs_are_resolved_with_their_arguments() {
    let text = r#"{"address":"0xa","name":"m","exposed_functions":[
        {"name":"f","visibility":"public","is_entry":false,"is_view":true,"generic_type_params":[],
         "params":["0xa::m::Pair<u8, vector<bool>>"],"return":[]}],
        "structs":[{"name":"Pair","is_native":false,"abilities":["copy","drop"],
         "generic_type_params":[{"constraints":[],"is_phantom":false},{"constraints":[],"is_phantom":false}],
         "fields":[{"name":"x","type":"T1"},{"name":"y","type":"vector<T0>"}]}]}"#;
    let interface = load(Vm::Aptos, text);
    let f = interface
        .lookup("f")
        .next()
        .and_then(|f| f.signature.as_ref().ok())
        .expect("callable");
    let Ok(Some(TypeBody::Struct(fields))) = interface.resolve(&f.params[0].ty) else {
        panic!()
    };
    let written: Vec<_> = fields
        .iter()
        .map(|field| match &field.ty {
            TargetType::Move(ty) => format!("{}: {ty}", field.name),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(written, ["x: vector<bool>", "y: vector<u8>"]);
}

#[test]
fn types_that_are_used_often_are_followed_once() {
    // Followed at each use, these 30 types would take 2^30 steps.
    let ty = |n: usize| {
        let next = format!(r#"{{"defined":{{"name":"T{}"}}}}"#, n + 1);
        format!(
            r#"{{"name":"T{n}","type":{{"kind":"struct","fields":[{{"name":"a","type":{next}}},{{"name":"b","type":{next}}}]}}}}"#
        )
    };
    let mut types: Vec<_> = (0..30).map(ty).collect();
    types.push(r#"{"name":"T30","type":{"kind":"struct"}}"#.to_owned());
    let instruction = r#"{"name":"f","discriminator":[1],"accounts":[],"args":[{"name":"a","type":{"defined":{"name":"T0"}}}]}"#;
    let interface = load(Vm::Svm, &idl(instruction, &types.join(",")));
    assert!(interface.lookup("f").all(|f| f.signature.is_ok()));
}
