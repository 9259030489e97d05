//! Profiles that bind a small program well, and everything that can be wrong with one.

use std::sync::Arc;

use cranelift_entity::EntityRef;

use super::*;
use crate::entities::{Asset, Step, Workflow};
use crate::hir::FunctionRef;
use crate::import::asset::interface_of;
use crate::import::import;
use crate::ir::{MachineData, MessageData, MessageKind, Role, StepData, StepKind, WorkflowData};
use crate::project::Manifest;
use crate::source::SourceMap;
use crate::transport::Transport;
use crate::types::{AssetDecl, AssetForm, AssetStandard, ChainDecl, ConstantDecl, ContractDecl};

const ABI: &str =
    r#"[{"type":"function","name":"f","stateMutability":"nonpayable","inputs":[],"outputs":[]}]"#;

const GOOD: &str = r#"edition = "2026"

[project]
name = "swap"
source = "swap.xcc"

[profiles.local.chains.ethereum]
id = "eip155:31337"
wormhole = { chain = 2, core = "0xC89Ce4735882C9F0f0FE26686c53074E09B0D550" }

[profiles.local.chains.solana]
id = "solana:localnet"
wormhole = { chain = 1, core = "Bridge1p5gheXUvJ6jGWGeCsgPKgnE3YgdGKRVCMY9o" }

[profiles.local.chains.sui]
id = "sui:localnet"
wormhole = { chain = 21, core = "0x21", state = "0x22" }

[profiles.local.contracts]
Vault = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"

[profiles.local.constants]
POOL = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
COIN = "0x2::sui::SUI"

[profiles.local.programs.Swap]
solana = "metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s"
"#;

fn program(span: Span) -> Program {
    let mut program = Program::default();
    let declarations = &mut program.declarations;
    let mut chain = |name: &str, vm| {
        declarations.chains.push(ChainDecl {
            name: name.to_owned(),
            vm,
            docs: Vec::new(),
            span,
        })
    };
    let ethereum = chain("ethereum", Vm::Evm);
    let others = [chain("solana", Vm::Svm), chain("sui", Vm::Sui)];
    let interface = import(Vm::Evm, "Vault.json", ABI).expect("an ABI");
    let vault = declarations.contracts.push(ContractDecl {
        name: "Vault".to_owned(),
        chain: ethereum,
        interface: Arc::new(interface),
        asset: None,
        docs: Vec::new(),
        span,
    });
    for (name, kind, chain) in [
        ("POOL", ConstantKind::Address, others[0]),
        ("COIN", ConstantKind::MoveType, others[1]),
    ] {
        declarations.constants.push(ConstantDecl {
            name: name.to_owned(),
            kind,
            chain,
            asset: None,
            span,
        });
    }
    let workflow = Workflow::new(0);
    let step = Step::new(0);
    let [coordinator, first, second] = [ethereum, others[0], others[1]].map(|chain| {
        program.machines.push(MachineData {
            workflow,
            chain,
            role: Role::Participant,
            steps: Vec::new(),
            slots: Vec::new(),
            events: Vec::new(),
            handlers: Vec::new(),
        })
    });
    program.workflows.push(WorkflowData {
        name: "Swap".to_owned(),
        docs: Vec::new(),
        coordinator,
        participants: vec![first, second],
        inputs: Vec::new(),
        results: Vec::new(),
        steps: vec![step],
        alternatives: Vec::new(),
        floors: Vec::new(),
        messages: Vec::new(),
        span,
    });
    program.steps.push(StepData {
        name: "lock".to_owned(),
        docs: Vec::new(),
        workflow,
        number: 0,
        machine: coordinator,
        kind: StepKind::Pivot,
        transport: None,
        function: FunctionRef {
            contract: vault,
            name: "f".to_owned(),
            overload: 0,
        },
        gas: 1,
        then: Vec::new(),
        compensation: Vec::new(),
        confirmation: Vec::new(),
        custody: None,
        spends: Vec::new(),
        within: None,
        results: Vec::new(),
        name_span: span,
        span,
    });
    for to in [first, second] {
        program.messages.push(MessageData {
            step,
            kind: MessageKind::Execute,
            from: coordinator,
            to,
            transport: Transport::Wormhole,
            fields: Vec::new(),
        });
    }
    program
}

