//! Messages that no peer would send: changed at every byte, cut short, prolonged, from the wrong sender, for the wrong receiver.

use xcc::entities::Machine;
use xcc::interp::network::Entry;
use xcc::interp::{Action, Delivery, Outcome, Rejected, Sender, Sent};
use xcc::ir::MessageKind;
use xcc::wire::header::SIZE;
use xcc::wire::{DecodeError, decode_body, encode_body};
use xcc_tests::project::Project;

use xcc_tests::interp::{Bench, projects};

/// An instance in the middle: for every message that a completed run sends, the network right before it is first presented.
fn for_each_message(project: &Project, mut check: impl FnMut(&Bench<'_>, &Sent)) {
    let mut bench = Bench::started(project);
    let mut index = 0;
    while index < bench.network.mail().len() {
        check(&bench, &bench.network.mail()[index]);
        bench.present(index, Entry::Deliver).unwrap();
        index += 1;
    }
    // Those of the way back.
    let mut bench = Bench::started(project);
    bench.cancel().unwrap();
    for index in [1, 2] {
        check(&bench, &bench.network.mail()[index]);
        bench.present(index, Entry::Deliver).unwrap();
    }
}

/// Presents these bytes in the place of a message.
fn deliver(
    bench: &mut Bench<'_>,
    sent: &Sent,
    from: Sender,
    message: Vec<u8>,
) -> Result<Outcome, Rejected> {
    let stranger = bench.stranger(sent.to);
    let action = Action::Deliver(Delivery { from, message });
    bench.act(sent.to, &stranger, action)
}

/// What may come of a message with one changed byte.
fn check_tampered(bench: &Bench<'_>, sent: &Sent, at: usize, bytes: Vec<u8>) {
    let mut tried = bench.clone();
    let result = deliver(&mut tried, sent, Sender::Machine(sent.from), bytes.clone());
    let data = &bench.program.messages[sent.message];
    let handler = bench
        .program
        .handler_of(sent.to, xcc::ir::Trigger::Deliver(sent.message));
    let is_same_handler = |outcome: &Outcome| Some(outcome.handler) == handler;
    match at {
        0 => assert_eq!(result, Err(DecodeError::Header.into())),
        // Another kind or step is another message, if one exists; never this one.
        1..4 => assert!(!result.as_ref().is_ok_and(is_same_handler), "byte {at}"),
        4..12 => assert_eq!(result, Err(Rejected::WrongFingerprint)),
        12..20 if data.kind != MessageKind::Execute => {
            assert_eq!(result, Err(DecodeError::Header.into()));
        }
        12..20 => {}
        // It is about another instance, of which nothing is known.
        20..52 => assert_eq!(tried.kept(sent.to), bench.kept(sent.to)),
        _ => check_body(bench, sent, &bytes, &result),
    }
    if result.is_err() {
        let before = bench.network.machines().machines();
        assert_eq!(before, tried.network.machines().machines());
    }
}

/// A changed body is the one encoding of other values, or no message.
fn check_body(bench: &Bench<'_>, sent: &Sent, bytes: &[u8], result: &Result<Outcome, Rejected>) {
    let layout = bench.facts.layout(sent.message);
    match decode_body(layout, &bytes[SIZE..]) {
        Ok(values) => {
            assert_eq!(encode_body(layout, &values), bytes[SIZE..]);
            assert_ne!(Ok(values), decode_body(layout, &sent.bytes[SIZE..]));
            assert!(!matches!(result, Err(Rejected::Undecodable(_))));
        }
        Err(error) => assert_eq!(*result, Err(error.into())),
    }
}

#[test]
fn a_message_changed_at_any_byte_is_another_one_or_none() {
    let mut bytes_changed = 0;
    for project in projects() {
        for_each_message(project, |bench, sent| {
            for at in 0..sent.bytes.len() {
                for change in [0x01, 0x80, 0xff] {
                    let mut bytes = sent.bytes.clone();
                    bytes[at] ^= change;
                    check_tampered(bench, sent, at, bytes);
                    bytes_changed += 1;
                }
            }
        });
    }
    assert!(bytes_changed > 20_000, "only {bytes_changed}");
}

#[test]
fn a_message_that_is_cut_short_or_prolonged_is_none() {
    for project in projects() {
        for_each_message(project, |bench, sent| {
            let peer = Sender::Machine(sent.from);
            let mut bench = bench.clone();
            for length in 0..sent.bytes.len() {
                let cut = sent.bytes[..length].to_vec();
                let result = deliver(&mut bench, sent, peer, cut);
                let is_expected = match result {
                    Err(Rejected::Undecodable(DecodeError::Header)) => length < SIZE,
                    Err(Rejected::Undecodable(DecodeError::Truncated(_))) => length >= SIZE,
                    _ => false,
                };
                assert!(is_expected, "{length}: {result:?}");
            }
            let end = sent.bytes.len() - SIZE;
            for more in [vec![0], vec![0; 32], vec![0xff; 2]] {
                let bytes = [sent.bytes.clone(), more].concat();
                let result = deliver(&mut bench, sent, peer, bytes);
                assert_eq!(result, Err(DecodeError::Trailing(end).into()));
            }
        });
    }
}

/// Why a machine refuses a message that was meant for another, or that another sent: it does not listen to the sender at all, or not
/// about this step.
fn refusal(bench: &Bench<'_>, sent: &Sent, from: Sender, to: Machine) -> Rejected {
    let home = bench.coordinator();
    let data = &bench.program.messages[sent.message];
    match from {
        Sender::Machine(from) if (from == home) != (to == home) => Rejected::UnknownMessage {
            step: bench.program.steps[data.step].number,
            kind: data.kind,
        },
        _ => Rejected::UnknownSender,
    }
}

#[test]
fn only_the_peer_of_that_step_is_listened_to() {
    for project in projects() {
        for_each_message(project, |bench, sent| {
            let before = bench.network.machines().machines();
            let senders = before.keys().map(|&machine| Sender::Machine(machine));
            for from in senders.chain([Sender::Stranger]) {
                for &to in before.keys() {
                    if (from, to) == (Sender::Machine(sent.from), sent.to) {
                        continue;
                    }
                    let mut bench = bench.clone();
                    let moved = Sent { to, ..sent.clone() };
                    let result = deliver(&mut bench, &moved, from, sent.bytes.clone());
                    assert_eq!(result, Err(refusal(&bench, sent, from, to)));
                    assert_eq!(before, bench.network.machines().machines());
                }
            }
        });
    }
}

/// `expire` takes an Execute and `park` a Cancel, of their own step, and nothing else.
#[test]
fn entries_take_only_their_own_messages() {
    for project in projects() {
        for_each_message(project, |bench, sent| {
            let kind = bench.program.messages[sent.message].kind;
            let entries = [
                (Entry::Expire, MessageKind::Execute),
                (Entry::Park, MessageKind::Cancel),
            ];
            for (entry, takes) in entries.into_iter().filter(|(_, takes)| *takes != kind) {
                let mut bench = bench.clone();
                let stranger = bench.stranger(sent.to);
                let result = bench.act(sent.to, &stranger, entry.action(sent));
                assert_eq!(result, Err(Rejected::NoEntry), "{takes}");
            }
        });
    }
}

/// A message of another build of the workflow is refused, though every byte after the fingerprint fits.
#[test]
fn another_workflow_is_not_understood() {
    let (one, other) = (
        xcc_tests::interp::feature("pivot_on_base"),
        xcc_tests::interp::feature("pivot_on_sui"),
    );
    let theirs = Bench::started(other);
    let mut ours = Bench::started(one);
    let sent = ours.network.mail()[0].clone();
    let bytes = theirs.network.mail()[0].bytes.clone();
    let result = deliver(&mut ours, &sent, Sender::Machine(sent.from), bytes);
    assert_eq!(result, Err(Rejected::WrongFingerprint));
}
