//! Fragments of Move that know where they may be broken, laid out as the ecosystem's formatter would.
//!
//! A fragment is text with bracketed lists in it. Only lists break, outermost first: one item a line, with a trailing comma.

use crate::backend::printer::Printer;

/// A fragment of one statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doc {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    List(List),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    open: String,
    close: String,
    items: Vec<Doc>,
    /// What stands inside the brackets while the list is on one line.
    padding: &'static str,
    /// What follows the last item of a broken list.
    trailing: &'static str,
}

impl Doc {
    /// Text that is never broken.
    pub fn text(text: impl Into<String>) -> Self {
        Doc {
            parts: vec![Part::Text(text.into())],
        }
    }

    /// `open` item, item `close`
    pub fn list(open: impl Into<String>, items: Vec<Doc>, close: impl Into<String>) -> Self {
        Self::bracketed(open.into(), items, close.into(), "", ",")
    }

    /// `head(item, item)`
    pub fn call(head: impl Into<String>, items: Vec<Doc>) -> Self {
        Self::list(head.into() + "(", items, ")")
    }

    /// `head { item, item }`
    pub fn fields(head: impl Into<String>, items: Vec<Doc>) -> Self {
        Self::bracketed(head.into() + " {", items, "}".to_owned(), " ", ",")
    }

    /// `head (condition)`, broken without a comma.
    pub fn condition(head: impl Into<String>, condition: Doc) -> Self {
        Self::bracketed(head.into() + "(", vec![condition], ")".to_owned(), "", "")
    }

    /// The fragments one after the other.
    pub fn concat(docs: impl IntoIterator<Item = Doc>) -> Self {
        Doc {
            parts: docs.into_iter().flat_map(|doc| doc.parts).collect(),
        }
    }

    /// This and then the text.
    #[must_use]
    pub fn then(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// The text and then this.
    #[must_use]
    pub fn after(self, text: impl Into<String>) -> Self {
        Self::concat([Self::text(text), self])
    }

    /// The fragment on one line, however long.
    pub fn flat(&self) -> String {
        self.parts.iter().map(Part::flat).collect()
    }

    /// Writes the fragment as lines.
    pub fn write(&self, printer: &mut Printer) {
        let mut line = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Part::Text(text) => line += text,
                Part::List(list) => {
                    let rest = rest_of_line(&self.parts[index + 1..]);
                    let flat = list.flat();
                    if list.items.is_empty() || printer.fits(&format!("{line}{flat}{rest}")) {
                        line += &flat;
                    } else {
                        list.write_broken(&line, printer);
                        line = list.close.clone();
                    }
                }
            }
        }
        printer.line(line);
    }

    /// Writes `place = value;`, with the value on a line of its own if both do not fit one.
    pub fn write_assignment(place: &str, value: Doc, printer: &mut Printer) {
        let whole = value.clone().after(format!("{place} = ")).then(";");
        if printer.fits(&whole.flat()) {
            return whole.write(printer);
        }
        printer.line(format!("{place} ="));
        printer.indented(|printer| value.then(";").write(printer));
    }

    /// Writes `let pattern = value;`. A value without brackets moves to a line of its own if it does not fit.
    pub fn write_binding(pattern: Doc, value: Doc, printer: &mut Printer) {
        let head = pattern.after("let ").then(" = ");
        let has_list = |doc: &Doc| doc.parts.iter().any(|part| matches!(part, Part::List(_)));
        let whole = Doc::concat([head.clone(), value.clone()]).then(";");
        if printer.fits(&whole.flat()) || has_list(&whole) {
            return whole.write(printer);
        }
        printer.line(head.flat().trim_end());
        printer.indented(|printer| value.then(";").write(printer));
    }

    fn bracketed(
        open: String,
        items: Vec<Doc>,
        close: String,
        padding: &'static str,
        trailing: &'static str,
    ) -> Self {
        Doc {
            parts: vec![Part::List(List {
                open,
                close,
                items,
                padding,
                trailing,
            })],
        }
    }
}

impl Part {
    fn flat(&self) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::List(list) => list.flat(),
        }
    }
}

impl List {
    fn flat(&self) -> String {
        let items: Vec<_> = self.items.iter().map(Doc::flat).collect();
        let padding = if items.is_empty() { "" } else { self.padding };
        format!(
            "{}{padding}{}{padding}{}",
            self.open,
            items.join(", "),
            self.close
        )
    }

    fn write_broken(&self, before: &str, printer: &mut Printer) {
        printer.line(format!("{before}{}", self.open));
        printer.indented(|printer| {
            for (index, item) in self.items.iter().enumerate() {
                let is_last = index + 1 == self.items.len();
                item.clone()
                    .then(if is_last { self.trailing } else { "," })
                    .write(printer);
            }
        });
    }
}

/// What must stand on the same line after a list: the text up to where the next list may break.
fn rest_of_line(parts: &[Part]) -> String {
    let mut rest = String::new();
    for part in parts {
        match part {
            Part::Text(text) => rest += text,
            Part::List(list) if list.items.is_empty() => rest += &list.flat(),
            Part::List(list) => return rest + &list.open,
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::move_lang::STYLE;

    fn written(doc: Doc) -> String {
        let mut printer = Printer::new(STYLE);
        doc.write(&mut printer);
        printer.finish()
    }

    fn texts<const N: usize>(items: [&str; N]) -> Vec<Doc> {
        items.into_iter().map(Doc::text).collect()
    }

    #[test]
    fn what_fits_stays_on_one_line() {
        let call = Doc::call("endpoint.receive", texts(["vaa", "HOME"])).then(";");
        assert_eq!(written(call), "endpoint.receive(vaa, HOME);\n");
        assert_eq!(written(Doc::fields("A", texts(["b: 1"]))), "A { b: 1 }\n");
        assert_eq!(written(Doc::fields("A", Vec::new())), "A {}\n");
    }

    #[test]
    fn the_outermost_list_breaks_first() {
        let long = "a".repeat(90);
        let inner = Doc::call("inner", texts(["b", "c"]));
        let outer = Doc::call("outer", vec![Doc::text(&long), inner]).then(";");
        assert_eq!(
            written(outer),
            format!("outer(\n    {long},\n    inner(b, c),\n);\n")
        );
    }

    #[test]
    fn a_list_that_fits_up_to_the_next_one_stays_whole() {
        let (a, b) = ("a".repeat(40), "b".repeat(50));
        let pattern = Doc::list("(", texts(["x", "y"]), ")");
        let value = Doc::call("f", vec![Doc::text(&a), Doc::text(&b)]);
        let mut printer = Printer::new(STYLE);
        Doc::write_binding(pattern, value, &mut printer);
        let expected = format!("let (x, y) = f(\n    {a},\n    {b},\n);\n");
        assert_eq!(printer.finish(), expected);
    }

    #[test]
    fn a_long_assignment_moves_its_value_to_the_next_line() {
        let mut printer = Printer::new(STYLE);
        let (place, value) = ("p".repeat(50), "v".repeat(60));
        Doc::write_assignment(&place, Doc::text(&value), &mut printer);
        assert_eq!(printer.finish(), format!("{place} =\n    {value};\n"));
    }
}
