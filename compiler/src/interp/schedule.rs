//! Schedules: what happens on all chains, in an order drawn from a seed, and how a schedule that shows a fault is made shorter.
//!
//! A schedule is data and names nothing by position, so what is left of it after some moves were taken out still means something. A
//! move that is impossible where it stands does nothing.

use super::network::{By, Entry};
use super::{Action, Call, Called, Fate, Gas, Instance, Network, Outcome, Rejected, Sent, World};
use crate::entities::{Chain, Machine, Message, Step};
use crate::ir::{Part, Program, Trigger, Workflow};
use crate::wire::Header;
use crate::wire::identity::keccak256;

/// Something that somebody does, or time that passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// What happens.
    pub kind: MoveKind,
    /// Which calls of its transaction fail: bit `n` is for the call after `n` others.
    pub failing: u8,
    /// How much gas the transaction has.
    pub gas: Gas,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoveKind {
    /// A message of this type is presented, if it was sent.
    Present(Message, Entry, Account),
    /// Something is asked about a step on the machine that runs it.
    Ask(StepAsk, Step, Account),
    /// The instance is cancelled.
    Cancel(Account),
    /// What is outstanding is sent again.
    Redrive(Account),
    /// Seconds pass on a chain.
    Pass(Chain, u64),
}

/// What is asked about a step without a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAsk {
    /// That a call of home runs.
    Attempt(Part),
    /// That a step of home is refused, because its deadline has passed.
    Expire,
    /// That a compensation of home is given up.
    Park,
    /// That a parked compensation runs.
    Claim,
}

/// Who sends a transaction: one of the accounts that the world knows on its chain, by position. One that does not exist is somebody
/// who has no part in anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account(pub u8);

/// How often what is drawn: the weight of each against the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Presenting a message.
    pub present: u8,
    /// Asking something about a step, such as claiming a compensation.
    pub ask: u8,
    /// Cancelling the instance.
    pub cancel: u8,
    /// Sending again what is outstanding.
    pub redrive: u8,
    /// Passing of time.
    pub pass: u8,
    /// How many of 256 moves have calls that fail.
    pub failing: u8,
    /// How many of 256 moves have no gas.
    pub starving: u8,
}

impl StepAsk {
    /// What the trigger of a handler is asked with, and about which step, if no message is.
    pub fn of(trigger: Trigger) -> Option<(Self, Step)> {
        match trigger {
            Trigger::Attempt(step, part) => Some((StepAsk::Attempt(part), step)),
            Trigger::ExpireStep(step) => Some((StepAsk::Expire, step)),
            Trigger::ParkStep(step) => Some((StepAsk::Park, step)),
            Trigger::Claim(step) => Some((StepAsk::Claim, step)),
            _ => None,
        }
    }

    /// The word for it in text.
    pub const fn verb(self) -> &'static str {
        match self {
            StepAsk::Attempt(Part::Execution) => "attempt",
            StepAsk::Attempt(Part::Compensation) => "undo",
            StepAsk::Attempt(Part::Confirmation) => "finalise",
            StepAsk::Attempt(Part::Guard) => "ask",
            StepAsk::Expire => "expire",
            StepAsk::Park => "park",
            StepAsk::Claim => "claim",
        }
    }

    /// What asks for it about a step of an instance.
    pub fn action(self, step: Step, instance: Instance) -> Action {
        match self {
            StepAsk::Attempt(part) => Action::Attempt {
                step,
                part,
                instance,
            },
            StepAsk::Expire => Action::ExpireStep { step, instance },
            StepAsk::Park => Action::ParkStep { step, instance },
            StepAsk::Claim => Action::Claim { step, instance },
        }
    }
}

impl Default for Weights {
    /// Everything happens, and deliveries most often.
    fn default() -> Self {
        Weights {
            present: 24,
            ask: 2,
            cancel: 1,
            redrive: 2,
            pass: 3,
            failing: 64,
            starving: 16,
        }
    }
}

/// Draws numbers from a seed, the same on every run.
#[derive(Clone, Debug)]
pub struct Draw {
    state: u64,
}

