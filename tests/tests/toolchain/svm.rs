//! The Solana virtual machine runs compiled programs, metered, and the core's stand-in knows a signed message from a forged one.

use borsh::BorshDeserialize;
use solana_signer::Signer;
use xcc_tests::program_crate::ProgramCrate;
use xcc_tests::sbf;
use xcc_tests::svm::{
    AccountMeta, Address, Instruction, Keypair, Receipt, Svm, anchor_data, discriminator,
};
use xcc_tests::tools::suite_dir;
use xcc_tests::vaa::Guardian;
use xcc_tests::wormhole_svm::{self, Addresses, CORE, Core};

const PROBE: Address = solana_address::address!("DZTCUHLWpBhicmApyhuPTwtbuZarh5uRpQe1KdkPzF32");
const SYSTEM: Address = solana_address::address!("11111111111111111111111111111111");
const CLOCK: Address = solana_address::address!("SysvarC1ock11111111111111111111111111111111");
const RENT: Address = solana_address::address!("SysvarRent111111111111111111111111111111111");

fn probe() -> Svm {
    let program =
        sbf::build(&ProgramCrate::load(&suite_dir().join("programs/probe")).unwrap()).unwrap();
    assert_eq!(program.diagnostics, []);
    let mut svm = Svm::new();
    svm.add_program(PROBE, &program.elf);
    svm
}

fn open(svm: &Svm, label: &str, amounts: &[u64], debt: i128) -> (Instruction, Address) {
    let (entry, _) =
        Address::find_program_address(&[b"entry", svm.payer().as_ref(), label.as_bytes()], &PROBE);
    let accounts = vec![
        AccountMeta::new(svm.payer(), true),
        AccountMeta::new(entry, false),
        AccountMeta::new_readonly(SYSTEM, false),
    ];
    let data = anchor_data("open", &(label, amounts, debt));
    (
        Instruction {
            program_id: PROBE,
            accounts,
            data,
        },
        entry,
    )
}

fn bare(svm: &Svm, data: Vec<u8>) -> Instruction {
    Instruction {
        program_id: PROBE,
        accounts: vec![AccountMeta::new_readonly(svm.payer(), true)],
        data,
    }
}

fn one_event<T: BorshDeserialize>(receipt: &Receipt, name: &str) -> T {
    let events = receipt.events_named(name);
    assert_eq!(events.len(), 1, "{:?}", receipt.logs);
    T::try_from_slice(&events[0]).unwrap()
}

#[test]
fn accounts_events_and_compute_units_are_real() {
    let mut svm = probe();
    let (instruction, entry) = open(&svm, "rent", &[1, 2, 39], -7);
    let receipt = svm.send(std::slice::from_ref(&instruction), &[]).unwrap();
    assert_eq!(
        one_event::<([u8; 32], u64)>(&receipt, "Opened"),
        (entry.to_bytes(), 42)
    );
    assert!(
        (2_000..50_000).contains(&receipt.compute_units),
        "{}",
        receipt.compute_units
    );

    let account = svm.account(&entry).unwrap();
    assert_eq!(
        (account.owner, account.data[..8].to_vec()),
        (PROBE, discriminator("account", "Entry").to_vec())
    );
    let content = <([u8; 32], String, Vec<u64>, i128)>::try_from_slice(&account.data[8..]).unwrap();
    assert_eq!(
        content,
        (
            svm.payer().to_bytes(),
            "rent".to_owned(),
            vec![1, 2, 39],
            -7
        )
    );

    assert!(
        svm.send(&[instruction], &[]).is_err(),
        "an account is created once"
    );
    let (empty, address) = open(&svm, "empty", &[], 0);
    let failure = svm.send(&[empty], &[]).unwrap_err();
    assert_eq!(failure.error, "InstructionError(0, Custom(6000))");
    assert!(
        failure
            .receipt
            .logs
            .iter()
            .any(|line| line.contains("an entry needs amounts"))
    );
    assert_eq!(svm.account(&address), None);
}

#[test]
fn wide_numbers_and_many_arguments_are_right() {
    let mut svm = probe();
    let cases = [
        (
            -170_141_183_460_469_231_i128,
            999_999_999_989_i128,
            u128::MAX - 5,
            0x1_0000_0000_0000_0001_u128,
        ),
        (i128::from(i64::MIN), -3, 1 << 100, 7),
        (12, 1 << 90, 5, u128::MAX),
    ];
    for (a, b, c, d) in cases {
        let calculate = bare(&svm, anchor_data("calculate", &(a, b, c, d)));
        let receipt = svm.send(&[calculate], &[]).unwrap();
        let parts = [1, c as u64, d as u64, a as u64, b as u64, 6, 7 * 40];
        let mixed = parts
            .iter()
            .fold(0_u64, |sum, part| sum.wrapping_mul(31).wrapping_add(*part));
        let shifted = (a >> (c as u32 % 128)) ^ (b << (d as u32 % 128));
        let power = c.wrapping_mul(d) << (a as u32 % 128) >> (b as u32 % 128);
        let expected = (a * b, a / b, c % d, c / d, mixed, a % b, shifted, power);
        let found: (i128, i128, u128, u128, u64, i128, i128, u128) =
            one_event(&receipt, "Calculated");
        assert_eq!(found, expected);
    }
    let too_large = bare(
        &svm,
        anchor_data("calculate", &(i128::MAX, 2_i128, 1_u128, 1_u128)),
    );
    assert_eq!(
        svm.send(&[too_large], &[]).unwrap_err().error,
        "InstructionError(0, Custom(6001))"
    );
    let by_zero = bare(
        &svm,
        anchor_data("calculate", &(1_i128, 0_i128, 1_u128, 1_u128)),
    );
    assert_eq!(
        svm.send(&[by_zero], &[]).unwrap_err().error,
        "InstructionError(0, Custom(6001))"
    );
}

