//! The deployment plan: its data, and what its scripts ask the ecosystems' tools to do, with tools that only say what they were asked.

use std::process::Command;

use serde_json::Value;
use sha2::Digest;

use xcc_tests::project::features_folder;

use super::{Project, Run};

const EMITTER: &str = "0x00000000000000000000000000000000000000000000000000000000000000aa";

fn plan(project: &Project) -> Value {
    serde_json::from_str(&project.read("generated/deployment.json")).expect("JSON")
}

/// Runs a script with tools that print their names and arguments.
fn run_script(project: &Project, script: &str, args: &[&str]) -> Run {
    let tools = [
        "forge",
        "cast",
        "cargo",
        "solana",
        "spl-token",
        "sui",
        "aptos",
    ];
    for tool in tools {
        let path = format!("tools/{tool}");
        project.write(
            &path,
            "#!/bin/sh\nprintf '%s' \"${0##*/}\"\nprintf ' <%s>' \"$@\"\necho\n",
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(project.path(&path), mode).expect("permissions");
        }
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", project.path("tools").display());
    let mut command = Command::new("sh");
    command
        .arg(format!("generated/deploy/{script}.sh"))
        .args(args);
    command.env("PATH", path).current_dir(project.folder.path());
    Run::of(command.output().expect("a shell runs"))
}

#[test]
fn the_plan_deploys_all_and_wires_the_coordinator_last() {
    let project = Project::built();
    let plan = plan(&project);
    let workflow = &plan["workflows"][0];
    let steps = workflow["steps"].as_array().expect("steps");
    let order: Vec<_> = steps
        .iter()
        .map(|step| (step["deploy"].as_str(), step["wire"].as_str()))
        .collect();
    let expected = [
        (Some("ethereum"), None),
        (Some("aptos"), None),
        (None, Some("aptos")),
        (None, Some("ethereum")),
    ];
    assert_eq!(order, expected);
    let facts = project.run(&["build", "--emit", "facts"]).succeeds().stdout;
    let fingerprint = workflow["fingerprint"].as_str().expect("a fingerprint");
    assert!(facts.contains(fingerprint), "{facts}");
    for contract in workflow["contracts"].as_array().expect("contracts") {
        let script = contract["script"].as_str().expect("a script");
        assert!(project.path(&format!("generated/{script}")).is_file());
    }
}

#[test]
fn addresses_that_are_known_stand_in_the_plan() {
    let project = Project::new();
    let text = project.read("xcc.toml");
    let address = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
    let known = format!("\n[profiles.local.programs.Deposit]\nethereum = \"{address}\"\n");
    project.write("xcc.toml", text + &known);
    project.run(&["build"]).succeeds();
    let plan = plan(&project);
    let steps = &plan["workflows"][0]["steps"];
    let emitter = steps[2]["peers"][0]["emitter"]
        .as_str()
        .expect("an emitter");
    assert_eq!(emitter, format!("0x{:0>64}", address[2..].to_lowercase()));
    assert_eq!(steps[2]["peers"][0]["chain"], 2);
}

#[test]
fn scripts_ask_foundry_and_aptos_for_what_the_plan_says() {
    let project = Project::built();
    let plan = plan(&project);
    let fingerprint = plan["workflows"][0]["fingerprint"]
        .as_str()
        .expect("a fingerprint");
    let run = run_script(&project, "deposit/ethereum", &["deploy", "--ledger"]);
    let contract = "<src/DepositCoordinator.sol:DepositCoordinator>";
    assert_eq!(
        run.stdout,
        format!("forge <create> {contract} <--broadcast> <--ledger>\n"),
        "{run:?}"
    );
    let run = run_script(
        &project,
        "deposit/ethereum",
        &["wire", "0xc0", EMITTER, "--ledger"],
    );
    let expected = format!(
        "cast <send> <0xc0> <wire((uint16,bytes32)[],bytes32)> <[(22,{EMITTER})]> <{fingerprint}> <--ledger>\n"
    );
    assert_eq!(run.stdout, expected, "{run:?}");
    let run = run_script(
        &project,
        "deposit/aptos",
        &["deploy", "0xac", "--profile", "p"],
    );
    let package = "<--package-dir> <deposit_aptos> <--address-name> <deposit_aptos>";
    let expected = format!(
        "aptos <move> <deploy-object> {package} <--named-addresses> <xcc_runtime=0xac> <--profile> <p>\n"
    );
    assert_eq!(run.stdout, expected, "{run:?}");
    let manifest = project.read("generated/aptos/deposit_aptos/Move.toml");
    assert!(manifest.contains("name = \"deposit_aptos\""), "{manifest}");
    let module = project.read("generated/aptos/deposit_aptos/sources/deposit_aptos.move");
    assert!(module.contains("public entry fun wire("), "{module}");
    let run = run_script(&project, "deposit/aptos", &["wire", "0xac", EMITTER]);
    let expected = format!(
        "aptos <move> <run> <--function-id> <0xac::deposit_aptos::wire> <--args> <u16:[2]> <address:[{EMITTER}]> <hex:{fingerprint}>\n"
    );
    assert_eq!(run.stdout, expected, "{run:?}");
}

#[test]
fn scripts_ask_solana_and_sui_for_what_the_plan_says() {
    let project = Project::example("swap-and-stake");
    project.run(&["build"]).succeeds();
    let plan = plan(&project);
    let fingerprint = plan["workflows"][0]["fingerprint"]
        .as_str()
        .expect("a fingerprint");
    let solana = |args: &[&str]| run_script(&project, "swap_and_stake/solana", args).stdout;
    let program = plan["workflows"][0]["contracts"][1]["address"]
        .as_str()
        .expect("an id");
    let expected = format!("solana <find-program-derived-address> <{program}> <string:emitter>\n");
    assert_eq!(solana(&["emitter"]), expected);
    // Anchor's discriminator, then in Borsh a list of one peer and the fingerprint.
    let discriminator = &sha2::Sha256::digest(b"global:wire")[..8];
    let peer = ["01000000", "0200", &EMITTER[2..]].concat();
    let expected = format!(
        "{}{peer}{}\n",
        hex::encode(discriminator),
        &fingerprint[2..]
    );
    assert_eq!(solana(&["wire-data", EMITTER]), expected);
    let deploy = solana(&["deploy", "key.json", "--url", "localhost"]);
    let file = "<../target/deploy/swap_and_stake_solana.so>";
    let expected = format!(
        "cargo <build-sbf>\nsolana <program> <deploy> <--program-id> <key.json> <--url> <localhost> {file}\n"
    );
    assert_eq!(deploy, expected);

    let sui = run_script(
        &project,
        "swap_and_stake/sui",
        &["wire", "0xba", "0x0b", EMITTER],
    );
    let bytes = hex::decode(&fingerprint[2..]).expect("hexadecimal");
    let bytes: Vec<_> = bytes.iter().map(ToString::to_string).collect();
    let core = format!("0x{:0>64}", "e1");
    let state = format!("@0x{:0>64}", "e2");
    for part in [
        format!("<--move-call> <{core}::emitter::new> <{state}> <--assign> <cap>"),
        "<--make-move-vec> <<u16>> <[2]> <--assign> <chains>".to_owned(),
        format!("<--make-move-vec> <<address>> <[@{EMITTER}]> <--assign> <addresses>"),
        format!("<--make-move-vec> <<u8>> <[{}]>", bytes.join(", ")),
        "<0xba::participant::wire> <@0x0b> <cap> <chains> <addresses> <fingerprint>".to_owned(),
    ] {
        assert!(sui.stdout.contains(&part), "{part}: {sui:?}");
    }
}

/// A coordinator is told of every participant, in the order of the plan.
#[test]
fn scripts_wire_a_coordinator_on_solana() {
    let project = Project::feature("solana_home");
    project.run(&["build"]).succeeds();
    let plan = plan(&project);
    let workflow = &plan["workflows"][0];
    assert_eq!(workflow["contracts"][0]["role"], "coordinator");
    let wiring = workflow["steps"].as_array().expect("steps").last();
    let wiring = wiring.expect("the coordinator is wired");
    assert_eq!(wiring["wire"], "solana");
    let chains = wiring["peers"].as_array().expect("peers").iter();
    let chains: Vec<_> = chains.map(|peer| peer["chain"].as_u64()).collect();
    assert_eq!(chains, [Some(30), Some(22)]);
    let other = EMITTER.replace("aa", "bb");
    let data = ["wire-data", EMITTER, &other];
    let run = run_script(&project, "feature/solana", &data);
    let discriminator = hex::encode(&sha2::Sha256::digest(b"global:wire")[..8]);
    let peers = ["02000000", "1e00", &EMITTER[2..], "1600", &other[2..]].concat();
    let fingerprint = workflow["fingerprint"].as_str().expect("a fingerprint");
    let expected = format!("{discriminator}{peers}{}\n", &fingerprint[2..]);
    assert_eq!(run.stdout, expected, "{run:?}");
    let run = run_script(&project, "feature/solana", &["wire-data", EMITTER]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
}

/// What is held on Solana has a place before anything is wired, at an address that is not the one which signs calls.
#[test]
fn vaults_are_opened_before_a_coordinator_is_wired() {
    let project = Project::feature("solana_home_holdings");
    let parts = ["xcc.toml", "assets.toml"].map(|file| features_folder().join(file));
    let parts = parts.map(|path| std::fs::read_to_string(path).expect("a part of the manifest"));
    project.write("xcc.toml", parts.concat());
    project.run(&["build"]).succeeds();
    let plan = plan(&project);
    let workflow = &plan["workflows"][0];
    let steps = workflow["steps"].as_array().expect("steps").iter();
    let kinds: Vec<_> = steps
        .flat_map(|step| ["deploy", "openVaults", "wire"].map(|kind| (kind, step[kind].as_str())))
        .filter_map(|(kind, chain)| Some((kind, chain?)))
        .collect();
    let expected = [
        ("deploy", "solana"),
        ("deploy", "base"),
        ("deploy", "aptos"),
        ("openVaults", "solana"),
        ("wire", "base"),
        ("wire", "aptos"),
        ("wire", "solana"),
    ];
    assert_eq!(kinds, expected);
    let program = workflow["contracts"][0]["address"].as_str().expect("an id");
    let mint = "BkWuCyk5kR2ZDRDXRhDkoFnL9mZyFiTMfJkEjJ8v4oGZ";
    let token_program = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
    let vaults = serde_json::json!([{
        "asset": "Token",
        "mint": mint,
        "tokenProgram": token_program,
        "owner": {
            "from": "the derived address of the program",
            "program": program,
            "seeds": ["custody"],
        },
    }]);
    assert_eq!(workflow["contracts"][0]["vaults"], vaults);
    assert!(workflow["contracts"][1].get("vaults").is_none());
    let run = run_script(
        &project,
        "feature/solana",
        &["vaults", "--url", "localhost"],
    );
    let custody = format!("solana <find-program-derived-address> <{program}> <string:custody>");
    let expected = format!(
        "spl-token <create-account> <{mint}> <--program-id> <{token_program}> <--owner> <{custody}> <--url> <localhost>\n"
    );
    assert_eq!(run.stdout, expected, "{run:?}");
    let usage = run_script(&project, "feature/solana", &[]);
    assert!(usage.stderr.contains("vaults [OPTIONS]"), "{usage:?}");
}

/// A feature of the suite as a project, which is at home on Aptos or Sui and has participants on Base and Solana.
fn at_home_on(chain: &str) -> Project {
    let project = Project::new();
    let suite = features_folder();
    let read = |path: &str| std::fs::read_to_string(suite.join(path)).expect(path);
    for vm in ["aptos", "evm", "sui", "svm"] {
        let path = format!("interfaces/{vm}.json");
        project.write(&path, read(&path));
    }
    project.write("feature.xcc", read(&format!("{chain}_home_steps.xcc")));
    project.write("xcc.toml", read("xcc.toml"));
    project.run(&["build"]).succeeds();
    project
}

#[test]
fn coordinators_on_move_chains_are_wired_to_all_their_peers() {
    let other = EMITTER.replace("aa", "bb");
    let project = at_home_on("aptos");
    let plan = plan(&project);
    let fingerprint = plan["workflows"][0]["fingerprint"]
        .as_str()
        .expect("a fingerprint");
    let run = run_script(
        &project,
        "feature/aptos",
        &["wire", "0xac", EMITTER, &other, "--profile", "p"],
    );
    let expected = format!(
        "aptos <move> <run> <--function-id> <0xac::feature_aptos::wire> <--args> <u16:[30,1]> <address:[{EMITTER},{other}]> <hex:{fingerprint}> <--profile> <p>\n"
    );
    assert_eq!(run.stdout, expected, "{run:?}");
    let too_few = run_script(&project, "feature/aptos", &["wire", "0xac", EMITTER]);
    assert_eq!(too_few.code, Some(2), "{too_few:?}");

    let project = at_home_on("sui");
    let args = ["wire", "0xba", "0x0b", EMITTER, &other];
    let sui = run_script(&project, "feature/sui", &args);
    for part in [
        "<--make-move-vec> <<u16>> <[30,1]> <--assign> <chains>".to_owned(),
        format!("<--make-move-vec> <<address>> <[@{EMITTER},@{other}]> <--assign> <addresses>"),
        "<0xba::coordinator::wire> <@0x0b> <cap> <chains> <addresses> <fingerprint>".to_owned(),
    ] {
        assert!(sui.stdout.contains(&part), "{part}: {sui:?}");
    }
}

#[test]
fn every_example_builds_and_its_plan_names_what_is_there() {
    for name in ["swap-and-stake", "lend-on-aptos"] {
        let project = Project::example(name);
        project.run(&["build"]).succeeds();
        project.run(&["build", "--check"]).succeeds();
        for contract in plan(&project)["workflows"][0]["contracts"]
            .as_array()
            .expect("contracts")
        {
            let source = contract["source"].as_str();
            let source = source.unwrap_or_else(|| panic!("{name}: {contract:#}"));
            assert!(project.path(&format!("generated/{source}")).is_file());
            let script = contract["script"].as_str().expect("a script");
            let text = project.read(&format!("generated/{script}"));
            let left_over = text.split('@').skip(1).find(|rest| {
                let word = rest.split(|c: char| !c.is_ascii_uppercase() && c != '_');
                word.into_iter().next().is_some_and(|word| word.len() > 1)
            });
            assert_eq!(left_over, None, "{script}: a blank was not filled in");
        }
    }
}

#[test]
fn contracts_that_would_be_written_to_one_place_are_refused() {
    let project = Project::new();
    let source = project.read("deposit.xcc");
    let (head, workflow) = source.split_at(source.find("/// Deposits").expect("a workflow"));
    let again = workflow
        .replace("workflow Deposit", "workflow Deposit_far")
        .replace("Pool.", "FarPool.")
        .replace("@aptos", "@out");
    let other = workflow
        .replace("Pool.", "OtherPool.")
        .replace("@aptos", "@far_out");
    let chains = "chain out: aptos;\nchain far_out: aptos;\n\
                  contract FarPool on out from \"move/pool.json\";\n\
                  contract OtherPool on far_out from \"move/pool.json\";\n";
    project.write("deposit.xcc", format!("{chains}{head}{other}\n{again}"));
    let text = project.read("xcc.toml");
    let aptos = &text[text.find("[profiles.local.chains.aptos]").expect("a chain")..];
    let aptos = &aptos[..aptos.find("\n[").expect("an end") + 1];
    let chain = |name: &str, number: u16| {
        let chain = aptos.replace("chains.aptos", &format!("chains.{name}"));
        let chain = chain.replace("aptos:4", &format!("aptos:{number}"));
        chain.replace("chain = 22", &format!("chain = {}", 5000 + number))
    };
    let text = text.replace(
        aptos,
        &format!("{}{}{aptos}", chain("out", 7), chain("far_out", 8)),
    );
    let pools = format!("FarPool = \"0x{0:064x}\"\nOtherPool = \"0x{0:064x}\"\n", 5);
    project.write("xcc.toml", text + &pools);
    let run = project.run(&["check", "--format", "json"]);
    let codes: Vec<_> = run
        .findings()
        .iter()
        .map(|f| f["code"].to_string())
        .collect();
    assert!(codes.contains(&"\"XCC1007\"".to_owned()), "{run:?}");
}

#[test]
fn scripts_that_are_asked_wrongly_say_how() {
    let project = Project::built();
    for (script, args) in [
        ("deposit/ethereum", &[][..]),
        ("deposit/ethereum", &["wire", "0xc0"]),
        ("deposit/aptos", &["deploy"]),
        ("deposit/aptos", &["wire", "0xac"]),
    ] {
        let run = run_script(&project, script, args);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains("wire"), "{run:?}");
        assert!(!run.stderr.contains('#'), "{run:?}");
    }
}
