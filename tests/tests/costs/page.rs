//! The page notices what is not as it says.

use xcc_tests::costs::{Row, Table};

fn table(number: &str, tolerance: u64) -> Table {
    Table {
        columns: ["what", "used"].map(str::to_owned).into(),
        rows: vec![Row {
            cells: ["`start`", number].map(str::to_owned).into(),
            tolerance,
        }],
    }
}

#[test]
fn numbers_are_right_aligned_and_compared_to_the_unit() {
    let measured = table("10,000", 0);
    let shown = measured.render();
    assert_eq!(shown, "| what | used |\n|---|---:|\n| `start` | 10,000 |\n");
    assert!(measured.agrees(&shown));
    assert!(!table("10,001", 0).agrees(&shown));
    assert!(!table("–", 0).agrees(&shown));
}

#[test]
fn a_tolerance_goes_both_ways_and_no_further() {
    let shown = table("10,000", 0).render();
    assert!(table("10,300", 30).agrees(&shown) && table("9,710", 30).agrees(&shown));
    assert!(!table("10,400", 30).agrees(&shown) && !table("9,600", 30).agrees(&shown));
}

#[test]
fn a_row_more_or_less_is_noticed() {
    let measured = table("10,000", 0);
    let shown = measured.render();
    let head: Vec<_> = shown.lines().take(2).collect();
    assert!(!measured.agrees(&head.join("\n")));
    assert!(!measured.agrees(&format!("{shown}| `cancel` | 1 |\n")));
    assert!(!measured.agrees(&shown.replace("start", "cancel")));
}
