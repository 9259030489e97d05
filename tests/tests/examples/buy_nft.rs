//! From a lending market on Aptos to an NFT on Solana: the coordinator is the package in the Aptos virtual machine, Tensor's buyer the program
//! in litesvm.

use std::collections::BTreeMap;

use sha3::{Digest, Sha3_256};
use solana_account::Account;
use solana_signer::Signer;
use xcc::ir::MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
use xcc::ir::{Phase, Refusal, Status};
use xcc::wire::Value;
use xcc_tests::network::solana::{self, SolanaChain};
use xcc_tests::network::step::{
    cancel, claim, deliver, expire, finalise, number, park, pass, redrive, start, undo,
};
use xcc_tests::network::{AptosChain, By, Call, Chain, Network, Protocol, Step, Target};
use xcc_tests::program_crate::ProgramCrate;
use xcc_tests::project::{Override, Project, published_at};
use xcc_tests::svm::{Address, Keypair, discriminator};
use xcc_tests::tools::suite_dir;
use xcc_tests::wormhole_svm::CORE;

use crate::costs::hold;
use crate::targets::guardian;

/// What the desk is paid, in millionths of a USDC, and what it pays at most, in lamports.
const USDC: u64 = 400_000_000;
const LAMPORTS: u64 = 2_000_000_000;
/// What the listing asks for, and what the marketplace takes on top.
const PRICE: u64 = 1_900_000_000;
const FEE: u64 = PRICE / 50;
/// What the treasury has lent out, and what the desk has.
const LENT: u64 = 1_000_000_000;
const SOL: u64 = 5_000_000_000;

/// Who begins on Aptos, and takes over what cannot be lent out again: the tests take the initiator for the holder of compensations.
const KEEPER: [u8; 32] = [0x6b; 32];
const DESK: [u8; 32] = [0xde; 32];

const TENSOR: Address = solana_address::address!("TCMPhJdwDryooaGtiocG1u3xcYbRpiJzb283XfCZsDp");
/// The treasury's wallet, as the manifest says.
const WALLET: Address = solana_address::address!("HS8PWUbTiHiFuYzfrgj4i8zDbZLBQqiqaqXvFvMxDAgc");
const ASSET: Address = Address::new_from_array([0xa5; 32]);
const FEE_VAULT: Address = Address::new_from_array([0xfe; 32]);

fn seller() -> Address {
    Keypair::new_from_array([0x5e; 32]).pubkey()
}

/// The account that the coordinator's package makes for itself: the hash of the package's address, its name and the mark of the scheme.
fn own_account() -> String {
    let package = published_at("buy_nft_aptos");
    let package = hex::decode(format!("{:0>64}", &package[2..])).expect("hexadecimal");
    let hash = Sha3_256::new().chain_update(package);
    let hash = hash.chain_update("buy_nft_aptos").chain_update([0xff]);
    format!("0x{}", hex::encode(hash.finalize()))
}

