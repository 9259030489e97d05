// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Machine} from "./Machine.sol";
import {Phase} from "./Types.sol";
import {Header} from "./wire/Header.sol";

/// @title The role that starts instances and decides them
/// @notice `start` charges the fees of all requests of an instance in advance. They are kept in a reserve that only messages of that
/// instance draw from; what is left when the instance is settled belongs to its payer, who pulls it with `claim`.
abstract contract Coordinator is Machine {
    /// Less was paid than the requests of an instance cost.
    error InsufficientFee(uint256 required, uint256 paid);
    /// The reserve of the instance does not cover the next message; anyone may add to it with the call.
    error EmptyReserve(bytes32 instance, uint256 required);
    /// Sending messages again is paid by whoever asks for it, not by the reserve.
    error ResendNotPaid(uint256 required);
    /// There is nothing to claim.
    error NothingToClaim();
    /// The zero address cannot claim: what it is paid is lost.
    error ZeroReceiver();
    /// The receiver of a claim refused it.
    error ClaimRefused(address receiver);

    /// @notice An instance was opened and paid for. `nonce` counts the instances of this coordinator.
    event Opened(bytes32 indexed instance, address indexed payer, uint64 nonce);
    /// @notice An instance changed its phase.
    event InstanceChanged(bytes32 indexed instance, Phase phase);
    /// @notice Wei were added to the reserve of an instance.
    event ReserveAdded(bytes32 indexed instance, uint256 amount);
    /// @notice Wei of the reserve of an instance paid for a message.
    event ReserveSpent(bytes32 indexed instance, uint256 amount);
    /// @notice What was left in the reserve of a settled instance went to its payer's credit.
    event ReserveReleased(bytes32 indexed instance, uint256 amount);
    /// @notice Wei were credited to an account, to be claimed.
    event Credited(address indexed account, uint256 amount);
    /// @notice An account claimed its credit.
    event Claimed(address indexed account, address indexed receiver, uint256 amount);

    struct Account {
        /// Who paid for the instance.
        address payer;
        /// Where the instance stands.
        Phase phase;
        /// Wei left for its messages.
        uint256 reserve;
    }

    bytes15 private constant INSTANCE_DOMAIN = "xcc/instance/v1";

    /// The hash of the home chain's CAIP-2 identifier.
    bytes32 private immutable _HOME;

    /// @notice How many instances were started.
    uint64 public instanceCount;
    /// @notice The wei an account can claim.
    mapping(address account => uint256) public credits;
    mapping(bytes32 instance => Account) private _accounts;

    /// Adds what is sent along to the reserve of the instance, for the messages that follow.
    modifier funding(bytes32 instance) {
        _addToReserve(instance, msg.value);
        _;
    }

    /// Has the caller pay for every message that follows, so that nobody can use up the reserve by asking for resends.
    modifier paidByCaller(bytes32 instance) {
        uint256 floor = _accounts[instance].reserve;
        _addToReserve(instance, msg.value);
        _;
        uint256 left = _accounts[instance].reserve;
        if (left < floor && !_isSettled(phaseOf(instance))) revert ResendNotPaid(msg.value + (floor - left));
    }

    constructor(bytes32 home) {
        _HOME = home;
    }

    /// @notice Pays the caller's whole credit to `receiver`.
    function claim(address receiver) external nonReentrant {
        if (receiver == address(0)) revert ZeroReceiver();
        uint256 amount = credits[msg.sender];
        if (amount == 0) revert NothingToClaim();
        credits[msg.sender] = 0;
        emit Claimed(msg.sender, receiver, amount);
        (bool paid,) = receiver.call{value: amount}("");
        if (!paid) revert ClaimRefused(receiver);
    }

    /// @notice Where an instance stands.
    function phaseOf(bytes32 instance) public view returns (Phase) {
        return _accounts[instance].phase;
    }

    /// @notice The wei left for the messages of an instance.
    function reserveOf(bytes32 instance) external view returns (uint256) {
        return _accounts[instance].reserve;
    }

    /// @notice The wei `start` takes: the fees of every message that this contract may have to send for one instance.
    function quote() public view virtual returns (uint256);

    /// Opens an instance for the caller and takes the fees of its messages.
    function _open() internal returns (bytes32 instance) {
        uint256 required = quote();
        if (msg.value < required) revert InsufficientFee(required, msg.value);
        uint64 nonce = instanceCount++;
        instance = keccak256(
            abi.encodePacked(INSTANCE_DOMAIN, FINGERPRINT, _HOME, _word(address(this)), _word(msg.sender), nonce)
        );
        _accounts[instance].payer = msg.sender;
        emit Opened(instance, msg.sender, nonce);
        _reserve(instance, required);
        _keepExcess(msg.value - required);
    }

    /// What the caller of a start paid beyond the fees becomes its credit, unless the contract holds it.
    function _keepExcess(uint256 amount) internal virtual {
        _credit(msg.sender, amount);
    }

    /// Sets the phase. A settled instance needs no reserve any more.
    function _setPhase(bytes32 instance, Phase phase) internal {
        _accounts[instance].phase = phase;
        emit InstanceChanged(instance, phase);
        if (_isSettled(phase)) _release(instance);
    }

    /// Adds to what an account can claim.
    function _credit(address account, uint256 amount) internal {
        if (amount == 0) return;
        credits[account] += amount;
        emit Credited(account, amount);
    }

    function _process(uint256 chain, Header memory header, bytes memory message) internal override {
        _addToReserve(header.instance, msg.value);
        _dispatch(chain, header, message);
    }

    function _spendFee(bytes32 instance, uint256 fee) internal override {
        if (fee == 0) return;
        uint256 reserve = _accounts[instance].reserve;
        if (reserve < fee) revert EmptyReserve(instance, fee);
        _accounts[instance].reserve = reserve - fee;
        emit ReserveSpent(instance, fee);
    }

    /// An instance that was never started or is settled sends nothing, so what comes in for it goes back to the caller.
    function _addToReserve(bytes32 instance, uint256 amount) private {
        Phase phase = phaseOf(instance);
        if (phase == Phase.Idle || _isSettled(phase)) _credit(msg.sender, amount);
        else _reserve(instance, amount);
    }

    function _reserve(bytes32 instance, uint256 amount) private {
        if (amount == 0) return;
        _accounts[instance].reserve += amount;
        emit ReserveAdded(instance, amount);
    }

    function _release(bytes32 instance) private {
        Account storage account = _accounts[instance];
        uint256 left = account.reserve;
        if (left == 0) return;
        account.reserve = 0;
        emit ReserveReleased(instance, left);
        _credit(account.payer, left);
    }

    function _isSettled(Phase phase) private pure returns (bool) {
        return phase == Phase.Completed || phase == Phase.Compensated;
    }

    function _word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
