//! What the test suite runs emitted code with: the real compilers and the real virtual machines of every target.
//!
//! `tests/install` puts the outside tools into a cache; each module here drives one of them and hands back data, so that tests
//! assert on diagnostics, results, logs and costs. A tool that is missing is an error that says what to type, never a skip.
//!
//! | target | compile | run |
//! |---|---|---|
//! | EVM | [`solc`] | [`evm`], with Wormhole's real core contracts in [`wormhole_evm`] |
//! | Sui | [`sui`] | [`sui`], over the packages in `tests/framework/sui` |
//! | Aptos | [`aptos`] | [`aptos`], over the packages in `tests/framework/aptos` |
//! | Solana | [`sbf`] | [`svm`], with a stand-in for Wormhole's core in [`wormhole_svm`] |
//!
//! [`project`] compiles a whole project, and [`network`] runs what it became on all its chains at once. [`conformance`] holds every
//! emitted machine against the interpreter, for which [`interp`] is a bench. [`delivery_plan`] is the client
//! that sends transactions to Solana programs, [`move_plan`] that of Move packages. [`checkers`] judges the models that xcc exports, and
//! [`linters`] the Solidity that it emits. [`generate`] makes random projects. [`costs`] holds the page of
//! what handlers cost.

#[cfg(feature = "evm")]
pub mod abi;
pub mod acceptance;
pub mod aptos;
pub mod checkers;
pub mod conformance;
pub mod costs;
#[cfg(feature = "svm")]
pub mod delivery_plan;
#[cfg(feature = "evm")]
pub mod evm;
pub mod format;
pub mod front_end;
pub mod fuzz;
pub mod generate;
pub mod interp;
pub mod large_project;
pub mod linters;
pub mod move_package;
pub mod move_plan;
pub mod move_suite;
#[cfg(all(feature = "evm", feature = "svm"))]
pub mod network;
pub mod node;
pub mod plan_head;
pub mod program_crate;
pub mod project;
pub mod sbf;
pub mod solc;
pub mod spent;
pub mod sui;
#[cfg(feature = "svm")]
pub mod svm;
pub mod tools;
pub mod vaa;
#[cfg(feature = "evm")]
pub mod wormhole_evm;
#[cfg(feature = "svm")]
pub mod wormhole_svm;
