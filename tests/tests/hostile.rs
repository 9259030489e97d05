//! Projects made to exhaust whoever compiles them: each gets its answer from the real command, in bounded memory and with bounded output.
//!
//! Memory is what the operating system says that the process had at most. Time is bounded by what only a hang would take.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use tempfile::TempDir;
use xcc::codes::Code;
use xcc::diagnostic::MAX_FINDINGS;
use xcc::import::MAX_BYTES;
use xcc::syntax::MAX_FILE_BYTES;

/// The most memory that any input may take, in bytes.
const MOST_MEMORY: u64 = 512 << 20;

/// The most bytes that are printed: for each finding that is kept a few lines.
const MOST_OUTPUT: usize = 4_000 * MAX_FINDINGS;

/// The most seconds of processor time, of an unoptimised build.
const MOST_SECONDS: u64 = 120;

const SOURCE: &str = "deposit.xcc";
const MANIFEST: &str = "xcc.toml";
const INTERFACE: &str = "abi/Vault.json";

/// How much is left for what is added to a file.
const ROOM: usize = MAX_FILE_BYTES - (16 << 10);

/// A project that `xcc init` writes, to be made hostile.
struct Hostile(TempDir);

/// What the command answered.
struct Answer {
    exit: Option<i32>,
    findings: String,
    memory: u64,
}

impl Hostile {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut init = command(folder.path());
        let made = init.args(["init", "--quiet", "--name", "deposit"]).status();
        assert!(made.expect("xcc runs").success());
        Self(folder)
    }

    /// Adds to the end of a file.
    fn with(self, path: &str, addition: &str) -> Self {
        let path = self.0.path().join(path);
        let text = fs::read_to_string(&path).expect("the project has it");
        fs::write(path, text + addition).expect("written");
        self
    }

    fn replaced(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.0.path().join(path), content).expect("written");
        self
    }

    /// Makes a file as long as that, with nothing in it.
    fn stretched(self, path: &str, bytes: u64) -> Self {
        let file = File::options().write(true).open(self.0.path().join(path));
        file.and_then(|file| file.set_len(bytes))
            .expect("stretched");
        self
    }

    /// The answer is this, and as short as it is cheap.
    fn answers(&self, code: Code) {
        self.answers_as("human", code);
    }

    #[expect(clippy::print_stdout, reason = "the figures are for people")]
    fn answers_as(&self, format: &str, code: Code) {
        let answer = self.build(format);
        println!("{code} as {format}: {} MiB", answer.memory >> 20);
        let is_missing = code == Code::FileNotFound;
        let exit = if is_missing { 3 } else { 1 };
        assert_eq!(answer.exit, Some(exit), "{}", beginning(&answer.findings));
        let found = answer.findings.contains(code.as_str());
        assert!(found, "no {code}: {}", beginning(&answer.findings));
        assert!(
            answer.findings.len() <= MOST_OUTPUT,
            "{}",
            answer.findings.len()
        );
        assert!(answer.memory <= MOST_MEMORY, "{} bytes", answer.memory);
    }

    fn build(&self, format: &str) -> Answer {
        let mut command = command(self.0.path());
        command.args(["build", "--format", format]);
        let output = tempfile::tempfile().expect("a temporary file");
        let both = output
            .try_clone()
            .and_then(|other| Ok((other, output.try_clone()?)));
        let (stdout, stderr) = both.expect("a temporary file");
        command.stdin(Stdio::null()).stdout(stdout).stderr(stderr);
        let (status, memory) = wait(command.spawn().expect("xcc runs"));
        assert_eq!(status.signal(), None, "killed: {}", printed(&output));
        Answer {
            exit: status.code(),
            findings: printed(&output),
            memory,
        }
    }
}

/// The command, which the system stops when it uses too much of the processor.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("sh");
    let limited = format!("ulimit -t {MOST_SECONDS}; exec \"$0\" \"$@\"");
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_xcc-under-test")]);
    command.current_dir(folder);
    command
}

