// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title The token of the feature cases, made to run
/// @notice It can be made to behave as tokens do that custody must not trust.
contract Token {
    /// How the token behaves.
    enum Mode {
        /// As the standard says.
        Sound,
        /// It returns nothing.
        Silent,
        /// It does nothing and says so by returning false.
        Refusing,
        /// It keeps one of each amount.
        Charging,
        /// It takes twice the amount of whoever sends.
        Greedy,
        /// It calls somebody in the middle.
        Calling,
        /// It fails for one account.
        Blocking,
        /// It does nothing and says that it did.
        Idle
    }

    /// There is not enough, or not enough is allowed.
    error Insufficient();
    /// Nothing reaches this account.
    error Blocked(address account);

    Mode public mode;
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    /// Who is called in the middle, with what, and the beginning of what that reverted with.
    address public victim;
    bytes private _attack;
    bytes4 public refusal;

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    /// Calls `victim_` with this in the middle, or fails for it.
    function aim(address victim_, bytes calldata attack) external {
        (victim, _attack) = (victim_, attack);
    }

    function setBalance(address account, uint256 amount) external {
        balanceOf[account] = amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed < amount) revert Insufficient();
        allowance[from][msg.sender] = allowed - amount;
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        if (mode == Mode.Refusing) return false;
        if (mode == Mode.Idle) return true;
        if (mode == Mode.Blocking && to == victim) revert Blocked(to);
        if (mode == Mode.Calling) {
            (bool works, bytes memory answer) = victim.call(_attack);
            refusal = works ? bytes4(0) : bytes4(answer);
        }
        uint256 taken = mode == Mode.Greedy ? 2 * amount : amount;
        if (balanceOf[from] < taken) revert Insufficient();
        balanceOf[from] -= taken;
        balanceOf[to] += mode == Mode.Charging && amount > 0 ? amount - 1 : amount;
        if (mode == Mode.Silent) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        return true;
    }
}
