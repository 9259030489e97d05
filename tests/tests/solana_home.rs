//! Attacks on a coordinator that is a Solana program: on its wiring, its instances, and the replies that decide them.

#![cfg(all(feature = "evm", feature = "svm"))]

use std::fmt::Write;

use solana_account::Account;
use solana_signer::Signer;
use xcc::entities::Machine;
use xcc::ir::MessageKind::{self, Executed, Refused};
use xcc::ir::{Phase, Status};
use xcc::wire::identity::{InstanceSeed, keccak256};
use xcc_tests::interp::feature;
use xcc_tests::network::solana::Reply;
use xcc_tests::network::{Observed, Peer, Protocol, SolanaChain};
use xcc_tests::project::{FEATURE_HEAD, Project};
use xcc_tests::svm::script::play;
use xcc_tests::svm::{Address, Keypair, Svm};
use xcc_tests::vaa::Guardian;

/// What initiators have, in lamports.
const RICHES: u64 = 10_000_000_000;

/// The numbers of the steps of `solana_home` on other chains.
const BASE_RUN: u16 = 1;
const APTOS_RUN: u16 = 2;

/// A coordinator on its chain, with a target that answers as it is told.
struct World {
    project: &'static Project,
    chain: SolanaChain,
    /// Its participants, in order.
    peers: Vec<Peer>,
    sequence: u64,
}

fn user() -> Keypair {
    Keypair::new_from_array([0x05; 32])
}

fn stranger() -> Keypair {
    Keypair::new_from_array([0x06; 32])
}

fn rejected(error: &str) -> Observed {
    Observed::Rejected(error.to_owned())
}

impl World {
    fn new(project: &'static Project) -> Self {
        let mut world = Self::unwired(project);
        let (deployer, peers) = (world.chain.svm.payer(), world.peers.clone());
        let wired = world.chain.wire(&deployer, &peers);
        wired.unwrap_or_else(|failure| panic!("{failure:?}"));
        world
    }

    fn unwired(project: &'static Project) -> Self {
        let protocol = Protocol::new(project);
        let workflow = protocol.workflow();
        let peer = |(number, &machine): (u8, &Machine)| protocol.peer(machine, [number; 32]);
        let peers = (0x70..).zip(&workflow.participants).map(peer).collect();
        let mut svm = Svm::new();
        for key in [user(), stranger()] {
            svm.airdrop(&key.pubkey(), RICHES);
        }
        let chain = SolanaChain::unwired(svm, protocol, workflow.coordinator, &Guardian::new(1));
        let mut chain = chain.unwrap_or_else(|error| panic!("{error}"));
        let deployment = &project.compiled.deployment;
        for (contract, data) in &protocol.program().declarations.contracts {
            if protocol.program().declarations.chains[data.chain].name == "solana" {
                chain
                    .svm
                    .add_scripted(deployment.contracts[contract].to_word().into());
            }
        }
        World {
            project,
            chain,
            peers,
            sequence: 0,
        }
    }

    /// The instance that somebody starts with a nonce.
    fn instance(&self, initiator: &Keypair, nonce: u64) -> [u8; 32] {
        InstanceSeed {
            fingerprint: Protocol::new(self.project).fingerprint(),
            home: keccak256(self.chain.plan.network.as_bytes()),
            coordinator: self.chain.plan.program.to_bytes(),
            initiator: initiator.pubkey().to_bytes(),
            nonce,
        }
        .instance()
    }

    /// Starts `solana_home` for somebody, and gives what came of it.
    fn start(&mut self, initiator: &Keypair, nonce: u64) -> Observed {
        self.start_for(initiator, initiator, nonce, |_| {})
    }

    /// Has somebody start it in the name of somebody, with changed accounts.
    fn start_for(
        &mut self,
        payer: &Keypair,
        user: &Keypair,
        nonce: u64,
        change: impl FnOnce(&mut [solana_instruction::AccountMeta]),
    ) -> Observed {
        let inputs = [
            user.pubkey().to_bytes().to_vec(),
            11_u64.to_le_bytes().to_vec(),
        ];
        let mut prepared = self.chain.starting(nonce, &inputs, payer.pubkey());
        change(&mut prepared.call.accounts);
        let receipt = Some(7_u64.to_le_bytes().to_vec());
        play([receipt], || self.chain.send(&prepared, &[payer])).0
    }

    /// Delivers what a peer says of a step of an instance.
    fn reply(&mut self, from: Peer, kind: MessageKind, step: u16, instance: [u8; 32]) -> Observed {
        let fingerprint = Protocol::new(self.project).fingerprint();
        self.reply_of(from, kind, step, instance, fingerprint)
    }

    fn reply_of(
        &mut self,
        from: Peer,
        kind: MessageKind,
        step: u16,
        instance: [u8; 32],
        fingerprint: [u8; 32],
    ) -> Observed {
        self.sequence += 1;
        let reply = Reply {
            from,
            kind,
            step,
            instance,
            fingerprint,
            body: match kind {
                Executed => &[0, 0, 0, 0, 0, 0, 0, 9],
                Refused => &[1],
                _ => &[],
            },
        };
        reply.deliver(&mut self.chain, self.sequence, &stranger())
    }

