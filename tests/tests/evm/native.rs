//! Native currency in the custody of a coordinator: it is never taken for a fee or a credit, and whoever gets it, refuses it or sends it back
//! changes nothing for others.

use alloy_sol_types::{SolCall, SolError, sol};
use xcc::ir::{MessageKind, Phase, Status};
use xcc_tests::evm::primitives::{Address, B256, U256};
use xcc_tests::evm::{Call, Outcome};

use crate::custody::{
    MALLORY, Reentered, SELLER, TREASURY, USER, World, assert_reverted, cancelCall,
    claimChargeCall, claimFundsCall, claimHoldFundsCall, claimPayChargeCall, claimPayFundsCall,
};

mod spending;

sol! {
    struct Spending { address token; uint256 amount; }

    function spend(Spending[] spendings, address target, uint256 budget, uint256 words, bytes data) external payable returns (bytes returned);
    function claim(address receiver) external;
    function redrive(bytes32 instance) external payable;
    function credits(address account) external view returns (uint256);
    function reserveOf(bytes32 instance) external view returns (uint256);
    function setMode(uint8 mode) external;
    function aim(bytes attack) external;
    function refusal() external view returns (bytes4);

    error InsufficientFee(uint256 required, uint256 paid);
    error InsufficientValue(uint256 required, uint256 available);
    error EmptyReserve(bytes32 instance, uint256 required);
    error ResendNotPaid(uint256 required);
    error ClaimRefused(address receiver);
    error NothingToClaim();
    error NotAuthorised();
    error NotSelf();
    error WrongState();
}

const ASSETS: &str = "asset Ether on ethereum: native decimals 18;\n";

const PAID: &str = r#"
    take funds: Ether = amount from user;
    take charge: Ether = fee from user;
    step sell = Solana.run(amount) within 1h accounts { state: @STATE, authority: self } gas 50_000 pivot;
    pay funds to seller;
    pay charge to treasury;
"#;

const SPENT: &str = r#"
    take funds: Ether = amount from user;
    take charge: Ether = fee from user;
    step sell = Solana.run(amount) within 1h accounts { state: @STATE, authority: self } gas 50_000
        compensate none;
    step supply = Home.fund(amount) -> (receipt) gas 200_000 spend funds pivot;
    if (supply.receipt > 0) {
        pay charge to treasury;
    } else {
        pay charge to seller;
    }
"#;

/// What cannot be spent is the seller's.
const HELD: &str = r#"
    take funds: Ether = amount from user;
    take charge: Ether = fee from user;
    step sell = Solana.run(amount) within 1h accounts { state: @STATE, authority: self } gas 50_000 pivot;
    step supply = Home.fund(amount) gas 200_000 spend funds retriable on refused hold for seller;
    pay charge to treasury;
"#;

const PAYEE: &str = include_str!("../../suite/evm/Payee.sol");

/// Wormhole's fee for a message.
const FEE: u64 = 1_000;
/// What an instance takes.
const TAKEN: u64 = 605;
/// The numbers of the steps that pay what is taken, and of the one that spends it.
const PAY_FUNDS: u16 = 3;
const SUPPLY: u16 = 3;

/// What a payee does, as `Payee.Mode` numbers it.
#[derive(Clone, Copy, Debug)]
enum Mode {
    Keeping = 0,
    Refusing = 1,
    Burning = 2,
    Loud = 3,
    Shouting = 4,
    Calling = 5,
    Returning = 6,
    Overpaying = 7,
}

fn world(workflow: &str) -> World {
    let mut world = World::with_assets(ASSETS, workflow, &[("Payee.sol", PAYEE)]);
    let mut core = world.core.clone();
    core.set_message_fee(&mut world.evm, U256::from(FEE));
    world.core = core;
    world
}

/// Makes an account a payee that does so.
fn make_payee(world: &mut World, account: Address, mode: Mode) {
    let creation = world.creation("Payee");
    let deployed = world.evm.deploy(USER, &creation, &[]).unwrap();
    world.evm.relocate(deployed, account);
    tell(world, account, &setModeCall { mode: mode as u8 });
}

fn tell(world: &mut World, payee: Address, call: &impl SolCall) {
    let call = Call::new(MALLORY, payee, call.abi_encode());
    world.evm.send(call).returned();
}

