//! Moves as people write them: in scenarios, and on the command line that repeats a run.
//!
//! ```text
//! start                                the initiator starts the instance
//! deliver KIND STEP                    a message is taken
//! expire Execute STEP                  it is presented as expired
//! park Cancel STEP by ACCOUNT          the compensation that it asks for is given up
//! attempt STEP                         the call of a step of home runs, where it waits for a transaction of its own
//! undo STEP                            its compensation does
//! finalise STEP                        its confirmation does
//! expire STEP                          its deadline has passed, and it is refused
//! park STEP by ACCOUNT                 its compensation is given up
//! claim STEP by ACCOUNT                a parked compensation is run
//! cancel by ACCOUNT
//! redrive
//! pass SECONDS                         time passes everywhere
//! pass CHAIN SECONDS                   time passes on one chain
//! lose KIND STEP                       the transport loses a message
//! delay KIND STEP SECONDS              the transport keeps it back
//! fork CHAIN COUNT [again N,N]         the chain forgets its last transactions, and runs some of them again
//! forge KIND STEP                      somebody presents a message that no machine sent
//! ```
//!
//! Transactions may end with `failing N,N`, the calls that fail by their positions from 1, and with `gas N`. `#2` at the end names
//! the second instance. Moves of a schedule have semicolons between them.

mod words;

use thiserror::Error;

use super::accounts::{Accounts, NOBODY};
use super::moves::{Kind, Move};
use super::script::Script;
use super::{Subject, values};
use crate::entities::{Chain, Machine, Message};
use crate::interp::Gas;
use crate::interp::network::Entry;
use crate::interp::schedule::{Account, MoveKind, StepAsk};
use crate::ir::{MessageKind, Part, Step};
use words::{Words, list, positions, wrong};

/// Why a text is no move.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NotAMove(String);

/// The kinds of messages, by name.
const KINDS: [MessageKind; 7] = [
    MessageKind::Execute,
    MessageKind::Confirm,
    MessageKind::Cancel,
    MessageKind::Executed,
    MessageKind::Refused,
    MessageKind::Confirmed,
    MessageKind::Cancelled,
];

/// Calls beyond these cannot be told to fail.
const MOST_FAILING: u8 = u8::BITS as u8;

/// Writes and reads moves of a workflow.
#[derive(Clone, Debug)]
pub struct Notation<'a> {
    subject: &'a Subject<'a>,
    /// Names of accounts, whose addresses do not matter.
    accounts: Accounts<'a>,
}

impl<'a> Notation<'a> {
    /// For runs of a subject with such a script.
    pub fn new(subject: &'a Subject<'a>, script: &Script) -> Self {
        let fields = subject.workflow().inputs.iter();
        let value = |ty| values::made_up(ty, "", &subject.program.declarations);
        let inputs: Vec<_> = fields.map(|field| value(&field.ty)).collect();
        Notation {
            subject,
            accounts: subject.accounts(script, &inputs),
        }
    }

    /// Writes a schedule.
    pub fn print_all(&self, schedule: &[Move]) -> String {
        let moves: Vec<_> = schedule.iter().map(|step| self.print(step)).collect();
        moves.join("; ")
    }

    /// Reads a schedule.
    ///
    /// # Errors
    ///
    /// Why the first text between semicolons that is no move is none.
    pub fn parse_all(&self, text: &str) -> Result<Vec<Move>, NotAMove> {
        let moves = text.split(';').map(str::trim);
        let moves = moves.filter(|text| !text.is_empty());
        moves.map(|text| self.parse(text)).collect()
    }

