// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title What custody uses of an ERC-20 token
interface IERC20 {
    /// @notice Lets an account move an amount of the caller's. Some tokens return nothing.
    function approve(address spender, uint256 amount) external returns (bool);
    /// @notice How much of an account's another may still move.
    function allowance(address owner, address spender) external view returns (uint256);
    /// @notice What an account has.
    function balanceOf(address account) external view returns (uint256);
    /// @notice Moves an amount of the caller's. Some tokens return nothing.
    function transfer(address to, uint256 amount) external returns (bool);
    /// @notice Moves an amount that its owner allowed the caller to move. Some tokens return nothing.
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @title Moves tokens into the custody of a contract, and out of it
/// @notice A token may return nothing or true; whatever else it does fails the transaction. What counts is the balance: exactly the
/// amount comes in, so tokens that keep a part of a transfer are refused, and exactly the amount goes out: nothing that is held for
/// others, and nothing is paid by a transfer that moves nothing.
library Custody {
    /// There is no contract at the address of the token.
    error NoToken(IERC20 token);
    /// The token did not do what it was asked for.
    error TransferFailed(IERC20 token);
    /// The balance changed by another amount than it was to.
    error WrongAmount(IERC20 token, uint256 expected, uint256 found);

    /// Takes exactly an amount of an account that allowed it.
    function take(IERC20 token, address from, uint256 amount) internal {
        uint256 before = token.balanceOf(address(this));
        _call(token, abi.encodeCall(token.transferFrom, (from, address(this), amount)));
        uint256 held = token.balanceOf(address(this));
        if (held < before || held - before != amount) {
            revert WrongAmount(token, amount, held < before ? 0 : held - before);
        }
    }

    /// Gives exactly an amount to an account. Nothing changes if it is the contract's own.
    function give(IERC20 token, address to, uint256 amount) internal {
        uint256 leaving = to == address(this) ? 0 : amount;
        uint256 before = token.balanceOf(address(this));
        _call(token, abi.encodeCall(token.transfer, (to, amount)));
        uint256 held = token.balanceOf(address(this));
        if (held > before || before - held != leaving) {
            revert WrongAmount(token, leaving, held > before ? 0 : before - held);
        }
    }

    /// Lets an account take exactly an amount. Returns the balance before, for `settle`.
    function allow(IERC20 token, address spender, uint256 amount) internal returns (uint256 held) {
        held = token.balanceOf(address(this));
        _call(token, abi.encodeCall(token.approve, (spender, amount)));
    }

    /// Makes sure that exactly the amount was taken since `allow`, and that nothing more can be.
    function settle(IERC20 token, address spender, uint256 amount, uint256 held) internal {
        uint256 left = token.balanceOf(address(this));
        if (left > held || held - left != amount) revert WrongAmount(token, amount, left > held ? 0 : held - left);
        if (token.allowance(address(this), spender) != 0) _call(token, abi.encodeCall(token.approve, (spender, 0)));
    }

    function _call(IERC20 token, bytes memory data) private {
        if (address(token).code.length == 0) revert NoToken(token);
        (bool done, bytes memory returned) = address(token).call(data);
        if (!done || (returned.length != 0 && !abi.decode(returned, (bool)))) revert TransferFailed(token);
    }
}
