//! Prints findings: for people, one line each, or as JSON.

use std::io::{self, Write};

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::Error;
use codespan_reporting::term::{self, Config, DisplayStyle, WriteStyle, termcolor};
use serde_json::{Value, json};

use super::excerpt::Excerpts;
use super::{Diagnostic, Diagnostics, Finding, Label, LabelKind, Severity};
use crate::source::{SourceId, SourceMap, Span};

/// The shape of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// With an excerpt of the source, reasons and help.
    #[default]
    Human,
    /// One line for each finding: `file:line:column: error[XCC0107]: message`.
    Short,
    /// One JSON object on a line for each finding.
    Json,
}

/// Whether to write ANSI colour codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Write them. The caller knows that the reader wants them.
    Always,
    /// Plain text.
    #[default]
    Never,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// The shape.
    pub format: Format,
    /// The colours; JSON has none.
    pub color: Color,
}

/// Writes all findings in the order of [`Diagnostics::sorted`].
///
/// # Errors
/// Fails if writing fails.
pub fn render(
    diagnostics: &Diagnostics,
    sources: &SourceMap,
    options: RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    for finding in diagnostics.sorted() {
        match options.format {
            Format::Json => writeln!(out, "{}", to_json(finding, sources))?,
            Format::Human => write_text(finding, sources, DisplayStyle::Rich, options.color, out)?,
            Format::Short => write_text(finding, sources, DisplayStyle::Short, options.color, out)?,
        }
    }
    Ok(())
}

fn write_text(
    finding: &Finding,
    sources: &SourceMap,
    display_style: DisplayStyle,
    color: Color,
    out: &mut dyn Write,
) -> io::Result<()> {
    let config = Config {
        display_style,
        ..Config::default()
    };
    match color {
        Color::Always => emit(finding, sources, &config, &mut termcolor::Ansi::new(out)),
        Color::Never => emit(finding, sources, &config, &mut termcolor::NoColor::new(out)),
    }
}

fn emit(
    finding: &Finding,
    sources: &SourceMap,
    config: &Config,
    out: &mut dyn WriteStyle,
) -> io::Result<()> {
    let excerpts = Excerpts::new(sources, finding);
    let diagnostic = to_codespan(finding, sources, &excerpts);
    term::emit_to_write_style(out, config, &excerpts, &diagnostic).map_err(|error| match error {
        Error::Io(error) => error,
        other => io::Error::other(other),
    })
}

fn to_codespan(
    finding: &Finding,
    sources: &SourceMap,
    excerpts: &Excerpts<'_>,
) -> codespan::Diagnostic<SourceId> {
    let severity = match finding.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
    };
    let Diagnostic {
        code,
        message,
        labels,
        notes,
        help,
    } = &finding.diagnostic;
    let shown = labels.iter().filter_map(|l| to_codespan_label(l, excerpts));
    let hidden = labels.iter().filter(|l| excerpts.shown(l.span).is_none());
    let hidden = hidden.map(|label| elsewhere(label, sources));
    let help = help.iter().map(|text| format!("help: {}", indent(text)));
    let notes = notes.iter().map(|text| indent(text));
    codespan::Diagnostic::new(severity)
        .with_code(code)
        .with_message(message)
        .with_labels(shown.collect())
        .with_notes(hidden.chain(notes).chain(help).collect())
}

/// A label at a place that is not shown, in words.
fn elsewhere(label: &Label, sources: &SourceMap) -> String {
    let position = sources.position(label.span);
    let name = sources.name(label.span.source);
    let text = indent(&label.text);
    format!("{name}:{}:{}: {text}", position.line, position.column)
}

fn to_codespan_label(label: &Label, excerpts: &Excerpts<'_>) -> Option<codespan::Label<SourceId>> {
    let style = match label.kind {
        LabelKind::Primary => codespan::LabelStyle::Primary,
        LabelKind::Secondary => codespan::LabelStyle::Secondary,
    };
    let range = excerpts.shown(label.span)?;
    Some(codespan::Label::new(style, label.span.source, range).with_message(&label.text))
}

/// The span, cut to the file, so that a wrong span costs a label's place and not the whole message.
fn clamp(span: Span, sources: &SourceMap) -> Span {
    let text = sources.text(span.source);
    let floor = |offset: u32| text.floor_char_boundary(offset as usize) as u32;
    let start = floor(span.start);
    Span::new(span.source, start, floor(span.end).max(start))
}

/// Continues the lines of a note under its first one.
fn indent(text: &str) -> String {
    text.replace('\n', "\n  ")
}

