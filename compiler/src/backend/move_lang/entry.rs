//! The functions of a machine that transactions call, as data: their declarations and what the delivery plan says of them are
//! spelled from it.

use serde::{Serialize, Serializer};

use super::function::Function;
use crate::backend::delivery::{Hex, Line, lines};
use crate::ir::Role;

/// A function that transactions call.
#[derive(Clone, Debug)]
pub struct EntryPoint {
    /// Its name.
    pub function: String,
    /// Its parameters, in order.
    pub params: Vec<Param>,
    /// The types of its results, in order.
    pub results: Vec<&'static str>,
}

/// A parameter, and where a client finds its argument.
#[derive(Clone, Debug)]
pub struct Param {
    name: String,
    /// Its type, as it is written in the module.
    ty: String,
    argument: Argument,
}

/// Where the argument of a parameter comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "from", rename_all = "camelCase")]
pub(in crate::backend) enum Argument {
    /// It is the shared object that publishing the participant made.
    Participant { mutable: bool },
    /// It is the shared object that publishing the coordinator made.
    Coordinator { mutable: bool },
    /// It is the shared object of the messaging layer.
    TransportState { mutable: bool },
    /// It is an object of the deployment.
    Object {
        id: Hex,
        /// The type, by the addresses of the packages.
        #[serde(rename = "type")]
        ty: String,
        mutable: bool,
    },
    /// It is Sui's clock.
    Clock,
    /// It is what a command before gives, by its position.
    Result { command: usize },
    /// It is a coin of this type, by the addresses of the packages, that the sender has.
    Coin {
        #[serde(rename = "type")]
        ty: String,
    },
    /// It is how much this step takes.
    Taken { step: String },
    /// It is the coin that pays for the transaction.
    Gas,
    /// It is the context of the transaction, which the virtual machine supplies.
    Context,
    /// It is the signer of the account that sends the transaction, which the virtual machine supplies.
    Sender,
    /// It is the message with the guardians' signatures.
    Message,
    /// It is the instance.
    Instance,
    /// It is the value of this input of the workflow.
    Input { input: String },
    /// It is the messaging layer's number for the chain of each peer.
    PeerChains,
    /// It is the address of each peer in 32 bytes.
    PeerAddresses,
    /// It is the same in every transaction.
    Plan { bytes: Hex },
}

/// A call of a function by a transaction.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::backend) struct EntryCall<'a> {
    package: Callee,
    module: &'a str,
    function: &'a str,
    type_arguments: [&'static str; 0],
    arguments: Vec<Line>,
}

/// Whose function is called.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::backend) enum Callee {
    /// The participant's.
    Participant,
    /// The coordinator's.
    Coordinator,
    /// The runtime's, which comes along with the emitted packages.
    Runtime,
    /// The messaging layer's.
    Transport,
}

impl Callee {
    /// The machine that plays this part.
    pub(in crate::backend) fn of(role: Role) -> Self {
        match role {
            Role::Coordinator => Callee::Coordinator,
            Role::Participant => Callee::Participant,
        }
    }
}

impl Argument {
    /// Whether it is a value that the transaction carries, rather than something that is on the chain.
    fn is_pure(&self) -> bool {
        match self {
            Argument::Message
            | Argument::Instance
            | Argument::Input { .. }
            | Argument::PeerChains
            | Argument::PeerAddresses
            | Argument::Plan { .. } => true,
            Argument::Participant { .. }
            | Argument::Coordinator { .. }
            | Argument::TransportState { .. }
            | Argument::Object { .. }
            | Argument::Clock
            | Argument::Result { .. }
            | Argument::Coin { .. }
            | Argument::Taken { .. }
            | Argument::Gas
            | Argument::Context
            | Argument::Sender => false,
        }
    }
}

impl Param {
    /// A parameter of this name and type, which takes this argument.
    pub(in crate::backend) fn new(
        name: impl Into<String>,
        ty: impl Into<String>,
        argument: Argument,
    ) -> Self {
        Self {
            name: name.into(),
            ty: ty.into(),
            argument,
        }
    }

    /// Its name.
    pub(in crate::backend) fn name(&self) -> &str {
        &self.name
    }

    /// How it is declared: `name: type`.
    pub(in crate::backend) fn declaration(&self) -> String {
        format!("{}: {}", self.name, self.ty)
    }
}

/// What a plan says of a parameter. It names the type of values, which clients encode.
impl Serialize for Param {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Planned<'a> {
            name: &'a str,
            #[serde(flatten)]
            argument: &'a Argument,
            #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
            ty: Option<&'a str>,
        }
        let planned = Planned {
            name: &self.name,
            argument: &self.argument,
            ty: self.argument.is_pure().then_some(&self.ty),
        };
        planned.serialize(serializer)
    }
}

impl EntryPoint {
    /// The head of the function, with these words before its name.
    pub(in crate::backend) fn declaration(&self, words: &str) -> Function {
        Function {
            head: format!("{words} {}", self.function),
            params: self.params.iter().map(Param::declaration).collect(),
            results: self.results.iter().copied().map(str::to_owned).collect(),
        }
    }

    /// Its call by a transaction, in the module of that name of the machine that plays this part.
    pub(in crate::backend) fn call<'a>(&'a self, role: Role, module: &'a str) -> EntryCall<'a> {
        EntryCall::new(Callee::of(role), module, &self.function, &self.params)
    }
}

impl<'a> EntryCall<'a> {
    /// A call; no function that transactions call has type parameters.
    pub(in crate::backend) fn new(
        package: Callee,
        module: &'a str,
        function: &'a str,
        params: &[Param],
    ) -> Self {
        Self {
            package,
            module,
            function,
            type_arguments: [],
            arguments: lines(params),
        }
    }
}
