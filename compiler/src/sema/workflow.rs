//! Workflows: inputs, who may start them, their steps in order, and what they give back.

use std::cell::Cell;
use std::collections::BTreeMap;

use cranelift_entity::EntityRef;

use super::arithmetic::Necessity;
use super::arms::{ChoiceAst, PlacedChoice};
use super::atomic::{continues, joined_name, stages, united};
use super::check::Checker;
use super::context::{ChoiceSymbol, Context, Expect, Input, Place, StepSymbol, WorkflowScope};
use super::erase::erase_workflow;
use super::errors::{BudgetError, NameError, SagaError, TypeError};
use super::floor::{floors, rest_name};
use super::limits::MAX_STEPS;
use super::money::Amounts;
use super::named::LetSymbol;
use super::names::{Reserved, Scope};
use super::repeat::Copies;
use super::saga::Progress;
use super::statements::{Statements, StepAst};
use super::symbols::Declared;
use crate::diagnostic::Reported;
use crate::entities::{Chain, Step};
use crate::hir::{Authority, Choice, Decision, Expr, ExprKind, WorkflowDecl};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Giving, Name, Policy, ReturnValue};
use crate::transport::catalogue::Entry;
use crate::types::{Field, Type};

/// What the steps of a workflow share.
pub(super) struct Surroundings<'w> {
    pub(super) ast: &'w ast::Workflow,
    pub(super) home: Declared<Chain>,
    /// The transport of steps that name none, with the name as written.
    pub(super) transport: Option<(&'w Name, Declared<&'static Entry>)>,
}

