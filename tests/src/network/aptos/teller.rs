//! How what happens on Aptos is told as Move tests.

use xcc::entities::Machine;

use crate::aptos;
use crate::move_package::{MovePackage, TestReport};
use crate::move_plan::Presented;
use crate::move_plan::aptos::{Instruction, Plan};
use crate::network::story::{Target, Teller, Test, Told};
use crate::network::{BEGINNING, Peer, Protocol};
use crate::tools::ToolError;
use crate::vaa::Guardian;

/// Wormhole's fee for a message, in octas.
const FEE: u64 = 5;
/// What every sender has at first, in octas.
const RICHES: u64 = 1_000;

/// A machine on Aptos, and what is around it.
pub struct AptosTeller {
    told: Told,
    /// All that clients know of it.
    pub(crate) plan: Plan,
    /// Who sends transactions.
    pub(super) senders: Vec<[u8; 32]>,
    is_coordinator: bool,
}

/// The variable with the signer of an account.
pub(crate) fn sender(address: &[u8; 32]) -> String {
    format!("account_{}", hex::encode(address))
}

/// The emitted package.
pub(crate) fn emitted(protocol: Protocol<'_>) -> Result<MovePackage, ToolError> {
    let packages = protocol.project().move_packages("aptos")?.into_iter();
    let mut found = packages.filter(|package| package.name != "xcc_runtime");
    let package = found.next().expect("a machine is emitted");
    Ok(without_signatures(package))
}

impl AptosTeller {
    pub(crate) fn new(
        protocol: Protocol<'_>,
        machine: Machine,
        guardian: &Guardian,
        peers: Vec<Peer>,
        (package, target, senders): (MovePackage, Target, Vec<[u8; 32]>),
    ) -> Self {
        // Wormhole numbers emitters from 1, and this is the first.
        let mut emitter = [0; 32];
        emitter[31] = 1;
        Self {
            told: Told::new(
                (package, target),
                guardian,
                protocol.peer(machine, emitter),
                peers,
            ),
            plan: Plan::of(protocol.project(), "aptos"),
            senders,
            is_coordinator: protocol.workflow().coordinator == machine,
        }
    }

    /// The transaction by which somebody asks the machine for something.
    pub(crate) fn statement(
        &self,
        instruction: &Instruction,
        sender: &str,
        presented: &Presented<'_>,
    ) -> String {
        instruction.statement(&self.told.package.name, sender, presented)
    }

    /// Events of all transactions of a test come in one list: so many messages and changes came before.
    pub(crate) fn assertions(
        &self,
        instance: [u8; 32],
        changes: &[(u16, u8)],
        replies: &[Vec<u8>],
        (published, changed): (usize, usize),
    ) -> String {
        let mut text = format!(
            "        let said = state::published_for_test();
        assert!(said.length() == {}, 1);
        let changed = event::emitted_events<StepChanged>();
        assert!(changed.length() == {}, 2);
",
            published + replies.len(),
            changed + changes.len()
        );
        for (index, reply) in (published..).zip(replies) {
            text += &format!(
                "        assert!(state::message_payload(&said[{index}]) == x\"{}\", 3);
        assert!(state::message_sequence(&said[{index}]) == {index}, 4);
        assert!(state::message_sender(&said[{index}]) == 1, 5);
",
                hex::encode(reply)
            );
        }
        for (index, (step, status)) in (changed..).zip(changes) {
            text += &format!(
                "        let expected = bcs::to_bytes(&@{});
        expected.append(x\"20{}{}{status:02x}\");
        assert!(bcs::to_bytes(&changed[{index}]) == expected, 6);
",
                self.told.package.name,
                hex::encode(instance),
                hex::encode(step.to_le_bytes())
            );
        }
        text
    }
}

impl AptosTeller {
    /// The statements that demand new phases of an instance behind so many, which only a coordinator announces.
    pub(crate) fn phase_assertions(
        &self,
        instance: [u8; 32],
        phases: &[u8],
        before: usize,
    ) -> String {
        if !self.is_coordinator {
            return String::new();
        }
        let mut text = format!(
            "        let phases = event::emitted_events<wormhole_endpoint::InstanceChanged>();
        assert!(phases.length() == {}, 12);
",
            before + phases.len()
        );
        for (index, phase) in (before..).zip(phases) {
            let changed = [&[32], &instance[..], &[*phase]].concat();
            text += &self.event_assertion(("phases", index), true, &changed);
        }
        text
    }

