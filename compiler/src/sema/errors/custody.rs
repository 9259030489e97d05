//! Faults of assets, and of what is taken into custody and leaves it.

use super::count;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::types::ConstantKind;
use crate::vm::Vm;

/// A fault of an asset or a holding.
#[derive(Clone, Debug)]
pub(in crate::sema) enum CustodyError {
    /// A form in a standard of another machine than the chain's.
    OtherVm {
        standard: Name,
        chain: String,
        vm: Vm,
        fitting: Vec<&'static str>,
    },
    /// More decimal places than an amount has room for.
    Decimals { span: Span, most: u64 },
    /// An asset without a form on a chain that it is used on.
    NoForm {
        asset: Name,
        chain: String,
        vm: Vm,
        declared: Span,
        why: FormUse,
    },
    /// An asset named for an address where its token is a type, or the other way round.
    OtherToken {
        asset: Name,
        chain: String,
        kind: ConstantKind,
    },
    /// A `take` that is not part of the start.
    TakenLate { keyword: Span, why: &'static str },
    /// A `take` from an account that need not be the one who starts an instance.
    TakenFromOther {
        from: Span,
        authorised: Option<String>,
    },
    /// A `pay` while the way back is open.
    PaidEarly { keyword: Span, holding: String },
    /// A `release` in what an attempt tries.
    ReleasedInAttempt { keyword: Span, attempt: Span },
    /// `on refused hold for` of a step that spends nothing.
    NothingHeld {
        span: Span,
        step: String,
        is_retriable: bool,
    },
    /// What a `floor` holds apart in a workflow without a pivot.
    RestNotPaid {
        keyword: Span,
        holding: String,
        /// Whom the amount is taken from, as it is written.
        from: String,
    },
    /// Something spent by a step that may be undone.
    SpentEarly { span: Span, step: String },
    /// Something spent by a step of another chain.
    SpentElsewhere { span: Span, step: String },
    /// A call that spends another number of holdings than its function takes.
    OtherAssets {
        span: Span,
        function: String,
        takes: usize,
        spent: usize,
    },
    /// A call whose target would have to take two amounts of one asset apart.
    SpentTogether { second: Name, first: Name },
    /// A holding that is left over on some way to the end.
    NotPaid {
        holding: Name,
        /// The word that decides whether it is paid, if it is at all.
        sometimes: Option<(Span, &'static str)>,
    },
    /// A holding that is paid twice on some way.
    PaidTwice { second: Name, first: Span },
}

/// What an asset needs a form on a chain for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sema) enum FormUse {
    /// It is taken into custody there.
    Taken,
    /// Its name stands for its token there.
    Token,
    /// Amounts of it are counted there.
    Counted,
}

impl From<CustodyError> for Diagnostic {
    fn from(error: CustodyError) -> Self {
        match error {
            CustodyError::OtherVm {
                standard,
                chain,
                vm,
                fitting,
            } => {
                let title = format!("`{}` is no token standard of {vm}", standard.value);
                let fitting: Vec<_> = fitting.iter().map(|it| format!("`{it}`")).collect();
                Self::new(Code::StandardOfOtherVm, title)
                    .primary(standard.span, format!("`{chain}` runs {vm}"))
                    .help(format!("write {}", fitting.join(" or ")))
            }
            CustodyError::Decimals { span, most } => {
                Self::new(Code::BoundOutOfRange, "an amount has no room for so many decimal places")
                    .primary(span, format!("must be 0 to {most}"))
                    .note("an amount has at most 256 bits")
                    .help("write the decimal places that the token itself says, such as `decimals 6`")
            }
            CustodyError::NoForm {
                asset,
                chain,
                vm,
                declared,
                why,
            } => {
                let title = format!("`{}` has no form on `{chain}`", asset.value);
                let diagnostic = Self::new(Code::AssetElsewhere, title)
                    .primary(asset.span, why.label(&chain))
                    .secondary(declared, "declared for other chains only")
                    .help(format!("add the form: `{chain}: {} decimals N`", example(vm)));
                match why {
                    FormUse::Taken => diagnostic.note("custody is where the workflow is decided, so that nothing has to arrive before it can be given back"),
                    FormUse::Token | FormUse::Counted => diagnostic,
                }
            }
            CustodyError::OtherToken { asset, chain, kind } => {
                let (is, wanted) = match kind {
                    ConstantKind::Address => ("a type", "an address"),
                    ConstantKind::MoveType => ("an address", "a type"),
                };
                Self::new(Code::TypeMismatch, format!("the token of `{}` on `{chain}` is {is}", asset.value))
                    .primary(asset.span, format!("{wanted} is needed here"))
                    .help("bind a constant of its own: `@NAME`")
            }
            CustodyError::TakenLate { keyword, why } => {
                Self::new(Code::TakenLate, "an asset is taken when an instance starts")
                    .primary(keyword, why)
                    .note("only the transaction that starts an instance is signed by whoever gives the asset away")
                    .help("take it before anything is sent to another chain, outside of braces")
            }
            CustodyError::TakenFromOther { from, authorised } => {
                let diagnostic = Self::new(
                    Code::TakenFromOther,
                    "an asset is taken from whoever starts the instance",
                )
                .primary(from, "nothing makes sure that this account wants it");
                match authorised {
                    Some(authorised) => diagnostic.help(format!("write `from {authorised}`")),
                    None => diagnostic.help("let one account start instances: `authorise user;` with an input `user`"),
                }
            }
            CustodyError::PaidEarly { keyword, holding } => {
                Self::new(Code::PaidEarly, format!("`{holding}` is paid while the workflow may still be undone"))
                    .primary(keyword, "nothing brings back what was paid")
                    .note("if an instance is undone, what it holds goes back to where it came from")
                    .help(format!("pay after the pivot, or write `release {holding} to …;` if it is due whatever becomes of the workflow"))
            }
            CustodyError::ReleasedInAttempt { keyword, attempt } => {
                Self::new(Code::ReleasedInAttempt, "what an `attempt` tries cannot release")
                    .primary(keyword, "stays released if the attempt goes another way")
                    .secondary(attempt, "tries it")
                    .note("the alternative would have to go on without knowing whether the holding is still there")
                    .help("release before or after the `attempt`")
            }
            CustodyError::NothingHeld {
                span,
                step,
                is_retriable,
            } => {
                let help = match is_retriable {
                    true => "let it `spend` what is held at home, or remove the clause: a retriable step is tried until it succeeds",
                    false => "say what undoes it, `compensate … else hold for ADDRESS` if that may fail; or go on without it, by `on refused continue` or an `attempt`",
                };
                Self::new(Code::NothingHeld, format!("`{step}` has nothing that could be held for somebody"))
                    .primary(span, "the step spends nothing")
                    .note("only home has custody, and only a step that spends gives something of it away")
                    .help(help)
            }
            CustodyError::RestNotPaid {
                keyword,
                holding,
                from,
            } => {
                Self::new(Code::NotPaid, format!("what is split off `{holding}` is never paid"))
                    .primary(keyword, "is paid after the pivot, and the workflow has none")
                    .help(format!("make a step the pivot, or leave it where it is: `to {from}`"))
            }
            CustodyError::SpentEarly { span, step } => {
                Self::new(Code::SpentEarly, format!("`{step}` spends what may have to be given back"))
                    .primary(span, "nothing brings back what was spent")
                    .note("if an instance is undone, what it holds goes back to where it came from")
                    .help(format!("make `{step}` the pivot, or put it after the pivot as a retriable step"))
            }
            CustodyError::SpentElsewhere { span, step } => {
                Self::new(Code::SpentElsewhere, format!("`{step}` runs where nothing is held"))
                    .primary(span, "only steps of home can spend")
                    .note("custody is where the workflow is decided; on another chain a step uses what belongs to its participant")
                    .help("spend it in a step of home, or `pay` it")
            }
            CustodyError::OtherAssets {
                span,
                function,
                takes,
                spent,
            } => {
                let takes = match takes {
                    0 => "no asset".to_owned(),
                    takes => count(takes, "asset"),
                };
                Self::new(Code::OtherAssets, format!("`{function}` takes {takes}"))
                    .primary(span, format!("{} spent", count(spent, "holding")))
                    .note("what is spent is given to the parameters that take coins or assets, in their order")
                    .help("name one holding for each, or call a function that takes them")
            }
            CustodyError::SpentTogether { second, first } => {
                let title = format!("`{}` and `{}` are of one asset and spent in one call", first.value, second.value);
                Self::new(Code::SpentTogether, title)
                    .primary(second.span, "the target cannot tell the two amounts apart")
                    .secondary(first.span, "spent here already")
                    .note("the target takes from the caller exactly what each holding has, or the call has failed")
                    .help(format!("take one amount in place of both, or spend `{}` in a step of its own", second.value))
            }
            CustodyError::NotPaid { holding, sometimes } => {
                let title = format!("`{}` is never paid", holding.value);
                let diagnostic = match sometimes {
                    None => Self::new(Code::NotPaid, title)
                        .primary(holding.span, "a completed instance would hold it for ever"),
                    Some((span, word)) => Self::new(
                        Code::NotPaid,
                        format!("`{}` is not paid on every way", holding.value),
                    )
                    .primary(holding.span, "some completed instances would hold it for ever")
                    .secondary(span, format!("leaves custody in one arm of this `{word}` and not in the other")),
                };
                let name = &holding.value;
                diagnostic.help(format!("add `pay {name} to ACCOUNT;` after the pivot or `release {name} to ACCOUNT;`, or let a step of home `spend {name}`"))
            }
            CustodyError::PaidTwice { second, first } => {
                let title = format!("`{}` leaves custody twice", second.value);
                let left = Self::new(Code::PaidTwice, title);
                if second.span == first {
                    return left
                        .primary(first, "stands in a `repeat`, and is used up by the first repetition")
                        .help("move it out of the braces, or take an amount for each repetition");
                }
                left.primary(second.span, "there is nothing left of it")
                    .secondary(first, "leaves custody here first")
                    .help("remove one of the two, or take two amounts")
            }
        }
    }
}

impl FormUse {
    fn label(self, chain: &str) -> String {
        match self {
            FormUse::Taken => format!("taken on `{chain}`, the home chain"),
            FormUse::Token => format!("stands for its token on `{chain}`"),
            FormUse::Counted => format!("counted in its smallest unit on `{chain}`"),
        }
    }
}

/// A standard of a machine.
const fn example(vm: Vm) -> &'static str {
    match vm {
        Vm::Evm => "erc20",
        Vm::Svm => "spl",
        Vm::Sui => "coin",
        Vm::Aptos => "fungible",
    }
}