/// The target of the step that spends.
fn target() -> Address {
    Address::with_last_byte(0xd1)
}

fn wei(number: u64) -> U256 {
    U256::from(number)
}

fn balance(world: &mut World, account: Address) -> u64 {
    world.evm.balance(account).to()
}

fn custody(world: &mut World) -> u64 {
    balance(world, world.coordinator)
}

fn credit(world: &mut World, account: Address) -> u64 {
    let of = world.coordinator;
    world.ask(of, &creditsCall { account }).to()
}

fn reserve(world: &mut World, instance: B256) -> u64 {
    let of = world.coordinator;
    world.ask(of, &reserveOfCall { instance }).to()
}

/// What has a coordinator call somebody, if it asks itself.
fn spend(target: Address) -> spendCall {
    spendCall {
        spendings: Vec::new(),
        target,
        budget: wei(100_000),
        words: wei(0),
        data: Vec::new().into(),
    }
}

/// An instance that brings exactly what it needs.
fn start(world: &mut World) -> B256 {
    let value = world.quote() + wei(TAKEN);
    B256::from_slice(world.start_with(USER, USER, value).returned())
}

fn answered(world: &mut World, kind: MessageKind) -> B256 {
    let instance = start(world);
    let body: &[u8] = if kind == MessageKind::Refused {
        &[3]
    } else {
        &[]
    };
    world.reply(instance, kind, body);
    instance
}

#[test]
fn a_start_keeps_fees_holdings_and_the_rest_apart() {
    let mut world = world(PAID);
    let fees: u64 = world.quote().to();
    let value = wei(fees + TAKEN + 7);
    let receipt = world.start_with(USER, USER, value);
    let instance = B256::from_slice(receipt.returned());
    assert_eq!(credit(&mut world, USER), 7);
    // One message is sent already.
    assert_eq!(reserve(&mut world, instance), fees - FEE);
    assert_eq!(custody(&mut world), fees - FEE + TAKEN + 7);
    let receiver = Address::repeat_byte(0xec);
    world.send(USER, &claimCall { receiver }).returned();
    assert_eq!(balance(&mut world, receiver), 7);
    let again = world.send(USER, &claimCall { receiver });
    assert_reverted(&again, &NothingToClaim {});
    world.reply(instance, MessageKind::Executed, &[]);
    assert_eq!(credit(&mut world, USER), fees - FEE);
    world.send(USER, &claimCall { receiver }).returned();
    assert_eq!(custody(&mut world), TAKEN);
}

#[test]
fn what_does_not_come_with_a_start_is_not_taken() {
    let mut world = world(PAID);
    let fees: u64 = world.quote().to();
    let cases = [(604, 5, 4), (600, 5, 0), (599, 600, 599), (0, 600, 0)];
    for (brought, required, available) in cases {
        let receipt = world.start_with(USER, USER, wei(fees + brought));
        let (required, available) = (wei(required), wei(available));
        let error = InsufficientValue {
            required,
            available,
        };
        assert_reverted(&receipt, &error);
    }
    let receipt = world.start_with(USER, USER, wei(fees - 1));
    let (required, paid) = (wei(fees), wei(fees - 1));
    assert_reverted(&receipt, &InsufficientFee { required, paid });
    assert_eq!(custody(&mut world), 0);
}

/// Neither what is held for others, nor what the caller may claim, nor what was forced on the contract makes up for it.
#[test]
fn nothing_else_makes_up_for_what_is_missing() {
    let mut world = world(PAID);
    let fees: u64 = world.quote().to();
    let value = wei(fees + TAKEN + 10_000);
    world.start_with(USER, USER, value).returned();
    assert_eq!(credit(&mut world, USER), 10_000);
    let coordinator = world.coordinator;
    let before = custody(&mut world);
    world.evm.set_balance(coordinator, wei(before + 50_000));
    let receipt = world.start_with(USER, USER, wei(fees + 600));
    let (required, available) = (wei(5), wei(0));
    assert_reverted(
        &receipt,
        &InsufficientValue {
            required,
            available,
        },
    );
    assert_eq!(credit(&mut world, USER), 10_000);
}

