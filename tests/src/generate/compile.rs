//! Takes a generated project through the front end, without a folder.

use std::sync::Arc;

use xcc::diagnostic::{Diagnostics, RenderOptions, Reported, render};
use xcc::hir::Package;
use xcc::import::import;
use xcc::load::SourceTree;
use xcc::project::{Compiled, Lowered, MANIFEST, Manifest, emit, lower_source};
use xcc::sema::{Interfaces, check};
use xcc::source::SourceMap;
use xcc::syntax::{ast, parse};

use super::Sample;
use super::render::{SOURCE, interface_path};

/// A generated project as the front end understood it.
#[derive(Debug)]
pub struct Front {
    /// As it was parsed.
    pub file: ast::File,
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
            let (file, package) = self.check(sources, diagnostics)?;
            let lowered = lower_source(&package);
            Ok(Front {
                file,
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
            let (_, package) = self.check(sources, diagnostics)?;
            let text = &self.files[MANIFEST];
            let manifest = Manifest::parse(sources.add(MANIFEST, text), text, diagnostics)?;
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

    fn check(
        &self,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Result<(ast::File, Package), Reported> {
        let text = self.source();
        let ast = parse(sources.add(SOURCE, text), text, diagnostics)?;
        let mut tree = SourceTree::of(SOURCE, ast);
        let package = check(&tree, &self.interfaces(), diagnostics)?;
        let file = tree.files.pop().expect("it has one file");
        Ok((file.ast, package))
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
