//! Writes declarations, each by itself.

use std::fmt::Write;

use xcc::types::{AssetDecl, Field};

use super::expr::{In, list};
use super::workflow::write_workflow;
use super::{INTERFACES, interface_path};
use crate::generate::spec::{Named, PureFunction, Spec};

/// A declaration.
pub(super) struct Declaration {
    pub(super) kind: Kind,
    /// Its name in the whole project.
    pub(super) name: String,
    pub(super) text: String,
}

/// What is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Chain,
    Asset,
    Contract,
    Enum,
    Record,
    Const,
    Function,
    Workflow,
}

impl Kind {
    /// How the names begin of what belongs to its file, and so may be called like something in another one.
    pub(super) const fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Enum => Some("Kind"),
            Self::Record => Some("Data"),
            Self::Const => Some("C"),
            Self::Function => Some("pure"),
            Self::Chain | Self::Asset | Self::Contract | Self::Workflow => None,
        }
    }
}

/// All declarations of a project.
pub(super) fn declarations(spec: &Spec) -> Vec<Declaration> {
    let (mut all, declared) = (Vec::new(), &spec.declarations);
    let mut add = |kind, name: &str, write: &dyn Fn(&mut String)| {
        let (name, mut text) = (name.to_owned(), String::new());
        write(&mut text);
        all.push(Declaration { kind, name, text });
    };
    for chain in declared.chains.values() {
        add(Kind::Chain, &chain.name, &|text| {
            docs(text, spec, 0, &chain.docs);
            line(text, 0, &format!("chain {}: {};", chain.name, chain.vm));
        });
    }
    for asset in assets(spec) {
        add(Kind::Asset, &asset.name, &|text| {
            write_asset(text, spec, asset)
        });
    }
    for contract in &spec.contracts {
        let chain = &declared.chains[contract.chain].name;
        let (name, path) = (&contract.name, interface_path(contract));
        let declaration = format!("contract {name} on {chain} from \"{INTERFACES}{path}\";");
        add(Kind::Contract, name, &|text| {
            docs(text, spec, 0, &[]);
            line(text, 0, &declaration);
        });
    }
    for declared in declared.enums.values() {
        let variants = documented_list(spec, 0, declared.variants.iter().cloned());
        add(Kind::Enum, &declared.name, &|text| {
            docs(text, spec, 0, &declared.docs);
            line(text, 0, &format!("enum {} {{{variants}}}", declared.name));
        });
    }
    for record in declared.records.values() {
        let fields = documented_list(spec, 0, written_fields(spec, record.fields.iter()));
        add(Kind::Record, &record.name, &|text| {
            docs(text, spec, 0, &record.docs);
            line(text, 0, &format!("record {} {{{fields}}}", record.name));
        });
    }
    for named in &spec.consts {
        let (name, value) = (&named.name, In(spec, &named.value));
        let ty = named.ty.display(declared);
        add(Kind::Const, name, &|text| {
            docs(text, spec, 0, &[]);
            line(text, 0, &format!("const {name}: {ty} = {value};"));
        });
    }
    for function in &spec.functions {
        add(Kind::Function, &function.name, &|text| {
            write_function(text, spec, function);
        });
    }
    for workflow in &spec.workflows {
        add(Kind::Workflow, &workflow.name, &|text| {
            write_workflow(text, spec, workflow);
        });
    }
    all
}

/// The assets that the project uses.
pub(super) fn assets(spec: &Spec) -> impl Iterator<Item = &AssetDecl> {
    let assets = spec.declarations.assets.values();
    assets.filter(|asset| !asset.forms.is_empty())
}

fn write_asset(text: &mut String, spec: &Spec, asset: &AssetDecl) {
    docs(text, spec, 0, &asset.docs);
    let forms = asset.forms.iter().map(|form| {
        let chain = &spec.declarations.chains[form.chain].name;
        format!(
            "{chain}: {} decimals {}",
            form.standard.name(),
            form.decimals
        )
    });
    line(
        text,
        0,
        &format!("asset {} on {};", asset.name, list(forms)),
    );
}

fn write_function(text: &mut String, spec: &Spec, function: &PureFunction) {
    docs(text, spec, 0, &[]);
    let params = list(written_fields(spec, function.params.iter()));
    let (name, result) = (&function.name, function.result.display(&spec.declarations));
    line(text, 0, &format!("fn {name}({params}) -> {result} {{"));
    for (named, is_typed) in &function.lets {
        write_let(text, spec, 1, named, *is_typed);
    }
    line(text, 1, &In(spec, &function.value).to_string());
    line(text, 0, "}");
}

pub(super) fn line(text: &mut String, indent: usize, content: &str) {
    let _ = writeln!(text, "{:1$}{content}", "", 4 * indent);
}

/// The documentation of something, which everything has if the layout says so.
pub(super) fn docs(text: &mut String, spec: &Spec, indent: usize, docs: &[String]) {
    if docs.is_empty() && spec.layout.is_documented {
        line(text, indent, "/// Documented.");
    }
    for doc in docs {
        line(text, indent, &format!("/// {doc}"));
    }
}

pub(super) fn written_fields<'f>(
    spec: &Spec,
    fields: impl Iterator<Item = &'f Field>,
) -> impl Iterator<Item = String> {
    fields.map(|field| format!("{}: {}", field.name, field.ty.display(&spec.declarations)))
}

/// What stands between braces: in one line, or on lines of their own with documentation and a comma after the last.
pub(super) fn documented_list(
    spec: &Spec,
    indent: usize,
    parts: impl Iterator<Item = String>,
) -> String {
    let mut parts = parts.peekable();
    if !spec.layout.is_documented {
        return format!(" {} ", list(parts));
    }
    if parts.peek().is_none() {
        return String::new();
    }
    let mut text = "\n".to_owned();
    for part in parts {
        line(&mut text, indent + 1, "/// A part.");
        line(&mut text, indent + 1, &format!("{part}, // of several"));
    }
    format!("{text}{:1$}", "", 4 * indent)
}

pub(super) fn write_let(
    text: &mut String,
    spec: &Spec,
    indent: usize,
    named: &Named,
    is_typed: bool,
) {
    let ty = is_typed.then(|| format!(": {}", named.ty.display(&spec.declarations)));
    let (name, ty) = (&named.name, ty.unwrap_or_default());
    let value = In(spec, &named.value);
    line(text, indent, &format!("let {name}{ty} = {value};"));
}
