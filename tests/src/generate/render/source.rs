//! Writes the source file.

use std::fmt::Write;

use xcc::types::{Declarations, Field};
use xcc::vm::Vm;

use super::expr::{In, list};
use super::workflow::write_workflow;
use super::{ASSET, interface_path};
use crate::generate::spec::{Named, PureFunction, Spec};

/// The text of the source file.
pub(super) fn source(spec: &Spec) -> String {
    let mut text = String::from("//! Generated.\n\n");
    let declarations = &spec.declarations;
    for chain in declarations.chains.values() {
        line(
            &mut text,
            0,
            &format!("chain {}: {};", chain.name, chain.vm),
        );
    }
    if has_asset(spec) {
        let chains = declarations.chains.values().zip(&spec.decimals);
        let chains = chains.zip(&spec.is_token_2022);
        let forms = chains.map(|((chain, decimals), &is_token_2022)| {
            let standard = standard(chain.vm, is_token_2022);
            format!("{}: {standard} decimals {decimals}", chain.name)
        });
        line(&mut text, 0, &format!("asset {ASSET} on {};", list(forms)));
    }
    for contract in &spec.contracts {
        let chain = &declarations.chains[contract.chain].name;
        let path = interface_path(contract);
        line(
            &mut text,
            0,
            &format!("contract {} on {chain} from \"{path}\";", contract.name),
        );
    }
    for declared in declarations.enums.values() {
        docs(&mut text, 0, &declared.docs);
        let variants = list(&declared.variants);
        line(
            &mut text,
            0,
            &format!("enum {} {{ {variants} }}", declared.name),
        );
    }
    for record in declarations.records.values() {
        docs(&mut text, 0, &record.docs);
        let fields = fields(declarations, record.fields.iter());
        line(
            &mut text,
            0,
            &format!("record {} {{ {fields} }}", record.name),
        );
    }
    for named in &spec.consts {
        let (name, value) = (&named.name, In(spec, &named.value));
        let ty = named.ty.display(declarations);
        line(&mut text, 0, &format!("const {name}: {ty} = {value};"));
    }
    for function in &spec.functions {
        write_function(&mut text, spec, function);
    }
    for workflow in &spec.workflows {
        text.push('\n');
        write_workflow(&mut text, spec, workflow);
    }
    text
}

/// Whether anything is said of the asset.
pub(super) fn has_asset(spec: &Spec) -> bool {
    !spec.declarations.assets.is_empty()
}

const fn standard(vm: Vm, is_token_2022: bool) -> &'static str {
    match vm {
        Vm::Evm => "erc20",
        Vm::Svm if is_token_2022 => "token2022",
        Vm::Svm => "spl",
        Vm::Sui => "coin",
        Vm::Aptos => "fungible",
    }
}

pub(super) fn line(text: &mut String, indent: usize, content: &str) {
    let _ = writeln!(text, "{:1$}{content}", "", 4 * indent);
}

pub(super) fn docs(text: &mut String, indent: usize, docs: &[String]) {
    for doc in docs {
        line(text, indent, &format!("/// {doc}"));
    }
}

pub(super) fn fields<'f>(
    declarations: &Declarations,
    fields: impl Iterator<Item = &'f Field>,
) -> String {
    list(fields.map(|field| format!("{}: {}", field.name, field.ty.display(declarations))))
}

fn write_function(text: &mut String, spec: &Spec, function: &PureFunction) {
    let declarations = &spec.declarations;
    let params = fields(declarations, function.params.iter());
    let result = function.result.display(declarations);
    line(
        text,
        0,
        &format!("fn {}({params}) -> {result} {{", function.name),
    );
    for (named, is_typed) in &function.lets {
        write_let(text, spec, 1, named, *is_typed);
    }
    line(text, 1, &In(spec, &function.value).to_string());
    line(text, 0, "}");
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
