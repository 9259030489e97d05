//! Counts what expressions, accounts and objects are made of.

use xcc::hir::range::is_total;
use xcc::hir::{
    AccountSource, BinaryOp, Binding, Call, Expr, ExprKind, ObjectSource, Package, Seed, StepDecl,
    View,
};

use xcc::types::Type;

use super::{Census, kind};

impl Census {
    pub(super) fn count_exprs(&mut self, package: &Package) {
        for step in package.steps.values() {
            self.count_call(&step.call);
            self.count_later(step);
            step.views
                .iter()
                .for_each(|view| self.count_view(step, view));
            if let Some(guard) = &step.guard {
                self.count_expr(guard);
                self.count_if(has_result(guard), "guard on a result");
                self.count_if(has_arithmetic(guard), "arithmetic in a guard");
                self.count_if(!is_total(guard), "guard that may have no value");
            }
        }
        for (_, value) in package
            .workflows
            .values()
            .flat_map(|workflow| &workflow.results)
        {
            self.count_expr(value);
            self.count_if(has_result(value), "result returned");
            self.count_if(has_arithmetic(value), "arithmetic in a result");
        }
        let workflows = package.workflows.values();
        for choice in workflows.flat_map(|workflow| &workflow.choices) {
            let is_there = choice.condition().is_some_and(has_arithmetic);
            self.count_if(is_there, "arithmetic in an if");
        }
    }

    fn count_later(&mut self, step: &StepDecl) {
        if let Some(compensation) = step.compensation() {
            for call in &compensation.calls {
                self.count_call(call);
                let is_used = call.args.iter().any(has_result);
                self.count_if(is_used, "result for a compensation");
                let is_there = call.args.iter().any(has_arithmetic);
                self.count_if(is_there, "arithmetic in a later call");
            }
            compensation
                .hold_for
                .iter()
                .for_each(|holder| self.count_expr(holder));
        }
        for confirmation in &step.confirmation {
            self.count_call(confirmation);
            let is_used = confirmation.args.iter().any(has_result);
            self.count_if(is_used, "result for a confirmation");
        }
        let args = &step.call.args;
        self.count_if(args.iter().any(has_result), "result for a later step");
        let is_there = args.iter().any(has_arithmetic);
        self.count_if(is_there, "arithmetic in an argument");
        let may_fail = !args.iter().all(is_total);
        self.count_if(may_fail, "argument that may have no value");
    }

    /// What a guard asks.
    fn count_view(&mut self, step: &StepDecl, view: &View) {
        let call = &view.call;
        self.count_call(call);
        self.count_type("answer", &view.result.0.ty);
        self.count_if(call.gas != step.call.gas, "ask with a budget of its own");
        self.count_if(call.args.iter().any(has_result), "ask of a result");
        self.count_if(call.args.iter().any(has_answer), "ask in an ask");
        let may_fail = !call.args.iter().all(is_total);
        self.count_if(may_fail, "ask that may have no value");
        self.count_if(step.views.len() > 1, "ask beside another");
        let is_bound = match &call.binding {
            Binding::Evm { .. } => None,
            Binding::Svm { accounts } => (!accounts.is_empty()).then_some("ask with accounts"),
            Binding::Sui { objects, .. } | Binding::Aptos { objects, .. } => {
                (!objects.is_empty()).then_some("ask with objects")
            }
        };
        self.count_if(is_bound.is_some(), is_bound.unwrap_or_default());
        if let Binding::Sui { type_arguments, .. } | Binding::Aptos { type_arguments, .. } =
            &call.binding
        {
            self.count_if(!type_arguments.is_empty(), "ask with types");
        }
    }

    fn count_call(&mut self, call: &Call) {
        self.count(format!("call with {} arguments", call.args.len()));
        for arg in &call.args {
            self.count_type("argument", &arg.ty);
        }
        call.for_each_expr(&mut |expr| self.count_expr(expr));
        match &call.binding {
            Binding::Evm { value } => self.count_if(value.is_some(), "value"),
            Binding::Svm { accounts } => {
                for account in accounts {
                    self.count_if(account.signer, "account that signs");
                    self.count_account(&account.source);
                }
            }
            Binding::Sui {
                objects,
                type_arguments,
            }
            | Binding::Aptos {
                objects,
                type_arguments,
            } => {
                self.count_if(!type_arguments.is_empty(), "types");
                for object in objects {
                    self.count(match object.source {
                        ObjectSource::Constant(_) => "object",
                        ObjectSource::Clock => "clock",
                    });
                }
            }
        }
    }

