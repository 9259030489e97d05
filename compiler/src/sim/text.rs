//! What happened in a run, in words: short lines for each chain.

use super::accounts::Accounts;
use super::timeline::{Doing, DoingKind, Entry, What};
use super::{Options, Run, Subject};
use crate::entities::{Chain, Message};
use crate::interp::network::Entry as Purpose;
use crate::interp::schedule::StepAsk;
use crate::interp::{CallEnd, Event, Made, Outcome, Rejected};
use crate::lanes::Lanes;
use crate::wire::Value;
use crate::wire::value::hex;

/// Says what happened in a run.
#[derive(Clone, Debug)]
pub struct Teller<'a> {
    pub(super) subject: &'a Subject<'a>,
    accounts: Vec<Accounts<'a>>,
}

impl<'a> Teller<'a> {
    /// For a run of a subject with such options.
    pub fn new(subject: &'a Subject<'a>, options: &Options, run: &Run) -> Self {
        let ends = run.ends.iter();
        let accounts = ends.map(|end| subject.accounts(&options.script, &end.inputs));
        Teller {
            subject,
            accounts: accounts.collect(),
        }
    }

    /// The chains of the workflow, home first.
    pub fn chains(&self) -> Vec<Chain> {
        let machines = self.subject.machines().into_iter();
        let chain = |machine| self.subject.program.machines[machine].chain;
        machines.map(chain).collect()
    }

    /// The name of a chain.
    pub fn chain_name(&self, chain: Chain) -> &'a str {
        &self.subject.program.declarations.chains[chain].name
    }

    /// The timeline of a run: a lane for each chain.
    pub fn timeline(&self, run: &Run) -> String {
        let chains = self.chains();
        let names: Vec<_> = chains
            .iter()
            .map(|&it| self.chain_name(it).to_owned())
            .collect();
        let mut lanes = Lanes::new("time", &names, "");
        let mut previous = None;
        for entry in &run.timeline {
            let time = clock(entry.at);
            let Some(chain) = entry.chain else {
                lanes.across(&format!("---- {} ----", self.lines(entry).join("; ")));
                continue;
            };
            let lane = chains.iter().position(|&it| it == chain).unwrap_or(0);
            for line in self.lines(entry) {
                let shown = match previous.as_ref() == Some(&time) {
                    true => "",
                    false => time.as_str(),
                };
                lanes.row(shown, lane, &line, "");
                previous = Some(time.clone());
            }
        }
        lanes.print()
    }

    /// What happened, line by line.
    pub fn lines(&self, entry: &Entry) -> Vec<String> {
        let about = self.about(entry.instance);
        let head = |text: String| vec![format!("{text}{about}")];
        match &entry.what {
            What::Transaction { doing, result } => {
                let mut lines = vec![self.doing(doing, entry.instance)];
                lines.extend(
                    self.result(entry.instance, result)
                        .into_iter()
                        .map(indented),
                );
                lines
            }
            What::Passed(seconds) => vec![format!("{} passes", clock(*seconds))],
            What::Lost(message) => head(format!("{} is lost", self.message(*message))),
            What::Delayed(message, seconds) => {
                let message = self.message(*message);
                head(format!("{message} is delayed by {}", clock(*seconds)))
            }
            What::Forked(undone) => {
                let mut lines = vec!["a fork undoes".to_owned()];
                lines.extend(
                    undone
                        .iter()
                        .map(|(instance, doing)| indented(self.doing(doing, Some(*instance)))),
                );
                lines
            }
            What::Ending => vec!["from here on nothing goes wrong".to_owned()],
            What::Failed(failure) => head(failure.describe(self.subject.program)),
        }
    }

    /// The number of an instance, if there are several.
    fn about(&self, instance: Option<usize>) -> String {
        match instance {
            Some(instance) if self.accounts.len() > 1 => format!(" #{}", instance + 1),
            _ => String::new(),
        }
    }

    /// A message by its kind and its step.
    pub fn message(&self, message: Message) -> String {
        let data = &self.subject.program.messages[message];
        format!(
            "{} {}",
            data.kind, self.subject.program.steps[data.step].name
        )
    }

    /// What a transaction asks for.
    pub(super) fn doing(&self, doing: &Doing, instance: Option<usize>) -> String {
        let by = &doing.by;
        let mut text = match doing.kind {
            DoingKind::Start => format!("start by {by}"),
            DoingKind::Present(message, Purpose::Deliver) => self.message(message),
            DoingKind::Present(message, Purpose::Expire) => {
                format!("{}, as expired", self.message(message))
            }
            DoingKind::Present(message, Purpose::Park) => {
                format!("{}, given up by {by}", self.message(message))
            }
            DoingKind::Forge(message) => format!("forged {}", self.message(message)),
            DoingKind::Ask(ask, step) => {
                let step = &self.subject.program.steps[step].name;
                match ask {
                    StepAsk::Claim => format!("claim of {step} by {by}"),
                    StepAsk::Park => format!("park {step} by {by}"),
                    StepAsk::Attempt(_) | StepAsk::Expire => format!("{} {step}", ask.verb()),
                }
            }
            DoingKind::Cancel => format!("cancel by {by}"),
            DoingKind::Redrive => "redrive".to_owned(),
        };
        text += &self.about(instance);
        for (is_so, word) in [
            (doing.is_repeated, ", repeated"),
            (doing.is_early, ", out of order"),
            (doing.is_again, ", after the fork"),
        ] {
            if is_so {
                text += word;
            }
        }
        text
    }

    fn result(&self, instance: Option<usize>, result: &Result<Outcome, Rejected>) -> Vec<String> {
        let accounts = instance.and_then(|instance| self.accounts.get(instance));
        match result {
            Ok(outcome) => self.outcome(accounts, outcome),
            Err(Rejected::Protocol(rejection)) => vec![format!("rejected: {}", rejection.name())],
            Err(rejected) => vec![format!("rejected: {rejected}")],
        }
    }

    fn outcome(&self, accounts: Option<&Accounts<'_>>, outcome: &Outcome) -> Vec<String> {
        let program = self.subject.program;
        let calls = outcome.calls.iter().map(|made| self.call(accounts, made));
        let events = outcome.events.iter().map(|event| match event {
            Event::StepChanged(step, status) => {
                format!("{} is {status}", program.steps[*step].name)
            }
            Event::InstanceChanged(phase) => format!("the instance is {phase}"),
            Event::Workflow(event, values) => {
                let data = &program.events[*event];
                let fields = data.fields.iter().zip(values);
                let fields = fields
                    .map(|(field, value)| format!("{}: {}", field.name, brief(value, accounts)));
                format!(
                    "event {}({})",
                    data.name,
                    fields.collect::<Vec<_>>().join(", ")
                )
            }
        });
        let sent = outcome.sent.iter();
        let sent = sent.map(|sent| format!("sends {}", self.message(sent.message)));
        let lines: Vec<_> = calls.chain(events).chain(sent).collect();
        match lines.is_empty() {
            true => vec!["nothing changes".to_owned()],
            false => lines,
        }
    }

    /// A call, its value arguments, and what it came to.
    pub fn call(&self, accounts: Option<&Accounts<'_>>, made: &Made) -> String {
        let function = &made.call.function;
        let contract = &self.subject.program.declarations.contracts[function.contract].name;
        let list = |values: &[Value]| {
            let values = values.iter().map(|value| brief(value, accounts));
            values.collect::<Vec<_>>().join(", ")
        };
        let end = match &made.end {
            CallEnd::Returned(values) if values.is_empty() => String::new(),
            CallEnd::Returned(values) => format!(" = {}", list(values)),
            CallEnd::Failed => " fails".to_owned(),
            CallEnd::Starved => " gets too little gas".to_owned(),
            CallEnd::Undone(_) => " is undone".to_owned(),
        };
        format!(
            "{contract}.{}({}){end}",
            function.name,
            list(&made.call.args)
        )
    }
}

