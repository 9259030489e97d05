// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Custody, IERC20} from "./Custody.sol";
import {NotSelf} from "./Types.sol";

/// An amount of a token that goes with a call.
struct Spending {
    IERC20 token;
    uint256 amount;
}

/// @title Lets targets take what is in custody: exactly the amounts that a call spends, or nothing
/// @notice Native currency goes with the call as its value, tokens by an allowance.
/// @notice The contract calls itself, so that the allowances, the call and the check of what was taken fail together, whether the
/// failure is caught or not. Outside of such a call nobody is allowed anything.
abstract contract Custodian {
    /// The target kept another amount of native currency than goes with the call.
    error WrongValue(uint256 expected);
    /// The target returned less than its interface says.
    error NoResult(address target);

    /// Gas for one spending: to allow it, to read balances, and to take back what is left of the allowance. Common tokens need half.
    uint256 private constant SPENDING_GAS = 150_000;
    /// Gas for what stands between the start of `spend` and the call.
    uint256 private constant SPEND_OVERHEAD = 20_000;

    /// @notice Calls a target that takes exactly these amounts of the contract; for the contract itself only.
    /// @param spendings what the target takes, each token once
    /// @param budget the gas that the target gets
    /// @param words how many words of what the target returns are handed on; no more are copied, however much it returns
    /// @param data what the target is called with
    /// @return returned those words
    function spend(Spending[] calldata spendings, address target, uint256 budget, uint256 words, bytes calldata data)
        external
        payable
        returns (bytes memory returned)
    {
        if (msg.sender != address(this)) revert NotSelf();
        uint256[] memory held = new uint256[](spendings.length);
        for (uint256 i = 0; i < spendings.length; i++) {
            held[i] = Custody.allow(spendings[i].token, target, spendings[i].amount);
        }
        uint256 balance = address(this).balance;
        returned = _call(target, budget, words, data);
        // The value came from the contract itself, so what is missing now is what the target has kept of it.
        if (msg.value != 0 && address(this).balance + msg.value != balance) revert WrongValue(msg.value);
        for (uint256 i = 0; i < spendings.length; i++) {
            Custody.settle(spendings[i].token, target, spendings[i].amount, held[i]);
        }
    }

    /// The gas that `spend` needs so that the target gets its whole budget, of which the EVM keeps back one part in 64.
    function _spendGas(uint256 budget, uint256 spendings) internal pure returns (uint256) {
        return budget + budget / 63 + 1 + SPEND_OVERHEAD + spendings * SPENDING_GAS;
    }

    function _call(address target, uint256 budget, uint256 words, bytes memory data)
        private
        returns (bytes memory returned)
    {
        if (target.code.length == 0) revert NoResult(target);
        returned = new bytes(32 * words);
        bool done;
        uint256 size;
        // A call of Solidity's would copy all that the target returns.
        assembly ("memory-safe") {
            done := call(budget, target, callvalue(), add(data, 32), mload(data), add(returned, 32), mul(32, words))
            size := returndatasize()
        }
        if (!done) {
            // What the target fails with is the error of the transaction, unless it is caught.
            assembly ("memory-safe") {
                let start := mload(0x40)
                let length := returndatasize()
                if gt(length, 1024) { length := 1024 }
                returndatacopy(start, 0, length)
                revert(start, length)
            }
        }
        if (size < 32 * words) revert NoResult(target);
    }
}
