//! Checked packages for the tests, built by hand so that they need no other phase than lowering.

use std::sync::Arc;

use xcc::analysis::{Facts, analyze};
use xcc::backend::{Artifacts, Input, solidity};
use xcc::deployment::{Address, ChainBinding, Deployment, Endpoint};
use xcc::diagnostic::Diagnostics;
use xcc::entities::{Chain, Contract, Record, Step, Workflow};
use xcc::hir::{
    Authority, BinaryOp, Binding, Call, Compensation, Expr, ExprKind, FunctionRef, Package,
    RefusalPolicy, Role, StepDecl, WorkflowDecl,
};
use xcc::import::import;
use xcc::ir::{Program, verify};
use xcc::literal::{Literal, U256};
use xcc::lower::lower;
use xcc::source::{SourceMap, Span};
use xcc::transport::Transport;
use xcc::types::{ChainDecl, ContractDecl, Declarations, EnumDecl, Field, RecordDecl, Type};
use xcc::vm::Vm;

/// The role of a step that a call undoes.
fn undone_by(call: Call) -> Role {
    Role::Compensable(Box::new(Compensation {
        call,
        hold_for: None,
    }))
}

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
            role: options.role,
            confirmation: None,
            guard: options.guard,
            within: options.within,
            on_refused: options.on_refused,
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
            choices: Vec::new(),
            results: results
                .map(|(name, expr)| (field(name, expr.ty.clone()), expr))
                .collect(),
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

pub(crate) const VAULT: &str = r#"[
    {"type":"function","name":"lock","stateMutability":"nonpayable","outputs":[],
     "inputs":[{"name":"user","type":"address"},{"name":"amount","type":"uint256"}]},
    {"type":"function","name":"release","stateMutability":"nonpayable","outputs":[],
     "inputs":[{"name":"user","type":"address"},{"name":"amount","type":"uint256"}]}]"#;
pub(crate) const AMM: &str = r#"[
    {"type":"function","name":"swap","stateMutability":"nonpayable",
     "inputs":[{"name":"amount","type":"uint64"},{"name":"minOut","type":"uint64"}],
     "outputs":[{"name":"amountOut","type":"uint64"}]},
    {"type":"function","name":"swapBack","stateMutability":"nonpayable","outputs":[],
     "inputs":[{"name":"amount","type":"uint256"}]},
    {"type":"function","name":"notify","stateMutability":"nonpayable","outputs":[{"name":"","type":"bool"}],
     "inputs":[{"name":"owner","type":"bytes32"},{"name":"shares","type":"uint128"},{"name":"note","type":"string"}]}]"#;

/// Ethereum locks, Base swaps, Solana stakes (the pivot), Base is told.
pub(crate) fn swap_and_stake() -> Package {
    let mut b = Builder::new();
    let home = b.home();
    let base = b.chain("base", Vm::Evm);
    let solana = b.chain("solana", Vm::Svm);
    let vault = b.contract("Vault", home, VAULT);
    let amm = b.contract("Amm", base, AMM);
    let pool = b.contract("Pool", solana, AMM);
    let user = b.input("user", Type::Address(home));
    let owner = b.input("owner", Type::Address(solana));
    let amount = b.input("amount", Type::Uint(64));
    let min_out = b.input("min_out", Type::Uint(64));
    let note = b.input("note", Type::String(40));

    let lock = b.call(vault, "lock", vec![user.clone(), amount.clone()], 90_000);
    let release = b.call(vault, "release", vec![user, amount.clone()], 60_000);
    b.step(
        "lock",
        lock,
        &[],
        StepOptions {
            within: None,
            ..StepOptions::new(undone_by(release))
        },
    );

    let guard = b.compare(BinaryOp::Gt, amount.clone(), b.uint(64, 0));
    let swap = b.call(amm, "swap", vec![amount, min_out], 180_000);
    let back = b.call(
        amm,
        "swapBack",
        vec![b.own_result(0, Type::Uint(64))],
        150_000,
    );
    let options = StepOptions {
        guard: Some(guard),
        ..StepOptions::new(undone_by(back))
    };
    let swapped = b.step("swap", swap, &[("amount_out", Type::Uint(64))], options);

    let stake = b.call(
        pool,
        "swap",
        vec![swapped[0].clone(), swapped[0].clone()],
        100_000,
    );
    let staked = b.step(
        "stake",
        stake,
        &[("shares", Type::Uint(64))],
        StepOptions::new(Role::Pivot),
    );

    let notify = b.call(amm, "notify", vec![owner, staked[0].clone(), note], 80_000);
    b.step("notify", notify, &[], StepOptions::new(Role::Retriable));
    b.finish(
        "SwapAndStake",
        Authority::Input(0),
        vec![("shares", staked[0].clone())],
    )
}

