//! "Did you mean": the known name nearest to one that is not known.

/// The candidate a misspelt word probably stands for: at most a third of its letters differ, or only their case does.
pub(super) fn suggest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let distance = |candidate: &str| {
        strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase())
    };
    let limit = word.chars().count().div_ceil(3);
    candidates
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(suggest("etherum", ["solana", "ethereum"]), Some("ethereum"));
        assert_eq!(suggest("pool", ["POOL", "POOLS"]), Some("POOL"));
        assert_eq!(suggest("sui", ["solana", "ethereum"]), None);
        assert_eq!(suggest("", ["a"]), None);
    }
}
