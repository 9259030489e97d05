//! A coordinator that holds assets, with its mint, and what anybody can ask of it.

use solana_signer::Signer;
use xcc::entities::Machine;
use xcc::ir::MessageKind::{self, Executed, Refused};
use xcc::ir::{Phase, Status};
use xcc::wire::identity::{InstanceSeed, keccak256};
use xcc_tests::delivery_plan::Prepared;
use xcc_tests::interp::feature;
use xcc_tests::network::solana::Reply;
use xcc_tests::network::{Observed, Peer, Protocol, SolanaChain};
use xcc_tests::project::{Override, Project};
use xcc_tests::svm::script::{Answer, Taken, play};
use xcc_tests::svm::tokens::{Extension, Mint, TOKEN, TOKEN_2022, balance};
use xcc_tests::svm::{AccountMeta, Address, Instruction, Keypair, Svm};
use xcc_tests::vaa::Guardian;

/// What everybody has who pays for transactions, in lamports.
pub(crate) const RICHES: u64 = 10_000_000_000;
/// The token of the profile.
pub(crate) const MINT: Address =
    solana_address::address!("BkWuCyk5kR2ZDRDXRhDkoFnL9mZyFiTMfJkEjJ8v4oGZ");
/// The decimals that the source says it has.
pub(crate) const DECIMALS: u8 = 6;

/// What the target's own account belongs to.
pub(crate) const STATE: Address =
    solana_address::address!("66JuqUHifDi78VDrv66V1xmqZ8qwpWxipDN1VH6uQYTP");

/// What is taken: `amount`, `fee` of it for the service.
pub(crate) const AMOUNT: u64 = 1_000;
pub(crate) const FEE: u64 = 30;

/// The numbers of the steps of `solana_home_holdings`.
pub(crate) const FUNDS: u16 = 0;
pub(crate) const CHARGE: u16 = 1;
pub(crate) const BASE_RUN: u16 = 2;
pub(crate) const APTOS_RUN: u16 = 3;
pub(crate) const PAY_CHARGE: u16 = 4;
pub(crate) const PAY_FUNDS: u16 = 5;
pub(crate) const PAY_FUNDS_2: u16 = 6;

/// A coordinator on its chain, with a mint.
pub(crate) struct World {
    pub(crate) project: &'static Project,
    pub(crate) chain: SolanaChain,
    pub(crate) mint: Mint,
    pub(crate) peers: Vec<Peer>,
    pub(crate) sequence: u64,
}

pub(crate) fn user() -> Keypair {
    Keypair::new_from_array([0x05; 32])
}

pub(crate) fn stranger() -> Keypair {
    Keypair::new_from_array([0x06; 32])
}

pub(crate) fn treasury() -> Address {
    Address::new_from_array([0x07; 32])
}

pub(crate) fn spl() -> Mint {
    Mint {
        address: MINT,
        program: TOKEN,
    }
}

pub(crate) fn token_2022() -> Mint {
    Mint {
        address: MINT,
        program: TOKEN_2022,
    }
}

impl World {
    /// The holdings of `solana_home_holdings`, of a plain mint, with open vaults and a user who has what one instance takes.
    pub(crate) fn new() -> Self {
        Self::ready("solana_home_holdings")
    }

    /// A feature of a plain mint, with an open vault and a user who has what one instance takes.
    pub(crate) fn ready(name: &str) -> Self {
        let mut world = Self::of(name, spl(), DECIMALS, None);
        world.open_vault();
        world.give(&user().pubkey(), AMOUNT);
        world
    }

    /// The same with a started instance that will spend, and token accounts of the authority and the target.
    pub(crate) fn spending(name: &str) -> Self {
        let mut world = Self::ready(name);
        for owner in [world.chain.authority(), STATE] {
            world.mint.open(&mut world.chain.svm, &owner);
        }
        assert_done(&world.start(0));
        world
    }

    /// What the target takes of the authority's account, in the call that spends.
    pub(crate) fn taken(&self, amount: u64) -> Taken {
        let authority = self.chain.authority();
        Taken {
            program: self.mint.program,
            source: self.mint.account_of(&authority),
            destination: self.mint.account_of(&STATE),
            authority,
            amount,
        }
    }

