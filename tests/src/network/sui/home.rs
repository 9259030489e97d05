//! Home on Sui: what only the emitted coordinator does.

use super::{STRANGER, SuiChain, machine_id};
use crate::move_plan::Presented;
use crate::network::home::Start;
use crate::network::{Ask, Call, Delivery, Expected, Home, Observed, Peer};

impl Home for SuiChain {
    type Account = [u8; 32];

    fn peer(&self) -> Peer {
        SuiChain::peer(self)
    }

    fn coordinator(&self) -> [u8; 32] {
        machine_id()
    }

    fn address(account: &[u8; 32]) -> [u8; 32] {
        *account
    }

    fn timestamp(&self) -> u64 {
        self.teller.now
    }

    fn pass(&mut self, seconds: u64) {
        SuiChain::pass(self, seconds);
    }

    #[track_caller]
    fn start(&mut self, start: &Start<'_, [u8; 32]>, expected: &Expected) -> Observed {
        let presented = Presented {
            inputs: &start.expressions(),
            ..Presented::default()
        };
        let instruction = self.teller.plan.find("start", None, None);
        let call = self.teller.transaction(instruction, &presented);
        self.transact((start.call.from, start.instance), &call, expected)
    }

    #[track_caller]
    fn ask(&mut self, ask: &Ask<'_>, call: &Call<[u8; 32]>, expected: &Expected) -> Observed {
        let from = *call.account(ask.by, &STRANGER);
        self.ask_as(from, ask, expected)
    }

    #[track_caller]
    fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        SuiChain::deliver(self, delivery, expected)
    }

    #[track_caller]
    fn assert_status(&mut self, instance: [u8; 32], step: (&str, u16), status: u8) {
        SuiChain::assert_status(self, instance, step, status);
    }

    #[track_caller]
    fn assert_phase(&mut self, instance: [u8; 32], phase: u8) {
        self.demand(instance, "phase", phase);
    }
}
