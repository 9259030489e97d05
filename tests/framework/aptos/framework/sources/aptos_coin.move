/// The chain's own coin; 1 APT is 100,000,000 of it.
module aptos_framework::aptos_coin {
    struct AptosCoin has key {}

    #[test_only]
    use std::string;
    #[test_only]
    use aptos_framework::coin::{Self, BurnCapability, MintCapability};

    #[test_only]
    public fun initialize_for_test(
        aptos_framework: &signer
    ): (BurnCapability<AptosCoin>, MintCapability<AptosCoin>) {
        let (burn, freeze, mint) =
            coin::initialize<AptosCoin>(
                aptos_framework,
                string::utf8(b"Aptos Coin"),
                string::utf8(b"APT"),
                8,
                true
            );
        coin::destroy_freeze_cap(freeze);
        (burn, mint)
    }
}
