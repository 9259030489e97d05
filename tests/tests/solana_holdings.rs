//! What a coordinator on Solana holds, attacked: real mints and token accounts of the real token programs, in litesvm.

#![cfg(all(feature = "evm", feature = "svm"))]

use solana_signer::Signer;
use xcc::entities::Machine;
use xcc::ir::MessageKind::{self, Cancelled, Executed, Refused};
use xcc::ir::{Phase, Status};
use xcc::wire::Header;
use xcc::wire::identity::{InstanceSeed, keccak256};
use xcc_tests::delivery_plan::Prepared;
use xcc_tests::interp::feature;
use xcc_tests::network::{By, Delivery, Observed, Peer, Protocol, SolanaChain};
use xcc_tests::project::Project;
use xcc_tests::svm::script::play;
use xcc_tests::svm::tokens::{
    ACCOUNT_FROZEN, DECIMALS_MISMATCH, Extension, FEE_MISMATCH, INSUFFICIENT_FUNDS, Mint,
    OWNER_MISMATCH, TOKEN, TOKEN_2022, balance,
};
use xcc_tests::svm::{AccountMeta, Address, Instruction, Keypair, Svm};
use xcc_tests::vaa::{Guardian, Vaa};

/// What everybody has who pays for transactions, in lamports.
const RICHES: u64 = 10_000_000_000;
/// The token of the profile.
const MINT: Address = solana_address::address!("BkWuCyk5kR2ZDRDXRhDkoFnL9mZyFiTMfJkEjJ8v4oGZ");
/// The decimals that the source says it has.
const DECIMALS: u8 = 6;

/// What is taken: `amount`, `fee` of it for the service.
const AMOUNT: u64 = 1_000;
const FEE: u64 = 30;

/// The numbers of the steps of `solana_home_holdings`.
const FUNDS: u16 = 0;
const CHARGE: u16 = 1;
const BASE_RUN: u16 = 2;
const APTOS_RUN: u16 = 3;
const PAY_CHARGE: u16 = 4;
const PAY_FUNDS: u16 = 5;
const PAY_FUNDS_2: u16 = 6;

/// A coordinator on its chain, with a mint.
struct World {
    project: &'static Project,
    chain: SolanaChain,
    mint: Mint,
    peers: Vec<Peer>,
    sequence: u64,
}

fn user() -> Keypair {
    Keypair::new_from_array([0x05; 32])
}

fn stranger() -> Keypair {
    Keypair::new_from_array([0x06; 32])
}

fn treasury() -> Address {
    Address::new_from_array([0x07; 32])
}

fn spl() -> Mint {
    Mint {
        address: MINT,
        program: TOKEN,
    }
}

fn token_2022() -> Mint {
    Mint {
        address: MINT,
        program: TOKEN_2022,
    }
}

impl World {
    /// The holdings of `solana_home_holdings`, of a plain mint, with open vaults and a user who has what one instance takes.
    fn new() -> Self {
        let mut world = Self::of("solana_home_holdings", spl(), DECIMALS, None);
        world.open_vault();
        world.give(&user().pubkey(), AMOUNT);
        world
    }

    /// A feature with a mint, whoever that is of, and without a vault.
    fn of(name: &str, mint: Mint, decimals: u8, extension: Option<Extension>) -> Self {
        let project = feature(name);
        let protocol = Protocol::new(project);
        let workflow = protocol.workflow();
        let peer = |(number, &machine): (u8, &Machine)| protocol.peer(machine, [number; 32]);
        let peers: Vec<_> = (0x70..).zip(&workflow.participants).map(peer).collect();
        let mut svm = Svm::new();
        for key in [user(), stranger()] {
            svm.airdrop(&key.pubkey(), RICHES);
        }
        let mint = Mint::create(&mut svm, mint, decimals, extension);
        let home = workflow.coordinator;
        let chain = SolanaChain::on(svm, protocol, home, &Guardian::new(1), &peers);
        let mut chain = chain.unwrap_or_else(|error| panic!("{error}"));
        let contracts = protocol.program().declarations.contracts.iter();
        for (contract, data) in contracts.filter(|(_, data)| data.asset.is_none()) {
            if data.chain == protocol.program().machines[home].chain {
                let target = project.compiled.deployment.contracts[contract];
                chain.svm.add_scripted(target.to_word().into());
            }
        }
        World {
            project,
            chain,
            mint,
            peers,
            sequence: 0,
        }
    }

