// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Coordinator} from "./Coordinator.sol";

/// @title Moves native currency into the custody of a coordinator, and out of it
/// @notice What is held is neither in the reserve of an instance nor in anybody's credit, so no message and no claim of a credit is paid with
/// it. What a start brings beyond its fees comes in as far as the instance takes it; the rest is the caller's credit.
abstract contract NativeCustody is Coordinator {
    /// Less came with the transaction, beyond its fees and what was taken of it before, than an instance takes.
    error InsufficientValue(uint256 required, uint256 available);

    /// Wei of the start under way that pay no fees and were not taken yet. Zero outside of a start.
    uint256 private _brought;

    /// Credits the caller with what came along and was not taken.
    modifier creditingRest() {
        _;
        uint256 rest = _brought;
        _brought = 0;
        _credit(msg.sender, rest);
    }

    /// Takes an amount of what the caller brought, which is the account that it is taken from.
    function _takeNative(address from, uint256 amount) internal {
        if (msg.sender != from) revert NotAuthorised();
        uint256 available = _brought;
        if (available < amount) revert InsufficientValue(amount, available);
        _brought = available - amount;
    }

    /// Gives an amount to an account. The receiver may use all the gas that whoever claims for it has brought, and nothing of what it
    /// returns is copied.
    function _giveNative(address to, uint256 amount) internal {
        bool done;
        assembly ("memory-safe") {
            done := call(gas(), to, amount, 0, 0, 0, 0)
        }
        if (!done) revert ClaimRefused(to);
    }

    /// @inheritdoc Coordinator
    function _keepExcess(uint256 amount) internal override {
        _brought = amount;
    }
}
