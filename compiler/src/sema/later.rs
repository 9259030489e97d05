//! What may follow a step in the participant that ran it: its compensation and its confirmation.

use super::arithmetic::Necessity;
use super::atomic::Member;
use super::call::Site;
use super::check::Checker;
use super::context::{Context, Expect, LaterCall, Place, WorkflowScope};
use super::duty::Duty;
use super::errors::SagaError;
use super::symbols::Declared;
use crate::entities::Chain;
use crate::hir::{Call, Compensation, Expr};
use crate::syntax::ast;
use crate::types::Type;

/// The checked calls that may follow a step.
pub(super) struct LaterCalls {
    pub(super) compensation: Option<Compensation>,
    pub(super) confirmation: Vec<Call>,
}

/// A step and where it stands.
#[derive(Clone, Copy)]
struct Owner<'a> {
    scope: &'a WorkflowScope,
    /// Its position in the workflow.
    index: usize,
    chain: Declared<Chain>,
    /// Whether somebody may take its compensation over.
    is_held: bool,
}

impl Checker<'_> {
    /// Checks what may follow a step on `chain`, the `index`-th of its workflow.
    pub(super) fn check_later_calls(
        &mut self,
        scope: &WorkflowScope,
        index: usize,
        member: Member<'_>,
        chain: Declared<Chain>,
    ) -> Declared<LaterCalls> {
        let step = member.step;
        let owner = Owner {
            scope,
            index,
            chain,
            is_held: member.hold_for().is_some(),
        };
        let compensation = match step.compensate.as_ref().map(|clause| &clause.value) {
            Some(ast::Compensation::Call(clause)) => Some(clause),
            Some(ast::Compensation::None) | None => None,
        };
        let call = compensation
            .map(|clause| self.check_later_call(owner, LaterCall::Compensation, clause));
        let hold_for = self.check_hold_for(owner, step, compensation.is_some());
        let confirmation = step
            .confirm
            .as_ref()
            .map(|clause| self.check_later_call(owner, LaterCall::Confirmation, &clause.value));
        let (call, hold_for) = (call.transpose()?, hold_for?);
        Ok(LaterCalls {
            compensation: call.map(|call| Compensation {
                calls: vec![call],
                hold_for,
            }),
            confirmation: confirmation.into_iter().collect::<Declared<_>>()?,
        })
    }

    fn check_later_call(
        &mut self,
        owner: Owner<'_>,
        which: LaterCall,
        clause: &ast::CallClause,
    ) -> Declared<Call> {
        let checked = self.check_call(Site {
            context: owner.context(which),
            call: &clause.call,
            options: &clause.options,
            spend: &[],
            duty: owner.duty(which),
        });
        let (own, other) = (owner.chain?, checked.chain?);
        if own != other {
            return Err(self.report(SagaError::LaterCallElsewhere {
                span: clause.call.contract.span,
                call: which,
                step_chain: self.chain_name(own).to_owned(),
                other: self.chain_name(other).to_owned(),
            }));
        }
        let call = checked.call?;
        let why = match which {
            LaterCall::Compensation => Necessity::Compensation,
            LaterCall::Confirmation => Necessity::Confirmation,
        };
        self.check_call_is_total(&call, why)?;
        Ok(call)
    }

    /// Who may claim the compensation if it fails: an address on the chain where it would run.
    fn check_hold_for(
        &mut self,
        owner: Owner<'_>,
        step: &ast::Step,
        has_compensation: bool,
    ) -> Declared<Option<Expr>> {
        let Some(clause) = &step.hold_for else {
            return Ok(None);
        };
        if !has_compensation {
            return Err(self.report(SagaError::MisplacedPolicy {
                span: clause.span,
                why: "there is no compensation that could fail",
                help: "remove the clause, or say what undoes the step: `compensate CALL else hold for ADDRESS`",
            }));
        }
        let ty = Type::Address(owner.chain?);
        let context = owner.context(LaterCall::Compensation);
        let owner = self.check_expr(context, &clause.value, Expect::Type(&ty))?;
        self.check_is_total(&owner, Necessity::Owner)?;
        Ok(Some(owner))
    }
}

impl<'a> Owner<'a> {
    fn duty(self, which: LaterCall) -> Option<Duty> {
        match which {
            LaterCall::Compensation if self.is_held => None,
            LaterCall::Compensation => Some(Duty::Compensation),
            LaterCall::Confirmation => Some(Duty::Confirmation),
        }
    }

    fn context(self, which: LaterCall) -> Context<'a> {
        Context {
            scope: self.scope,
            place: Place::Later(which, self.index),
        }
    }
}
