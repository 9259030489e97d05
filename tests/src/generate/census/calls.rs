//! Counts functions of the project, and where they are called.

use std::collections::BTreeSet;

use xcc::syntax::ast::{
    CallClause, CallOptions, Compensation, Expr, ExprKind, File, Function, Item, ReturnValue,
    Statement, Step,
};

use super::Census;

impl Census {
    pub(super) fn count_functions(&mut self, files: &[File]) {
        for file in files {
            let is_function = |item: &Item| matches!(item, Item::Function(_));
            self.count_functions_of(file, &names_of(file, files, is_function));
        }
    }

    fn count_functions_of(&mut self, file: &File, functions: &BTreeSet<&str>) {
        let mut calls = |what: &str, expr: &Expr| self.count_calls(functions, what, expr);
        for item in &file.items {
            match item {
                Item::Const(item) => calls("function in a const", &item.value),
                Item::Function(function) => {
                    for value in function.lets.iter().map(|it| &it.value) {
                        calls("function in a function", value);
                    }
                    calls("function in a function", &function.value);
                }
                Item::Workflow(workflow) => for_each_expr(&workflow.body, &mut calls),
                _ => {}
            }
        }
        for item in &file.items {
            if let Item::Function(function) = item {
                self.count_function(function);
            }
        }
    }

    fn count_function(&mut self, function: &Function) {
        self.count("fn");
        self.count_if(function.params.is_empty(), "fn without parameters");
        self.count_if(function.params.len() > 1, "fn with several parameters");
        self.count_if(!function.lets.is_empty(), "let in a function");
    }

    fn count_calls(&mut self, functions: &BTreeSet<&str>, what: &str, expr: &Expr) {
        for_each_part(expr, &mut |part| {
            if let ExprKind::Call { function, .. } = &part.kind {
                // What derives an account is called, too.
                self.count_if(functions.contains(function.value.as_str()), what);
            }
        });
    }
}

/// What a file calls the declarations of a kind, its own and those that it imports.
pub(super) fn names_of<'f>(
    file: &'f File,
    files: &'f [File],
    is_it: impl Fn(&Item) -> bool,
) -> BTreeSet<&'f str> {
    let of = |file: &'f File| {
        let items = file.items.iter().filter(|item| is_it(item));
        items.map(|item| item.name().value.as_str())
    };
    let all: BTreeSet<_> = files.iter().flat_map(&of).collect();
    let imports = file.imports.iter().flat_map(|import| &import.names);
    let imported = imports.filter(|it| all.contains(it.name.value.as_str()));
    let imported = imported.map(|it| it.local().value.as_str());
    of(file).chain(imported).collect()
}

/// An expression and every one in it.
pub(super) fn for_each_part(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    match &expr.kind {
        ExprKind::Field { base, .. } => for_each_part(base, visit),
        ExprKind::Record { fields, .. } => {
            let fields = fields.iter().map(|field| &field.value);
            fields.for_each(|value| for_each_part(value, visit));
        }
        ExprKind::List(parts) => parts.iter().for_each(|part| for_each_part(part, visit)),
        ExprKind::Unary { operand, .. } => for_each_part(operand, visit),
        ExprKind::Exact { amount, .. } => for_each_part(amount, visit),
        ExprKind::View(view) => {
            let args = view.call.args.iter();
            args.for_each(|arg| for_each_part(arg, visit));
        }
        ExprKind::Binary { left, right, .. } => {
            for_each_part(left, visit);
            for_each_part(right, visit);
        }
        ExprKind::Call { args, .. } => args.iter().for_each(|arg| for_each_part(arg, visit)),
        ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Bytes(_)
        | ExprKind::String(_)
        | ExprKind::None
        | ExprKind::Constant(_)
        | ExprKind::Name(_) => {}
    }
}

/// Every expression that statements hold, with what a call in it counts as.
pub(super) fn for_each_expr(statements: &[Statement], visit: &mut dyn FnMut(&str, &Expr)) {
    for statement in statements {
        match statement {
            Statement::Step(step) => for_each_in_step(step, visit),
            Statement::Parallel(parallel) => for_each_expr(&parallel.body, visit),
            Statement::Atomic(atomic) => for_each_expr(&atomic.body, visit),
            Statement::Repeat(repeat) => for_each_expr(&repeat.body, visit),
            Statement::If(choice) => {
                visit("function in an if", &choice.condition);
                for_each_expr(&choice.then, visit);
                for_each_expr(&choice.otherwise, visit);
            }
            Statement::Attempt(attempt) => {
                for_each_expr(&attempt.first, visit);
                for_each_expr(&attempt.otherwise, visit);
            }
            Statement::Let(it) => visit("function in a let", &it.value),
            Statement::Take(take) => visit("function in a take", &take.amount),
            Statement::Pay(pay) => visit("function in a payment", &pay.to),
            Statement::Return(it) => match &it.value {
                ReturnValue::Single(value) => visit("function in a result", value),
                ReturnValue::Named(values) => values
                    .iter()
                    .for_each(|value| visit("function in a result", &value.value)),
            },
            Statement::Authorise(_) | Statement::Transport(_) | Statement::Abort(_) => {}
        }
    }
}

fn for_each_in_step(step: &Step, visit: &mut dyn FnMut(&str, &Expr)) {
    for arg in &step.call.args {
        visit("function in an argument", arg);
    }
    for_each_in_accounts(&step.options, visit);
    if let Some(guard) = &step.require {
        visit("function in a guard", &guard.value);
    }
    let compensation = step.compensate.as_ref().map(|it| &it.value);
    if let Some(Compensation::Call(call)) = compensation {
        for_each_in_later(call, visit);
    }
    if let Some(confirmation) = &step.confirm {
        for_each_in_later(&confirmation.value, visit);
    }
}

fn for_each_in_later(later: &CallClause, visit: &mut dyn FnMut(&str, &Expr)) {
    for arg in &later.call.args {
        visit("function in a later call", arg);
    }
    for_each_in_accounts(&later.options, visit);
}

fn for_each_in_accounts(options: &CallOptions, visit: &mut dyn FnMut(&str, &Expr)) {
    for account in options.accounts.iter().flat_map(|accounts| &accounts.value) {
        visit("function in accounts", &account.value);
    }
}
