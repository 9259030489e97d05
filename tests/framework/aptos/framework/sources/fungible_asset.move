/// Fungible assets, as far as interfaces name them.
module aptos_framework::fungible_asset {
    struct Metadata has key {
        decimals: u8
    }
}
