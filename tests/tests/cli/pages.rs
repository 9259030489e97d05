//! The examples of `xcc.toml` on the pages of the codes: each faulty one is reported under the page's code, each corrected one is not.

use super::Project;
use xcc::codes::Code;

#[test]
fn examples_of_xcc_toml_say_what_their_pages_say() {
    let mut count = 0;
    for code in Code::ALL {
        for (kind, text) in examples(code.explain()) {
            let project = Project::new();
            project.write("xcc.toml", text);
            let findings = project.run(&["check", "--format", "json"]).findings();
            let found = findings
                .iter()
                .any(|finding| finding["code"] == code.as_str());
            assert_eq!(found, kind == "fails", "{code} {kind}: {findings:#?}");
            count += 1;
        }
    }
    assert!(count > 20, "{count} examples");
}

#[test]
fn the_example_of_the_readme_is_the_one_that_init_writes() {
    let project = Project::new();
    let source = project.read("deposit.xcc");
    let workflow = source.find("workflow Deposit").expect("a workflow");
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(readme).expect("a README");
    assert!(
        readme.contains(&source[workflow..]),
        "{}",
        &source[workflow..]
    );
}

/// The blocks of a page that hold an `xcc.toml`, and whether each fails.
fn examples(page: &str) -> Vec<(&str, &str)> {
    let blocks = page.split("```toml,").skip(1);
    let blocks = blocks.filter_map(|block| {
        let (kind, rest) = block.split_once('\n')?;
        Some((kind, rest.split_once("\n```")?.0))
    });
    blocks.collect()
}