impl Checker<'_> {
    /// Checks a workflow and adds it, if nothing is wrong with it.
    pub(super) fn check_workflow(&mut self, workflow: &ast::Workflow) {
        let errors = self.diagnostics.error_count();
        let written = self.write_out(workflow);
        let workflow = &*written.workflow;
        let statements = self.sort_statements(workflow);
        let home = self.find_chain(&workflow.home);
        let mut scope = self.check_scope(workflow, home, &statements, written.copies);
        let results = self.check_declared_results(home, &workflow.results);
        let transport = statements
            .transport
            .map(|transport| (&transport.name, self.find_transport(&transport.name)));
        let surroundings = Surroundings {
            ast: workflow,
            home,
            transport,
        };

        let authority = self.check_authority(&surroundings, &scope, statements.authorise);
        scope.authority = Some(authority);
        let steps = self.check_steps(&surroundings, &mut scope, &statements);
        let results = self.check_return(workflow, &scope, results, statements.ending);
        self.check_joined_names(&scope);
        self.check_holdings(workflow);
        self.check_rests(&statements);
        // A use may hide in what could not be understood.
        if self.diagnostics.ok_since(errors).is_ok() {
            self.warn_unused(&scope, written.unused);
        }

        let inputs = scope.inputs.into_iter().map(|input| {
            Some(Field {
                name: input.name.value,
                ty: input.ty.ok()?,
            })
        });
        let inputs: Option<Vec<_>> = inputs.collect();
        if let (Ok(home), Ok(authority), Ok((steps, choices)), Ok(results), Some(inputs)) =
            (surroundings.home, authority, steps, results, inputs)
        {
            let workflow = self.workflows.push(erase_workflow(WorkflowDecl {
                name: workflow.name.value.clone(),
                docs: workflow.docs.clone(),
                home,
                inputs,
                authority,
                steps,
                aborts: reasons(&statements),
                floors: floors(workflow),
                stages: stages(&statements),
                choices,
                results,
                span: workflow.span,
            }));
            self.warn_of_unread(workflow, &statements);
        }
    }

    /// Collects the names of inputs, steps and values, so that a use before its time can be told from an unknown name.
    fn check_scope(
        &mut self,
        workflow: &ast::Workflow,
        home: Declared<Chain>,
        statements: &Statements<'_>,
        copies: Copies,
    ) -> WorkflowScope {
        let mut scope = WorkflowScope {
            amounts: Amounts::On(home),
            ..WorkflowScope::default()
        };
        let mut names = Scope::with(&copies.made);
        for input in &workflow.inputs {
            let ty = self.check_type(&input.ty, scope.amounts);
            self.check_shadowing(&input.name, "input");
            if self.add_name(&mut names, &input.name, "input", Reserved::Refused) {
                scope.inputs.push(Input {
                    name: input.name.clone(),
                    ty,
                    used: Cell::new(false),
                });
            }
        }
        let mut id = Step::new(self.steps.len());
        for (index, placed) in statements.steps.iter().enumerate() {
            if index > 0 && !continues(*placed) {
                id = Step::new(id.index() + 1);
            }
            let (name, what) = match placed.ast {
                StepAst::Call(step) => (step.name.clone(), "step"),
                StepAst::Take(take) => (take.name.clone(), "holding"),
                StepAst::Pay(pay) => (gift(&scope, pay.giving.word(), &pay.holding), "payment"),
                StepAst::Hold(..) => (gift(&scope, "hold", placed.ast.name()), "payment"),
                StepAst::TakeRest(take, floor) => (rest_name(take, floor), "rest of a holding"),
                StepAst::PayRest(take, floor) => {
                    let rest = rest_name(take, floor);
                    (gift(&scope, Giving::Pay.word(), &rest), "payment")
                }
            };
            self.check_shadowing(&name, what);
            self.add_name(&mut names, &name, what, Reserved::Refused);
            let policy = placed.policy();
            let goes_on = |policy: &&Spanned<Policy>| {
                matches!(policy.value, Policy::Continue | Policy::HoldFor(_))
            };
            let skips = policy.filter(goes_on);
            scope.steps.push(StepSymbol {
                id,
                name,
                stage: placed.stage,
                atomic: placed.atomic.map(|atomic| atomic.keyword),
                skippable: skips.map(|policy| policy.span),
                results: None,
                holding: None,
                held_for: None,
            });
        }
        let atomics = statements.steps.iter().filter(|step| !continues(**step));
        for whole in atomics.filter_map(|step| joined_name(step.atomic?)) {
            self.add_joined_name(&mut names, &whole);
        }
        let choices = statements.choices.iter().map(|placed| ChoiceSymbol {
            keyword: placed.ast.keyword(),
            word: placed.ast.word(),
            arms: [placed.then.clone(), placed.otherwise.clone()],
        });
        scope.choices = choices.collect();
        for (_, statement) in &statements.lets {
            let name = &statement.name;
            self.check_shadowing(name, "value");
            let taken = scope.declared(&name.value);
            if self.check_unspelt_name(name, "value", Reserved::Refused, taken) {
                scope.lets.push(LetSymbol {
                    name: statement.name.clone(),
                    value: None,
                    used: Cell::new(false),
                });
            }
        }
        scope.copies = copies;
        scope
    }

    pub(super) fn check_shadowing(&mut self, name: &Name, what: &'static str) {
        if let Some(first) = self.symbols.place(&name.value) {
            self.report(NameError::Shadowed {
                name: name.clone(),
                first,
                what,
            });
        }
    }

    fn check_declared_results(
        &mut self,
        home: Declared<Chain>,
        results: &[ast::Field],
    ) -> Vec<(Name, Declared<Type>)> {
        let mut scope = Scope::default();
        let mut declared = Vec::new();
        for result in results {
            let ty = self.check_type(&result.ty, Amounts::On(home));
            if self.add_name(&mut scope, &result.name, "result", Reserved::Allowed) {
                declared.push((result.name.clone(), ty));
            }
        }
        declared
    }

    fn check_authority(
        &mut self,
        surroundings: &Surroundings<'_>,
        scope: &WorkflowScope,
        authorise: Option<&ast::Authorise>,
    ) -> Declared<Authority> {
        let home = surroundings.ast.home.value.clone();
        let candidates = candidates(surroundings, scope);
        let Some(authorise) = authorise else {
            let workflow = surroundings.ast.name.clone();
            let candidate = candidates.into_iter().next();
            return Err(self.report(SagaError::MissingAuthority {
                workflow,
                candidate,
                home,
            }));
        };
        let expr = match &authorise.who {
            ast::Authority::Anyone(_) => return Ok(Authority::Anyone),
            ast::Authority::Address(expr) => expr,
        };
        let context = Context {
            scope,
            place: Place::Step(0),
        };
        let address = Type::Address(surroundings.home?);
        let expected = match expr.kind {
            ast::ExprKind::Constant(_) => Expect::Type(&address),
            _ => Expect::Any,
        };
        let checked = self.check_expr(context, expr, expected)?;
        let is_address = checked.ty == address;
        match checked.kind {
            ExprKind::Input(index) if is_address => Ok(Authority::Input(index)),
            ExprKind::Constant(constant) if is_address => Ok(Authority::Constant(constant)),
            _ => Err(self.wrong_authority(expr.span, home, candidates)),
        }
    }

    fn wrong_authority(&mut self, span: Span, home: String, candidates: Vec<String>) -> Reported {
        self.report(SagaError::WrongAuthority {
            span,
            home,
            candidates,
        })
    }

    fn check_steps(
        &mut self,
        surroundings: &Surroundings<'_>,
        scope: &mut WorkflowScope,
        statements: &Statements<'_>,
    ) -> Declared<(Vec<Step>, Vec<Choice>)> {
        let steps = &statements.steps;
        if steps.is_empty() {
            return Err(self.report(SagaError::NoSteps {
                workflow: surroundings.ast.name.clone(),
            }));
        }
        if let Some(extra) = steps.get(MAX_STEPS) {
            return Err(self.report(BudgetError::TooManySteps {
                span: extra.ast.name().span,
                limit: MAX_STEPS,
            }));
        }
        let mut progress = Progress::default();
        let mut declared = Vec::new();
        let mut lets = statements.lets.iter().peekable();
        let mut choices = Vec::new();
        for (index, &step) in steps.iter().enumerate() {
            while let Some((stage, before)) = lets.next_if(|(stage, _)| *stage <= step.stage) {
                self.check_let(scope, *stage, before);
            }
            let reached = statements.choices[choices.len()..].iter();
            let reached = reached.take_while(|choice| choice.then.start <= step.stage);
            for choice in reached {
                if matches!(choice.ast, ChoiceAst::Attempt(_)) {
                    progress.leave_start();
                }
                choices.push(self.check_choice(scope, choices.len(), choice));
            }
            declared.push(self.check_step(surroundings, scope, &mut progress, index, step));
        }
        for choice in &statements.choices[choices.len()..] {
            choices.push(self.check_choice(scope, choices.len(), choice));
        }
        for (stage, after) in lets {
            if !self.has_enough() {
                self.check_let(scope, *stage, after);
            }
        }
        self.check_after_pivot(statements);
        let declared = declared.into_iter().collect::<Declared<Vec<_>>>()?;
        let choices = choices.into_iter().collect::<Declared<Vec<_>>>()?;
        let declared = united(steps, declared);
        let mut ids = Vec::new();
        for step in declared {
            let id = self.steps.next_key();
            self.check_sizes(surroundings, &step, id)?;
            ids.push(self.steps.push(step));
        }
        Ok((ids, choices))
    }

    /// Checks the condition of an `if`, when everything before it is known.
    fn check_choice(
        &mut self,
        scope: &WorkflowScope,
        index: usize,
        placed: &PlacedChoice<'_>,
    ) -> Declared<Choice> {
        let context = Context {
            scope,
            place: Place::Condition(index),
        };
        let by = match placed.ast {
            ChoiceAst::Attempt(_) => Decision::Refusal,
            ChoiceAst::If(statement) => {
                let expected = Expect::Type(&Type::Bool);
                let condition = self.check_expr(context, &statement.condition, expected)?;
                self.check_is_total(&condition, Necessity::Condition)?;
                if !scope.copies.may_differ(condition.span) {
                    self.warn_of_decided(&condition);
                }
                Decision::Condition(condition)
            }
        };
        Ok(Choice {
            by,
            then: placed.then.clone(),
            otherwise: placed.otherwise.clone(),
        })
    }

    fn check_return(
        &mut self,
        workflow: &ast::Workflow,
        scope: &WorkflowScope,
        results: Vec<(Name, Declared<Type>)>,
        ending: Option<&ast::Return>,
    ) -> Declared<Vec<(Field, Expr)>> {
        let names: Vec<_> = results.iter().map(|(name, _)| name.value.clone()).collect();
        let Some(ending) = ending else {
            return match results.as_slice() {
                [] => Ok(Vec::new()),
                _ => Err(self.report(SagaError::MissingReturn {
                    workflow: workflow.name.clone(),
                    results: names,
                })),
            };
        };
        if results.is_empty() {
            return Err(self.report(SagaError::UnexpectedReturn { span: ending.span }));
        }
        let values = self.returned_values(ending, &names)?;
        let context = Context {
            scope,
            place: Place::End,
        };
        let mut returned = Vec::new();
        for (value, (name, ty)) in values.into_iter().zip(results) {
            let expr = match &ty {
                Ok(ty) => self.check_returned(context, value, ty),
                Err(reported) => Err(*reported),
            };
            let name = name.value;
            returned.push(expr.and_then(|expr| Ok((Field { name, ty: ty? }, expr))));
        }
        returned.into_iter().collect()
    }

    fn check_returned(
        &mut self,
        context: Context<'_>,
        value: &ast::Expr,
        ty: &Type,
    ) -> Declared<Expr> {
        let value = self.check_expr(context, value, Expect::Type(ty))?;
        self.check_is_total(&value, Necessity::Result)?;
        Ok(value)
    }

    /// The values of a `return`, in the order of the results.
    fn returned_values<'w>(
        &mut self,
        ending: &'w ast::Return,
        names: &[String],
    ) -> Declared<Vec<&'w ast::Expr>> {
        let owner = "the returned value";
        match &ending.value {
            ReturnValue::Named(fields) => self.arrange(fields, names, owner, ending.span),
            ReturnValue::Single(value) if names.len() == 1 => Ok(vec![value]),
            ReturnValue::Single(value) => {
                let (span, owner, missing) = (value.span, owner.to_owned(), names.to_vec());
                Err(self.report(TypeError::MissingFields {
                    span,
                    owner,
                    missing,
                }))
            }
        }
    }

    fn warn_unused(&mut self, scope: &WorkflowScope, counters: Vec<Name>) {
        for input in scope.inputs.iter().filter(|input| !input.used.get()) {
            self.warn(NameError::Unused {
                name: input.name.clone(),
                what: "input",
            });
        }
        for unused in scope.lets.iter().filter(|it| !it.used.get()) {
            let name = scope.as_written(&unused.name);
            let what = "value";
            self.warn(NameError::Unused { name, what });
        }
        for name in counters {
            let what = "counter";
            self.warn(NameError::Unused { name, what });
        }
    }
}

