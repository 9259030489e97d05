//! Holds the Solidity side of the importer, and ethabi behind it, against an independent implementation of the ABI.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_json_abi::JsonAbi;
use alloy_sol_types::private::{Address, B256, I256, U256};
use ethabi::Token;
use proptest::prelude::*;
use serde_json::{Value, json};
use xcc::import::{EvmType, FunctionKind, Interface, Signature, TargetType, import};
use xcc::vm::Vm;

fn load(text: &str) -> Interface {
    import(Vm::Evm, "contract.json", text).expect("the ABI loads")
}

/// Selectors and canonical signatures of every function, as the importer has them.
fn imported(interface: &Interface) -> Vec<(String, [u8; 4])> {
    let mut facts = Vec::new();
    for function in interface.all_functions() {
        let FunctionKind::Evm(evm) = &function.signature.as_ref().expect("supported").kind else {
            panic!("{} is no Solidity function", function.name)
        };
        facts.push((evm.canonical.clone(), evm.selector));
    }
    facts.sort();
    facts
}

fn reference(abi: &JsonAbi) -> Vec<(String, [u8; 4])> {
    let mut facts: Vec<_> = abi
        .functions()
        .map(|f| (f.signature(), f.selector().0))
        .collect();
    facts.sort();
    facts
}

#[test]
fn fixtures_have_the_selectors_of_the_reference() {
    for name in ["SwapRouter", "LendingPool", "Erc4626Vault"] {
        let path = format!(
            "{}/suite/import/evm/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(&path).expect("the fixture is there");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let abi = document.get("abi").unwrap_or(&document);
        let abi = serde_json::from_str::<JsonAbi>(&abi.to_string()).expect("an ABI");
        assert_eq!(imported(&load(&text)), reference(&abi), "{name}");
    }
}

/// A Solidity type.
#[derive(Clone, Debug)]
enum Ty {
    Bool,
    Address,
    Uint(usize),
    Int(usize),
    FixedBytes(usize),
    Bytes,
    String,
    Array(Box<Ty>),
    FixedArray(Box<Ty>, usize),
    Tuple(Vec<Ty>),
}

fn types() -> impl Strategy<Value = Ty> {
    let leaf = prop_oneof![
        Just(Ty::Bool),
        Just(Ty::Address),
        Just(Ty::Bytes),
        Just(Ty::String),
        (1usize..=32).prop_map(|bytes| Ty::Uint(8 * bytes)),
        (1usize..=32).prop_map(|bytes| Ty::Int(8 * bytes)),
        (1usize..=32).prop_map(Ty::FixedBytes),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|item| Ty::Array(Box::new(item))),
            (inner.clone(), 1usize..4)
                .prop_map(|(item, length)| Ty::FixedArray(Box::new(item), length)),
            prop::collection::vec(inner, 1..4).prop_map(Ty::Tuple),
        ]
    })
}

impl Ty {
    /// The `type` and the `components` of the ABI's JSON.
    fn json(&self) -> (String, Option<Value>) {
        match self {
            Self::Bool => ("bool".to_owned(), None),
            Self::Address => ("address".to_owned(), None),
            Self::Uint(bits) => (format!("uint{bits}"), None),
            Self::Int(bits) => (format!("int{bits}"), None),
            Self::FixedBytes(bytes) => (format!("bytes{bytes}"), None),
            Self::Bytes => ("bytes".to_owned(), None),
            Self::String => ("string".to_owned(), None),
            Self::Array(item) => {
                let (base, components) = item.json();
                (format!("{base}[]"), components)
            }
            Self::FixedArray(item, length) => {
                let (base, components) = item.json();
                (format!("{base}[{length}]"), components)
            }
            Self::Tuple(items) => {
                let components = items
                    .iter()
                    .enumerate()
                    .map(|(place, item)| item.param(&format!("c{place}")));
                ("tuple".to_owned(), Some(components.collect()))
            }
        }
    }

    fn param(&self, name: &str) -> Value {
        let (ty, components) = self.json();
        let mut param = json!({"name": name, "type": ty});
        if let Some(components) = components {
            param["components"] = components;
        }
        param
    }

