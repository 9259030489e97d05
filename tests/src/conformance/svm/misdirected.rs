//! Messages that are presented to instructions for other messages: each takes one kind of message about one step, from one peer.

use xcc::interp::Action;

use super::SvmMachine;
use crate::conformance::follow::same;
use crate::conformance::peers::vaa;
use crate::conformance::walk::Trial;
use crate::conformance::words::header;
use crate::delivery_plan::Prepared;
use crate::network::Observed;
use crate::svm::Address;

impl SvmMachine<'_> {
    /// Presents the message of a trial to every instruction that takes another, once for each kind and step of message.
    pub(super) fn misdirect(&self, trial: &Trial<'_>, prepared: &Prepared) -> Result<(), String> {
        let (Action::Deliver(delivery), None) = (&trial.transaction.action, &trial.meant) else {
            return Ok(());
        };
        let header = header(delivery);
        let about = (header.step, header.kind as u16);
        if trial.result.is_err() || !self.fixed.misdirected.borrow_mut().insert(about) {
            return Ok(());
        }
        let vaa = vaa(&self.fixed.peers, delivery);
        let payer = Address::try_from(&trial.transaction.caller[..]).expect("an address of Solana");
        let takes = |it: &&crate::delivery_plan::Instruction| {
            let is_other = it.name != prepared.name && it.does == "deliver";
            // Nobody can say what else would be passed in place of accounts that follow from the message.
            it.message.is_some() && is_other && !it.needs_body()
        };
        let others = self.chain.plan.instructions.iter().filter(takes);
        others.into_iter().try_for_each(|other| {
            let mut machine = self.clone();
            let wrong = machine.chain.presenting_to(other, &vaa, payer);
            let observed = machine.chain.send(&wrong, &[]);
            let is_refused = matches!(
                &observed,
                Observed::Rejected(error) if error == "WrongMessage" || error == "WrongEmitter"
            );
            same(
                &format!("{} refuses {about:?}: {observed:?}", other.name),
                is_refused,
                true,
            )
        })
    }
}
