//! Transactions of the participant, and what comes of them.

use solana_signer::Signer;

use super::ledger::Ledger;
use super::{SolanaChain, owner};
use crate::delivery_plan::{Prepared, Request};
use crate::network::{Announced, By, Claim, Delivery, Observed};
use crate::plan_head::does;
use crate::svm::{AccountMeta, Address, Failure, Keypair, Receipt};
use crate::vaa::Vaa;
use crate::wormhole_svm;

impl SolanaChain {
    pub(in crate::network) fn deliver(&mut self, delivery: &Delivery<'_>) -> Observed {
        let posted = self.core.post(&mut self.svm, delivery.vaa);
        posted.unwrap_or_else(|failure| panic!("the core: {failure:?}"));
        let signer = self.signer(delivery.by);
        let prepared = self.delivery(delivery, signer.pubkey());
        self.send(&prepared, &[&signer])
    }

    pub(in crate::network) fn claim(&mut self, claim: &Claim<'_>) -> Observed {
        let signer = self.signer(claim.by);
        let prepared = self.claiming(claim, signer.pubkey());
        self.send(&prepared, &[&signer])
    }

    /// Claims a compensation after a change to the accounts that the claim takes.
    pub fn claim_edited(
        &mut self,
        claim: &Claim<'_>,
        edit: impl FnOnce(&mut [AccountMeta]),
    ) -> Observed {
        let signer = self.signer(claim.by);
        let mut prepared = self.claiming(claim, signer.pubkey());
        edit(&mut prepared.call.accounts);
        self.send(&prepared, &[&signer])
    }

    /// Posts a message, unless it was posted before.
    ///
    /// # Panics
    /// When the core refuses it.
    pub fn post(&mut self, vaa: &Vaa) {
        let core = &self.core.address;
        let account = wormhole_svm::posted_vaa(core, vaa);
        if wormhole_svm::read_posted(&self.svm, core, &account).is_none() {
            let posted = self.core.post(&mut self.svm, vaa);
            posted.unwrap_or_else(|failure| panic!("the core: {failure:?}"));
        }
    }

    /// The transaction that delivers a message, paid by `payer`.
    ///
    /// # Panics
    /// When the plan has no instruction for it.
    #[must_use]
    pub fn delivery(&self, delivery: &Delivery<'_>, payer: Address) -> Prepared {
        self.presenting(delivery.vaa, delivery, payer)
    }

    /// The transaction that presents one message in the place of another, paid by `payer`.
    ///
    /// # Panics
    /// When the plan has no instruction for the other.
    #[must_use]
    pub fn presenting(&self, vaa: &Vaa, meant: &Delivery<'_>, payer: Address) -> Prepared {
        let sound = &meant.vaa.payload;
        let is_cut = vaa.payload.len() < sound.len();
        let request = Request {
            instruction: self
                .plan
                .find(does(meant.entry), meant.step, Some(meant.kind())),
            payer,
            signed: &vaa.body(),
            message: if is_cut { sound } else { &vaa.payload },
            arguments: &[],
        };
        self.prepare(&request)
    }

    /// The transaction that claims a compensation, paid by `payer`.
    ///
    /// # Panics
    /// When the plan has no instruction for it.
    #[must_use]
    pub fn claiming(&self, claim: &Claim<'_>, payer: Address) -> Prepared {
        self.prepare(&Request {
            instruction: self.plan.find(does(claim.entry), claim.step, None),
            payer,
            signed: &[],
            message: &[],
            arguments: &[claim.instance.to_vec()],
        })
    }

    /// A transaction of the size that the plan allows.
    fn prepare(&self, request: &Request<'_>) -> Prepared {
        let prepared = self.plan.prepare(&self.svm, request);
        let (accounts, size) = prepared.extent();
        let most = request.instruction.most;
        assert!(size <= most.bytes && most.bytes <= 1_232, "{size} bytes");
        assert!(
            accounts.len() <= most.locks && most.locks <= 64,
            "{} accounts",
            accounts.len()
        );
        prepared
    }

    /// Sends a transaction, accounts for every lamport of it, and gives what it did.
    ///
    /// # Panics
    /// When somebody has more or less than the plan says.
    #[track_caller]
    pub fn send(&mut self, prepared: &Prepared, signers: &[&Keypair]) -> Observed {
        let ledger = Ledger::open(self, prepared);
        let signers: Vec<_> = prepared.new.iter().chain(signers.iter().copied()).collect();
        let sent = self
            .svm
            .send_paid_by(&prepared.payer, &prepared.instructions(), &signers);
        let observed = match sent {
            Ok(receipt) => self.observe(&receipt, prepared),
            Err(failure) => Observed::Rejected(error_name(&failure)),
        };
        ledger.close(self, &observed);
        observed
    }

    /// The key of who sends a transaction; strangers are whoever pays for transactions here.
    fn signer(&self, by: By) -> Keypair {
        match by {
            By::Owner => owner(),
            By::Initiator | By::Stranger => self.svm.payer_key(),
        }
    }

    fn observe(&self, receipt: &Receipt, prepared: &Prepared) -> Observed {
        let core = &self.core.address;
        let replies = prepared.new.iter().map(Keypair::pubkey);
        let posted = replies.filter_map(|reply| wormhole_svm::read_posted(&self.svm, core, &reply));
        let published: Vec<Vaa> = posted.map(|posted| self.core.observe(&posted)).collect();
        let is_own = |vaa: &Vaa| vaa.emitter_address == self.own.emitter;
        assert!(published.iter().all(is_own));
        let events = receipt.events("StepChanged");
        let changes = events.iter().map(|event| {
            let (step, status) = (&event[32..34], event[34]);
            Announced::Step(u16::from_le_bytes([step[0], step[1]]), status)
        });
        Observed::Done {
            changes: changes.collect(),
            published,
        }
    }
}

/// Anchor logs the name of its error; of other failures only the runtime's own words are known.
fn error_name(failure: &Failure) -> String {
    let mut names = failure.receipt.logs.iter().filter_map(|line| {
        let (_, rest) = line.split_once("Error Code: ")?;
        Some(rest.split_once('.')?.0.to_owned())
    });
    names.next_back().unwrap_or_else(|| failure.error.clone())
}
