//! What `xcc check` writes on request: models for other checkers, and certificates of what was proved.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha3::{Digest, Keccak256};

use super::args::ModelLanguage;
use super::proof::Proof;
use crate::analysis::Facts;
use crate::analysis::explore::Model;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::export::{promela, tla};
use crate::ir::Program;
use crate::wire::value::hex;

/// What every proof rests on, by the names that `compiler/docs/proof.md` explains.
const ASSUMPTIONS: [(&str, &str); 2] = [
    (
        "T0",
        "the transport forges nothing and respects finality; it may lose, delay, repeat and reorder (for every promise)",
    ),
    (
        "T1",
        "a message sent again and again is executed at last, and calls that must succeed do so at last (for settling)",
    ),
];

/// Writes the model of each workflow to a folder, and gives the paths.
///
/// # Errors
///
/// A file that cannot be written, as a finding.
pub(super) fn write_models(
    language: ModelLanguage,
    folder: &Path,
    program: &Program,
    models: &[&Model],
) -> Result<Vec<PathBuf>, Diagnostic> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let files = models
        .iter()
        .flat_map(|model| files(language, program, model));
    files
        .map(|(name, text)| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
            Ok(path)
        })
        .collect()
}

fn files(language: ModelLanguage, program: &Program, model: &Model) -> Vec<(String, String)> {
    match language {
        ModelLanguage::Promela => {
            let name = &program.workflows[model.workflow].name;
            vec![(format!("{name}.pml"), promela(program, model))]
        }
        ModelLanguage::Tla => {
            let tla = tla(program, model);
            vec![
                (format!("{}.tla", tla.name), tla.module),
                (format!("{}.cfg", tla.name), tla.config),
            ]
        }
    }
}

/// Writes what was proved of each workflow.
///
/// # Errors
///
/// A file that cannot be written, as a finding.
pub(super) fn write_certificate(
    path: &Path,
    program: &Program,
    facts: &Facts,
    models: &[Model],
    proofs: &[Proof],
) -> Result<(), Diagnostic> {
    let workflows = models.iter().zip(proofs).map(|(model, proof)| {
        let mut certified = proof.to_json();
        certified["fingerprint"] = hex(&facts.fingerprints[model.workflow]).into();
        certified["model"] = hex(&hash(program, model)).into();
        certified
    });
    let assumptions = ASSUMPTIONS.map(|(name, text)| json!({ "name": name, "text": text }));
    let certificate = json!({
        "xcc": crate::VERSION,
        "assumptions": assumptions,
        "workflows": workflows.collect::<Value>(),
    });
    fs::write(path, format!("{certificate:#}\n")).map_err(|error| unwritable(path, &error))
}

/// The hash of a model, as the Keccak-256 of its Promela text.
fn hash(program: &Program, model: &Model) -> [u8; 32] {
    Keccak256::digest(promela(program, model)).into()
}

/// A file that cannot be written, as a finding.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let title = format!("`{}` cannot be written", path.display());
    Diagnostic::new(Code::OutputUnwritable, title)
        .note(error.to_string())
        .help("name a place that can be written to")
}
