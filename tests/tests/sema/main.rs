//! Goldens of the checker: `<case>.xcc` beside the findings it gives, the pages of its codes, and what it makes of a sound file.
//!
//! A case or an example of a page holds more files than one if it has a line `// --- PATH` before each of the others.

mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use xcc::analysis::check_budgets;
use xcc::codes::Code;
use xcc::diagnostic::{RenderOptions, render};
use xcc::hir::{AccountSource, Binding, ExprKind, ObjectSource, Package, Seed, StepDecl};
use xcc::import::{Interface, import};
use xcc::load::SourceTree;
use xcc::project::{Lowered, lower_source};
use xcc::sema::{Interfaces, Needed};
use xcc::syntax::MAX_FILE_BYTES;
use xcc::transport::catalogue::Entry;
use xcc::types::{ConstantKind, Type};
use xcc::vm::Vm;
use xcc::wire::header;
use xcc_tests::front_end;

/// What the checker says about a file.
struct Outcome {
    package: Option<Package>,
    findings: String,
    codes: Vec<Code>,
}

#[test]
fn every_case_matches_its_golden() {
    let cases = cases();
    assert!(!cases.is_empty());
    let mut failed = Vec::new();
    for case in &cases {
        let name = stem(case);
        let outcome = run(&format!("{name}.xcc"), &read(case));
        if panic::catch_unwind(|| compare("../../suite/sema", &name, &outcome.findings)).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_golden_belongs_to_a_case_or_a_page() {
    let cases: BTreeSet<_> = cases().iter().map(|case| stem(case)).collect();
    let pages: BTreeSet<_> = codes().map(|code| code.to_string()).collect();
    for (folder, known) in [(directory(), cases), (directory().join("pages"), pages)] {
        for golden in files(&folder, "snap") {
            let name = stem(&golden);
            let case = name.strip_suffix(".err").unwrap_or(&name);
            assert!(
                known.contains(case),
                "{} belongs to nothing",
                golden.display()
            );
        }
    }
}

#[test]
fn a_sound_file_has_no_findings() {
    let outcome = run("accepted.xcc", &read(&directory().join("accepted.xcc")));
    assert_eq!(outcome.findings, "");
    assert!(outcome.package.is_some());
}

#[test]
fn what_is_imported_along_two_ways_is_one_and_what_two_files_declare_is_two() {
    let outcome = run("imported.xcc", &read(&directory().join("imported.xcc")));
    assert_eq!(outcome.findings, "");
    let package = outcome.package.expect("it is sound");
    let declared = &package.declarations;
    let chains = declared.chains.values().map(|chain| &chain.name);
    assert_eq!(chains.collect::<Vec<_>>(), ["ethereum"]);
    let contracts = declared.contracts.values();
    let contracts = contracts.map(|contract| &contract.name);
    assert_eq!(contracts.collect::<Vec<_>>(), ["Vault"]);
    let records = declared.records.values().map(|record| &record.name);
    assert_eq!(
        records.collect::<Vec<_>>(),
        ["SharedOrder", "Amount", "Order"]
    );
    let workflows = package.workflows.values().map(|workflow| &workflow.name);
    assert_eq!(workflows.collect::<Vec<_>>(), ["Again", "Deposit"]);
}

fn compare(folder: &str, name: &str, findings: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        if !findings.is_empty() {
            insta::assert_snapshot!(format!("{name}.err"), findings);
        }
    });
}

fn run(name: &str, text: &str) -> Outcome {
    let outcome = front_end::run(name, text, |tree, _| interfaces(tree));
    let (mut diagnostics, mut findings) = (outcome.diagnostics, Vec::new());
    if let Some(package) = &outcome.package {
        let Lowered { program, facts } = lower_source(package);
        let _ = check_budgets(&program, &facts, &mut diagnostics);
    }
    let options = RenderOptions::default();
    render(&diagnostics, &outcome.sources, options, &mut findings).expect("renders");
    let found = diagnostics.sorted();
    Outcome {
        package: outcome.package,
        findings: String::from_utf8(findings).expect("findings are UTF-8"),
        codes: found
            .iter()
            .map(|finding| finding.diagnostic.code)
            .collect(),
    }
}

/// The fixtures that files name. One that is not there is not supplied.
fn interfaces(tree: &SourceTree) -> Interfaces {
    let mut interfaces = Interfaces::new();
    for Needed { path, .. } in Interfaces::needed(tree) {
        if let Some(interface) = fixtures().get(path.as_str()) {
            interfaces.insert(path, Ok(Arc::clone(interface)));
        }
    }
    interfaces
}

