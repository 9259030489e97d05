//! The coins that a coordinator holds: what senders give, what receivers get, and how a movement fails.

use std::collections::BTreeMap;

use xcc::backend::move_lang::custody;
use xcc::backend::move_lang::names::lower_case;

use super::SuiNarrator;
use crate::conformance::move_vm::{Counts, Movement, TAKER, taken};
use crate::conformance::record::Run;

/// What is at first in the coin of which steps take theirs, in its smallest unit: enough for every instance.
const RICHES: u64 = u64::MAX;

/// What the runtime says of a coin of another amount.
const WRONG_AMOUNT: u64 = 41;

/// The statements that make the coin of this type of which steps take theirs, and that take it apart.
pub(super) fn purse(coin: &str) -> (String, String) {
    (
        format!("    let mut purse = coin::mint_for_testing<{coin}>({RICHES}, s.ctx());\n"),
        "    purse.burn_for_testing();\n".to_owned(),
    )
}

/// A target takes a coin, or a balance, which only a function with the transaction's context can make a coin.
pub(super) fn take(name: &str, ty: &str, parameters: &str, _asset: &str) -> Option<String> {
    let coin = match ty.split('<').next()?.rsplit("::").next()? {
        "Coin" => name.to_owned(),
        "Balance" => {
            let mut named = parameters.split(',').filter_map(|it| it.split_once(": "));
            let context = named.find(|(_, ty)| ty.starts_with("&mut") && ty.ends_with("TxContext"));
            let (context, _) = context.expect("a target that takes a balance has the context");
            format!("sui::coin::from_balance({name}, {})", context.trim())
        }
        _ => return None,
    };
    let taker = hex::encode(TAKER);
    Some(format!(
        "    sui::transfer::public_transfer({coin}, @0x{taker});\n"
    ))
}

/// What comes of a coin of another amount; nothing else can fail.
pub(super) fn break_movement(movement: &Movement) -> (String, (u64, &'static str)) {
    assert!(movement.is_taken, "what is held can be given");
    (String::new(), (WRONG_AMOUNT, "xcc_runtime::custody"))
}

impl SuiNarrator<'_, '_> {
    /// How much each step takes; one that fails is given a coin of less, or of more than nothing.
    pub(super) fn taken(&self, run: &Run) -> Vec<(String, u64)> {
        let program = self.bench.program;
        let failing = run.moved.iter().find(|movement| movement.fails);
        let failing = failing.map(|movement| &program.steps[movement.step].name);
        let mut taken = taken(program, run);
        for (step, amount) in &mut taken {
            if Some(&*step) == failing {
                *amount = amount.checked_sub(1).unwrap_or(1);
            }
        }
        taken
    }

    /// What is held is what was taken and not given yet, and nothing else came out of the sender's coin.
    pub(super) fn demand_of_custody(&self, run: &Run, before: &Counts) -> String {
        if self.coin.is_none() {
            return String::new();
        }
        let program = self.bench.program;
        let mut tokens = custody::tokens(program, self.machine).into_iter();
        let token = tokens.next().expect("who takes coins has an asset");
        let asset = lower_case(&program.declarations.constants[token].name);
        let after = before.moved.after(run);
        let (held, taken) = (after.held(), after.taken());
        format!(
            "        assert!(coordinator.{asset}_held() == {held}, 15);
        assert!(purse.value() + {taken} == {RICHES}, 16);
"
        )
    }

    /// Whoever was given something has a coin of just that, which the test takes away.
    pub(super) fn take_given(&self, run: &Run) -> String {
        let (Some(coin), Ok(_)) = (&self.coin, &run.result) else {
            return String::new();
        };
        let mut given: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for movement in run.moved.iter().filter(|movement| !movement.is_taken) {
            given
                .entry(&movement.account)
                .or_default()
                .push(movement.amount);
        }
        let taken = given.into_iter().map(|(account, amounts)| {
            let account = hex::encode(account);
            let (coins, sum) = (amounts.len(), amounts.iter().sum::<u64>());
            let take = format!("        given = given + s.take_from_sender<coin::Coin<{coin}>>().burn_for_testing();\n");
            format!(
                "    s.next_tx(@0x{account});
    {{
        assert!(s.ids_for_sender<coin::Coin<{coin}>>().length() == {coins}, 17);
        let mut given = 0;
{}        assert!(given == {sum}, 18);
    }};
",
                take.repeat(coins)
            )
        });
        taken.collect()
    }
}
