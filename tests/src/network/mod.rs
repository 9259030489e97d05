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
pub mod home;
pub mod protocol;
mod signature;
pub mod solana;
pub mod step;
mod story;
pub mod sui;

use std::collections::BTreeMap;

use xcc::ir::MessageKind;
use xcc::wire::Header;

pub use self::aptos::AptosChain;
pub use self::home::{Call, Home};
pub use self::protocol::Protocol;
pub use self::solana::SolanaChain;
pub use self::step::{Action, By, Change, Outcome, Said, Step};
pub use self::story::Target;
pub use self::sui::SuiChain;

use crate::vaa::Vaa;

/// The time on every chain when a network begins, in seconds since 1970.
pub const BEGINNING: u64 = 10_000;

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
}

/// A chain with a participant.
pub enum Chain {
    /// Solana.
    Solana(Box<SolanaChain>),
    /// Sui.
    Sui(SuiChain),
    /// Aptos.
    Aptos(AptosChain),
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
                published.into_iter().for_each(|vaa| self.post(vaa));
            }
        }
    }

    /// The instance under way.
    #[must_use]
    pub fn instance(&self) -> [u8; 32] {
        self.instance
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
            Action::Deliver { step: name, kind } if !kind.is_request() => {
                let vaa = self.latest(name, *kind);
                self.home.deliver(&vaa)
            }
            Action::Deliver { step: name, kind } => {
                self.request(name, *kind, Entry::Deliver, &step.outcome)
            }
            Action::Expire { step: name } => {
                self.request(name, MessageKind::Execute, Entry::Expire, &step.outcome)
            }
        }
    }

    fn pass(&mut self, chain: &str, seconds: u64) -> Observed {
        if chain
            == self
                .protocol
                .chain_name(self.protocol.workflow().coordinator)
        {
            self.home.pass(seconds);
        } else {
            match self.chain(chain) {
                Chain::Solana(chain) => chain.pass(seconds),
                Chain::Sui(chain) => chain.pass(seconds),
                Chain::Aptos(chain) => chain.pass(seconds),
            }
        }
        Observed::Done {
            changes: Vec::new(),
            published: Vec::new(),
        }
    }

    fn request(
        &mut self,
        name: &str,
        kind: MessageKind,
        entry: Entry,
        outcome: &Outcome,
    ) -> Observed {
        let vaa = self.latest(name, kind);
        let delivery = Delivery {
            entry: self.protocol.entry(name, kind, entry),
            step: self.protocol.program().steps[self.protocol.step(name)].number,
            instance: self.instance,
            vaa: &vaa,
        };
        let expected = self.protocol.expect(self.instance, outcome);
        match self.chain(self.protocol.chain_of(name)) {
            Chain::Solana(chain) => chain.deliver(&delivery),
            Chain::Sui(chain) => chain.deliver(&delivery, &expected),
            Chain::Aptos(chain) => chain.deliver(&delivery, &expected),
        }
    }

    fn latest(&self, name: &str, kind: MessageKind) -> Vaa {
        let step = self.protocol.program().steps[self.protocol.step(name)].number;
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
            let now = self.home.timestamp();
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