/// Inputs and results of every type of the language, all of which go to Solana and come back.
pub(crate) fn everything() -> Package {
    let mut b = Builder::new();
    let home = b.home();
    let solana = b.chain("solana", Vm::Svm);
    let pool = b.contract("Pool", solana, AMM);
    let side = b.enumeration("Side", &["Buy", "Sell", "delete"]);
    let inner = vec![
        field("id", Type::Uint(64)),
        field("memo", Type::Bytes(9)),
        field("side", side.clone()),
    ];
    let order = Type::Record(b.record("Order", inner));
    let list = |element: &Type, max| Type::List(Box::new(element.clone()), max);
    let mut types: Vec<Type> = xcc::types::INTEGER_WIDTHS
        .into_iter()
        .flat_map(|bits| [Type::Uint(bits), Type::Int(bits)])
        .collect();
    types.extend([
        Type::Bool,
        Type::String(20),
        Type::FixedBytes(1),
        Type::FixedBytes(20),
        Type::FixedBytes(32),
        Type::Bytes(70),
        Type::Address(home),
        Type::Address(solana),
        side,
        order.clone(),
        list(&order, 3),
        Type::Array(Box::new(Type::Int(16)), 4),
        Type::Option(Box::new(Type::String(3))),
        list(&Type::Option(Box::new(Type::Bool)), 5),
        list(&Type::String(5), 2),
        Type::Option(Box::new(list(&order, 2))),
    ]);
    let fields = types
        .iter()
        .enumerate()
        .map(|(index, ty)| field(&format!("f{index}"), ty.clone()));
    let all = Type::Record(b.record("Everything", fields.collect()));
    let named = types.iter().enumerate();
    let inputs: Vec<_> = named
        .map(|(index, ty)| b.input(&format!("field_{index}"), ty.clone()))
        .collect();
    let call = b.call(pool, "swap", inputs, 1000);
    let results = b.step("send", call, &[("all", all)], StepOptions::new(Role::Pivot));
    b.finish(
        "Everything",
        Authority::Anyone,
        vec![("all", results[0].clone())],
    )
}

const MARKET: &str = r#"[
    {"type":"function","name":"fill","stateMutability":"payable",
     "inputs":[{"name":"order","type":"tuple","internalType":"struct Market.Fill","components":[
        {"name":"id","type":"uint128"},{"name":"side","type":"uint8"},
        {"name":"leg","type":"tuple","internalType":"struct Market.Leg","components":[
            {"name":"token","type":"address"},{"name":"fee","type":"uint24"}]}]},
        {"name":"prices","type":"uint64[]"}],
     "outputs":[{"name":"trace","type":"bytes"},{"name":"pair","type":"uint256[2]"},{"name":"filled","type":"uint64"},{"name":"done","type":"bool"}]},
    {"type":"function","name":"unfill","stateMutability":"nonpayable","outputs":[],"inputs":[{"name":"done","type":"bool"}]},
    {"type":"function","name":"check","stateMutability":"view","outputs":[{"name":"","type":"uint24"}],"inputs":[{"name":"","type":"bytes32"}]}]"#;

