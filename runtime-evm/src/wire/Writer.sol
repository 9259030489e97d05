// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Utf8} from "./Utf8.sol";

/// @notice The body of a message that is being encoded.
struct Writer {
    /// Room for the greatest body and one word more.
    bytes buffer;
    /// How many bytes have been written.
    uint256 offset;
}

/// @title Writes the values of a message's body
library Writers {
    /// A value is longer than its type allows.
    error TooLong(uint256 length, uint256 max);
    /// A string is not well-formed UTF-8.
    error NotUtf8();
    /// The values do not fit the room the body was given.
    error BodyOverflow();

    /// The room behind the greatest body, so that every value can be written as a whole word.
    uint256 private constant SLACK = 32;

    /// @notice An empty body that can grow to `maxSize` bytes.
    function create(uint256 maxSize) internal pure returns (Writer memory) {
        return Writer({buffer: new bytes(maxSize + SLACK), offset: 0});
    }

    /// @notice The bytes written. Nothing may be written afterwards.
    function finish(Writer memory writer) internal pure returns (bytes memory written) {
        written = writer.buffer;
        uint256 size = writer.offset;
        assembly ("memory-safe") {
            mstore(written, size)
        }
    }

    function writeBool(Writer memory writer, bool value) internal pure {
        _put(writer, value ? 1 : 0, 1);
    }

    /// @notice Writes the low `size` bytes of a number whose type has that many.
    function writeUint(Writer memory writer, uint256 value, uint256 size) internal pure {
        _put(writer, value, size);
    }

    /// @notice Writes the low `size` bytes of the two's complement of a number whose type has that many.
    function writeInt(Writer memory writer, int256 value, uint256 size) internal pure {
        _put(writer, uint256(value), size);
    }

    /// @notice Writes the first `size` bytes as they are.
    function writeFixed(Writer memory writer, bytes32 value, uint256 size) internal pure {
        _put(writer, uint256(value) >> (256 - 8 * size), size);
    }

    function writeAddress(Writer memory writer, address value) internal pure {
        _put(writer, uint160(value), 20);
    }

    /// @notice Writes a length or a count, and refuses one over `max`.
    function writeCount(Writer memory writer, uint256 count, uint256 max) internal pure {
        if (count > max) revert TooLong(count, max);
        _put(writer, count, 2);
    }

    function writeBytes(Writer memory writer, bytes memory value, uint256 max) internal pure {
        uint256 size = value.length;
        writeCount(writer, size, max);
        uint256 offset = _claim(writer, size);
        bytes memory buffer = writer.buffer;
        assembly ("memory-safe") {
            // Whole words are copied; up to 31 bytes behind the value land in the slack or under what is written next.
            let from := add(value, 32)
            let to := add(add(buffer, 32), offset)
            for { let done := 0 } lt(done, size) { done := add(done, 32) } {
                mstore(add(to, done), mload(add(from, done)))
            }
        }
    }

    function writeString(Writer memory writer, string memory value, uint256 max) internal pure {
        if (!Utf8.isWellFormed(bytes(value))) revert NotUtf8();
        writeBytes(writer, bytes(value), max);
    }

    /// Writes the low `size` bytes of a word, at most 32.
    function _put(Writer memory writer, uint256 value, uint256 size) private pure {
        uint256 offset = _claim(writer, size);
        bytes memory buffer = writer.buffer;
        assembly ("memory-safe") {
            mstore(add(add(buffer, 32), offset), shl(sub(256, mul(8, size)), value))
        }
    }

    function _claim(Writer memory writer, uint256 size) private pure returns (uint256 offset) {
        offset = writer.offset;
        if (offset + size + SLACK > writer.buffer.length) revert BodyOverflow();
        writer.offset = offset + size;
    }
}
