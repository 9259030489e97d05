//! The instances of a run before they are started: their inputs, and who takes part in them.

use super::accounts::{Accounts, NOBODY};
use super::moves::Move;
use super::script::{Script, Starter};
use super::state::{Member, State};
use super::{Options, Subject, values};
use crate::interp::Rejected;
use crate::interp::schedule::Account;
use crate::ir::{Phase, Rejection};
use crate::wire::Value;

/// The name of a starter that is given by its address.
const STARTER: &str = "starter";

/// How many inputs and results are tried in search of some with which an instance completes.
const TRIES: u32 = 512;

/// The instances of a run. What the script does not say of inputs and results is made up, such that the instance completes if nothing
/// goes wrong, as far as such values are found; guards of the source decide that.
pub(super) fn members<'a>(subject: &'a Subject<'a>, options: &'a Options) -> Vec<Member<'a>> {
    (0..options.instances)
        .map(|number| {
            let candidates = (0..TRIES).map(|attempt| member(subject, options, number, attempt));
            let mut good = candidates.filter(|it| completes(subject, it));
            let good = good.next();
            good.unwrap_or_else(|| member(subject, options, number, 0))
        })
        .collect()
}

fn member<'a>(
    subject: &'a Subject<'a>,
    options: &Options,
    number: usize,
    attempt: u32,
) -> Member<'a> {
    let script = &options.script;
    let seed = format!("{} {number} {attempt}", options.seed);
    let fields = subject.workflow().inputs.iter().enumerate();
    let inputs: Vec<_> = fields
        .map(|(position, field)| {
            let made_up = || {
                let seed = format!("{seed} {}", field.name);
                values::made_up(&field.ty, &seed, &subject.program.declarations)
            };
            let scripted = script.inputs.get(&position).cloned();
            scripted.unwrap_or_else(made_up)
        })
        .collect();
    let accounts = accounts(subject, script, &inputs);
    Member {
        initiator: initiator(subject, script, &accounts),
        accounts,
        inputs,
        seed,
        id: None,
        refused: None,
    }
}

/// The accounts of an instance with such inputs.
pub(super) fn accounts<'a>(
    subject: &Subject<'a>,
    script: &Script,
    inputs: &[Value],
) -> Accounts<'a> {
    let (program, workflow) = (subject.program, subject.workflow);
    let mut accounts = Accounts::new(program, workflow, &subject.setting, inputs);
    if let Some(Starter::Address(address)) = &script.by {
        let home = program.machines[subject.home()].chain;
        accounts.add_address(home, STARTER, address.clone());
    }
    accounts
}

fn initiator(subject: &Subject<'_>, script: &Script, accounts: &Accounts<'_>) -> Account {
    let home = subject.program.machines[subject.home()].chain;
    let named = match &script.by {
        Some(Starter::Named(name)) => accounts.find(home, name),
        Some(Starter::Address(_)) => accounts.find(home, STARTER),
        None => None,
    };
    named.unwrap_or(subject.starter)
}

/// Who may start an instance: the first of the known accounts that is not told otherwise.
pub(super) fn starter(subject: &Subject<'_>) -> Account {
    let options = Options::calm();
    let member = member(subject, &options, 0, 0);
    let home = subject.program.machines[subject.home()].chain;
    let known = (0..member.accounts.count(home)).map(Account);
    let may = |&account: &Account| {
        let member = Member {
            initiator: account,
            ..member.clone()
        };
        let mut state = State::new(subject, &options, vec![member]);
        state.play(&Move::start(0), None);
        state.members[0].refused != Some(Rejected::Protocol(Rejection::NotAuthorised))
    };
    known.into_iter().find(may).unwrap_or(NOBODY)
}

/// Whether an instance completes if nothing goes wrong and every call succeeds.
fn completes(subject: &Subject<'_>, member: &Member<'_>) -> bool {
    let options = Options::calm();
    let mut state = State::new(subject, &options, vec![member.clone()]);
    state.end();
    state.phase(0) == Phase::Completed
}
