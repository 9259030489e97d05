//! `xcc check`: what it says of a workflow that is proved, and of one that it could not explore.

use super::Project;

/// The whole report of each example, failure matrix included.
#[test]
fn every_example_is_proved() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(xcc_tests::tools::suite_dir().join("suite/explore"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in ["swap-and-stake", "lend-on-aptos"] {
            let run = Project::example(name).run(&["check"]).succeeds();
            assert_eq!(run.stderr, "");
            insta::assert_snapshot!(format!("check-{name}"), run.stdout);
        }
    });
}

#[test]
fn the_report_is_there_for_programs_too() {
    let project = Project::new();
    let report = project
        .run(&["check", "--format", "json"])
        .succeeds()
        .json();
    let workflow = &report["result"][0];
    assert_eq!(workflow["proved"], true);
    assert!(workflow["states"].as_u64() > Some(10));
    let matrix = workflow["matrix"].as_array().expect("a list");
    let refused = matrix
        .iter()
        .find(|cell| cell["step"] == "credit" && cell["fault"] == "expired");
    let ends = &refused.expect("the remote step can expire")["ends"];
    assert_eq!(ends[0], "compensated; undone: lock");
}

/// Whose what is that a `floor` splits off.
#[test]
fn what_is_split_off_is_said_to_belong_to_somebody() {
    let project = Project::new();
    let edit = |file: &str, before: &str, added: &str| {
        project.edit(file, before, &format!("{added}{before}"));
    };
    edit(
        "deposit.xcc",
        "chain ethereum",
        "asset USDC on ethereum: erc20 decimals 18, aptos: fungible decimals 6;\n",
    );
    edit(
        "deposit.xcc",
        "    /// The amount leaves",
        "    take price: USDC = amount from user floor on aptos to @DESK;\n    \
         take fee: USDC = 7 from user floor on aptos to user;\n",
    );
    edit(
        "deposit.xcc",
        "    return credit.shares",
        "    pay price to @DESK;\n    pay fee to user;\n",
    );
    edit(
        "xcc.toml",
        "[profiles.local.contracts]",
        "[profiles.local.assets.USDC]\nethereum = \"0x00000000000000000000000000000000000000d3\"\n\n\
         [profiles.local.constants]\nDESK = \"0x00000000000000000000000000000000000000d4\"\n\n",
    );
    let text = project.run(&["check"]).succeeds().stdout;
    let rows: Vec<Vec<&str>> = text
        .lines()
        .skip_while(|line| !line.contains("What is split off"))
        .map(|line| line.split("  ").filter(|cell| !cell.is_empty()).collect())
        .collect();
    let [_, _, price, fee] = rows.as_slice() else {
        panic!("{text}");
    };
    let paid = "is held as price_dust and paid to @DESK, or given back if the workflow is undone";
    assert_eq!(
        price.iter().map(|it| it.trim()).collect::<Vec<_>>(),
        ["price", "aptos", paid]
    );
    assert_eq!(
        fee.iter().map(|it| it.trim()).collect::<Vec<_>>(),
        ["fee", "aptos", "stays with user"]
    );
    let report = project.run(&["check", "--format", "json"]).succeeds();
    let floors = &report.json()["result"][0]["floors"];
    assert_eq!(floors[0]["held"], "price_dust");
    assert_eq!(floors[1]["held"], serde_json::Value::Null);
}

/// Native currency is held and given back as any asset, and is no contract that the profile would bind.
#[test]
fn native_currency_is_an_asset_without_an_address() {
    let project = Project::new();
    let asset = "asset ETH on ethereum: native decimals 18;\nchain ethereum";
    project.edit("deposit.xcc", "chain ethereum", asset);
    let take = "    take price: ETH = amount from user;\n    /// The amount leaves";
    project.edit("deposit.xcc", "    /// The amount leaves", take);
    let pay = "    pay price to user;\n    return credit.shares";
    project.edit("deposit.xcc", "    return credit.shares", pay);
    let report = project.run(&["check", "--format", "json"]).succeeds();
    let report = report.json();
    let matrix = report["result"][0]["matrix"].as_array().expect("a list");
    let expired = matrix
        .iter()
        .find(|cell| cell["step"] == "credit" && cell["fault"] == "expired");
    let ends = &expired.expect("the remote step can expire")["ends"];
    assert_eq!(ends[0], "compensated; undone: lock; owed: price");
    let built = project.run(&["build", "--format", "json"]).succeeds();
    let contracts = &built.json()["result"]["contracts"];
    let contracts = contracts.as_array().expect("a list").iter();
    let names = contracts.filter_map(|it| it["name"].as_str());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["Deposit", "Deposit", "Vault", "Pool"]
    );
    let token = "[profiles.local.assets.ETH]\nethereum = \"0x00000000000000000000000000000000000000d3\"\n\n\
                 [profiles.local.contracts]";
    project.edit("xcc.toml", "[profiles.local.contracts]", token);
    project.fails(&["build"], 1, "XCC0567", Some(("xcc.toml", 21)));
}

