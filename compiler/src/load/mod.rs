//! Finds all files of a program: those that the project names, and those that they import.
//!
//! Nothing here opens files: [`load`] asks for their texts. What it returns is whole: every file is parsed and stands after the files it
//! imports, so that later phases meet a declaration before its uses.

mod error;
mod path;

use std::collections::HashMap;

use crate::diagnostic::{Diagnostics, Reported};
use crate::source::{SourceId, Span, Spanned};
use crate::syntax::{ast, parse};
use error::Link;

pub(crate) use path::{beside, why_not_relative};

/// Every file of a program, each once and after the files it imports.
#[derive(Clone, Debug)]
pub struct SourceTree {
    /// The files.
    pub files: Vec<SourceFile>,
}

/// One file of a program.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path, relative to the project.
    pub path: String,
    /// As it was parsed.
    pub ast: ast::File,
    /// For each import of the file, which file it names, by position among all.
    pub imports: Vec<usize>,
}

/// Gives the text of a file, by its path relative to the project. The span is where the file is named, for the report of one that cannot be
/// read.
pub type Read<'r> =
    &'r mut dyn FnMut(&str, Span, &mut Diagnostics) -> Result<(SourceId, String), Reported>;

/// Reads and parses the files that a project names, and whatever they import. What a file imports that does not parse is not looked for.
///
/// # Errors
///
/// Reports files that cannot be read, syntax errors, imports of what is no source file of the project, and files that import themselves around
/// a circle.
pub fn load(
    roots: &[Spanned<String>],
    read: Read<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<SourceTree, Reported> {
    let before = diagnostics.error_count();
    let mut loader = Loader {
        read,
        diagnostics,
        known: HashMap::new(),
        open: Vec::new(),
        files: Vec::new(),
    };
    for root in roots {
        loader.enter(path::normal(&root.value), root.span);
        loader.run();
    }
    let files = loader.files;
    diagnostics.ok_since(before)?;
    Ok(SourceTree { files })
}

struct Loader<'r, 'd> {
    read: Read<'r>,
    diagnostics: &'d mut Diagnostics,
    known: HashMap<String, State>,
    /// The files on the way from a root to where the loader is. A list and not recursion, which many files in a row would exhaust.
    open: Vec<Open>,
    files: Vec<SourceFile>,
}

/// How far a file is known.
#[derive(Clone, Copy, Debug)]
enum State {
    /// It, or something that it imports, is being read.
    Open,
    /// It stands at this position.
    Loaded(usize),
    /// What is wrong with it was reported.
    Faulty,
}

/// A file whose imports are being read.
struct Open {
    file: SourceFile,
    /// How many of its imports were looked at.
    seen: usize,
}

impl Loader<'_, '_> {
    /// Reads a file that is not known yet, and opens it.
    fn enter(&mut self, path: String, named: Span) {
        if self.known.contains_key(&path) {
            return;
        }
        let text = (self.read)(&path, named, self.diagnostics);
        let ast = text.and_then(|(source, text)| parse(source, &text, self.diagnostics));
        let Ok(ast) = ast else {
            self.known.insert(path, State::Faulty);
            return;
        };
        self.known.insert(path.clone(), State::Open);
        let imports = Vec::new();
        self.open.push(Open {
            file: SourceFile { path, ast, imports },
            seen: 0,
        });
    }

    /// Follows imports until nothing is open.
    fn run(&mut self) {
        while let Some(open) = self.open.last_mut() {
            let Some(import) = open.file.ast.imports.get(open.seen) else {
                self.leave();
                continue;
            };
            let (from, written) = (open.file.path.clone(), import.path.clone());
            match path::resolve(&from, &written.value) {
                Ok(path) => self.follow(path, written.span),
                Err(fault) => {
                    self.diagnostics.error(error::unusable(&written, fault));
                    self.pass();
                }
            }
        }
    }

    /// Comes to an import: takes the file if it is known, and else opens it and comes back.
    fn follow(&mut self, path: String, named: Span) {
        match self.known.get(&path) {
            None => self.enter(path, named),
            Some(State::Loaded(at)) => {
                let at = *at;
                if let Some(open) = self.open.last_mut() {
                    open.file.imports.push(at);
                }
                self.pass();
            }
            Some(State::Open) => {
                let circle = self.circle(&path);
                self.diagnostics.error(error::circle(&circle));
                self.pass();
            }
            Some(State::Faulty) => self.pass(),
        }
    }

    /// Goes on to the next import.
    fn pass(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.seen += 1;
        }
    }

    /// Closes the innermost file, all of whose imports are there.
    fn leave(&mut self) {
        if let Some(open) = self.open.pop() {
            let at = State::Loaded(self.files.len());
            self.known.insert(open.file.path.clone(), at);
            self.files.push(open.file);
        }
    }

    /// The imports that lead from a file that is open back to it.
    fn circle(&self, path: &str) -> Vec<Link> {
        let from = self.open.iter().position(|open| open.file.path == path);
        let way = &self.open[from.unwrap_or_default()..];
        let next = way.iter().skip(1).map(|open| open.file.path.as_str());
        let links = way.iter().zip(next.chain([path])).map(|(open, to)| Link {
            from: open.file.path.clone(),
            to: to.to_owned(),
            span: open.file.ast.imports[open.seen].path.span,
        });
        links.collect()
    }
}

impl SourceTree {
    /// A program of one file.
    ///
    /// # Panics
    ///
    /// When the file imports something.
    #[must_use]
    pub fn of(path: impl Into<String>, ast: ast::File) -> Self {
        assert!(ast.imports.is_empty(), "what it imports is not there");
        let (path, imports) = (path.into(), Vec::new());
        let files = vec![SourceFile { path, ast, imports }];
        Self { files }
    }

    /// The chain that a name stands for in a file: one of its own, or an imported one.
    pub fn chain(&self, file: usize, name: &str) -> Option<&ast::Chain> {
        let file = &self.files[file];
        let imported = || {
            let imports = file.ast.imports.iter().zip(&file.imports);
            let mut names = imports.flat_map(|(import, from)| {
                let names = import.names.iter();
                names.map(|imported| (imported, *from))
            });
            let (imported, from) = names.find(|(it, _)| it.local().value == name)?;
            own_chain(&self.files[from].ast, &imported.name.value)
        };
        own_chain(&file.ast, name).or_else(imported)
    }
}

fn own_chain<'f>(file: &'f ast::File, name: &str) -> Option<&'f ast::Chain> {
    let mut chains = file.items.iter().filter_map(|item| match item {
        ast::Item::Chain(chain) => Some(chain),
        _ => None,
    });
    chains.find(|chain| chain.name.value == name)
}
