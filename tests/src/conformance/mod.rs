//! Whether emitted machines do what the interpreter does: every transition of every workflow, on the real virtual machines.
//!
//! The [bench](crate::interp) has a workflow's machines in the interpreter. The [`walk`] tries there, in one state, everything that anyone
//! can do. [`follow`] goes so through all states of the explorer's model, with the machines of one virtual machine in step; [`cover`]
//! counts the transitions of the model that they made.
//!
//! A follower knows one virtual machine: `evm` and `svm` copy its state and go on from every copy; `sui` and `aptos` write down what is
//! to be run, and make tests of it.

#[cfg(all(feature = "evm", feature = "svm"))]
pub mod aptos;
pub mod cover;
#[cfg(all(feature = "evm", feature = "svm"))]
pub mod damage;
#[cfg(all(feature = "evm", feature = "svm"))]
pub mod evm;
pub mod follow;
#[cfg(all(feature = "evm", feature = "svm"))]
mod held;
#[cfg(all(feature = "evm", feature = "svm"))]
mod move_vm;
#[cfg(all(feature = "evm", feature = "svm"))]
mod peers;
#[cfg(all(feature = "evm", feature = "svm"))]
mod record;
#[cfg(all(feature = "evm", feature = "svm"))]
pub mod sui;
#[cfg(all(feature = "evm", feature = "svm"))]
pub mod svm;
pub mod values;
pub mod walk;
#[cfg(all(feature = "evm", feature = "svm"))]
mod words;