/// A record becomes the target's struct, and results behind others are read.
pub(crate) fn tuples() -> Package {
    let mut b = Builder::new();
    let home = b.home();
    let base = b.chain("base", Vm::Evm);
    let market = b.contract("Market", base, MARKET);
    let side = b.enumeration("Side", &["Buy", "Sell"]);
    let leg = vec![
        field("token", Type::Address(base)),
        field("fee", Type::Uint(16)),
    ];
    let leg = Type::Record(b.record("Leg", leg));
    let order = vec![
        field("id", Type::Uint(64)),
        field("side", side),
        field("leg", leg),
    ];
    let order = Type::Record(b.record("Order", order));
    let order = b.input("order", order);
    let prices = b.input("prices", Type::List(Box::new(Type::Uint(64)), 4));
    let fill = b.call(market, "fill", vec![order, prices], 200_000);
    let undo = b.call(market, "unfill", vec![b.own_result(1, Type::Bool)], 100_000);
    let results = [("filled", Type::Uint(64)), ("done", Type::Bool)];
    let options = StepOptions {
        on_refused: RefusalPolicy::Retry(2),
        ..StepOptions::new(undone_by(undo))
    };
    let filled = b.step_with_results(
        "fill",
        fill,
        &[(results[0].clone(), 2), (results[1].clone(), 3)],
        options,
    );
    let check = b.call(
        market,
        "check",
        vec![b.expr(
            ExprKind::Literal(Literal::Bytes(vec![7; 32])),
            Type::FixedBytes(32),
        )],
        50_000,
    );
    let checked = b.step(
        "check",
        check,
        &[("fee", Type::Uint(32))],
        StepOptions::new(Role::NothingToUndo),
    );
    let _ = home;
    b.finish(
        "Tuples",
        Authority::Anyone,
        vec![("filled", filled[0].clone()), ("fee", checked[0].clone())],
    )
}

/// Home steps before, between and after remote ones; one may be refused and the workflow goes on.
pub(crate) fn home_steps() -> Package {
    let mut b = Builder::new();
    let home = b.home();
    let base = b.chain("base", Vm::Evm);
    let vault = b.contract("Vault", home, VAULT);
    let amm = b.contract("Amm", base, AMM);
    let till = b.contract("Till", home, AMM);
    let user = b.input("user", Type::Address(home));
    let amount = b.input("amount", Type::Uint(64));
    let owner = b.input("owner", Type::FixedBytes(32));
    let note = b.input("note", Type::String(10));
    let at_home = |role| StepOptions {
        within: None,
        ..StepOptions::new(role)
    };

    let guard = b.compare(
        BinaryOp::Ne,
        note.clone(),
        b.expr(
            ExprKind::Literal(Literal::String("no \"é\"".into())),
            Type::String(10),
        ),
    );
    let both = b.compare(
        BinaryOp::And,
        guard,
        b.compare(BinaryOp::Ge, amount.clone(), b.uint(64, 100_000)),
    );
    let lock = b.call(vault, "lock", vec![user.clone(), amount.clone()], 90_000);
    let release = b.call(vault, "release", vec![user.clone(), amount.clone()], 60_000);
    let options = StepOptions {
        guard: Some(both),
        ..at_home(undone_by(release.clone()))
    };
    b.step("lock", lock.clone(), &[], options);

    let swap = b.call(amm, "swap", vec![amount.clone(), amount.clone()], 180_000);
    let back = b.call(
        amm,
        "swapBack",
        vec![b.own_result(0, Type::Uint(64))],
        150_000,
    );
    let options = StepOptions {
        on_refused: RefusalPolicy::Continue,
        ..StepOptions::new(undone_by(back))
    };
    b.step("swap", swap, &[("amount_out", Type::Uint(64))], options);

    let sell = b.call(
        till,
        "swap",
        vec![amount.clone(), b.uint(64, u64::MAX)],
        70_000,
    );
    let back = b.call(
        till,
        "swapBack",
        vec![b.own_result(0, Type::Uint(64))],
        70_000,
    );
    let sold = b.step(
        "sell",
        sell,
        &[("amount_out", Type::Uint(64))],
        at_home(undone_by(back)),
    );

    let buy = b.call(till, "swap", vec![amount.clone(), sold[0].clone()], 70_000);
    b.step(
        "buy",
        buy,
        &[("amount_out", Type::Uint(64))],
        at_home(Role::Pivot),
    );
    let wide = b.expr(ExprKind::Widen(Box::new(sold[0].clone())), Type::Uint(128));
    let notify = b.call(till, "notify", vec![owner, wide, note], 70_000);
    b.step("notify", notify, &[], at_home(Role::Retriable));
    b.finish(
        "HomeSteps",
        Authority::Input(0),
        vec![("sold", sold[0].clone())],
    )
}

/// Everything on one chain.
pub(crate) fn home_only() -> Package {
    let mut b = Builder::new();
    let home = b.home();
    let vault = b.contract("Vault", home, VAULT);
    let user = b.input("user", Type::Address(home));
    let lock = b.call(vault, "lock", vec![user.clone(), b.uint(64, 7)], 90_000);
    let release = b.call(vault, "release", vec![user, b.uint(64, 7)], 60_000);
    let at_home = |role| StepOptions {
        within: None,
        ..StepOptions::new(role)
    };
    b.step("lock", lock.clone(), &[], at_home(undone_by(release)));
    b.step("again", lock, &[], at_home(Role::Pivot));
    b.finish("home_only", Authority::Anyone, vec![])
}

