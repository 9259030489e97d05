//! Reads from emitted text what a client would read from an interface: the parameters of a Move function, the accounts of an
//! Anchor instruction. So a run needs no list of its own for each example.

/// An account of an Anchor instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: String,
    /// Its type, as written.
    pub(super) ty: String,
    /// Whether the instruction may change it.
    pub(super) is_writable: bool,
}

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

/// The fields of the `#[derive(Accounts)]` struct of that name, or nothing if the text has no such struct.
pub(super) fn accounts(text: &str, name: &str) -> Option<Vec<Field>> {
    let (_, rest) = text.split_once(&format!("pub struct {name}<'info> {{\n"))?;
    let (body, _) = rest.split_once("\n}")?;
    let mut fields = Vec::new();
    let mut is_writable = false;
    for line in body.lines().map(str::trim) {
        if let Some((name, ty)) = line
            .strip_prefix("pub ")
            .and_then(|field| field.split_once(": "))
        {
            fields.push(Field {
                name: name.to_owned(),
                ty: ty.trim_end_matches(',').to_owned(),
                is_writable: std::mem::take(&mut is_writable),
            });
        } else if line.starts_with("#[account(mut") || line.starts_with("#[account(init") {
            is_writable = true;
        }
    }
    Some(fields)
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

    #[test]
    fn accounts_know_what_is_writable() {
        let text = "pub struct Go<'info> {\n    /// Docs.\n    #[account(mut)]\n    pub a: Signer<'info>,\n    pub b: X,\n}\n";
        let field = |name: &str, ty: &str, is_writable| Field {
            name: name.to_owned(),
            ty: ty.to_owned(),
            is_writable,
        };
        let fields = [field("a", "Signer<'info>", true), field("b", "X", false)];
        assert_eq!(accounts(text, "Go").as_deref(), Some(&fields[..]));
        assert_eq!(accounts(text, "Stop"), None);
    }
}
