//! Builds the body of one handler.

use cranelift_entity::PrimaryMap;

use crate::entities::{Block, Handler, Inst, Message, Slot, Step, Value};
use crate::hir::BinaryOp;
use crate::ir::known::Known;
use crate::ir::{
    ArithmeticOp, BlockData, Body, CallData, InstData, Phase, Program, Refusal, Rejection, Status,
    Terminator, ValueData,
};
use crate::literal::{Literal, U256};
use crate::types::{Field, Type};

/// A body under construction, with the block that instructions go to.
pub(super) struct BodyBuilder {
    body: Body,
    current: Block,
}

impl BodyBuilder {
    /// Starts a body whose entry takes these parameters.
    pub(super) fn new(params: &[Field]) -> (Self, Vec<Value>) {
        let mut blocks = PrimaryMap::new();
        let entry = blocks.push(BlockData {
            params: Vec::new(),
            insts: Vec::new(),
            terminator: None,
        });
        let body = Body {
            blocks,
            insts: PrimaryMap::new(),
            values: PrimaryMap::new(),
            entry,
        };
        let mut builder = BodyBuilder {
            body,
            current: entry,
        };
        let params: Vec<_> = params
            .iter()
            .map(|field| builder.value(&field.name, field.ty.clone()))
            .collect();
        builder.body.blocks[entry].params.clone_from(&params);
        (builder, params)
    }

    /// The finished body.
    pub(super) fn finish_body(self) -> Body {
        let mut body = self.body;
        // A program has thousands of bodies, and they stay in memory until the last is emitted.
        body.blocks.shrink_to_fit();
        body.insts.shrink_to_fit();
        body.values.shrink_to_fit();
        body
    }

    /// A new block with parameters, still empty.
    pub(super) fn block(&mut self, params: &[Field]) -> (Block, Vec<Value>) {
        let params: Vec<_> = params
            .iter()
            .map(|field| self.value(&field.name, field.ty.clone()))
            .collect();
        let block = BlockData {
            params: params.clone(),
            insts: Vec::new(),
            terminator: None,
        };
        (self.body.blocks.push(block), params)
    }

    /// A new block without parameters.
    pub(super) fn plain_block(&mut self) -> Block {
        self.block(&[]).0
    }

    /// Lets the following instructions go to a block.
    pub(super) fn switch_to(&mut self, block: Block) {
        self.current = block;
    }

    /// Ends the current block.
    pub(super) fn terminate(&mut self, terminator: Terminator) {
        self.body.blocks[self.current].terminator = Some(terminator);
    }

    /// Appends an instruction.
    pub(super) fn push(&mut self, inst: InstData) {
        let inst: Inst = self.body.insts.push(inst);
        self.body.blocks[self.current].insts.push(inst);
    }

    /// Appends an instruction with one result.
    pub(super) fn compute(
        &mut self,
        name: &str,
        ty: Type,
        inst: impl FnOnce(Value) -> InstData,
    ) -> Value {
        let result = self.value(name, ty);
        self.push(inst(result));
        result
    }

    /// A value that an instruction still to come defines.
    pub(super) fn value(&mut self, name: &str, ty: Type) -> Value {
        self.body.values.push(ValueData {
            name: name.to_owned(),
            ty,
        })
    }

    /// The type of a value.
    pub(super) fn type_of(&self, value: Value) -> Type {
        self.body.values[value].ty.clone()
    }

    pub(super) fn uint(&mut self, name: &str, bits: u16, number: u64) -> Value {
        self.number(name, bits, U256::from(number))
    }

    pub(super) fn load(&mut self, program: &Program, slot: Slot) -> Value {
        let data = &program.slots[slot];
        self.compute(&data.name, data.ty.clone(), |result| InstData::Load {
            result,
            slot,
        })
    }

    pub(super) fn store(&mut self, slot: Slot, value: Value) {
        self.push(InstData::Store { slot, value });
    }

    pub(super) fn now(&mut self) -> Value {
        self.compute("now", Type::Uint(64), |result| InstData::Now { result })
    }

    pub(super) fn deadline(&mut self) -> Value {
        self.compute("deadline", Type::Uint(64), |result| InstData::Deadline {
            result,
        })
    }

