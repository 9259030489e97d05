//! All chains of a workflow at once: a real virtual machine each, and between them nothing but the bytes that contracts publish.
//!
//! A [`Network`] knows each chain and every message ever published. It is driven by [steps](step), which are data: somebody does
//! something, and certain events, messages or an error must come of it. What a contract publishes is signed as a VAA by the
//! tests' own guardian and kept for ever, as on the real network: it can be delivered late, again, or never. Every chain has a
//! clock of its own.
//!
//! Solidity and Solana programs are asked what they published. The Move virtual machines answer with nothing but passed or
//! failed, so there each step's whole history is written as a Move test that asserts the events and the bytes published; only
//! bytes asserted so are handed on.

pub mod aptos;
mod chain;
pub mod cost;
pub mod evm;
mod exchange;
mod handlers;
pub mod home;
mod mail;
pub mod move_chain;
pub mod protocol;
pub mod solana;
pub mod step;
pub(crate) mod story;
pub mod sui;

use std::collections::BTreeMap;

use xcc::ir::{MessageKind, Phase, Status};
use xcc::wire::Header;

pub use self::aptos::AptosChain;
pub use self::chain::Chain;
pub use self::cost::Cost;
pub use self::evm::{EvmChain, EvmHome};
pub use self::exchange::{Announced, Ask, Delivery, Entry, Expected, Observed, Peer};
pub use self::home::{Call, Home};
pub use self::protocol::Protocol;
pub use self::solana::SolanaChain;
pub use self::step::{Action, By, Change, Outcome, Said, Step};
pub use self::story::Target;
pub use self::sui::SuiChain;

use self::home::Start;
use self::mail::Mail;
use crate::vaa::Vaa;

/// The time on every chain when a network begins, in seconds since 1970.
pub const BEGINNING: u64 = 10_000;

/// The deployed machines of one workflow, whose home is a chain of this kind.
pub struct Network<'p, H: Home = EvmHome> {
    protocol: Protocol<'p>,
    /// The chain that decides.
    pub home: H,
    chains: BTreeMap<String, Chain>,
    mail: Vec<Mail>,
    start: Call<H::Account>,
    /// How many instances were started.
    started: u64,
    instance: [u8; 32],
    /// The deadline that each step's first Execute of the instance carried.
    deadlines: BTreeMap<u16, u64>,
    costs: Vec<Cost>,
}

impl<'p, H: Home> Network<'p, H> {
    /// A network of deployed machines that know each other; instances are started by `start`.
    #[must_use]
    pub fn new(
        protocol: Protocol<'p>,
        home: H,
        chains: impl IntoIterator<Item = (String, Chain)>,
        start: Call<H::Account>,
    ) -> Self {
        Self {
            protocol,
            home,
            chains: chains.into_iter().collect(),
            mail: Vec::new(),
            start,
            started: 0,
            instance: [0; 32],
            deadlines: BTreeMap::new(),
            costs: Vec::new(),
        }
    }

    /// Does these steps one after another.
    ///
    /// # Panics
    /// At the first step of which something else comes than it says.
    #[track_caller]
    pub fn run(&mut self, steps: &[Step]) {
        for (number, step) in steps.iter().enumerate() {
            let observed = self.act(step);
            let outcome = self.describe(&observed);
            assert_eq!(outcome, step.outcome, "step {number}: {:?}", step.action);
            if let Observed::Done { published, .. } = observed {
                self.account(step, &published);
                published.into_iter().for_each(|vaa| self.post(vaa));
            }
        }
    }

    /// What the handlers cost that were run in steps so far, in order.
    #[must_use]
    pub fn costs(&self) -> &[Cost] {
        &self.costs
    }

    /// Demands where a step stands on the chain that runs it.
    #[track_caller]
    pub fn assert_status(&mut self, name: &str, status: Status) {
        let (instance, number) = (self.instance, self.protocol.number(name));
        if self.protocol.is_home(name) {
            let home = &mut self.home;
            return home.assert_status(instance, (name, number), status as u8);
        }
        let chain = self.chain(self.protocol.chain_of(name));
        chain.assert_status(instance, (name, number), status as u8);
    }

