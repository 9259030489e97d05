//! The chain that decides, whichever it is: what a coordinator can be asked for beside what every machine can.

use revm::primitives::Address;
use xcc::wire::Value;

use super::{Ask, By, Delivery, Expected, Observed, Peer, Protocol};
use crate::move_plan::inputs::expressions;
use crate::spent::Spent;

/// A chain with the coordinator of a workflow.
pub trait Home {
    /// Who sends transactions on it.
    type Account;

    /// The coordinator as Wormhole knows it.
    fn peer(&self) -> Peer;
    /// The coordinator's address, zeros to its left if it is shorter.
    fn coordinator(&self) -> [u8; 32];
    /// The address of an account, zeros to its left if it is shorter.
    fn address(account: &Self::Account) -> [u8; 32];
    /// The time, in seconds since 1970.
    fn timestamp(&self) -> u64;
    /// Lets time pass.
    fn pass(&mut self, seconds: u64);
    /// What the last transaction used, if the virtual machine says so. Those for Move run tests, which do not.
    fn spent(&self) -> Option<Spent> {
        None
    }
    /// Starts an instance, which pays for its messages.
    fn start(&mut self, start: &Start<'_, Self::Account>, expected: &Expected) -> Observed;
    /// Has somebody ask for something about an instance that the call started.
    fn ask(&mut self, ask: &Ask<'_>, call: &Call<Self::Account>, expected: &Expected) -> Observed;
    /// Has anyone deliver a reply.
    fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed;
    /// Demands that a step of an instance, by name and number, has the status of this number.
    fn assert_status(&mut self, instance: [u8; 32], step: (&str, u16), status: u8);
    /// Demands that an instance has the phase of this number.
    fn assert_phase(&mut self, instance: [u8; 32], phase: u8);
}

/// How an instance is started.
#[derive(Clone, Debug)]
pub struct Call<A = Address> {
    /// By whom.
    pub from: A,
    /// With what, in the order of the workflow's inputs.
    pub inputs: Vec<Value>,
}

/// The start of an instance.
pub struct Start<'a, A> {
    /// The workflow.
    pub protocol: Protocol<'a>,
    /// Who starts it, and with what.
    pub call: &'a Call<A>,
    /// How many instances were started before.
    pub nonce: u64,
    /// The identity that it will have.
    pub instance: [u8; 32],
}

impl<A> Start<'_, A> {
    /// What the instance is started with, as expressions of Move by the names of the inputs.
    pub(super) fn expressions(&self) -> Vec<(String, String)> {
        let program = self.protocol.program();
        let workflow = self.protocol.workflow();
        let home = program.machines[workflow.coordinator].chain;
        expressions(&workflow.inputs, &self.call.inputs, home)
    }
}

impl<A> Call<A> {
    /// Who does something at home, where the workflows under test hold compensations for who started the instance.
    pub(super) fn account<'a>(&'a self, by: By, stranger: &'a A) -> &'a A {
        match by {
            By::Initiator | By::Owner => &self.from,
            By::Stranger => stranger,
        }
    }
}
