//! Calls into targets: the minimal interface of each, arguments in its types, and the words they take.

use std::collections::BTreeMap;

use crate::backend::Input;
use crate::backend::names::{Namer, pascal_case};
use crate::backend::printer::Printer;
use crate::backend::solidity::convertible::is_shared;
use crate::backend::solidity::expr::{Expr, Head};
use crate::backend::solidity::keywords::KEYWORDS;
use crate::backend::solidity::names::{ContractNames, Named};
use crate::backend::solidity::types::Types;
use crate::entities::{Contract, Machine};
use crate::hir::FunctionRef;
use crate::import::{
    EvmFunction, EvmTuple, EvmType, FunctionKind, Mutability, Signature, TargetType,
};
use crate::ir::CallData;
use crate::types::{Declarations, Type};
use crate::wire::Encoding;

/// The functions a machine calls on one target, and the structs they take.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    functions: BTreeMap<FunctionRef, Used>,
    /// Structs by their shape, those inside others first.
    structs: Vec<(EvmTuple, Named)>,
}

/// What is used of a function.
#[derive(Clone, Debug, Default)]
struct Used {
    /// How many results are declared: up to the last that is used.
    results: usize,
    /// For each parameter that is declared with the library's own types, what it is given.
    shared: BTreeMap<usize, Type>,
}

/// The targets of a machine.
pub(super) type Targets = BTreeMap<Contract, Target>;

/// Collects what a machine calls. Native currency is moved without a target of its own.
pub(super) fn collect(input: Input<'_>, machine: Machine) -> Targets {
    let mut targets = Targets::new();
    let declarations = &input.program.declarations;
    let is_called = |call: &CallData| !declarations.is_native(call.function.contract);
    for (call, types) in typed_calls(input, machine).filter(|(call, _)| is_called(call)) {
        let target = targets.entry(call.function.contract).or_default();
        let used = target.functions.entry(call.function.clone()).or_default();
        let results = call.results.iter().max().map_or(0, |last| last + 1);
        used.results = results.max(used.results);
        let shared = types.into_iter().enumerate();
        let shared = shared.filter(|(_, ty)| is_shared(ty, declarations));
        used.shared.extend(shared);
    }
    for target in targets.values_mut() {
        let mut namer = Namer::new(KEYWORDS);
        // The library, of whose types some parameters are.
        namer.reserve("Messages");
        let functions: Vec<_> = target.functions.keys().cloned().collect();
        functions
            .iter()
            .for_each(|function| namer.reserve(&function.name));
        for (function, used) in &target.functions {
            let (signature, _) = signature(input, function);
            for (index, param) in signature.params.iter().enumerate() {
                if let TargetType::Evm(ty) = &param.ty
                    && !used.shared.contains_key(&index)
                {
                    add_structs(ty, &mut namer, &mut target.structs);
                }
            }
        }
    }
    targets
}

/// Every call a machine makes, with the types of its arguments.
pub(super) fn typed_calls<'a>(
    input: Input<'a>,
    machine: Machine,
) -> impl Iterator<Item = (&'a CallData, Vec<Type>)> {
    let handlers = input.program.machines[machine].handlers.iter();
    let bodies = handlers.map(move |&handler| &input.program.handlers[handler].body);
    bodies.flat_map(|body| {
        body.calls().map(|(call, _)| {
            let types = call.args.iter().map(|&arg| body.values[arg].ty.clone());
            (call, types.collect())
        })
    })
}

/// What a function takes and gives.
///
/// # Panics
///
/// When the function is not one the checker accepted on an EVM chain.
pub(super) fn signature<'a>(
    input: Input<'a>,
    function: &FunctionRef,
) -> (&'a Signature, &'a EvmFunction) {
    let interface = &input.program.declarations.contracts[function.contract].interface;
    let overloads = &interface.functions[&function.name];
    let signature = overloads[function.overload].signature.as_ref();
    let signature = signature.expect("the checker refuses calls of unsupported functions");
    match &signature.kind {
        FunctionKind::Evm(evm) => (signature, evm),
        _ => unreachable!("a machine on the EVM calls contracts on the EVM"),
    }
}

