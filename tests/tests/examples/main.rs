//! The example projects: real compilers accept all that is emitted, and each story runs across the virtual machines.

#[cfg(all(feature = "evm", feature = "svm"))]
mod buy_nft;
mod compile;
#[cfg(all(feature = "evm", feature = "svm"))]
mod costs;
#[cfg(all(feature = "evm", feature = "svm"))]
mod issue_credential;
#[cfg(all(feature = "evm", feature = "svm"))]
mod lend_on_aptos;
#[cfg(all(feature = "evm", feature = "svm"))]
mod lend_treasury;
#[cfg(all(feature = "evm", feature = "svm"))]
mod rebalance_vaults;
#[cfg(all(feature = "evm", feature = "svm"))]
mod set_pool_fees;
#[cfg(all(feature = "evm", feature = "svm"))]
mod swap_and_stake;
#[cfg(all(feature = "evm", feature = "svm"))]
mod targets;
#[cfg(all(feature = "evm", feature = "svm"))]
mod tokens;

use std::collections::BTreeSet;

use xcc::analysis::explore::{Cell, Model, matrix};
use xcc::ir::Phase;

/// Every example, and where its story runs. A folder that is not here fails a test.
const STORIES: [(&str, &str); 7] = [
    ("buy-nft", include_str!("buy_nft.rs")),
    ("issue-credential", include_str!("issue_credential.rs")),
    ("lend-on-aptos", include_str!("lend_on_aptos.rs")),
    ("lend-treasury", include_str!("lend_treasury.rs")),
    ("rebalance-vaults", include_str!("rebalance_vaults.rs")),
    ("set-pool-fees", include_str!("set_pool_fees.rs")),
    ("swap-and-stake", include_str!("swap_and_stake.rs")),
];

#[test]
fn every_example_runs_to_its_end_and_back() {
    let folders = xcc_tests::project::examples();
    let names = folders
        .iter()
        .filter_map(|folder| folder.file_name()?.to_str());
    assert_eq!(names.collect::<Vec<_>>(), STORIES.map(|(name, _)| name));
    for (folder, (name, story)) in folders.iter().zip(STORIES) {
        for end in ends(&xcc_tests::project::Project::compile(folder, &[]).unwrap()) {
            let end = format!("Phase::{end:?}");
            assert!(story.contains(&end), "no run of `{name}` ends {end}");
        }
    }
}

/// The phases in which instances of a project's workflows can end.
fn ends(project: &xcc_tests::project::Project) -> BTreeSet<Phase> {
    let program = &project.compiled.lowered.program;
    let workflows = program.workflows.keys();
    let cells = workflows.flat_map(|workflow| {
        let rows = matrix(program, &Model::of(program, workflow)).rows;
        rows.into_iter().flat_map(|(_, cells)| cells)
    });
    let ends = cells.filter_map(|cell| match cell {
        Cell::Ends(ends) => Some(ends.into_iter().map(|end| end.phase)),
        Cell::Impossible | Cell::Nothing => None,
    });
    ends.flatten().collect()
}

/// The failure cases are a table in each README: a row for each step.
#[test]
fn every_readme_says_what_happens_when_a_step_fails() {
    for folder in xcc_tests::project::examples() {
        let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
        let project = xcc_tests::project::Project::compile(&folder, &[]).unwrap();
        for step in project.compiled.lowered.program.steps.values() {
            let rows = readme
                .lines()
                .filter(|line| line.starts_with(&format!("| `{}` |", step.name)));
            assert!(
                rows.count() >= 1,
                "{}: no row for `{}`",
                folder.display(),
                step.name
            );
        }
    }
}