    fn ask(&mut self, does: &str, step: Option<u16>, instance: [u8; 32], by: &Keypair) -> Observed {
        let prepared = self.chain.asking(does, step, instance, by.pubkey());
        self.chain.send(&prepared, &[by])
    }

    #[track_caller]
    fn assert_phase(&self, instance: [u8; 32], phase: Phase) {
        assert_eq!(self.chain.phase(instance), Some(phase as u8));
    }
}

fn is_done(observed: &Observed) -> bool {
    matches!(observed, Observed::Done { .. })
}

#[test]
fn an_unwired_coordinator_starts_nothing() {
    let mut world = World::unwired(feature("solana_home"));
    assert_eq!(world.start(&user(), 0), rejected("AccountNotInitialized"));
}

#[test]
fn wiring_is_the_upgrade_authoritys_once_and_complete() {
    let mut world = World::unwired(feature("solana_home"));
    let deployer = world.chain.svm.payer();
    let [base, aptos] = world.peers[..] else {
        panic!("two participants");
    };
    let zero = Peer {
        emitter: [0; 32],
        ..base
    };
    let own = world.chain.peer();
    for peers in [
        vec![],
        vec![base],
        vec![base, base],
        vec![aptos, base],
        vec![zero, aptos],
        vec![own, aptos],
        vec![base, aptos, own],
    ] {
        let failure = world.chain.wire(&deployer, &peers).expect_err("refused");
        assert!(
            failure.error.contains("Custom(6017)"),
            "{peers:?}: {failure:?}"
        );
    }
    world.chain.svm = world.chain.svm.clone().credulous();
    let peers = [base, aptos];
    let nobody = user().pubkey();
    assert!(world.chain.wire(&nobody, &peers).is_err());
    world.chain.wire(&deployer, &peers).expect("it is wired");
    assert!(world.chain.wire(&deployer, &peers).is_err());
}

#[test]
fn an_instance_is_its_initiators_and_starts_once() {
    let mut world = World::new(feature("solana_home"));
    assert!(is_done(&world.start(&user(), 0)));
    assert_eq!(world.start(&user(), 0), rejected("NonceUsed"));
    assert!(is_done(&world.start(&user(), 1)));
    // The same nonce of somebody else is another instance.
    assert!(is_done(&world.start(&stranger(), 0)));
    let instances = [(user(), 0), (user(), 1), (stranger(), 0)];
    for (initiator, nonce) in instances {
        world.assert_phase(world.instance(&initiator, nonce), Phase::Running);
    }
    let in_the_name = world.start_for(&stranger(), &user(), 7, |_| {});
    assert_eq!(in_the_name, rejected("NotAuthorised"));
}

#[test]
fn the_account_of_an_instance_is_the_one_of_its_identity() {
    let mut world = World::new(feature("solana_home"));
    assert!(is_done(&world.start(&user(), 0)));
    let own = world.instance(&user(), 0);
    let record = world.chain.record(own, 0);
    let place = |accounts: &[solana_instruction::AccountMeta], key: Address| {
        let found = accounts.iter().position(|it| it.pubkey == key);
        found.expect("the account of the instance")
    };
    // Another instance is started in an account that holds one already.
    let fresh = world.chain.record(world.instance(&user(), 1), 0);
    let over = world.start_for(&user(), &user(), 1, |accounts| {
        let at = place(accounts, fresh);
        accounts[at].pubkey = record;
    });
    assert_eq!(over, rejected("WrongRecord"));
    // Something is asked of one instance with the account of another, or with a copy that somebody else's program owns.
    assert!(is_done(&world.start(&stranger(), 0)));
    let other = world.chain.record(world.instance(&stranger(), 0), 0);
    let mut prepared = world.chain.asking("cancel", None, own, user().pubkey());
    let at = place(&prepared.call.accounts, record);
    prepared.call.accounts[at].pubkey = other;
    assert_eq!(
        world.chain.send(&prepared, &[&user()]),
        rejected("WrongRecord")
    );
    let unknown = world.instance(&user(), 9);
    let forged = world.chain.record(unknown, 0);
    let account = world.chain.svm.account(&record).expect("it exists");
    let owner = stranger().pubkey();
    world
        .chain
        .svm
        .set_account(forged, Account { owner, ..account });
    assert_eq!(
        world.ask("cancel", None, unknown, &user()),
        rejected("WrongRecord")
    );
    world.assert_phase(own, Phase::Running);
}

#[test]
fn lamports_sent_ahead_do_not_keep_an_instance_from_starting() {
    let mut world = World::new(feature("solana_home"));
    let record = world.chain.record(world.instance(&user(), 0), 0);
    world.chain.svm.airdrop(&record, 1_000_000);
    assert!(is_done(&world.start(&user(), 0)));
    world.assert_phase(world.instance(&user(), 0), Phase::Running);
}

