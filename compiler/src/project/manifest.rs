//! `xcc.toml`: what a project consists of, and what its profiles bind the source's names to.

use indexmap::IndexMap;

use super::document::{Kind, Reader, Section};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::load::why_not_relative;
use crate::source::{SourceId, Span, Spanned};

/// The file's name.
pub const MANIFEST: &str = "xcc.toml";

/// How its faults are reported.
static KIND: Kind = Kind {
    name: MANIFEST,
    syntax: Code::ManifestSyntax,
    unknown_key: Code::UnknownKey,
    missing_key: Code::MissingKey,
    invalid_value: Code::InvalidValue,
};

/// The language editions this compiler reads.
pub const EDITIONS: [&str; 1] = ["2026"];

/// A project as `xcc.toml` describes it. Names and addresses of profiles are checked when one is resolved.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file it was read from.
    pub source: SourceId,
    /// The language edition, one of [`EDITIONS`].
    pub edition: String,
    /// The project's name.
    pub name: Spanned<String>,
    /// The `.xcc` files to begin with, at least one, relative to the project, with `/` as separator.
    pub sources: Vec<Spanned<String>>,
    /// The folder to write to, relative to the project, with `/` as separator.
    pub output: Spanned<String>,
    /// The profile taken when none is asked for.
    pub default_profile: Option<Spanned<String>>,
    /// The profiles, in source order.
    pub profiles: IndexMap<String, Profile>,
}

/// One deployment, by the names of the source.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: Spanned<String>,
    /// Networks, by the name of the chain.
    pub chains: Bindings<ChainEntry>,
    /// Addresses, by the name of the contract.
    pub contracts: Bindings<Spanned<String>>,
    /// Tokens, by the name of the asset and then of the chain.
    pub assets: Bindings<Bindings<Spanned<String>>>,
    /// Addresses and Move types, by the name of the constant.
    pub constants: Bindings<Spanned<String>>,
    /// Addresses of emitted contracts, by the name of the workflow and then of the chain.
    pub programs: Bindings<Bindings<Spanned<String>>>,
}

/// One table of a profile.
#[derive(Clone, Debug)]
pub struct Bindings<T> {
    /// Its header, or the profile's if there is none.
    pub span: Span,
    /// What it binds, in source order, with the place of each name.
    pub entries: IndexMap<String, (Span, T)>,
}

/// A network a profile binds a chain to.
#[derive(Clone, Debug)]
pub struct ChainEntry {
    /// Its CAIP-2 identifier.
    pub id: Option<Spanned<String>>,
    /// Wormhole's endpoint on it.
    pub wormhole: Option<WormholeEntry>,
}

/// Wormhole's endpoint on a network.
#[derive(Clone, Debug)]
pub struct WormholeEntry {
    /// Where it is written.
    pub span: Span,
    /// Wormhole's number for the chain.
    pub chain: Option<Spanned<u16>>,
    /// The core's address.
    pub core: Option<Spanned<String>>,
    /// The core's state object, on Sui.
    pub state: Option<Spanned<String>>,
}

