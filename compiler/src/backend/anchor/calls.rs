//! Calls of targets: the accounts they add to an instruction, and the function that checks each account and makes the call.

use super::Target;
use super::accounts::Access;
use super::body::BodyWriter;
use super::custody::{Described, describe_account};
use super::entrance::Entrance;
use super::keys::{Key, Origins};
use super::lengths::write_bounds;
use super::names::{Names, rust_snake_case};
use super::sending::messages_of;
use super::text;
use super::types::{is_bounded, rust_type};
use crate::backend::delivery::paths;
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::Value;
use crate::hir::{AccountBinding, AccountSource, Seed};
use crate::import::FunctionKind;
use crate::ir::CallData;
use crate::types::Type;

/// A call of a target, planned before anything of it is written.
#[derive(Clone, Debug)]
pub(super) struct CallSite {
    /// The function that makes it.
    pub(super) name: String,
    /// `Amm.swap`
    pub(super) label: String,
    /// How the handler that makes it is entered.
    entrance: Entrance,
    /// The constant with the program's address, and the field with its account.
    program: String,
    program_field: String,
    /// What the source grants it.
    pub(super) gas: u64,
    discriminator: Vec<u8>,
    /// The values that the function takes.
    pub(super) params: Vec<Param>,
    /// Expressions of its arguments, in order.
    arguments: Vec<String>,
    /// Lines that compute keys before they are compared.
    keys: Vec<KeyLine>,
    /// The accounts of the target's instruction, in order.
    accounts: Vec<CallAccount>,
    /// The accounts that the instruction takes for it, each once.
    pub(super) fields: Vec<Field>,
    /// The asset that it moves, if it moves one.
    pub(super) asset: Option<String>,
    /// The expression of whom it pays, if what it moves leaves custody, whose signature no other call has.
    receiver: Option<String>,
    result: Option<Type>,
}

/// A value that the function of a call takes.
#[derive(Clone, Debug)]
pub(super) struct Param {
    name: String,
    ty: String,
    pub(super) value: Value,
}

/// An account of an emitted instruction.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) docs: String,
    /// Whether any use of it writes it.
    pub(super) access: Access,
    /// Where a client finds its key.
    pub(super) origin: Key,
}

/// `let name = function(arguments);`
#[derive(Clone, Debug)]
struct KeyLine {
    name: String,
    function: &'static str,
    arguments: Vec<String>,
}

#[derive(Clone, Debug)]
struct CallAccount {
    /// Its name in the interface.
    name: String,
    /// The expression of the account, `accounts.pool`.
    field: String,
    /// The expression of the key it must have.
    key: String,
    access: &'static str,
}

/// Plans one call.
struct Planner<'p, 'w, 'a> {
    writer: &'p BodyWriter<'w, 'a>,
    target: &'p Target<'a>,
    scope: Namer,
    field_scope: Namer,
    /// The key expression of each field so far, and the field.
    known: Vec<(String, String)>,
    origins: Origins<'p, 'a>,
    /// The address of the called program.
    called: [u8; 32],
    site: CallSite,
}

/// Plans a call of the handler that is being written.
pub(super) fn plan(writer: &BodyWriter<'_, '_>, call: &CallData, results: &[Value]) -> CallSite {
    let target = writer.target;
    let program = target.input.program;
    let contract = &program.declarations.contracts[call.function.contract];
    let number = writer.calls.len();
    let suffix = if number == 0 {
        String::new()
    } else {
        format!("_{}", number + 1)
    };
    let site = CallSite {
        name: format!(
            "call_{}{suffix}",
            target.names.handlers[&writer.entry].instruction
        ),
        label: format!("{}.{}", contract.name, call.function.name),
        entrance: writer.entrance(),
        program: target.program_of(call.function.contract).to_owned(),
        program_field: String::new(),
        gas: call.gas,
        discriminator: discriminator(target, call),
        params: Vec::new(),
        arguments: Vec::new(),
        keys: Vec::new(),
        accounts: Vec::new(),
        fields: Vec::new(),
        asset: target.asset_of(call.function.contract).map(str::to_owned),
        receiver: None,
        result: results.first().map(|&result| writer.ty(result).clone()),
    };
    let scope = Names::scope(&["accounts", "call", "element", "returned", "some"]);
    let mut field_scope = Names::scope(&[writer.entrance().field(), "sending"]);
    let others = writer.calls.iter().flat_map(|other| &other.fields);
    let others = others.map(|field| field.name.clone());
    let messages = messages_of(target, writer.entry).into_iter();
    others
        .chain(messages)
        .for_each(|name| field_scope.reserve(&name));
    let planner = Planner {
        writer,
        target,
        scope,
        field_scope,
        known: Vec::new(),
        origins: Origins::of(target, writer.entry, writer.handler),
        called: target.input.deployment.contracts[call.function.contract].to_word(),
        site,
    };
    planner.plan(call, &rust_snake_case(&contract.name))
}

