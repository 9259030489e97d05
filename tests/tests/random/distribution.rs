//! Every construct of the language is among the workflows, and often enough to matter.

use std::collections::BTreeSet;

use crate::proved::survey;

/// How often each construct is there at least, in all workflows together.
const LEAST: u64 = 20;

const PLACES: [&str; 5] = ["home", "evm", "svm", "sui", "aptos"];

const TYPES: [&str; 12] = [
    "bool", "uN", "iN", "bytesN", "bytes", "string", "list", "array", "option", "record", "enum",
    "address",
];

/// Constructs that are what they are wherever they stand.
const SINGLE: [&str; 196] = [
    "workflow",
    "project with several workflows",
    "project of one file",
    "project of 2 files",
    "project of 3 files",
    "project of 4 files",
    "name of several declarations",
    "import behind declarations",
    "import by another name",
    "operator on the left of another",
    "operator on the right of another",
    "else if",
    "clauses in any order",
    "const in a const",
    "operator in a const",
    "deployment constant in a const",
    "workflow at home only",
    "workflow on several chains",
    "workflow on chains of one VM",
    "several steps on one chain",
    "home step before remote ones",
    "home step between remote ones",
    "home step after remote ones",
    "authorise anyone",
    "authorise an input",
    "authorise a constant",
    "transport",
    "via",
    "return",
    "const",
    "let",
    "let with a type",
    "fn",
    "fn without parameters",
    "fn with several parameters",
    "let in a function",
    "function in a const",
    "function in a function",
    "function in a let",
    "function in a guard",
    "function in an if",
    "function in a result",
    "function in a later call",
    "function in accounts",
    "function in an argument",
    "parallel of 2",
    "parallel of 3",
    "if with one arm",
    "if with two arms",
    "if in if",
    "parallel in if",
    "attempt in if",
    "repeat in if",
    "several statements in if",
    "abort after a step",
    "attempt",
    "take",
    "take of several assets",
    "pay",
    "function in a take",
    "function in a payment",
    "parallel in attempt",
    "if in attempt",
    "repeat in attempt",
    "several statements in attempt",
    "several statements in an alternative",
    "abort",
    "abort in attempt",
    "attempt after attempt",
    "workflow at home on evm",
    "workflow at home on svm",
    "workflow at home on sui",
    "workflow at home on aptos",
    "documented step",
    "on refused compensate",
    "result without a name",
    "result with a type",
    "value",
    "types",
    "object",
    "clock",
    "account of custody",
    "account @NAME",
    "account ata",
    "account of a value",
    "account of the interface",
    "account payer",
    "account pda",
    "account pda_of",
    "account program",
    "account self",
    "account that signs",
    "seed of a key",
    "seed of a value",
    "seed of bytes",
    "constant",
    "use of an input",
    "use of a result",
    "field",
    "field in place",
    "record in place",
    "list in place",
    "array in place",
    "widened uN",
    "widened iN",
    "widened bytes",
    "widened string",
    "widened list",
    "guard on a result",
    "result for a later step",
    "result for a compensation",
    "result for a confirmation",
    "result returned",
    "!",
    "&&",
    "||",
    "+",
    "-",
    "*",
    "/",
    "%",
    "arithmetic in a guard",
    "arithmetic in an if",
    "arithmetic in an argument",
    "arithmetic in a later call",
    "arithmetic in a result",
    "guard that may have no value",
    "argument that may have no value",
    "repeat of a number",
    "repeat of a const",
    "repeat of one",
    "if in repeat",
    "attempt in repeat",
    "parallel in repeat",
    "repeat in repeat",
    "let in repeat",
    "repeat with a counter",
    "parallel with a repeat",
    "atomic of one step",
    "atomic of several steps",
    "asset",
    "asset for its token",
    "several assets",
    "asset of coin",
    "asset of erc20",
    "asset of fungible",
    "asset of native",
    "asset of spl",
    "asset of token2022",
    "asset in types",
    "asset in objects",
    "amount in an input",
    "amount in a let",
    "amount in a result of a step",
    "amount in a result of a workflow",
    "converted amount",
    "exact",
    "exact of arithmetic",
    "exact in a let",
    "floor on one chain",
    "floor on several chains",
    "floor to the giver",
    "floor to somebody else",
    "use of what is held",
    "use of what a floor splits off",
    "spend on evm",
    "spend on svm",
    "spend on sui",
    "spend on aptos",
    "spend by a pivot",
    "spend by a retriable step",
    "spend of several",
    "spend of several assets",
    "spend of native currency",
    "spend as an argument",
    "spend taken from the caller",
    "call in a guard",
    "answer of type bool",
    "answer of type uN",
    "answer of type iN",
    "answer of type bytesN",
    "answer of type address",
    "ask beside another",
    "ask in an ask",
    "ask of a result",
    "ask that may have no value",
    "ask with a budget of its own",
    "ask with accounts",
    "ask with objects",
    "ask with types",
    "call with 0 arguments",
    "call with 1 arguments",
    "call with 2 arguments",
    "call with 3 arguments",
    "call with 4 arguments",
    "call with 5 arguments",
];

/// Each of some words in each of some phrases, in which `_` stands for the word.
fn each(phrases: &[&str], words: &[&str]) -> Vec<String> {
    let phrases = phrases.iter();
    phrases
        .flat_map(|phrase| words.iter().map(|word| phrase.replacen('_', word, 1)))
        .collect()
}

fn expected() -> BTreeSet<String> {
    let steps = [
        "step on _",
        "compensate CALL on _",
        "compensate none on _",
        "pivot on _",
        "retriable on _",
        "else hold for on _",
        "confirm on _",
        "require on _",
        "ask on _",
        "on refused continue on _",
    ];
    let places = [
        "input of type _",
        "argument of type _",
        "result of type _",
        "returned value of type _",
        "_ inside list",
        "_ inside array",
        "_ inside option",
    ];
    let literals = ["bool", "uN", "iN", "bytesN", "bytes", "string", "enum"];
    let equal = ["uN", "iN", "bool", "bytesN", "address", "enum"];
    let shared = [
        "chain", "asset", "contract", "record", "enum", "const", "function",
    ];
    let documented = [&shared[..], &["workflow"]].concat();
    let lengths = ["1", "2", "3", "4", "5"];
    let all = [
        SINGLE.map(str::to_owned).to_vec(),
        each(&steps, &PLACES),
        each(&["on refused retry on _"], &PLACES[1..]),
        each(&places, &TYPES),
        each(&["literal of type _"], &literals),
        each(&["import of a _"], &shared),
        each(&["documented _"], &documented),
        each(&["documented part of a _"], &["record", "enum", "workflow"]),
        each(&["== of _", "!= of _"], &equal),
        each(&["< of _", "<= of _", "> of _", ">= of _"], &equal[..2]),
        each(&["workflow of _ steps"], &lengths),
    ];
    all.into_iter().flatten().collect()
}

#[test]
fn every_construct_is_generated() {
    let counts = survey().census.counts();
    let expected = expected();
    let rare = expected.iter().filter_map(|construct| {
        let count = counts.get(construct).copied().unwrap_or(0);
        (count < LEAST).then_some((construct, count))
    });
    let rare: Vec<_> = rare.collect();
    assert!(rare.is_empty(), "too rare: {rare:#?}");
    let unlisted: Vec<_> = counts.keys().filter(|it| !expected.contains(*it)).collect();
    assert!(
        unlisted.is_empty(),
        "counted and not expected: {unlisted:#?}"
    );
}
