//! What nobody can do to what an emitted coordinator holds.
//!
//! What it takes and gives, and when, is compared with the interpreter in `conformance/`.

use std::fs;

use xcc::ir::MessageKind;
use xcc::project::Compiled;
use xcc::wire::header::Header;
use xcc::wire::identity::{InstanceSeed, keccak256};
use xcc_tests::aptos;
use xcc_tests::move_package::{MovePackage, render};
use xcc_tests::project::{Project, features_folder};
use xcc_tests::vaa::{Guardian, Vaa, evm_emitter};

use crate::coordinator::{package, read};

const FEATURE: &str = "aptos_home_holdings";

/// The module of the coordinator.
const MODULE: &str = "sources/feature_aptos.move";

/// What stands for the target that is called with the signer of the coordinator's account. It takes as much from an account as it can.
const THIEF: &str = "module aptos::target {
    use aptos_framework::dispatchable_fungible_asset;
    use aptos_framework::fungible_asset::Metadata;
    use aptos_framework::object;
    use aptos_framework::primary_fungible_store as store;

    struct Victim has key { account: address }

    public fun open(account: &signer) { move_to(account, Victim { account: @0x0 }); }

    public fun aim(account: address) acquires Victim {
        borrow_global_mut<Victim>(@aptos).account = account;
    }

    public fun run(account: &signer, amount: u64): u64 acquires Victim {
        let asset = object::address_to_object<Metadata>(@0xb3);
        let victim = borrow_global<Victim>(@aptos).account;
        if (victim != @0x0) {
            let held = store::primary_store(victim, asset);
            store::deposit(@aptos, dispatchable_fungible_asset::withdraw(account, held, amount));
        };
        amount
    }

    public fun undo(_account: &signer, _receipt: u64) {}

    public fun note(_account: &signer, _receipt: u64) {}
}
";

/// Tests of that target: the user's own transaction puts 10 into custody before it is called. It can take what the account has that it is
/// given the signer of.
const THEFT: &str =
    "    #[test, expected_failure(abort_code = 327688, location = aptos_framework::fungible_asset)]
    fun a_target_cannot_reach_it() {
        let (user, other, _) = set_up();
        start(&user);
        target::aim(feature_aptos::custody());
        start(&other);
    }

    #[test]
    fun it_reaches_what_it_is_given_the_signer_of() {
        let (user, other, _) = set_up();
        let asset = object::address_to_object<Metadata>(@0xb3);
        store::transfer(&other, asset, feature_aptos::authority(), 10);
        target::aim(feature_aptos::authority());
        start(&user);
        assert!(balance(@aptos) == 10 && held() == 10);
    }
}
";

/// What stands for the target that takes what a step spends, from the account that signs or as an argument.
const TAKER: &str = "module aptos::target {
    use aptos_framework::dispatchable_fungible_asset;
    use aptos_framework::fungible_asset::{FungibleAsset, Metadata};
    use aptos_framework::object;
    use aptos_framework::primary_fungible_store as store;

    public fun open(_account: &signer) {}

    public fun run(account: &signer, amount: u64): u64 {
        let asset = object::address_to_object<Metadata>(@0xb3);
        let own = store::primary_store(std::signer::address_of(account), asset);
        store::deposit(@aptos, dispatchable_fungible_asset::withdraw(account, own, amount - 3));
        amount
    }

    public fun deposit(asset: FungibleAsset, _receipt: u64) {
        store::deposit(@aptos, asset);
    }
}
";

/// The tests of a file, about the first instance of a user. In them stand for messages of participants: `@REFUSED@` that the first step of the
/// first one is refused, `@CANCELLED@` that it is cancelled, and `@EXECUTED n@` that it ran with this receipt. `@SET_UP@` stands for what
/// all of them begin with.
fn tests(file: &str, compiled: &Compiled, address: &str) -> String {
    let instance = first_instance(compiled, address);
    let guardian = Guardian::new(1);
    let said = |kind, body: &[u8]| hex::encode(said(compiled, instance, kind, body));
    let set_up = read("suite/aptos/holding_set_up.move");
    let text = read(&format!("suite/aptos/{file}.move"));
    let mut text = text.replace("    @SET_UP@\n", &set_up);
    for receipt in [7_u64, 8, 1_001] {
        let executed = said(MessageKind::Executed, &receipt.to_be_bytes());
        text = text.replace(&format!("@EXECUTED {receipt}@"), &executed);
    }
    let text = text.replace("@CANCELLED@", &said(MessageKind::Cancelled, &[]));
    let text = text.replace("@REFUSED@", &said(MessageKind::Refused, &[3]));
    let text = text.replace("@INSTANCE@", &hex::encode(instance));
    text.replace("@GUARDIAN@", &hex::encode(guardian.address()))
}

/// The instance that the user starts first.
fn first_instance(compiled: &Compiled, address: &str) -> [u8; 32] {
    let (workflow, fingerprint) = compiled.lowered.facts.fingerprints.iter().next().unwrap();
    let program = &compiled.lowered.program;
    let home = program.machines[program.workflows[workflow].coordinator].chain;
    let network = &compiled.deployment.chains[home].caip2;
    let seed = InstanceSeed {
        fingerprint: *fingerprint,
        home: keccak256(network.as_bytes()),
        coordinator: word(address),
        initiator: word("0xb0b"),
        nonce: 0,
    };
    seed.instance()
}

