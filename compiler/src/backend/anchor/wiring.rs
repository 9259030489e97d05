//! How a program learns whom it speaks to: the instruction `wire`, and the account that remembers.

use super::Target;
use super::text;
use crate::backend::printer::Printer;

/// A line of the state: what it is for, its name, and its type.
type StateField = (String, String, &'static str);

/// Writes the instruction that names the peers.
pub(super) fn write_wire(printer: &mut Printer, target: &Target<'_>) {
    let (names, chains) = match target.is_coordinator() {
        true => ("the participants", own_chains(target)),
        false => ("the coordinator", vec!["HOME_CHAIN".to_owned()]),
    };
    printer.line(format!(
        "/// Names {names}, once. Before, nothing is accepted; afterwards nobody has power over the"
    ));
    printer.line("/// program but its upgrade authority.");
    let head =
        "pub fn wire(ctx: Context<Wire>, peers: Vec<Peer>, fingerprint: [u8; 32]) -> Result<()>";
    printer.block(head, |printer| {
        printer.wrapped("let wiring = Wiring {", "};", |printer| {
            printer.line("peers: &peers,");
            printer.line("fingerprint: &fingerprint,");
            printer.line("own_fingerprint: &FINGERPRINT,");
            text::list(printer, "chains: [", &chains, "],");
        });
        let peers: Vec<_> = peers(target).into_iter().map(|(_, name, _)| name).collect();
        match peers.is_empty() {
            true => printer.line("let [] = wiring.peers()?;"),
            false => text::list(printer, "let [", &peers, "] = wiring.peers()?;"),
        }
        write_set_state(printer, target, &peers);
        printer.line("Ok(())");
    });
}

fn own_chains(target: &Target<'_>) -> Vec<String> {
    let peers = target.names.peers.values();
    peers.map(|peer| peer.chain.clone()).collect()
}

fn write_set_state(printer: &mut Printer, target: &Target<'_>, peers: &[String]) {
    printer.wrapped("ctx.accounts.state.set_inner(State {", "});", |printer| {
        peers
            .iter()
            .for_each(|peer| printer.line(format!("{peer},")));
        printer.line("fingerprint,");
        printer.line("authority: ctx.accounts.authority.key(),");
        if target.has_custody() {
            printer.line("custody: ctx.accounts.custody.key(),");
        }
        if target.is_coordinator() {
            printer.line("emitter: ctx.accounts.emitter.key(),");
        }
        printer.line("authority_bump: ctx.bumps.authority,");
        if target.has_custody() {
            printer.line("custody_bump: ctx.bumps.custody,");
        }
        printer.line("emitter_bump: ctx.bumps.emitter,");
        printer.line("bump: ctx.bumps.state,");
    });
}

/// The peers among the fields of the state.
fn peers(target: &Target<'_>) -> Vec<StateField> {
    if !target.is_coordinator() {
        let docs = "The only machine whose messages are accepted.".to_owned();
        return vec![(docs, "coordinator".to_owned(), "Peer")];
    }
    let peers = target.names.peers.iter();
    let field = |(&machine, names): (_, &super::names::PeerNames)| {
        let chain = target.name_of_chain(machine);
        let docs = format!("The participant on `{chain}`, which alone speaks for its steps.");
        (docs, names.field.clone(), "Peer")
    };
    peers.map(field).collect()
}

/// Writes the account that is created once the program is wired.
pub(super) fn write_state(printer: &mut Printer, target: &Target<'_>) {
    let is_coordinator = target.is_coordinator();
    let builder = match is_coordinator {
        true => "What the participants were built from.",
        false => "What the coordinator was built from.",
    };
    let field = |docs: &str, name: &str, ty| (docs.to_owned(), name.to_owned(), ty);
    let emitter = field("The address that publishes messages.", "emitter", "Pubkey");
    let bump = "The bump of the address that publishes messages.";
    let authority_bump = match is_coordinator {
        true => "The bump of the address that signs calls of targets.",
        false => "The bump of that address.",
    };
    let fixed = [
        field(builder, "fingerprint", "[u8; 32]"),
        field(
            "The address that signs calls of targets.",
            "authority",
            "Pubkey",
        ),
    ];
    let custody = field(
        "The address that owns what is held, and signs nothing but what leaves custody.",
        "custody",
        "Pubkey",
    );
    let custody_bump = field(
        "The bump of the address that owns what is held.",
        "custody_bump",
        "u8",
    );
    let authority_bump = field(authority_bump, "authority_bump", "u8");
    let bumps = [
        field(bump, "emitter_bump", "u8"),
        field("The bump of this account.", "bump", "u8"),
    ];
    printer.blank();
    printer.line(
        "/// Who the program listens to. It exists once the program is wired, and never changes.",
    );
    printer.line("#[account]");
    printer.line("#[derive(InitSpace)]");
    printer.block("pub struct State", |printer| {
        let emitter = is_coordinator.then_some(emitter);
        let custody = target.has_custody().then_some((custody, custody_bump));
        let (custody, custody_bump) = custody.unzip();
        let keys = fixed.into_iter().chain(custody).chain(emitter);
        let bumps = [authority_bump]
            .into_iter()
            .chain(custody_bump)
            .chain(bumps);
        for (docs, name, ty) in peers(target).into_iter().chain(keys).chain(bumps) {
            printer.line(format!("/// {docs}"));
            printer.line(format!("pub {name}: {ty},"));
        }
    });
}

/// What `wire` creates: Anchor's mark, each peer's chain and address, the fingerprint, the authority, on a coordinator the emitter, and
/// three bumps; if it holds assets, also who owns them, with a bump.
pub(super) fn state_size(target: &Target<'_>) -> u64 {
    let emitter = if target.is_coordinator() { 32 } else { 0 };
    let custody = if target.has_custody() { 32 + 1 } else { 0 };
    8 + PEER_SIZE * peers(target).len() as u64 + 32 + 32 + emitter + custody + 3
}

/// Bytes of a peer: Wormhole's number of its chain, and its address.
pub(super) const PEER_SIZE: u64 = 2 + 32;

/// How many peers `wire` is told of.
pub(super) fn peer_count(target: &Target<'_>) -> usize {
    peers(target).len()
}