/// Names that mean something else to Solidity or to the runtime.
pub(crate) fn keywords() -> Package {
    let mut b = Builder::new();
    let home = b.home();
    let chain = b.chain("wormhole", Vm::Evm);
    let contract = b.contract("Wormhole", chain, AMM);
    let machine = b.contract("Machine", home, VAULT);
    let delete = b.enumeration("reader", &["delete", "sell"]);
    let fields = vec![
        field("mapping", delete),
        field("length", Type::Uint(64)),
        field("at", Type::Bytes(3)),
    ];
    let record = Type::Record(b.record("writer", fields));
    let instance = b.input("instance", Type::Address(home));
    let slots = b.input("slots", Type::Uint(64));
    let payable = b.input("payable", record);
    let deadline = b.input("deadline", Type::Uint(64));
    let length = b.expr(ExprKind::Field(Box::new(payable), 1), Type::Uint(64));
    let lock = b.call(
        machine,
        "lock",
        vec![instance.clone(), slots.clone()],
        90_000,
    );
    let release = b.call(machine, "release", vec![instance, deadline], 60_000);
    b.step(
        "fingerprint",
        lock,
        &[],
        StepOptions {
            within: None,
            ..StepOptions::new(undone_by(release))
        },
    );
    let swap = b.call(contract, "swap", vec![slots, length], 10_000);
    let back = b.call(
        contract,
        "swapBack",
        vec![b.own_result(0, Type::Uint(64))],
        15_000,
    );
    let body = b.step(
        "return",
        swap,
        &[("body", Type::Uint(64))],
        StepOptions::new(undone_by(back)),
    );
    b.finish(
        "contract",
        Authority::Anyone,
        vec![("event", body[0].clone())],
    )
}

/// Names longer than anyone should choose.
pub(crate) fn long_names() -> Package {
    let long = |start: &str| {
        format!(
            "{start}_{}",
            "of_a_very_long_name_which_goes_on_and_on_for_ever_and_ever_and_ever"
        )
        .chars()
        .take(40)
        .collect::<String>()
    };
    let mut b = Builder::new();
    let home = b.home();
    let chain = b.chain(&long("chain"), Vm::Evm);
    let contract = b.contract(&long("contract"), chain, AMM);
    let user = b.input(&long("user"), Type::Address(home));
    let amount = b.input(&long("amount"), Type::Uint(64));
    let other = b.input(&long("other"), Type::String(64));
    let owner = b.input(&long("owner"), Type::FixedBytes(32));
    let guard = b.compare(
        BinaryOp::Or,
        b.compare(BinaryOp::Gt, amount.clone(), b.uint(64, 1_000_000)),
        b.compare(
            BinaryOp::Ne,
            other.clone(),
            b.expr(
                ExprKind::Literal(Literal::String("nothing".into())),
                Type::String(64),
            ),
        ),
    );
    let swap = b.call(
        contract,
        "swap",
        vec![amount.clone(), amount.clone()],
        180_000,
    );
    let back = b.call(
        contract,
        "swapBack",
        vec![b.own_result(0, Type::Uint(64))],
        150_000,
    );
    let options = StepOptions {
        guard: Some(guard),
        on_refused: RefusalPolicy::Retry(1),
        ..StepOptions::new(undone_by(back))
    };
    let swapped = b.step(
        &long("step"),
        swap,
        &[(&long("result"), Type::Uint(64))],
        options,
    );
    let wide = b.expr(
        ExprKind::Widen(Box::new(swapped[0].clone())),
        Type::Uint(128),
    );
    let notify = b.call(contract, "notify", vec![owner, wide, other], 80_000);
    b.step(
        &long("then"),
        notify,
        &[],
        StepOptions::new(Role::Retriable),
    );
    let _ = user;
    b.finish(
        &long("workflow"),
        Authority::Input(0),
        vec![(&long("result"), swapped[0].clone())],
    )
}

