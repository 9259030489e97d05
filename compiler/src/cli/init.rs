//! `xcc init`: a small project that builds.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Exit;
use super::args::InitArgs;
use super::session::Session;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Reported};
use crate::project::is_project_name;

/// The files of the project, with `NAME` for its name.
const TEMPLATE: [(&str, &str); 4] = [
    ("xcc.toml", include_str!("template/xcc.toml")),
    ("deposit.xcc", include_str!("template/deposit.xcc")),
    ("abi/Vault.json", include_str!("template/abi/Vault.json")),
    ("move/pool.json", include_str!("template/move/pool.json")),
];

pub(super) fn init(options: &InitArgs, session: &mut Session) -> Exit {
    let written = write_project(options, session);
    if written.is_ok() {
        let path = options.path.display();
        let count = TEMPLATE.len();
        session.say(&format!(
            "xcc: wrote a project of {count} files to `{path}`"
        ));
        session.say(&match options.path == Path::new(".") {
            true => "build it with `xcc build`".to_owned(),
            false => format!("build it with `xcc build {path}`"),
        });
    }
    let files = TEMPLATE.map(|(path, _)| path);
    let result = written.ok().map(|()| json!({ "files": files }));
    session.finish("init", result)
}

fn write_project(options: &InitArgs, session: &mut Session) -> Result<(), Reported> {
    let name = project_name(options).map_err(|error| session.diagnostics.error(error))?;
    for (path, _) in TEMPLATE {
        if options.path.join(path).symlink_metadata().is_ok() {
            let title = format!("`{path}` is already there");
            let diagnostic = Diagnostic::new(Code::ProjectExists, title)
                .note("a new project never replaces a file")
                .help("begin in an empty folder, as in `xcc init my-project`");
            session.diagnostics.error(diagnostic);
        }
    }
    session.diagnostics.ok()?;
    let mut written = Vec::new();
    for (path, text) in TEMPLATE {
        let target = options.path.join(path);
        let result = write_new(&target, &text.replace("NAME", &name));
        written.push(target.clone());
        if let Err(error) = result {
            remove(&written);
            let title = format!("cannot write `{}`", target.display());
            let diagnostic = Diagnostic::new(Code::OutputUnwritable, title);
            return Err(session
                .diagnostics
                .error(diagnostic.note(error.to_string())));
        }
    }
    Ok(())
}

/// The given name, or else one made of the folder's.
fn project_name(options: &InitArgs) -> Result<String, Diagnostic> {
    if let Some(name) = &options.name {
        return match is_project_name(name) {
            true => Ok(name.clone()),
            false => {
                let title = format!("`{name}` cannot name a project");
                let rule = "a name consists of lower-case letters, digits and single hyphens";
                Err(Diagnostic::new(Code::InvalidValue, title).note(rule))
            }
        };
    }
    let folder = std::path::absolute(&options.path).unwrap_or_else(|_| options.path.clone());
    let folder = folder.file_name().unwrap_or_default().to_string_lossy();
    let words = folder.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join("-").to_lowercase();
    Ok(match is_project_name(&name) {
        true => name,
        false => "deposit".to_owned(),
    })
}

fn write_new(target: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(target)?;
    file.write_all(text.as_bytes())
}

/// Takes back what was written before something failed. A file that cannot be removed stays, and is harmless.
fn remove(written: &[PathBuf]) {
    for path in written {
        let _ = fs::remove_file(path);
    }
}
