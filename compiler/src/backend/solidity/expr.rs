//! Solidity expressions, and how `forge fmt` lays them out when a line grows too wide.

use crate::backend::printer::Printer;

/// An expression to be written.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    /// Text that is never broken, with the strength of its outermost operator.
    Text(String, Precedence),
    /// `head(a, b)`
    Call { head: String, args: Vec<Expr> },
    /// `head({a: x, b: y})`
    Fields {
        head: String,
        fields: Vec<(String, Expr)>,
    },
}

/// How strongly an operator binds, weakest first, as Solidity's grammar has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precedence {
    Conditional,
    Or,
    And,
    Equality,
    Relation,
    Sum,
    Product,
    Unary,
    Atom,
}

impl Expr {
    /// A name, a literal, a member access.
    pub(super) fn atom(text: impl Into<String>) -> Self {
        Expr::Text(text.into(), Precedence::Atom)
    }

    /// A call with positional arguments.
    pub(super) fn call(head: impl Into<String>, args: Vec<Expr>) -> Self {
        Expr::Call {
            head: head.into(),
            args,
        }
    }

    /// `left op right`, with parentheses where the operator needs them.
    pub(super) fn binary(left: &Expr, op: &str, right: &Expr, precedence: Precedence) -> Self {
        // All operators here associate to the left, comparisons not at all.
        let left_needs = match precedence {
            Precedence::Equality | Precedence::Relation => Precedence::Sum,
            other => other,
        };
        let left = left.operand(left_needs);
        let right = right.operand_above(precedence);
        Expr::Text(format!("{left} {op} {right}"), precedence)
    }

    /// `!value`
    pub(super) fn not(value: &Expr) -> Self {
        let operand = value.operand(Precedence::Unary);
        Expr::Text(format!("!{operand}"), Precedence::Unary)
    }

    /// `condition ? value : otherwise`
    pub(super) fn conditional(condition: &Expr, value: &Expr, otherwise: &str) -> Self {
        let condition = condition.operand(Precedence::Or);
        let value = value.operand(Precedence::Or);
        Expr::Text(
            format!("{condition} ? {value} : {otherwise}"),
            Precedence::Conditional,
        )
    }

    /// `value.member`
    pub(super) fn member(value: &Expr, name: &str) -> Self {
        Expr::atom(format!("{}.{name}", value.operand(Precedence::Atom)))
    }

    /// The expression on one line.
    pub(super) fn flat(&self) -> String {
        match self {
            Expr::Text(text, _) => text.clone(),
            Expr::Call { head, args } => format!("{head}({})", join(args)),
            Expr::Fields { head, fields } => format!("{head}({{{}}})", join_fields(fields)),
        }
    }

    fn precedence(&self) -> Precedence {
        match self {
            Expr::Text(_, precedence) => *precedence,
            _ => Precedence::Atom,
        }
    }

    fn operand(&self, at_least: Precedence) -> String {
        let flat = self.flat();
        if self.precedence() < at_least {
            format!("({flat})")
        } else {
            flat
        }
    }

    fn operand_above(&self, precedence: Precedence) -> String {
        let flat = self.flat();
        if self.precedence() <= precedence {
            format!("({flat})")
        } else {
            flat
        }
    }

    /// Writes `before`, the expression and `after`, on one line or broken inside the expression's brackets.
    pub(super) fn write(&self, printer: &mut Printer, before: &str, after: &str) {
        let line = format!("{before}{}{after}", self.flat());
        // `forge fmt` does not count the semicolon of a statement on one line.
        match self {
            _ if printer.fits(line.trim_end_matches(';')) => printer.line(line),
            Expr::Text(..) => printer.line(line),
            Expr::Call { args, .. } if args.is_empty() => printer.line(line),
            Expr::Call { head, args } => {
                let (open, close) = (format!("{before}{head}("), format!("){after}"));
                printer.wrapped(&open, &close, |printer| write_args(printer, args));
            }
            Expr::Fields { head, fields } => {
                let (open, close) = (format!("{before}{head}({{"), format!("}}){after}"));
                printer.wrapped(&open, &close, |printer| write_fields(printer, fields));
            }
        }
    }
}