    fn vault(&self) -> Address {
        self.mint.account_of(&self.chain.custody())
    }

    fn open_vault(&mut self) {
        let custody = self.chain.custody();
        self.mint.open(&mut self.chain.svm, &custody);
    }

    /// Gives somebody tokens out of nothing.
    fn give(&mut self, to: &Address, amount: u64) {
        let account = self.mint.open(&mut self.chain.svm, to);
        self.mint.mint_to(&mut self.chain.svm, &account, amount);
    }

    fn has(&self, owner: &Address) -> u64 {
        balance(&self.chain.svm, &self.mint.account_of(owner))
    }

    #[track_caller]
    fn assert_held(&self, amount: u64) {
        assert_eq!(balance(&self.chain.svm, &self.vault()), amount, "held");
    }

    fn instance(&self, nonce: u64) -> [u8; 32] {
        InstanceSeed {
            fingerprint: Protocol::new(self.project).fingerprint(),
            home: keccak256(self.chain.plan.network.as_bytes()),
            coordinator: self.chain.plan.program.to_bytes(),
            initiator: user().pubkey().to_bytes(),
            nonce,
        }
        .instance()
    }

    /// The start of an instance of the user.
    fn starting(&self, nonce: u64) -> Prepared {
        let own = user().pubkey();
        let inputs = [
            own.to_bytes().to_vec(),
            AMOUNT.to_le_bytes().to_vec(),
            FEE.to_le_bytes().to_vec(),
            treasury().to_bytes().to_vec(),
        ];
        let inputs = match self.project.name.as_str() {
            "solana_home_token2022" => &inputs[..2],
            _ => &inputs[..],
        };
        self.chain.starting(nonce, inputs, own)
    }

    fn start(&mut self, nonce: u64) -> Observed {
        let prepared = self.starting(nonce);
        self.send_start(&prepared)
    }

    fn send_start(&mut self, prepared: &Prepared) -> Observed {
        let receipt = Some(7_u64.to_le_bytes().to_vec());
        play([receipt], || self.chain.send(prepared, &[&user()])).0
    }

    /// That nothing starts, for that error, and nobody has more or less.
    #[track_caller]
    fn assert_does_not_start(&mut self, error: &str) {
        let before = (
            self.has(&user().pubkey()),
            balance(&self.chain.svm, &self.vault()),
        );
        let observed = self.start(0);
        let Observed::Rejected(found) = &observed else {
            panic!("{observed:?}");
        };
        assert!(found.contains(error), "{found}");
        let after = (
            self.has(&user().pubkey()),
            balance(&self.chain.svm, &self.vault()),
        );
        assert_eq!(after, before);
        assert_eq!(self.chain.phase(self.instance(0)), None);
    }

    /// Delivers what the participant of a step says, which for an Executed of Base is this receipt.
    fn reply(&mut self, kind: MessageKind, step: u16, nonce: u64, receipt: u64) {
        self.sequence += 1;
        let instance = self.instance(nonce);
        let from = self.peers[usize::from(step == APTOS_RUN)];
        let fingerprint = Protocol::new(self.project).fingerprint();
        let header = Header {
            kind,
            step,
            fingerprint: *fingerprint.first_chunk().expect("32 bytes"),
            deadline: 0,
            instance,
        };
        let receipt = receipt.to_be_bytes();
        let body: &[u8] = match (kind, step) {
            (Executed, BASE_RUN) => &receipt,
            (Refused, _) => &[1],
            _ => &[],
        };
        let vaa = Vaa {
            guardian_set: 0,
            timestamp: 1,
            nonce: 0,
            emitter_chain: from.chain,
            emitter_address: from.emitter,
            sequence: self.sequence,
            consistency_level: 1,
            payload: [&header.encode()[..], body].concat(),
        };
        self.chain.post(&vaa);
        let delivery = Delivery {
            entry: "on_reply",
            step,
            instance,
            vaa: &vaa,
            by: By::Stranger,
        };
        let prepared = self.chain.delivery(&delivery, stranger().pubkey());
        assert_done(&self.chain.send(&prepared, &[&stranger()]));
    }

