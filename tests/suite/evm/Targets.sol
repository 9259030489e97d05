// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// What the tests' workflows call: each target remembers its calls, and misbehaves when it is told to.
contract Targets {
    enum Mood {
        Fine,
        Reverting,
        Burning,
        Bomb,
        Reentrant,
        Greedy
    }

    event Called(string what, uint256 amount);

    Mood public mood;
    address public victim;
    bytes public attack;
    bool public attackWorked;
    bytes public attackResult;
    uint256 public gasSeen;
    bool private _lending;

    function behave(Mood mood_) external {
        mood = mood_;
    }

    function aim(address victim_, bytes calldata attack_) external {
        mood = Mood.Reentrant;
        (victim, attack) = (victim_, attack_);
    }

    /// Calls somebody in the middle, as those do who lend for one transaction, and is locked meanwhile.
    function lend(address borrower, bytes calldata data) external {
        _lending = true;
        (bool worked,) = borrower.call(data);
        require(worked, "not worked");
        _lending = false;
    }

    function lock(address, uint256 amount) external {
        act("lock", amount);
    }

    function release(address, uint256 amount) external {
        act("release", amount);
    }

    function swap(uint64 amount, uint64) external returns (uint64 amountOut) {
        gasSeen = gasleft();
        act("swap", amount);
        return amount * 2;
    }

    function swapBack(uint256 amount) external {
        act("swapBack", amount);
    }

    function notify(bytes32, uint128 shares, string calldata) external returns (bool) {
        act("notify", shares);
        return true;
    }

    function act(string memory what, uint256 amount) private {
        require(!_lending, "locked");
        emit Called(what, amount);
        if (mood == Mood.Reverting) revert("no");
        if (mood == Mood.Burning) {
            while (true) gasSeen = gasleft();
        }
        if (mood == Mood.Bomb) {
            assembly {
                revert(0, 100000)
            }
        }
        if (mood == Mood.Reentrant) (attackWorked, attackResult) = victim.call(attack);
        if (mood == Mood.Greedy) {
            // Fails unless it was given most of its budget.
            require(gasleft() > 150_000, "starved");
        }
    }

    receive() external payable {}
}

/// Accepts no wei.
contract Grumpy {
    function claim(address coordinator, address receiver) external returns (bool worked) {
        (worked,) = coordinator.call(abi.encodeWithSignature("claim(address)", receiver));
    }
}
