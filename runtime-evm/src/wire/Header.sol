// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Kind} from "../Types.sol";

/// @notice What every message begins with, beside its version and the fingerprint that both ends share.
struct Header {
    /// What the message says.
    Kind kind;
    /// The number of the step it is about.
    uint16 step;
    /// Until when an Execute may be run, in seconds since 1970; 0 on every other kind.
    uint64 deadline;
    /// The instance it is about.
    bytes32 instance;
}

/// @title The fixed header: `version 1 | kind 1 | step 2 | fingerprint 8 | deadline 8 | instance 32`, big-endian
library Headers {
    /// The first byte of every message.
    uint8 internal constant VERSION = 1;
    /// The bytes of a header.
    uint256 internal constant SIZE = 52;

    /// The message is shorter than a header, or its version or kind does not exist, or its deadline cannot be.
    error InvalidHeader();
    /// The message was sent by contracts that were built from another source.
    error WrongFingerprint(bytes8 prefix);

    /// @notice The header's bytes.
    function encode(Header memory header, bytes32 fingerprint) internal pure returns (bytes memory) {
        return
            abi.encodePacked(VERSION, header.kind, header.step, bytes8(fingerprint), header.deadline, header.instance);
    }

    /// @notice Reads the header of a message and refuses every one that no peer would send.
    function decode(bytes memory message, bytes32 fingerprint) internal pure returns (Header memory header) {
        if (message.length < SIZE) revert InvalidHeader();
        (bytes32 head, bytes32 instance) = _words(message);
        if (uint8(head[0]) != VERSION || !_isKind(uint8(head[1]))) revert InvalidHeader();
        bytes8 prefix = bytes8(head << 32);
        if (prefix != bytes8(fingerprint)) revert WrongFingerprint(prefix);
        header = Header({
            kind: Kind(uint8(head[1])),
            step: uint16(bytes2(head << 16)),
            deadline: uint64(bytes8(head << 96)),
            instance: instance
        });
        if (header.deadline != 0 && header.kind != Kind.Execute) revert InvalidHeader();
    }

    function _isKind(uint8 number) private pure returns (bool) {
        return number != uint8(Kind.Invalid) && number <= uint8(type(Kind).max);
    }

    /// The first 32 bytes, and the 32 bytes from offset 20.
    function _words(bytes memory message) private pure returns (bytes32 head, bytes32 instance) {
        assembly ("memory-safe") {
            head := mload(add(message, 32))
            instance := mload(add(message, 52))
        }
    }
}
