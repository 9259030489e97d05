//! The table of explained findings in the runtime's README, and how it is held against what a linter found.

use xcc_tests::linters::Finding;
use xcc_tests::tools::suite_dir;

/// A row of the table: what a rule finds in these places is as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// The linter's name for the rule.
    pub(crate) rule: String,
    /// Where; `*` stands for the names that workflows give.
    pub(crate) places: Vec<String>,
}

impl Explanation {
    fn covers(&self, rule: &str, place: &str) -> bool {
        self.rule == rule && self.places.iter().any(|pattern| fits(pattern, place))
    }
}

/// The rows about one linter: `` | slither | `rule` | `place`, `place` | why | ``.
///
/// # Panics
/// When there are none, or one does not say why.
pub(crate) fn explanations(linter: &str) -> Vec<Explanation> {
    let readme = suite_dir().join("../runtime-evm/README.md");
    let text = std::fs::read_to_string(&readme).expect("the runtime has a README");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix("| ")?.split(" | ").collect();
        (cells[0] == linter).then_some(cells)
    });
    let rows: Vec<_> = rows
        .map(|cells| {
            let [_, rule, places, why] = cells[..] else {
                panic!("not four cells: {cells:?}");
            };
            assert!(why.trim_end_matches('|').trim().len() > 20, "{rule}: {why}");
            let unquoted = |text: &str| text.trim_matches('`').to_owned();
            Explanation {
                rule: unquoted(rule),
                places: places.split(", ").map(unquoted).collect(),
            }
        })
        .collect();
    assert!(!rows.is_empty(), "no rows about {linter}");
    rows
}

/// What findings and explanations leave open: places of findings that no row explains, and places of rows where nothing is found.
pub(crate) fn unsettled(findings: &[Finding], explanations: &[Explanation]) -> Vec<String> {
    let is_explained = |rule: &str, place: &str| {
        let mut rows = explanations.iter();
        rows.any(|row| row.covers(rule, place))
    };
    let mut complaints = Vec::new();
    for found in findings {
        let places = found.places.iter();
        for place in places.filter(|place| !is_explained(&found.rule, place)) {
            let (rule, line, text) = (&found.rule, &found.line, &found.text);
            complaints.push(format!("not explained: {rule} in {place}, {line}:\n{text}"));
        }
    }
    let is_found = |rule: &str, pattern: &str| {
        let mut found = findings.iter().filter(|found| found.rule == rule);
        found.any(|found| found.places.iter().any(|place| fits(pattern, place)))
    };
    for row in explanations {
        let places = row.places.iter();
        for place in places.filter(|place| !is_found(&row.rule, place)) {
            complaints.push(format!("explained, but not found: {} in {place}", row.rule));
        }
    }
    complaints
}

/// Whether a place is what a pattern with `*` says.
fn fits(pattern: &str, place: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == place,
        Some((start, rest)) => place.strip_prefix(start).is_some_and(|place| {
            let mut ends = place.char_indices().map(|(index, _)| index);
            ends.any(|index| fits(rest, &place[index..])) || fits(rest, "")
        }),
    }
}

#[test]
fn a_star_stands_for_any_name() {
    for (pattern, place) in [
        ("A.b", "A.b"),
        ("*Coordinator.cancel", "SwapCoordinator.cancel"),
        (
            "*Participant._execute*",
            "FeatureBaseParticipant._executeBaseRun",
        ),
        ("*.sol", "feature/Messages.sol"),
    ] {
        assert!(fits(pattern, place), "{pattern} {place}");
    }
    for (pattern, place) in [
        ("A.b", "A.bc"),
        ("*Coordinator.cancel", "SwapCoordinator.cancelled"),
        ("*Coordinator.cancel", "SwapParticipant.cancel"),
        ("Coordinator*", "SwapCoordinator"),
    ] {
        assert!(!fits(pattern, place), "{pattern} {place}");
    }
}
