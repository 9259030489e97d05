//! How a project is written down changes nothing that it means: files, names of imports, the order of clauses, parentheses and documentation.

use std::collections::BTreeMap;

use xcc_tests::generate::Sample;

use crate::sample;

const PROJECTS: u64 = 600;

/// The fingerprint of each workflow, which covers all that is emitted of it, by the name of the workflow.
fn fingerprints(sample: &Sample) -> BTreeMap<String, [u8; 32]> {
    let front = sample.front();
    let front = front.unwrap_or_else(|refused| panic!("{}\n{refused}", sample.listing()));
    let lowered = &front.lowered;
    let workflows = lowered.program.workflows.iter();
    let named = workflows.map(|(workflow, data)| {
        let fingerprint = lowered.facts.fingerprints[workflow];
        (data.name.clone(), fingerprint)
    });
    named.collect()
}

#[test]
fn it_means_the_same_as_what_is_written_plainly() {
    let mut written = [0; 3];
    for seed in 0..PROJECTS {
        let sample = sample(seed);
        // Types that are declared in two files under one name have other names in what is emitted.
        let layout = &sample.spec.layout;
        if layout.counts_anew && !layout.files.is_empty() {
            continue;
        }
        let plain = sample.plain();
        assert_eq!(
            fingerprints(&sample),
            fingerprints(&plain),
            "{}\n{}",
            sample.listing(),
            plain.source()
        );
        let kinds = [!layout.files.is_empty(), layout.is_bare, layout.order > 0];
        for (count, is_it) in written.iter_mut().zip(kinds) {
            *count += u64::from(is_it);
        }
    }
    assert!(
        written.iter().all(|count| *count > PROJECTS / 10),
        "{written:?}"
    );
}
