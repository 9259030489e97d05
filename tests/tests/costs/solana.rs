//! Solana: `baseline/solana` beside the emitted program, as real ELFs in litesvm.
//!
//! Deriving an address takes 1,500 units for each try, and how many tries it takes is a matter of luck. So costs are means over many
//! instances, and the program written by hand stands at an address whose own addresses are found as fast as the emitted program's.

use sha3::{Digest, Keccak256};
use solana_account::Account;
use solana_signer::Signer;
use xcc::ir::MessageKind::{Execute, Executed};
use xcc_tests::costs::SOLANA_TOLERANCE;
use xcc_tests::format;
use xcc_tests::network::solana::{self, SolanaChain};
use xcc_tests::network::{By, Delivery, Observed, Protocol};
use xcc_tests::program_crate::ProgramCrate;
use xcc_tests::project::{Override, Project, features_folder};
use xcc_tests::sbf;
use xcc_tests::spent::Spent;
use xcc_tests::svm::{AccountMeta, Address, Failure, Instruction, Keypair, anchor_data};
use xcc_tests::tools::suite_dir;
use xcc_tests::vaa::Vaa;
use xcc_tests::wormhole_svm::{self, Addresses, CORE, Posted};

use crate::request::{AMOUNT, FEATURE, HOME, Pair, guardian, request, table};

/// The most that the emitted program's Execute may cost, in hundredths of what the one written by hand costs.
const BOUND: u64 = 110;
/// The step.
const STEP: &str = "solana_run";
/// How many instances a cost is the mean of.
const INSTANCES: u8 = 32;

const BY_HAND: Address = solana_address::address!("7cz8tmxM4zvXSYcFQbfRvkZUiojVseqPMGTZ2JX5Ceq7");
const TARGET: Address = solana_address::address!("4YRviz3wB9fsTLWQEidMx3VtAz8EJsNoQJyrX6DoPhp7");
const STATE: Address = solana_address::address!("66JuqUHifDi78VDrv66V1xmqZ8qwpWxipDN1VH6uQYTP");
const SYSTEM: Address = solana_address::address!("11111111111111111111111111111111");
const CLOCK: Address = solana_address::address!("SysvarC1ock11111111111111111111111111111111");
const RENT: Address = solana_address::address!("SysvarRent111111111111111111111111111111111");
const LOADER: Address = solana_address::address!("BPFLoaderUpgradeab1e11111111111111111111111");
const BUDGET: Address = solana_address::address!("ComputeBudget111111111111111111111111111111");

/// Two equal chains: the emitted program is used on one, on the other that written by hand.
struct World<'p> {
    protocol: Protocol<'p>,
    emitted: SolanaChain,
    by_hand: SolanaChain,
}

