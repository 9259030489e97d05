// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

struct AttestationRequestData {
    address recipient;
    uint64 expirationTime;
    bool revocable;
    bytes32 refUID;
    bytes data;
    uint256 value;
}

struct AttestationRequest {
    bytes32 schema;
    AttestationRequestData data;
}

struct RevocationRequestData {
    bytes32 uid;
    uint256 value;
}

struct RevocationRequest {
    bytes32 schema;
    RevocationRequestData data;
}

/// The Ethereum Attestation Service of the tests, with the functions and checks of the real one for one schema without a resolver.
contract Eas {
    error InvalidSchema();
    error InvalidExpirationTime();
    error NotPayable();
    error NotFound();
    error AccessDenied();
    error AlreadyRevoked();

    struct Attestation {
        address attester;
        address recipient;
        uint64 revocationTime;
        bytes data;
    }

    bytes32 private constant SCHEMA = keccak256(abi.encodePacked("bytes32 digest", address(0), true));

    mapping(bytes32 uid => Attestation) private attestations;
    /// Whom the service refuses, as a resolver may.
    address private denied;

    function attest(AttestationRequest calldata request) external payable returns (bytes32 uid) {
        require(msg.sender != denied, AccessDenied());
        require(request.schema == SCHEMA, InvalidSchema());
        uint64 expires = request.data.expirationTime;
        require(expires == 0 || expires > block.timestamp, InvalidExpirationTime());
        require(msg.value == 0 && request.data.value == 0, NotPayable());
        AttestationRequestData calldata data = request.data;
        bytes memory what = abi.encodePacked(data.expirationTime, data.revocable, data.refUID, data.data, uint32(0));
        uid = keccak256(abi.encodePacked(SCHEMA, data.recipient, msg.sender, uint64(block.timestamp), what));
        attestations[uid] = Attestation(msg.sender, data.recipient, 0, data.data);
    }

    function revoke(RevocationRequest calldata request) external payable {
        require(msg.sender != denied, AccessDenied());
        Attestation storage attestation = attestations[request.data.uid];
        require(attestation.attester != address(0), NotFound());
        require(request.schema == SCHEMA, InvalidSchema());
        require(attestation.attester == msg.sender, AccessDenied());
        require(attestation.revocationTime == 0, AlreadyRevoked());
        attestation.revocationTime = uint64(block.timestamp);
    }

    function standsFor(bytes32 uid, address recipient, bytes calldata data) external view returns (bool) {
        Attestation storage attestation = attestations[uid];
        return attestation.recipient == recipient && attestation.revocationTime == 0
            && keccak256(attestation.data) == keccak256(data);
    }

    function deny(address account) external {
        denied = account;
    }
}
