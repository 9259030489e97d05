//! Wormhole's real core contracts on an [`Evm`], with guardians of the test's own.
//!
//! The bytecode is that of npm's `@certusone/wormhole-sdk` 0.10.18, the contracts mainnet runs.

use std::fs;

use alloy_sol_types::{SolCall, SolEvent, SolValue, sol};
use revm::primitives::{Address, B256, U256, keccak256};

use crate::evm::{Call, Evm, Receipt};
use crate::tools::{Tool, ToolError};
use crate::vaa::{Guardian, Vaa};

mod interface {
    #![allow(missing_docs, reason = "these are Wormhole's own names")]
    alloy_sol_types::sol! {
        #[derive(Debug)]
        struct Signature { bytes32 r; bytes32 s; uint8 v; uint8 guardianIndex; }
        #[derive(Debug)]
        struct VM {
            uint8 version; uint32 timestamp; uint32 nonce; uint16 emitterChainId; bytes32 emitterAddress; uint64 sequence;
            uint8 consistencyLevel; bytes payload; uint32 guardianSetIndex; Signature[] signatures; bytes32 hash;
        }
        event LogMessagePublished(
            address indexed sender, uint64 sequence, uint32 nonce, bytes payload, uint8 consistencyLevel
        );
        function messageFee() external view returns (uint256);
        function submitSetMessageFee(bytes vaa) external;
        function parseAndVerifyVM(bytes vaa) external view returns (VM vm, bool valid, string reason);
    }
}

pub use interface::{VM, messageFeeCall, parseAndVerifyVMCall};

/// Who may send governance messages: chain 1 (Solana) and the address whose last byte is 4, as on mainnet.
const GOVERNANCE: (u16, [u8; 32]) = (1, {
    let mut address = [0; 32];
    address[31] = 4;
    address
});

/// Wormhole's core, deployed.
#[derive(Clone, Debug)]
pub struct Core {
    /// The address contracts are configured with.
    pub address: Address,
    /// Wormhole's id of this chain (2 is Ethereum).
    pub chain: u16,
    guardians: Vec<Guardian>,
    governance_sequence: u64,
}

/// A message a contract published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The publishing contract.
    pub sender: Address,
    /// Counts the sender's messages from zero.
    pub sequence: u64,
    /// The sender's own number.
    pub nonce: u32,
    /// What was said.
    pub payload: Vec<u8>,
    /// The finality asked for: 1 finalized, 200 instant, 201 safe.
    pub consistency_level: u8,
}

sol! {
    function setup(
        address implementation, address[] guardians, uint16 chainId, uint16 governanceChainId, bytes32 governanceContract,
        uint256 evmChainId
    ) external;
}

impl Core {
    /// Deploys implementation, setup and proxy, with these guardians as set 0.
    ///
    /// # Errors
    /// [`ToolError::Missing`] until `tests/install packs` has run.
    ///
    /// # Panics
    /// When the real contracts refuse their own setup.
    pub fn deploy(evm: &mut Evm, chain: u16, guardians: &[Guardian]) -> Result<Self, ToolError> {
        let deployer = Address::repeat_byte(0xde);
        let mut deploy = |name, arguments: &[u8]| -> Result<Address, ToolError> {
            Ok(evm
                .deploy(deployer, &bytecode(name)?, arguments)
                .unwrap_or_else(|receipt| panic!("{name}: {receipt:?}")))
        };
        let implementation = deploy("Implementation", &[])?;
        let setup = deploy("Setup", &[])?;
        let initial = setupCall {
            implementation,
            guardians: guardians
                .iter()
                .map(|guardian| Address::from(guardian.address()))
                .collect(),
            chainId: chain,
            governanceChainId: GOVERNANCE.0,
            governanceContract: B256::from(GOVERNANCE.1),
            evmChainId: U256::from(evm.chain_id()),
        };
        let arguments = (setup, initial.abi_encode()).abi_encode_params();
        let address = evm
            .deploy(deployer, &bytecode("Wormhole")?, &arguments)
            .unwrap_or_else(|receipt| panic!("Wormhole: {receipt:?}"));
        Ok(Self {
            address,
            chain,
            guardians: guardians.to_vec(),
            governance_sequence: 0,
        })
    }

