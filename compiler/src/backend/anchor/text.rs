//! Text as rustfmt with its default settings would lay it out, for the few constructs that emitted programs consist of.

use crate::backend::printer::{Printer, Style};

/// rustfmt's default layout.
pub(super) const STYLE: Style = Style {
    indent: 4,
    width: 100,
};

/// The widths up to which rustfmt keeps a construct on one line: arguments of a call, fields of a struct literal, items of an array.
const CALL_WIDTH: usize = 60;
const STRUCT_WIDTH: usize = 18;
const ARRAY_WIDTH: usize = 60;
/// The widest of the arguments that lines are filled with.
const BRIEF_WIDTH: usize = 10;

/// An empty file.
pub(super) fn file(header: &str) -> Printer {
    let mut printer = Printer::new(STYLE);
    header.lines().for_each(|line| printer.line(line));
    printer
}

/// Writes documentation lines as `///` comments.
pub(super) fn docs(printer: &mut Printer, lines: &[String]) {
    for line in lines {
        printer.line(format!("/// {line}").trim_end());
    }
}

/// Writes `open` `arguments` `close`, such as `call.argument(` … `)?;`.
pub(super) fn call(printer: &mut Printer, open: &str, arguments: &[String], close: &str) {
    let joined = arguments.join(", ");
    let one_line = format!("{open}{joined}{close}");
    let is_short = joined.chars().count() <= CALL_WIDTH;
    // Behind an assignment rustfmt leaves the last two columns to what ends a chain of methods.
    let is_chain = open
        .split_once(" = ")
        .is_some_and(|(_, callee)| callee.contains('.'));
    let margin = if is_chain && close.contains('?') {
        "  "
    } else {
        ""
    };
    if is_short && printer.fits(&format!("{one_line}{margin}")) {
        return printer.line(one_line);
    }
    // What fits on a line of its own is not broken up behind an assignment.
    if let Some((left, callee)) = open.split_once(" = ").filter(|_| is_short) {
        return line_below(printer, left, &format!("{callee}{joined}{close}"));
    }
    printer.wrapped(open, close, |printer| {
        match arguments.iter().all(|argument| is_brief(argument)) {
            true => fill(printer, arguments),
            false => arguments
                .iter()
                .for_each(|argument| array_or_line(printer, argument)),
        }
    });
}

/// Whether an argument is short and neither a call nor a path, such as `self`, `&body.id` or `7_u64`: rustfmt fills lines with those.
fn is_brief(argument: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "_.&*-".contains(char);
    argument.len() <= BRIEF_WIDTH && argument.chars().all(is_plain)
}

/// Writes the head of a function: `open` `params` `close`, each parameter on a line of its own if they do not fit.
pub(super) fn signature(printer: &mut Printer, open: &str, params: &[String], close: &str) {
    let one_line = format!("{open}{}{close}", params.join(", "));
    if printer.fits(&one_line) {
        return printer.line(one_line);
    }
    printer.wrapped(open, close, |printer| {
        params
            .iter()
            .for_each(|param| printer.line(format!("{param},")));
    });
}

/// Writes `open Name { fields } close`; a field is `name` or `name: value`.
pub(super) fn struct_literal(printer: &mut Printer, open: &str, fields: &[String], close: &str) {
    let joined = fields.join(", ");
    let one_line = format!("{open} {{ {joined} }}{close}");
    if joined.chars().count() <= STRUCT_WIDTH && printer.fits(&one_line) {
        return printer.line(one_line);
    }
    printer.wrapped(&format!("{open} {{"), &format!("}}{close}"), |printer| {
        fields
            .iter()
            .for_each(|field| printer.line(format!("{field},")));
    });
}

/// Writes `left = right;`.
pub(super) fn assign(printer: &mut Printer, left: &str, right: &str) {
    let one_line = format!("{left} = {right};");
    if printer.fits(&one_line) {
        return printer.line(one_line);
    }
    line_below(printer, left, &format!("{right};"));
}

/// Writes `left =`, and the statement's rest below it.
fn line_below(printer: &mut Printer, left: &str, rest: &str) {
    printer.line(format!("{left} ="));
    printer.indented(|printer| printer.line(rest));
}

/// Writes `use path::{names};`, names sorted as rustfmt does.
pub(super) fn import(printer: &mut Printer, path: &str, names: &[String]) {
    let mut names = names.to_vec();
    names.sort_by_key(|name| (import_class(name), name.clone()));
    names.dedup();
    let one_line = match names.as_slice() {
        [] => return,
        [name] => format!("use {path}::{name};"),
        _ => format!("use {path}::{{{}}};", names.join(", ")),
    };
    // rustfmt keeps two columns free here.
    if printer.fits(&format!("{one_line}  ")) {
        return printer.line(one_line);
    }
    printer.wrapped(&format!("use {path}::{{"), "};", |printer| {
        fill(printer, &names)
    });
}

/// Lowercase names first, then types, then constants.
fn import_class(name: &str) -> u8 {
    let is_upper = |char: char| !char.is_lowercase();
    match name.chars().next() {
        Some(first) if first.is_lowercase() => 0,
        _ if name.chars().all(is_upper) && name.len() > 1 => 2,
        _ => 1,
    }
}

