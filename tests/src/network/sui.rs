//! Sui: the emitted package in the Sui virtual machine.

use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};
use xcc::entities::Machine;

use super::story::{Story, Target, Teller, with_targets};
use super::{BEGINNING, By, Claim, Delivery, Expected, Observed, Peer, Protocol, signature};
use crate::move_package::{MovePackage, TestReport};
use crate::sui;
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa};

/// Wormhole's fee for a message, in MIST.
const FEE: u64 = 5;

/// Whom the workflows under test hold compensations for.
pub const OWNER: [u8; 32] = [0x0e; 32];

/// A Sui chain with a participant.
pub struct SuiChain {
    teller: SuiTeller,
    story: Story,
}

struct SuiTeller {
    package: MovePackage,
    target: Target,
    source: String,
    guardian: [u8; 20],
    home: Peer,
    own: Peer,
    fingerprint: [u8; 32],
    /// Seconds since 1970.
    now: u64,
}

/// The id of the object that is made at this position, from 0, of a transaction of a test, from 0: Sui's rule, the BLAKE2b of
/// `f1`, the transaction's digest and the position, over the digests that `test_scenario` makes.
#[must_use]
pub fn object_id(transaction: u64, position: u64) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&transaction.to_le_bytes());
    let mut hash = Blake2b::<U32>::new();
    hash.update([0xf1]);
    hash.update(digest);
    hash.update(position.to_le_bytes());
    hash.finalize().into()
}

impl SuiChain {
    /// Publishes the participant on a chain and wires it to home.
    ///
    /// # Errors
    /// A cache that cannot be read.
    ///
    /// # Panics
    /// When it does not build.
    #[track_caller]
    pub fn new(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        home: Peer,
        target: Target,
    ) -> Result<Self, ToolError> {
        let packages = protocol.project().move_packages("sui")?;
        let participant =
            |package: &MovePackage| package.files.contains_key("sources/participant.move");
        let package = packages
            .into_iter()
            .find(participant)
            .expect("a participant is emitted");
        let mut chain = Self {
            teller: SuiTeller {
                source: package.files["sources/participant.move"].clone(),
                package: with_targets(package, &target),
                target,
                guardian: guardian.address(),
                home,
                // The first object of the transaction that wires it.
                own: protocol.peer(machine, object_id(1, 0)),
                fingerprint: protocol.fingerprint(),
                now: BEGINNING,
            },
            story: Story::default(),
        };
        chain.story.tell(&chain.teller, String::new());
        Ok(chain)
    }

    /// The participant as Wormhole knows it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        self.teller.own
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: u64) {
        self.teller.now += seconds;
        let step = format!("    clock.set_for_testing({});\n", self.teller.now * 1000);
        self.story.tell(&self.teller, step);
    }

    /// Demands what a Move expression says about the targets and the participant as they are now.
    #[track_caller]
    pub fn check(&mut self, expression: &str) {
        self.story
            .tell(&self.teller, format!("    assert!({expression}, 90);\n"));
    }

    /// Runs Move statements about the targets.
    #[track_caller]
    pub fn tell(&mut self, statements: &str) {
        self.story.tell(&self.teller, format!("    {statements}\n"));
    }

    #[track_caller]
    pub(super) fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        let guardian = [Guardian::new(1)];
        let call = self.teller.call(delivery, &delivery.vaa.sign(&guardian));
        self.transact((delivery.by, delivery.instance), &call, expected)
    }

    #[track_caller]
    pub(super) fn claim(&mut self, claim: &Claim<'_>, expected: &Expected) -> Observed {
        let arguments = self.teller.arguments(claim.entry, claim.instance);
        let call = format!("        participant.{}({arguments});\n", claim.entry);
        self.transact((claim.by, claim.instance), &call, expected)
    }

    /// Somebody's transaction about an instance, and what must come of it.
    #[track_caller]
    fn transact(
        &mut self,
        (by, instance): (By, [u8; 32]),
        call: &str,
        expected: &Expected,
    ) -> Observed {
        let sender = match by {
            By::Owner => "OWNER",
            By::Initiator | By::Stranger => "STRANGER",
        };
        let mut step = format!("    s.next_tx({sender});\n    {{\n{call}");
        if let Expected::Done { changes, replies } = expected {
            step += &self
                .teller
                .assertions(instance, changes, replies, self.story.published);
        }
        step += "    };\n";
        self.story.perform(&self.teller, step, expected)
    }
}