/// Every fixture, by the path that cases name it with.
fn fixtures() -> &'static BTreeMap<String, Arc<Interface>> {
    static FIXTURES: OnceLock<BTreeMap<String, Arc<Interface>>> = OnceLock::new();
    FIXTURES.get_or_init(|| {
        let folders = ["abi", "idl", "move"].into_iter();
        let paths = folders.flat_map(|folder| files(&directory().join(folder), "json"));
        let named = paths.map(|path| {
            let folder = path.parent().expect("a fixture is in a folder");
            let name = format!("{}/{}.json", stem(folder), stem(&path));
            let interface = Arc::new(fixture(&name, &read(&path)));
            (name, interface)
        });
        named.collect()
    })
}

/// The fixture, by the machine it is of.
fn fixture(path: &str, text: &str) -> Interface {
    let found = Vm::ALL
        .into_iter()
        .find_map(|vm| import(vm, path, text).ok());
    found.unwrap_or_else(|| panic!("{path} is no interface"))
}

fn cases() -> Vec<PathBuf> {
    files(&directory(), "xcc")
}

/// The files of a folder that end so, by name.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the suite is there");
    let paths = entries.map(|entry| entry.expect("the suite can be read").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .expect("a case has a name")
        .to_string_lossy()
        .into_owned()
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/sema")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a case is UTF-8")
}

/// The groups of codes that the checker gives.
const GROUPS: [&str; 5] = ["XCC02", "XCC03", "XCC04", "XCC05", "XCC06"];

#[test]
fn every_page_shows_its_code_and_how_to_avoid_it() {
    let mut failed = Vec::new();
    for code in codes() {
        for text in examples(code, "fails") {
            let outcome = run("example.xcc", &text);
            if outcome.codes.is_empty() || outcome.codes.iter().any(|found| *found != code) {
                failed.push(format!("{code}: {:?}\n{}", outcome.codes, outcome.findings));
            }
            let name = code.to_string();
            if panic::catch_unwind(|| compare("../../suite/sema/pages", &name, &outcome.findings))
                .is_err()
            {
                failed.push(format!("{code}: the golden differs"));
            }
        }
        for text in examples(code, "ok") {
            let outcome = run("example.xcc", &text);
            if !outcome.codes.is_empty() {
                failed.push(format!("{code}, corrected:\n{}", outcome.findings));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn codes() -> impl Iterator<Item = Code> {
    let all = Code::ALL.iter().copied();
    all.filter(|code| GROUPS.iter().any(|group| code.as_str().starts_with(group)))
}

/// The examples of a page that are fenced as `xcc,KIND`.
fn examples(code: Code, kind: &str) -> Vec<String> {
    let head = format!("xcc,{kind}\n");
    let blocks = code.explain().split("```").skip(1).step_by(2);
    let found: Vec<_> = blocks
        .filter_map(|block| block.strip_prefix(&head))
        .map(str::to_owned)
        .collect();
    assert_eq!(found.len(), 1, "{code}: one example of {kind}");
    found
}

/// Whatever is taken out of a sound file, the checker answers: a package, or at least one error, and never a panic.
#[test]
fn a_damaged_file_gets_an_answer() {
    let sound = read(&directory().join("accepted.xcc"));
    let words = word_ranges(&sound);
    assert!(words.len() > 300, "{}", words.len());
    for (place, range) in words.iter().enumerate() {
        let other = &sound[words[(place * 7 + 3) % words.len()].clone()];
        for replacement in ["", other] {
            let mut text = sound.clone();
            text.replace_range(range.clone(), replacement);
            let outcome = run("damaged.xcc", &text);
            let answered = outcome.package.is_some() || outcome.findings.contains("error[");
            assert!(
                answered,
                "`{}` replaced by `{replacement}`",
                &sound[range.clone()]
            );
        }
    }
}

/// The words of a text, comments left out.
fn word_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or("");
        let mut offset = start;
        for word in code.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
            let length = word
                .trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_')
                .len();
            if length > 0 {
                words.push(offset..offset + length);
            }
            offset += word.len();
        }
        start += line.len();
    }
    words
}

/// The checked form of the sound file, and its steps by name.
fn accepted() -> Package {
    let outcome = run("accepted.xcc", &read(&directory().join("accepted.xcc")));
    outcome.package.expect("it is sound")
}

fn step<'p>(package: &'p Package, name: &str) -> &'p StepDecl {
    let found = package.steps.values().find(|step| step.name == name);
    found.expect("a step of that name")
}