impl Manifest {
    /// Reads the text of an `xcc.toml`.
    ///
    /// # Errors
    ///
    /// Reports everything that is not TOML, unknown and missing keys, values of a wrong type, an unknown edition, and paths that are
    /// not relative.
    pub fn parse(
        source: SourceId,
        text: &str,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Reported> {
        let before = diagnostics.error_count();
        let manifest = read(source, text, &mut Reader::new(source, &KIND, diagnostics));
        match (diagnostics.ok_since(before), manifest) {
            (Ok(()), Some(manifest)) => Ok(manifest),
            (Err(reported), _) => Err(reported),
            (Ok(()), None) => unreachable!("a manifest that could not be read was reported"),
        }
    }

    /// The profile of this name, or else the default one.
    ///
    /// # Errors
    ///
    /// Reports a name that no profile has, and a project from whose profiles none can be chosen.
    pub fn profile(
        &self,
        wanted: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Result<&Profile, Reported> {
        let chosen = match (wanted, &self.default_profile) {
            (Some(name), _) => self.profiles.get(name),
            (None, Some(name)) => self.profiles.get(&name.value),
            (None, None) if self.profiles.len() == 1 => self.profiles.values().next(),
            (None, None) => None,
        };
        chosen.ok_or_else(|| diagnostics.error(self.no_profile(wanted)))
    }

    fn no_profile(&self, wanted: Option<&str>) -> Diagnostic {
        let names: Vec<_> = self.profiles.keys().map(String::as_str).collect();
        let default = self.default_profile.as_ref();
        let name = wanted.or(default.map(|name| name.value.as_str()));
        let title = match name {
            Some(name) => format!("there is no profile `{name}`"),
            None if names.is_empty() => "the project has no profile".to_owned(),
            None => "the project has several profiles and no default".to_owned(),
        };
        let mut diagnostic = Diagnostic::new(Code::NoProfile, title);
        if let (None, Some(default)) = (wanted, default) {
            diagnostic = diagnostic.primary(default.span, "no `[profiles.…]` has this name");
        }
        let near = name.and_then(|name| super::suggest::suggest(name, names.iter().copied()));
        match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if names.is_empty() => {
                diagnostic.help("add `[profiles.local.chains.…]` with the network of each chain")
            }
            None => diagnostic.help(format!(
                "choose with `--profile` or `default-profile`: {}",
                super::document::list(&names)
            )),
        }
    }
}

impl<T> Bindings<T> {
    fn empty(span: Span) -> Self {
        Self {
            span,
            entries: IndexMap::new(),
        }
    }
}

fn read(source: SourceId, text: &str, reader: &mut Reader<'_>) -> Option<Manifest> {
    let document = reader.parse(text)?;
    let root = reader.root(&document);
    reader.check_keys(&root, &["edition", "project", "output", "profiles"]);
    reader.require(&root, &["edition", "project"]);
    let edition = reader.string(&root, "edition");
    if let Some(edition) = &edition {
        check_edition(edition, reader);
    }

    let project = reader.section(&root, "project");
    let output = reader.section(&root, "output");
    let profiles = read_profiles(&root, reader);
    if let Some(output) = &output {
        reader.check_keys(output, &["directory"]);
    }
    let directory = output.and_then(|output| reader.string(&output, "directory"));
    if let Some(directory) = &directory {
        check_path(directory, reader);
    }
    let project = project?;
    reader.check_keys(&project, &["name", "source", "default-profile"]);
    reader.require(&project, &["name", "source"]);
    let name = reader.string(&project, "name");
    let sources = reader.strings(&project, "source");
    let default_profile = reader.string(&project, "default-profile");
    check_project(name.as_ref(), sources.as_deref(), reader);
    let project_span = project.span;
    Some(Manifest {
        source,
        edition: edition?.value,
        name: name?,
        sources: sources?,
        output: directory.unwrap_or_else(|| Spanned::new("generated".to_owned(), project_span)),
        default_profile,
        profiles,
    })
}

fn check_edition(edition: &Spanned<String>, reader: &mut Reader<'_>) {
    if !EDITIONS.contains(&edition.value.as_str()) {
        let title = format!("unknown edition `{}`", edition.value);
        let diagnostic = Diagnostic::new(Code::UnknownEdition, title)
            .primary(edition.span, "this compiler does not read it")
            .help(format!(
                "known editions: {}",
                super::document::list(&EDITIONS)
            ));
        reader.error(diagnostic);
    }
}

fn check_project(
    name: Option<&Spanned<String>>,
    sources: Option<&[Spanned<String>]>,
    reader: &mut Reader<'_>,
) {
    if let Some(name) = name
        && !is_project_name(&name.value)
    {
        let title = "a project's name consists of lower-case letters, digits and single hyphens";
        let diagnostic = Diagnostic::new(Code::InvalidValue, title);
        reader.error(diagnostic.primary(name.span, "not such a name"));
    }
    for source in sources.into_iter().flatten() {
        check_path(source, reader);
    }
}

/// Whether a word may name a project: lower-case letters, digits and single hyphens, beginning with a letter.
pub fn is_project_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .split('-')
            .all(|part| !part.is_empty() && part.chars().all(allowed))
}

/// A path of the project is relative and has `/` between its parts, so that it means the same on every machine.
fn check_path(path: &Spanned<String>, reader: &mut Reader<'_>) {
    let Some(reason) = why_not_relative(&path.value) else {
        return;
    };
    let title = "a path must be relative to the project";
    reader.error(Diagnostic::new(Code::InvalidValue, title).primary(path.span, reason));
}

fn read_profiles(root: &Section<'_>, reader: &mut Reader<'_>) -> IndexMap<String, Profile> {
    let mut profiles = IndexMap::new();
    let Some(section) = reader.section(root, "profiles") else {
        return profiles;
    };
    for entry in reader.entries(&section) {
        if let Some(section) = reader.section_of(&section, &entry) {
            let name = entry.key.value.clone();
            profiles.insert(name, read_profile(entry.key, &section, reader));
        }
    }
    profiles
}

fn read_profile(name: Spanned<String>, section: &Section<'_>, reader: &mut Reader<'_>) -> Profile {
    let tables = ["chains", "contracts", "assets", "constants", "programs"];
    reader.check_keys(section, &tables);
    let text = |reader: &mut Reader<'_>, _: &Section<'_>, entry: &_| read_text(reader, entry);
    Profile {
        name,
        chains: read_bindings(section, "chains", reader, read_chain),
        contracts: read_bindings(section, "contracts", reader, text),
        constants: read_bindings(section, "constants", reader, text),
        assets: read_bindings(section, "assets", reader, read_texts),
        programs: read_bindings(section, "programs", reader, read_texts),
    }
}

fn read_texts<'t>(
    reader: &mut Reader<'_>,
    outer: &Section<'t>,
    entry: &super::document::Entry<'t>,
) -> Option<Bindings<Spanned<String>>> {
    let section = reader.section_of(outer, entry)?;
    Some(read_entries(&section, reader, |reader, _, entry| {
        read_text(reader, entry)
    }))
}