    /// The statements that demand an event of a list; `is_own` if it begins with the address of the machine's package.
    pub(crate) fn event_assertion(
        &self,
        (variable, index): (&str, usize),
        is_own: bool,
        bytes: &[u8],
    ) -> String {
        let start = match is_own {
            true => format!("bcs::to_bytes(&@{})", self.told.package.name),
            false => "x\"\"".to_owned(),
        };
        let bytes = hex::encode(bytes);
        format!(
            "        let expected = {start};
        expected.append(x\"{bytes}\");
        assert!(bcs::to_bytes(&{variable}[{index}]) == expected, 13);
"
        )
    }

    /// That senders paid the fees of so many messages and nothing else: whatever they have less somebody else would have.
    pub(crate) fn conservation(&self, published: usize) -> String {
        let fees = FEE * u64::try_from(published).expect("few messages");
        let coin = &self.plan.transport.fee.coin;
        let balances = self.senders.iter().map(|address| {
            let address = hex::encode(address);
            format!("coin::balance<{coin}>(@0x{address})")
        });
        let balances: Vec<_> = balances.collect();
        let all = RICHES * balances.len() as u64;
        let balances = balances.join(" + ");
        format!("        assert!({balances} + {fees} == {all}, 10);\n")
    }

    /// A machine that is wired, and what happens to it.
    fn function(&self, test: &Test<'_>) -> String {
        let Test {
            name: function,
            attributes,
            steps,
        } = test;
        let name = &self.told.package.name;
        let presented = Presented {
            peers: &self.told.emitters(),
            ..Presented::default()
        };
        let senders = self.senders.iter().map(|address| {
            let (sender, address) = (sender(address), hex::encode(address));
            format!(
                "        let {sender} = account::create_account_for_test(@0x{address});
        coin::register<AptosCoin>(&{sender});
        coin::deposit(@0x{address}, coin::mint({RICHES}, &mint));
"
            )
        });
        format!(
            "
    #[{attributes}]
    fun {function}() {{
        let framework = account::create_account_for_test(@aptos_framework);
        timestamp::set_time_has_started_for_testing(&framework);
        timestamp::update_global_time_for_test_secs({BEGINNING});
        let (burn, mint) = aptos_coin::initialize_for_test(&framework);
        wormhole::init_test({own}, 1, x\"04\", x\"{guardian}\", {FEE});
{senders}        coin::destroy_burn_cap(burn);
        coin::destroy_mint_cap(mint);
{before}        let machine = account::create_account_for_test(@{name});
        {name}::init_module_for_test(&machine);
        assert!({name}::emitter() == @0x{emitter}, 80);
{wire}{after}{steps}{end}    }}
",
            senders = senders.collect::<String>(),
            before = self.told.target.before,
            after = self.told.target.after,
            end = self.told.target.end,
            own = self.told.own.chain,
            guardian = hex::encode(self.told.guardian),
            emitter = hex::encode(self.told.own.emitter),
            wire = self.statement(self.plan.wire(), "machine", &presented),
        )
    }
}

impl Teller for AptosTeller {
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
module {name}::story {{
    use std::bcs;
    use aptos_framework::account;
    use aptos_framework::aptos_coin::{{Self, AptosCoin}};
    use aptos_framework::coin;
    use aptos_framework::event;
    use aptos_framework::fungible_asset::{{Self, Metadata}};
    use aptos_framework::object;
    use aptos_framework::primary_fungible_store;
    use aptos_framework::timestamp;
    use std::string;
    use {name}::{name};
    use wormhole::state;
    use wormhole::wormhole;
    use xcc_runtime::wormhole_endpoint::{{Self, StepChanged}};
{tests}}}
",
            tests = tests.concat(),
        )
    }

    fn test(&self, package: &MovePackage) -> Result<TestReport, ToolError> {
        aptos::test(package)
    }
}

/// Where a package is published.
pub(crate) fn address(package: &MovePackage) -> [u8; 32] {
    let literal = &package.addresses[&package.name];
    let digits = literal.trim_start_matches("0x");
    let bytes = hex::decode(format!("{digits:0>64}")).expect("an address is hexadecimal");
    bytes.try_into().expect("an address has 32 bytes")
}

/// Takes out the package of Wormhole's signatures, in whose place the tests' Wormhole comes.
fn without_signatures(mut package: MovePackage) -> MovePackage {
    let dependencies = std::mem::take(&mut package.dependencies).into_iter();
    let running = dependencies.filter(|dependency| dependency.name != "Wormhole");
    package.dependencies = running.map(without_signatures).collect();
    package
}