fn in_world(run: impl FnOnce(&mut World<'_>)) {
    let core = Override::new(&["chains", "solana", "wormhole", "core"], CORE.to_string());
    let project = Project::compile_feature(FEATURE, &[core]).unwrap();
    let protocol = Protocol::new(&project);
    let machine = protocol.participant("solana");
    let mut emitted = SolanaChain::new(protocol, machine, &guardian(), HOME).unwrap();
    let target = ProgramCrate::load(&features_folder().join("svm/program")).unwrap();
    solana::deploy(&mut emitted.svm, TARGET, &target).unwrap();
    emitted.svm.set_account(STATE, state());
    let mut by_hand = emitted.clone();
    let program = ProgramCrate::load(&suite_dir().join("baseline/solana")).unwrap();
    solana::deploy(&mut by_hand.svm, BY_HAND, &program).unwrap();
    let mut world = World {
        protocol,
        emitted,
        by_hand,
    };
    world.initialize();
    run(&mut world);
}

/// The target's state: nothing was asked yet, and there is room for what will be.
fn state() -> Account {
    Account {
        lamports: 10_000_000,
        data: vec![0; 34 + 8 * (usize::from(INSTANCES) + 2)],
        owner: TARGET,
        executable: false,
        rent_epoch: u64::MAX,
    }
}

fn derive(program: &Address, seeds: &[&[u8]]) -> Address {
    Address::find_program_address(seeds, program).0
}

impl World<'_> {
    fn initialize(&mut self) {
        let mut begins = [1, Execute as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        begins[2..4].copy_from_slice(&self.protocol.number(STEP).to_be_bytes());
        begins[4..].copy_from_slice(&self.protocol.fingerprint()[..8]);
        let deployer = self.by_hand.svm.payer();
        let own = |seed: &[u8]| derive(&BY_HAND, &[seed]);
        let accounts = vec![
            AccountMeta::new(deployer, true),
            AccountMeta::new(own(b"config"), false),
            AccountMeta::new_readonly(own(b"authority"), false),
            AccountMeta::new_readonly(own(b"emitter"), false),
            AccountMeta::new_readonly(BY_HAND, false),
            AccountMeta::new_readonly(derive(&LOADER, &[BY_HAND.as_ref()]), false),
            AccountMeta::new_readonly(SYSTEM, false),
        ];
        let data = anchor_data("initialize", &(HOME.chain, HOME.emitter, begins));
        let initialize = instruction(accounts, data);
        self.by_hand.svm.send(&[initialize], &[]).unwrap();
    }

    fn execute(&self, number: u8) -> Vaa {
        request(self.protocol, STEP, Execute, number)
    }

    /// Delivers a message to the emitted program; what it used and published.
    fn deliver(&mut self, vaa: &Vaa) -> (Spent, Vec<u8>) {
        let observed = self.try_deliver(vaa);
        let Observed::Done { published, .. } = observed else {
            panic!("{observed:?}");
        };
        let spent = self.emitted.svm.spent().unwrap();
        (spent, published[0].payload.clone())
    }

    fn try_deliver(&mut self, vaa: &Vaa) -> Observed {
        let sound = self.execute(vaa.payload[20]);
        self.emitted.post(vaa);
        let chain = &mut self.emitted;
        let payer = chain.svm.payer_key();
        let meant = Delivery {
            entry: "execute_solana_run",
            step: self.protocol.number(STEP),
            instance: instance(&sound),
            vaa: &sound,
            by: By::Stranger,
        };
        let prepared = chain.presenting(vaa, &meant, payer.pubkey());
        chain.send(&prepared, &[&payer])
    }

    /// The same for the program written by hand.
    fn deliver_by_hand(&mut self, vaa: &Vaa) -> Result<(Spent, Posted), Box<Failure>> {
        self.by_hand.post(vaa);
        let reply = Keypair::new();
        let call = self.call_by_hand(vaa, &reply);
        let svm = &mut self.by_hand.svm;
        let receipt = svm.send(&[budget(), call], &[&reply])?;
        let posted = wormhole_svm::read_posted(svm, &CORE, &reply.pubkey()).unwrap();
        Ok((receipt.spent(), posted))
    }

    fn call_by_hand(&self, vaa: &Vaa, reply: &Keypair) -> Instruction {
        let own = |seed: &[u8]| derive(&BY_HAND, &[seed]);
        let core = Addresses::of(&CORE, &own(b"emitter"));
        let instance = instance(vaa);
        let hash: [u8; 32] = Keccak256::digest(vaa.body()).into();
        let accounts = vec![
            AccountMeta::new(self.by_hand.svm.payer(), true),
            AccountMeta::new_readonly(own(b"config"), false),
            AccountMeta::new_readonly(wormhole_svm::posted_vaa(&CORE, vaa), false),
            AccountMeta::new(derive(&BY_HAND, &[b"run", &instance]), false),
            AccountMeta::new(core.bridge, false),
            AccountMeta::new(reply.pubkey(), true),
            AccountMeta::new_readonly(own(b"emitter"), false),
            AccountMeta::new(core.sequence, false),
            AccountMeta::new(core.fee_collector, false),
            AccountMeta::new_readonly(CORE, false),
            AccountMeta::new_readonly(CLOCK, false),
            AccountMeta::new_readonly(RENT, false),
            AccountMeta::new_readonly(SYSTEM, false),
            AccountMeta::new_readonly(TARGET, false),
            AccountMeta::new(STATE, false),
            AccountMeta::new_readonly(own(b"authority"), false),
        ];
        instruction(accounts, anchor_data("execute", &(hash, instance)))
    }

    /// What the target was asked for on each chain.
    fn asked(&self) -> [Vec<u8>; 2] {
        [&self.emitted, &self.by_hand].map(|chain| {
            let state = chain.svm.account(&STATE).unwrap().data;
            // Who asked first differs.
            [&state[..2], &state[34..]].concat()
        })
    }
}

fn instance(vaa: &Vaa) -> [u8; 32] {
    *vaa.payload[20..].first_chunk().unwrap()
}

fn instruction(accounts: Vec<AccountMeta>, data: Vec<u8>) -> Instruction {
    Instruction {
        program_id: BY_HAND,
        accounts,
        data,
    }
}

/// Compute-budget instruction 2: the limit for the transaction.
fn budget() -> Instruction {
    Instruction {
        program_id: BUDGET,
        accounts: Vec::new(),
        data: [&[2][..], &500_000_u32.to_le_bytes()].concat(),
    }
}

/// The mean cost of a step that runs, once both programs have answered before.
fn measure(world: &mut World<'_>) -> Pair {
    let (mut emitted, mut by_hand) = (Vec::new(), Vec::new());
    for number in 1..=INSTANCES + 1 {
        let vaa = world.execute(number);
        let (cost, said) = world.deliver(&vaa);
        let (cost_by_hand, also_said) = world.deliver_by_hand(&vaa).unwrap();
        assert_eq!((said, 32), (also_said.payload, also_said.consistency_level));
        emitted.push(cost);
        by_hand.push(cost_by_hand);
    }
    let [asked, also_asked] = world.asked();
    assert_eq!(asked, also_asked);
    assert_eq!(asked[1], INSTANCES + 1);
    assert_eq!(asked[2..10], (1_000_000 + AMOUNT).to_le_bytes());
    Pair {
        case: "it runs".to_owned(),
        emitted: mean(&emitted[1..]),
        by_hand: mean(&by_hand[1..]),
    }
}

fn mean(costs: &[Spent]) -> Spent {
    let mean = |of: fn(&Spent) -> u64| costs.iter().map(of).sum::<u64>() / costs.len() as u64;
    Spent {
        whole: mean(|spent| spent.whole),
        own: mean(|spent| spent.own),
    }
}

#[test]
fn the_page_says_what_execute_costs_on_solana() {
    in_world(|world| {
        let pair = measure(world);
        let ratio = pair.ratio();
        table(&[pair], SOLANA_TOLERANCE).hold("baseline-solana");
        assert!(ratio <= BOUND, "{ratio}");
    });
}

#[test]
fn what_is_written_by_hand_passes_clippy_and_is_laid_out_as_rustfmt_would() {
    let program = ProgramCrate::load(&suite_dir().join("baseline/solana")).unwrap();
    assert_eq!(sbf::check(&program).unwrap(), []);
    for (path, text) in program
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".rs"))
    {
        assert_eq!(format::rust(text).unwrap(), *text, "{path}");
    }
}

