//! Finds what a misspelt word was probably meant to be.

use strsim::damerau_levenshtein;

/// The candidate nearest to `word`, if one is near enough to be meant; the first of equally near ones.
///
/// Near enough is a third of the word's length in inserted, deleted, changed or swapped characters, and at least one.
/// Case is ignored, so a word that differs in case only is found, but `word` itself is not suggested.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let limit = (word.chars().count() / 3).max(1);
    let distance = |candidate: &str| damerau_levenshtein(&lower, &candidate.to_lowercase());
    let others = candidates
        .into_iter()
        .filter(|candidate| *candidate != word);
    let near = others.map(|candidate| (distance(candidate), candidate));
    let near = near.filter(|(distance, candidate)| {
        *distance <= limit && *distance < candidate.chars().count()
    });
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let keywords = ["workflow", "step", "gas", "via"];
        for (word, expected) in [
            ("workflw", Some("workflow")),
            ("Workflow", Some("workflow")),
            ("setp", Some("step")),
            ("gass", Some("gas")),
            ("vai", Some("via")),
            ("step", None),
            ("lock", None),
            ("", None),
        ] {
            assert_eq!(did_you_mean(word, keywords), expected, "{word}");
        }
    }

    #[test]
    fn a_name_of_one_letter_does_not_suggest_every_other() {
        assert_eq!(did_you_mean("a", ["b", "c"]), None);
    }
}
