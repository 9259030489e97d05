// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Whom native currency is paid to, or a target that it is spent by, which does as it is told
contract Payee {
    /// What is done with wei that come.
    enum Mode {
        /// They are kept.
        Keeping,
        /// They are refused.
        Refusing,
        /// They are refused when all gas is used up.
        Burning,
        /// They are kept, and much more is returned than anybody asked for.
        Loud,
        /// They are refused, with much more than anybody asked for.
        Shouting,
        /// They are kept, and whoever sent them is called.
        Calling,
        /// One of them is forced on whoever sent them.
        Returning,
        /// They are kept, and more than they are is forced on whoever sent them.
        Overpaying
    }

    Mode public mode;
    bytes private _attack;
    /// The beginning of what the call in the middle reverted with.
    bytes4 public refusal;

    receive() external payable {
        _act(0);
    }

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    /// What whoever sends wei is called with.
    function aim(bytes calldata attack) external {
        _attack = attack;
    }

    /// Says a price and keeps nothing.
    function run(uint64 amount) external pure returns (uint64 receipt) {
        return amount;
    }

    function fund(uint64 amount) external payable returns (uint64 receipt) {
        receipt = amount;
        _act(receipt);
    }

    function _act(uint64 answer) private {
        if (mode == Mode.Refusing) revert("no");
        if (mode == Mode.Burning) while (true) refusal = bytes4(keccak256(abi.encode(gasleft())));
        if (mode == Mode.Calling) {
            (bool works, bytes memory returned) = msg.sender.call(_attack);
            refusal = works ? bytes4(0) : bytes4(returned);
        }
        if (mode == Mode.Returning) _force(msg.sender, 1);
        if (mode == Mode.Overpaying) _force(msg.sender, msg.value + 1);
        if (mode != Mode.Loud && mode != Mode.Shouting) return;
        bool fails = mode == Mode.Shouting;
        assembly ("memory-safe") {
            mstore(0, answer)
            if fails { revert(0, 50000) }
            return(0, 50000)
        }
    }

    /// Sends wei to an account that has no say in it.
    function _force(address to, uint256 amount) private {
        bytes memory code = abi.encodePacked(hex"73", to, hex"ff");
        address made;
        assembly ("memory-safe") {
            made := create(amount, add(code, 32), mload(code))
        }
        require(made != address(0), "not created");
    }
}