/// The inputs that could be authorised.
fn candidates(surroundings: &Surroundings<'_>, scope: &WorkflowScope) -> Vec<String> {
    let is_candidate = |ty: &Declared<Type>| match (ty, surroundings.home) {
        (Ok(Type::Address(chain)), Ok(home)) => *chain == home,
        _ => false,
    };
    let inputs = scope.inputs.iter().filter(|input| is_candidate(&input.ty));
    inputs.map(|input| input.name.value.clone()).collect()
}

/// What the step that gives a holding away is called: `pay_funds`, and `pay_funds_2` for another in another arm.
fn gift(scope: &WorkflowScope, word: &str, holding: &Name) -> Name {
    let plain = format!("{word}_{}", holding.value);
    let numbered = (2_usize..).map(|number| format!("{plain}_{number}"));
    let mut names = std::iter::once(plain.clone()).chain(numbered);
    let name = names.find(|name| scope.steps.iter().all(|step| step.name.value != *name));
    Name::new(name.unwrap_or(plain), holding.span)
}

/// The reason of each `abort`, by the position of its stage.
fn reasons(statements: &Statements<'_>) -> BTreeMap<usize, String> {
    let aborts = statements.aborts.iter();
    aborts
        .map(|(&stage, abort)| (stage, abort.reason.value.clone()))
        .collect()
}
