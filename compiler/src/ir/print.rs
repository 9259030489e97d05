//! The text form of the IR.
//!
//! Workflows, machines, steps, slots, messages, events and handlers are written by name, so that the text of one workflow does not
//! depend on another; blocks and values are numbered within their handler. `compiler/docs/ir.md` documents the form.

use std::fmt::{self, Display, Write};

use super::body::{ArithmeticOp, Block, Body, CallData, InstData, Terminator, Value, ValueData};
use super::program::{
    Handler, HandlerData, Machine, Program, Role, Step, StepKind, Trigger, Workflow,
};
use crate::hir::{AccountSource, BinaryOp, Binding, Custody, FunctionRef, ObjectSource, Seed};
use crate::literal::Literal;
use crate::types::{Field, Type};
use crate::wire::value::hex;

/// The text of a whole program.
pub fn program_to_string(program: &Program) -> String {
    let texts: Vec<_> = program
        .workflows
        .keys()
        .map(|workflow| workflow_to_string(program, workflow))
        .collect();
    texts.join("\n")
}

/// The text of one workflow and its machines.
pub fn workflow_to_string(program: &Program, workflow: Workflow) -> String {
    let mut text = String::new();
    let mut printer = Printer {
        program,
        out: &mut text,
    };
    printer
        .workflow(workflow)
        .expect("writing to a string cannot fail");
    text
}

struct Printer<'a> {
    program: &'a Program,
    out: &'a mut String,
}

