//! Generates the parser from its grammar.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=src/syntax/grammar.lalrpop");
    let mut configuration = lalrpop::Configuration::new();
    configuration.use_cargo_dir_conventions();
    configuration.process()
}
