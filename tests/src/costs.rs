//! The tables of `compiler/docs/costs.md`, held against what is measured.
//!
//! A table stands between `<!-- begin NAME -->` and `<!-- end NAME -->`. With `INSTA_UPDATE=always`, by which goldens are written,
//! what was measured is written there instead of compared.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::tools::suite_dir;

/// By how many parts in a thousand compute units may differ from the page: those of another compiler do.
pub const SOLANA_TOLERANCE: u64 = 30;

/// Tests of one process share the page.
static PAGE: Mutex<()> = Mutex::new(());

/// A table of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The cells of each row.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its cells, as they stand on the page.
    pub cells: Vec<String>,
    /// By how many parts in a thousand the numbers of the row may differ from those on the page.
    pub tolerance: u64,
}

impl Table {
    /// The table in Markdown. Columns that hold numbers alone stand to the right.
    #[must_use]
    pub fn render(&self) -> String {
        let lines = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let is_number = |column: usize| {
            let mut rows = self.rows.iter();
            rows.all(|row| row.cells[column] == "–" || number(&row.cells[column]).is_some())
        };
        let rule = (0..self.columns.len()).map(|column| match is_number(column) {
            true => "---:".to_owned(),
            false => "---".to_owned(),
        });
        let rule = format!("|{}|\n", rule.collect::<Vec<_>>().join("|"));
        let rows: String = self.rows.iter().map(|row| lines(&row.cells)).collect();
        lines(&self.columns) + &rule + &rows
    }

    /// Demands that the page shows this table under that name, or writes it there.
    ///
    /// # Panics
    /// When the page shows another table, with what to type, or cannot be read or written.
    #[track_caller]
    pub fn hold(&self, name: &str) {
        let _page = PAGE.lock().unwrap_or_else(PoisonError::into_inner);
        let path = page();
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("the page: {error}"));
        let (before, shown, after) = section(&text, name);
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            let text = format!("{before}{}{after}", self.render());
            return fs::write(&path, text).unwrap_or_else(|error| panic!("the page: {error}"));
        }
        assert!(
            self.agrees(shown),
            "`{name}` in compiler/docs/costs.md is not what was measured; INSTA_UPDATE=always writes it:\n{}",
            self.render()
        );
    }

    /// Whether the page shows the same rows, with numbers that are near enough.
    #[must_use]
    pub fn agrees(&self, shown: &str) -> bool {
        let rendered = self.render();
        let (mut lines, mut measured) = (shown.lines(), rendered.lines());
        let head = lines.by_ref().take(2).eq(measured.by_ref().take(2));
        let rows: Vec<_> = lines.collect();
        head && rows.len() == self.rows.len()
            && rows
                .iter()
                .zip(&self.rows)
                .all(|(line, row)| row.agrees(line))
    }
}

impl Row {
    fn agrees(&self, line: &str) -> bool {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells.len() == self.cells.len()
            && cells
                .iter()
                .zip(&self.cells)
                .all(|(shown, cell)| self.is_near(shown, cell))
    }

    fn is_near(&self, shown: &str, measured: &str) -> bool {
        match (number(shown), number(measured)) {
            (Some(shown), Some(measured)) => {
                shown.abs_diff(measured) * 1_000 <= measured * self.tolerance
            }
            _ => shown == measured,
        }
    }
}

/// A number as the page shows it: `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The number that the page shows so; of a fraction with two digits its hundredths.
fn number(text: &str) -> Option<u64> {
    text.replace([',', '.'], "").parse().ok()
}

fn page() -> PathBuf {
    suite_dir().join("../compiler/docs/costs.md")
}

/// What stands before, between and after the marks of a name.
#[track_caller]
fn section<'t>(text: &'t str, name: &str) -> (&'t str, &'t str, &'t str) {
    let find = |mark: &str| {
        let found = text.find(mark);
        found.unwrap_or_else(|| panic!("compiler/docs/costs.md has no `{mark}`"))
    };
    let begin = format!("<!-- begin {name} -->\n");
    let start = find(&begin) + begin.len();
    let end = find(&format!("<!-- end {name} -->"));
    (&text[..start], &text[start..end], &text[end..])
}
