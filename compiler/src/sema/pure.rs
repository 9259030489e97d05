//! Functions of a file. A call is the function's value with the arguments in place of the parameters, so nothing of a function is left
//! after the checker.

use std::cell::Cell;
use std::rc::Rc;

use super::check::Checker;
use super::context::{Context, Expect, Input, Place, WorkflowScope};
use super::errors::{ArithmeticError, FunctionError, NameError, NameKind};
use super::named::LetSymbol;
use super::names::Reserved;
use super::place::{Size, put_in_place};
use super::symbols::{Declared, ItemKind};
use crate::diagnostic::{Reported, did_you_mean};
use crate::hir::Expr;
use crate::source::Span;
use crate::syntax::ast::{self, Name};
use crate::types::Type;

/// What derives accounts in an `accounts` clause, and can therefore be no function of the file.
pub(super) const DERIVATIONS: [&str; 3] = ["pda", "pda_of", "ata"];

/// A function of the file.
#[derive(Debug)]
pub(super) struct FunctionSymbol {
    ast: Rc<ast::Function>,
    /// Whose names its body uses.
    file: usize,
    state: FunctionState,
    used: bool,
}

/// How far a function is known. They are checked when they are called, so that their order does not matter.
#[derive(Clone, Debug)]
enum FunctionState {
    Unknown,
    /// It is being checked.
    Asked,
    Known(Declared<Rc<Function>>),
}

/// A checked function.
#[derive(Debug)]
struct Function {
    params: Vec<Type>,
    /// In it the parameters are inputs, by position.
    value: Expr,
}

impl FunctionSymbol {
    pub(super) fn new(ast: &ast::Function, file: usize) -> Self {
        FunctionSymbol {
            ast: Rc::new(ast.clone()),
            file,
            state: FunctionState::Unknown,
            used: false,
        }
    }
}

