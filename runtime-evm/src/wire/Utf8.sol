// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Well-formed UTF-8, as table 3-7 of the Unicode Standard defines it
library Utf8 {
    /// @notice Whether every byte belongs to a shortest-form sequence of a Unicode scalar value.
    function isWellFormed(bytes memory text) internal pure returns (bool) {
        uint256 offset = 0;
        while (offset < text.length) {
            uint256 size = _sequenceSize(text, offset);
            if (size == 0) return false;
            offset += size;
        }
        return true;
    }

    /// The bytes of the sequence that begins at `offset`; 0 if it is ill-formed.
    function _sequenceSize(bytes memory text, uint256 offset) private pure returns (uint256) {
        uint8 first = uint8(text[offset]);
        if (first < 0x80) return 1;
        (uint256 size, uint8 low, uint8 high) = _shape(first);
        if (size == 0 || offset + size > text.length) return 0;
        uint8 second = uint8(text[offset + 1]);
        if (second < low || second > high) return 0;
        for (uint256 next = offset + 2; next < offset + size; ++next) {
            if (uint8(text[next]) & 0xC0 != 0x80) return 0;
        }
        return size;
    }

    /// The size of the sequence that a byte of 0x80 or more leads, and the range of its second byte, which excludes longer
    /// forms than needed, surrogates, and values above U+10FFFF.
    function _shape(uint8 first) private pure returns (uint256 size, uint8 low, uint8 high) {
        if (first < 0xC2 || first > 0xF4) return (0, 0, 0);
        if (first < 0xE0) return (2, 0x80, 0xBF);
        if (first == 0xE0) return (3, 0xA0, 0xBF);
        if (first == 0xED) return (3, 0x80, 0x9F);
        if (first < 0xF0) return (3, 0x80, 0xBF);
        if (first == 0xF0) return (4, 0x90, 0xBF);
        if (first == 0xF4) return (4, 0x80, 0x8F);
        return (4, 0x80, 0xBF);
    }
}