/// Writes `target = value;`; a value that is too wide goes to the next line before it is broken.
pub(super) fn write_assignment(printer: &mut Printer, target: &str, value: &Expr) {
    write_after(printer, &format!("{target} ="), value);
}

/// Writes `return value;`
pub(super) fn write_return(printer: &mut Printer, value: &Expr) {
    write_after(printer, "return", value);
}

fn write_after(printer: &mut Printer, start: &str, value: &Expr) {
    let flat = value.flat();
    // `forge fmt` neither indents a lone name there nor counts its semicolon, nor that of what is returned.
    let depth = usize::from(!is_path(&flat));
    let is_counted = depth == 1 && start != "return";
    let end = if is_counted { ";" } else { "" };
    let mut fits_next_line = false;
    indent_by(printer, depth, |printer| {
        fits_next_line = printer.fits(&format!("{flat}{end}"));
    });
    if printer.fits(&format!("{start} {flat}")) {
        return printer.line(format!("{start} {flat};"));
    }
    if !fits_next_line {
        return value.write(printer, &format!("{start} "), ";");
    }
    printer.line(start);
    indent_by(printer, depth, |printer| printer.line(format!("{flat};")));
}

/// Whether text is a name, or members of one.
fn is_path(flat: &str) -> bool {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '.';
    !flat.starts_with(|char: char| char.is_ascii_digit()) && flat.chars().all(is_word)
}

/// Writes `if (a || b) {` and what belongs inside; long conditions break before their operators.
pub(super) fn write_if(printer: &mut Printer, condition: &Expr, body: impl FnOnce(&mut Printer)) {
    let flat = condition.flat();
    let head = format!("if ({flat})");
    if printer.fits(&format!("{head} {{")) {
        return printer.block(head, body);
    }
    printer.wrapped("if (", ") {", |printer| write_condition(printer, &flat));
    printer.indented(body);
    printer.line("}");
}

/// Fills lines with the operands of the outermost operator, each line but the first beginning with it.
fn write_condition(printer: &mut Printer, flat: &str) {
    let is_there = |operator: &&str| flat.contains(*operator);
    let operator = [" || ", " && ", " != ", " == "]
        .into_iter()
        .find(is_there)
        .unwrap_or(" || ");
    let mut parts = flat.split(operator);
    let mut line = parts.next().unwrap_or_default().to_owned();
    let mut depth = 0;
    for part in parts {
        let longer = format!("{line}{operator}{part}");
        let mut fits = false;
        indent_by(printer, depth, |printer| fits = printer.fits(&longer));
        if fits {
            line = longer;
        } else {
            indent_by(printer, depth, |printer| printer.line(&line));
            line = format!("{}{part}", operator.trim_start());
            depth = 1;
        }
    }
    indent_by(printer, depth, |printer| printer.line(line));
}

fn indent_by(printer: &mut Printer, depth: usize, body: impl FnOnce(&mut Printer)) {
    match depth {
        0 => body(printer),
        _ => printer.indented(body),
    }
}

/// Writes arguments on one line, or each on its own.
pub(super) fn write_args(printer: &mut Printer, args: &[Expr]) {
    let line = join(args);
    if printer.fits(&line) {
        return printer.line(line);
    }
    for (index, arg) in args.iter().enumerate() {
        let comma = if index + 1 == args.len() { "" } else { "," };
        arg.write(printer, "", comma);
    }
}

/// Writes fields on one line, or each on its own.
fn write_fields(printer: &mut Printer, fields: &[(String, Expr)]) {
    let line = join_fields(fields);
    if printer.fits(&line) {
        return printer.line(line);
    }
    for (index, (name, value)) in fields.iter().enumerate() {
        let comma = if index + 1 == fields.len() { "" } else { "," };
        value.write(printer, &format!("{name}: "), comma);
    }
}

fn join(args: &[Expr]) -> String {
    args.iter().map(Expr::flat).collect::<Vec<_>>().join(", ")
}

