//! Compiles a project folder through the library, and hands what was emitted to the real compilers.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xcc::analysis::{Facts, analyze};
use xcc::backend::Artifacts;
use xcc::diagnostic::{Diagnostics, RenderOptions, Reported, render};
use xcc::hir::Package;
use xcc::lower::{Mutant, lower_mutant};
use xcc::project::{
    Bound, Compiled, Inputs, Lowered, MANIFEST, Manifest, check_source, emit, lower_source,
};
use xcc::source::SourceMap;

use crate::move_package::MovePackage;
use crate::program_crate::ProgramCrate;
use crate::solc;
use crate::tools::{self, ToolError};

/// The folder below `svm` of what all programs share.
const PROGRAM_RUNTIME: &str = "xcc-runtime";

/// The source file that the features' manifest names.
const FEATURE: &str = "feature.xcc";

/// The chains and contracts that the manifest of the features binds, all of which its sources have to declare.
pub const FEATURE_HEAD: &str = r#"
chain ethereum: evm;
chain base: evm;
chain solana: svm;
chain sui: sui;
chain aptos: aptos;
contract Home on ethereum from "interfaces/evm.json";
contract Base on base from "interfaces/evm.json";
contract Solana on solana from "interfaces/svm.json";
contract Sui on sui from "interfaces/sui.json";
contract Aptos on aptos from "interfaces/aptos.json";
"#;

/// A compiled project, and a copy of its output in the tests' cache.
#[derive(Debug)]
pub struct Project {
    /// The name in `xcc.toml`.
    pub name: String,
    /// The checked source.
    pub package: Package,
    /// What the compiler made of it.
    pub compiled: Compiled,
    output: PathBuf,
}

/// Why a project could not be compiled.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The compiler found faults.
    #[error("{0}")]
    Findings(String),
    /// `xcc.toml` could not be read or changed as asked.
    #[error("`{}`: {reason}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The cache could not be written.
    #[error(transparent)]
    Tool(#[from] ToolError),
}

/// Replaces one value of `xcc.toml`: the keys from its top, and the new value. The value must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    keys: Vec<String>,
    value: String,
}

impl Override {
    /// An override of the only profile: `["constants", "DESK"]`, `["chains", "solana", "wormhole", "core"]`.
    #[must_use]
    pub fn new(keys: &[&str], value: impl Into<String>) -> Self {
        Self {
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
            value: value.into(),
        }
    }
}

impl Project {
    /// Compiles the project in a folder for its only profile, after replacing what the harness decides itself.
    ///
    /// # Errors
    /// Faults of the project, an override of something that is not there, or a cache that cannot be written.
    pub fn compile(folder: &Path, overrides: &[Override]) -> Result<Self, ProjectError> {
        let text = read_manifest(folder, overrides)?;
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let compiled = run(folder, &text, &mut sources, &mut diagnostics);
        let (name, package, compiled) =
            compiled.map_err(|_| ProjectError::Findings(findings(&diagnostics, &sources)))?;
        Ok(Self::new(name, package, compiled)?)
    }

    /// What the compiler made of a source that need not be in a folder.
    ///
    /// # Errors
    /// A cache that cannot be written.
    pub fn new(name: String, package: Package, compiled: Compiled) -> Result<Self, ToolError> {
        let output = keep(&compiled.artifacts)?;
        Ok(Self {
            name,
            package,
            compiled,
            output,
        })
    }

    /// Compiles a case of `suite/features`, which share one manifest and their interfaces.
    ///
    /// # Errors
    /// As for [`Project::compile`].
    pub fn compile_feature(name: &str, overrides: &[Override]) -> Result<Self, ProjectError> {
        let path = features_folder().join(format!("{name}.xcc"));
        let source = fs::read_to_string(&path).map_err(ToolError::io(&path))?;
        Self::compile_source(&source, overrides)
    }

    /// Compiles a source with the manifest and the interfaces that the features share.
    ///
    /// # Errors
    /// As for [`Project::compile`].
    pub fn compile_source(source: &str, overrides: &[Override]) -> Result<Self, ProjectError> {
        Self::compile_files(&[(FEATURE, source)], overrides)
    }

