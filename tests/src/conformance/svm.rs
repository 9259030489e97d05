//! Emitted Solana programs in step with the interpreter: real ELFs in litesvm, and messages that the core stand-in has verified.

mod accounts;

mod calls;
mod compare;
mod exchanged;
mod holdings;
mod misdirected;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use sha2::{Digest, Sha256};
use xcc::entities::Machine;
use xcc::interp::schedule::StepAsk;
use xcc::interp::{Action, Rejected};
use xcc::ir::Role;
use xcc::vm::Vm;
use xcc::wire::Value;

use self::compare::has_duplicate;
use self::exchanged::Exchanged;
use self::holdings::Mints;
use super::follow::{Follower, same};
use super::peers::{Peers, peers, vaa, vm};
use super::walk::Trial;
use super::words::{handler, header};
use crate::delivery_plan::{Prepared, borsh};
use crate::interp::Bench;
use crate::network::{self, By, Observed, Protocol, SolanaChain};
use crate::project::Project;
use crate::svm::script::{Answer, Received, play};
use crate::svm::{Address, Svm};
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// What callers have, in lamports: enough for every record and fee.
const RICHES: u64 = 1_000_000_000_000;

/// The program that owns the account of whoever signs.
const SYSTEM: Address = solana_address::address!("11111111111111111111111111111111");

/// What the interpreter counts for the first instance.
const NONCE: u64 = 0;

/// How closely the compute units are found that a transaction needs.
const LEAST_UNITS: u32 = 500;
/// In how many parts those are divided to try too few of them.
const WAYPOINTS: u32 = 12;

/// An emitted program in step with the interpreter.
#[derive(Clone)]
pub struct SvmMachine<'p> {
    fixed: Rc<Fixed<'p>>,
    chain: SolanaChain,
}

/// What stays the same.
struct Fixed<'p> {
    protocol: Protocol<'p>,
    machine: Machine,
    program: Address,
    authority: Address,
    /// The owner of what the program holds.
    custody: Address,
    /// What it holds.
    mints: Mints,
    peers: Peers,
    /// Somebody who has no part in anything.
    strangers: [Vec<u8>; 2],
    /// The ways through handlers that were tried with fewer compute units.
    tried: RefCell<HashSet<String>>,
    /// The steps and kinds of messages that were presented to instructions for others.
    misdirected: RefCell<HashSet<(u16, u16)>>,
    /// What came of wrong accounts, if they are to be tried.
    exchanged: Option<RefCell<Exchanged>>,
    trials: Trials,
}

/// What is done with each transaction beside sending it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trials {
    /// Nothing else is tried.
    Nothing,
    /// It is sent with fewer compute units, if it makes calls.
    Units,
    /// It is sent with wrong accounts, if it is the first of its instruction that goes through.
    Accounts,
}

/// The machines of a project that run on Solana, in step with those of a bench.
///
/// # Errors
/// A missing toolchain, or a cache that cannot be read.
///
/// # Panics
/// When a program does not compile, or refuses its wiring.
pub fn deploy<'p>(
    project: &'p Project,
    bench: &Bench<'_>,
    trials: Trials,
) -> Result<BTreeMap<Machine, SvmMachine<'p>>, ToolError> {
    let protocol = Protocol::of_workflow(project, bench.workflow);
    let machines = bench.network.machines().machines().keys().copied();
    machines
        .filter(|&machine| vm(bench, machine) == Vm::Svm)
        .map(|machine| Ok((machine, deploy_one(protocol, bench, machine, trials)?)))
        .collect()
}