fn add_structs(ty: &EvmType, namer: &mut Namer, found: &mut Vec<(EvmTuple, Named)>) {
    match ty {
        EvmType::Array(inner) | EvmType::FixedArray(inner, _) => add_structs(inner, namer, found),
        EvmType::Tuple(tuple) if found.iter().all(|(other, _)| other != tuple) => {
            let components = tuple.components.iter();
            components.for_each(|component| add_structs(&component.ty, namer, found));
            // `Vault.Position` is declared in this interface as `Position`.
            let written = tuple
                .name
                .as_deref()
                .and_then(|name| name.rsplit('.').next());
            let name = namer.choose(&pascal_case(written.unwrap_or("Params")));
            let mut members = Namer::new(KEYWORDS);
            let components = tuple.components.iter();
            let members = components
                .map(|component| members.choose(component.name.as_deref().unwrap_or("value")))
                .collect();
            found.push((tuple.clone(), Named { name, members }));
        }
        _ => {}
    }
}

impl Target {
    fn named(&self, tuple: &EvmTuple) -> &Named {
        let found = self.structs.iter().find(|(other, _)| other == tuple);
        &found.expect("every struct was collected").1
    }

    fn type_name(&self, ty: &EvmType) -> String {
        match ty {
            EvmType::Tuple(tuple) => self.named(tuple).name.clone(),
            EvmType::Array(item) => format!("{}[]", self.type_name(item)),
            EvmType::FixedArray(item, len) => format!("{}[{len}]", self.type_name(item)),
            scalar => scalar.to_string(),
        }
    }

    /// Writes the interface: the functions that are called, with the results that are used.
    pub(super) fn write_interface(
        &self,
        printer: &mut Printer,
        input: Input<'_>,
        types: Types<'_>,
        (name, title): (&str, &str),
    ) {
        printer.blank();
        printer.line(format!("/// @title What is used of {title}"));
        printer.block(format!("interface {name}"), |printer| {
            for (tuple, named) in &self.structs {
                printer.block(format!("struct {}", named.name), |printer| {
                    for (component, member) in tuple.components.iter().zip(&named.members) {
                        printer.line(format!("{} {member};", self.type_name(&component.ty)));
                    }
                });
                printer.blank();
            }
            for (function, used) in &self.functions {
                self.function_head(input, types, (function, used))
                    .declaration(printer);
            }
        });
    }

    fn function_head(
        &self,
        input: Input<'_>,
        types: Types<'_>,
        (function, used): (&FunctionRef, &Used),
    ) -> Head {
        let (signature, evm) = signature(input, function);
        let mut names = Namer::new(KEYWORDS);
        self.functions
            .keys()
            .for_each(|other| names.reserve(&other.name));
        self.structs
            .iter()
            .for_each(|(_, named)| names.reserve(&named.name));
        let params = signature.params.iter().filter_map(|param| match &param.ty {
            TargetType::Evm(ty) => Some((ty, param.name.as_deref())),
            _ => None,
        });
        let params = params.enumerate().map(|(index, (ty, name))| {
            let location = if is_reference(ty) { " calldata" } else { "" };
            let name = name
                .map(|name| format!(" {}", names.choose(name)))
                .unwrap_or_default();
            let shared = used.shared.get(&index).map(|ty| types.name(ty));
            let spelled = shared.unwrap_or_else(|| self.type_name(ty));
            format!("{spelled}{location}{name}")
        });
        let params = params.collect();
        let mutability = match evm.mutability {
            Mutability::NonPayable => None,
            other => Some(other.keyword().to_owned()),
        };
        let types = result_types(signature, used.results);
        let returns = (!types.is_empty()).then(|| format!("returns ({})", types.join(", ")));
        let attributes = [Some("external".to_owned()), mutability, returns];
        Head {
            start: format!("function {}", function.name),
            params,
            attributes: attributes.into_iter().flatten().collect(),
        }
    }

    /// How many values a call of the function returns, and which of them is each result.
    pub(super) fn declared_results(
        &self,
        input: Input<'_>,
        function: &FunctionRef,
    ) -> Vec<Option<usize>> {
        let (signature, _) = signature(input, function);
        let used = self.functions.get(function);
        let declared = used.map_or(0, |used| used.results);
        let mut positions = Vec::new();
        for (index, result) in signature.results.iter().take(declared).enumerate() {
            match &result.ty {
                TargetType::Evm(ty) if is_scalar(ty) => positions.push(Some(index)),
                TargetType::Evm(ty) => positions.extend(vec![None; head_words(ty)]),
                _ => {}
            }
        }
        positions
    }

    /// A type of the function's results, as the interface declares it.
    pub(super) fn result_type(
        &self,
        input: Input<'_>,
        function: &FunctionRef,
        index: usize,
    ) -> String {
        let (signature, _) = signature(input, function);
        match &signature.results[index].ty {
            TargetType::Evm(ty) => ty.to_string(),
            _ => unreachable!("a Solidity function has Solidity results"),
        }
    }
}

