//! The types of the language, and the declarations every phase after parsing refers to.

use std::fmt;
use std::sync::Arc;

use cranelift_entity::PrimaryMap;

use crate::entities::{Asset, Chain, Constant, Contract, Enum, Record};
use crate::import::Interface;
use crate::source::Span;
use crate::vm::Vm;

/// Widths, in bits, that an integer type of the language may have: those every target VM can represent.
pub const INTEGER_WIDTHS: [u16; 6] = [8, 16, 32, 64, 128, 256];

/// A type of the language. Every dynamic type carries a bound, so that every message has a known greatest size.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `u8` … `u256`; the width in bits is one of [`INTEGER_WIDTHS`].
    Uint(u16),
    /// `i8` … `i256`; the width in bits is one of [`INTEGER_WIDTHS`].
    Int(u16),
    /// `bytes1` … `bytes32`, by length in bytes.
    FixedBytes(u8),
    /// `bytes<N>`: at most `N` bytes.
    Bytes(u32),
    /// `string<N>`: UTF-8 of at most `N` bytes.
    String(u32),
    /// `list<T, N>`: at most `N` elements.
    List(Box<Type>, u32),
    /// `[T; N]`: exactly `N` elements.
    Array(Box<Type>, u32),
    /// `option<T>`
    Option(Box<Type>),
    /// A declared record.
    Record(Record),
    /// A declared enumeration.
    Enum(Enum),
    /// `address@chain`
    Address(Chain),
    /// `amount<ASSET>`, in the smallest unit that the asset has on a chain. Only the checker tells amounts from numbers: a checked
    /// package has [`Type::Uint`] in their place.
    Amount(Units),
}

/// What an amount is counted in: the smallest unit of an asset on one of its chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Units {
    /// The asset.
    pub asset: Asset,
    /// The chain.
    pub chain: Chain,
    /// How many decimal places the unit has.
    pub decimals: u8,
    /// The width of amounts there, in bits.
    pub bits: u16,
}

/// A named, typed member: a workflow's input or result, a record's field, a step's result, a message's field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the source.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// Everything declared outside workflows. Later phases share it unchanged.
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    /// Chains, in source order.
    pub chains: PrimaryMap<Chain, ChainDecl>,
    /// Imported contracts, in source order.
    pub contracts: PrimaryMap<Contract, ContractDecl>,
    /// Assets, in source order.
    pub assets: PrimaryMap<Asset, AssetDecl>,
    /// Record types, in source order.
    pub records: PrimaryMap<Record, RecordDecl>,
    /// Enumeration types, in source order.
    pub enums: PrimaryMap<Enum, EnumDecl>,
    /// Deployment constants, in order of first use.
    pub constants: PrimaryMap<Constant, ConstantDecl>,
}

/// `chain ethereum: evm;`
#[derive(Clone, Debug)]
pub struct ChainDecl {
    /// The name in the source; profiles bind it to a network.
    pub name: String,
    /// The virtual machine its contracts run on.
    pub vm: Vm,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// `contract Vault on ethereum from "abi/Vault.json";`
#[derive(Clone, Debug)]
pub struct ContractDecl {
    /// The name in the source; profiles bind it to an address.
    pub name: String,
    /// The chain it is deployed on.
    pub chain: Chain,
    /// What its interface file declares, or xcc of an asset.
    pub interface: Arc<Interface>,
    /// The asset whose form it is, if no file declares it.
    pub asset: Option<Asset>,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// `asset USDC on ethereum: erc20 decimals 6, solana: spl decimals 6;`
#[derive(Clone, Debug)]
pub struct AssetDecl {
    /// The name in the source; profiles bind each form to a token.
    pub name: String,
    /// Its form on each chain, at least one.
    pub forms: Vec<AssetForm>,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// One chain's form of an asset.
#[derive(Clone, Debug)]
pub struct AssetForm {
    /// The chain.
    pub chain: Chain,
    /// The token standard.
    pub standard: AssetStandard,
    /// Decimal places of its smallest unit.
    pub decimals: u8,
    /// What moves it.
    pub contract: Contract,
}

/// Token standards custody can be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetStandard {
    /// An EVM token.
    Erc20,
    /// What an EVM chain charges gas in, which is no token: it goes with a call as its value.
    Native,
    /// A Solana token of the original token program.
    Spl,
    /// A Solana token of the Token-2022 program.
    Token2022,
    /// `Coin<T>` on Sui.
    SuiCoin,
    /// A fungible asset on Aptos.
    FungibleAsset,
}

impl AssetStandard {
    /// Every standard.
    pub const ALL: [AssetStandard; 6] = [
        AssetStandard::Erc20,
        AssetStandard::Native,
        AssetStandard::Spl,
        AssetStandard::Token2022,
        AssetStandard::SuiCoin,
        AssetStandard::FungibleAsset,
    ];

    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            AssetStandard::Erc20 => "erc20",
            AssetStandard::Native => "native",
            AssetStandard::Spl => "spl",
            AssetStandard::Token2022 => "token2022",
            AssetStandard::SuiCoin => "coin",
            AssetStandard::FungibleAsset => "fungible",
        }
    }

    /// The machine whose tokens follow it.
    pub const fn vm(self) -> Vm {
        match self {
            AssetStandard::Erc20 | AssetStandard::Native => Vm::Evm,
            AssetStandard::Spl | AssetStandard::Token2022 => Vm::Svm,
            AssetStandard::SuiCoin => Vm::Sui,
            AssetStandard::FungibleAsset => Vm::Aptos,
        }
    }

