//! Amounts between chains with other decimal places: nothing is lost and nothing doubled, for every pair of decimal places.
//!
//! What is expected is computed here, with numbers without limit, from the decimal places alone.

use num_bigint::BigUint;
use num_traits::{One, Zero};
use xcc::entities::Step;
use xcc::hir::Custody;
use xcc::interp::network::Entry;
use xcc::interp::schedule::Draw;
use xcc::interp::{Outcome, Rejected};
use xcc::ir::{MessageKind, Part, Refusal, Rejection};
use xcc::literal::U256;
use xcc::wire::Value;
use xcc_tests::interp::Bench;
use xcc_tests::project::{FEATURE_HEAD, Project};

/// How many different decimal places an asset is given, from none on.
const DECIMALS: u32 = 25;
/// How many amounts are drawn for each pair, beside those at the limits.
const DRAWN: usize = 12;

/// A chain of the workflow: its name, the width of its amounts, the declaration of a form, and a call with an amount.
struct Place {
    name: &'static str,
    bits: u64,
    standard: &'static str,
    call: fn(&str) -> String,
}

const ETHEREUM: Place = Place {
    name: "ethereum",
    bits: 256,
    standard: "erc20",
    call: |amount| format!("Home.bank({amount}) gas 90_000"),
};
const BASE: Place = Place {
    name: "base",
    bits: 256,
    standard: "erc20",
    call: |amount| format!("Base.bank({amount}) gas 90_000"),
};
const SOLANA: Place = Place {
    name: "solana",
    bits: 64,
    standard: "spl",
    call: |amount| {
        format!("Solana.run({amount}) gas 50_000 accounts {{ state: @STATE, authority: self }}")
    },
};
const SUI: Place = Place {
    name: "sui",
    bits: 64,
    standard: "coin",
    call: |amount| format!("Sui.run({amount}) gas 900_000 objects {{ state: @OBJECT }}"),
};
const APTOS: Place = Place {
    name: "aptos",
    bits: 64,
    standard: "fungible",
    call: |amount| format!("Aptos.run({amount}) gas 90_000"),
};

