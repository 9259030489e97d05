//! Calls that have to succeed at last, and parameters that let them fail for ever.

use std::fmt;

use super::call::Site;
use super::check::Checker;
use super::errors::LivenessError;
use crate::import::Param;
use crate::literal::U256;
use crate::syntax::ast;

/// Why a call has to succeed at last: until it does, the instance does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// It is a retriable step.
    Retriable,
    /// It undoes a step, and nobody may take it over.
    Compensation,
    /// It makes a step final.
    Confirmation,
}

/// What a parameter bounds, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// Until when the call may run.
    Time,
    /// What it must yield at least, or may cost at most.
    Price,
}

/// Words of names, in lower case without what joins them. Routers, pools and auctions name parameters so.
const TIMES: [&str; 7] = [
    "deadline",
    "expiry",
    "expires",
    "expiration",
    "validuntil",
    "validbefore",
    "goodtill",
];
const PRICES: [&str; 10] = [
    "minout",
    "outmin",
    "minamount",
    "amountmin",
    "minimum",
    "minreceive",
    "maxin",
    "inmax",
    "slippage",
    "pricelimit",
];

impl Checker<'_> {
    /// Warns of a call that has to succeed and is given a bound that it may never meet again.
    pub(super) fn check_can_succeed(&mut self, site: Site<'_>, param: &Param, arg: &ast::Expr) {
        let Some(duty) = site.duty else { return };
        let Some(name) = &param.name else { return };
        let Some(bound) = Bound::of(name) else { return };
        if !bound.is_harmless(arg) {
            self.warn(LivenessError::MayFailForEver {
                span: arg.span,
                function: site.call.function.value.clone(),
                param: name.clone(),
                duty,
                bound,
            });
        }
    }
}

impl Bound {
    fn of(param: &str) -> Option<Self> {
        let letters = param.chars().filter(char::is_ascii_alphanumeric);
        let name = letters.collect::<String>().to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&TIMES) {
            return Some(Bound::Time);
        }
        has(&PRICES).then_some(Bound::Price)
    }

    /// Whether the argument is a literal that bounds nothing: no least amount, or a time that never comes.
    fn is_harmless(self, arg: &ast::Expr) -> bool {
        /// The year 34,865.
        const NEVER: u64 = 1 << 40;
        let ast::ExprKind::Int(value) = &arg.kind else {
            return false;
        };
        match self {
            Bound::Time => *value >= U256::from(NEVER),
            Bound::Price => value.is_zero() || *value >= U256::from(u64::MAX),
        }
    }
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Duty::Retriable => "retriable step",
            Duty::Compensation => "compensation",
            Duty::Confirmation => "confirmation",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Bound;

    #[test]
    fn bounds_are_known_by_their_names() {
        let times = ["deadline", "_deadline", "validUntil", "expires_at"];
        let prices = [
            "amountOutMin",
            "min_out",
            "minAmountOut",
            "minimum_amount_out",
            "sqrtPriceLimitX96",
            "max_in",
        ];
        let others = ["amount", "user", "min", "admin", "line", "minter", "owner"];
        assert!(
            times
                .iter()
                .all(|name| Bound::of(name) == Some(Bound::Time))
        );
        assert!(
            prices
                .iter()
                .all(|name| Bound::of(name) == Some(Bound::Price))
        );
        assert!(others.iter().all(|name| Bound::of(name).is_none()));
    }
}
