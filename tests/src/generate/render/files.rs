//! Distributes declarations over source files, which import from each other what they need.

use std::collections::{BTreeMap, BTreeSet};

use super::SOURCE;
use super::declarations::{Declaration, Kind, declarations};
use crate::generate::spec::Spec;

/// A source file: its path and its text.
pub(super) type File = (String, String);

/// What each declaration is called in the file that it stands in, by its name in the whole project.
pub(super) fn written_names(spec: &Spec) -> BTreeMap<String, String> {
    let all = declarations(spec);
    own_names(spec, &all, &places(spec, &all))
}

/// The source files, each after those that it imports from.
pub(super) fn sources(spec: &Spec) -> Vec<File> {
    let all = declarations(spec);
    let places = places(spec, &all);
    let mut used: Vec<_> = places.clone();
    used.sort_unstable();
    used.dedup();
    let last = used.last().copied().unwrap_or_default();
    let files = Files {
        spec,
        declared: all
            .iter()
            .zip(&places)
            .map(|(it, place)| (it.name.as_str(), *place))
            .collect(),
        own: own_names(spec, &all, &places),
        last,
    };
    let written = used.into_iter().map(|file| {
        let own = all.iter().zip(&places).filter(|(_, place)| **place == file);
        let own: Vec<_> = own.map(|(it, _)| it).collect();
        (files.path(file), files.text(file, &own))
    });
    written.collect()
}

/// The files with which the project begins: those from which no other one imports.
pub(super) fn roots(spec: &Spec) -> Vec<String> {
    let files = sources(spec);
    let is_imported = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        files
            .iter()
            .any(|(_, text)| text.contains(&format!("{name}\";")))
    };
    let paths = files.iter().map(|(path, _)| path.clone());
    paths.filter(|path| !is_imported(path)).collect()
}

/// The file of each declaration: as early as the layout lets it stand, and after what it uses.
fn places(spec: &Spec, all: &[Declaration]) -> Vec<usize> {
    let earliest = spec
        .layout
        .files
        .iter()
        .copied()
        .chain(std::iter::repeat(0));
    let mut places: Vec<_> = all.iter().zip(earliest).map(|(_, place)| place).collect();
    let numbers = all.iter().enumerate();
    let numbers: BTreeMap<_, _> = numbers
        .map(|(number, it)| (it.name.as_str(), number))
        .collect();
    loop {
        let before = places.clone();
        for (number, declaration) in all.iter().enumerate() {
            let used = words(&declaration.text).filter_map(|word| numbers.get(word));
            let latest = used.map(|&used| before[used]).max().unwrap_or_default();
            places[number] = places[number].max(latest);
        }
        if places == before {
            return places;
        }
    }
}

/// What each declaration is called where it is declared.
fn own_names(spec: &Spec, all: &[Declaration], places: &[usize]) -> BTreeMap<String, String> {
    let mut counts: BTreeMap<(usize, Kind), usize> = BTreeMap::new();
    let names = all.iter().zip(places).map(|(declaration, &place)| {
        let count = counts.entry((place, declaration.kind)).or_default();
        *count += 1;
        let own = match declaration.kind.prefix() {
            Some(prefix) if spec.layout.counts_anew => format!("{prefix}{count}"),
            _ => declaration.name.clone(),
        };
        (declaration.name.clone(), own)
    });
    names.collect()
}

/// What is known of all files.
struct Files<'s> {
    spec: &'s Spec,
    /// Where each declaration stands, by the name that it has in the whole project.
    declared: BTreeMap<&'s str, usize>,
    /// What it is called there.
    own: BTreeMap<String, String>,
    last: usize,
}

impl Files<'_> {
    fn path(&self, file: usize) -> String {
        match file {
            _ if file == self.last => SOURCE.to_owned(),
            _ if file.is_multiple_of(2) => format!("shared/part{file}.xcc"),
            _ => format!("part{file}.xcc"),
        }
    }

    fn text(&self, file: usize, own: &[&Declaration]) -> String {
        let names = self.names(file, own);
        let imports = self.imports(file, &names);
        let bodies = own.iter().map(|declaration| {
            let break_before = if declaration.kind == Kind::Workflow {
                "\n"
            } else {
                ""
            };
            let text = renamed(&declaration.text, &names);
            let text = text.replace(super::INTERFACES, &self.way_up(file));
            format!("{break_before}{text}")
        });
        let mut bodies: Vec<_> = bodies.collect();
        if self.spec.layout.order % 2 == 1 {
            bodies.reverse();
        }
        let bodies = bodies.concat();
        let docs = "//! Generated.\n\n";
        match self.spec.layout.order % 4 {
            0 | 1 => format!("{docs}{imports}{bodies}"),
            _ => format!("{docs}{bodies}{imports}"),
        }
    }

    /// How a path begins that leads from the folder of a file to that of the project.
    fn way_up(&self, file: usize) -> String {
        "../".repeat(self.path(file).matches('/').count())
    }

    /// What a file calls whatever it uses, by the names in the whole project.
    fn names(&self, file: usize, own: &[&Declaration]) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for declaration in own {
            let own = &self.own[&declaration.name];
            names.insert(declaration.name.clone(), own.clone());
            taken.insert(own.clone());
        }
        let used = own.iter().flat_map(|declaration| words(&declaration.text));
        let used: BTreeSet<_> = used
            .filter(|word| self.declared.contains_key(word))
            .collect();
        for name in used.into_iter().filter(|&name| self.declared[name] != file) {
            let plain = &self.own[name];
            let local = match !self.spec.layout.renames && taken.insert(plain.clone()) {
                true => plain.clone(),
                false => format!("Other_{name}"),
            };
            names.insert(name.to_owned(), local);
        }
        names
    }

    fn imports(&self, file: usize, names: &BTreeMap<String, String>) -> String {
        let mut by_file: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (name, local) in names {
            let (from, plain) = (self.declared[name.as_str()], &self.own[name]);
            let imported = match plain == local {
                true => plain.clone(),
                false => format!("{plain} as {local}"),
            };
            by_file.entry(from).or_default().push(imported);
        }
        by_file.remove(&file);
        let imports = by_file.into_iter().map(|(from, names)| {
            let (names, path) = (names.join(", "), self.path(from));
            let path = match (
                self.path(file).strip_prefix("shared/"),
                path.strip_prefix("shared/"),
            ) {
                (Some(_), Some(beside)) => beside.to_owned(),
                _ => format!("{}{path}", self.way_up(file)),
            };
            format!("import {{ {names} }} from \"{path}\";\n")
        });
        imports.collect()
    }
}

/// The names and keywords in a text, without those in strings and comments.
fn words(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|(piece, is_word)| is_word.then_some(piece))
}

/// The text with other names.
fn renamed(text: &str, names: &BTreeMap<String, String>) -> String {
    let pieces = pieces(text).map(|(piece, is_word)| match names.get(piece) {
        Some(name) if is_word => name.as_str(),
        _ => piece,
    });
    pieces.collect()
}

/// A text in pieces, and which of them are words of the language.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_word = is_in_word(first);
        let length = match first {
            _ if is_word => rest.find(|c| !is_in_word(c)),
            '"' => end_of_string(rest),
            '/' if rest.starts_with("//") => rest.find('\n'),
            other => Some(other.len_utf8()),
        };
        let (piece, after) = rest.split_at(length.unwrap_or(rest.len()));
        rest = after;
        Some((piece, is_word))
    })
}

/// Where a string ends that a text begins with.
fn end_of_string(text: &str) -> Option<usize> {
    let mut is_escaped = true;
    let quote = text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    quote.map(|quote| quote + 1)
}
