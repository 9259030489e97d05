//! One program for all targets of [`xcc_tests::fuzz`]; `XCC_FUZZ_TARGET` says which, since the arguments are libFuzzer's.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use xcc_tests::fuzz::Target;
use xcc_tests::fuzz::mutate::Stock;

/// Of so many inputs one is changed by libFuzzer, which knows nothing but bytes and the words of the dictionary.
const BYTES_EVERY: u32 = 4;

fuzz_target!(|input: &[u8]| {
    target().run(input);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if !target().is_text() || seed.is_multiple_of(BYTES_EVERY) {
        return fuzzer_mutate(data, size, max_size);
    }
    let changed = stock().mutate(&data[..size], seed, max_size);
    data[..changed.len()].copy_from_slice(&changed);
    changed.len()
});

fn target() -> Target {
    static TARGET: OnceLock<Target> = OnceLock::new();
    *TARGET.get_or_init(|| {
        let name = std::env::var("XCC_FUZZ_TARGET").unwrap_or_default();
        Target::of_name(&name).unwrap_or_else(|| panic!("XCC_FUZZ_TARGET: no target `{name}`"))
    })
}

fn stock() -> &'static Stock {
    static STOCK: OnceLock<Stock> = OnceLock::new();
    STOCK.get_or_init(|| Stock {
        donors: target().seeds(),
        words: target().words(),
    })
}
