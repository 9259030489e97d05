//! Steps: the call, what guards and undoes it, and how its messages travel.

use super::arithmetic::Necessity;
use super::atomic::Member;
use super::call::{CheckedCall, Site};
use super::check::Checker;
use super::context::{Context, Place, WorkflowScope};
use super::custody::Payment;
use super::duty::Duty;
use super::erase::erase_step;
use super::errors::{
    BudgetError, ChainError, FlowError, LivenessError, NameError, NameKind, SagaError,
};
use super::hold::{held_for, owner};
use super::limits::{MAX_DEADLINE, MAX_RETRIES};
use super::results::StepResults;
use super::saga::{Progress, RoleKind};
use super::spend::spent;
use super::statements::{PlacedStep, StepAst};
use super::symbols::Declared;
use super::workflow::Surroundings;
use crate::entities::{Chain, Workflow};
use crate::hir::{Compensation, RefusalPolicy, Role, StepDecl};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Name, Policy};
use crate::transport::Transport;
use crate::transport::catalogue::{ENTRIES, Entry};
use crate::vm::Vm;
use cranelift_entity::EntityRef;

/// Where a step runs, seen from the workflow.
#[derive(Clone, Copy, Debug)]
pub(super) enum Location {
    /// On the workflow's own chain.
    Home {
        /// Whether its call is left to a transaction of its own: a failing call would undo the one that came to it, and with it what
        /// happened before.
        waits: bool,
    },
    /// On another chain; the catalogue's entry of the transport between, if it is known and serves both.
    Remote {
        home: Vm,
        vm: Vm,
        entry: Declared<&'static Entry>,
    },
}

