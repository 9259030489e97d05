//! Checked packages for the tests, built by hand so that they need no other phase than lowering.

mod cases;

use std::collections::BTreeMap;
use std::sync::Arc;

use xcc::analysis::{Facts, analyze};
use xcc::backend::{Artifacts, Input, solidity};
use xcc::deployment::{Address, ChainBinding, Deployment, Endpoint};
use xcc::diagnostic::Diagnostics;
use xcc::entities::{Chain, Contract, Record, Step, Workflow};
use xcc::hir::{
    Authority, BinaryOp, Binding, Call, Expr, ExprKind, FunctionRef, Package, RefusalPolicy, Role,
    StepDecl, WorkflowDecl,
};
use xcc::import::import;
use xcc::ir::{Program, verify};
use xcc::literal::{Literal, U256};
use xcc::lower::lower;
use xcc::source::{SourceMap, Span};
use xcc::transport::Transport;
use xcc::types::{ChainDecl, ContractDecl, Declarations, EnumDecl, Field, RecordDecl, Type};
use xcc::vm::Vm;

pub(crate) use self::cases::{AMM, cases, everything, overcrowded, swap_and_stake};

/// Builds a package of one workflow.
pub(crate) struct Builder {
    declarations: Declarations,
    steps: cranelift_entity::PrimaryMap<Step, StepDecl>,
    inputs: Vec<Field>,
    span: Span,
    home: Chain,
}

/// What a step is beside its call.
pub(crate) struct StepOptions {
    /// Its part in the saga.
    pub(crate) role: Role,
    /// Its deadline in seconds.
    pub(crate) within: Option<u64>,
    /// Its guard.
    pub(crate) guard: Option<Expr>,
    /// What follows its refusal.
    pub(crate) on_refused: RefusalPolicy,
}

impl Builder {
    /// A package whose workflow starts on the EVM chain `ethereum`.
    pub(crate) fn new() -> Self {
        let span = Span::new(SourceMap::default().add("fixture.xcc", ""), 0, 0);
        let mut declarations = Declarations::default();
        let home = declarations.chains.push(chain("ethereum", Vm::Evm, span));
        Builder {
            declarations,
            steps: cranelift_entity::PrimaryMap::new(),
            inputs: Vec::new(),
            span,
            home,
        }
    }

    pub(crate) fn home(&self) -> Chain {
        self.home
    }

    pub(crate) fn chain(&mut self, name: &str, vm: Vm) -> Chain {
        self.declarations.chains.push(chain(name, vm, self.span))
    }

    pub(crate) fn record(&mut self, name: &str, fields: Vec<Field>) -> Record {
        self.declarations.records.push(RecordDecl {
            name: name.into(),
            fields,
            docs: vec![format!("A {name} as a user wrote it.")],
            span: self.span,
        })
    }

    pub(crate) fn enumeration(&mut self, name: &str, variants: &[&str]) -> Type {
        let id = self.declarations.enums.push(EnumDecl {
            name: name.into(),
            written: name.into(),
            variants: variants.iter().map(|&name| name.to_owned()).collect(),
            docs: Vec::new(),
            span: self.span,
        });
        Type::Enum(id)
    }

    /// A contract whose interface is a Solidity ABI; what other machines run is never looked at here.
    pub(crate) fn contract(&mut self, name: &str, chain: Chain, abi: &str) -> Contract {
        let interface = import(Vm::Evm, &format!("{name}.json"), abi).unwrap();
        self.declarations.contracts.push(ContractDecl {
            name: name.into(),
            chain,
            interface: Arc::new(interface),
            asset: None,
            docs: Vec::new(),
            span: self.span,
        })
    }

    pub(crate) fn input(&mut self, name: &str, ty: Type) -> Expr {
        self.inputs.push(field(name, ty.clone()));
        self.expr(ExprKind::Input(self.inputs.len() - 1), ty)
    }

    pub(crate) fn expr(&self, kind: ExprKind, ty: Type) -> Expr {
        Expr {
            kind,
            ty,
            span: self.span,
        }
    }

    pub(crate) fn uint(&self, bits: u16, value: u64) -> Expr {
        let literal = Literal::Uint(U256::from(value));
        self.expr(ExprKind::Literal(literal), Type::Uint(bits))
    }

    pub(crate) fn compare(&self, op: BinaryOp, left: Expr, right: Expr) -> Expr {
        self.expr(
            ExprKind::Binary(op, Box::new(left), Box::new(right)),
            Type::Bool,
        )
    }

    pub(crate) fn call(&self, contract: Contract, name: &str, args: Vec<Expr>, gas: u64) -> Call {
        let function = FunctionRef {
            contract,
            name: name.into(),
            overload: 0,
        };
        Call {
            function,
            args,
            gas,
            binding: Binding::Evm { value: None },
            spends: Vec::new(),
            span: self.span,
        }
    }

    /// Adds a step whose results are the first of its call.
    pub(crate) fn step(
        &mut self,
        name: &str,
        call: Call,
        results: &[(&str, Type)],
        options: StepOptions,
    ) -> Vec<Expr> {
        let results = results.iter().enumerate();
        let results: Vec<_> = results
            .map(|(index, result)| (result.clone(), index))
            .collect();
        self.step_with_results(name, call, &results, options)
    }

