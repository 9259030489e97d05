//! Programs on the chain, with somebody who may upgrade them.

use crate::program_crate::ProgramCrate;
use crate::sbf;
use crate::svm::{Address, Svm};
use crate::tools::ToolError;

const LOADER: Address = solana_address::address!("BPFLoaderUpgradeab1e11111111111111111111111");

/// Compiles a program and deploys it at an address, with the payer as its upgrade authority.
///
/// # Errors
/// A missing toolchain.
///
/// # Panics
/// When it does not compile, or the loader refuses it.
pub fn deploy(svm: &mut Svm, address: Address, program: &ProgramCrate) -> Result<(), ToolError> {
    let built = sbf::build(program)?;
    assert_eq!(built.diagnostics, []);
    svm.add_program(address, &built.elf);
    // litesvm leaves the upgrade authority unset: `Option<Pubkey>` behind a u32 tag and the u64 slot.
    let data = Address::find_program_address(&[address.as_ref()], &LOADER).0;
    let mut account = svm.account(&data).expect("the program has a data account");
    account.data[12] = 1;
    account.data[13..45].copy_from_slice(svm.payer().as_ref());
    svm.set_account(data, account);
    Ok(())
}
