//! The formatters leave formatted text alone and change other text.

use xcc_tests::format;

#[test]
fn forge_fmt_is_a_fixed_point_on_its_own_output() {
    let neat = "contract A {\n    uint256 public count;\n}\n";
    assert_eq!(format::solidity(neat).unwrap(), neat);
    assert_eq!(
        format::solidity("contract A { uint256 public count; }").unwrap(),
        neat
    );
    assert!(format::solidity("contract {").is_err());
}

#[test]
fn prettier_is_a_fixed_point_on_its_own_output() {
    let neat = "module a::a;\n\npublic fun one(): u64 { 1 }\n";
    assert_eq!(format::sui_move(neat).unwrap(), neat);
    assert_eq!(
        format::sui_move("module a::a; public  fun one(): u64 { 1 }").unwrap(),
        neat
    );
    assert!(format::sui_move("module a::a; fun (").is_err());
}

#[test]
fn rustfmt_is_a_fixed_point_on_its_own_output() {
    let neat = "fn one() -> u64 {\n    1\n}\n";
    assert_eq!(format::rust(neat).unwrap(), neat);
    assert_eq!(format::rust("fn one()->u64{1}").unwrap(), neat);
    assert!(format::rust("fn {").is_err());
}
