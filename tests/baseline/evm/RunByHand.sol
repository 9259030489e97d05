// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title What is used of Wormhole's core contract
interface ICore {
    struct Signature {
        bytes32 r;
        bytes32 s;
        uint8 v;
        uint8 guardianIndex;
    }

    struct VM {
        uint8 version;
        uint32 timestamp;
        uint32 nonce;
        uint16 emitterChainId;
        bytes32 emitterAddress;
        uint64 sequence;
        uint8 consistencyLevel;
        bytes payload;
        uint32 guardianSetIndex;
        Signature[] signatures;
        bytes32 hash;
    }

    function publishMessage(uint32 nonce, bytes memory payload, uint8 consistencyLevel)
        external
        payable
        returns (uint64 sequence);

    function parseAndVerifyVM(bytes calldata encodedVM)
        external
        view
        returns (VM memory vm, bool valid, string memory reason);

    function messageFee() external view returns (uint256);
}

/// @title What is used of the target
interface ITarget {
    function run(uint64 amount) external returns (uint64 receipt);
}

/// @title One step, written by hand: Execute of `base_run` in the feature `compensable`
/// @notice It takes and sends the messages of the emitted participant and calls the same target, with the same checks: the guardians'
/// signatures, the emitter, what the message is about, the one length it can have, that nothing runs twice, the deadline, and that the
/// call gets its whole budget before its failure counts as a refusal. It keeps the receipt, from which the step could be undone.
///
/// What it leaves out: Cancel, and with it the undoing and the tombstone; answering a message that comes again, which it rejects, so
/// that a lost answer must be found at Wormhole; a balance for fees, since whoever delivers pays exactly the fee; and statuses that
/// anyone can ask for by the number of a step. It needs no lock: the outcome is stored before the call, an instance shares nothing
/// with others, and every entry brings its own fee.
contract RunByHand {
    /// Only the deployer names home, once.
    error NotDeployer();
    error HomeIsKnown();
    /// The guardians did not sign the message.
    error InvalidVaa(string reason);
    error UnknownEmitter(uint16 chain, bytes32 emitter);
    error InvalidMessage();
    error AlreadyAnswered(bytes32 instance);
    error InsufficientGas(uint256 required);
    error WrongFee(uint256 required);

    enum Outcome {
        None,
        Executed,
        Refused
    }

    /// One word.
    struct Record {
        Outcome outcome;
        uint64 receipt;
    }

    event Answered(bytes32 indexed instance, Outcome outcome);

    uint16 private constant HOME_CHAIN = 2;
    uint256 private constant RUN_GAS = 100_000;
    /// Gas for what stands between the check of the budget and the call.
    uint256 private constant MARGIN = 22_500;
    /// A header of 52 bytes and a number of eight.
    uint256 private constant REQUEST_SIZE = 60;
    uint8 private constant FINALIZED = 1;
    uint8 private constant LATE = 1;
    uint8 private constant FAILED = 3;

    ICore private immutable CORE;
    ITarget private immutable TARGET;
    address private immutable DEPLOYER;
    /// How a request begins: version 1, kind 1, step 0, and the fingerprint's first eight bytes.
    bytes12 private immutable REQUEST;

    /// The coordinator, in Wormhole's 32 bytes.
    bytes32 public home;
    mapping(bytes32 instance => Record) public records;

    constructor(ICore core, ITarget target, bytes8 fingerprint) {
        CORE = core;
        TARGET = target;
        DEPLOYER = msg.sender;
        REQUEST = bytes12(abi.encodePacked(uint8(1), uint8(1), uint16(0), fingerprint));
    }

    function setHome(bytes32 coordinator) external {
        if (msg.sender != DEPLOYER) revert NotDeployer();
        if (home != 0) revert HomeIsKnown();
        home = coordinator;
    }

    function deliver(bytes calldata signed) external payable {
        (ICore.VM memory vm, bool valid, string memory reason) = CORE.parseAndVerifyVM(signed);
        if (!valid) revert InvalidVaa(reason);
        if (vm.emitterChainId != HOME_CHAIN || vm.emitterAddress != home || vm.emitterAddress == 0) {
            revert UnknownEmitter(vm.emitterChainId, vm.emitterAddress);
        }
        (uint64 deadline, bytes32 instance, uint64 amount) = _decode(vm.payload);
        Record storage record = records[instance];
        if (record.outcome != Outcome.None) revert AlreadyAnswered(instance);
        if (block.timestamp > deadline) return _refuse(record, instance, LATE);
        record.outcome = Outcome.Executed;
        uint256 required = RUN_GAS + RUN_GAS / 63 + MARGIN;
        if (gasleft() < required) revert InsufficientGas(required);
        try TARGET.run{gas: RUN_GAS}(amount) returns (uint64 receipt) {
            record.receipt = receipt;
            emit Answered(instance, Outcome.Executed);
            _reply(abi.encodePacked(_answer(4), instance));
        } catch {
            _refuse(record, instance, FAILED);
        }
    }

    function _refuse(Record storage record, bytes32 instance, uint8 reason) private {
        record.outcome = Outcome.Refused;
        emit Answered(instance, Outcome.Refused);
        _reply(abi.encodePacked(_answer(5), instance, reason));
    }

    function _reply(bytes memory message) private {
        uint256 fee = CORE.messageFee();
        if (msg.value != fee) revert WrongFee(fee);
        CORE.publishMessage{value: fee}(0, message, FINALIZED);
    }

    /// How an answer of a kind begins: as a request does, and no deadline.
    function _answer(uint8 kind) private view returns (bytes20) {
        return bytes20(abi.encodePacked(uint8(1), kind, bytes10(REQUEST << 16), uint64(0)));
    }

    function _decode(bytes memory message) private view returns (uint64 deadline, bytes32 instance, uint64 amount) {
        if (message.length != REQUEST_SIZE) revert InvalidMessage();
        bytes32 head;
        uint256 tail;
        assembly ("memory-safe") {
            head := mload(add(message, 32))
            instance := mload(add(message, 52))
            tail := mload(add(message, 60))
        }
        if (bytes12(head) != REQUEST) revert InvalidMessage();
        return (uint64(bytes8(head << 96)), instance, uint64(tail));
    }
}
