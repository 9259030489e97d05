#[test_only]
module ledger::ledger_tests;

use ledger::ledger::{Self, Ledger};
use sui::clock::{Self, Clock};
use sui::coin;
use sui::event;
use sui::sui::SUI;
use sui::test_scenario::{Self as scenario, Scenario};
use wormhole::publish_message::{Self, WormholeMessage};
use wormhole::state::{Self, State};

const ALICE: address = @0xA;

fun begin(fee: u64): (Scenario, Ledger, State, Clock) {
    let mut s = scenario::begin(ALICE);
    let core = state::new_for_testing(vector[x"{guardian}"], fee, s.ctx());
    let mut clock = clock::create_for_testing(s.ctx());
    clock.set_for_testing(5_000);
    ledger::create(&core, s.ctx());
    s.next_tx(ALICE);
    let ledger = s.take_shared<Ledger>();
    (s, ledger, core, clock)
}

fun end(s: Scenario, ledger: Ledger, core: State, clock: Clock) {
    scenario::return_shared(ledger);
    sui::test_utils::destroy(core);
    clock.destroy_for_testing();
    s.end();
}

#[test]
fun money_goes_in_and_out() {
    let (mut s, mut ledger, core, clock) = begin(0);
    let payment = coin::mint_for_testing<SUI>(30, s.ctx());
    let entry = ledger.open(payment);
    assert!(!ledger.is_closed(entry));
    let back = ledger.close(entry, &clock, s.ctx());
    assert!(back.value() == 30 && ledger.is_closed(entry) && ledger.entries() == 1);
    assert!(event::events_by_type<ledger::Closed>().length() == 1);
    transfer::public_transfer(back, ALICE);
    let effects = s.next_tx(ALICE);
    assert!(effects.num_user_events() == 1);
    let kept = s.take_from_sender<coin::Coin<SUI>>();
    assert!(kept.burn_for_testing() == 30);
    end(s, ledger, core, clock);
}

#[test, expected_failure(abort_code = 1, location = ledger)]
fun nothing_is_refused() {
    let (mut s, mut ledger, core, clock) = begin(0);
    let nothing = coin::zero<SUI>(s.ctx());
    ledger.open(nothing);
    end(s, ledger, core, clock);
}

#[test]
fun what_is_said_is_published() {
    let (mut s, mut ledger, mut core, clock) = begin(3);
    let ticket = ledger.say(b"hi");
    let fee = coin::mint_for_testing<SUI>(3, s.ctx());
    assert!(publish_message::publish_message(&mut core, fee, ticket, &clock) == 0);
    let messages = event::events_by_type<WormholeMessage>();
    assert!(messages.length() == 1);
    assert!(messages[0].payload() == b"hi" && messages[0].nonce() == 7 && messages[0].timestamp() == 5);
    assert!(core.fees_collected() == 3);
    end(s, ledger, core, clock);
}

#[test, expected_failure(abort_code = 0, location = wormhole::state)]
fun the_fee_must_be_exact() {
    let (mut s, mut ledger, mut core, clock) = begin(3);
    let ticket = ledger.say(b"hi");
    let fee = coin::mint_for_testing<SUI>(4, s.ctx());
    publish_message::publish_message(&mut core, fee, ticket, &clock);
    end(s, ledger, core, clock);
}

#[test]
fun a_signed_message_is_heard() {
    let (s, mut ledger, core, clock) = begin(0);
    assert!(ledger.hear(&core, x"{signed}", &clock) == b"hello");
    let parsed = wormhole::vaa::parse_and_verify(&core, x"{signed}", &clock);
    assert!(parsed.emitter_chain() == 2 && parsed.sequence() == 4 && parsed.timestamp() == 1);
    assert!(parsed.digest().to_bytes() == x"{digest}");
    wormhole::vaa::destroy(parsed);
    end(s, ledger, core, clock);
}

#[test, expected_failure(abort_code = 0, location = wormhole::consumed_vaas)]
fun a_message_is_heard_once() {
    let (s, mut ledger, core, clock) = begin(0);
    ledger.hear(&core, x"{signed}", &clock);
    ledger.hear(&core, x"{signed}", &clock);
    end(s, ledger, core, clock);
}

#[test, expected_failure(abort_code = 2, location = wormhole::vaa)]
fun a_forged_message_is_refused() {
    let (s, mut ledger, core, clock) = begin(0);
    ledger.hear(&core, x"{forged}", &clock);
    end(s, ledger, core, clock);
}

#[test, expected_failure(abort_code = 2, location = wormhole::vaa)]
fun a_strangers_message_is_refused() {
    let (s, mut ledger, core, clock) = begin(0);
    ledger.hear(&core, x"{stranger}", &clock);
    end(s, ledger, core, clock);
}

#[test]
fun types_and_strings_have_names() {
    let name = std::type_name::with_defining_ids<SUI>().into_string();
    assert!(name.as_bytes() == b"0000000000000000000000000000000000000000000000000000000000000002::sui::SUI");
    assert!(std::string::try_utf8(x"ff").is_none());
    assert!(std::string::utf8(b"ok").length() == 2);
}
