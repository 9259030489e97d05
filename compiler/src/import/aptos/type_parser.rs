//! Parses Move types as the Aptos node writes them, such as `&mut 0x1::coin::Coin<T0>`.

use crate::import::move_model::{MoveAddress, MoveStruct, MoveType, is_move_identifier};

/// How deep type arguments may nest; the Move verifier allows far less.
const MAX_NESTING: usize = 32;

/// Parses one whole type.
///
/// # Errors
///
/// The reason why the text is no type that xcc knows.
pub(super) fn parse(text: &str) -> Result<MoveType, String> {
    let mut parser = Parser {
        rest: text,
        depth: 0,
    };
    let ty = parser.parse_type()?;
    if parser.rest.trim().is_empty() {
        Ok(ty)
    } else {
        Err(format!("unexpected `{}`", parser.rest.trim()))
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn parse_type(&mut self) -> Result<MoveType, String> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(format!("it nests more than {MAX_NESTING} levels"));
        }
        let ty = self.parse_reference();
        self.depth -= 1;
        ty
    }

    fn parse_reference(&mut self) -> Result<MoveType, String> {
        self.skip_spaces();
        if !self.eat("&") {
            return self.parse_named();
        }
        if self.eat("mut ") {
            return Ok(MoveType::MutRef(Box::new(self.parse_type()?)));
        }
        Ok(MoveType::Ref(Box::new(self.parse_type()?)))
    }

    fn parse_named(&mut self) -> Result<MoveType, String> {
        if self.rest.starts_with('|') {
            return Err("function values cannot be carried by a call".to_owned());
        }
        let word = self.take_word();
        match word {
            "" => return Err("a type is missing".to_owned()),
            "bool" => return Ok(MoveType::Bool),
            "address" => return Ok(MoveType::Address),
            "signer" => return Ok(MoveType::Signer),
            "vector" => return self.parse_vector(),
            "unparsable" => {
                return Err("the node that wrote this file could not describe it".to_owned());
            }
            _ => {}
        }
        if let Some(integer) = MoveType::integer(word) {
            return Ok(integer);
        }
        if self.eat("::") {
            return self.parse_struct(word);
        }
        let index = word
            .strip_prefix('T')
            .and_then(|digits| digits.parse().ok());
        index
            .map(MoveType::TypeParam)
            .ok_or_else(|| format!("`{word}` is no type"))
    }

    fn parse_vector(&mut self) -> Result<MoveType, String> {
        match &mut self.parse_args()?[..] {
            [item] => Ok(MoveType::Vector(Box::new(item.clone()))),
            _ => Err("a vector has one type argument".to_owned()),
        }
    }

    fn parse_struct(&mut self, address: &str) -> Result<MoveType, String> {
        let address = MoveAddress::parse(address)?;
        let module = self.take_word();
        if !is_move_identifier(module) || !self.eat("::") {
            return Err("a struct is named address::module::Name".to_owned());
        }
        let name = self.take_word();
        if !is_move_identifier(name) {
            return Err("a struct is named address::module::Name".to_owned());
        }
        let args = if self.rest.starts_with('<') {
            self.parse_args()?
        } else {
            Vec::new()
        };
        Ok(MoveType::Struct(MoveStruct {
            address,
            module: module.to_owned(),
            name: name.to_owned(),
            args,
        }))
    }

    fn parse_args(&mut self) -> Result<Vec<MoveType>, String> {
        if !self.eat("<") {
            return Err("type arguments are missing".to_owned());
        }
        let mut args = vec![self.parse_type()?];
        loop {
            self.skip_spaces();
            if self.eat(">") {
                return Ok(args);
            }
            if !self.eat(",") {
                return Err("`<` is not closed".to_owned());
            }
            args.push(self.parse_type()?);
        }
    }

    fn take_word(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$'));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    fn eat(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else {
            return false;
        };
        self.rest = rest;
        true
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_print_as_they_were_written() {
        for text in [
            "bool",
            "u256",
            "i64",
            "&signer",
            "vector<vector<u8>>",
            "&mut 0x1::coin::Coin<T0>",
            "0x1::table::Table<address, vector<0x1::string::String>>",
            "&0xabc::pool::Pool<T0, 0x1::object::Object<T1>>",
        ] {
            assert_eq!(parse(text).map(|ty| ty.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_type_gets_a_reason() {
        for (text, reason) in [
            ("", "a type is missing"),
            ("u7", "`u7` is no type"),
            ("vector", "type arguments are missing"),
            ("vector<u8", "`<` is not closed"),
            ("vector<u8, u8>", "a vector has one type argument"),
            ("u8 u8", "unexpected `u8`"),
            ("0x1::coin", "a struct is named address::module::Name"),
            ("|u64|bool", "function values cannot be carried by a call"),
            (
                "unparsable<x>",
                "the node that wrote this file could not describe it",
            ),
        ] {
            assert_eq!(parse(text), Err(reason.to_owned()), "{text}");
        }
        assert!(parse(&"vector<".repeat(10_000)).is_err());
    }
}
