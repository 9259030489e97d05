//! How emitted code spells names of which no language allows the spelling they have.

/// A name that begins with a letter: of `_7` no more is left than `7` where underscores go, and that is a number.
///
/// ```
/// # use xcc::spelling::begun_by;
/// assert_eq!(begun_by('n', "7".to_owned()), "n7");
/// assert_eq!(begun_by('n', "seven".to_owned()), "seven");
/// ```
#[must_use]
pub fn begun_by(letter: char, name: String) -> String {
    match name.starts_with(|first: char| first.is_ascii_digit()) {
        true => format!("{letter}{name}"),
        false => name,
    }
}
