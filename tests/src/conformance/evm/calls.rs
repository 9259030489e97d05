//! The calls of targets as the ABI has them, and what targets answer.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use revm::primitives::{Bytes, U256};
use xcc::import::{FunctionKind, Param, Returned, TargetType};
use xcc::interp::{Call, Called};
use xcc::ir::{Part, Terminator, Trigger};

use super::deploy::address;
use super::{Fixed, Received};
use crate::abi::{to_abi, zero};
use crate::conformance::walk::Trial;
use crate::conformance::words::signature;
use crate::evm::{Answer, Script};

impl Fixed<'_> {
    /// What the targets answer to the calls of a trial; each demands its whole budget.
    pub(super) fn script(&self, trial: &Trial<'_>) -> Script {
        let payments = self.made(trial).filter_map(|(call, _)| self.payment(call));
        let receivers: Vec<_> = payments.map(|payment| payment.contract).collect();
        let answers = self.made(trial).map(|(call, called)| Answer {
            demand: match self.payment(call) {
                Some(_) => 0,
                None => call.gas,
            },
            returned: match called {
                Called::Failed => None,
                Called::Returned(values) => Some(self.returned(call, values)),
            },
            takes: self.taken(call),
        });
        let scripted = self.targets.iter().copied().chain(receivers);
        let script = Script::new(scripted, answers);
        let tokens = self.tokens.contracts.keys().copied();
        script.with_real(tokens, self.tokens.questions())
    }

    /// Whether a call may be passed its budget alone, since its failure is caught, or that of all calls that it belongs to. What no
    /// transaction can go on without is passed all there is.
    pub(super) fn is_bounded(&self, call: &Call) -> bool {
        let program = self.protocol.program();
        let handlers = program.machines[self.machine].handlers.iter();
        let mut handlers = handlers.map(|&handler| &program.handlers[handler]);
        handlers.any(|handler| {
            let is_together = matches!(handler.trigger, Trigger::Together(..));
            let blocks = handler.body.blocks.values();
            let caught = blocks.filter_map(|block| match &block.terminator {
                Some(Terminator::Invoke { call, .. }) => Some(call),
                _ => None,
            });
            let together = handler.body.calls().filter(|_| is_together);
            let mut bounded = caught.chain(together.map(|(made, _)| made));
            handler.step == Some(call.step.0) && bounded.any(|it| it.function == call.function)
        })
    }

    /// A call as the target must get it.
    pub(super) fn expected(&self, call: &Call) -> Received {
        let contracts = &self.protocol.project().compiled.deployment.contracts;
        if let Some(input) = self.movement(call) {
            return Received {
                contract: address(contracts[call.function.contract]),
                caller: self.address,
                input,
                gas: call.gas,
                is_static: false,
                value: U256::ZERO,
            };
        }
        if let Some(payment) = self.payment(call) {
            return payment;
        }
        let signature = signature(self.protocol.program(), call);
        let FunctionKind::Evm(function) = &signature.kind else {
            unreachable!("a contract calls contracts");
        };
        let types = signature.params.iter().map(|Param { ty, .. }| abi_type(ty));
        let args = types.zip(&call.args).map(|(ty, value)| to_abi(&ty, value));
        let args = DynSolValue::Tuple(args.collect()).abi_encode_params();
        Received {
            contract: address(contracts[call.function.contract]),
            caller: self.address,
            input: [&function.selector[..], &args].concat().into(),
            is_static: call.part() == Part::Guard,
            gas: self.with_stipend(call, call.gas),
            value: self.value(call),
        }
    }

    /// What a target returns: the values that are used, and zeros for the rest.
    fn returned(&self, call: &Call, values: &[xcc::wire::Value]) -> Bytes {
        let results = signature(self.protocol.program(), call)
            .results
            .iter()
            .enumerate();
        let results = results.map(|(position, Returned { ty, .. })| {
            let ty = abi_type(ty);
            let mut used = call.results.iter().zip(values);
            let used = used.find(|(used, _)| used.position == position);
            used.map_or_else(|| zero(&ty), |(_, value)| to_abi(&ty, value))
        });
        DynSolValue::Tuple(results.collect())
            .abi_encode_params()
            .into()
    }
}

fn abi_type(ty: &TargetType) -> DynSolType {
    let TargetType::Evm(ty) = ty else {
        unreachable!("a contract's types are Solidity's");
    };
    let text = ty.to_string();
    DynSolType::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
