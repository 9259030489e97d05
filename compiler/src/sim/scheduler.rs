//! Draws the next move of a run from what is possible where it stands.

use super::accounts::NOBODY;
use super::chance::Chance;
use super::fault::Fault;
use super::moves::{Kind, Move};
use super::post::Parcel;
use super::state::State;
use crate::entities::Step;
use crate::interp::network::Entry;
use crate::interp::schedule::{Account, Draw, MoveKind, StepAsk};
use crate::ir::{MessageKind, Trigger};
use crate::wire::Header;

/// The weight of the next delivery, which that of everything else is measured by.
const ORDINARY: u8 = 24;

/// A message about one of the run's instances.
type Incoming<'a> = (usize, &'a Parcel);

/// Moves that are drawn with their weights.
#[derive(Default)]
struct Choices {
    all: Vec<(u64, Move)>,
}

impl Choices {
    fn add(&mut self, weight: u8, instance: usize, kind: Kind) {
        self.all.push((u64::from(weight), Move { instance, kind }));
    }

    fn add_act(&mut self, weight: u8, instance: usize, kind: MoveKind) {
        self.all
            .push((u64::from(weight), Move::act(instance, kind)));
    }

    fn draw(self, draw: &mut Draw) -> Option<Move> {
        let total: u64 = self.all.iter().map(|(weight, _)| weight).sum();
        let mut drawn = (total > 0).then(|| draw.below(total))?;
        let mut all = self.all.into_iter();
        all.find_map(|(weight, step)| {
            let is_it = drawn < weight;
            drawn = drawn.saturating_sub(weight);
            is_it.then_some(step)
        })
    }
}