    /// Somebody has a step of the first instance run, whose target takes so much.
    pub(crate) fn attempt(&mut self, step: u16, amount: u64) -> Observed {
        self.attempt_asking(step, amount, Vec::new())
    }

    /// The same, of a target that has these instructions run after that with the authority's signature.
    pub(crate) fn attempt_asking(
        &mut self,
        step: u16,
        amount: u64,
        asks: Vec<Instruction>,
    ) -> Observed {
        let by = stranger();
        let instance = self.instance(0);
        let prepared = self
            .chain
            .asking("attempt", Some(step), instance, by.pubkey());
        let answer = Answer {
            returned: Some(7_u64.to_le_bytes().to_vec()),
            takes: vec![self.taken(amount)],
            asks,
        };
        play([answer], || self.chain.send(&prepared, &[&by])).0
    }

    /// The user cancels the first instance.
    pub(crate) fn cancel(&mut self) {
        self.cancel_instance(0);
    }

    pub(crate) fn cancel_instance(&mut self, nonce: u64) {
        let instance = self.instance(nonce);
        let cancel = self.chain.asking("cancel", None, instance, user().pubkey());
        assert_done(&self.chain.send(&cancel, &[&user()]));
    }

    #[track_caller]
    pub(crate) fn assert_phase(&self, nonce: u64, phase: Phase) {
        let found = self.chain.phase(self.instance(nonce));
        assert_eq!(found, Some(phase as u8), "{phase:?}");
    }

    /// A feature with a mint, whoever that is of, and without a vault.
    pub(crate) fn of(name: &str, mint: Mint, decimals: u8, extension: Option<Extension>) -> Self {
        Self::unwired(name, mint, decimals, extension).wired()
    }

    /// A source of a test's own, of a mint of Token-2022, with token accounts of everybody, and a user who has what one instance takes.
    pub(crate) fn of_source(source: &str, overrides: &[Override]) -> Self {
        let project = Project::compile_source(source, overrides);
        let project = project.unwrap_or_else(|error| panic!("{error}"));
        let project = Box::leak(Box::new(project));
        let mut world = Self::unwired_of(project, token_2022(), DECIMALS, None).wired();
        for owner in [world.chain.custody(), world.chain.authority(), STATE] {
            world.mint.open(&mut world.chain.svm, &owner);
        }
        world.give(&user().pubkey(), AMOUNT);
        world
    }

    fn wired(mut self) -> Self {
        let (deployer, peers) = (self.chain.svm.payer(), self.peers.clone());
        let wired = self.chain.wire(&deployer, &peers);
        wired.unwrap_or_else(|failure| panic!("{failure:?}"));
        self
    }

    pub(crate) fn unwired(
        name: &str,
        mint: Mint,
        decimals: u8,
        extension: Option<Extension>,
    ) -> Self {
        Self::unwired_of(feature(name), mint, decimals, extension)
    }