impl Checker<'_> {
    /// Checks a step; its results are in the scope afterwards.
    pub(super) fn check_step(
        &mut self,
        surroundings: &Surroundings<'_>,
        scope: &mut WorkflowScope,
        progress: &mut Progress,
        index: usize,
        placed: PlacedStep<'_>,
    ) -> Declared<StepDecl> {
        let member = match placed.ast {
            StepAst::Call(step) => Member::new(step, placed.atomic),
            StepAst::Take(take) => {
                return self.check_take(surroundings, scope, progress, (index, placed), take);
            }
            StepAst::Pay(pay) => {
                let pay = (pay, Payment::Written);
                return self.check_pay(surroundings, scope, progress, index, pay);
            }
            StepAst::Hold(step, number) => {
                let held = (index, step, number);
                return self.check_unspent(surroundings, scope, held);
            }
            StepAst::TakeRest(take, _) => {
                let rest = (index, take);
                return self.check_take_of_rest(surroundings, scope, rest);
            }
            StepAst::PayRest(take, floor) => {
                let rest = (index, take);
                return self.check_pay_of_rest(surroundings, scope, progress, rest, floor);
            }
        };
        let (step, retriable) = (member.step, member.retriable());
        let context = Context {
            scope,
            place: Place::Step(index),
        };
        let mut checked = self.check_call(Site {
            context,
            call: &step.call,
            options: &step.options,
            spend: spent(step),
            duty: retriable
                .filter(|_| held_for(step).is_none())
                .map(|_| Duty::Retriable),
        });
        let fits = self.check_together(progress, member, checked.chain);
        if let (Some(_), Ok(call)) = (retriable, &checked.call)
            && let Err(reported) = self.check_call_is_total(call, Necessity::Retriable)
        {
            checked.call = Err(reported);
        }
        let require = step.require.as_ref();
        let guard = require.map(|guard| self.check_guard(context, &guard.value, &checked));
        let results = self.step_results(step, &checked);
        let results = results.map(|results| progress.add_results(member, results));
        scope.steps[index].results = Some(
            results
                .as_ref()
                .map(|results| results.symbols.clone())
                .map_err(|e| *e),
        );

        if let (Some(guard), Some(retriable)) = (&step.require, retriable) {
            let guard = guard.span;
            self.report(LivenessError::GuardedRetriable { guard, retriable });
        }
        let after_pivot = progress.has_pivot();
        let kind = self.check_role(progress, member);
        let is_in_start = progress.is_in_start(step);
        let location = self.locate(surroundings, member, &checked, is_in_start);
        let is_home = matches!(location, Ok(Location::Home { .. }));
        if !is_home {
            progress.leave_start();
        }
        let beside = self.check_beside(placed, &checked, location);
        let custody = self.check_spending(step, kind, is_home);
        let later = self.check_later_calls(scope, index, member, checked.chain);
        // The first step of an `atomic` says these of all of it.
        let (within, on_refused) = match member.is_first() {
            false => (Ok(None), Ok(RefusalPolicy::Compensate)),
            true => (
                match kind {
                    // A step that has to become retriable needs no deadline.
                    Err(reported) if after_pivot && step.within.is_none() => Err(reported),
                    _ => self.check_within(member, location),
                },
                self.check_refusal(scope, index, (placed, member), surroundings, location),
            ),
        };
        scope.steps[index].held_for = Some(owner(&on_refused));

        let (guard, later) = (guard.transpose(), later?);
        let (guard, views) =
            guard?.map_or((None, Vec::new()), |(guard, views)| (Some(guard), views));
        beside?;
        custody?;
        fits?;
        Ok(erase_step(StepDecl {
            name: step.name.value.clone(),
            docs: step.docs.clone(),
            workflow: Workflow::new(self.workflows.len()),
            chain: checked.chain?,
            transport: transport(location?)?,
            call: checked.call?,
            results: results?.fields,
            then: Vec::new(),
            role: role(kind?, later.compensation),
            confirmation: later.confirmation,
            views,
            guard,
            within: within?,
            on_refused: on_refused?,
            custody: None,
            name_span: step.name.span,
            span: step.span,
        }))
    }

    /// Whether a step may run beside others or be left out, if it is.
    fn check_beside(
        &mut self,
        placed: PlacedStep<'_>,
        checked: &CheckedCall,
        location: Declared<Location>,
    ) -> Declared<()> {
        if let (Some(pivot), Some(arm)) = (placed.ast.pivot(), placed.arm) {
            return Err(self.report(FlowError::PivotInArm {
                pivot,
                around: arm.keyword,
                word: arm.word,
            }));
        }
        let Some(parallel) = placed.parallel else {
            return Ok(());
        };
        if let Some(pivot) = placed.ast.pivot() {
            return Err(self.report(FlowError::PivotBeside { pivot, parallel }));
        }
        match location? {
            Location::Remote { .. } => Ok(()),
            Location::Home { .. } => {
                let step = placed.ast.name().clone();
                let chain = self.chain_name(checked.chain?).to_owned();
                Err(self.report(FlowError::HomeStepBeside {
                    step,
                    chain,
                    parallel,
                }))
            }
        }
    }

    fn step_results(&mut self, step: &ast::Step, checked: &CheckedCall) -> Declared<StepResults> {
        match &checked.results {
            Ok((returned, contract)) => self.check_results(step, returned, contract),
            Err(reported) => Err(*reported),
        }
    }

    /// Whether a step is at home, or how its messages travel.
    fn locate(
        &mut self,
        surroundings: &Surroundings<'_>,
        member: Member<'_>,
        checked: &CheckedCall,
        is_in_start: bool,
    ) -> Declared<Location> {
        let step = member.first();
        let via = step
            .via
            .as_ref()
            .map(|via| (&via.value, self.find_transport(&via.value)));
        let (chain, home) = (checked.chain?, surroundings.home?);
        if chain == home {
            if let Some(via) = &step.via {
                let chain = self.chain_name(chain).to_owned();
                return Err(self.report(ChainError::ViaAtHome {
                    via: via.span,
                    chain,
                }));
            }
            let waits = !is_in_start && !self.vm(chain).catches_failures();
            return Ok(Location::Home { waits });
        }
        let home = self.vm(home);
        let entry = match via.or(surroundings.transport) {
            Some((name, entry)) => {
                entry.and_then(|entry| self.check_reach(name, entry, home, chain))
            }
            None => {
                let (span, usable) = (step.name.span, usable(home, self.vm(chain)));
                let chain = self.chain_name(chain).to_owned();
                Err(self.report(ChainError::MissingTransport {
                    span,
                    chain,
                    usable,
                }))
            }
        };
        Ok(Location::Remote {
            home,
            vm: self.vm(chain),
            entry,
        })
    }

    pub(super) fn find_transport(&mut self, name: &Name) -> Declared<&'static Entry> {
        Entry::find(&name.value).ok_or_else(|| {
            let known = ENTRIES.iter().filter(|entry| entry.transport.is_some());
            let known = known.map(|entry| entry.name.to_owned()).collect();
            self.report(NameError::Unknown {
                kind: NameKind::Transport,
                name: name.clone(),
                known,
            })
        })
    }

    fn check_reach(
        &mut self,
        name: &Name,
        entry: &'static Entry,
        home: Vm,
        chain: Chain,
    ) -> Declared<&'static Entry> {
        let vm = self.vm(chain);
        let usable = usable(home, vm);
        if !entry.connects(home, vm) {
            let (transport, chain) = (name.clone(), self.chain_name(chain).to_owned());
            return Err(self.report(ChainError::DoesNotReach {
                transport,
                vm,
                chain,
                usable,
            }));
        }
        match entry.transport {
            Some(_) => Ok(entry),
            None => Err(self.report(ChainError::NotEmitted {
                transport: name.clone(),
                usable,
            })),
        }
    }

    fn check_within(
        &mut self,
        member: Member<'_>,
        location: Declared<Location>,
    ) -> Declared<Option<u64>> {
        let step = member.step;
        let useless = match location {
            Ok(Location::Home { waits: false }) => {
                Some("a step at home runs in the coordinator's own transaction")
            }
            _ if member.retriable().is_some() => {
                Some("a retriable step is tried until it succeeds")
            }
            _ => None,
        };
        match (&step.within, useless) {
            (Some(clause), None) => self.check_deadline(clause, location),
            (Some(clause), Some(why)) => Err(self.report(SagaError::UselessDeadline {
                span: clause.span,
                why,
            })),
            (None, Some(_)) => Ok(None),
            (None, None) => match location? {
                Location::Home { .. } => Err(self.report(SagaError::MissingDeadlineAtHome {
                    step: step.name.clone(),
                })),
                Location::Remote { home, entry, .. } => {
                    let least = entry?.latency_from(home);
                    Err(self.report(SagaError::MissingDeadline {
                        step: step.name.clone(),
                        least,
                    }))
                }
            },
        }
    }

    fn check_deadline(
        &mut self,
        clause: &ast::Clause<ast::Duration>,
        location: Declared<Location>,
    ) -> Declared<Option<u64>> {
        let (span, given) = (clause.span, clause.value.seconds);
        if given > MAX_DEADLINE {
            return Err(self.report(BudgetError::DeadlineTooLong {
                span,
                limit: MAX_DEADLINE,
            }));
        }
        if let Location::Remote { home, entry, .. } = location? {
            let entry = entry?;
            let least = entry.latency_from(home);
            if given < least {
                let transport = entry.name;
                return Err(self.report(ChainError::DeadlineTooShort {
                    span,
                    given,
                    least,
                    transport,
                    from: home,
                }));
            }
        }
        Ok(Some(given))
    }

    /// What a refusal of the `index`-th step leads to.
    fn check_refusal(
        &mut self,
        scope: &WorkflowScope,
        index: usize,
        (placed, member): (PlacedStep<'_>, Member<'_>),
        surroundings: &Surroundings<'_>,
        location: Declared<Location>,
    ) -> Declared<RefusalPolicy> {
        match held_for(member.step) {
            Some(owner) => {
                let step = (placed, member.step);
                self.check_hold(scope, index, step, (surroundings.home, owner))
            }
            None => self.check_policy(member, location),
        }
    }

    fn check_policy(
        &mut self,
        member: Member<'_>,
        location: Declared<Location>,
    ) -> Declared<RefusalPolicy> {
        let Some(clause) = &member.step.on_refused else {
            return Ok(RefusalPolicy::Compensate);
        };
        let span = clause.span;
        if member.retriable().is_some() {
            let (why, help) = ("a retriable step is never refused", "remove the clause");
            return Err(self.report(SagaError::MisplacedPolicy { span, why, help }));
        }
        match &clause.value {
            Policy::Compensate => Ok(RefusalPolicy::Compensate),
            Policy::Continue if member.pivot().is_some() => {
                let why = "a workflow that goes on without its pivot would have decided nothing";
                let help = "remove the clause, or make another step the pivot";
                Err(self.report(SagaError::MisplacedPolicy { span, why, help }))
            }
            Policy::Continue => Ok(RefusalPolicy::Continue),
            Policy::Retry(count) => self.check_retry(span, *count, location),
            Policy::HoldFor(_) => unreachable!("it is checked with what is held"),
        }
    }

    fn check_retry(
        &mut self,
        span: Span,
        count: Spanned<u64>,
        location: Declared<Location>,
    ) -> Declared<RefusalPolicy> {
        let retries = u32::try_from(count.value)
            .ok()
            .filter(|_| (1..=MAX_RETRIES).contains(&count.value));
        let Some(retries) = retries else {
            return Err(self.report(SagaError::RetryCount {
                span: count.span,
                most: MAX_RETRIES,
            }));
        };
        match location? {
            Location::Home { waits: false } => {
                let why = "a step at home runs once, in the coordinator's own transaction";
                let help = "remove the clause; whoever starts the workflow can start it again";
                return Err(self.report(SagaError::MisplacedPolicy { span, why, help }));
            }
            Location::Remote { vm, .. } if vm.catches_failures() => {}
            Location::Home { waits: true } | Location::Remote { .. } => {
                let why = "a failing call leaves no trace on this machine: anyone may try it again until its deadline";
                let help = "remove the clause; the number of tries is not limited there";
                self.warn(SagaError::MisplacedPolicy { span, why, help });
            }
        }
        Ok(RefusalPolicy::Retry(retries))
    }
}

/// The names of the transports that connect two machines and that this version can emit.
fn usable(home: Vm, vm: Vm) -> Vec<String> {
    let entries = ENTRIES
        .iter()
        .filter(|entry| entry.transport.is_some() && entry.connects(home, vm));
    entries.map(|entry| entry.name.to_owned()).collect()
}

fn transport(location: Location) -> Declared<Option<Transport>> {
    match location {
        Location::Home { .. } => Ok(None),
        Location::Remote { entry, .. } => Ok(entry?.transport),
    }
}

fn role(kind: RoleKind, compensation: Option<Compensation>) -> Role {
    match (kind, compensation) {
        (RoleKind::Compensable, Some(compensation)) => Role::Compensable(Box::new(compensation)),
        (RoleKind::Pivot, _) => Role::Pivot,
        (RoleKind::Retriable, _) => Role::Retriable,
        (RoleKind::Compensable | RoleKind::NothingToUndo, _) => Role::NothingToUndo,
    }
}
