//! Names of emitted things, chosen once before anything is written: converted to the target's case, kept off its keywords, unique.

use std::collections::HashSet;
use std::rc::Rc;

use crate::spelling::begun_by;

/// Chooses names within one scope of a target language.
#[derive(Clone, Debug)]
pub struct Namer {
    keywords: &'static [&'static str],
    outer: Option<Rc<Namer>>,
    taken: HashSet<String>,
    /// Taken in blocks that ended.
    ended: HashSet<String>,
}

impl Namer {
    /// A scope in which only the language's keywords are taken, which are given in order.
    pub fn new(keywords: &'static [&'static str]) -> Self {
        debug_assert!(keywords.is_sorted());
        Namer {
            keywords,
            outer: None,
            taken: HashSet::new(),
            ended: HashSet::new(),
        }
    }

    /// A scope inside another: what is taken there is taken here too, but not the other way round.
    pub fn inside(outer: &Rc<Namer>) -> Self {
        Namer {
            keywords: &[],
            outer: Some(Rc::clone(outer)),
            taken: HashSet::new(),
            ended: HashSet::new(),
        }
    }

    /// The scope of a block in braces: what it takes ends with it.
    pub fn block(&self) -> Self {
        Namer {
            ended: HashSet::new(),
            ..self.clone()
        }
    }

    /// Ends a block. The next one may take the same names, but nothing around it: the block's would shadow them, as scopes reach back to
    /// where their braces open.
    pub fn end(&mut self, block: Namer) {
        let taken = block.taken.into_iter().chain(block.ended);
        let taken = taken.filter(|name| !self.taken.contains(name));
        self.ended.extend(taken);
    }

    /// Takes a name that is written by hand elsewhere in the same scope.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// A name for `wanted` that is neither a keyword nor taken; it is taken from now on.
    pub fn choose(&mut self, wanted: &str) -> String {
        let base = if wanted.is_empty() { "unnamed" } else { wanted };
        let numbered = (2u32..).map(|number| format!("{base}_{number}"));
        let mut others = std::iter::once(format!("{base}_")).chain(numbered);
        let name = match self.is_taken(base) {
            true => others.find(|name| !self.is_taken(name)),
            false => None,
        };
        let name = name.unwrap_or_else(|| base.to_owned());
        self.taken.insert(name.clone());
        name
    }

    fn is_taken(&self, name: &str) -> bool {
        let is_taken_outside = |outer: &Rc<Namer>| outer.is_taken(name);
        self.keywords.binary_search(&name).is_ok()
            || self.taken.contains(name)
            || self.ended.contains(name)
            || self.outer.as_ref().is_some_and(is_taken_outside)
    }
}

/// `amount_out` → `amountOut`
pub fn camel_case(name: &str) -> String {
    let pascal = pascal_case(name);
    let mut chars = pascal.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

/// `amount_out` → `AmountOut`, `_7` → `N7`, since no language has a name that begins with a digit
pub fn pascal_case(name: &str) -> String {
    let capitalise = |word: &str| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(chars).collect()
        })
    };
    begun_by('N', name.split('_').map(capitalise).collect())
}

/// `SwapAndStake` → `swap_and_stake`, `amountOut` → `amount_out`
pub fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut previous_is_lower = false;
    for char in name.chars() {
        if char.is_uppercase() && previous_is_lower {
            out.push('_');
        }
        previous_is_lower = char.is_lowercase() || char.is_ascii_digit();
        out.extend(char.to_lowercase());
    }
    out
}

/// `amount_out` → `AMOUNT_OUT`
pub fn screaming_case(name: &str) -> String {
    snake_case(name).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_begins_with_a_digit() {
        assert_eq!(pascal_case("_7"), "N7");
        assert_eq!(camel_case("_7_up"), "n7Up");
        assert_eq!(pascal_case("amount_7"), "Amount7");
    }
}