fn deploy_one<'p>(
    protocol: Protocol<'p>,
    bench: &Bench<'_>,
    machine: Machine,
    trials: Trials,
) -> Result<SvmMachine<'p>, ToolError> {
    let peers = peers(protocol, bench);
    let mut svm = Svm::new().credulous();
    let deployment = &protocol.project().compiled.deployment;
    let mints = holdings::mints(&mut svm, bench.program, deployment, machine);
    let strangers = [bench.stranger(machine), bench.other_stranger(machine)];
    let strangers = strangers.map(|by| by.caller);
    let callers = bench.accounts(machine).into_iter();
    let callers: Vec<_> = callers.chain(strangers.clone()).collect();
    for caller in &callers {
        svm.airdrop(&accounts::key(caller), RICHES);
    }
    let spoken_to: Vec<_> = match protocol.program().machines[machine].role {
        Role::Participant => vec![peers[&bench.coordinator()]],
        Role::Coordinator => {
            let participants = bench.data().participants.iter();
            participants.map(|participant| peers[participant]).collect()
        }
    };
    let mut chain = SolanaChain::on(svm, protocol, machine, &Guardian::new(1), &spoken_to)?;
    let contracts = protocol.program().declarations.contracts.iter();
    for (contract, data) in contracts.filter(|(_, data)| data.asset.is_none()) {
        if data.chain == bench.program.machines[machine].chain {
            let target = deployment.contracts[contract];
            chain.svm.add_scripted(target.to_word().into());
        }
    }
    for mint in mints.values() {
        let owners = callers.iter().map(|caller| accounts::key(caller));
        for owner in owners.chain([chain.custody(), chain.authority()]) {
            mint.open(&mut chain.svm, &owner);
        }
    }
    Ok(SvmMachine {
        fixed: Rc::new(Fixed {
            protocol,
            machine,
            program: chain.plan.program,
            authority: chain.authority(),
            custody: chain.custody(),
            mints,
            peers,
            strangers,
            tried: RefCell::default(),
            misdirected: RefCell::default(),
            exchanged: (trials == Trials::Accounts).then(RefCell::default),
            trials,
        }),
        chain,
    })
}

impl Follower for SvmMachine<'_> {
    /// All that the program owns, and all tokens, with all data: an account prints no more than the beginning of it.
    fn digest(&mut self) -> [u8; 32] {
        let accounts = self.chain.svm.owned_by(&self.fixed.program).into_iter();
        let accounts = accounts.chain(self.fixed.tokens(&self.chain.svm));
        let mut hash = Sha256::new();
        for (key, account) in accounts {
            hash.update(format!("{key} {account:?}"));
            hash.update(&account.data);
        }
        hash.finalize().into()
    }

    /// The constants of a deployment may be programs or mints, and nothing signs that is not the system's. Nor can somebody pay for a transaction that takes an
    /// account of theirs for a call, if that may be changed.
    fn can_be_sent(&self, trial: &Trial<'_>) -> bool {
        let payer = accounts::key(&trial.transaction.caller);
        let account = self.chain.svm.account(&payer);
        let can_sign = account.is_some_and(|it| it.owner == SYSTEM);
        can_sign && !self.takes_payer_twice(trial) && self.can_be_staged(trial)
    }

    fn follow(&mut self, trial: &Trial<'_>) -> Result<(), String> {
        // A program has no instruction for what it has no handler for, so there is nothing to send.
        if matches!(trial.result, Err(Rejected::NoEntry)) {
            return Ok(());
        }
        let now = i64::try_from(trial.transaction.now).expect("a time of this age");
        self.chain.svm.set_timestamp(now);
        let prepared = self.prepare(trial);
        let unstaged = self.clone();
        self.stage(trial, &prepared);
        if let Ok(step) = &trial.result
            && (!trial.calls.is_empty() || step.outcome.sent.len() > 1)
            && self.fixed.trials == Trials::Units
            && self.fixed.tried.borrow_mut().insert(step.way(&trial.calls))
        {
            self.try_less_units(trial, &prepared)?;
        }
        self.exchange(trial, &prepared);
        self.misdirect(trial, &prepared)?;
        let tokens = self.fixed.tokens(&self.chain.svm);
        let (observed, received) = self.run(trial, &prepared);
        self.compare(trial, &prepared, &observed)?;
        self.compare_tokens(trial, tokens)?;
        self.compare_calls(trial, &received)?;
        if trial.result.is_err() && self.fixed.has_movements(trial) {
            *self = unstaged;
        }
        Ok(())
    }
}

