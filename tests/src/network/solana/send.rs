//! Transactions of the machine, and what comes of them.

use solana_signer::Signer;

use super::ledger::Ledger;
use super::{SolanaChain, owner};
use crate::delivery_plan::{Instruction, Prepared, Request};
use crate::network::{Announced, Ask, By, Delivery, Observed};
use crate::plan_head::does;
use crate::svm::{AccountMeta, Address, Failure, Keypair, Receipt, discriminator};
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

    pub(in crate::network) fn ask(&mut self, ask: &Ask<'_>) -> Observed {
        self.ask_as(&self.signer(ask.by), ask)
    }

    pub(super) fn ask_as(&mut self, signer: &Keypair, ask: &Ask<'_>) -> Observed {
        let prepared = self.asking(ask.does, ask.step, ask.instance, signer.pubkey());
        self.send(&prepared, &[signer])
    }

    /// Asks after a change to the accounts that the transaction takes.
    pub fn ask_edited(&mut self, ask: &Ask<'_>, edit: impl FnOnce(&mut [AccountMeta])) -> Observed {
        let signer = self.signer(ask.by);
        let mut prepared = self.asking(ask.does, ask.step, ask.instance, signer.pubkey());
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
        let message = if is_cut { sound } else { &vaa.payload };
        let does = does(meant.entry);
        let instruction = self.plan.first(does, meant.step, Some(meant.kind()));
        self.presented(instruction, vaa, message, payer)
    }

    /// The transaction that presents a message to an instruction, whatever that takes, paid by `payer`.
    #[must_use]
    pub fn presenting_to(&self, instruction: &Instruction, vaa: &Vaa, payer: Address) -> Prepared {
        self.presented(instruction, vaa, &vaa.payload, payer)
    }

    fn presented(
        &self,
        instruction: &Instruction,
        vaa: &Vaa,
        message: &[u8],
        payer: Address,
    ) -> Prepared {
        self.prepare(&Request {
            instruction,
            payer,
            signed: &vaa.body(),
            message,
            arguments: &[],
        })
    }

    /// The transaction that starts an instance, whose inputs are given in Borsh, paid by the initiator.
    ///
    /// # Panics
    /// When the plan has no instruction for it.
    #[must_use]
    pub fn starting(&self, nonce: u64, inputs: &[Vec<u8>], initiator: Address) -> Prepared {
        let nonce = nonce.to_le_bytes().to_vec();
        let arguments = [&[nonce], inputs].concat();
        self.prepare(&Request {
            instruction: self.plan.about_all("start"),
            payer: initiator,
            signed: &[],
            message: &[],
            arguments: &arguments,
        })
    }

    /// The transaction that asks something of an instance, such as `redrive`, or of one of its steps, paid by `payer`.
    ///
    /// # Panics
    /// When the plan has no instruction for it.
    #[must_use]
    pub fn asking(
        &self,
        does: &str,
        step: Option<u16>,
        instance: [u8; 32],
        payer: Address,
    ) -> Prepared {
        let instruction = match step {
            Some(step) => self.plan.find(does, step, None),
            None => self.plan.about_all(does),
        };
        self.prepare(&Request {
            instruction,
            payer,
            signed: &[],
            message: &[],
            arguments: &[instance.to_vec()],
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
        let events = receipt.events().into_iter();
        let changes = events.filter_map(|event| announced(&event));
        Observed::Done {
            changes: changes.collect(),
            published,
        }
    }
}

/// What an event tells of a step or of the instance; others are the workflow's own.
fn announced(event: &[u8]) -> Option<Announced> {
    let (mark, event) = event.split_first_chunk()?;
    let (_, event) = event.split_first_chunk::<32>()?;
    let is = |name| *mark == discriminator("event", name);
    match *event {
        [step0, step1, status] if is("StepChanged") => {
            Some(Announced::Step(u16::from_le_bytes([step0, step1]), status))
        }
        [phase] if is("InstanceChanged") => Some(Announced::Phase(phase)),
        _ => None,
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