/// Writes `open[bytes]close` with bytes in hexadecimal.
pub(super) fn byte_array(printer: &mut Printer, open: &str, bytes: &[u8], close: &str) {
    let items: Vec<_> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
    let joined = items.join(", ");
    let one_line = format!("{open}[{joined}]{close}");
    if joined.len() <= ARRAY_WIDTH && printer.fits(&one_line) {
        return printer.line(one_line);
    }
    printer.wrapped(&format!("{open}["), &format!("]{close}"), |printer| {
        fill(printer, &items)
    });
}

/// Writes `open` `items` `close`, such as `let [` … `] = peers;`, each item on a line of its own if they are too wide.
pub(super) fn list(printer: &mut Printer, open: &str, items: &[String], close: &str) {
    let joined = items.join(", ");
    let one_line = format!("{open}{joined}{close}");
    if joined.chars().count() <= ARRAY_WIDTH && printer.fits(&one_line) {
        return printer.line(one_line);
    }
    printer.wrapped(open, close, |printer| {
        items
            .iter()
            .for_each(|item| printer.line(format!("{item},")));
    });
}

/// A slice literal of seeds that [`call`] breaks if it is too wide: `&[a, b]`.
pub(super) fn slice(items: &[String]) -> String {
    format!("&[{}]", items.join(", "))
}

/// Writes an argument of a broken call, and breaks it further if it is a slice that is too wide.
fn array_or_line(printer: &mut Printer, argument: &str) {
    let items = argument
        .strip_prefix("&[")
        .and_then(|rest| rest.strip_suffix(']'));
    match items {
        Some(items) if items.chars().count() > ARRAY_WIDTH => {
            printer.wrapped("&[", "],", |printer| {
                split(items)
                    .iter()
                    .for_each(|item| printer.line(format!("{item},")));
            });
        }
        _ => printer.line(format!("{argument},")),
    }
}

/// Splits a list at the commas that stand in no bracket and no string.
fn split(items: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for char in items.chars() {
        match char {
            '"' if !escaped => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        escaped = char == '\\' && !escaped;
        parts
            .last_mut()
            .into_iter()
            .for_each(|part| part.push(char));
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

/// Writes items one after another, as many on a line as fit. Only the last one ends in the last column.
fn fill(printer: &mut Printer, items: &[String]) {
    let mut line = String::new();
    for (index, item) in items.iter().enumerate() {
        let longer = if line.is_empty() {
            format!("{item},")
        } else {
            format!("{line} {item},")
        };
        let room = if index + 1 == items.len() { "" } else { " " };
        if printer.fits(&format!("{longer}{room}")) {
            line = longer;
        } else {
            printer.line(std::mem::replace(&mut line, format!("{item},")));
        }
    }
    printer.line(line);
}

/// A number with its digits in groups of three.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let groups: Vec<_> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(String::from_utf8_lossy)
        .collect();
    groups.join("_")
}

/// Bytes as a Rust byte string, `b"vault"`.
pub(super) fn byte_string(bytes: &[u8]) -> String {
    let escaped: String = bytes
        .iter()
        .flat_map(|&byte| std::ascii::escape_default(byte))
        .map(char::from)
        .collect();
    format!("b\"{}\"", escaped.replace("\\'", "'"))
}

/// A value's bytes as a Rust array, `[0x01, 0x02]`.
pub(super) fn array(bytes: &[u8]) -> String {
    let items: Vec<_> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three arguments of this width together are as wide as rustfmt leaves on one line.
    fn written(open: &str, width: usize) -> String {
        let mut printer = Printer::new(STYLE);
        let arguments = ["a", "b", "c"].map(|name| name.repeat(width));
        printer.indented(|printer| call(printer, open, &arguments, ");"));
        printer.finish()
    }

    #[test]
    fn a_short_call_stands_below_its_assignment_before_it_is_broken() {
        let open = "let input_token_account = associated_token(";
        let arguments = ["a", "b", "c"].map(|name| name.repeat(18)).join(", ");
        let below =
            format!("    let input_token_account =\n        associated_token({arguments});\n");
        assert_eq!(written(open, 18), below);
        assert_eq!(written(open, 3), format!("    {open}aaa, bbb, ccc);\n"));
        let broken = written(open, 19);
        assert_eq!(broken.lines().count(), 5, "{broken}");
    }

    /// Two names whose line ends in this column, and perhaps another one.
    fn imported(column: usize, others: &[&str]) -> usize {
        let mut printer = Printer::new(STYLE);
        let first = "A".repeat(80);
        let second = "B".repeat(column - 80 - "    , ,".len());
        let names = [&[first.as_str(), second.as_str()], others].concat();
        let names: Vec<_> = names.into_iter().map(str::to_owned).collect();
        import(&mut printer, "crate", &names);
        printer.finish().lines().nth(1).map_or(0, str::len)
    }

    #[test]
    fn only_the_last_name_ends_in_the_last_column() {
        assert_eq!(imported(100, &[]), 100);
        assert_eq!(imported(99, &["CC"]), 99);
        assert_eq!(imported(100, &["CC"]), 85);
    }
}
