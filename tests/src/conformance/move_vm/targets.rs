//! Running targets for any interface, made from the packages of signatures that are emitted for the compiler: they announce each call
//! with its arguments, return what they are told, and can be made to fail.

use std::collections::{BTreeMap, BTreeSet};

use xcc::import::{ParamRole, TargetType};
use xcc::interp::{Call, Called};
use xcc::ir::Program;
use xcc::wire::Value;

use super::values::{literal, write};
use crate::conformance::record::Run;
use crate::conformance::words::signature;
use crate::move_package::MovePackage;

/// The code that a target fails with.
pub(in crate::conformance) const BROKEN: u64 = 700;

/// A body of the packages of signatures.
const NO_BODY: &str = "abort 0";

/// The statement by which a target takes what a call spends: a parameter of this name and type, which is one of these, or what the account of
/// a signer has of the asset at an address. `None` if the parameter is something else.
pub(in crate::conformance) type Take =
    fn(name: &str, ty: &str, parameters: &str, asset: &str) -> Option<String>;

/// How a Move chain writes what targets do.
pub(in crate::conformance) struct Dialect {
    /// A declaration of a local variable.
    pub(in crate::conformance) let_mut: &'static str,
    /// The declaration of the event, and whatever makes a target fail.
    pub(in crate::conformance) declarations: fn(package: &str) -> String,
    /// The condition that a function of a module with these parameters does not fail.
    pub(in crate::conformance) works: fn(place: &str, parameters: &str) -> String,
    /// The function that announces an event.
    pub(in crate::conformance) emit: &'static str,
    /// How a target takes what a call spends.
    pub(in crate::conformance) take: Take,
    /// Whether objects say if their target fails, besides their id.
    pub(in crate::conformance) by_object: bool,
}

/// The one target of a machine, made to run, if it calls any.
#[derive(Default)]
pub(in crate::conformance) struct Running {
    /// Its module, with its address: `desk::stake_desk`.
    pub(in crate::conformance) place: Option<String>,
    /// Its text, by the package it stands for.
    pub(in crate::conformance) modules: BTreeMap<String, String>,
}

impl Running {
    /// Makes the target of a package run, so that it returns what these runs say, and takes what their calls spend of an asset.
    ///
    /// # Panics
    /// When the package has several targets, or calls several modules of one.
    pub(in crate::conformance) fn of(
        package: &MovePackage,
        dialect: &Dialect,
        program: &Program,
        runs: &[Run],
        asset: Option<&str>,
    ) -> Self {
        let is_target = |package: &&MovePackage| {
            let mut files = package.files.values();
            files.any(|text| text.contains(NO_BODY))
        };
        let all = package.all_dependencies().into_values();
        let targets: Vec<_> = all.filter(is_target).collect();
        let target = match targets[..] {
            [] => return Running::default(),
            [target] => target,
            _ => panic!("a machine with {} targets", targets.len()),
        };
        let called: Vec<_> = target
            .files
            .values()
            .filter(|it| it.contains(NO_BODY))
            .collect();
        let [called] = called[..] else {
            panic!("a target with {} modules", called.len());
        };
        let answers = Answers {
            returned: returned(program, runs),
            spending: spending(runs),
            asset: asset.unwrap_or_default(),
        };
        let modules = target.files.values().map(|text| {
            let place = place(text);
            braced(&run(text, (&place, &target.name), dialect, &answers))
        });
        Running {
            place: Some(place(called)),
            modules: [(target.name.clone(), modules.collect())].into(),
        }
    }
}

/// What the functions of a target do.
struct Answers<'a> {
    /// What each returns, as an expression.
    returned: BTreeMap<String, String>,
    /// Those whose calls spend something.
    spending: BTreeSet<String>,
    /// What they spend.
    asset: &'a str,
}

/// The functions whose calls spend something.
fn spending(runs: &[Run]) -> BTreeSet<String> {
    let calls = runs.iter().flat_map(|run| &run.calls);
    let spending = calls.filter(|(call, _)| !call.spends.is_empty());
    spending
        .map(|(call, _)| call.function.name.clone())
        .collect()
}

/// The first module of a file, with its address.
fn place(text: &str) -> String {
    let (_, head) = text.split_once("module ").expect("a file has a module");
    let place = head.split([';', ' ']).next();
    place.expect("a module has a name").to_owned()
}

/// A module as it stands in a file with others: in braces.
fn braced(text: &str) -> String {
    let name = place(text);
    match text.split_once(&format!("module {name};")) {
        Some((before, rest)) => format!("{before}module {name} {{{rest}}}\n"),
        None => text.to_owned(),
    }
}