fn read_text(
    reader: &mut Reader<'_>,
    entry: &super::document::Entry<'_>,
) -> Option<Spanned<String>> {
    reader.string_of(&entry.key.value, entry.value)
}

fn read_bindings<'t, T>(
    outer: &Section<'t>,
    key: &str,
    reader: &mut Reader<'_>,
    read: impl Fn(&mut Reader<'_>, &Section<'t>, &super::document::Entry<'t>) -> Option<T>,
) -> Bindings<T> {
    match reader.section(outer, key) {
        Some(section) => read_entries(&section, reader, read),
        None => Bindings::empty(outer.span),
    }
}

fn read_entries<'t, T>(
    section: &Section<'t>,
    reader: &mut Reader<'_>,
    read: impl Fn(&mut Reader<'_>, &Section<'t>, &super::document::Entry<'t>) -> Option<T>,
) -> Bindings<T> {
    let mut bindings = Bindings::empty(section.span);
    for entry in reader.entries(section) {
        if let Some(value) = read(reader, section, &entry) {
            let name = entry.key.value.clone();
            bindings.entries.insert(name, (entry.key.span, value));
        }
    }
    bindings
}

fn read_chain<'t>(
    reader: &mut Reader<'_>,
    outer: &Section<'t>,
    entry: &super::document::Entry<'t>,
) -> Option<ChainEntry> {
    let section = reader.section_of(outer, entry)?;
    reader.check_keys(&section, &["id", "wormhole"]);
    reader.require(&section, &["id"]);
    let id = reader.string(&section, "id");
    let wormhole = reader.section(&section, "wormhole");
    let wormhole = wormhole.map(|section| {
        reader.check_keys(&section, &["chain", "core", "state"]);
        reader.require(&section, &["chain", "core"]);
        WormholeEntry {
            span: section.span,
            chain: reader.number(&section, "chain", u16::MAX),
            core: reader.string(&section, "core"),
            state: reader.string(&section, "state"),
        }
    });
    Some(ChainEntry { id, wormhole })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn findings(text: &str) -> Vec<(&'static str, String)> {
        let mut sources = SourceMap::new();
        let source = sources.add(MANIFEST, text);
        let mut diagnostics = Diagnostics::new();
        let _ = Manifest::parse(source, text, &mut diagnostics);
        let place = |span: Option<Span>| span.map(|span| sources.slice(span).to_owned());
        let findings = diagnostics.sorted().into_iter().map(|finding| {
            let place = place(finding.diagnostic.span());
            (finding.diagnostic.code.as_str(), place.unwrap_or_default())
        });
        findings.collect()
    }

    #[test]
    fn independent_faults_are_reported_in_one_run() {
        let text = "edition = \"2027\"\nout = 1\n[project]\nname = \"A b\"\nsorce = \"a\"\n\
                    [profiles.p.chains.c]\nid = 1\nwormhole = { chain = 70000, cor = \"0x1\" }\n";
        let expected = [
            ("XCC0709", "\"2027\""),
            ("XCC0706", "out"),
            ("XCC0707", "project"),
            ("XCC0708", "\"A b\""),
            ("XCC0706", "sorce"),
            ("XCC0708", "1"),
            ("XCC0707", "wormhole"),
            ("XCC0708", "70000"),
            ("XCC0706", "cor"),
        ];
        let expected = expected.map(|(code, place)| (code, place.to_owned()));
        let mut found = findings(text);
        found.sort();
        let mut expected = expected.to_vec();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_not_toml_is_reported_where_it_is_not() {
        let found = findings("edition = \"2026\"\n[project\nname = \n");
        assert!(!found.is_empty());
        assert!(
            found.iter().all(|(code, _)| *code == "XCC0705"),
            "{found:?}"
        );
    }

    #[test]
    fn paths_mean_the_same_on_every_machine() {
        for path in ["", "/a.xcc", "C:a.xcc", "a\\\\b.xcc"] {
            let text =
                format!("edition = \"2026\"\n[project]\nname = \"a\"\nsource = \"{path}\"\n");
            let found = findings(&text);
            assert_eq!(found.len(), 1, "{path}: {found:?}");
            assert_eq!(found[0].0, "XCC0708");
        }
    }

    #[test]
    fn the_example_of_the_documentation_is_right() {
        let page = include_str!("../../docs/project.md");
        let example = page.split("```toml\n").nth(1);
        let example = example.and_then(|rest| rest.split("```").next());
        assert_eq!(findings(example.expect("an example")), []);
    }

    #[test]
    fn project_names_are_plain() {
        for name in ["a", "swap-and-stake2"] {
            assert!(is_project_name(name), "{name}");
        }
        for name in ["", "A", "2a", "a--b", "-a", "a-", "a_b", "a b", "ä"] {
            assert!(!is_project_name(name), "{name}");
        }
    }
}
