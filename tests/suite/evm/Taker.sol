// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

interface IToken {
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @title A target that takes what a coordinator spends, or does otherwise
contract Taker {
    /// What `run` does.
    enum Mode {
        /// It takes the amount.
        Exact,
        /// It takes one less.
        Less,
        /// It takes one more.
        More,
        /// It takes nothing.
        Nothing,
        /// It takes the amount, and calls whoever called.
        Calling,
        /// It takes the amount, and returns much more than anybody asked for.
        Loud,
        /// It takes the amount, and returns nothing.
        Mute
    }

    Mode public mode;
    IToken private _token;
    bytes private _attack;
    /// The beginning of what the call in the middle reverted with.
    bytes4 public refusal;

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    /// What is taken, and what whoever calls is called with in the middle.
    function aim(address token, bytes calldata attack) external {
        (_token, _attack) = (IToken(token), attack);
    }

    function run(uint64 amount) external returns (uint64 receipt) {
        if (mode != Mode.Nothing) {
            uint256 taken = mode == Mode.Less ? amount - 1 : mode == Mode.More ? amount + 1 : amount;
            _token.transferFrom(msg.sender, address(this), taken);
        }
        if (mode == Mode.Calling) {
            (bool works, bytes memory answer) = msg.sender.call(_attack);
            refusal = works ? bytes4(0) : bytes4(answer);
        }
        receipt = amount;
        uint256 size = mode == Mode.Loud ? 50_000 : mode == Mode.Mute ? 0 : 32;
        assembly ("memory-safe") {
            mstore(0, receipt)
            return(0, size)
        }
    }

    /// Takes of somebody what they allowed at some time.
    function takeAgain(address from, uint256 amount) external {
        _token.transferFrom(from, address(this), amount);
    }
}