    pub(super) fn binary(&mut self, name: &str, op: BinaryOp, left: Value, right: Value) -> Value {
        self.compute(name, Type::Bool, |result| InstData::Binary {
            result,
            op,
            left,
            right,
        })
    }

    pub(super) fn not(&mut self, name: &str, value: Value) -> Value {
        self.compute(name, Type::Bool, |result| InstData::Not { result, value })
    }

    /// A sum that always fits.
    pub(super) fn add(&mut self, name: &str, left: Value, right: Value) -> Value {
        let (ty, op) = (self.type_of(left), ArithmeticOp::Add);
        self.compute(name, ty, |result| InstData::Arithmetic {
            result,
            op,
            left,
            right,
        })
    }

    /// The low bits of a number in a narrower type.
    pub(super) fn narrow(&mut self, value: Value, bits: u16) -> Value {
        self.compute("units", Type::Uint(bits), |result| InstData::Narrow {
            result,
            value,
        })
    }

    /// The same number in a wider type.
    pub(super) fn widen(&mut self, value: Value, bits: u16) -> Value {
        self.compute("wide", Type::Uint(bits), |result| InstData::Widen {
            result,
            value,
        })
    }

    /// A number that is known when it is compiled.
    pub(super) fn number(&mut self, name: &str, bits: u16, number: U256) -> Value {
        let literal = Literal::Uint(number);
        self.compute(name, Type::Uint(bits), |result| InstData::Literal {
            result,
            literal,
        })
    }

    /// Arithmetic that is known to have a value.
    pub(super) fn arithmetic(&mut self, op: ArithmeticOp, left: Value, right: Value) -> Value {
        let ty = self.type_of(left);
        self.compute(name_of(op), ty, |result| InstData::Arithmetic {
            result,
            op,
            left,
            right,
        })
    }

    /// Arithmetic that is zero unless it fits.
    pub(super) fn arithmetic_or_zero(
        &mut self,
        op: ArithmeticOp,
        left: Value,
        right: Value,
        fits: Value,
    ) -> Value {
        let ty = self.type_of(left);
        self.compute(name_of(op), ty, |result| InstData::ArithmeticOrZero {
            result,
            op,
            left,
            right,
            fits,
        })
    }

    /// Whether arithmetic has a value.
    pub(super) fn fits(&mut self, op: ArithmeticOp, left: Value, right: Value) -> Value {
        let name = format!("{}_fits", name_of(op));
        self.compute(&name, Type::Bool, |result| InstData::Fits {
            result,
            op,
            left,
            right,
        })
    }

    /// Whether arithmetic is known to have a value at the end of the current block, if these conditions hold or do not.
    pub(super) fn always_fits(
        &self,
        (op, left, right): (ArithmeticOp, Value, Value),
        given: &[(Value, bool)],
    ) -> bool {
        let mut known = self.known();
        for &(condition, holds) in given {
            known.assume(&self.body, condition, holds);
        }
        known.always_fits(&self.body, op, left, right)
    }

    /// Whether a number is known to be at most this at the end of the current block.
    pub(super) fn is_at_most(&self, value: Value, most: U256) -> bool {
        let known = self.known().range(&self.body, value);
        known.is_some_and(|range| range.most <= most)
    }

    /// What is known at the end of the current block.
    fn known(&self) -> Known {
        let mut way = vec![self.current];
        while let Some(before) = self.predecessor(way[way.len() - 1]) {
            way.push(before);
        }
        let mut known = Known::default();
        while let Some(block) = way.pop() {
            let data = &self.body.blocks[block];
            for &inst in &data.insts {
                known.pass(&self.body, &self.body.insts[inst]);
            }
            if let (Some(terminator), Some(&next)) = (&data.terminator, way.last()) {
                known.follow(&self.body, terminator, next);
            }
        }
        known
    }

    fn predecessor(&self, block: Block) -> Option<Block> {
        let leads_here = |data: &BlockData| {
            let terminator = data.terminator.iter();
            terminator
                .flat_map(Terminator::successors)
                .any(|next| next == block)
        };
        let mut blocks = self.body.blocks.iter();
        blocks.find_map(|(before, data)| leads_here(data).then_some(before))
    }

    pub(super) fn set_status(&mut self, step: Step, status: Status) {
        self.push(InstData::SetStatus { step, status });
    }