/// Adds a call to those of a handler.
pub(super) fn add_call(calls: &mut Vec<CallSite>, site: CallSite) {
    calls.push(site);
}

fn discriminator(target: &Target<'_>, call: &CallData) -> Vec<u8> {
    let contract = &target.input.program.declarations.contracts[call.function.contract];
    let functions = contract.interface.functions.get(&call.function.name);
    let function = functions.and_then(|functions| functions.get(call.function.overload));
    match function
        .and_then(|function| function.signature.as_ref().ok())
        .map(|signature| &signature.kind)
    {
        Some(FunctionKind::Svm(function)) => function.discriminator.clone(),
        _ => unreachable!("the checker only lets known instructions be called"),
    }
}

impl CallSite {
    /// The field of the instruction with an account of the target's, by its name there.
    pub(super) fn field_of(&self, account: &str) -> &str {
        let found = self.accounts.iter().find(|it| it.name == account);
        let found = found.and_then(|it| it.field.strip_prefix("accounts."));
        found.expect("a movement has a source, a destination and an authority")
    }

    /// `accounts.delivery`, as the function that makes the call sees it.
    fn path(&self) -> String {
        format!("accounts.{}", self.entrance.field())
    }
}

impl Planner<'_, '_, '_> {
    fn plan(mut self, call: &CallData, contract: &str) -> CallSite {
        let described = self.target.describe_program(call.function.contract);
        let Described { name, docs } = described.unwrap_or_else(|| Described {
            name: contract.to_owned(),
            docs: format!("The program of `{}`.", self.site.label),
        });
        let program = Field {
            name,
            docs,
            access: Access::Read,
            origin: Key::fixed(self.called),
        };
        self.site.program_field = self.field(&self.site.program.clone(), program);
        let arguments: Vec<_> = call.args.iter().map(|&arg| self.value(arg)).collect();
        self.site.arguments = arguments;
        let accounts = call.binding.accounts();
        accounts.iter().for_each(|account| self.account(account));
        self.site.receiver = self.receiver(accounts);
        self.site
    }

    /// Whom a call pays that custody signs.
    fn receiver(&mut self, accounts: &[AccountBinding<Value>]) -> Option<String> {
        let mut signers = accounts.iter().filter(|it| it.signer);
        signers.find(|it| it.source == AccountSource::Custody)?;
        let destination = accounts.iter().find(|it| it.name == "destination");
        match destination.map(|it| &it.source) {
            Some(AccountSource::AssociatedToken { owner, .. }) => Some(self.key("receiver", owner)),
            _ => unreachable!("what leaves custody goes to an associated token account"),
        }
    }

    /// The expression of a value inside the function: a constant, or a parameter.
    fn value(&mut self, value: Value) -> String {
        if let Some(text) = self.writer.fixed_text(value) {
            return text;
        }
        let caller = self.writer.read(value);
        if let Some(param) = self
            .site
            .params
            .iter()
            .find(|param| self.writer.read(param.value) == caller)
        {
            return param.name.clone();
        }
        let name = self.scope.choose(&rust_snake_case(self.writer.name(value)));
        let ty = rust_type(self.target, self.writer.ty(value));
        self.site.params.push(Param {
            name: name.clone(),
            ty,
            value,
        });
        name
    }

    fn account(&mut self, account: &AccountBinding<Value>) {
        let Described { name, docs } = match &self.site.asset {
            Some(asset) => describe_account(asset, account),
            None => Described {
                name: rust_snake_case(&account.name.replace('.', "_")),
                docs: format!("`{}` of `{}`.", account.name, self.site.label),
            },
        };
        let key = self.key(&name, &account.source);
        let access = match (account.signer, account.writable) {
            (false, false) => "Access::Read",
            (false, true) => "Access::Write",
            (true, false) => "Access::Sign",
            (true, true) => "Access::SignWrite",
        };
        let field = match &account.source {
            AccountSource::Payer => format!("{}.payer", self.site.path()),
            source if self.is_payer(source) => format!("{}.payer", self.site.path()),
            _ => {
                let field = Field {
                    docs,
                    name,
                    access: if account.writable {
                        Access::Write
                    } else {
                        Access::Read
                    },
                    origin: self.origins.key(&account.source, self.called),
                };
                format!("accounts.{}", self.field(&key, field))
            }
        };
        self.site.accounts.push(CallAccount {
            name: account.name.clone(),
            field,
            key,
            access,
        });
    }

    /// Whether an account is whoever alone may send the transaction. An account that may be changed stands in one place, and whoever
    /// sends it pays.
    fn is_payer(&self, source: &AccountSource<Value>) -> bool {
        let entry = self.writer.entry;
        if self.site.entrance == Entrance::Delivery {
            return false;
        }
        let body = &self.target.input.program.handlers[entry].body;
        let Some(holder) = paths::holder(body) else {
            return false;
        };
        let is_value = matches!(source, AccountSource::Value(_) | AccountSource::Constant(_));
        let holder = Key::from(Origins::of(self.target, entry, entry).bytes(holder));
        is_value && self.origins.key(source, self.called) == holder
    }

    /// The field for an account with this key: one account stands in the instruction once, however often targets take it.
    fn field(&mut self, key: &str, wanted: Field) -> String {
        let found = self.known.iter().find(|(known, _)| known == key);
        if let Some((_, field)) = found {
            let mut fields = self.site.fields.iter_mut();
            let same = fields.find(|other| other.name == *field);
            same.into_iter()
                .for_each(|other| other.access = other.access.max(wanted.access));
            return field.clone();
        }
        let mut others = self.writer.calls.iter().flat_map(|call| &call.fields);
        let name = match others.find(|other| other.origin == wanted.origin) {
            Some(other) => other.name.clone(),
            None => self.field_scope.choose(&wanted.name),
        };
        self.known.push((key.to_owned(), name.clone()));
        self.site.fields.push(Field {
            name: name.clone(),
            ..wanted
        });
        name
    }

    /// The expression of a key; derived ones get a variable.
    fn key(&mut self, name: &str, source: &AccountSource<Value>) -> String {
        match source {
            AccountSource::Constant(constant) => self.target.names.constants[constant].clone(),
            AccountSource::Fixed(key) => self.target.names.keys[key].clone(),
            AccountSource::Authority => format!("{}.state.authority", self.site.path()),
            AccountSource::Custody => format!("{}.state.custody", self.site.path()),
            AccountSource::CalledProgram => self.site.program.clone(),
            AccountSource::Payer => format!("{}.payer.key()", self.site.path()),
            AccountSource::Value(value) => self.value(*value),
            AccountSource::Pda { program, seeds } => {
                let program = match program {
                    Some(program) => self.key(&format!("{name}_program"), program),
                    None => self.site.program.clone(),
                };
                let seeds: Vec<_> = seeds.iter().map(|seed| self.seed(name, seed)).collect();
                self.derived(
                    name,
                    "derived",
                    vec![format!("&{program}"), text::slice(&seeds)],
                )
            }
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => {
                let owner = self.key(&format!("{name}_owner"), owner);
                let mint = self.key(&format!("{name}_mint"), mint);
                let token_program = self.key("token_program", token_program);
                let arguments = [owner, mint, token_program]
                    .map(|key| format!("&{key}"))
                    .to_vec();
                self.derived(name, "associated_token", arguments)
            }
        }
    }

    fn derived(&mut self, name: &str, function: &'static str, arguments: Vec<String>) -> String {
        let same = |line: &&KeyLine| line.function == function && line.arguments == arguments;
        if let Some(line) = self.site.keys.iter().find(same) {
            return line.name.clone();
        }
        let name = self.scope.choose(name);
        self.site.keys.push(KeyLine {
            name: name.clone(),
            function,
            arguments,
        });
        name
    }

    fn seed(&mut self, name: &str, seed: &Seed<Value>) -> String {
        match seed {
            Seed::Bytes(bytes) => text::byte_string(bytes),
            Seed::Key(key) => format!("{}.as_ref()", self.key(&format!("{name}_seed"), key)),
            Seed::Value(value) => {
                let text = self.value(*value);
                match self.writer.ty(*value) {
                    Type::Bool | Type::Enum(_) => format!("&[{text} as u8]"),
                    Type::Uint(_) | Type::Int(_) | Type::Amount(_) => {
                        format!("&{}.to_le_bytes()", operand(text))
                    }
                    _ => format!("{}.as_ref()", operand(text)),
                }
            }
        }
    }
}

