//! What the packages of all participants have in common, whichever chain they are for.

pub mod names;
