//! Fragments of Move that know where they may be broken, laid out as the ecosystem's formatter would.
//!
//! A fragment is text with bracketed lists in it. Only lists break, outermost first: one item a line, with a trailing comma.

use super::STYLE;
use crate::backend::printer::Printer;

/// A fragment of one statement: text, and then lists, each with the text that follows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doc {
    text: String,
    lists: Vec<List>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    layout: Layout,
    items: Vec<Doc>,
    /// The text up to the next list.
    after: String,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    open: &'static str,
    close: &'static str,
    /// What stands inside the brackets while the list is on one line.
    padding: &'static str,
    /// What follows the last item of a broken list.
    trailing: &'static str,
}

/// The brackets of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brackets {
    /// `(a, b)`
    Round,
    /// `[a, b]`
    Square,
    /// `{a, b}`
    Curly,
    /// `<a, b>`
    Angle,
}

impl Doc {
    /// Text that is never broken.
    pub fn text(text: impl Into<String>) -> Self {
        Doc {
            text: text.into(),
            lists: Vec::new(),
        }
    }

    /// `head(item, item)`, with these brackets.
    pub fn list(head: impl Into<String>, brackets: Brackets, items: Vec<Doc>) -> Self {
        let (open, close) = match brackets {
            Brackets::Round => ("(", ")"),
            Brackets::Square => ("[", "]"),
            Brackets::Curly => ("{", "}"),
            Brackets::Angle => ("<", ">"),
        };
        let layout = Layout {
            open,
            close,
            padding: "",
            trailing: ",",
        };
        Self::laid_out(head, layout, items)
    }

    /// `head(item, item)`
    pub fn call(head: impl Into<String>, items: Vec<Doc>) -> Self {
        Self::list(head, Brackets::Round, items)
    }

    /// `head { item, item }`
    pub fn fields(head: impl Into<String>, items: Vec<Doc>) -> Self {
        let layout = Layout {
            open: " {",
            close: "}",
            padding: " ",
            trailing: ",",
        };
        Self::laid_out(head, layout, items)
    }

    /// `head (condition)`, broken without a comma.
    pub fn condition(head: impl Into<String>, condition: Doc) -> Self {
        let layout = Layout {
            open: "(",
            close: ")",
            padding: "",
            trailing: "",
        };
        Self::laid_out(head, layout, vec![condition])
    }

    /// `head rest`, where the rest goes on a line of its own, further in, if both do not fit one. Only text follows it.
    pub fn hanging(head: Doc, rest: Doc) -> Self {
        let layout = Layout {
            open: " ",
            close: "",
            padding: "",
            trailing: "",
        };
        head.join(Self::laid_out("", layout, vec![rest]))
    }

    /// This and then the other.
    #[must_use]
    pub fn join(mut self, other: Doc) -> Self {
        self.last_text().push_str(&other.text);
        self.lists.extend(other.lists);
        self
    }

