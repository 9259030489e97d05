//! The reference interpreter with what its tests share: a bench with targets and values, messages that nobody sent, and
//! schedules held against the explorer's models.

mod bench;
mod craft;
mod drawn;
mod oracle;
mod steps;
mod walk;

pub use bench::{Bench, Targets, asked, feature, projects, value_of, whole};
pub use craft::{Craft, Fields};
pub use drawn::Drawn;
pub use oracle::{Heard, Oracle};
pub use steps::{applied, check_step, explored, is_enabled};
pub use walk::Walk;