impl SuiTeller {
    /// What an entry point takes after the participant; a message stands in the variable of that name.
    fn arguments(&self, entry: &str, instance: [u8; 32]) -> String {
        let parameters = signature::parameters(&self.source, entry)
            .into_iter()
            .skip(1);
        let arguments = parameters.map(|(name, ty)| match ty.as_str() {
            "VAA" => "message".to_owned(),
            "vector<u8>" => format!("x\"{}\"", hex::encode(instance)),
            "&Clock" => "&clock".to_owned(),
            "&mut TxContext" | "&TxContext" => "s.ctx()".to_owned(),
            object if object.starts_with("&mut ") => format!("&mut {name}"),
            _ => format!("&{name}"),
        });
        arguments.collect::<Vec<_>>().join(", ")
    }

    /// The transaction that anyone sends: verify the message, pass it on, publish the reply.
    fn call(&self, delivery: &Delivery<'_>, signed: &[u8]) -> String {
        format!(
            "        let message = vaa::parse_and_verify(&core, x\"{}\", &clock);
        let ticket = participant.{}({});
        let fee = coin::mint_for_testing<SUI>({FEE}, s.ctx());
        publish_message::publish_message(&mut core, fee, ticket, &clock);
",
            hex::encode(signed),
            delivery.entry,
            self.arguments(delivery.entry, delivery.instance)
        )
    }

    fn assertions(
        &self,
        instance: [u8; 32],
        changes: &[(u16, u8)],
        replies: &[Vec<u8>],
        sequence: usize,
    ) -> String {
        let mut text = format!(
            "        let said = event::events_by_type<WormholeMessage>();
        assert!(said.length() == {}, 1);
        let changed = event::events_by_type<StepChanged>();
        assert!(changed.length() == {}, 2);
",
            replies.len(),
            changes.len()
        );
        for (index, reply) in replies.iter().enumerate() {
            text += &format!(
                "        assert!(said[{index}].payload() == x\"{}\", 3);
        assert!(said[{index}].sequence() == {}, 4);
        assert!(said[{index}].sender().to_address() == @0x{}, 5);
",
                hex::encode(reply),
                sequence + index,
                hex::encode(self.own.emitter)
            );
        }
        for (index, (step, status)) in changes.iter().enumerate() {
            text += &format!(
                "        let mut expected = bcs::to_bytes(&object::id_address(&participant));
        expected.append(x\"20{}{}{status:02x}\");
        assert!(bcs::to_bytes(&changed[{index}]) == expected, 6);
",
                hex::encode(instance),
                hex::encode(step.to_le_bytes())
            );
        }
        text
    }
}

impl Teller for SuiTeller {
    fn package(&self) -> &MovePackage {
        &self.package
    }

    fn module(&self, attributes: &str, steps: &str) -> String {
        let name = &self.package.name;
        format!(
            "#[test_only]
module {name}::story;

use {name}::participant::{{Self, Participant}};
use std::bcs;
use sui::{{clock, coin, event, sui::SUI, test_scenario, test_utils}};
use wormhole::{{emitter, publish_message::{{Self, WormholeMessage}}, state, vaa}};
use xcc_runtime::wormhole_endpoint::StepChanged;

const DEPLOYER: address = @0xde;
const STRANGER: address = @0x57;
const OWNER: address = @0x{owner};

#[{attributes}]
#[allow(unused_mut_ref, unused_let_mut, unused_use)]
fun story() {{
    let mut s = test_scenario::begin(DEPLOYER);
{before}    let mut core = state::new_for_testing(vector[x\"{guardian}\"], {FEE}, s.ctx());
    let mut clock = clock::create_for_testing(s.ctx());
    clock.set_for_testing({beginning});
    participant::init_for_testing(s.ctx());
    s.next_tx(DEPLOYER);
    let emitter = emitter::new(&core, s.ctx());
    assert!(object::id_address(&emitter) == @0x{emitter}, 80);
    let mut participant = s.take_shared<Participant>();
    participant.wire(emitter, vector[{chain}], vector[@0x{home}], x\"{fingerprint}\", s.ctx());
{after}{steps}    test_scenario::return_shared(participant);
{end}    clock.destroy_for_testing();
    test_utils::destroy(core);
    s.end();
}}
",
            before = self.target.before,
            after = self.target.after,
            end = self.target.end,
            owner = hex::encode(OWNER),
            guardian = hex::encode(self.guardian),
            beginning = BEGINNING * 1000,
            emitter = hex::encode(self.own.emitter),
            chain = self.home.chain,
            home = hex::encode(self.home.emitter),
            fingerprint = hex::encode(self.fingerprint),
        )
    }

    fn test(&self, package: &MovePackage) -> Result<TestReport, ToolError> {
        sui::test(package)
    }

    fn observe(&self, sequence: u64, payload: &[u8]) -> Vaa {
        Vaa {
            guardian_set: 0,
            timestamp: u32::try_from(self.now).unwrap_or(u32::MAX),
            nonce: 0,
            emitter_chain: self.own.chain,
            emitter_address: self.own.emitter,
            sequence,
            consistency_level: 0,
            payload: payload.to_vec(),
        }
    }
}