/// As many arguments, results and inputs as the checks let through.
pub(crate) fn crowded() -> Package {
    let list = |prefix: &str, count, ty: &str| {
        let all = (0..count).map(|i| format!(r#"{{"name":"{prefix}{i}","type":"{ty}"}}"#));
        all.collect::<Vec<_>>().join(",")
    };
    let (params, outputs) = (list("p", 10, "uint256"), list("r", 6, "uint64"));
    let abi = format!(
        r#"[{{"type":"function","name":"crowd","stateMutability":"nonpayable","inputs":[{params}],"outputs":[{outputs}]}}]"#
    );
    let mut b = Builder::new();
    let home = b.home();
    let base = b.chain("base", Vm::Evm);
    let near = b.contract("Near", home, &abi);
    let far = b.contract("Far", base, &abi);
    let input = |b: &mut Builder, index| b.input(&format!("input_{index}"), Type::Uint(64));
    let inputs: Vec<_> = (0..20).map(|index| input(&mut b, index)).collect();
    let names: Vec<_> = (0..10).map(|i| format!("result_{i}")).collect();
    let results: Vec<_> = names[..6]
        .iter()
        .map(|name| (name.as_str(), Type::Uint(64)))
        .collect();
    let undo = |b: &Builder, contract| {
        let args = (0..10).map(|index| b.own_result(index % 6, Type::Uint(64)));
        undone_by(b.call(contract, "crowd", args.collect(), 100_000))
    };
    let limit = |b: &Builder, index: usize| {
        b.compare(
            BinaryOp::Lt,
            inputs[index].clone(),
            b.uint(64, 1_000_000_000),
        )
    };
    let guard = (1..10).fold(limit(&b, 0), |all, index| {
        b.compare(BinaryOp::And, all, limit(&b, index))
    });
    let call = b.call(far, "crowd", inputs[..10].to_vec(), 100_000);
    let options = StepOptions {
        guard: Some(guard),
        ..StepOptions::new(undo(&b, far))
    };
    let got = b.step("far", call, &results, options);
    let args = got.iter().chain(&got[..4]).cloned().collect();
    let call = b.call(near, "crowd", args, 100_000);
    let options = StepOptions {
        within: None,
        ..StepOptions::new(undo(&b, near))
    };
    let kept = b.step("near", call, &results, options);
    let call = b.call(far, "crowd", inputs[10..].to_vec(), 100_000);
    b.step("last", call, &results, StepOptions::new(Role::Pivot));
    let returned = names
        .iter()
        .map(String::as_str)
        .zip(got.into_iter().chain(kept));
    b.finish("Crowded", Authority::Anyone, returned.collect())
}

/// A call that the stack has no room for, and results that no event can carry.
pub(crate) fn overcrowded() -> Package {
    let params: Vec<_> = (0..11)
        .map(|i| format!(r#"{{"name":"p{i}","type":"uint256"}}"#))
        .collect();
    let abi = format!(
        r#"[{{"type":"function","name":"crowd","stateMutability":"nonpayable","inputs":[{}],
            "outputs":[{{"name":"trace","type":"bytes"}}]}},
            {{"type":"function","name":"list","stateMutability":"nonpayable","inputs":[{{"name":"wide","type":"uint256[]"}}],
            "outputs":[]}}]"#,
        params.join(",")
    );
    let mut b = Builder::new();
    let base = b.chain("base", Vm::Evm);
    let far = b.contract("Far", base, &abi);
    let inputs: Vec<_> = (0..11)
        .map(|i| b.input(&format!("input_{i}"), Type::Uint(64)))
        .collect();
    let narrow = b.input("narrow", Type::List(Box::new(Type::Uint(8)), 3));
    let call = b.call(far, "crowd", inputs.clone(), 100_000);
    let options = StepOptions::new(Role::NothingToUndo);
    b.step("crowd", call, &[("trace", Type::Bytes(32))], options);
    let call = b.call(far, "list", vec![narrow], 100_000);
    b.step("list", call, &[], StepOptions::new(Role::Pivot));
    let names: Vec<_> = (0..11).map(|i| format!("result_{i}")).collect();
    let results = names.iter().map(String::as_str).zip(inputs);
    b.finish("Overcrowded", Authority::Anyone, results.collect())
}

/// Every case, by the name of its golden.
pub(crate) fn cases() -> Vec<(&'static str, Package)> {
    vec![
        ("swap_and_stake", swap_and_stake()),
        ("everything", everything()),
        ("tuples", tuples()),
        ("home_steps", home_steps()),
        ("home_only", home_only()),
        ("keywords", keywords()),
        ("long_names", long_names()),
        ("crowded", crowded()),
    ]
}