    /// Whether its assets are tokens, which have an address or a type.
    pub const fn has_token(self) -> bool {
        !matches!(self, AssetStandard::Native)
    }

    /// The width of its amounts, in bits.
    pub const fn bits(self) -> u16 {
        match self {
            AssetStandard::Erc20 | AssetStandard::Native => 256,
            _ => 64,
        }
    }
}

/// `record Order { … }`
#[derive(Clone, Debug)]
pub struct RecordDecl {
    /// The name in the source, after that of the file if another file declares something of the name.
    pub name: String,
    /// Its fields, in source order. Records never contain themselves.
    pub fields: Vec<Field>,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// `enum Side { Buy, Sell }`
#[derive(Clone, Debug)]
pub struct EnumDecl {
    /// The name in the source, after that of the file if another file declares something of the name.
    pub name: String,
    /// The name as it is written there.
    pub written: String,
    /// Its variants, in source order; at most 256.
    pub variants: Vec<String>,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A deployment constant `@NAME`. Its value comes from the profile, so it is not part of the program's fingerprint.
#[derive(Clone, Debug)]
pub struct ConstantDecl {
    /// The name without the `@`.
    pub name: String,
    /// What the profile must bind it to.
    pub kind: ConstantKind,
    /// The chain it belongs to.
    pub chain: Chain,
    /// The asset whose token it is; `None` for one that the source writes.
    pub asset: Option<Asset>,
    /// Where it is first used.
    pub span: Span,
}

/// What a deployment constant stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantKind {
    /// An address, account key or object id of its chain.
    Address,
    /// A Move type such as `0x2::sui::SUI`.
    MoveType,
}

impl Declarations {
    /// The form of an asset that a contract stands for, if no file declares the contract.
    pub fn form_of(&self, contract: Contract) -> Option<&AssetForm> {
        let asset = self.contracts[contract].asset?;
        let mut forms = self.assets[asset].forms.iter();
        forms.find(|form| form.contract == contract)
    }

    /// Whether a contract stands for a chain's native currency, which is called nowhere.
    pub fn is_native(&self, contract: Contract) -> bool {
        let form = self.form_of(contract);
        form.is_some_and(|form| !form.standard.has_token())
    }

    /// The constant that stands for the token of an asset on a chain, if anything needs one.
    pub fn token(&self, asset: Asset, chain: Chain) -> Option<Constant> {
        let mut constants = self.constants.iter();
        let found = constants.find(|(_, it)| (it.asset, it.chain) == (Some(asset), chain));
        found.map(|(token, _)| token)
    }
}

impl AssetDecl {
    /// The form on a chain, if it has one there.
    pub fn form_on(&self, chain: Chain) -> Option<&AssetForm> {
        self.forms.iter().find(|form| form.chain == chain)
    }
}

impl AssetForm {
    /// What amounts of it are counted in, given the asset whose form it is.
    pub fn units(&self, asset: Asset) -> Units {
        Units {
            asset,
            chain: self.chain,
            decimals: self.decimals,
            bits: self.standard.bits(),
        }
    }
}

impl Type {
    /// The width in bits of an unsigned number, amounts included.
    pub fn unsigned_bits(&self) -> Option<u16> {
        match self {
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => Some(*bits),
            _ => None,
        }
    }

    /// Whether its values have the one encoding that programs use in seeds: little-endian integers and raw bytes.
    pub const fn is_seed(&self) -> bool {
        matches!(
            self,
            Type::Bool
                | Type::Uint(_)
                | Type::Int(_)
                | Type::FixedBytes(_)
                | Type::Enum(_)
                | Type::Address(_)
        )
    }

    /// Writes the type as the source would, with declared names.
    pub fn display<'a>(&'a self, declarations: &'a Declarations) -> impl fmt::Display + 'a {
        TypeDisplay {
            ty: self,
            declarations,
        }
    }

    /// Whether values of the type always encode to the same number of bytes.
    pub fn is_fixed_size(&self, declarations: &Declarations) -> bool {
        match self {
            Type::Bytes(_) | Type::String(_) | Type::List(..) | Type::Option(_) => false,
            Type::Array(element, _) => element.is_fixed_size(declarations),
            Type::Record(record) => declarations.records[*record]
                .fields
                .iter()
                .all(|field| field.ty.is_fixed_size(declarations)),
            _ => true,
        }
    }
}

struct TypeDisplay<'a> {
    ty: &'a Type,
    declarations: &'a Declarations,
}

impl fmt::Display for TypeDisplay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = |ty| TypeDisplay {
            ty,
            declarations: self.declarations,
        };
        match self.ty {
            Type::Bool => f.write_str("bool"),
            Type::Uint(bits) => write!(f, "u{bits}"),
            Type::Int(bits) => write!(f, "i{bits}"),
            Type::FixedBytes(len) => write!(f, "bytes{len}"),
            Type::Bytes(max) => write!(f, "bytes<{max}>"),
            Type::String(max) => write!(f, "string<{max}>"),
            Type::List(element, max) => write!(f, "list<{}, {max}>", inner(element)),
            Type::Array(element, len) => write!(f, "[{}; {len}]", inner(element)),
            Type::Option(some) => write!(f, "option<{}>", inner(some)),
            Type::Record(record) => f.write_str(&self.declarations.records[*record].name),
            Type::Enum(id) => f.write_str(&self.declarations.enums[*id].name),
            Type::Address(chain) => write!(f, "address@{}", self.declarations.chains[*chain].name),
            Type::Amount(units) => {
                write!(f, "amount<{}>", self.declarations.assets[units.asset].name)
            }
        }
    }
}