/// How a process ended, and the most memory it had, in bytes.
fn wait(child: Child) -> (ExitStatus, u64) {
    let id = libc::pid_t::try_from(child.id()).expect("a process has a small number");
    let mut status = 0;
    // SAFETY: a `rusage` of zeros is one, both pointers are to variables that live on, and nobody else waits for this child.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::wait4(id, &raw mut status, 0, &raw mut usage), usage)
    };
    assert_eq!(waited, id);
    let kilobytes = u64::try_from(usage.ru_maxrss).expect("memory is not negative");
    (ExitStatus::from_raw(status), kilobytes << 10)
}

fn printed(output: &File) -> String {
    use std::io::Seek;
    let mut output = output;
    let mut text = Vec::new();
    output.rewind().expect("a file has a beginning");
    output.read_to_end(&mut text).expect("it can be read");
    String::from_utf8(text).expect("what xcc prints is UTF-8")
}

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(2_000)]
}

/// As many declarations, statements or the like as a file has room for.
fn many(of: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for index in 0.. {
        let next = of(index);
        if text.len() + next.len() > ROOM {
            break;
        }
        text += &next;
    }
    text
}

/// A workflow with these statements, and a step.
fn workflow(statements: &str) -> String {
    let head = "workflow W on ethereum (a: u64, user: address@ethereum) {\n    authorise user;\n    transport wormhole;\n";
    let step = "step last = Vault.lock(user, a) gas 90_000 compensate none;\n";
    format!("{head}{statements}{step}}}\n")
}

#[test]
fn brackets_and_literals_as_long_as_a_file() {
    let value = |text: String| Hostile::new().with(SOURCE, &format!("const A: u64 = {text}"));
    value("(".repeat(ROOM)).answers(Code::NestingTooDeep);
    value(")".repeat(ROOM)).answers(Code::TooManyErrors);
    value("9".repeat(ROOM)).answers(Code::NumberTooLarge);
    value(format!("\"{}\";", "x".repeat(ROOM))).answers(Code::LiteralTooLong);
    value(format!("hex\"{}\";", "0".repeat(ROOM))).answers(Code::LiteralTooLong);
    value(format!("{};", "b".repeat(ROOM))).answers(Code::UnknownValue);
    let name = format!("const {}: u64 = 1;", "A".repeat(ROOM));
    Hostile::new()
        .with(SOURCE, &name)
        .answers(Code::NameTooLong);
}

#[test]
fn one_line_with_every_error_in_it() {
    let faulty = many(|_| "? ".to_owned());
    let syntax = Hostile::new().with(SOURCE, &faulty);
    let faulty = many(|index| format!("const A{index}: Q = 1; "));
    let types = Hostile::new().with(SOURCE, &faulty);
    for format in ["human", "short", "json", "sarif"] {
        syntax.answers_as(format, Code::TooManyErrors);
        types.answers_as(format, Code::UnknownType);
    }
}

#[test]
fn files_larger_than_any() {
    let huge = 100 << 20;
    for (file, code) in [
        (SOURCE, Code::FileTooLarge),
        (MANIFEST, Code::FileTooLarge),
        (INTERFACE, Code::InterfaceTooLarge),
    ] {
        Hostile::new().stretched(file, huge).answers(code);
    }
    let gigabytes = 1 << 40;
    Hostile::new()
        .stretched(SOURCE, gigabytes)
        .answers(Code::FileTooLarge);
}

#[test]
fn files_that_are_no_text() {
    let bytes = vec![0xff; ROOM];
    Hostile::new()
        .replaced(SOURCE, &bytes)
        .answers(Code::NotUtf8);
    Hostile::new()
        .replaced(INTERFACE, vec![0xff; MAX_BYTES])
        .answers(Code::NotUtf8);
    let late = [vec![b' '; ROOM], vec![0xc3]].concat();
    Hostile::new().replaced(SOURCE, late).answers(Code::NotUtf8);
}

#[test]
fn declarations_and_statements_without_end() {
    let same = many(|_| "const A: u64 = 1;\n".to_owned());
    Hostile::new()
        .with(SOURCE, &same)
        .answers(Code::DuplicateName);
    let files = many(|index| format!("contract C{index} on ethereum from \"{index}.json\";\n"));
    Hostile::new()
        .with(SOURCE, &files)
        .answers(Code::FileNotFound);
    let workflows = many(|index| format!("workflow W{index} on ethereum () {{ }}\n"));
    Hostile::new()
        .with(SOURCE, &workflows)
        .answers(Code::MissingAuthority);
    let steps =
        many(|index| format!("step s{index} = Vault.lock(user, a) gas 9 compensate none;\n"));
    Hostile::new()
        .with(SOURCE, &workflow(&steps))
        .answers(Code::TooManySteps);
    let names: String = (0..2_000)
        .map(|index| format!("let b{index}: u64 = b;\n"))
        .collect();
    Hostile::new()
        .with(SOURCE, &workflow(&names))
        .answers(Code::UnknownValue);
}

