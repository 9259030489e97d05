//! What `xcc sim --trace` writes.

use std::fs;
use std::path::Path;

use super::args::TraceFormat;
use crate::cli::models::unwritable;
use crate::diagnostic::Diagnostic;
use crate::sim::text::Teller;
use crate::sim::{Options, Run, Subject};

/// Writes what happened in a run to a file.
///
/// # Errors
///
/// A file that cannot be written, as a finding.
pub(super) fn write(
    path: &Path,
    format: TraceFormat,
    subject: &Subject<'_>,
    options: &Options,
    run: &Run,
) -> Result<(), Diagnostic> {
    let teller = Teller::new(subject, options, run);
    let text = match format {
        TraceFormat::Text => teller.timeline(run),
        TraceFormat::Json => format!("{:#}\n", teller.json(options, run)),
        TraceFormat::Mermaid => teller.mermaid(run),
    };
    fs::write(path, text).map_err(|error| unwritable(path, &error))
}
