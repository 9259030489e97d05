/// Coins, each kind with its own type.
module aptos_framework::coin {
    use std::error;
    use std::signer;
    use std::string::String;

    const ECOIN_INFO_ADDRESS_MISMATCH: u64 = 1;
    const ECOIN_INFO_ALREADY_PUBLISHED: u64 = 2;
    const ECOIN_STORE_NOT_PUBLISHED: u64 = 5;
    const EINSUFFICIENT_BALANCE: u64 = 6;
    const EDESTRUCTION_OF_NONZERO_TOKEN: u64 = 7;

    struct Coin<phantom CoinType> has store {
        value: u64
    }

    struct CoinStore<phantom CoinType> has key {
        coin: Coin<CoinType>
    }

    struct CoinInfo<phantom CoinType> has key {
        name: String,
        symbol: String,
        decimals: u8
    }

    struct MintCapability<phantom CoinType> has copy, store {}

    struct FreezeCapability<phantom CoinType> has copy, store {}

    struct BurnCapability<phantom CoinType> has copy, store {}

    public fun initialize<CoinType>(
        account: &signer,
        name: String,
        symbol: String,
        decimals: u8,
        _monitor_supply: bool
    ): (BurnCapability<CoinType>, FreezeCapability<CoinType>, MintCapability<CoinType>) {
        let owner = signer::address_of(account);
        assert!(!exists<CoinInfo<CoinType>>(owner), error::already_exists(ECOIN_INFO_ALREADY_PUBLISHED));
        move_to(account, CoinInfo<CoinType> { name, symbol, decimals });
        (BurnCapability {}, FreezeCapability {}, MintCapability {})
    }

    public fun mint<CoinType>(amount: u64, _cap: &MintCapability<CoinType>): Coin<CoinType> {
        Coin { value: amount }
    }

    public fun burn<CoinType>(coin: Coin<CoinType>, _cap: &BurnCapability<CoinType>) {
        let Coin { value: _ } = coin;
    }

    public fun destroy_mint_cap<CoinType>(mint_cap: MintCapability<CoinType>) {
        let MintCapability {} = mint_cap;
    }

    public fun destroy_freeze_cap<CoinType>(freeze_cap: FreezeCapability<CoinType>) {
        let FreezeCapability {} = freeze_cap;
    }

    public fun destroy_burn_cap<CoinType>(burn_cap: BurnCapability<CoinType>) {
        let BurnCapability {} = burn_cap;
    }

    public fun value<CoinType>(coin: &Coin<CoinType>): u64 {
        coin.value
    }

    public fun zero<CoinType>(): Coin<CoinType> {
        Coin { value: 0 }
    }

    public fun destroy_zero<CoinType>(zero_coin: Coin<CoinType>) {
        let Coin { value } = zero_coin;
        assert!(value == 0, error::invalid_argument(EDESTRUCTION_OF_NONZERO_TOKEN));
    }

    public fun merge<CoinType>(dst_coin: &mut Coin<CoinType>, source_coin: Coin<CoinType>) {
        let Coin { value } = source_coin;
        dst_coin.value = dst_coin.value + value;
    }

    public fun extract<CoinType>(coin: &mut Coin<CoinType>, amount: u64): Coin<CoinType> {
        assert!(coin.value >= amount, error::invalid_argument(EINSUFFICIENT_BALANCE));
        coin.value = coin.value - amount;
        Coin { value: amount }
    }

    public fun extract_all<CoinType>(coin: &mut Coin<CoinType>): Coin<CoinType> {
        let value = coin.value;
        extract(coin, value)
    }

    public fun register<CoinType>(account: &signer) {
        if (!is_account_registered<CoinType>(signer::address_of(account))) {
            move_to(account, CoinStore<CoinType> { coin: zero() });
        }
    }

    #[view]
    public fun is_account_registered<CoinType>(account_addr: address): bool {
        exists<CoinStore<CoinType>>(account_addr)
    }

    #[view]
    public fun balance<CoinType>(owner: address): u64 acquires CoinStore {
        assert!(is_account_registered<CoinType>(owner), error::not_found(ECOIN_STORE_NOT_PUBLISHED));
        borrow_global<CoinStore<CoinType>>(owner).coin.value
    }

    public fun withdraw<CoinType>(account: &signer, amount: u64): Coin<CoinType> acquires CoinStore {
        let owner = signer::address_of(account);
        assert!(is_account_registered<CoinType>(owner), error::not_found(ECOIN_STORE_NOT_PUBLISHED));
        extract(&mut borrow_global_mut<CoinStore<CoinType>>(owner).coin, amount)
    }

    public fun deposit<CoinType>(account_addr: address, coin: Coin<CoinType>) acquires CoinStore {
        assert!(
            is_account_registered<CoinType>(account_addr),
            error::not_found(ECOIN_STORE_NOT_PUBLISHED)
        );
        merge(&mut borrow_global_mut<CoinStore<CoinType>>(account_addr).coin, coin)
    }

    public entry fun transfer<CoinType>(from: &signer, to: address, amount: u64) acquires CoinStore {
        deposit(to, withdraw<CoinType>(from, amount))
    }
}
