// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title A vault that takes requests and settles them later
/// @notice The signatures and the meaning are those of ERC-7540 and, for cancellations, of ERC-7887, as far as the examples use them. One asset is
/// worth one share, and a cancellation takes effect at once. `settle` is what the vault's manager does.
contract AsyncVault {
    error NotOperator();
    error NotPending();
    error NotClaimable();

    struct Request {
        address controller;
        uint256 amount;
        bool isRedeem;
        bool isOpen;
    }

    mapping(address account => uint256) public assetsOf;
    mapping(address account => uint256) public sharesOf;
    mapping(address controller => uint256) public claimableAssets;
    mapping(address controller => uint256) public claimableShares;
    mapping(address controller => mapping(address operator => bool)) public isOperator;
    mapping(uint256 requestId => Request) public requests;
    uint256 public lastRequest;

    modifier onlyFor(address controller) {
        if (msg.sender != controller && !isOperator[controller][msg.sender]) revert NotOperator();
        _;
    }

    function give(address account, uint256 assets, uint256 shares) external {
        assetsOf[account] += assets;
        sharesOf[account] += shares;
    }

    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        return true;
    }

    function requestDeposit(uint256 assets, address controller, address owner) external onlyFor(owner) returns (uint256) {
        assetsOf[owner] -= assets;
        return _open(Request(controller, assets, false, true));
    }

    function requestRedeem(uint256 shares, address controller, address owner) external onlyFor(owner) returns (uint256) {
        sharesOf[owner] -= shares;
        return _open(Request(controller, shares, true, true));
    }

    function cancelDepositRequest(uint256 requestId, address controller) external onlyFor(controller) {
        assetsOf[controller] += _close(requestId, controller, false);
    }

    function cancelRedeemRequest(uint256 requestId, address controller) external onlyFor(controller) {
        sharesOf[controller] += _close(requestId, controller, true);
    }

    function settle(uint256 requestId) external {
        Request memory request = requests[requestId];
        uint256 amount = _close(requestId, request.controller, request.isRedeem);
        if (request.isRedeem) claimableAssets[request.controller] += amount;
        else claimableShares[request.controller] += amount;
    }

    function deposit(uint256 assets, address receiver, address controller) external onlyFor(controller) returns (uint256) {
        if (claimableShares[controller] < assets) revert NotClaimable();
        claimableShares[controller] -= assets;
        sharesOf[receiver] += assets;
        return assets;
    }

    function redeem(uint256 shares, address receiver, address controller) external onlyFor(controller) returns (uint256) {
        if (claimableAssets[controller] < shares) revert NotClaimable();
        claimableAssets[controller] -= shares;
        assetsOf[receiver] += shares;
        return shares;
    }

    function _open(Request memory request) private returns (uint256) {
        lastRequest += 1;
        requests[lastRequest] = request;
        return lastRequest;
    }

    function _close(uint256 requestId, address controller, bool isRedeem) private returns (uint256) {
        Request storage request = requests[requestId];
        if (!request.isOpen || request.isRedeem != isRedeem || request.controller != controller) revert NotPending();
        request.isOpen = false;
        return request.amount;
    }
}
