//! Faults of amounts.

use super::quoted;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::hir::ArithmeticOp;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A fault of an amount, or of how it is converted.
#[derive(Clone, Debug)]
pub(in crate::sema) enum MoneyError {
    /// An `amount<…>` where nothing says of which chain.
    Misplaced { span: Span, place: NoAmount },
    /// Two amounts that are not counted in the same, or one that is not counted in what its place is.
    Mixed {
        one: (Span, String),
        other: (Span, String),
        is_one_asset: bool,
    },
    /// Arithmetic that makes no sense of an amount.
    Operation {
        op: ArithmeticOp,
        span: Span,
        sides: [(Span, String); 2],
    },
    /// A conversion to fewer decimal places that does not say what becomes of a part.
    Loses {
        amount: Span,
        from: String,
        to: String,
    },
    /// An `exact` where nothing can be lost.
    IdleExact { keyword: Span },
    /// A parameter that has no room for an amount of its chain.
    NarrowParameter {
        span: Span,
        units: String,
        bits: u16,
        parameter: u16,
    },
    /// A `floor` on the home chain itself.
    FloorAtHome { chain: Name },
    /// A `floor` on a chain whose smallest unit is more than home can count.
    NeverWhole { chain: Name, asset: String },
    /// A `floor` that gives the rest to somebody though there never is any.
    NothingLeft { to: Span, chains: Vec<String> },
}

/// Where nothing says what an amount is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sema) enum NoAmount {
    /// In a record.
    Member,
    /// In a list, an array or an option.
    Element,
    /// A constant of a file.
    Const,
    /// A parameter, a value or a result of a function.
    Function,
}

impl From<MoneyError> for Diagnostic {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::Misplaced { span, place } => {
                Self::new(Code::MisplacedAmount, place.title())
                    .primary(span, "of which chain?")
                    .note(place.reason())
                    .help(place.help())
            }
            MoneyError::Mixed { one, other, is_one_asset } => mixed(one, other, is_one_asset),
            MoneyError::Operation { op, span, sides } => operation(op, span, sides),
            MoneyError::Loses { amount, from, to } => {
                Self::new(Code::LosesPart, "a part of the amount may be lost")
                    .primary(amount, format!("{from}, where it has more decimal places than {to}"))
                    .note("what is less than the smallest unit there would be nobody's")
                    .help("write `exact` before it to refuse the step if a part is left, or take it with `floor on` that chain")
            }
            MoneyError::IdleExact { keyword } => {
                Self::new(Code::IdleExact, "`exact` without a use")
                    .primary(keyword, "nothing can be lost here")
                    .note("`exact` stands before what a call, a `let` or `return` takes in units with fewer decimal places")
                    .help("remove `exact`")
            }
            MoneyError::NarrowParameter { span, units, bits, parameter } => {
                Self::new(Code::NarrowingConversion, "the parameter has no room for every amount")
                    .primary(span, format!("amounts of {units} have {bits} bits, and it takes `u{parameter}`"))
                    .help(format!("take the number as an input of type `u{parameter}`"))
            }
            MoneyError::FloorAtHome { chain } => {
                Self::new(Code::IdleFloor, "`floor` on the home chain")
                    .primary(chain.span, format!("every amount is whole on `{}`, where it is taken", chain.value))
                    .help("name the chains that the amount is converted for")
            }
            MoneyError::NeverWhole { chain, asset } => {
                Self::new(Code::IdleFloor, "`floor` that leaves nothing")
                    .primary(chain.span, format!("the smallest unit of `{asset}` on `{}` is more than home can count", chain.value))
                    .help("correct the decimal places, or leave this chain out")
            }
            MoneyError::NothingLeft { to, chains } => {
                Self::new(Code::IdleFloor, "`floor` that never leaves a rest")
                    .primary(to, "would never get anything")
                    .note(format!("the asset has no fewer decimal places on {} than at home", quoted(&chains)))
                    .help("name whom the amount is taken from, to make sure only that the chains have room for it")
            }
        }
    }
}

impl NoAmount {
    fn title(self) -> &'static str {
        match self {
            NoAmount::Member => "amount in a record",
            NoAmount::Element => "amount in a list, an array or an option",
            NoAmount::Const => "amount as a constant",
            NoAmount::Function => "amount in a function",
        }
    }

    fn reason(self) -> &'static str {
        match self {
            NoAmount::Member | NoAmount::Element => {
                "an amount is converted where it crosses to another chain, and its parts are not found in there"
            }
            NoAmount::Const | NoAmount::Function => {
                "the same number of smallest units is another value where the asset has other decimal places, and this belongs to no chain"
            }
        }
    }

    fn help(self) -> &'static str {
        match self {
            NoAmount::Member | NoAmount::Element => "pass amounts by themselves",
            NoAmount::Const => {
                "name it with a `let` in the workflow, whose home chain it is counted on"
            }
            NoAmount::Function => {
                "compute with numbers in the function and with amounts in the workflow, as in `amount * rate(…)`"
            }
        }
    }
}

fn mixed(one: (Span, String), other: (Span, String), is_one_asset: bool) -> Diagnostic {
    let title = match is_one_asset {
        true => "amounts of two chains",
        false => "amounts of two assets",
    };
    let diagnostic = Diagnostic::new(Code::MixedAmounts, title);
    let diagnostic = match one.0 == other.0 {
        true => diagnostic.primary(one.0, format!("{}, where {} is wanted", one.1, other.1)),
        false => diagnostic.primary(other.0, other.1).secondary(one.0, one.1),
    };
    match is_one_asset {
        true => diagnostic
            .note("their smallest units may be worth different amounts")
            .help("give one of them a name in units of home first: `let NAME: amount<ASSET> = …;`"),
        false => diagnostic.note("one asset is not converted into another"),
    }
}

fn operation(op: ArithmeticOp, span: Span, sides: [(Span, String); 2]) -> Diagnostic {
    let [left, right] = sides;
    let title = format!("`{}` is not for {} and {}", op.as_str(), left.1, right.1);
    let help = match op {
        ArithmeticOp::Add | ArithmeticOp::Sub => {
            "give both as amounts; a literal beside an amount is one"
        }
        _ => "multiply or divide an amount by a number, or divide an amount by another one",
    };
    Diagnostic::new(Code::WrongOperand, title)
        .primary(span, "no amount comes of it")
        .secondary(left.0, left.1)
        .secondary(right.0, right.1)
        .help(help)
}