    fn count_account(&mut self, source: &AccountSource<Expr>) {
        self.count(match source {
            AccountSource::Constant(_) => "account @NAME",
            AccountSource::Fixed(_) => "account of the interface",
            AccountSource::Authority => "account self",
            AccountSource::Custody => "account of custody",
            AccountSource::CalledProgram => "account program",
            AccountSource::Payer => "account payer",
            AccountSource::Value(_) => "account of a value",
            AccountSource::Pda { program: None, .. } => "account pda",
            AccountSource::Pda { .. } => "account pda_of",
            AccountSource::AssociatedToken { .. } => "account ata",
        });
        let AccountSource::Pda { seeds, .. } = source else {
            return;
        };
        for seed in seeds {
            self.count(match seed {
                Seed::Bytes(_) => "seed of bytes",
                Seed::Key(_) => "seed of a key",
                Seed::Value(_) => "seed of a value",
            });
        }
    }

    fn count_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(_) => self.count(format!("literal of type {}", kind(&expr.ty))),
            ExprKind::Constant(_) => self.count("constant"),
            ExprKind::Input(_) => self.count("use of an input"),
            ExprKind::Result(..) => self.count("use of a result"),
            ExprKind::Viewed(_) => self.count("call in a guard"),
            ExprKind::Field(base, _) => {
                let is_in_place = matches!(base.kind, ExprKind::Record(..));
                self.count(if is_in_place {
                    "field in place"
                } else {
                    "field"
                });
                self.count_expr(base);
            }
            ExprKind::Record(_, parts) => {
                self.count("record in place");
                parts.iter().for_each(|part| self.count_expr(part));
            }
            ExprKind::List(parts) if matches!(expr.ty, Type::Option(_)) => {
                self.count(if parts.is_empty() { "none" } else { "some" });
                parts.iter().for_each(|part| self.count_expr(part));
            }
            ExprKind::List(parts) => {
                self.count(format!("{} in place", kind(&expr.ty)));
                parts.iter().for_each(|part| self.count_expr(part));
            }
            ExprKind::Widen(inner) => {
                self.count(format!("widened {}", kind(&expr.ty)));
                self.count_expr(inner);
            }
            ExprKind::Convert(inner, _) => {
                self.count("converted amount");
                self.count_expr(inner);
            }
            ExprKind::Not(inner) => {
                self.count("!");
                self.count_expr(inner);
            }
            ExprKind::Binary(op, left, right) => {
                self.count_binary(*op, left);
                self.count_expr(left);
                self.count_expr(right);
            }
            ExprKind::Arithmetic(op, left, right) => {
                self.count(op.as_str());
                self.count_expr(left);
                self.count_expr(right);
            }
        }
    }

    fn count_binary(&mut self, op: BinaryOp, left: &Expr) {
        let (op, is_logic) = match op {
            BinaryOp::Eq => ("==", false),
            BinaryOp::Ne => ("!=", false),
            BinaryOp::Lt => ("<", false),
            BinaryOp::Le => ("<=", false),
            BinaryOp::Gt => (">", false),
            BinaryOp::Ge => (">=", false),
            BinaryOp::And => ("&&", true),
            BinaryOp::Or => ("||", true),
        };
        match is_logic {
            true => self.count(op),
            false => self.count(format!("{op} of {}", kind(&left.ty))),
        }
    }
}

fn has_arithmetic(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Arithmetic(..) | ExprKind::Convert(..) => true,
        ExprKind::Field(inner, _) | ExprKind::Widen(inner) | ExprKind::Not(inner) => {
            has_arithmetic(inner)
        }
        ExprKind::Record(_, parts) | ExprKind::List(parts) => parts.iter().any(has_arithmetic),
        ExprKind::Binary(_, left, right) => has_arithmetic(left) || has_arithmetic(right),
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Input(_)
        | ExprKind::Result(..)
        | ExprKind::Viewed(_) => false,
    }
}

fn has_answer(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Viewed(_) => true,
        ExprKind::Field(inner, _)
        | ExprKind::Widen(inner)
        | ExprKind::Convert(inner, _)
        | ExprKind::Not(inner) => has_answer(inner),
        ExprKind::Record(_, parts) | ExprKind::List(parts) => parts.iter().any(has_answer),
        ExprKind::Binary(_, left, right) | ExprKind::Arithmetic(_, left, right) => {
            has_answer(left) || has_answer(right)
        }
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Input(_)
        | ExprKind::Result(..) => false,
    }
}

fn has_result(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Result(..) => true,
        ExprKind::Field(inner, _)
        | ExprKind::Widen(inner)
        | ExprKind::Convert(inner, _)
        | ExprKind::Not(inner) => has_result(inner),
        ExprKind::Record(_, parts) | ExprKind::List(parts) => parts.iter().any(has_result),
        ExprKind::Binary(_, left, right) | ExprKind::Arithmetic(_, left, right) => {
            has_result(left) || has_result(right)
        }
        ExprKind::Literal(_) | ExprKind::Constant(_) | ExprKind::Input(_) | ExprKind::Viewed(_) => {
            false
        }
    }
}
