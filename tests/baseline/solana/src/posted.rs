//! What is read of a posted message, and of the request in it.

/// A posted message: `vaa`, then version, consistency, time, signatures, time of posting, nonce, sequence, chain, emitter, payload.
pub struct Posted<'a> {
    pub chain: u16,
    pub emitter: [u8; 32],
    pub payload: &'a [u8],
}

/// An Execute of the step: twelve bytes that are the same in each, deadline, instance, amount.
pub struct Request {
    pub deadline: u64,
    pub instance: [u8; 32],
    pub amount: u64,
}

impl<'a> Posted<'a> {
    /// Reads an account of the core.
    pub fn read(data: &'a [u8]) -> Option<Self> {
        let rest = data.strip_prefix(b"vaa")?;
        let (_, rest) = rest.split_first_chunk::<54>()?;
        let (chain, rest) = rest.split_first_chunk()?;
        let (emitter, rest) = rest.split_first_chunk()?;
        let (length, payload) = rest.split_first_chunk()?;
        (u32::from_le_bytes(*length) as usize == payload.len()).then_some(Self {
            chain: u16::from_le_bytes(*chain),
            emitter: *emitter,
            payload,
        })
    }
}

impl Request {
    /// Reads a payload that begins so and has no other length.
    pub fn read(payload: &[u8], begins: &[u8; 12]) -> Option<Self> {
        let rest = payload.strip_prefix(begins)?;
        let (deadline, rest) = rest.split_first_chunk()?;
        let (instance, amount) = rest.split_first_chunk()?;
        Some(Self {
            deadline: u64::from_be_bytes(*deadline),
            instance: *instance,
            amount: u64::from_be_bytes(amount.try_into().ok()?),
        })
    }
}
