//! The table of threats: every line is there, and each names tests that exist or says what it waits for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use xcc_tests::tools::suite_dir;

/// How many lines the table has.
const LINES: usize = 99;

const TABLE: &str = include_str!("../../compiler/docs/threats.md");

/// The cells of each line, its number first.
fn lines() -> Vec<Vec<&'static str>> {
    let rows = TABLE.lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|row| {
        row.trim_matches('|')
            .split('|')
            .map(str::trim)
            .collect::<Vec<_>>()
    });
    cells
        .filter(|cells| cells[0].parse::<usize>().is_ok())
        .collect()
}

/// The names of the test functions of a file.
fn tests_in(text: &str) -> BTreeSet<&str> {
    let after = text.split("#[test]").skip(1);
    let names = after.filter_map(|text| {
        let (_, rest) = text.split_once("fn ")?;
        rest.split_once('(').map(|(name, _)| name)
    });
    names.collect()
}

#[test]
fn the_table_is_whole() {
    let numbers: Vec<usize> = lines()
        .iter()
        .map(|cells| cells[0].parse().unwrap())
        .collect();
    assert_eq!(numbers, (1..=LINES).collect::<Vec<_>>());
}

#[test]
fn each_line_names_tests_that_exist_or_what_it_waits_for() {
    let folder = suite_dir().join("tests");
    for cells in lines() {
        let [number, _, answer, shown] = cells[..] else {
            panic!("{cells:?}");
        };
        let waits = answer.starts_with("waits for ");
        assert_eq!(waits, shown == "–", "{number}");
        let named = shown.split(", ").filter(|_| !waits);
        for test in named.map(|test| test.trim_matches('`')) {
            let (file, name) = test.split_once("::").expect(test);
            let text = fs::read_to_string(folder.join(Path::new(file))).expect(test);
            assert!(
                tests_in(&text).contains(name),
                "{number}: there is no {test}"
            );
        }
    }
}