    /// Signs a message with this core's guardians.
    #[must_use]
    pub fn sign(&self, vaa: &Vaa) -> Vec<u8> {
        vaa.sign(&self.guardians)
    }

    /// Asks the core what it thinks of a signed message; `Ok` carries the parsed message, `Err` the core's reason.
    ///
    /// # Errors
    /// The reason the core gives, or that it reverted while parsing.
    ///
    /// # Panics
    /// When the core answers in another form than its interface says.
    pub fn verify(&self, evm: &mut Evm, signed: &[u8]) -> Result<VM, String> {
        let data = parseAndVerifyVMCall {
            vaa: signed.to_vec().into(),
        }
        .abi_encode();
        let receipt = evm.view(Call::new(Address::ZERO, self.address, data));
        let crate::evm::Outcome::Returned(bytes) = &receipt.outcome else {
            return Err(format!("{:?}", receipt.outcome));
        };
        let answer =
            parseAndVerifyVMCall::abi_decode_returns(bytes).expect("the core's own interface");
        if answer.valid {
            Ok(answer.vm)
        } else {
            Err(answer.reason)
        }
    }

    /// Sets the fee for publishing, in wei, by a governance message the guardians sign.
    ///
    /// # Panics
    /// When the core refuses the message.
    pub fn set_message_fee(&mut self, evm: &mut Evm, wei: U256) {
        let mut payload = vec![0; 28];
        payload.extend(b"Core\x03");
        payload.extend(self.chain.to_be_bytes());
        payload.extend(wei.to_be_bytes::<32>());
        let vaa = Vaa {
            guardian_set: 0,
            timestamp: 0,
            nonce: 0,
            emitter_chain: GOVERNANCE.0,
            emitter_address: GOVERNANCE.1,
            sequence: self.governance_sequence,
            consistency_level: 0,
            payload,
        };
        self.governance_sequence += 1;
        let data = interface::submitSetMessageFeeCall {
            vaa: self.sign(&vaa).into(),
        }
        .abi_encode();
        evm.send(Call::new(Address::repeat_byte(0xde), self.address, data))
            .returned();
    }

    /// The messages a transaction published through this core, in order.
    ///
    /// # Panics
    /// When the core emits an event in another form than its interface says.
    #[must_use]
    pub fn published(&self, receipt: &Receipt) -> Vec<Published> {
        let topic = keccak256("LogMessagePublished(address,uint64,uint32,bytes,uint8)");
        let own = receipt
            .logs
            .iter()
            .filter(|log| log.address == self.address && log.topics().first() == Some(&topic));
        own.map(|log| {
            let event = interface::LogMessagePublished::decode_log(log)
                .expect("the core's own interface")
                .data;
            Published {
                sender: event.sender,
                sequence: event.sequence,
                nonce: event.nonce,
                payload: event.payload.to_vec(),
                consistency_level: event.consistencyLevel,
            }
        })
        .collect()
    }

    /// The message guardians would sign for something this core published.
    #[must_use]
    pub fn observe(&self, evm: &Evm, published: &Published) -> Vaa {
        Vaa {
            guardian_set: 0,
            timestamp: u32::try_from(evm.timestamp()).unwrap_or(u32::MAX),
            nonce: published.nonce,
            emitter_chain: self.chain,
            emitter_address: crate::vaa::evm_emitter(published.sender.into_array()),
            sequence: published.sequence,
            consistency_level: published.consistency_level,
            payload: published.payload.clone(),
        }
    }
}

/// The creation code in the package's generated factory for one contract.
fn bytecode(contract: &str) -> Result<Vec<u8>, ToolError> {
    let factories = "@certusone/wormhole-sdk/lib/cjs/ethers-contracts/factories";
    let file = Tool::Packs
        .dir()?
        .join(factories)
        .join(format!("{contract}__factory.js"));
    let text = fs::read_to_string(&file).map_err(ToolError::io(&file))?;
    let code = text
        .split_once("const _bytecode = \"0x")
        .and_then(|(_, rest)| rest.split_once('"'));
    code.and_then(|(digits, _)| hex::decode(digits).ok())
        .ok_or_else(|| {
            ToolError::answer(
                "@certusone/wormhole-sdk",
                "no bytecode in the factory",
                text.as_bytes(),
            )
        })
}
