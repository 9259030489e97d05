// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title What the examples use of OpenZeppelin's TimelockController
/// @notice The signatures, the number of an operation and the order of events are those of the real one; anybody may propose and execute.
contract Timelock {
    error TimelockUnexpectedOperationState(bytes32 operation);

    mapping(bytes32 operation => uint256) private timestamps;

    function hashOperation(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(target, value, data, predecessor, salt));
    }

    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) external {
        bytes32 operation = hashOperation(target, value, data, predecessor, salt);
        require(timestamps[operation] == 0, TimelockUnexpectedOperationState(operation));
        timestamps[operation] = block.timestamp + delay;
    }

    function execute(address target, uint256 value, bytes calldata payload, bytes32 predecessor, bytes32 salt)
        external
        payable
    {
        bytes32 operation = hashOperation(target, value, payload, predecessor, salt);
        uint256 timestamp = timestamps[operation];
        require(timestamp > 1 && timestamp <= block.timestamp, TimelockUnexpectedOperationState(operation));
        (bool success, bytes memory returned) = target.call{value: value}(payload);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 0x20), mload(returned))
            }
        }
        timestamps[operation] = 1;
    }

    receive() external payable {}
}