/// Where an instance is undone, it is said what goes back and what does not.
#[test]
fn what_was_released_is_told_from_what_goes_back() {
    let project = Project::new();
    let asset = "asset ETH on ethereum: native decimals 18;\nchain ethereum";
    project.edit("deposit.xcc", "chain ethereum", asset);
    let take = "    take price: ETH = amount from user;
    take fee: ETH = amount from user;
    release fee to @DESK;
    /// The amount leaves";
    project.edit("deposit.xcc", "    /// The amount leaves", take);
    let pay = "    pay price to user;\n    return credit.shares";
    project.edit("deposit.xcc", "    return credit.shares", pay);
    let desk = "[profiles.local.constants]\nDESK = \"0x00000000000000000000000000000000000000d3\"\n\n\
                [profiles.local.contracts]";
    project.edit("xcc.toml", "[profiles.local.contracts]", desk);
    let report = project.run(&["check"]).succeeds().stdout;
    let ends = "compensated; undone: lock; owed: price; released: release_fee";
    assert!(report.contains(ends), "{report}");
}

/// What does not fit is not proved, and says so with its own code and exit code.
#[test]
fn too_little_room_proves_nothing() {
    let project = Project::new();
    for room in [["--states", "3"], ["--memory", "0"]] {
        let args = [["check", "--threads"], ["2", room[0]]].concat();
        let args = [args, vec![room[1]]].concat();
        let run = project.fails(&args, 1, "XCC1102", Some(("deposit.xcc", 10)));
        let report = &run.json()["result"][0];
        assert_eq!(report["proved"], false);
        assert_eq!(report["matrix"].as_array().map(Vec::len), Some(0));
    }
}

/// Steps that may be passed over double the ways through their transaction; no room helps, and the help does not say so.
#[test]
fn too_many_ways_through_a_transaction_prove_nothing() {
    let project = Project::new();
    let steps: String = (0..40)
        .map(|number| format!("    step s{number} = Vault.lock(user, amount) gas 90_000 compensate Vault.release(user, amount) gas 60_000 on refused continue;\n"))
        .collect();
    let lock = "    /// The amount leaves";
    project.edit("deposit.xcc", lock, &format!("{steps}{lock}"));
    let run = project.fails(&["check"], 1, "XCC1102", Some(("deposit.xcc", 10)));
    let help = run.findings()[0]["help"].to_string();
    assert!(help.contains("on refused continue"), "{help}");
    assert!(!help.contains("--states"), "{help}");
}

/// What the author decided is shown with what comes of it, and is no error.
#[test]
fn policies_that_leave_something_as_it_is_are_pointed_out() {
    let project = Project::new();
    let call = "Vault.lock(user, amount) gas 90_000 compensate none";
    let steps =
        format!("    step note = {call};\n    step notify = {call} on refused continue;\n\n");
    let credit = "    /// The owner gets shares";
    project.edit("deposit.xcc", credit, &format!("{steps}{credit}"));
    let run = project.run(&["check", "--format", "json"]).succeeds();
    let findings = run.findings();
    let said = |index: usize| {
        let finding = &findings[index];
        let notes = finding["notes"].to_string();
        (
            finding["code"].clone(),
            finding["severity"].clone(),
            finding["message"].clone(),
            notes,
        )
    };
    assert_eq!(findings.len(), 3, "{findings:#?}");
    for (index, name) in ["note", "notify"].into_iter().enumerate() {
        let (code, severity, message, notes) = said(index);
        assert_eq!((code, severity), ("XCC1110".into(), "warning".into()));
        assert_eq!(
            message,
            format!("step `{name}` stays done when the workflow is undone")
        );
        assert!(
            notes.contains("after the expiry of `credit`, `lock` is undone and this is not"),
            "{notes}"
        );
    }
    let (code, severity, message, notes) = said(2);
    assert_eq!((code, severity), ("XCC1111".into(), "warning".into()));
    assert_eq!(
        message,
        "workflow `Deposit` completes without step `notify`"
    );
    assert!(
        notes.contains("`lock`, `note`, `credit` is done then, and stays so"),
        "{notes}"
    );
}