impl Printer<'_> {
    fn workflow(&mut self, workflow: Workflow) -> fmt::Result {
        let data = &self.program.workflows[workflow];
        writeln!(
            self.out,
            "workflow {} ({}) -> ({}) {{",
            data.name,
            self.fields(&data.inputs),
            self.fields(&data.results)
        )?;
        for &step in &data.steps {
            self.step(step)?;
        }
        for (_, message) in self.program.messages_of(workflow) {
            let step = &self.program.steps[message.step].name;
            writeln!(
                self.out,
                "  message {} {step} {} -> {} via {} ({})",
                message.kind,
                self.machine_name(message.from),
                self.machine_name(message.to),
                message.transport,
                self.fields(&message.fields)
            )?;
        }
        writeln!(self.out, "}}")?;
        self.machine(data.coordinator)?;
        data.participants
            .iter()
            .try_for_each(|&machine| self.machine(machine))
    }

    fn step(&mut self, step: Step) -> fmt::Result {
        let data = &self.program.steps[step];
        let kind = match data.kind {
            StepKind::Compensable => "compensable",
            StepKind::NothingToUndo => "nothing-to-undo",
            StepKind::Pivot => "pivot",
            StepKind::Retriable => "retriable",
        };
        write!(
            self.out,
            "  step {} = {} {kind} on {}",
            data.name,
            data.number,
            self.machine_name(data.machine)
        )?;
        let later = |calls: &[(FunctionRef, u64)], what: &str| {
            let calls = calls.iter();
            let calls = calls.map(|(function, gas)| self.budgeted(function, *gas));
            let calls: Vec<_> = calls.collect();
            match calls.is_empty() {
                true => String::new(),
                false => format!(" {what} {}", calls.join(" and ")),
            }
        };
        let calls = data
            .calls()
            .map(|(function, gas)| self.budgeted(function, gas));
        let calls = calls.collect::<Vec<_>>().join(" and ");
        let back = later(&data.compensation, "undone by");
        let confirmed = later(&data.confirmation, "confirmed by");
        write!(self.out, " calls {calls}{back}{confirmed}")?;
        match data.custody {
            Some(Custody::Taken { .. }) => self.out.write_str(" takes")?,
            Some(Custody::Released(taken)) => {
                write!(self.out, " releases {}", self.program.steps[taken].name)?;
            }
            Some(Custody::Unspent(taken)) => {
                write!(self.out, " keeps {}", self.program.steps[taken].name)?;
            }
            Some(Custody::Paid(taken)) => {
                write!(self.out, " pays {}", self.program.steps[taken].name)?;
            }
            None => {}
        }
        for &taken in &data.spends {
            write!(self.out, " spends {}", self.program.steps[taken].name)?;
        }
        if let Some(within) = data.within {
            write!(self.out, " within {within}")?;
        }
        writeln!(self.out, " -> ({})", self.fields(&data.results))
    }

    fn machine(&mut self, machine: Machine) -> fmt::Result {
        let data = &self.program.machines[machine];
        let role = match data.role {
            Role::Coordinator => "coordinator",
            Role::Participant => "participant",
        };
        let chain = &self.program.declarations.chains[data.chain];
        writeln!(
            self.out,
            "\nmachine {}: {role} on {} ({}) {{",
            self.machine_name(machine),
            chain.name,
            chain.vm
        )?;
        for &slot in &data.slots {
            let slot = &self.program.slots[slot];
            let owner = slot
                .step
                .map(|step| format!(" of {}", self.program.steps[step].name))
                .unwrap_or_default();
            writeln!(
                self.out,
                "  slot {}: {}{owner}",
                slot.name,
                self.ty(&slot.ty)
            )?;
        }
        for &event in &data.events {
            let event = &self.program.events[event];
            writeln!(
                self.out,
                "  event {}({})",
                event.name,
                self.fields(&event.fields)
            )?;
        }
        data.handlers
            .iter()
            .try_for_each(|&handler| self.handler(handler))?;
        writeln!(self.out, "}}")
    }

    fn handler(&mut self, handler: Handler) -> fmt::Result {
        let data = &self.program.handlers[handler];
        writeln!(
            self.out,
            "\n  handler {}: {} {{",
            data.name,
            self.trigger(data)
        )?;
        self.block(&data.body, data.body.entry)?;
        writeln!(self.out, "  }}")
    }

    fn trigger(&self, data: &HandlerData) -> String {
        match data.trigger {
            Trigger::Start => "start".into(),
            Trigger::Deliver(message) => format!("deliver {}", self.message(message)),
            Trigger::Expire(message) => format!("expire {}", self.message(message)),
            Trigger::Park(message) => format!("park {}", self.message(message)),
            Trigger::Claim(step) => format!("claim {}", self.program.steps[step].name),
            Trigger::Attempt(step, part) => {
                format!("attempt {part} of {}", self.program.steps[step].name)
            }
            Trigger::ExpireStep(step) => format!("expire {}", self.program.steps[step].name),
            Trigger::ParkStep(step) => format!("park {}", self.program.steps[step].name),
            Trigger::Cancel => "cancel".into(),
            Trigger::Redrive => "redrive".into(),
            Trigger::Together(step, part) => {
                format!("together {part} of {}", self.program.steps[step].name)
            }
            Trigger::Internal => "internal".into(),
        }
    }

    fn block(&mut self, body: &Body, block: Block) -> fmt::Result {
        let data = &body.blocks[block];
        write!(self.out, "    {block}(")?;
        self.definitions(body, &data.params)?;
        self.out.push_str("):\n");
        for &inst in &data.insts {
            self.out.push_str("      ");
            self.inst(body, &body.insts[inst])?;
            self.out.push('\n');
        }
        let Some(terminator) = &data.terminator else {
            return writeln!(self.out, "      <unfinished>");
        };
        let text = self.terminator(terminator);
        writeln!(self.out, "      {text}")?;
        terminator
            .successors()
            .into_iter()
            .try_for_each(|next| self.block(body, next))
    }

    fn inst(&mut self, body: &Body, inst: &InstData) -> fmt::Result {
        if !inst.results().is_empty() {
            self.definitions(body, inst.results())?;
            self.out.push_str(" = ");
        }
        let operation = self.operation(inst);
        self.out.push_str(&operation);
        Ok(())
    }

    fn operation(&self, inst: &InstData) -> String {
        match inst {
            InstData::Literal { literal, .. } => literal_to_string(literal),
            InstData::Constant { constant, .. } => self.constant(*constant),
            InstData::Binary {
                op, left, right, ..
            } => format!("{} {left}, {right}", op_name(*op)),
            InstData::Fits {
                op, left, right, ..
            } => format!("fits {} {left}, {right}", arithmetic_name(*op)),
            InstData::Arithmetic {
                op, left, right, ..
            } => format!("{} {left}, {right}", arithmetic_name(*op)),
            InstData::ArithmeticOrZero {
                op,
                left,
                right,
                fits,
                ..
            } => format!("if {fits} {} {left}, {right} else 0", arithmetic_name(*op)),
            InstData::Not { value, .. } => format!("not {value}"),
            InstData::Widen { value, .. } => format!("widen {value}"),
            InstData::Narrow { value, .. } => format!("narrow {value}"),
            InstData::Record { record, fields, .. } => {
                format!(
                    "record {} {{{}}}",
                    self.program.declarations.records[*record].name,
                    join(fields)
                )
            }
            InstData::Field { value, index, .. } => format!("field {value}.{index}"),
            InstData::List { elements, .. } => format!("list [{}]", join(elements)),
            InstData::Load { slot, .. } => format!("load {}", self.program.slots[*slot].name),
            InstData::Now { .. } => "now".into(),
            InstData::Caller { .. } => "caller".into(),
            InstData::Deadline { .. } => "deadline".into(),
            InstData::Store { slot, value } => {
                format!("store {} {value}", self.program.slots[*slot].name)
            }
            InstData::Enter { step, status } => {
                format!("enter {} {status}", self.program.steps[*step].name)
            }
            InstData::SetStatus { step, status } => {
                format!("status {} {status}", self.program.steps[*step].name)
            }
            InstData::SetPhase { phase } => format!("phase {phase}"),
            InstData::Emit { event, args } => {
                format!("emit {}({})", self.program.events[*event].name, join(args))
            }
            InstData::Send {
                message,
                deadline,
                args,
            } => {
                let deadline = deadline
                    .map(|value| format!(" deadline {value}"))
                    .unwrap_or_default();
                format!("send {}({}){deadline}", self.message(*message), join(args))
            }
            InstData::RequireGas { gas } => format!("require_gas {gas}"),
            InstData::Call { call, .. } => format!("call {}", self.call(call)),
        }
    }

    fn terminator(&self, terminator: &Terminator) -> String {
        match terminator {
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => format!("branch {condition} {then} else {otherwise}"),
            Terminator::SwitchStatus {
                step,
                arms,
                otherwise,
            } => {
                format!(
                    "switch status {} {}else {otherwise}",
                    self.program.steps[*step].name,
                    arms_to_string(arms)
                )
            }
            Terminator::SwitchPhase { arms, otherwise } => {
                format!("switch phase {}else {otherwise}", arms_to_string(arms))
            }
            Terminator::Invoke { call, ok, refused } => {
                format!("invoke {} ok {ok} refused {refused}", self.call(call))
            }
            Terminator::Together {
                routine,
                args,
                gas,
                ok,
                refused,
            } => {
                let routine = &self.program.handlers[*routine].name;
                let args: Vec<_> = args.iter().map(ToString::to_string).collect();
                let args = args.join(", ");
                format!("together {routine}({args}) gas {gas} ok {ok} refused {refused}")
            }
            Terminator::Continue(handler) => {
                format!("continue {}", self.program.handlers[*handler].name)
            }
            Terminator::Finish => "finish".into(),
            Terminator::Reject(rejection) => format!("reject {}", rejection.name()),
        }
    }

    fn budgeted(&self, function: &FunctionRef, gas: u64) -> String {
        format!("{} gas {gas}", self.function(function))
    }

    fn call(&self, call: &CallData) -> String {
        let function = self.function(&call.function);
        let uses: Vec<_> = call.results.iter().map(usize::to_string).collect();
        let spends = call.spends.iter().map(|spend| {
            let funding = &spend.funding;
            let (asset, binding) = (
                self.function(&funding.function),
                self.binding(&funding.binding),
            );
            format!(" spends {asset}({}){binding}", join(&funding.args))
        });
        let ask = call
            .asks
            .map(|step| format!("ask {} ", self.program.steps[step].name));
        let joined = if call.joins { "joined " } else { "" };
        format!(
            "{joined}{}{function}({}) gas {} uses [{}]{}{}",
            ask.unwrap_or_default(),
            join(&call.args),
            call.gas,
            uses.join(", "),
            self.binding(&call.binding),
            spends.collect::<String>()
        )
    }

    fn binding(&self, binding: &Binding<Value>) -> String {
        match binding {
            Binding::Evm { value: None } => String::new(),
            Binding::Evm { value: Some(value) } => format!(" value {value}"),
            Binding::Svm { accounts } => {
                let accounts = accounts.iter().map(|account| {
                    let signer = if account.signer { " signer" } else { "" };
                    let writable = if account.writable { " writable" } else { "" };
                    format!(
                        "{}: {}{signer}{writable}",
                        account.name,
                        self.account(&account.source)
                    )
                });
                format!(" accounts {{{}}}", accounts.collect::<Vec<_>>().join(", "))
            }
            Binding::Sui {
                objects,
                type_arguments,
            }
            | Binding::Aptos {
                objects,
                type_arguments,
            } => {
                let objects = objects.iter().map(|object| {
                    let source = match object.source {
                        ObjectSource::Constant(constant) => self.constant(constant),
                        ObjectSource::Clock => "clock".into(),
                    };
                    format!("{}: {source}", object.name)
                });
                let objects = objects.collect::<Vec<_>>().join(", ");
                let types: Vec<_> = type_arguments
                    .iter()
                    .map(|&constant| self.constant(constant))
                    .collect();
                format!(" objects {{{objects}}} types [{}]", types.join(", "))
            }
        }
    }

    fn account(&self, source: &AccountSource<Value>) -> String {
        match source {
            AccountSource::Constant(constant) => self.constant(*constant),
            AccountSource::Fixed(key) => format!("fixed {}", bs58::encode(key).into_string()),
            AccountSource::Authority => "authority".into(),
            AccountSource::Custody => "custody".into(),
            AccountSource::CalledProgram => "program".into(),
            AccountSource::Payer => "payer".into(),
            AccountSource::Value(value) => value.to_string(),
            AccountSource::Pda { program, seeds } => {
                let program = program
                    .as_ref()
                    .map_or_else(|| "program".into(), |program| self.account(program));
                let seeds: Vec<_> = seeds.iter().map(|seed| self.seed(seed)).collect();
                format!("pda({program}; {})", seeds.join(", "))
            }
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => {
                format!(
                    "ata({}, {}, {})",
                    self.account(owner),
                    self.account(mint),
                    self.account(token_program)
                )
            }
        }
    }

    fn seed(&self, seed: &Seed<Value>) -> String {
        match seed {
            Seed::Bytes(bytes) => hex(bytes),
            Seed::Key(key) => format!("key {}", self.account(key)),
            Seed::Value(value) => value.to_string(),
        }
    }

    fn definitions(&mut self, body: &Body, values: &[Value]) -> fmt::Result {
        for (index, &value) in values.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let ValueData { name, ty } = &body.values[value];
            let ty = ty.display(&self.program.declarations);
            write!(self.out, "{comma}{value} {name}: {ty}")?;
        }
        Ok(())
    }

    fn message(&self, message: super::Message) -> String {
        let data = &self.program.messages[message];
        format!("{} {}", data.kind, self.program.steps[data.step].name)
    }

    fn constant(&self, constant: crate::entities::Constant) -> String {
        format!("@{}", self.program.declarations.constants[constant].name)
    }

    fn function(&self, function: &FunctionRef) -> String {
        let contract = &self.program.declarations.contracts[function.contract].name;
        let overload = if function.overload == 0 {
            String::new()
        } else {
            format!("#{}", function.overload)
        };
        format!("{contract}.{}{overload}", function.name)
    }

    fn machine_name(&self, machine: Machine) -> String {
        let data = &self.program.machines[machine];
        self.program.declarations.chains[data.chain].name.clone()
    }

    fn fields(&self, fields: &[Field]) -> String {
        let fields = fields
            .iter()
            .map(|field| format!("{}: {}", field.name, self.ty(&field.ty)));
        fields.collect::<Vec<_>>().join(", ")
    }

    fn ty(&self, ty: &Type) -> String {
        ty.display(&self.program.declarations).to_string()
    }
}

fn arms_to_string<T: Display>(arms: &[(Vec<T>, Block)]) -> String {
    arms.iter()
        .fold(String::new(), |mut text, (values, block)| {
            let values: Vec<_> = values.iter().map(T::to_string).collect();
            let _ = write!(text, "{} {block}, ", values.join("|"));
            text
        })
}

fn literal_to_string(literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Uint(value) => value.to_string(),
        Literal::Int(value) => crate::wire::Value::Int(*value)
            .to_json()
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        Literal::Bytes(bytes) => hex(bytes),
        Literal::String(text) => format!("{text:?}"),
        Literal::Variant(index) => format!("variant {index}"),
    }
}

fn op_name(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Eq => "eq",
        BinaryOp::Ne => "ne",
        BinaryOp::Lt => "lt",
        BinaryOp::Le => "le",
        BinaryOp::Gt => "gt",
        BinaryOp::Ge => "ge",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
    }
}

fn arithmetic_name(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "add",
        ArithmeticOp::Sub => "sub",
        ArithmeticOp::Mul => "mul",
        ArithmeticOp::Div => "div",
        ArithmeticOp::Rem => "rem",
    }
}

fn join(values: &[Value]) -> String {
    values
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
