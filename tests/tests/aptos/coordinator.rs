//! What nobody but the right one can do with an emitted coordinator: wire it, start instances, and with which inputs.
//!
//! What a coordinator does with replies, and when, is compared with the interpreter in `conformance/`.

use std::fs;

use xcc_tests::aptos;
use xcc_tests::move_package::MovePackage;
use xcc_tests::project::{Project, features_folder};
use xcc_tests::tools;

use crate::project::drop_signatures;

/// The inputs of the feature `aptos_home_values`, as its coordinator takes them.
const INPUTS: [(&str, &str); 13] = [
    ("user", "@0xb0b"),
    ("data", "x\"00ff\""),
    ("text", "std::string::utf8(b\"text\")"),
    ("numbers", "vector[1, 2, 3, 4]"),
    ("words", "vector[x\"0011223344556677\", x\"\"]"),
    ("pair", "vector[1, 2]"),
    ("tag", "x\"00112233\""),
    ("side", "1"),
    ("open", "true"),
    ("huge", "0"),
    ("debt", "0"),
    ("bonus", "std::option::some(std::string::utf8(b\"bonus\"))"),
    ("friend", "x\"0000000000000000000000000000000000000b0b\""),
];

/// Inputs that are none of their types, and what the runtime says of each.
const WRONG: [(&str, &str, &str); 12] = [
    ("data", "vector_of(41)", "EBound"),
    ("text", "std::string::utf8(vector_of(21))", "EBound"),
    ("numbers", "vector[1, 2, 3, 4, 5]", "EBound"),
    ("words", "vector[x\"\", x\"\", x\"\"]", "EBound"),
    ("words", "vector[x\"\", vector_of(9)]", "EBound"),
    ("pair", "vector[1]", "ESize"),
    ("pair", "vector[1, 2, 3]", "ESize"),
    ("tag", "x\"001122\"", "ESize"),
    ("side", "2", "EVariant"),
    (
        "bonus",
        "std::option::some(std::string::utf8(b\"bonus!\"))",
        "EBound",
    ),
    ("friend", "vector_of(19)", "ESize"),
    ("friend", "vector_of(32)", "ESize"),
];

/// The package of a feature's coordinator, with these tests; `@FINGERPRINT@` in them is what it was built from.
pub(crate) fn package(feature: &str, target: Option<&str>, tests: &str) -> MovePackage {
    let project = Project::compile_feature(feature, &[]).unwrap_or_else(|error| panic!("{error}"));
    let packages = project.move_packages("aptos").expect("a cache");
    let mut found = packages.into_iter().filter(|it| it.name != "xcc_runtime");
    let mut package = found.next().expect("a coordinator is emitted");
    drop_signatures(&mut package);
    for dependency in &mut package.dependencies {
        if let (Some(text), "aptos") = (target, dependency.name.as_str()) {
            dependency.files = [("sources/target.move".to_owned(), text.to_owned())].into();
        }
    }
    let fingerprints = &project.compiled.lowered.facts.fingerprints;
    let fingerprint = fingerprints.values().next().expect("a workflow");
    let tests = tests.replace("@FINGERPRINT@", &hex::encode(fingerprint));
    package
        .files
        .insert("tests/coordinator_tests.move".to_owned(), tests);
    package
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(tools::suite_dir().join(path)).expect(path)
}

#[test]
fn a_coordinator_is_wired_once_and_started_by_the_right_one() {
    let target = fs::read_to_string(features_folder().join("aptos/target.move")).expect("a target");
    let tests = read("suite/aptos/coordinator_tests.move");
    let package = package("aptos_home_steps", Some(&target), &tests);
    let report = aptos::test(&package).unwrap();
    report.assert_passes(15);
}

/// Sound inputs come as far as the target, whose signature alone is there.
#[test]
fn inputs_that_no_message_could_carry_are_refused() {
    let start = |name: &str, wrong: Option<(&str, &str)>, failure: &str| {
        let inputs = INPUTS.map(|(input, value)| match wrong {
            Some((it, wrong)) if it == input => wrong,
            _ => value,
        });
        let inputs = inputs.join(", ");
        format!(
            "    #[test, expected_failure({failure})]
    fun {name}() {{
        let user = set_up();
        feature_aptos::start(&user, {inputs});
    }}

"
        )
    };
    let sound = start("sound", None, "abort_code = 0, location = aptos::target");
    let wrong = WRONG
        .iter()
        .enumerate()
        .map(|(index, (input, value, error))| {
            let code = match *error {
                "EVariant" => 36,
                "EBound" => 37,
                "ESize" => 40,
                other => panic!("the runtime has no {other}"),
            };
            let failure = format!("abort_code = {code}, location = xcc_runtime::writer");
            start(&format!("{input}_{index}"), Some((input, value)), &failure)
        });
    let tests = read("suite/aptos/input_tests.move");
    let tests = tests.replace("@TESTS@", &(sound + &wrong.collect::<String>()));
    let report = aptos::test(&package("aptos_home_values", None, &tests)).unwrap();
    report.assert_clean();
    assert_eq!(report.tests.len(), 1 + WRONG.len(), "{}", report.output);
}
