//! The reference interpreter with what its tests share: a bench with targets and values, messages that nobody sent, and the mapping
//! from what its machines keep to the states of the explorer's models.

mod bench;
mod craft;
pub mod mapping;
mod steps;
mod walk;

pub use bench::{Bench, Targets, feature, projects, results, value_of};
pub use craft::{Craft, Fields};
pub use steps::{applied, check_step, is_enabled};
pub use walk::Walk;