    /// Compiles source files with the manifest and the interfaces that the features share. The manifest names `feature.xcc`.
    ///
    /// # Errors
    /// As for [`Project::compile`].
    pub fn compile_files(
        files: &[(&str, &str)],
        overrides: &[Override],
    ) -> Result<Self, ProjectError> {
        let folder = tools::cache_dir().join("projects");
        let scratch = fs::create_dir_all(&folder).and_then(|()| tempfile::tempdir_in(&folder));
        let scratch = scratch.map_err(ToolError::io(&folder))?;
        for (path, text) in files {
            let path = scratch.path().join(path);
            let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
            let written = folder.and_then(|()| fs::write(&path, text));
            written.map_err(ToolError::io(&path))?;
        }
        let interfaces = ["aptos.json", "evm.json", "sui.json", "svm.json"];
        let interfaces = interfaces.map(|file| format!("interfaces/{file}"));
        for file in interfaces.iter().map(String::as_str).chain([MANIFEST]) {
            copy(&features_folder().join(file), &scratch.path().join(file))?;
        }
        if files.iter().any(|(_, text)| text.contains(ASSET)) {
            add_assets(&scratch.path().join(MANIFEST))?;
        }
        Self::compile(scratch.path(), overrides)
    }

    /// The same source with a fault of the protocol in it, under the same fingerprint: contracts that take each other for sound ones.
    ///
    /// # Errors
    /// A cache that cannot be written.
    pub fn with_fault(&self, mutant: Mutant) -> Result<Self, ToolError> {
        let program = lower_mutant(&self.package, mutant);
        let facts = Facts {
            fingerprints: self.compiled.lowered.facts.fingerprints.clone(),
            ..analyze(&program)
        };
        let bound = Bound {
            lowered: Lowered { program, facts },
            deployment: self.compiled.deployment.clone(),
        };
        let mut artifacts = Artifacts::default();
        let Ok(()) = bound.emit::<Infallible>(|part| {
            artifacts.extend(part);
            Ok(())
        });
        Ok(Self {
            name: format!("{} {mutant:?}", self.name),
            package: self.package.clone(),
            output: keep(&artifacts)?,
            compiled: Compiled {
                lowered: bound.lowered,
                deployment: bound.deployment,
                artifacts,
            },
        })
    }

    /// Every emitted file below a folder of the output, by its path there.
    pub fn files<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.compiled.artifacts.files.iter();
        files.filter_map(move |(path, text)| {
            let path = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((path, text.as_str()))
        })
    }

    /// The emitted Solidity with other sources beside it, as Foundry would compile it.
    #[must_use]
    pub fn solidity(&self, others: &[(&str, &str)]) -> solc::Input {
        let emitted = self.files("evm").filter(|(path, _)| path.ends_with(".sol"));
        solc::Input::new(emitted.chain(others.iter().copied()))
    }

    /// The emitted Anchor programs.
    ///
    /// # Errors
    /// A cache that cannot be read.
    pub fn programs(&self) -> Result<Vec<ProgramCrate>, ToolError> {
        let folders = self.folders("svm", "Cargo.toml");
        let names = folders.iter().filter(|name| *name != PROGRAM_RUNTIME);
        names.map(|name| self.program(name)).collect()
    }

    /// The crate that the emitted Anchor programs share, or none where there are no programs.
    ///
    /// # Errors
    /// A cache that cannot be read.
    pub fn program_runtime(&self) -> Result<Option<ProgramCrate>, ToolError> {
        let mut names = self.folders("svm", "Cargo.toml").into_iter();
        let runtime = names.find(|name| name == PROGRAM_RUNTIME);
        let folder = runtime.map(|name| self.output.join("svm").join(name));
        folder.map(|folder| ProgramCrate::load(&folder)).transpose()
    }

    /// The emitted Move packages below `sui` or `aptos`, in the order of their names.
    ///
    /// # Errors
    /// A cache that cannot be read.
    pub fn move_packages(&self, target: &str) -> Result<Vec<MovePackage>, ToolError> {
        let folders = self.folders(target, "Move.toml");
        let folders = folders
            .iter()
            .map(|name| self.output.join(target).join(name));
        let packages = folders.map(|folder| MovePackage::load(&folder));
        packages
            .map(|package| Ok(placed(package?, &BTreeMap::new())))
            .collect()
    }

    /// One emitted file.
    ///
    /// # Panics
    /// When no such file was emitted.
    #[must_use]
    pub fn file(&self, path: &str) -> &str {
        let file = self.compiled.artifacts.files.get(path);
        file.unwrap_or_else(|| panic!("`{path}` was not emitted"))
    }

    /// The runtime is taken from a folder named by its content alone, so that a change elsewhere does not compile it again.
    fn program(&self, name: &str) -> Result<ProgramCrate, ToolError> {
        let mut runtime = Artifacts::default();
        for (path, text) in self.files(&format!("svm/{PROGRAM_RUNTIME}")) {
            runtime.add(path.to_owned(), text.to_owned());
        }
        let program = ProgramCrate::load(&self.output.join("svm").join(name))?;
        Ok(program.with_override(PROGRAM_RUNTIME, &keep(&runtime)?))
    }

    /// The folders directly below `target` that hold such a manifest.
    fn folders(&self, target: &str, manifest: &str) -> Vec<String> {
        let names = self.files(target).filter_map(|(path, _)| {
            let name = path.strip_suffix(manifest)?.strip_suffix('/')?;
            (!name.contains('/')).then(|| name.to_owned())
        });
        names.collect()
    }
}