#[test]
fn nobody_brings_it_for_another() {
    let mut world = world(PAID);
    let value = world.quote() + wei(TAKEN);
    let receipt = world.start_with(MALLORY, USER, value);
    assert_reverted(&receipt, &NotAuthorised {});
}

#[test]
fn a_holding_is_paid_once_whoever_claims_it() {
    let mut world = world(PAID);
    let instance = start(&mut world);
    let early = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(&early, &WrongState {});
    world.reply(instance, MessageKind::Executed, &[]);
    assert_eq!(world.status(instance, PAY_FUNDS), Status::Parked);
    world
        .send(MALLORY, &claimPayFundsCall { instance })
        .returned();
    let again = world.send(SELLER, &claimPayFundsCall { instance });
    assert_reverted(&again, &WrongState {});
    let back = world.send(USER, &claimFundsCall { instance });
    assert_reverted(&back, &WrongState {});
    world
        .send(MALLORY, &claimPayChargeCall { instance })
        .returned();
    let paid = [SELLER, TREASURY].map(|it| balance(&mut world, it));
    assert_eq!(paid, [600, 5]);
    assert_eq!(custody(&mut world), credit(&mut world, USER));
}

#[test]
fn what_was_taken_goes_back_if_the_instance_is_undone() {
    let mut world = world(PAID);
    let instance = answered(&mut world, MessageKind::Refused);
    assert_eq!(world.phase(instance), Phase::Compensated);
    let before = balance(&mut world, USER);
    world.send(MALLORY, &claimFundsCall { instance }).returned();
    world
        .send(MALLORY, &claimChargeCall { instance })
        .returned();
    assert_eq!(balance(&mut world, USER), before + TAKEN);
    let again = world.send(MALLORY, &claimFundsCall { instance });
    assert_reverted(&again, &WrongState {});
    assert_eq!(custody(&mut world), credit(&mut world, USER));
}

#[test]
fn a_receiver_that_refuses_keeps_nobody_else_waiting() {
    for mode in [Mode::Refusing, Mode::Burning, Mode::Shouting] {
        let mut world = world(PAID);
        make_payee(&mut world, SELLER, mode);
        let instance = answered(&mut world, MessageKind::Executed);
        assert_eq!(world.phase(instance), Phase::Completed);
        let held = custody(&mut world);
        let receipt = world.send(MALLORY, &claimPayFundsCall { instance });
        let refused = ClaimRefused { receiver: SELLER }.abi_encode();
        assert_eq!(
            receipt.outcome,
            Outcome::Reverted(refused.into()),
            "{mode:?}"
        );
        assert_eq!(world.status(instance, PAY_FUNDS), Status::Parked);
        assert_eq!(custody(&mut world), held);
        world
            .send(MALLORY, &claimPayChargeCall { instance })
            .returned();
        assert_eq!(balance(&mut world, TREASURY), 5);
        let mode = Mode::Keeping as u8;
        tell(&mut world, SELLER, &setModeCall { mode });
        world
            .send(MALLORY, &claimPayFundsCall { instance })
            .returned();
        assert_eq!(balance(&mut world, SELLER), 600);
    }
}

#[test]
fn what_cannot_be_spent_is_held_once() {
    for mode in [Mode::Keeping, Mode::Refusing, Mode::Returning] {
        let is_spent = matches!(mode, Mode::Keeping);
        let mut world = world(HELD);
        make_payee(&mut world, target(), mode);
        let instance = answered(&mut world, MessageKind::Executed);
        assert_eq!(world.phase(instance), Phase::Completed);
        let (supplied, held) = match is_spent {
            true => (Status::Executed, Status::Skipped),
            false => (Status::Refused, Status::Parked),
        };
        assert_eq!(world.status(instance, SUPPLY), supplied);
        assert_eq!(world.status(instance, SUPPLY + 1), held);
        let claim = world.send(MALLORY, &claimHoldFundsCall { instance });
        if is_spent {
            assert_reverted(&claim, &WrongState {});
        } else {
            claim.returned();
            let again = world.send(MALLORY, &claimHoldFundsCall { instance });
            assert_reverted(&again, &WrongState {});
        }
        let back = world.send(USER, &claimFundsCall { instance });
        assert_reverted(&back, &WrongState {});
        let (spent, paid) = if is_spent { (600, 0) } else { (0, 600) };
        assert_eq!(balance(&mut world, target()), spent, "{mode:?}");
        assert_eq!(balance(&mut world, SELLER), paid, "{mode:?}");
        // What is left is the fee that is owed yet, and what the user may claim.
        assert_eq!(custody(&mut world), 5 + credit(&mut world, USER));
    }
}

