//! Compiles a case of the suite down to its Solana programs, over a deployment in which every address is a hash of its name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xcc::analysis::{Facts, analyze};
use xcc::backend::{Artifacts, Input, anchor};
use xcc::deployment::{Address, ChainBinding, ConstantValue, Deployment, Endpoint};
use xcc::diagnostic::{Diagnostics, RenderOptions, render};
use xcc::import::import;
use xcc::ir::{Program, verify};
use xcc::load::SourceTree;
use xcc::lower::lower;
use xcc::sema::{Interfaces, Needed, check};
use xcc::source::SourceMap;
use xcc::syntax;
use xcc::transport::Transport;
use xcc::vm::Vm;
use xcc::wire::identity::keccak256;
#[cfg(feature = "svm")]
use xcc_tests::program_crate::ProgramCrate;

/// Wormhole's number of the home chain in every case.
pub(crate) const HOME_CHAIN: u16 = 2;

/// Wormhole's core program on mainnet, where the stand-in is deployed too.
pub(crate) const CORE: &str = "worm2ZoG2kUd4vFXhvjh93UUH596ayRfgQ2MgjNMTth";

/// A compiled case.
pub(crate) struct Package {
    pub(crate) program: Program,
    pub(crate) facts: Facts,
    pub(crate) deployment: Deployment,
}

/// The folder of the cases.
pub(crate) fn suite() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/svm")
}

/// The key that stands for a name.
pub(crate) fn key(name: &str) -> [u8; 32] {
    keccak256(name.as_bytes())
}

impl Package {
    /// Compiles a case that has no findings.
    pub(crate) fn compile(case: &str) -> Self {
        Self::try_compile(case).unwrap_or_else(|findings| panic!("{findings}"))
    }

    /// Compiles a case, or gives what is wrong with it.
    pub(crate) fn try_compile(case: &str) -> Result<Self, String> {
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let text = fs::read_to_string(suite().join(case).with_extension("xcc"))
            .expect("the case is there");
        let source = sources.add(format!("{case}.xcc"), &text);
        let package = syntax::parse(source, &text, &mut diagnostics)
            .map(|file| SourceTree::of(format!("{case}.xcc"), file))
            .and_then(|tree| check(&tree, &interfaces(&tree), &mut diagnostics));
        let checked = package.and_then(|package| {
            let program = lower(&package);
            verify(&program).unwrap_or_else(|errors| panic!("{errors}"));
            let package = Package {
                facts: analyze(&program),
                deployment: deploy(&program),
                program,
            };
            anchor::check(package.input(), &mut diagnostics).map(|()| package)
        });
        let mut findings = Vec::new();
        render(
            &diagnostics,
            &sources,
            RenderOptions::default(),
            &mut findings,
        )
        .expect("renders");
        checked.map_err(|_| String::from_utf8(findings).expect("findings are UTF-8"))
    }

    pub(crate) fn input(&self) -> Input<'_> {
        Input {
            program: &self.program,
            facts: &self.facts,
            deployment: &self.deployment,
        }
    }

    pub(crate) fn emit(&self) -> Artifacts {
        anchor::emit(self.input())
    }
}

fn interfaces(tree: &SourceTree) -> Interfaces {
    let mut interfaces = Interfaces::new();
    for Needed { path, vm, .. } in Interfaces::needed(tree) {
        let text = fs::read_to_string(suite().join(&path)).expect("the interface is there");
        let vm = vm.expect("the chain is known");
        let interface = import(vm, &path, &text).expect("the interface loads");
        interfaces.insert(path, Ok(Arc::new(interface)));
    }
    interfaces
}

fn deploy(program: &Program) -> Deployment {
    let mut deployment = Deployment::default();
    for (chain, data) in &program.declarations.chains {
        let (chain_id, core) = match data.vm {
            Vm::Svm => (1, Address::Svm(decode(CORE))),
            _ => (HOME_CHAIN, Address::Evm([7; 20])),
        };
        let endpoint = Endpoint::Wormhole {
            chain_id,
            core,
            state: None,
        };
        let transports = BTreeMap::from([(Transport::Wormhole, endpoint)]);
        deployment.chains[chain] = ChainBinding {
            caip2: format!("test:{}", data.name),
            transports,
        };
    }
    let address = |vm: Vm, name: &str| match vm {
        Vm::Evm => Address::Evm(std::array::from_fn(|index| key(name)[index])),
        Vm::Svm => Address::Svm(key(name)),
        Vm::Sui | Vm::Aptos => Address::Move(key(name)),
    };
    for (contract, data) in &program.declarations.contracts {
        deployment.contracts[contract] =
            address(program.declarations.chains[data.chain].vm, &data.name);
    }
    for (constant, data) in &program.declarations.constants {
        let vm = program.declarations.chains[data.chain].vm;
        deployment.constants[constant] = ConstantValue::Address(address(vm, &data.name));
    }
    for (machine, data) in &program.machines {
        let workflow = &program.workflows[data.workflow].name;
        let chain = &program.declarations.chains[data.chain];
        deployment.machines[machine] =
            Some(address(chain.vm, &format!("{workflow} on {}", chain.name)));
    }
    deployment
}

fn decode(key: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bs58::decode(key)
        .onto(&mut bytes)
        .expect("a key in base 58");
    bytes
}

/// The crate in a folder of the output. Its runtime is the repository's, which the output must equal.
#[cfg(feature = "svm")]
pub(crate) fn emitted_crate(artifacts: &Artifacts, folder: &str) -> ProgramCrate {
    let prefix = format!("{folder}/");
    let files = artifacts.files.iter();
    let own = files
        .filter_map(|(path, text)| Some((path.strip_prefix(&prefix)?.to_owned(), text.clone())));
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime-svm");
    ProgramCrate::new(own).with_override("xcc-runtime", &runtime)
}
