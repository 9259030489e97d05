//! Writes indented text: lines, blank lines, blocks, and lists that break when they grow too wide.

/// How long most texts become at least.
const USUAL_LENGTH: usize = 4096;

/// Collects the text of one file.
#[derive(Clone, Debug)]
pub struct Printer {
    text: String,
    depth: usize,
    style: Style,
}

/// How a language is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Spaces for each level.
    pub indent: usize,
    /// The width that lists must fit in.
    pub width: usize,
}

/// A bracketed, comma-separated list with text on both sides.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// What stands before the items, the opening bracket included.
    pub open: &'a str,
    /// What stands after the items, the closing bracket included.
    pub close: &'a str,
    /// Whether the last item of a broken list is followed by a comma.
    pub trailing: Trailing,
}

/// Whether the last item of a broken list is followed by a comma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trailing {
    /// It is.
    Comma,
    /// It is not.
    Nothing,
}

impl Printer {
    /// An empty file.
    pub fn new(style: Style) -> Self {
        Printer {
            text: String::with_capacity(USUAL_LENGTH),
            depth: 0,
            style,
        }
    }

    /// Writes a line at the current depth.
    pub fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            self.text
                .extend(std::iter::repeat_n(' ', self.depth * self.style.indent));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// Writes an empty line, unless the last line is empty or opens a block.
    pub fn blank(&mut self) {
        let at_start =
            self.text.is_empty() || self.text.ends_with("\n\n") || self.text.ends_with("{\n");
        if !at_start {
            self.text.push('\n');
        }
    }

    /// Writes `head {`, the body one level deeper, and `}`.
    pub fn block(&mut self, head: impl AsRef<str>, body: impl FnOnce(&mut Self)) {
        self.wrapped(&format!("{} {{", head.as_ref()), "}", body);
    }

    /// Writes an opening line, the body one level deeper, and a closing line.
    pub fn wrapped(&mut self, open: &str, close: &str, body: impl FnOnce(&mut Self)) {
        self.line(open);
        self.indented(body);
        self.line(close);
    }

    /// Writes the body one level deeper.
    pub fn indented(&mut self, body: impl FnOnce(&mut Self)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    /// Writes a list on one line if it fits, else one item a line.
    pub fn list(&mut self, list: List<'_>, items: &[String]) {
        let one_line = format!("{}{}{}", list.open, items.join(", "), list.close);
        if self.fits(&one_line) {
            return self.line(one_line);
        }
        self.wrapped(list.open, list.close, |printer| {
            for (index, item) in items.iter().enumerate() {
                let is_last = index + 1 == items.len();
                let comma = if is_last && list.trailing == Trailing::Nothing {
                    ""
                } else {
                    ","
                };
                printer.line(format!("{item}{comma}"));
            }
        });
    }

    /// Whether a line fits the width at the current depth.
    pub fn fits(&self, line: &str) -> bool {
        self.depth * self.style.indent + line.chars().count() <= self.style.width
    }

    /// The text so far.
    pub fn finish(self) -> String {
        self.text
    }
}
