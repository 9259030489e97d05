// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Headers} from "./Header.sol";
import {Utf8} from "./Utf8.sol";

/// @notice A place in a message that is being decoded.
struct Reader {
    /// The message, its header included.
    bytes message;
    /// How many of its bytes have been read.
    uint256 offset;
}

/// @title Reads the values of a message's body, and refuses every encoding but the one each value has
library Readers {
    /// The message ends before the value at this byte does.
    error Truncated(uint256 offset);
    /// Bytes follow the last field, from this byte.
    error Trailing(uint256 offset);
    /// The byte is a boolean or a tag, and is neither 0 nor 1.
    error InvalidFlag(uint256 offset);
    /// The byte is the variant of an enum, and no such variant exists.
    error InvalidVariant(uint256 offset);
    /// The length or count at this byte is over its bound.
    error OverBound(uint256 offset);
    /// The string at this byte is not well-formed UTF-8.
    error InvalidUtf8(uint256 offset);

    /// @notice Begins at the body of a message whose header has been read.
    function body(bytes memory message) internal pure returns (Reader memory) {
        return Reader({message: message, offset: Headers.SIZE});
    }

    /// @notice Begins at the first byte, for values that are kept in storage as they stand on the wire.
    function value(bytes memory encoded) internal pure returns (Reader memory) {
        return Reader({message: encoded, offset: 0});
    }

    /// @notice Refuses bytes after the last field.
    function finish(Reader memory reader) internal pure {
        if (reader.offset != reader.message.length) revert Trailing(reader.offset);
    }

    function readBool(Reader memory reader) internal pure returns (bool) {
        uint256 flag = _take(reader, 1);
        if (flag > 1) revert InvalidFlag(reader.offset - 1);
        return flag == 1;
    }

    function readUint8(Reader memory reader) internal pure returns (uint8) {
        return uint8(_take(reader, 1));
    }

    function readUint16(Reader memory reader) internal pure returns (uint16) {
        return uint16(_take(reader, 2));
    }

    function readUint32(Reader memory reader) internal pure returns (uint32) {
        return uint32(_take(reader, 4));
    }

    function readUint64(Reader memory reader) internal pure returns (uint64) {
        return uint64(_take(reader, 8));
    }

    function readUint128(Reader memory reader) internal pure returns (uint128) {
        return uint128(_take(reader, 16));
    }

    function readUint256(Reader memory reader) internal pure returns (uint256) {
        return _take(reader, 32);
    }

    function readInt8(Reader memory reader) internal pure returns (int8) {
        return int8(readUint8(reader));
    }

    function readInt16(Reader memory reader) internal pure returns (int16) {
        return int16(readUint16(reader));
    }

    function readInt32(Reader memory reader) internal pure returns (int32) {
        return int32(readUint32(reader));
    }

    function readInt64(Reader memory reader) internal pure returns (int64) {
        return int64(readUint64(reader));
    }

    function readInt128(Reader memory reader) internal pure returns (int128) {
        return int128(readUint128(reader));
    }

    function readInt256(Reader memory reader) internal pure returns (int256) {
        return int256(readUint256(reader));
    }

    /// @notice Reads 1 to 32 bytes as they are; they are the first of the result, and zeros follow.
    function readFixed(Reader memory reader, uint256 size) internal pure returns (bytes32) {
        return bytes32(_take(reader, size) << (256 - 8 * size));
    }

    function readAddress(Reader memory reader) internal pure returns (address) {
        return address(uint160(_take(reader, 20)));
    }

    /// @notice Reads the position of a variant of an enum that has `count` of them.
    function readVariant(Reader memory reader, uint256 count) internal pure returns (uint8) {
        uint256 variant = _take(reader, 1);
        if (variant >= count) revert InvalidVariant(reader.offset - 1);
        return uint8(variant);
    }

    /// @notice Reads a length or a count of at most `max`.
    function readCount(Reader memory reader, uint256 max) internal pure returns (uint256 count) {
        count = _take(reader, 2);
        if (count > max) revert OverBound(reader.offset - 2);
    }

    function readBytes(Reader memory reader, uint256 max) internal pure returns (bytes memory taken) {
        uint256 size = readCount(reader, max);
        uint256 offset = reader.offset;
        _skip(reader, size);
        taken = new bytes(size);
        bytes memory message = reader.message;
        assembly ("memory-safe") {
            // Both places end within memory that is allocated: the last word is written with what the message holds there, up to
            // 31 bytes too many, so they are cleared again. `new bytes` allocates whole words.
            let from := add(add(message, 32), offset)
            let to := add(taken, 32)
            for { let done := 0 } lt(done, size) { done := add(done, 32) } {
                mstore(add(to, done), mload(add(from, done)))
            }
            let rest := and(size, 31)
            if rest {
                let last := add(to, sub(size, rest))
                mstore(last, and(mload(last), not(shr(mul(8, rest), not(0)))))
            }
        }
    }

    function readString(Reader memory reader, uint256 max) internal pure returns (string memory) {
        uint256 offset = reader.offset;
        bytes memory text = readBytes(reader, max);
        if (!Utf8.isWellFormed(text)) revert InvalidUtf8(offset);
        return string(text);
    }

    /// The next `size` bytes, at most 32, as a big-endian number.
    function _take(Reader memory reader, uint256 size) private pure returns (uint256 taken) {
        uint256 offset = reader.offset;
        _skip(reader, size);
        bytes memory message = reader.message;
        assembly ("memory-safe") {
            taken := shr(sub(256, mul(8, size)), mload(add(add(message, 32), offset)))
        }
    }

    function _skip(Reader memory reader, uint256 size) private pure {
        uint256 end = reader.offset + size;
        if (end > reader.message.length) revert Truncated(reader.offset);
        reader.offset = end;
    }
}
