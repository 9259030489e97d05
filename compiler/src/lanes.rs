//! Timelines in plain text: a lane for each chain, and what happened on it, line by line.

/// A timeline. What every row leaves empty takes no room.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    heads: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
enum Row {
    /// When, in which lane, what, and a note behind the lanes.
    In(String, usize, String, String),
    /// A line across all lanes.
    Across(String),
}

impl Lanes {
    /// A timeline without rows: the head of the column before the lanes, of each lane, and of the column behind them.
    pub(crate) fn new(before: &str, lanes: &[String], behind: &str) -> Self {
        let heads = [&[before.to_owned()], lanes, &[behind.to_owned()]].concat();
        Lanes {
            heads,
            rows: Vec::new(),
        }
    }

    /// Adds what happened in a lane.
    pub(crate) fn row(&mut self, before: &str, lane: usize, what: &str, behind: &str) {
        let row = Row::In(before.into(), lane, what.into(), behind.into());
        self.rows.push(row);
    }

    /// Adds a line that belongs to no lane.
    pub(crate) fn across(&mut self, what: &str) {
        self.rows.push(Row::Across(what.to_owned()));
    }

    /// The text.
    pub(crate) fn print(&self) -> String {
        let columns = self.heads.len();
        let cells = |row: &Row| match row {
            Row::In(before, lane, what, behind) => {
                let mut cells = vec![String::new(); columns];
                cells[0].clone_from(before);
                cells[1 + lane].clone_from(what);
                cells[columns - 1].clone_from(behind);
                Some(cells)
            }
            Row::Across(_) => None,
        };
        let rows: Vec<_> = self.rows.iter().map(cells).collect();
        let width = |column: usize| {
            let cells = rows.iter().flatten().map(|cells| cells[column].as_str());
            let all = cells.chain([self.heads[column].as_str()]);
            all.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..columns).map(width).collect();
        let mut text = line(&self.heads, &widths);
        for (row, cells) in self.rows.iter().zip(&rows) {
            text += &match (row, cells) {
                (Row::Across(what), _) => format!("  {what}\n"),
                (_, cells) => line(cells.as_deref().unwrap_or_default(), &widths),
            };
        }
        text
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let used = cells.iter().zip(widths).filter(|(_, width)| **width > 0);
    let cells: String = used
        .map(|(cell, width)| format!("  {cell:<width$}"))
        .collect();
    cells.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::Lanes;

    #[test]
    fn lanes_are_as_wide_as_what_is_in_them() {
        let mut lanes = Lanes::new("", &["a".to_owned(), "sui".to_owned()], "where");
        lanes.row("", 0, "starts", "x:1");
        lanes.across("-- later --");
        lanes.row("", 1, "é", "");
        let expected = "  a       sui  where\n  starts       x:1\n  -- later --\n          é\n";
        assert_eq!(lanes.print(), expected);
    }
}
