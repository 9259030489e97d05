//! One run: the sources read, the findings, and where the user is told about them.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anstream::AutoStream;
use serde_json::{Value, json};

use super::Exit;
use super::args::{ColorChoice, FormatChoice, Global};
use crate::codes::Code;
use crate::diagnostic::{Color, Diagnostics, Format, RenderOptions, Severity, render};
use crate::source::SourceMap;

/// Work shorter than this is done before anyone wonders.
const PATIENCE: Duration = Duration::from_millis(300);

/// What a run has read and found, and how it speaks.
pub(super) struct Session {
    /// The files read.
    pub(super) sources: SourceMap,
    /// The findings.
    pub(super) diagnostics: Diagnostics,
    format: FormatChoice,
    color: ColorChoice,
    quiet: bool,
}

/// Shows what is going on if it takes long, until it is dropped.
pub(super) struct Progress {
    text: Arc<Mutex<String>>,
    ended: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Session {
    pub(super) fn new(global: &Global) -> Self {
        Self {
            sources: SourceMap::new(),
            diagnostics: Diagnostics::new(),
            format: global.format,
            color: global.color,
            quiet: global.quiet,
        }
    }

    /// Whether what is printed is for programs.
    pub(super) fn is_json(&self) -> bool {
        matches!(self.format, FormatChoice::Json | FormatChoice::Sarif)
    }

    /// Whether results are worth printing for people.
    pub(super) fn is_chatty(&self) -> bool {
        !self.quiet && !self.is_json()
    }

    /// Whether to print standard output in colour.
    pub(super) fn color(&self) -> Color {
        self.color_of(&io::stdout())
    }

    /// Prints text on standard output.
    pub(super) fn print(&self, text: &str) {
        self.print_bytes(text.as_bytes());
    }

    /// Prints bytes on standard output. A reader that has gone away has seen enough.
    pub(super) fn print_bytes(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }

    /// Says something on standard error, unless it is asked to be quiet.
    pub(super) fn say(&self, text: &str) {
        if self.is_chatty() {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Announces work on the terminal if it takes long.
    pub(super) fn progress(&self, what: &str) -> Progress {
        let text = Arc::new(Mutex::new(what.to_owned()));
        if !self.is_chatty() || !io::stderr().is_terminal() {
            return Progress {
                text,
                ended: None,
                thread: None,
            };
        }
        let (ended, end) = mpsc::channel();
        let shown = Arc::clone(&text);
        let thread = std::thread::spawn(move || show(&shown, &end));
        Progress {
            text,
            ended: Some(ended),
            thread: Some(thread),
        }
    }

    /// Prints the findings, for JSON together with `result`, and says how the run ended. Every command ends with it.
    pub(super) fn finish(&mut self, command: &str, result: Option<Value>) -> Exit {
        let exit = self.exit();
        match self.format {
            FormatChoice::Json => self.print_json(command, result, exit),
            FormatChoice::Sarif => {
                let log = super::sarif::log(&self.findings_json());
                self.print(&format!("{log:#}\n"));
            }
            FormatChoice::Human | FormatChoice::Short => self.print_findings(),
        }
        exit
    }

    fn exit(&self) -> Exit {
        let findings = self.diagnostics.sorted();
        let mut errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        if self.diagnostics.error_count() == 0 {
            Exit::Success
        } else if errors.any(|finding| is_io(finding.diagnostic.code)) {
            Exit::Io
        } else {
            Exit::Findings
        }
    }

    fn print_json(&self, command: &str, result: Option<Value>, exit: Exit) {
        let mut object = json!({
            "xcc": crate::VERSION,
            "command": command,
            "success": exit == Exit::Success,
            "diagnostics": self.findings_json(),
        });
        if self.diagnostics.are_more() {
            object["more"] = true.into();
        }
        if let Some(result) = result {
            object["result"] = result;
        }
        self.print(&format!("{object:#}\n"));
    }

    fn findings_json(&self) -> Vec<Value> {
        let lines = self.rendered(RenderOptions {
            format: Format::Json,
            color: Color::Never,
        });
        let lines = lines.split(|byte| *byte == b'\n');
        lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    }

    fn print_findings(&self) {
        let format = match self.format {
            FormatChoice::Short => Format::Short,
            _ => Format::Human,
        };
        let color = self.color_of(&io::stderr());
        let text = self.rendered(RenderOptions { format, color });
        let _ = io::stderr().write_all(&text);
        let errors = self.diagnostics.error_count();
        let warnings = self.diagnostics.warning_count();
        let count = |number: usize, noun: &str| match number {
            0 => None,
            1 => Some(format!("1 {noun}")),
            _ => Some(format!("{number} {noun}s")),
        };
        let counts = [count(errors, "error"), count(warnings, "warning")];
        let counts: Vec<_> = counts.into_iter().flatten().collect();
        if format == Format::Human && !counts.is_empty() {
            self.say(&format!("xcc: {}", counts.join(" and ")));
        }
        if self.diagnostics.are_more() {
            self.say("xcc: there are more findings, which are not shown");
        }
    }

    fn rendered(&self, options: RenderOptions) -> Vec<u8> {
        let mut out = Vec::new();
        render(&self.diagnostics, &self.sources, options, &mut out)
            .expect("writing to memory cannot fail");
        out
    }

    fn color_of(&self, stream: &(impl anstream::stream::RawStream + IsTerminal)) -> Color {
        let wanted = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => AutoStream::choice(stream) != anstream::ColorChoice::Never,
        };
        match wanted {
            true => Color::Always,
            false => Color::Never,
        }
    }
}

/// Writes the text over itself until the work has ended.
fn show(text: &Mutex<String>, end: &Receiver<()>) {
    while end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
        let text = text.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write!(io::stderr(), "\r\x1b[K{text} …");
    }
    let _ = write!(io::stderr(), "\r\x1b[K");
}

impl Progress {
    /// Says what is going on now.
    pub(super) fn say(&self, text: String) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.ended.take());
        if let Some(thread) = self.thread.take() {
            // A line of progress that went wrong is no reason to fail.
            let _ = thread.join();
        }
    }
}

/// Whether a code says that the system refused, rather than that the input is wrong.
fn is_io(code: Code) -> bool {
    matches!(
        code,
        Code::NoProject | Code::FileNotFound | Code::UnreadableFile | Code::OutputUnwritable
    )
}
