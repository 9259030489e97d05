//! How what happens on Sui is told as Move tests.

use xcc::entities::Machine;

use super::object_id;
use crate::move_package::{MovePackage, TestReport};
use crate::move_plan::Presented;
use crate::move_plan::sui::{Instruction, Plan};
use crate::network::story::{Target, Teller, Test, Told};
use crate::network::{BEGINNING, Peer, Protocol};
use crate::sui;
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// Wormhole's fee for a message, in MIST.
const FEE: u64 = 5;
/// What is in the coin that pays for all transactions of a test at first, in MIST.
const RICHES: u64 = 1_000_000;

/// How many objects the transaction that publishes a machine makes before: Wormhole's state and its table, the clock, and the coin that
/// pays.
const MADE_BEFORE: u64 = 4;

/// A machine on Sui, and what is around it.
pub struct SuiTeller {
    told: Told,
    /// All that clients know of it.
    pub(crate) plan: Plan,
}

/// The id of the machine's object.
pub(crate) fn machine_id() -> [u8; 32] {
    object_id(1, MADE_BEFORE)
}

/// The emitted package.
pub(crate) fn emitted(protocol: Protocol<'_>) -> Result<MovePackage, ToolError> {
    let packages = protocol.project().move_packages("sui")?.into_iter();
    let mut found = packages.filter(|package| package.name != "xcc_runtime");
    Ok(found.next().expect("a machine is emitted"))
}

impl SuiTeller {
    pub(crate) fn new(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        peers: Vec<Peer>,
        (package, target): (MovePackage, Target),
    ) -> Self {
        Self {
            // Its emitter is the first object of the transaction that wires it.
            told: Told::new(
                (package, target),
                guardian,
                protocol.peer(machine, object_id(2, 0)),
                peers,
            ),
            plan: Plan::of(protocol.project(), "sui"),
        }
    }

    /// The transaction that asks the machine for something.
    pub(crate) fn statements(
        &self,
        instruction: &Instruction,
        presented: &Presented<'_>,
    ) -> String {
        self.plan
            .statements(instruction, &self.told.package.name, presented)
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
        // Nobody else has what the coin that pays has less, and a participant takes no coin.
        let messages = u64::try_from(sequence + replies.len()).expect("few messages");
        let fees = FEE * messages;
        text += &format!(
            "        assert!(core.fees_collected() == {fees}, 10);
        assert!(gas.value() + {fees} == {RICHES}, 11);
"
        );
        for (index, reply) in replies.iter().enumerate() {
            text += &format!(
                "        assert!(said[{index}].payload() == x\"{}\", 3);
        assert!(said[{index}].sequence() == {}, 4);
        assert!(said[{index}].sender().to_address() == @0x{}, 5);
",
                hex::encode(reply),
                sequence + index,
                hex::encode(self.told.own.emitter)
            );
        }
        for (index, (step, status)) in changes.iter().enumerate() {
            text += &format!(
                "        let mut expected = bcs::to_bytes(&object::id_address(&{}));
        expected.append(x\"20{}{}{status:02x}\");
        assert!(bcs::to_bytes(&changed[{index}]) == expected, 6);
",
                self.part(),
                hex::encode(instance),
                hex::encode(step.to_le_bytes())
            );
        }
        text
    }
}

impl SuiTeller {
    /// The statements that demand new phases of an instance, which only a coordinator announces.
    pub(crate) fn phase_assertions(&self, instance: [u8; 32], phases: &[u8]) -> String {
        if self.plan.coordinator.is_none() {
            return String::new();
        }
        let mut text = format!(
            "        let phases = event::events_by_type<wormhole_endpoint::InstanceChanged>();
        assert!(phases.length() == {}, 12);
",
            phases.len()
        );
        for (index, phase) in phases.iter().enumerate() {
            let changed = [&[32], &instance[..], &[*phase]].concat();
            text += &self.event_assertion(("phases", index), true, &changed);
        }
        text
    }

    /// The statements that demand an event of a list; `is_own` if it begins with the id of the machine's object.
    pub(crate) fn event_assertion(
        &self,
        (variable, index): (&str, usize),
        is_own: bool,
        bytes: &[u8],
    ) -> String {
        let start = match is_own {
            true => format!("bcs::to_bytes(&object::id_address(&{}))", self.part()),
            false => "x\"\"".to_owned(),
        };
        let bytes = hex::encode(bytes);
        format!(
            "        let mut expected = {start};
        expected.append(x\"{bytes}\");
        assert!(bcs::to_bytes(&{variable}[{index}]) == expected, 13);
"
        )
    }

    /// The part that the machine plays: the name of its module, and of the variable with its object.
    pub(crate) fn part(&self) -> &'static str {
        match self.plan.coordinator {
            Some(_) => "coordinator",
            None => "participant",
        }
    }

    /// A machine that is wired, and what happens to it.
    fn function(&self, test: &Test<'_>) -> String {
        let Test {
            name: function,
            attributes,
            steps,
        } = test;
        let presented = Presented {
            peers: &self.told.emitters(),
            ..Presented::default()
        };
        let object = self
            .plan
            .coordinator
            .as_ref()
            .or(self.plan.participant.as_ref());
        format!(
            "
#[{attributes}]
#[allow(unused_mut_ref, unused_let_mut, unused_use)]
fun {function}() {{
    let mut s = test_scenario::begin(DEPLOYER);
{before}    s.next_tx(DEPLOYER);
    let mut core = state::new_for_testing(vector[x\"{guardian}\"], {FEE}, s.ctx());
    let mut clock = clock::create_for_testing(s.ctx());
    let mut gas = coin::mint_for_testing<SUI>({RICHES}, s.ctx());
    clock.set_for_testing({beginning});
    {part}::init_for_testing(s.ctx());
    s.next_tx(DEPLOYER);
    let mut {part} = s.take_shared<{name}::{object}>();
    {{
{wire}        let mut expected = bcs::to_bytes(&object::id_address(&{part}));
        expected.append(x\"{emitter}\");
        assert!(bcs::to_bytes(&event::events_by_type<Wired>()[0]) == expected, 80);
    }};
{after}{steps}    test_scenario::return_shared({part});
{end}    clock.destroy_for_testing();
    gas.burn_for_testing();
    test_utils::destroy(core);
    s.end();
}}
",
            before = self.told.target.before,
            after = self.told.target.after,
            end = self.told.target.end,
            guardian = hex::encode(self.told.guardian),
            beginning = BEGINNING * 1000,
            emitter = hex::encode(self.told.own.emitter),
            name = self.told.package.name,
            part = self.part(),
            object = object.expect("publishing makes a shared object"),
            wire = self.statements(self.plan.wire(), &presented),
        )
    }
}

impl Teller for SuiTeller {
    fn told(&self) -> &Told {
        &self.told
    }

    fn told_mut(&mut self) -> &mut Told {
        &mut self.told
    }

    fn module(&self, tests: &[Test<'_>]) -> String {
        let name = &self.told.package.name;
        let tests: Vec<_> = tests.iter().map(|test| self.function(test)).collect();
        format!(
            "#[test_only]
module {name}::story;

use {name}::{part};
use std::bcs;
use sui::{{clock, coin, event, sui::SUI, test_scenario, test_utils}};
use wormhole::{{publish_message::WormholeMessage, state}};
use xcc_runtime::wormhole_endpoint::{{Self, StepChanged, Wired}};

const DEPLOYER: address = @0xde;
{tests}",
            part = self.part(),
            tests = tests.concat(),
        )
    }

    fn test(&self, package: &MovePackage) -> Result<TestReport, ToolError> {
        sui::test(package)
    }
}
