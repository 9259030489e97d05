//! The reference codec: every value has one encoding, and every other byte string is refused.

use xcc::entities::Chain;
use xcc::literal::U256;
use xcc::source::{SourceMap, Span};
use xcc::types::{ChainDecl, Declarations, EnumDecl, Field, RecordDecl, Type};
use xcc::vm::Vm;
use xcc::wire::header::{self, Header};
use xcc::wire::vectors::{Extent, Sampler};
use xcc::wire::{DecodeError, Layout, Value, decode_body, encode_body};

const SAMPLES: usize = 400;

/// Fields of every type of the language, nested ones included.
fn every_type() -> (Declarations, Vec<Field>) {
    let mut sources = SourceMap::default();
    let span = Span::new(sources.add("types.xcc", ""), 0, 0);
    let mut declarations = Declarations::default();
    let chain = |name: &str, vm| ChainDecl {
        name: name.into(),
        vm,
        docs: Vec::new(),
        span,
    };
    let ethereum: Chain = declarations.chains.push(chain("ethereum", Vm::Evm));
    let sui: Chain = declarations.chains.push(chain("sui", Vm::Sui));
    let variants = ["Buy", "Sell", "Hold"].map(String::from).to_vec();
    let side = declarations.enums.push(EnumDecl {
        name: "Side".into(),
        written: "Side".into(),
        variants,
        docs: Vec::new(),
        span,
    });
    let member = |name: &str, ty| Field {
        name: name.into(),
        ty,
    };
    let order = declarations.records.push(RecordDecl {
        name: "Order".into(),
        fields: vec![
            member("id", Type::Uint(64)),
            member("note", Type::Bytes(9)),
            member("side", Type::Enum(side)),
        ],
        docs: Vec::new(),
        span,
    });
    let widths = xcc::types::INTEGER_WIDTHS;
    let mut types: Vec<Type> = widths
        .into_iter()
        .flat_map(|bits| [Type::Uint(bits), Type::Int(bits)])
        .collect();
    types.extend([
        Type::Bool,
        Type::String(20),
        Type::FixedBytes(1),
        Type::FixedBytes(32),
        Type::Bytes(300),
        Type::Address(ethereum),
        Type::Address(sui),
        Type::Enum(side),
        Type::Record(order),
        Type::List(Box::new(Type::Record(order)), 3),
        Type::Array(Box::new(Type::Int(16)), 4),
        Type::Option(Box::new(Type::String(3))),
        Type::List(Box::new(Type::Option(Box::new(Type::Bool))), 5),
    ]);
    let fields = types
        .into_iter()
        .enumerate()
        .map(|(index, ty)| member(&format!("f{index}"), ty))
        .collect();
    (declarations, fields)
}

fn samples(declarations: &Declarations, fields: &[Field]) -> Vec<Vec<Value>> {
    let random = (0..SAMPLES).map(|index| Sampler::new(&format!("wire {index}"), Extent::Random));
    let extremes = [Extent::Least, Extent::Greatest].map(|extent| Sampler::new("extreme", extent));
    let draw = |mut sampler: Sampler| {
        fields
            .iter()
            .map(|field| sampler.value(&field.ty, declarations))
            .collect()
    };
    extremes.into_iter().chain(random).map(draw).collect()
}

#[test]
fn every_value_round_trips_within_its_bounds() {
    let (declarations, fields) = every_type();
    let layout = Layout::new(&fields, &declarations);
    for values in samples(&declarations, &fields) {
        let body = encode_body(&layout, &values);
        assert!((layout.min_size as usize..=layout.max_size as usize).contains(&body.len()));
        assert_eq!(decode_body(&layout, &body).as_ref(), Ok(&values));
    }
}

#[test]
fn the_extremes_reach_the_bounds() {
    let (declarations, fields) = every_type();
    let layout = Layout::new(&fields, &declarations);
    let all = samples(&declarations, &fields);
    assert_eq!(
        encode_body(&layout, &all[0]).len(),
        layout.min_size as usize
    );
    assert_eq!(
        encode_body(&layout, &all[1]).len(),
        layout.max_size as usize
    );
}

#[test]
fn no_part_of_a_body_is_a_body() {
    let (declarations, fields) = every_type();
    let layout = Layout::new(&fields, &declarations);
    for values in samples(&declarations, &fields).iter().take(20) {
        let mut body = encode_body(&layout, values);
        for end in 0..body.len() {
            assert!(
                decode_body(&layout, &body[..end]).is_err(),
                "the first {end} bytes were accepted"
            );
        }
        body.push(0);
        assert_eq!(
            decode_body(&layout, &body),
            Err(DecodeError::Trailing(body.len() - 1))
        );
    }
}

