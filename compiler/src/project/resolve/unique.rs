//! What must not be bound twice: a network, a transport's number for one, the address of an emitted contract.

use std::collections::BTreeMap;

use super::assets::BoundToken;
use super::{Resolver, Used};
use crate::codes::Code;
use crate::deployment::{Address, Endpoint};
use crate::diagnostic::Diagnostic;
use crate::entities::Chain;
use crate::source::Span;
use crate::types::AssetStandard;

impl Resolver<'_> {
    /// Reports chains that share a network or a number, and emitted contracts that share an address with anything else.
    pub(super) fn check_unique(&mut self, used: &Used) {
        self.check_networks(used);
        self.check_wormhole_chains(used);
        self.check_targets();
        self.check_tokens(used);
        self.check_machines();
    }

    /// Two chains on one network would make a contract its own chain's peer.
    fn check_networks(&mut self, used: &Used) {
        let mut seen = BTreeMap::new();
        for &chain in &used.chains {
            let network = self.deployment.chains[chain].caip2.clone();
            let Some(span) = self.network_span(chain).filter(|_| !network.is_empty()) else {
                continue;
            };
            if let Some(&(other, first)) = seen.get(&network) {
                let title = format!("{} are both bound to `{network}`", self.pair(other, chain));
                let diagnostic = Diagnostic::new(Code::DuplicateBinding, title)
                    .primary(span, "the same network again")
                    .secondary(first, "bound here first")
                    .note("a message from a chain to itself is refused by what xcc emits");
                self.error(diagnostic);
            } else {
                seen.insert(network, (chain, span));
            }
        }
    }

    fn check_wormhole_chains(&mut self, used: &Used) {
        let mut seen = BTreeMap::new();
        for &chain in &used.chains {
            let endpoints = self.deployment.chains[chain].transports.values();
            let ids: Vec<_> = endpoints
                .map(|Endpoint::Wormhole { chain_id, .. }| *chain_id)
                .collect();
            let Some((id, span)) = ids.first().copied().zip(self.wormhole_span(chain)) else {
                continue;
            };
            if let Some(&(other, first)) = seen.get(&id) {
                let pair = self.pair(other, chain);
                let title = format!("{pair} have the same number with Wormhole");
                let diagnostic = Diagnostic::new(Code::DuplicateBinding, title)
                    .primary(span, format!("{id} again"))
                    .secondary(first, "bound here first");
                self.error(diagnostic);
            } else {
                seen.insert(id, (chain, span));
            }
        }
    }

    /// A workflow that called a transport's endpoint would send messages in the name of the emitted contract, which its peers believe.
    fn check_targets(&mut self) {
        for (id, contract) in &self.declarations.contracts {
            let address = self.deployment.contracts[id];
            let endpoints = self.deployment.chains[contract.chain].transports.values();
            let mut cores = endpoints.map(|Endpoint::Wormhole { core, .. }| *core);
            let bound = self.profile.contracts.entries.get(&contract.name);
            let Some((_, text)) = bound.filter(|_| cores.any(|core| core == address)) else {
                continue;
            };
            let title = format!("contract `{}` is bound to Wormhole's core", contract.name);
            let diagnostic = Diagnostic::new(Code::DuplicateBinding, title)
                .primary(text.span, "the address of Wormhole's core on this chain")
                .note("a workflow that calls it could send messages which the other contracts take for their peer's");
            self.diagnostics.error(diagnostic);
        }
    }

    /// A step that called the token itself could send away what is held for others. Elsewhere than on the EVM custody is another account
    /// or object than the one that calls are made for.
    fn check_tokens(&mut self, used: &Used) {
        let contracts = &self.declarations.contracts;
        let tokens = used.contracts.iter().filter_map(|&id| {
            let token = &contracts[id];
            let name = &self.declarations.assets[token.asset?].name;
            let key = (token.chain, self.deployment.contracts[id]);
            let standard = self.declarations.form_of(id)?.standard;
            (standard == AssetStandard::Erc20).then_some((key, name))
        });
        let tokens: BTreeMap<_, _> = tokens.collect();
        let imported = contracts.iter().filter(|(_, it)| it.asset.is_none());
        for (id, contract) in imported {
            let key = (contract.chain, self.deployment.contracts[id]);
            let bound = self.profile.contracts.entries.get(&contract.name);
            let Some((asset, (_, text))) = tokens.get(&key).zip(bound) else {
                continue;
            };
            let title = format!(
                "contract `{}` is bound to the token of the asset `{asset}`",
                contract.name
            );
            let diagnostic = Diagnostic::new(Code::DuplicateBinding, title)
                .primary(text.span, "steps must not call this")
                .note("what is in custody is moved by `take` and `pay` alone; a step that called it could send away what is held for others")
                .help(format!("bind `{}` to another contract, or move `{asset}` with `take` and `pay`", contract.name));
            self.diagnostics.error(diagnostic);
        }
    }

    /// Two assets of one token would be kept apart by the checker and mixed by the token.
    pub(super) fn check_assets(&mut self, tokens: &[BoundToken]) {
        for (index, token) in tokens.iter().enumerate() {
            let mut before = tokens[..index].iter();
            let same = |it: &&BoundToken| (it.chain, &it.value) == (token.chain, &token.value);
            let Some(first) = before.find(same) else {
                continue;
            };
            let [first_name, name] =
                [first, token].map(|it| &self.declarations.assets[it.asset].name);
            let title = format!("assets `{first_name}` and `{name}` are bound to one token");
            let diagnostic = Diagnostic::new(Code::DuplicateBinding, title)
                .primary(token.span, "the same token again")
                .secondary(first.span, "bound here first")
                .note("amounts of different assets do not mix, and a call may spend one of each; with one token neither would hold")
                .help(format!("bind `{name}` to a token of its own, or write `{first_name}` for both in the source"));
            self.diagnostics.error(diagnostic);
        }
    }

    /// An emitted contract has an address of its own: not another's, not a target's, not a transport's.
    fn check_machines(&mut self) {
        let mut seen = self.foreign_addresses();
        for (machine, data) in &self.program.machines {
            let address = self.deployment.machines[machine];
            let Some((address, span)) = address.zip(self.machine_spans[machine]) else {
                continue;
            };
            let workflow = &self.program.workflows[data.workflow].name;
            let chain = &self.declarations.chains[data.chain].name;
            let name = format!("the contract of `{workflow}` on `{chain}`");
            let key = (data.chain, address);
            if let Some(other) = seen.get(&key) {
                let title = format!("{name} has the address of {other}");
                let diagnostic = Diagnostic::new(Code::DuplicateBinding, title);
                let diagnostic = diagnostic.primary(span, "each needs an address of its own");
                self.diagnostics.error(diagnostic);
            } else {
                seen.insert(key, name);
            }
        }
    }

    fn foreign_addresses(&self) -> BTreeMap<(Chain, Address), String> {
        let contracts = self.declarations.contracts.iter().map(|(id, contract)| {
            let key = (contract.chain, self.deployment.contracts[id]);
            (key, format!("contract `{}`", contract.name))
        });
        let cores = self.declarations.chains.keys().flat_map(|chain| {
            let endpoints = self.deployment.chains[chain].transports.values();
            endpoints.map(move |Endpoint::Wormhole { core, .. }| {
                ((chain, *core), "Wormhole's core".to_owned())
            })
        });
        contracts.chain(cores).collect()
    }

    fn pair(&self, first: Chain, second: Chain) -> String {
        let chains = &self.declarations.chains;
        format!(
            "chains `{}` and `{}`",
            chains[first].name, chains[second].name
        )
    }

    fn network_span(&self, chain: Chain) -> Option<Span> {
        let name = &self.declarations.chains[chain].name;
        let (_, entry) = self.profile.chains.entries.get(name)?;
        entry.id.as_ref().map(|id| id.span)
    }

    fn wormhole_span(&self, chain: Chain) -> Option<Span> {
        let name = &self.declarations.chains[chain].name;
        let (_, entry) = self.profile.chains.entries.get(name)?;
        let wormhole = entry.wormhole.as_ref()?;
        wormhole.chain.map(|chain| chain.span)
    }
}
