//! What the compiler's stack has room for: xcc refuses what it has not, and all that it lets through compiles.

use xcc_tests::acceptance::accept_solidity;
use xcc_tests::project::{FEATURE_HEAD, Project};

/// A source with these declarations, inputs and steps.
fn source(declarations: &str, inputs: &str, steps: &str) -> String {
    format!(
        "{FEATURE_HEAD}{declarations}
        workflow Feature on ethereum (user: address@ethereum, amount: u64, {inputs}) {{
            authorise user;
            transport wormhole;
            {steps}
            step last = Solana.run(amount) within 1h accounts {{ state: @STATE, authority: self }} gas 50_000 pivot;
        }}"
    )
}

/// A source with an input whose type has these levels, from the outermost: a list, an array or a record.
fn with_input(levels: &str, innermost: &str) -> String {
    let mut declarations = String::new();
    let mut ty = innermost.to_owned();
    for (depth, level) in levels.chars().rev().enumerate() {
        ty = match level {
            'L' => format!("list<{ty}, 2>"),
            'A' => format!("[{ty}; 2]"),
            _ => {
                declarations += &format!("record R{depth} {{ inner: {ty}, other: u8 }}\n");
                format!("R{depth}")
            }
        };
    }
    source(&declarations, &format!("z: {ty}"), "")
}

#[track_caller]
fn accepts(label: &str, source: &str) {
    let project = Project::compile_source(source, &[]);
    let project = project.unwrap_or_else(|error| panic!("{label}: {error}"));
    accept_solidity(label, &project);
}

#[track_caller]
fn refuses(label: &str, source: &str, why: &str) {
    let error = Project::compile_source(source, &[]).expect_err(label);
    let text = error.to_string();
    assert!(
        text.contains("XCC0910") && text.contains(why),
        "{label}: {text}"
    );
}

#[test]
fn inputs_that_nest_as_deep_as_they_may_compile() {
    let numbers = ["LLL", "LLLR", "RLLL", "AAA", "LLRRRR", "RARRAR", "LRRRRRRR"];
    for levels in numbers.into_iter().chain(["RRRRRRRRRRR"]) {
        accepts(levels, &with_input(levels, "u64"));
    }
    for levels in ["LL", "RLLR", "AARR", "LRRRRRR"] {
        accepts(levels, &with_input(levels, "string<4>"));
    }
}

#[test]
fn inputs_that_nest_deeper_are_refused() {
    for levels in ["LLLL", "RLRLL", "AAAA", "ALAL", "RRRLRRLR"] {
        refuses(levels, &with_input(levels, "u64"), "input `z`");
    }
    for levels in ["AAA", "LLLR", "RLLRR"] {
        refuses(levels, &with_input(levels, "string<4>"), "input `z`");
    }
}

/// A source whose first step, on this contract and chain, is handed so many records, each with a list of its own.
fn with_lists(contract: &str, chain: &str, count: usize) -> String {
    let order = |id| format!("Order {{ id: {id}, owner: owner, parts: [small, {id}] }}");
    let orders: Vec<_> = (0..count).map(order).collect();
    let declarations = format!(
        "enum Kind {{ Limit, Market }}
        record Order {{ id: u64, owner: address@{chain}, parts: list<u32, 3> }}
        record Side {{ label: string<6>, open: bool }}
        record Pair {{ sides: [Side; 2], price: u128 }}"
    );
    let within = if chain == "ethereum" { "" } else { "within 1h" };
    let step = format!(
        "step first = {contract}.arrange([{}], grid, pair, kind, kinds) {within} gas 200_000 compensate none;",
        orders.join(", ")
    );
    let inputs = format!(
        "small: u32, owner: address@{chain}, grid: list<list<u64, 3>, 2>, pair: Pair, kind: Kind, kinds: list<Kind, 3>"
    );
    source(&declarations, &inputs, &step)
}

#[test]
fn as_many_lists_as_may_be_made_compile() {
    accepts("at home", &with_lists("Home", "ethereum", 7));
    accepts("elsewhere", &with_lists("Base", "base", 5));
}

#[test]
fn more_lists_are_refused() {
    let why = "lists are made";
    refuses("at home", &with_lists("Home", "ethereum", 8), why);
    refuses("elsewhere", &with_lists("Base", "base", 6), why);
    refuses("many", &with_lists("Base", "base", 12), why);
}

#[test]
fn a_function_is_given_lists_of_one_type() {
    let text = with_lists("Base", "base", 1);
    let other = "record Other { id: u64, owner: address@base, parts: list<u32, 3> }\nenum Kind";
    let second = "step last = Base.arrange([Other { id: 1, owner: owner, parts: [small] }], grid, pair, kind, kinds)
        within 1h gas 200_000 compensate none;\nstep end =";
    let text = text
        .replace("enum Kind", other)
        .replace("step last =", second);
    refuses("two types", &text, "lists of different types");
}

#[test]
fn a_later_call_of_a_function_is_looked_at_too() {
    let fund = |name: &str, value: &str| {
        format!("step {name} = Home.fund(amount) gas 90_000 {value} compensate none;")
    };
    let steps = fund("first", "") + &fund("second", "value amount");
    let text = source("", "other: u64", &steps);
    refuses("a later call", &text, "nobody brings");
}
