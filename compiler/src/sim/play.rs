//! What each move of a schedule does to a run.

use super::accounts::NOBODY;
use super::chance::Chance;
use super::fault::Fault;
use super::ledger::Took;
use super::moves::{Kind, Move};
use super::post::Parcel;
use super::state::State;
use super::timeline::{Doing, DoingKind, What};
use super::transact::Ask;
use super::values;
use crate::entities::{Chain, Machine, Message};
use crate::interp::network::{By, Entry};
use crate::interp::schedule::{self, Account, MoveKind};
use crate::interp::{Action, Delivery, Gas, Instance, Sender, Sent};
use crate::ir::MessageKind;
use crate::types::Field;
use crate::wire::header::NO_DEADLINE;

impl State<'_> {
    /// Makes a move, unless something is wrong already. With `chance`, which of its calls fail is drawn; what is returned is the move as it was made.
    pub(super) fn play(&mut self, step: &Move, chance: Option<&mut Chance>) -> Move {
        let member = step.instance;
        if member >= self.members.len() || self.failure.is_some() {
            return step.clone();
        }
        let (failing, gas) = step.conditions();
        let mut made = failing;
        match &step.kind {
            Kind::Start { .. } => made = self.start(member, (failing, gas), chance),
            Kind::Act(act) => match &act.kind {
                MoveKind::Pass(chain, seconds) => self.pass_on(*chain, *seconds),
                kind => made = self.act(member, kind, (failing, gas), chance),
            },
            Kind::Pass(seconds) => self.pass(*seconds),
            Kind::Lose(message) => self.lose(member, *message),
            Kind::Delay(message, seconds) => self.delay(member, *message, *seconds),
            Kind::Fork {
                chain,
                undone,
                again,
            } => self.fork(*chain, *undone, again),
            Kind::Forge(message) => self.forge(member, *message),
        }
        step.clone().with(made, gas)
    }

    fn start(
        &mut self,
        member: usize,
        (failing, gas): (u8, Gas),
        chance: Option<&mut Chance>,
    ) -> u8 {
        if self.members[member].id.is_some() {
            return failing;
        }
        let home = self.home();
        let account = self.members[member].initiator;
        let inputs = self.members[member].inputs.clone();
        let doing = self.doing(member, DoingKind::Start, account);
        let ask = Ask {
            machine: home,
            by: self.by(member, account, gas),
            action: Action::Start { inputs },
            failing,
            doing,
            took: None,
        };
        self.transact(member, ask, chance)
    }

    fn act(
        &mut self,
        member: usize,
        kind: &MoveKind,
        (failing, gas): (u8, Gas),
        chance: Option<&mut Chance>,
    ) -> u8 {
        let Some(id) = self.members[member].id else {
            return failing;
        };
        let act = schedule::Move {
            kind: kind.clone(),
            failing,
            gas,
        };
        let Some((machine, account, action)) = act.resolve(&self.network, id) else {
            return failing;
        };
        let (doing, took) = match *kind {
            MoveKind::Present(message, entry, _) => {
                let Some((doing, took)) = self.present(member, (message, id), entry, account)
                else {
                    return failing;
                };
                (doing, Some(took))
            }
            MoveKind::Ask(ask, step, _) => (
                self.doing_on(member, machine, DoingKind::Ask(ask, step), account),
                None,
            ),
            MoveKind::Cancel(_) => (self.doing(member, DoingKind::Cancel, account), None),
            MoveKind::Redrive(_) | MoveKind::Pass(..) => {
                (self.doing(member, DoingKind::Redrive, account), None)
            }
        };
        let ask = Ask {
            machine,
            by: By {
                caller: self.members[member]
                    .accounts
                    .address(self.chain_of(machine), account),
                gas,
            },
            action,
            failing,
            doing,
            took,
        };
        self.transact(member, ask, chance)
    }

    /// Takes a message out of the transport, if it lets it arrive: from now on its sender's transaction is final.
    fn present(
        &mut self,
        member: usize,
        (message, id): (Message, Instance),
        entry: Entry,
        account: Account,
    ) -> Option<(Doing, Took)> {
        let parcel = self.post.find(message, id)?;
        let chain = self.chain_of(parcel.sent.to);
        let is_held = parcel
            .not_before
            .is_some_and(|time| self.network.now(chain) < time);
        if parcel.is_lost || is_held {
            return None;
        }
        let (machine, number, to) = (parcel.sent.from, parcel.sent_in, parcel.sent.to);
        let kind = DoingKind::Present(message, entry);
        let is_new = parcel.is_on_way;
        let is_delivery = entry == Entry::Deliver;
        let doing = Doing {
            is_repeated: is_delivery && !is_new,
            is_early: is_delivery && is_new && self.is_early(parcel),
            ..self.doing_on(member, to, kind, account)
        };
        let took = Took {
            message,
            instance: id,
            is_new,
        };
        self.ledger.finalise(machine, number);
        Some((doing, took))
    }

    /// Whether an older message that goes the same way can still arrive.
    fn is_early(&self, parcel: &Parcel) -> bool {
        let parcels = self.post.parcels().iter();
        let mut older = parcels.take_while(|it| it.sent != parcel.sent);
        older.any(|it| it.is_fresh() && it.goes_with(parcel))
    }

    fn by(&self, member: usize, account: Account, gas: Gas) -> By {
        let home = self.chain_of(self.home());
        By {
            caller: self.members[member].accounts.address(home, account),
            gas,
        }
    }

    fn doing(&self, member: usize, kind: DoingKind, account: Account) -> Doing {
        self.doing_on(member, self.home(), kind, account)
    }

    fn doing_on(
        &self,
        member: usize,
        machine: Machine,
        kind: DoingKind,
        account: Account,
    ) -> Doing {
        let chain = self.chain_of(machine);
        Doing {
            kind,
            by: self.members[member]
                .accounts
                .name(chain, account)
                .to_owned(),
            is_repeated: false,
            is_early: false,
            is_again: false,
        }
    }

    fn pass(&mut self, seconds: u64) {
        for chain in self.subject.program.declarations.chains.keys() {
            self.network.pass(chain, seconds);
        }
        self.note(None, None, What::Passed(seconds));
    }

    fn pass_on(&mut self, chain: Chain, seconds: u64) {
        self.network.pass(chain, seconds);
        self.struck.count(Fault::Late);
        self.note(Some(chain), None, What::Passed(seconds));
    }

    fn lose(&mut self, member: usize, message: Message) {
        let Some(id) = self.members[member].id else {
            return;
        };
        let parcel = self.post.find_mut(message, id);
        let Some(parcel) = parcel.filter(|parcel| !parcel.is_lost) else {
            return;
        };
        parcel.is_lost = true;
        let from = parcel.sent.from;
        self.struck.count(Fault::Drop);
        let chain = self.chain_of(from);
        self.note(Some(chain), Some(member), What::Lost(message));
    }

    fn delay(&mut self, member: usize, message: Message, seconds: u64) {
        let Some(id) = self.members[member].id else {
            return;
        };
        let to = self.subject.program.messages[message].to;
        let chain = self.chain_of(to);
        let until = self.network.now(chain).saturating_add(seconds);
        let Some(parcel) = self.post.find_mut(message, id) else {
            return;
        };
        parcel.not_before = Some(until);
        self.struck.count(Fault::Delay);
        let what = What::Delayed(message, seconds);
        self.note(Some(chain), Some(member), what);
    }

    /// Presents a message that nobody sent: no transport says that it comes from a machine.
    fn forge(&mut self, member: usize, message: Message) {
        let Some(id) = self.members[member].id else {
            return;
        };
        let subject = self.subject;
        let data = &subject.program.messages[message];
        let declarations = &subject.program.declarations;
        let field = |field: &Field| values::made_up(&field.ty, &field.name, declarations);
        let fields: Vec<_> = data.fields.iter().map(field).collect();
        let deadline = match data.kind {
            MessageKind::Execute => NO_DEADLINE,
            _ => 0,
        };
        let sent = Sent::made_up(
            subject.program,
            subject.facts,
            message,
            (id, deadline),
            &fields,
        );
        let account = NOBODY;
        let doing = self.doing_on(member, data.to, DoingKind::Forge(message), account);
        let chain = self.chain_of(data.to);
        let ask = Ask {
            machine: data.to,
            by: By {
                caller: self.members[member].accounts.address(chain, account),
                gas: Gas::Enough,
            },
            action: Action::Deliver(Delivery {
                from: Sender::Stranger,
                message: sent.bytes,
            }),
            failing: 0,
            doing,
            took: None,
        };
        self.transact(member, ask, None);
    }
}