#[test]
fn arithmetic_that_overflows_panics() {
    let mut svm = probe();
    let add = |a: u64, b: u64| anchor_data("add", &(a, b));
    let receipt = svm.send(&[bare(&svm, add(1, 2))], &[]).unwrap();
    assert_eq!(one_event::<u64>(&receipt, "Added"), 3);
    let failure = svm.send(&[bare(&svm, add(u64::MAX, 1))], &[]).unwrap_err();
    assert!(
        failure
            .receipt
            .logs
            .iter()
            .any(|line| line.contains("attempt to add with overflow")),
        "{failure:?}"
    );
}

#[test]
fn the_clock_and_balances_are_the_tests() {
    let mut svm = Svm::new();
    svm.set_timestamp(77);
    assert_eq!(svm.timestamp(), 77);
    let alice = Keypair::new();
    svm.airdrop(&alice.pubkey(), 5_000_000);
    assert_eq!(svm.balance(&alice.pubkey()), 5_000_000);
}

fn say(svm: &Svm, message: &Address, payload: &[u8]) -> (Instruction, Address) {
    let (emitter, _) = Address::find_program_address(&[b"emitter"], &PROBE);
    let core = Addresses::of(&CORE, &emitter);
    let accounts = vec![
        AccountMeta::new(svm.payer(), true),
        AccountMeta::new(*message, true),
        AccountMeta::new_readonly(emitter, false),
        AccountMeta::new(core.bridge, false),
        AccountMeta::new(core.sequence, false),
        AccountMeta::new(core.fee_collector, false),
        AccountMeta::new_readonly(CORE, false),
        AccountMeta::new_readonly(CLOCK, false),
        AccountMeta::new_readonly(RENT, false),
        AccountMeta::new_readonly(SYSTEM, false),
    ];
    (
        Instruction {
            program_id: PROBE,
            accounts,
            data: anchor_data("say", &payload.to_vec()),
        },
        emitter,
    )
}

fn transfer(from: Address, to: Address, lamports: u64) -> Instruction {
    let data = [&2_u32.to_le_bytes()[..], &lamports.to_le_bytes()].concat();
    Instruction {
        program_id: SYSTEM,
        accounts: vec![AccountMeta::new(from, true), AccountMeta::new(to, false)],
        data,
    }
}

#[test]
fn what_a_program_posts_comes_out_and_costs_the_fee() {
    let mut svm = probe();
    let core = Core::deploy(&mut svm, &[Guardian::new(1)], 100).unwrap();
    for sequence in 0..2 {
        let message = Keypair::new();
        let (instruction, emitter) = say(&svm, &message.pubkey(), b"hi");
        let unpaid = svm
            .send(std::slice::from_ref(&instruction), &[&message])
            .unwrap_err();
        assert_eq!(
            unpaid.error, "InstructionError(0, Custom(1))",
            "{:?}",
            unpaid.receipt.logs
        );
        let fee = transfer(
            svm.payer(),
            Addresses::of(&CORE, &emitter).fee_collector,
            100,
        );
        let receipt = svm.send(&[fee, instruction], &[&message]).unwrap();
        assert_eq!(wormhole_svm::sequences(&receipt), [sequence]);
        let posted = wormhole_svm::read_posted(&svm, &CORE, &message.pubkey()).unwrap();
        assert_eq!(
            (posted.sequence, posted.nonce, &posted.payload[..]),
            (sequence, 7, &b"hi"[..])
        );
        assert_eq!(
            (posted.emitter_chain, posted.emitter_address),
            (1, emitter.to_bytes())
        );
        assert_eq!(core.observe(&posted).consistency_level, 32);
    }
}

#[test]
fn the_core_posts_what_its_guardians_signed_and_nothing_else() {
    let mut svm = Svm::new();
    let guardians = [1, 2, 3].map(Guardian::new);
    let core = Core::deploy(&mut svm, &guardians, 0).unwrap();
    let vaa = crate::samples::hello();
    let strangers = [4, 5, 6].map(Guardian::new);
    let refused = core.post_signed(&mut svm, &vaa, &strangers).unwrap_err();
    assert_eq!(refused.error, "InstructionError(0, Custom(2))");
    let refused = core
        .post_signed(&mut svm, &vaa, &guardians[..2])
        .unwrap_err();
    assert_eq!(refused.error, "InstructionError(0, Custom(3))");
    assert_eq!(
        wormhole_svm::read_posted(&svm, &CORE, &wormhole_svm::posted_vaa(&CORE, &vaa)),
        None
    );

    let address = core.post(&mut svm, &vaa).unwrap();
    let posted = wormhole_svm::read_posted(&svm, &CORE, &address).unwrap();
    assert_eq!(
        (posted.vaa_version, posted.emitter_chain, posted.sequence),
        (1, 2, 4)
    );
    assert_eq!(
        (posted.emitter_address, &posted.payload[..]),
        ([3; 32], &b"hello"[..])
    );
    core.post(&mut svm, &vaa).unwrap();
}
