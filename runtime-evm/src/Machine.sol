// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Kind, Status} from "./Types.sol";
import {Header, Headers} from "./wire/Header.sol";

/// @title What a coordinator and a participant have in common
/// @notice One emitted state machine. It is deployed unwired and refuses everything; its deployer tells it its peers exactly once, and
/// from then on nobody has any power over it.
abstract contract Machine {
    /// The machine has not been told its peers yet.
    error NotWired();
    /// The machine has been told its peers, for ever.
    error AlreadyWired();
    /// Only the deployer may tell the machine its peers.
    error NotDeployer(address caller);
    /// The deployer expects a contract of another source.
    error UnexpectedFingerprint(bytes32 expected);
    /// The machine is at work: its own calls may not enter it again.
    error Reentered();
    /// The chain is not the one the machine was built for.
    error WrongChain(uint256 expected);
    /// No such message exists for this machine.
    error UnknownMessage(uint16 step, Kind kind);
    /// The gas left does not cover the budget of a call.
    error InsufficientGas(uint256 required);
    /// The caller is not the one who may do this.
    error NotAuthorised();
    /// The deadline has passed.
    error DeadlinePassed();
    /// The deadline has not passed yet.
    error DeadlineNotPassed();
    /// The instance cannot be cancelled in its phase.
    error NotCancellable();
    /// Nothing is outstanding.
    error NothingOutstanding();
    /// The message does not fit the state of its step.
    error WrongState();
    /// The guard does not hold of a step that nobody refuses, because it is retriable or run by `start`, or of a later one in an `atomic`.
    error GuardNotMet();
    /// Arithmetic of a step that is run by `start`, or of a later one in an `atomic`, has no value: it leaves the range of its type, or divides by zero.
    error NoValue();

    /// @notice A step of an instance changed its status.
    event StepChanged(bytes32 indexed instance, uint16 indexed step, Status status);
    /// @notice The machine was told its peers.
    event Wired(bytes32 fingerprint);

    /// Gas for what stands between the check of a budget and the call: a cold account, a value transfer, and small arguments.
    uint256 private constant CALL_OVERHEAD = 20_000;
    /// Gas for reading one word of an argument from cold storage and encoding it.
    uint256 private constant WORD_OVERHEAD = 2_500;

    uint256 private constant UNWIRED = 0;
    uint256 private constant READY = 1;
    uint256 private constant BUSY = 2;

    /// @notice Identifies the source the machine was built from.
    bytes32 public immutable FINGERPRINT;
    address private immutable _DEPLOYER;

    /// One of `UNWIRED`, `READY` and `BUSY`.
    uint256 private _lock;

    /// Lets a transaction in once the machine is wired, and never a second time while it is at work. Analysers know a guard against
    /// reentrancy by this name.
    modifier nonReentrant() {
        _enter();
        _;
        _lock = READY;
    }

    constructor(bytes32 fingerprint, uint256 chainId) {
        if (block.chainid != chainId) revert WrongChain(chainId);
        FINGERPRINT = fingerprint;
        _DEPLOYER = msg.sender;
    }

    /// @notice Whether the machine has been told its peers.
    function isWired() external view returns (bool) {
        return _lock != UNWIRED;
    }

    /// @notice Where a step of an instance stands.
    function statusOf(bytes32 instance, uint16 step) public view virtual returns (Status);

    /// Opens the machine, once and only for its deployer. The caller then adds every peer in the same transaction.
    function _seal(bytes32 fingerprint) internal {
        if (msg.sender != _DEPLOYER) revert NotDeployer(msg.sender);
        if (_lock != UNWIRED) revert AlreadyWired();
        if (fingerprint != FINGERPRINT) revert UnexpectedFingerprint(fingerprint);
        _lock = READY;
        emit Wired(fingerprint);
    }

    /// Sets the status of a step and announces it.
    function _setStatus(bytes32 instance, uint16 step, Status status) internal {
        _storeStatus(instance, step, status);
        emit StepChanged(instance, step, status);
    }

    /// Marks a step before a call leaves the contract, or after one that failed. What comes of the call is announced afterwards.
    function _enterStep(bytes32 instance, uint16 step, Status status) internal {
        _storeStatus(instance, step, status);
    }

    /// Rejects the transaction unless a call made right now can be given its whole budget. The EVM keeps back one part in 64 of the
    /// gas at a call, so with less than 64/63 of the budget the call would silently get less.
    function _requireGas(uint256 budget, uint256 argumentWords) internal view {
        uint256 required = budget + budget / 63 + 1 + CALL_OVERHEAD + argumentWords * WORD_OVERHEAD;
        if (gasleft() < required) revert InsufficientGas(required);
    }

    /// Handles an authentic message of the peer on `chain`.
    function _receive(uint256 chain, bytes memory message) internal {
        _process(chain, Headers.decode(message, FINGERPRINT), message);
    }

    /// What a role does around the dispatch of a message.
    function _process(uint256 chain, Header memory header, bytes memory message) internal virtual;

    /// Keeps the status of a step, where the contract keeps what else it keeps of the step.
    function _storeStatus(bytes32 instance, uint16 step, Status status) internal virtual;

    /// Hands a message to its handler, or rejects it if no such message may come from that chain.
    function _dispatch(uint256 chain, Header memory header, bytes memory message) internal virtual;

    /// Takes the fee of a message about an instance out of what was paid for it.
    function _spendFee(bytes32 instance, uint256 fee) internal virtual;

    function _enter() private {
        uint256 lock = _lock;
        if (lock == UNWIRED) revert NotWired();
        if (lock == BUSY) revert Reentered();
        _lock = BUSY;
    }
}