    fn unwired_of(
        project: &'static Project,
        mint: Mint,
        decimals: u8,
        extension: Option<Extension>,
    ) -> Self {
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
        let chain = SolanaChain::unwired(svm, protocol, home, &Guardian::new(1));
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

    pub(crate) fn vault(&self) -> Address {
        self.mint.account_of(&self.chain.custody())
    }

    pub(crate) fn open_vault(&mut self) {
        let custody = self.chain.custody();
        self.mint.open(&mut self.chain.svm, &custody);
    }

    /// Gives somebody tokens out of nothing.
    pub(crate) fn give(&mut self, to: &Address, amount: u64) {
        let account = self.mint.open(&mut self.chain.svm, to);
        self.mint.mint_to(&mut self.chain.svm, &account, amount);
    }

    /// Somebody gives the token account associated with an address to somebody else.
    pub(crate) fn give_away(&mut self, account_of: &Address, owner: &Keypair, to: &Address) {
        let account = self.mint.account_of(account_of);
        let giving = self.mint.giving_away(&account, &owner.pubkey(), to);
        let given = self.chain.svm.send(&[giving], &[owner]);
        given.unwrap_or_else(|failure| panic!("{failure:?}"));
    }

    pub(crate) fn has(&self, owner: &Address) -> u64 {
        balance(&self.chain.svm, &self.mint.account_of(owner))
    }

    #[track_caller]
    pub(crate) fn assert_held(&self, amount: u64) {
        assert_eq!(balance(&self.chain.svm, &self.vault()), amount, "held");
    }

    pub(crate) fn instance(&self, nonce: u64) -> [u8; 32] {
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
    pub(crate) fn starting(&self, nonce: u64) -> Prepared {
        let own = user().pubkey();
        let inputs = [
            own.to_bytes().to_vec(),
            AMOUNT.to_le_bytes().to_vec(),
            FEE.to_le_bytes().to_vec(),
            treasury().to_bytes().to_vec(),
        ];
        let inputs = match self.project.name.as_str() {
            // A source of a test's own has the name that all have in the manifest.
            "solana_home_token2022" | "feature" => &inputs[..2],
            "solana_home_spending" => &inputs[..3],
            _ => &inputs[..],
        };
        self.chain.starting(nonce, inputs, own)
    }

    pub(crate) fn start(&mut self, nonce: u64) -> Observed {
        let prepared = self.starting(nonce);
        self.send_start(&prepared)
    }

    pub(crate) fn send_start(&mut self, prepared: &Prepared) -> Observed {
        let receipt = Some(7_u64.to_le_bytes().to_vec());
        play([receipt], || self.chain.send(prepared, &[&user()])).0
    }

    /// That nothing starts, for that error, and nobody has more or less.
    #[track_caller]
    pub(crate) fn assert_does_not_start(&mut self, error: &str) {
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
    pub(crate) fn reply(&mut self, kind: MessageKind, step: u16, nonce: u64, receipt: u64) {
        self.sequence += 1;
        let receipt = receipt.to_be_bytes();
        let mut steps = self.project.compiled.lowered.program.steps.values();
        let data = steps.find(|data| data.number == step);
        let is_base = data.is_some_and(|data| data.name == "base_run");
        let reply = Reply {
            from: self.peers[usize::from(!is_base)],
            kind,
            step,
            instance: self.instance(nonce),
            fingerprint: Protocol::new(self.project).fingerprint(),
            body: match (kind, is_base) {
                (Executed, true) => &receipt,
                (Refused, _) => &[1],
                _ => &[],
            },
        };
        assert_done(&reply.deliver(&mut self.chain, self.sequence, &stranger()));
    }

    /// Starts an instance and lets it complete.
    pub(crate) fn complete(&mut self, nonce: u64, receipt: u64) {
        assert_done(&self.start(nonce));
        self.reply(Executed, BASE_RUN, nonce, receipt);
        self.reply(Executed, APTOS_RUN, nonce, 0);
        self.assert_phase(nonce, Phase::Completed);
    }

    /// Somebody's claim of what a step owes.
    pub(crate) fn claiming(&self, step: u16, nonce: u64, by: &Keypair) -> Prepared {
        let instance = self.instance(nonce);
        self.chain
            .asking("claim", Some(step), instance, by.pubkey())
    }

    /// A stranger claims what a step owes, and sees to the accounts that the plan says must be there.
    pub(crate) fn claim(&mut self, step: u16, nonce: u64) -> Observed {
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
    pub(crate) fn assert_status(&self, step: u16, nonce: u64, status: Status) {
        let found = self.chain.status(self.instance(nonce), step);
        assert_eq!(found, Some(status as u8));
    }
}

pub(crate) fn is_done(observed: &Observed) -> bool {
    matches!(observed, Observed::Done { .. })
}

#[track_caller]
pub(crate) fn assert_done(observed: &Observed) {
    assert!(is_done(observed), "{observed:?}");
}

pub(crate) fn rejected(error: &str) -> Observed {
    Observed::Rejected(error.to_owned())
}

/// Puts an account in the place of another.
pub(crate) fn exchange(accounts: &mut [AccountMeta], from: Address, to: Address) {
    let account = accounts.iter_mut().find(|account| account.pubkey == from);
    account.expect("the account is there").pubkey = to;
}

#[track_caller]
pub(crate) fn assert_fails(observed: &Observed, number: u32) {
    let number = format!("Custom({number})");
    let fails = matches!(observed, Observed::Rejected(error) if error.contains(&number));
    assert!(fails, "{observed:?}");
}
