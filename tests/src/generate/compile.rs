//! Takes a generated project through the front end, without a folder.

use std::sync::Arc;

use xcc::diagnostic::{Diagnostics, RenderOptions, Reported, render};
use xcc::hir::Package;
use xcc::import::import;
use xcc::load::load;
use xcc::project::{Compiled, Lowered, MANIFEST, Manifest, emit, lower_source};
use xcc::sema::{Interfaces, check};
use xcc::source::SourceMap;
use xcc::syntax::ast;

use super::Sample;
use super::render::interface_path;

/// A generated project as the front end understood it.
#[derive(Debug)]
pub struct Front {
    /// Its source files, as they were parsed.
    pub files: Vec<ast::File>,
    /// As it was checked.
    pub package: Package,
    /// As it was lowered, verified and analyzed.
    pub lowered: Lowered,
}

/// What was found in a project that ought to have been accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Sample {
    /// Parses, checks, lowers, verifies and analyzes it.
    ///
    /// # Errors
    /// What the compiler found fault with.
    ///
    /// # Panics
    /// When lowering made a program that is not well-formed.
    pub fn front(&self) -> Result<Front, Refused> {
        self.within(|sources, diagnostics| {
            let manifest = self.manifest(sources, diagnostics)?;
            let (files, package) = self.check(&manifest, sources, diagnostics)?;
            let lowered = lower_source(&package);
            Ok(Front {
                files,
                package,
                lowered,
            })
        })
    }

    /// Binds and emits it.
    ///
    /// # Errors
    /// What the compiler found fault with.
    ///
    /// # Panics
    /// When lowering made a program that is not well-formed.
    pub fn emit(&self) -> Result<(Package, Compiled), Refused> {
        self.within(|sources, diagnostics| {
            let manifest = self.manifest(sources, diagnostics)?;
            let (_, package) = self.check(&manifest, sources, diagnostics)?;
            let profile = manifest.profile(None, diagnostics)?;
            let compiled = emit(lower_source(&package), profile, diagnostics)?;
            Ok((package, compiled))
        })
    }

    fn within<T>(
        &self,
        run: impl FnOnce(&mut SourceMap, &mut Diagnostics) -> Result<T, Reported>,
    ) -> Result<T, Refused> {
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        run(&mut sources, &mut diagnostics).map_err(|_| Refused(findings(&diagnostics, &sources)))
    }

    fn manifest(
        &self,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Result<Manifest, Reported> {
        let text = &self.files[MANIFEST];
        Manifest::parse(sources.add(MANIFEST, text), text, diagnostics)
    }

    fn check(
        &self,
        manifest: &Manifest,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Result<(Vec<ast::File>, Package), Reported> {
        let mut read = |path: &str, _, _: &mut Diagnostics| {
            let text = self.files[path].clone();
            Ok((sources.add(path, text.clone()), text))
        };
        let tree = load(&manifest.sources, &mut read, diagnostics)?;
        let package = check(&tree, &self.interfaces(), diagnostics)?;
        let files = tree.files.into_iter().map(|file| file.ast);
        Ok((files.collect(), package))
    }

    /// Its interface files, imported.
    ///
    /// # Panics
    /// When one cannot be imported, which is a fault of the generator.
    fn interfaces(&self) -> Interfaces {
        let mut interfaces = Interfaces::new();
        for contract in &self.spec.contracts {
            let path = interface_path(contract);
            let text = &self.files[&path];
            let interface = import(self.spec.vm(contract.chain), &path, text);
            let interface = interface.unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
            interfaces.insert(path, Ok(Arc::new(interface)));
        }
        interfaces
    }
}

fn findings(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let mut text = Vec::new();
    match render(diagnostics, sources, RenderOptions::default(), &mut text) {
        Ok(()) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) => error.to_string(),
    }
}
