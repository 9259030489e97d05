//! What is between the chains: every message that was sent and not undone, and what the transport did with it.

use crate::entities::Message;
use crate::interp::{Instance, Sent};
use crate::wire::Header;

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parcel {
    pub(super) sent: Sent,
    pub(super) instance: Instance,
    /// The transaction whose copy is on its way.
    pub(super) sent_in: u64,
    /// A copy is on its way that its receiver did not take yet.
    pub(super) is_on_way: bool,
    /// Nothing of it can arrive until it is sent again.
    pub(super) is_lost: bool,
    /// When its receiver's clock lets it arrive, if it is delayed.
    pub(super) not_before: Option<u64>,
    /// How often its receiver took it.
    pub(super) taken: u32,
}

/// All messages, in the order they were first sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Post {
    parcels: Vec<Parcel>,
}

impl Post {
    pub(super) fn parcels(&self) -> &[Parcel] {
        &self.parcels
    }

    /// The message of this type about an instance.
    pub(super) fn find(&self, message: Message, instance: Instance) -> Option<&Parcel> {
        self.parcels.iter().find(|it| it.is(message, instance))
    }

    pub(super) fn find_mut(&mut self, message: Message, instance: Instance) -> Option<&mut Parcel> {
        self.parcels.iter_mut().find(|it| it.is(message, instance))
    }

    /// Takes over what a transaction sent, and says what was known of the message before.
    pub(super) fn send(&mut self, sent: &Sent, sent_in: u64) -> Option<Parcel> {
        let known = self.parcels.iter_mut().find(|it| it.sent == *sent);
        if let Some(parcel) = known {
            let before = parcel.clone();
            if parcel.is_lost {
                (parcel.is_lost, parcel.sent_in) = (false, sent_in);
            }
            (parcel.is_on_way, parcel.not_before) = (true, None);
            return Some(before);
        }
        let header = Header::decode(&sent.bytes);
        self.parcels.push(Parcel {
            sent: sent.clone(),
            instance: header.expect("machines send messages").instance,
            sent_in,
            is_on_way: true,
            is_lost: false,
            not_before: None,
            taken: 0,
        });
        None
    }

    /// Undoes a [`Self::send`]: nothing was heard of it yet.
    pub(super) fn take_back(&mut self, sent: &Sent, before: Option<Parcel>) {
        let position = self.parcels.iter().position(|it| it.sent == *sent);
        match (position, before) {
            (Some(position), Some(before)) => {
                let taken = self.parcels[position].taken;
                self.parcels[position] = Parcel { taken, ..before };
            }
            (Some(position), None) => drop(self.parcels.remove(position)),
            (None, _) => {}
        }
    }
}

impl Parcel {
    fn is(&self, message: Message, instance: Instance) -> bool {
        self.sent.message == message && self.instance == instance
    }

    /// Whether another message goes the same way, between the same machines.
    pub(super) fn goes_with(&self, other: &Parcel) -> bool {
        (self.sent.from, self.sent.to) == (other.sent.from, other.sent.to)
    }

    /// Whether a copy can arrive that was not taken yet.
    pub(super) fn is_fresh(&self) -> bool {
        !self.is_lost && self.is_on_way
    }

    /// Its receiver took it.
    pub(super) fn take(&mut self) {
        self.is_on_way = false;
        self.taken += 1;
    }

    /// Its receiver forgot that it took a copy; `is_on_way` says whether that was a new one.
    pub(super) fn untake(&mut self, is_on_way: bool) {
        self.is_on_way |= is_on_way;
        self.taken -= 1;
    }
}