    /// Writes a move.
    pub fn print(&self, step: &Move) -> String {
        let mut text = match &step.kind {
            Kind::Start { .. } => "start".to_owned(),
            Kind::Act(act) => self.print_act(&act.kind),
            Kind::Pass(seconds) => format!("pass {seconds}"),
            Kind::Lose(message) => format!("lose {}", self.message(*message)),
            Kind::Delay(message, seconds) => format!("delay {} {seconds}", self.message(*message)),
            Kind::Fork {
                chain,
                undone,
                again,
            } => {
                let mut text = format!("fork {} {undone}", self.chain(*chain));
                if !again.is_empty() {
                    text += &format!(" again {}", list(again.iter().map(|it| it + 1)));
                }
                text
            }
            Kind::Forge(message) => format!("forge {}", self.message(*message)),
        };
        let (failing, gas) = step.conditions();
        if failing != 0 {
            let calls = (0..MOST_FAILING).filter(|call| failing >> call & 1 == 1);
            text += &format!(" failing {}", list(calls.map(|call| usize::from(call) + 1)));
        }
        if let Gas::Limit(gas) = gas {
            text += &format!(" gas {gas}");
        }
        if step.instance > 0 {
            text += &format!(" #{}", step.instance + 1);
        }
        text
    }

    fn print_act(&self, kind: &MoveKind) -> String {
        match *kind {
            MoveKind::Present(message, entry, account) => {
                let verb = match entry {
                    Entry::Deliver => "deliver",
                    Entry::Expire => "expire",
                    Entry::Park => "park",
                };
                let to = self.subject.program.messages[message].to;
                format!("{verb} {}{}", self.message(message), self.by(to, account))
            }
            MoveKind::Ask(ask, step, account) => {
                let data = &self.subject.program.steps[step];
                let by = self.by(data.machine, account);
                format!("{} {}{by}", ask.verb(), data.name)
            }
            MoveKind::Cancel(account) => format!("cancel{}", self.by(self.subject.home(), account)),
            MoveKind::Redrive(account) => {
                format!("redrive{}", self.by(self.subject.home(), account))
            }
            MoveKind::Pass(chain, seconds) => format!("pass {} {seconds}", self.chain(chain)),
        }
    }

    /// Who sends a transaction; nothing for a stranger.
    fn by(&self, machine: Machine, account: Account) -> String {
        let chain = self.subject.program.machines[machine].chain;
        match self.accounts.name(chain, account) {
            super::STRANGER => String::new(),
            name => format!(" by {name}"),
        }
    }

    fn message(&self, message: Message) -> String {
        let data = &self.subject.program.messages[message];
        format!(
            "{} {}",
            data.kind, self.subject.program.steps[data.step].name
        )
    }

    fn chain(&self, chain: Chain) -> &str {
        &self.subject.program.declarations.chains[chain].name
    }

