//! Expressions: names, fields, records, operators.

use super::check::Checker;
use super::context::{Context, Expect, Place, ResultSymbol, ResultValue, WorkflowScope};
use super::errors::{BudgetError, NameError, NameKind, Relation, SagaError, TypeError};
use super::limits::MAX_NESTING;
use super::literal::{literal_expr, wanted_type};
use super::symbols::{Declared, ItemKind};
use crate::diagnostic::Reported;
use crate::entities::Record;
use crate::hir::{Expr, ExprKind};
use crate::literal::Literal;
use crate::source::Span;
use crate::syntax::ast::{self, FieldValue, Name};
use crate::types::Type;

impl Checker<'_> {
    /// Checks an expression and makes it one that its place takes.
    pub(super) fn check_expr(
        &mut self,
        context: Context<'_>,
        expr: &ast::Expr,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        if self.nesting >= MAX_NESTING {
            let span = expr.span;
            return Err(self.report(BudgetError::ExpressionTooLarge { span }));
        }
        let (own, exact) = match &expr.kind {
            ast::ExprKind::Exact { keyword, amount } => (&**amount, Some(*keyword)),
            _ => (expr, None),
        };
        self.nesting += 1;
        let checked = self.check_own(context, own, expect);
        self.nesting -= 1;
        self.convert(checked?, expect, exact)
    }

    /// Checks an expression, which need not yet be one that its place takes.
    fn check_own(
        &mut self,
        context: Context<'_>,
        expr: &ast::Expr,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        let span = expr.span;
        Ok(match &expr.kind {
            ast::ExprKind::Bool(_)
            | ast::ExprKind::Int(_)
            | ast::ExprKind::Bytes(_)
            | ast::ExprKind::String(_)
            | ast::ExprKind::None
            | ast::ExprKind::Constant(_) => self.check_literal(expr, expect)?,
            ast::ExprKind::Name(name) => {
                self.check_name(context, &Name::new(name.clone(), span), expect)?
            }
            ast::ExprKind::Field { base, field } => self.check_field(context, base, field, span)?,
            ast::ExprKind::Record { name, fields } => {
                self.check_record(context, name, fields, span)?
            }
            ast::ExprKind::List(elements) => self.check_list(context, elements, span, expect)?,
            ast::ExprKind::Call { function, args } if self.makes_option(function) => {
                self.check_some(context, args, span, expect)?
            }
            ast::ExprKind::Call { function, args } => {
                self.check_function_call(context, function, args, span)?
            }
            ast::ExprKind::View(call) => self.check_view(context, call)?,
            ast::ExprKind::Unary { op, operand } => {
                self.check_unary(context, *op, operand, span, expect)?
            }
            ast::ExprKind::Exact { keyword, .. } => return Err(self.idle_exact(*keyword)),
            ast::ExprKind::Binary { op, left, right } => {
                self.check_binary(context, *op, left, right, span, expect)?
            }
        })
    }

    fn check_name(
        &mut self,
        context: Context<'_>,
        name: &Name,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        if let Some(index) = context.scope.input(&name.value) {
            let input = &context.scope.inputs[index];
            input.used.set(true);
            let ty = input.ty.clone()?;
            return Ok(Expr {
                kind: ExprKind::Input(index),
                ty,
                span: name.span,
            });
        }
        if let Some(step) = context.scope.step(&name.value) {
            let result = context.scope.steps[step].first_result();
            let help = format!("name one of its results, as in `{}.{result}`", name.value);
            return Err(self.report(NameError::NotAValue {
                name: name.clone(),
                wanted: "a value",
                what: "a step",
                help,
            }));
        }
        if let Some(index) = context.scope.find_let(&name.value) {
            return self.use_let(context, index, name.span);
        }
        if let Some(index) = self.find_const(&name.value) {
            return self.use_const(index, name.span);
        }
        if let Some(item) = self.symbols.find(&name.value) {
            if let ItemKind::Faulty(reported) = item.kind {
                return Err(reported);
            }
            if let (ItemKind::Asset(asset), Some(Type::Address(chain))) =
                (&item.kind, wanted_type(expect))
            {
                let asset = (*asset)?;
                return self.check_token(asset, name, chain);
            }
            let what = item.kind.what();
            let help = match item.kind {
                ItemKind::Enum(_) => format!("name a variant, as in `{}.VARIANT`", name.value),
                ItemKind::Record(_) => {
                    format!("give its fields, as in `{} {{ field: value }}`", name.value)
                }
                ItemKind::Function(_) => format!("call it, as in `{}(…)`", name.value),
                ItemKind::Asset(_) => {
                    "it stands for its token where an address is needed, or a type".to_owned()
                }
                _ => "use an input or a result of a step".to_owned(),
            };
            return Err(self.report(NameError::NotAValue {
                name: name.clone(),
                wanted: "a value",
                what,
                help,
            }));
        }
        Err(self.unknown_value(context.scope, name))
    }

    fn unknown_value(&mut self, scope: &WorkflowScope, name: &Name) -> Reported {
        if let Some(reported) = self.find_in_repeat(scope, name) {
            return reported;
        }
        let known = scope.names().map(str::to_owned).collect();
        self.report(NameError::Unknown {
            kind: NameKind::Value,
            name: name.clone(),
            known,
        })
    }

    fn check_field(
        &mut self,
        context: Context<'_>,
        base: &ast::Expr,
        field: &Name,
        span: Span,
    ) -> Declared<Expr> {
        if let ast::ExprKind::Name(name) = &base.kind
            && context.scope.input(name).is_none()
        {
            if let Some(step) = context.scope.step(name) {
                return self.check_result(context, step, field, span);
            }
            if let Some(ItemKind::Enum(id)) = self.symbols.find(name).map(|item| &item.kind) {
                return self.check_variant(*id, field, span);
            }
        }
        let base = self.check_expr(context, base, Expect::Any)?;
        self.check_member(base, field, span)
    }

    fn check_member(&mut self, base: Expr, field: &Name, span: Span) -> Declared<Expr> {
        let owner = self.quote(&base.ty);
        let Type::Record(record) = base.ty else {
            return Err(self.report(NameError::UnknownField {
                name: field.clone(),
                owner,
                known: Vec::new(),
            }));
        };
        self.symbols.sound(record)?;
        let fields = &self.declarations.records[record].fields;
        if let Some(index) = fields.iter().position(|known| known.name == field.value) {
            let ty = fields[index].ty.clone();
            return Ok(Expr {
                kind: ExprKind::Field(Box::new(base), index),
                ty,
                span,
            });
        }
        let known = fields.iter().map(|field| field.name.clone()).collect();
        Err(self.report(NameError::UnknownField {
            name: field.clone(),
            owner,
            known,
        }))
    }

    fn check_variant(
        &mut self,
        id: crate::entities::Enum,
        variant: &Name,
        span: Span,
    ) -> Declared<Expr> {
        let declared = &self.declarations.enums[id];
        match declared
            .variants
            .iter()
            .position(|known| *known == variant.value)
        {
            Some(index) => {
                let index = u8::try_from(index).unwrap_or(u8::MAX);
                Ok(literal_expr(Literal::Variant(index), Type::Enum(id), span))
            }
            None => {
                let (owner, known) = (
                    format!("enum `{}`", declared.name),
                    declared.variants.clone(),
                );
                Err(self.report(NameError::UnknownField {
                    name: variant.clone(),
                    owner,
                    known,
                }))
            }
        }
    }

    fn check_result(
        &mut self,
        context: Context<'_>,
        step: usize,
        field: &Name,
        span: Span,
    ) -> Declared<Expr> {
        self.check_known(context, step, span)?;
        let symbol = &context.scope.steps[step];
        let results = match &symbol.results {
            Some(results) => results.clone()?,
            // Only a step that has not been checked yet has none, and such a step is not known here.
            None => Vec::new(),
        };
        let found = find_result(&results, &field.value);
        let Some(found) = found else {
            return Err(self.unknown_result(&symbol.name.value, &results, field));
        };
        match &found.value {
            ResultValue::Usable(index, ty) => Ok(Expr {
                kind: ExprKind::Result(symbol.id, *index),
                ty: ty.clone(),
                span,
            }),
            ResultValue::Poisoned(reported) => Err(*reported),
            ResultValue::Unusable(why) => Err(self.report(TypeError::UnusableResult {
                span,
                step: symbol.name.value.clone(),
                ty: why.ty.clone(),
                reason: why.reason.clone(),
                help: why.help.clone(),
            })),
        }
    }

    fn unknown_result(&mut self, step: &str, results: &[ResultSymbol], field: &Name) -> Reported {
        let known: Vec<_> = results
            .iter()
            .filter_map(|result| result.name.clone())
            .collect();
        if known.is_empty() && results.len() > 1 {
            let (step, results) = (step.to_owned(), results.len());
            return self.report(NameError::Unnamed {
                span: field.span,
                step,
                results,
            });
        }
        let owner = match results.len() {
            0 => format!("step `{step}`, which returns nothing,"),
            _ => format!("step `{step}`"),
        };
        let known = if known.is_empty() && results.len() == 1 {
            vec!["result".to_owned()]
        } else {
            known
        };
        self.report(NameError::UnknownField {
            name: field.clone(),
            owner,
            known,
        })
    }

    /// Whether the results of a step are known at a place.
    pub(super) fn check_known(
        &mut self,
        context: Context<'_>,
        step: usize,
        span: Span,
    ) -> Declared<()> {
        let symbol = &context.scope.steps[step];
        let (name, declared) = (symbol.name.value.clone(), symbol.name.span);
        let stage_of = |step: usize| context.scope.steps[step].stage;
        let step_is_beside =
            |own| symbol.stage == stage_of(own) && !context.scope.leads_to(own, step);
        let is_known_later = |own| symbol.stage >= stage_of(own);
        match context.place {
            // One runs only if the other does.
            Place::Step(own) | Place::Later(_, own) if context.scope.leads_to(step, own) => {
                return Ok(());
            }
            Place::Step(own) if step == own => {
                let relation = Relation::Itself;
                return Err(self.report(NameError::TooEarly {
                    span,
                    step: name,
                    declared,
                    relation,
                }));
            }
            Place::Step(own) if is_known_later(own) => {
                let relation = match step_is_beside(own) {
                    true => Relation::Beside,
                    false => Relation::Later,
                };
                return Err(self.report(NameError::TooEarly {
                    span,
                    step: name,
                    declared,
                    relation,
                }));
            }
            // It runs only if its own step did.
            Place::Later(_, own) if step == own => return Ok(()),
            Place::Later(call, own) if is_known_later(own) => {
                let is_beside = step_is_beside(own);
                return Err(self.report(SagaError::UsesLaterValue {
                    span,
                    call,
                    step: name,
                    declared,
                    is_beside,
                }));
            }
            Place::Let(_) | Place::Condition(_) if symbol.stage >= context.stage() => {
                let relation = Relation::Later;
                return Err(self.report(NameError::TooEarly {
                    span,
                    step: name,
                    declared,
                    relation,
                }));
            }
            Place::Step(_)
            | Place::Later(..)
            | Place::Let(_)
            | Place::Condition(_)
            | Place::End => {}
        }
        if let Some(choice) = context.scope.choice_between(step, context.place) {
            return Err(self.report(NameError::MayBeLeftOut {
                span,
                step: name,
                choice: choice.keyword,
                word: choice.word,
            }));
        }
        match symbol.skippable {
            Some(policy) => Err(self.report(NameError::MayBeMissing {
                span,
                step: name,
                policy,
            })),
            None => Ok(()),
        }
    }

    fn check_record(
        &mut self,
        context: Context<'_>,
        name: &Name,
        fields: &[FieldValue],
        span: Span,
    ) -> Declared<Expr> {
        let record = self.find_record(name)?;
        let declared = self.declarations.records[record].fields.clone();
        let known: Vec<_> = declared.iter().map(|field| field.name.clone()).collect();
        let owner = format!("record `{}`", name.value);
        let values = self.arrange(fields, &known, &owner, span)?;
        let parts: Vec<_> = values
            .into_iter()
            .zip(&declared)
            .map(|(value, field)| self.check_expr(context, value, Expect::Type(&field.ty)))
            .collect();
        let parts = parts.into_iter().collect::<Declared<Vec<_>>>()?;
        Ok(Expr {
            kind: ExprKind::Record(record, parts),
            ty: Type::Record(record),
            span,
        })
    }

    fn find_record(&mut self, name: &Name) -> Declared<Record> {
        match self.symbols.find(&name.value).map(|item| &item.kind) {
            Some(ItemKind::Faulty(reported)) => Err(*reported),
            Some(ItemKind::Record(record)) => self.symbols.sound(*record),
            Some(other) => {
                let what = other.what();
                let help = "only records are written with fields".to_owned();
                let wanted = "a record";
                Err(self.report(NameError::NotAValue {
                    name: name.clone(),
                    wanted,
                    what,
                    help,
                }))
            }
            None => {
                let records = self.declarations.records.values();
                let known = records.map(|record| record.name.clone()).collect();
                Err(self.report(NameError::Unknown {
                    kind: NameKind::Type,
                    name: name.clone(),
                    known,
                }))
            }
        }
    }

    /// Puts values given by name into the order of the names; reports unknown, repeated and missing ones.
    pub(super) fn arrange<'e>(
        &mut self,
        fields: &'e [FieldValue],
        known: &[String],
        owner: &str,
        span: Span,
    ) -> Declared<Vec<&'e ast::Expr>> {
        let mut values: Vec<Option<&FieldValue>> = vec![None; known.len()];
        let mut fault = None;
        for field in fields {
            let Some(index) = known.iter().position(|name| *name == field.name.value) else {
                let (name, owner, known) = (field.name.clone(), owner.to_owned(), known.to_vec());
                fault = Some(self.report(NameError::UnknownField { name, owner, known }));
                continue;
            };
            if let Some(first) = values[index].replace(field) {
                let (name, first) = (field.name.clone(), first.name.span);
                fault = Some(self.report(NameError::Duplicate {
                    name,
                    first,
                    what: "field",
                }));
            }
        }
        let absent = known
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.is_none());
        let missing: Vec<_> = absent.map(|(name, _)| name.clone()).collect();
        // An unknown name is most likely a missing one misspelt, so one error is enough.
        if !missing.is_empty() && fault.is_none() {
            fault = Some(self.report(TypeError::MissingFields {
                span,
                owner: owner.to_owned(),
                missing,
            }));
        }
        match fault {
            Some(reported) => Err(reported),
            None => Ok(values
                .into_iter()
                .flatten()
                .map(|field| &field.value)
                .collect()),
        }
    }
}

/// A result by name; the only result of a step is `result` if nobody named it.
fn find_result<'r>(results: &'r [ResultSymbol], name: &str) -> Option<&'r ResultSymbol> {
    let named = results
        .iter()
        .find(|result| result.name.as_deref() == Some(name));
    named.or_else(|| match results {
        [only] if name == "result" && only.name.is_none() => Some(only),
        _ => None,
    })
}
