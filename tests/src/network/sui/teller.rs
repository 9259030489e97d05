//! How what happens on Sui is told as Move tests.

use xcc::entities::Machine;

use super::{OWNER, object_id};
use crate::move_package::{MovePackage, TestReport};
use crate::network::story::{Target, Teller, Test, with_targets};
use crate::network::{BEGINNING, Delivery, Peer, Protocol, signature};
use crate::sui;
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa};

/// The file with the participant's module.
pub(crate) const PARTICIPANT: &str = "sources/participant.move";
/// Wormhole's fee for a message, in MIST.
const FEE: u64 = 5;

/// A participant on Sui, and what is around it.
pub(crate) struct SuiTeller {
    pub(super) package: MovePackage,
    target: Target,
    source: String,
    guardian: [u8; 20],
    home: Peer,
    pub(super) own: Peer,
    fingerprint: [u8; 32],
    /// Seconds since 1970.
    pub(super) now: u64,
}

/// The emitted package.
pub(crate) fn participant(protocol: Protocol<'_>) -> Result<MovePackage, ToolError> {
    let packages = protocol.project().move_packages("sui")?.into_iter();
    let mut found = packages.filter(|package| package.files.contains_key(PARTICIPANT));
    Ok(found.next().expect("a participant is emitted"))
}

impl SuiTeller {
    pub(crate) fn new(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        home: Peer,
        (package, target): (MovePackage, Target),
    ) -> Self {
        Self {
            source: package.files[PARTICIPANT].clone(),
            package: with_targets(package, &target),
            target,
            guardian: guardian.address(),
            home,
            // The first object of the transaction that wires it.
            own: protocol.peer(machine, object_id(1, 0)),
            fingerprint: protocol.fingerprint(),
            now: BEGINNING,
        }
    }

    /// What an entry point takes after the participant; a message stands in the variable of that name.
    pub(crate) fn arguments(&self, entry: &str, instance: [u8; 32]) -> String {
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
    pub(crate) fn call(&self, delivery: &Delivery<'_>, signed: &[u8]) -> String {
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

    pub(crate) fn assertions(
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
        // All coins of a test were made for fees, and a participant takes none.
        let messages = u64::try_from(sequence + replies.len()).expect("few messages");
        let fees = FEE * messages;
        text += &format!("        assert!(core.fees_collected() == {fees}, 10);\n");
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

impl SuiTeller {
    /// A participant that is wired, and what happens to it.
    fn function(&self, test: &Test<'_>) -> String {
        let Test {
            name,
            attributes,
            steps,
        } = test;
        format!(
            "
#[{attributes}]
#[allow(unused_mut_ref, unused_let_mut, unused_use)]
fun {name}() {{
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
            guardian = hex::encode(self.guardian),
            beginning = BEGINNING * 1000,
            emitter = hex::encode(self.own.emitter),
            chain = self.home.chain,
            home = hex::encode(self.home.emitter),
            fingerprint = hex::encode(self.fingerprint),
        )
    }
}

impl Teller for SuiTeller {
    fn package(&self) -> &MovePackage {
        &self.package
    }

    fn module(&self, tests: &[Test<'_>]) -> String {
        let name = &self.package.name;
        let tests: Vec<_> = tests.iter().map(|test| self.function(test)).collect();
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
{tests}",
            owner = hex::encode(OWNER),
            tests = tests.concat(),
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
