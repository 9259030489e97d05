//! The identities of everything a program declares, shared by the checked program (HIR) and the IR.
//!
//! Each is an index into the `PrimaryMap` of the same noun; its `Display` form (`step2`) is its name in the IR's text.

use cranelift_entity::entity_impl;

macro_rules! entities {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);
        entity_impl!($name, $prefix);
    )*};
}

entities! {
    /// A chain named in the source, such as `chain ethereum: evm;`.
    Chain "chain";
    /// A contract imported from an interface file.
    Contract "contract";
    /// An asset, with its form on each chain.
    Asset "asset";
    /// A record type.
    Record "record";
    /// An enumeration type.
    Enum "enum";
    /// A deployment constant, written `@NAME` and bound in a profile.
    Constant "const";
    /// A workflow.
    Workflow "workflow";
    /// A step of a workflow.
    Step "step";
    /// One emitted state machine: the part of one workflow that lives on one chain.
    Machine "machine";
    /// A typed value kept by a machine for each instance.
    Slot "slot";
    /// A message type between two machines of a workflow.
    Message "msg";
    /// An event type a machine can emit.
    Event "event";
    /// An entry point or an internal continuation of a machine.
    Handler "fn";
    /// A block of a handler's body.
    Block "block";
    /// An instruction.
    Inst "inst";
    /// A value of a handler's body.
    Value "v";
}