/// What the participant of the first remote step says of it, signed.
fn said(compiled: &Compiled, instance: [u8; 32], kind: MessageKind, body: &[u8]) -> Vec<u8> {
    let fingerprint = compiled.lowered.facts.fingerprints.values().next().unwrap();
    let mut steps = compiled.lowered.program.steps.values();
    let step = steps.find(|step| step.transport.is_some()).unwrap();
    let header = Header {
        kind,
        step: step.number,
        fingerprint: *fingerprint.first_chunk().unwrap(),
        deadline: 0,
        instance,
    };
    let (chain, last) = match step.name.as_str() {
        "base_run" => (30, 0xba),
        _ => (1, 0x50),
    };
    let mut sender = [0; 20];
    sender[19] = last;
    let vaa = Vaa {
        guardian_set: 0,
        timestamp: 1,
        nonce: 0,
        emitter_chain: chain,
        emitter_address: evm_emitter(sender),
        sequence: kind as u64,
        consistency_level: 1,
        payload: [&header.encode()[..], body].concat(),
    };
    vaa.sign(&[Guardian::new(1)])
}

/// An address in 32 bytes.
fn word(address: &str) -> [u8; 32] {
    let digits = address.trim_start_matches("0x");
    let bytes = hex::decode(format!("{digits:0>64}")).unwrap();
    bytes.try_into().unwrap()
}

/// The coordinator's package on this target, and with its tests, which may be added to.
fn tested(target: &str, change: impl Fn(String) -> String) -> MovePackage {
    tested_by("holding_tests", FEATURE, target, change)
}

/// The package of a feature's coordinator with the tests of a file.
fn tested_by(
    file: &str,
    feature: &str,
    target: &str,
    change: impl Fn(String) -> String,
) -> MovePackage {
    let project = Project::compile_feature(feature, &[]).unwrap_or_else(|error| panic!("{error}"));
    let bare = package(feature, Some(target), "");
    let tests = tests(file, &project.compiled, &bare.addresses["feature_aptos"]);
    package(feature, Some(target), &change(tests))
}

fn target() -> String {
    fs::read_to_string(features_folder().join("aptos/target.move")).unwrap()
}

#[test]
fn what_is_held_goes_to_whom_it_belongs_once() {
    let report = aptos::test(&tested(&target(), |tests| tests)).unwrap();
    report.assert_passes(7);
}

#[test]
fn what_is_released_is_owed_once_and_not_given_back() {
    let package = tested_by("release_tests", "aptos_home_releases", &target(), |tests| {
        tests
    });
    let report = aptos::test(&package).unwrap();
    report.assert_passes(6);
}

#[test]
fn what_could_not_be_spent_is_given_up_by_its_owner_alone() {
    let package = tested_by("hold_tests", "aptos_home_holds", TAKER, |tests| tests);
    let report = aptos::test(&package).unwrap();
    report.assert_passes(11);
}

/// Targets are given the signer of the coordinator's other account.
#[test]
fn a_target_cannot_reach_what_is_held() {
    let with_theft = |tests: String| {
        let tests = tests.trim_end().strip_suffix('}').unwrap().to_owned();
        format!("{tests}\n{THEFT}")
    };
    let report = aptos::test(&tested(THIEF, with_theft)).unwrap();
    report.assert_passes(9);
}

/// The compiler refuses code that drops or copies custody, or reaches it from another module.
#[test]
fn custody_is_not_dropped_copied_or_reached() {
    let cases = [
        (
            "    fun lose(custody: Custody) { let _lost = custody; }\n",
            "drop",
        ),
        (
            "    fun double(self: &Coordinator): Custody { *&self.custody }\n",
            "copy",
        ),
        (
            "    fun sign(self: &Coordinator): &SignerCapability { &self.custody.account }\n",
            "account",
        ),
    ];
    for (function, reason) in cases {
        let mut package = package(FEATURE, Some(&target()), "");
        let module = package.files.get_mut(MODULE).unwrap();
        let inner = module.trim_end().strip_suffix('}').unwrap();
        *module = format!("{inner}\n{function}}}\n");
        let report = aptos::build(&package).unwrap();
        let printed = render(&report.diagnostics);
        assert!(report.modules.is_empty(), "{function}");
        assert!(printed.contains(reason), "{function}: {printed}");
    }
}

/// Nothing that could sign, and no custody, is given out.
#[test]
fn no_public_function_hands_out_custody() {
    let package = package(FEATURE, None, "");
    let mut count = 0;
    for head in package.files[MODULE].split("\n    public ").skip(1) {
        let head = head.split('{').next().unwrap();
        let (_, results) = head.rsplit_once(')').unwrap();
        let results = results.split(" acquires").next().unwrap().trim();
        assert!(["", ": address", ": u8"].contains(&results), "{head}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}
