//! The endpoints of the transports on a network.

use super::Resolver;
use crate::codes::Code;
use crate::deployment::Endpoint;
use crate::diagnostic::Diagnostic;
use crate::entities::Chain;
use crate::project::manifest::{ChainEntry, WormholeEntry};
use crate::source::Span;
use crate::transport::Transport;
use crate::vm::Vm;

/// Wormhole's numbers for well-known chains, from the table of chain ids in its documentation. Local networks take the number of the
/// chain they stand for, so what is checked is that the number is of the same VM.
const WORMHOLE_CHAINS: [(u16, &str, Vm); 12] = [
    (1, "Solana", Vm::Svm),
    (2, "Ethereum", Vm::Evm),
    (4, "BNB Smart Chain", Vm::Evm),
    (5, "Polygon", Vm::Evm),
    (6, "Avalanche", Vm::Evm),
    (21, "Sui", Vm::Sui),
    (22, "Aptos", Vm::Aptos),
    (23, "Arbitrum", Vm::Evm),
    (24, "Optimism", Vm::Evm),
    (30, "Base", Vm::Evm),
    (10002, "Sepolia", Vm::Evm),
    (10004, "Base Sepolia", Vm::Evm),
];

impl Resolver<'_> {
    /// Binds the endpoints of a chain, each of which must be there if a message starts or ends on it.
    pub(super) fn endpoints(&mut self, chain: Chain, span: Span, entry: &ChainEntry) {
        let Some(wormhole) = &entry.wormhole else {
            if self.needs(chain, Transport::Wormhole) {
                self.no_wormhole(chain, span);
            }
            return;
        };
        if !self.needs(chain, Transport::Wormhole) {
            let name = &self.declarations.chains[chain].name;
            let title = format!("no message of the program uses Wormhole on `{name}`");
            let diagnostic = Diagnostic::new(Code::UnusedBinding, title);
            let diagnostic = diagnostic.primary(wormhole.span, "this is never used");
            self.diagnostics.warning(diagnostic);
        }
        if let Some(endpoint) = self.wormhole(chain, wormhole) {
            let transports = &mut self.deployment.chains[chain].transports;
            transports.insert(Transport::Wormhole, endpoint);
        }
    }

    fn needs(&self, chain: Chain, transport: Transport) -> bool {
        let machines = &self.program.machines;
        self.program.messages.values().any(|message| {
            let ends = [message.from, message.to].map(|end| machines[end].chain);
            message.transport == transport && ends.contains(&chain)
        })
    }

    fn no_wormhole(&mut self, chain: Chain, span: Span) {
        let name = &self.declarations.chains[chain].name;
        let title = format!("chain `{name}` has no endpoint of Wormhole");
        let state = match self.declarations.chains[chain].vm {
            Vm::Sui => ", state = \"0x…\"",
            _ => "",
        };
        let help = format!("add `wormhole = {{ chain = …, core = \"…\"{state} }}`");
        self.error(
            Diagnostic::new(Code::UnboundName, title)
                .primary(span, "messages of the program start or end here")
                .help(help),
        );
    }

    fn wormhole(&mut self, chain: Chain, entry: &WormholeEntry) -> Option<Endpoint> {
        let declaration = &self.declarations.chains[chain];
        let vm = declaration.vm;
        let name = &declaration.name;
        let chain_id = self.wormhole_chain(name, vm, entry);
        let core = entry.core.as_ref().and_then(|core| {
            self.nonzero_address(vm, &format!("Wormhole's core on `{name}`"), core)
        });
        let state = entry.state.as_ref().and_then(|state| {
            self.nonzero_address(vm, &format!("Wormhole's state on `{name}`"), state)
        });
        self.check_state(name, vm, entry);
        Some(Endpoint::Wormhole {
            chain_id: chain_id?,
            core: core?,
            state,
        })
    }

    fn wormhole_chain(&mut self, name: &str, vm: Vm, entry: &WormholeEntry) -> Option<u16> {
        let chain = entry.chain?;
        if chain.value == 0 {
            let title = format!("Wormhole's number of chain `{name}` is zero");
            let diagnostic = Diagnostic::new(Code::InvalidEndpoint, title);
            self.error(diagnostic.primary(chain.span, "Wormhole gives this number to no chain"));
            return None;
        }
        let known = WORMHOLE_CHAINS.iter().find(|(id, ..)| *id == chain.value);
        if let Some((id, other, _)) = known.filter(|(_, _, other)| *other != vm) {
            let title = format!("chain `{name}` is bound to Wormhole's number of another chain");
            let diagnostic = Diagnostic::new(Code::InvalidEndpoint, title);
            let label = format!("Wormhole's number {id} is {other}");
            self.error(diagnostic.primary(chain.span, label));
            return None;
        }
        Some(chain.value)
    }

    /// Sui's core is used through its shared state object; no other chain has one.
    fn check_state(&mut self, name: &str, vm: Vm, entry: &WormholeEntry) {
        match (&entry.state, vm) {
            (None, Vm::Sui) => {
                let title = format!("Wormhole's endpoint on `{name}` lacks its state object");
                let diagnostic = Diagnostic::new(Code::InvalidEndpoint, title);
                let diagnostic = diagnostic.primary(entry.span, "`state` is missing here");
                self.error(diagnostic.help("add `state = \"0x…\"`, the id of the shared object"));
            }
            (Some(state), vm) if vm != Vm::Sui => {
                let title = format!("Wormhole has no state object on `{name}`");
                let diagnostic = Diagnostic::new(Code::InvalidEndpoint, title);
                let diagnostic = diagnostic.primary(state.span, "only Sui has one");
                self.error(diagnostic);
            }
            _ => {}
        }
    }
}
