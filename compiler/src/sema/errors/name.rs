//! Faults of names and of what they stand for.

use super::{count, quoted, suggest};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::import::Unsupported;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::types::INTEGER_WIDTHS;

/// What a name was expected to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sema) enum NameKind {
    Chain,
    Vm,
    Contract,
    Function,
    Type,
    Value,
    Transport,
    Standard,
    Asset,
    Holding,
}

/// A fault of a name.
#[derive(Clone, Debug)]
pub(in crate::sema) enum NameError {
    /// Nothing of that kind has the name.
    Unknown {
        kind: NameKind,
        name: Name,
        known: Vec<String>,
    },
    /// The interface has no such function.
    UnknownFunction {
        name: Name,
        contract: String,
        near: Option<String>,
        known: Vec<String>,
    },
    /// A record, step or enum has no such member.
    UnknownField {
        name: Name,
        owner: String,
        known: Vec<String>,
    },
    /// Two things of one scope have the same name.
    Duplicate {
        name: Name,
        first: Span,
        what: &'static str,
    },
    /// A name of a workflow hides a declaration of the file.
    Shadowed {
        name: Name,
        first: Span,
        what: &'static str,
    },
    /// Two names become the same in the spelling of a target language.
    Collision { name: Name, first: Name },
    /// The name means something else inside workflows.
    Reserved { name: Name },
    /// The name is too long for emitted code.
    TooLong { name: Name, limit: usize },
    /// The names of an `atomic`'s steps are too long together.
    JoinedTooLong { whole: Name, limit: usize },
    /// A name that is also what an `atomic` is called by the names of its steps, in some spelling.
    Joined { whole: Name, other: Name },
    /// A step's result is used where the step has not run yet.
    TooEarly {
        span: Span,
        step: String,
        declared: Span,
        relation: Relation,
    },
    /// A result of a step that a refusal may skip.
    MayBeMissing {
        span: Span,
        step: String,
        policy: Span,
    },
    /// A result of a step that an `if` may have left out.
    MayBeLeftOut {
        span: Span,
        step: String,
        choice: Span,
        word: &'static str,
    },
    /// A result that neither the interface nor the source names.
    Unnamed {
        span: Span,
        step: String,
        results: usize,
    },
    /// A name that stands for something that is no value.
    NotAValue {
        name: Name,
        what: &'static str,
        wanted: &'static str,
        help: String,
    },
    /// A function the importer could not make callable.
    UnsupportedFunction { name: Name, reason: Unsupported },
    /// A call that fits several functions of the interface.
    Ambiguous { name: Name, candidates: Vec<String> },
    /// A function that code outside its own package cannot call.
    NotCallable {
        name: Name,
        why: String,
        help: &'static str,
    },
    /// The clause for results names too many or too few.
    ResultCount {
        span: Span,
        function: String,
        expected: usize,
        found: usize,
    },
    /// A record without fields or an enum without variants.
    Empty {
        name: Name,
        what: &'static str,
        member: &'static str,
    },
    /// An input, a constant, a function or a value that nothing uses.
    Unused { name: Name, what: &'static str },
    /// A constant whose value needs itself.
    RecursiveConst { name: Name },
    /// A value that is used before its `let`.
    LetTooEarly {
        span: Span,
        name: String,
        declared: Span,
    },
    /// A name that stands in a `repeat`, used where only the names of its copies are known.
    InRepeat {
        name: Name,
        written: Span,
        copies: Vec<String>,
    },
    /// Nobody supplied the interface file.
    NoInterface { span: Span, path: String },
}

/// Where a step's result is used, seen from the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sema) enum Relation {
    /// In its own call or guard.
    Itself,
    /// In a step before it.
    Later,
    /// In a step that runs beside it.
    Beside,
}

impl NameKind {
    const fn words(self) -> (Code, &'static str) {
        match self {
            Self::Chain => (Code::UnknownChain, "chain"),
            Self::Vm => (Code::UnknownVm, "virtual machine"),
            Self::Contract => (Code::UnknownContract, "contract"),
            Self::Function => (Code::UnknownFunction, "function"),
            Self::Type => (Code::UnknownType, "type"),
            Self::Value => (Code::UnknownValue, "name"),
            Self::Transport => (Code::UnknownTransport, "transport"),
            Self::Standard => (Code::UnknownStandard, "token standard"),
            Self::Asset => (Code::UnknownAsset, "asset"),
            Self::Holding => (Code::UnknownHolding, "holding"),
        }
    }
}