#[test]
fn arguments_have_types_that_the_target_can_represent() {
    let package = accepted();
    let lock = &step(&package, "lock").call;
    let ExprKind::Widen(inner) = &lock.args[0].kind else {
        panic!("{:?}", lock.args[0])
    };
    assert_eq!(
        (&lock.args[0].ty, &inner.ty),
        (&Type::Uint(256), &Type::Uint(64))
    );
    assert!(matches!(lock.args[1].kind, ExprKind::Input(0)));
    // `uint96` takes the greatest width of the language below it, and gives the least above it.
    let cap = step(&package, "cap_it");
    assert_eq!(cap.call.args[0].ty, Type::Uint(64));
    assert_eq!(cap.results[0].0.ty, Type::Uint(128));
    assert_eq!(step(&package, "shift").call.args[0].ty, Type::Int(64));
}

#[test]
fn accounts_are_bound_in_the_order_of_the_instruction() {
    let package = accepted();
    let Binding::Svm { accounts } = &step(&package, "swap").call.binding else {
        panic!("a call on Solana")
    };
    let names: Vec<_> = accounts
        .iter()
        .map(|account| account.name.as_str())
        .collect();
    assert_eq!(names, ["trader", "pool", "vault", "token_program"]);
    assert_eq!(accounts[0].source, AccountSource::Authority);
    assert!(accounts[0].signer && !accounts[0].writable && accounts[1].writable);
    let AccountSource::Constant(pool) = accounts[1].source else {
        panic!("{:?}", accounts[1].source)
    };
    assert_eq!(package.declarations.constants[pool].name, "POOL");
    // The seeds come from the IDL, and the account among them from the clause.
    let seeds = vec![
        Seed::Bytes(b"vault".to_vec()),
        Seed::Key(AccountSource::Constant(pool)),
    ];
    assert_eq!(
        accounts[2].source,
        AccountSource::Pda {
            program: None,
            seeds
        }
    );
    assert!(matches!(accounts[3].source, AccountSource::Fixed(_)));
}

#[test]
fn an_argument_can_be_a_seed() {
    let package = accepted();
    let Binding::Svm { accounts } = &step(&package, "open").call.binding else {
        panic!("a call on Solana")
    };
    let AccountSource::Pda { seeds, .. } = &accounts[1].source else {
        panic!("{:?}", accounts[1].source)
    };
    let [Seed::Bytes(prefix), Seed::Value(id)] = seeds.as_slice() else {
        panic!("{seeds:?}")
    };
    assert_eq!(
        (prefix.as_slice(), &id.ty),
        (b"ticket".as_slice(), &Type::Uint(64))
    );
    assert_eq!(accounts[0].source, AccountSource::Payer);
    assert_eq!(
        accounts[2].source,
        AccountSource::CalledProgram,
        "an optional account that is left out"
    );
    assert!(
        !accounts[2].writable,
        "nobody writes to the program's own id"
    );
    assert_eq!(
        accounts[3].source,
        AccountSource::Fixed([0; 32]),
        "the system program"
    );
}

#[test]
fn objects_keep_their_place_among_the_parameters() {
    let package = accepted();
    let Binding::Sui { objects, .. } = &step(&package, "stake").call.binding else {
        panic!("a call on Sui")
    };
    assert_eq!(
        objects
            .iter()
            .map(|object| object.parameter)
            .collect::<Vec<_>>(),
        [0, 3]
    );
    assert_eq!(objects[1].source, ObjectSource::Clock);
    let Binding::Aptos {
        objects,
        type_arguments,
    } = &step(&package, "move_on").call.binding
    else {
        panic!("a call on Aptos")
    };
    assert_eq!((objects[0].parameter, type_arguments.len()), (1, 1));
    let kind = package.declarations.constants[type_arguments[0]].kind;
    assert_eq!(kind, ConstantKind::MoveType);
}

#[test]
fn results_are_named_by_the_interface_or_the_source() {
    let package = accepted();
    let names = |name: &str| -> Vec<(String, usize)> {
        let results = &step(&package, name).results;
        results
            .iter()
            .map(|(field, place)| (field.name.clone(), *place))
            .collect()
    };
    assert_eq!(names("lock"), [("shares".to_owned(), 0)]);
    assert_eq!(names("swap"), [("amount_out".to_owned(), 0)]);
    assert_eq!(names("stake"), [("result".to_owned(), 0)]);
    assert_eq!(names("split"), [("second".to_owned(), 1)]);
    assert_eq!(names("credit"), []);
}