fn join_fields(fields: &[(String, Expr)]) -> String {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| format!("{name}: {}", value.flat()));
    fields.collect::<Vec<_>>().join(", ")
}

/// A function's or a modifier's head, which `forge fmt` breaks attribute by attribute.
pub(super) struct Head {
    /// `function name`
    pub(super) start: String,
    /// `uint64 a`, `bytes memory b`
    pub(super) params: Vec<String>,
    /// `external`, `payable`, `returns (bytes32 c)`
    pub(super) attributes: Vec<String>,
}

impl Head {
    /// Writes the head and the body in braces.
    pub(super) fn block(&self, printer: &mut Printer, body: impl FnOnce(&mut Printer)) {
        self.write(printer, " {", "{");
        printer.indented(body);
        printer.line("}");
    }

    /// Writes the head and an empty body.
    pub(super) fn empty_block(&self, printer: &mut Printer) {
        self.write(printer, " {}", "{}");
    }

    /// Writes the head and a semicolon, as interfaces have it.
    pub(super) fn declaration(&self, printer: &mut Printer) {
        self.write(printer, ";", ";");
    }

    /// Writes the head with `close` behind it. Broken attributes have `below` under them, unless it ends the statement.
    fn write(&self, printer: &mut Printer, close: &str, below: &str) {
        let line = format!("{}{close}", self.flat());
        if printer.fits(&line) {
            return printer.line(line);
        }
        let line = format!("{}({})", self.start, self.params.join(", "));
        // Where nothing follows on lines of its own, what closes the head has to fit, too.
        let is_whole = self.attributes.is_empty();
        if self.params.len() > 1 && (is_whole || !printer.fits(&line)) {
            return self.write_broken_params(printer, close, below);
        }
        if is_whole {
            return printer.line(format!("{line}{close}"));
        }
        printer.line(line);
        self.write_attributes(printer, below);
    }

    fn write_broken_params(&self, printer: &mut Printer, close: &str, below: &str) {
        printer.line(format!("{}(", self.start));
        printer.indented(|printer| {
            let line = self.params.join(", ");
            if self.attributes.is_empty() && printer.fits(&line) {
                return printer.line(line);
            }
            for (index, param) in self.params.iter().enumerate() {
                let comma = if index + 1 == self.params.len() {
                    ""
                } else {
                    ","
                };
                printer.line(format!("{param}{comma}"));
            }
        });
        let line = format!("){}{close}", self.flat_attributes());
        if printer.fits(&line) {
            return printer.line(line);
        }
        printer.line(")");
        self.write_attributes(printer, below);
    }

    fn write_attributes(&self, printer: &mut Printer, below: &str) {
        let end = if below == ";" { ";" } else { "" };
        printer.indented(|printer| {
            for (index, attribute) in self.attributes.iter().enumerate() {
                let end = if index + 1 == self.attributes.len() {
                    end
                } else {
                    ""
                };
                printer.line(format!("{attribute}{end}"));
            }
        });
        if end.is_empty() {
            printer.line(below);
        }
    }

    fn flat_attributes(&self) -> String {
        self.attributes
            .iter()
            .map(|attribute| format!(" {attribute}"))
            .collect()
    }

    fn flat(&self) -> String {
        format!(
            "{}({}){}",
            self.start,
            self.params.join(", "),
            self.flat_attributes()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::solidity::project::printer;

    /// Also where there is just no room for the semicolon.
    #[test]
    fn declarations_end() {
        for length in 1..140 {
            let params = [
                "uint64 a".to_owned(),
                format!("uint64 {}", "b".repeat(length)),
            ];
            for count in 0..=params.len() {
                let head = Head {
                    start: format!("event {}", "e".repeat(length)),
                    params: params[..count].to_vec(),
                    attributes: Vec::new(),
                };
                let mut printer = printer();
                head.declaration(&mut printer);
                let text = printer.finish();
                assert!(text.ends_with(");\n"), "{text}");
            }
        }
    }
}
