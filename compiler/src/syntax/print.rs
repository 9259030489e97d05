//! Writes the tree in a readable form that shows what the parser understood: one line for each part, operands in
//! parentheses, clauses in a fixed order. Positions are left out, so the form does not change with the layout.

use std::fmt::{self, Display, Write};

use super::ast::{
    Authority, Call, CallClause, CallOptions, Compensation, Docs, Expr, ExprKind, Field,
    FieldValue, File, Floor, Function, Import, Item, Let, Policy, ReturnValue, Statement, Step,
    StepResult, Type, TypeKind, Workflow,
};

/// The tree as text, ending in a line break unless it is empty.
pub fn print(file: &File) -> String {
    let mut printer = Printer::default();
    printer.docs("//!", &file.docs);
    for import in &file.imports {
        printer.import(import);
    }
    for item in &file.items {
        printer.item(item);
    }
    printer.text
}

#[derive(Default)]
struct Printer {
    text: String,
    indent: usize,
}

impl Printer {
    fn line(&mut self, content: impl Display) {
        let width = self.indent * 2;
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{:width$}{content}", "");
    }

    fn nested(&mut self, write: impl FnOnce(&mut Self)) {
        self.indent += 1;
        write(self);
        self.indent -= 1;
    }

    fn docs(&mut self, marker: &str, docs: &Docs) {
        for line in docs {
            self.line(format!("{marker} {line}").trim_end());
        }
    }

