//! What is computed about a program once, for the back ends and the reports.

pub mod budgets;
pub mod explore;
pub mod facts;

pub use budgets::{Budget, check_budgets};
pub use facts::{Facts, analyze};
