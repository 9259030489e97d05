//! Home on Aptos: what only the emitted coordinator does.

use super::{AptosChain, STRANGER, address, sender};
use crate::move_plan::Presented;
use crate::network::home::Start;
use crate::network::{Ask, Call, Delivery, Expected, Home, Observed, Peer};

impl Home for AptosChain {
    type Account = [u8; 32];

    fn peer(&self) -> Peer {
        AptosChain::peer(self)
    }

    fn coordinator(&self) -> [u8; 32] {
        address(&self.teller.package)
    }

    fn address(account: &[u8; 32]) -> [u8; 32] {
        *account
    }

    fn timestamp(&self) -> u64 {
        self.teller.now
    }

    fn pass(&mut self, seconds: u64) {
        AptosChain::pass(self, seconds);
    }

    #[track_caller]
    fn start(&mut self, start: &Start<'_, [u8; 32]>, expected: &Expected) -> Observed {
        let presented = Presented {
            inputs: &start.expressions(),
            ..Presented::default()
        };
        let from = start.call.from;
        let instruction = self.teller.plan.find("start", None, None);
        let call = self
            .teller
            .transaction(instruction, &sender(&from), &presented);
        self.transact((from, start.instance), call, expected)
    }

    #[track_caller]
    fn ask(&mut self, ask: &Ask<'_>, call: &Call<[u8; 32]>, expected: &Expected) -> Observed {
        let from = *call.account(ask.by, &STRANGER);
        self.ask_as(from, ask, expected)
    }

    #[track_caller]
    fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        AptosChain::deliver(self, delivery, expected)
    }

    #[track_caller]
    fn assert_status(&mut self, instance: [u8; 32], step: (&str, u16), status: u8) {
        AptosChain::assert_status(self, instance, step, status);
    }

    #[track_caller]
    fn assert_phase(&mut self, instance: [u8; 32], phase: u8) {
        self.demand(instance, "phase", phase);
    }
}