    fn import(&mut self, import: &Import) {
        self.line(format_args!("import {:?}", import.path.value));
        self.nested(|p| {
            for imported in &import.names {
                let (name, local) = (&imported.name.value, &imported.local().value);
                p.line(format_args!("name {name} as {local}"));
            }
        });
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Chain(chain) => {
                self.docs("///", &chain.docs);
                self.line(format_args!(
                    "chain {}: {}",
                    chain.name.value, chain.vm.value
                ));
            }
            Item::Contract(contract) => {
                self.docs("///", &contract.docs);
                let (name, chain) = (&contract.name.value, &contract.chain.value);
                self.line(format_args!(
                    "contract {name} on {chain} from {:?}",
                    contract.interface.value
                ));
            }
            Item::Asset(asset) => {
                self.docs("///", &asset.docs);
                self.line(format_args!("asset {}", asset.name.value));
                self.nested(|p| {
                    for form in &asset.forms {
                        let (chain, standard) = (&form.chain.value, &form.standard.value);
                        let decimals = form.decimals.value;
                        p.line(format_args!("form {chain}: {standard} decimals {decimals}"));
                    }
                });
            }
            Item::Record(record) => {
                self.docs("///", &record.docs);
                self.line(format_args!("record {}", record.name.value));
                self.nested(|p| p.fields("field", &record.fields));
            }
            Item::Enum(item) => {
                self.docs("///", &item.docs);
                self.line(format_args!("enum {}", item.name.value));
                self.nested(|p| {
                    for variant in &item.variants {
                        p.docs("///", &variant.docs);
                        p.line(format_args!("variant {}", variant.name.value));
                    }
                });
            }
            Item::Const(item) => {
                self.docs("///", &item.docs);
                let (name, ty, value) = (&item.name.value, &item.ty, &item.value);
                self.line(format_args!("const {name}: {ty} = {value}"));
            }
            Item::Function(function) => self.function(function),
            Item::Workflow(workflow) => self.workflow(workflow),
        }
    }

    fn function(&mut self, function: &Function) {
        self.docs("///", &function.docs);
        let (name, result) = (&function.name.value, &function.result);
        self.line(format_args!("fn {name} -> {result}"));
        self.nested(|p| {
            p.fields("parameter", &function.params);
            function.lets.iter().for_each(|it| p.named_value(it));
            p.line(format_args!("value {}", function.value));
        });
    }

    fn named_value(&mut self, statement: &Let) {
        let ty = statement.ty.iter().map(|ty| format!(": {ty}"));
        let ty: String = ty.collect();
        let (name, value) = (&statement.name.value, &statement.value);
        self.line(format_args!("let {name}{ty} = {value}"));
    }

    fn workflow(&mut self, workflow: &Workflow) {
        self.docs("///", &workflow.docs);
        self.line(format_args!(
            "workflow {} on {}",
            workflow.name.value, workflow.home.value
        ));
        self.nested(|p| {
            p.fields("input", &workflow.inputs);
            p.fields("result", &workflow.results);
            for statement in &workflow.body {
                p.statement(statement);
            }
        });
    }

    fn fields(&mut self, role: &str, fields: &[Field]) {
        for field in fields {
            self.docs("///", &field.docs);
            self.line(format_args!("{role} {}: {}", field.name.value, field.ty));
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Authorise(authorise) => match &authorise.who {
                Authority::Anyone(_) => self.line("authorise anyone"),
                Authority::Address(who) => self.line(format_args!("authorise {who}")),
            },
            Statement::Transport(transport) => {
                self.line(format_args!("transport {}", transport.name.value));
            }
            Statement::Step(step) => self.step(step),
            Statement::Return(statement) => match &statement.value {
                ReturnValue::Single(value) => self.line(format_args!("return {value}")),
                ReturnValue::Named(values) => self.named("return", values),
            },
            Statement::Let(statement) => self.named_value(statement),
            Statement::Parallel(parallel) => {
                self.line("parallel");
                self.statements(&parallel.body);
            }
            Statement::Attempt(statement) => {
                self.line("attempt");
                self.statements(&statement.first);
                self.line("else");
                self.statements(&statement.otherwise);
            }
            Statement::Atomic(statement) => {
                self.line("atomic");
                self.statements(&statement.body);
            }
            Statement::Take(statement) => {
                self.docs("///", &statement.docs);
                let (name, asset) = (&statement.name.value, &statement.asset.value);
                let (amount, from) = (&statement.amount, &statement.from);
                self.line(format_args!("take {name}: {asset} = {amount} from {from}"));
                if let Some(floor) = &statement.floor {
                    self.nested(|p| p.floor(floor));
                }
            }
            Statement::Pay(statement) => {
                self.docs("///", &statement.docs);
                let (holding, to) = (&statement.holding.value, &statement.to);
                let word = statement.giving.word();
                self.line(format_args!("{word} {holding} to {to}"));
            }
            Statement::Repeat(statement) => {
                let counter = statement.counter.iter();
                let counter: String = counter.map(|it| format!(" as {}", it.value)).collect();
                self.line(format_args!("repeat {}{counter}", statement.times));
                self.statements(&statement.body);
            }
            Statement::Abort(statement) => {
                self.line(format_args!("abort {:?}", statement.reason.value));
            }
            Statement::If(statement) => {
                self.line(format_args!("if {}", statement.condition));
                self.statements(&statement.then);
                if !statement.otherwise.is_empty() {
                    self.line("else");
                    self.statements(&statement.otherwise);
                }
            }
        }
    }

    fn floor(&mut self, floor: &Floor) {
        let chains = floor.chains.iter().map(|chain| chain.value.as_str());
        let chains: Vec<_> = chains.collect();
        self.line(format_args!("floor on {} to {}", Joined(&chains), floor.to));
    }

    fn statements(&mut self, statements: &[Statement]) {
        self.nested(|p| {
            for statement in statements {
                p.statement(statement);
            }
        });
    }

    fn step(&mut self, step: &Step) {
        self.docs("///", &step.docs);
        self.line(format_args!("step {}", step.name.value));
        self.nested(|p| {
            p.line(format_args!("call {}", step.call));
            for result in step.results.iter().flat_map(|results| &results.value) {
                p.line(format_args!("result {result}"));
            }
            p.clauses(step);
        });
    }

    fn clauses(&mut self, step: &Step) {
        if let Some(via) = &step.via {
            self.line(format_args!("via {}", via.value.value));
        }
        if let Some(within) = &step.within {
            self.line(format_args!("within {}s", within.value.seconds));
        }
        self.options(&step.options);
        if let Some(require) = &step.require {
            self.line(format_args!("require {}", require.value));
        }
        if let Some(spend) = &step.spend {
            let holdings: Vec<_> = spend.value.iter().map(|it| it.value.as_str()).collect();
            self.line(format_args!("spend {}", holdings.join(", ")));
        }
        match step.compensate.as_ref().map(|clause| &clause.value) {
            None => {}
            Some(Compensation::None) => self.line("compensate none"),
            Some(Compensation::Call(compensation)) => self.call_clause("compensate", compensation),
        }
        if let Some(owner) = &step.hold_for {
            self.line(format_args!("else hold for {}", owner.value));
        }
        if let Some(confirmation) = &step.confirm {
            self.call_clause("confirm", &confirmation.value);
        }
        if let Some(policy) = &step.on_refused {
            self.line(format_args!("on refused {}", policy.value));
        }
        if step.pivot.is_some() {
            self.line("pivot");
        }
        if step.retriable.is_some() {
            self.line("retriable");
        }
    }

    fn call_clause(&mut self, head: &str, clause: &CallClause) {
        self.line(head);
        self.nested(|p| {
            p.line(format_args!("call {}", clause.call));
            p.options(&clause.options);
        });
    }

    fn options(&mut self, options: &CallOptions) {
        if let Some(gas) = &options.gas {
            self.line(format_args!("gas {}", gas.value));
        }
        if let Some(value) = &options.value {
            self.line(format_args!("value {}", value.value));
        }
        if let Some(accounts) = &options.accounts {
            self.named("accounts", &accounts.value);
        }
        if let Some(objects) = &options.objects {
            self.named("objects", &objects.value);
        }
        if let Some(types) = &options.types {
            self.line(format_args!("types [{}]", Joined(&types.value)));
        }
        match options.sender.as_ref().map(|it| &it.value) {
            Some(Authority::Anyone(_)) => self.line("sender anyone"),
            Some(Authority::Address(who)) => self.line(format_args!("sender {who}")),
            None => {}
        }
    }

    fn named(&mut self, head: &str, values: &[FieldValue]) {
        self.line(head);
        self.nested(|p| {
            for value in values {
                p.line(value);
            }
        });
    }
}

