//! Files that import each other in every way: they are loaded once, each after what it imports, or the circle is reported.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, proptest};
use xcc::codes::Code;
use xcc::diagnostic::{Diagnostics, Reported};
use xcc::load::{SourceTree, load};
use xcc::source::{SourceMap, Span, Spanned};

/// How many files a drawn project has.
const FILES: usize = 7;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn files_come_after_what_they_import(
        imports in vec((0..FILES, 0..FILES), 0..14),
        roots in vec(0..FILES, 1..4),
    ) {
        let (loaded, codes) = run(&imports, FILES, &roots);
        let reached = reached(&imports, roots.iter().copied());
        let is_circular = reached.iter().any(|file| {
            let next = imports.iter().filter(|(from, _)| from == file);
            let next = next.map(|(_, to)| *to);
            self::reached(&imports, next).contains(file)
        });
        match loaded {
            Ok(tree) => {
                assert!(!is_circular);
                check_order(&tree, &imports, &reached);
            }
            Err(_) => {
                assert!(is_circular);
                assert!(codes.iter().all(|code| *code == Code::ImportCycle), "{codes:?}");
            }
        }
    }
}

#[test]
fn many_files_in_a_row_do_not_exhaust_the_stack() {
    const MANY: usize = 20_000;
    let mut imports: Vec<_> = (1..MANY).map(|file| (file - 1, file)).collect();
    let (loaded, codes) = run(&imports, MANY, &[0]);
    assert_eq!(codes, []);
    assert_eq!(loaded.expect("a line is no circle").files.len(), MANY);
    imports.push((MANY - 1, 0));
    let (_, codes) = run(&imports, MANY, &[0]);
    assert_eq!(codes, [Code::ImportCycle]);
}

/// Loads the files `0.xcc`, `1.xcc` and so on, where `imports` says which imports which.
fn run(
    imports: &[(usize, usize)],
    count: usize,
    roots: &[usize],
) -> (Result<SourceTree, Reported>, Vec<Code>) {
    let mut texts = vec![String::new(); count];
    for (from, to) in imports {
        texts[*from] += &format!("import {{}} from \"./{to}.xcc\";\n");
    }
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let named = Span::new(sources.add("xcc.toml", ""), 0, 0);
    let roots = roots.iter().map(|root| format!("{root}.xcc"));
    let roots: Vec<_> = roots.map(|root| Spanned::new(root, named)).collect();
    let mut read_once = BTreeSet::new();
    let mut read = |path: &str, _, _: &mut Diagnostics| {
        let text = texts[number(path)].clone();
        assert!(read_once.insert(path.to_owned()), "{path} is read twice");
        Ok((sources.add(path, text.as_str()), text))
    };
    let loaded = load(&roots, &mut read, &mut diagnostics);
    let findings = diagnostics.sorted();
    let codes = findings.iter().map(|finding| finding.diagnostic.code);
    (loaded, codes.collect())
}

fn check_order(tree: &SourceTree, imports: &[(usize, usize)], reached: &BTreeSet<usize>) {
    let files: Vec<_> = tree.files.iter().map(|file| number(&file.path)).collect();
    assert_eq!(files.len(), reached.len(), "each once");
    assert_eq!(&files.iter().copied().collect::<BTreeSet<_>>(), reached);
    for (place, file) in tree.files.iter().enumerate() {
        let named = imports.iter().filter(|(from, _)| *from == files[place]);
        let named: Vec<_> = named.map(|(_, to)| *to).collect();
        let found: Vec<_> = file.imports.iter().map(|at| files[*at]).collect();
        assert_eq!(found, named, "each import names its file");
        assert!(file.imports.iter().all(|at| *at < place));
    }
}

/// What is imported from some files on, these included.
fn reached(imports: &[(usize, usize)], from: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<_> = from.collect();
    while let Some(file) = open.pop() {
        if reached.insert(file) {
            let next = imports.iter().filter(|(from, _)| *from == file);
            open.extend(next.map(|(_, to)| *to));
        }
    }
    reached
}

fn number(path: &str) -> usize {
    let number = path.strip_suffix(".xcc").and_then(|path| path.parse().ok());
    number.unwrap_or_else(|| panic!("{path} is none of the files"))
}
