//! Calls as statements of Move.

use super::{Argument, EntryCall};

/// What a client presents of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presented<'p> {
    /// A message with the guardians' signatures.
    pub message: &'p [u8],
    /// An instance.
    pub instance: &'p [u8],
    /// Wormhole's number of each peer's chain, and the peer's address.
    pub peers: &'p [(u16, [u8; 32])],
    /// How much each step takes of an asset, by the step's name.
    pub taken: &'p [(String, u64)],
    /// What an instance is started with, as expressions by the inputs' names.
    pub inputs: &'p [(String, String)],
}

impl EntryCall {
    /// The call, where the machine's package has this name and `argument` spells what depends on the chain.
    pub(super) fn spell(
        &self,
        package: &str,
        presented: &Presented<'_>,
        argument: impl Fn(&Argument) -> Option<String>,
    ) -> String {
        let package = match self.package.as_str() {
            "coordinator" | "participant" => package,
            "runtime" => "xcc_runtime",
            "transport" => "wormhole",
            other => panic!("no package `{other}`"),
        };
        assert_eq!(self.type_arguments, [""; 0], "nothing emitted is generic");
        let arguments = self.arguments.iter();
        let arguments = arguments
            .filter_map(|it| presented.spell(it).or_else(|| argument(it)))
            .collect::<Vec<_>>();
        assert_eq!(arguments.len(), self.arguments.len(), "{self:?}");
        let (module, function) = (&self.module, &self.function);
        format!("{package}::{module}::{function}({})", arguments.join(", "))
    }

    /// Where its arguments come from.
    pub(super) fn arguments(&self) -> &[Argument] {
        &self.arguments
    }
}

impl Presented<'_> {
    /// A value that the transaction carries, if the argument is one.
    pub(super) fn spell(&self, argument: &Argument) -> Option<String> {
        let ty = argument.ty.as_deref();
        let bytes = |bytes: &[u8]| {
            assert_eq!(ty, Some("vector<u8>"), "{argument:?}");
            format!("x\"{}\"", hex::encode(bytes))
        };
        Some(match argument.from.as_str() {
            "message" => bytes(self.message),
            "instance" => bytes(self.instance),
            "plan" => bytes(argument.bytes.as_ref().expect("the plan says the bytes")),
            "input" => {
                let name = argument.input.as_ref().expect("an input has a name");
                let mut inputs = self.inputs.iter();
                let found = inputs.find(|(input, _)| input == name);
                let (_, value) = found.unwrap_or_else(|| panic!("no input `{name}`"));
                value.clone()
            }
            "taken" => {
                let name = argument.step.as_ref().expect("a step takes it");
                let mut taken = self.taken.iter();
                let found = taken.find(|(step, _)| step == name);
                let (_, amount) = found.unwrap_or_else(|| panic!("`{name}` takes nothing"));
                amount.to_string()
            }
            "peerChains" => {
                assert_eq!(ty, Some("vector<u16>"));
                let chains = self.peers.iter().map(|(chain, _)| chain.to_string());
                format!("vector[{}]", chains.collect::<Vec<_>>().join(", "))
            }
            "peerAddresses" => {
                assert_eq!(ty, Some("vector<address>"));
                let addresses = self.peers.iter();
                let addresses =
                    addresses.map(|(_, address)| format!("@0x{}", hex::encode(address)));
                format!("vector[{}]", addresses.collect::<Vec<_>>().join(", "))
            }
            _ => return None,
        })
    }
}