/// A receiver that is starved has not refused: the claim fails, and can be sent again.
#[test]
fn too_little_gas_pays_nobody_and_changes_nothing() {
    let mut world = world(PAID);
    make_payee(&mut world, SELLER, Mode::Loud);
    let instance = answered(&mut world, MessageKind::Executed);
    let data = claimPayFundsCall { instance }.abi_encode();
    let call = Call::new(MALLORY, world.coordinator, data);
    let mut paid = 0;
    for gas in (21_000..120_000).step_by(1_500) {
        let mut world = world.clone();
        let receipt = world.evm.send(call.clone().with_gas_limit(gas));
        let is_paid = matches!(receipt.outcome, Outcome::Returned(_));
        let status = if is_paid {
            Status::Executed
        } else {
            Status::Parked
        };
        assert_eq!(world.status(instance, PAY_FUNDS), status);
        let amount = if is_paid { 600 } else { 0 };
        assert_eq!(balance(&mut world, SELLER), amount);
        paid += usize::from(is_paid);
    }
    assert!(paid > 0);
}

#[test]
fn a_receiver_that_returns_much_costs_whoever_claims_nothing_for_it() {
    let mut quiet = world(PAID);
    make_payee(&mut quiet, SELLER, Mode::Loud);
    let instance = answered(&mut quiet, MessageKind::Executed);
    let receipt = quiet.send(MALLORY, &claimPayFundsCall { instance });
    receipt.returned();
    assert_eq!(balance(&mut quiet, SELLER), 600);
    // The receiver pays for 50,000 bytes of memory; a copy of them would cost as much again.
    assert!(receipt.gas_used < 75_000, "{}", receipt.gas_used);
}

#[test]
fn a_receiver_that_calls_back_changes_nothing() {
    let mut world = world(PAID);
    make_payee(&mut world, SELLER, Mode::Calling);
    let other = answered(&mut world, MessageKind::Executed);
    let instance = answered(&mut world, MessageKind::Executed);
    let receiver = SELLER;
    let attacks = [
        claimPayFundsCall { instance }.abi_encode(),
        claimPayFundsCall { instance: other }.abi_encode(),
        claimFundsCall { instance: other }.abi_encode(),
        claimCall { receiver }.abi_encode(),
        cancelCall { instance }.abi_encode(),
        redriveCall { instance }.abi_encode(),
    ];
    for attack in attacks {
        let mut world = world.clone();
        let attack = attack.into();
        tell(&mut world, SELLER, &aimCall { attack });
        world
            .send(MALLORY, &claimPayFundsCall { instance })
            .returned();
        assert_eq!(balance(&mut world, SELLER), 600);
        let refusal = world.ask(SELLER, &refusalCall {});
        assert_eq!(refusal.0, Reentered::SELECTOR);
        assert_eq!(world.status(other, PAY_FUNDS), Status::Parked);
    }
}

/// The fee has risen, and what is held would pay for it; nothing but the reserve does.
#[test]
fn no_message_is_paid_with_what_is_held() {
    let mut world = world(SPENT);
    make_payee(&mut world, target(), Mode::Refusing);
    let instance = start(&mut world);
    let fee = 300;
    let mut core = world.core.clone();
    core.set_message_fee(&mut world.evm, wei(FEE + fee));
    world.core = core;
    let held = custody(&mut world);
    let receipt = world.send(USER, &cancelCall { instance });
    let required = wei(FEE + fee);
    assert_reverted(&receipt, &EmptyReserve { instance, required });
    assert_eq!(custody(&mut world), held);
    let receipt = world.send(MALLORY, &redriveCall { instance });
    assert!(
        matches!(receipt.outcome, Outcome::Reverted(_)),
        "{receipt:?}"
    );
    let data = cancelCall { instance }.abi_encode();
    let call = Call::new(USER, world.coordinator, data).with_value(wei(fee));
    world.evm.send(call).returned();
    assert_eq!(custody(&mut world), TAKEN);
}