impl Draw {
    /// Numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self::from_hash(keccak256(&seed.to_be_bytes()))
    }

    /// Numbers of a text.
    pub fn of(seed: &str) -> Self {
        Self::from_hash(keccak256(seed.as_bytes()))
    }

    fn from_hash(hash: [u8; 32]) -> Self {
        let bytes = *hash.first_chunk().expect("a hash has 32 bytes");
        // A shift register that is zero stays zero.
        Draw {
            state: u64::from_be_bytes(bytes) | 1,
        }
    }

    /// The next number: Marsaglia's xorshift with 64 bits, and a multiplication that mixes its high bits.
    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
    }

    /// A number under `bound`, which is not zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of some things, if there is any.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let last = of.len() as u64;
        (last > 0).then(|| of[self.below(last) as usize])
    }
}

/// What moves of a workflow there are.
#[derive(Clone, Debug)]
pub struct Moves {
    presentations: Vec<(Message, Entry)>,
    asks: Vec<(StepAsk, Step)>,
    chains: Vec<Chain>,
    cancellable: bool,
    redrivable: bool,
}

impl Moves {
    /// The moves of a workflow.
    pub fn of(program: &Program, workflow: Workflow) -> Self {
        let data = &program.workflows[workflow];
        let machines =
            || std::iter::once(data.coordinator).chain(data.participants.iter().copied());
        let handlers = machines().flat_map(|machine| &program.machines[machine].handlers);
        let triggers: Vec<_> = handlers
            .map(|&handler| program.handlers[handler].trigger)
            .collect();
        let presentation = |trigger: &Trigger| match trigger {
            Trigger::Deliver(message) => Some((*message, Entry::Deliver)),
            Trigger::Expire(message) => Some((*message, Entry::Expire)),
            Trigger::Park(message) => Some((*message, Entry::Park)),
            _ => None,
        };
        let ask = |&trigger: &Trigger| StepAsk::of(trigger);
        Moves {
            presentations: triggers.iter().filter_map(presentation).collect(),
            asks: triggers.iter().filter_map(ask).collect(),
            chains: machines()
                .map(|machine| program.machines[machine].chain)
                .collect(),
            cancellable: triggers.contains(&Trigger::Cancel),
            redrivable: triggers.contains(&Trigger::Redrive),
        }
    }

    /// Draws a schedule of so many moves.
    pub fn draw(&self, draw: &mut Draw, weights: Weights, moves: usize) -> Vec<Move> {
        (0..moves).map(|_| self.draw_one(draw, weights)).collect()
    }

    fn draw_one(&self, draw: &mut Draw, weights: Weights) -> Move {
        let kind = loop {
            if let Some(kind) = self.draw_kind(draw, weights) {
                break kind;
            }
        };
        let fails = draw.below(256) < u64::from(weights.failing);
        let starves = draw.below(256) < u64::from(weights.starving);
        Move {
            kind,
            failing: if fails { draw.below(256) as u8 } else { 0 },
            gas: if starves { Gas::Limit(0) } else { Gas::Enough },
        }
    }

    /// `None` if what was drawn does not exist in the workflow.
    fn draw_kind(&self, draw: &mut Draw, weights: Weights) -> Option<MoveKind> {
        let Weights {
            present,
            ask,
            cancel,
            redrive,
            pass,
            ..
        } = weights;
        // Time always can pass, so a draw comes to an end even if all weights are zero.
        let all = [present, ask, cancel, redrive, pass.max(1)].map(u64::from);
        let mut drawn = draw.below(all.iter().sum());
        let kind = all.iter().position(|&weight| {
            let is_it = drawn < weight;
            drawn = drawn.saturating_sub(weight);
            is_it
        });
        let account = Account(draw.below(4) as u8);
        match kind? {
            0 => draw
                .pick(&self.presentations)
                .map(|(message, entry)| MoveKind::Present(message, entry, account)),
            1 => draw
                .pick(&self.asks)
                .map(|(ask, step)| MoveKind::Ask(ask, step, account)),
            2 => self.cancellable.then_some(MoveKind::Cancel(account)),
            3 => self.redrivable.then_some(MoveKind::Redrive(account)),
            _ => {
                let seconds = 1 << draw.below(14);
                draw.pick(&self.chains)
                    .map(|chain| MoveKind::Pass(chain, seconds))
            }
        }
    }
}

/// Who is there to send transactions, beside the targets.
pub trait Surroundings: World {
    /// An account of a machine's chain.
    fn address(&self, machine: Machine, account: Account) -> Vec<u8>;
}

