//! What nobody can do to what an emitted coordinator holds.
//!
//! What it takes and gives, and when, is compared with the interpreter in `conformance/`.

use xcc_tests::move_package::{MovePackage, Severity, render};
use xcc_tests::project::{Project, features_folder};
use xcc_tests::sui;

use crate::coordinator::{package, read};

const FEATURE: &str = "sui_home_holdings";

/// The module of the coordinator.
const MODULE: &str = "sources/coordinator.move";

fn tested() -> MovePackage {
    package(FEATURE, &read("suite/sui/holding_tests.move"))
}

#[test]
fn what_is_held_goes_to_whom_it_belongs_once() {
    let report = sui::test(&tested()).unwrap();
    report.assert_passes(7);
}

#[test]
fn what_is_released_is_owed_once_and_not_given_back() {
    let tests = read("suite/sui/release_tests.move");
    let report = sui::test(&package("sui_home_releases", &tests)).unwrap();
    report.assert_passes(6);
}

#[test]
fn what_could_not_be_spent_is_given_up_by_its_owner_alone() {
    let tests = read("suite/sui/hold_tests.move");
    let report = sui::test(&package("sui_home_holds", &tests)).unwrap();
    report.assert_passes(11);
}

/// The type of the coin is part of the emitted function, so another is a type error.
#[test]
fn a_coin_of_another_type_is_no_argument() {
    let mut package = tested();
    let tests = package
        .files
        .get_mut("tests/coordinator_tests.move")
        .unwrap();
    let wrong = tests.replace(
        "fun mint(world: &mut World, value: u64): Coin<TOKEN>",
        "fun mint(world: &mut World, value: u64): Coin<sui::sui::SUI>",
    );
    assert_ne!(*tests, wrong);
    *tests = wrong;
    let report = sui::test(&package).unwrap();
    assert!(report.tests.is_empty(), "{report:?}");
    for part in ["Given: 'sui::sui::SUI'", "Expected: 'token::token::TOKEN'"] {
        assert!(report.output.contains(part), "{report:?}");
    }
}

/// The compiler refuses code that drops or copies what is held, or reaches it from another module.
#[test]
fn what_is_held_is_not_dropped_copied_or_reached() {
    let within = |function: &str| (MODULE, format!("\n{function}\n"));
    let other = "module feature_sui::thief;

public fun reach(coordinator: &mut feature_sui::coordinator::Coordinator): u64 {
    coordinator.token.value()
}
";
    let cases = [
        (
            within("fun lose(self: &mut Coordinator) { self.token = balance::zero(); }"),
            "drop",
        ),
        (
            within("fun double(self: &Coordinator): Balance<token::token::TOKEN> { *&self.token }"),
            "copy",
        ),
        (
            ("sources/thief.move", other.to_owned()),
            "Invalid access of field",
        ),
    ];
    for ((path, text), reason) in cases {
        let mut package = tested();
        *package.files.entry(path.to_owned()).or_default() += &text;
        let report = sui::build(&package).unwrap();
        let printed = render(&report.diagnostics);
        assert!(report.modules.is_empty(), "{text}");
        assert!(printed.contains(reason), "{text}: {printed}");
    }
}

/// Nothing that is held is given out, and nothing that is called from outside is handed it.
#[test]
fn no_public_function_hands_out_what_is_held() {
    let package = tested();
    let mut count = 0;
    for head in package.files[MODULE].split("\npublic fun ").skip(1) {
        let head = head.split('{').next().unwrap();
        let (params, results) = head.rsplit_once(')').unwrap();
        let results = results.trim_start_matches(':').trim();
        assert!(
            ["", "vector<MessageTicket>", "u8", "u64"].contains(&results),
            "{head}"
        );
        assert!(!params.contains("Balance<"), "{head}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}

/// Move lets no coin be forgotten, so what rejects a transaction between two that take one is handed those that are not taken yet.
#[test]
fn a_start_can_be_rejected_between_two_coins() {
    let path = features_folder().join(format!("{FEATURE}.xcc"));
    let source = std::fs::read_to_string(path).unwrap();
    let steps = "if (fee == 0) {
        step checked = Sui.run(amount) -> (receipt)
            objects { state: @OBJECT }
            gas 1_000_000
            compensate Sui.undo(checked.receipt) objects { state: @OBJECT } gas 1_000_000;
        abort \"no service is free\";
    }
    take charge";
    let project = Project::compile_source(&source.replace("take charge", steps), &[]).unwrap();
    let packages = project.move_packages("sui").unwrap();
    let package = packages.iter().find(|it| it.name == "feature_sui").unwrap();
    let report = sui::build(package).unwrap();
    let mut errors = report.diagnostics.clone();
    errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
    assert_eq!(errors, [], "{}", render(&errors));
    assert_eq!(report.modules.len(), 2);
}