/// A home, its decimal places, and those of four other chains.
struct Case {
    home: (&'static Place, u32),
    others: [(&'static Place, u32); 4],
}

/// What an amount becomes on a chain, by whole numbers alone.
struct Expected {
    /// What is taken under the name of the holding; `None` if the chain has no room for it, so that nothing starts.
    kept: Option<BigUint>,
    /// What is split off.
    dust: BigUint,
    /// The kept amount on the chain.
    there: Option<BigUint>,
    /// The whole amount on the chain, if it is a whole number of units there that fits.
    exact: Option<BigUint>,
}

#[test]
fn nothing_is_lost_between_a_home_on_the_evm_and_other_chains() {
    every_pair(&ETHEREUM, [&BASE, &SOLANA, &SUI, &APTOS]);
}

#[test]
fn nothing_is_lost_between_a_home_on_sui_and_other_chains() {
    every_pair(&SUI, [&ETHEREUM, &BASE, &SOLANA, &APTOS]);
}

/// Each pair of decimal places, with each of the other chains for one in four of them.
fn every_pair(home: &'static Place, others: [&'static Place; 4]) {
    let (mut passed, mut refused, mut rejected) = (0, 0, 0);
    for own in 0..DECIMALS {
        for first in (0..DECIMALS).step_by(4) {
            let mut index = 0;
            let others = others.map(|place| {
                // Which chain has which places changes from home to home.
                let places = (first + (index + own) % 4) % DECIMALS;
                index += 1;
                (place, places)
            });
            let case = Case {
                home: (home, own),
                others,
            };
            let found = case.check();
            passed += found.passed;
            refused += found.refused;
            rejected += found.rejected;
        }
    }
    assert!(
        passed > 20_000 && refused > 3_000 && rejected > 800,
        "{passed} conversions, {refused} refused, {rejected} instances that did not start"
    );
}

#[derive(Default)]
struct Found {
    passed: usize,
    refused: usize,
    rejected: usize,
}

impl Case {
    fn check(&self) -> Found {
        let source = self.source();
        let project = Project::compile_source(&source, &[]);
        let project = project.unwrap_or_else(|error| panic!("{error}\n{source}"));
        let mut found = Found::default();
        let amounts = self.others.map(|other| self.amounts(other));
        for round in 0..amounts[0].len() {
            let mut amounts = [0, 1, 2, 3].map(|index| amounts[index][round].clone());
            if !self.starts(&project, &amounts) {
                found.rejected += 1;
                // The others are tried without those that there is no room for.
                for (amount, other) in amounts.iter_mut().zip(&self.others) {
                    if self.is_floored(other) && self.expect(other, amount).kept.is_none() {
                        *amount = BigUint::zero();
                    }
                }
            }
            self.run(&project, &amounts, &mut found);
        }
        found
    }

    fn source(&self) -> String {
        let (home, own) = self.home;
        let form = |(place, decimals): &(&Place, u32)| {
            format!("{}: {} decimals {decimals}", place.name, place.standard)
        };
        let own_form = [(home, own)];
        let forms = own_form.iter().chain(&self.others).map(form);
        let forms = forms.collect::<Vec<_>>().join(", ");
        let mut inputs = String::new();
        let (mut takes, mut steps, mut pays) = (String::new(), String::new(), String::new());
        for (index, other @ (place, decimals)) in self.others.iter().enumerate() {
            inputs += &format!(", x{index}: amount<Token>");
            if self.is_floored(other) {
                let to = match *decimals < own {
                    true => "treasury",
                    false => "user",
                };
                let name = place.name;
                takes += &format!(
                    "take h{index}: Token = x{index} from user floor on {name} to {to};\n"
                );
                let call = (place.call)(&format!("h{index}.amount"));
                steps += &format!("step kept{index} = {call} within 1h compensate none;\n");
                pays += &format!("pay h{index} to treasury;\n");
            }
            let exact = match *decimals < own {
                true => format!("exact x{index}"),
                false => format!("x{index}"),
            };
            let call = (place.call)(&exact);
            steps += &format!(
                "step exact{index} = {call} within 1h on refused continue compensate none;\n"
            );
        }
        let pivot = (self.others[0].0.call)("7");
        let home = home.name;
        format!(
            "{FEATURE_HEAD}\nasset Token on {forms};\n\
             workflow Feature on {home} (user: address@{home}, treasury: address@{home}{inputs}) {{\n\
             authorise user;\ntransport wormhole;\n{takes}parallel {{\n{steps}}}\nstep last = {pivot} within 1h pivot;\n{pays}}}\n"
        )
    }

    /// Whether home can count one unit of a chain, without which `floor` would leave nothing.
    fn is_floored(&self, (_, decimals): &(&Place, u32)) -> bool {
        let missing = self.home.1.saturating_sub(*decimals);
        ten_to(missing) <= most(self.home.0.bits)
    }

    /// What the rules of the language say of an amount.
    fn expect(&self, (place, decimals): &(&Place, u32), amount: &BigUint) -> Expected {
        let own = self.home.1;
        let unit = ten_to(own.saturating_sub(*decimals));
        let dust = amount % &unit;
        let kept = amount - &dust;
        // Exact, for the rest is off.
        let convert = |amount: &BigUint| amount * ten_to(*decimals) / ten_to(own);
        let fits = |amount: BigUint| (amount <= most(place.bits)).then_some(amount);
        let there = fits(convert(&kept));
        Expected {
            exact: there.clone().filter(|_| dust.is_zero()),
            kept: there.is_some().then_some(kept),
            dust,
            there,
        }
    }

    /// Amounts at the limits, and others of all magnitudes.
    fn amounts(&self, (place, decimals): (&Place, u32)) -> Vec<BigUint> {
        let own = self.home.1;
        let unit = ten_to(own.saturating_sub(decimals));
        let room = most(place.bits) * ten_to(own) / ten_to(decimals);
        let end = most(self.home.0.bits);
        let mut amounts = vec![BigUint::zero(), end.clone()];
        for limit in [
            unit.clone(),
            &unit * 7_u8,
            room.clone(),
            room + unit,
            end.clone(),
        ] {
            let below = match limit.is_zero() {
                true => limit.clone(),
                false => &limit - 1_u8,
            };
            amounts.extend([below, &limit + 1_u8, limit]);
        }
        let mut draw = Draw::of(&format!("{} {own} {decimals}", place.name));
        for drawn in 0..DRAWN {
            let number = BigUint::from(draw.below(u64::MAX));
            let wide = (number * BigUint::from(draw.below(u64::MAX))) << draw.below(128);
            let magnitude = draw.below(self.home.0.bits) + 1;
            let amount = wide % (BigUint::one() << magnitude);
            amounts.push(match drawn % 3 {
                0 => {
                    &amount / ten_to(own.saturating_sub(decimals))
                        * ten_to(own.saturating_sub(decimals))
                }
                _ => amount,
            });
        }
        amounts
            .into_iter()
            .map(|amount| amount.min(end.clone()))
            .collect()
    }

    fn bench<'p>(&self, project: &'p Project, amounts: &[BigUint; 4]) -> Bench<'p> {
        let mut bench = Bench::new(project);
        for (input, amount) in bench.inputs[2..].iter_mut().zip(amounts) {
            *input = Value::Uint(U256::from_little_endian(&amount.to_bytes_le()));
        }
        bench
    }