    /// Adds a step; each result has its position among those of the call.
    pub(crate) fn step_with_results(
        &mut self,
        name: &str,
        call: Call,
        results: &[((&str, Type), usize)],
        options: StepOptions,
    ) -> Vec<Expr> {
        let chain = self.declarations.contracts[call.function.contract].chain;
        let named = results.iter();
        let place = self.steps.len() as u32 + 1;
        let step = self.steps.push(StepDecl {
            name: name.into(),
            docs: vec![format!("The step {name}.")],
            workflow: Workflow::from_u32(0),
            chain,
            transport: (chain != self.home).then_some(Transport::Wormhole),
            call,
            results: named
                .map(|((name, ty), index)| (field(name, ty.clone()), *index))
                .collect(),
            then: Vec::new(),
            role: options.role,
            confirmation: Vec::new(),
            views: Vec::new(),
            guard: options.guard,
            within: options.within,
            on_refused: options.on_refused,
            custody: None,
            name_span: Span::new(self.span.source, place, place),
            span: Span::new(self.span.source, place, place),
        });
        let results = results.iter().enumerate();
        results
            .map(|(index, ((_, ty), _))| self.expr(ExprKind::Result(step, index), ty.clone()))
            .collect()
    }

    /// What a compensation needs of the results of its own step, which is the next one to be added.
    pub(crate) fn own_result(&self, index: usize, ty: Type) -> Expr {
        let step = Step::from_u32(self.steps.len() as u32);
        self.expr(ExprKind::Result(step, index), ty)
    }

    pub(crate) fn finish(
        self,
        name: &str,
        authority: Authority,
        results: Vec<(&str, Expr)>,
    ) -> Package {
        let results = results.into_iter();
        let mut workflows = cranelift_entity::PrimaryMap::new();
        workflows.push(WorkflowDecl {
            name: name.into(),
            docs: vec![
                "Documented by someone@example.".into(),
                "On two lines.".into(),
            ],
            home: self.home,
            inputs: self.inputs,
            authority,
            steps: self.steps.keys().collect(),
            stages: (0..self.steps.len()).map(|step| step..step + 1).collect(),
            aborts: BTreeMap::new(),
            choices: Vec::new(),
            results: results
                .map(|(name, expr)| (field(name, expr.ty.clone()), expr))
                .collect(),
            floors: Vec::new(),
            span: self.span,
        });
        Package {
            declarations: self.declarations,
            workflows,
            steps: self.steps,
        }
    }
}

impl StepOptions {
    /// A step of the given role, with half an hour to run if it is not retriable.
    pub(crate) fn new(role: Role) -> Self {
        let within = (!matches!(role, Role::Retriable)).then_some(1800);
        StepOptions {
            role,
            within,
            guard: None,
            on_refused: RefusalPolicy::Compensate,
        }
    }
}

pub(crate) fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        ty,
    }
}

fn chain(name: &str, vm: Vm, span: Span) -> ChainDecl {
    ChainDecl {
        name: name.into(),
        vm,
        docs: Vec::new(),
        span,
    }
}

/// A lowered package with its facts.
pub(crate) struct Lowered {
    pub(crate) program: Program,
    pub(crate) facts: Facts,
}

impl Lowered {
    pub(crate) fn new(package: &Package) -> Self {
        let program = lower(package);
        verify(&program).unwrap();
        let facts = analyze(&program);
        Lowered { program, facts }
    }

    pub(crate) fn input<'a>(&'a self, deployment: &'a Deployment) -> Input<'a> {
        Input {
            program: &self.program,
            facts: &self.facts,
            deployment,
        }
    }

    /// What the back end has to say against the package.
    pub(crate) fn complaints(&self, deployment: &Deployment) -> Vec<String> {
        let mut diagnostics = Diagnostics::new();
        let checked = solidity::check(self.input(deployment), &mut diagnostics);
        assert_eq!(checked.is_err(), diagnostics.error_count() > 0);
        let findings = diagnostics.sorted().into_iter();
        findings
            .map(|finding| finding.diagnostic.message.clone())
            .collect()
    }

    pub(crate) fn emit(&self, deployment: &Deployment) -> Artifacts {
        assert_eq!(self.complaints(deployment), [] as [String; 0]);
        solidity::emit(self.input(deployment))
    }

    /// A deployment with the core and every contract at addresses of the tests' own.
    pub(crate) fn deployment(&self) -> Deployment {
        let mut deployment = Deployment::default();
        for (index, (chain, decl)) in self.program.declarations.chains.iter().enumerate() {
            let number = index as u16 + 2;
            deployment.chains[chain] = binding(decl.vm, number, Address::Evm([0xc0; 20]));
        }
        for (index, contract) in self.program.declarations.contracts.keys().enumerate() {
            deployment.contracts[contract] = Address::Evm([0xa0 + index as u8; 20]);
        }
        deployment
    }
}

/// Network number `number` of both Wormhole and CAIP-2.
pub(crate) fn binding(vm: Vm, number: u16, core: Address) -> ChainBinding {
    let caip2 = match vm {
        Vm::Evm => format!("eip155:{number}"),
        _ => format!("test:{number}"),
    };
    let endpoint = Endpoint::Wormhole {
        chain_id: number,
        core,
        state: None,
    };
    ChainBinding {
        caip2,
        transports: [(Transport::Wormhole, endpoint)].into(),
    }
}
