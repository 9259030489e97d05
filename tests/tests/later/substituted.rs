//! Claims on Solana with accounts that are not the right ones.

use solana_signer::Signer;
use xcc::ir::MessageKind::Cancelled;
use xcc::ir::Status;
use xcc_tests::network::step::{claim, park};
use xcc_tests::network::{Ask, By, Observed, SolanaChain, solana};
use xcc_tests::svm::{AccountMeta, Address};
use xcc_tests::wormhole_svm::CORE;

use crate::parked::{begin, gives_up, goes_on, runs};
use crate::world::{AMOUNT, RUN, STATE, TARGET, UNDO, World, asked, in_world, state};

/// An address at which nothing is.
const NOWHERE: Address = Address::new_from_array([0x99; 32]);
/// An account like one that a claim takes, at another address.
const COPY: Address = Address::new_from_array([0x9a; 32]);

/// Solana with two instances: the step of the first ran, that of the second is parked.
struct Parked<'p> {
    step: u16,
    ran: [u8; 32],
    /// The owner's claim of the parked compensation.
    claim: Ask<'p>,
}

impl<'p> Parked<'p> {
    fn new(world: &mut World<'p>) -> Self {
        let ran = until_solana_ran(world);
        let parked = until_solana_ran(world);
        world.network.run(&[
            gives_up("solana_run"),
            park("solana_run", By::Owner)
                .step("solana_run", Status::Parked)
                .says("solana_run", Cancelled, vec![]),
        ]);
        let claim = claim("solana_run", By::Owner);
        let protocol = world.network.protocol();
        let (_, claim) = protocol.ask(&claim.action, parked, By::Owner);
        Self {
            step: protocol.number("solana_run"),
            ran,
            claim,
        }
    }
}

fn until_solana_ran(world: &mut World<'_>) -> [u8; 32] {
    world.network.run(&[
        begin(),
        runs("base_run"),
        goes_on("base_run", "solana_run"),
        runs("solana_run"),
    ]);
    world.network.instance()
}

/// Puts another account in the place of one.
fn replace(right: Address, wrong: Address) -> impl FnOnce(&mut [AccountMeta]) {
    move |metas| {
        let mut metas = metas.iter_mut();
        let meta = metas.find(|meta| meta.pubkey == right);
        meta.expect("the claim takes the account").pubkey = wrong;
    }
}

fn rejected(error: &str) -> Observed {
    Observed::Rejected(error.to_owned())
}

/// Copies an account to [`COPY`].
fn copy(chain: &mut SolanaChain, address: &Address) {
    let account = chain.svm.account(address).expect("there is an account");
    chain.svm.set_account(COPY, account);
}

#[test]
fn a_claim_takes_only_the_record_of_its_instance() {
    in_world("parked", |world| {
        let parked = Parked::new(world);
        let chain = world.network.solana("solana");
        let [right, other] = [parked.claim.instance, parked.ran];
        let [right_record, other_record] = [right, other].map(|it| chain.record(it, parked.step));
        copy(chain, &right_record);
        for wrong in [other_record, NOWHERE, COPY] {
            let claimed = chain.ask_edited(&parked.claim, replace(right_record, wrong));
            assert_eq!(claimed, rejected("WrongRecord"), "{wrong}");
        }
        let of_other = Ask {
            instance: other,
            ..parked.claim
        };
        let claimed = chain.ask_edited(&of_other, replace(other_record, right_record));
        assert_eq!(claimed, rejected("WrongRecord"));
        let claimed = chain.ask_edited(&of_other, |_| {});
        assert_eq!(claimed, rejected("WrongState"));
        assert_eq!(
            chain.status(other, parked.step),
            Some(Status::Executed as u8)
        );
        is_still_claimable(world, &parked);
    });
}

#[test]
fn a_claim_takes_only_the_accounts_of_the_workflow() {
    in_world("parked", |world| {
        let parked = Parked::new(world);
        let chain = world.network.solana("solana");
        chain.svm.set_account(COPY, state(vec![0; 200]));
        let authority = chain.authority();
        for (right, wrong) in [(TARGET, CORE), (STATE, COPY), (authority, NOWHERE)] {
            let claimed = chain.ask_edited(&parked.claim, replace(right, wrong));
            assert_eq!(claimed, rejected("WrongAccount"), "{right}");
        }
        let wiring = chain.wiring();
        copy(chain, &wiring);
        let claimed = chain.ask_edited(&parked.claim, replace(wiring, COPY));
        assert_eq!(claimed, rejected("ConstraintSeeds"));
        is_still_claimable(world, &parked);
    });
}

/// To be named as the owner is not enough.
#[test]
fn a_claim_is_signed_by_its_owner() {
    in_world("parked", |world| {
        let parked = Parked::new(world);
        let owner = solana::owner().pubkey();
        let by_stranger = Ask {
            by: By::Stranger,
            ..parked.claim
        };
        let chain = world.network.solana("solana");
        let claimed = chain.ask_edited(&by_stranger, |_| {});
        assert_eq!(claimed, rejected("NotAuthorised"));
        let claimed = chain.ask_edited(&by_stranger, |metas| {
            metas[0].pubkey = owner;
            metas[0].is_signer = false;
        });
        assert_eq!(claimed, rejected("AccountNotSigner"));
        is_still_claimable(world, &parked);
    });
}

/// Nothing of the above has touched the parked compensation: with the right accounts it runs, once.
#[track_caller]
fn is_still_claimable(world: &mut World<'_>, parked: &Parked<'_>) {
    let ran = asked(RUN, AMOUNT);
    world.assert_asked("solana", &[ran, ran]);
    let chain = world.network.solana("solana");
    let claimed = chain.ask_edited(&parked.claim, |_| {});
    assert!(matches!(claimed, Observed::Done { .. }), "{claimed:?}");
    let status = chain.status(parked.claim.instance, parked.step);
    assert_eq!(status, Some(Status::Cancelled as u8));
    world.assert_asked("solana", &[ran, ran, asked(UNDO, AMOUNT + 2)]);
}