#[test]
fn what_is_accepted_is_the_one_encoding() {
    let (declarations, fields) = every_type();
    let layout = Layout::new(&fields, &declarations);
    let mut accepted = 0;
    for values in samples(&declarations, &fields).iter().take(20) {
        let body = encode_body(&layout, values);
        for at in 0..body.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut changed = body.clone();
                changed[at] ^= flip;
                if let Ok(decoded) = decode_body(&layout, &changed) {
                    assert_eq!(encode_body(&layout, &decoded), changed);
                    accepted += 1;
                }
            }
        }
    }
    assert!(
        accepted > 1_000,
        "most flips in plain data are other values: {accepted}"
    );
}

#[test]
fn each_malformed_value_is_named_with_its_place() {
    let (declarations, _) = every_type();
    let decode = |ty: Type, bytes: &[u8]| {
        let fields = [Field {
            name: "f".into(),
            ty,
        }];
        decode_body(&Layout::new(&fields, &declarations), bytes)
    };
    assert_eq!(decode(Type::Bool, &[2]), Err(DecodeError::Bool(0)));
    assert_eq!(
        decode(Type::Option(Box::new(Type::Bool)), &[2, 0]),
        Err(DecodeError::Tag(0))
    );
    assert_eq!(
        decode(Type::Enum(declarations.enums.keys().next().unwrap()), &[3]),
        Err(DecodeError::Variant(0))
    );
    assert_eq!(
        decode(Type::Bytes(1), &[0, 2, 7, 7]),
        Err(DecodeError::Bound(0))
    );
    assert_eq!(
        decode(Type::String(2), &[0, 2, 0xc0, 0x80]),
        Err(DecodeError::Utf8(0))
    );
    assert_eq!(decode(Type::Uint(16), &[0]), Err(DecodeError::Truncated(0)));
}

#[test]
fn headers_have_one_encoding() {
    let mut bytes = [0x11; header::SIZE];
    for version in 0..=u8::MAX {
        for kind in 0..=u8::MAX {
            (bytes[0], bytes[1]) = (version, kind);
            let decoded = Header::decode(&bytes);
            // Only an Execute may carry a deadline, and the pattern has one.
            assert_eq!(decoded.is_some(), version == header::VERSION && kind == 1);
            assert!(decoded.is_none_or(|header| header.encode() == bytes));
        }
    }
    assert_eq!(Header::decode(&bytes[..header::SIZE - 1]), None);
}

#[test]
fn the_header_table_covers_every_byte_once() {
    let end = header::FIELDS.iter().fold(0, |at, field| {
        assert_eq!(
            field.offset, at,
            "{} begins where the last field ends",
            field.name
        );
        at + field.size
    });
    assert_eq!(end, header::SIZE);
}

/// What the sampler draws fits its type, so that it can be encoded; what is one bit or byte too large does not.
#[test]
fn values_are_of_their_types_and_of_no_other() {
    let (declarations, fields) = every_type();
    for values in samples(&declarations, &fields) {
        for (field, value) in fields.iter().zip(&values) {
            assert!(value.is_of(&field.ty, &declarations), "{field:?} {value:?}");
        }
    }
    for field in &fields {
        let zero = Value::zero(&field.ty, &declarations);
        assert!(zero.is_of(&field.ty, &declarations), "{field:?}");
    }
    let one = U256::one();
    for bits in xcc::types::INTEGER_WIDTHS
        .map(usize::from)
        .into_iter()
        .take(5)
    {
        let (unsigned, signed) = (Type::Uint(bits as u16), Type::Int(bits as u16));
        let fits = |value: Value, ty: &Type| value.is_of(ty, &declarations);
        let least = !((one << (bits - 1)) - 1);
        assert!(fits(Value::Uint((one << bits) - 1), &unsigned));
        assert!(!fits(Value::Uint(one << bits), &unsigned));
        assert!(fits(Value::Int((one << (bits - 1)) - 1), &signed));
        assert!(!fits(Value::Int(one << (bits - 1)), &signed));
        assert!(fits(Value::Int(least), &signed));
        assert!(!fits(Value::Int(least - 1), &signed));
        assert!(!fits(Value::Uint(one), &signed));
    }
    let misfits = [
        (Value::Bytes(vec![0; 301]), Type::Bytes(300)),
        (Value::Bytes(vec![0; 31]), Type::FixedBytes(32)),
        (Value::String("é".into()), Type::String(1)),
        (Value::Option(Some(Box::new(Value::Bool(true)))), Type::Bool),
        (
            Value::List(vec![Value::Bool(true)]),
            Type::Array(Box::new(Type::Bool), 2),
        ),
        (
            Value::List(vec![Value::Bool(true); 3]),
            Type::List(Box::new(Type::Bool), 2),
        ),
        (Value::Bool(true), Type::Uint(8)),
    ];
    for (value, ty) in misfits {
        assert!(!value.is_of(&ty, &declarations), "{value:?} {ty:?}");
    }
}
