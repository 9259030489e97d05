//! How a run ends: nothing goes wrong any more, everything is sent again until it is delivered, and whoever has a claim makes it.

use super::accounts::NOBODY;
use super::failure::FailureKind;
use super::moves::{Kind, Move};
use super::script::Fails;
use super::state::State;
use super::timeline::What;
use crate::entities::Message;
use crate::interp::network::Entry;
use crate::interp::schedule::{Account, MoveKind, StepAsk};
use crate::interp::{Instance, MachineState};
use crate::ir::{Part, Status, Step};

/// After so many rounds that changed nothing, each with every deadline over, nothing will.
const MOST_IDLE: u32 = 2;

/// What can make the next round of an ending differ from the last.
type Digest = (Vec<MachineState>, Vec<(bool, bool, u32)>, u32);

impl State<'_> {
    /// Goes on until every instance is settled, or nothing changes any more.
    pub(super) fn end(&mut self) {
        self.note(None, None, What::Ending);
        let mut idle = 0;
        for _ in 0..self.most_rounds() {
            let before = self.digest();
            self.start_all();
            self.deliver_all();
            self.attempt_all();
            self.claim_all();
            if self.failure.is_some() || self.is_at_rest() {
                break;
            }
            self.redrive_all();
            idle = if self.digest() == before { idle + 1 } else { 0 };
            if idle > MOST_IDLE {
                break;
            }
            if idle > 0 {
                self.play(&self.everywhere(Kind::Pass(self.subject.longest + 1)), None);
            }
        }
        if let Some(What::Ending) = self.timeline.last().map(|entry| &entry.what) {
            self.timeline.pop();
        }
        self.judge();
    }

    /// Each step takes at most a round for each of its messages, and one for each time that it is told to fail.
    fn most_rounds(&self) -> u32 {
        let script = &self.options.script;
        let retries = script.behaviours.values().map(|it| match it.fails {
            Fails::First(count) => count.min(1_000),
            _ => 0,
        });
        let steps = self.subject.steps().len() as u32;
        let members = self.members.len() as u32;
        members * (8 + 4 * steps) + retries.sum::<u32>() * members
    }

    fn everywhere(&self, kind: Kind) -> Move {
        Move { instance: 0, kind }
    }

    fn digest(&self) -> Digest {
        let machines = self.network.machines().machines().values();
        let parcels = self.post.parcels().iter();
        (
            machines.cloned().collect(),
            parcels
                .map(|it| (it.is_lost, it.is_on_way, it.taken))
                .collect(),
            self.retries(),
        )
    }

    /// How often calls were tried that are told to fail a few times.
    fn retries(&self) -> u32 {
        let behaviours = &self.options.script.behaviours;
        let attempts = self.attempts.iter();
        let counted = attempts.map(|((_, step, part), count)| {
            match behaviours.get(&(*step, *part)).map(|it| it.fails) {
                Some(Fails::First(most)) => most.min(*count),
                _ => 0,
            }
        });
        counted.sum()
    }

    fn start_all(&mut self) {
        for member in 0..self.members.len() {
            if self.members[member].can_start() {
                self.play(&Move::start(member), None);
            }
        }
    }

    /// Delivers what is on its way, the oldest first, and what comes of it; what is refused is presented as expired too.
    fn deliver_all(&mut self) {
        let mut tried: Vec<(Message, Instance)> = Vec::new();
        loop {
            let mut parcels = self.post.parcels().iter();
            let next = parcels
                .find(|it| it.is_fresh() && !tried.contains(&(it.sent.message, it.instance)));
            let Some(parcel) = next else { return };
            let (message, id) = (parcel.sent.message, parcel.instance);
            let wait = self.wait(message, id);
            tried.push((message, id));
            let Some(member) = self.member_of(id) else {
                continue;
            };
            if wait > 0 {
                self.play(&self.everywhere(Kind::Pass(wait)), None);
            }
            let is_open =
                |state: &Self| state.post.find(message, id).is_some_and(|it| it.is_fresh());
            self.present_to(member, message, Entry::Deliver);
            if is_open(self) && self.subject.can_expire(message) {
                self.present_to(member, message, Entry::Expire);
            }
        }
    }

    fn present_to(&mut self, member: usize, message: Message, entry: Entry) {
        let kind = MoveKind::Present(message, entry, NOBODY);
        self.play(&Move::act(member, kind), None);
    }

    /// For how many seconds a message is kept back yet.
    pub(super) fn wait(&self, message: Message, id: Instance) -> u64 {
        let parcel = self.post.find(message, id);
        let until = parcel.and_then(|it| it.not_before).unwrap_or(0);
        let to = self.subject.program.messages[message].to;
        until.saturating_sub(self.network.now(self.chain_of(to)))
    }

    /// Runs every call of home that is left open; one that is too late is refused.
    fn attempt_all(&mut self) {
        for (member, part, step) in self.open() {
            let ask = |ask| Move::act(member, MoveKind::Ask(ask, step, NOBODY));
            self.play(&ask(StepAsk::Attempt(part)), None);
            if part == Part::Execution && self.open().contains(&(member, part, step)) {
                self.play(&ask(StepAsk::Expire), None);
            }
        }
    }

    /// Everybody who is known claims what is parked; one of them may.
    fn claim_all(&mut self) {
        for (member, step) in self.parked() {
            let machine = self.subject.program.steps[step].machine;
            let chain = self.chain_of(machine);
            for account in 0..self.members[member].accounts.count(chain) {
                if self.status(member, step) == Status::Parked {
                    let kind = MoveKind::Ask(StepAsk::Claim, step, Account(account));
                    self.play(&Move::act(member, kind), None);
                }
            }
        }
    }

    /// Every compensation that is parked.
    pub(super) fn parked(&self) -> Vec<(usize, Step)> {
        let members = 0..self.members.len();
        let all = members.flat_map(|member| {
            let steps = self.subject.steps().iter();
            steps.map(move |&step| (member, step))
        });
        all.filter(|&(member, step)| self.status(member, step) == Status::Parked)
            .collect()
    }

    fn redrive_all(&mut self) {
        for member in 0..self.members.len() {
            if self.members[member].id.is_some() && !self.is_settled(member) {
                self.play(&Move::act(member, MoveKind::Redrive(NOBODY)), None);
            }
        }
    }

    /// Whether all that can be started is settled, nothing is on its way and nothing is parked.
    fn is_at_rest(&self) -> bool {
        let is_done = |member: usize| match self.members[member].id {
            Some(_) => self.is_settled(member),
            None => !self.members[member].can_start(),
        };
        (0..self.members.len()).all(is_done)
            && !self.post.parcels().iter().any(|it| it.is_fresh())
            && self.parked().is_empty()
    }

    /// An instance that was started must be settled, unless the scenario never lets a call succeed that must.
    fn judge(&mut self) {
        for member in 0..self.members.len() {
            let is_started = self.members[member].id.is_some();
            if is_started && !self.is_settled(member) && !self.is_hopeless {
                let phase = self.phase(member);
                self.fail(member, FailureKind::Unsettled(phase));
            }
        }
    }
}