/// Items with `, ` between them.
struct Joined<'a, T>(&'a [T]);

impl<T: Display> Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, item) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            write!(f, "{separator}{item}")?;
        }
        Ok(())
    }
}

/// An operand, in parentheses if it has an operator itself.
struct Operand<'a>(&'a Expr);

impl Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            ExprKind::Unary { .. } | ExprKind::Exact { .. } | ExprKind::Binary { .. } => {
                write!(f, "({})", self.0)
            }
            _ => write!(f, "{}", self.0),
        }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Bool(value) => write!(f, "{value}"),
            ExprKind::Int(value) => write!(f, "{value}"),
            ExprKind::Bytes(bytes) => {
                f.write_str("hex\"")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("\"")
            }
            ExprKind::String(text) => write!(f, "{text:?}"),
            ExprKind::None => f.write_str("none"),
            ExprKind::Constant(name) => write!(f, "@{name}"),
            ExprKind::Name(name) => f.write_str(name),
            ExprKind::Field { base, field } => write!(f, "{}.{}", Operand(base), field.value),
            ExprKind::Record { name, fields } if fields.is_empty() => {
                write!(f, "{} {{}}", name.value)
            }
            ExprKind::Record { name, fields } => {
                write!(f, "{} {{ {} }}", name.value, Joined(fields))
            }
            ExprKind::List(elements) => write!(f, "[{}]", Joined(elements)),
            ExprKind::View(view) => write!(f, "{view}"),
            ExprKind::Call { function, args } => write!(f, "{}({})", function.value, Joined(args)),
            ExprKind::Unary { op, operand } => {
                write!(f, "{}{}", op.value.as_str(), Operand(operand))
            }
            ExprKind::Exact { amount, .. } => write!(f, "exact {}", Operand(amount)),
            ExprKind::Binary { op, left, right } => {
                write!(
                    f,
                    "{} {} {}",
                    Operand(left),
                    op.value.as_str(),
                    Operand(right)
                )
            }
        }
    }
}

impl Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name.value, self.value)
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (contract, function) = (&self.contract.value, &self.function.value);
        write!(f, "{contract}.{function}({})", Joined(&self.args))
    }
}

/// A call in a guard, whose clauses stand in its parentheses.
impl Display for CallClause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (call, options) = (&self.call, &self.options);
        let mut parts: Vec<_> = call.args.iter().map(ToString::to_string).collect();
        parts.extend(options.gas.iter().map(|it| format!("gas {}", it.value)));
        parts.extend(options.value.iter().map(|it| format!("value {}", it.value)));
        for (word, list) in [
            ("accounts", &options.accounts),
            ("objects", &options.objects),
        ] {
            parts.extend(
                list.iter()
                    .map(|it| format!("{word} {{ {} }}", Joined(&it.value))),
            );
        }
        parts.extend(
            options
                .types
                .iter()
                .map(|it| format!("types [{}]", Joined(&it.value))),
        );
        let (contract, function) = (&call.contract.value, &call.function.value);
        write!(f, "{contract}.{function}({})", parts.join(", "))
    }
}

impl Display for StepResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.ty {
            Some(ty) => write!(f, "{}: {ty}", self.name.value),
            None => f.write_str(&self.name.value),
        }
    }
}

impl Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compensate => f.write_str("compensate"),
            Self::Retry(times) => write!(f, "retry {}", times.value),
            Self::HoldFor(owner) => write!(f, "hold for {owner}"),
            Self::Continue => f.write_str("continue"),
        }
    }
}

impl Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            TypeKind::Bool => f.write_str("bool"),
            TypeKind::Unsigned(width) => write!(f, "u{width}"),
            TypeKind::Signed(width) => write!(f, "i{width}"),
            TypeKind::FixedBytes(length) => write!(f, "bytes{length}"),
            TypeKind::Bytes(max) => write!(f, "bytes<{}>", max.value),
            TypeKind::String(max) => write!(f, "string<{}>", max.value),
            TypeKind::List { element, max } => write!(f, "list<{element}, {}>", max.value),
            TypeKind::Array { element, length } => write!(f, "[{element}; {}]", length.value),
            TypeKind::Option(inner) => write!(f, "option<{inner}>"),
            TypeKind::Address { chain } => write!(f, "address@{}", chain.value),
            TypeKind::Amount { asset } => write!(f, "amount<{}>", asset.value),
            TypeKind::Named(name) => f.write_str(name),
        }
    }
}
