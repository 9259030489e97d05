//! All machines of a workflow at once, with the messages between them and a clock for each chain.
//!
//! The network is the set of messages that were ever sent. But for forks it only grows, and any message in it can be presented at any time, any
//! number of times, or never: loss, delay, repetition and reordering are all ways to choose from it.

use std::collections::BTreeMap;

use super::{
    Action, Delivery, Gas, Interpreter, MachineState, Outcome, Rejected, Sender, Sent, Transaction,
    World,
};
use crate::entities::{Chain, Machine};

/// The time on every chain when a network begins, in seconds since 1970.
pub const BEGINNING: u64 = 1_000_000;

/// The machines of a workflow, and what is between them.
#[derive(Clone, Debug)]
pub struct Network<'p> {
    machines: Interpreter<'p>,
    mail: Vec<Sent>,
    clocks: BTreeMap<Chain, u64>,
}

/// Who sends a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// An address of the chain.
    pub caller: Vec<u8>,
    /// How much gas it grants.
    pub gas: Gas,
}

/// What a message is presented for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// To do what it asks for.
    Deliver,
    /// To refuse its step.
    Expire,
    /// To give up the compensation it asks for.
    Park,
}

impl<'p> Network<'p> {
    /// A network in which nothing was sent.
    pub fn new(machines: Interpreter<'p>) -> Self {
        Network {
            machines,
            mail: Vec::new(),
            clocks: BTreeMap::new(),
        }
    }

    /// The machines.
    pub fn machines(&self) -> &Interpreter<'p> {
        &self.machines
    }

    /// Every message that was ever sent, each once, in the order they were first sent.
    pub fn mail(&self) -> &[Sent] {
        &self.mail
    }

    /// The time on a chain.
    pub fn now(&self, chain: Chain) -> u64 {
        self.clocks.get(&chain).copied().unwrap_or(BEGINNING)
    }

    /// Sets the time on one chain.
    pub fn set_now(&mut self, chain: Chain, now: u64) {
        self.clocks.insert(chain, now);
    }

    /// Lets time pass on one chain, up to the end of time.
    pub fn pass(&mut self, chain: Chain, seconds: u64) {
        self.set_now(chain, self.now(chain).saturating_add(seconds));
    }

    /// Runs a transaction of a machine at the time of its chain, and keeps what it sends.
    ///
    /// # Errors
    ///
    /// Why it was rejected. Then nothing changed.
    ///
    /// # Panics
    ///
    /// When the machine is none of the workflow.
    pub fn act(
        &mut self,
        world: &mut dyn World,
        machine: Machine,
        by: &By,
        action: Action,
    ) -> Result<Outcome, Rejected> {
        let chain = self.machines.program().machines[machine].chain;
        let transaction = Transaction {
            caller: by.caller.clone(),
            now: self.now(chain),
            gas: by.gas,
            action,
        };
        self.run(world, machine, &transaction)
    }

    /// Runs a transaction of a machine at the time that it names, whatever its chain's clock says, and keeps what it sends.
    ///
    /// # Errors
    ///
    /// Why it was rejected. Then nothing changed.
    ///
    /// # Panics
    ///
    /// When the machine is none of the workflow.
    pub fn run(
        &mut self,
        world: &mut dyn World,
        machine: Machine,
        transaction: &Transaction,
    ) -> Result<Outcome, Rejected> {
        let outcome = self.machines.transact(world, machine, transaction)?;
        for sent in &outcome.sent {
            if !self.mail.contains(sent) {
                self.mail.push(sent.clone());
            }
        }
        Ok(outcome)
    }

    /// Undoes what a machine did since it kept `state`, and takes back the messages that it sent for the first time since then: its
    /// chain forked before they were final.
    ///
    /// # Panics
    ///
    /// When the machine is none of the workflow.
    pub fn undo(&mut self, machine: Machine, state: MachineState, unsent: &[Sent]) {
        self.machines.put_back(machine, state);
        self.mail.retain(|sent| !unsent.contains(sent));
    }

    /// Presents a message of [`Self::mail`] to whom it is for.
    ///
    /// # Errors
    ///
    /// Why it was rejected. Then nothing changed.
    ///
    /// # Panics
    ///
    /// When there is no such message.
    pub fn present(
        &mut self,
        world: &mut dyn World,
        index: usize,
        entry: Entry,
        by: &By,
    ) -> Result<Outcome, Rejected> {
        let sent = &self.mail[index];
        let (machine, action) = (sent.to, entry.action(sent));
        self.act(world, machine, by, action)
    }
}

impl Entry {
    /// What presenting a message as its sender's asks for.
    pub fn action(self, sent: &Sent) -> Action {
        let delivery = Delivery {
            from: Sender::Machine(sent.from),
            message: sent.bytes.clone(),
        };
        match self {
            Entry::Deliver => Action::Deliver(delivery),
            Entry::Expire => Action::Expire(delivery),
            Entry::Park => Action::Park(delivery),
        }
    }
}