impl From<NameError> for Diagnostic {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Unknown { kind, name, known } => {
                let (code, what) = kind.words();
                let title = format!("unknown {what} `{}`", name.value);
                if let (NameKind::Type, Some(own)) = (kind, own_spelling(&name.value)) {
                    return Self::new(code, title)
                        .primary(name.span, "not a type of the language")
                        .help(format!("write `{own}`"));
                }
                suggest(
                    Self::new(code, title).primary(name.span, "not known here"),
                    &name.value,
                    &known,
                )
            }
            NameError::UnknownFunction {
                name,
                contract,
                near,
                known,
            } => unknown_function(&name, &contract, near, &known),
            NameError::UnknownField { name, owner, known } => {
                let title = format!("{owner} has no `{}`", name.value);
                let diagnostic =
                    Self::new(Code::UnknownField, title).primary(name.span, "not there");
                suggest(diagnostic, &name.value, &known)
            }
            NameError::TooEarly {
                span,
                step,
                declared,
                relation,
            } => too_early(span, &step, declared, relation),
            NameError::MayBeMissing { span, step, policy } => Self::new(
                Code::ResultMayBeMissing,
                format!("`{step}` may never have run"),
            )
            .primary(span, "its result may not exist")
            .secondary(policy, "a refusal skips the step")
            .note(
                "a workflow that goes on without a step cannot use what the step would have given",
            )
            .help("remove the policy, or do not use the result"),
            NameError::MayBeLeftOut {
                span,
                step,
                choice,
                word,
            } => Self::new(
                Code::ResultMayBeMissing,
                format!("`{step}` may never have run"),
            )
            .primary(span, "its result may not exist")
            .secondary(
                choice,
                match word {
                    "attempt" => "if a step of this is refused, others run",
                    _ => "this decides whether the step runs",
                },
            )
            .note("outside of the braces nobody knows which way an instance went")
            .help("use the result in the same braces, or run the step in any case"),
            NameError::Unnamed {
                span,
                step,
                results,
            } => unnamed(span, &step, results),
            NameError::InRepeat {
                name,
                written,
                copies,
            } => in_repeat(&name, written, &copies),
            other => other.declaration(),
        }
    }
}

impl NameError {
    fn declaration(self) -> Diagnostic {
        match self {
            Self::Duplicate { name, first, what } => {
                Diagnostic::new(Code::DuplicateName, format!("{what} `{}` is declared twice", name.value))
                    .primary(name.span, "declared again here")
                    .secondary(first, "first declared here")
                    .help("rename or remove one of them")
            }
            Self::Shadowed { name, first, what } => {
                Diagnostic::new(Code::ShadowedName, format!("{what} `{}` hides a declaration", name.value))
                    .primary(name.span, "the same name again")
                    .secondary(first, "declared here")
                    .note("where it is used the name could mean either")
                    .help(format!("rename the {what}"))
            }
            Self::Collision { name, first } => {
                let title = format!("`{}` and `{}` become one name in emitted code", first.value, name.value);
                Diagnostic::new(Code::TranslatedNamesCollide, title)
                    .primary(name.span, format!("`{}` here", name.value))
                    .secondary(first.span, format!("`{}` here", first.value))
                    .note("emitted code spells names as its language does, `amountOut` in Solidity and `amount_out` in Rust and Move, and joins those of fields and results")
                    .help("rename one of them")
            }
            Self::Reserved { name } => {
                Diagnostic::new(Code::ReservedName, format!("`{}` is reserved", name.value))
                    .primary(name.span, "means something else in account bindings")
                    .note("`self`, `payer` and `program` name accounts, `pda`, `pda_of` and `ata` derive them; `result` names the only result of a step")
                    .help(format!("choose another name, such as `{}_`", name.value))
            }
            Self::TooLong { name, limit } => {
                Diagnostic::new(Code::NameTooLong, "name is too long")
                    .primary(name.span, format!("{} characters", name.value.len()))
                    .note(at_most(limit))
                    .help("shorten the name")
            }
            Self::JoinedTooLong { whole, limit } => {
                Diagnostic::new(Code::NameTooLong, "names of an `atomic` are too long together")
                    .primary(whole.span, format!("joined they have {} characters", whole.value.len()))
                    .note(JOINED)
                    .note(at_most(limit))
                    .help("shorten the names of its steps")
            }
            Self::Joined { whole, other } => joined(&whole, &other),
            Self::Empty { name, what, member } => {
                Diagnostic::new(Code::EmptyDeclaration, format!("{what} `{}` has no {member}s", name.value))
                    .primary(name.span, format!("needs at least one {member}"))
                    .note("targets have no value of an empty type")
                    .help(format!("add a {member}, or remove the {what}"))
            }
            Self::Unused { name, what } => {
                Diagnostic::new(Code::Unused, format!("{what} `{}` is never used", name.value))
                    .primary(name.span, "used by no step, guard or result")
                    .help("remove it")
            }
            Self::RecursiveConst { name } => {
                Diagnostic::new(Code::RecursiveConst, format!("constant `{}` needs itself", name.value))
                    .primary(name.span, "its value depends on its value")
                    .help("write the value of one of them out")
            }
            Self::LetTooEarly { span, name, declared } => {
                Diagnostic::new(Code::UsedTooEarly, format!("`{name}` is used before it is known"))
                    .primary(span, "not known yet")
                    .secondary(declared, "has its value from here on")
                    .help("move the `let` up")
            }
            other => other.function(),
        }
    }