/// The declared results. One that is not read is declared as the words of its head, so that nothing is copied for it.
fn result_types(signature: &Signature, results: usize) -> Vec<String> {
    let mut types = Vec::new();
    for result in signature.results.iter().take(results) {
        match &result.ty {
            TargetType::Evm(ty) if is_scalar(ty) => types.push(ty.to_string()),
            TargetType::Evm(ty) => types.extend(vec!["uint256".to_owned(); head_words(ty)]),
            _ => {}
        }
    }
    types
}

/// Whether a type is one word in the ABI, and is not a reference.
pub(super) fn is_scalar(ty: &EvmType) -> bool {
    !is_reference(ty)
}

fn is_reference(ty: &EvmType) -> bool {
    matches!(
        ty,
        EvmType::Bytes
            | EvmType::String
            | EvmType::Array(_)
            | EvmType::FixedArray(..)
            | EvmType::Tuple(_)
    )
}

fn is_dynamic(ty: &EvmType) -> bool {
    match ty {
        EvmType::Bytes | EvmType::String | EvmType::Array(_) => true,
        EvmType::FixedArray(item, _) => is_dynamic(item),
        EvmType::Tuple(tuple) => tuple
            .components
            .iter()
            .any(|component| is_dynamic(&component.ty)),
        _ => false,
    }
}

/// The words of a value in the head of the ABI's encoding; a dynamic one has its offset there.
fn head_words(ty: &EvmType) -> usize {
    match ty {
        _ if is_dynamic(ty) => 1,
        EvmType::FixedArray(item, len) => head_words(item) * *len as usize,
        EvmType::Tuple(tuple) => tuple
            .components
            .iter()
            .map(|component| head_words(&component.ty))
            .sum(),
        _ => 1,
    }
}

/// How arguments are written in the target's types.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    pub(super) types: Types<'a>,
    pub(super) names: &'a ContractNames,
    pub(super) target: &'a Target,
    pub(super) contract: Contract,
}

impl Arguments<'_> {
    /// A value of the language as a value of the ABI.
    pub(super) fn convert(&self, value: Expr, ty: &Type, target: &EvmType) -> Expr {
        match (ty, target) {
            _ if is_shared(ty, self.types.declarations) => value,
            (Type::Enum(_), _) => Expr::call("uint8", vec![value]),
            (Type::Record(record), EvmType::Tuple(tuple)) => {
                let declared = &self.types.declarations.records[*record];
                let members = &self.types.names.records[record].members;
                let named = self.target.named(tuple);
                let parts = declared.fields.iter().zip(members).zip(&tuple.components);
                let fields =
                    parts
                        .zip(&named.members)
                        .map(|(((field, member), component), name)| {
                            let part = member_of(&value, members, member);
                            (name.clone(), self.convert(part, &field.ty, &component.ty))
                        });
                let interface = &self.names.targets[&self.contract].interface;
                Expr::Fields {
                    head: format!("{interface}.{}", named.name),
                    fields: fields.collect(),
                }
            }
            _ => value,
        }
    }
}

/// A member of a record; a record that is written out gives it directly.
fn member_of(value: &Expr, members: &[String], member: &String) -> Expr {
    match value {
        Expr::Fields { fields, .. } => {
            let position = members.iter().position(|other| other == member);
            position.map_or_else(
                || Expr::member(value, member),
                |index| fields[index].1.clone(),
            )
        }
        _ => Expr::member(value, member),
    }
}

/// The words that arguments take at most when they are read from storage and encoded.
pub(super) fn argument_words<'a>(
    types: impl Iterator<Item = &'a Type>,
    declarations: &Declarations,
) -> u64 {
    types.map(|ty| words(ty, declarations)).sum()
}

fn words(ty: &Type, declarations: &Declarations) -> u64 {
    match ty {
        Type::Bytes(max) | Type::String(max) => 2 + u64::from(max.div_ceil(32)),
        Type::List(element, max) => 2 + u64::from(*max) * words(element, declarations),
        Type::Array(element, len) => u64::from(*len) * words(element, declarations),
        Type::Option(some) => 1 + words(some, declarations),
        // Beside its fields perhaps the place where it lies in a list.
        Type::Record(record) => {
            let fields = declarations.records[*record].fields.iter();
            let words = fields.map(|field| words(&field.ty, declarations));
            1 + words.sum::<u64>()
        }
        _ => u64::from(Encoding::of(ty, declarations).max_size().div_ceil(32)),
    }
}
