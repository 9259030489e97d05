//! Addresses, network identifiers and Move types as people write them, checked strictly: a wrong one costs money.

use thiserror::Error;

use crate::deployment::{Address, MoveType};
use crate::vm::Vm;
use crate::wire::identity::keccak256;

/// The longest hexadecimal form of a Move address that may leave out leading zeros, such as `0x2` or `0xdee9`.
const SHORT_MOVE_ADDRESS: usize = 4;

/// A text longer than this is not decoded: 32 bytes have at most 44 digits.
const LONGEST_BASE58: usize = 100;

/// Why a text is no address of a VM.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// A hexadecimal address without its prefix.
    #[error("an address of this chain begins with `0x`")]
    NoPrefix,
    /// A character that is no hexadecimal digit.
    #[error("`{0}` is no hexadecimal digit")]
    NotHex(char),
    /// The wrong number of hexadecimal digits.
    #[error(
        "this has {found} hexadecimal digits after `0x`, an address of this chain has {expected}"
    )]
    HexLength {
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// The capital letters of an EVM address are not the checksum of its digits (EIP-55).
    #[error("the checksum is wrong: with these digits the address is written `{expected}`")]
    Checksum {
        /// The address with its checksum.
        expected: String,
    },
    /// Not base 58.
    #[error("this is not base 58, in which Solana's addresses are written")]
    NotBase58,
    /// Base 58 of the wrong number of bytes.
    #[error("this is base 58 of {0} bytes, an address of Solana has 32")]
    Base58Length(usize),
    /// A hexadecimal address where one in base 58 belongs.
    #[error("an address of Solana is written in base 58, without `0x`")]
    HexOnSolana,
}

