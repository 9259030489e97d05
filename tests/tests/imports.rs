//! Types of one name in two files, in one workflow: emitted code tells them apart, and the real compilers take it.

use xcc_tests::acceptance::{
    accept_aptos, accept_layout, accept_programs, accept_solidity, accept_sui,
};
use xcc_tests::project::Project;

/// Declares an `Order` and a `Side`, and imports others.
const FEATURE: &str = r#"
import { ethereum, solana, Solana, Sui, Aptos } from "shared/desk.xcc";
import { Order as Placed, Side as Way, Ticket, LEAST } from "shared/desk.xcc";

/// Which hand.
enum Side { Left, Right, Both }
/// What the user wants.
record Order { side: Side, placed: Placed }

workflow Feature on ethereum (
    user: address@ethereum,
    owner: address@solana,
    order: Order,
    number: u32,
) {
    authorise user;
    transport wormhole;

    step solana_place = Solana.place(number, 1) -> (ticket: Ticket)
        within 1h
        accounts {
            state: @STATE,
            authority: self,
            payer: payer,
            owner: owner,
            order: pda("order", order.placed.key, order.placed.side, order.side),
            purse: ata(owner, @STATE),
        }
        gas 50_000
        compensate none;

    step sui_run = Sui.run(LEAST)
        within 1h
        objects { state: @OBJECT }
        gas 1_000_000
        require order.side == Side.Both || order.placed.side == Way.Sell
        compensate none;

    step aptos_run = Aptos.run(LEAST)
        within 1h
        gas 100_000
        require order.side != Side.Left && order.placed.side == Way.Buy
        pivot;
}
"#;

/// Declares types of the same names.
const DESK: &str = r#"
import { ethereum as home } from "../chains.xcc";

chain solana: svm;
chain sui: sui;
chain aptos: aptos;
contract Solana on solana from "../interfaces/svm.json";
contract Sui on sui from "../interfaces/sui.json";
contract Aptos on aptos from "../interfaces/aptos.json";

/// Which way money goes.
enum Side { Buy, Sell }
/// What the desk has.
record Order { key: address@solana, side: Side, by: address@home }
record Ticket { label: string<8>, key: address@solana, serial: u32 }
const LEAST: u64 = 1;
"#;

/// Declares what is left of what the manifest binds.
const CHAINS: &str = r#"
chain ethereum: evm;
chain base: evm;
contract Home on ethereum from "interfaces/evm.json";
contract Base on base from "interfaces/evm.json";
"#;

#[test]
fn types_of_one_name_in_two_files_are_two_in_emitted_code() {
    // The root names the home chain through the desk's file, which does not declare it.
    let error = Project::compile_files(&files(FEATURE), &[]).expect_err("an import of an import");
    assert!(error.to_string().contains("XCC0226"), "{error}");

    let chains = "import { ethereum } from \"chains.xcc\";";
    let feature = format!("{chains}{}", FEATURE.replace("{ ethereum, ", "{ "));
    let project = Project::compile_files(&files(&feature), &[]);
    let project = project.unwrap_or_else(|error| panic!("{error}"));
    for (target, names) in [
        (
            "evm",
            [
                "struct Order {",
                "struct DeskOrder {",
                "enum Side {",
                "enum DeskSide {",
            ],
        ),
        (
            "svm",
            [
                "pub enum Side {",
                "pub enum DeskSide {",
                "Side::",
                "DeskSide::",
            ],
        ),
    ] {
        let text: String = project.files(target).map(|(_, text)| text).collect();
        for name in names {
            assert!(text.contains(name), "{target} has no `{name}`");
        }
    }
    accept_solidity("imports", &project);
    accept_programs("imports", &project);
    accept_sui("imports", &project);
    accept_aptos("imports", &project);
    accept_layout("imports", &project);
}

fn files(feature: &str) -> [(&str, &str); 3] {
    [
        ("feature.xcc", feature),
        ("shared/desk.xcc", DESK),
        ("chains.xcc", CHAINS),
    ]
}