/// What a method can be called on: a sign or a star in front would take the whole call.
fn operand(text: String) -> String {
    match text.starts_with(['-', '*']) {
        true => format!("({text})"),
        false => text,
    }
}

/// Writes the function that makes a call.
pub(super) fn write_call(
    printer: &mut Printer,
    target: &Target<'_>,
    site: &CallSite,
    accounts: &str,
) {
    let params: Vec<_> = site
        .params
        .iter()
        .map(|param| format!("{}: {}", param.name, param.ty))
        .collect();
    let all: Vec<_> = std::iter::once(format!("accounts: &{accounts}"))
        .chain(params)
        .collect();
    let result = site
        .result
        .as_ref()
        .map_or_else(|| "()".into(), |ty| rust_type(target, ty));
    printer.blank();
    printer.line(format!("/// Calls `{}`.", site.label));
    // A frame of its own keeps the handler's small.
    printer.line("#[inline(never)]");
    if all.len() > 7 {
        printer.line("#[allow(clippy::too_many_arguments)]");
    }
    let open = format!("fn {}(", site.name);
    text::signature(printer, &open, &all, &format!(") -> Result<{result}> {{"));
    printer.indented(|printer| write_call_body(printer, target, site));
    printer.line("}");
}

fn write_call_body(printer: &mut Printer, target: &Target<'_>, site: &CallSite) {
    let discriminator = match site.discriminator.len() {
        ..=10 => format!("&{}", text::array(&site.discriminator)),
        _ => text::byte_string(&site.discriminator),
    };
    let program = format!("&accounts.{}", site.program_field);
    let is_whole = site.accounts.is_empty() && site.arguments.is_empty();
    let binding = if is_whole { "let call" } else { "let mut call" };
    text::call(
        printer,
        &format!("{binding} = Call::new("),
        &[program, site.program.clone(), discriminator],
        ")?;",
    );
    for line in &site.keys {
        text::call(
            printer,
            &format!("let {} = {}(", line.name, line.function),
            &line.arguments,
            ");",
        );
    }
    for account in &site.accounts {
        let arguments = [
            format!("&{}", account.field),
            account.key.clone(),
            account.access.to_owned(),
        ];
        text::call(printer, "call.account(", &arguments, ")?;");
    }
    for argument in &site.arguments {
        text::call(printer, "call.argument(", &[reference(argument)], ")?;");
    }
    match (&site.result, &site.receiver) {
        (None, Some(receiver)) => {
            let bump = format!("{}.state.custody_bump", site.path());
            text::call(
                printer,
                "call.release(",
                &[format!("&{receiver}"), bump],
                ")",
            );
        }
        (None, None) => printer.line(format!("{}.invoke(&call)", site.path())),
        (Some(ty), _) => {
            printer.line(format!("{}.invoke(&call)?;", site.path()));
            write_result(printer, target, ty);
        }
    }
}

/// Takes the result, and refuses one that no message could carry.
fn write_result(printer: &mut Printer, target: &Target<'_>, ty: &Type) {
    if !is_bounded(&target.input.program.declarations, ty) {
        return printer.line("call.returned()");
    }
    printer.line(format!(
        "let returned: {} = call.returned()?;",
        rust_type(target, ty)
    ));
    write_bounds(printer, target, ty, "returned");
    printer.line("Ok(returned)");
}

/// A reference to what an expression yields; of `*r`, that is `r`.
fn reference(expression: &str) -> String {
    expression
        .strip_prefix('*')
        .map_or_else(|| format!("&{expression}"), str::to_owned)
}
