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
pub mod home;
pub mod protocol;
pub mod solana;
pub mod step;
pub(crate) mod story;
pub mod sui;

use std::collections::BTreeMap;

use xcc::ir::{MessageKind, Status};
use xcc::wire::Header;

pub use self::aptos::AptosChain;
pub use self::chain::Chain;
pub use self::cost::Cost;
pub use self::evm::EvmChain;
pub use self::home::{Call, Home};
pub use self::protocol::Protocol;
pub use self::solana::SolanaChain;
pub use self::step::{Action, By, Change, Outcome, Said, Step};
pub use self::story::Target;
pub use self::sui::SuiChain;

use crate::evm::DEFAULT_GAS_LIMIT;
use crate::vaa::Vaa;

/// The time on every chain when a network begins, in seconds since 1970.
pub const BEGINNING: u64 = 10_000;

/// The sequence number of messages that nobody published.
const FORGED: u64 = 1_000_000;

/// The deployed machines of one workflow.
pub struct Network<'p> {
    protocol: Protocol<'p>,
    /// The chain that decides.
    pub home: Home,
    chains: BTreeMap<String, Chain>,
    mail: Vec<Mail>,
    start: Call,
    instance: [u8; 32],
    /// The deadline that each step's first Execute of the instance carried.
    deadlines: BTreeMap<u16, u64>,
    costs: Vec<Cost>,
}

/// A machine as Wormhole knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Wormhole's number of its chain.
    pub chain: u16,
    /// The address it publishes from.
    pub emitter: [u8; 32],
}

/// Which of a participant's entry points takes a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The one that does what the message asks for.
    Deliver,
    /// The one that refuses an Execute whose deadline has passed.
    Expire,
    /// The one that gives up the compensation that a Cancel asks for.
    Park,
}

/// A delivery to a participant.
#[derive(Clone, Debug)]
pub struct Delivery<'a> {
    /// The entry point's name, as `execute_swap`.
    pub entry: &'a str,
    /// The number of the step.
    pub step: u16,
    /// The instance.
    pub instance: [u8; 32],
    /// The message.
    pub vaa: &'a Vaa,
    /// Who presents it.
    pub by: By,
}

impl Delivery<'_> {
    /// The number of the message's kind.
    pub(crate) fn kind(&self) -> u16 {
        let header = Header::decode(&self.vaa.payload);
        header.expect("a message has a header").kind as u16
    }
}

/// The claim of a compensation.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// The entry point's name, as `claim_swap`.
    pub entry: &'a str,
    /// The number of the step.
    pub step: u16,
    /// The instance.
    pub instance: [u8; 32],
    /// Who claims it.
    pub by: By,
}

/// What a participant must do, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Announce these statuses of steps, by number, and publish these messages.
    Done {
        /// Numbers of steps and their statuses.
        changes: Vec<(u16, u8)>,
        /// Whole messages.
        replies: Vec<Vec<u8>>,
    },
    /// Fail with the error of this name.
    Rejected(String),
}

/// What a transaction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// It went through.
    Done {
        /// What machines announced, in order.
        changes: Vec<Announced>,
        /// What was published, in order.
        published: Vec<Vaa>,
    },
    /// It failed with the error of this name.
    Rejected(String),
}

/// What a machine announces by an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announced {
    /// A step, by number, has a new status, by number.
    Step(u16, u8),
    /// The instance has a new phase, by number.
    Phase(u8),
}

/// A message ever published.
#[derive(Clone, Debug)]
struct Mail {
    header: Header,
    vaa: Vaa,
}

impl<'p> Network<'p> {
    /// A network of deployed machines that know each other; instances are started by `start`.
    #[must_use]
    pub fn new(
        protocol: Protocol<'p>,
        home: Home,
        chains: impl IntoIterator<Item = (String, Chain)>,
        start: Call,
    ) -> Self {
        Self {
            protocol,
            home,
            chains: chains.into_iter().collect(),
            mail: Vec::new(),
            start,
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
            self.home.deliver(&vaa, gas)
        };
        let outcome = self.describe(&observed);
        if let Observed::Done { published, .. } = observed {
            published.into_iter().for_each(|vaa| self.post(vaa));
        }
        outcome
    }