fn indented(line: String) -> String {
    format!("  {line}")
}

/// Seconds as hours, minutes and seconds: `1:02:03`.
pub fn clock(seconds: u64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    format!("{hours}:{:02}:{:02}", minutes % 60, seconds % 60)
}

/// A value in a few characters: known accounts by their names, long bytes by their ends.
pub fn brief(value: &Value, accounts: Option<&Accounts<'_>>) -> String {
    let all = |values: &[Value]| {
        let values = values.iter().map(|value| brief(value, accounts));
        values.collect::<Vec<_>>().join(", ")
    };
    match value {
        Value::Bytes(bytes) => {
            let name = accounts.and_then(|accounts| accounts.name_of(bytes));
            name.map_or_else(|| short(&hex(bytes)), str::to_owned)
        }
        Value::String(text) => format!("{text:?}"),
        Value::List(values) => format!("[{}]", all(values)),
        Value::Record(values) => format!("{{{}}}", all(values)),
        Value::Option(None) => "none".to_owned(),
        Value::Option(Some(value)) => brief(value, accounts),
        Value::Bool(_) | Value::Uint(_) | Value::Int(_) | Value::Variant(_) => {
            let json = value.to_json();
            json.as_str()
                .map_or_else(|| json.to_string(), str::to_owned)
        }
    }
}

fn short(digits: &str) -> String {
    match digits.len() {
        0..=14 => digits.to_owned(),
        length => format!("{}…{}", &digits[..6], &digits[length - 4..]),
    }
}
