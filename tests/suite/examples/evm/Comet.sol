// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title A market of Compound, as far as it lends its base token
/// @notice The signatures and the meaning are those of Comet: a manager of an account supplies and withdraws for it.
contract Comet {
    error Paused();
    error Unauthorized();
    error TransferInFailed();
    error NotCollateralized();

    mapping(address owner => mapping(address manager => bool)) public isAllowed;
    /// What accounts have in the market, and beside it.
    mapping(address account => uint256) public balanceOf;
    mapping(address account => uint256) public walletOf;
    bool private supplyPaused;
    bool private withdrawPaused;

    function supplyFrom(address from, address dst, address, uint256 amount) external {
        require(!supplyPaused, Paused());
        require(msg.sender == from || isAllowed[from][msg.sender], Unauthorized());
        require(walletOf[from] >= amount, TransferInFailed());
        walletOf[from] -= amount;
        balanceOf[dst] += amount;
    }

    function withdrawFrom(address src, address to, address, uint256 amount) external {
        require(!withdrawPaused, Paused());
        require(msg.sender == src || isAllowed[src][msg.sender], Unauthorized());
        require(balanceOf[src] >= amount, NotCollateralized());
        balanceOf[src] -= amount;
        walletOf[to] += amount;
    }

    function allow(address manager, bool isAllowed_) external {
        isAllowed[msg.sender][manager] = isAllowed_;
    }

    function pause(bool supplyPaused_, bool withdrawPaused_) external {
        (supplyPaused, withdrawPaused) = (supplyPaused_, withdrawPaused_);
    }

    function give(address account, uint256 amount) external {
        walletOf[account] += amount;
    }
}