/// The example that xcc refuses, to show why.
pub const REFUSED: &str = "flash-loan";

/// The folders of the example projects that xcc accepts, in the order of their names.
///
/// # Panics
/// When the repository has no folder of examples.
#[must_use]
pub fn examples() -> Vec<PathBuf> {
    let folder = tools::suite_dir().join("../examples");
    let entries = fs::read_dir(&folder).expect("the repository has examples");
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir() && !path.ends_with(REFUSED))
        .collect();
    folders.sort();
    folders
}

/// The folder of the cases that show one feature of the language each.
#[must_use]
pub fn features_folder() -> PathBuf {
    tools::suite_dir().join("suite/features")
}

/// Every case that shows a feature, compiled, in the order of their names.
///
/// # Panics
/// When one does not compile.
#[must_use]
pub fn features() -> Vec<Project> {
    let entries = fs::read_dir(features_folder()).expect("the suite has features");
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let sources = paths.filter(|path| path.extension().is_some_and(|end| end == "xcc"));
    let names = sources.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let names: BTreeSet<_> = names.collect();
    let feature = |name: String| Project {
        name: name.clone(),
        ..Project::compile_feature(&name, &[]).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    names.into_iter().map(feature).collect()
}

/// A source as a project, with the manifest and the interfaces that the features share.
///
/// # Panics
/// When it does not compile.
#[must_use]
pub fn feature(name: &str, source: &str) -> Project {
    let project = Project::compile_source(source, &[]);
    Project {
        name: name.to_owned(),
        ..project.unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// The chains and contracts of the features, for a source of [`feature`].
///
/// # Panics
/// When the suite has lost the feature that declares all of them.
#[must_use]
pub fn declarations() -> String {
    let path = features_folder().join("nothing_to_undo.xcc");
    let source = fs::read_to_string(path).expect("the features are there");
    let (declarations, _) = source.split_once("workflow").expect("it has a workflow");
    declarations.to_owned()
}

/// What begins the declaration of an asset, for which the manifest of the features has an addition.
const ASSET: &str = "\nasset ";

fn add_assets(manifest: &Path) -> Result<(), ToolError> {
    let addition = features_folder().join("assets.toml");
    let assets = fs::read_to_string(&addition).map_err(ToolError::io(&addition))?;
    let text = fs::read_to_string(manifest).map_err(ToolError::io(manifest))?;
    fs::write(manifest, text + &assets).map_err(ToolError::io(manifest))
}

fn copy(from: &Path, to: &Path) -> Result<(), ToolError> {
    let folder = to.parent().map_or(Ok(()), fs::create_dir_all);
    let copied = folder.and_then(|()| fs::copy(from, to));
    copied.map(drop).map_err(ToolError::io(from))
}

fn read_manifest(folder: &Path, overrides: &[Override]) -> Result<String, ProjectError> {
    let path = folder.join(MANIFEST);
    let wrong = |reason: String| ProjectError::Manifest {
        path: path.clone(),
        reason,
    };
    let text = fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    if overrides.is_empty() {
        return Ok(text);
    }
    let mut table: toml::Table = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    for change in overrides {
        let place = find(&mut table, &change.keys);
        let place =
            place.ok_or_else(|| wrong(format!("nothing at `{}`", change.keys.join("."))))?;
        *place = toml::Value::String(change.value.clone());
    }
    toml::to_string(&table).map_err(|error| wrong(error.to_string()))
}

/// A value of the only profile.
fn find<'a>(table: &'a mut toml::Table, keys: &[String]) -> Option<&'a mut toml::Value> {
    let profiles = table.get_mut("profiles")?.as_table_mut()?;
    let (_, mut value) = profiles.iter_mut().next()?;
    for key in keys {
        value = value.get_mut(key)?;
    }
    Some(value)
}

fn run(
    folder: &Path,
    text: &str,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Result<(String, Package, Compiled), Reported> {
    let source = sources.add(MANIFEST, text);
    let mut project = xcc::project::Project {
        manifest: Manifest::parse(source, text, diagnostics)?,
        inputs: Inputs::new(folder.to_owned()),
    };
    let checked = check_source(&mut project, sources, diagnostics)?;
    let profile = project.manifest.profile(None, diagnostics)?;
    let compiled = emit(lower_source(&checked.package), profile, diagnostics)?;
    Ok((project.manifest.name.value, checked.package, compiled))
}

fn findings(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let mut text = Vec::new();
    match render(diagnostics, sources, RenderOptions::default(), &mut text) {
        Ok(()) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) => error.to_string(),
    }
}

/// Gives every package and name without an address one: that of the package that depends on it, or one of the tests' own, as
/// publishing would.
fn placed(mut package: MovePackage, known: &BTreeMap<String, String>) -> MovePackage {
    let own = package.addresses.entry(package.name.clone());
    own.or_insert_with(|| "_".to_owned());
    for (name, literal) in package
        .addresses
        .iter_mut()
        .filter(|(_, literal)| *literal == "_")
    {
        let known = known.get(name).cloned();
        *literal = known.unwrap_or_else(|| published_at(name));
    }
    let dependencies = std::mem::take(&mut package.dependencies).into_iter();
    package.dependencies = dependencies
        .map(|dependency| placed(dependency, &package.addresses))
        .collect();
    package
}

/// Where the tests publish a package of this name for which nobody has chosen an address.
#[must_use]
pub fn published_at(name: &str) -> String {
    format!("0x{}", &tools::digest(&[name.as_bytes()])[..16])
}

/// Writes files to a folder of the cache named by their content, once.
fn keep(artifacts: &Artifacts) -> Result<PathBuf, ToolError> {
    let parts: Vec<&[u8]> = artifacts
        .files
        .iter()
        .flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()])
        .collect();
    let parent = tools::cache_dir().join("projects");
    let folder = parent.join(&tools::digest(&parts)[..16]);
    if !folder.exists() {
        write(&parent, &folder, artifacts).map_err(ToolError::io(&folder))?;
    }
    Ok(folder)
}

/// Written beside its place and renamed, so that nobody sees half of it; who comes second finds the same files there.
fn write(parent: &Path, folder: &Path, artifacts: &Artifacts) -> io::Result<()> {
    fs::create_dir_all(parent)?;
    let scratch = tempfile::tempdir_in(parent)?;
    for (path, text) in &artifacts.files {
        let path = scratch.path().join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&path, text)?;
    }
    match fs::rename(scratch.path(), folder) {
        Err(error) if !folder.exists() => Err(error),
        _ => Ok(()),
    }
}
