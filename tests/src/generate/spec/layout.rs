//! How a project is written down, which changes nothing that it means.

/// How a project is written down. The default is the plainest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// In which file each declaration stands at the earliest, in the order in which they are written: one that uses another one stands in
    /// the same file or a later one. Those beyond the list, and all if it is empty, may stand in the first.
    pub files: Vec<usize>,
    /// Whether each file counts its records, enums, constants and functions anew, so that two files have some of one name.
    pub counts_anew: bool,
    /// Whether imports get other names where they need not.
    pub renames: bool,
    /// Whether everything that can be documented is.
    pub is_documented: bool,
    /// Whether parentheses stand only where they are needed.
    pub is_bare: bool,
    /// Whether an `if` that is all of an `else` follows it without braces.
    pub is_chained: bool,
    /// What the order of clauses and declarations follows from; zero is the usual one.
    pub order: u32,
}