    /// Reads a move.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(&self, text: &str) -> Result<Move, NotAMove> {
        let mut words = Words::new(text);
        let (instance, gas, failing) = words.take_endings()?;
        let kind = self.kind(&mut words)?;
        words.end()?;
        let step = Move { instance, kind }.with(failing, gas);
        match step.conditions() == (failing, gas) {
            true => Ok(step),
            false => Err(wrong("only a transaction has `failing` and `gas`")),
        }
    }

    fn kind(&self, words: &mut Words<'_>) -> Result<Kind, NotAMove> {
        let act = |kind| Move::act(0, kind).kind;
        let home = self.subject.home();
        Ok(match words.next("a move")? {
            "start" => Move::start(0).kind,
            "deliver" => act(self.present(words, Entry::Deliver)?),
            "expire" => act(self.present_or_ask(words, Entry::Expire, StepAsk::Expire)?),
            "park" => act(self.present_or_ask(words, Entry::Park, StepAsk::Park)?),
            "attempt" => act(self.ask(words, StepAsk::Attempt(Part::Execution))?),
            "undo" => act(self.ask(words, StepAsk::Attempt(Part::Compensation))?),
            "finalise" => act(self.ask(words, StepAsk::Attempt(Part::Confirmation))?),
            "claim" => act(self.ask(words, StepAsk::Claim)?),
            "cancel" => act(MoveKind::Cancel(self.account(words, home)?)),
            "redrive" => act(MoveKind::Redrive(self.account(words, home)?)),
            "pass" => self.pass(words)?,
            "lose" => Kind::Lose(self.message_of(words)?),
            "delay" => Kind::Delay(self.message_of(words)?, words.number("seconds")?),
            "fork" => Kind::Fork {
                chain: self.chain_of(words.next("a chain")?)?,
                undone: words.number("a number of transactions")?,
                again: match words.take("again") {
                    true => positions(words.next("positions")?)?,
                    false => Vec::new(),
                },
            },
            "forge" => Kind::Forge(self.message_of(words)?),
            other => return Err(wrong(format!("there is no move `{other}`"))),
        })
    }

    fn present(&self, words: &mut Words<'_>, entry: Entry) -> Result<MoveKind, NotAMove> {
        let message = self.message_of(words)?;
        let to = self.subject.program.messages[message].to;
        let account = self.account(words, to)?;
        Ok(MoveKind::Present(message, entry, account))
    }

    fn ask(&self, words: &mut Words<'_>, ask: StepAsk) -> Result<MoveKind, NotAMove> {
        let step = self.step(words)?;
        let machine = self.subject.program.steps[step].machine;
        Ok(MoveKind::Ask(ask, step, self.account(words, machine)?))
    }

    /// About a message if its kind comes next, else about a step of home.
    fn present_or_ask(
        &self,
        words: &mut Words<'_>,
        entry: Entry,
        ask: StepAsk,
    ) -> Result<MoveKind, NotAMove> {
        let is_kind = |word: &str| KINDS.into_iter().any(|kind| kind.name() == word);
        match words.peek().is_none_or(is_kind) {
            true => self.present(words, entry),
            false => self.ask(words, ask),
        }
    }

    fn pass(&self, words: &mut Words<'_>) -> Result<Kind, NotAMove> {
        let word = words.next("seconds or a chain")?;
        if let Ok(seconds) = word.parse() {
            return Ok(Kind::Pass(seconds));
        }
        let kind = MoveKind::Pass(self.chain_of(word)?, words.number("seconds")?);
        Ok(Move::act(0, kind).kind)
    }

    fn account(&self, words: &mut Words<'_>, machine: Machine) -> Result<Account, NotAMove> {
        if !words.take("by") {
            return Ok(NOBODY);
        }
        let name = words.next("an account")?;
        let chain = self.subject.program.machines[machine].chain;
        let account = self.accounts.find(chain, name);
        account.ok_or_else(|| {
            let chain = self.chain(chain);
            wrong(format!("`{name}` is no account that is known on `{chain}`"))
        })
    }

    fn step(&self, words: &mut Words<'_>) -> Result<Step, NotAMove> {
        let name = words.next("a step")?;
        let mut steps = self.subject.steps().iter().copied();
        let step = steps.find(|&step| self.subject.program.steps[step].name == name);
        step.ok_or_else(|| wrong(format!("there is no step `{name}`")))
    }

    fn message_of(&self, words: &mut Words<'_>) -> Result<Message, NotAMove> {
        let name = words.next("a kind of message")?;
        let kind = KINDS.into_iter().find(|kind| kind.name() == name);
        let kind = kind.ok_or_else(|| wrong(format!("`{name}` is no kind of message")))?;
        let step = self.step(words)?;
        let message = self.subject.program.message(step, kind);
        message.ok_or_else(|| {
            let step = &self.subject.program.steps[step].name;
            wrong(format!("there is no {kind} of step `{step}`"))
        })
    }

    fn chain_of(&self, name: &str) -> Result<Chain, NotAMove> {
        let machines = self.subject.machines().into_iter();
        let mut chains = machines.map(|machine| self.subject.program.machines[machine].chain);
        let chain = chains.find(|&chain| self.chain(chain) == name);
        chain.ok_or_else(|| wrong(format!("no chain `{name}` takes part")))
    }
}