/// What a target announces of a call: the name of the function, and its arguments.
pub(in crate::conformance) fn announced(program: &Program, call: &Call) -> Vec<u8> {
    let mut bytes = call.function.name.as_bytes().to_vec();
    let params = signature(program, call).params.iter();
    let params = params.filter_map(|param| match &param.ty {
        TargetType::Move(ty) if param.role == ParamRole::Value => Some(ty),
        _ => None,
    });
    for (ty, value) in params.zip(&call.args) {
        write(&mut bytes, ty, value);
    }
    bytes
}

/// What each function returns, as an expression: what any call uses of its results, and zeros for the rest.
fn returned(program: &Program, runs: &[Run]) -> BTreeMap<String, String> {
    let mut used: BTreeMap<&str, (&Call, BTreeMap<usize, &Value>)> = BTreeMap::new();
    let calls = runs.iter().flat_map(|run| &run.calls);
    for (call, called) in calls {
        if let Called::Returned(values) = called {
            let (_, results) = used
                .entry(&call.function.name)
                .or_insert_with(|| (call, BTreeMap::new()));
            let positions = call.results.iter().map(|result| result.position);
            results.extend(positions.zip(values));
        }
    }
    let expressions = used.into_iter().map(|(name, (call, used))| {
        let results = signature(program, call).results.iter().enumerate();
        let results = results.map(|(position, result)| {
            let TargetType::Move(ty) = &result.ty else {
                unreachable!("a Move function returns Move values");
            };
            literal(ty, used.get(&position).copied())
        });
        let results: Vec<_> = results.collect();
        let all = match &results[..] {
            [] => String::new(),
            [one] => one.clone(),
            several => format!("({})", several.join(", ")),
        };
        (name.to_owned(), all)
    });
    expressions.collect()
}

/// A module of signatures with bodies.
fn run(
    text: &str,
    (place, package): (&str, &str),
    dialect: &Dialect,
    answers: &Answers<'_>,
) -> String {
    let mut functions = text.split("public fun ");
    let head = functions.next().expect("a module has a head");
    let mut whole = match dialect.by_object {
        true => head.replace("id: UID,", "id: UID,\n    broken: bool,") + &objects(text),
        false => head.to_owned(),
    };
    if text.contains(NO_BODY) {
        whole += &(dialect.declarations)(package);
    }
    for function in functions {
        let name = function
            .split(['(', '<'])
            .next()
            .expect("a function has a name");
        let (signature, rest) = function.split_once(NO_BODY).expect("it has no body");
        let parameters = parameters(signature);
        let body = body(name, &parameters, (place, dialect), answers);
        whole += &format!("public fun {signature}{body}{rest}");
    }
    whole
}

/// Functions that make each kind of object of a module, and make its target fail.
fn objects(text: &str) -> String {
    let structs = text.split("public struct ").skip(1);
    let has_id = |text: &&str| {
        text.split('}')
            .next()
            .is_some_and(|it| it.contains("id: UID"))
    };
    let functions = |text: &str| {
        let (head, _) = text.split_once(" has ").expect("an object has abilities");
        let (name, parameters) = head.split_once('<').unwrap_or((head, ""));
        let parameters = match parameters {
            "" => String::new(),
            some => format!("<{}", some.replace("phantom ", "")),
        };
        let ty = format!("{name}{parameters}");
        format!(
            "#[test_only]
public fun open_{ty}(id: address): {ty} {{
    {name} {{ id: object::uid_for_testing(id), broken: false }}
}}

#[test_only]
public fun break_{ty}(object: &mut {ty}) {{
    object.broken = true;
}}

"
        )
    };
    structs.filter(has_id).map(functions).collect()
}

/// The parameters of a function, `name: type` each.
fn parameters(signature: &str) -> String {
    let (_, rest) = signature
        .split_once('(')
        .expect("a function has parameters");
    let (parameters, _) = rest.split_once(')').expect("parameters end");
    parameters.to_owned()
}

fn body(
    name: &str,
    parameters: &str,
    (place, dialect): (&str, &Dialect),
    answers: &Answers<'_>,
) -> String {
    let named = parameters.split(',').filter_map(|it| it.split_once(':'));
    let named = named.map(|(name, ty)| (name.trim(), ty.trim()));
    let take = |name, ty| (dialect.take)(name, ty, parameters, answers.asset);
    let spends = answers.spending.contains(name);
    let taken = named.clone().filter(|_| spends);
    let taken: String = taken.filter_map(|(name, ty)| take(name, ty)).collect();
    let plain = named.filter(|(name, ty)| !ty.contains('&') && take(name, ty).is_none());
    let appended: String = plain
        .map(|(name, _)| format!("    call.append(std::bcs::to_bytes(&{name}));\n"))
        .collect();
    format!(
        "{let_mut} call = b\"{name}\";
{appended}    assert!({works}, {BROKEN});
{taken}    {emit}(Called {{ call }});
    {returned}",
        let_mut = dialect.let_mut,
        works = (dialect.works)(place, parameters),
        emit = dialect.emit,
        returned = answers.returned.get(name).map_or(NO_BODY, String::as_str),
    )
}
