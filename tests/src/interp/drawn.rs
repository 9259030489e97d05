//! Values drawn for all that an instance does not decide itself, so that guards go either way.
//!
//! Of random values hardly any two are equal, and none is a number that a guard compares with. So half of those drawn here are taken
//! from what the program itself names, or lie beside it, the ends of the types of arithmetic among them; and most of the others from a
//! few, which come again and again.

use std::rc::Rc;

use xcc::import::{EvmType, TargetType};
use xcc::interp::schedule::Draw;
use xcc::interp::{Call, Setting};
use xcc::ir::{self, ArithmeticOp, Body, InstData, Program};
use xcc::literal::{Literal, U256};
use xcc::sim::values::made_up;
use xcc::types::Type;
use xcc::wire::Value;
use xcc::wire::vectors::{Extent, Sampler};

/// How many different values a type has beside those that the program names, most of the time.
const FEW: u64 = 3;
/// The most elements that are drawn for a list.
const LONGEST: u64 = 3;

/// How many of the units are drawn that an amount is divided into: of other numbers few leave no remainder.
const MULTIPLES: [u64; 5] = [1, 2, 3, 12, 1000];

/// The values of a seed.
#[derive(Clone, Debug)]
pub struct Drawn<'p> {
    program: &'p Program,
    /// What the program names, and the numbers beside that.
    named: Rc<[Value]>,
    /// Amounts that are whole in units that the program asks of.
    whole: Rc<[Value]>,
    seed: u64,
    /// The seeds of values that were drawn again, each time some of all.
    again: Vec<u64>,
}

impl<'p> Drawn<'p> {
    /// Values for a program, deployed so.
    #[must_use]
    pub fn new(program: &'p Program, setting: &Setting) -> Self {
        let bodies = program.handlers.values().map(|handler| &handler.body);
        let named =
            bodies.flat_map(|body| body.insts.values().flat_map(|inst| named_in(body, inst)));
        let mut named: Vec<_> = named.chain(setting.constants.values().cloned()).collect();
        named.sort_by_key(|value| format!("{value:?}"));
        named.dedup();
        let bodies = program.handlers.values().map(|handler| &handler.body);
        let whole =
            bodies.flat_map(|body| body.insts.values().flat_map(|inst| whole_in(body, inst)));
        Drawn {
            program,
            named: named.into(),
            whole: whole.collect(),
            seed: 0,
            again: Vec::new(),
        }
    }

    /// The values of another seed.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        Drawn {
            seed,
            again: Vec::new(),
            ..self.clone()
        }
    }

    /// The same values, but for one in four, which are drawn again: so what some of them decide stays decided.
    #[must_use]
    pub fn again(&self, seed: u64) -> Self {
        let mut drawn = self.clone();
        drawn.again.push(seed);
        drawn
    }

    /// The seed of the value in a place.
    fn seed_of(&self, place: &str) -> u64 {
        let is_drawn = |seed: &&u64| Draw::of(&format!("{seed} again {place}")).below(4) == 0;
        let last = self.again.iter().rev().find(is_drawn);
        last.copied().unwrap_or(self.seed)
    }

    /// The value of a type that stands in a place, always the same.
    #[must_use]
    pub fn value(&self, ty: &Type, place: &str) -> Value {
        let mut drawing = Drawing {
            drawn: self,
            draw: Draw::of(&format!("{} {place}", self.seed_of(place))),
        };
        drawing.value(ty)
    }

    /// What a call returns: a value for each result that is used.
    #[must_use]
    pub fn results(&self, call: &Call) -> Vec<Value> {
        let function = &call.function;
        let place = |position| format!("{} {} {position}", function.contract, function.name);
        let used = call.results.iter();
        let drawn = used.map(|used| {
            let value = self.value(&used.ty, &place(used.position));
            match self.width(call, used.position) {
                Some(bits) => narrowed(value, bits),
                None => value,
            }
        });
        drawn.collect()
    }

    /// The bits of a number that a contract on the EVM returns, which may be fewer than those of the type that the source has for it.
    fn width(&self, call: &Call, position: usize) -> Option<u16> {
        let function = &call.function;
        let interface = &self.program.declarations.contracts[function.contract].interface;
        let overload = &interface.functions.get(&function.name)?[function.overload];
        match overload.signature.as_ref().ok()?.results.get(position)?.ty {
            TargetType::Evm(EvmType::Uint(bits) | EvmType::Int(bits)) => Some(bits),
            TargetType::Evm(EvmType::Enum(_)) => Some(8),
            _ => None,
        }
    }
}