    /// Demands where a step stands on the chain that runs it.
    #[track_caller]
    pub fn assert_status(&mut self, name: &str, status: Status) {
        let (instance, number) = (self.instance, self.protocol.number(name));
        if self.protocol.is_home(name) {
            let found = self.home.chain.status(instance, number);
            return assert_eq!(found, status as u8, "{name}");
        }
        let chain = self.chain(self.protocol.chain_of(name));
        chain.assert_status(instance, (name, number), status as u8);
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
            Action::Start => {
                let (instance, observed) = self.home.start(&self.start);
                self.instance = instance.unwrap_or(self.instance);
                self.deadlines.clear();
                observed
            }
            Action::Cancel(by) => self.home.cancel(*by, &self.start, self.instance),
            Action::Redrive => self.home.redrive(self.instance),
            Action::Pass { chain, seconds } => self.pass(chain, *seconds),
            Action::Deliver { step: name, kind } => {
                let vaa = self.latest(name, *kind);
                self.present(step, name, &vaa, (Entry::Deliver, By::Stranger))
            }
            Action::Forge { step: name, kind } => {
                let vaa = self.forged(name, *kind);
                self.present(step, name, &vaa, (Entry::Deliver, By::Stranger))
            }
            Action::Expire { step: name } => {
                let vaa = self.latest(name, MessageKind::Execute);
                self.present(step, name, &vaa, (Entry::Expire, By::Stranger))
            }
            Action::Park { step: name, by } => {
                let vaa = self.latest(name, MessageKind::Cancel);
                self.present(step, name, &vaa, (Entry::Park, *by))
            }
            Action::Claim { step: name, by } => self.claim(step, name, *by),
        }
    }

    /// Remembers what a step cost that went through.
    fn account(&mut self, step: &Step, published: &[Vaa]) {
        let Some((machine, handler)) = self.protocol.handler(&step.action) else {
            return;
        };
        let spent = if machine == self.protocol.workflow().coordinator {
            self.home.chain.spent()
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
            self.home.chain.pass(seconds);
        } else {
            self.chain(chain).pass(seconds);
        }
        Observed::Done {
            changes: Vec::new(),
            published: Vec::new(),
        }
    }

    /// Hands a message about a step to the machine it is for.
    #[track_caller]
    fn present(&mut self, step: &Step, name: &str, vaa: &Vaa, how: (Entry, By)) -> Observed {
        let header = Header::decode(&vaa.payload).expect("a message about a step has a header");
        if !header.kind.is_request() {
            return self.home.deliver(vaa, DEFAULT_GAS_LIMIT);
        }
        let (entry, by) = how;
        let delivery = Delivery {
            entry: self.protocol.entry(name, header.kind, entry),
            step: header.step,
            instance: header.instance,
            vaa,
            by,
        };
        let expected = self.protocol.expect(self.instance, &step.outcome);
        let chain = self.chain(self.protocol.chain_of(name));
        chain.deliver(&delivery, &expected)
    }

    #[track_caller]
    fn claim(&mut self, step: &Step, name: &str, by: By) -> Observed {
        let claim = Claim {
            entry: self.protocol.claim(name),
            step: self.protocol.number(name),
            instance: self.instance,
            by,
        };
        if self.protocol.is_home(name) {
            return self.home.claim(&claim, &self.start);
        }
        let expected = self.protocol.expect(self.instance, &step.outcome);
        let chain = self.chain(self.protocol.chain_of(name));
        chain.claim(&claim, &expected)
    }

    /// What guardians would sign if the machine that speaks of this kind had said this; only for messages without a body.
    fn forged(&mut self, name: &str, kind: MessageKind) -> Vaa {
        let said = Said {
            step: name.to_owned(),
            kind,
            values: Vec::new(),
        };
        let payload = self.protocol.encode(self.instance, &said, 0);
        let peer = if kind.is_request() {
            self.home.chain.peer()
        } else {
            self.chain(self.protocol.chain_of(name)).peer()
        };
        Vaa {
            guardian_set: 0,
            timestamp: 1,
            nonce: 0,
            emitter_chain: peer.chain,
            emitter_address: peer.emitter,
            sequence: FORGED,
            consistency_level: 1,
            payload,
        }
    }

    fn latest(&self, name: &str, kind: MessageKind) -> Vaa {
        let step = self.protocol.number(name);
        let is_it = |mail: &&Mail| {
            let header = &mail.header;
            (header.kind, header.step, header.instance) == (kind, step, self.instance)
        };
        let found = self.mail.iter().rev().find(is_it);
        let mail = found.unwrap_or_else(|| panic!("nobody has published {kind} of `{name}`"));
        mail.vaa.clone()
    }

    /// Keeps a published message, after a look at the deadline of an Execute: set once, by the clock at home.
    fn post(&mut self, vaa: Vaa) {
        let header = Header::decode(&vaa.payload).expect("a described message has a header");
        if header.kind == MessageKind::Execute {
            let name = self.protocol.step_name(header.step);
            let within = self.protocol.within(name);
            let now = self.home.chain.timestamp();
            let deadline = within.map_or(xcc::wire::header::NO_DEADLINE, |within| now + within);
            let known = *self.deadlines.entry(header.step).or_insert(deadline);
            assert_eq!(header.deadline, known, "the deadline of `{name}`");
        }
        self.mail.push(Mail { header, vaa });
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
