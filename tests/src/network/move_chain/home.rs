//! Home on a chain that runs Move: what only an emitted coordinator does.

use super::{MoveChain, STRANGER, Spelling};
use crate::move_plan::Presented;
use crate::network::home::Start;
use crate::network::{Ask, Call, Delivery, Expected, Home, Observed, Peer};

impl<T: Spelling> Home for MoveChain<T> {
    type Account = [u8; 32];

    fn peer(&self) -> Peer {
        MoveChain::peer(self)
    }

    fn coordinator(&self) -> [u8; 32] {
        self.teller.address()
    }

    fn address(account: &[u8; 32]) -> [u8; 32] {
        *account
    }

    fn timestamp(&self) -> u64 {
        self.teller.told().now
    }

    fn pass(&mut self, seconds: u64) {
        MoveChain::pass(self, seconds);
    }

    #[track_caller]
    fn start(&mut self, start: &Start<'_, [u8; 32]>, expected: &Expected) -> Observed {
        let presented = Presented {
            inputs: &start.expressions(),
            ..Presented::default()
        };
        let about = (start.call.from, start.instance);
        self.transact(about, ("start", None, None), &presented, expected)
    }

    #[track_caller]
    fn ask(&mut self, ask: &Ask<'_>, call: &Call<[u8; 32]>, expected: &Expected) -> Observed {
        let from = *call.account(ask.by, &STRANGER);
        self.ask_as(from, ask, expected)
    }

    #[track_caller]
    fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        MoveChain::deliver(self, delivery, expected)
    }

    #[track_caller]
    fn assert_status(&mut self, instance: [u8; 32], step: (&str, u16), status: u8) {
        MoveChain::assert_status(self, instance, step, status);
    }

    #[track_caller]
    fn assert_phase(&mut self, instance: [u8; 32], phase: u8) {
        self.demand(instance, "phase", phase);
    }
}