impl Checker<'_> {
    /// Checks the functions that nothing called.
    pub(super) fn check_functions(&mut self) {
        for index in 0..self.symbols.functions.len() {
            if self.has_enough() {
                return;
            }
            // What is wrong with it is reported, once.
            let _known = self.function(index, None);
        }
    }

    /// Warns of functions that nothing calls.
    pub(super) fn warn_unused_functions(&mut self) {
        let unused = self.symbols.functions.iter().filter(|it| !it.used);
        let names: Vec<_> = unused.map(|it| it.ast.name.clone()).collect();
        for name in names {
            let what = "function";
            self.warn(NameError::Unused { name, what });
        }
    }

    /// The value of a call.
    pub(super) fn check_function_call(
        &mut self,
        context: Context<'_>,
        name: &Name,
        args: &[ast::Expr],
        span: Span,
    ) -> Declared<Expr> {
        let found = self
            .find_own_function(context, name)
            .and_then(|index| self.called(index, args, span));
        let function = match found {
            Ok(function) => function,
            Err(reported) => {
                self.check_poisoned_arguments(context, args);
                return Err(reported);
            }
        };
        let args = args.iter().zip(&function.params);
        let args: Vec<_> = args
            .map(|(arg, ty)| self.check_expr(context, arg, Expect::Type(ty)))
            .collect();
        let args = args.into_iter().collect::<Declared<Vec<_>>>()?;
        let sizes: Vec<_> = args.iter().map(Size::of).collect();
        self.check_size(Size::in_place(&function.value, &sizes), span)?;
        match put_in_place(&function.value, &args) {
            Ok(value) => Ok(Expr { span, ..value }),
            Err(question) => {
                let call = Some(span);
                Err(self.report(ArithmeticError::Never { question, call }))
            }
        }
    }

    /// Whether a call in an `accounts` clause is one of a function of the file, perhaps misspelt.
    pub(super) fn means_own_function(&self, name: &str) -> bool {
        let item = self.symbols.find(name);
        let names = self.known_functions();
        match item.map(|item| &item.kind) {
            Some(kind) => matches!(kind, ItemKind::Function(_)),
            None => !DERIVATIONS.contains(&name) && did_you_mean(name, names).is_some(),
        }
    }

    /// The names of functions that the file knows by these.
    fn known_functions(&self) -> impl Iterator<Item = &str> {
        let functions = self.symbols.functions.iter();
        let names = functions.map(|it| it.ast.name.value.as_str());
        names.filter(|name| self.symbols.place(name).is_some())
    }

    fn find_own_function(&mut self, context: Context<'_>, name: &Name) -> Declared<usize> {
        let item = self.symbols.find(&name.value).map(|item| &item.kind);
        let (what, help) = match item {
            Some(ItemKind::Function(index)) => return Ok(*index),
            Some(ItemKind::Faulty(reported)) => return Err(*reported),
            Some(ItemKind::Contract(_)) => (
                "a contract",
                "a function of a contract is called by a step, as in `step NAME = CONTRACT.FUNCTION(…)`",
            ),
            Some(ItemKind::Record(_)) => (
                "a record",
                "a record is written with the names of its fields, as in `RECORD { field: value }`",
            ),
            Some(other) => (other.what(), "only functions have arguments"),
            None if DERIVATIONS.contains(&name.value.as_str()) => (
                "a derivation of an account",
                "derive accounts in the `accounts` clause of a call",
            ),
            None if context.scope.declared(&name.value).is_some() => {
                ("a value", "only functions have arguments")
            }
            None => {
                let known = self.known_functions().map(str::to_owned).collect();
                return Err(self.report(NameError::Unknown {
                    kind: NameKind::Function,
                    name: name.clone(),
                    known,
                }));
            }
        };
        Err(self.report(NameError::NotAValue {
            name: name.clone(),
            wanted: "a function",
            what,
            help: help.to_owned(),
        }))
    }

    /// The function for a call with so many arguments.
    fn called(&mut self, index: usize, args: &[ast::Expr], span: Span) -> Declared<Rc<Function>> {
        let symbol = &mut self.symbols.functions[index];
        symbol.used = true;
        let ast = Rc::clone(&symbol.ast);
        let function = self.function(index, Some(span))?;
        if args.len() == function.params.len() {
            return Ok(function);
        }
        let params = ast.params.iter();
        let params = params.map(|param| format!("{}: {}", param.name.value, param.ty));
        Err(self.report(FunctionError::ArgumentCount {
            span,
            function: ast.name.value.clone(),
            declared: Some(ast.name.span),
            params: params.collect(),
            found: args.len(),
        }))
    }

    /// Looks at the arguments of a call that has no value, so that what they use is not called unused.
    fn check_poisoned_arguments(&mut self, context: Context<'_>, args: &[ast::Expr]) {
        for arg in args {
            let has_type = matches!(
                arg.kind,
                ast::ExprKind::Name(_) | ast::ExprKind::Field { .. } | ast::ExprKind::Call { .. }
            );
            if has_type {
                let _poisoned_anyway = self.check_expr(context, arg, Expect::Any);
            }
        }
    }

    /// The function, for a call of it if there is one.
    fn function(&mut self, index: usize, call: Option<Span>) -> Declared<Rc<Function>> {
        let symbol = &mut self.symbols.functions[index];
        let (ast, file) = (Rc::clone(&symbol.ast), symbol.file);
        let before = std::mem::replace(&mut symbol.state, FunctionState::Asked);
        let function = match before {
            FunctionState::Known(function) => function,
            FunctionState::Asked => Err(self.report_recursion(index, call)),
            FunctionState::Unknown => {
                self.symbols.asked.push(index);
                let function = self.within(file, |checker| checker.check_function(&ast));
                self.symbols.asked.pop();
                function.map(Rc::new)
            }
        };
        self.symbols.functions[index].state = FunctionState::Known(function.clone());
        function
    }

    fn report_recursion(&mut self, index: usize, call: Option<Span>) -> Reported {
        let asked = &self.symbols.asked;
        let first = asked.iter().position(|&it| it == index).unwrap_or(0);
        let circle = asked[first..].iter().chain([&index]);
        let name = |&index: &usize| self.symbols.functions[index].ast.name.clone();
        let function = name(&index);
        self.report(FunctionError::Recursive {
            call: call.unwrap_or(function.span),
            path: circle.map(name).map(|name| name.value).collect(),
            function,
        })
    }

    fn check_function(&mut self, item: &ast::Function) -> Declared<Function> {
        let errors = self.diagnostics.error_count();
        let mut scope = self.function_scope(item);
        let result = self.check_type(&item.result, scope.amounts);
        for statement in &item.lets {
            self.check_let(&mut scope, 0, statement);
        }
        let context = Context {
            scope: &scope,
            place: Place::End,
        };
        let value = match &result {
            Ok(ty) => self.check_expr(context, &item.value, Expect::Type(ty)),
            Err(reported) => Err(*reported),
        }?;
        let params = scope.inputs.iter().map(|param| param.ty.clone());
        let params = params.collect::<Declared<Vec<_>>>()?;
        self.check_size(Size::of(&value), item.value.span)?;
        self.diagnostics.ok_since(errors)?;
        self.warn_unused_in_function(&scope);
        Ok(Function { params, value })
    }

    fn function_scope(&mut self, item: &ast::Function) -> WorkflowScope {
        let mut scope = WorkflowScope::default();
        for param in &item.params {
            let ty = self.check_type(&param.ty, scope.amounts);
            if self.check_local_name(&scope, &param.name, "parameter") {
                scope.inputs.push(Input {
                    name: param.name.clone(),
                    ty,
                    used: Cell::new(false),
                });
            }
        }
        for statement in &item.lets {
            if self.check_local_name(&scope, &statement.name, "value") {
                scope.lets.push(LetSymbol {
                    name: statement.name.clone(),
                    value: None,
                    used: Cell::new(false),
                });
            }
        }
        scope
    }

    fn check_local_name(&mut self, scope: &WorkflowScope, name: &Name, what: &'static str) -> bool {
        self.check_shadowing(name, what);
        let taken = scope.declared(&name.value);
        self.check_unspelt_name(name, what, Reserved::Refused, taken)
    }

    fn warn_unused_in_function(&mut self, scope: &WorkflowScope) {
        let params = scope.inputs.iter().filter(|param| !param.used.get());
        let params = params.map(|param| (&param.name, "parameter"));
        let lets = scope.lets.iter().filter(|it| !it.used.get());
        let lets = lets.map(|it| (&it.name, "value"));
        for (name, what) in params.chain(lets) {
            let name = name.clone();
            self.warn(FunctionError::Unused { name, what });
        }
    }
}