    /// Starts an instance and lets it complete.
    fn complete(&mut self, nonce: u64, receipt: u64) {
        assert_done(&self.start(nonce));
        self.reply(Executed, BASE_RUN, nonce, receipt);
        self.reply(Executed, APTOS_RUN, nonce, 0);
        let phase = self.chain.phase(self.instance(nonce));
        assert_eq!(phase, Some(Phase::Completed as u8));
    }

    /// Somebody's claim of what a step owes.
    fn claiming(&self, step: u16, nonce: u64, by: &Keypair) -> Prepared {
        let instance = self.instance(nonce);
        self.chain
            .asking("claim", Some(step), instance, by.pubkey())
    }

    /// A stranger claims what a step owes, and sees to the accounts that the plan says must be there.
    fn claim(&mut self, step: u16, nonce: u64) -> Observed {
        let prepared = self.claiming(step, nonce, &stranger());
        let by = prepared.payer;
        if !prepared.before.is_empty() {
            let opened = self
                .chain
                .svm
                .send_paid_by(&by, &prepared.before, &[&stranger()]);
            opened.unwrap_or_else(|failure| panic!("{failure:?}"));
        }
        self.chain.send(&prepared, &[&stranger()])
    }

    #[track_caller]
    fn assert_status(&self, step: u16, nonce: u64, status: Status) {
        let found = self.chain.status(self.instance(nonce), step);
        assert_eq!(found, Some(status as u8));
    }
}

fn is_done(observed: &Observed) -> bool {
    matches!(observed, Observed::Done { .. })
}

#[track_caller]
fn assert_done(observed: &Observed) {
    assert!(is_done(observed), "{observed:?}");
}

fn rejected(error: &str) -> Observed {
    Observed::Rejected(error.to_owned())
}

#[track_caller]
fn assert_fails(observed: &Observed, number: u32) {
    let number = format!("Custom({number})");
    let fails = matches!(observed, Observed::Rejected(error) if error.contains(&number));
    assert!(fails, "{observed:?}");
}

