// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Machine} from "../Machine.sol";
import {Kind} from "../Types.sol";
import {Header, Headers} from "../wire/Header.sol";
import {IWormhole} from "./IWormhole.sol";

/// @title Carries messages by Wormhole's core
/// @notice Guardians sign what was published once its chain is final. Anyone can deliver a signed message, any number of times; the core
/// checks the signatures, and this contract that the emitter is the wired peer. Repetition is harmless: handlers are idempotent.
abstract contract Wormhole is Machine {
    /// There is no contract at the core's address.
    error NoWormhole(address core);
    /// The core belongs to another chain.
    error WrongWormholeChain(uint16 expected, uint16 actual);
    /// The number of peers is not the number of other chains of the workflow.
    error WrongPeerCount(uint256 expected, uint256 given);
    /// The peer stands in the place of a peer on another chain.
    error UnexpectedPeer(uint16 expected, uint16 given);
    /// The peer's address or chain is zero.
    error ZeroPeer(uint16 chain);
    /// The peer is on this chain.
    error OwnChainPeer(uint16 chain);
    /// The chain has a peer already.
    error DuplicatePeer(uint16 chain);
    /// The guardians did not sign the message.
    error InvalidVaa(string reason);
    /// The message was not published by a peer.
    error UnknownEmitter(uint16 chain, bytes32 emitter);

    /// @notice The machine on another chain: Wormhole's number for the chain, and the emitter's address in 32 bytes.
    struct WormholePeer {
        uint16 chain;
        bytes32 emitter;
    }

    /// @notice A peer was added.
    event WormholePeerAdded(uint16 indexed chain, bytes32 emitter);

    /// Every level but those for faster, weaker finality (200, 201) waits until the chain is final.
    uint8 private constant FINALIZED = 1;

    /// @notice Wormhole's core contract.
    IWormhole public immutable WORMHOLE;
    /// @notice Wormhole's number for this chain.
    uint16 public immutable WORMHOLE_CHAIN;

    /// @notice The emitter on each chain that has a peer.
    mapping(uint16 chain => bytes32 emitter) public wormholePeers;

    constructor(IWormhole core, uint16 chain) {
        if (address(core).code.length == 0) revert NoWormhole(address(core));
        uint16 actual = core.chainId();
        if (actual != chain) revert WrongWormholeChain(chain, actual);
        WORMHOLE = core;
        WORMHOLE_CHAIN = chain;
    }

    /// @notice Delivers a signed message. Anyone may; what is sent along pays for the messages that follow from it.
    function deliver(bytes calldata vaa) external payable nonReentrant {
        (IWormhole.VM memory vm, bool valid, string memory reason) = WORMHOLE.parseAndVerifyVM(vaa);
        if (!valid) revert InvalidVaa(reason);
        bytes32 peer = wormholePeers[vm.emitterChainId];
        if (peer == 0 || vm.emitterAddress != peer) revert UnknownEmitter(vm.emitterChainId, vm.emitterAddress);
        _receive(vm.emitterChainId, vm.payload);
    }

    function _expectWormholePeers(WormholePeer[] calldata peers, uint256 count) internal pure {
        if (peers.length != count) revert WrongPeerCount(count, peers.length);
    }

    /// Adds the peer on `chain`. Only for `wire`.
    function _addWormholePeer(WormholePeer calldata peer, uint16 chain) internal {
        if (peer.chain == 0 || peer.emitter == 0) revert ZeroPeer(peer.chain);
        if (peer.chain == WORMHOLE_CHAIN) revert OwnChainPeer(peer.chain);
        if (wormholePeers[peer.chain] != 0) revert DuplicatePeer(peer.chain);
        if (peer.chain != chain) revert UnexpectedPeer(chain, peer.chain);
        wormholePeers[chain] = peer.emitter;
        emit WormholePeerAdded(chain, peer.emitter);
    }

    /// Publishes a message. It names no receiver: only the machine that runs, or decides over, the step accepts it.
    function _sendByWormhole(bytes32 instance, uint16 step, Kind kind, uint64 deadline, bytes memory body) internal {
        uint256 fee = _wormholeFee();
        _spendFee(instance, fee);
        Header memory header = Header({kind: kind, step: step, deadline: deadline, instance: instance});
        bytes memory message = bytes.concat(Headers.encode(header, FINGERPRINT), body);
        WORMHOLE.publishMessage{value: fee}(0, message, FINALIZED);
    }

    function _wormholeFee() internal view returns (uint256) {
        return WORMHOLE.messageFee();
    }
}
