//! Reads from emitted text what a client would read from an interface: the parameters of a Move function. So a run needs no list of its
//! own for each example.

/// The parameters of the Move function of that name: names and types, as written.
///
/// # Panics
/// When the text has no such function.
pub(crate) fn parameters(text: &str, function: &str) -> Vec<(String, String)> {
    let head = format!("fun {function}(");
    let (_, rest) = text
        .split_once(&head)
        .unwrap_or_else(|| panic!("no function `{function}`"));
    let (list, _) = rest.split_once(')').expect("a parameter list ends");
    let parameters = list
        .split(',')
        .filter_map(|parameter| parameter.split_once(':'));
    parameters
        .map(|(name, ty)| (name.trim().to_owned(), ty.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_over_several_lines() {
        let text =
            "public fun go(\n    a: &mut A,\n    b: vector<u8>,\n): u8 {}\nfun other(c: u8) {}";
        let pair = |name: &str, ty: &str| (name.to_owned(), ty.to_owned());
        assert_eq!(
            parameters(text, "go"),
            [pair("a", "&mut A"), pair("b", "vector<u8>")]
        );
        assert_eq!(parameters(text, "other"), [pair("c", "u8")]);
    }
}
