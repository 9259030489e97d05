//! A generated project of any size, for measuring the compiler.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A project's files, by path.
#[derive(Clone, Debug)]
pub struct LargeProject {
    /// The text of each file.
    pub files: BTreeMap<String, String>,
}

/// The source file of a generated project.
pub const SOURCE: &str = "large.xcc";

const DECLARATIONS: &str = r#"chain ethereum: evm;
chain solana: svm;
chain aptos: aptos;
chain sui: sui;

contract Vault on ethereum from "vault.json";
contract Amm on solana from "amm.json";
contract Market on aptos from "market.json";
contract Pool on sui from "pool.json";
"#;

const VAULT: &str = r#"[
  {"type": "function", "name": "lock", "stateMutability": "nonpayable", "outputs": [],
   "inputs": [{"name": "owner", "type": "address"}, {"name": "amount", "type": "uint256"}]},
  {"type": "function", "name": "release", "stateMutability": "nonpayable", "outputs": [],
   "inputs": [{"name": "owner", "type": "address"}, {"name": "amount", "type": "uint256"}]}
]
"#;

const AMM: &str = r#"{
  "address": "AMM55ShdkoGRB5jVYPjWziwk8m5MpwyDgsMWHaMSQWH6",
  "metadata": {"name": "amm", "version": "0.1.0", "spec": "0.1.0"},
  "instructions": [
    {"name": "swap", "discriminator": [1, 2, 3, 4, 5, 6, 7, 8], "returns": "u64",
     "accounts": [{"name": "pool", "writable": true}, {"name": "authority", "signer": true}],
     "args": [{"name": "amount_in", "type": "u64"}, {"name": "minimum_amount_out", "type": "u64"}]},
    {"name": "swap_back", "discriminator": [8, 7, 6, 5, 4, 3, 2, 1],
     "accounts": [{"name": "pool", "writable": true}, {"name": "authority", "signer": true}],
     "args": [{"name": "amount_out", "type": "u64"}]}
  ]
}
"#;

const MARKET: &str = r#"{
  "address": "0xa1", "name": "market", "friends": [], "structs": [],
  "exposed_functions": [
    {"name": "supply", "visibility": "public", "is_entry": false, "is_view": false,
     "generic_type_params": [], "params": ["&signer", "u64"], "return": ["u64"]},
    {"name": "withdraw", "visibility": "public", "is_entry": false, "is_view": false,
     "generic_type_params": [], "params": ["&signer", "u64"], "return": []}
  ]
}
"#;

const POOL: &str = r#"{
  "fileFormatVersion": 6, "address": "0xb2", "name": "pool", "friends": [],
  "structs": {
    "Pool": {"abilities": {"abilities": ["Key"]}, "typeParameters": [], "fields": [{"name": "id", "type": {"Struct": {"address": "0x2", "module": "object", "name": "UID", "typeArguments": []}}}]}
  },
  "exposedFunctions": {
    "stake": {"visibility": "Public", "isEntry": false, "typeParameters": [],
      "parameters": [{"MutableReference": {"Struct": {"address": "0xb2", "module": "pool", "name": "Pool", "typeArguments": []}}}, "Address", "U64"],
      "return": ["U64"]}
  }
}
"#;

const MANIFEST: &str = r#"edition = "2026"

[project]
name = "large"
source = "large.xcc"

[profiles.local.chains.ethereum]
id = "eip155:31337"
wormhole = { chain = 2, core = "0x1111111111111111111111111111111111111111" }

[profiles.local.chains.solana]
id = "solana:local"
wormhole = { chain = 1, core = "worm2ZoG2kUd4vFXhvjh93UUH596ayRfgQ2MgjNMTth" }

[profiles.local.chains.aptos]
id = "aptos:4"
wormhole = { chain = 22, core = "0x22" }

[profiles.local.chains.sui]
id = "sui:local"
wormhole = { chain = 21, core = "0x21", state = "0x2121" }

[profiles.local.contracts]
Vault = "0x2222222222222222222222222222222222222222"
Amm = "AMM55ShdkoGRB5jVYPjWziwk8m5MpwyDgsMWHaMSQWH6"
Market = "0xa1"
Pool = "0xb2"

[profiles.local.constants]
AMM_POOL = "4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw"
STAKE_POOL = "0xb200"
"#;

/// A project of this many workflows, each of four steps on four virtual machines.
pub fn large_project(workflows: usize) -> LargeProject {
    let mut source = String::from(DECLARATIONS);
    let mut manifest = String::from(MANIFEST);
    for index in 0..workflows {
        write_workflow(&mut source, index);
        let _ = write!(
            manifest,
            "\n[profiles.local.programs.Workflow{index}]\nsolana = \"{}\"\n",
            program_id(index)
        );
    }
    let files = [
        (SOURCE, source),
        ("xcc.toml", manifest),
        ("vault.json", VAULT.into()),
        ("amm.json", AMM.into()),
        ("market.json", MARKET.into()),
        ("pool.json", POOL.into()),
    ];
    LargeProject {
        files: files.map(|(path, text)| (path.to_owned(), text)).into(),
    }
}

fn write_workflow(source: &mut String, index: usize) {
    let _ = write!(
        source,
        r#"
/// Locks funds, swaps them, lends a part and stakes the rest.
workflow Workflow{index} on ethereum (
    user: address@ethereum,
    owner: address@sui,
    amount: u64,
    min_out: u64,
) -> (shares: u64) {{
    authorise user;
    transport wormhole;

    step lock = Vault.lock(user, amount)
        gas 90_000
        compensate Vault.release(user, amount) gas 60_000;

    step swap = Amm.swap(amount, min_out) -> (amount_out)
        within {minutes}m
        accounts {{ pool: @AMM_POOL, authority: self }}
        gas 180_000
        require min_out > {floor}
        compensate Amm.swap_back(swap.amount_out) accounts {{ pool: @AMM_POOL, authority: self }} gas 180_000;

    step supply = Market.supply(swap.amount_out) -> (receipt)
        within {minutes}m
        gas 20_000
        compensate Market.withdraw(supply.receipt) gas 20_000;

    step stake = Pool.stake(owner, supply.receipt) -> (shares)
        within {minutes}m
        objects {{ pool: @STAKE_POOL }}
        gas 2_000_000
        pivot;

    return stake.shares;
}}
"#,
        minutes = 60 + index % 60,
        floor = index + 1,
    );
}

/// A program id that differs for each workflow: 32 bytes in base 58.
fn program_id(index: usize) -> String {
    let mut bytes = [7; 32];
    bytes[24..].copy_from_slice(&(index as u64).to_be_bytes());
    bs58::encode(bytes).into_string()
}