    pub(super) fn set_phase(&mut self, phase: Phase) {
        self.push(InstData::SetPhase { phase });
    }

    pub(super) fn send(&mut self, message: Message, deadline: Option<Value>, args: Vec<Value>) {
        self.push(InstData::Send {
            message,
            deadline,
            args,
        });
    }

    pub(super) fn refusal(&mut self, refusal: Refusal) -> Value {
        self.uint("reason", 8, refusal as u64)
    }

    /// Appends a call whose failure fails the transaction; results are named and typed by `fields`.
    pub(super) fn call(&mut self, call: CallData, fields: &[Field]) -> Vec<Value> {
        let results: Vec<_> = fields
            .iter()
            .map(|field| self.value(&field.name, field.ty.clone()))
            .collect();
        self.push(InstData::Call {
            call,
            results: results.clone(),
        });
        results
    }

    /// Ends the current block with a branch and returns both targets.
    pub(super) fn branch(&mut self, condition: Value) -> (Block, Block) {
        let (then, otherwise) = (self.plain_block(), self.plain_block());
        self.terminate(Terminator::Branch {
            condition,
            then,
            otherwise,
        });
        (then, otherwise)
    }

    /// Ends the current block by rejecting the transaction.
    pub(super) fn reject(&mut self, rejection: Rejection) {
        self.terminate(Terminator::Reject(rejection));
    }

    /// Ends the current block well.
    pub(super) fn finish(&mut self) {
        self.terminate(Terminator::Finish);
    }

    /// Ends the current block: the transaction goes on in a handler, or ends.
    pub(super) fn continue_or_finish(&mut self, then: Option<Handler>) {
        self.terminate(then.map_or(Terminator::Finish, Terminator::Continue));
    }

    /// Ends the current block with a switch on a step's status: each arm is filled by its function, and so is the rest.
    pub(super) fn switch_status<'f>(
        &mut self,
        step: Step,
        arms: Vec<(Vec<Status>, Fill<'f>)>,
        rest: Fill<'f>,
    ) {
        let blocks: Vec<_> = arms
            .iter()
            .map(|(statuses, _)| (statuses.clone(), self.plain_block()))
            .collect();
        let otherwise = self.plain_block();
        self.terminate(Terminator::SwitchStatus {
            step,
            arms: blocks.clone(),
            otherwise,
        });
        let fills = arms.into_iter().map(|(_, fill)| fill).chain([rest]);
        self.fill(
            blocks
                .into_iter()
                .map(|(_, block)| block)
                .chain([otherwise]),
            fills,
        );
    }

    /// Ends the current block with a switch on the instance's phase, as [`Self::switch_status`] does.
    pub(super) fn switch_phase<'f>(&mut self, arms: Vec<(Vec<Phase>, Fill<'f>)>, rest: Fill<'f>) {
        let blocks: Vec<_> = arms
            .iter()
            .map(|(phases, _)| (phases.clone(), self.plain_block()))
            .collect();
        let otherwise = self.plain_block();
        self.terminate(Terminator::SwitchPhase {
            arms: blocks.clone(),
            otherwise,
        });
        let fills = arms.into_iter().map(|(_, fill)| fill).chain([rest]);
        self.fill(
            blocks
                .into_iter()
                .map(|(_, block)| block)
                .chain([otherwise]),
            fills,
        );
    }

    fn fill<'f>(
        &mut self,
        blocks: impl Iterator<Item = Block>,
        fills: impl Iterator<Item = Fill<'f>>,
    ) {
        for (block, fill) in blocks.zip(fills) {
            self.switch_to(block);
            fill(self);
        }
    }
}

/// What a reader calls the result of an operation.
fn name_of(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "sum",
        ArithmeticOp::Sub => "difference",
        ArithmeticOp::Mul => "product",
        ArithmeticOp::Div => "quotient",
        ArithmeticOp::Rem => "remainder",
    }
}

/// Writes the instructions and the terminator of one arm.
pub(super) type Fill<'f> = Box<dyn FnOnce(&mut BodyBuilder) + 'f>;

/// Boxes an arm, so that arms of different closures stand in one list.
pub(super) fn arm<'f>(fill: impl FnOnce(&mut BodyBuilder) + 'f) -> Fill<'f> {
    Box::new(fill)
}
