// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title A factory of Aerodrome's pools, as far as it sets their fees
/// @notice The signatures and the checks are those of its PoolFactory.
contract PoolFactory {
    error NotFeeManager();
    error FeeTooHigh();
    error InvalidPool();

    uint256 private constant MAX_FEE = 300;
    address private constant POOL = 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC;

    address public feeManager;
    mapping(address pool => uint256) public customFee;

    function setFeeManager(address manager) external {
        feeManager = manager;
    }

    function setCustomFee(address pool, uint256 fee) external {
        require(msg.sender == feeManager, NotFeeManager());
        require(fee <= MAX_FEE, FeeTooHigh());
        require(pool == POOL, InvalidPool());
        customFee[pool] = fee;
    }
}
