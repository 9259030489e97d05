//! Imports interface files with functions of large public protocols, in the formats those protocols publish.

use insta::assert_snapshot;
use xcc::import::{FunctionKind, Interface, Param, ParamRole, Seed, Signature, TargetType, import};
use xcc::vm::Vm;

fn load(vm: Vm, name: &str) -> Interface {
    let path = format!(
        "{}/suite/import/{vm}/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).expect("the fixture is there");
    import(vm, &path, &text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn written(ty: &TargetType) -> String {
    match ty {
        TargetType::Evm(ty) => ty.to_string(),
        TargetType::Svm(ty) => ty.to_string(),
        TargetType::Move(ty) => ty.to_string(),
    }
}

fn role(param: &Param) -> String {
    match param.role {
        ParamRole::Value => String::new(),
        ParamRole::Object {
            abilities: Some(abilities),
            ..
        } => format!(" [object: {abilities}]"),
        ParamRole::Object {
            abilities: None, ..
        } => " [object of unknown abilities]".to_owned(),
        ParamRole::Clock => " [clock]".to_owned(),
        ParamRole::Context => " [context]".to_owned(),
        ParamRole::Signer => " [signer]".to_owned(),
    }
}

fn facts(kind: &FunctionKind) -> String {
    match kind {
        FunctionKind::Evm(evm) => {
            let selector: String = evm
                .selector
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            format!("{selector} {} {:?}", evm.canonical, evm.mutability)
        }
        FunctionKind::Svm(svm) => format!("{:?} {:?}", svm.discriminator, svm.discriminator_source),
        FunctionKind::Sui(function) | FunctionKind::Aptos(function) => {
            let entry = if function.is_entry { " entry" } else { "" };
            let view = if function.is_view { " view" } else { "" };
            let generics = function.generics.len();
            format!(
                "{}::{} {:?}{entry}{view}, {generics} generics",
                function.address, function.module, function.visibility
            )
        }
    }
}

fn accounts(signature: &Signature, text: &mut String) {
    let FunctionKind::Svm(svm) = &signature.kind else {
        return;
    };
    for account in &svm.accounts {
        let flags = [
            (account.writable, " writable"),
            (account.signer, " signer"),
            (account.optional, " optional"),
            (account.pda.is_some(), " pda"),
        ];
        let flags: String = flags
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, word)| *word)
            .collect();
        let address = account
            .address
            .map(|address| format!(" = {address}"))
            .unwrap_or_default();
        text.push_str(&format!("    {}{flags}{address}\n", account.path));
    }
}

/// One function with everything the importer found out about it.
fn show(interface: &Interface, name: &str) -> String {
    let mut text = String::new();
    for function in interface.lookup(name) {
        let signature = function
            .signature
            .as_ref()
            .unwrap_or_else(|unsupported| panic!("{unsupported}"));
        text.push_str(&format!("{}: {}\n", function.name, facts(&signature.kind)));
        for param in &signature.params {
            let name = param.name.as_deref().unwrap_or("_");
            text.push_str(&format!(
                "  {name}: {}{}\n",
                written(&param.ty),
                role(param)
            ));
        }
        accounts(signature, &mut text);
        for result in &signature.results {
            let abilities = result
                .abilities
                .map(|abilities| format!(" [{abilities}]"))
                .unwrap_or_default();
            text.push_str(&format!(
                "  -> {}: {}{abilities}\n",
                result.name.as_deref().unwrap_or("_"),
                written(&result.ty)
            ));
        }
    }
    text
}

#[test]
fn swap_router_abi() {
    let interface = load(Vm::Evm, "SwapRouter");
    assert_snapshot!(format!("{}, {}", interface.name, interface.format), @"SwapRouter, a Solidity ABI");
    assert_snapshot!(show(&interface, "exactInputSingle"), @r"
    exactInputSingle: 414bf389 exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160)) Payable
      params: (address,address,uint24,address,uint256,uint256,uint256,uint160)
      -> amountOut: uint256
    ");
    assert_snapshot!(show(&interface, "multicall"), @r"
    multicall: ac9650d8 multicall(bytes[]) Payable
      data: bytes[]
      -> results: bytes[]
    multicall: 5ae401dc multicall(uint256,bytes[]) Payable
      deadline: uint256
      data: bytes[]
      -> _: bytes[]
    ");
}

#[test]
fn lending_pool_artifact() {
    let interface = load(Vm::Evm, "LendingPool");
    assert_snapshot!(format!("{}, {}", interface.name, interface.format), @"Pool, a Solidity build artifact");
    assert_snapshot!(show(&interface, "supply"), @r"
    supply: 617ba037 supply(address,uint256,address,uint16) NonPayable
      asset: address
      amount: uint256
      onBehalfOf: address
      referralCode: uint16
    ");
    assert_snapshot!(show(&interface, "getReserveData"), @r"
    getReserveData: 35ea6a75 getReserveData(address) View
      asset: address
      -> _: ((uint256),uint128,uint128,uint128,uint128,uint128,uint40,uint16,address,address,address,address,uint128,uint128,uint128)
    ");
}

#[test]
fn vault_artifact() {
    let interface = load(Vm::Evm, "Erc4626Vault");
    assert_snapshot!(format!("{}, {}", interface.name, interface.format), @"Erc4626Vault, a Solidity build artifact");
    assert_snapshot!(show(&interface, "deposit"), @r"
    deposit: 6e553f65 deposit(uint256,address) NonPayable
      assets: uint256
      receiver: address
      -> shares: uint256
    ");
    assert_snapshot!(show(&interface, "redeem"), @r"
    redeem: ba087652 redeem(uint256,address,address) NonPayable
      shares: uint256
      receiver: address
      owner: address
      -> assets: uint256
    ");
}

#[test]
fn constant_product_swap_idl() {
    let interface = load(Vm::Svm, "cp_swap");
    assert_snapshot!(format!("{}, {}, at {}", interface.name, interface.format, interface.home), @"raydium_cp_swap, an Anchor IDL, at CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");
    assert_snapshot!(show(&interface, "swap_base_input"), @r"
    swap_base_input: [143, 190, 90, 218, 196, 30, 51, 222] Declared
      amount_in: u64
      minimum_amount_out: u64
        payer signer
        authority pda
        amm_config
        pool_state writable
        input_token_account writable
        output_token_account writable
        input_vault writable
        output_vault writable
        input_token_program
        output_token_program
        input_token_mint
        output_token_mint
        observation_state writable
    ");
}

#[test]
fn seeds_of_a_pool_are_resolved() {
    let interface = load(Vm::Svm, "cp_swap");
    let initialize = interface
        .lookup("initialize")
        .next()
        .and_then(|f| f.signature.as_ref().ok())
        .expect("supported");
    let FunctionKind::Svm(svm) = &initialize.kind else {
        panic!("{:?}", initialize.kind)
    };
    let vault = svm
        .accounts
        .iter()
        .find(|account| account.path == "token_0_vault")
        .expect("the vault");
    let seeds = vault
        .pda
        .as_ref()
        .expect("a PDA")
        .seeds
        .iter()
        .map(|seed| match seed {
            Seed::Const(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Seed::Account {
                account: Some(index),
                fields,
                ..
            } => format!("{}{fields:?}", svm.accounts[*index].path),
            other => format!("unresolved {other:?}"),
        });
    assert_snapshot!(seeds.collect::<Vec<_>>().join("\n"), @r"
    pool_vault
    pool_state[]
    token_0_mint[]
    ");
}

#[test]
fn concentrated_liquidity_idl() {
    let interface = load(Vm::Svm, "whirlpool");
    assert_snapshot!(show(&interface, "swap_v2"), @r"
    swap_v2: [43, 4, 237, 11, 26, 201, 30, 98] Declared
      amount: u64
      other_amount_threshold: u64
      sqrt_price_limit: u128
      amount_specified_is_input: bool
      a_to_b: bool
      remaining_accounts_info: Option<RemainingAccountsInfo>
        token_program_a
        token_program_b
        memo_program = MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr
        token_authority signer
        whirlpool writable
        token_mint_a
        token_mint_b
        token_owner_account_a writable
        token_vault_a writable
        token_owner_account_b writable
        token_vault_b writable
        tick_array_0 writable
        tick_array_1 writable
        tick_array_2 writable
        oracle writable pda
    ");
}

#[test]
fn order_book_legacy_idl() {
    let interface = load(Vm::Svm, "openbook_v2");
    assert_snapshot!(format!("{}, {}, at {}", interface.name, interface.format, interface.home), @"openbook_v2, a legacy Anchor IDL, at unknown");
    assert_snapshot!(show(&interface, "place_order"), @r"
    place_order: [51, 194, 155, 175, 109, 130, 96, 106] Derived
      args: PlaceOrderArgs
        signer signer
        open_orders_account writable
        open_orders_admin signer optional
        user_token_account writable
        market writable
        bids writable
        asks writable
        event_heap writable
        market_vault writable
        oracle_a optional
        oracle_b optional
        token_program
      -> _: Option<u128>
    ");
    assert_snapshot!(show(&interface, "cancel_order_by_client_order_id"), @r"
    cancel_order_by_client_order_id: [115, 178, 201, 8, 175, 183, 123, 119] Derived
      client_order_id: u64
        signer signer
        open_orders_account writable
        market
        bids writable
        asks writable
      -> _: i64
    ");
}

#[test]
fn liquid_staking_legacy_idl() {
    let interface = load(Vm::Svm, "marinade");
    assert_snapshot!(format!("{}, {}, at {}", interface.name, interface.format, interface.home), @"marinade_finance, a legacy Anchor IDL, at MarBmsSgKXdrN1egZf5sqe1TMai9K1rChYNDJgjq7aD");
    assert_snapshot!(show(&interface, "deposit"), @r"
    deposit: [242, 35, 198, 137, 82, 225, 242, 182] Derived
      lamports: u64
        state writable
        msol_mint writable
        liq_pool_sol_leg_pda writable
        liq_pool_msol_leg writable
        liq_pool_msol_leg_authority
        reserve_pda writable
        transfer_from writable signer
        mint_to writable
        msol_mint_authority
        system_program
        token_program
    ");
}

#[test]
fn staking_module_summary() {
    let interface = load(Vm::Sui, "sui_system");
    assert_snapshot!(format!("{}, {}, at {}", interface.name, interface.format, interface.home), @"sui_system, a Sui module summary, at 0x3::sui_system");
    assert_snapshot!(show(&interface, "request_add_stake_non_entry"), @r"
    request_add_stake_non_entry: 0x3::sui_system Public, 0 generics
      wrapper: &mut 0x3::sui_system::SuiSystemState [object: key]
      stake: 0x2::coin::Coin<0x2::sui::SUI> [object: store + key]
      validator_address: address
      ctx: &mut 0x2::tx_context::TxContext [context]
      -> _: 0x3::staking_pool::StakedSui [store + key]
    ");
    assert_snapshot!(show(&interface, "load_system_state"), @r"
    load_system_state: 0x3::sui_system Private, 0 generics
      self: &mut 0x3::sui_system::SuiSystemState [object: key]
      -> _: &0x3::sui_system_state_inner::SuiSystemStateInnerV2 [copy + drop]
    ");
}

#[test]
fn exchange_normalized_package() {
    let interface = load(Vm::Sui, "clmm");
    assert_snapshot!(format!("{}, {}", interface.name, interface.format), @"clmm, a normalized Sui package");
    assert_snapshot!(show(&interface, "flash_swap"), @r"
    flash_swap: 0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::pool Public, 2 generics
      _: &0x2::clock::Clock [clock]
      _: &0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::config::GlobalConfig [object of unknown abilities]
      _: &mut 0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::pool::Pool<T0, T1> [object: store + key]
      _: bool
      _: bool
      _: u64
      _: u128
      -> _: 0x2::balance::Balance<T0> [store]
      -> _: 0x2::balance::Balance<T1> [store]
      -> _: 0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::pool::FlashSwapReceipt<T0, T1> [no abilities]
    ");
    assert_snapshot!(show(&interface, "pool::close_position"), @r"
    close_position: 0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::pool Public, 2 generics
      _: &0x2::clock::Clock [clock]
      _: &0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::config::GlobalConfig [object of unknown abilities]
      _: &mut 0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::pool::Pool<T0, T1> [object: store + key]
      _: 0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::position::Position [object: store + key]
      -> _: 0x2::balance::Balance<T0> [store]
      -> _: 0x2::balance::Balance<T1> [store]
    ");
    assert_snapshot!(show(&interface, "calculate_swap_results"), @r"
    calculate_swap_results: 0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::pool Public, 2 generics
      _: &0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::pool::Pool<T0, T1> [object: store + key]
      _: bool
      _: bool
      _: u64
      _: u128
      -> _: 0x3492c874c1e3b3e2984e8c41b589e642d4d0a5d6459e5a9cfc2d52fd7c89c267::pool::SwapResult [copy + drop]
    ");
}

#[test]
fn asset_module_with_bytecode() {
    let interface = load(Vm::Aptos, "fungible_asset");
    assert_snapshot!(format!("{}, {}, at {}", interface.name, interface.format, interface.home), @"fungible_asset, an Aptos module, at 0x1::fungible_asset");
    assert_snapshot!(show(&interface, "withdraw"), @r"
    withdraw: 0x1::fungible_asset Public, 1 generics
      _: &signer [signer]
      _: 0x1::object::Object<T0>
      _: u64
      -> _: 0x1::fungible_asset::FungibleAsset [no abilities]
    ");
    assert_snapshot!(show(&interface, "deposit"), @r"
    deposit: 0x1::fungible_asset Public, 1 generics
      _: 0x1::object::Object<T0>
      _: 0x1::fungible_asset::FungibleAsset [object: no abilities]
    ");
}

#[test]
fn exchange_router_module() {
    let interface = load(Vm::Aptos, "thala_router");
    let names: Vec<_> = interface
        .all_functions()
        .map(|function| function.name.as_str())
        .collect();
    assert_snapshot!(names.join(" "), @"swap_exact_in_2 swap_exact_in_3 swap_exact_out_2 swap_exact_out_3");
    assert_snapshot!(show(&interface, "swap_exact_in_2"), @r"
    swap_exact_in_2: 0x60955b957956d79bc80b096d3e41bad525dd400d8ce957cdeb05719ed1e4fc26::router Public entry, 19 generics
      _: &signer [signer]
      _: u64
      _: u64
    ");
}

#[test]
fn every_function_of_the_suite_is_supported() {
    for vm in Vm::ALL {
        let folder = format!("{}/suite/import/{vm}", env!("CARGO_MANIFEST_DIR"));
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).expect("the folder is there") {
            let name = entry
                .expect("readable")
                .file_name()
                .into_string()
                .expect("UTF-8");
            let interface = load(vm, name.trim_end_matches(".json"));
            for function in interface.all_functions() {
                assert!(
                    function.signature.is_ok(),
                    "{name}: {:?}",
                    function.signature
                );
            }
            count += interface.all_functions().count();
        }
        assert!(count > 5, "{vm}: only {count} functions");
    }
}
