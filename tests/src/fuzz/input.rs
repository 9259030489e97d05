//! What fuzzing begins with, read from where it is kept for other tests: sources, interface files, manifests, pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use xcc::codes::Code;
use xcc::project::MANIFEST;

use crate::project::features_folder;
use crate::tools::suite_dir;

/// An interface file with the path by which seeds name it.
pub(super) struct InterfaceFile {
    pub(super) path: String,
    pub(super) text: String,
}

/// The sources of the suite, the examples and the pages: whole files that parse, files that do not, and parts.
pub(super) fn sources() -> Vec<String> {
    let folders = ["suite/sema", "suite/syntax", "suite/features"];
    let folders = folders.map(|folder| suite_dir().join(folder));
    let cases = folders.iter().flat_map(|folder| files(folder, "xcc"));
    let mut sources: Vec<_> = cases.map(|path| read(&path)).collect();
    sources.extend(examples().flat_map(|folder| {
        let files = files(&folder, "xcc").into_iter();
        files.map(move |path| within(&folder, &read(&path)))
    }));
    let pages = Code::ALL.iter().map(|code| code.explain().to_owned());
    let reference = suite_dir().join("../compiler/docs/language.md");
    sources.extend(
        pages
            .chain([read(&reference)])
            .flat_map(|page| fenced(&page)),
    );
    sources
}

/// The interface files that [`sources`] names, and those of the importers' tests.
pub(super) fn interfaces() -> &'static [InterfaceFile] {
    static FILES: OnceLock<Vec<InterfaceFile>> = OnceLock::new();
    FILES.get_or_init(|| {
        let suite = ["sema", "features", "import"];
        let suite = suite.map(|folder| (suite_dir().join("suite").join(folder), String::new()));
        let examples = examples().map(|folder| {
            let prefix = prefix_of(&folder);
            (folder, prefix)
        });
        let roots = suite.into_iter().chain(examples);
        let files = roots.flat_map(|(root, prefix)| {
            let folders = subfolders(&root).into_iter();
            let paths = folders.flat_map(|folder| files(&folder, "json"));
            let paths: Vec<_> = paths.collect();
            paths.into_iter().map(move |path| InterfaceFile {
                text: read(&path),
                path: prefix.clone() + &relative(&root, &path),
            })
        });
        files.collect()
    })
}

/// The manifests of the examples and the features, by the source they belong to.
pub(super) fn manifests() -> BTreeMap<String, String> {
    let features = features_folder();
    let assets = read(&features.join("assets.toml"));
    let feature = "accounts.xcc";
    let mut manifests = BTreeMap::from([(
        read(&features.join(feature)),
        read(&features.join(MANIFEST)) + &assets,
    )]);
    manifests.extend(examples().flat_map(|folder| {
        let manifest = read(&folder.join(MANIFEST));
        let files = files(&folder, "xcc").into_iter();
        files.map(move |path| (within(&folder, &read(&path)), manifest.clone()))
    }));
    manifests
}

/// A source of an example, with its interfaces named as [`interfaces`] names them.
fn within(folder: &Path, source: &str) -> String {
    let named = format!("from \"{}", prefix_of(folder));
    source.replace("from \"", &named)
}

fn prefix_of(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default();
    format!("{}/", name.to_string_lossy())
}

fn examples() -> impl Iterator<Item = PathBuf> {
    subfolders(&suite_dir().join("../examples")).into_iter()
}

/// The blocks of source in a page.
fn fenced(page: &str) -> Vec<String> {
    let blocks = page.split("```").skip(1).step_by(2);
    let sources = blocks.filter(|block| block.starts_with("xcc"));
    let texts = sources.filter_map(|block| block.split_once('\n'));
    texts.map(|(_, text)| text.to_owned()).collect()
}

/// The files of a folder that end so, by name.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = entries(folder);
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let mut folders = entries(folder);
    folders.retain(|path| path.is_dir());
    folders
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the repository is whole");
    let paths = entries.map(|entry| entry.expect("a folder can be read").path());
    let mut paths: Vec<_> = paths.collect();
    paths.sort();
    paths
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.to_string_lossy().into_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the suite is UTF-8")
}
