//! What is computed about a program once, for the back ends and the reports.

pub mod explore;
pub mod facts;

pub use facts::{Budget, Facts, analyze};
