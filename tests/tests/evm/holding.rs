//! What a step could not spend is held for somebody: a failing call does that, too little gas does not, and nothing does both.

use alloy_sol_types::SolCall;
use xcc::ir::{MessageKind, Phase, Status};
use xcc_tests::evm::primitives::B256;
use xcc_tests::evm::{Call, Outcome};

use crate::custody::{
    MALLORY, SELL, SELLER, USER, World, WrongState, assert_reverted, claimFundsCall,
    claimHoldFundsCall, deliverCall,
};
use crate::spending::{Mode, behave, taker, told};

const WORKFLOW: &str = r#"
    take funds: Token = amount from user;
    take charge: Token = fee from user;
    step sell = Solana.run(amount) within 1h accounts { state: @STATE, authority: self } gas 50_000 pivot;
    step supply = Home.run(amount) gas 200_000 spend funds retriable on refused hold for seller;
    pay charge to treasury;
"#;

/// The numbers of the step that spends, and of what it could not spend.
const SUPPLY: u16 = 3;
const HOLD_FUNDS: u16 = 4;

/// An instance whose target does this.
fn supplied(mode: Mode) -> (World, B256) {
    let mut world = told(WORKFLOW, mode);
    let instance = world.start();
    world.reply(instance, MessageKind::Executed, &[]);
    assert_eq!(world.phase(instance), Phase::Completed);
    (world, instance)
}

#[track_caller]
fn assert_nothing_else(world: &mut World, instance: B256) {
    let held = world.send(MALLORY, &claimHoldFundsCall { instance });
    assert_reverted(&held, &WrongState {});
    let back = world.send(USER, &claimFundsCall { instance });
    assert_reverted(&back, &WrongState {});
}

#[test]
fn what_is_spent_is_owed_to_nobody() {
    let (mut world, instance) = supplied(Mode::Exact);
    assert_eq!(world.status(instance, SUPPLY), Status::Executed);
    assert_eq!(world.status(instance, HOLD_FUNDS), Status::Skipped);
    assert_nothing_else(&mut world, instance);
    assert_eq!((world.balance(taker()), world.balance(SELLER)), (600, 0));
}

#[test]
fn what_could_not_be_spent_is_owed_once() {
    for mode in [Mode::Less, Mode::More, Mode::Nothing] {
        let (mut world, instance) = supplied(mode);
        assert_eq!(world.status(instance, SUPPLY), Status::Refused);
        assert_eq!(world.status(instance, HOLD_FUNDS), Status::Parked);
        let back = world.send(USER, &claimFundsCall { instance });
        assert_reverted(&back, &WrongState {});
        // Whatever comes again changes nothing, even if the target would take it now.
        behave(&mut world, Mode::Exact);
        world.reply(instance, MessageKind::Executed, &[]);
        world
            .send(MALLORY, &claimHoldFundsCall { instance })
            .returned();
        world.reply(instance, MessageKind::Executed, &[]);
        assert_nothing_else(&mut world, instance);
        assert_eq!((world.balance(taker()), world.balance(SELLER)), (0, 600));
        assert_eq!(world.balance(world.coordinator), 5);
    }
}

#[test]
fn too_little_gas_leaves_nothing_to_anybody() {
    let mut world = told(WORKFLOW, Mode::Exact);
    let instance = world.start();
    let vaa = world.said(SELL, instance, MessageKind::Executed, &[]);
    let data = deliverCall { vaa: vaa.into() }.abi_encode();
    let mut ends = [0, 0];
    for gas in (60_000..700_000).step_by(20_000) {
        let mut world = world.clone();
        let call = Call::new(MALLORY, world.coordinator, data.clone());
        let receipt = world.evm.send(call.with_gas_limit(gas));
        let is_done = matches!(receipt.outcome, Outcome::Returned(_));
        let expected = match is_done {
            true => Status::Executed,
            false => Status::None,
        };
        assert_eq!(world.status(instance, SUPPLY), expected, "{gas}");
        ends[usize::from(is_done)] += 1;
    }
    assert!(ends.iter().all(|&count| count > 5), "{ends:?}");
}