    fn function(self) -> Diagnostic {
        match self {
            Self::NotAValue {
                name,
                what,
                wanted,
                help,
            } => Diagnostic::new(
                Code::NotAValue,
                format!("`{}` is {what}, not {wanted}", name.value),
            )
            .primary(name.span, format!("{wanted} must stand here"))
            .help(help),
            Self::UnsupportedFunction { name, reason } => Diagnostic::new(
                Code::UnsupportedFunction,
                format!("`{}` cannot be called", name.value),
            )
            .primary(name.span, "its interface says so")
            .note(reason.to_string())
            .help("call another function, or put a small adapter contract in between"),
            Self::Ambiguous { name, candidates } => {
                let title = format!("call of `{}` fits several functions", name.value);
                let help = if candidates.iter().any(|candidate| candidate.contains("::")) {
                    "declare the contract from the interface file of one module"
                } else {
                    "give arguments whose types fit one of them only"
                };
                Diagnostic::new(Code::AmbiguousFunction, title)
                    .primary(name.span, "which one is meant?")
                    .note(format!("it may be {}", candidates.join(" or ")))
                    .help(help)
            }
            Self::NotCallable { name, why, help } => Diagnostic::new(
                Code::NotCallable,
                format!("`{}` cannot be called from emitted code", name.value),
            )
            .primary(name.span, why)
            .help(help),
            Self::ResultCount {
                span,
                function,
                expected,
                found,
            } => {
                let title = format!("`{function}` returns {}", count(expected, "result"));
                Diagnostic::new(Code::WrongResultCount, title)
                    .primary(span, format!("{found} named here"))
                    .note("each result has its place, so all of them are named")
                    .help(result_clause(expected))
            }
            other => other.support(),
        }
    }

    fn support(self) -> Diagnostic {
        match self {
            Self::NoInterface { span, path } => Diagnostic::new(
                Code::InterfaceNotSupplied,
                format!("interface file `{path}` was not read"),
            )
            .primary(span, "nothing is known about this contract")
            .help("put the file there; the path starts at the folder of this file"),
            other => unreachable!("{other:?} is said elsewhere"),
        }
    }
}

/// The language's own name for a type of Solidity, Rust or Move.
fn own_spelling(name: &str) -> Option<String> {
    let sized = |prefix: &str| {
        name.strip_prefix(prefix)
            .filter(|bits| INTEGERS.contains(bits))
    };
    match name {
        "uint" => Some("u256".to_owned()),
        "int" => Some("i256".to_owned()),
        "boolean" => Some("bool".to_owned()),
        "String" => Some("string<N>` with a bound `N".to_owned()),
        "Pubkey" | "pubkey" | "PublicKey" => Some("address@CHAIN".to_owned()),
        _ => match (sized("uint"), sized("int")) {
            (Some(bits), _) => Some(format!("u{bits}")),
            (_, Some(bits)) => Some(format!("i{bits}")),
            _ => next_width(name),
        },
    }
}

