//! Native currency as the value of a call: the target gets exactly what is spent, or the call has failed.

use super::*;

/// What is taken depends on a call, and is spent at once.
const AT_ONCE: &str = r#"
    step asked = Home.run(amount) -> (receipt) gas 200_000 compensate none;
    take funds: Ether = asked.receipt from user;
    step sell = Home.fund(fee) -> (receipt) gas 200_000 spend funds pivot;
    step told = Solana.note(sell.receipt) accounts { state: @STATE, authority: self } gas 50_000 retriable;
"#;

/// As many arguments and results as a call has at most, and all of them computed.
const WIDE: &str = r#"
    take funds: Ether = amount from user;
    take coins: Token = fee from user;
    step sell = Home.spread(fee / 2, fee / 3, fee / 4, fee / 5, fee / 6, fee / 7, fee / 8, fee / 9, fee / 10, fee / 11)
        -> (one, two, three, four, five, six) gas 200_000 spend funds, coins pivot;
    if (sell.one > sell.two && sell.three > sell.four && sell.five > sell.six) {
        step told = Solana.note(fee) accounts { state: @STATE, authority: self } gas 50_000 retriable;
    }
"#;
#[test]
fn a_target_gets_exactly_what_is_spent() {
    for mode in [Mode::Keeping, Mode::Loud] {
        let mut world = world(SPENT);
        make_payee(&mut world, target(), mode);
        let instance = answered(&mut world, MessageKind::Executed);
        assert_eq!(world.status(instance, SUPPLY), Status::Executed, "{mode:?}");
        assert_eq!(balance(&mut world, target()), 600);
        world
            .send(MALLORY, &claimPayChargeCall { instance })
            .returned();
        assert_eq!(custody(&mut world), credit(&mut world, USER));
    }
}

#[test]
fn the_widest_call_has_room_for_what_it_spends() {
    for workflow in [WIDE.to_owned(), wide_together(true), wide_together(false)] {
        let mut world = world(&workflow);
        let coordinator = world.coordinator;
        assert!(!world.evm.code(coordinator).is_empty());
    }
}

/// The same first among two calls made together, in the transaction that starts an instance or in one of their own.
fn wide_together(is_in_start: bool) -> String {
    let before = match is_in_start {
        true => "",
        false => {
            "step asked = Solana.note(fee) within 1h accounts { state: @STATE, authority: self } gas 50_000 compensate none;"
        }
    };
    let first = format!("    {before}\n    atomic {{\n    step sell =");
    let second = r#"spend funds, coins pivot;
        step again = Home.word(sell.one > sell.two, 7, sell.three, hex"01020304") gas 200_000;
    }"#;
    WIDE.replace("    step sell =", &first)
        .replace("spend funds, coins pivot;", second)
}

#[test]
fn a_target_that_refuses_or_sends_back_has_failed_and_all_of_it_goes_back() {
    use Mode::{Burning, Overpaying, Refusing, Returning, Shouting};
    for mode in [Refusing, Burning, Shouting, Returning, Overpaying] {
        let mut world = world(SPENT);
        make_payee(&mut world, target(), mode);
        world.evm.set_balance(target(), wei(5_000));
        // What another instance holds is not touched.
        let other = start(&mut world);
        let instance = answered(&mut world, MessageKind::Executed);
        assert_eq!(world.status(instance, SUPPLY), Status::Refused, "{mode:?}");
        assert_eq!(world.phase(instance), Phase::Compensated);
        assert_eq!(balance(&mut world, target()), 5_000);
        let before = balance(&mut world, USER);
        world.send(MALLORY, &claimFundsCall { instance }).returned();
        assert_eq!(balance(&mut world, USER), before + 600);
        assert_eq!(world.status(other, SUPPLY), Status::None);
        let left = reserve(&mut world, other) + credit(&mut world, USER) + TAKEN + 5;
        assert_eq!(custody(&mut world), left);
    }
}

/// What the first call said is the price. The pivot is a part of the start, so its failure is that of the start.
#[test]
fn what_is_spent_at_once_comes_with_the_start() {
    let mut world = world(AT_ONCE);
    make_payee(&mut world, target(), Mode::Keeping);
    let fees: u64 = world.quote().to();
    let value = wei(fees + 600 + 7);
    let short = world.start_with(USER, USER, wei(fees + 599));
    let (required, available) = (wei(600), wei(599));
    assert_reverted(
        &short,
        &InsufficientValue {
            required,
            available,
        },
    );
    for mode in [Mode::Refusing, Mode::Returning] {
        let mut world = world.clone();
        let mode = mode as u8;
        tell(&mut world, target(), &setModeCall { mode });
        let receipt = world.start_with(USER, USER, value);
        assert!(
            matches!(receipt.outcome, Outcome::Reverted(_)),
            "{receipt:?}"
        );
        assert_eq!(custody(&mut world), 0);
    }
    world.start_with(USER, USER, value).returned();
    assert_eq!(balance(&mut world, target()), 600);
    assert_eq!(credit(&mut world, USER), 7);
    assert_eq!(custody(&mut world), fees - FEE + 7);
}

#[test]
fn a_target_enters_the_coordinator_no_second_time() {
    let mut world = world(SPENT);
    make_payee(&mut world, target(), Mode::Calling);
    let instance = start(&mut world);
    let attacks = [
        (
            claimFundsCall { instance }.abi_encode(),
            Reentered::SELECTOR,
        ),
        (spend(target()).abi_encode(), NotSelf::SELECTOR),
    ];
    for (attack, refusal) in attacks {
        let mut world = world.clone();
        let attack = attack.into();
        tell(&mut world, target(), &aimCall { attack });
        world.reply(instance, MessageKind::Executed, &[]);
        assert_eq!(world.status(instance, SUPPLY), Status::Executed);
        assert_eq!(world.ask(target(), &refusalCall {}).0, refusal);
        assert_eq!(balance(&mut world, target()), 600);
    }
}

#[test]
fn nobody_else_spends() {
    let mut world = world(SPENT);
    start(&mut world);
    let held = custody(&mut world);
    let attack = spend(MALLORY);
    let call = Call::new(MALLORY, world.coordinator, attack.abi_encode());
    let receipt = world.evm.send(call.with_value(wei(600)));
    assert_reverted(&receipt, &NotSelf {});
    assert_eq!(custody(&mut world), held);
}

/// What is forced on the contract belongs to nobody, and stands in nobody's way.
#[test]
fn wei_that_are_forced_on_the_contract_change_nothing() {
    let mut world = world(SPENT);
    make_payee(&mut world, target(), Mode::Keeping);
    let instance = start(&mut world);
    let (coordinator, held) = (world.coordinator, custody(&mut world));
    world.evm.set_balance(coordinator, wei(held + 12_345));
    world.reply(instance, MessageKind::Executed, &[]);
    assert_eq!(world.status(instance, SUPPLY), Status::Executed);
    world
        .send(MALLORY, &claimPayChargeCall { instance })
        .returned();
    let receiver = MALLORY;
    world.send(USER, &claimCall { receiver }).returned();
    assert_eq!(custody(&mut world), 12_345);
    let plain = Call::new(MALLORY, coordinator, Vec::new()).with_value(wei(1));
    let receipt = world.evm.send(plain);
    assert!(
        matches!(receipt.outcome, Outcome::Reverted(_)),
        "{receipt:?}"
    );
}