    /// This and then the text.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.last_text().push_str(text);
        self
    }

    /// The text and then this.
    #[must_use]
    pub fn after(mut self, text: &str) -> Self {
        self.text.insert_str(0, text);
        self
    }

    /// The fragment on one line, however long.
    pub fn flat(&self) -> String {
        let mut line = one_line();
        self.push_flat(&mut line);
        line
    }

    /// Writes the fragment as lines.
    pub fn write(&self, printer: &mut Printer) {
        let flat = self.flat();
        if self.lists.is_empty() || printer.fits(&flat) {
            printer.line(flat);
        } else {
            self.write_lists(printer);
        }
    }

    /// Writes `place = value;`, with the value on a line of its own if both do not fit one.
    pub fn write_assignment(place: &str, value: Doc, printer: &mut Printer) {
        let mut line = one_line();
        line.push_str(place);
        line.push_str(" = ");
        value.push_flat(&mut line);
        line.push(';');
        if printer.fits(&line) {
            return printer.line(line);
        }
        line.truncate(place.len() + " =".len());
        printer.line(line);
        printer.indented(|printer| value.then(";").write(printer));
    }

    /// Writes `let pattern = value;`. A value without brackets moves to a line of its own if it does not fit.
    pub fn write_binding(pattern: Doc, value: Doc, printer: &mut Printer) {
        let mut line = one_line();
        line.push_str("let ");
        pattern.push_flat(&mut line);
        line.push_str(" = ");
        let end = line.trim_end().len();
        value.push_flat(&mut line);
        line.push(';');
        if printer.fits(&line) {
            return printer.line(line);
        }
        if !pattern.lists.is_empty() || !value.lists.is_empty() {
            let whole = pattern.after("let ").then(" = ").join(value);
            return whole.then(";").write_lists(printer);
        }
        line.truncate(end);
        printer.line(line);
        printer.indented(|printer| value.then(";").write(printer));
    }

    fn laid_out(head: impl Into<String>, layout: Layout, items: Vec<Doc>) -> Self {
        let list = List {
            layout,
            items,
            after: String::new(),
        };
        Doc {
            text: head.into(),
            lists: vec![list],
        }
    }

    /// Writes the lists one after the other, each broken if it does not fit with what must stand on the same line.
    fn write_lists(&self, printer: &mut Printer) {
        let mut line = self.text.clone();
        for (index, list) in self.lists.iter().enumerate() {
            let start = line.len();
            list.push_flat(&mut line);
            let end = line.len();
            self.push_rest_of_line(index, &mut line);
            let stays = list.items.is_empty() || printer.fits(&line);
            line.truncate(end);
            if !stays {
                line.truncate(start);
                if list.layout.close.is_empty() {
                    printer.line(line);
                    let rest = list.items.iter().map(|item| item.clone().then(&list.after));
                    return rest.for_each(|item| printer.indented(|printer| item.write(printer)));
                }
                list.write_broken(line, printer);
                line = list.layout.close.to_owned();
            }
            line.push_str(&list.after);
        }
        printer.line(line);
    }

    /// What must stand on the same line after a list: the text up to where the next list may break.
    fn push_rest_of_line(&self, index: usize, line: &mut String) {
        line.push_str(&self.lists[index].after);
        for list in &self.lists[index + 1..] {
            if !list.items.is_empty() {
                return line.push_str(list.layout.open);
            }
            list.push_flat(line);
            line.push_str(&list.after);
        }
    }

    fn push_flat(&self, line: &mut String) {
        line.push_str(&self.text);
        for list in &self.lists {
            list.push_flat(line);
            line.push_str(&list.after);
        }
    }

    /// The text that the fragment ends with.
    fn last_text(&mut self) -> &mut String {
        match self.lists.last_mut() {
            Some(list) => &mut list.after,
            None => &mut self.text,
        }
    }
}

impl List {
    /// The list on one line, without what follows it.
    fn push_flat(&self, line: &mut String) {
        line.push_str(self.layout.open);
        if let Some((first, others)) = self.items.split_first() {
            line.push_str(self.layout.padding);
            first.push_flat(line);
            for item in others {
                line.push_str(", ");
                item.push_flat(line);
            }
            line.push_str(self.layout.padding);
        }
        line.push_str(self.layout.close);
    }

    fn write_broken(&self, before: String, printer: &mut Printer) {
        printer.line(before + self.layout.open);
        printer.indented(|printer| {
            for (index, item) in self.items.iter().enumerate() {
                let is_last = index + 1 == self.items.len();
                let comma = if is_last { self.layout.trailing } else { "," };
                item.clone().then(comma).write(printer);
            }
        });
    }
}

/// An empty line with room for a whole one.
fn one_line() -> String {
    String::with_capacity(STYLE.width)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let pattern = Doc::list("", Brackets::Round, texts(["x", "y"]));
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
