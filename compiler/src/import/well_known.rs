//! Types of the Sui and Aptos frameworks that interfaces mention without declaring them.
//!
//! The abilities are those of the framework sources: `sui-framework`, `sui-system` and `move-stdlib` of Sui,
//! `aptos-framework` and `aptos-stdlib` of Aptos.

use super::interface::GenericUsage;
use super::move_model::{Abilities, MoveAddress, MoveStruct};
use crate::vm::Vm;

/// A framework type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    vm: Option<Vm>,
    address: u8,
    module: &'static str,
    name: &'static str,
    pub(super) abilities: Abilities,
    /// How its type parameters, if any, bear on its abilities.
    pub(super) usage: GenericUsage,
    data: Data,
}

/// Whether callers can make a value of the type out of plain data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Data {
    /// They cannot.
    No,
    /// They can, if they can for its type arguments.
    Yes,
    /// They can, since it is an address whatever its type arguments are.
    Address,
}

/// Types that the runtime treats on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    Clock,
    Context,
}

const COPY_DROP_STORE: Abilities = Abilities::DATA;
const DROP: Abilities = Abilities::DROP;
const DROP_STORE: Abilities = Abilities::DROP.with(Abilities::STORE);
const STORE: Abilities = Abilities::STORE;
const KEY: Abilities = Abilities::KEY;
const KEY_STORE: Abilities = Abilities::KEY.with(Abilities::STORE);

const KNOWN: &[Known] = &[
    data(None, 1, "string", "String", Data::Yes),
    stored(None, 1, "option", "Option", COPY_DROP_STORE),
    data(Some(Vm::Sui), 1, "ascii", "String", Data::Yes),
    data(Some(Vm::Sui), 1, "type_name", "TypeName", Data::No),
    data(Some(Vm::Sui), 2, "object", "ID", Data::Address),
    phantom(Vm::Sui, 2, "object", "UID", STORE),
    phantom(Vm::Sui, 2, "clock", "Clock", KEY),
    phantom(Vm::Sui, 2, "random", "Random", KEY),
    phantom(Vm::Sui, 2, "tx_context", "TxContext", DROP),
    phantom(Vm::Sui, 2, "coin", "Coin", KEY_STORE),
    phantom(Vm::Sui, 2, "coin", "TreasuryCap", KEY_STORE),
    phantom(Vm::Sui, 2, "coin", "CoinMetadata", KEY_STORE),
    phantom(Vm::Sui, 2, "balance", "Balance", STORE),
    phantom(Vm::Sui, 2, "balance", "Supply", STORE),
    phantom(Vm::Sui, 2, "table", "Table", KEY_STORE),
    phantom(Vm::Sui, 2, "bag", "Bag", KEY_STORE),
    phantom(Vm::Sui, 2, "transfer", "Receiving", DROP),
    phantom(Vm::Sui, 2, "deny_list", "DenyList", KEY),
    phantom(Vm::Sui, 2, "sui", "SUI", DROP),
    phantom(Vm::Sui, 3, "sui_system", "SuiSystemState", KEY),
    phantom(Vm::Sui, 3, "staking_pool", "StakedSui", KEY_STORE),
    data(Some(Vm::Aptos), 1, "object", "Object", Data::Address),
    data(Some(Vm::Aptos), 1, "type_info", "TypeInfo", Data::No),
    data(
        Some(Vm::Aptos),
        1,
        "fixed_point32",
        "FixedPoint32",
        Data::No,
    ),
    data(
        Some(Vm::Aptos),
        1,
        "fixed_point64",
        "FixedPoint64",
        Data::No,
    ),
    phantom(Vm::Aptos, 1, "object", "ExtendRef", DROP_STORE),
    phantom(Vm::Aptos, 1, "object", "TransferRef", DROP_STORE),
    phantom(Vm::Aptos, 1, "object", "DeleteRef", DROP_STORE),
    phantom(Vm::Aptos, 1, "object", "ConstructorRef", DROP),
    phantom(Vm::Aptos, 1, "coin", "Coin", STORE),
    phantom(
        Vm::Aptos,
        1,
        "fungible_asset",
        "FungibleAsset",
        Abilities::NONE,
    ),
    phantom(Vm::Aptos, 1, "fungible_asset", "Metadata", KEY),
    phantom(Vm::Aptos, 1, "fungible_asset", "FungibleStore", KEY),
    phantom(Vm::Aptos, 1, "account", "SignerCapability", DROP_STORE),
    phantom(Vm::Aptos, 1, "aptos_coin", "AptosCoin", KEY),
];

const fn data(
    vm: Option<Vm>,
    address: u8,
    module: &'static str,
    name: &'static str,
    data: Data,
) -> Known {
    Known {
        vm,
        address,
        module,
        name,
        abilities: COPY_DROP_STORE,
        usage: GenericUsage::Phantom,
        data,
    }
}

const fn stored(
    vm: Option<Vm>,
    address: u8,
    module: &'static str,
    name: &'static str,
    abilities: Abilities,
) -> Known {
    Known {
        vm,
        address,
        module,
        name,
        abilities,
        usage: GenericUsage::Stored,
        data: Data::Yes,
    }
}

const fn phantom(
    vm: Vm,
    address: u8,
    module: &'static str,
    name: &'static str,
    abilities: Abilities,
) -> Known {
    Known {
        vm: Some(vm),
        address,
        module,
        name,
        abilities,
        usage: GenericUsage::Phantom,
        data: Data::No,
    }
}

/// The framework type of that name.
pub(super) fn find(vm: Vm, name: &MoveStruct) -> Option<&'static Known> {
    KNOWN.iter().find(|known| {
        known.vm.is_none_or(|only| only == vm)
            && known.module == name.module
            && known.name == name.name
            && MoveAddress::small(known.address) == name.address
    })
}

/// Whether callers can make a value of the type, if they can for its type arguments.
pub(super) fn is_data(vm: Vm, name: &MoveStruct) -> bool {
    find(vm, name).is_some_and(|known| known.data != Data::No)
}

/// Whether the type is an address whatever its type arguments are.
pub(super) fn wraps_only_an_address(vm: Vm, name: &MoveStruct) -> bool {
    find(vm, name).is_some_and(|known| known.data == Data::Address)
}

/// Whether a value of the type is an amount of an asset.
pub(crate) fn is_asset(vm: Vm, name: &MoveStruct) -> bool {
    find(vm, name).is_some_and(|known| {
        matches!(
            (vm, known.module, known.name),
            (Vm::Sui, "coin", "Coin")
                | (Vm::Sui, "balance", "Balance")
                | (Vm::Aptos, "fungible_asset", "FungibleAsset")
        )
    })
}

/// Whether the runtime treats the type on its own.
pub(super) fn special(vm: Vm, name: &MoveStruct) -> Option<Special> {
    let known = find(vm, name)?;
    match (known.vm?, known.module, known.name) {
        (Vm::Sui, "clock", "Clock") => Some(Special::Clock),
        (Vm::Sui, "tx_context", "TxContext") => Some(Special::Context),
        _ => None,
    }
}

/// The number of an address that Sui's own packages have under a name.
pub(super) fn sui_named_address(name: &str) -> Option<u8> {
    match name {
        "std" => Some(1),
        "sui" => Some(2),
        "sui_system" => Some(3),
        _ => None,
    }
}
