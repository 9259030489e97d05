//! What a call spends of a mint of Token-2022: the target leaves the account that it takes it from as it was.

use xcc_tests::network::Observed;
use xcc_tests::project::{FEATURE_HEAD, Override};
use xcc_tests::svm::script::{Answer, play};
use xcc_tests::svm::tokens::TOKEN_2022;
use xcc_tests::svm::{AccountMeta, Instruction};

use crate::world::{AMOUNT, STATE, World, assert_done, rejected, user};

/// A workflow whose target gets the Token-2022 program, which stands for `@SHELF` here.
const SOURCE: &str = r#"
asset Token on ethereum: erc20 decimals 6, solana: token2022 decimals 6, sui: coin decimals 6, aptos: fungible decimals 6;

workflow Feature on solana (user: address@solana, amount: u64) {
    authorise user;
    transport wormhole;
    take funds: Token = amount from user;
    step run = Solana.take(amount)
        accounts { state: ata(@STATE, Token, @SHELF), authority: self, owner: @SHELF, order: ata(self, Token, @SHELF) }
        gas 100_000
        spend funds
        pivot;
}
"#;

/// Starts an instance, whose target takes what is spent and has these instructions run.
fn start(world: &mut World, asks: Vec<Instruction>) -> Observed {
    let prepared = world.starting(0);
    let answer = Answer {
        returned: Some(Vec::new()),
        takes: vec![world.taken(AMOUNT)],
        asks,
    };
    play([answer], || world.chain.send(&prepared, &[&user()])).0
}

/// What has Token-2022 refuse every transfer to the authority's account that is without a memo.
fn demanding_memos(world: &World) -> Vec<Instruction> {
    let authority = world.chain.authority();
    let account = AccountMeta::new(world.mint.account_of(&authority), false);
    let signer = AccountMeta::new_readonly(authority, true);
    // Who would pay for the room, and with which program, is not asked where there is enough for it.
    let nobody = AccountMeta::new_readonly(TOKEN_2022, false);
    let ask = |accounts: &[&AccountMeta], data: &[u8]| Instruction {
        program_id: TOKEN_2022,
        accounts: accounts.iter().map(|&meta| meta.clone()).collect(),
        data: data.to_vec(),
    };
    // `Reallocate` for `MemoTransfer`, and `RequiredMemoTransfersInstruction::Enable`.
    vec![
        ask(&[&account, &nobody, &nobody, &signer], &[29, 8, 0]),
        ask(&[&account, &signer], &[30, 0]),
    ]
}

#[test]
fn a_target_leaves_the_account_as_ready_to_be_paid_as_before() {
    let overrides = [Override::new(
        &["constants", "SHELF"],
        TOKEN_2022.to_string(),
    )];
    let mut world = World::of_source(&format!("{FEATURE_HEAD}{SOURCE}"), &overrides);
    let purse = world.mint.account_of(&world.chain.authority());
    world.chain.svm.airdrop(&purse, 10_000_000);
    let asks = demanding_memos(&world);
    assert_eq!(start(&mut world, asks), rejected("NotSpent"));
    assert_eq!(world.has(&STATE), 0);
    assert_done(&start(&mut world, Vec::new()));
    assert_eq!(world.has(&STATE), AMOUNT);
}