/// What is written by hand is no straw man: what the emitted program rejects, it rejects.
#[test]
fn both_reject_what_is_forged() {
    in_world(|world| {
        let sound = world.execute(1);
        let changes: [fn(&mut Vaa); 9] = [
            |vaa| vaa.emitter_chain = 1,
            |vaa| vaa.emitter_address[31] ^= 1,
            |vaa| vaa.payload[0] ^= 1,
            |vaa| vaa.payload[1] = Executed as u8,
            |vaa| vaa.payload[3] ^= 1,
            |vaa| vaa.payload[4] ^= 1,
            |vaa| vaa.payload.push(0),
            |vaa| vaa.payload.truncate(59),
            // The deadline is over.
            |vaa| vaa.payload[12..20].copy_from_slice(&1_u64.to_be_bytes()),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut vaa = sound.clone();
            change(&mut vaa);
            let observed = world.try_deliver(&vaa);
            assert!(
                matches!(observed, Observed::Rejected(_)),
                "{index}: {observed:?}"
            );
            let failure = world.deliver_by_hand(&vaa).unwrap_err();
            assert!(
                failure.error.starts_with("InstructionError(1, Custom("),
                "{index}: {failure:?}"
            );
        }
        world.deliver(&sound);
        world.deliver_by_hand(&sound).unwrap();
    });
}

/// Nothing runs twice: the emitted program answers again, the one written by hand rejects.
#[test]
fn neither_runs_a_step_twice() {
    in_world(|world| {
        let vaa = world.execute(1);
        for _ in 0..2 {
            world.deliver(&vaa);
        }
        world.deliver_by_hand(&vaa).unwrap();
        world.deliver_by_hand(&vaa).unwrap_err();
        assert_eq!(world.asked().map(|asked| asked[1]), [1, 1]);
    });
}

/// Every account but who pays and the new key of the answer has one address.
#[test]
fn what_is_written_by_hand_takes_no_other_account() {
    in_world(|world| {
        let vaa = world.execute(1);
        world.by_hand.post(&vaa);
        let reply = Keypair::new();
        let sound = world.call_by_hand(&vaa, &reply);
        let is_free = |index: &usize| [0, 5].contains(index);
        for index in (0..sound.accounts.len()).filter(|index| !is_free(index)) {
            let mut call = sound.clone();
            call.accounts[index].pubkey = Address::new_unique();
            let sent = world.by_hand.svm.send(&[budget(), call], &[&reply]);
            assert!(sent.is_err(), "account {index}");
        }
        let sent = world.by_hand.svm.send(&[budget(), sound], &[&reply]);
        sent.unwrap();
    });
}
