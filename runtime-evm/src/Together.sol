// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {NotSelf} from "./Types.sol";

/// @title Calls that take effect together, or not at all
/// @notice The contract calls itself, so that whatever fails undoes the calls before it, and the failure can be caught.
abstract contract Together {
    /// Gas for what stands around one call: a cold account, a value transfer, and small arguments and results.
    uint256 private constant AROUND_CALL = 30_000;
    /// Gas for reading one word of an argument from cold storage and encoding it.
    uint256 private constant ARGUMENT_WORD = 2_500;
    /// Gas for keeping one word of a result.
    uint256 private constant KEPT_WORD = 25_000;

    /// Lets only the contract itself in.
    modifier onlySelf() {
        if (msg.sender != address(this)) revert NotSelf();
        _;
    }

    /// The gas with which each of so many calls gets its whole budget, of which the EVM keeps back one part in 64.
    function _togetherGas(uint256 budgets, uint256 calls, uint256 argumentWords, uint256 keptWords)
        internal
        pure
        returns (uint256)
    {
        uint256 around = calls * (AROUND_CALL + 1) + argumentWords * ARGUMENT_WORD + keptWords * KEPT_WORD;
        return budgets + budgets / 63 + around;
    }
}
