//! Functions of the project: expressions that were grown become their values, so a call is as well-typed as what it stands for.

use xcc::types::{Field, Type};

use super::Grower;
use super::scope::Scope;
use crate::generate::spec::{Expr, Named, PureFunction};

/// How often in a hundred an expression becomes a call.
const CALLS: u32 = 7;

/// A function on its way out of an expression.
#[derive(Default)]
struct Taken {
    params: Vec<Field>,
    args: Vec<Expr>,
}

impl Grower {
    /// The expression, or a call of a function that computes it: what it takes from the workflow are the arguments.
    pub(super) fn maybe_call(&mut self, scope: &Scope, ty: &Type, expr: Expr) -> Expr {
        self.part(|grower| match grower.choices.chance(CALLS) {
            true if !matches!(ty, Type::Amount(_)) && !scope.has_amount(&expr) => {
                grower.call_of_function(scope, ty, expr)
            }
            _ => expr,
        })
    }

    fn call_of_function(&mut self, scope: &Scope, ty: &Type, expr: Expr) -> Expr {
        let takes_records = self.choices.chance(50);
        let mut taken = Taken::default();
        let mut value = taken.out_of(&expr, scope, takes_records);
        let mut lets = Vec::new();
        if self.choices.chance(30)
            && let Some(param) = taken.params.first()
        {
            let (from, to) = (param.name.clone(), "n1".to_owned());
            value = renamed(&value, &from, &to);
            let named = Named {
                name: to,
                ty: param.ty.clone(),
                value: Expr::Path(from),
            };
            lets.push((named, self.choices.chance(30)));
        }
        Expr::Call {
            function: self.declared(PureFunction {
                name: format!("pure{}", self.spec.functions.len() + 1),
                params: taken.params,
                result: ty.clone(),
                lets,
                value,
            }),
            args: taken.args,
            written_out: Box::new(expr),
        }
    }

    /// The name of a function that is like this one, declared if there is none.
    fn declared(&mut self, function: PureFunction) -> String {
        let content = |it: &PureFunction| {
            format!(
                "{:?} {:?} {:?} {:?}",
                it.params, it.result, it.lets, it.value
            )
        };
        let wanted = content(&function);
        let known = self.spec.functions.iter().find(|it| content(it) == wanted);
        let name = known.map(|it| it.name.clone());
        name.unwrap_or_else(|| {
            self.spec.functions.push(function.clone());
            function.name
        })
    }
}

impl Taken {
    /// The expression with parameters for what it takes from the workflow and, if asked for, for the records that are built in it.
    fn out_of(&mut self, expr: &Expr, scope: &Scope, takes_records: bool) -> Expr {
        let mut inside = |inner: &Expr| self.out_of(inner, scope, takes_records);
        match expr {
            Expr::Path(path) => match scope.value_at(path) {
                Some(ty) => self.param(ty, expr),
                // A constant of the project.
                None => expr.clone(),
            },
            // A function asks nobody, but an answer can be an argument.
            Expr::Ask(ask) => self.param(ask.ty.clone(), expr),
            Expr::Record(record, _) if takes_records => self.param(Type::Record(*record), expr),
            Expr::Record(record, parts) => {
                Expr::Record(*record, parts.iter().map(inside).collect())
            }
            Expr::FieldOf(base, field) => Expr::FieldOf(Box::new(inside(base)), field.clone()),
            Expr::List(parts) => Expr::List(parts.iter().map(inside).collect()),
            Expr::Optional(value) => {
                Expr::Optional(value.iter().map(|value| Box::new(inside(value))).next())
            }
            Expr::Not(inner) => Expr::Not(Box::new(inside(inner))),
            Expr::Binary(op, left, right) => {
                let (left, right) = (inside(left), inside(right));
                Expr::Binary(*op, Box::new(left), Box::new(right))
            }
            Expr::Call {
                function,
                args,
                written_out,
            } => Expr::Call {
                function: function.clone(),
                args: args.iter().map(inside).collect(),
                written_out: written_out.clone(),
            },
            literal => literal.clone(),
        }
    }

    /// The parameter for a value, the same for equal ones.
    fn param(&mut self, ty: Type, arg: &Expr) -> Expr {
        let text = |expr: &Expr| format!("{expr:?}");
        let known = self.args.iter().position(|it| text(it) == text(arg));
        let index = known.unwrap_or_else(|| {
            let name = format!("p{}", self.params.len() + 1);
            self.params.push(Field { name, ty });
            self.args.push(arg.clone());
            self.args.len() - 1
        });
        Expr::Path(self.params[index].name.clone())
    }
}

/// The expression with one name in place of another.
fn renamed(expr: &Expr, from: &str, to: &str) -> Expr {
    let all = |parts: &[Expr]| parts.iter().map(|part| renamed(part, from, to)).collect();
    let one = |inner: &Expr| Box::new(renamed(inner, from, to));
    match expr {
        Expr::Path(path) if path == from => Expr::Path(to.to_owned()),
        Expr::Record(record, parts) => Expr::Record(*record, all(parts)),
        Expr::FieldOf(base, field) => Expr::FieldOf(one(base), field.clone()),
        Expr::List(parts) => Expr::List(all(parts)),
        Expr::Optional(value) => Expr::Optional(value.as_deref().map(one)),
        Expr::Not(inner) => Expr::Not(one(inner)),
        Expr::Binary(op, left, right) => Expr::Binary(*op, one(left), one(right)),
        Expr::Call {
            function,
            args,
            written_out,
        } => Expr::Call {
            function: function.clone(),
            args: all(args),
            written_out: written_out.clone(),
        },
        other => other.clone(),
    }
}
