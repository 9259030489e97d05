//! A run as JSON.

use serde_json::{Value as Json, json};

use super::text::Teller;
use super::timeline::{Doing, DoingKind, Entry, What};
use super::{Notation, Options, Run, Script};
use crate::entities::{Chain, Message};
use crate::interp::network::Entry as Purpose;
use crate::interp::{CallEnd, Event, Made, Outcome, Rejected};
use crate::wire::Value;

/// The name of the form, which changes when its meaning does.
const FORMAT: &str = "xcc-trace-1";

impl Teller<'_> {
    /// A run with all that happened in it.
    pub fn json(&self, options: &Options, run: &Run) -> Json {
        let program = self.subject.program;
        let failure = run.failure.as_ref().map(|failure| {
            json!({
                "instance": failure.instance + 1,
                "what": failure.describe(program),
            })
        });
        let chains = self.chains().into_iter();
        json!({
            "format": FORMAT,
            "workflow": self.subject.workflow().name,
            "seed": run.seed,
            "moves": self.moves(&options.script, run),
            "begins": options.script.begins,
            "chains": chains.map(|chain| self.chain_name(chain)).collect::<Vec<_>>(),
            "timeline": run.timeline.iter().map(|entry| self.entry(entry)).collect::<Json>(),
            "ends": self.ends(run),
            "failure": failure,
        })
    }

    /// The moves of a run, as `--replay` takes them.
    pub fn moves(&self, script: &Script, run: &Run) -> String {
        Notation::new(self.subject, script).print_all(&run.schedule)
    }

    fn ends(&self, run: &Run) -> Json {
        let program = self.subject.program;
        let ends = run.ends.iter().map(|end| {
            let steps = end.steps.iter();
            let steps = steps.map(|(step, status)| {
                let name = program.steps[*step].name.clone();
                (name, Json::from(status.name()))
            });
            let fields = self.subject.workflow().inputs.iter();
            let inputs = fields.zip(&end.inputs);
            let inputs = inputs.map(|(field, value)| (field.name.clone(), value.to_json()));
            json!({
                "inputs": Json::Object(inputs.collect()),
                "phase": end.phase.name(),
                "steps": Json::Object(steps.collect()),
                "returned": end.returned.as_deref().map(values),
                "end": end.words,
            })
        });
        ends.collect()
    }

    fn entry(&self, entry: &Entry) -> Json {
        let mut json = json!({
            "what": name_of(&entry.what),
            "time": entry.at,
            "chain": entry.chain.map(|chain| self.chain_name(chain)),
            "instance": entry.instance.map(|instance| instance + 1),
        });
        match &entry.what {
            What::Transaction { doing, result } => self.transaction(doing, result, &mut json),
            What::Passed(seconds) => json["seconds"] = (*seconds).into(),
            What::Lost(message) => json["message"] = self.message(*message).into(),
            What::Delayed(message, seconds) => {
                json["message"] = self.message(*message).into();
                json["seconds"] = (*seconds).into();
            }
            What::Forked(undone) => {
                let undone = undone.iter();
                let undone = undone.map(|(instance, doing)| {
                    json!({ "instance": instance + 1, "transaction": self.doing(doing, None) })
                });
                json["undone"] = undone.collect();
            }
            What::Ending => {}
            What::Failed(failure) => {
                json["failure"] = failure.describe(self.subject.program).into();
            }
        }
        json
    }

    fn transaction(&self, doing: &Doing, result: &Result<Outcome, Rejected>, json: &mut Json) {
        let (kind, message) = kind_of(doing.kind);
        json["kind"] = kind.into();
        json["by"] = doing.by.as_str().into();
        if let Some(message) = message {
            json["message"] = self.message(message).into();
        }
        if let DoingKind::Ask(_, step) = doing.kind {
            json["step"] = self.subject.program.steps[step].name.as_str().into();
        }
        for (key, is_so) in [
            ("repeated", doing.is_repeated),
            ("outOfOrder", doing.is_early),
            ("afterFork", doing.is_again),
        ] {
            if is_so {
                json[key] = true.into();
            }
        }
        match result {
            Err(rejected) => json["rejected"] = rejected.to_string().into(),
            Ok(outcome) => {
                json["calls"] = outcome.calls.iter().map(|made| self.made(made)).collect();
                json["events"] = outcome.events.iter().map(|it| self.event(it)).collect();
                let sent = outcome.sent.iter().map(|sent| sent.message);
                json["sent"] = sent.map(|message| self.message(message)).collect();
            }
        }
    }

    fn made(&self, made: &Made) -> Json {
        let function = &made.call.function;
        let program = self.subject.program;
        let (end, results) = match &made.end {
            CallEnd::Returned(results) => ("returned", values(results)),
            CallEnd::Failed => ("failed", Json::Null),
            CallEnd::Starved => ("starved", Json::Null),
            CallEnd::Undone(_) => ("undone", Json::Null),
        };
        json!({
            "contract": program.declarations.contracts[function.contract].name,
            "function": function.name,
            "step": program.steps[made.call.step.0].name,
            "part": made.call.part().name(),
            "args": values(&made.call.args),
            "end": end,
            "results": results,
        })
    }

    fn event(&self, event: &Event) -> Json {
        let program = self.subject.program;
        match event {
            Event::StepChanged(step, status) => {
                json!({ "step": program.steps[*step].name, "status": status.name() })
            }
            Event::InstanceChanged(phase) => json!({ "phase": phase.name() }),
            Event::Workflow(event, values) => {
                let data = &program.events[*event];
                let fields = data.fields.iter().zip(values);
                let fields = fields.map(|(field, value)| (field.name.clone(), value.to_json()));
                json!({ "event": data.name, "fields": Json::Object(fields.collect()) })
            }
        }
    }

    /// The position of a chain, home being the first.
    pub(super) fn index_of(&self, chain: Chain) -> usize {
        let mut chains = self.chains().into_iter();
        chains.position(|it| it == chain).unwrap_or(0)
    }
}

fn name_of(what: &What) -> &'static str {
    match what {
        What::Transaction { .. } => "transaction",
        What::Passed(_) => "passed",
        What::Lost(_) => "lost",
        What::Delayed(..) => "delayed",
        What::Forked(_) => "forked",
        What::Ending => "ending",
        What::Failed(_) => "failed",
    }
}

fn kind_of(kind: DoingKind) -> (&'static str, Option<Message>) {
    match kind {
        DoingKind::Start => ("start", None),
        DoingKind::Present(message, Purpose::Deliver) => ("deliver", Some(message)),
        DoingKind::Present(message, Purpose::Expire) => ("expire", Some(message)),
        DoingKind::Present(message, Purpose::Park) => ("park", Some(message)),
        DoingKind::Forge(message) => ("forge", Some(message)),
        DoingKind::Ask(ask, _) => (ask.verb(), None),
        DoingKind::Cancel => ("cancel", None),
        DoingKind::Redrive => ("redrive", None),
    }
}

fn values(values: &[Value]) -> Json {
    values.iter().map(Value::to_json).collect()
}