/// The number of so many bits that ends as this one does.
fn narrowed(value: Value, bits: u16) -> Value {
    let above = 256 - bits;
    let low = |number: U256| (number << above) >> above;
    match value {
        Value::Uint(number) => Value::Uint(low(number)),
        Value::Int(number) if number.bit(usize::from(bits) - 1) => {
            Value::Int(low(number) | !low(U256::MAX))
        }
        Value::Int(number) => Value::Int(low(number)),
        other => other,
    }
}

/// What an instruction names, and the numbers that decide whether arithmetic has a value.
fn named_in(body: &Body, inst: &InstData) -> Vec<Value> {
    match inst {
        InstData::Literal { literal, .. } => around(literal),
        InstData::Fits {
            op, left, right, ..
        } => {
            let Type::Uint(bits) = body.values[*left].ty else {
                return Vec::new();
            };
            let most = U256::MAX >> (256 - bits);
            let sides = [*left, *right].into_iter();
            let literals = sides.filter_map(|side| literal_of(body, side));
            let limits = literals.filter_map(|literal| match op {
                ArithmeticOp::Mul => most.checked_div(literal),
                _ => most.checked_sub(literal),
            });
            let ends = [U256::zero(), U256::one(), most];
            let numbers = limits.chain(ends).map(Literal::Uint);
            numbers.flat_map(|number| around(&number)).collect()
        }
        _ => Vec::new(),
    }
}

/// Amounts that are whole where an instruction asks whether one is.
fn whole_in(body: &Body, inst: &InstData) -> Vec<Value> {
    let InstData::Arithmetic {
        op: ArithmeticOp::Rem,
        right,
        ..
    } = inst
    else {
        return Vec::new();
    };
    let unit = literal_of(body, *right).filter(|it| *it >= U256::from(10));
    let times = |unit: U256| move |number: u64| unit.checked_mul(U256::from(number));
    let multiples = unit
        .into_iter()
        .flat_map(|unit| MULTIPLES.into_iter().filter_map(times(unit)));
    multiples.map(Value::Uint).collect()
}

/// The number that a value is in every instance.
fn literal_of(body: &Body, value: ir::Value) -> Option<U256> {
    body.insts.values().find_map(|inst| match inst {
        InstData::Literal {
            result,
            literal: Literal::Uint(number),
        } if *result == value => Some(*number),
        _ => None,
    })
}

/// A literal; a number with those before and after it.
fn around(literal: &Literal) -> Vec<Value> {
    let beside = |number: U256| {
        let one = U256::one();
        [
            number.overflowing_sub(one).0,
            number,
            number.overflowing_add(one).0,
        ]
    };
    match literal {
        Literal::Uint(number) => beside(*number).map(Value::Uint).to_vec(),
        Literal::Int(number) => beside(*number).map(Value::Int).to_vec(),
        Literal::Bool(value) => vec![Value::Bool(*value)],
        Literal::Bytes(bytes) => vec![Value::Bytes(bytes.clone())],
        Literal::String(text) => vec![Value::String(text.clone())],
        Literal::Variant(index) => vec![Value::Variant(*index)],
    }
}

/// A value that is being drawn.
struct Drawing<'a, 'p> {
    drawn: &'a Drawn<'p>,
    draw: Draw,
}

impl Drawing<'_, '_> {
    fn value(&mut self, ty: &Type) -> Value {
        let declarations = &self.drawn.program.declarations;
        match ty {
            Type::Record(record) => {
                let fields = declarations.records[*record].fields.iter();
                Value::Record(fields.map(|field| self.value(&field.ty)).collect())
            }
            Type::List(element, most) => {
                let length = self.draw.below(LONGEST.min(u64::from(*most)) + 1);
                Value::List((0..length).map(|_| self.value(element)).collect())
            }
            Type::Array(element, length) => {
                Value::List((0..*length).map(|_| self.value(element)).collect())
            }
            Type::Option(some) => {
                let is_some = self.draw.below(2) == 1;
                Value::Option(is_some.then(|| Box::new(self.value(some))))
            }
            single => self.single(single),
        }
    }

    fn single(&mut self, ty: &Type) -> Value {
        let declarations = &self.drawn.program.declarations;
        let choice = self.draw.below(8);
        let (number, named) = (self.draw.below(1 << 32), &self.drawn.named);
        let named = match choice {
            4 | 5 => &self.drawn.whole,
            _ => named,
        };
        let mut fitting = named.iter().filter(|value| value.is_of(ty, declarations));
        let count = fitting.clone().count() as u64;
        match choice {
            0..=5 if count > 0 => {
                let found = fitting.nth((number % count) as usize);
                found.expect("one of them").clone()
            }
            7 => Sampler::new(&number.to_string(), Extent::Random).value(ty, declarations),
            _ => made_up(ty, &(number % FEW).to_string(), declarations),
        }
    }
}