impl Move {
    /// Makes the move about an instance: what came of it, or `None` if it is no transaction or is impossible now.
    pub fn make(
        &self,
        network: &mut Network<'_>,
        instance: Instance,
        surroundings: &mut dyn Surroundings,
    ) -> Option<Result<Outcome, Rejected>> {
        if let MoveKind::Pass(chain, seconds) = self.kind {
            network.pass(chain, seconds);
        }
        let (machine, account, action) = self.resolve(network, instance)?;
        let by = By {
            caller: surroundings.address(machine, account),
            gas: self.gas,
        };
        let mut world = Failing {
            surroundings,
            failing: self.failing,
            made: 0,
        };
        Some(network.act(&mut world, machine, &by, action))
    }

    /// Who is asked for what, if it is a transaction and possible now: the machine, the account that asks and the action.
    pub fn resolve(
        &self,
        network: &Network<'_>,
        instance: Instance,
    ) -> Option<(Machine, Account, Action)> {
        let machines = network.machines();
        let (program, workflow) = (machines.program(), machines.workflow());
        let home = program.workflows[workflow].coordinator;
        Some(match self.kind {
            MoveKind::Present(message, entry, account) => {
                let is_it = |sent: &&Sent| {
                    let header = Header::decode(&sent.bytes);
                    sent.message == message && header.is_some_and(|it| it.instance == instance)
                };
                let sent = network.mail().iter().find(is_it)?;
                (sent.to, account, entry.action(sent))
            }
            MoveKind::Ask(ask, step, account) => {
                let machine = program.steps[step].machine;
                (machine, account, ask.action(step, instance))
            }
            MoveKind::Cancel(account) => (home, account, Action::Cancel { instance }),
            MoveKind::Redrive(account) => (home, account, Action::Redrive { instance }),
            MoveKind::Pass(..) => return None,
        })
    }
}

/// Surroundings in which some calls fail.
struct Failing<'s> {
    surroundings: &'s mut dyn Surroundings,
    failing: u8,
    made: u32,
}

impl World for Failing<'_> {
    fn call(&mut self, call: &Call) -> Called {
        let fails = self.failing.checked_shr(self.made).unwrap_or(0) & 1 == 1;
        self.made += 1;
        match fails {
            true => Called::Failed,
            false => self.surroundings.call(call),
        }
    }

    fn undo(&mut self, calls: usize) {
        self.surroundings.undo(calls);
    }

    fn end(&mut self, fate: Fate) {
        self.surroundings.end(fate);
    }
}

/// What a schedule can be made of, for [`shrink`].
pub trait Shrinkable: Clone + PartialEq {
    /// The same without anything going wrong in it.
    fn plain(&self) -> Self;
}

impl Shrinkable for Move {
    /// All its calls succeed, and it has enough gas.
    fn plain(&self) -> Self {
        Move {
            kind: self.kind.clone(),
            failing: 0,
            gas: Gas::Enough,
        }
    }
}

/// A shorter schedule that still shows a fault: no move can be taken out of it, and none can be made plain, without hiding the fault.
/// `shows` must be true of the schedule given.
pub fn shrink<M: Shrinkable>(schedule: &[M], mut shows: impl FnMut(&[M]) -> bool) -> Vec<M> {
    let mut shortest = schedule.to_vec();
    loop {
        let before = shortest.clone();
        shortest = take_out(shortest, &mut shows);
        shortest = simplify(shortest, &mut shows);
        if shortest == before {
            return shortest;
        }
    }
}

/// Takes out what is not needed, first half of the schedule at once, at last one move.
fn take_out<M: Shrinkable>(mut schedule: Vec<M>, shows: &mut impl FnMut(&[M]) -> bool) -> Vec<M> {
    let mut size = schedule.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < schedule.len() {
            let end = schedule.len().min(at + size);
            let without = [&schedule[..at], &schedule[end..]].concat();
            if shows(&without) {
                schedule = without;
            } else {
                at = end;
            }
        }
        size /= 2;
    }
    schedule
}

fn simplify<M: Shrinkable>(mut schedule: Vec<M>, shows: &mut impl FnMut(&[M]) -> bool) -> Vec<M> {
    for index in 0..schedule.len() {
        let plain = schedule[index].plain();
        let kept = std::mem::replace(&mut schedule[index], plain);
        if !shows(&schedule) {
            schedule[index] = kept;
        }
    }
    schedule
}