    /// One value in the terms of both libraries.
    fn value(&self, bytes: &mut Bytes) -> (Token, DynSolValue) {
        match self {
            Self::Bool => {
                let value = bytes.below(2) == 1;
                (Token::Bool(value), DynSolValue::Bool(value))
            }
            Self::Address => {
                let word = bytes.take::<20>();
                (
                    Token::Address(word.into()),
                    DynSolValue::Address(Address::from(word)),
                )
            }
            Self::Uint(bits) => {
                let word = bytes.integer(*bits, Sign::None);
                (
                    Token::Uint(word.into()),
                    DynSolValue::Uint(U256::from_be_bytes(word), *bits),
                )
            }
            Self::Int(bits) => {
                let word = bytes.integer(*bits, Sign::Extended);
                (
                    Token::Int(word.into()),
                    DynSolValue::Int(I256::from_be_bytes(word), *bits),
                )
            }
            Self::FixedBytes(size) => {
                let mut word = [0; 32];
                word[..*size].copy_from_slice(&bytes.take::<32>()[..*size]);
                (
                    Token::FixedBytes(word[..*size].to_vec()),
                    DynSolValue::FixedBytes(B256::from(word), *size),
                )
            }
            Self::Bytes => {
                let value = bytes.some();
                (Token::Bytes(value.clone()), DynSolValue::Bytes(value))
            }
            Self::String => {
                let value: String = bytes.some().into_iter().map(char::from).collect();
                (Token::String(value.clone()), DynSolValue::String(value))
            }
            Self::Array(item) => {
                let length = bytes.below(4);
                let (ours, theirs) = (0..length).map(|_| item.value(bytes)).unzip();
                (Token::Array(ours), DynSolValue::Array(theirs))
            }
            Self::FixedArray(item, length) => {
                let (ours, theirs) = (0..*length).map(|_| item.value(bytes)).unzip();
                (Token::FixedArray(ours), DynSolValue::FixedArray(theirs))
            }
            Self::Tuple(items) => {
                let (ours, theirs) = items.iter().map(|item| item.value(bytes)).unzip();
                (Token::Tuple(ours), DynSolValue::Tuple(theirs))
            }
        }
    }
}

/// Whether the unused high bits of an integer repeat its sign.
#[derive(Clone, Copy)]
enum Sign {
    None,
    Extended,
}

/// An endless stream of bytes from a seed (Knuth's linear congruential generator).
struct Bytes(u64);

impl Bytes {
    fn next(&mut self) -> u8 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 56) as u8
    }

    fn below(&mut self, bound: u8) -> usize {
        usize::from(self.next() % bound)
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next())
    }

    fn some(&mut self) -> Vec<u8> {
        (0..self.below(70)).map(|_| self.next()).collect()
    }

    fn integer(&mut self, bits: usize, sign: Sign) -> [u8; 32] {
        let mut word: [u8; 32] = self.take();
        let start = 32 - bits / 8;
        let fill = match sign {
            Sign::Extended if word[start] & 0x80 != 0 => 0xff,
            Sign::Extended | Sign::None => 0,
        };
        word[..start].fill(fill);
        word
    }
}

fn evm_types(signature: &Signature) -> Vec<&EvmType> {
    let types = signature.params.iter().map(|param| &param.ty);
    types.map(solidity_type).collect()
}

fn solidity_type(ty: &TargetType) -> &EvmType {
    match ty {
        TargetType::Evm(ty) => ty,
        other => panic!("{other:?} is no Solidity type"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_type_is_encoded_as_the_reference_does(params in prop::collection::vec(types(), 0..4), seed: u64) {
        let inputs: Vec<Value> = params.iter().enumerate().map(|(place, ty)| ty.param(&format!("p{place}"))).collect();
        let text = json!([{"type": "function", "name": "f", "inputs": inputs, "outputs": [], "stateMutability": "nonpayable"}]).to_string();

        let interface = load(&text);
        let abi = serde_json::from_str::<JsonAbi>(&text).expect("an ABI");
        prop_assert_eq!(imported(&interface), reference(&abi));

        let function = interface.lookup("f").next().expect("f is there");
        let signature = function.signature.as_ref().expect("f is supported");
        let kinds: Vec<_> = evm_types(signature).into_iter().map(EvmType::to_ethabi).collect();
        let (ours, theirs): (Vec<_>, Vec<_>) = params.iter().map(|ty| ty.value(&mut Bytes(seed))).unzip();
        prop_assert!(Token::types_check(&ours, &kinds));
        let encoded = ethabi::encode(&ours);
        prop_assert_eq!(hex::encode(&encoded), hex::encode(DynSolValue::Tuple(theirs.clone()).abi_encode_params()));

        let decoded = ethabi::decode(&kinds, &encoded).expect("ethabi reads what it wrote");
        prop_assert_eq!(decoded, ours);
        let types: Vec<_> = evm_types(signature).iter().map(|ty| DynSolType::parse(&ty.to_string()).expect("a type")).collect();
        let decoded = DynSolType::Tuple(types).abi_decode_params(&encoded).expect("the reference reads it too");
        prop_assert_eq!(decoded, DynSolValue::Tuple(theirs));
    }

    #[test]
    fn no_type_is_accepted_that_the_reference_refuses(text in "(u?int|bytes|bool|address|string|u?fixed|enum)[0-9x]{0,4}(\\[[0-9]{0,2}\\]?){0,2}") {
        let abi = json!([{"type": "function", "name": "f", "inputs": [{"name": "x", "type": text}], "outputs": []}]).to_string();
        let interface = load(&abi);
        let function = interface.lookup("f").next().expect("f is kept");
        if let Ok(signature) = &function.signature {
            let ours = evm_types(signature)[0].to_string();
            let theirs = DynSolType::parse(&text).map(|ty| ty.sol_type_name().into_owned());
            prop_assert_eq!(theirs.as_ref().ok(), Some(&ours), "{} {:?}", text, theirs);
        }
    }
}