#[test]
fn imports_without_end() {
    let same = many(|_| "import { A } from \"other.xcc\";\n".to_owned());
    let project = Hostile::new().with(SOURCE, &same);
    project
        .replaced("other.xcc", "const A: u64 = 1;")
        .answers(Code::DuplicateName);
    let circle = format!("import {{}} from \"{SOURCE}\";\n");
    Hostile::new()
        .with(SOURCE, &circle.repeat(ROOM / circle.len()))
        .answers(Code::ImportCycle);
}

#[test]
fn values_that_double_with_each_name() {
    let doubled = |first: &str, next: &dyn Fn(usize) -> String| {
        let rest: String = (1..300).map(next).collect();
        format!("{first}\n{rest}")
    };
    let functions = doubled("fn f0(a: u256) -> u256 { a }", &|i| {
        format!(
            "fn f{i}(a: u256) -> u256 {{ f{}(a) + f{}(a) }}\n",
            i - 1,
            i - 1
        )
    });
    Hostile::new()
        .with(SOURCE, &functions)
        .answers(Code::ExpressionTooLarge);
    // These are computed: the sum becomes too large for its type, and not the text of it.
    let constants = doubled("const a0: u256 = 1;", &|i| {
        format!("const a{i}: u256 = a{} + a{};\n", i - 1, i - 1)
    });
    Hostile::new()
        .with(SOURCE, &constants)
        .answers(Code::NoValue);
    let names = doubled("let a0 = a;", &|i| {
        format!("let a{i} = a{} + a{};\n", i - 1, i - 1)
    });
    Hostile::new()
        .with(SOURCE, &workflow(&names))
        .answers(Code::ExpressionTooLarge);
}

#[test]
fn manifests_of_nothing_but_faults() {
    let keys: String = (0..60_000).map(|index| format!("k{index} = 1\n")).collect();
    let constants = format!("\n[profiles.local.constants]\n{keys}");
    Hostile::new()
        .with(MANIFEST, &constants)
        .answers(Code::InvalidValue);
    let faults = "= \n".repeat(300_000);
    Hostile::new()
        .with(MANIFEST, &faults)
        .answers(Code::ManifestSyntax);
    let deep = format!("\nk = {}", "[".repeat(900_000));
    Hostile::new()
        .with(MANIFEST, &deep)
        .answers(Code::ManifestSyntax);
    let dotted = format!("\nk{} = 1", ".a".repeat(450_000));
    Hostile::new()
        .with(MANIFEST, &dotted)
        .answers(Code::ManifestSyntax);
}

#[test]
fn interfaces_of_nothing_but_values() {
    let interface = |text: String| Hostile::new().replaced(INTERFACE, text);
    interface("[".repeat(MAX_BYTES)).answers(Code::InterfaceTooLarge);
    interface("{},".repeat(MAX_BYTES / 3)).answers(Code::InterfaceNotJson);
    interface(format!("[{}0]", "0,".repeat(MAX_BYTES / 2 - 2))).answers(Code::InterfaceTooLarge);
    let function = |index: usize| {
        format!(
            r#"{{"type":"function","name":"f{index}","stateMutability":"view","inputs":[],"outputs":[]}},"#
        )
    };
    let functions: String = (0..100_000).map(function).collect();
    interface(format!("[{functions}]")).answers(Code::InterfaceNotJson);
    let functions = functions.trim_end_matches(',');
    interface(format!("[{functions}]")).answers(Code::UnknownFunction);
    let lists = "[65535]".repeat(15);
    let large = format!(
        r#"[{{"type":"function","name":"lock","stateMutability":"nonpayable","outputs":[],"inputs":[{{"name":"a","type":"uint64{lists}"}}]}}]"#
    );
    interface(large).answers(Code::UnknownFunction);
}
