// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Machine} from "./Machine.sol";
import {Status} from "./Types.sol";
import {Header} from "./wire/Header.sol";

/// @title The role that runs steps on another chain than home
/// @notice Replies are paid from the contract's balance, which anyone may add to and only replies spend. An empty balance delays a
/// delivery; it loses nothing, because the delivery can be repeated with wei sent along.
abstract contract Participant is Machine {
    /// The balance does not cover the fee of the reply.
    error EmptyFeeBalance(uint256 required, uint256 available);
    /// A delivery that changes nothing and is answered again pays for the answer itself.
    error RepeatedReplyNotPaid(uint256 required);

    /// @notice Wei were added to the balance that pays for replies.
    event FeesAdded(address indexed from, uint256 amount);
    /// @notice Wei of the balance paid for a reply.
    event FeeSpent(bytes32 indexed instance, uint256 amount);

    /// @notice Adds to the balance that pays for replies.
    receive() external payable {
        emit FeesAdded(msg.sender, msg.value);
    }

    /// Anyone can deliver a message again and again. Were the answers to repeated messages taken from the balance, anyone could empty it.
    function _process(uint256 chain, Header memory header, bytes memory message) internal override {
        if (msg.value != 0) emit FeesAdded(msg.sender, msg.value);
        uint256 balanceBefore = address(this).balance - msg.value;
        Status statusBefore = statusOf(header.instance, header.step);
        _dispatch(chain, header, message);
        uint256 balance = address(this).balance;
        bool isRepeated = statusOf(header.instance, header.step) == statusBefore;
        if (isRepeated && balance < balanceBefore) revert RepeatedReplyNotPaid(msg.value + (balanceBefore - balance));
    }

    function _spendFee(bytes32 instance, uint256 fee) internal override {
        if (fee == 0) return;
        uint256 available = address(this).balance;
        if (available < fee) revert EmptyFeeBalance(fee, available);
        emit FeeSpent(instance, fee);
    }
}
