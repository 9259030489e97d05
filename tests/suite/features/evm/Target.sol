// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title The target of the feature cases, made to run
/// @notice It remembers what it was asked for, and by whom at first; nobody else may ask. One function at a time can be made to fail,
/// all of them to call somebody, and all of them to return, or revert with, as many bytes as anybody likes.
contract Target {
    /// The function is made to fail.
    error Broken();
    /// Somebody else ran it before.
    error NotCaller();
    /// The call was given less gas than it demands.
    error Starved();

    /// Which function fails: 1 `run`, 2 `undo`, 3 `note`.
    uint8 public broken;
    /// The gas that every function demands.
    uint256 public demand;
    address public caller;
    /// Who is called by every function, and with what.
    address private _victim;
    bytes private _attack;
    /// The beginning of what the last such call reverted with.
    bytes4 public refusal;
    /// How many bytes every function hands back, if any.
    uint256 public bomb;
    /// The functions called, by number times a million, and what they were given.
    uint64[] private _calls;

    function setBroken(uint8 number) external {
        broken = number;
    }

    function setDemand(uint256 gas) external {
        demand = gas;
    }

    function setBomb(uint256 size) external {
        bomb = size;
    }

    function aim(address victim, bytes calldata attack) external {
        (_victim, _attack) = (victim, attack);
    }

    function run(uint64 amount) external returns (uint64 receipt) {
        if (caller == address(0)) caller = msg.sender;
        _act(1, amount);
        receipt = amount + 1;
        uint256 size = bomb;
        if (size == 0) return receipt;
        assembly ("memory-safe") {
            mstore(0, receipt)
            return(0, size)
        }
    }

    function undo(uint64 receipt) external {
        _act(2, receipt);
    }

    function note(uint64 value) external {
        _act(3, value);
    }

    function calls() external view returns (uint64[] memory) {
        return _calls;
    }

    function _fail() private view {
        uint256 size = bomb;
        if (size == 0) revert Broken();
        assembly ("memory-safe") {
            revert(0, size)
        }
    }

    function _act(uint8 number, uint64 argument) private {
        uint256 given = gasleft();
        if (given < demand) revert Starved();
        if (msg.sender != caller) revert NotCaller();
        if (broken == number) _fail();
        _calls.push(uint64(number) * 1_000_000 + argument);
        if (_victim == address(0)) return;
        (bool works, bytes memory answer) = _victim.call(_attack);
        refusal = works ? bytes4(0) : bytes4(answer);
    }
}