impl SvmMachine<'_> {
    /// Whether who sends a transaction that would go through, but for its calls, stands among the accounts of those.
    fn takes_payer_twice(&self, trial: &Trial<'_>) -> bool {
        let is_known = !self.fixed.strangers.contains(&trial.transaction.caller);
        let is_right = matches!(trial.result, Ok(_) | Err(Rejected::CallFailed(_)));
        is_known && is_right && has_duplicate(&self.clone().prepare(trial))
    }

    /// The transaction of a trial, after its message was posted.
    fn prepare(&mut self, trial: &Trial<'_>) -> Prepared {
        let payer = accounts::key(&trial.transaction.caller);
        let program = self.fixed.protocol.program();
        let action = &trial.transaction.action;
        let asked = trial.asked();
        let handler = handler(program, self.fixed.machine, &asked);
        let entry = &program.handlers[handler].name;
        let presented = match action {
            Action::Deliver(delivery) | Action::Expire(delivery) | Action::Park(delivery) => {
                Some(vaa(&self.fixed.peers, delivery))
            }
            _ => None,
        };
        match &asked {
            Action::Deliver(meant) | Action::Expire(meant) | Action::Park(meant) => {
                let header = header(meant);
                let presented = presented.expect("a message is delivered");
                self.chain.post(&presented);
                let meant = network::Delivery {
                    entry,
                    step: header.step,
                    instance: header.instance,
                    vaa: &vaa(&self.fixed.peers, meant),
                    by: By::Stranger,
                };
                self.chain.presenting(&presented, &meant, payer)
            }
            Action::Start { inputs } => self.chain.starting(NONCE, &self.borsh(inputs), payer),
            Action::Cancel { instance } => self.chain.asking("cancel", None, *instance, payer),
            Action::Redrive { instance } => self.chain.asking("redrive", None, *instance, payer),
            Action::Claim { instance, .. }
            | Action::Attempt { instance, .. }
            | Action::ExpireStep { instance, .. }
            | Action::ParkStep { instance, .. } => {
                let trigger = program.handlers[handler].trigger;
                let (ask, step) = StepAsk::of(trigger).expect("it is asked without a message");
                let step = program.steps[step].number;
                self.chain.asking(ask.verb(), Some(step), *instance, payer)
            }
        }
    }

    /// What an instance is started with, as its program takes it.
    fn borsh(&self, inputs: &[Value]) -> Vec<Vec<u8>> {
        let program = self.fixed.protocol.program();
        let fields = self.fixed.protocol.workflow().inputs.iter();
        let inputs = fields.zip(inputs);
        inputs
            .map(|(field, input)| borsh::bytes(input, &field.ty, &program.declarations))
            .collect()
    }

    /// With every limit of compute units that is not enough the transaction changes nothing, and with every other it does the same. What
    /// the plan asks for is ample: the targets here take next to nothing, so twice as much as is enough must be left beside their
    /// grants.
    fn try_less_units(&self, trial: &Trial<'_>, prepared: &Prepared) -> Result<(), String> {
        let calls = &prepared.instruction(&self.chain.plan).calls;
        let granted: u64 = calls.iter().map(|call| call.compute_units).sum();
        let granted = u32::try_from(granted).expect("a transaction has fewer");
        let (mut short, mut enough) = (0, prepared.compute_units);
        while enough - short > LEAST_UNITS {
            let limit = short.midpoint(enough);
            match self.suffices(trial, prepared, limit) {
                Ok(true) => enough = limit,
                Ok(false) => short = limit,
                Err(what) => return Err(format!("with {limit} compute units: {what}")),
            }
        }
        // Wherever in the transaction they run out.
        for limit in (1..WAYPOINTS).map(|place| enough / WAYPOINTS * place) {
            same(
                "the transaction goes through",
                self.suffices(trial, prepared, limit)?,
                false,
            )?;
        }
        let is_ample = 2 * enough <= prepared.compute_units - granted;
        same(
            &format!("{enough} compute units leave room"),
            is_ample,
            true,
        )
    }

    /// Whether the transaction goes through with so many compute units; if it does not, nothing happened.
    fn suffices(&self, trial: &Trial<'_>, prepared: &Prepared, limit: u32) -> Result<bool, String> {
        let mut machine = self.clone();
        let before = machine.digest();
        let prepared = prepared.with_units(limit);
        let (observed, received) = machine.run(trial, &prepared);
        if matches!(observed, Observed::Rejected(_)) {
            return same("what the program owns", machine.digest(), before).map(|()| false);
        }
        machine.compare(trial, &prepared, &observed)?;
        machine.compare_calls(trial, &received)?;
        Ok(true)
    }

    /// Sends the transaction of a trial to targets that answer as it says, and gives what they got.
    fn run(&mut self, trial: &Trial<'_>, prepared: &Prepared) -> (Observed, Vec<Received>) {
        play(self.fixed.answers(trial), || self.chain.send(prepared, &[]))
    }
}

impl Fixed<'_> {
    /// What the targets of a trial answer, in order. Token programs answer for themselves.
    fn answers(&self, trial: &Trial<'_>) -> Vec<Answer> {
        let scripted = trial.calls.iter();
        let scripted = scripted.filter(|(call, _)| !self.is_movement(call));
        let answers = scripted.map(|(call, called)| Answer {
            returned: self.answer(call, called),
            takes: self.taken(trial, call),
            asks: Vec::new(),
        });
        answers.collect()
    }
}
