//! Tables in plain text: aligned, and no wider than what is in them.

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// A table with a title.
#[derive(Clone, Debug)]
pub(super) struct Table {
    title: String,
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(title: impl Into<String>, columns: &[(&'static str, Align)]) -> Self {
        Self {
            title: title.into(),
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns.len());
        self.rows.push(cells.to_vec());
    }

    /// The table, or nothing if it has no rows. Columns in which every cell is empty are left out.
    pub(super) fn print(&self, style: &dyn Fn(&str) -> String) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let columns = self.used_columns();
        let heads: Vec<_> = self.columns.iter().map(|(head, _)| *head).collect();
        let mut text = format!("{}\n", style(&self.title));
        text += &style(&line(&columns, &heads));
        text.push('\n');
        for row in &self.rows {
            text += &line(&columns, row);
            text.push('\n');
        }
        text
    }

    fn used_columns(&self) -> Vec<Column> {
        let columns = self.columns.iter().enumerate();
        let used = columns.filter(|(index, _)| self.rows.iter().any(|row| !row[*index].is_empty()));
        let column = |(index, (head, align)): (usize, &(&str, Align))| {
            let cells = self.rows.iter().map(|row| row[index].as_str());
            let widths = cells.chain([*head]).map(|cell| cell.chars().count());
            Column {
                index,
                align: *align,
                width: widths.max().unwrap_or(0),
            }
        };
        used.map(column).collect()
    }
}

/// A column that is printed.
struct Column {
    index: usize,
    align: Align,
    width: usize,
}

fn line(columns: &[Column], cells: &[impl AsRef<str>]) -> String {
    let mut line = String::new();
    for column in columns {
        let cell = cells[column.index].as_ref();
        let pad = column.width - cell.chars().count();
        let (before, after) = match column.align {
            Align::Left => (0, pad),
            Align::Right => (pad, 0),
        };
        line.extend(std::iter::repeat_n(' ', 2 + before));
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', after));
    }
    line.truncate(line.trim_end().len());
    line
}

/// A number with its thousands apart, as in `90,000`.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let columns = [
            ("name", Align::Left),
            ("via", Align::Left),
            ("size", Align::Right),
        ];
        let mut table = Table::new("messages", &columns);
        table.row(["é".into(), String::new(), "7".into()]);
        table.row(["longer".into(), String::new(), "1,000".into()]);
        let text = table.print(&str::to_owned);
        assert_eq!(
            text,
            "messages\n  name     size\n  é           7\n  longer  1,000\n"
        );
    }

    #[test]
    fn numbers_have_their_thousands_apart() {
        let numbers = [0, 999, 1000, 90_000, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "999", "1,000", "90,000", "1,234,567"]);
    }
}
