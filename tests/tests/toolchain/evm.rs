//! The EVM runs what solc compiled, and Wormhole's real core knows a signed message from a forged one.

use alloy_sol_types::{SolCall, SolValue, sol};
use xcc_tests::evm::primitives::{Address, U256};
use xcc_tests::evm::{Call, Evm, Outcome};
use xcc_tests::solc::{self, Input};
use xcc_tests::vaa::{Guardian, Vaa};
use xcc_tests::wormhole_evm::Core;

sol! {
    function set(uint256 value) external payable;
    function get() external view returns (uint256);
    function say(bytes payload) external payable returns (uint64);
}

const BOX: &str = "// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
contract Box {
    uint256 public immutable opens;
    uint256 private stored;
    event Stored(address indexed by, uint256 value);
    error Early(uint256 opens);
    constructor(uint256 opens_) { opens = opens_; }
    function set(uint256 value) external payable {
        if (block.timestamp < opens) revert Early(opens);
        stored = value;
        emit Stored(msg.sender, value);
    }
    function get() external view returns (uint256) { return stored; }
}
";

const SPEAKER: &str = "// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
interface Core {
    function messageFee() external view returns (uint256);
    function publishMessage(uint32 nonce, bytes memory payload, uint8 consistency) external payable returns (uint64);
}
contract Speaker {
    Core immutable core;
    constructor(Core core_) { core = core_; }
    function say(bytes calldata payload) external payable returns (uint64) {
        return core.publishMessage{value: msg.value}(7, payload, 1);
    }
}
";

const ALICE: Address = Address::repeat_byte(0xa1);

fn deploy(evm: &mut Evm, source: &str, name: &str, arguments: &[u8]) -> Address {
    let output = solc::compile(&Input::new([("src/A.sol", source)])).unwrap();
    assert_eq!(output.diagnostics, [], "{}", output.render());
    evm.deploy(ALICE, &output.contract(name).creation, arguments)
        .unwrap()
}

#[test]
fn state_clock_value_gas_and_logs_are_real() {
    let mut evm = Evm::new(31337);
    let contract = deploy(&mut evm, BOX, "Box", &U256::from(20_000).abi_encode());
    let set = Call::new(
        ALICE,
        contract,
        setCall {
            value: U256::from(42),
        }
        .abi_encode(),
    );
    let get = Call::new(ALICE, contract, getCall {}.abi_encode());

    assert_eq!(
        evm.send(set.clone()).reverted()[4..],
        U256::from(20_000).abi_encode()
    );
    evm.set_timestamp(20_000);
    assert!(matches!(
        evm.send(set.clone().with_value(U256::from(5))).outcome,
        Outcome::Invalid(_)
    ));
    assert!(matches!(
        evm.send(set.clone().with_gas_limit(30_000)).outcome,
        Outcome::Halted(_)
    ));
    assert_eq!(evm.view(set.clone()).logs.len(), 1);
    assert_eq!(
        evm.view(get.clone()).returned()[..],
        U256::ZERO.abi_encode()
    );

    evm.set_balance(ALICE, U256::from(9));
    let before = evm.clone();
    let receipt = evm.send(set.with_value(U256::from(5)));
    receipt.returned();
    assert_eq!(receipt.logs.len(), 1);
    assert!(
        (40_000..60_000).contains(&receipt.gas_used),
        "{}",
        receipt.gas_used
    );
    assert_eq!(
        (evm.balance(ALICE), evm.balance(contract)),
        (U256::from(4), U256::from(5))
    );
    assert_eq!(
        evm.view(get.clone()).returned()[..],
        U256::from(42).abi_encode()
    );
    let mut snapshot = before;
    assert_eq!(snapshot.view(get).returned()[..], U256::ZERO.abi_encode());
}

fn message() -> Vaa {
    Vaa {
        guardian_set: 0,
        timestamp: 1,
        nonce: 2,
        emitter_chain: 1,
        emitter_address: [3; 32],
        sequence: 4,
        consistency_level: 1,
        payload: b"hello".to_vec(),
    }
}

#[test]
fn wormholes_core_accepts_its_guardians_and_nobody_else() {
    let mut evm = Evm::new(1);
    let guardians = [1, 2, 3].map(Guardian::new);
    let core = Core::deploy(&mut evm, 2, &guardians).unwrap();

    let parsed = core.verify(&mut evm, &core.sign(&message())).unwrap();
    assert_eq!(
        (parsed.emitterChainId, parsed.sequence, &parsed.payload[..]),
        (1, 4, &b"hello"[..])
    );
    assert_eq!(parsed.hash, message().digest());

    let mut forged = core.sign(&message());
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(
        core.verify(&mut evm, &forged).unwrap_err(),
        "VM signature invalid"
    );
    assert_eq!(
        core.verify(&mut evm, &message().sign(&guardians[..2]))
            .unwrap_err(),
        "no quorum"
    );
    let strangers = [4, 5, 6].map(Guardian::new);
    assert_eq!(
        core.verify(&mut evm, &message().sign(&strangers))
            .unwrap_err(),
        "VM signature invalid"
    );
}

#[test]
fn what_a_contract_publishes_comes_out_and_costs_the_fee() {
    let mut evm = Evm::new(1);
    let mut core = Core::deploy(&mut evm, 2, &[Guardian::new(1)]).unwrap();
    let speaker = deploy(&mut evm, SPEAKER, "Speaker", &core.address.abi_encode());
    let say = Call::new(
        ALICE,
        speaker,
        sayCall {
            payload: b"hi".to_vec().into(),
        }
        .abi_encode(),
    );

    for sequence in 0..2 {
        let receipt = evm.send(say.clone());
        receipt.returned();
        let published = core.published(&receipt);
        assert_eq!(published.len(), 1);
        assert_eq!(
            (published[0].sender, published[0].sequence),
            (speaker, sequence)
        );
        assert_eq!((published[0].nonce, published[0].consistency_level), (7, 1));
        let observed = core.observe(&evm, &published[0]);
        let parsed = core.verify(&mut evm, &core.sign(&observed)).unwrap();
        assert_eq!(parsed.payload[..], b"hi"[..]);
    }

    core.set_message_fee(&mut evm, U256::from(100));
    evm.send(say.clone()).reverted();
    evm.set_balance(ALICE, U256::from(100));
    evm.send(say.with_value(U256::from(100))).returned();
    assert_eq!(evm.balance(core.address), U256::from(100));
}