#[test]
fn a_stranger_who_claims_pays_whom_the_workflow_names_once() {
    let mut world = World::new();
    world.complete(0, 9);
    world.assert_held(AMOUNT);
    assert_eq!(world.has(&user().pubkey()), 0);
    // The treasury has no token account before somebody claims for it.
    assert!(
        world
            .chain
            .svm
            .account(&world.mint.account_of(&treasury()))
            .is_none()
    );
    assert_done(&world.claim(PAY_CHARGE, 0));
    assert_eq!(world.has(&treasury()), FEE);
    assert_done(&world.claim(PAY_FUNDS, 0));
    assert_eq!(world.has(&user().pubkey()), AMOUNT - FEE);
    assert_eq!(world.has(&stranger().pubkey()), 0);
    world.assert_held(0);
    // Again, after others and somebody's gift filled the vault.
    world.give(&user().pubkey(), FEE);
    assert_done(&world.start(1));
    let (custody, gift) = (world.chain.custody(), 5);
    world.give(&custody, gift);
    for step in [PAY_CHARGE, PAY_FUNDS, PAY_FUNDS_2, FUNDS, CHARGE] {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    world.assert_held(AMOUNT + gift);
}

#[test]
fn only_the_arm_that_was_chosen_pays() {
    let mut world = World::new();
    world.complete(0, 7);
    assert_eq!(world.claim(PAY_FUNDS, 0), rejected("WrongState"));
    assert_done(&world.claim(PAY_FUNDS_2, 0));
    assert_done(&world.claim(PAY_CHARGE, 0));
    assert_eq!(world.has(&treasury()), AMOUNT);
    world.assert_held(0);
}

#[test]
fn what_was_taken_goes_back_to_whom_it_came_from() {
    let mut world = World::new();
    assert_done(&world.start(0));
    let early = [FUNDS, CHARGE, PAY_CHARGE];
    for step in early {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    let instance = world.instance(0);
    let cancel = world
        .chain
        .asking("cancel", None, instance, user().pubkey());
    assert_done(&world.chain.send(&cancel, &[&user()]));
    assert_eq!(world.claim(FUNDS, 0), rejected("WrongState"));
    world.reply(Cancelled, BASE_RUN, 0, 0);
    world.assert_held(AMOUNT);
    for step in [FUNDS, CHARGE] {
        world.assert_status(step, 0, Status::Parked);
        assert_done(&world.claim(step, 0));
        world.assert_status(step, 0, Status::Cancelled);
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    assert_eq!(world.has(&user().pubkey()), AMOUNT);
    assert_eq!(world.claim(PAY_CHARGE, 0), rejected("WrongState"));
    world.assert_held(0);
}

#[test]
fn a_receiver_that_cannot_be_paid_keeps_nobody_else_waiting() {
    let mut world = World::new();
    world.give(&user().pubkey(), AMOUNT);
    world.complete(0, 9);
    world.complete(1, 9);
    world.give(&treasury(), 0);
    let (mint, account) = (world.mint, world.mint.account_of(&treasury()));
    mint.freeze(&mut world.chain.svm, &account);
    assert_fails(&world.claim(PAY_CHARGE, 0), ACCOUNT_FROZEN);
    world.assert_status(PAY_CHARGE, 0, Status::Parked);
    // Neither what is owed to others of the same instance, nor of another one.
    for nonce in [0, 1] {
        assert_done(&world.claim(PAY_FUNDS, nonce));
    }
    assert_eq!(world.has(&user().pubkey()), 2 * (AMOUNT - FEE));
    world.assert_held(2 * FEE);
    mint.thaw(&mut world.chain.svm, &account);
    for nonce in [0, 1] {
        assert_done(&world.claim(PAY_CHARGE, nonce));
    }
    assert_eq!(world.has(&treasury()), 2 * FEE);
    world.assert_held(0);
}

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

#[test]
fn nothing_is_sent_to_or_taken_from_another_account() {
    let mut world = World::new();
    let own = world.mint.account_of(&user().pubkey());
    let other = stranger().pubkey();
    world.give(&other, AMOUNT);
    let strangers = world.mint.account_of(&other);
    let exchange = |prepared: &mut Prepared, from: Address, to: Address| {
        let mut accounts = prepared.call.accounts.iter_mut();
        let account = accounts.find(|account| account.pubkey == from);
        account.expect("the account is there").pubkey = to;
    };
    let mut prepared = world.starting(0);
    exchange(&mut prepared, own, strangers);
    assert_eq!(world.send_start(&prepared), rejected("WrongAccount"));
    let mut prepared = world.starting(0);
    exchange(&mut prepared, world.vault(), strangers);
    assert_eq!(world.send_start(&prepared), rejected("WrongAccount"));

    world.complete(0, 9);
    let mut prepared = world.claiming(PAY_FUNDS, 0, &stranger());
    exchange(&mut prepared, own, strangers);
    let sent = world.chain.send(&prepared, &[&stranger()]);
    assert_eq!(sent, rejected("WrongAccount"));
    let mut prepared = world.claiming(PAY_FUNDS, 0, &stranger());
    let vault = world.vault();
    exchange(&mut prepared, vault, strangers);
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
