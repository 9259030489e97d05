//! Aptos: the emitted package in the Aptos virtual machine.

use xcc::entities::Machine;

use super::story::{Story, Target, Teller, with_targets};
use super::{BEGINNING, By, Claim, Delivery, Expected, Observed, Peer, Protocol};
use crate::aptos;
use crate::move_package::{MovePackage, TestReport};
use crate::tools::ToolError;
use crate::vaa::{Guardian, Vaa};

/// Wormhole's fee for a message, in octas.
const FEE: u64 = 5;

/// Whom the workflows under test hold compensations for.
pub const OWNER: [u8; 32] = [0x0e; 32];

/// An Aptos chain with a participant.
pub struct AptosChain {
    teller: AptosTeller,
    story: Story,
}

struct AptosTeller {
    package: MovePackage,
    target: Target,
    guardian: [u8; 20],
    home: Peer,
    own: Peer,
    fingerprint: [u8; 32],
    /// Seconds since 1970.
    now: u64,
}

impl AptosChain {
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
        let packages = protocol.project().move_packages("aptos")?;
        let participant = |package: &MovePackage| package.name != "xcc_runtime";
        let package = packages
            .into_iter()
            .find(participant)
            .expect("a participant is emitted");
        // Wormhole numbers emitters from 1, and this is the first.
        let mut emitter = [0; 32];
        emitter[31] = 1;
        let mut chain = Self {
            teller: AptosTeller {
                package: with_targets(without_signatures(package), &target),
                target,
                guardian: guardian.address(),
                home,
                own: protocol.peer(machine, emitter),
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
        let now = self.teller.now;
        let step = format!("        timestamp::update_global_time_for_test_secs({now});\n");
        self.story.tell(&self.teller, step);
    }

    /// Demands what a Move expression says about the targets and the participant as they are now.
    #[track_caller]
    pub fn check(&mut self, expression: &str) {
        self.story.tell(
            &self.teller,
            format!("        assert!({expression}, 90);\n"),
        );
    }

    /// Runs Move statements about the targets.
    #[track_caller]
    pub fn tell(&mut self, statements: &str) {
        self.story
            .tell(&self.teller, format!("        {statements}\n"));
    }

    /// The name of the emitted package and its main module.
    #[must_use]
    pub fn package(&self) -> &str {
        &self.teller.package.name
    }

    #[track_caller]
    pub(super) fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        let signed = delivery.vaa.sign(&[Guardian::new(1)]);
        let call = (delivery.entry, delivery.by, signed.as_slice());
        self.transact(call, delivery.instance, expected)
    }

    #[track_caller]
    pub(super) fn claim(&mut self, claim: &Claim<'_>, expected: &Expected) -> Observed {
        let call = (claim.entry, claim.by, claim.instance.as_slice());
        self.transact(call, claim.instance, expected)
    }

    /// Somebody's call of an entry point with some bytes, and what must come of it.
    #[track_caller]
    fn transact(
        &mut self,
        (entry, by, bytes): (&str, By, &[u8]),
        instance: [u8; 32],
        expected: &Expected,
    ) -> Observed {
        let sender = match by {
            By::Owner => "owner",
            By::Initiator | By::Stranger => "deliverer",
        };
        let (name, bytes) = (self.package(), hex::encode(bytes));
        let mut step = format!("        {name}::{entry}(&{sender}, x\"{bytes}\");\n");
        if let Expected::Done { changes, replies } = expected {
            step += &self.assertions(instance, changes, replies);
        }
        self.story.perform(&self.teller, step, expected)
    }

    /// Events of all transactions of a test come in one list.
    fn assertions(&self, instance: [u8; 32], changes: &[(u16, u8)], replies: &[Vec<u8>]) -> String {
        let mut text = format!(
            "        let said = state::published_for_test();
        assert!(said.length() == {}, 1);
        let changed = event::emitted_events<StepChanged>();
        assert!(changed.length() == {}, 2);
",
            self.story.published + replies.len(),
            self.story.changed + changes.len()
        );
        for (index, reply) in (self.story.published..).zip(replies) {
            text += &format!(
                "        assert!(state::message_payload(&said[{index}]) == x\"{}\", 3);
        assert!(state::message_sequence(&said[{index}]) == {index}, 4);
        assert!(state::message_sender(&said[{index}]) == 1, 5);
",
                hex::encode(reply)
            );
        }
        for (index, (step, status)) in (self.story.changed..).zip(changes) {
            text += &format!(
                "        let expected = bcs::to_bytes(&@{});
        expected.append(x\"20{}{}{status:02x}\");
        assert!(bcs::to_bytes(&changed[{index}]) == expected, 6);
",
                self.teller.package.name,
                hex::encode(instance),
                hex::encode(step.to_le_bytes())
            );
        }
        text
    }
}

impl Teller for AptosTeller {
    fn package(&self) -> &MovePackage {
        &self.package
    }

    fn module(&self, attributes: &str, steps: &str) -> String {
        let name = &self.package.name;
        format!(
            "#[test_only]
module {name}::story {{
    use std::bcs;
    use aptos_framework::account;
    use aptos_framework::aptos_coin::{{Self, AptosCoin}};
    use aptos_framework::coin;
    use aptos_framework::event;
    use aptos_framework::timestamp;
    use {name}::{name};
    use wormhole::state;
    use wormhole::wormhole;
    use xcc_runtime::wormhole_endpoint::StepChanged;

    const DELIVERER: address = @0x57;
    const OWNER: address = @0x{owner};

    #[{attributes}]
    fun story() {{
        let framework = account::create_account_for_test(@aptos_framework);
        timestamp::set_time_has_started_for_testing(&framework);
        timestamp::update_global_time_for_test_secs({BEGINNING});
        let (burn, mint) = aptos_coin::initialize_for_test(&framework);
        wormhole::init_test({own}, 1, x\"04\", x\"{guardian}\", {FEE});
        let deliverer = account::create_account_for_test(DELIVERER);
        let owner = account::create_account_for_test(OWNER);
        coin::register<AptosCoin>(&deliverer);
        coin::register<AptosCoin>(&owner);
        coin::deposit(DELIVERER, coin::mint(1000, &mint));
        coin::deposit(OWNER, coin::mint(1000, &mint));
        coin::destroy_burn_cap(burn);
        coin::destroy_mint_cap(mint);
{before}        let machine = account::create_account_for_test(@{name});
        {name}::init_module_for_test(&machine);
        assert!({name}::emitter() == @0x{emitter}, 80);
        {name}::wire(&machine, vector[{chain}], vector[@0x{home}], x\"{fingerprint}\");
{after}{steps}{end}    }}
}}
",
            before = self.target.before,
            after = self.target.after,
            end = self.target.end,
            owner = hex::encode(OWNER),
            own = self.own.chain,
            guardian = hex::encode(self.guardian),
            emitter = hex::encode(self.own.emitter),
            chain = self.home.chain,
            home = hex::encode(self.home.emitter),
            fingerprint = hex::encode(self.fingerprint),
        )
    }

    fn test(&self, package: &MovePackage) -> Result<TestReport, ToolError> {
        aptos::test(package)
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

/// Takes out the package of Wormhole's signatures, in whose place the tests' Wormhole comes.
fn without_signatures(mut package: MovePackage) -> MovePackage {
    let dependencies = std::mem::take(&mut package.dependencies).into_iter();
    let running = dependencies.filter(|dependency| dependency.name != "Wormhole");
    package.dependencies = running.map(without_signatures).collect();
    package
}