/// The integer type that holds one of a width which the language has not, such as `u24`.
fn next_width(name: &str) -> Option<String> {
    let (sign, bits) = name.split_at_checked(1)?;
    let bits: u16 = bits.parse().ok()?;
    let width = INTEGER_WIDTHS.into_iter().find(|width| *width >= bits)?;
    matches!(sign, "u" | "i").then(|| format!("{sign}{width}"))
}

/// The widths of integers, as a type's name ends.
const INTEGERS: [&str; 6] = ["8", "16", "32", "64", "128", "256"];

fn result_clause(expected: usize) -> String {
    if expected == 0 {
        return "remove the clause".to_owned();
    }
    let names: Vec<_> = (1..=expected).map(|place| format!("name{place}")).collect();
    format!(
        "write `-> ({})`, with `_` for a result you do not use",
        names.join(", ")
    )
}

fn unknown_function(
    name: &Name,
    contract: &str,
    near: Option<String>,
    known: &[String],
) -> Diagnostic {
    let title = format!("`{contract}` has no function `{}`", name.value);
    let diagnostic =
        Diagnostic::new(Code::UnknownFunction, title).primary(name.span, "not in its interface");
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if known.len() <= 8 => diagnostic.help(format!("its functions are {}", quoted(known))),
        None => diagnostic.help("look the function up in the interface file"),
    }
}

fn too_early(span: Span, step: &str, declared: Span, relation: Relation) -> Diagnostic {
    let title = format!("result of `{step}` is used before it is known");
    let diagnostic = Diagnostic::new(Code::UsedTooEarly, title).primary(span, "not known yet");
    match relation {
        Relation::Itself => diagnostic
            .secondary(declared, "known when this step has run")
            .note("arguments, guard and accounts of a step are computed before its call")
            .help("use a result of an earlier step or an input"),
        Relation::Beside => diagnostic
            .secondary(declared, "begins together with the step that uses it")
            .note("the steps of a `parallel` all begin before any of them has run")
            .help(format!(
                "move the step `{step}` before the braces, or use a value that is known here"
            )),
        Relation::Later => diagnostic
            .secondary(declared, "runs later")
            .note("steps run in the order in which they are written")
            .help(format!(
                "move the step `{step}` up, or use a value that is known here"
            )),
    }
}

/// How long a name may be, and why.
fn at_most(limit: usize) -> String {
    format!(
        "a name has at most {limit} characters, so that every target accepts what is made from it"
    )
}

/// What an `atomic` is called.
const JOINED: &str = "an `atomic` is one step, and its name is those of its steps, joined with `_`";

fn joined(whole: &Name, other: &Name) -> Diagnostic {
    let (code, title) = match whole.value == other.value {
        true => (
            Code::DuplicateName,
            format!("`{}` also names an `atomic`", other.value),
        ),
        false => (
            Code::TranslatedNamesCollide,
            format!(
                "`{}` and `{}` become one name in emitted code",
                whole.value, other.value
            ),
        ),
    };
    Diagnostic::new(code, title)
        .primary(other.span, format!("`{}` here", other.value))
        .secondary(whole.span, format!("called `{}`", whole.value))
        .note(JOINED)
        .help("rename one of them, or a step of the `atomic`")
}

fn in_repeat(name: &Name, written: Span, copies: &[String]) -> Diagnostic {
    let title = format!("`{}` stands in a `repeat`", name.value);
    let diagnostic = Diagnostic::new(Code::InRepeat, title)
        .primary(name.span, "which repetition?")
        .secondary(written, "one of these in each repetition")
        .note("inside of the braces it is that of the same repetition; outside each has a name of its own");
    match copies {
        [] => diagnostic,
        [only] => diagnostic.help(format!("write `{only}`")),
        [one, other] => diagnostic.help(format!("write `{one}` or `{other}`")),
        [first, .., last] => diagnostic.help(format!("write one of `{first}` … `{last}`")),
    }
}

fn unnamed(span: Span, step: &str, results: usize) -> Diagnostic {
    let title = format!("results of `{step}` have no names");
    let diagnostic = Diagnostic::new(Code::UnnamedResult, title).primary(span, "which result?");
    let names: Vec<_> = (1..=results).map(|place| format!("name{place}")).collect();
    diagnostic
        .note("the interface names none of the results")
        .help(format!(
            "name them after the call: `-> ({})`",
            names.join(", ")
        ))
}