/// Why a text is no CAIP-2 identifier of a network a VM runs on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// No colon.
    #[error("a network is written `namespace:reference`, here `{0}:…` (CAIP-2)")]
    Form(&'static str),
    /// A namespace of another VM, or none that xcc knows.
    #[error("networks of this chain's virtual machine are written `{expected}:…`, not `{found}:…`")]
    Namespace {
        /// The VM's namespace.
        expected: &'static str,
        /// The namespace that was written.
        found: String,
    },
    /// A reference that the namespace does not allow.
    #[error("{0}")]
    Reference(&'static str),
}

/// Reads an address in the form of a VM: 20 bytes in hexadecimal on the EVM, base 58 on Solana, 32 bytes in hexadecimal on Sui and
/// Aptos, where the well-known short ones may leave out leading zeros. An EVM address in mixed case must carry its checksum.
///
/// # Errors
///
/// When the text has any other form.
pub fn parse_address(vm: Vm, text: &str) -> Result<Address, AddressError> {
    match vm {
        Vm::Evm => parse_evm(text),
        Vm::Svm => parse_svm(text),
        Vm::Sui | Vm::Aptos => parse_move(text).map(Address::Move),
    }
}

/// Writes an address in the form of its VM; EVM addresses carry their checksum.
pub fn format_address(address: Address) -> String {
    match address {
        Address::Evm(bytes) => checksummed(&hex_digits(&bytes)),
        Address::Svm(bytes) => bs58::encode(bytes).into_string(),
        Address::Move(bytes) => format!("0x{}", hex_digits(&bytes)),
    }
}

/// Checks a CAIP-2 identifier of a network that a VM runs on.
///
/// # Errors
///
/// When it is none, or one of another VM.
pub fn check_network(vm: Vm, text: &str) -> Result<(), NetworkError> {
    let expected = namespace(vm);
    let (found, reference) = text.split_once(':').ok_or(NetworkError::Form(expected))?;
    if found != expected {
        let found = found.to_owned();
        return Err(NetworkError::Namespace { expected, found });
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if reference.is_empty() || reference.len() > 32 || !reference.chars().all(allowed) {
        let reason = "the reference of a network has 1 to 32 letters, digits, `-` or `_`";
        return Err(NetworkError::Reference(reason));
    }
    let is_chain_id = reference.parse::<u64>().is_ok_and(|id| id > 0);
    if vm == Vm::Evm && (!is_chain_id || reference.starts_with(['0', '+'])) {
        let reason = "the reference of an EVM network is its chain id, a decimal number over zero";
        return Err(NetworkError::Reference(reason));
    }
    Ok(())
}

/// Reads a Move struct type such as `0x2::coin::Coin<0x2::sui::SUI>`. `None` if it is none.
pub fn parse_move_type(text: &str) -> Option<MoveType> {
    let (ty, rest) = take_move_type(text.trim())?;
    rest.trim().is_empty().then_some(ty)
}

/// Writes a Move struct type.
pub fn format_move_type(ty: &MoveType) -> String {
    let address = format_address(Address::Move(ty.address));
    let arguments: Vec<_> = ty.arguments.iter().map(format_move_type).collect();
    let arguments = match arguments.is_empty() {
        true => String::new(),
        false => format!("<{}>", arguments.join(", ")),
    };
    format!("{address}::{}::{}{arguments}", ty.module, ty.name)
}

/// The CAIP-2 namespace of a VM's networks.
fn namespace(vm: Vm) -> &'static str {
    match vm {
        Vm::Evm => "eip155",
        Vm::Svm => "solana",
        Vm::Sui => "sui",
        Vm::Aptos => "aptos",
    }
}

fn parse_evm(text: &str) -> Result<Address, AddressError> {
    let digits = hex_part(text)?;
    let bytes = decode_hex(digits).filter(|bytes| bytes.len() == 20);
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or(AddressError::HexLength {
        found: digits.len(),
        expected: 40,
    })?;
    let is_mixed = digits.contains(|c: char| c.is_ascii_uppercase())
        && digits.contains(|c: char| c.is_ascii_lowercase());
    let expected = checksummed(&digits.to_lowercase());
    if is_mixed && expected[2..] != *digits {
        return Err(AddressError::Checksum { expected });
    }
    Ok(Address::Evm(bytes))
}

fn parse_svm(text: &str) -> Result<Address, AddressError> {
    if text.starts_with("0x") {
        return Err(AddressError::HexOnSolana);
    }
    // Decoding takes time by the square of the length.
    let decoded = (text.len() <= LONGEST_BASE58).then(|| bs58::decode(text).into_vec().ok());
    let bytes = decoded.flatten().ok_or(AddressError::NotBase58)?;
    let length = bytes.len();
    let bytes = bytes.try_into();
    let bytes = bytes.map_err(|_| AddressError::Base58Length(length))?;
    Ok(Address::Svm(bytes))
}

fn parse_move(text: &str) -> Result<[u8; 32], AddressError> {
    let digits = hex_part(text)?;
    let is_short = (1..=SHORT_MOVE_ADDRESS).contains(&digits.len());
    let bytes = match is_short || digits.len() == 64 {
        true => decode_hex(&format!("{digits:0>64}")),
        false => None,
    };
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(AddressError::HexLength {
        found: digits.len(),
        expected: 64,
    })
}

/// The digits after `0x`, all of them hexadecimal.
fn hex_part(text: &str) -> Result<&str, AddressError> {
    let digits = text.strip_prefix("0x").ok_or(AddressError::NoPrefix)?;
    match digits.chars().find(|c| !c.is_ascii_hexdigit()) {
        Some(other) => Err(AddressError::NotHex(other)),
        None => Ok(digits),
    }
}

/// The bytes that an even number of hexadecimal digits stands for.
pub(crate) fn decode_hex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    let (pairs, rest) = digits.as_chunks::<2>();
    let nibble = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let byte = |pair: &[u8; 2]| Some(nibble(pair[0])? << 4 | nibble(pair[1])?);
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

fn hex_digits(bytes: &[u8]) -> String {
    crate::wire::value::hex(bytes)[2..].to_owned()
}

/// An EVM address with capital letters as EIP-55 demands: where the hash of the lower-case digits has a nibble of 8 or more.
fn checksummed(lower: &str) -> String {
    let hash = hex_digits(&keccak256(lower.as_bytes()));
    let cased = lower
        .chars()
        .zip(hash.chars())
        .map(|(digit, nibble)| match nibble >= '8' {
            true => digit.to_ascii_uppercase(),
            false => digit,
        });
    "0x".chars().chain(cased).collect()
}

fn take_move_type(text: &str) -> Option<(MoveType, &str)> {
    let (address, rest) = text.split_once("::")?;
    let (module, rest) = rest.split_once("::")?;
    let end = rest
        .find(|c: char| !is_move_letter(c))
        .unwrap_or(rest.len());
    let (name, mut rest) = rest.split_at(end);
    let mut arguments = Vec::new();
    if let Some(mut inner) = rest.strip_prefix('<') {
        loop {
            let (argument, after) = take_move_type(inner.trim_start())?;
            arguments.push(argument);
            let after = after.trim_start();
            match after.strip_prefix(',') {
                Some(next) => inner = next,
                None => break rest = after.strip_prefix('>')?,
            }
        }
    }
    let ty = MoveType {
        address: parse_move(address.trim()).ok()?,
        module: move_name(module)?,
        name: move_name(name)?,
        arguments,
    };
    Some((ty, rest))
}

fn move_name(text: &str) -> Option<String> {
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (starts_well && text.chars().all(is_move_letter)).then(|| text.to_owned())
}

fn is_move_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evm_addresses_carry_the_checksum_of_eip_55() {
        // The examples of EIP-55.
        for text in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let address = parse_address(Vm::Evm, text).expect(text);
            assert_eq!(format_address(address), text);
            assert_eq!(parse_address(Vm::Evm, &text.to_lowercase()), Ok(address));
        }
        let wrong = parse_address(Vm::Evm, "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
        assert!(matches!(wrong, Err(AddressError::Checksum { .. })));
    }

    #[test]
    fn each_vm_has_its_own_form() {
        assert_eq!(
            parse_address(Vm::Svm, "11111111111111111111111111111111"),
            Ok(Address::Svm([0; 32]))
        );
        let mut two = [0; 32];
        two[31] = 2;
        assert_eq!(parse_address(Vm::Sui, "0x2"), Ok(Address::Move(two)));
        let faults = [
            (
                Vm::Evm,
                "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                AddressError::NoPrefix,
            ),
            (
                Vm::Evm,
                "0x5aaeb6",
                AddressError::HexLength {
                    found: 6,
                    expected: 40,
                },
            ),
            (
                Vm::Evm,
                "0x",
                AddressError::HexLength {
                    found: 0,
                    expected: 40,
                },
            ),
            (Vm::Evm, "0xg", AddressError::NotHex('g')),
            (Vm::Svm, "0x2", AddressError::HexOnSolana),
            (Vm::Svm, "0OIl", AddressError::NotBase58),
            (Vm::Svm, "111", AddressError::Base58Length(3)),
            (
                Vm::Aptos,
                "0x12345",
                AddressError::HexLength {
                    found: 5,
                    expected: 64,
                },
            ),
            (
                Vm::Aptos,
                "0x",
                AddressError::HexLength {
                    found: 0,
                    expected: 64,
                },
            ),
        ];
        for (vm, text, error) in faults {
            assert_eq!(parse_address(vm, text), Err(error), "{text}");
        }
    }

    #[test]
    fn networks_fit_their_vm() {
        for (vm, text) in [
            (Vm::Evm, "eip155:31337"),
            (Vm::Svm, "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"),
            (Vm::Sui, "sui:mainnet"),
            (Vm::Aptos, "aptos:1"),
        ] {
            assert_eq!(check_network(vm, text), Ok(()), "{text}");
        }
        for (vm, text) in [
            (Vm::Evm, "1"),
            (Vm::Evm, "eip155:0"),
            (Vm::Evm, "eip155:01"),
            (Vm::Evm, "eip155:+1"),
            (Vm::Evm, "eip155:mainnet"),
            (Vm::Svm, "eip155:1"),
            (Vm::Sui, "sui:"),
            (Vm::Sui, "sui:a b"),
        ] {
            assert!(check_network(vm, text).is_err(), "{text}");
        }
    }

    #[test]
    fn move_types_are_read_and_written() {
        let long = format!("0x{:0>64}", "2");
        let ty = parse_move_type("0x2::coin::Coin<0x2::sui::SUI, 0x2::a::B<0x2::c::D>>");
        let expected = format!("{long}::coin::Coin<{long}::sui::SUI, {long}::a::B<{long}::c::D>>");
        assert_eq!(format_move_type(&ty.expect("a type")), expected);
        for text in [
            "",
            "0x2",
            "0x2::sui",
            "sui::sui::SUI",
            "0x2::sui::SUI<",
            "0x2::sui::SUI>",
            "0x2::sui::1",
            "0x2::sui::SUI<>",
        ] {
            assert_eq!(parse_move_type(text), None, "{text}");
        }
    }
}
