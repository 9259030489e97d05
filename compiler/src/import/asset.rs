//! What custody asks of an asset: an interface of xcc's own for each token standard, which no file has to declare.
//!
//! On Solana it is the token program's own instruction. Elsewhere the back ends spell `take` and `give` with what their runtime has for the
//! standard, so these functions exist in the program's text only.

use indexmap::IndexMap;

use super::evm::{EvmFunction, EvmType, Mutability};
use super::format::Format;
use super::interface::{
    Function, FunctionKind, Home, Interface, Param, ParamRole, Signature, TargetType,
};
use super::json::JsonPath;
use super::move_model::{MoveAddress, MoveFunction, MoveType, Visibility};
use super::svm::{DiscriminatorSource, SvmAccount, SvmFunction, SvmType};
use crate::types::AssetStandard;
use crate::vm::Vm;

/// Takes an amount into custody: `take(from, amount)`.
pub const TAKE: &str = "take";

/// Gives an amount out of custody: `give(to, amount)`.
pub const GIVE: &str = "give";

/// Moves an amount between two accounts of a mint: `transfer_checked(amount, decimals)`.
pub const TRANSFER_CHECKED: &str = "transfer_checked";

/// The same, if the mint charges this fee: `transfer_checked_with_fee(amount, decimals, fee)`.
pub const TRANSFER_CHECKED_WITH_FEE: &str = "transfer_checked_with_fee";

/// The interface of an asset of this name in the form of a standard.
#[must_use]
pub fn interface_of(standard: AssetStandard, name: &str) -> Interface {
    let functions = match standard {
        AssetStandard::Spl => vec![transfer(TRANSFER_CHECKED, &[12], &["amount", "decimals"])],
        AssetStandard::Token2022 => vec![transfer(
            TRANSFER_CHECKED_WITH_FEE,
            &[26, 1],
            &["amount", "decimals", "fee"],
        )],
        standard => [(TAKE, "from"), (GIVE, "to")]
            .map(|(name, account)| custody(standard.vm(), name, account))
            .to_vec(),
    };
    let functions = functions.into_iter();
    Interface {
        vm: standard.vm(),
        format: format_of(standard.vm()),
        name: name.to_owned(),
        home: Home::Unknown,
        functions: functions
            .map(|function| (function.name.clone(), vec![function]))
            .collect(),
        types: IndexMap::new(),
    }
}

/// The format that files about contracts of the machine commonly have.
const fn format_of(vm: Vm) -> Format {
    match vm {
        Vm::Evm => Format::SolidityAbi,
        Vm::Svm => Format::AnchorIdl,
        Vm::Sui => Format::SuiNormalizedModule,
        Vm::Aptos => Format::AptosModuleAbi,
    }
}

fn custody(vm: Vm, name: &str, account: &str) -> Function {
    let (address, amount, kind) = match vm {
        Vm::Sui | Vm::Aptos => {
            let function = MoveFunction {
                address: MoveAddress::Numeric([0; 32]),
                module: "custody".to_owned(),
                visibility: Visibility::Public,
                is_entry: false,
                is_view: false,
                generics: Vec::new(),
            };
            let kind = match vm {
                Vm::Sui => FunctionKind::Sui(function),
                _ => FunctionKind::Aptos(function),
            };
            let (address, amount) = (MoveType::Address, MoveType::Uint(64));
            (TargetType::Move(address), TargetType::Move(amount), kind)
        }
        Vm::Evm | Vm::Svm => {
            let kind = FunctionKind::Evm(EvmFunction {
                selector: [0; 4],
                canonical: format!("{name}(address,uint256)"),
                mutability: Mutability::NonPayable,
            });
            let (address, amount) = (EvmType::Address, EvmType::Uint(256));
            (TargetType::Evm(address), TargetType::Evm(amount), kind)
        }
    };
    function(
        name,
        vec![value(account, address), value("amount", amount)],
        kind,
    )
}

/// An instruction of a token program; see `TokenInstruction::TransferChecked` of `spl-token` and
/// `TransferFeeInstruction::TransferCheckedWithFee` of `spl-token-2022`.
fn transfer(name: &str, discriminator: &[u8], params: &[&str]) -> Function {
    let params = params.iter().map(|&param| {
        let bits = if param == "decimals" { 8 } else { 64 };
        value(param, TargetType::Svm(SvmType::Uint(bits)))
    });
    let account = |(path, writable, signer): (&str, bool, bool)| SvmAccount {
        path: path.to_owned(),
        writable,
        signer,
        optional: false,
        address: None,
        pda: None,
        relations: Vec::new(),
    };
    let accounts = [
        ("source", true, false),
        ("mint", false, false),
        ("destination", true, false),
        ("authority", false, true),
    ];
    let kind = FunctionKind::Svm(SvmFunction {
        discriminator: discriminator.to_vec(),
        discriminator_source: DiscriminatorSource::Declared,
        accounts: accounts.into_iter().map(account).collect(),
    });
    function(name, params.collect(), kind)
}

fn function(name: &str, params: Vec<Param>, kind: FunctionKind) -> Function {
    Function {
        name: name.to_owned(),
        docs: Vec::new(),
        path: JsonPath::default(),
        signature: Ok(Signature {
            params,
            results: Vec::new(),
            kind,
        }),
    }
}

fn value(name: &str, ty: TargetType) -> Param {
    Param {
        name: Some(name.to_owned()),
        ty,
        role: ParamRole::Value,
    }
}