fn to_json(finding: &Finding, sources: &SourceMap) -> Value {
    let diagnostic = &finding.diagnostic;
    let mut object = json!({
        "code": diagnostic.code.as_str(),
        "severity": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": diagnostic.message,
    });
    let place = diagnostic.span().map(|span| place(span, sources));
    for key in ["file", "line", "column", "span"] {
        object[key] = place
            .as_ref()
            .map_or(Value::Null, |place| place[key].clone());
    }
    object["labels"] = diagnostic
        .labels
        .iter()
        .map(|label| label_json(label, sources))
        .collect();
    object["notes"] = diagnostic.notes.as_slice().into();
    object["help"] = diagnostic.help.as_slice().into();
    object
}

fn label_json(label: &Label, sources: &SourceMap) -> Value {
    let mut object = place(label.span, sources);
    object["primary"] = (label.kind == LabelKind::Primary).into();
    object["text"] = label.text.as_str().into();
    object
}

fn place(span: Span, sources: &SourceMap) -> Value {
    let span = clamp(span, sources);
    let position = sources.position(span);
    json!({
        "file": sources.name(span.source),
        "line": position.line,
        "column": position.column,
        "span": { "start": span.start, "end": span.end },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Code;

    fn rendered(options: RenderOptions) -> String {
        let mut sources = SourceMap::new();
        let id = sources.add("a.xcc", "workflow A on b {\n  stepp x\n}\n");
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(
            Diagnostic::new(Code::UnexpectedToken, "expected a statement")
                .primary(Span::new(id, 20, 25), "not a statement")
                .secondary(Span::new(id, 16, 17), "in this body")
                .note("a body holds statements")
                .help("did you mean `step`?"),
        );
        let mut out = Vec::new();
        render(&diagnostics, &sources, options, &mut out).expect("writing to memory");
        String::from_utf8(out).expect("output is UTF-8")
    }

    #[test]
    fn human_output_shows_places_reason_and_help() {
        let text = rendered(RenderOptions::default());
        assert!(
            text.starts_with("error[XCC0107]: expected a statement\n"),
            "{text}"
        );
        for part in ["a.xcc:2:3", "^^^^^ not a statement", "= help: did you mean"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains('\u{1b}'));
    }

    /// A file of one line would fill the screen, and with each of its findings again.
    #[test]
    fn of_a_long_line_only_what_surrounds_the_place_is_shown() {
        let mut sources = SourceMap::new();
        let text = format!("{}here{}there\n", "ä ".repeat(5_000), " b".repeat(5_000));
        let id = sources.add("a.xcc", text.as_str());
        let at = |word: &str| text.find(word).expect("it is there") as u32;
        let (here, there) = (at("here"), at("there"));
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(
            Diagnostic::new(Code::DuplicateName, "twice")
                .secondary(Span::new(id, there, there + 5), "the first")
                .primary(Span::new(id, here, here + 4), "the second"),
        );
        diagnostics.error(
            Diagnostic::new(Code::NameTooLong, "long")
                .primary(Span::new(id, here, there), "all of it"),
        );
        let mut out = Vec::new();
        let options = RenderOptions::default();
        render(&diagnostics, &sources, options, &mut out).expect("writing to memory");
        let shown = String::from_utf8(out).expect("output is UTF-8");
        assert!(shown.len() < 4_000, "{shown}");
        for part in [
            "a.xcc:1:10001",
            "^^^^ the second",
            "^^^^^^ all of it",
            "= a.xcc:1:20005: the first",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }

    #[test]
    fn colour_is_written_on_request_only() {
        let color = Color::Always;
        let format = Format::Human;
        assert!(rendered(RenderOptions { format, color }).contains('\u{1b}'));
    }

    #[test]
    fn short_output_is_one_line() {
        let text = rendered(RenderOptions {
            format: Format::Short,
            color: Color::Never,
        });
        assert_eq!(text, "a.xcc:2:3: error[XCC0107]: expected a statement\n");
    }

    #[test]
    fn json_output_is_one_object_per_line() {
        let text = rendered(RenderOptions {
            format: Format::Json,
            color: Color::Never,
        });
        let value: Value = serde_json::from_str(text.trim_end()).expect("one JSON object");
        assert_eq!(value["code"], "XCC0107");
        assert_eq!((&value["line"], &value["column"]), (&json!(2), &json!(3)));
        assert_eq!(value["span"], json!({ "start": 20, "end": 25 }));
        assert_eq!(value["labels"][1]["primary"], json!(false));
        assert_eq!(value["help"][0], "did you mean `step`?");
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn a_span_outside_its_file_still_renders() {
        let mut sources = SourceMap::new();
        let id = sources.add("a.xcc", "ä");
        let mut diagnostics = Diagnostics::new();
        diagnostics
            .error(Diagnostic::new(Code::UnexpectedToken, "x").primary(Span::new(id, 1, 9), ""));
        for format in [Format::Human, Format::Short, Format::Json] {
            let options = RenderOptions {
                format,
                ..RenderOptions::default()
            };
            render(&diagnostics, &sources, options, &mut Vec::new()).expect("renders");
        }
    }
}