    /// Demands which phase the instance under way is in.
    #[track_caller]
    pub fn assert_phase(&mut self, phase: Phase) {
        self.home.assert_phase(self.instance, phase as u8);
    }

    /// The instance under way.
    #[must_use]
    pub fn instance(&self) -> [u8; 32] {
        self.instance
    }

    /// The machines in words.
    #[must_use]
    pub fn protocol(&self) -> Protocol<'p> {
        self.protocol
    }

    /// The chain of that name, which is an EVM chain and not home.
    ///
    /// # Panics
    /// When it is not.
    pub fn evm(&mut self, name: &str) -> &mut EvmChain {
        match self.chain(name) {
            Chain::Evm(chain) => chain,
            _ => panic!("`{name}` is no EVM chain"),
        }
    }

    /// The chain of that name, which is Solana.
    ///
    /// # Panics
    /// When it is not.
    pub fn solana(&mut self, name: &str) -> &mut SolanaChain {
        match self.chain(name) {
            Chain::Solana(chain) => chain,
            _ => panic!("`{name}` is not Solana"),
        }
    }

    /// The chain of that name, which is Sui.
    ///
    /// # Panics
    /// When it is not.
    pub fn sui(&mut self, name: &str) -> &mut SuiChain {
        match self.chain(name) {
            Chain::Sui(chain) => chain,
            _ => panic!("`{name}` is not Sui"),
        }
    }

    /// The chain of that name, which is Aptos.
    ///
    /// # Panics
    /// When it is not.
    pub fn aptos(&mut self, name: &str) -> &mut AptosChain {
        match self.chain(name) {
            Chain::Aptos(chain) => chain,
            _ => panic!("`{name}` is not Aptos"),
        }
    }

    fn chain(&mut self, name: &str) -> &mut Chain {
        let chain = self.chains.get_mut(name);
        chain.unwrap_or_else(|| panic!("no chain `{name}` in the network"))
    }

    fn act(&mut self, step: &Step) -> Observed {
        match &step.action {
            Action::Start => self.begin(step),
            Action::Cancel(by) => self.ask(step, *by),
            Action::Redrive | Action::Attempt { .. } => self.ask(step, By::Stranger),
            Action::Pass { chain, seconds } => self.pass(chain, *seconds),
            Action::Deliver { step: name, kind } => {
                let vaa = self.latest(name, *kind);
                self.present(step, name, &vaa, (Entry::Deliver, By::Stranger))
            }
            Action::Forge { step: name, kind } => {
                let vaa = self.forged(name, *kind);
                self.present(step, name, &vaa, (Entry::Deliver, By::Stranger))
            }
            Action::Expire { step: name } if self.protocol.is_home(name) => {
                self.ask(step, By::Stranger)
            }
            Action::Expire { step: name } => {
                let vaa = self.latest(name, MessageKind::Execute);
                self.present(step, name, &vaa, (Entry::Expire, By::Stranger))
            }
            Action::Park { step: name, by } if self.protocol.is_home(name) => self.ask(step, *by),
            Action::Park { step: name, by } => {
                let vaa = self.latest(name, MessageKind::Cancel);
                self.present(step, name, &vaa, (Entry::Park, *by))
            }
            Action::Claim { by, .. } => self.ask(step, *by),
        }
    }

    /// Remembers what a step cost that went through.
    fn account(&mut self, step: &Step, published: &[Vaa]) {
        let Some((machine, handler)) = self.protocol.handler(&step.action) else {
            return;
        };
        let spent = if machine == self.protocol.workflow().coordinator {
            self.home.spent()
        } else {
            self.chain(self.protocol.chain_name(machine)).spent()
        };
        let ran = (machine, handler);
        let cost = Cost::new(self.protocol, ran, &step.outcome, spent, published);
        self.costs.push(cost);
    }

    fn pass(&mut self, chain: &str, seconds: u64) -> Observed {
        let home = self.protocol.workflow().coordinator;
        if chain == self.protocol.chain_name(home) {
            self.home.pass(seconds);
        } else {
            self.chain(chain).pass(seconds);
        }
        Observed::Done {
            changes: Vec::new(),
            published: Vec::new(),
        }
    }

    /// Starts an instance, whose identity anyone can tell before.
    #[track_caller]
    fn begin(&mut self, step: &Step) -> Observed {
        let who = (self.home.coordinator(), self.started);
        let begun = self.protocol.instance(who, H::address(&self.start.from));
        let before = std::mem::replace(&mut self.instance, begun);
        self.deadlines.clear();
        let expected = self.expect(&step.outcome);
        let start = Start {
            protocol: self.protocol,
            call: &self.start,
            nonce: self.started,
            instance: begun,
        };
        let observed = self.home.start(&start, &expected);
        match observed {
            Observed::Done { .. } => self.started += 1,
            Observed::Rejected(_) => self.instance = before,
        }
        observed
    }

    /// Hands a message about a step to the machine it is for.
    #[track_caller]
    fn present(&mut self, step: &Step, name: &str, vaa: &Vaa, how: (Entry, By)) -> Observed {
        let header = Header::decode(&vaa.payload).expect("a message about a step has a header");
        let (entry, by) = how;
        let delivery = Delivery {
            entry: self.protocol.entry(name, header.kind, entry),
            step: header.step,
            instance: header.instance,
            vaa,
            by,
        };
        let expected = self.expect(&step.outcome);
        if !header.kind.is_request() {
            return self.home.deliver(&delivery, &expected);
        }
        let chain = self.chain(self.protocol.chain_of(name));
        chain.deliver(&delivery, &expected)
    }

    /// Has somebody ask a machine for something without a message.
    #[track_caller]
    fn ask(&mut self, step: &Step, by: By) -> Observed {
        let (machine, ask) = self.protocol.ask(&step.action, self.instance, by);
        let expected = self.expect(&step.outcome);
        if machine == self.protocol.workflow().coordinator {
            return self.home.ask(&ask, &self.start, &expected);
        }
        let chain = self.chain(self.protocol.chain_name(machine));
        chain.ask(&ask, &expected)
    }

    /// What an outcome is in bytes.
    fn expect(&self, outcome: &Outcome) -> Expected {
        let deadline = |said: &Said| match said.kind {
            MessageKind::Execute => self.deadline(&said.step),
            _ => 0,
        };
        self.protocol.expect(self.instance, outcome, deadline)
    }

    /// What a transaction did, in words; panics over bytes that are no message of the instance.
    fn describe(&self, observed: &Observed) -> Outcome {
        match observed {
            Observed::Rejected(error) => Outcome::Rejected(error.clone()),
            Observed::Done { changes, published } => Outcome::Done {
                changes: changes
                    .iter()
                    .map(|change| self.protocol.name(*change))
                    .collect(),
                published: published
                    .iter()
                    .map(|vaa| self.protocol.decode(self.instance, &vaa.payload))
                    .collect(),
            },
        }
    }
}

impl Network<'_> {
    /// Delivers the latest message of this kind about this step to an EVM chain, with this much gas, and gives what came of it.
    ///
    /// # Panics
    /// When the message is for another chain, or was never published.
    pub fn deliver_with_gas(&mut self, name: &str, kind: MessageKind, gas: u64) -> Outcome {
        let vaa = self.latest(name, kind);
        let observed = if kind.is_request() {
            let chain = self.protocol.chain_of(name);
            self.evm(chain).deliver_paid(&vaa, gas)
        } else {
            self.home.deliver_with_gas(&vaa, gas)
        };
        let outcome = self.describe(&observed);
        if let Observed::Done { published, .. } = observed {
            published.into_iter().for_each(|vaa| self.post(vaa));
        }
        outcome
    }
}
