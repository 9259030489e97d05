//! Accounts in each other's place, and who may move what is held.

use solana_signer::Signer;
use xcc_tests::delivery_plan::Request;
use xcc_tests::svm::tokens::{OWNER_MISMATCH, balance};
use xcc_tests::svm::{AccountMeta, Address, Instruction};

use crate::world::{
    AMOUNT, DECIMALS, PAY_FUNDS, World, assert_done, exchange, rejected, spl, stranger, user,
};

#[test]
fn what_is_held_belongs_to_no_address_but_that_of_custody() {
    let mut world = World::unwired("solana_home_holdings", spl(), DECIMALS, None);
    let payer = world.chain.svm.payer();
    let peers: Vec<_> = world
        .peers
        .iter()
        .map(|it| (it.chain, it.emitter))
        .collect();
    let wiring = world.chain.plan.prepare(
        &world.chain.svm,
        &Request {
            instruction: world.chain.plan.named("wire"),
            payer,
            signed: &[],
            message: &[],
            arguments: &[borsh::to_vec(&peers).expect("plain data")],
        },
    );
    let (custody, authority) = (world.chain.custody(), world.chain.authority());
    for other in [authority, stranger().pubkey(), payer] {
        let mut instructions = wiring.instructions();
        exchange(&mut instructions[1].accounts, custody, other);
        let failure = world.chain.svm.send(&instructions, &[]);
        let failure = failure.expect_err("it is another address");
        // Anchor's `ConstraintSeeds`.
        assert!(failure.error.contains("Custom(2006)"), "{failure:?}");
    }
    let wired = world.chain.svm.send(&wiring.instructions(), &[]);
    wired.unwrap_or_else(|failure| panic!("{failure:?}"));
}

#[test]
fn nothing_is_sent_to_or_taken_from_another_account() {
    let mut world = World::new();
    let own = world.mint.account_of(&user().pubkey());
    let other = stranger().pubkey();
    world.give(&other, AMOUNT);
    let strangers = world.mint.account_of(&other);
    let mut prepared = world.starting(0);
    exchange(&mut prepared.call.accounts, own, strangers);
    assert_eq!(world.send_start(&prepared), rejected("WrongAccount"));
    let mut prepared = world.starting(0);
    exchange(&mut prepared.call.accounts, world.vault(), strangers);
    assert_eq!(world.send_start(&prepared), rejected("WrongAccount"));

    world.complete(0, 9);
    let mut prepared = world.claiming(PAY_FUNDS, 0, &stranger());
    exchange(&mut prepared.call.accounts, own, strangers);
    let sent = world.chain.send(&prepared, &[&stranger()]);
    assert_eq!(sent, rejected("WrongAccount"));
    let mut prepared = world.claiming(PAY_FUNDS, 0, &stranger());
    let vault = world.vault();
    exchange(&mut prepared.call.accounts, vault, strangers);
    let sent = world.chain.send(&prepared, &[&stranger()]);
    assert_eq!(sent, rejected("WrongAccount"));
    world.assert_held(AMOUNT);
    assert_eq!(world.has(&other), AMOUNT);
}

/// A called program can do with the program's signature whatever the key of its authority could: the chain is told here that this key
/// has signed. It owns nothing that is held, and neither does the address that publishes messages.
#[test]
fn the_signature_that_targets_get_moves_nothing_that_is_held() {
    let mut world = World::new();
    assert_done(&world.start(0));
    let (vault, thief) = (world.vault(), stranger().pubkey());
    world.give(&thief, 0);
    let (mint, to) = (world.mint, world.mint.account_of(&thief));
    let mut svm = world.chain.svm.clone().credulous();
    let mut ask = |signer: Address, writable: &[Address], data: Vec<u8>| {
        let writable = writable.iter().map(|key| AccountMeta::new(*key, false));
        let signer = AccountMeta::new_readonly(signer, true);
        let instruction = Instruction {
            program_id: mint.program,
            accounts: writable.chain([signer]).collect(),
            data,
        };
        svm.send(&[instruction], &[])
    };
    // `Transfer`, `Approve` and `SetAuthority` for the owner, and for who may close it.
    let transfer = [&[3][..], &AMOUNT.to_le_bytes()].concat();
    let approve = [&[4][..], &AMOUNT.to_le_bytes()].concat();
    let owner = [&[6, 2, 1][..], thief.as_ref()].concat();
    let closer = [&[6, 3, 1][..], thief.as_ref()].concat();
    let emitter = Address::find_program_address(&[b"emitter"], &world.chain.plan.program).0;
    for signer in [world.chain.authority(), emitter, user().pubkey()] {
        for (writable, data) in [
            (&[vault, to][..], &transfer),
            (&[vault, thief], &approve),
            (&[vault], &owner),
            (&[vault], &closer),
        ] {
            let failure = ask(signer, writable, data.clone()).expect_err("it is not theirs");
            let number = format!("Custom({OWNER_MISMATCH})");
            assert!(failure.error.contains(&number), "{failure:?}");
        }
    }
    // The same transfer goes through for the owner, whose signature no call of a target has.
    ask(world.chain.custody(), &[vault, to], transfer).expect("it is the owner's");
    assert_eq!(balance(&svm, &to), AMOUNT);
}
