//! Starts that do not take what they say, and mints that are not as the source says.

use solana_signer::Signer;
use xcc_tests::svm::Address;
use xcc_tests::svm::tokens::{DECIMALS_MISMATCH, Extension, FEE_MISMATCH, INSUFFICIENT_FUNDS};

use crate::world::{AMOUNT, DECIMALS, World, assert_done, spl, token_2022, user};

#[test]
fn nothing_starts_without_all_of_what_it_takes() {
    let mut world = World::of("solana_home_holdings", spl(), DECIMALS, None);
    world.give(&user().pubkey(), AMOUNT);
    // There is no vault yet; anybody can create it.
    world.assert_does_not_start("InvalidAccountData");
    let prepared = world.starting(0);
    let opened = world
        .chain
        .svm
        .send_paid_by(&user().pubkey(), &prepared.before, &[&user()]);
    opened.unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_done(&world.send_start(&prepared));
    world.assert_held(AMOUNT);

    let mut world = World::of("solana_home_holdings", spl(), DECIMALS, None);
    world.open_vault();
    world.give(&user().pubkey(), AMOUNT - 1);
    world.assert_does_not_start(&format!("Custom({INSUFFICIENT_FUNDS})"));
    world.give(&user().pubkey(), 1);
    assert_done(&world.start(0));
    world.assert_held(AMOUNT);
}

#[test]
fn a_mint_that_is_not_as_the_source_says_is_refused() {
    let mut world = World::of("solana_home_holdings", spl(), 9, None);
    world.open_vault();
    world.give(&user().pubkey(), AMOUNT);
    world.assert_does_not_start(&format!("Custom({DECIMALS_MISMATCH})"));

    // One of the other token program: its accounts are not those that the program derives.
    for (name, mint, error) in [
        ("solana_home_holdings", token_2022(), "InvalidAccountData"),
        ("solana_home_token2022", spl(), "IncorrectProgramId"),
    ] {
        let mut world = World::of(name, mint, DECIMALS, None);
        world.open_vault();
        world.give(&user().pubkey(), AMOUNT);
        world.assert_does_not_start(error);
    }
}

#[test]
fn a_mint_that_takes_a_fee_or_asks_a_hook_is_refused() {
    let hook = Extension::Hook(Address::new_from_array([0x08; 32]));
    for (extension, error) in [
        (Extension::Fee(1), format!("Custom({FEE_MISMATCH})")),
        (Extension::Fee(10_000), format!("Custom({FEE_MISMATCH})")),
        // The transaction does not name the hook, so that it cannot be asked.
        (hook, "MissingAccount".to_owned()),
    ] {
        let mut world = World::of(
            "solana_home_token2022",
            token_2022(),
            DECIMALS,
            Some(extension),
        );
        world.open_vault();
        world.give(&user().pubkey(), AMOUNT);
        world.assert_does_not_start(&error);
    }
    // All else being the same, a mint without any is taken from, and a mint whose fee is none.
    for extension in [None, Some(Extension::Fee(0))] {
        let mut world = World::of("solana_home_token2022", token_2022(), DECIMALS, extension);
        world.open_vault();
        world.give(&user().pubkey(), AMOUNT);
        assert_done(&world.start(0));
        world.assert_held(AMOUNT);
    }
}
