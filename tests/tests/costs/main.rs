//! What a step costs beside the same step written by hand, without xcc, over the same transport: `baseline/`.
//!
//! Both take the same signed messages, call the same target and publish the same answer. What they cost is in
//! `compiler/docs/costs.md`; here is also the ratio that may not be passed.

#![cfg(all(feature = "evm", feature = "svm"))]

mod evm;
mod page;
mod request;
mod solana;
