//! Faults of native currency that is used as an asset.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::vm::Vm;

/// A fault of an asset that is a chain's native currency.
#[derive(Clone, Debug)]
pub(in crate::sema) enum NativeError {
    /// A native form on a chain whose currency is held as a token, if at all.
    OtherVm { name: Name, chain: String, vm: Vm },
    /// Another asset is the native currency of the chain.
    Second {
        standard: Span,
        chain: String,
        first: String,
        declared: Span,
    },
    /// Native currency that is named for its token.
    NoToken { asset: Name, chain: String },
    /// Native currency spent by a function that takes no value.
    NotPayable { holding: Name, function: String },
    /// Native currency spent by a call that a clause gives a value.
    ValueBeside { holding: Name, clause: Span },
}

impl From<NativeError> for Diagnostic {
    fn from(error: NativeError) -> Self {
        match error {
            NativeError::OtherVm { name, chain, vm } => {
                Self::new(Code::StandardOfOtherVm, format!("`native` is no token standard of {vm}"))
                    .primary(name.span, format!("`{chain}` runs {vm}"))
                    .help(instead(vm))
            }
            NativeError::Second { standard, chain, first, declared } => {
                Self::new(Code::SecondNative, format!("`{first}` is the native currency of `{chain}` already"))
                    .primary(standard, "the same currency again")
                    .secondary(declared, "declared here first")
                    .note("amounts of different assets do not mix, and a call may spend one of each; of one currency neither would hold")
                    .help(format!("write `{first}` for both"))
            }
            NativeError::NoToken { asset, chain } => {
                let title = format!("`{}` has no token on `{chain}`", asset.value);
                Self::new(Code::NativeHasNoToken, title)
                    .primary(asset.span, "native currency has no address")
                    .help("name what the function takes in its place, such as a constant for the wrapped token: `@WETH`")
            }
            NativeError::NotPayable { holding, function } => {
                Self::new(Code::NotPayable, format!("`{function}` takes no value"))
                    .primary(holding.span, "native currency goes with a call as its value")
                    .note("the interface does not mark the function as payable")
                    .help("call a payable function, or hold a token")
            }
            NativeError::ValueBeside { holding, clause } => {
                let title = format!("`{}` is the value of the call already", holding.value);
                Self::new(Code::ValueBesideSpending, title)
                    .primary(clause, "a call has one value")
                    .secondary(holding.span, "native currency goes with the call")
                    .note("the target has to keep exactly what is spent, which could not be told from what comes beside it")
                    .help("remove the `value` clause, and take as much as the call needs")
            }
        }
    }
}

/// What to hold where the native currency is a token like any other, or can be wrapped as one.
const fn instead(vm: Vm) -> &'static str {
    match vm {
        Vm::Evm => "write `native`",
        Vm::Svm => "hold wrapped SOL, which is a token like any other: write `spl`",
        Vm::Sui => "the chain's own currency is a coin like any other: write `coin`",
        Vm::Aptos => {
            "the chain's own currency is a fungible asset like any other: write `fungible`"
        }
    }
}