fn resolved(text: &str) -> (Option<Deployment>, Vec<(&'static str, String)>) {
    resolved_after(text, |_| {})
}

/// What becomes of a profile for the program after a change of it.
fn resolved_after(
    text: &str,
    change: impl FnOnce(&mut Program),
) -> (Option<Deployment>, Vec<(&'static str, String)>) {
    let mut sources = SourceMap::new();
    let source = sources.add("xcc.toml", text);
    let declared = sources.add("swap.xcc", "the source");
    let mut diagnostics = Diagnostics::new();
    let manifest = Manifest::parse(source, text, &mut diagnostics).expect("a manifest");
    let deployment = manifest
        .profile(None, &mut diagnostics)
        .and_then(|profile| {
            let mut program = program(Span::new(declared, 0, 3));
            change(&mut program);
            resolve(profile, &program, &mut diagnostics)
        });
    let findings = diagnostics.sorted().into_iter().map(|finding| {
        let span = finding.diagnostic.span();
        let place = span.map(|span| sources.slice(span).to_owned());
        (finding.diagnostic.code.as_str(), place.unwrap_or_default())
    });
    (deployment.ok(), findings.collect())
}

#[test]
fn a_good_profile_binds_everything() {
    let (deployment, findings) = resolved(GOOD);
    assert_eq!(findings, []);
    let deployment = deployment.expect("resolved");
    assert_eq!(deployment.profile, "local");
    assert_eq!(deployment.chains[Chain::new(0)].caip2, "eip155:31337");
    assert!(matches!(
        deployment.contracts[Contract::new(0)],
        Address::Evm(_)
    ));
    let machines = [0, 1, 2].map(|index| deployment.machines[Machine::new(index)].is_some());
    assert_eq!(machines, [false, true, false]);
}

#[test]
fn every_fault_is_reported_at_its_place() {
    let zero = format!("\"0x{:040}\"", 0);
    let vault = "\"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"";
    let swap = "\n[profiles.local.programs.Swap]\n";
    let with = |address: &str| format!("{swap}ethereum = {address}\n");
    let same = with(vault);
    let core = with("\"0xC89Ce4735882C9F0f0FE26686c53074E09B0D550\"");
    for (from, to, code, place) in [
        (vault, zero.as_str(), "XCC0716", zero.as_str()),
        (
            "\"eip155:31337\"",
            "\"eip155:0\"",
            "XCC0714",
            "\"eip155:0\"",
        ),
        (
            "\"eip155:31337\"",
            "\"sui:main\"",
            "XCC0714",
            "\"sui:main\"",
        ),
        ("Vault =", "Valut =", "XCC0712", "Valut"),
        ("chains.sui]", "chains.sol]", "XCC0712", "sol"),
        ("POOL = ", "# POOL = ", "XCC0711", "constants"),
        ("Vault =", "# Vault =", "XCC0711", "contracts"),
        ("\nsolana = ", "\n# solana = ", "XCC0711", "Swap"),
        (
            "COIN = \"0x2::sui::SUI\"",
            "COIN = \"0x2\"",
            "XCC0715",
            "\"0x2\"",
        ),
        (
            "\"metaq",
            "\"0x",
            "XCC0715",
            "\"0xbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s\"",
        ),
        ("chain = 2,", "chain = 0,", "XCC0717", "0"),
        ("chain = 2,", "chain = 22,", "XCC0717", "22"),
        (", state = \"0x22\"", "", "XCC0717", "wormhole"),
        ("core = \"0x21\"", "core = \"0x0\"", "XCC0716", "\"0x0\""),
        ("\"0x22\"", "\"0x00\"", "XCC0716", "\"0x00\""),
        (
            vault,
            "\"0xC89Ce4735882C9F0f0FE26686c53074E09B0D550\"",
            "XCC0718",
            "\"0xC89Ce4735882C9F0f0FE26686c53074E09B0D550\"",
        ),
        (swap, same.as_str(), "XCC0718", "ethereum"),
        (swap, core.as_str(), "XCC0718", "ethereum"),
        ("programs.Swap]", "programs.Swop]", "XCC0712", "Swop"),
        (
            "[profiles.local.constants]",
            "[profiles.local.constants]\nX = \"1\"",
            "XCC0713",
            "X",
        ),
        ("wormhole = { chain = 2", "# ", "XCC0711", "ethereum"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let (_, findings) = resolved(&GOOD.replace(from, to));
        let found = findings.contains(&(code, place.to_owned()));
        assert!(found, "{from} → {to}: {findings:?}");
    }
}

#[test]
fn contracts_of_later_calls_must_be_bound() {
    type Later = fn(&mut StepData) -> &mut Vec<(FunctionRef, u64)>;
    let calls: [Later; 3] = [
        |step| &mut step.then,
        |step| &mut step.compensation,
        |step| &mut step.confirmation,
    ];
    for later in calls {
        let (_, findings) = resolved_after(GOOD, |program| {
            let contracts = &mut program.declarations.contracts;
            let mut desk = contracts[Contract::new(0)].clone();
            desk.name = "Desk".to_owned();
            let contract = contracts.push(desk);
            let function = FunctionRef {
                contract,
                name: "f".to_owned(),
                overload: 0,
            };
            later(&mut program.steps[Step::new(0)]).push((function, 1));
        });
        assert_eq!(findings, [("XCC0711", "contracts".to_owned())]);
    }
}

#[test]
fn chains_must_differ_in_network_and_number() {
    let text = GOOD.replace("solana:localnet", "solana:x");
    let again = text
        .replace("chain = 21,", "chain = 99,")
        .replace("chain = 1,", "chain = 99,");
    let (_, findings) = resolved(&again);
    assert_eq!(findings, [("XCC0718", "99".to_owned())]);
}

#[test]
fn a_zero_key_is_a_program_on_solana() {
    let text = GOOD.replace(
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
        "11111111111111111111111111111111",
    );
    assert_eq!(resolved(&text).1, []);
}

#[test]
fn a_profile_is_chosen_only_where_it_is_clear() {
    let second = "\n[profiles.main.contracts]\n";
    let (_, findings) = resolved(&format!("{GOOD}{second}"));
    assert_eq!(findings, [("XCC0710", String::new())]);
    let chosen = GOOD.replace("[project]", "[project]\ndefault-profile = \"local\"");
    let (deployment, _) = resolved(&format!("{chosen}{second}"));
    assert!(deployment.is_some());
    let wrong = GOOD.replace("[project]", "[project]\ndefault-profile = \"loca\"");
    assert_eq!(resolved(&wrong).1, [("XCC0710", "\"loca\"".to_owned())]);
}

/// Lets the step take a token on `ethereum`, of an asset that has a form on `solana`, too.
fn with_asset(program: &mut Program) {
    with_standard(program, AssetStandard::Erc20);
}

/// The same with what is native on `ethereum`.
fn with_native(program: &mut Program) {
    with_standard(program, AssetStandard::Native);
}

fn with_standard(program: &mut Program, standard: AssetStandard) {
    let declarations = &mut program.declarations;
    let asset = declarations.assets.next_key();
    let span = declarations.chains[Chain::new(0)].span;
    let forms = [
        (Chain::new(0), standard),
        (Chain::new(1), AssetStandard::Spl),
    ];
    let forms = forms.map(|(chain, standard)| AssetForm {
        chain,
        standard,
        decimals: 6,
        contract: declarations.contracts.push(ContractDecl {
            name: "USDC".to_owned(),
            chain,
            interface: Arc::new(interface_of(standard, "USDC")),
            asset: Some(asset),
            docs: Vec::new(),
            span,
        }),
    });
    program.steps[Step::new(0)].compensation.push((
        FunctionRef {
            contract: forms[0].contract,
            name: "give".to_owned(),
            overload: 0,
        },
        1,
    ));
    declarations.assets.push(AssetDecl {
        name: "USDC".to_owned(),
        forms: forms.to_vec(),
        docs: Vec::new(),
        span,
    });
}

const ASSET: &str = "
[profiles.local.assets.USDC]
ethereum = \"0xc89ce4735882c9f0f0fe26686c53074e09b0d551\"
";

#[test]
fn tokens_are_bound_by_asset_and_chain() {
    let (deployment, findings) = resolved_after(&format!("{GOOD}{ASSET}"), with_asset);
    assert_eq!(findings, []);
    let token = deployment.expect("nothing is wrong").contracts[Contract::new(1)];
    assert_eq!(token.to_word()[31], 0x51);
    let (_, findings) = resolved_after(GOOD, with_asset);
    assert_eq!(findings, [("XCC0711", "local".to_owned())]);
}

#[test]
fn faults_of_assets_are_found() {
    let token = "0xc89ce4735882c9f0f0fe26686c53074e09b0d551";
    for (from, to, code) in [
        ("assets.USDC", "assets.USDT", "XCC0712"),
        (
            "ethereum = \"0xc89ce4735882c9f0f0fe26686c53074e09b0d551\"",
            "etherum = \"0x1\"",
            "XCC0712",
        ),
        (
            "ethereum = \"0xc89ce4735882c9f0f0fe26686c53074e09b0d551\"",
            "",
            "XCC0711",
        ),
        (
            token,
            "0x0000000000000000000000000000000000000000",
            "XCC0716",
        ),
        (token, "0x2::sui::SUI", "XCC0715"),
        // Steps that call the token itself could move what is held.
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            token,
            "XCC0718",
        ),
    ] {
        let text = format!("{GOOD}{ASSET}");
        assert!(text.contains(from), "{from}");
        let (_, findings) = resolved_after(&text.replacen(from, to, 1), with_asset);
        let found = findings.iter().any(|(found, _)| *found == code);
        assert!(found, "{from} → {to}: {findings:?}");
    }
}

#[test]
fn two_assets_are_not_one_token() {
    let two = |program: &mut Program| {
        with_asset(program);
        let mut other = program.declarations.assets[Asset::new(0)].clone();
        other.name = "DAI".to_owned();
        program.declarations.assets.push(other);
    };
    let bound = |token: &str| {
        let other = format!("[profiles.local.assets.DAI]\nethereum = \"{token}\"\n");
        resolved_after(&format!("{GOOD}{ASSET}{other}"), two).1
    };
    let token = "0xc89ce4735882c9f0f0fe26686c53074e09b0d551";
    let of_its_own = "0xc89ce4735882c9f0f0fe26686c53074e09b0d552";
    assert_eq!(bound(of_its_own), []);
    assert_eq!(bound(token), [("XCC0718", format!("\"{token}\""))]);
}

#[test]
fn native_currency_is_bound_to_nothing() {
    let (deployment, findings) = resolved_after(GOOD, with_native);
    assert_eq!(findings, []);
    let moved = deployment.expect("nothing is wrong").contracts[Contract::new(1)];
    assert!(moved.is_zero());
    let (deployment, findings) = resolved_after(&format!("{GOOD}{ASSET}"), with_native);
    assert!(deployment.is_none());
    assert_eq!(findings, [("XCC0567", "ethereum".to_owned())]);
}