    /// Whether an instance starts, which must be so if every chain has room for what is taken for it.
    fn starts(&self, project: &Project, amounts: &[BigUint; 4]) -> bool {
        let mut floored = self.others.iter().zip(amounts);
        let has_room = floored.all(|(other, amount)| {
            !self.is_floored(other) || self.expect(other, amount).kept.is_some()
        });
        let started = self.bench(project, amounts).start();
        match &started {
            Err(Rejected::Protocol(reason)) => assert_eq!(*reason, Rejection::NoValue),
            Err(other) => panic!("{other:?}"),
            Ok(_) => {}
        }
        assert_eq!(started.is_ok(), has_room, "{amounts:?}\n{}", self.source());
        has_room
    }

    /// Runs an instance in which nothing goes wrong, and holds everything that is called against what is expected.
    fn run(&self, project: &Project, amounts: &[BigUint; 4], found: &mut Found) {
        let mut bench = self.bench(project, amounts);
        let started = bench.start().expect("there is room for all that is taken");
        let mut seen = Seen::default();
        seen.add(&bench, &started);
        let mut index = 0;
        while index < bench.network.mail().len() {
            if let Ok(outcome) = bench.present(index, Entry::Deliver) {
                seen.add(&bench, &outcome);
            }
            index += 1;
        }
        for (index, (other, amount)) in self.others.iter().zip(amounts).enumerate() {
            let expected = self.expect(other, amount);
            let place = format!("{amount} as x{index} of\n{}", self.source());
            let called = |name: &str| seen.call(&format!("{name}{index}"));
            if self.is_floored(other) {
                let kept = expected.kept.as_ref().expect("it started");
                assert_eq!(called("h"), Some(kept), "{place}");
                assert_eq!(called("kept"), expected.there.as_ref(), "{place}");
                let there = called("kept").expect("it was called");
                let back = there * ten_to(self.home.1) / ten_to(other.1);
                assert_eq!(back + &expected.dust, *amount, "{place}");
                let dust = seen.call(&format!("h{index}_dust"));
                let is_held = other.1 < self.home.1;
                assert_eq!(dust, is_held.then_some(&expected.dust), "{place}");
                found.passed += 1;
            }
            let name = format!("exact{index}");
            assert_eq!(seen.call(&name), expected.exact.as_ref(), "{place}");
            let is_refused = seen.refused.contains(&name);
            assert_eq!(is_refused, expected.exact.is_none(), "{place}");
            match is_refused {
                true => found.refused += 1,
                false => found.passed += 1,
            }
        }
    }
}

/// What an instance did: the amount of each call, by step, and the steps that were refused for want of a value.
#[derive(Default)]
struct Seen {
    calls: Vec<(String, BigUint)>,
    refused: Vec<String>,
}

impl Seen {
    fn add(&mut self, bench: &Bench<'_>, outcome: &Outcome) {
        let name = |step: Step| bench.program.steps[step].name.clone();
        for made in &outcome.calls {
            let step = made.call.step.0;
            assert_eq!(made.call.part(), Part::Execution);
            let amount = match bench.program.steps[step].custody {
                Some(Custody::Taken { amount }) => amount,
                Some(_) => panic!("nobody claims"),
                None => 0,
            };
            let Value::Uint(number) = &made.call.args[amount] else {
                panic!("an amount is a number");
            };
            let mut bytes = [0; 32];
            number.to_little_endian(&mut bytes);
            self.calls
                .push((name(step), BigUint::from_bytes_le(&bytes)));
        }
        for sent in &outcome.sent {
            let message = &bench.program.messages[sent.message];
            if message.kind == MessageKind::Refused {
                assert_eq!(sent.bytes.last(), Some(&(Refusal::NoValue as u8)));
                self.refused.push(name(message.step));
            }
        }
    }

    /// The amount that a step was called with; it is called once.
    fn call(&self, step: &str) -> Option<&BigUint> {
        let mut calls = self.calls.iter().filter(|(name, _)| name == step);
        let found = calls.next().map(|(_, amount)| amount);
        assert!(calls.next().is_none(), "`{step}` is called twice");
        found
    }
}

fn ten_to(exponent: u32) -> BigUint {
    BigUint::from(10_u8).pow(exponent)
}

fn most(bits: u64) -> BigUint {
    (BigUint::one() << bits) - 1_u8
}
