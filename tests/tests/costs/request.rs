//! The requests that both sides take: those of `suite/features/compensable.xcc`, as the coordinator would publish them.

use xcc::ir::MessageKind;
use xcc::wire::Header;
use xcc_tests::costs::{Row, Table, grouped};
use xcc_tests::network::{Peer, Protocol};
use xcc_tests::spent::Spent;
use xcc_tests::vaa::{Guardian, Vaa};

/// The feature whose step was also written by hand.
pub(crate) const FEATURE: &str = "compensable";
/// What the step is run with.
pub(crate) const AMOUNT: u64 = 500;
/// Until when it may run, in seconds since 1970; chains begin before it.
pub(crate) const DEADLINE: u64 = 20_000;
/// The coordinator.
pub(crate) const HOME: Peer = Peer {
    chain: 2,
    emitter: [9; 32],
};

pub(crate) fn guardian() -> Guardian {
    Guardian::new(1)
}

/// What the coordinator says of an instance; the instance has this number in each of its bytes.
pub(crate) fn request(protocol: Protocol<'_>, step: &str, kind: MessageKind, number: u8) -> Vaa {
    let is_execute = kind == MessageKind::Execute;
    let header = Header {
        kind,
        step: protocol.number(step),
        fingerprint: std::array::from_fn(|index| protocol.fingerprint()[index]),
        deadline: if is_execute { DEADLINE } else { 0 },
        instance: [number; 32],
    };
    let body = AMOUNT.to_be_bytes();
    Vaa {
        guardian_set: 0,
        timestamp: 1,
        nonce: 0,
        emitter_chain: HOME.chain,
        emitter_address: HOME.emitter,
        sequence: u64::from(number),
        consistency_level: 1,
        payload: [&header.encode()[..], if is_execute { &body } else { &[] }].concat(),
    }
}

/// What a transaction cost on both sides.
pub(crate) struct Pair {
    /// What happens.
    pub(crate) case: String,
    /// The emitted contract's.
    pub(crate) emitted: Spent,
    /// That of the one written by hand.
    pub(crate) by_hand: Spent,
}

impl Pair {
    /// The emitted contract's whole cost in hundredths of that of the one written by hand, rounded up.
    pub(crate) fn ratio(&self) -> u64 {
        hundredths(self.emitted.whole, self.by_hand.whole)
    }
}

/// The table of these.
pub(crate) fn table(pairs: &[Pair], tolerance: u64) -> Table {
    let columns = [
        "what happens",
        "emitted",
        "by hand",
        "ratio",
        "emitted, own",
        "by hand, own",
        "ratio",
    ];
    let rows = pairs.iter().map(|pair| Row {
        cells: vec![
            pair.case.clone(),
            grouped(pair.emitted.whole),
            grouped(pair.by_hand.whole),
            decimal(pair.ratio()),
            grouped(pair.emitted.own),
            grouped(pair.by_hand.own),
            decimal(hundredths(pair.emitted.own, pair.by_hand.own)),
        ],
        tolerance,
    });
    Table {
        columns: columns.map(str::to_owned).into(),
        rows: rows.collect(),
    }
}

/// Hundredths as a number: `1.05`.
fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// How many hundredths of a number another is, rounded up.
fn hundredths(part: u64, of: u64) -> u64 {
    (part * 100).div_ceil(of)
}
