//! What a step of home spends: a target takes exactly that, in its call and never again, or the step is refused and everything goes back.

use alloy_sol_types::{SolCall, sol};
use xcc::ir::{MessageKind, Phase, Status};
use xcc_tests::evm::primitives::{Address, B256, U256};
use xcc_tests::evm::{Call, Outcome};

use crate::custody::{
    MALLORY, Mode as TokenMode, Reentered, USER, World, assert_reverted, balanceOfCall,
    claimFundsCall, claimPayChargeCall,
};

sol! {
    struct Spending { address token; uint256 amount; }

    function spend(Spending[] spendings, address target, uint256 budget, uint256 words, bytes data) external payable returns (bytes returned);
    function setMode(uint8 mode) external;
    function aim(address token, bytes attack) external;
    function takeAgain(address from, uint256 amount) external;
    function refusal() external view returns (bytes4);
    function allowance(address owner, address spender) external view returns (uint256);

    error NotSelf();
}

const WORKFLOW: &str = r#"
    take funds: Token = amount from user;
    take charge: Token = fee from user;
    step sell = Solana.run(amount) within 1h accounts { state: @STATE, authority: self } gas 50_000
        compensate none;
    step supply = Home.run(amount) -> (receipt) gas 200_000 spend funds pivot;
    if (supply.receipt > 0) {
        pay charge to treasury;
    } else {
        pay charge to seller;
    }
"#;

const TAKER: &str = include_str!("../../suite/evm/Taker.sol");

/// What a target does, as `Taker.Mode` numbers it.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    Exact = 0,
    Less = 1,
    More = 2,
    Nothing = 3,
    Calling = 4,
    Loud = 5,
    Mute = 6,
}

/// The number of the step that spends.
const SUPPLY: u16 = 3;

pub(crate) fn taker() -> Address {
    Address::with_last_byte(0xd1)
}

fn world(mode: Mode) -> World {
    told(WORKFLOW, mode)
}

/// A workflow with a target that does this.
pub(crate) fn told(workflow: &str, mode: Mode) -> World {
    let mut world = World::of(workflow, &[("Taker.sol", TAKER)]);
    let creation = world.creation("Taker");
    let deployed = world.evm.deploy(USER, &creation, &[]).unwrap();
    world.evm.relocate(deployed, taker());
    let attack = claimFundsCall {
        instance: B256::ZERO,
    };
    let aim = aimCall {
        token: world.token,
        attack: attack.abi_encode().into(),
    };
    tell(&mut world, &aim);
    behave(&mut world, mode);
    world
}

/// Makes the target do this.
pub(crate) fn behave(world: &mut World, mode: Mode) {
    tell(world, &setModeCall { mode: mode as u8 });
}

/// Calls the target.
fn tell(world: &mut World, call: &impl SolCall) {
    let call = Call::new(MALLORY, taker(), call.abi_encode());
    world.evm.send(call).returned();
}

/// An instance that comes to the step that spends.
fn supplied(world: &mut World) -> B256 {
    let instance = world.start();
    world.reply(instance, MessageKind::Executed, &[]);
    instance
}

fn allowed(world: &mut World) -> U256 {
    let (owner, spender) = (world.coordinator, taker());
    world.ask(world.token, &allowanceCall { owner, spender })
}

#[track_caller]
fn assert_spent(world: &mut World, instance: B256) {
    assert_eq!(world.status(instance, SUPPLY), Status::Executed);
    assert_eq!(world.balance(taker()), 600);
    assert_eq!(world.balance(world.coordinator), 5);
    assert_eq!(allowed(world), U256::ZERO);
}

#[track_caller]
fn assert_given_back(world: &mut World, instance: B256, rest: u64) {
    assert_eq!(world.status(instance, SUPPLY), Status::Refused);
    assert_eq!(world.balance(taker()), 0);
    assert_eq!(allowed(world), U256::ZERO);
    assert_eq!(world.phase(instance), Phase::Compensated);
    world.send(MALLORY, &claimFundsCall { instance }).returned();
    assert_eq!(world.balance(USER), 1_000 - 5);
    assert_eq!(world.balance(world.coordinator), rest);
}

#[test]
fn a_target_takes_exactly_what_is_spent() {
    let mut world = world(Mode::Exact);
    let instance = supplied(&mut world);
    assert_spent(&mut world, instance);
    world
        .send(MALLORY, &claimPayChargeCall { instance })
        .returned();
    assert_eq!(world.phase(instance), Phase::Completed);
    assert_eq!(world.balance(world.coordinator), 0);
}

#[test]
fn a_target_that_takes_another_amount_is_refused() {
    for mode in [Mode::Less, Mode::More, Mode::Nothing] {
        let mut world = world(mode);
        let instance = supplied(&mut world);
        assert_given_back(&mut world, instance, 5);
    }
}

#[test]
fn a_token_that_takes_more_than_it_is_asked_for_is_refused() {
    let mut world = world(Mode::Exact);
    let first = world.start();
    world.endow(USER);
    let other = world.start();
    world.behave(TokenMode::Greedy);
    world.reply(first, MessageKind::Executed, &[]);
    assert_eq!(world.status(first, SUPPLY), Status::Refused);
    assert_eq!(world.status(other, SUPPLY), Status::None);
    assert_eq!(world.balance(world.coordinator), 1_210);
    assert_eq!(allowed(&mut world), U256::ZERO);
}

#[test]
fn a_target_cannot_take_again_later() {
    let mut world = world(Mode::Exact);
    let first = supplied(&mut world);
    assert_spent(&mut world, first);
    world.endow(USER);
    world.start();
    let from = world.coordinator;
    let call = takeAgainCall {
        from,
        amount: U256::from(1),
    };
    let receipt = world
        .evm
        .send(Call::new(MALLORY, taker(), call.abi_encode()));
    assert!(
        matches!(receipt.outcome, Outcome::Reverted(_)),
        "{receipt:?}"
    );
    assert_eq!(world.balance(from), 610);
}

#[test]
fn a_target_enters_the_coordinator_no_second_time() {
    use alloy_sol_types::SolError;
    let mut world = world(Mode::Calling);
    let instance = supplied(&mut world);
    assert_spent(&mut world, instance);
    let refusal = world.ask(taker(), &refusalCall {});
    assert_eq!(refusal.0, Reentered::SELECTOR);
}

#[test]
fn no_more_is_read_of_a_target_than_is_used() {
    let mut loud = world(Mode::Loud);
    let instance = supplied(&mut loud);
    assert_spent(&mut loud, instance);
    let mut mute = world(Mode::Mute);
    let instance = supplied(&mut mute);
    assert_eq!(mute.status(instance, SUPPLY), Status::Refused);
    assert_eq!(mute.balance(mute.coordinator), 605);
}

#[test]
fn nobody_else_spends() {
    let mut world = world(Mode::Exact);
    world.start();
    let (token, account) = (world.token, world.coordinator);
    let attack = spendCall {
        spendings: vec![Spending {
            token,
            amount: U256::from(600),
        }],
        target: taker(),
        budget: U256::from(200_000),
        words: U256::ZERO,
        data: Vec::new().into(),
    };
    let receipt = world.send(MALLORY, &attack);
    assert_reverted(&receipt, &NotSelf {});
    assert_eq!(
        world.ask(token, &balanceOfCall { account }),
        U256::from(605)
    );
}