#[test]
fn arguments_choose_the_overload() {
    let package = accepted();
    let pay = package
        .steps
        .values()
        .filter(|step| step.call.function.name == "pay");
    assert_eq!(
        pay.map(|step| step.call.function.overload)
            .collect::<Vec<_>>(),
        [0, 1]
    );
}

/// The checker sizes messages before lowering plans them; what is planned must not be larger than it allowed.
#[test]
fn no_planned_message_is_over_its_transport_s_limit() {
    let program = xcc::lower::lower(&accepted());
    let facts = xcc::analysis::analyze(&program);
    let vm = |machine| program.declarations.chains[program.machines[machine].chain].vm;
    assert!(program.messages.len() > 10);
    for (message, data) in &program.messages {
        let entry = Entry::find(data.transport.name()).expect("the catalogue has every transport");
        let size = facts.layout(message).max_size + header::SIZE as u32;
        assert!(
            size <= entry.max_message(vm(data.from), vm(data.to)),
            "{message:?}"
        );
    }
}

/// Declarations are checked when others ask for them. However long a chain of them is, it ends in an answer.
#[test]
fn chains_of_declarations_do_not_exhaust_the_stack() {
    let functions = |count: usize, next: fn(usize) -> usize| -> String {
        let function = |at| format!("fn f{at}(a: u64) -> u64 {{ f{}(a) }}\n", next(at));
        (1..=count).map(function).collect()
    };
    let ends = "fn f0(a: u64) -> u64 { a }\n";
    let backwards = format!("{ends}{}", functions(2_000, |at| at - 1));
    let outcome = run("backwards.xcc", &backwards);
    assert!(outcome.package.is_some());
    assert_eq!(outcome.codes, [Code::Unused], "{}", outcome.findings);

    let nested = |at: usize| format!("const C{at}: bool = {}C{};\n", "!".repeat(100), at + 1);
    let deep: String = (0..2_000).map(nested).collect();
    let forwards = [
        functions(2_000, |at| at + 1) + "fn f2001(a: u64) -> u64 { a }\n",
        deep + "const C2000: bool = true;\n",
    ];
    for text in forwards {
        let codes = run("forwards.xcc", &text).codes;
        assert!(!codes.is_empty());
        assert!(codes.iter().all(|code| *code == Code::ExpressionTooLarge));
    }
}

/// What is used twice counts twice, so what names and functions stand for cannot outgrow the compiler's memory.
#[test]
fn names_that_double_each_other_are_refused() {
    let doubled = |declare: fn(usize) -> String| (1..=60).map(declare).collect::<String>();
    let consts = doubled(|at| format!("const C{at}: bool = C{0} == C{0};\n", at - 1));
    let functions = doubled(|at| {
        format!(
            "fn f{at}(a: bool) -> bool {{ f{0}(a) == f{0}(a) }}\n",
            at - 1
        )
    });
    let lets = doubled(|at| format!("let l{at} = l{0} == l{0};\n", at - 1));
    let files = [
        format!("const C0: bool = true;\n{consts}"),
        format!("fn f0(a: bool) -> bool {{ !a }}\n{functions}"),
        format!("fn f(a: bool) -> bool {{ let l0 = !a;\n{lets} l60 }}\n"),
    ];
    for text in files {
        assert_eq!(
            run("doubled.xcc", &text).codes,
            [Code::ExpressionTooLarge],
            "{text}"
        );
    }
}

/// What is repeated is written out, so a small file must not stand for more than a large one may have.
#[test]
fn repetitions_over_the_size_of_a_file_are_refused() {
    let lines = |count: usize| "// what is repeated, however often\n".repeat(count);
    let repeat = |name: &str, count| {
        let step = format!("step {name} = Vault.lock(user, amount) gas 1 compensate none;");
        format!("repeat 10 {{ atomic {{ {step}\n{} }} }}\n", lines(count))
    };
    let head = "chain ethereum: evm; contract Vault on ethereum from \"abi/Vault.json\";\n\
        workflow Pay on ethereum (user: address@ethereum, amount: u64) { authorise user;\n";
    let text = |count| format!("{head}{}{}}}", repeat("a", count), repeat("b", count));
    // Twice ten times as many lines.
    let most = MAX_FILE_BYTES / (lines(1).len() * 20);
    assert_eq!(run("most.xcc", &text(most - 20)).codes, []);
    let over = run("over.xcc", &text(most + 20));
    assert_eq!(over.codes, [Code::FileTooLarge], "{}", over.findings);
}