/// A log that code hosts accept: the code as the rule, and the place.
#[test]
fn findings_can_be_a_sarif_log() {
    let project = Project::new();
    let run = project.run(&["check", "--states", "3", "--format", "sarif"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let log = run.json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "XCC1102");
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&"XCC1102".into(), &"error".into())
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "deposit.xcc");
    assert_eq!(place["region"]["startLine"], 10);
    let sound = Project::new()
        .run(&["check", "--format", "sarif"])
        .succeeds()
        .json();
    assert_eq!(
        sound["runs"][0]["results"].as_array().map(Vec::len),
        Some(0)
    );
}

#[test]
fn any_number_of_threads_says_the_same() {
    let project = Project::example("swap-and-stake");
    let one = project.run(&["check"]).succeeds().stdout;
    let four = project.run(&["check", "--threads", "4"]).succeeds().stdout;
    assert_eq!(one, four);
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = xcc_tests::tools::suite_dir().join("../README.md");
    let readme = std::fs::read_to_string(readme).expect("a README");
    let report = Project::new().run(&["check"]).succeeds().stdout;
    assert!(readme.contains(&report), "the README must show:\n{report}");
}

#[test]
fn models_are_written_for_other_checkers() {
    let project = Project::new();
    project.run(&["check", "--export", "promela"]).succeeds();
    assert!(project.read("models/Deposit.pml").contains("@generated"));
    let elsewhere = ["check", "--export", "tla", "--export-to", "tlc"];
    project.run(&elsewhere).succeeds();
    assert!(project.read("tlc/Deposit.tla").contains("MODULE Deposit"));
    assert!(project.read("tlc/Deposit.cfg").contains("INVARIANT"));
    project.write("file", "");
    let args = ["check", "--export", "tla", "--export-to", "file"];
    project.fails(&args, 3, "XCC1006", None);
    let unasked = project.run(&["check", "--export-to", "tlc"]);
    assert_eq!(unasked.code, Some(2), "{unasked:?}");
}

/// It says what was proved of which model; and there is none of what was not proved.
#[test]
fn a_certificate_is_of_a_proof() {
    let project = Project::new();
    let args = ["check", "--certificate", "proof.json"];
    project.fails(
        &[&args[..], &["--states", "3"]].concat(),
        1,
        "XCC1102",
        Some(("deposit.xcc", 10)),
    );
    assert!(!project.path("proof.json").exists());
    project.run(&args).succeeds();
    let first = project.read("proof.json");
    let certificate: serde_json::Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(certificate["assumptions"][0]["name"], "T0");
    assert_eq!(certificate["workflows"][0]["proved"], true);
    project.run(&args).succeeds();
    assert_eq!(
        project.read("proof.json"),
        first,
        "the same proof, the same bytes"
    );
    project.edit("deposit.xcc", "within 1h", "within 2h");
    project.run(&args).succeeds();
    let other: serde_json::Value = serde_json::from_str(&project.read("proof.json")).expect("JSON");
    let fingerprint = |of: &serde_json::Value| of["workflows"][0]["fingerprint"].clone();
    assert_ne!(fingerprint(&other), fingerprint(&certificate));
}

/// The README of the example that is refused shows what is printed, word by word.
#[test]
fn a_flash_loan_across_chains_is_refused_with_the_reason() {
    let project = Project::example(xcc_tests::project::REFUSED);
    project.fails(&["check"], 1, "XCC0552", Some(("flash_loan.xcc", 20)));
    let run = project.run(&["check"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    let readme = project.read("README.md");
    let block = format!("```text\n{}```\n", run.stderr);
    assert!(readme.contains(&block), "{}", run.stderr);
}