#[test]
fn a_reply_counts_only_from_the_participant_of_its_step() {
    let mut world = World::new(feature("solana_home"));
    assert!(is_done(&world.start(&user(), 0)));
    let instance = world.instance(&user(), 0);
    let [base, aptos] = world.peers[..] else {
        panic!("two participants");
    };
    let elsewhere = Peer {
        chain: base.chain,
        ..aptos
    };
    let somebody = Peer {
        emitter: [0x11; 32],
        ..base
    };
    for from in [aptos, elsewhere, somebody, world.chain.peer()] {
        let reply = world.reply(from, Executed, BASE_RUN, instance);
        assert_eq!(reply, rejected("WrongEmitter"), "{from:?}");
    }
    let other = world.reply_of(base, Executed, BASE_RUN, instance, [0; 32]);
    assert_eq!(other, rejected("WrongMessage"));
    assert_eq!(
        world.chain.status(instance, BASE_RUN),
        Some(Status::Sent as u8)
    );
    assert!(is_done(&world.reply(base, Executed, BASE_RUN, instance)));
    assert!(is_done(&world.reply(aptos, Executed, APTOS_RUN, instance)));
    world.assert_phase(instance, Phase::Completed);
}

#[test]
fn a_reply_about_an_instance_of_nobody_changes_nothing() {
    let mut world = World::new(feature("solana_home"));
    let base = world.peers[0];
    // One that another coordinator of the same source started, or nobody.
    let foreign = [0x44; 32];
    assert_eq!(
        world.reply(base, Executed, BASE_RUN, foreign),
        rejected("WrongRecord")
    );
    assert!(
        world
            .chain
            .svm
            .account(&world.chain.record(foreign, 0))
            .is_none()
    );
}

#[test]
fn a_settled_instance_stays_and_ignores_late_replies() {
    let mut world = World::new(feature("solana_home"));
    assert!(is_done(&world.start(&user(), 0)));
    let instance = world.instance(&user(), 0);
    let base = world.peers[0];
    assert!(is_done(&world.reply(base, Refused, BASE_RUN, instance)));
    let undone = play([Some(Vec::new())], || {
        world.ask("undo", Some(0), instance, &stranger())
    });
    assert!(is_done(&undone.0));
    world.assert_phase(instance, Phase::Compensated);
    let record = world.chain.record(instance, 0);
    let kept = world.chain.svm.account(&record);
    for kind in [Executed, Refused, MessageKind::Cancelled] {
        let late = world.reply(base, kind, BASE_RUN, instance);
        assert_eq!(
            late,
            Observed::Done {
                changes: Vec::new(),
                published: Vec::new()
            }
        );
    }
    assert_eq!(world.chain.svm.account(&record), kept);
    // Its nonce is used for good, so nobody is asked again for what was undone.
    assert_eq!(world.start(&user(), 0), rejected("NonceUsed"));
}

#[test]
fn inputs_over_their_bounds_are_refused() {
    let mut world = World::new(feature("solana_home_accounts"));
    let text = |text: &str| borsh::to_vec(text).expect("plain data");
    let inputs = [
        text("sixsix"),
        user().pubkey().to_bytes().to_vec(),
        [&[3; 32][..], &[1]].concat(),
        6_u32.to_le_bytes().to_vec(),
        1_i16.to_le_bytes().to_vec(),
    ];
    let ticket = [text("t"), vec![4; 32], vec![5, 0, 0, 0]].concat();
    let mut start = |is_longer: bool| {
        let mut prepared = world.chain.starting(0, &inputs, user().pubkey());
        if is_longer {
            // The length of the text stands behind the instruction's mark and the nonce.
            prepared.call.data[16] += 1;
            prepared.call.data.insert(20, b'x');
        }
        play([Some(ticket.clone())], || {
            world.chain.send(&prepared, &[&user()])
        })
        .0
    };
    assert_eq!(start(true), rejected("OverBound"));
    assert!(is_done(&start(false)));
}

/// The runtime allows 64 calls inside each other, as many as a workflow may have steps.
#[test]
fn the_longest_workflow_can_be_undone_in_one_transaction() {
    let head = "\
        workflow Feature on solana (user: address@solana, amount: u64) {\n\
        authorise user;\ntransport wormhole;\n\
        step first = Solana.run(amount) accounts { state: @STATE, authority: self } gas 50_000 compensate none;\n";
    let mut source = format!("{FEATURE_HEAD}{head}");
    for number in 1..xcc::sema::MAX_STEPS {
        let step =
            format!("step s{number} = Base.run(amount) within 1h gas 100_000 compensate none;");
        writeln!(source, "{step}").expect("a string takes it");
    }
    source.push('}');
    let project = xcc_tests::project::feature("long", &source);
    let mut world = World::new(Box::leak(Box::new(project)));
    assert!(is_done(&world.start(&user(), 0)));
    let instance = world.instance(&user(), 0);
    assert!(is_done(&world.ask("cancel", None, instance, &user())));
    world.assert_phase(instance, Phase::Cancelling);
    let base = world.peers[0];
    assert!(is_done(&world.reply(
        base,
        MessageKind::Cancelled,
        1,
        instance
    )));
    world.assert_phase(instance, Phase::Compensated);
}