impl State<'_> {
    /// The next move; `None` if nothing is left to do.
    pub(super) fn draw(&self, chance: &mut Chance) -> Option<Move> {
        let mut choices = Choices::default();
        self.ordinary(chance, &mut choices);
        let is_any = chance.weights.is_any() && self.members.iter().any(|it| it.id.is_some());
        if is_any {
            self.faults_of_transport(chance, &mut choices);
            self.faults_of_chains(chance, &mut choices);
            self.faults_of_people(chance, &mut choices);
        }
        let gas = chance.gas();
        let step = choices.draw(&mut chance.draw)?;
        Some(step.with(0, gas))
    }

    /// The message that a parcel is, about one of the run's instances.
    fn about<'p>(&self, parcel: &'p Parcel) -> Option<(usize, &'p Parcel)> {
        self.member_of(parcel.instance)
            .map(|member| (member, parcel))
    }

    fn parcels(&self) -> impl Iterator<Item = (usize, &Parcel)> {
        let parcels = self.post.parcels().iter();
        parcels.filter_map(|parcel| self.about(parcel))
    }

    /// What can arrive now for the first time, the oldest first.
    fn arriving(&self) -> Vec<Incoming<'_>> {
        let arrives = |it: &Parcel| it.is_fresh() && self.wait(it.sent.message, it.instance) == 0;
        self.parcels().filter(|(_, it)| arrives(it)).collect()
    }

    /// What can arrive now: of the messages that go the same way the oldest, and those that would overtake one.
    fn in_order(&self) -> (Vec<Incoming<'_>>, Vec<Incoming<'_>>) {
        let arriving = self.arriving();
        let is_first = |position: usize, parcel: &Parcel| {
            let mut before = arriving[..position].iter();
            !before.any(|(_, it)| it.goes_with(parcel))
        };
        let (mut first, mut later) = (Vec::new(), Vec::new());
        for (position, &(member, parcel)) in arriving.iter().enumerate() {
            match is_first(position, parcel) {
                true => first.push((member, parcel)),
                false => later.push((member, parcel)),
            }
        }
        (first, later)
    }

    /// What happens when nothing goes wrong.
    fn ordinary(&self, chance: &mut Chance, choices: &mut Choices) {
        let draw = &mut chance.draw;
        let is_any = chance.weights.is_any();
        let members = 0..self.members.len();
        let unsettled =
            |&member: &usize| self.members[member].id.is_some() && !self.is_settled(member);
        for member in members.clone().filter(|&it| self.members[it].can_start()) {
            choices.all.push((ORDINARY.into(), Move::start(member)));
        }
        let (arriving, _) = self.in_order();
        if let Some((member, parcel)) = draw.pick(&arriving) {
            choices.add_act(ORDINARY, member, deliver(parcel));
        }
        let waits = self.parcels().filter(|(_, it)| it.is_fresh());
        let waits = waits.map(|(_, it)| self.wait(it.sent.message, it.instance));
        if let Some(wait) = waits.filter(|wait| *wait > 0).min() {
            choices.add(ORDINARY / 4, 0, Kind::Pass(wait));
        }
        let redrives = match (arriving.is_empty(), is_any) {
            (true, _) => ORDINARY / 2,
            (false, true) => 1,
            (false, false) => 0,
        };
        for member in members.clone().filter(unsettled) {
            choices.add_act(redrives, member, MoveKind::Redrive(NOBODY));
        }
        if members.clone().any(|member| unsettled(&member)) {
            choices.add(2, 0, Kind::Pass(1 + draw.below(60)));
        }
        for (member, step) in self.parked() {
            let account = self.someone(member, step, draw);
            let kind = MoveKind::Ask(StepAsk::Claim, step, account);
            choices.add_act(ORDINARY / 8, member, kind);
        }
        for (member, part, step) in self.open() {
            let kind = MoveKind::Ask(StepAsk::Attempt(part), step, NOBODY);
            choices.add_act(ORDINARY, member, kind);
        }
        for (member, parcel) in self.parcels().filter(|(_, it)| it.is_fresh()) {
            if self.is_expired(parcel) {
                let kind = MoveKind::Present(parcel.sent.message, Entry::Expire, NOBODY);
                choices.add_act(ORDINARY / 4, member, kind);
            }
        }
    }

    /// One of the accounts that a step's chain knows, or a stranger.
    fn someone(&self, member: usize, step: Step, draw: &mut Draw) -> Account {
        let chain = self.chain_of(self.subject.program.steps[step].machine);
        let known = self.members[member].accounts.count(chain);
        match draw.below(u64::from(known) + 1) as u8 {
            account if account < known => Account(account),
            _ => NOBODY,
        }
    }

    /// Whether the deadline of an Execute has passed where it goes, and somebody can say so there.
    fn is_expired(&self, parcel: &Parcel) -> bool {
        let header = Header::decode(&parcel.sent.bytes);
        let deadline = header.map_or(0, |header| header.deadline);
        let now = self.network.now(self.chain_of(parcel.sent.to));
        now > deadline && self.subject.can_expire(parcel.sent.message)
    }

    fn faults_of_transport(&self, chance: &mut Chance, choices: &mut Choices) {
        let (draw, weights) = (&mut chance.draw, &chance.weights);
        let arriving = self.arriving();
        if let Some((member, parcel)) = draw.pick(&arriving) {
            choices.add(
                weights.get(Fault::Drop),
                member,
                Kind::Lose(parcel.sent.message),
            );
        }
        if let Some((member, parcel)) = draw.pick(&arriving) {
            let seconds = 1 + draw.below(2 * self.subject.longest);
            let kind = Kind::Delay(parcel.sent.message, seconds);
            choices.add(weights.get(Fault::Delay), member, kind);
        }
        if let Some((member, parcel)) = draw.pick(&self.in_order().1) {
            choices.add_act(weights.get(Fault::Reorder), member, deliver(parcel));
        }
        let taken: Vec<_> = self
            .parcels()
            .filter(|(_, it)| !it.is_on_way && !it.is_lost)
            .collect();
        if let Some((member, parcel)) = draw.pick(&taken) {
            choices.add_act(weights.get(Fault::Repeat), member, deliver(parcel));
        }
        let member = draw.below(self.members.len() as u64) as usize;
        if let Some(message) = draw.pick(&self.subject.workflow().messages) {
            let weight = match self.members[member].id {
                Some(_) => weights.get(Fault::Forge),
                None => 0,
            };
            choices.add(weight, member, Kind::Forge(message));
        }
    }

    fn faults_of_chains(&self, chance: &mut Chance, choices: &mut Choices) {
        let (draw, weights) = (&mut chance.draw, &chance.weights);
        let machines = self.subject.machines();
        let open = |machine: &_| self.ledger.open(*machine) > 0;
        let forking: Vec<_> = machines.iter().copied().filter(open).collect();
        if let Some(machine) = draw.pick(&forking) {
            let undone = 1 + draw.below(self.ledger.open(machine) as u64) as usize;
            let kind = Kind::Fork {
                chain: self.chain_of(machine),
                undone,
                again: reordered(undone, draw),
            };
            choices.add(weights.get(Fault::Reorg), 0, kind);
        }
        if let Some(machine) = draw.pick(&machines) {
            let within = draw.pick(&self.subject.deadlines).unwrap_or(3_600);
            let seconds = within.saturating_add(draw.below(3)).saturating_sub(1);
            let kind = MoveKind::Pass(self.chain_of(machine), seconds);
            choices.add_act(weights.get(Fault::Late), 0, kind);
        }
    }

    fn faults_of_people(&self, chance: &mut Chance, choices: &mut Choices) {
        let (draw, weights) = (&mut chance.draw, &chance.weights);
        let started = (0..self.members.len()).filter(|&it| self.members[it].id.is_some());
        let started: Vec<_> = started.collect();
        let Some(member) = draw.pick(&started) else {
            return;
        };
        if !self.is_settled(member) {
            let by = [self.members[member].initiator, NOBODY][draw.below(2) as usize];
            choices.add_act(weights.get(Fault::Cancel), member, MoveKind::Cancel(by));
        }
        let presented = |trigger: fn(_) -> Trigger, entry: Entry| {
            let can = move |it: &Parcel| self.subject.has(it.sent.to, trigger(it.sent.message));
            let parcels = self.parcels().filter(move |(_, it)| !it.is_lost && can(it));
            parcels.map(move |(member, it)| (member, it.sent.message, entry))
        };
        let parking: Vec<_> = presented(Trigger::Park, Entry::Park).collect();
        if let Some((member, message, entry)) = draw.pick(&parking) {
            let step = self.subject.program.messages[message].step;
            let account = self.someone(member, step, draw);
            let kind = MoveKind::Present(message, entry, account);
            choices.add_act(weights.get(Fault::UndoFails), member, kind);
        }
        let parking = self.asks(|ask| ask == StepAsk::Park);
        if let Some((ask, step)) = draw.pick(&parking) {
            let kind = MoveKind::Ask(ask, step, self.someone(member, step, draw));
            choices.add_act(weights.get(Fault::UndoFails), member, kind);
        }
        self.meddling(member, draw, weights.get(Fault::Meddle), choices);
    }

    /// What can be asked about steps without a message, and is one of these.
    fn asks(&self, is_one: impl Fn(StepAsk) -> bool) -> Vec<(StepAsk, Step)> {
        let program = self.subject.program;
        let machines = self.subject.machines().into_iter();
        let handlers = machines.flat_map(|machine| &program.machines[machine].handlers);
        let asks = handlers.filter_map(|&it| StepAsk::of(program.handlers[it].trigger));
        asks.filter(|(ask, _)| is_one(*ask)).collect()
    }

    /// What somebody tries who may not, or not yet.
    fn meddling(&self, member: usize, draw: &mut Draw, weight: u8, choices: &mut Choices) {
        choices.add_act(weight, member, MoveKind::Cancel(NOBODY));
        let asks = self.asks(|ask| ask != StepAsk::Park);
        if let Some((ask, step)) = draw.pick(&asks) {
            let account = self.someone(member, step, draw);
            choices.add_act(weight, member, MoveKind::Ask(ask, step, account));
        }
        let executes = self.parcels().filter(|(_, it)| {
            let kind = self.subject.program.messages[it.sent.message].kind;
            kind == MessageKind::Execute && self.subject.can_expire(it.sent.message)
        });
        let executes: Vec<_> = executes.collect();
        if let Some((member, parcel)) = draw.pick(&executes) {
            let kind = MoveKind::Present(parcel.sent.message, Entry::Expire, NOBODY);
            choices.add_act(weight, member, kind);
        }
    }
}

fn deliver(parcel: &Parcel) -> MoveKind {
    MoveKind::Present(parcel.sent.message, Entry::Deliver, NOBODY)
}

/// Some of so many positions, in any order.
fn reordered(count: usize, draw: &mut Draw) -> Vec<usize> {
    let mut left: Vec<_> = (0..count).collect();
    let mut again = Vec::new();
    while !left.is_empty() {
        let position = left.remove(draw.below(left.len() as u64) as usize);
        if draw.below(4) > 0 {
            again.push(position);
        }
    }
    again
}
