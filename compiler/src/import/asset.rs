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

/// Makes an amount in custody ready for the call that follows: `spend(amount)`.
pub const SPEND: &str = "spend";

/// The same, as a value that is an argument of the call that follows: `withdraw(amount)`.
pub const WITHDRAW: &str = "withdraw";

/// Moves an amount between two accounts of a mint: `transfer_checked(amount, decimals)`.
pub const TRANSFER_CHECKED: &str = "transfer_checked";

/// The same, if the mint charges this fee: `transfer_checked_with_fee(amount, decimals, fee)`.
pub const TRANSFER_CHECKED_WITH_FEE: &str = "transfer_checked_with_fee";

/// The original token program of Solana.
pub const TOKEN_PROGRAM: &str = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";

/// The Token-2022 program of Solana.
pub const TOKEN_2022_PROGRAM: &str = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb";

/// The interface of an asset of this name in the form of a standard.
#[must_use]
pub fn interface_of(standard: AssetStandard, name: &str) -> Interface {
    let functions = match standard {
        AssetStandard::Erc20 | AssetStandard::Native => movements(evm),
        AssetStandard::Spl => vec![transfer(TRANSFER_CHECKED, &[12], &["amount", "decimals"])],
        AssetStandard::Token2022 => vec![transfer(
            TRANSFER_CHECKED_WITH_FEE,
            &[26, 1],
            &["amount", "decimals", "fee"],
        )],
        AssetStandard::SuiCoin => {
            movements(|name, account| moved(FunctionKind::Sui, name, account))
        }
        AssetStandard::FungibleAsset => {
            movements(|name, account| moved(FunctionKind::Aptos, name, account))
        }
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

/// `take`, `give`, `spend` and `withdraw`; the first two with the name of an account.
fn movements(function: impl Fn(&str, Option<&str>) -> Function) -> Vec<Function> {
    vec![
        function(TAKE, Some("from")),
        function(GIVE, Some("to")),
        function(SPEND, None),
        function(WITHDRAW, None),
    ]
}

fn evm(name: &str, account: Option<&str>) -> Function {
    let params = account.map_or("uint256", |_| "address,uint256");
    let kind = FunctionKind::Evm(EvmFunction {
        selector: [0; 4],
        canonical: format!("{name}({params})"),
        mutability: Mutability::NonPayable,
    });
    let account = account.map(|name| value(name, TargetType::Evm(EvmType::Address)));
    let amount = value("amount", TargetType::Evm(EvmType::Uint(256)));
    function(name, account.into_iter().chain([amount]).collect(), kind)
}

fn moved(kind: fn(MoveFunction) -> FunctionKind, name: &str, account: Option<&str>) -> Function {
    let kind = kind(MoveFunction {
        address: MoveAddress::Numeric([0; 32]),
        module: "custody".to_owned(),
        visibility: Visibility::Public,
        is_entry: false,
        is_view: false,
        generics: Vec::new(),
    });
    let account = account.map(|name| value(name, TargetType::Move(MoveType::Address)));
    let amount = value("amount", TargetType::Move(MoveType::Uint(64)));
    function(name, account.into_iter().chain([amount]).collect(), kind)
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
