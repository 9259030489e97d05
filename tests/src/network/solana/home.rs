//! Home on Solana: what only the emitted coordinator does.

use solana_signer::Signer;

use super::SolanaChain;
use crate::delivery_plan::borsh;
use crate::network::home::Start;
use crate::network::{Ask, Call, Delivery, Expected, Home, Observed, Peer};
use crate::spent::Spent;
use crate::svm::Keypair;

impl Home for SolanaChain {
    type Account = Keypair;

    fn peer(&self) -> Peer {
        SolanaChain::peer(self)
    }

    fn coordinator(&self) -> [u8; 32] {
        self.plan.program.to_bytes()
    }

    fn address(account: &Keypair) -> [u8; 32] {
        account.pubkey().to_bytes()
    }

    fn timestamp(&self) -> u64 {
        let now = self.svm.timestamp();
        u64::try_from(now).expect("the tests are not before 1970")
    }

    fn pass(&mut self, seconds: u64) {
        SolanaChain::pass(self, seconds);
    }

    fn spent(&self) -> Option<Spent> {
        self.svm.spent()
    }

    #[track_caller]
    fn start(&mut self, start: &Start<'_, Keypair>, _: &Expected) -> Observed {
        let declarations = &start.protocol.program().declarations;
        let fields = start.protocol.workflow().inputs.iter();
        let inputs = fields.zip(&start.call.inputs);
        let inputs: Vec<_> = inputs
            .map(|(field, input)| borsh::bytes(input, &field.ty, declarations))
            .collect();
        let initiator = &start.call.from;
        let prepared = self.starting(start.nonce, &inputs, initiator.pubkey());
        self.send(&prepared, &[initiator])
    }

    #[track_caller]
    fn ask(&mut self, ask: &Ask<'_>, call: &Call<Keypair>, _: &Expected) -> Observed {
        let stranger = self.svm.payer_key();
        self.ask_as(call.account(ask.by, &stranger), ask)
    }

    #[track_caller]
    fn deliver(&mut self, delivery: &Delivery<'_>, _: &Expected) -> Observed {
        SolanaChain::deliver(self, delivery)
    }

    #[track_caller]
    fn assert_status(&mut self, instance: [u8; 32], step: (&str, u16), status: u8) {
        SolanaChain::assert_status(self, instance, step, status);
    }

    #[track_caller]
    fn assert_phase(&mut self, instance: [u8; 32], phase: u8) {
        assert_eq!(self.phase(instance), Some(phase));
    }
}
