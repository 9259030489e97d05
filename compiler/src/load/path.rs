//! Paths as a source writes them: relative, with `/` between the parts, the same on every machine.

/// The end of a source file's name.
const EXTENSION: &str = ".xcc";

/// Why an import cannot name a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathFault {
    /// It does not mean the same on every machine, for this reason.
    NotRelative(&'static str),
    /// It leads out of the project.
    Outside,
    /// It names no source file.
    NotASource,
}

/// Why a path is not relative with `/` between its parts; `None` if it is.
pub(crate) fn why_not_relative(path: &str) -> Option<&'static str> {
    match path {
        "" => Some("this is empty"),
        text if text.starts_with('/') || text.contains(':') => Some("this is absolute"),
        text if text.contains('\\') => Some("write `/` between the parts"),
        text if text.contains('\0') => Some("this holds a zero byte"),
        _ => None,
    }
}

/// The file that an import in the file `from` names, relative to the project.
pub(super) fn resolve(from: &str, written: &str) -> Result<String, PathFault> {
    if let Some(reason) = why_not_relative(written) {
        return Err(PathFault::NotRelative(reason));
    }
    let path = normal(&join(from, written));
    if path.split('/').next() == Some("..") {
        return Err(PathFault::Outside);
    }
    match path.ends_with(EXTENSION) {
        true => Ok(path),
        false => Err(PathFault::NotASource),
    }
}

/// A file named in the file `from`, relative to the project.
pub(crate) fn beside(from: &str, written: &str) -> String {
    match from.contains('/') {
        true => normal(&join(from, written)),
        false => written.to_owned(),
    }
}

/// The one spelling of a path that is relative to the project, in which no part is left that another takes back.
pub(super) fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A path after the folder of another one, unless it is absolute.
fn join(from: &str, written: &str) -> String {
    match from.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{written}"),
        None => written.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_relative_to_the_file_they_stand_in() {
        for (from, written, expected) in [
            ("a.xcc", "b.xcc", "b.xcc"),
            ("a.xcc", "./b.xcc", "b.xcc"),
            ("a.xcc", "x//y/../b.xcc", "x/b.xcc"),
            ("x/a.xcc", "b.xcc", "x/b.xcc"),
            ("x/a.xcc", "../b.xcc", "b.xcc"),
            ("x/y/a.xcc", "../../z/b.xcc", "z/b.xcc"),
        ] {
            assert_eq!(resolve(from, written), Ok(expected.to_owned()), "{written}");
        }
    }

    #[test]
    fn imports_do_not_leave_the_project() {
        for (from, written) in [
            ("a.xcc", "../b.xcc"),
            ("x/a.xcc", "../../b.xcc"),
            ("x/a.xcc", "../../x/b.xcc"),
            ("../a.xcc", "b.xcc"),
        ] {
            assert_eq!(resolve(from, written), Err(PathFault::Outside), "{written}");
        }
        for written in ["", "/b.xcc", "C:b.xcc", "file:b.xcc", "x\\b.xcc", "b\0.xcc"] {
            let found = resolve("a.xcc", written);
            assert!(matches!(found, Err(PathFault::NotRelative(_))), "{written}");
        }
        for written in ["abi/Vault.json", "shared", "..xcc/b"] {
            assert_eq!(resolve("a.xcc", written), Err(PathFault::NotASource));
        }
    }

    #[test]
    fn interfaces_are_beside_the_file_that_names_them() {
        assert_eq!(beside("a.xcc", "./abi/V.json"), "./abi/V.json");
        assert_eq!(beside("x/a.xcc", "abi/V.json"), "x/abi/V.json");
        assert_eq!(beside("x/a.xcc", "../abi/V.json"), "abi/V.json");
        assert_eq!(beside("x/a.xcc", "../../V.json"), "../V.json");
    }
}
