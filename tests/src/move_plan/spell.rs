//! Calls as statements of Move.

use super::{Argument, EntryCall};

/// What a client presents of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presented<'p> {
    /// A message with the guardians' signatures.
    pub message: &'p [u8],
    /// An instance.
    pub instance: &'p [u8],
    /// Wormhole's number of the one peer's chain, and the peer's address.
    pub peer: Option<(u16, [u8; 32])>,
}

impl EntryCall {
    /// The call, where the participant's package has this name and `argument` spells what depends on the chain.
    pub(super) fn spell(
        &self,
        package: &str,
        presented: &Presented<'_>,
        argument: impl Fn(&Argument) -> Option<String>,
    ) -> String {
        let package = match self.package.as_str() {
            "participant" => package,
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
    fn spell(&self, argument: &Argument) -> Option<String> {
        let ty = argument.ty.as_deref();
        let bytes = |bytes: &[u8]| {
            assert_eq!(ty, Some("vector<u8>"), "{argument:?}");
            format!("x\"{}\"", hex::encode(bytes))
        };
        let peer = || self.peer.expect("there is a peer to be wired to");
        Some(match argument.from.as_str() {
            "message" => bytes(self.message),
            "instance" => bytes(self.instance),
            "plan" => bytes(argument.bytes.as_ref().expect("the plan says the bytes")),
            "peerChains" => {
                assert_eq!(ty, Some("vector<u16>"));
                format!("vector[{}]", peer().0)
            }
            "peerAddresses" => {
                assert_eq!(ty, Some("vector<address>"));
                format!("vector[@0x{}]", hex::encode(peer().1))
            }
            _ => return None,
        })
    }
}