/// Compiles the example for chains of the tests, deploys and wires it, lends out the treasury's money and lists the asset.
fn in_network(lamports: u64, run: impl FnOnce(&mut Network<'_, AptosChain>)) {
    let hex = |bytes: [u8; 32]| format!("0x{}", hex::encode(bytes));
    let overrides = [
        Override::new(&["chains", "solana", "wormhole", "core"], CORE.to_string()),
        Override::new(&["constants", "KEEPER"], hex(KEEPER)),
        Override::new(&["constants", "TREASURY"], hex(KEEPER)),
        Override::new(&["constants", "DESK"], hex(DESK)),
        Override::new(&["constants", "COORDINATOR"], own_account()),
    ];
    let folder = suite_dir().join("../examples/buy-nft");
    let project = Project::compile(&folder, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let protocol = Protocol::new(&project);
    let machine = protocol.workflow().coordinator;
    let mut aptos = AptosChain::unwired(protocol, machine, &guardian(), market()).unwrap();
    let participant = protocol.participant("solana");
    let mut solana = SolanaChain::new(protocol, participant, &guardian(), aptos.peer()).unwrap();
    aptos.wire(&[solana.peer()]);
    list(&mut solana);
    let call = Call {
        from: KEEPER,
        inputs: inputs(lamports),
    };
    let chains = [("solana".to_owned(), Chain::Solana(Box::new(solana)))];
    run(&mut Network::new(protocol, aptos, chains, call));
}

fn inputs(lamports: u64) -> Vec<Value> {
    let mut inputs = vec![number(USDC), number(lamports)];
    inputs.extend([ASSET, seller(), FEE_VAULT].map(key));
    inputs
}

fn key(key: Address) -> Value {
    Value::Bytes(key.to_bytes().to_vec())
}

/// The market, in which the coordinator has lent out the treasury's money.
fn market() -> Target {
    let module = include_str!("../../suite/examples/aptos/supply_logic.move");
    Target {
        modules: BTreeMap::from([("market".to_owned(), module.to_owned())]),
        before: "        market::supply_logic::open(&account::create_account_for_test(@market));\n"
            .to_owned(),
        after: format!("        market::supply_logic::lend(buy_nft_aptos::authority(), {LENT});\n"),
        end: String::new(),
    }
}

/// Gives the desk SOL, and puts the seller's asset into the hands of a listing.
fn list(solana: &mut SolanaChain) {
    let tensor = ProgramCrate::load(&suite_dir().join("suite/examples/svm/tensor")).unwrap();
    solana::deploy(&mut solana.svm, TENSOR, &tensor).unwrap();
    let desk = solana.authority();
    for (key, lamports) in [(desk, SOL), (seller(), 1_000_000), (FEE_VAULT, 1_000_000)] {
        solana.svm.airdrop(&key, lamports);
    }
    let (listing, seller) = (listing(), seller());
    let state = [
        &discriminator("account", "ListState")[..],
        seller.as_ref(),
        &PRICE.to_le_bytes(),
        &i64::MAX.to_le_bytes(),
    ];
    let asset = [&[1], listing.as_ref()].concat();
    for (key, data) in [(listing, state.concat()), (ASSET, asset)] {
        let account = Account {
            lamports: 2_000_000,
            data,
            owner: TENSOR,
            executable: false,
            rent_epoch: u64::MAX,
        };
        solana.svm.set_account(key, account);
    }
}

fn listing() -> Address {
    Address::find_program_address(&[b"list_state", ASSET.as_ref()], &TENSOR).0
}

/// Who has the asset, and what the desk has left of its SOL.
#[track_caller]
fn assert_owned(network: &mut Network<'_, AptosChain>, owner: Address, spent: u64) {
    let solana = network.solana("solana");
    let asset = solana.svm.account(&ASSET).expect("the asset is there");
    assert_eq!(asset.data[1..], owner.to_bytes());
    assert_eq!(solana.svm.balance(&solana.authority()), SOL - spent);
}

/// What is lent out for the treasury and for the desk, and what is set aside.
#[track_caller]
fn check_market(network: &mut Network<'_, AptosChain>, [lent, desk, aside]: [u64; 3]) {
    let authority = "buy_nft_aptos::authority()";
    let desk_address = format!("@0x{}", hex::encode(DESK));
    let checks = [
        format!("supplied({authority}) == {lent}"),
        format!("supplied({desk_address}) == {desk}"),
        format!("held({authority}) == {aside}"),
    ];
    for check in checks {
        network
            .home
            .check(&format!("market::supply_logic::{check}"));
    }
}

fn begin(lamports: u64) -> Step {
    start()
        .phase(Phase::Running)
        .step("reserve", Status::Executed)
        .step("buy", Status::Sent)
        .says("buy", Execute, execute(lamports))
}

fn execute(lamports: u64) -> Vec<Value> {
    let mut values = vec![number(lamports)];
    values.extend([FEE_VAULT, ASSET, seller()].map(key));
    values.push(number(USDC));
    values
}

/// Home hears that the asset was not bought, for a reason.
fn refused(reason: Refusal, action: Step) -> [Step; 2] {
    [
        action
            .step("buy", Status::Refused)
            .says("buy", Refused, vec![number(reason as u64)]),
        deliver("buy", Refused)
            .step("buy", Status::Refused)
            .phase(Phase::Cancelling)
            .step("reserve", Status::Cancelling),
    ]
}

/// The amount is lent out again, in a transaction that anyone may send.
fn lends_again() -> Step {
    undo("reserve")
        .step("reserve", Status::Cancelled)
        .phase(Phase::Compensated)
}

#[test]
fn lent_money_becomes_an_nft() {
    in_network(LAMPORTS, |network| {
        network.run(&[
            begin(LAMPORTS),
            redrive().says("buy", Execute, execute(LAMPORTS)),
        ]);
        check_market(network, [LENT - USDC, 0, USDC]);
        network.run(&[
            deliver("buy", Execute)
                .step("buy", Status::Executed)
                .says("buy", Executed, vec![]),
            deliver("buy", Execute).says("buy", Executed, vec![]),
        ]);
        assert_owned(network, WALLET, PRICE + FEE);
        network.run(&[
            finalise("reserve").rejected("NothingOutstanding"),
            deliver("buy", Executed)
                .step("buy", Status::Executed)
                .phase(Phase::Committing),
            cancel(By::Initiator).rejected("NotCancellable"),
        ]);
        // What the market does not take waits.
        network.home.tell("market::supply_logic::set_full(true);");
        network.run(&[finalise("reserve").rejected("SupplyCapExceeded")]);
        network.home.tell("market::supply_logic::set_full(false);");
        network.run(&[
            finalise("reserve")
                .step("reserve", Status::Confirmed)
                .phase(Phase::Completed),
            finalise("reserve").rejected("NothingOutstanding"),
        ]);
        check_market(network, [LENT - USDC, USDC, 0]);
        network.assert_phase(Phase::Completed);
        hold("buy-nft", network);
    });
}

/// Somebody else buys the asset, so the purchase fails until the deadline, and the amount is lent out again.
#[test]
fn an_asset_that_is_gone_brings_the_money_back() {
    in_network(LAMPORTS, |network| {
        network.run(&[begin(LAMPORTS)]);
        let solana = network.solana("solana");
        let mut gone = solana.svm.account(&ASSET).expect("the asset is there");
        gone.data[1..].copy_from_slice(seller().as_ref());
        solana.svm.set_account(ASSET, gone);
        network.run(&[
            deliver("buy", Execute).rejected("NotListed"),
            expire("buy").rejected("DeadlineNotPassed"),
            pass("solana", 3_601),
            deliver("buy", Execute).rejected("DeadlinePassed"),
        ]);
        network.run(&refused(Refusal::Late, expire("buy")));
        check_market(network, [LENT - USDC, 0, USDC]);
        network.run(&[
            lends_again(),
            undo("reserve").rejected("NothingOutstanding"),
            deliver("buy", Refused),
        ]);
        check_market(network, [LENT, 0, 0]);
        assert_owned(network, seller(), 0);
        network.assert_phase(Phase::Compensated);
        hold("buy-nft-undone", network);
    });
}

/// The listing asks for more than the keeper names.
#[test]
fn an_asset_that_costs_too_much_is_not_bought() {
    in_network(PRICE - 1, |network| {
        network.run(&[
            begin(PRICE - 1),
            deliver("buy", Execute).rejected("PriceMismatch"),
        ]);
        assert_owned(network, listing(), 0);
    });
}

/// The desk's rate is a guard on Solana; a refusal by it needs no deadline.
#[test]
fn the_desk_does_not_overpay() {
    let too_much = 5 * USDC + 1;
    in_network(too_much, |network| {
        network.run(&[begin(too_much)]);
        network.run(&refused(Refusal::Guard, deliver("buy", Execute)));
        network.run(&[lends_again()]);
        check_market(network, [LENT, 0, 0]);
        assert_owned(network, listing(), 0);
    });
}

/// The market takes no more, so the treasury takes the amount over and lends it out when it does.
#[test]
fn what_the_market_does_not_take_is_held_for_the_treasury() {
    in_network(LAMPORTS, |network| {
        network.run(&[
            begin(LAMPORTS),
            park("reserve", By::Owner).rejected("NothingOutstanding"),
            pass("solana", 3_601),
        ]);
        network.run(&refused(Refusal::Late, expire("buy")));
        network.home.tell("market::supply_logic::set_full(true);");
        network.run(&[
            undo("reserve").rejected("SupplyCapExceeded"),
            park("reserve", By::Stranger).rejected("NotAuthorised"),
            park("reserve", By::Owner)
                .step("reserve", Status::Parked)
                .phase(Phase::Compensated),
            claim("reserve", By::Owner).rejected("SupplyCapExceeded"),
        ]);
        check_market(network, [LENT - USDC, 0, USDC]);
        network.home.tell("market::supply_logic::set_full(false);");
        network.run(&[
            claim("reserve", By::Stranger).rejected("NotAuthorised"),
            claim("reserve", By::Owner).step("reserve", Status::Cancelled),
            claim("reserve", By::Owner).rejected("WrongState"),
        ]);
        check_market(network, [LENT, 0, 0]);
    });
}

/// Cancelled before anybody bought; the late Execute bounces.
#[test]
fn a_cancelled_purchase_is_never_made() {
    in_network(LAMPORTS, |network| {
        network.run(&[
            begin(LAMPORTS),
            cancel(By::Stranger).rejected("DeadlineNotPassed"),
            cancel(By::Initiator)
                .phase(Phase::Cancelling)
                .step("buy", Status::Cancelling)
                .says("buy", Cancel, vec![]),
            deliver("buy", Cancel)
                .step("buy", Status::Tombstone)
                .says("buy", Cancelled, vec![]),
            deliver("buy", Execute).says("buy", Cancelled, vec![]),
            deliver("buy", Cancelled)
                .step("buy", Status::Cancelled)
                .step("reserve", Status::Cancelling),
            lends_again(),
        ]);
        check_market(network, [LENT, 0, 0]);
        assert_owned(network, listing(), 0);
    });
}

/// A purchase that won the race against the cancel decides.
#[test]
fn a_purchase_beats_a_late_cancel() {
    in_network(LAMPORTS, |network| {
        network.run(&[
            begin(LAMPORTS),
            pass("aptos", 3_601),
            cancel(By::Stranger)
                .phase(Phase::Cancelling)
                .step("buy", Status::Cancelling)
                .says("buy", Cancel, vec![]),
            deliver("buy", Execute)
                .step("buy", Status::Executed)
                .says("buy", Executed, vec![]),
            deliver("buy", Cancel).says("buy", Executed, vec![]),
            deliver("buy", Executed)
                .step("buy", Status::Executed)
                .phase(Phase::Committing),
            finalise("reserve")
                .step("reserve", Status::Confirmed)
                .phase(Phase::Completed),
        ]);
        check_market(network, [LENT - USDC, USDC, 0]);
        assert_owned(network, WALLET, PRICE + FEE);
    });
}

/// The treasury has lent out less than the asset costs: nothing begins.
#[test]
fn money_that_is_not_there_buys_nothing() {
    in_network(LAMPORTS, |network| {
        let authority = "buy_nft_aptos::authority()";
        let less = USDC - 1;
        network
            .home
            .tell(&format!("market::supply_logic::lend({authority}, {less});"));
        network.run(&[start().rejected("NotEnoughSupplied")]);
        check_market(network, [less, 0, 0]);
    });
}

/// The Aptos virtual machine says only passed or failed, so a home there must be known to fail.
#[test]
#[should_panic(expected = "[ FAIL")]
fn a_wrong_claim_about_home_is_caught() {
    in_network(LAMPORTS, |network| {
        network.run(&[begin(LAMPORTS).phase(Phase::Completed)]);
    });
}
